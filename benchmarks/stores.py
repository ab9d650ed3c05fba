"""The index of a collection at a server beside the embedded one: whether the same paintings are found with the same
scores, and how fast, in one run.

    python benchmarks/stores.py COLLECTION OTHER [--queries 200] [--where rarity=7] [--server PID] [--json]
    python benchmarks/stores.py MADE OTHER --make milvus://localhost:19530/made [...]

Both are indexes of the same paintings, such as a collection and its copy that was indexed with ``--store``. Each mix is
asked of both in turn, plain and under a filter that one painting in a hundred passes. With ``--make`` the vectors of a
collection that ``scale.py --whitened`` made are written to OTHER first, embedded and at the server, and these two are
compared. Where a graph proposes, the embedded index looks at all rows: it is the truth."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from artextract.index import FeatureVectors, Selection, VectorIndex, create_index, open_index
from artextract.index.ranking import Query
from artextract.search.asking.filters import conditions
from artextract.search.asking.weights import DEFAULT, resolve_weights
from artextract.table import Paintings, read_paintings

K = 10
METRICS = ("csls-half", "cosine")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path, help="with an embedded index")
    parser.add_argument("other", type=Path, help="the same paintings, indexed at a server")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--metrics", default=",".join(METRICS))
    parser.add_argument("--where", help="the filter, of one column (default: one painting in a hundred, by name)")
    parser.add_argument("--make", metavar="ADDRESS", help="write OTHER first, at this store")
    parser.add_argument("--graph", action="store_true", help="give the store a graph before it is asked")
    parser.add_argument(
        "--server", type=int, metavar="PID", help="the server's process, to measure memory and processor"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    server, figures = Server(args.server), {}
    one_folder = args.collection / "index"
    if args.make:
        one_folder = args.other / "embedded"
        figures |= make(open_index(args.collection / "index"), read_paintings(args.collection), args.other, args.make)
    one, other = open_index(one_folder), open_index(args.other / "index")
    if list(one.ids) != list(other.ids):
        parser.error("the two are not of the same paintings")
    if args.graph:
        begun = time.perf_counter()
        other = other.with_approximate(resolve_weights(None, other.features))
        figures["graph_seconds"] = time.perf_counter() - begun
    figures |= {"rows": len(one), "graph": other.approximate is not None, "server_gb": server.memory()}
    print(json.dumps(figures), flush=True)
    narrow = selection(one, args.collection, args.where, args.seed)
    found = measure(one, other, args.queries, args.seed, args.metrics.split(","), narrow, server)
    figures |= {"server_gb": server.memory(), "load": os.getloadavg()[0]}
    print(json.dumps({**figures, "searches": found}, indent=2) if args.json else as_text(found, figures))


class Server:
    """The process of a server and all that it started: GB of memory (shared pages counted once) and seconds of the
    processor (Linux)."""

    def __init__(self, pid: int | None):
        self.pid = pid

    def _files(self, name: str) -> Iterator[str]:
        """Of each process that is there; those of connections come and go."""
        found = [] if self.pid is None else [self.pid]
        for pid in found:
            with suppress(OSError):
                for task in Path(f"/proc/{pid}/task").glob("*/children"):
                    found += map(int, task.read_text().split())
                yield Path(f"/proc/{pid}/{name}").read_text()

    def memory(self) -> float:
        rows = (row for text in self._files("smaps_rollup") for row in text.splitlines())
        return round(sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1e6, 2)

    def seconds(self) -> float:
        rows = [text.rpartition(")")[2].split() for text in self._files("stat")]
        return sum(int(row[11]) + int(row[12]) for row in rows) / os.sysconf("SC_CLK_TCK")


class Written:
    """The vectors of an index, as what another is made of."""

    def __init__(self, index: VectorIndex, feature: str):
        self._index, self._feature = index, feature
        self.shape = (len(index), index.rows(feature, index.ids[:1]).units.shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        at = np.arange(len(self))[rows]
        found = self._index.rows(self._feature, [self._index.ids[row] for row in at])
        return np.where(found.norms[:, None] > 0, found.units * found.norms[:, None], np.nan).astype(np.float32)


def make(of: VectorIndex, paintings: Paintings, folder: Path, store: str) -> dict[str, Any]:
    """The same vectors in ``folder``/embedded and at a store, and how many rows a second went there."""
    from artextract.index import remote
    from artextract.search.stored_vectors import columns_of

    if any(of.space(name).matrix is not None or of.space(name).mean is not None for name in of.features):
        raise SystemExit("the collection's vectors were turned already: take one that scale.py --whitened made")
    shutil.rmtree(folder, ignore_errors=True)
    at = dict(zip(paintings.ids, range(len(paintings)), strict=True))
    columns = columns_of(paintings.rows(np.array([at[painting_id] for painting_id in of.ids])))
    given = {name: FeatureVectors(of.versions[name], Written(of, name)) for name in of.features}
    what = list(of.ids), list(of.hashes), given, {}, dict(of.settings), "float16"
    create_index(folder / "embedded", *what)
    weights, spent = resolve_weights(None, of.features), {}
    begun = time.perf_counter()
    server = type(remote.server_at(store))
    with (
        timed(remote, "insert", spent),
        timed(server, "insert", spent, "at the server"),
        timed(server, "index", spent),
        timed(server, "settle", spent),
    ):
        create_index(folder / "index", *what, store=store, weights=weights, columns=columns)
    spent["all"] = time.perf_counter() - begun
    rounded = {name: round(seconds, 1) for name, seconds in spent.items()}
    return {"rows_a_second": round(len(of) / spent["insert"]), "seconds": rounded}


@contextmanager
def timed(of: Any, name: str, spent: dict[str, float], called: str = "") -> Iterator[None]:
    work: Callable[..., Any] = getattr(of, name)

    def measured(*given: Any, **more: Any) -> Any:
        begun = time.perf_counter()
        try:
            return work(*given, **more)
        finally:
            spent[called or name] = spent.get(called or name, 0.0) + time.perf_counter() - begun

    with patch.object(of, name, measured):
        yield


def selection(index: VectorIndex, collection: Path, where: str | None, seed: int) -> Selection:
    if where is None:
        return Selection(np.random.default_rng([seed, 1]).random(len(index)) < 0.01)
    from artextract.search.asking.filters import mask

    paintings = read_paintings(collection)
    at = dict(zip(paintings.ids, mask(paintings, [where]).tolist(), strict=True))
    return Selection(np.array([at[painting_id] for painting_id in index.ids]), conditions([where]))


def mixes(index: VectorIndex) -> dict[str, dict[str, float]]:
    """The default mix, each feature alone, and each with four fifths of the weight."""
    default = resolve_weights(
        {name: weight for name, weight in DEFAULT.items() if name in index.features}, index.features
    )
    found = {"default": dict(default)}
    for name in index.features:
        rest = {other: 0.2 / (len(index.features) - 1) for other in index.features if other != name}
        found |= {f"{name} alone": {name: 1.0}, f"{name} 0.8": {name: 0.8, **rest}}
    return found


def measure(
    one: VectorIndex,
    other: VectorIndex,
    queries: int,
    seed: int,
    metrics: Sequence[str],
    narrow: Selection,
    server: Server,
) -> list[dict[str, Any]]:
    random = np.random.default_rng(seed)
    asked = [one.ids[row] for row in random.choice(len(one), min(queries, len(one)), replace=False)]
    vectors = []
    for painting in asked:
        rows = {name: one.rows(name, [painting]) for name in one.features}
        vectors.append({name: row.units[0] * row.norms[0] for name, row in rows.items() if row.norms[0] > 0})
    return [
        {
            "mix": name,
            "metric": metric,
            "filter": "1 %" if filtered else "",
            **compared(one, other, asked, vectors, mix, metric, filtered, server),
        }
        for name, mix in mixes(one).items()
        for metric in metrics
        for filtered in (None, narrow)
    ]


def compared(
    one: VectorIndex,
    other: VectorIndex,
    asked: Sequence[str],
    vectors: Sequence[Query],
    mix: dict[str, float],
    metric: str,
    filtered: Selection | None,
    server: Server,
) -> dict[str, Any]:
    """Recall, the largest difference of a score of a hit of both, and for each index milliseconds of the clock (p50,
    p95) and of the processor (mean; the server's with those of this process)."""
    recall, difference = [], 0.0
    clock, cpu = np.zeros((2, len(asked))), np.zeros((2, len(asked)))
    for place, (painting, query) in enumerate(zip(asked, vectors, strict=True)):
        answers = []
        for way, index in enumerate((one, other)):
            begun, spent = time.perf_counter(), time.process_time() + server.seconds()
            exact = False if index is one else None
            answers.append(index.nearest(query, mix, K, filtered, metric, left_out=[painting], approximate=exact))
            clock[way, place] = 1000 * (time.perf_counter() - begun)
            cpu[way, place] = 1000 * (time.process_time() + server.seconds() - spent)
        truth, found = answers
        if len(truth.ids):
            at = dict(zip(found.ids, found.scores, strict=True))
            recall.append(sum(hit in at for hit in truth.ids) / len(truth.ids))
            both = zip(truth.ids, truth.scores, strict=True)
            difference = max([difference, *(abs(score - at[hit]) for hit, score in both if hit in at)])
    return {
        "recall@10": float(np.mean(recall)),
        "largest_difference": float(difference),
        "embedded_ms": np.percentile(clock[0], [50, 95]).round(2).tolist(),
        "store_ms": np.percentile(clock[1], [50, 95]).round(2).tolist(),
        "cpu_ms": cpu.mean(axis=1).round(1).tolist(),
    }


def as_text(found: list[dict[str, Any]], figures: dict[str, Any]) -> str:
    lines = [
        f"{'mix':<16}{'metric':<11}{'filter':<8}{'recall@10':>9}{'score +-':>11}{'embedded ms':>18}{'store ms':>18}"
        f"{'processor ms':>18}"
    ]
    for row in found:
        ms = ["{:.1f} / {:.1f}".format(*row[name]) for name in ("embedded_ms", "store_ms", "cpu_ms")]
        lines.append(
            f"{row['mix']:<16}{row['metric']:<11}{row['filter']:<8}{row['recall@10']:>9.4f}"
            f"{row['largest_difference']:>11.1e}{ms[0]:>18}{ms[1]:>18}{ms[2]:>18}"
        )
    lines.append("p50 / p95 of one search; the processor's mean, embedded / store")
    return "\n".join([*lines, *(f"{name:<16}{value}" for name, value in figures.items())])


if __name__ == "__main__":
    main()
