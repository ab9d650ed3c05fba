"""How likely each label is wrong, and how many are, from the predictions of a model that did not see the rows.

A label that is right follows the model's calibrated probabilities; a wrong one stands on any of the other classes, each
as likely. How many are wrong shows in what is labelled with classes that the model holds for next to impossible: there
are more of these than honest probabilities allow. So the share of wrong labels is estimated together with the
calibration: a temperature, and an exponent by which small probabilities fall faster, since a regularised regression
keeps them too large. What is not known of the three is averaged over (a grid, with priors), and with it the chance of
each row. A matrix of noise upon honest probabilities is the model of J. Goldberger and E. Ben-Reuven, "Training deep
neural-networks using a noise adaptation layer" (2017); here it is uniform.

Wrong labels of a kind that the model takes for right, as between classes that look alike, it cannot see: of such errors
there are more than it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax
from scipy.stats import beta

TEMPERATURES = np.geomspace(0.75, 1.7, 26)
EXPONENTS = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0])
SHARES = np.concatenate([[0.0], np.geomspace(5e-4, 0.3, 36)])
_SMALL = 0.02
"""Probabilities well below this fall faster."""
_WIDTHS = np.array([0.25, 0.25, 0.25, 0.25, 0.375, 0.5, 0.5])
_EXPONENT_SCALE = 0.5
_SHARE_PRIOR = (1.0, 40.0)
"""A beta distribution: 2.4 % on average, and most of it below 7 %."""


@dataclass(frozen=True)
class ExpectedErrors:
    """``chances``: that each label is wrong, ``float64 (N,)`` in 0..1.

    NaN where the model knew no other row of that class. ``share`` of all labels that are expected to be wrong, with a
    90 % interval ``low`` to ``high``."""

    chances: np.ndarray
    share: float
    low: float
    high: float


def expected_errors(logits: np.ndarray, labels: np.ndarray) -> ExpectedErrors:
    """Of logits ``float (N, K)`` of a model that did not see the rows, -inf for classes that it did not know, and class
    numbers ``int (N,)``."""
    n = len(logits)
    rows = np.arange(n)
    known = np.isfinite(logits[rows, labels])
    others = max(1, len(np.unique(labels)) - 1)
    finite = np.where(np.isfinite(logits), logits, -1e9)
    edges = np.concatenate([[0], (SHARES[1:] + SHARES[:-1]) / 2, [SHARES[-1] * 1.1]])
    prior = np.log(np.diff(beta.cdf(edges, *_SHARE_PRIOR)) + 1e-300)
    logs = np.empty((len(TEMPERATURES), len(EXPONENTS), len(SHARES)))
    own = np.empty((len(TEMPERATURES), len(EXPONENTS), n), dtype=np.float32)
    for i, temperature in enumerate(TEMPERATURES):
        plain = softmax(finite / temperature, axis=1)
        falling = np.log(plain / (plain + _SMALL) + 1e-300)
        for j, exponent in enumerate(EXPONENTS):
            right = plain * np.exp(exponent * falling)
            own[i, j] = right[rows, labels] / right.sum(1)
            of_known = own[i, j][known].astype(np.float64)
            wrong = (1 - of_known) / others
            logs[i, j] = [np.log((1 - share) * of_known + share * wrong + 1e-300).sum() for share in SHARES]
            logs[i, j] += prior + np.log(_WIDTHS[j]) - exponent / _EXPONENT_SCALE
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    chances = np.zeros(n)
    for i, j, k in zip(*np.nonzero(weights > 1e-4), strict=True):
        right = (1 - SHARES[k]) * own[i, j].astype(np.float64)
        wrong = SHARES[k] * (1 - own[i, j].astype(np.float64)) / others
        chances += weights[i, j, k] * wrong / np.maximum(right + wrong, 1e-300)
    by_share = weights.sum((0, 1))
    low, high = (float(SHARES[np.searchsorted(np.cumsum(by_share), part)]) for part in (0.05, 0.95))
    return ExpectedErrors(np.where(known, chances, np.nan), float((by_share * SHARES).sum()), low, high)


def in_words(share: float) -> str:
    """A share as people say it: "about 6 in 10", "fewer than 1 in 10", "nearly all"."""
    tenths = round(10 * share)
    if tenths == 0:
        return "fewer than 1 in 10" if share >= 0.005 else "hardly any"
    return "nearly all" if tenths >= 10 else f"about {tenths} in 10"
