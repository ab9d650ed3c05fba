"""Paintings and their nearest neighbours in a mix of features, as a graph that hangs together, and shortest chains in
it.

The cost of a step grows faster than its distance, so that several small steps cost less than the jump over them, and
chains keep to where paintings lie close together: as in S. J. Hwang, S. B. Damelin and A. O. Hero, "Shortest path
through random points", Annals of Applied Probability 26 (2016). There it is a power of the distance. Distances of many
dimensions are nearly all alike, and no power of them made any difference; here it is ``exp(-STEEP * score)``, which is
the exponential of the squared distance but for a constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from artextract.progress import Progress, no_progress

NEIGHBOURS = 12
STEEP = 1.5
"""A step whose score is 1 less costs exp(1.5), some 4.5 times as much. Between 40 random pairs of paintings, chains had
2.5 steps on the average of 221 paintings, and between 5.5 (at 1) and 9.2 (at 2) of 15,529."""
EXACT_ROWS = 4000
"""Up to so many paintings each is compared with every other. Of more, ``CANDIDATES`` neighbours of each are proposed by
their ``DIMENSIONS`` first principal components, and compared."""
CANDIDATES, DIMENSIONS = 24, 96
_ROWS_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Mixed:
    """``vectors`` float32 (N, D): inner products of rows are weighted sums of cosines, as the search weighs them.

    ``there`` float32 (N, F): 1 where a painting has a feature, and ``means`` (F,) what its mean pair would get, which
    is taken off where both have it. So the score of two rows is theirs by the search."""

    vectors: np.ndarray
    there: np.ndarray
    means: np.ndarray

    def scores(self, rows: np.ndarray | slice) -> np.ndarray:
        """Scores of some rows with all, float32 (n, N)."""
        found: np.ndarray = self.vectors[rows] @ self.vectors.T - (self.there[rows] * self.means) @ self.there.T
        return found

    def scores_of(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Scores of pairs of rows, float64 (n,)."""
        parts = [np.empty(0)]
        for start in range(0, len(first), _ROWS_AT_ONCE):
            a, b = first[start : start + _ROWS_AT_ONCE], second[start : start + _ROWS_AT_ONCE]
            both = np.einsum("nf,nf,f->n", self.there[a], self.there[b], self.means)
            parts.append(np.einsum("nd,nd->n", self.vectors[a], self.vectors[b]) - both)
        return np.concatenate(parts)

    @property
    def most(self) -> float:
        """What two equal paintings that have all features would score."""
        return float(np.einsum("nd,nd->n", self.vectors[: len(self)], self.vectors).max() - self.means.sum())

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True, eq=False)
class Graph:
    """``edges``: pairs of rows int (E, 2), the smaller first, each once, and their ``scores`` (E,).

    ``bridges`` bool (E,): edges that only join parts which the neighbours alone do not connect."""

    n: int
    edges: np.ndarray
    scores: np.ndarray
    bridges: np.ndarray


def mixed_of(
    units: Mapping[str, np.ndarray], weights: Mapping[str, float], scales: Mapping[str, tuple[float, float]]
) -> Mixed:
    """``units``: per feature float32 (N, dim) of unit rows, zero where it is missing.

    ``weights`` of the mix; ``scales`` the mean and the reach of each (``index.scales.Scale``)."""
    factors = {name: weights[name] / scales[name][1] for name in units}
    blocks = [np.sqrt(np.float32(factors[name])) * block for name, block in units.items()]
    there = np.stack([block.any(1) for block in units.values()], axis=1).astype(np.float32)
    means = np.array([factors[name] * scales[name][0] for name in units], dtype=np.float32)
    return Mixed(np.concatenate(blocks, axis=1), there, means)


def distances_of(scores: np.ndarray, most: float) -> np.ndarray:
    """How far apart pairs of these scores are: the distance of their vectors, where both have all features."""
    found: np.ndarray = np.sqrt(np.maximum(2 * (most - np.asarray(scores, dtype=float)), 0))
    return found


def neighbour_graph(
    mixed: Mixed, count: int = NEIGHBOURS, exact_rows: int = EXACT_ROWS, progress: Progress = no_progress
) -> Graph:
    """Each row with its ``count`` nearest, and as few further edges as connect all rows: from each part that hangs
    together, the nearest pair across."""
    n = len(mixed)
    count = min(count, n - 1)
    first, second, scores = _exact(mixed, count, progress) if n <= exact_rows else _proposed(mixed, count, progress)
    edges, at = np.unique(np.sort(np.stack([first, second], axis=1), axis=1), axis=0, return_index=True)
    more, more_scores = _bridges(mixed, edges)
    scores = np.concatenate([scores[at], more_scores])
    bridges = np.concatenate([np.zeros(len(edges), bool), np.ones(len(more), bool)])
    edges = np.concatenate([edges, more])
    return Graph(n, edges, scores, bridges)


def shortest(graph: Graph, start: int, end: int, steep: float = STEEP) -> list[int]:
    """The rows of the cheapest chain from ``start`` to ``end``, both included.

    The cost of a step falls with the exponential of ``steep`` times its score."""
    costs = np.exp(steep * (graph.scores.min() - graph.scores))
    matrix = csr_matrix((costs, (graph.edges[:, 0], graph.edges[:, 1])), shape=(graph.n, graph.n))
    _, before = dijkstra(matrix, directed=False, indices=start, return_predecessors=True)
    chain = [end]
    while chain[-1] != start:
        if before[chain[-1]] < 0:
            raise ValueError("the graph does not hang together")
        chain.append(int(before[chain[-1]]))
    return chain[::-1]


def _exact(mixed: Mixed, count: int, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, their nearest, and the scores of these pairs, each (N * count,)."""
    nearest, best = [], []
    starts = range(0, len(mixed), _ROWS_AT_ONCE)
    for start in progress(starts, len(starts), "nearest of each painting"):
        scores = mixed.scores(slice(start, start + _ROWS_AT_ONCE))
        own = np.arange(len(scores))
        scores[own, start + own] = -np.inf
        some = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        nearest.append(some)
        best.append(np.take_along_axis(scores, some, axis=1))
    return np.repeat(np.arange(len(mixed)), count), np.concatenate(nearest).ravel(), np.concatenate(best).ravel()


def _proposed(mixed: Mixed, count: int, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As ``_exact``, of candidates that few dimensions propose."""
    n = len(mixed)
    few = _few_dimensions(mixed)
    several = min(max(CANDIDATES, 2 * count), n - 1)
    nearest, best = np.empty((n, count), dtype=np.int64), np.empty((n, count))
    starts = range(0, n, _ROWS_AT_ONCE)
    for start in progress(starts, len(starts), "nearest of each painting"):
        roughly = few[start : start + _ROWS_AT_ONCE] @ few.T
        own = np.arange(len(roughly))
        roughly[own, start + own] = -np.inf
        some = np.argpartition(-roughly, several - 1, axis=1)[:, :several]
        scores = np.stack([mixed.scores_of(np.full(several, start + row), some[row]) for row in own])
        chosen = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        nearest[start : start + len(own)] = np.take_along_axis(some, chosen, axis=1)
        best[start : start + len(own)] = np.take_along_axis(scores, chosen, axis=1)
    return np.repeat(np.arange(n), count), nearest.ravel(), best.ravel()


def _few_dimensions(mixed: Mixed, seed: int = 0) -> np.ndarray:
    """Float32 (N, at most ``DIMENSIONS``), whose inner products are about those of the vectors: their projection on the
    strongest directions of a sample."""
    sample = mixed.vectors
    if len(sample) > EXACT_ROWS:
        sample = sample[np.sort(np.random.default_rng(seed).choice(len(sample), EXACT_ROWS, replace=False))]
    size = min(DIMENSIONS, *sample.shape)
    random = np.random.default_rng(seed).normal(size=(sample.shape[1], min(2 * size, sample.shape[1])))
    basis = np.linalg.qr(sample.T @ (sample @ random.astype(np.float32)))[0]
    basis = np.linalg.qr(sample.T @ (sample @ basis))[0][:, :size]
    return np.asarray(mixed.vectors @ basis, dtype=np.float32)


def _bridges(mixed: Mixed, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges int (B, 2) that join what ``edges`` leave apart, and their scores: O. Borůvka's rounds, each of which takes
    the nearest pair from every part but the largest to the rest."""
    n = len(mixed)
    found: list[tuple[int, int]] = []
    scores: list[float] = []
    while True:
        every = np.concatenate([edges, np.array(found, dtype=edges.dtype).reshape(-1, 2)])
        links = coo_matrix((np.ones(len(every)), (every[:, 0], every[:, 1])), shape=(n, n))
        parts, part_of = connected_components(links, directed=False)
        if parts == 1:
            return np.array(found, dtype=edges.dtype).reshape(-1, 2), np.array(scores)
        largest = np.bincount(part_of).argmax()
        added = set()
        for part in range(parts):
            if part == largest:
                continue
            best, pair = -np.inf, (0, 0)
            own = np.flatnonzero(part_of == part)
            for start in range(0, len(own), _ROWS_AT_ONCE):
                rows = own[start : start + _ROWS_AT_ONCE]
                across = np.where(part_of == part, -np.inf, mixed.scores(rows))
                at = int(across.argmax())
                if across.flat[at] > best:
                    best, pair = float(across.flat[at]), (int(rows[at // n]), at % n)
            first, second = min(pair), max(pair)
            if (first, second) not in added:
                added.add((first, second))
                found.append((first, second))
                scores.append(best)
