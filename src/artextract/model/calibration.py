"""One temperature makes probabilities honest: C. Guo et al., "On Calibration of Modern Neural Networks" (2017), section
4.2."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

CALIBRATION_ROWS = 30
"""With fewer labelled validation paintings a temperature would be noise."""


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The divisor of ``logits (N, K)`` with the lowest cross-entropy on class numbers ``truth (N,)``, between a tenth
    and ten; 1 where fewer than ``CALIBRATION_ROWS`` rows tell."""
    if len(truth) < CALIBRATION_ROWS:
        return 1.0
    logits = np.asarray(logits, dtype=np.float64)

    def loss(log_temperature: float) -> float:
        return -float(log_softmax(logits / math.exp(log_temperature), axis=1)[np.arange(len(truth)), truth].mean())

    return math.exp(minimize_scalar(loss, bounds=(-math.log(10), math.log(10)), method="bounded").x)
