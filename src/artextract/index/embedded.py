"""The embedded index: vectors of all features on local files, no server.

Added to, and taken from, without being built anew.

    index/config.json            features (names, versions, dims, spaces), scales, segments with the rows removed from
                                 each, skipped ids, settings, checksums of itself and the files
                                 beside it
          spaces-XXXXXXXX.npz    what was fitted to compare vectors (see ``spaces``)
          segment-XXXXXXXX/rows.json            ids and content hashes, in row order
                          /checksums.json       of the files beside it (see ``checking`` for when they are compared)
                          /FEATURE.npy          float32 or float16 (n, dim), of unit length, zero where
                                                missing
                          /FEATURE.norms.npy    float32 (n,), the length that each had; 0 where missing
                          /FEATURE.density.npy  float32 (n,), how crowded it is around each (see ``scales``)
          approximate-XXXXXXXX.faiss            only for large collections (see ``approximate``)

A segment is never changed. The config is written last and names what counts: a killed writer leaves the old index in
force, and a reader keeps what it has opened."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from artextract.checksums import checksum, read_signed, signed
from artextract.errors import ArtExtractError, InputError, MismatchError
from artextract.files import read_array, read_json, user_path, write_json
from artextract.index import BATCH, METRICS, Columns, Found, Rows, Selection
from artextract.index.approximate import REBUILD, Approximate, build_approximate, extend_approximate
from artextract.index.checking import Checking, index_damage
from artextract.index.config import FORMAT, HALF_FORMAT, Block, Configured, Description, IndexConfig, Segment
from artextract.index.ranking import crowding, rank, sample_of
from artextract.index.scales import Scale, fit_scale, fit_scales, references
from artextract.index.segments import NewSegment, densities_of, read_rows, read_spaces, slices, write_spaces, writing
from artextract.index.spaces import Space, Vectors, fit_space
from artextract.index.stacked import Stacked
from artextract.index.units import unit_and_norm
from artextract.places import Places
from artextract.progress import Progress, no_progress

GROWN = 1.5
MOST_ADDED = 1_000
"""An approximate index is built anew when so many times the rows are there that it was built of. So many rows at most
that were added since are looked at one by one; more are put into it."""
MOST_SEGMENTS = 8
MOST_REMOVED = 0.25
_FITTED_LATE = frozenset({"csls-half"})
"""Metrics whose scales an older index lacks: they are fitted when they are first asked for."""
"""With more segments, or a larger part of the rows removed, an update writes the whole anew."""

_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, BadZipFile)


class EmbeddedIndex(Configured):
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
        self._place = Places(self.ids)
        if self._place.has_twice():
            raise ValueError("an id stands on two rows")
        self._late: dict[tuple[str, str], Scale] = {}
        self._few: dict[tuple[str, str], NDArray[np.float32]] = {}
        self.sample = sample_of(len(self.ids))
        self.spaces = read_spaces(folder / config.spaces, config.blocks)
        # All files are opened now: an update may take them away.
        self._blocks = {block.name: self._block(block) for block in config.blocks}
        self._columns = {
            block.name: (self._column(f"{block.name}.norms.npy"), self._column(f"{block.name}.density.npy"))
            for block in config.blocks
        }
        for block in config.blocks:
            if not config.scales[block.name].keys() >= set(METRICS) - _FITTED_LATE:
                raise ValueError(f"the scales of '{block.name}' are missing")
        self._approximate = None if config.approximate is None else Approximate.open(self, folder, config.approximate)

    @staticmethod
    def build(
        folder: str | Path,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[Block, Vectors],
        skipped: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> EmbeddedIndex:
        """Write an index of ``N = len(ids)`` rows in place of what is there.

        Each of ``vectors`` is ``float32 (N, dim)`` as the feature gave them, with rows of NaN where missing; its
        ``Block`` names the space to compare them in (its ``dim`` is set to that of the space)."""
        folder = user_path(folder)
        for block, rows in vectors.items():
            if rows.shape != (len(ids), block.dim):
                raise ValueError(f"{len(ids)} ids for vectors of shape {rows.shape}, dim {block.dim}")
        with writing(folder):
            spaces = {block.name: fit_space(block.space, rows) for block, rows in vectors.items()}
            blocks = tuple(replace(block, dim=spaces[block.name].dim(block.dim)) for block in vectors)
            scales = {}
            with NewSegment(folder, ids, hashes) as segment:
                for block, rows in zip(blocks, vectors.values(), strict=True):
                    scales[block.name] = _made(segment, block, spaces[block.name], rows)
            spaces_file = f"spaces-{uuid.uuid4().hex[:8]}.npz"
            write_spaces(folder / spaces_file, spaces)
            config = IndexConfig(
                blocks,
                spaces_file,
                scales,
                (Segment(segment.name),),
                dict(skipped or {}),
                dict(settings or {}),
                fitted=len(ids),
            )
            return _written(folder, config)

    def update(
        self,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[str, Vectors],
        removed: Sequence[str],
        skipped: Mapping[str, str] | None = None,
        columns: Columns | None = None,
    ) -> EmbeddedIndex:
        """Add rows (``vectors`` per feature as the feature gave them) and take away those of the ids ``removed``.

        An id that is there already is replaced.

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
                with NewSegment(self.folder, ids, hashes) as new:
                    for block in self.config.blocks:
                        against = self.referred(block.name)
                        _filled(new, block, self.space(block.name), vectors[block.name], lambda *_, r=against: r)
                segments.append(Segment(new.name))
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
        """The same rows with a FAISS index built and tuned for a mix (``approximate``); None takes it away.

        One that holds most of the rows is kept as it is. Raises ``InputError`` for fewer than 1,000 rows."""
        there = self.config.approximate
        if weights is None:
            return self._described(None)
        if there is not None and self.serials[-1] + 1 <= GROWN * there.built:
            few = self.serials[-1] + 1 - there.rows <= MOST_ADDED
            return self if few else self._described(extend_approximate(self, self.folder, there))
        return self._described(build_approximate(self, self.folder, weights, seed, progress))

    def _described(self, approximate: Description | None) -> EmbeddedIndex:
        with writing(self.folder):
            self._require_in_force()
            return _written(self.folder, replace(self.config, approximate=approximate))

    @staticmethod
    def open(folder: str | Path, check: bool = False) -> EmbeddedIndex:
        """Read an index; with ``check`` every byte of its files is compared with what was written.

        Raises ``InputError`` where there is none and ``MismatchError`` where its files do not fit together or are
        damaged."""
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
                if saved["format"] not in (FORMAT, HALF_FORMAT):
                    raise MismatchError(
                        f"the index in '{folder}' is of format {saved['format']}, this version reads {HALF_FORMAT}",
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
            units, norms, dense = self.block(feature), self.norms(feature), self.density(feature)
            self._late[feature, metric] = fit_scale(units, norms, dense, metric)
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
        out[[place for painting_id in left_out if (place := self._place.get(painting_id)) is not None]] = True
        candidates, asked, own = None, self._approximate, crowding(self, query, metric)
        if approximate is not False and asked is not None and not further and asked.covers(weights, query, metric):
            candidates = asked.candidates(query, weights, k, mask & ~out, metric, own)
        return rank(self, query, weights, k, mask, metric, further, candidates, out, own).found(self.ids)

    def is_current(self) -> bool:
        try:
            return EmbeddedIndex.config_of(self.folder) == self.config
        except ArtExtractError:
            return True  # nothing better is there

    def block(self, feature: str) -> NDArray[np.float32] | Stacked:
        """All rows of one feature, ``(N, dim)``, of unit length or zero; read from disk as they are used."""
        return self._blocks[feature]

    def norms(self, feature: str) -> NDArray[np.float32]:
        """The lengths of the vectors of a feature, ``float32 (N,)``; 0 where it is missing."""
        return self._columns[feature][0]

    def density(self, feature: str) -> NDArray[np.float32]:
        """How crowded it is around each row, ``float32 (N,)``; see ``scales.densities``."""
        return self._columns[feature][1]

    def sampled(self, feature: str) -> NDArray[np.float32]:
        return self._rows_kept(feature, "sample", lambda: self.sample)

    def referred(self, feature: str) -> NDArray[np.float32]:
        return self._rows_kept(feature, "references", lambda: references(self.norms(feature)))

    def _rows_kept(self, feature: str, name: str, at: Callable[[], NDArray[np.int64]]) -> NDArray[np.float32]:
        """Some rows that every search asks for, read once."""
        if (feature, name) not in self._few:
            self._few[feature, name] = np.asarray(self.block(feature)[at()])
        return self._few[feature, name]

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

    def _parts(self, file: str, dtype: str, axes: tuple[None, ...]) -> list[NDArray[Any]]:
        parts = [read_array(self.folder / segment.name / file, dtype, axes) for segment in self.config.segments]
        if [len(part) for part in parts] != self._lengths:
            raise ValueError(f"'{file}' does not fit the list of ids")
        return parts

    def _block(self, block: Block) -> NDArray[np.float32] | Stacked:
        parts = self._parts(f"{block.name}.npy", block.dtype, (None, None))
        if any(part.shape[1] != block.dim for part in parts):
            raise ValueError(f"the vectors of '{block.name}' do not fit the list of ids")
        if len(parts) == 1 and len(parts[0]) == len(self.ids) and block.dtype == "float32":
            return parts[0]
        return Stacked(parts, self._kept)

    def _column(self, file: str) -> NDArray[np.float32]:
        parts = self._parts(file, "float32", (None,))
        return np.concatenate([part[kept] for part, kept in zip(parts, self._kept, strict=True)])

    def _rewritten(self) -> str:
        with NewSegment(self.folder, self.ids, self.hashes) as new:
            for block in self.config.blocks:
                units = self.block(block.name)
                new.block(block, (np.asarray(units[rows]) for rows in slices(len(self))), len(self))
                new.column(block, "norms", self.norms(block.name))
                new.column(block, "density", self.density(block.name))
        return new.name


def _made(segment: NewSegment, block: Block, space: Space, vectors: Vectors) -> dict[str, Scale]:
    """Write the first rows of a feature, a part at a time, and give its scales."""

    def against(units: Stacked, norms: NDArray[np.float32]) -> NDArray[np.float32]:
        return units[references(norms)]

    norms, dense = _filled(segment, block, space, vectors, against)
    units = segment.written(block)
    return fit_scales(units, norms, dense, METRICS)


def _filled(
    segment: NewSegment,
    block: Block,
    space: Space,
    vectors: Vectors,
    against: Callable[[Stacked, NDArray[np.float32]], NDArray[np.float32]],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Write the rows of a feature; gives their norms and densities.

    ``against`` gives the rows that these are measured against."""
    norms = np.zeros(len(vectors), dtype=np.float32)

    def parts() -> Iterator[NDArray[np.float32]]:
        for rows in slices(len(vectors)):
            units, norms[rows] = unit_and_norm(space(vectors[rows]))
            yield units

    segment.block(block, parts(), len(vectors))
    units = segment.written(block)
    dense = densities_of(units, norms, against(units, norms))
    segment.column(block, "norms", norms)
    segment.column(block, "density", dense)
    return norms, dense


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
