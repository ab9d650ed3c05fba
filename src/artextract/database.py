"""SQLite files that several threads and processes use at once: one writes at a time, others read meanwhile, and nothing
is kept by halves."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from artextract.errors import InputError

WAIT = 15.0
"""Seconds that a writer waits for another one."""


class UnkeptError(InputError):
    """The file could not be read or written.

    The same may well succeed later, so who has something to keep should hold on to it."""

    status = 503


@dataclass(frozen=True)
class Database:
    """``schema``: statements that make what is not there yet, with a semicolon after each.

    ``version`` rises with a schema that older programs cannot use. Every use opens the file for itself."""

    path: Path
    schema: str
    version: int = 1

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The file as it is at one moment; None where nothing has been written yet. Nothing is made by looking."""
        if not self.path.is_file():
            yield None
            return
        try:
            with closing(self._open_to_read()) as connection:
                connection.execute("BEGIN")
                self._version(connection)
                yield (
                    connection if connection.execute("SELECT 1 FROM sqlite_master").fetchone() else None
                )  # None while the first writer has only just begun
        except sqlite3.DatabaseError as error:
            raise UnkeptError(
                f"'{self.path.name}' cannot be read: {error}",
                "see whether the file is whole and may be read",
                code="unreadable-database",
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that waits for other writers; what fails inside leaves no trace."""
        try:
            with closing(sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)) as connection:
                _write_ahead(connection)
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    if self._version(connection) < self.version:
                        for statement in self.schema.split(";"):
                            connection.execute(statement)
                        connection.execute(f"PRAGMA user_version = {self.version}")
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:  # SQLite has rolled back itself where the disk is full
                        connection.execute("ROLLBACK")
                    raise
        except sqlite3.DatabaseError as error:
            hint = (
                f"see whether the collection's folder may be written to and has room, and '{self.path.name}' is whole"
            )
            raise UnkeptError(
                f"this could not be kept in '{self.path.name}': {error}", hint, code="database-not-written"
            ) from error

    def _version(self, connection: sqlite3.Connection) -> int:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > self.version:
            raise InputError(
                f"'{self.path.name}' was written by a newer version of ArtExtract",
                "update ArtExtract",
                code="newer-version",
            )
        return version

    def _open_to_read(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            if (
                error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
                or Path(f"{self.path}-wal").exists()
            ):
                raise
        return sqlite3.connect(
            f"{self.path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None
        )  # in a folder that may not be written to, where nobody writes either


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log.

    SQLite does not wait for other connections here, and one of them will have done it."""
    end = time.monotonic() + WAIT
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
