"""Looks for the weights of a mix that find most, on some queries, to be judged on others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import comb
from typing import Any

import numpy as np

from artextract.evaluate.retrieval.relevance import LeftOut, Relevance
from artextract.evaluate.retrieval.variants import Variant, chunk_rows, mixed, standard_of_rows
from artextract.index import VectorIndex
from artextract.metrics.retrieval import MEASURES, measures_of, ranks_of
from artextract.progress import Progress, no_progress

QUERIES = 1000
"""So many queries of the half are used at most, drawn at random."""
GRID_POINTS = 80
STEPS = (1, 2, 4, 5, 10, 20)
"""A grid divides 1 into so many parts."""
FINEST_STEP = 0.05


def random_halves(queries: np.ndarray, groups: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows ``queries`` in two random halves; those of one group (near-duplicates) stay together.

    ``groups`` is int (N,) of the whole collection."""
    random = np.random.default_rng(seed)
    order = random.permutation(np.unique(groups[queries]))
    counts = np.cumsum([np.count_nonzero(groups[queries] == group) for group in order])
    first = np.isin(groups[queries], order[counts <= len(queries) / 2])
    return queries[first], queries[~first]


def simplex(n: int, most: int = GRID_POINTS) -> tuple[np.ndarray, float]:
    """Weights of ``n`` features that sum to 1, at equal steps, and the step: the finest of ``STEPS`` with at most
    ``most`` points; float64 (points, n)."""
    parts = max((parts for parts in STEPS if comb(n + parts - 1, parts) <= most), default=1)
    return (
        np.array([np.bincount(chosen, minlength=n) for chosen in combinations_with_replacement(range(n), parts)])
        / parts,
        1 / parts,
    )


def tuned_weights(
    index: VectorIndex,
    queries: np.ndarray,
    relevance: Relevance,
    left_out: LeftOut,
    start: dict[str, float],
    measure: str = "p@10",
    seed: int = 0,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """The weights with the largest mean ``measure`` (one of ``MEASURES``) over ``queries``, at most ``QUERIES`` of
    them.

    A grid over the simplex, then steps of half its width from one feature to another while they help, halved down to
    ``FINEST_STEP``. ``start`` is tried first, and wins ties. Gives {"weights", "measure", "n_queries", "value",
    "tried"}."""
    random = np.random.default_rng(seed)
    if len(queries) > QUERIES:
        queries = np.sort(random.choice(queries, QUERIES, replace=False))
    tie_order = random.permutation(len(index))
    names = list(index.features)
    points, step = simplex(len(names))
    first = np.array([start.get(name, 0.0) for name in names])
    known: dict[tuple[float, ...], float] = {}

    def try_mixes(tried: np.ndarray, caption: str) -> None:
        new = [point for point in dict.fromkeys(tuple(np.round(point, 6)) for point in tried) if point not in known]
        if new:
            known.update(
                zip(
                    new,
                    _values(
                        index, names, np.array(new), queries, relevance, left_out, tie_order, measure, progress, caption
                    ),
                    strict=False,
                )
            )

    try_mixes(np.concatenate([first[None], points]), "weights")
    while step / 2 >= FINEST_STEP - 1e-9:
        step /= 2
        while True:
            best = max(known, key=known.__getitem__)
            try_mixes(_neighbours(np.array(best), step), "finer weights")
            if max(known, key=known.__getitem__) == best:
                break
    best = max(known, key=known.__getitem__)
    weights = {name: float(weight) for name, weight in zip(names, best, strict=False)}
    return {
        "weights": weights,
        "measure": measure,
        "n_queries": len(queries),
        "value": known[best],
        "tried": len(known),
    }


def _neighbours(point: np.ndarray, step: float) -> np.ndarray:
    found = []
    for giver in range(len(point)):
        for taker in range(len(point)):
            moved = min(step, point[giver])
            if giver != taker and moved > 0:
                other = point.copy()
                other[giver] -= moved
                other[taker] += moved
                found.append(other)
    return np.array(found).reshape(-1, len(point))


def _values(
    index: VectorIndex,
    names: Sequence[str],
    points: np.ndarray,
    queries: np.ndarray,
    relevance: Relevance,
    left_out: LeftOut,
    tie_order: np.ndarray,
    measure: str,
    progress: Progress,
    caption: str,
) -> list[float]:
    """The mean measure of each of ``points`` (weights in the order of ``names``)."""
    variants = [Variant("", dict(zip(names, point.tolist(), strict=False))) for point in points]
    column, totals = MEASURES.index(measure), np.zeros(len(points))
    step = chunk_rows(len(index))
    starts = range(0, len(queries), step)
    for start in progress(starts, len(starts), caption):
        chunk = queries[start : start + step]
        standard = standard_of_rows(index, chunk, names, ("cosine",))
        out = left_out.mask(chunk)
        gains = np.where(out, 0, relevance.gains(chunk))
        wanted = [np.flatnonzero(row) for row in gains]
        for place, variant in enumerate(variants):
            scores = mixed(standard, variant, len(index))
            scores[out] = -np.inf
            ordered = np.sort(scores, axis=1)
            for row, positions in enumerate(wanted):
                ranks = ranks_of(scores[row], positions, tie_order, ordered[row])
                totals[place] += measures_of(ranks, gains[row, positions])[column]
    return (totals / len(queries)).tolist()
