"""Proposes where in a collection a detail may lie: the nearest stored cells of each of its cells vote for places.

    motifs/candidates.json              signed: "file", "version" of the cells, "fitted" (paintings), "serials" (hash ->
                                        number)
          /candidates-XXXXXXXX.faiss    IVF-PQ, flat below ``FLAT_CELLS``; a cell's id is 1024 serial + its place

Voting for a common place is that of D. Lowe, "Distinctive Image Features from Scale-Invariant Keypoints" (2004),
section 7.3, for one scale and turn at a time: that of the detail as it was described."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from artextract.checksums import checksum, read_signed, signed
from artextract.errors import MismatchError
from artextract.files import write_aside, write_json
from artextract.motifs import DIMENSIONS
from artextract.motifs.projection import unpacked
from artextract.motifs.store import MotifStore
from artextract.progress import Progress, no_progress

CONFIG = "candidates.json"
FLAT_CELLS = 20_000
"""Up to so many cells all are compared."""
MOST_CELLS = 1024
"""Of a painting; its grid has a quarter of them."""
NEIGHBOURS = 256
LOOKED_AT = 48
"""Lists of the IVF index that are searched for each cell of a detail."""
BIN = 2
"""Cells on a side of a place that is voted for."""
_TRAINED = 40
"""Cells for each list that the index is fitted on."""
_CHUNK = 256


class Candidates:
    """The nearest-neighbour index over the cells of ``serials``: hash of an image -> its number."""

    def __init__(self, index: Any, serials: dict[str, int], fitted: int):
        self.index = index
        self.serials = serials
        self.fitted = fitted
        self.hashes = {serial: key for key, serial in serials.items()}

    @staticmethod
    def open(folder: Path, version: str, check: bool = False) -> Candidates:
        """Raises ``ValueError`` or ``OSError`` where there is none of this version of the cells, or it is damaged."""
        import faiss

        saved = read_signed(folder / CONFIG, required=True)
        if saved["version"] != version:
            raise ValueError("it is of another version")
        path = folder / saved["file"]
        if path.stat().st_size != saved["size"] or (check and list(checksum(path).blocks) != saved["blocks"]):
            raise ValueError(f"the contents of '{path.name}' are not what was written")
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise ValueError(f"'{path.name}' cannot be read") from error
        return Candidates(index, saved["serials"], saved["fitted"])

    def write(self, folder: Path, version: str) -> None:
        """The config is written last; files that it does not name are removed."""
        import faiss

        name = f"candidates-{uuid.uuid4().hex[:8]}.faiss"
        with write_aside(folder / name) as aside:
            faiss.write_index(self.index, str(aside))
        known = checksum(folder / name)
        config = {"file": name, "size": known.size, "blocks": list(known.blocks), "version": version}
        write_json(folder / CONFIG, signed({**config, "fitted": self.fitted, "serials": self.serials}))
        for old in folder.glob("candidates-*.faiss"):
            if old.name != name:
                with suppress(OSError):
                    old.unlink()

    @staticmethod
    def fitted_to(store: MotifStore, hashes: Sequence[str], progress: Progress = no_progress) -> Candidates:
        """A new index of these images, which are all in the store."""
        import faiss

        sizes = [store.grid(key) for key in hashes]
        total = sum(columns * rows for columns, rows in sizes)
        index: Any
        if total <= FLAT_CELLS:
            index = faiss.IndexIDMap2(faiss.IndexFlatIP(DIMENSIONS))
        else:
            lists = int(min(4096, max(64, total**0.5)))
            index = faiss.index_factory(DIMENSIONS, f"IVF{lists},PQ16", faiss.METRIC_INNER_PRODUCT)
            random = np.random.default_rng(0)
            share = min(1.0, _TRAINED * lists / total)
            index.train(np.concatenate([_some(unpacked(store.stored(key)), share, random) for key in hashes]))
        found = Candidates(index, {}, len(hashes))
        found.add(store, hashes, progress)
        return found

    def add(self, store: MotifStore, hashes: Sequence[str], progress: Progress = no_progress) -> None:
        """Add images of the store that are not in the index."""
        first = max(self.serials.values(), default=-1) + 1
        starts = range(0, len(hashes), _CHUNK)
        for at in progress(starts, len(starts), "indexing cells"):
            cells, ids = [], []
            for serial, key in enumerate(hashes[at : at + _CHUNK], first + at):
                stored = store.stored(key)
                cells.append(unpacked(stored))
                ids.append(MOST_CELLS * serial + np.arange(len(stored)))
                self.serials[key], self.hashes[serial] = serial, key
            self.index.add_with_ids(np.concatenate(cells), np.concatenate(ids).astype(np.int64))

    def remove(self, store: MotifStore, hashes: Sequence[str]) -> None:
        """Remove images; what the store no longer has is only forgotten."""
        for key in hashes:
            serial = self.serials.pop(key)
            del self.hashes[serial]
            self.index.remove_ids(np.arange(MOST_CELLS * serial, MOST_CELLS * (serial + 1), dtype=np.int64))

    def nearest(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of cells ``float32 (n, 64)`` the ``NEIGHBOURS`` nearest: cosines float32 (n, k), serials and places int64
        (n, k), -1 where there are fewer."""
        import faiss

        inner = getattr(self.index, "index", None)
        settings: dict[str, Any] = {"nprobe": LOOKED_AT}
        options = {} if inner is not None else {"params": faiss.SearchParametersIVF(**settings)}
        cosines, ids = self.index.search(np.ascontiguousarray(cells), NEIGHBOURS, **options)
        return cosines, np.where(ids < 0, -1, ids // MOST_CELLS), np.where(ids < 0, -1, ids % MOST_CELLS)


def votes(
    cosines: np.ndarray, serials: np.ndarray, places: np.ndarray, at: np.ndarray, columns_of: Mapping[int, int]
) -> dict[int, float]:
    """For each painting the votes of its best place: serial -> sum of cosines above the farthest neighbour's.

    ``at`` int (n, 2): row and column of each cell within the detail. A vote counts for the two nearest places of each
    axis, and a cell of the detail votes for a place once."""
    floor = cosines.min(1, keepdims=True, where=serials >= 0, initial=1.0)
    strength = np.where(serials >= 0, cosines - floor, 0.0)
    cell, nth = np.nonzero(strength > 0)
    if not len(cell):
        return {}
    serial, place, strength = serials[cell, nth], places[cell, nth], strength[cell, nth]
    columns = np.array([columns_of[number] for number in serial.tolist()])
    shift = np.stack([place // columns - at[cell, 0], place % columns - at[cell, 1]], 1) + 64
    best: dict[int, float] = {}
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        bins = (shift + (row, column)) // BIN
        keys = ((serial * 128 + bins[:, 0]) * 128 + bins[:, 1]) * 4096 + cell
        order = np.lexsort((-strength, keys))
        ordered = keys[order]
        first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
        spots, where = np.unique(ordered[first] // 4096, return_inverse=True)
        sums = np.bincount(where, strength[order][first])
        for number, value in zip((spots // 128**2).tolist(), sums.tolist(), strict=True):
            if value > best.get(number, 0.0):
                best[number] = value
    return best


def _some(cells: np.ndarray, share: float, random: np.random.Generator) -> np.ndarray:
    chosen: np.ndarray = cells[random.random(len(cells)) < share]
    return chosen


def require_known(columns_of: Mapping[int, int], serials: np.ndarray) -> None:
    """Raises ``MismatchError`` where an index names paintings that its list does not."""
    if not set(np.unique(serials).tolist()) - {-1} <= columns_of.keys():
        raise MismatchError(
            "the index of motifs does not fit its list of paintings",
            "build it again with: artextract index COLLECTION --motifs --rebuild",
            code="motifs-damaged",
        )
