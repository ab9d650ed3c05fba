"""What sets of labels keep of their promise: arrays in, floats out.

V. Vovk, A. Gammerman and G. Shafer, "Algorithmic Learning in a Random World" (2005); the two figures are those of A.
Angelopoulos and S. Bates, "Conformal Prediction: A Gentle Introduction" (2023), section 4."""

from __future__ import annotations

import numpy as np


def covered(truth: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Whether each row's set holds its true class, bool (N,); ``truth`` is int (N,), ``members`` bool (N, K)."""
    inside: np.ndarray = members[np.arange(len(truth)), truth]
    return inside


def class_coverage(truth: np.ndarray, members: np.ndarray) -> np.ndarray:
    """The share of each class's rows whose set holds it, float (K,); NaN for a class without rows."""
    classes = members.shape[1]
    rows = np.bincount(truth, minlength=classes)
    with np.errstate(invalid="ignore"):
        shares: np.ndarray = np.bincount(truth, weights=covered(truth, members), minlength=classes) / rows
    return shares
