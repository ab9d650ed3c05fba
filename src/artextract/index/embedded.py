"""The embedded index: vectors of all features on local files, no server; added to, and taken from, without being built
anew.

    index/config.json            features (names, versions, dims, spaces), scales, segments with the rows removed from
                                 each, skipped ids, settings
          spaces-XXXXXXXX.npz    what was fitted to compare vectors (see ``spaces``)
          segment-XXXXXXXX/rows.json            ids and content hashes, in row order
                          /FEATURE.npy          float32 (n, dim), of unit length, zero where lacking
                          /FEATURE.norms.npy    float32 (n,), the length that each had; 0 where lacking
                          /FEATURE.density.npy  float32 (n,), how crowded it is around each (see ``scales``)
          approximate-XXXXXXXX.faiss            only for large collections (see ``approximate``)

A segment is never changed. The config is written last and names what counts: a killed writer leaves the old index in
force, and a reader keeps what it has opened."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from artextract.errors import InputError, MismatchError
from artextract.files import read_json, write_aside, write_json
from artextract.index import METRICS
from artextract.index.scales import Scale, densities, fit_scale, references
from artextract.index.spaces import Space, fit_space

FORMAT = 2
REBUILD = "build it again with: artextract index COLLECTION"
MOST_SEGMENTS = 8
MOST_REMOVED = 0.25
"""With more segments, or a larger part of the rows removed, an update writes the whole anew."""

_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, BadZipFile)


@dataclass(frozen=True)
class Block:
    """One feature of the index: ``dim`` is that of its vectors as stored, in its ``space``."""

    name: str
    version: str
    dim: int
    space: str = "raw"


@dataclass(frozen=True)
class Segment:
    name: str
    removed: tuple[int, ...] = ()


@dataclass(frozen=True)
class IndexConfig:
    """What an index says about itself. ``skipped`` maps ids that could not be indexed to the reason; ``settings`` is
    what the builder wants back when it opens the index (such as the backbone), plain values only; ``approximate`` tells
    of the FAISS index, where there is one."""

    blocks: tuple[Block, ...]
    spaces: str
    scales: dict[str, dict[str, Scale]]
    segments: tuple[Segment, ...]
    skipped: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    approximate: dict[str, Any] | None = None
    fitted: int = 0
    """How many rows the spaces and scales were fitted on."""

    def as_dict(self) -> dict[str, Any]:
        scales = {
            name: {metric: scale.as_dict() for metric, scale in by_metric.items()}
            for name, by_metric in self.scales.items()
        }
        return {"format": FORMAT, **asdict(self), "scales": scales}

    @staticmethod
    def from_dict(saved: Mapping[str, Any]) -> IndexConfig:
        scales = {
            name: {
                metric: Scale(values["mean"], values["reach"], tuple(values["quantiles"]))
                for metric, values in by_metric.items()
            }
            for name, by_metric in saved["scales"].items()
        }
        blocks = tuple(Block(**block) for block in saved["blocks"])
        segments = tuple(Segment(segment["name"], tuple(segment["removed"])) for segment in saved["segments"])
        return IndexConfig(
            blocks,
            saved["spaces"],
            scales,
            segments,
            saved["skipped"],
            saved["settings"],
            saved["approximate"],
            saved["fitted"],
        )


class EmbeddedIndex:
    """``EmbeddedIndex.build`` writes one, ``update`` changes it, ``EmbeddedIndex.open`` reads it."""

    def __init__(self, folder: Path, config: IndexConfig):
        self.folder = folder
        self.config = config
        self.ids: list[str] = []
        self.hashes: list[str] = []
        self._kept: list[np.ndarray] = []
        self._lengths: list[int] = []
        serials, start = [], 0
        for segment in config.segments:
            rows = read_json(folder / segment.name / "rows.json")
            if len(rows["ids"]) != len(rows["hashes"]):
                raise ValueError("the lists of ids and hashes differ in length")
            kept = np.setdiff1d(np.arange(len(rows["ids"])), segment.removed)
            self.ids += [rows["ids"][row] for row in kept]
            self.hashes += [rows["hashes"][row] for row in kept]
            self._kept.append(kept)
            self._lengths.append(len(rows["ids"]))
            serials.append(kept + start)
            start += len(rows["ids"])
        self.serials = np.concatenate(serials) if serials else np.empty(0, dtype=int)
        """A number for each row that removals do not change; int (N,), ascending."""
        self._place = {painting_id: position for position, painting_id in enumerate(self.ids)}
        self._arrays: dict[str, np.ndarray] = {}
        self.spaces = _read_spaces(folder / config.spaces, config.blocks)
        for block in config.blocks:  # all files are opened now: an update may take them away
            shapes = [rows.shape for rows in (self.block(block.name), self.norms(block.name), self.density(block.name))]
            if shapes != [(len(self.ids), block.dim), (len(self.ids),), (len(self.ids),)]:
                raise ValueError(f"the vectors of '{block.name}' do not fit the list of ids")
            if not config.scales[block.name].keys() >= set(METRICS):
                raise ValueError(f"the scales of '{block.name}' are missing")

    @staticmethod
    def build(
        folder: str | Path,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[Block, np.ndarray],
        skipped: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> EmbeddedIndex:
        """Write an index of ``N = len(ids)`` rows in place of what is there. Each of ``vectors`` is ``float32 (N,
        dim)`` as the feature gave them, with rows of NaN where lacking; its ``Block`` names the space to compare them
        in (its ``dim`` is set to that of the space)."""
        folder = Path(folder)
        for block, rows in vectors.items():
            if rows.shape != (len(ids), block.dim):
                raise ValueError(f"{len(ids)} ids for vectors of shape {rows.shape}, dim {block.dim}")
        with _writing(folder):
            spaces = {block.name: fit_space(block.space, rows) for block, rows in vectors.items()}
            made = {block.name: unit_and_norm(spaces[block.name](rows)) for block, rows in vectors.items()}
            scales, dense = {}, {}
            for name, (units, norms) in made.items():
                dense[name] = _densities(units, norms, units[references(norms)])
                scales[name] = {metric: fit_scale(units, norms, dense[name], metric) for metric in METRICS}
            segment = _write_segment(folder, ids, hashes, made, dense)
            spaces_file = f"spaces-{uuid.uuid4().hex[:8]}.npz"
            _write_spaces(folder / spaces_file, spaces)
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
        vectors: Mapping[str, np.ndarray],
        removed: Sequence[str],
        skipped: Mapping[str, str] | None = None,
    ) -> EmbeddedIndex:
        """Add rows (``vectors`` per feature as the feature gave them) and take away those of the ids ``removed``; an id
        that is there already is replaced.

        Spaces and scales stay as they were fitted. Gives the index as it is then; this one stays as it was opened.
        Where many segments or removed rows have gathered, the whole is written as one segment. Raises ``InputError``
        while another process writes, and ``MismatchError`` where one has written since this was opened."""
        with _writing(self.folder):
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
                dense = {name: _densities(*made[name], self._references(name)) for name in self.features}
                segments.append(Segment(_write_segment(self.folder, ids, hashes, made, dense)))
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

    def with_approximate(self, description: Mapping[str, Any] | None) -> EmbeddedIndex:
        """The same index with another description of its FAISS index (see ``approximate``), written."""
        with _writing(self.folder):
            self._require_in_force()
            return _written(
                self.folder, replace(self.config, approximate=None if description is None else dict(description))
            )

    @staticmethod
    def open(folder: str | Path) -> EmbeddedIndex:
        """Read an index; raises ``InputError`` where there is none and ``MismatchError`` where its files do not fit
        together."""
        folder = Path(folder)
        if not (folder / "config.json").is_file():
            raise InputError(f"there is no index in '{folder.parent}'", "build one with: artextract index COLLECTION")
        for attempt in range(5):
            try:
                saved = read_json(folder / "config.json")
                if saved["format"] != FORMAT:
                    raise MismatchError(
                        f"the index in '{folder}' is of format {saved['format']}, this version reads {FORMAT}", REBUILD
                    )
                return EmbeddedIndex(folder, IndexConfig.from_dict(saved))
            except FileNotFoundError as error:  # an update has put a new index in its place since the config was read
                if attempt == 4 or read_json(folder / "config.json") == saved:
                    raise MismatchError(f"the index in '{folder}' is damaged ({error})", REBUILD) from error
            except _DAMAGED as error:
                raise MismatchError(f"the index in '{folder}' is damaged ({error})", REBUILD) from error

    @staticmethod
    def config_of(folder: str | Path) -> IndexConfig:
        """What the index of a folder says about itself now; raises ``MismatchError`` where that cannot be read."""
        try:
            return IndexConfig.from_dict(read_json(Path(folder) / "config.json"))
        except _DAMAGED as error:
            raise MismatchError(f"the index in '{folder}' is damaged ({error})", REBUILD) from error

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(block.name for block in self.config.blocks)

    def position(self, painting_id: str) -> int | None:
        """The row of an id, or None where it is not indexed."""
        return self._place.get(painting_id)

    def block(self, feature: str) -> np.ndarray:
        """All rows of one feature, ``float32 (N, dim)``, of unit length or zero; read from disk as they are used, as
        long as nothing was added or removed."""
        return self._array(f"{feature}.npy")

    def norms(self, feature: str) -> np.ndarray:
        """The lengths of the vectors of a feature, ``float32 (N,)``; 0 where a row lacks it."""
        return self._array(f"{feature}.norms.npy")

    def density(self, feature: str) -> np.ndarray:
        """How crowded it is around each row, ``float32 (N,)``; see ``scales.densities``."""
        return self._array(f"{feature}.density.npy")

    def scale(self, feature: str, metric: str) -> Scale:
        return self.config.scales[feature][metric]

    def space(self, feature: str) -> Space:
        return self.spaces[feature]

    def lacking(self) -> dict[str, int]:
        """How many rows lack each feature."""
        return {name: int((self.norms(name) == 0).sum()) for name in self.features}

    def vectors_of(self, position: int) -> dict[str, np.ndarray]:
        """A row's vector per feature in its space, at its full length, without those that it lacks."""
        found = {name: np.asarray(self.block(name)[position]) * self.norms(name)[position] for name in self.features}
        return {name: vector for name, vector in found.items() if vector.any()}

    def require(self, ids: Sequence[str], hashes: Sequence[str], versions: Mapping[str, str]) -> None:
        """Raise ``MismatchError`` unless this index was built from these rows with these versions of its features."""
        known = {**dict.fromkeys(self.config.skipped), **dict(zip(self.ids, self.hashes, strict=False))}
        now = dict(zip(ids, hashes, strict=False))
        if known.keys() != now.keys():
            new, gone = len(now.keys() - known.keys()), len(known.keys() - now.keys())
            raise MismatchError(
                f"the index is older than the collection ({new} rows are new, {gone} are gone)",
                "bring it up to date with: artextract index COLLECTION",
            )
        changed = sum(was is not None and was != now[key] for key, was in known.items())
        if changed:
            raise MismatchError(
                f"{changed} images have changed since the index was built",
                "bring it up to date with: artextract index COLLECTION",
            )
        for block in self.config.blocks:
            if block.name in versions and versions[block.name] != block.version:
                was, is_ = block.version, versions[block.name]
                raise MismatchError(
                    f"the index holds version {was} of the feature '{block.name}', this is {is_}", REBUILD
                )

    def _require_in_force(self) -> None:
        if EmbeddedIndex.config_of(self.folder) != self.config:
            raise MismatchError(
                f"the index in '{self.folder}' has been changed since it was opened", "open it again, then change it"
            )

    def _array(self, file: str) -> np.ndarray:
        if file not in self._arrays:
            parts = [np.load(self.folder / segment.name / file, mmap_mode="r") for segment in self.config.segments]
            if [len(part) for part in parts] != self._lengths:
                raise ValueError(f"'{file}' does not fit the list of ids")
            whole = [
                part if len(part) == len(kept) else part[kept] for part, kept in zip(parts, self._kept, strict=False)
            ]
            self._arrays[file] = whole[0] if len(whole) == 1 else np.concatenate(whole)
        return self._arrays[file]

    def _references(self, feature: str) -> np.ndarray:
        return np.asarray(self.block(feature)[references(self.norms(feature))])

    def _rewritten(self) -> str:
        made = {name: (self.block(name), self.norms(name)) for name in self.features}
        return _write_segment(
            self.folder, self.ids, self.hashes, made, {name: self.density(name) for name in self.features}
        )


def unit_and_norm(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors ``(..., D)`` scaled to length 1 as float32, and the lengths ``(...)`` that they had; zero for those with
    anything but finite numbers."""
    vectors = np.asarray(vectors, dtype=np.float32)
    vectors = np.where(np.isfinite(vectors).all(axis=-1, keepdims=True), vectors, 0)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1), lengths[..., 0]


def _densities(units: np.ndarray, norms: np.ndarray, against: np.ndarray) -> np.ndarray:
    return np.where(norms > 0, densities(units, against), 0).astype(np.float32)


def _write_segment(
    folder: Path,
    ids: Sequence[str],
    hashes: Sequence[str],
    made: Mapping[str, tuple[np.ndarray, np.ndarray]],
    dense: Mapping[str, np.ndarray],
) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder, prefix=".aside-"))
    try:
        write_json(aside / "rows.json", {"ids": list(ids), "hashes": list(hashes)})
        for name, (units, norms) in made.items():
            np.save(aside / f"{name}.npy", np.ascontiguousarray(units, dtype=np.float32))
            np.save(aside / f"{name}.norms.npy", np.asarray(norms, dtype=np.float32))
            np.save(aside / f"{name}.density.npy", dense[name])
        aside.chmod(0o755)
        segment = f"segment-{uuid.uuid4().hex[:8]}"
        aside.rename(folder / segment)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return segment


def _write_spaces(path: Path, spaces: Mapping[str, Space]) -> None:
    arrays = {f"{name}.{part}": value for name, space in spaces.items() for part, value in space.arrays().items()}
    with write_aside(path) as aside:
        np.savez(aside, **arrays)


def _read_spaces(path: Path, blocks: Sequence[Block]) -> dict[str, Space]:
    with np.load(path) as saved:
        return {
            block.name: Space(block.space, *(saved.get(f"{block.name}.{part}") for part in ("mean", "matrix")))
            for block in blocks
        }


def _written(folder: Path, config: IndexConfig) -> EmbeddedIndex:
    """Put a config in force and clear away what it does not name."""
    index = EmbeddedIndex(folder, config)
    write_json(folder / "config.json", config.as_dict())
    named = {
        "config.json",
        ".lock",
        config.spaces,
        *(segment.name for segment in config.segments),
        (config.approximate or {}).get("file"),
    }
    for old in folder.iterdir():
        if old.name not in named:
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
    return index


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """One writer at a time, where the system can tell (POSIX); a killed one leaves nothing locked."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(f"another process is writing the index in '{folder}'", "wait until it is done") from None
        yield
