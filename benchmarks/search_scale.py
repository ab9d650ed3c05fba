"""How near the search comes to looking at every vector, and how fast, beside plain FAISS: recall@10, latency, build
time and memory. ``SearchEngine.search`` is timed too: the ranking, and all that stands around it.

    python benchmarks/search_scale.py [--rows 1000000 --dim 128] [--json]
    python benchmarks/search_scale.py --collection DIR

Made vectors are a mixture of Gaussians of few dimensions, bent into more; how many dimensions they fill is estimated
and printed, for those of a collection as well. Of a collection the default mix is searched, as far as no painting lacks
its features, in a copy of its index. ``IndexFlatIP`` over the same vectors, asked for the same queries in turn with
ours, one at a time, is the truth for recall and the measure for time. OMP_NUM_THREADS holds for all of them."""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pandas as pd

from artextract.index import FeatureVectors, VectorIndex, create_index, open_index
from artextract.index.units import unit_and_norm
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.query import Query as Asked
from artextract.search.asking.weights import resolve_weights
from artextract.table import Paintings

K = 10
LATENT, CENTRES, SPREAD, NOISE = 24, 2000, 0.7, 0.03
Query = dict[str, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many vectors to make (%(default)s)")
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--collection", type=Path, help="measure the index of a collection instead")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--work", type=Path, help="folder for the index, removed afterwards (default: the system's for temporary files)"
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.work) as folder:
        found = measure(args, Path(folder) / "index")
    print(json.dumps(found, indent=2) if args.json else table(found))


def measure(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    random = np.random.default_rng(args.seed)
    if args.collection:
        shutil.copytree(args.collection / "index", folder)
        index = open_index(folder).with_approximate(None)
        everywhere = [name for name in index.features if index.has(name).all()]
        weights = {name: weight for name, weight in resolve_weights(None, everywhere).items() if weight > 0}
        own = random.choice(len(index), min(args.queries, len(index)), replace=False)
        asked = {name: index.rows(name, [index.ids[row] for row in own]) for name in weights}
        queries = [{name: rows.units[at] * rows.norms[at] for name, rows in asked.items()} for at in range(len(own))]
    else:
        vectors = made(args.rows + args.queries, args.dim, args.seed)
        names = [str(row) for row in range(args.rows)]
        index = timed(
            seconds,
            "index",
            lambda: create_index(folder, names, names, {"made": FeatureVectors("1", vectors[: args.rows])}),
        )
        weights, own = {"made": 1.0}, np.full(args.queries, -1)
        queries = [{"made": vector} for vector in vectors[args.rows :].copy()]
        del vectors
    say(f"{len(index):,} rows are indexed", seconds)
    index = timed(seconds, "approximate", lambda: index.with_approximate(weights, args.seed))
    say("the approximate index is built and tuned", seconds)
    flat, as_flat = timed(seconds, "faiss flat", lambda: plain_faiss(index, weights))
    say("so is that of FAISS", seconds)
    engine = SearchEngine(table_of(index), index, {})

    def positions(ids: Sequence[str]) -> np.ndarray:
        return np.array([index.position(painting_id) for painting_id in ids])

    def exact(query: Query) -> np.ndarray:
        return positions(index.nearest(query, weights, K + 1, approximate=False).ids)

    def approximate(query: Query) -> np.ndarray:
        return positions(index.nearest(query, weights, K + 1).ids)

    def whole(query: Query) -> np.ndarray:
        hits = engine.search(Asked(query, sha256=("none",)), K + 1, weights, approximate=False).hits
        return positions([hit.id for hit in hits])

    def plain(query: Query) -> np.ndarray:
        return flat.search(as_flat(query), K + 1)[1][0]

    used = not index.nearest(queries[0], weights, K + 1).exact
    rows, times = in_turn(
        {"exact": exact, "engine": whole, **({"approximate": approximate} if used else {}), "faiss flat": plain},
        queries,
    )
    nearest = {
        name: [[at for at in answer.tolist() if at != itself][:K] for answer, itself in zip(answers, own, strict=False)]
        for name, answers in rows.items()
    }
    description = index.approximate
    return {
        "rows": len(index),
        "dims": {name: index.rows(name, index.ids[:1]).units.shape[1] for name in weights},
        "weights": weights,
        "dimensions_filled": {name: dimensions_filled(index, name, random) for name in weights},
        "queries": len(queries),
        "threads": faiss.omp_get_max_threads(),
        "candidates": description["candidates"],
        "candidates_alone": description["alone"],
        "approximate_used": used,
        "build_seconds": seconds,
        "approximate_mb": (folder / description["file"]).stat().st_size / 1e6,
        "peak_memory_gb": peak_memory(),
        "searches": {name: figures(name, nearest, times) for name in rows},
    }


def made(n: int, dim: int, seed: int) -> np.ndarray:
    """Rows float32 (n, dim): points around ``CENTRES`` centres in ``LATENT`` dimensions of falling strength, turned and
    bent into ``dim``, with a little noise in all of these."""
    random = np.random.default_rng(seed)
    strength = (1 / np.sqrt(1 + np.arange(LATENT))).astype(np.float32)
    centres = random.normal(size=(CENTRES, LATENT)).astype(np.float32)
    turn = (random.normal(size=(LATENT, dim)) / np.sqrt(LATENT)).astype(np.float32)
    vectors = np.empty((n, dim), dtype=np.float32)
    for start in range(0, n, 50_000):
        part = vectors[start : start + 50_000]
        latent = centres[random.integers(0, CENTRES, len(part))] + SPREAD * random.standard_normal(
            (len(part), LATENT), dtype=np.float32
        )
        np.tanh((latent * strength) @ turn * 2, out=part)
        part += NOISE * random.standard_normal(part.shape, dtype=np.float32)
    return vectors


def table_of(index: VectorIndex) -> Paintings:
    """A table that has a row for each of the index, and nothing to tell of them."""
    n = len(index)
    columns = {"id": index.ids, "path": index.ids, "sha256": index.hashes, "phash": [None] * n, "title": [None] * n}
    rest = {"width": [1] * n, "height": [1] * n, "source": [""] * n, "rights": [""] * n, "split": ["train"] * n}
    return Paintings(pd.DataFrame(columns | rest), Path("."))


def dimensions_filled(
    index: VectorIndex, name: str, random: np.random.Generator, sample: int = 20_000, asked: int = 500
) -> float:
    """The intrinsic dimension by the ratio of the distances to the first and the second neighbour (E. Facco et al.,
    Scientific Reports 7, 12140, 2017), among a sample of rows."""
    chosen = np.sort(random.choice(len(index), min(sample, len(index)), replace=False))
    rows = index.rows(name, [index.ids[row] for row in chosen]).units
    distances = np.sqrt(
        np.maximum(2 - 2 * np.sort(rows[:asked] @ rows.T, axis=1)[:, -3:-1], 0)
    )  # columns: second, first
    distances = distances[distances[:, 1] > 1e-3]  # without copies
    return float(len(distances) / np.log(distances[:, 0] / distances[:, 1]).sum())


def plain_faiss(index: VectorIndex, weights: dict[str, float]) -> tuple[Any, Callable[[Query], np.ndarray]]:
    """The features side by side in a flat index, and what turns a query into its vector."""
    root = {name: np.float32(np.sqrt(weight / index.scale(name, "cosine").reach)) for name, weight in weights.items()}
    flat = faiss.IndexFlatIP(sum(index.rows(name, index.ids[:1]).units.shape[1] for name in root))
    for batches in zip(*(index.scan(name) for name in root), strict=True):
        parts = [batch.units * factor for batch, factor in zip(batches, root.values(), strict=True)]
        flat.add(np.concatenate(parts, axis=1))
    return (
        flat,
        lambda query: np.concatenate([unit_and_norm(query[name])[0] * factor for name, factor in root.items()])[None],
    )


def in_turn(
    searches: dict[str, Callable[[Query], np.ndarray]], queries: list[Query]
) -> tuple[dict[str, list[np.ndarray]], dict[str, list[float]]]:
    """Answers and seconds per search and query; one round beforehand fills caches."""
    rows, times = {name: [] for name in searches}, {name: [] for name in searches}
    for query in queries[:5]:
        for search in searches.values():
            search(query)
    for query in queries:
        for name, search in searches.items():
            start = time.perf_counter()
            rows[name].append(search(query))
            times[name].append(time.perf_counter() - start)
    return rows, times


def figures(name: str, nearest: dict[str, list[list[int]]], times: dict[str, list[float]]) -> dict[str, float]:
    truth = nearest["faiss flat"]
    p50, p95 = np.percentile(times[name], [50, 95]) * 1000
    return {
        "recall@10": float(
            np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(nearest[name], truth, strict=False)])
        ),
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "per_second": len(times[name]) / sum(times[name]),
        "times_faiss_flat": float(np.median(times[name]) / np.median(times["faiss flat"])),
    }


def table(found: dict[str, Any]) -> str:
    dims = ", ".join(
        f"{name} {dim} (fills about {found['dimensions_filled'][name]:.0f})" for name, dim in found["dims"].items()
    )
    lines = [f"{found['rows']:,} rows; dimensions: {dims}; {found['queries']} queries, {found['threads']} threads"]
    lines.append(f"{'':<12} {'recall@10':>9} {'p50 ms':>8} {'p95 ms':>8} {'a second':>9} {'x FAISS flat':>13}")
    for name, row in found["searches"].items():
        lines.append(
            f"{name:<12} {row['recall@10']:>9.4f} {row['p50_ms']:>8.2f} {row['p95_ms']:>8.2f} {row['per_second']:>9.1f}"
            f" {row['times_faiss_flat']:>13.3f}"
        )
    alone = f", for a feature alone {found['candidates_alone']}" if found["candidates_alone"] else ""
    lines.append(
        f"approximate: {'' if found['approximate_used'] else 'not used, as it needs more than '}{found['candidates']}"
        f" candidates{alone}; {found['approximate_mb']:.0f} MB on disk"
    )
    lines.append(
        "built in "
        + ", ".join(f"{seconds:.0f} s ({name})" for name, seconds in found["build_seconds"].items())
        + f"; at most {found['peak_memory_gb']:.1f} GB of memory"
    )
    return "\n".join(lines)


def timed(seconds: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    made = work()
    seconds[name] = time.perf_counter() - start
    return made


def say(text: str, seconds: dict[str, float]) -> None:
    print(f"{text} ({sum(seconds.values()):.0f} s, {peak_memory():.1f} GB)", file=sys.stderr)


def peak_memory() -> float:
    """GB that this process has held at most."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1e9 if sys.platform == "darwin" else 1e6)


if __name__ == "__main__":
    main()
