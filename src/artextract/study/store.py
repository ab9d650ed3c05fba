"""Studies and what was judged in them, in COLLECTION/study.sqlite; several visitors may judge at once.

Judgements are only ever added: taking one back adds a row that says so, and keeps when each was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from artextract.database import Database
from artextract.errors import InputError
from artextract.files import user_path
from artextract.study.assignment import Quota, Turn, next_turn
from artextract.study.design import GRADES, KINDS, Drawn

FILE = "study.sqlite"
SIDES = {"left": 1, "equal": 0, "right": -1}
MAX_RATER = 80
_SCHEMA = """
CREATE TABLE IF NOT EXISTS studies (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  made TEXT NOT NULL, settings TEXT NOT NULL, drawn TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (study INTEGER NOT NULL REFERENCES studies, mix TEXT NOT NULL, query TEXT NOT NULL,
  rank INTEGER NOT NULL, painting TEXT NOT NULL,
  PRIMARY KEY (study, mix, query, rank)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tasks (id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES studies, kind TEXT NOT NULL,
  query TEXT NOT NULL, first TEXT NOT NULL, second TEXT,
  contests TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS judgements (id INTEGER PRIMARY KEY AUTOINCREMENT, task INTEGER NOT NULL REFERENCES tasks,
  rater TEXT NOT NULL, key TEXT NOT NULL, repeat INTEGER NOT NULL,
  swapped INTEGER NOT NULL, answer INTEGER NOT NULL, milliseconds INTEGER, time TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS taken_back (judgement INTEGER PRIMARY KEY REFERENCES judgements, time TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS tasks_of_study ON tasks (study);
CREATE INDEX IF NOT EXISTS judgements_of_task ON judgements (task);
CREATE VIEW IF NOT EXISTS in_force AS SELECT * FROM judgements WHERE id NOT IN (SELECT judgement FROM taken_back);
"""


class NoSuchStudyError(InputError):
    status = 404
    code = "unknown-study"


class JudgedAlreadyError(InputError):
    status = 409
    code = "judged-already"


@dataclass(frozen=True)
class Asked:
    """What a rater is asked: for pairwise tasks ``left`` and ``right``, for graded ones ``left`` alone.

    ``task`` is None when the rater is through. ``done`` of ``total`` are judged."""

    done: int
    total: int
    task: int | None = None
    kind: str | None = None
    query: str | None = None
    left: str | None = None
    right: str | None = None


@dataclass(frozen=True)
class Judgement:
    """``answer``: for pairwise tasks 1 the first, 0 equal, -1 the second; a grade for the others.

    ``swapped``: the first was shown on the right."""

    id: int
    task: int
    rater: str
    repeat: bool
    swapped: bool
    answer: int
    milliseconds: int | None
    time: str


@dataclass(frozen=True)
class StudyData:
    """All of a study: ``settings`` of the design with the "weights" searched with, ``drawn`` (queries, shared,
    passed_over, notes), ``results[mix][query]``, ``tasks`` (id -> kind, query, first, second, contests) and the
    judgements in force, oldest first."""

    name: str
    made: str
    settings: dict[str, Any]
    drawn: dict[str, Any]
    results: dict[str, dict[str, list[str]]]
    tasks: dict[int, dict[str, Any]]
    judgements: list[Judgement]


def rater_name(text: str) -> str:
    """A name as it is kept: without needless spaces. Raises ``InputError`` where nothing is left or it is too long."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_RATER or not name.isprintable():
        raise InputError(
            "a judgement needs the name of who judges" if not name else "this name cannot be kept",
            f"give a name of at most {MAX_RATER} letters",
            code="rater-needed",
        )
    return name


class Studies:
    """The studies of one collection; safe for several threads and processes."""

    def __init__(self, collection: str | Path):
        self.path = user_path(collection) / FILE
        self._file = Database(self.path, _SCHEMA)

    def add(self, drawn: Drawn) -> None:
        """Raises ``InputError`` where there is a study of this name."""
        design = drawn.design
        settings = design.as_dict() | {"weights": drawn.weights}
        facts = {
            "queries": drawn.queries,
            "shared": drawn.shared,
            "passed_over": drawn.passed_over,
            "notes": drawn.notes,
        }
        with self._file.writing() as db:
            if db.execute("SELECT 1 FROM studies WHERE name = ?", (design.name,)).fetchone():
                raise InputError(
                    f"there is a study '{design.name}' already", "choose another name", code="study-exists"
                )
            study = db.execute(
                "INSERT INTO studies (name, made, settings, drawn) VALUES (?, ?, ?, ?)",
                (design.name, _now(), json.dumps(settings), json.dumps(facts)),
            ).lastrowid
            db.executemany(
                "INSERT INTO results VALUES (?, ?, ?, ?, ?)",
                [
                    (study, mix, query, rank, painting)
                    for mix, lists in drawn.results.items()
                    for query, ids in lists.items()
                    for rank, painting in enumerate(ids, 1)
                ],
            )
            db.executemany(
                "INSERT INTO tasks (study, kind, query, first, second, contests) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (study, task.kind, task.query, task.first, task.second, json.dumps(task.contests))
                    for task in drawn.tasks
                ],
            )

    def has(self, name: str) -> bool:
        return any(entry["name"].casefold() == name.casefold() for entry in self.list())

    def list(self) -> list[dict[str, Any]]:
        """Of every study, newest first: name, made, settings, queries, tasks (kind -> how many), judgements, raters."""
        with self._file.reading() as db:
            if db is None:
                return []
            return [
                {
                    "name": name,
                    "made": made,
                    "settings": json.loads(settings),
                    "queries": len(json.loads(drawn)["queries"]),
                    "tasks": dict(
                        db.execute(
                            "SELECT kind, count(*) FROM tasks WHERE study = ? GROUP BY kind ORDER BY kind = 'graded'",
                            (study,),
                        ).fetchall()
                    ),
                    **dict(
                        zip(
                            ("judgements", "raters"),
                            db.execute(
                                "SELECT count(*), count(DISTINCT key) FROM in_force WHERE task IN (SELECT id FROM tasks"
                                " WHERE study = ?)",
                                (study,),
                            ).fetchone(),
                            strict=False,
                        )
                    ),
                }
                for study, name, made, settings, drawn in db.execute(
                    "SELECT id, name, made, settings, drawn FROM studies ORDER BY id DESC"
                ).fetchall()
            ]

    def settings(self, name: str) -> dict[str, Any]:
        """How a study was designed, with the "weights" searched with; raises ``NoSuchStudyError``."""
        with self._reading(name) as (_, study):
            return study["settings"]

    def next(self, name: str, rater: str, there: Callable[[str], bool] = lambda _: True) -> Asked:
        """What to ask this rater next; the same until it is answered or others judge.

        Tasks with paintings that are no longer ``there`` are left out."""
        rater = rater_name(rater)
        with self._reading(name) as (db, study):
            return _asked(db, study, rater, there)

    def judge(
        self,
        name: str,
        rater: str,
        task: int,
        answer: str | int,
        left: str,
        milliseconds: int | None = None,
        there: Callable[[str], bool] = lambda _: True,
    ) -> Asked:
        """Keep an answer, "left", "equal" or "right" or a grade 0..3, and give what comes next.

        ``left`` is the painting that was shown on the left.

        Raises ``JudgedAlreadyError`` where this is not what the rater would be asked for any more, as after a second
        click or in a second window, and ``InputError`` for an answer that does not fit."""
        rater = rater_name(rater)
        with self._file.writing() as db:
            study = _study(db, name)
            row = db.execute(
                "SELECT kind, first, second FROM tasks WHERE id = ? AND study = ?", (task, study["id"])
            ).fetchone()
            if row is None:
                raise NoSuchStudyError(
                    f"there is no question {task} in the study '{study['name']}'",
                    "load the page again",
                    code="unknown-question",
                )
            kind, first, second = row
            given = _answer(kind, answer)
            if left not in (first, second):
                raise InputError(
                    "the painting on the left is none of this question", "load the page again", code="wrong-painting"
                )
            swapped = left != first
            before = db.execute(
                "SELECT count(*) FROM in_force WHERE task = ? AND key = ?", (task, rater.casefold())
            ).fetchone()[0]
            turn = _turn(db, study, rater, there)[0]
            repeat = before > 0
            if before > 1 or (repeat and (turn is None or turn.task != task or not turn.repeat)):
                raise JudgedAlreadyError("you have judged this already", "the next question is shown")
            if kind == "pairwise" and swapped:
                given = -given
            db.execute(
                "INSERT INTO judgements (task, rater, key, repeat, swapped, answer, milliseconds, time) VALUES (?, ?,"
                " ?, ?, ?, ?, ?, ?)",
                (task, rater, rater.casefold(), repeat, swapped, given, milliseconds, _now()),
            )
            return _asked(db, study, rater, there)

    def undo(self, name: str, rater: str, there: Callable[[str], bool] = lambda _: True) -> Asked:
        """Take the rater's last judgement back, and ask that question again.

        Raises ``InputError`` where there is none."""
        rater = rater_name(rater)
        with self._file.writing() as db:
            study = _study(db, name)
            last = db.execute(
                "SELECT j.id, j.swapped, t.id, t.kind, t.query, t.first, t.second FROM in_force j JOIN tasks t ON t.id"
                " = j.task WHERE t.study = ? AND j.key = ? ORDER BY j.id DESC",
                (study["id"], rater.casefold()),
            ).fetchone()
            if last is None:
                raise InputError("there is nothing to take back", "judge on", code="nothing-to-undo")
            judgement, swapped, task, kind, query, first, second = last
            db.execute("INSERT INTO taken_back VALUES (?, ?)", (judgement, _now()))
            progress = _asked(db, study, rater, there)
            left, right = (second, first) if swapped else (first, second)
            return Asked(progress.done, progress.total, task, kind, query, left, right)

    def read(self, name: str) -> StudyData:
        """Everything about a study; raises ``NoSuchStudyError``."""
        with self._reading(name) as (db, study):
            results: dict[str, dict[str, list[str]]] = {mix: {} for mix in study["settings"]["mixes"]}
            for mix, query, painting in db.execute(
                "SELECT mix, query, painting FROM results WHERE study = ? ORDER BY mix, query, rank", (study["id"],)
            ):
                results[mix].setdefault(query, []).append(painting)
            tasks = {
                task: {
                    "kind": kind,
                    "query": query,
                    "first": first,
                    "second": second,
                    "contests": [tuple(pair) for pair in json.loads(contests)],
                }
                for task, kind, query, first, second, contests in db.execute(
                    "SELECT id, kind, query, first, second, contests FROM tasks WHERE study = ? ORDER BY id",
                    (study["id"],),
                )
            }
            rows = db.execute(
                "SELECT id, task, rater, key, repeat, swapped, answer, milliseconds, time FROM in_force WHERE task IN"
                " (SELECT id FROM tasks WHERE study = ?) ORDER BY id",
                (study["id"],),
            ).fetchall()
            written = {key: rater for _, _, rater, key, *_ in reversed(rows)}  # one spelling of each name: the first
            judgements = [
                Judgement(i, task, written[key], bool(repeat), bool(swapped), *rest)
                for i, task, _, key, repeat, swapped, *rest in rows
            ]
            return StudyData(
                study["name"], study["made"], study["settings"], study["drawn"], results, tasks, judgements
            )

    def state(self, name: str) -> tuple[str, int, int]:
        """Another value whenever a judgement has been added or taken back."""
        with self._reading(name) as (db, study):
            judged, taken_back = db.execute(
                "SELECT (SELECT count(*) FROM judgements), (SELECT count(*) FROM taken_back)"
            ).fetchone()
            return study["made"], judged, taken_back

    @contextmanager
    def _reading(self, name: str) -> Iterator[tuple[sqlite3.Connection, dict[str, Any]]]:
        with self._file.reading() as db:
            if db is None:
                raise _no_study(name)
            yield db, _study(db, name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _no_study(name: str) -> NoSuchStudyError:
    return NoSuchStudyError(
        f"there is no study '{name}'",
        "make one with: artextract study COLLECTION --new NAME --mix default --mix deep=1",
    )


def _study(db: sqlite3.Connection, name: str) -> dict[str, Any]:
    row = db.execute("SELECT id, name, made, settings, drawn FROM studies WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise _no_study(name)
    return {"id": row[0], "name": row[1], "made": row[2], "settings": json.loads(row[3]), "drawn": json.loads(row[4])}


def _answer(kind: str, answer: str | int) -> int:
    if kind == "pairwise" and answer in SIDES:
        return SIDES[answer]
    if kind == "graded" and isinstance(answer, int) and 0 <= answer < len(GRADES):
        return answer
    choices = ", ".join(SIDES) if kind == "pairwise" else f"a number from 0 to {len(GRADES) - 1}"
    raise InputError(f"'{answer}' is no answer to this question", f"answer with {choices}", code="invalid-answer")


def _turn(
    db: sqlite3.Connection, study: dict[str, Any], rater: str, there: Callable[[str], bool]
) -> tuple[Turn | None, int, dict[int, tuple]]:
    """The rater's next turn, how many he has judged, and the tasks (id -> kind, query, first, second)."""
    rows = db.execute("SELECT id, kind, query, first, second FROM tasks WHERE study = ?", (study["id"],)).fetchall()
    tasks = {task: rest for task, *rest in rows if all(painting is None or there(painting) for painting in rest[1:])}
    by_kind = {kind: [task for task, (own, *_) in tasks.items() if own == kind] for kind in KINDS}
    times = dict(
        db.execute(
            "SELECT task, count(*) FROM in_force WHERE repeat = 0 AND key != ? GROUP BY task", (rater.casefold(),)
        ).fetchall()
    )
    own: dict[str, list[tuple[int, bool]]] = {}
    done = db.execute(
        "SELECT t.kind, j.task, j.swapped FROM in_force j JOIN tasks t ON t.id = j.task WHERE t.study = ? AND j.key = ?"
        " ORDER BY j.id",
        (study["id"], rater.casefold()),
    ).fetchall()
    for kind, task, swapped in done:
        own.setdefault(kind, []).append((task, bool(swapped)))
    settings = study["settings"]
    quota = Quota(settings["per_rater"], settings["repeats"], settings["seed"])
    together = {
        task: query for task, (kind, query, *_) in tasks.items() if kind == "graded"
    }  # a query counts once all of it is graded, and grades are easier side by side
    return next_turn(by_kind, times, own, rater.casefold(), quota, together), len(done), tasks


def _asked(db: sqlite3.Connection, study: dict[str, Any], rater: str, there: Callable[[str], bool]) -> Asked:
    turn, done, tasks = _turn(db, study, rater, there)
    if turn is None:
        return Asked(done, done)
    kind, query, first, second = tasks[turn.task]
    left, right = (second, first) if turn.swapped and second is not None else (first, second)
    return Asked(done, max(turn.total, done + 1), turn.task, kind, query, left, right)
