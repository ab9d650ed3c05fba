"""How good a ranking is: arrays in, floats out.

``relevant`` is bool (n,), best rank first, for everything that was ranked. What is relevant but was not retrieved must count too, so
``average_precision`` and ``ndcg_at_k`` are told how much there is in all. Definitions: Manning, Raghavan and Schütze, "Introduction to
Information Retrieval" (2008), section 8.4; nDCG with linear gains after Järvelin and Kekäläinen (2002).
"""

from __future__ import annotations

import numpy as np


def precision_at_k(relevant: np.ndarray, k: int) -> float:
    """The part of the first ``k`` ranks that is relevant; ranks that were not filled count as wrong."""
    _require(k)
    return float(np.count_nonzero(relevant[:k]) / k)


def average_precision(relevant: np.ndarray, n_relevant: int) -> float:
    """The mean, over all ``n_relevant``, of the precision at the rank where each one stands; 0 for those not ranked."""
    ranks = np.flatnonzero(relevant) + 1
    if n_relevant < max(1, len(ranks)):
        raise ValueError(f"{len(ranks)} relevant were ranked, of {n_relevant} in all")
    return float((np.arange(1, len(ranks) + 1) / ranks).sum() / n_relevant)


def ndcg_at_k(gains: np.ndarray, all_gains: np.ndarray, k: int) -> float:
    """The discounted gain of the first ``k`` ranks over the largest possible.

    ``gains`` (n,) stand in the order of the ranking, ``all_gains`` are those of everything that could have been retrieved, in any
    order (zeros may be left out); taking the best order of the retrieved alone would call any ranking of one hit perfect.
    """
    _require(k)
    ideal = _dcg(np.sort(np.asarray(all_gains, dtype=float))[::-1], k)
    if not ideal > 0:
        raise ValueError("nothing is relevant")
    return _dcg(np.asarray(gains, dtype=float), k) / ideal


def reciprocal_rank(relevant: np.ndarray) -> float:
    """1 / rank of the first relevant; 0 where there is none."""
    ranks = np.flatnonzero(relevant)
    return float(1 / (ranks[0] + 1)) if len(ranks) else 0.0


def _dcg(gains: np.ndarray, k: int) -> float:
    gains = gains[:k]
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


def _require(k: int) -> None:
    if k < 1:
        raise ValueError(f"k is {k}, at least 1 is needed")
