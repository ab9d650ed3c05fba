"""Keeps the described cells of a collection's paintings, by image hash, shard by shard.

    motifs/projection.npy                            float32, of ``Projection``
          /NAME@VERSION-DIGEST/shard-000000/         of that network and projection
                               /hashes.json          SHA-256 of the image files, in row order
                               /grids.npy            int16 (n, 2): columns and rows of each
                               /cells.npy            int8 (sum of columns x rows, 64), row by row
                               /checksums.json       see ``checksums``

A shard appears by one rename, so a killed run leaves whole shards and the next run computes the rest. A shard that was
damaged since is set aside and computed again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from artextract.checksums import damage, write_checksums
from artextract.features.store import as_shard, set_aside, shards_of
from artextract.files import folder_aside, read_array, read_json, write_json
from artextract.motifs import DIMENSIONS
from artextract.motifs.projection import packed, unpacked

HASHES, GRIDS, CELLS = "hashes.json", "grids.npy", "cells.npy"


@dataclass(frozen=True)
class _Shard:
    grids: np.ndarray
    starts: np.ndarray
    cells: np.ndarray


class MotifStore:
    """The stored cells of one network and projection. ``set_aside`` are the shards that were found damaged."""

    def __init__(self, folder: str | Path, check: bool = False):
        """With ``check`` the contents of all shards are compared with their checksums, else only the sizes."""
        self.folder = Path(folder)
        self.set_aside: list[str] = []
        self._shards: list[_Shard] = []
        self._places: dict[str, tuple[int, int]] = {}
        for shard in shards_of(self.folder):
            try:
                found = damage(shard, [HASHES, GRIDS, CELLS], sizes_only=not check)
                if found:
                    raise ValueError(next(iter(found.values())))
                self._register(shard)
            except (OSError, ValueError):
                self.set_aside.append(str(set_aside(shard)))

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def missing(self, hashes: Sequence[str]) -> list[int]:
        """Positions in ``hashes`` of what is not stored, each distinct image once."""
        first: dict[str, int] = {}
        for position, key in enumerate(hashes):
            if key not in self._places:
                first.setdefault(key, position)
        return list(first.values())

    def add(self, hashes: Sequence[str], described: Iterable[np.ndarray]) -> None:
        """Append one shard of unit vectors ``float32 (rows, columns, 64)``, one for each hash."""
        grids = list(described)
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = folder_aside(self.folder)
        try:
            write_json(aside / HASHES, list(hashes))
            np.save(aside / GRIDS, np.array([grid.shape[1::-1] for grid in grids], np.int16).reshape(-1, 2))
            np.save(aside / CELLS, np.concatenate([packed(grid).reshape(-1, DIMENSIONS) for grid in grids]))
            write_checksums(aside)
            aside.chmod(0o755)
            shard = as_shard(aside, self.folder, len(self._shards))
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        self._register(shard)

    def grid(self, key: str) -> tuple[int, int]:
        """Columns and rows of an image."""
        shard, row = self._places[key]
        columns, rows = self._shards[shard].grids[row]
        return int(columns), int(rows)

    def stored(self, key: str) -> np.ndarray:
        """The cells of an image as they are stored: int8 (rows x columns, 64)."""
        number, row = self._places[key]
        shard = self._shards[number]
        found: np.ndarray = shard.cells[shard.starts[row] : shard.starts[row + 1]]
        return found

    def cells(self, key: str) -> np.ndarray:
        """Unit vectors ``float32 (rows, columns, 64)`` of an image."""
        columns, rows = self.grid(key)
        return unpacked(self.stored(key)).reshape(rows, columns, DIMENSIONS)

    def bytes(self) -> int:
        return sum(shard.cells.nbytes + shard.grids.nbytes for shard in self._shards)

    def _register(self, folder: Path) -> None:
        hashes = read_json(folder / HASHES)
        grids = np.asarray(read_array(folder / GRIDS, np.int16, (len(hashes), 2)), np.int64)
        starts = np.concatenate([[0], np.cumsum(grids.prod(1))])
        cells = read_array(folder / CELLS, np.int8, (int(starts[-1]), DIMENSIONS))
        number = len(self._shards)
        self._shards.append(_Shard(grids, starts, cells))
        for row, key in enumerate(hashes):
            self._places.setdefault(key, (number, row))
