"""Finds a detail in the paintings of a collection, and says where; or that it is not there."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from artextract.errors import InputError, MismatchError
from artextract.motifs.build import CONFIG_HINT, motif_folder, read_projection, store_folder, version_of
from artextract.motifs.candidates import CONFIG, Candidates, require_known, votes
from artextract.motifs.geometry import Frame, fitted_frame
from artextract.motifs.matching import Variant, compare, variants
from artextract.motifs.network import LocalNetwork
from artextract.motifs.store import MotifStore

PROPOSED = 48
"""Paintings that are looked at closely for each size that the detail may have."""
BACKGROUND = 96
"""Paintings drawn at random, with which a detail is compared to tell what is no likeness."""
FALSE_ALARMS = 0.05
"""At most about this part of searches for a detail that is nowhere finds something: ``LEAST`` was set so among 5,164
paintings, by 64 details of other paintings (``benchmarks/motif_alarms.py``) and 97 whose own painting was left out
(``benchmarks/motifs.py``), real repeats left aside by eye. In a smaller collection it is less."""
LEAST = 9.0
CURVE = (1.1, 8.5)
"""Slope, and the score at which one in two is right, of ``probability``: logistic regression on 72 places that are
right and the best answers to those 161 details, both weighing the same."""


@dataclass(frozen=True)
class MotifFound:
    """A detail found in the image ``key`` (its SHA-256).

    ``score``: how many standard deviations it is more like the detail than the best places of random paintings are;
    ``probability`` of being right, by that score. ``box``: left, top, right, bottom as shares of the picture. ``turn``
    in degrees, clockwise positive."""

    key: str
    score: float
    probability: float
    box: tuple[float, float, float, float]
    mirrored: bool
    turn: float


class MotifIndex:
    """Open one with ``MotifIndex.open(collection)`` and ask it many times, from several threads if need be."""

    def __init__(
        self, store: MotifStore, candidates: Candidates, network: LocalNetwork, describe: Callable[..., list[Variant]]
    ):
        self.store = store
        self.candidates = candidates
        self.network = network
        self.describe = describe
        self.columns = {number: store.grid(key)[0] for key, number in candidates.serials.items()}
        self.background = self._drawn()
        self._kept: dict[str, np.ndarray] = {}

    @staticmethod
    def open(collection: str | Path, network: LocalNetwork | None = None) -> MotifIndex:
        """Raises ``InputError`` where the collection was not prepared for this, and ``MismatchError`` where what is
        there is damaged or of another network."""
        folder = motif_folder(collection)
        if not (folder / CONFIG).is_file():
            raise InputError(
                f"'{collection}' is not prepared for the search for details", CONFIG_HINT, code="no-motifs"
            )
        network = network or LocalNetwork()
        try:
            projection = read_projection(folder)
            store = MotifStore(store_folder(folder, network, projection))
            candidates = Candidates.open(folder, version_of(network, projection))
            absent = sum(key not in store for key in candidates.serials)
            if absent:
                raise ValueError(f"{absent} paintings are not described")
        except (OSError, ValueError, KeyError) as error:
            raise MismatchError(
                f"what '{collection}' keeps for the search for details cannot be used ({error})",
                CONFIG_HINT,
                code="motifs-damaged",
            ) from error
        return MotifIndex(
            store, candidates, network, lambda image, mirrored: variants(image, network, projection, mirrored)
        )

    def __len__(self) -> int:
        return len(self.candidates.serials)

    def find(
        self,
        image: Image.Image,
        k: int = 10,
        left_out: Set[str] = frozenset(),
        allowed: Set[str] | None = None,
        mirrored: bool = True,
    ) -> list[MotifFound]:
        """The ``k`` images that most probably show the detail that an RGB picture is, best first, each at its best
        place, whether they pass ``LEAST`` or not. ``left_out`` and ``allowed`` (None: all) are hashes of images."""
        return self.find_cells(self.describe(image, mirrored), k, left_out, allowed)

    def find_cells(
        self,
        details: Sequence[Variant],
        k: int = 10,
        left_out: Set[str] = frozenset(),
        allowed: Set[str] | None = None,
    ) -> list[MotifFound]:
        """As ``find``, of a detail that was described before."""
        wanted = self.candidates.serials.keys() if allowed is None else allowed & self.candidates.serials.keys()
        wanted = wanted - left_out
        proposed = self._proposed(details, wanted)
        background = [key for key in self.background if key not in left_out]
        best: dict[str, tuple[float, Variant, int, int]] = {}
        cells = {key: self._cells(key) for key in {*background, *(key for keys in proposed for key in keys)}}
        for detail, near in zip(details, _neighbouring(details, proposed), strict=True):
            scores = _scores(detail.cells, {key: cells[key] for key in {*background, *near}})
            usual = _usual([scores[key][0] for key in background])
            if usual is None:
                continue
            for key in near:
                score, row, column = scores[key]
                standard = (score - usual[0]) / usual[1]
                if key not in best or standard > best[key][0]:
                    best[key] = (standard, detail, row, column)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:k]
        return [
            _found(key, score, detail, fitted_frame(detail.cells, cells[key], row, column))
            for key, (score, detail, row, column) in ranked
        ]

    def usual(self, detail: np.ndarray, background: Sequence[str]) -> tuple[float, float] | None:
        """Mean and deviation of the best scores that a detail ``(h, w, 64)`` has in some images.

        None where these are too few, or smaller."""
        cells = {key: self._cells(key) for key in background}
        return _usual([score for score, _, _ in _scores(detail, cells).values()])

    def _cells(self, key: str) -> np.ndarray:
        """Of an image; those of the background are kept, since every search needs them."""
        if key not in self.background:
            return self.store.cells(key)
        if key not in self._kept:
            self._kept[key] = self.store.cells(key)
        return self._kept[key]

    def _proposed(self, details: Sequence[Variant], wanted: Set[str]) -> list[list[str]]:
        """Per detail the hashes of paintings that are to be compared with it."""
        if len(wanted) <= PROPOSED:
            return [sorted(wanted)] * len(details)
        sizes = [detail.cells.shape[0] * detail.cells.shape[1] for detail in details]
        every = np.concatenate([detail.cells.reshape(size, -1) for detail, size in zip(details, sizes, strict=True)])
        cosines, serials, places = self.candidates.nearest(every)
        require_known(self.columns, serials)
        proposed, start = [], 0
        for detail, size in zip(details, sizes, strict=True):
            mine = slice(start, start + size)
            start += size
            at = np.argwhere(np.ones(detail.cells.shape[:2], bool))
            counted = votes(cosines[mine], serials[mine], places[mine], at, self.columns)
            ordered = sorted(counted, key=lambda number: (-counted[number], number))
            keys = (self.candidates.hashes[number] for number in ordered)
            proposed.append([key for key in keys if key in wanted][:PROPOSED])
        return proposed

    def _drawn(self) -> list[str]:
        keys = sorted(self.candidates.serials)
        if len(keys) <= BACKGROUND:
            return keys
        return [keys[i] for i in sorted(np.random.default_rng(0).choice(len(keys), BACKGROUND, replace=False))]


def _neighbouring(details: Sequence[Variant], proposed: Sequence[Sequence[str]]) -> list[list[str]]:
    """What is proposed for a detail or for the sizes next to it."""
    return [
        list(
            dict.fromkeys(
                key
                for other, keys in zip(details, proposed, strict=True)
                if other.mirrored == detail.mirrored and abs(other.step - detail.step) <= 1
                for key in keys
            )
        )
        for detail in details
    ]


def _usual(scores: Sequence[float]) -> tuple[float, float] | None:
    usual = np.sort([score for score in scores if np.isfinite(score)])
    if len(usual) < 2:
        return None
    usual = usual[: max(2, len(usual) - max(1, len(usual) // 32))]  # what is like the detail may be among them
    return float(usual.mean()), max(float(usual.std()), 0.01)


def _scores(detail: np.ndarray, cells: dict[str, np.ndarray]) -> dict[str, tuple[float, int, int]]:
    by_grid: dict[Any, list[str]] = defaultdict(list)
    for key, grid in cells.items():
        by_grid[grid.shape].append(key)
    found = {}
    for keys in by_grid.values():
        scores, rows, columns = compare(detail, np.stack([cells[key] for key in keys]))
        for key, *one in zip(keys, scores.tolist(), rows.tolist(), columns.tolist(), strict=True):
            found[key] = (one[0], one[1], one[2])
    return found


def _found(key: str, score: float, detail: Variant, frame: Frame) -> MotifFound:
    return MotifFound(key, score, probability(score), frame.box, detail.mirrored, round(frame.turn, 1))


def probability(score: float) -> float:
    """How probably a place of this score shows the detail."""
    slope, middle = CURVE
    return 1 / (1 + math.exp(-slope * min(max(score - middle, -30.0), 30.0)))
