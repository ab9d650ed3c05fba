"""The index of a collection at a server beside the embedded one: whether the same paintings are found with the same
scores, and how fast, in one run.

    python benchmarks/stores.py COLLECTION OTHER [--queries 200] [--json]

Both are indexes of the same paintings, such as a collection and its copy that was indexed with ``--store``. Each mix is
asked of both in turn, plain and under a filter that one painting in a hundred passes."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from artextract.index import Selection, VectorIndex, open_index
from artextract.search.asking.weights import DEFAULT, resolve_weights

K = 10
METRICS = ("csls-half", "cosine")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("collection", type=Path, help="with an embedded index")
    parser.add_argument("other", type=Path, help="the same paintings, indexed at a server")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    one, other = open_index(args.collection / "index"), open_index(args.other / "index")
    if list(one.ids) != list(other.ids):
        parser.error("the two are not of the same paintings")
    found = measure(one, other, args.queries, args.seed)
    print(json.dumps(found, indent=2) if args.json else as_text(found))


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


def measure(one: VectorIndex, other: VectorIndex, queries: int, seed: int) -> list[dict[str, Any]]:
    random = np.random.default_rng(seed)
    asked = [one.ids[row] for row in random.choice(len(one), min(queries, len(one)), replace=False)]
    vectors = []
    for painting in asked:
        rows = {name: one.rows(name, [painting]) for name in one.features}
        vectors.append({name: row.units[0] * row.norms[0] for name, row in rows.items() if row.norms[0] > 0})
    narrow = Selection(random.random(len(one)) < 0.01)
    measured = []
    for name, mix in mixes(one).items():
        for metric in METRICS:
            for filtered in (None, narrow):
                recall, difference, times = [], 0.0, ([], [])
                for painting, query in zip(asked, vectors, strict=True):
                    answers = []
                    for index, spent in zip((one, other), times, strict=True):
                        begun = time.perf_counter()
                        answers.append(index.nearest(query, mix, K, filtered, metric, left_out=[painting]))
                        spent.append(1000 * (time.perf_counter() - begun))
                    truth, found = answers
                    if len(truth.ids):
                        at = dict(zip(found.ids, found.scores, strict=True))
                        recall.append(sum(hit in at for hit in truth.ids) / len(truth.ids))
                        both = [
                            abs(score - at[hit])
                            for hit, score in zip(truth.ids, truth.scores, strict=True)
                            if hit in at
                        ]
                        difference = max([difference, *both])
                measured.append(
                    {
                        "mix": name,
                        "metric": metric,
                        "filter": "1 %" if filtered else "",
                        "recall@10": float(np.mean(recall)),
                        "largest_difference": difference,
                        "embedded_ms": np.percentile(times[0], [50, 95]).round(2).tolist(),
                        "store_ms": np.percentile(times[1], [50, 95]).round(2).tolist(),
                    }
                )
    return measured


def as_text(found: list[dict[str, Any]]) -> str:
    lines = [
        f"{'mix':<16}{'metric':<11}{'filter':<8}{'recall@10':>9}{'score +-':>11}{'embedded ms':>16}{'store ms':>16}"
    ]
    for row in found:
        ms = ["{:.1f} / {:.1f}".format(*row[name]) for name in ("embedded_ms", "store_ms")]
        lines.append(
            f"{row['mix']:<16}{row['metric']:<11}{row['filter']:<8}{row['recall@10']:>9.4f}"
            f"{row['largest_difference']:>11.1e}{ms[0]:>16}{ms[1]:>16}"
        )
    lines.append("p50 / p95 of one search")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
