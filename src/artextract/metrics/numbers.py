"""How near answered numbers are to the true ones, and whether their intervals hold what they promise."""

from __future__ import annotations

import numpy as np

from artextract.metrics.bootstrap import ROUNDS, interval, resample

MEASURES = ("mae", "median_error", "within", "coverage", "width")

Measures = dict[str, np.ndarray]


def number_summary(
    truth: np.ndarray, answered: np.ndarray, ends: tuple[np.ndarray, np.ndarray] | None, near: float
) -> dict[str, float | None]:
    """Of true and answered numbers ``float (N,)`` and the ends of intervals: ``mae`` the mean absolute error,
    ``median_error`` the median of the absolute errors, ``within`` the share of answers at most ``near`` off,
    ``coverage`` the share of true numbers inside their interval and ``width`` its mean width; None where there are no
    rows, or no intervals."""
    parts = _parts(truth, answered, ends, near)
    if not len(truth):
        return dict.fromkeys(MEASURES)
    found = {name: float(values.mean()) for name, values in parts.items()}
    found["median_error"] = float(np.median(parts["mae"]))
    return {name: found.get(name) for name in MEASURES}


def resampled_numbers(
    truth: np.ndarray,
    answered: np.ndarray,
    ends: tuple[np.ndarray, np.ndarray] | None,
    near: float,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Measures:
    """The measures of every resample, ``float (rounds,)`` each; N is at least 1.

    Equal N, rounds and seed draw equal rows, so that differences are paired."""
    parts = _parts(truth, answered, ends, near)
    n, order = len(truth), np.argsort(parts["mae"], kind="stable")
    ranked = parts["mae"][order]
    drawn: dict[str, list[np.ndarray]] = {name: [] for name in (*parts, "median_error")}
    for counts in resample(n, rounds, seed):
        for name, values in parts.items():
            drawn[name].append(counts @ values / n)
        below = np.cumsum(counts[:, order], axis=1)
        middle = ((below <= rank).sum(1) for rank in ((n - 1) // 2, n // 2))  # of an even number the two in the middle
        drawn["median_error"].append(np.mean([ranked[place] for place in middle], axis=0))
    return {name: np.concatenate(values) for name, values in drawn.items()}


def number_intervals(measures: Measures) -> dict[str, list[float] | None]:
    """The 95 % interval of each measure; None for one that there is not."""
    return {name: interval(measures[name]) if name in measures else None for name in MEASURES}


def _parts(
    truth: np.ndarray, answered: np.ndarray, ends: tuple[np.ndarray, np.ndarray] | None, near: float
) -> dict[str, np.ndarray]:
    errors = np.abs(answered - truth)
    parts = {"mae": errors, "within": (errors <= near).astype(float)}
    if ends is not None:
        low, high = ends
        parts |= {"coverage": ((low <= truth) & (truth <= high)).astype(float), "width": high - low}
    return parts
