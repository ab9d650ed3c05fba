"""The embedded index: all vectors in one exact FAISS index on local files, no server.

    index/config.json            features (names, versions, dims), ids, content hashes, which rows lack what
          vectors-XXXXXXXX.npy   float32 (N, sum of dims): the features' blocks side by side, each of unit length, zero where lacking

Since the blocks stand side by side, ``sum_f w_f <q_f, x_f>`` is one inner product with the weighted query, so the weights are
chosen anew for every question and nothing is rebuilt. The config is written last and names its vectors: a killed build leaves the
old index in force.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Mapping, Sequence

import faiss
import numpy as np

from artextract.errors import InputError, MismatchError
from artextract.files import read_json, write_array, write_json

FORMAT = 1
REBUILD = "build it again with: artextract index COLLECTION"


@dataclass(frozen=True)
class Block:
    """One feature's columns in the index."""

    name: str
    version: str
    dim: int


@dataclass(frozen=True)
class IndexConfig:
    """What an index says about itself. ``skipped`` maps ids that could not be indexed to the reason; ``settings`` is what the
    builder wants back when it opens the index (such as the backbone), plain values only."""

    blocks: tuple[Block, ...]
    ids: list[str]
    hashes: list[str]
    lacking: dict[str, list[int]]
    skipped: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Rows of the index, best first: ``positions`` int (n,), ``scores`` float64 (n,) and per feature the raw similarities (n,),
    NaN where the row or the query lacks the feature."""

    positions: np.ndarray
    scores: np.ndarray
    similarities: dict[str, np.ndarray]


class EmbeddedIndex:
    """``EmbeddedIndex.build`` writes one, ``EmbeddedIndex.open`` reads it."""

    def __init__(self, config: IndexConfig, vectors: np.ndarray):
        self.config = config
        self._vectors = vectors
        ends = np.cumsum([block.dim for block in config.blocks])
        self._columns = {block.name: slice(end - block.dim, end) for block, end in zip(config.blocks, ends)}
        self._faiss = faiss.IndexFlatIP(vectors.shape[1])
        self._faiss.add(vectors)
        self._place = {painting_id: position for position, painting_id in enumerate(config.ids)}

    @staticmethod
    def build(
        folder: str | Path,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[Block, np.ndarray],
        skipped: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> EmbeddedIndex:
        """Write an index of ``N = len(ids)`` rows, each of ``vectors`` being ``float32 (N, dim)`` with rows of NaN where lacking."""
        folder = Path(folder)
        blocks = tuple(vectors)
        joined = np.zeros((len(ids), sum(block.dim for block in blocks)), dtype=np.float32)
        lacking, start = {}, 0
        for block, rows in vectors.items():
            if rows.shape != (len(ids), block.dim):
                raise ValueError(f"{len(ids)} ids for vectors of shape {rows.shape}, dim {block.dim}")
            unit = unit_length(rows)
            joined[:, start : start + block.dim] = unit
            lacking[block.name] = np.flatnonzero(~unit.any(axis=1)).tolist()
            start += block.dim
        config = IndexConfig(blocks, list(ids), list(hashes), lacking, dict(skipped or {}), dict(settings or {}))
        name = f"vectors-{uuid.uuid4().hex[:8]}.npy"
        write_array(folder / name, joined)
        write_json(folder / "config.json", {"format": FORMAT, "vectors": name, **asdict(config)})
        for old in folder.glob("vectors-*.npy"):
            if old.name != name:
                old.unlink(missing_ok=True)
        return EmbeddedIndex(config, joined)

    @staticmethod
    def open(folder: str | Path) -> EmbeddedIndex:
        """Read an index; raises ``InputError`` where there is none and ``MismatchError`` where its files do not fit together."""
        folder = Path(folder)
        if not (folder / "config.json").is_file():
            raise InputError(f"there is no index in '{folder.parent}'", "build one with: artextract index COLLECTION")
        try:
            saved = read_json(folder / "config.json")
            if saved["format"] != FORMAT:
                raise MismatchError(f"the index in '{folder}' is of format {saved['format']}, this version reads {FORMAT}", REBUILD)
            blocks = tuple(Block(**block) for block in saved["blocks"])
            config = IndexConfig(blocks, *(saved[k] for k in ("ids", "hashes", "lacking", "skipped", "settings")))
            vectors = np.load(folder / saved["vectors"], mmap_mode="r")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MismatchError(f"the index in '{folder}' is damaged ({error})", REBUILD) from error
        if vectors.shape != (len(config.ids), sum(block.dim for block in blocks)) or len(config.hashes) != len(config.ids):
            raise MismatchError(f"the vectors of the index in '{folder}' do not fit its list of ids", REBUILD)
        return EmbeddedIndex(config, vectors)

    def __len__(self) -> int:
        return len(self.config.ids)

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self._columns)

    def position(self, painting_id: str) -> int | None:
        """The row of an id, or None where it is not indexed."""
        return self._place.get(painting_id)

    def blocks_of(self, position: int) -> dict[str, np.ndarray]:
        """A row's vector per feature, without those that it lacks."""
        row = np.asarray(self._vectors[position])
        return {name: row[columns] for name, columns in self._columns.items() if row[columns].any()}

    def block(self, feature: str) -> np.ndarray:
        """All rows of one feature, ``float32 (N, dim)``, of unit length or zero, read from disk as they are used."""
        return self._vectors[:, self._columns[feature]]

    def require(self, ids: Sequence[str], hashes: Sequence[str], versions: Mapping[str, str]) -> None:
        """Raise ``MismatchError`` unless this index was built from these rows with these versions of its features."""
        known = {**dict.fromkeys(self.config.skipped), **dict(zip(self.config.ids, self.config.hashes))}
        now = dict(zip(ids, hashes))
        if known.keys() != now.keys():
            new, gone = len(now.keys() - known.keys()), len(known.keys() - now.keys())
            raise MismatchError(f"the index is older than the collection ({new} rows are new, {gone} are gone)", REBUILD)
        changed = sum(was is not None and was != now[key] for key, was in known.items())
        if changed:
            raise MismatchError(f"{changed} images have changed since the index was built", REBUILD)
        for block in self.config.blocks:
            if block.name in versions and versions[block.name] != block.version:
                was, is_ = block.version, versions[block.name]
                raise MismatchError(f"the index holds version {was} of the feature '{block.name}', this is {is_}", REBUILD)

    def search(
        self,
        query: Mapping[str, np.ndarray],
        weights: Mapping[str, float],
        k: int,
        allowed: np.ndarray | None = None,
        excluded: Sequence[int] = (),
    ) -> Found:
        """The ``k`` rows with the largest ``sum of weight * cosine``, best first, fewer only where fewer are allowed.

        ``query`` has a vector ``(dim,)`` per feature, without those that it lacks (or NaN); ``weights`` of features not named are
        0. ``allowed`` is a boolean mask (N,), applied before the search, not after; ``excluded`` are positions. Equal scores stand
        in row order.
        """
        mask = np.ones(len(self), dtype=bool) if allowed is None else np.array(allowed, dtype=bool)
        mask[list(excluded)] = False
        k = min(k, int(mask.sum()))
        if k <= 0:
            return Found(np.empty(0, int), np.empty(0), {name: np.empty(0) for name in self.features})
        blocks = {name: unit_length(query[name]) for name in self.features if name in query}
        joined = np.zeros((1, self._vectors.shape[1]), dtype=np.float32)
        for name, vector in blocks.items():
            joined[0, self._columns[name]] = weights.get(name, 0.0) * vector
        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        _, positions = self._faiss.search(joined, k, params=faiss.SearchParameters(sel=selector))
        positions = np.sort(positions[0][positions[0] >= 0])
        rows = np.asarray(self._vectors[positions])
        similarities, scores = {}, np.zeros(len(positions))
        for name, columns in self._columns.items():
            block = rows[:, columns]
            vector = blocks.get(name)
            if vector is None or not vector.any():
                similarities[name] = np.full(len(positions), np.nan)
                continue
            similarity = (block.astype(float) * vector).sum(axis=1)  # row by row: a score does not depend on what else was found
            scores += weights.get(name, 0.0) * similarity
            similarities[name] = np.where(block.any(axis=1), similarity, np.nan)
        order = np.argsort(-scores, kind="stable")
        return Found(positions[order], scores[order], {name: values[order] for name, values in similarities.items()})


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Vectors ``(..., D)`` scaled to length 1 as float32; those with anything but finite numbers become zero."""
    vectors = np.asarray(vectors, dtype=np.float32)
    vectors = np.where(np.isfinite(vectors).all(axis=-1, keepdims=True), vectors, 0)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
