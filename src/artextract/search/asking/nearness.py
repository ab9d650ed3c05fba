"""How near is near: bands for the score of any mix, from the pairs of different works that a collection has.

A rank says which painting is nearest, and not that it is near. Here scores are compared with those of random pairs of
different works, by the same mix, so that a search may also find nothing:

    very close   at most 1 random pair in 10,000 has such a score
    close        at most 1 in 1,000
    related      at most 1 in 100
    weak         all others

"same work" lies beyond what different works of one artist reach (``SAME_WORK``). What is measured, and on what, stands
in docs/search.md."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.index import VectorIndex
from artextract.index.scales import compared
from artextract.kept import Kept
from artextract.splits import near_duplicate_pairs
from artextract.table import Paintings

SAME, VERY_CLOSE, CLOSE, RELATED, WEAK = BANDS = ("same work", "very close", "close", "related", "weak")
SHARES = {RELATED: 1e-2, CLOSE: 1e-3, VERY_CLOSE: 1e-4}
"""Of random pairs of different works at most so many reach a band."""
SAMPLE = 1_000
"""Paintings whose pairs are looked at, drawn at random."""
FEWEST = 20
"""With fewer paintings nothing is said."""
LEAST_BEYOND = 20
"""A band begins where this collection's own pairs say, if at least so many of them lie beyond; else where the shipped
distances say."""
DISTANCES: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "cosine": {"deep": (3.1, 4.6, 6.0), "style": (2.9, 4.5, 6.2), "palette": (2.3, 2.7, 2.8)},
    "csls-half": {"deep": (2.8, 4.0, 5.1), "style": (2.7, 4.0, 5.6), "palette": (2.2, 2.5, 2.6)},
    "csls": {"deep": (2.4, 3.4, 4.4), "style": (2.5, 3.6, 4.9), "palette": (2.1, 2.4, 2.6)},
}
"""Where related, close and very close begin, in deviations of the scores of random pairs above their mean, by metric:
the validation rows of the starter's collection (1,816 paintings, 1.6 million pairs; ``benchmarks/nearness.py --fit``).
Of a mix the largest of its features' holds, and another metric has those of "cosine"."""
OTHER_DISTANCES = (3.1, 4.6, 6.2)
SAME_WORK = {"deep": 0.81, "style": 0.72}
"""From where two pictures most likely show one work: parts of the way from the cosine of the mean pair to 1. At most 1
in 10,000 pairs of different works by one artist is beyond (the same rows). No other feature can tell."""
SAME_WORK_ELSE = 0.99
SAME_WORK_WEIGHT = 0.5
"""The part of a mix that features of ``SAME_WORK`` have at least, for it to tell a work."""
SAME_ARTIST_BEYOND, SAME_ARTIST_PAIRS = 0.999, 2_000
"""Where so many pairs by one artist are known, "same work" begins no sooner than beyond this part of them."""
_KEPT = 64
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Band:
    """One band of a mix: it holds scores above ``above``.

    ``random``, ``same_style`` and ``same_artist`` are the parts 0..1 of the pairs of different works, of two styles or
    one and so on, that are in it or in a nearer one; None where fewer than ``LEAST_BEYOND`` such pairs are known.
    ``own``: this collection's pairs say where it begins."""

    name: str
    above: float
    random: float
    same_style: float | None
    same_artist: float | None
    own: bool


@dataclass(frozen=True)
class Bands:
    """The bands of a mix, nearest first, without "weak", which has all the rest.

    Measured on ``pairs`` pairs of ``paintings`` paintings."""

    bands: tuple[Band, ...]
    paintings: int
    pairs: int

    def of(self, score: float) -> str:
        """The band of a score."""
        return next((band.name for band in self.bands if score > band.above), WEAK)

    def by_chance(self, name: str, candidates: int) -> float:
        """How many of so many paintings are expected in a band, or nearer, by chance alone."""
        return next(SHARES.get(name, band.random) for band in self.bands if band.name == name) * candidates

    def as_dict(self, candidates: int) -> dict[str, dict[str, Any]]:
        """Plain values for JSON: band -> "above", "by_chance" of so many paintings, "random", "same_style",
        "same_artist", "own"."""
        return {
            band.name: {
                "above": round(band.above, 4),
                "by_chance": round(self.by_chance(band.name, candidates), 2),
                "random": band.random,
                "same_style": band.same_style,
                "same_artist": band.same_artist,
                "own": band.own,
            }
            for band in self.bands
        }


class Nearness:
    """Bands for the mixes of one index, each worked out when first asked for; for several threads."""

    def __init__(self, index: VectorIndex, paintings: Paintings, seed: int = 0):
        """``paintings`` are the rows of the index, in its order."""
        self._index, self._paintings, self._seed = index, paintings, seed
        self._standard: Kept[Hashable, Floats] = Kept(_KEPT)
        self._sides: Kept[str, tuple[np.float64, np.float64]] = Kept(_KEPT)
        self._bands: Kept[Hashable, Bands | None] = Kept(_KEPT)

    def bands(self, mix: Mapping[str, float], metric: str = "cosine") -> Bands | None:
        """The bands of the scores by a mix of indexed features (feature -> weight, of any sum; others are left out).

        None where nothing can be said: fewer than ``FEWEST`` paintings, no feature that counts, or all alike."""
        counting = {name: float(mix[name]) for name in self._index.features if mix.get(name, 0) > 0}
        if not counting or len(self._index) < FEWEST:
            return None
        return self._bands.get((tuple(counting.items()), metric), lambda: self._found(counting, metric))

    def _found(self, mix: Mapping[str, float], metric: str) -> Bands | None:
        standard = [(weight, self._pairs_by(name, metric)) for name, weight in mix.items()]
        there = np.logical_or.reduce([np.isfinite(values) for _, values in standard])
        total = np.zeros(len(there), dtype=np.float32)
        for weight, values in standard:
            total += np.float32(weight) * np.nan_to_num(values)
        scores = total[there]
        deviation = float(scores.std()) if len(scores) else 0.0
        if deviation < 1e-6:
            return None
        same_style, same_artist = (mask[there] for mask in (self._alike("style"), self._alike("artist", "painter")))
        most = self._identity(mix, metric)
        found: list[Band] = []
        least = -np.inf
        for place, (name, share) in enumerate(SHARES.items()):
            allowed = int(share * len(scores))
            own = allowed >= LEAST_BEYOND
            if own:
                above = float(-np.partition(-scores, allowed)[allowed])
            else:
                above = min(float(scores.mean()) + deviation * self._distance(mix, metric, place), most)
            least = max(least, above)
            found.append(self._band(name, least, scores, same_style, same_artist, own))
        same = self._same_work(mix, metric)
        if same is not None:
            by_artist = scores[same_artist]
            own = len(by_artist) >= SAME_ARTIST_PAIRS
            beyond = float(np.quantile(by_artist, SAME_ARTIST_BEYOND)) if own else -np.inf
            found.append(self._band(SAME, max(same, least, beyond), scores, same_style, same_artist, beyond > same))
        return Bands(tuple(found[::-1]), len(self._sample), len(scores))

    @staticmethod
    def _band(name: str, above: float, scores: Floats, same_style: Mask, same_artist: Mask, own: bool) -> Band:
        beyond = scores > above
        style, artist = (
            float(beyond[mask].mean()) if np.count_nonzero(mask) >= LEAST_BEYOND else None
            for mask in (same_style, same_artist)
        )
        return Band(name, above, float(beyond.mean()), style, artist, own)

    @staticmethod
    def _distance(mix: Mapping[str, float], metric: str, place: int) -> float:
        shipped = DISTANCES.get(metric, DISTANCES["cosine"])
        return max(shipped.get(name, OTHER_DISTANCES)[place] for name in mix)

    def _identity(self, mix: Mapping[str, float], metric: str) -> float:
        """Just below the score that a picture has with itself."""
        return sum(weight * self._at(name, metric, SAME_WORK_ELSE) for name, weight in mix.items())

    def _same_work(self, mix: Mapping[str, float], metric: str) -> float | None:
        telling = sum(weight for name, weight in mix.items() if name in SAME_WORK)
        if telling < SAME_WORK_WEIGHT * sum(mix.values()):
            return None
        return sum(weight * self._at(name, metric, SAME_WORK.get(name, SAME_WORK_ELSE)) for name, weight in mix.items())

    def _at(self, name: str, metric: str, part: float) -> float:
        """The standard similarity of a pair whose cosine lies at ``part`` of the way from that of the mean pair to
        1."""
        mean = self._index.scale(name, "cosine").mean
        side = self._sides.get(name, lambda: self._side(name))
        value = compared(np.array([mean + (1 - mean) * part]), metric, side, side)  # type: ignore[arg-type]
        return float(self._index.scale(name, metric).standard(value)[0])

    def _side(self, name: str) -> tuple[np.float64, np.float64]:
        """The mean norm and density of those of the sample that have a feature."""
        rows = self._index.rows(name, [self._index.ids[row] for row in self._sample])
        there = rows.norms > 0
        return np.float64(rows.norms[there].mean()), np.float64(rows.densities[there].mean())

    @cached_property
    def _sample(self) -> NDArray[np.int64]:
        rows = np.arange(len(self._index))
        if len(rows) <= SAMPLE:
            return rows
        return np.sort(np.random.default_rng(self._seed).choice(rows, SAMPLE, replace=False))

    @cached_property
    def _different(self) -> NDArray[np.int64]:
        """The pairs of the sample that show different works, as places in the flat square of all: other content,
        hashes that are not nearly the same, other objects."""
        n = len(self._sample)
        apart = np.triu(np.ones((n, n), dtype=bool), 1)
        of = self._paintings.rows(self._sample)
        near = near_duplicate_pairs(of.column("phash").tolist())
        apart[near[:, 0], near[:, 1]] = False
        for name in ("sha256", "object"):
            if name in of.frame:
                apart &= ~_equal(of.column(name))
        return np.flatnonzero(apart.ravel())

    def _pairs_by(self, name: str, metric: str) -> Floats:
        """The standard similarities of those pairs by a feature, float32 (P,); NaN where one lacks it."""

        def found() -> Floats:
            rows = self._index.rows(name, [self._index.ids[row] for row in self._sample])
            cosine = rows.units @ rows.units.T
            sides = (rows.norms[:, None], rows.densities[:, None]), (rows.norms, rows.densities)
            standard = self._index.scale(name, metric).standard(compared(cosine, metric, *sides))
            missing = rows.norms <= 0
            standard[missing, :] = np.nan
            standard[:, missing] = np.nan
            return np.asarray(standard.ravel()[self._different], dtype=np.float32)

        return self._standard.get((name, metric), found)

    def _alike(self, *columns: str) -> Mask:
        """Which pairs have the same label in the fullest of some columns, bool (P,)."""
        there = [name for name in columns if name in self._paintings.frame]
        of = self._paintings.rows(self._sample)
        cells = [of.column(name) for name in there]
        if not cells:
            return np.zeros(len(self._different), dtype=bool)
        fullest = max(cells, key=lambda values: sum(value is not None for value in values))
        return np.asarray(_equal(fullest).ravel()[self._different])


def _equal(values: np.ndarray) -> Mask:
    """Which pairs have the same value, bool (n, n); what is None is like nothing."""
    known = np.array([value is not None for value in values], dtype=bool)
    _, numbers = np.unique(np.array([str(value) for value in values], dtype=object).astype(str), return_inverse=True)
    return np.asarray((numbers[:, None] == numbers) & known[:, None] & known)


def said(bands: Bands | None, nearest: str | None) -> str:
    """What stands above the hits where none of them is close; "" where one is, or nothing is known."""
    if bands is None or nearest not in (RELATED, WEAK):
        return ""
    if nearest == WEAK:
        return "Nothing here is much like it: more than 1 random pair in 100 is as near as the nearest painting."
    return "Nothing here is close: the nearest is only related, and more than 1 random pair in 1,000 is as near."
