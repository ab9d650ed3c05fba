"""The embedded index: vectors of all features on local files, no server; added to, and taken from, without being built
anew.

    index/config.json            features (names, versions, dims, spaces), scales, segments with the rows removed from
                                 each, skipped ids, settings, checksums of itself and the files
                                 beside it
          spaces-XXXXXXXX.npz    what was fitted to compare vectors (see ``spaces``)
          segment-XXXXXXXX/rows.json            ids and content hashes, in row order
                          /checksums.json       of the files beside it (see ``checking`` for when they are compared)
                          /FEATURE.npy          float32 (n, dim), of unit length, zero where missing
                          /FEATURE.norms.npy    float32 (n,), the length that each had; 0 where missing
                          /FEATURE.density.npy  float32 (n,), how crowded it is around each (see ``scales``)
          approximate-XXXXXXXX.faiss            only for large collections (see ``approximate``)

A segment is never changed. The config is written last and names what counts: a killed writer leaves the old index in
force, and a reader keeps what it has opened."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from artextract.checksums import checksum, read_signed, signed
from artextract.errors import ArtExtractError, InputError, MismatchError
from artextract.files import read_array, read_json, user_path, write_json
from artextract.index import BATCH, METRICS, Found, Rows, Selection
from artextract.index.approximate import REBUILD, Approximate, Description, build_approximate
from artextract.index.checking import Checking, index_damage
from artextract.index.config import FORMAT, Block, IndexConfig, Segment
from artextract.index.ranking import rank
from artextract.index.scales import Scale, fit_scale, references
from artextract.index.segments import densities_of, read_rows, read_spaces, write_segment, write_spaces, writing
from artextract.index.spaces import Space, fit_space
from artextract.index.units import unit_and_norm
from artextract.progress import Progress, no_progress

GROWN = 1.1
"""An approximate index is built anew when so many times the rows are there that it was built of; rows added since are
looked at one by one."""
MOST_SEGMENTS = 8
MOST_REMOVED = 0.25
_FITTED_LATE = frozenset({"csls-half"})
"""Metrics whose scales an older index lacks: they are fitted when they are first asked for."""
"""With more segments, or a larger part of the rows removed, an update writes the whole anew."""

_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, BadZipFile)


class EmbeddedIndex:
    """``EmbeddedIndex.build`` writes one, ``update`` changes it, ``EmbeddedIndex.open`` reads it."""

    def __init__(self, folder: Path, config: IndexConfig):
        self.folder = folder
        self.config = config
        self.ids: list[str] = []
        self.hashes: list[str] = []
        self._kept: list[NDArray[np.int64]] = []
        self._lengths: list[int] = []
        self._checking = Checking(folder, config)
        serials, start = [], 0
        for segment in config.segments:
            ids, hashes = read_rows(folder / segment.name)
            kept = np.setdiff1d(np.arange(len(ids)), segment.removed)
            self.ids += [ids[row] for row in kept]
            self.hashes += [hashes[row] for row in kept]
            self._kept.append(kept)
            self._lengths.append(len(ids))
            serials.append(kept + start)
            start += len(ids)
        self.serials = np.concatenate(serials) if serials else np.empty(0, dtype=int)
        """A number for each row that removals do not change; int (N,), ascending."""
        self._place = {painting_id: position for position, painting_id in enumerate(self.ids)}
        if len(self._place) < len(self.ids):
            raise ValueError("an id stands on two rows")
        self._arrays: dict[str, NDArray[np.float32]] = {}
        self._late: dict[tuple[str, str], Scale] = {}
        self.spaces = read_spaces(folder / config.spaces, config.blocks)
        for block in config.blocks:  # all files are opened now: an update may take them away
            shapes = [rows.shape for rows in (self.block(block.name), self.norms(block.name), self.density(block.name))]
            if shapes != [(len(self.ids), block.dim), (len(self.ids),), (len(self.ids),)]:
                raise ValueError(f"the vectors of '{block.name}' do not fit the list of ids")
            if not config.scales[block.name].keys() >= set(METRICS) - _FITTED_LATE:
                raise ValueError(f"the scales of '{block.name}' are missing")
        self._approximate = None if config.approximate is None else Approximate(self, folder, config.approximate)

    @staticmethod
    def build(
        folder: str | Path,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[Block, NDArray[np.float32]],
        skipped: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> EmbeddedIndex:
        """Write an index of ``N = len(ids)`` rows in place of what is there. Each of ``vectors`` is ``float32 (N,
        dim)`` as the feature gave them, with rows of NaN where missing; its ``Block`` names the space to compare them
        in (its ``dim`` is set to that of the space)."""
        folder = user_path(folder)
        for block, rows in vectors.items():
            if rows.shape != (len(ids), block.dim):
                raise ValueError(f"{len(ids)} ids for vectors of shape {rows.shape}, dim {block.dim}")
        with writing(folder):
            spaces = {block.name: fit_space(block.space, rows) for block, rows in vectors.items()}
            made = {block.name: unit_and_norm(spaces[block.name](rows)) for block, rows in vectors.items()}
            scales, dense = {}, {}
            for name, (units, norms) in made.items():
                dense[name] = densities_of(units, norms, units[references(norms)])
                scales[name] = {metric: fit_scale(units, norms, dense[name], metric) for metric in METRICS}
            segment = write_segment(folder, ids, hashes, made, dense)
            spaces_file = f"spaces-{uuid.uuid4().hex[:8]}.npz"
            write_spaces(folder / spaces_file, spaces)
            blocks = tuple(replace(block, dim=made[block.name][0].shape[1]) for block in vectors)
            config = IndexConfig(
                blocks,
                spaces_file,
                scales,
                (Segment(segment),),
                dict(skipped or {}),
                dict(settings or {}),
                fitted=len(ids),
            )
            return _written(folder, config)

    def update(
        self,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[str, NDArray[np.float32]],
        removed: Sequence[str],
        skipped: Mapping[str, str] | None = None,
    ) -> EmbeddedIndex:
        """Add rows (``vectors`` per feature as the feature gave them) and take away those of the ids ``removed``; an id
        that is there already is replaced.

        Spaces and scales stay as they were fitted. Gives the index as it is then; this one stays as it was opened.
        Where many segments or removed rows have gathered, the whole is written as one segment. Raises ``InputError``
        while another process writes, and ``MismatchError`` where one has written since this was opened."""
        with writing(self.folder):
            self._require_in_force()
            gone = {*removed, *ids}
            segments = []
            start = 0
            for segment, kept in zip(self.config.segments, self._kept, strict=False):
                names = self.ids[start : start + len(kept)]
                start += len(kept)
                now = [int(row) for row, painting_id in zip(kept, names, strict=False) if painting_id in gone]
                segments.append(Segment(segment.name, tuple(sorted({*segment.removed, *now}))))
            if len(ids):
                made = {name: unit_and_norm(self.space(name)(vectors[name])) for name in self.features}
                dense = {name: densities_of(*made[name], self._references(name)) for name in self.features}
                segments.append(Segment(write_segment(self.folder, ids, hashes, made, dense)))
            config = replace(
                self.config, segments=tuple(segments), skipped=dict(self.config.skipped if skipped is None else skipped)
            )
            index = EmbeddedIndex(self.folder, config)
            before = sum(
                len(kept) + len(segment.removed) for segment, kept in zip(config.segments, index._kept, strict=False)
            )
            if len(segments) > MOST_SEGMENTS or before - len(index) > MOST_REMOVED * before:
                config = replace(config, segments=(Segment(index._rewritten()),), approximate=None)
            return _written(self.folder, config)

    def with_approximate(
        self, weights: Mapping[str, float] | None, seed: int = 0, progress: Progress = no_progress
    ) -> EmbeddedIndex:
        """The same rows with a FAISS index built and tuned for a mix (``approximate``); None takes it away. One that
        holds most of the rows is kept as it is. Raises ``InputError`` for fewer than 1,000 rows."""
        there = self.config.approximate
        if weights is None:
            return self._described(None)
        if there is not None and self.serials[-1] + 1 <= GROWN * there.rows:
            return self
        return self._described(build_approximate(self, self.folder, weights, seed, progress))

    def _described(self, approximate: Description | None) -> EmbeddedIndex:
        with writing(self.folder):
            self._require_in_force()
            return _written(self.folder, replace(self.config, approximate=approximate))

    @staticmethod
    def open(folder: str | Path, check: bool = False) -> EmbeddedIndex:
        """Read an index; with ``check`` every byte of its files is compared with what was written. Raises
        ``InputError`` where there is none and ``MismatchError`` where its files do not fit together or are damaged."""
        folder = user_path(folder)
        if not (folder / "config.json").is_file():
            raise InputError(
                f"there is no index in '{folder.parent}'",
                "build one with: artextract index COLLECTION",
                code="no-index",
            )
        for attempt in range(5):
            try:
                saved = read_json(folder / "config.json")
                if not isinstance(saved, dict):
                    raise ValueError("config.json: it is not a set of names and values")
                if saved["format"] != FORMAT:
                    raise MismatchError(
                        f"the index in '{folder}' is of format {saved['format']}, this version reads {FORMAT}",
                        REBUILD,
                        code="index-format",
                    )
                config = IndexConfig.from_dict(read_signed(folder / "config.json"))
                for name, reason in index_damage(folder, config).items() if check else ():
                    raise ValueError(f"'{name}': {reason}")
                return EmbeddedIndex(folder, config)
            except FileNotFoundError as error:  # an update has put a new index in its place since the config was read
                if attempt == 4 or read_json(folder / "config.json") == saved:
                    raise MismatchError(
                        f"the index in '{folder}' is damaged ({error})", REBUILD, code="index-damaged"
                    ) from error
            except _DAMAGED as error:
                raise MismatchError(
                    f"the index in '{folder}' is damaged ({error})", REBUILD, code="index-damaged"
                ) from error
        raise AssertionError("the last attempt returns or raises")

    @staticmethod
    def config_of(folder: str | Path) -> IndexConfig:
        """What the index of a folder says about itself now; raises ``MismatchError`` where that cannot be read."""
        try:
            return IndexConfig.from_dict(read_signed(user_path(folder) / "config.json"))
        except _DAMAGED as error:
            raise MismatchError(
                f"the index in '{folder}' is damaged ({error})", REBUILD, code="index-damaged"
            ) from error

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def version(self) -> str:
        return _digest(self.config.spaces, self.config.segments)

    @property
    def generation(self) -> str:
        return _digest(self.config.spaces)

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(block.name for block in self.config.blocks)

    @property
    def versions(self) -> dict[str, str]:
        return {block.name: block.version for block in self.config.blocks}

    @property
    def skipped(self) -> dict[str, str]:
        return self.config.skipped

    @property
    def settings(self) -> dict[str, Any]:
        return self.config.settings

    @property
    def rows_fitted(self) -> int:
        return self.config.fitted

    @property
    def approximate(self) -> dict[str, Any] | None:
        return None if self.config.approximate is None else self.config.approximate.as_dict()

    def position(self, painting_id: str) -> int | None:
        return self._place.get(painting_id)

    def space(self, feature: str) -> Space:
        return self.spaces[feature]

    def scale(self, feature: str, metric: str) -> Scale:
        known = self.config.scales[feature]
        if metric in known:
            return known[metric]
        if (feature, metric) not in self._late:
            rows = self.block(feature), self.norms(feature), self.density(feature)
            self._late[feature, metric] = fit_scale(*rows, metric)
        return self._late[feature, metric]

    def has(self, feature: str) -> NDArray[np.bool_]:
        return np.asarray(self.norms(feature) > 0)

    def rows(self, feature: str, ids: Sequence[str]) -> Rows:
        self._require_whole()
        at = np.array([self._place[painting_id] for painting_id in ids], dtype=np.int64)
        arrays = self.block(feature), self.norms(feature), self.density(feature)
        return Rows(ids, *(np.asarray(array[at]) for array in arrays))

    def scan(self, feature: str, batch: int = BATCH) -> Iterator[Rows]:
        self._require_whole()
        arrays = self.block(feature), self.norms(feature), self.density(feature)
        for start in range(0, len(self), batch):
            part = slice(start, start + batch)
            yield Rows(self.ids[part], *(np.asarray(array[part]) for array in arrays))

    def nearest(
        self,
        query: Mapping[str, NDArray[np.float32]],
        weights: Mapping[str, float],
        k: int,
        allowed: Selection | None = None,
        metric: str = "cosine",
        further: Mapping[str, NDArray[np.float64]] | None = None,
        left_out: Collection[str] = (),
        approximate: bool | None = None,
    ) -> Found:
        if approximate and self._approximate is None:
            raise InputError(
                "the collection has no approximate index",
                "make one with: artextract index COLLECTION --approximate",
                code="no-approximate-index",
            )
        self._require_whole()
        mask = np.ones(len(self), dtype=bool) if allowed is None else allowed.mask
        out = np.zeros(len(self), dtype=bool)
        out[[self._place[painting_id] for painting_id in left_out if painting_id in self._place]] = True
        candidates, asked = None, self._approximate
        everything = metric == "cosine" and not further and bool(mask.all())
        if approximate is not False and asked is not None and everything and asked.covers(weights, query):
            candidates = asked.candidates(query, weights, k, mask & ~out)
        return rank(self, query, weights, k, mask, metric, further, candidates, out).found(self.ids)

    def is_current(self) -> bool:
        try:
            return EmbeddedIndex.config_of(self.folder) == self.config
        except ArtExtractError:
            return True  # nothing better is there

    def block(self, feature: str) -> NDArray[np.float32]:
        """All rows of one feature, ``float32 (N, dim)``, of unit length or zero; read from disk as they are used, as
        long as nothing was added or removed."""
        return self._array(f"{feature}.npy")

    def norms(self, feature: str) -> NDArray[np.float32]:
        """The lengths of the vectors of a feature, ``float32 (N,)``; 0 where it is missing."""
        return self._array(f"{feature}.norms.npy")

    def density(self, feature: str) -> NDArray[np.float32]:
        """How crowded it is around each row, ``float32 (N,)``; see ``scales.densities``."""
        return self._array(f"{feature}.density.npy")

    def _require_whole(self) -> None:
        try:
            self._checking.require()
        except ValueError as error:
            raise MismatchError(
                f"the index in '{self.folder}' is damaged ({error})", REBUILD, code="index-damaged"
            ) from error

    def _require_in_force(self) -> None:
        if EmbeddedIndex.config_of(self.folder) != self.config:
            raise MismatchError(
                f"the index in '{self.folder}' has been changed since it was opened",
                "open it again, then change it",
                code="index-changed",
            )

    def _array(self, file: str) -> NDArray[np.float32]:
        if file not in self._arrays:
            axes = (None,) if file.endswith((".norms.npy", ".density.npy")) else (None, None)
            parts = [
                read_array(self.folder / segment.name / file, np.float32, axes) for segment in self.config.segments
            ]
            if [len(part) for part in parts] != self._lengths:
                raise ValueError(f"'{file}' does not fit the list of ids")
            whole = [
                part if len(part) == len(kept) else part[kept] for part, kept in zip(parts, self._kept, strict=False)
            ]
            self._arrays[file] = whole[0] if len(whole) == 1 else np.concatenate(whole)
        return self._arrays[file]

    def _references(self, feature: str) -> NDArray[np.float32]:
        return np.asarray(self.block(feature)[references(self.norms(feature))])

    def _rewritten(self) -> str:
        made = {name: (self.block(name), self.norms(name)) for name in self.features}
        return write_segment(
            self.folder, self.ids, self.hashes, made, {name: self.density(name) for name in self.features}
        )


def _written(folder: Path, config: IndexConfig) -> EmbeddedIndex:
    """Put a config in force and clear away what it does not name."""
    beside = [config.spaces, *([config.approximate.file] if config.approximate else [])]
    files = {name: config.files.get(name) or checksum(folder / name).as_dict() for name in beside}
    config = replace(config, files=files)
    index = EmbeddedIndex(folder, config)
    write_json(folder / "config.json", signed(config.as_dict()))
    named = {
        "config.json",
        ".lock",
        config.spaces,
        *(segment.name for segment in config.segments),
        config.approximate.file if config.approximate else "",
    }
    for old in folder.iterdir():
        if old.name not in named:
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
    return index


def _digest(*contents: object) -> str:
    return hashlib.sha256(repr(contents).encode()).hexdigest()[:16]
