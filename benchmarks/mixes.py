"""How do mixes of features do by artist, by subject and together, and what do hubs cost?

    python benchmarks/mixes.py COLLECTION [--side val|test] [--where EXPR] [--limit N] [--weights F=W,F=W ...] [--grid]
        [--out CSV]

Prints a row for each mix and metric. Nothing may be chosen by rows of ``--side test``. The sides are the splits "val"
and "test" of a collection that was imported with official ones (--by split), or the halves of its artists.
Queries that the model of "style" was trained on are left out, but for the validation rows of its own collection.

- A hit is worth 3 where it is the same work or a version of it (same artist, same words in the title), 2 by the same
  artist, 1 of the same style and genre; nDCG@10 uses these gains.
- "genre" and "subject" with "others'" are judged among paintings by other artists, so that a hand does not pass for a
  subject. Subjects are words of titles (``SUBJECTS``), with their synonyms.
- Exact and near duplicates of the query are no candidates.
- Intervals are those of the difference from the first mix: bootstraps over queries, and over artists with all their
  queries."""

from __future__ import annotations

import argparse
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.evaluate.retrieval.benchmark import _seen
from artextract.evaluate.retrieval.relevance import LeftOut
from artextract.evaluate.retrieval.variants import Variant, chunk_rows, mixed, standard_of_rows, weights_text
from artextract.labels import canonical_key
from artextract.metrics.retrieval import skewness
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import DEFAULT, parse_weights
from artextract.table import Paintings

SUBJECTS = {
    "portrait": "portrait",
    "self-portrait": "self-portrait selfportrait",
    "harbour": "harbour harbor port quay",
    "still life": "still-life",
    "crucifixion": "crucifixion cross calvary crucified",
    "Madonna": "madonna virgin",
    "bathers": "bather bathers bathing",
    "nude": "nude nudes",
    "river": "river seine thames",
    "bridge": "bridge",
    "church": "church cathedral abbey",
    "flowers": "flowers bouquet roses peonies tulips chrysanthemums",
    "winter": "winter snow",
    "sea": "sea seascape waves ocean coast shore",
    "boats": "boat boats ship ships sailing",
    "garden": "garden gardens park",
    "street": "street boulevard avenue rue",
    "dance": "dance dancer dancers ballet",
    "horse": "horse horses",
    "battle": "battle",
    "annunciation": "annunciation",
    "nativity": "nativity adoration magi",
    "fruit": "fruit fruits apples pears lemons",
    "forest": "forest woods",
    "mountains": "mountain mountains alps",
    "night": "night moonlight moon",
    "evening": "sunset dusk evening",
    "village": "village",
    "mill": "mill mills windmill",
    "interior": "interior room",
    "market": "market",
    "Christ": "christ jesus",
    "saint": "saint st",
    "Venus": "venus",
    "reading": "reading reader book",
    "music": "music musician guitar piano violin",
    "mother": "mother",
    "Venice": "venice venezia canal",
    "harvest": "harvest haymaking haystack haystacks wheat field fields",
    "peasants": "peasant peasants",
    "cattle": "cow cows cattle sheep",
    "lamentation": "resurrection lamentation pieta deposition entombment",
    "angel": "angel angels",
    "Judith": "judith holofernes",
    "tree": "tree trees",
}
SUBJECT_OF = {word: number for number, words in enumerate(SUBJECTS.values()) for word in words.split()}
DOUBTFUL = {"art nouveau", "expressionism", "post impressionism", "romanticism", "symbolism"}
"""Styles whose titles are not to be trusted in the small WikiArt files (``--by split``)."""
MEASURES = (
    "artist P@1",
    "artist P@10",
    "genre P@5",
    "genre P@5, others'",
    "subject P@5, others'",
    "nDCG@10",
    "version@5",
)
METRICS = ("cosine", "csls-half", "csls")
DEPTH = 10


class Judge:
    """What is relevant to what in a collection, and its queries."""

    def __init__(self, engine: SearchEngine, by: str):
        table = engine.paintings
        self.n, self.left_out = len(table), LeftOut.of(table)
        artists = table.artists()
        assert artists is not None
        self.artist = pd.factorize(np.array(artists, dtype=object))[0]
        self.style, self.genre = (self._keys(table, name) for name in ("style", "genre"))
        doubtful = by == "split"
        styles = [canonical_key(value) for value in table.column("style")]
        trusted = [not (doubtful and style is not None and style.replace("_", " ") in DOUBTFUL) for style in styles]
        titles = [
            (title or path.stem.partition("_")[2]).replace("-", " ").lower() if fine else ""
            for title, path, fine in zip(table.column("title"), table.image_paths(), trusted, strict=True)
        ]
        self.subjects = np.zeros((self.n, len(SUBJECTS)), np.float32)
        versions = []
        for row, title in enumerate(titles):
            for word in re.findall(
                "[a-z-]+", title.replace("still life", "still-life").replace("self portrait", "self-portrait")
            ):
                if word in SUBJECT_OF:
                    self.subjects[row, SUBJECT_OF[word]] = 1
            words = " ".join(re.findall("[a-z]{2,}", title))
            plain = len(words) < 6 or words in (
                "untitled",
                "unknown",
                "portrait",
                "landscape",
                "self portrait",
                "still life",
            )
            versions.append(None if plain else f"{artists[row]} {words}")
        self.version = pd.factorize(np.array(versions, dtype=object))[0]
        seen = _seen(engine)
        fresh = np.ones(self.n, bool) if seen is None else ~seen.rows
        if by == "split":
            split = np.asarray(table.column("split"))
            self.sides = {"val": split == "val", "test": (split == "test") & fresh}
        else:
            half = np.array([zlib.crc32((name or "").encode()) % 2 for name in artists])
            self.sides = {"val": (half == 0) & fresh, "test": (half == 1) & fresh}

    @staticmethod
    def _keys(table: Paintings, column: str) -> np.ndarray:
        values = table.column(column) if column in table.frame else [None] * len(table)
        return pd.factorize(np.array([canonical_key(value) for value in values], dtype=object))[0]

    def same(self, values: np.ndarray, rows: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
        """Whether ``others`` (n, k), or all, share a known value with ``rows`` (n,)."""
        return ((values if others is None else values[others]) == values[rows][:, None]) & (values[rows][:, None] >= 0)

    def gains(self, rows: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
        alike = self.same(self.style, rows, others) & self.same(self.genre, rows, others)
        artist = np.where(self.same(self.artist, rows, others), 2, alike)
        return np.where(self.same(self.version, rows, others), 3, artist)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path)
    parser.add_argument("--by", choices=("split", "artist"), default="artist")
    parser.add_argument("--side", choices=("val", "test", "both"), default="val")
    parser.add_argument("--where", action="append", default=[], metavar="EXPR", help="queries only of these paintings")
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--weights", action="append", default=[], metavar="F=W,F=W")
    parser.add_argument("--grid", action="store_true", help="also all mixes of style, deep and palette in tenths")
    parser.add_argument("--metrics", default=",".join(METRICS))
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    engine = SearchEngine.open(args.collection)
    judge = Judge(engine, args.by)
    allowed = (judge.sides["val"] | judge.sides["test"] if args.side == "both" else judge.sides[args.side]) & (
        judge.artist >= 0
    )
    allowed &= engine.listing.allowed(tuple(args.where), "")
    rows = np.random.default_rng(1).permutation(np.flatnonzero(allowed))[: args.limit]
    mixes = [parse_weights(text) for text in args.weights] or [DEFAULT]
    if args.grid:
        tenths = [(i, j) for i in range(11) for j in range(11 - i)]
        mixes += [{"style": i / 10, "deep": j / 10, "palette": (10 - i - j) / 10} for i, j in tenths]
    named = {weights_text(mix): mix for mix in mixes}
    metrics = args.metrics.split(",")
    variants = [Variant(f"{name}:{metric}", mix, metric) for name, mix in named.items() for metric in metrics]
    table = judged(engine, judge, np.sort(rows), variants)
    print(f"{len(rows)} queries of {judge.n} paintings")
    shown = ["mix", *MEASURES, "skewness", "top hub"]
    print(table[shown].to_string(index=False, float_format=lambda value: f"{value:.3f}"))
    if args.out:
        table.to_csv(args.out, index=False)


def judged(engine: SearchEngine, judge: Judge, rows: np.ndarray, variants: list[Variant]) -> pd.DataFrame:
    features = [name for name in engine.index.features if any(name in variant.counting for variant in variants)]
    metrics = sorted({variant.metric for variant in variants})
    values: dict[str, list[np.ndarray]] = {variant.name: [] for variant in variants}
    counts = {variant.name: np.zeros(judge.n, dtype=int) for variant in variants}
    hub = {variant.name: [] for variant in variants}
    step = chunk_rows(judge.n)
    for start in range(0, len(rows), step):
        asked = rows[start : start + step]
        standard = standard_of_rows(engine.index, asked, features, metrics)
        out = judge.left_out.mask(asked)
        same_hand = out | judge.same(judge.artist, asked)
        gains = np.where(out, 0, judge.gains(asked))
        for variant in variants:
            scores = mixed(standard, variant, judge.n)
            best, others = _best(scores, out), _best(scores, same_hand)[:, :5]
            values[variant.name].append(_measured(judge, asked, best, others, gains, same_hand))
            counts[variant.name] += np.bincount(best.ravel(), minlength=judge.n)
            hub[variant.name].append(best[:, :5])
    drawn = {"queries": _drawn(np.arange(len(rows))), "artists": _drawn(judge.artist[rows])}
    first = np.concatenate(values[variants[0].name])
    found = []
    for variant in variants:
        mine = np.concatenate(values[variant.name])
        top = np.concatenate(hub[variant.name])
        largest = np.bincount(top.ravel(), minlength=judge.n).argmax()
        row: dict[str, Any] = {"mix": variant.name}
        for column, measure in enumerate(MEASURES):
            row[measure] = float(np.nanmean(mine[:, column]))
        for column, measure in enumerate(MEASURES):
            row[f"{measure}: n"] = int(np.isfinite(mine[:, column]).sum())
            for what, sample in drawn.items():
                row[f"{measure}: less the first, over {what}"] = _interval(mine[:, column] - first[:, column], sample)
        row |= {"skewness": skewness(counts[variant.name]), "top hub": float((top == largest).any(axis=1).mean())}
        found.append(row)
    return pd.DataFrame(found)


def _best(scores: np.ndarray, out: np.ndarray) -> np.ndarray:
    scores = np.where(out, -np.inf, scores)
    best = np.argpartition(scores, -DEPTH, axis=1)[:, -DEPTH:]
    return np.take_along_axis(best, np.argsort(-np.take_along_axis(scores, best, 1), axis=1), 1)


def _measured(
    judge: Judge, rows: np.ndarray, best: np.ndarray, others: np.ndarray, gains: np.ndarray, same_hand: np.ndarray
) -> np.ndarray:
    """(n, len(MEASURES)), NaN where nothing is relevant."""
    artist, genre = judge.same(judge.artist, rows, best), judge.same(judge.genre, rows, best)
    shown = np.einsum("nk,nmk->nm", judge.subjects[rows], judge.subjects[others]) > 0
    discount = 1 / np.log2(np.arange(2, DEPTH + 2))
    ideal = (-np.sort(-gains, axis=1)[:, :DEPTH] * discount).sum(1)
    got = (np.take_along_axis(gains, best, 1) * discount).sum(1)
    known = judge.genre[rows] >= 0
    subject = ((judge.subjects[rows] @ judge.subjects.T > 0) & ~same_hand).any(1)
    versions = judge.same(judge.version, rows, best[:, :5]).any(1)
    columns = (
        (artist[:, 0], (gains >= 2).any(1)),
        (artist.mean(1), (gains >= 2).any(1)),
        (genre[:, :5].mean(1), known),
        (judge.same(judge.genre, rows, others).mean(1), known),
        (shown.mean(1), subject),
        (got / np.maximum(ideal, 1e-9), ideal > 0),
        (versions, (gains == 3).any(1)),
    )
    return np.stack([np.where(there, value, np.nan) for value, there in columns], axis=1)


def _drawn(groups: np.ndarray, draws: int = 1000) -> np.ndarray:
    """How often each row counts in bootstrap samples of whole groups; float32 (draws, n)."""
    numbers = np.unique(groups, return_inverse=True)[1]
    n = numbers.max() + 1
    return np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), draws).astype(np.float32)[:, numbers]


def _interval(differences: np.ndarray, drawn: np.ndarray) -> str:
    """The mean and its 95 % interval, as text."""
    known = np.isfinite(differences)
    if not known.any():
        return ""
    sums = drawn @ np.where(known, differences, 0).astype(np.float32)
    low, high = np.quantile(sums / np.maximum(drawn @ known.astype(np.float32), 1), (0.025, 0.975))
    return f"{differences[known].mean():+.3f} [{low:+.3f}, {high:+.3f}]"


if __name__ == "__main__":
    main()
