"""What a search for a detail answers, and the part of a search engine that finds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from PIL import Image

from artextract.motifs.build import motif_folder
from artextract.motifs.candidates import CONFIG
from artextract.motifs.find import FALSE_ALARMS, LEAST, MotifFound, MotifIndex
from artextract.naming import Captioned


@dataclass(frozen=True)
class MotifHit(Captioned):
    """A painting in which the detail was found. ``score``: how many standard deviations its best place is more like the
    detail than the best places of random paintings are; ``probability`` of being right, by that score. ``found_at``:
    left, top, right, bottom as shares of its width and height. ``mirrored``: it is the detail's mirror image; ``turn``
    in degrees, clockwise positive."""

    id: str
    path: str
    score: float
    probability: float
    found_at: tuple[float, float, float, float]
    mirrored: bool
    turn: float
    labels: dict[str, str | None]
    title: str | None
    source: str
    rights: str


@dataclass(frozen=True)
class MotifResult:
    """``hits``, best first, are those that reach ``threshold``; there may be none, and then the detail was not found.
    About ``false_alarms`` of searches for a detail that is nowhere reach the threshold by default. ``nearest`` is the
    best score that did not reach the threshold. ``n_candidates`` is how many paintings could have been found.

    ``query`` has "id", "path", "region", "title" and "labels"; None where it has none."""

    query: dict[str, Any]
    where: list[str]
    n_candidates: int
    threshold: float
    false_alarms: float
    nearest: float | None
    hits: list[MotifHit]

    @property
    def found(self) -> bool:
        return bool(self.hits)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"found": self.found, **asdict(self)}


class MotifDesk:
    """Finds details for the engine of a collection; what is kept of its cells is read when it is first asked, and again
    when it has changed. For several threads."""

    def __init__(self, root: Path, ids: Sequence[str], hashes: Sequence[str]):
        self._root = root
        self._named = ids, hashes
        self._index: MotifIndex | None = None
        self._opened: int | None = None
        self._lock = Lock()

    @cached_property
    def _ids(self) -> dict[str, list[str]]:
        """By the hash of an image the ids of the paintings that have it."""
        found: dict[str, list[str]] = defaultdict(list)
        for painting, key in zip(*self._named, strict=True):
            found[key].append(painting)
        return found

    @cached_property
    def _hash_of(self) -> dict[str, str]:
        return dict(zip(*self._named, strict=True))

    def index(self) -> MotifIndex:
        """Raises what ``MotifIndex.open`` raises."""
        with self._lock:
            try:
                now = (motif_folder(self._root) / CONFIG).stat().st_mtime_ns
            except OSError:
                now = None
            if self._index is None or now != self._opened:
                network = None if self._index is None else self._index.network
                self._index, self._opened = MotifIndex.open(self._root, network), now
            return self._index

    def find(
        self, image: Image.Image, k: int, left_out: Set[str], allowed: Set[str], least: float = LEAST
    ) -> tuple[int, float | None, list[tuple[str, MotifFound]]]:
        """How many of the paintings ``allowed`` (ids) can be found, the best score below ``least``, and (id, found)
        of those that reach it, best first, at most ``k``."""
        index = self.index()
        known = index.candidates.serials.keys()
        gone = {self._hash_of[painting] for painting in left_out if painting in self._hash_of}
        wanted = ({self._hash_of[painting] for painting in allowed} & known) - gone
        found = index.find(image, k, left_out=gone, allowed=wanted)
        below = [one.score for one in found if one.score < least]
        hits = [
            (painting, one)
            for one in found
            if one.score >= least
            for painting in self._ids[one.key]
            if painting in allowed and painting not in left_out
        ]
        return len(wanted), max(below, default=None), hits[:k]


def as_result(
    query: dict[str, Any],
    where: Sequence[str],
    answer: tuple[int, float | None, list[tuple[str, MotifFound]]],
    facts: Mapping[str, Mapping[str, Any]],
    least: float = LEAST,
) -> MotifResult:
    """``facts``: "path", "labels", "title", "source", "rights" of each hit by its id."""
    count, nearest, found = answer
    hits = [
        MotifHit(
            id=painting,
            score=round(one.score, 3),
            probability=round(one.probability, 4),
            found_at=one.box,
            mirrored=one.mirrored,
            turn=one.turn,
            **facts[painting],
        )
        for painting, one in found
    ]
    return MotifResult(
        query, list(where), count, least, FALSE_ALARMS, None if nearest is None else round(nearest, 3), hits
    )
