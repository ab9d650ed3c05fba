"""Whether a network knows enough to tell a number, as a year, of such a painting: how many of the training paintings of
its classes carried one.

A network that saw no year with any painting of a style answers with the years of other styles, and its interval is
calibrated on validation paintings that carry a year, so on those other styles again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

LEAST_CARRIED = 0.3
"""Where a smaller share of the training paintings of such classes carried a number, its answer is unsure. Of the styles
of the starter model five have a share of 0.13 or less and the others one of 0.41 or more: this is between the two."""


def carried_shares(carries: np.ndarray, classes: np.ndarray, count: int) -> list[float]:
    """The share of paintings that carry a number, per class: ``carries`` ``bool (N,)``, class numbers ``int (N,)`` in
    0..``count`` - 1, negative for none. Four decimals; 0 for a class without a painting."""
    labelled = classes >= 0
    every = np.bincount(classes[labelled], minlength=count)
    found = np.bincount(classes[labelled], weights=carries[labelled], minlength=count)
    return [round(float(share), 4) for share in found / np.maximum(every, 1)]


def deciding(shares: Mapping[str, Sequence[float]], counts: Mapping[str, Sequence[int]]) -> str | None:
    """The attribute by whose classes it is decided whether a number is known: of those with ``shares`` (of each class)
    the one that most training paintings carry a label of (``counts`` per class); None where there is none.

    Its shares speak of most of what was learned. A painter of whom no year is known is dated all the same where the
    style has years enough."""
    return max(shares, key=lambda name: sum(counts[name]), default=None)


def expected_share(probabilities: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """The share of training paintings of such classes that carried a number, ``float (N,)``: the mean of ``shares``,
    one per class, weighted by the ``probabilities (N, K)``."""
    return np.asarray(probabilities @ np.asarray(shares, dtype=np.float64))
