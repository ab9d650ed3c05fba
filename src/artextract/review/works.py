"""What people decided about two pictures, whether they show one work, in ``COLLECTION/works.sqlite``.

Rows are only ever added: undoing a decision adds a row that names it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from artextract.database import Database
from artextract.errors import InputError

FILE_NAME = "works.sqlite"
SAME, VERSION, MOTIF, DIFFERENT = VERDICTS = ("same work", "version", "same motif", "different")
"""One work (copies, other photographs, details); another version of it, such as a copy by hand; two works that share a
motif; neither."""
LONGEST = {"painting": 1000, "reviewer": 80, "note": 2000, "id": 64}
_TABLE = """
CREATE TABLE IF NOT EXISTS decisions (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    first    TEXT NOT NULL,
    second   TEXT NOT NULL CHECK (second > first),
    verdict  TEXT NOT NULL CHECK (verdict IN ({verdicts}, 'undo')),
    reviewer TEXT NOT NULL CHECK (reviewer <> ''),
    time     TEXT NOT NULL,
    note     TEXT NOT NULL,
    undoes   TEXT UNIQUE REFERENCES decisions (id),
    CHECK ((verdict = 'undo') = (undoes IS NOT NULL))
);
"""
_SCHEMA = f"""
{_TABLE.format(verdicts="'same work', 'version', 'different'")}
ALTER TABLE decisions RENAME TO earlier;
{_TABLE.format(verdicts="'same work', 'version', 'same motif', 'different'")}
INSERT INTO decisions SELECT * FROM earlier;
DROP TABLE earlier;
CREATE INDEX IF NOT EXISTS of_pair ON decisions (first, second);
"""
"""Version 1 knew no shared motifs: what it kept is taken over."""
_COLUMNS = "d.id, d.first, d.second, d.verdict, d.reviewer, d.time, d.note, u.reviewer"
_ROWS = f"SELECT {_COLUMNS} FROM decisions d LEFT JOIN decisions u ON u.undoes = d.id WHERE d.verdict <> 'undo'"


@dataclass(frozen=True)
class WorkDecision:
    """What somebody held of two pictures, ``first`` before ``second`` by their ids.

    ``time`` is UTC, ISO 8601; ``undone_by`` is None while it holds."""

    id: str
    first: str
    second: str
    verdict: str
    reviewer: str
    time: str
    note: str
    undone_by: str | None = None


class WorkStore:
    """The decisions of one collection. The file is made with the first. Safe for several threads and processes."""

    def __init__(self, root: str | Path):
        self.path = Path(root) / FILE_NAME
        self._file = Database(self.path, _SCHEMA, version=2)

    def decide(self, one: str, other: str, verdict: str, reviewer: str, note: str = "") -> WorkDecision:
        """Add a decision about two pictures, in any order.

        Raises ``InputError`` for an unknown verdict, a picture with itself, an empty reviewer, and texts that are too
        long."""
        reviewer, note = " ".join(reviewer.split()), note.strip()
        _require(verdict in VERDICTS, f"there is no verdict '{verdict}'", f"choose one of {', '.join(VERDICTS)}")
        _require(one != other, "a picture is always of its own work", "name two pictures")
        _require(bool(reviewer), "the decision has no reviewer", "give a name; it is kept with each decision")
        for name, text in (("painting", one), ("painting", other), ("reviewer", reviewer), ("note", note)):
            _require(len(text) <= LONGEST[name], f"the {name} is longer than {LONGEST[name]} letters", "shorten it")
        first, second = sorted((one, other))
        made = WorkDecision(uuid.uuid4().hex, first, second, verdict, reviewer, _now(), note)
        values = (made.id, first, second, verdict, reviewer, made.time, note)
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO decisions (id, first, second, verdict, reviewer, time, note) VALUES (?,?,?,?,?,?,?)",
                values,
            )
        return made

    def undo(self, decision: str, reviewer: str) -> WorkDecision:
        """Undo a decision by its id and give it; one that is undone already stays so.

        Raises ``InputError`` for an unknown id and an empty reviewer."""
        reviewer = " ".join(reviewer.split())
        _require(bool(reviewer), "undoing has no reviewer", "give a name; it is kept with each decision")
        with self._file.writing() as connection:
            row = connection.execute(f"{_ROWS} AND d.id = ?", (decision,)).fetchone()
            _require(row is not None, f"there is no decision '{decision}'", "load the page again")
            found = WorkDecision(*row)
            if found.undone_by is None:
                values = (uuid.uuid4().hex, found.first, found.second, reviewer, _now(), decision)
                connection.execute(
                    "INSERT INTO decisions (id, first, second, verdict, reviewer, time, note, undoes)"
                    " VALUES (?,?,?,'undo',?,?,'',?)",
                    values,
                )
                found = WorkDecision(*connection.execute(f"{_ROWS} AND d.id = ?", (decision,)).fetchone())
        return found

    def decisions(self) -> list[WorkDecision]:
        """All decisions, undone ones too, the latest first."""
        with self._file.reading() as connection:
            if connection is None:
                return []
            return [WorkDecision(*row) for row in connection.execute(f"{_ROWS} ORDER BY d.number DESC")]

    def current(self) -> dict[tuple[str, str], WorkDecision]:
        """(first, second) -> the decision in force, which is the last that was not undone."""
        found: dict[tuple[str, str], WorkDecision] = {}
        for decision in self.decisions():
            if decision.undone_by is None:
                found.setdefault((decision.first, decision.second), decision)
        return found

    def verdicts(self) -> dict[tuple[str, str], str]:
        """(first, second) -> the verdict in force."""
        return {pair: decision.verdict for pair, decision in self.current().items()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _require(holds: bool, message: str, hint: str) -> None:
    if not holds:
        raise InputError(message, hint, code="wrong-decision")
