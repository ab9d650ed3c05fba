"""What is gained by keeping silent when unsure: arrays in, floats out.

Y. Geifman and R. El-Yaniv, "Selective Classification for Deep Neural Networks" (2017); the area is that of Y. Geifman,
G. Uziel and R. El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers" (2019)."""

from __future__ import annotations

import numpy as np


def risk_coverage(truth: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coverage 1/N, 2/N, ... 1 and the share of errors among that many most confident rows, ``float (N,)`` each.

    Rows of equal confidence count with their mean error, the expectation over their order, so a constant confidence
    draws a level line."""
    confidence = probabilities.max(1)
    wrong = (probabilities.argmax(1) != truth).astype(float)
    order = np.argsort(-confidence, kind="stable")
    group = np.r_[0, np.cumsum(np.diff(confidence[order]) != 0)] if len(order) else order
    mean = np.bincount(group, weights=wrong[order]) / np.bincount(group) if len(order) else wrong
    rows = np.arange(1, len(truth) + 1)
    return rows / max(1, len(truth)), np.cumsum(mean[group]) / rows


def area_under_risk(truth: np.ndarray, probabilities: np.ndarray) -> float | None:
    """AURC: the mean risk over all coverages, lower is better; None of no rows."""
    return float(risk_coverage(truth, probabilities)[1].mean()) if len(truth) else None


def accuracy_at_coverage(truth: np.ndarray, probabilities: np.ndarray, coverage: float) -> float | None:
    """Accuracy on the ``coverage`` (0..1] most confident share of the rows, rounded up to whole rows; None of no
    rows."""
    if not len(truth):
        return None
    return float(1 - risk_coverage(truth, probabilities)[1][int(np.ceil(round(coverage * len(truth), 9))) - 1])
