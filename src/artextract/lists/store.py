"""Named lists of paintings, in ``COLLECTION/lists.sqlite``.

Rows are only ever added: a row is a whole version of a list, the last one is how it stands, and deleting or restoring
one adds a row too."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from artextract.database import Database
from artextract.errors import InputError

FILE_NAME = "lists.sqlite"
LONGEST = {"name": 200, "note": 5000, "by": 80, "painting": 1000}
MOST = 5000
"""Paintings of a list."""
HISTORY = 20
"""Versions that are given at a time; each is a whole list."""
_NEWEST = 2**63 - 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS versions (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    list      TEXT NOT NULL,
    name      TEXT NOT NULL CHECK (name <> ''),
    note      TEXT NOT NULL,
    paintings TEXT NOT NULL,
    deleted   INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    by        TEXT NOT NULL,
    time      TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS of_list ON versions (list, number);
"""
_COLUMNS = "list, number, name, note, paintings, deleted, by, time"
_LAST = f"SELECT {_COLUMNS} FROM versions WHERE number IN (SELECT max(number) FROM versions GROUP BY list)"


class ChangedError(InputError):
    """Somebody else has saved the list meanwhile."""

    status = 409


class Entry(NamedTuple):
    """A painting of a list, by its id, and what is noted of it there."""

    id: str
    note: str = ""


@dataclass(frozen=True)
class NamedList:
    """One version of a list: ``version`` rises with every change of any list, ``by`` is who saved it ("" where nobody
    said), ``time`` is UTC, ISO 8601."""

    id: str
    version: int
    name: str
    note: str
    entries: tuple[Entry, ...]
    deleted: bool
    by: str
    time: str


class ListStore:
    """The lists of one collection. The file is made with the first list. Safe for several threads and processes."""

    def __init__(self, root: str | Path):
        self.path = Path(root) / FILE_NAME
        self._file = Database(self.path, _SCHEMA)

    def lists(self) -> list[NamedList]:
        """All lists as they stand, without those that were deleted; what changed last comes first."""
        with self._file.reading() as connection:
            return [] if connection is None else _lists(connection)

    def get(self, id: str) -> NamedList | None:
        """A list as it stands, also a deleted one; None where there never was one."""
        versions = self.history(id, most=1)
        return versions[0] if versions else None

    def named(self, name: str) -> NamedList:
        """The list of this name, or with this id. Raises ``InputError`` where there is none."""
        there = self.lists()
        for one in there:
            if one.id == name or one.name.casefold() == " ".join(name.split()).casefold():
                return one
        known = ", ".join(f"'{one.name}'" for one in there[:8])
        raise InputError(
            f"there is no list '{name}'",
            f"there is {known}" if known else "make one in the application: artextract serve COLLECTION",
            code="unknown-list",
        )

    def history(self, id: str, before: int | None = None, most: int = HISTORY) -> list[NamedList]:
        """The last ``most`` versions of a list, those ``before`` a version where one is named; the latest first."""
        with self._file.reading() as connection:
            return [] if connection is None else _history(connection, id, before, most)

    def save(
        self,
        name: str,
        entries: Sequence[Entry],
        note: str = "",
        by: str = "",
        id: str | None = None,
        version: int | None = None,
    ) -> NamedList:
        """Add a list, or with ``id`` a version of one, and give it.

        A painting that stands twice is kept once. What changes nothing is not added. ``version`` is the one that was
        changed: where another has been saved since, ``ChangedError`` is raised.

        Raises ``InputError`` for a name that is empty or another list has, for texts and lists that are too long, and
        for an unknown ``id``."""
        name, note, by = " ".join(name.split()), note.strip(), " ".join(by.split())
        kept = tuple({entry.id: Entry(entry.id, entry.note.strip()) for entry in entries}.values())
        _require(bool(name), "a list needs a name", "give it one", "list-without-name")
        _require(len(kept) <= MOST, f"a list holds at most {MOST:,} paintings", "make two of it", "list-too-long")
        texts = [("name", name), ("note", note), ("by", by)]
        texts += [pair for entry in kept for pair in (("painting", entry.id), ("note", entry.note))]
        for what, text in texts:
            longest = LONGEST[what]
            _require(
                len(text) <= longest, f"the {what} is longer than {longest} letters", "shorten it", "text-too-long"
            )
        with self._file.writing() as connection:
            before = None if id is None else _standing(connection, id, version)
            for other in _lists(connection):
                _require(
                    other.id == id or other.name.casefold() != name.casefold(),
                    f"there is a list '{other.name}' already",
                    "choose another name, or add to that list",
                    "list-name-taken",
                )
            if before and not before.deleted and (before.name, before.note, before.entries) == (name, note, kept):
                return before
            return _add(connection, id or uuid.uuid4().hex[:12], name, note, kept, by)

    def delete(self, id: str, by: str = "") -> NamedList:
        """Delete a list and give it; its versions stay, so that it can be restored.

        Raises ``InputError`` for an unknown id."""
        with self._file.writing() as connection:
            standing = _standing(connection, id, None)
            if standing.deleted:
                return standing
            return _add(connection, id, standing.name, standing.note, standing.entries, by, deleted=True)

    def restore(self, id: str, version: int, by: str = "") -> NamedList:
        """Make a former version the one that stands, by adding it again.

        Raises ``InputError`` for one that the list never had."""
        found = self.history(id, before=version + 1, most=1)
        if not found or found[0].version != version:
            raise _unknown(id)
        former = found[0]
        return self.save(former.name, former.entries, former.note, by, id)


def _history(connection: sqlite3.Connection, id: str, before: int | None, most: int) -> list[NamedList]:
    query = f"SELECT {_COLUMNS} FROM versions WHERE list = ? AND number < ? ORDER BY number DESC LIMIT ?"
    before = _NEWEST if before is None else max(0, min(before, _NEWEST))
    return [_read(row) for row in connection.execute(query, (id, before, most))]


def _lists(connection: sqlite3.Connection) -> list[NamedList]:
    return [_read(row) for row in connection.execute(f"{_LAST} AND deleted = 0 ORDER BY number DESC")]


def _standing(connection: sqlite3.Connection, id: str, version: int | None) -> NamedList:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM versions WHERE list = ? ORDER BY number DESC LIMIT 1", (id,)
    ).fetchone()
    if row is None:
        raise _unknown(id)
    standing = _read(row)
    if version is not None and version != standing.version:
        raise ChangedError(
            f"the list '{standing.name}' was changed elsewhere meanwhile", "load the page again", code="list-changed"
        )
    return standing


def _add(
    connection: sqlite3.Connection,
    id: str,
    name: str,
    note: str,
    entries: tuple[Entry, ...],
    by: str,
    deleted: bool = False,
) -> NamedList:
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    paintings = json.dumps([list(entry) for entry in entries], ensure_ascii=False)
    values = (id, name, note, paintings, int(deleted), by, time)
    added = connection.execute(
        "INSERT INTO versions (list, name, note, paintings, deleted, by, time) VALUES (?,?,?,?,?,?,?)", values
    )
    return NamedList(id, int(added.lastrowid or 0), name, note, entries, deleted, by, time)


def _read(row: tuple) -> NamedList:
    id, number, name, note, paintings, deleted, by, time = row
    return NamedList(
        id, number, name, note, tuple(Entry(*pair) for pair in json.loads(paintings)), bool(deleted), by, time
    )


def _unknown(id: str) -> InputError:
    return InputError(f"there is no list '{id}'", "load the page again", code="unknown-list")


def _require(holds: bool, message: str, hint: str, code: str) -> None:
    if not holds:
        raise InputError(message, hint, code=code)
