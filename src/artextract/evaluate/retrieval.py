"""How well the search of a collection finds paintings that share a label, for each feature, the default mix, and chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import numpy as np

from artextract.errors import InputError, NothingUsableError
from artextract.index.embedded import EmbeddedIndex
from artextract.metrics.retrieval import average_precision, ndcg_at_k, precision_at_k, reciprocal_rank
from artextract.progress import Progress, no_progress
from artextract.search.engine import SearchEngine
from artextract.search.weights import resolve_weights
from artextract.splits import duplicate_groups

METRICS: dict[str, Callable[[np.ndarray, int], float]] = {
    "p@1": lambda relevant, n: precision_at_k(relevant, 1),
    "p@10": lambda relevant, n: precision_at_k(relevant, 10),
    "map": average_precision,
    "ndcg@10": lambda relevant, n: ndcg_at_k(relevant, np.ones(n), 10),
    "mrr": lambda relevant, n: reciprocal_rank(relevant),
}
"""Name -> function of a whole ranking ``bool (n,)`` and the number of relevant paintings."""
RESAMPLES = 1000
CHUNK = 256


def benchmark(
    collection: str | Path,
    relevance: str = "artist",
    limit: int | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Rank all other paintings for every query; those are relevant that share the query's ``relevance`` label.

    Queries are the indexed paintings whose label at least one other has (``limit`` of them by lot, if given). The query and its
    duplicates, exact or near (``splits.duplicate_groups``), are no candidates. A painting with few relevant ones cannot reach 1 in p@10.

    Gives {"relevance", "n_queries", "n_candidates", "seed", "weights" (of the default mix), "results": {feature or "default" or
    "random": {metric: mean}}, "ci": {the same: {metric: [low, high]}}}; the intervals are 95 % percentile bootstraps over queries.

    Raises ``InputError`` for an unknown column and ``NothingUsableError`` where no label is shared.
    """
    if limit is not None and limit < 1:
        raise InputError(f"{limit} queries were asked for", "ask for at least 1")
    engine = SearchEngine.open(collection)
    keys = _numbered(engine.paintings.keys(relevance))
    hashes = duplicate_groups(engine.index.config.hashes, engine.paintings.column("phash").tolist())
    queries = _queries(keys, hashes)
    if not len(queries):
        raise NothingUsableError(f"no two paintings share a {relevance}", "choose another --relevance, or label the collection")
    random = np.random.default_rng(seed)
    if limit is not None and limit < len(queries):
        queries = np.sort(random.choice(queries, limit, replace=False))
    mix = resolve_weights(None, engine.index.features)
    found = {name: [] for name in (*engine.index.features, "default", "random")}
    lot = random.permutation(len(keys))  # equal scores stand by lot, never in the table's order, which often is the artist's
    for query, scores in progress(_all_scores(engine.index, mix, queries, random), len(queries), "ranking"):
        candidates = lot[hashes[lot] != hashes[query]]
        relevant = keys[candidates] == keys[query]
        n_relevant = int(relevant.sum())
        for name, row in scores.items():
            ranked = relevant[np.argsort(-row[candidates], kind="stable")]
            found[name].append([metric(ranked, n_relevant) for metric in METRICS.values()])
    values = {name: np.array(rows) for name, rows in found.items()}
    return {
        "relevance": relevance,
        "n_queries": len(queries),
        "n_candidates": len(keys),
        "seed": seed,
        "weights": mix,
        "results": {name: dict(zip(METRICS, rows.mean(axis=0).tolist())) for name, rows in values.items()},
        "ci": {name: dict(zip(METRICS, _intervals(rows, seed))) for name, rows in values.items()},
    }


def _numbered(values: np.ndarray) -> np.ndarray:
    """Equal values as equal numbers from 0 up, -1 for None; int (N,)."""
    numbers: dict[Any, int] = {}
    return np.array([-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values], dtype=int)


def _queries(keys: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """Rows whose label stands on another image too; int (n,)."""
    images: dict[int, set[int]] = {}
    for key, image in zip(keys.tolist(), hashes.tolist()):
        images.setdefault(key, set()).add(image)
    return np.array([row for row, key in enumerate(keys) if key >= 0 and len(images[key] - {hashes[row]}) > 0], dtype=int)


def _all_scores(
    index: EmbeddedIndex, mix: Mapping[str, float], queries: np.ndarray, random: np.random.Generator
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Each query with its scores against all rows, ``float32 (N,)`` per feature, for the mix, and drawn by lot."""
    blocks = {name: np.ascontiguousarray(index.block(name)) for name in index.features}
    for start in range(0, len(queries), CHUNK):
        chunk = queries[start : start + CHUNK]
        scores = {name: block[chunk] @ block.T for name, block in blocks.items()}
        scores["default"] = sum(np.float32(mix[name]) * scores[name] for name in blocks)
        for row, query in enumerate(chunk):
            drawn = {"random": random.random(len(index), dtype=np.float32)}
            yield int(query), {name: values[row] for name, values in scores.items()} | drawn


def _intervals(values: np.ndarray, seed: int) -> list[list[float]]:
    """95 % intervals of the means of columns ``(n, m)``, by drawing queries with replacement."""
    random, n = np.random.default_rng(seed), len(values)
    means = [random.multinomial(n, np.full(n, 1 / n)) @ values / n for _ in range(RESAMPLES)]
    return np.percentile(means, [2.5, 97.5], axis=0).T.tolist()
