"""The part of a search engine that finds details in the cells of a collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from functools import cached_property
from pathlib import Path
from threading import Lock

from PIL import Image

from artextract.motifs.build import motif_folder
from artextract.motifs.candidates import CONFIG
from artextract.motifs.find import LEAST, MotifFound, MotifIndex


class MotifDesk:
    """Finds details for the engine of a collection.

    What is kept of its cells is read when it is first asked, and again when it has changed. For several threads."""

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
