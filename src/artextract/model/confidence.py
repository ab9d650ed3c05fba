"""From which probability on an answer is given without "unsure"."""

from __future__ import annotations

import numpy as np

RIGHT_AT_LEAST = 0.75
"""So many of the answers that are not marked "unsure" were right on validation."""
ENOUGH_ROWS = 30
ENOUGH_UNSEEN = 60
"""From so many rows of unseen artists on the promise is kept for them apart."""


def sure_from(confidence: np.ndarray, right: np.ndarray, wanted: float = RIGHT_AT_LEAST) -> float | None:
    """The lowest confidence c such that of the validation rows with at least c a share of ``wanted`` was right.

    None where there is none, or too few rows.

    ``confidence`` ``float (N,)`` is the top probability, ``right`` ``bool (N,)``. The threshold of R. El-Yaniv and Y.
    Wiener, "On the Foundations of Noise-free Selective Classification" (2010), taken from the empirical risk-coverage
    curve."""
    if len(confidence) < ENOUGH_ROWS:
        return None
    order = np.argsort(-confidence, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_ties = np.r_[np.diff(confidence[order]) != 0, True]
    good = np.flatnonzero((share >= wanted) & last_of_ties & (np.arange(1, len(order) + 1) >= ENOUGH_ROWS))
    return float(confidence[order][good[-1]]) if len(good) else None


def sure_everywhere(confidence: np.ndarray, right: np.ndarray, apart: np.ndarray) -> float | None:
    """The larger of the thresholds over all rows and over those of ``apart`` bool (N,), where these are at least
    ``ENOUGH_UNSEEN``; None where either has none.

    ``apart`` are paintings by artists that the training never saw. A network is surer of artists that it knows, so a
    threshold over all rows promises more of strangers than it keeps."""
    found = sure_from(confidence, right)
    if found is None or np.count_nonzero(apart) < ENOUGH_UNSEEN:
        return found
    alone = sure_from(confidence[apart], right[apart])
    return None if alone is None else max(found, alone)
