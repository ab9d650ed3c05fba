"""What follows from a study: how far raters agree, which mix they prefer, and how well each ranks by their grades.

With intervals, and in words where there is too little to say.

Repeated questions tell how consistent a rater is, and nothing else: everything else counts the first answer only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from artextract.csv_file import harmless
from artextract.said import Said
from artextract.study.design import notes_on
from artextract.study.grade_report import grades
from artextract.study.preference_report import preference
from artextract.study.rater_report import FEW_QUERIES, FEW_RATERS, HASTY, agreement, consistency, raters_of
from artextract.study.store import Judgement, StudyData

COLUMNS = (
    "study",
    "time",
    "rater",
    "task",
    "kind",
    "query",
    "first",
    "second",
    "mixes_of_first",
    "mixes_of_second",
    "left",
    "chosen",
    "grade",
    "repeat",
    "milliseconds",
)


def study_report(data: StudyData) -> dict[str, Any]:
    """Plain values for JSON. Figures that are undefined are None, and ``warnings`` say why."""
    mixes = list(data.settings["mixes"])
    first_answers = [judgement for judgement in data.judgements if not judgement.repeat]
    by_kind: dict[str, list[Judgement]] = {kind: [] for kind in data.settings["kinds"]}
    for judgement in first_answers:
        by_kind[data.tasks[judgement.task]["kind"]].append(judgement)
    warnings = _general_warnings(data, first_answers)
    document: dict[str, Any] = {
        "name": data.name,
        "made": data.made,
        "kinds": list(data.settings["kinds"]),
        "k": data.settings["k"],
        "mixes": data.settings["weights"],
        "queries": len(data.drawn["queries"]),
        "shared": data.drawn["shared"],
        "passed_over": data.drawn["passed_over"],
        "notes": notes_on(data.settings["queries"], len(data.drawn["queries"]), _lacks_pairwise(data)),
        "judgements": len(data.judgements),
        "repeats": len(data.judgements) - len(first_answers),
        "raters": raters_of(data),
        "coverage": {kind: _coverage(data, kind, own) for kind, own in by_kind.items()},
        "agreement": {kind: agreement(data, kind, own, warnings) for kind, own in by_kind.items()},
        "consistency": {kind: consistency(data, kind) for kind in by_kind},
        "preference": preference(data, mixes, by_kind["pairwise"], warnings) if "pairwise" in by_kind else None,
        "grades": grades(data, mixes, by_kind["graded"], warnings) if "graded" in by_kind else None,
    }
    return document | {"warnings": warnings}


def judgement_frame(data: StudyData) -> pd.DataFrame:
    """A row for every judgement in force, oldest first.

    ``chosen`` is the painting preferred, or "equal"; ``mixes_of_first`` and ``mixes_of_second`` found the two."""
    rows = []
    for judgement in data.judgements:
        task = data.tasks[judgement.task]
        pairwise = task["kind"] == "pairwise"
        rows.append(
            {
                "study": data.name,
                "time": judgement.time,
                "rater": harmless(judgement.rater),
                "task": judgement.task,
                "kind": task["kind"],
                "query": task["query"],
                "first": task["first"],
                "second": task["second"],
                "mixes_of_first": _joined(pair[0] for pair in task["contests"]),
                "mixes_of_second": _joined(pair[1] for pair in task["contests"]),
                "left": task["second"] if judgement.swapped else task["first"],
                "chosen": {1: task["first"], -1: task["second"], 0: "equal"}[judgement.answer] if pairwise else None,
                "grade": None if pairwise else judgement.answer,
                "repeat": int(judgement.repeat),
                "milliseconds": judgement.milliseconds,
            }
        )
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"grade": "Int64", "milliseconds": "Int64"})


def _joined(mixes: Iterable[str]) -> str:
    return harmless("|".join(dict.fromkeys(mixes)))


def _coverage(data: StudyData, kind: str, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """How many tasks there are, have been judged, and have been judged by two or more.

    How many judgements a task has on average."""
    tasks = sum(task["kind"] == kind for task in data.tasks.values())
    times = Counter(judgement.task for judgement in judgements)
    return {
        "tasks": tasks,
        "judged": len(times),
        "judged_twice": sum(count >= 2 for count in times.values()),
        "judgements": len(judgements),
        "per_task": len(judgements) / tasks if tasks else None,
    }


def _general_warnings(data: StudyData, judgements: Sequence[Judgement]) -> list[str]:
    raters, queries = (
        {judgement.rater for judgement in judgements},
        {data.tasks[judgement.task]["query"] for judgement in judgements},
    )
    if not judgements:
        return [Said("nobody-judged", "Nobody has judged yet.")]
    warnings: list[str] = []
    if len(raters) == 1:
        text = (
            "One rater alone has judged: the intervals say how other queries might turn out, nothing about other"
            " people."
        )
        warnings.append(Said("one-rater", text))
    elif len(raters) < FEW_RATERS:
        text = (
            "{n} raters have judged. Fewer than {least} hardly show how much people differ, so the intervals may be too"
            " narrow."
        )
        warnings.append(Said("few-raters", text, n=len(raters), least=FEW_RATERS))
    if len(queries) < FEW_QUERIES:
        text = (
            "{n} queries have been judged. Below {least} the intervals are too narrow, and another draw of queries may"
            " turn the order round."
        )
        warnings.append(Said("few-queries", text, n=len(queries), least=FEW_QUERIES))
    for rater in raters_of(data):
        if rater["median_seconds"] is not None and rater["judgements"] >= 5 and rater["median_seconds"] * 1000 < HASTY:
            text = "{rater} took {seconds:.1f} s a question: too fast to have looked."
            warnings.append(Said("too-fast", text, rater=rater["rater"], seconds=rater["median_seconds"]))
    return warnings


def _lacks_pairwise(data: StudyData) -> bool:
    return "pairwise" in data.settings["kinds"] and not any(task["kind"] == "pairwise" for task in data.tasks.values())
