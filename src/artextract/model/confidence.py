"""From which probability on an answer is given without "unsure"."""

from __future__ import annotations

import numpy as np

RIGHT_AT_LEAST = 0.75
"""So many of the answers that are not marked "unsure" were right on validation."""
ENOUGH_ROWS = 30
ENOUGH_UNSEEN = 60
"""From so many rows of unseen artists on the promise is kept for them apart."""
KEPT_IN, DRAWS, LEVELS = 0.8, 1000, 256
"""In such a share of draws of those artists it has to hold; how many are made, and for how many confidences."""


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


def sure_of_strangers(
    confidence: np.ndarray, right: np.ndarray, artists: np.ndarray, wanted: float = RIGHT_AT_LEAST
) -> float | None:
    """The lowest confidence c such that a share of ``wanted`` was right with at least c in ``KEPT_IN`` of the draws, of
    as many artists anew; None where there is none, or too few rows. ``artists`` (N,) are keys.

    Other strangers will come than those of the validation: a threshold that just keeps the promise for these breaks it
    for every second group of others. Artists are drawn, not paintings, for those of one artist are right or wrong
    together. The lower confidence bound of Y. Geifman and R. El-Yaniv, "Selective Classification for Deep Neural
    Networks" (2017), section 3, with a bootstrap over clusters in place of the binomial tail."""
    if not len(confidence):
        return None
    levels = np.unique(np.quantile(confidence, np.linspace(0, 1, LEVELS), method="lower"))[::-1]
    place = np.searchsorted(-levels, -confidence)
    names, who = np.unique(artists.astype(str), return_inverse=True)
    answered, correct = np.zeros((2, len(levels), len(names)))
    np.add.at(answered, (place, who), 1)
    np.add.at(correct, (place, who), right)
    answered, correct = answered.cumsum(0), correct.cumsum(0)
    draws = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1 / len(names)), DRAWS).T
    low = np.quantile((correct @ draws) / np.maximum(answered @ draws, 1), 1 - KEPT_IN, axis=1)
    good = np.flatnonzero((low >= wanted) & (answered.sum(1) >= ENOUGH_ROWS))
    return float(levels[good[-1]]) if len(good) else None


def sure_everywhere(confidence: np.ndarray, right: np.ndarray, apart: np.ndarray, artists: np.ndarray) -> float | None:
    """The larger of the thresholds over all rows and over those of ``apart`` bool (N,), where these are at least
    ``ENOUGH_UNSEEN``; None where either has none.

    ``apart`` are paintings by artists that the training never saw, ``artists`` (N,) whose they are. A network is surer
    of artists that it knows, so a threshold over all rows promises more of strangers than it keeps."""
    found = sure_from(confidence, right)
    if found is None or np.count_nonzero(apart) < ENOUGH_UNSEEN:
        return found
    alone = sure_of_strangers(confidence[apart], right[apart], artists[apart])
    return None if alone is None else max(found, alone)
