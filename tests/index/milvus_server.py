"""A real Milvus server for tests, on loopback: that of the package ``milvus``, or the one that the variable
ARTEXTRACT_TEST_MILVUS names, such as "localhost:19530"."""

import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from importlib.util import find_spec

import pytest

VARIABLE = "ARTEXTRACT_TEST_MILVUS"
WHY_NOT = "needs pymilvus, and the package milvus or a server that ARTEXTRACT_TEST_MILVUS names: make test-engines"
SECONDS = 180
"""How long a server may take to start: its program is unpacked first."""
_START = """
import socket, sys, time, urllib.request
from milvus import MilvusServer, MilvusServerConfig

def bound(self, port):  # also a port that a killed server has left a moment ago
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", port))
        probe.listen()
        return probe
    except OSError:
        probe.close()

def wait_started(self):  # the package's own would ask a server that has died for three minutes
    until = time.monotonic() + 120
    while self.server_proc.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.webservice_port}/healthz", timeout=5) as answer:
                if b"OK" in answer.read():
                    time.sleep(1)  # as the package does: it answers a moment before all of it is there
                    return
        except OSError:
            pass
        time.sleep(0.1)
    self.server_proc.kill()
    sys.exit("the Milvus server did not start")

MilvusServerConfig.try_bind_port = bound
MilvusServer.wait_started = wait_started
server = MilvusServer(MilvusServerConfig(proxy_port=int(sys.argv[2])))
server.set_base_dir(sys.argv[1])
server.start()
print(server.server_proc.pid, flush=True)
time.sleep(36000)
"""


def available():
    return find_spec("pymilvus") is not None and (VARIABLE in os.environ or find_spec("milvus") is not None)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A server that was started here; ``kill`` and ``start`` make it go away and come back with its data."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.start()

    def start(self):
        self._parent = subprocess.Popen(
            [sys.executable, "-c", _START, str(self.folder), str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        there, _, _ = select.select([self._parent.stdout], [], [], SECONDS)
        said = self._parent.stdout.readline().strip() if there else ""
        if not said:
            self._end_all()
            pytest.fail(f"the Milvus server did not start within {SECONDS} seconds")
        self._pid = int(said)

    def kill(self):
        """At once and without a word: asked politely, it stays for minutes, and keeps its ports."""
        self._end_all()

    def _end_all(self):
        with suppress(ProcessLookupError):
            os.killpg(self._parent.pid, signal.SIGKILL)
        self._parent.wait()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"


@contextmanager
def server(folder):
    """Gives the address, and ``Running`` where the server is ours to kill, else None."""
    if VARIABLE in os.environ:
        yield os.environ[VARIABLE], None
        return
    running = Running(folder)
    try:
        yield running.address, running
    finally:
        running.kill()
