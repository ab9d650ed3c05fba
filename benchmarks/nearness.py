"""What the bands of nearness hold on a collection: the parts of pairs of different works that reach each, and what the
hits of a search by its own paintings are.

    python benchmarks/nearness.py COLLECTION [--queries 500] [--artist artist]
    python benchmarks/nearness.py COLLECTION --fit SPLIT

The second prints what ``nearness.DISTANCES`` and ``nearness.SAME_WORK`` are by the pairs of one split.
"""

from __future__ import annotations

import argparse

import numpy as np

from artextract.index import CROWDED
from artextract.index.scales import compared
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.nearness import BANDS, CLOSE, RELATED, SAME, SHARES, VERY_CLOSE, WEAK
from artextract.search.asking.result import ALL
from artextract.splits import near_duplicate_pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--artist", default="artist", help="the column of artists")
    parser.add_argument("--fit", metavar="SPLIT", help="what the shipped bands would be by the rows of this split")
    asked = parser.parse_args()
    engine = SearchEngine.open(asked.collection)
    if asked.fit:
        return fit(engine, asked.fit, asked.artist)
    ids = engine.index.ids
    query = engine.query(ids[0])
    bands = engine.bands(engine.mix(None, query), query)[ALL]
    print(f"{len(ids)} paintings, {bands.pairs} pairs of {bands.paintings}")
    for band in bands.bands:
        parts = (band.random, band.same_style, band.same_artist)
        shown = "  ".join("-" if part is None else f"{100 * part:.3f} %" for part in parts)
        print(f"{band.name:<12} above {band.above:.3f}{' (own)' if band.own else ''}: {shown}")
    labels = {"artist": engine.paintings.column(asked.artist), "style": engine.paintings.column("style")}
    rows = np.random.default_rng(2).choice(len(ids), min(asked.queries, len(ids)), replace=False)
    nearest = dict.fromkeys(BANDS, 0)
    found: dict[str, list[tuple[bool | None, bool | None]]] = {name: [] for name in BANDS}
    for row in rows:
        hits = engine.search(ids[row], k=10).hits
        nearest[str(hits[0].band)] += 1
        for hit in hits:
            other = engine.index.position(hit.id)
            pairs = [(values[row], values[other]) for values in labels.values()]
            found[str(hit.band)].append(tuple(None if None in pair else pair[0] == pair[1] for pair in pairs))
    n = len(rows)
    print(f"{n} queries; nothing close for {(nearest[RELATED] + nearest[WEAK]) / n:.3f}; nearest: {nearest}")
    for name in (SAME, VERY_CLOSE, CLOSE, RELATED, WEAK):
        figures = []
        for place, label in enumerate(labels):
            known = [one[place] for one in found[name] if one[place] is not None]
            figures.append(f"same {label} {np.mean(known):.3f} of {len(known)}" if known else f"no {label} known")
        print(f"hits {name:<12} {len(found[name]):>5}: {', '.join(figures)}")


def fit(engine: SearchEngine, split: str, artist: str) -> None:
    rows = np.flatnonzero(np.asarray(engine.paintings.column("split")) == split)
    table = engine.paintings.rows(rows)
    apart = np.triu(np.ones((len(rows), len(rows)), bool), 1)
    near = near_duplicate_pairs(table.column("phash").tolist())
    apart[near[:, 0], near[:, 1]] = False
    artists = table.column(artist)
    hand = (artists[:, None] == artists[None]) & (artists != None)[:, None] & apart  # noqa: E711 - by element
    print(f"{len(rows)} paintings, {apart.sum()} pairs of different works, {hand.sum()} of them by one artist")
    for name in engine.index.features:
        of = engine.index.rows(name, table.ids)
        cosine = of.units @ of.units.T
        mean = engine.index.scale(name, "cosine").mean
        same = (np.quantile(cosine[hand], 0.9999) - mean) / (1 - mean)
        figures = [f"same work {same:.3f} of the way"]
        for metric in ("cosine", *CROWDED):
            values = compared(cosine, metric, (of.norms[:, None], of.densities[:, None]), (of.norms, of.densities))
            random = values[apart]
            ends = (np.quantile(random, [1 - share for share in SHARES.values()]) - random.mean()) / random.std()
            figures.append(f"{metric} " + ", ".join(f"{end:.2f}" for end in ends))
        print(f"{name}: {'; '.join(figures)}")


if __name__ == "__main__":
    main()
