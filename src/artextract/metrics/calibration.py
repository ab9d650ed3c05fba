"""Whether a probability means what it says: arrays in, floats out.

Checked against scikit-learn and slow oracles in the tests.

``truth`` is ``int (N,)`` class numbers, ``probabilities`` ``float (N, K)`` with rows that sum to 1. Figures of no rows
are None."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ECE_BINS = 15


@dataclass(frozen=True)
class Reliability:
    """Per bin of the top probability, ``(B,)`` each: rows, their mean confidence and their accuracy, NaN where a bin is
    empty."""

    n: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


def confidence_bins(probabilities: np.ndarray, bins: int = ECE_BINS) -> np.ndarray:
    """The equal-width bin of each row's top probability, ``int (N,)``; a bin holds its upper edge."""
    places: np.ndarray = np.clip(np.ceil(probabilities.max(1) * bins).astype(int) - 1, 0, bins - 1)
    return places


def reliability(truth: np.ndarray, probabilities: np.ndarray, bins: int = ECE_BINS) -> Reliability:
    """What a reliability diagram shows: C. Guo et al., "On Calibration of Modern Neural Networks" (2017), section 2."""
    place = confidence_bins(probabilities, bins)
    n = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(place, weights=probabilities.max(1), minlength=bins) / n
        right = np.bincount(place, weights=probabilities.argmax(1) == truth, minlength=bins) / n
    return Reliability(n, confidence, right)


def expected_calibration_error(truth: np.ndarray, probabilities: np.ndarray, bins: int = ECE_BINS) -> float | None:
    """Mean gap between confidence and accuracy over equal-width bins of the top probability, weighted by their rows.

    Guo et al., equation 3."""
    if not len(truth):
        return None
    found = reliability(truth, probabilities, bins)
    return float(np.nansum(np.abs(found.accuracy - found.confidence) * found.n) / len(truth))


def brier_score(truth: np.ndarray, probabilities: np.ndarray) -> float | None:
    """Mean squared distance, summed over the classes, to the truth as a row of one 1: 0 is perfect, 2 the worst.

    G. W. Brier (1950), his first definition."""
    if not len(truth):
        return None
    wanted = probabilities[np.arange(len(truth)), truth]
    return float(np.mean((probabilities**2).sum(1, dtype=np.float64) - 2 * wanted + 1))


def log_loss(truth: np.ndarray, probabilities: np.ndarray) -> float | None:
    """Mean negative logarithm of the true class's probability.

    None where one of them is 0, since the loss is then infinite."""
    if not len(truth):
        return None
    wanted = probabilities[np.arange(len(truth)), truth].astype(np.float64)
    return float(-np.log(wanted).mean()) if wanted.min() > 0 else None


def without_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """The probabilities as they were before the logits were divided by ``temperature``: a power of them, ``float64 (N,
    K)``."""
    logits = temperature * np.log(np.maximum(probabilities.astype(np.float64), np.finfo(np.float32).tiny))
    powers = np.exp(logits - logits.max(1, keepdims=True))
    scaled: np.ndarray = powers / powers.sum(1, keepdims=True)
    return scaled
