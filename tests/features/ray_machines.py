"""Two machines of a Ray cluster on this one: each in a network of its own, and with processes of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PORT = 6379
WHY_NOT = "needs root and ip, for two networks on one machine"


def can_be() -> bool:
    if os.getuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"axt{os.getpid() % 10_000:04d}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return made


class Machines:
    """``head`` and ``second`` are names of network namespaces, ``address`` that of the cluster."""

    def __init__(self, folder: Path):
        tag = f"{os.getpid() % 10_000:04d}"
        self.head, self.second = f"axh{tag}", f"axs{tag}"
        self._subnet = f"10.77.{os.getpid() % 250 + 1}"
        self.address = f"{self._subnet}.1:{PORT}"
        self._folder = folder
        self._env = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}

    def start(self) -> None:
        """No interface of the machine itself changes: a browser would end what it is fetching."""
        for name in (self.head, self.second):
            _ip("netns", "add", name)
        _ip("-n", self.head, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", self.second)
        for number, name in enumerate((self.head, self.second), 1):
            _ip("-n", name, "addr", "add", f"{self._subnet}.{number}/24", "dev", "wire")
            _ip("-n", name, "link", "set", "wire", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        self._ray(
            self.head, "--head", f"--node-ip-address={self._subnet}.1", f"--port={PORT}", "--include-dashboard=false"
        )
        self._ray(self.second, f"--address={self.address}", f"--node-ip-address={self._subnet}.2")

    def inside(self, name: str, *command: str) -> None:
        subprocess.run(["ip", "netns", "exec", name, *command], check=True, capture_output=True, env=self._env)

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """``artextract`` on the first machine."""
        code = "import sys; from artextract.app.cli import main; sys.exit(main(sys.argv[1:]))"
        command = ["ip", "netns", "exec", self.head, sys.executable, "-c", code, *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self._env)

    def does(self, name: str, method: str) -> bool:
        """Whether an actor of a machine runs a method now: Ray calls the process by it."""
        for pid in _pids(name):
            try:
                if f"ray::{method}" in Path(f"/proc/{pid}/cmdline").read_text():
                    return True
            except OSError:
                continue
        return False

    def kill(self, name: str) -> None:
        """All processes of a machine, at once."""
        for pid in _pids(name):
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue

    def end(self) -> None:
        for name in (self.head, self.second):
            self.kill(name)
            subprocess.run(["ip", "netns", "del", name], capture_output=True)

    def _ray(self, name: str, *options: str) -> None:
        folder = f"--temp-dir={self._folder}/{name}"
        there = [
            sys.executable,
            "-m",
            "ray.scripts.scripts",
            "start",
            "--num-cpus=1",
            "--disable-usage-stats",
            *options,
        ]
        command = [*there, *([folder] if "--head" in options else [])]
        try:
            self.inside(name, *command)
        except subprocess.CalledProcessError:  # on a busy machine Ray may give up waiting for its own parts
            self.kill(name)
            self.inside(name, *command)


@contextmanager
def two_machines(folder: Path) -> Iterator[Machines]:
    machines = Machines(folder)
    try:
        machines.start()
        yield machines
    finally:
        machines.end()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _pids(name: str) -> list[str]:
    return subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout.split()
