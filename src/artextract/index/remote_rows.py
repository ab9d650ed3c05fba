"""Rows on their way to a server, and back for one search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.index import Rows
from artextract.index.fused import Floats, Fused
from artextract.index.ranking import Arrays
from artextract.index.remote_server import Server


def insert(
    server: Server,
    name: str,
    fused: Fused,
    first: int,
    hashes: Sequence[str],
    rows: Mapping[str, Rows],
    kept: Mapping[str, Sequence[Any]],
) -> None:
    """Write some rows, the first of which gets the number ``first``, with what is kept of them for filters."""
    vectors = fused.rows(
        {name: part.units for name, part in rows.items()},
        {name: part.norms for name, part in rows.items()},
        {name: part.densities for name, part in rows.items()},
    )
    ids = next(iter(rows.values())).ids
    facts: dict[str, Sequence[Any]] = {"id": ids, "sha256": hashes}
    facts |= {f"has_{feature}": (part.norms > 0).tolist() for feature, part in rows.items()}
    facts |= kept
    by_row = [dict(zip(facts, values, strict=True)) for values in zip(*facts.values(), strict=True)]
    server.insert(name, np.arange(len(ids), dtype=np.int64) + first, vectors, by_row)


class Fetched:
    """The rows of an index as ``ranking.Arrays``, of which only the candidates of one search have vectors."""

    def __init__(self, index: Arrays, fused: Fused, candidates: NDArray[np.int64], vectors: Floats):
        """``candidates`` are positions, ascending, and ``vectors`` (n, dim) the fused ones of these."""
        self._count, self._fused, self._candidates, self._vectors = len(index), fused, candidates, vectors
        self.features, self.sample = index.features, index.sample
        self.norms, self.density, self.scale = index.norms, index.density, index.scale
        self.sampled, self.referred = index.sampled, index.referred

    def __len__(self) -> int:
        return self._count

    def block(self, feature: str) -> Any:
        return _Block(self, feature)

    def units(self, feature: str, rows: NDArray[np.int64]) -> Floats:
        """The units of some of the candidates, given by their positions."""
        units = self._fused.units(self._vectors[np.searchsorted(self._candidates, rows)], feature)
        there = self.norms(feature)[rows] > 0
        return np.asarray(np.where(there[:, None], units, np.float32(0)))


class _Block:
    """A feature of the candidates, as if it were that of all rows."""

    def __init__(self, fetched: Fetched, feature: str):
        self._fetched, self._feature = fetched, feature

    def __getitem__(self, rows: NDArray[np.int64]) -> Floats:
        return self._fetched.units(self._feature, rows)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Floats:
        return self._fetched.units(self._feature, np.arange(len(self._fetched)))
