"""Vectors of unit length in several arrays on disk, one below the other, without those that were removed.

They are read where they lie, and nothing is copied but the rows that are taken. Those kept in 16 bits are given as
float32, of unit length again: a vector must be known as itself by its cosine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.index.threads import one_thread
from artextract.index.units import unit_and_norm

Floats = NDArray[np.float32]
_AT_ONCE = 1 << 22
"""Numbers that are made float32 at once: 16 MB of them."""


class Stacked:
    """``parts`` are float32 or float16 (n, D), ``kept`` the rows of each that count, ascending."""

    def __init__(self, parts: Sequence[NDArray[Any]], kept: Sequence[NDArray[np.int64]]):
        self._parts = [(part, rows, len(rows) == len(part)) for part, rows in zip(parts, kept, strict=True)]
        self._starts = np.cumsum([0, *(len(rows) for rows in kept)])
        self.shape: tuple[int, int] = (int(self._starts[-1]), parts[0].shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> Floats:
        """Rows by a slice, a position, positions or a mask, float32."""
        if isinstance(rows, (int, np.integer)):
            return np.asarray(self._taken(np.array([range(len(self))[rows]]))[0])
        if isinstance(rows, slice) and rows.step in (None, 1) and len(self._parts) == 1 and self._parts[0][2]:
            return _units(self._parts[0][0][rows])
        if isinstance(rows, np.ndarray) and rows.dtype.kind == "i":  # without a number for every row there is
            return self._taken(np.where(rows < 0, rows + len(self), rows))
        return self._taken(np.arange(len(self))[rows])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self._taken(np.arange(len(self))).astype(dtype or np.float32, copy=False)

    def products(self, vectors: Floats) -> Floats:
        """The inner products of vectors ``(Q, D)`` with all rows: float32 ``(Q, N)``."""
        found = np.empty((len(vectors), len(self)), dtype=np.float32)
        for place, (part, kept, whole) in enumerate(self._parts):
            values = (
                vectors @ part.T
                if part.dtype == np.float32
                else np.concatenate([vectors @ chunk.T for chunk in _chunks(part)], axis=1)
            )
            found[:, self._starts[place] : self._starts[place + 1]] = values if whole else values[:, kept]
        return found

    def cosines(self, units: Floats, rows: NDArray[np.int64]) -> Floats:
        """The cosines of units ``(Q, D)`` with the rows at some positions, none negative: float32 ``(Q, n)``.

        Lengths are taken off the products, which are fewer than the numbers of the rows."""
        found = np.empty((len(units), len(rows)), dtype=np.float32)
        for here, stored in self._stored(rows):
            taken = as_float32(stored)
            lengths = np.sqrt(np.einsum("nd,nd->n", taken, taken)) if stored.dtype != np.float32 else np.float32(1)
            found[:, here] = (units @ taken.T) / np.maximum(lengths, np.float32(1e-20))
        return found

    def _taken(self, at: NDArray[np.int64]) -> Floats:
        found = np.empty((len(at), self.shape[1]), dtype=np.float32)
        for here, stored in self._stored(at):
            found[here] = _units(stored)
        return found

    def _stored(self, at: NDArray[np.int64]) -> Iterator[tuple[Any, NDArray[Any]]]:
        """Rows as they are stored, part by part, and which of those asked for these are."""
        if len(self._parts) == 1:
            part, kept, whole = self._parts[0]
            yield slice(None), part[at if whole else kept[at]]
            return
        place = np.searchsorted(self._starts, at, side="right") - 1
        for number in np.unique(place):
            part, kept, _ = self._parts[number]
            here = place == number
            yield here, part[kept[at[here] - self._starts[number]]]


def as_float32(rows: NDArray[Any]) -> Floats:
    """Rows (n, D) as float32. Those of 16 bits are converted by FAISS, which does so many times as fast as NumPy."""
    if rows.dtype == np.float32:
        return np.asarray(rows)
    if not rows.size:
        return np.empty(rows.shape, dtype=np.float32)
    import faiss

    codes = np.ascontiguousarray(rows).view(np.uint8)
    quantizer = faiss.ScalarQuantizer(rows.shape[1], faiss.ScalarQuantizer.QT_fp16)
    with one_thread() if rows.size < _AT_ONCE else nullcontext():
        decoded: Floats = quantizer.decode(codes)
    return decoded


def _units(rows: NDArray[Any]) -> Floats:
    return np.asarray(rows) if rows.dtype == np.float32 else unit_and_norm(as_float32(rows))[0]


def _chunks(part: NDArray[Any]) -> Iterator[Floats]:
    size = max(1, _AT_ONCE // max(1, part.shape[1]))
    for start in range(0, max(1, len(part)), size):
        yield _units(part[start : start + size])
