"""95 % bootstrap intervals: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13
(percentiles).

The same resampled rows serve every classifier that was judged on them, so the difference of two is paired: what makes a
row hard for both falls out of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array

from artextract.metrics.calibration import ECE_BINS, confidence_bins, expected_calibration_error
from artextract.metrics.classification import Tally
from artextract.metrics.ranking import resampled_macro_auc

ROUNDS, AUC_ROUNDS = 1000, 200
CELLS = 4_000_000
"""So many counts are held at a time."""
AUC_WORK, AUC_LEAST = 400_000_000, 50
"""Rows x classes x rounds that resampled areas may cost; where that allows fewer rounds than ``AUC_LEAST``, there is no
interval."""

Measures = dict[str, np.ndarray]


def resample(rows: int, rounds: int, seed: int = 0) -> Iterator[np.ndarray]:
    """How often each row is drawn when ``rows`` are drawn with replacement: blocks of ``int (R, rows)``, ``rounds`` in
    all."""
    rng = np.random.default_rng(seed)
    step = max(1, CELLS // max(1, rows))
    for start in range(0, rounds, step):
        drawn = rng.integers(0, rows, (min(step, rounds - start), rows))
        yield np.stack([np.bincount(one, minlength=rows) for one in drawn])


def resampled(
    truth: np.ndarray, probabilities: np.ndarray, rounds: int = ROUNDS, auc_rounds: int = AUC_ROUNDS, seed: int = 0
) -> Measures:
    """accuracy, balanced_accuracy, macro_f1, ece (``float (rounds,)``) and roc_auc (the first ``auc_rounds`` or fewer)
    of every resample.

    ``truth`` is ``int (N,)``, ``probabilities`` ``float (N, K)``; N is at least 1. Equal N, rounds and seed draw equal
    rows."""
    n, classes = probabilities.shape
    predicted, confidence = probabilities.argmax(1), probabilities.max(1)
    right = predicted == truth
    by_true, by_predicted = _indicator(truth, classes), _indicator(predicted, classes)
    by_right, gap = (
        _indicator(truth, classes, right),
        _indicator(confidence_bins(probabilities), ECE_BINS, right - confidence),
    )
    parts: dict[str, list[np.ndarray]] = {
        name: [] for name in ("accuracy", "balanced_accuracy", "macro_f1", "ece", "roc_auc")
    }
    allowed = min(auc_rounds, AUC_WORK // (n * classes))
    auc_rounds, done = allowed if allowed >= min(auc_rounds, AUC_LEAST) else 0, 0
    for counts in resample(n, rounds, seed):
        tally = Tally(counts @ by_right, counts @ by_true, counts @ by_predicted)
        parts["accuracy"].append(tally.accuracy())
        parts["balanced_accuracy"].append(tally.balanced_accuracy())
        parts["macro_f1"].append(tally.macro("f1"))
        parts["ece"].append(np.abs(counts @ gap).sum(1) / n)
        parts["roc_auc"].append(resampled_macro_auc(truth, probabilities, counts[: max(0, auc_rounds - done)]))
        done += len(counts)
    return {name: np.concatenate(values) for name, values in parts.items()}


def intervals(truth: np.ndarray, probabilities: np.ndarray, measures: Measures) -> dict[str, list[float] | None]:
    """The interval of each measure in ``resampled``; None where it is undefined.

    Resampling adds noise to every bin's gap, and gaps count absolutely, so resampled calibration errors lie too high:
    theirs are moved down by that bias."""
    found = {name: interval(values) for name, values in measures.items()}
    bias = measures["ece"].mean() - expected_calibration_error(truth, probabilities)
    ends = found["ece"]
    assert ends is not None
    found["ece"] = [float(np.clip(end - bias, 0, 1)) for end in ends]
    return found


def interval(values: np.ndarray) -> list[float] | None:
    """The middle 95 % of the defined values."""
    values = values[np.isfinite(values)]
    return [float(end) for end in np.percentile(values, [2.5, 97.5])] if len(values) else None


def _indicator(columns: np.ndarray, width: int, values: np.ndarray | None = None) -> csr_array:
    """``(N, width)`` with one value a row, 1 unless given."""
    values = np.ones(len(columns)) if values is None else values.astype(float)
    return csr_array((values, columns, np.arange(len(columns) + 1)), shape=(len(columns), width))
