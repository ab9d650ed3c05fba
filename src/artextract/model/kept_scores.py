"""The scores of validation rows that a model keeps, to find by them what is usual."""

from __future__ import annotations

import numpy as np

KEPT = 1000
"""So many scores of an attribute are kept at most."""


def kept_scores(scores: np.ndarray) -> np.ndarray:
    """Scores (n,) in rising order; of more than ``KEPT`` every so many-th, from the largest down, so that no share of
    them lies lower than of all."""
    every = np.sort(scores)
    if len(every) <= KEPT:
        return every
    ranks = np.ceil(np.arange(1, KEPT + 1) * (len(every) / KEPT)).astype(int)
    kept: np.ndarray = every[ranks - 1]
    return kept
