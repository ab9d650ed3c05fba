"""How good a ranking is: arrays in, floats out.

``relevant`` is bool (n,), best rank first, for everything that was ranked. What is relevant but was not retrieved must
count too, so ``average_precision`` and ``ndcg_at_k`` take how much there is in all. Definitions: Manning, Raghavan
and Schütze, "Introduction to Information Retrieval" (2008), section 8.4; nDCG with linear gains after Järvelin and
Kekäläinen (2002)."""

from __future__ import annotations

import numpy as np

MEASURES = ("p@1", "p@5", "p@10", "recall@10", "recall@50", "map", "ndcg@10", "mrr")
"""What ``measures_of`` gives, in its order."""
_TIES_ONE_BY_ONE = 16


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

    ``gains`` (n,) stand in the order of the ranking, ``all_gains`` are those of everything that could have been
    retrieved, in any order (zeros may be left out); taking the best order of the retrieved alone would call any ranking
    of one hit perfect."""
    _require(k)
    ideal = _dcg(np.sort(np.asarray(all_gains, dtype=float))[::-1], k)
    if not ideal > 0:
        raise ValueError("nothing is relevant")
    return _dcg(np.asarray(gains, dtype=float), k) / ideal


def reciprocal_rank(relevant: np.ndarray) -> float:
    """1 / rank of the first relevant; 0 where there is none."""
    ranks = np.flatnonzero(relevant)
    return float(1 / (ranks[0] + 1)) if len(ranks) else 0.0


def recall_at_k(relevant: np.ndarray, n_relevant: int, k: int) -> float:
    """The part of all ``n_relevant`` that stands in the first ``k`` ranks."""
    _require(k)
    if n_relevant < max(1, int(np.count_nonzero(relevant))):
        raise ValueError(f"{np.count_nonzero(relevant)} relevant were ranked, of {n_relevant} in all")
    return float(np.count_nonzero(relevant[:k]) / n_relevant)


def measures_of(ranks: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """All of ``MEASURES`` of one query from the ranks of what is relevant alone, float64 (8,).

    ``ranks`` (R,) counts from 1 and is infinite for what was not ranked; ``gains`` (R,), above 0, are used by nDCG. R
    is everything that is relevant, at least 1: recall and average precision are divided by it, and the ideal of nDCG is
    taken from it."""
    if not len(ranks):
        raise ValueError("nothing is relevant")
    order = np.argsort(ranks)
    ranks, gains = np.asarray(ranks, dtype=float)[order], np.asarray(gains, dtype=float)
    within = {k: np.searchsorted(ranks, k, side="right") for k in (1, 5, 10, 50)}
    ranked = ranks[np.isfinite(ranks)]
    precise = (np.arange(1, len(ranked) + 1) / ranked).sum() / len(ranks)
    discounted = (gains[order][: within[10]] / np.log2(ranks[: within[10]] + 1)).sum() / _dcg(np.sort(gains)[::-1], 10)
    first = 1 / ranks[0]
    return np.array(
        [
            within[1],
            within[5] / 5,
            within[10] / 10,
            within[10] / len(ranks),
            within[50] / len(ranks),
            precise,
            discounted,
            first,
        ]
    )


def ranks_of(
    scores: np.ndarray, wanted: np.ndarray, tie_order: np.ndarray, ordered: np.ndarray | None = None
) -> np.ndarray:
    """The ranks, from 1, of the positions ``wanted`` (R,) among ``scores`` (N,), the largest first.

    Float64 (R,), infinite for scores of minus infinity.

    Equal scores stand in the order of ``tie_order`` (N,), different numbers; ``ordered`` is ``np.sort(scores)``, for
    who has it."""
    ordered = np.sort(scores) if ordered is None else ordered
    own = scores[wanted]
    ascending = np.argsort(own)  # sorted keys are looked up several times faster
    up_to = np.empty(len(own), dtype=int)
    up_to[ascending] = np.searchsorted(ordered, own[ascending], side="right")
    ranks = 1.0 + len(scores) - up_to
    ranks[own == -np.inf] = np.inf
    tied = np.flatnonzero((up_to > 1) & (ordered[up_to - 2] == own) & (own > -np.inf))
    if len(tied) <= _TIES_ONE_BY_ONE:
        for place in tied:
            ranks[place] += np.count_nonzero(tie_order[scores == own[place]] < tie_order[wanted[place]])
    else:
        places = np.empty(len(scores))
        places[np.lexsort((tie_order, -scores))] = np.arange(1, len(scores) + 1)
        ranks[tied] = places[wanted[tied]]
    return ranks


def skewness(counts: np.ndarray) -> float | None:
    """The third standardised moment of numbers ``(N,)``.

    None where they are all equal. Of how often each row is among the nearest of others, it is the measure of hubness of
    M. Radovanović, A. Nanopoulos, M. Ivanović, "Hubs in space" (JMLR 2010), section 3.1."""
    off = np.asarray(counts, dtype=float) - np.mean(counts)
    deviation = np.sqrt((off**2).mean())
    return float((off**3).mean() / deviation**3) if deviation > 1e-12 else None


def _dcg(gains: np.ndarray, k: int) -> float:
    gains = gains[:k]
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


def _require(k: int) -> None:
    if k < 1:
        raise ValueError(f"k is {k}, at least 1 is needed")
