"""How well each class's probability ranks its own rows before the others, one against the rest: arrays in, floats out.

``truth`` is ``int (N,)`` class numbers, ``probabilities`` ``float (N, K)``. A class without positives or without
negatives has no curve and no area: NaN in arrays, left out of means. Checked against scikit-learn in the tests."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata


def roc_curve(positive: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rates from (0, 0) to (1, 1), one point per distinct score.

    ``positive`` is ``bool (N,)`` and holds both values."""
    hits, rows = _cumulated(positive, scores)
    return np.r_[0.0, (rows - hits) / (len(positive) - hits[-1])], np.r_[0.0, hits / hits[-1]]


def roc_auc_per_class(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Area under each class's ROC curve, ``float (K,)``: the chance that a positive is ranked before a negative, ties
    counting half.

    J. A. Hanley and B. J. McNeil, "The Meaning and Use of the Area under a ROC Curve" (1982).
    """
    classes = probabilities.shape[1]
    positives = np.bincount(truth, minlength=classes)
    negatives = len(truth) - positives
    areas = np.full(classes, np.nan)
    for k in np.flatnonzero(positives * negatives):
        ranks = rankdata(probabilities[:, k])[truth == k]
        areas[k] = (ranks.sum() - positives[k] * (positives[k] + 1) / 2) / (positives[k] * negatives[k])
    return areas


def average_precision_per_class(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Mean precision at each step of recall, not interpolated, ``float (K,)``, as scikit-learn defines it.

    Its chance level is the class's share of rows."""
    classes = probabilities.shape[1]
    found = np.full(classes, np.nan)
    for k in range(classes):
        positive = truth == k
        if 0 < positive.sum() < len(truth):
            hits, rows = _cumulated(positive, probabilities[:, k])
            found[k] = np.sum(np.diff(hits, prepend=0) * hits / rows) / hits[-1]
    return found


def mean_defined(values: np.ndarray) -> float | None:
    """The mean of what is not NaN; None where nothing is left."""
    return float(np.nanmean(values)) if np.isfinite(values).any() else None


def resampled_macro_auc(truth: np.ndarray, probabilities: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Macro AUC of each resample, ``float (R,)``; ``counts`` is ``int (R, N)``, how often each row was drawn.

    NaN where no class is defined."""
    totals, defined = np.zeros(len(counts)), np.zeros(len(counts))
    for k in np.unique(truth) if len(counts) else ():
        order = np.argsort(probabilities[:, k], kind="stable")
        scores, positive = probabilities[order, k], truth[order] == k
        drawn = counts[:, order]
        negative = np.cumsum(np.where(positive, 0, drawn), axis=1)
        ends = np.flatnonzero(np.r_[scores[1:] != scores[:-1], True])
        tie = np.searchsorted(ends, np.flatnonzero(positive))  # the group of equal scores in which each positive stands
        through = negative[:, ends]
        before = np.concatenate([np.zeros((len(counts), 1)), through[:, :-1]], axis=1)
        own = drawn[:, positive]
        pairs = own.sum(1) * negative[:, -1]
        ahead = (own * (before[:, tie] + through[:, tie])).sum(1) / 2
        totals += np.divide(ahead, pairs, out=np.zeros(len(counts)), where=pairs > 0)
        defined += pairs > 0
    means: np.ndarray = np.divide(totals, defined, out=np.full(len(counts), np.nan), where=defined > 0)
    return means


def _cumulated(positive: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positives and rows down to each distinct score, the highest first."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])
    return np.cumsum(positive[order])[ends], ends + 1
