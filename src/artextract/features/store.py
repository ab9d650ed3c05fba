"""Keeps what was computed, by image hash: one folder per feature and version, filled shard by shard.

    features/NAME@VERSION/shard-000000/hashes.json    SHA-256 of the image files, in row order
                                      /vectors.npy    float32 (n, D); a row of NaN says the painting lacks the feature
                                      /maps.npy       float16 (n, C, H, W), only where feature maps were asked for

A shard appears by one rename, so a killed run leaves whole shards and the next run computes the rest. A shard that was
damaged since is set aside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from artextract.errors import InputError
from artextract.files import folder_aside, read_json, user_path, write_json


class FeatureStore:
    """The stored vectors (and maps) of one feature at one version."""

    def __init__(self, folder: str | Path):
        self.folder = user_path(folder)
        self._shards: list[Path] = []
        self._vector_place: dict[str, tuple[int, int]] = {}
        self._map_place: dict[str, tuple[int, int]] = {}
        self._open: dict[Path, np.ndarray] = {}
        for shard in sorted(self.folder.glob("shard-*")):
            if _is_whole(shard):
                self._register(shard)
            else:  # its rows are computed again
                shard.rename(shard.with_name(f".damaged-{shard.name}-{os.getpid()}"))

    def missing(self, hashes: Sequence[str], maps: bool = False) -> list[int]:
        """Positions in ``hashes`` of what is not stored yet, each distinct image once."""
        place = self._map_place if maps else self._vector_place
        first: dict[str, int] = {}
        for position, key in enumerate(hashes):
            if key not in place:
                first.setdefault(key, position)
        return list(first.values())

    def __contains__(self, key: str) -> bool:
        return key in self._vector_place

    def add(self, hashes: Sequence[str], vectors: np.ndarray, maps: np.ndarray | None = None) -> None:
        """Append one shard; rows in the order of ``hashes``."""
        if not len(hashes):
            return
        if len(vectors) != len(hashes) or (maps is not None and len(maps) != len(hashes)):
            raise ValueError(f"{len(hashes)} hashes for {len(vectors)} vectors")
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = folder_aside(self.folder)
        try:
            write_json(aside / "hashes.json", list(hashes))
            np.save(aside / "vectors.npy", np.ascontiguousarray(vectors, dtype=np.float32))
            if maps is not None:
                np.save(aside / "maps.npy", np.ascontiguousarray(maps, dtype=np.float16))
            aside.chmod(0o755)
            shard = self._rename(aside)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        self._register(shard)

    def vectors(self, hashes: Sequence[str] | np.ndarray) -> np.ndarray:
        """Vectors as ``float32 (N, D)``, rows in the order asked; raises ``InputError`` for an image that was never
        computed."""
        self._require(hashes, self._vector_place)
        if not len(hashes):
            return np.empty((0, 0), dtype=np.float32)
        return np.stack(
            [self._array(shard, "vectors.npy")[row] for shard, row in map(self._vector_place.__getitem__, hashes)]
        )

    def maps(self, hashes: Sequence[str] | np.ndarray) -> FeatureMaps:
        """Feature maps of the given images, read from disk only when rows are taken."""
        self._require(hashes, self._map_place)
        return FeatureMaps(self, [self._map_place[key] for key in hashes])

    def _require(self, hashes: Sequence[str] | np.ndarray, place: dict[str, tuple[int, int]]) -> None:
        absent = sum(key not in place for key in hashes)
        if absent:
            raise InputError(
                f"{absent} images have no stored feature in '{self.folder.name}'",
                "run the command again to compute them",
                code="features-not-stored",
            )

    def _array(self, shard: int, name: str) -> np.ndarray:
        path = self._shards[shard] / name
        if path not in self._open:
            self._open[path] = np.load(path, mmap_mode="r")
        return self._open[path]

    def _rename(self, aside: Path) -> Path:
        number = len(self._shards)
        while True:  # another process may have taken the number meanwhile
            shard = self.folder / f"shard-{number:06d}"
            try:
                os.rename(aside, shard)
                return shard
            except OSError:
                if not shard.exists():
                    raise
                number += 1

    def _register(self, shard: Path) -> None:
        number = len(self._shards)
        self._shards.append(shard)
        with_maps = (shard / "maps.npy").exists()
        for row, key in enumerate(read_json(shard / "hashes.json")):
            self._vector_place.setdefault(key, (number, row))
            if with_maps:
                self._map_place.setdefault(key, (number, row))


def _is_whole(shard: Path) -> bool:
    """Whether the files of a shard can be read and have a row for each hash."""
    try:
        count = len(read_json(shard / "hashes.json"))
        arrays = [shard / "vectors.npy", *shard.glob("maps.npy")]
        return all(len(np.load(path, mmap_mode="r")) == count for path in arrays)
    except (OSError, ValueError):
        return False


class FeatureMaps:
    """Rows of memory-mapped feature maps: ``maps[positions]`` is ``float16 (n, C, H, W)``."""

    def __init__(self, store: FeatureStore, places: list[tuple[int, int]]):
        self._store = store
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(N, C, H, W)."""
        first = self._store._array(self._places[0][0], "maps.npy")
        return (len(self), *first.shape[1:])

    def __getitem__(self, positions: Sequence[int] | np.ndarray) -> np.ndarray:
        rows = [self._places[p] for p in positions]
        taken = np.empty((len(rows), *self.shape[1:]), dtype=np.float16)
        for i, (shard, row) in enumerate(rows):
            taken[i] = self._store._array(shard, "maps.npy")[row]
        return taken
