"""Keeps what was computed, by image hash: one folder per feature and version, filled shard by shard.

    features/NAME@VERSION/shard-000000/hashes.json     SHA-256 of the image files, in row order
                                      /vectors.npy     float32 (n, D); a row of NaN says the painting lacks the feature
                                      /maps.npy        float16 (n, C, H, W), only where feature maps were asked for
                                      /checksums.json  see ``checksums``

A shard appears by one rename, so a killed run leaves whole shards and the next run computes the rest.

A shard that was damaged since is set aside, as ``shard-000000.damaged``, and its rows are computed again. Opening a
store compares the sizes of its files and the form of what they hold. Their contents are compared as they are read, in
blocks of 1 MiB and each once in the life of a store, which costs a millisecond a block; all at once, before anything is
computed, with ``check`` (a second for each GB). Shards without checksums, of an older version, are read as they are."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from artextract.checksums import CheckedFile, damage, read_checksums, write_checksums
from artextract.errors import InputError, MismatchError
from artextract.files import folder_aside, read_array, read_json, user_path, write_json
from artextract.printable import counted

VECTORS, MAPS, HASHES = "vectors.npy", "maps.npy", "hashes.json"
_SHARD = re.compile(r"shard-\d+")


class FeatureStore:
    """The stored vectors (and maps) of one feature at one version."""

    def __init__(self, folder: str | Path, check: bool = False, maps: bool = True, dim: int | None = None):
        """With ``check`` the contents of all shards are compared with their checksums first, those of the maps only if
        ``maps``. ``dim`` is the length that the vectors must have, where that is known.

        ``set_aside`` are the shards that were found damaged, under the names that they have now."""
        self.folder = user_path(folder)
        self.set_aside: list[Path] = []
        self._shards: list[Path] = []
        self._vector_place: dict[str, tuple[int, int]] = {}
        self._map_place: dict[str, tuple[int, int]] = {}
        self._open: dict[Path, tuple[np.ndarray, CheckedFile]] = {}
        shards = shards_of(self.folder)
        lengths = [_length(shard, check, maps) for shard in shards]
        common = (
            dim if dim is not None else max(Counter(filter(None, lengths)).items(), key=lambda n: n[1], default=(0,))[0]
        )
        for shard, length in zip(shards, lengths, strict=True):
            if length is not None and length == common:
                self._register(shard)
            else:  # its rows are computed again
                self.set_aside.append(set_aside(shard))

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
            write_json(aside / HASHES, list(hashes))
            np.save(aside / VECTORS, np.ascontiguousarray(vectors, dtype=np.float32))
            if maps is not None:
                np.save(aside / MAPS, np.ascontiguousarray(maps, dtype=np.float16))
            write_checksums(aside)
            aside.chmod(0o755)
            shard = as_shard(aside, self.folder, len(self._shards))
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        self._register(shard)

    def vectors(self, hashes: Sequence[str] | np.ndarray) -> np.ndarray:
        """Vectors as ``float32 (N, D)``, rows in the order asked.

        Raises ``InputError`` for an image that was never computed, and ``MismatchError`` where what is read is not what
        was written."""
        self._require(hashes, self._vector_place)
        if not len(hashes):
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([self._row(shard, VECTORS, row) for shard, row in map(self._vector_place.__getitem__, hashes)])

    def maps(self, hashes: Sequence[str] | np.ndarray) -> FeatureMaps:
        """Feature maps of the given images, read from disk only when rows are taken."""
        self._require(hashes, self._map_place)
        return FeatureMaps(self, [self._map_place[key] for key in hashes])

    def _require(self, hashes: Sequence[str] | np.ndarray, place: dict[str, tuple[int, int]]) -> None:
        absent = sum(key not in place for key in hashes)
        if absent:
            raise InputError(
                f"{counted(absent, 'image has', 'images have')} no stored feature in '{self.folder.name}'",
                "run the command again to compute them",
                code="features-not-stored",
            )

    def _opened(self, shard: int, name: str) -> tuple[np.ndarray, CheckedFile]:
        path = self._shards[shard] / name
        if path not in self._open:
            dtype, shape = _FORMS[name]
            try:
                known = read_checksums(path.parent)
                self._open[path] = read_array(path, dtype, (None, *shape)), CheckedFile(path, (known or {}).get(name))
            except (OSError, ValueError) as error:
                raise _damaged(path, error) from error
        return self._open[path]

    def _row(self, shard: int, name: str, row: int) -> np.ndarray:
        array, file = self._opened(shard, name)
        size = array.strides[0]
        start = getattr(array, "offset", 0) + row * size
        try:
            file.require(start, start + size)
        except (OSError, ValueError) as error:
            raise _damaged(file.path, error) from error
        taken: np.ndarray = array[row]
        return taken

    def _register(self, shard: Path) -> None:
        number = len(self._shards)
        self._shards.append(shard)
        with_maps = (shard / MAPS).exists()
        for row, key in enumerate(read_json(shard / HASHES)):
            self._vector_place.setdefault(key, (number, row))
            if with_maps:
                self._map_place.setdefault(key, (number, row))


_FORMS: dict[str, tuple[type, tuple[None, ...]]] = {
    VECTORS: (np.float32, (None,)),
    MAPS: (np.float16, (None, None, None)),
}
"""Type and shape of a row."""


def shards_of(folder: Path) -> list[Path]:
    """The shards of a store, in order, without those that were set aside."""
    return sorted(shard for shard in folder.glob("shard-*") if _SHARD.fullmatch(shard.name))


def shard_damage(shard: Path, check: bool = True, maps: bool = True) -> dict[str, str]:
    """What is wrong with a shard, as name of a file -> reason; empty where nothing is. See ``FeatureStore``."""
    try:
        names = [name for name in (HASHES, VECTORS, MAPS) if name != MAPS or (shard / name).exists()]
        found = damage(shard, names, sizes_only=not check)
        if MAPS in found and not maps:
            del found[MAPS]
        if not found:
            hashes = read_json(shard / HASHES)
            if not isinstance(hashes, list) or not all(isinstance(key, str) for key in hashes):
                return {HASHES: "it is no list of hashes"}
            for name in names[1:]:
                dtype, shape = _FORMS[name]
                read_array(shard / name, dtype, (len(hashes), *shape))
        return found
    except (OSError, ValueError) as error:
        return {HASHES: str(error)}


def _length(shard: Path, check: bool, maps: bool) -> int | None:
    """How long the vectors of a shard are; None where it is damaged."""
    if shard_damage(shard, check, maps):
        return None
    dtype, shape = _FORMS[VECTORS]
    return int(read_array(shard / VECTORS, dtype, (None, *shape)).shape[1])


def as_shard(aside: Path, folder: Path, number: int) -> Path:
    """Rename a whole folder to be the shard of that number, or of the next that is free: another process may have taken
    it meanwhile."""
    while True:
        shard = folder / f"shard-{number:06d}"
        try:
            os.rename(aside, shard)
            return shard
        except OSError:
            if not shard.exists():
                raise
            number += 1


def set_aside(shard: Path) -> Path:
    """Rename a damaged shard, so that nobody reads it; where the folder may not be written to it stays."""
    number, aside = 1, shard.with_name(f"{shard.name}.damaged")
    while aside.exists():
        number += 1
        aside = shard.with_name(f"{shard.name}-{number}.damaged")
    try:
        return shard.rename(aside)
    except OSError:  # not ours to write to, or another process was quicker
        return shard


def _damaged(path: Path, error: Exception) -> MismatchError:
    return MismatchError(
        f"the stored features in '{path.parent}' are damaged ({error})",
        "compute them again: artextract index and artextract train set aside what is damaged",
        code="features-damaged",
    )


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
        first, _ = self._store._opened(self._places[0][0], MAPS)
        return (len(self), *first.shape[1:])

    def __getitem__(self, positions: Sequence[int] | np.ndarray) -> np.ndarray:
        rows = [self._places[p] for p in positions]
        taken = np.empty((len(rows), *self.shape[1:]), dtype=np.float16)
        for i, (shard, row) in enumerate(rows):
            taken[i] = self._store._row(shard, MAPS, row)
        return taken
