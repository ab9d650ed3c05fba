"""What reviewers decided about labels, in ``COLLECTION/review.sqlite``.

Rows are only ever added: undoing a decision adds a row that names it. Their numbers, not their times, tell which came
later."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from artextract.database import Database
from artextract.errors import InputError
from artextract.labels import canonical_key

FILE_NAME = "review.sqlite"
ACTIONS = ("accept", "correct", "skip")
LONGEST = {"painting": 1000, "attribute": 200, "label": 300, "reviewer": 80, "note": 2000, "id": 64}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS decisions (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT NOT NULL UNIQUE,
    painting  TEXT NOT NULL,
    attribute TEXT NOT NULL,
    action    TEXT NOT NULL CHECK (action IN ('accept', 'correct', 'skip', 'undo')),
    old_label TEXT,
    new_label TEXT,
    suggested TEXT,
    reviewer  TEXT NOT NULL CHECK (reviewer <> ''),
    time      TEXT NOT NULL,
    note      TEXT NOT NULL DEFAULT '',
    undoes    TEXT UNIQUE REFERENCES decisions (id),
    CHECK ((action = 'undo') = (undoes IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS of_painting ON decisions (painting, attribute);
"""
_COLUMNS = (
    "d.id, d.painting, d.attribute, d.action, d.old_label, d.new_label, d.suggested, d.reviewer, d.time, d.note, u.id,"
    " u.reviewer, u.time"
)
_ROWS = f"SELECT {_COLUMNS} FROM decisions d LEFT JOIN decisions u ON u.undoes = d.id WHERE d.action <> 'undo'"


@dataclass(frozen=True)
class Decision:
    """What one reviewer held of one label.

    ``action``: "accept" (``old_label`` is right), "correct" (``new_label`` is; None takes the label away) or "skip" (no
    opinion). ``old_label`` is what the table had and ``suggested`` what was proposed when it was made. ``time`` is UTC,
    ISO 8601. ``undone_by`` and ``undone_at`` are None while it holds."""

    id: str
    painting: str
    attribute: str
    action: str
    old_label: str | None
    new_label: str | None
    suggested: str | None
    reviewer: str
    time: str
    note: str = ""
    undo: str | None = None
    undone_by: str | None = None
    undone_at: str | None = None

    @property
    def label(self) -> str | None:
        """The label that is right by this decision; for a skip the one that was there."""
        return self.new_label if self.action == "correct" else self.old_label

    @property
    def key(self) -> str | None:
        """``label`` as it is compared."""
        return canonical_key(self.label)


@dataclass(frozen=True)
class Review:
    """Where one label stands.

    ``decision`` is the one in force, ``opinions`` are the last ones of each reviewer, the latest first, skips left out
    where somebody has an opinion."""

    decision: Decision
    opinions: tuple[Decision, ...]

    @property
    def disagreed(self) -> bool:
        return len({opinion.key for opinion in self.opinions if opinion.action != "skip"}) > 1


class ReviewStore:
    """The decisions of one collection.

    The file is made with the first decision; until then there are none. Safe for several threads and processes."""

    def __init__(self, root: str | Path):
        self.path = Path(root) / FILE_NAME
        self._file = Database(self.path, _SCHEMA)

    def decide(
        self,
        painting: str,
        attribute: str,
        action: str,
        reviewer: str,
        old_label: str | None = None,
        new_label: str | None = None,
        suggested: str | None = None,
        note: str = "",
        id: str | None = None,
        exact: bool = False,
    ) -> Decision:
        """Add a decision and give it.

        ``id`` may be chosen by who sends it: a decision that is sent again, since its answer was lost, is not made
        twice. ``exact``: the field is no label, and each of its letters counts.

        Raises ``InputError`` for an unknown action, an empty reviewer, a correction that changes nothing or an ``id``
        that another decision has."""
        reviewer, note = " ".join(reviewer.split()), note.strip()
        _require(
            action in ACTIONS, f"there is no action '{action}'", f"choose one of {', '.join(ACTIONS)}", "unknown-action"
        )
        _require_reviewer(reviewer, "decision")
        changes = action == "correct"
        _require(
            not changes or (new_label != old_label if exact else canonical_key(new_label) != canonical_key(old_label)),
            f"'{new_label}' is what is there",
            "accept it instead",
            "label-unchanged",
        )
        _require(
            not (action == "accept" and (not old_label if exact else canonical_key(old_label) is None)),
            f"there is no {attribute} to accept",
            "give one, or skip the painting",
            "no-label-to-accept",
        )
        values = {
            "painting": painting,
            "attribute": attribute,
            "label": new_label or "",
            "reviewer": reviewer,
            "note": note,
            "id": id or "",
        }
        for name, value in values.items():
            _require_short(name, value)
        decision = Decision(
            id or uuid.uuid4().hex,
            painting,
            attribute,
            action,
            old_label,
            new_label if changes else None,
            suggested,
            reviewer,
            _now(),
            note,
        )
        with self._file.writing() as connection:
            known = self._find(connection, decision.id)
            if known is None:
                _insert(connection, decision)
                return decision
        same = (known.painting, known.attribute, known.action, known.reviewer) == (
            painting,
            attribute,
            action,
            reviewer,
        )
        _require(same, f"another decision has the id '{decision.id}'", "send it with an id of its own", "id-taken")
        return known

    def undo(self, decision: str, reviewer: str) -> Decision:
        """Undo a decision by its id and give it as it stands then; one that is undone already stays so.

        Raises ``InputError`` for an unknown id."""
        reviewer = " ".join(reviewer.split())
        _require_reviewer(reviewer, "undoing")
        _require_short("reviewer", reviewer)
        nothing = InputError(f"there is no decision '{decision}'", "load the page again", code="unknown-decision")
        if not self.path.is_file():
            raise nothing
        with self._file.writing() as connection:
            found = self._find(connection, decision)
            if found is None:
                raise nothing
            if found.undone_by is None:
                made = Decision(
                    uuid.uuid4().hex,
                    found.painting,
                    found.attribute,
                    "undo",
                    found.old_label,
                    None,
                    None,
                    reviewer,
                    _now(),
                )
                _insert(connection, made, undoes=decision)
                found = self._find(connection, decision)
            if found is None:
                raise nothing
            return found

    def decisions(
        self,
        attribute: str | None = None,
        painting: str | None = None,
        reviewer: str | None = None,
        limit: int | None = None,
    ) -> list[Decision]:
        """All decisions, undone ones too, the latest first."""
        wanted = {
            name: value
            for name, value in (("attribute", attribute), ("painting", painting), ("reviewer", reviewer))
            if value is not None
        }
        where = "".join(f" AND d.{name} = :{name}" for name in wanted)
        with self._file.reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(
                f"{_ROWS}{where} ORDER BY d.number DESC LIMIT :limit",
                wanted | {"limit": -1 if limit is None else limit},
            )
            return [Decision(*row) for row in rows]

    def history(self, painting_id: str, attribute: str | None = None) -> list[Decision]:
        """All decisions about one painting, undone ones too, the latest first."""
        return self.decisions(attribute, painting_id)

    def of_painting(self, painting_id: str) -> dict[str, Review]:
        """Per attribute of one painting that has a decision which was not undone, where it stands."""
        return {name: review for (_, name), review in _reviews(self.history(painting_id)).items()}

    def reviews(self, attribute: str | None = None) -> dict[tuple[str, str], Review]:
        """Per (painting, attribute) that has a decision which was not undone, where it stands.

        In force is the last decision that was not undone; a skip is none where another reviewer has an opinion.
        """
        return _reviews(self.decisions(attribute))

    def current(self, attribute: str | None = None) -> list[Decision]:
        """The decision in force of every label that has one, the latest first."""
        return [review.decision for review in self.reviews(attribute).values()]

    def _find(self, connection: sqlite3.Connection, id: str) -> Decision | None:
        row = connection.execute(f"{_ROWS} AND d.id = ?", (id,)).fetchone()
        return None if row is None else Decision(*row)


def _reviews(decisions: list[Decision]) -> dict[tuple[str, str], Review]:
    """Of decisions, the latest first."""
    last: dict[tuple[str, str], dict[str, Decision]] = {}
    for decision in decisions:
        if decision.undone_by is None:
            last.setdefault((decision.painting, decision.attribute), {}).setdefault(
                decision.reviewer.casefold(), decision
            )
    found = {}
    for key, by_reviewer in last.items():
        each = tuple(by_reviewer.values())
        opinions = tuple(decision for decision in each if decision.action != "skip") or each
        found[key] = Review(opinions[0], opinions)
    return found


def _insert(connection: sqlite3.Connection, decision: Decision, undoes: str | None = None) -> None:
    values = (
        decision.id,
        decision.painting,
        decision.attribute,
        decision.action,
        decision.old_label,
        decision.new_label,
        decision.suggested,
        decision.reviewer,
        decision.time,
        decision.note,
        undoes,
    )
    connection.execute(
        "INSERT INTO decisions (id, painting, attribute, action, old_label, new_label, suggested, reviewer, time, note,"
        " undoes) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        values,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _require(holds: bool, message: str, hint: str, code: str) -> None:
    if not holds:
        raise InputError(message, hint, code=code)


def _require_reviewer(reviewer: str, act: str) -> None:
    _require(bool(reviewer), f"the {act} has no reviewer", "give a name; it is kept with each decision", "no-reviewer")


def _require_short(name: str, value: str) -> None:
    longest = LONGEST[name]
    _require(len(value) <= longest, f"the {name} is longer than {longest} characters", "shorten it", "text-too-long")
