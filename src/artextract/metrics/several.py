"""How well several labels a row are told, each apart from the others: arrays in, floats out.

Checked against scikit-learn in the tests.

``truth`` is ``bool (N, K)``, ``probabilities`` ``float (N, K)``, each of its own: rows need not sum to 1. A class
without positives, or of which all rows are, has no average precision and is left out of that mean."""

from __future__ import annotations

import numpy as np

from artextract.metrics.bootstrap import ROUNDS, interval, resample
from artextract.metrics.classification import Tally

MEASURES = ("map", "macro_f1", "micro_f1", "exact", "labels")
MAP_ROUNDS = 200

Measures = dict[str, np.ndarray]


def average_precisions(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Mean precision at each step of recall of every class, ``float (K,)``, NaN where it is not defined."""
    return np.asarray(_average_precisions(truth, probabilities, np.ones((1, len(truth)), dtype=np.int64))[0])


def several_summary(truth: np.ndarray, probabilities: np.ndarray, said: np.ndarray) -> dict[str, float | None]:
    """``map``: the mean average precision.

    Of the labels that are ``said``, ``bool (N, K)``: ``macro_f1`` and ``micro_f1``, the share of rows of which all
    labels are right and none is missing (``exact``), and how many are said of a row (``labels``). None where there are
    no rows."""
    if not len(truth):
        return dict.fromkeys(MEASURES)
    precisions = average_precisions(truth, probabilities)
    tally = Tally((truth & said).sum(0), truth.sum(0), said.sum(0))
    return {
        "map": float(np.nanmean(precisions)) if np.isfinite(precisions).any() else None,
        "macro_f1": float(tally.macro("f1")),
        "micro_f1": _micro(tally),
        "exact": float((truth == said).all(1).mean()),
        "labels": float(said.sum(1).mean()),
    }


def resampled_several(
    truth: np.ndarray, probabilities: np.ndarray, said: np.ndarray, rounds: int = ROUNDS, seed: int = 0
) -> Measures:
    """macro_f1 (``float (rounds,)``) and map (the first ``MAP_ROUNDS`` or fewer) of every resample; N is at least 1.

    Equal N, rounds and seed draw equal rows.

    A rare class is missing in many resamples, and rows that are drawn twice follow each other in the ranking, so
    resampled mean average precisions lie too high: they are moved down by that bias."""
    parts: dict[str, list[np.ndarray]] = {"macro_f1": [], "map": []}
    right, left = (truth & said).astype(float), MAP_ROUNDS
    for counts in resample(len(truth), rounds, seed):
        parts["macro_f1"].append(Tally(counts @ right, counts @ truth, counts @ said).macro("f1"))
        with np.errstate(all="ignore"):
            few = _average_precisions(truth, probabilities, counts[: max(0, left)])
            parts["map"].append(np.nanmean(few, axis=1) if len(few) else np.empty(0))
        left -= len(counts)
    found = {name: np.concatenate(values) for name, values in parts.items()}
    if np.isfinite(found["map"]).any():
        found["map"] -= np.nanmean(found["map"]) - np.nanmean(average_precisions(truth, probabilities))
    return found


def several_intervals(measures: Measures) -> dict[str, list[float] | None]:
    """The 95 % interval of each measure that was resampled."""
    return {name: interval(values) for name, values in measures.items()}


def _average_precisions(truth: np.ndarray, probabilities: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """``float (R, K)`` for resamples ``int (R, N)`` that say how often each row was drawn."""
    found = np.full((len(counts), truth.shape[1]), np.nan)
    for k in np.flatnonzero(truth.any(0) & ~truth.all(0)) if len(counts) else ():
        order = np.argsort(-probabilities[:, k], kind="stable")
        ends = np.flatnonzero(np.r_[np.diff(probabilities[order, k]) != 0, True])
        drawn = counts[:, order]
        rows = np.cumsum(drawn, axis=1)[:, ends]
        hits = np.cumsum(drawn * truth[order, k], axis=1)[:, ends]
        steps = np.diff(hits, axis=1, prepend=0)
        total = hits[:, -1]
        sums = (steps * hits / np.maximum(rows, 1)).sum(1)
        np.divide(sums, total, out=found[:, k], where=(total > 0) & (total < rows[:, -1]))
    return found


def _micro(tally: Tally) -> float:
    whole = tally.true.sum() + tally.predicted.sum()
    return float(2 * tally.right.sum() / whole) if whole else 0.0
