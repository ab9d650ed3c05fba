"""How raters judge: the part of a study's report about agreement and consistency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import binomtest

from artextract.metrics.agreement import alpha_interval, krippendorff_alpha
from artextract.said import Said
from artextract.study.store import Judgement, StudyData

LEVELS = {"pairwise": "nominal", "graded": "ordinal"}


FEW_RATERS, FEW_QUERIES, LOW_ALPHA, HASTY = 5, 20, 0.667, 700
"""Below these the report warns; ``LOW_ALPHA`` is Krippendorff's own for tentative conclusions (2004, page 241),
``HASTY`` in milliseconds, the median of a rater."""


def raters_of(data: StudyData) -> list[dict[str, Any]]:
    """Per rater, most judgements first: how many, the median seconds of one, how often the left was chosen of left and
    right, and how many repeats agreed."""
    own: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in data.judgements:
        own[judgement.rater].append(judgement)
    rows = []
    for rater, judgements in sorted(own.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        times = [judgement.milliseconds / 1000 for judgement in judgements if judgement.milliseconds is not None]
        sides = [
            (judgement.answer > 0) != judgement.swapped
            for judgement in judgements
            if data.tasks[judgement.task]["kind"] == "pairwise" and judgement.answer
        ]
        again = [first.answer == second.answer for first, second in _twice(judgements)]
        rows.append(
            {
                "rater": rater,
                "judgements": len(judgements),
                "median_seconds": float(np.median(times)) if times else None,
                "left": float(np.mean(sides)) if sides else None,
                "repeats": len(again),
                "repeats_equal": int(np.sum(again)),
                "last": judgements[-1].time,
            }
        )
    return rows


def agreement(data: StudyData, kind: str, judgements: Sequence[Judgement], warnings: list[str]) -> dict[str, Any]:
    raters = {rater: row for row, rater in enumerate(dict.fromkeys(judgement.rater for judgement in judgements))}
    units = {task: column for column, task in enumerate(dict.fromkeys(judgement.task for judgement in judgements))}
    ratings = np.full((len(raters), len(units)), np.nan)
    for judgement in judgements:
        ratings[raters[judgement.rater], units[judgement.task]] = judgement.answer
    doubly = int((np.isfinite(ratings).sum(0) >= 2).sum()) if ratings.size else 0
    alpha = krippendorff_alpha(ratings, LEVELS[kind]) if doubly else None
    if judgements and not doubly:
        warnings.append(
            Said(
                f"not-judged-twice-{kind}",
                f"No {kind} question has been judged by two raters yet, so nothing can be said of their agreement.",
            )
        )
    elif judgements and alpha is None:
        warnings.append(
            Said(
                f"all-the-same-{kind}",
                f"All {kind} judgements that could be compared are the same, so agreement could as well be chance.",
            )
        )
    elif alpha is not None and alpha < LOW_ALPHA:
        text = (
            f"Raters agree little on {kind} questions (alpha {{alpha:.2f}}; {{least}} is asked for before single"
            " judgements are relied on). Means over many of them can still be sure."
        )
        warnings.append(Said(f"agree-little-{kind}", text, alpha=float(alpha), least=LOW_ALPHA))
    return {
        "alpha": alpha,
        "level": LEVELS[kind],
        "ci": alpha_interval(ratings, LEVELS[kind]) if alpha is not None else None,
        "units": doubly,
        "raters": len(raters),
    }


def consistency(data: StudyData, kind: str) -> dict[str, Any]:
    """How often a rater answered the same when asked again, with the interval of C. Clopper and E. Pearson (1934), and
    for grades how far the two were apart."""
    own: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in data.judgements:
        if data.tasks[judgement.task]["kind"] == kind:
            own[judgement.rater].append(judgement)
    pairs = [(first.answer, second.answer) for judgements in own.values() for first, second in _twice(judgements)]
    if not pairs:
        return {"repeats": 0, "equal": None, "ci": None, "mean_difference": None}
    equal = sum(a == b for a, b in pairs)
    ends = binomtest(equal, len(pairs)).proportion_ci(0.95, "exact")
    apart = float(np.mean([abs(a - b) for a, b in pairs])) if kind == "graded" else None
    return {
        "repeats": len(pairs),
        "equal": equal / len(pairs),
        "ci": [float(ends.low), float(ends.high)],
        "mean_difference": apart,
    }


def _twice(judgements: Sequence[Judgement]) -> list[tuple[Judgement, Judgement]]:
    """A rater's first and second answers to the questions that came again."""
    first = {judgement.task: judgement for judgement in judgements if not judgement.repeat}
    return [
        (first[judgement.task], judgement) for judgement in judgements if judgement.repeat and judgement.task in first
    ]
