"""Reduces what a network sees in a cell to a few numbers of 8 bits, of which the cosine is the likeness of two cells.

Whitened principal components, fitted once for each collection: H. Jegou, O. Chum, "Negative evidences and
co-occurrences in image retrieval: the benefit of PCA and whitening" (2012)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from artextract.motifs import DIMENSIONS

FULL_SCALE = 254.0
"""What a component of 1 would be; those beyond half of it, of which there are next to none, are cut."""
_FLOOR = 1e-3
"""Of the largest variance, added to all, so that noise is not blown up."""


@dataclass(frozen=True)
class Projection:
    """Cells times ``matrix`` float32 (C, ``DIMENSIONS``) plus ``shift`` float32 (``DIMENSIONS``,), made unit."""

    matrix: np.ndarray
    shift: np.ndarray

    @staticmethod
    def fitted(cells: np.ndarray, dimensions: int = DIMENSIONS) -> Projection:
        """Of cells ``float32 (n, C)``, n > 1, C >= ``dimensions``."""
        mean = cells.mean(0, dtype=np.float64)
        values, vectors = np.linalg.eigh(np.cov((cells - mean).T))
        largest = values[::-1][:dimensions]
        scale = (np.maximum(largest, 0) + max(_FLOOR * values[-1], 1e-12)) ** -0.5
        matrix = vectors[:, ::-1][:, :dimensions] * scale
        return Projection(matrix.astype(np.float32), -(mean @ matrix).astype(np.float32))

    def __call__(self, cells: np.ndarray) -> np.ndarray:
        """``float32 (..., C)`` as unit vectors float32 (..., ``DIMENSIONS``)."""
        return unit(cells @ self.matrix + self.shift)

    @property
    def array(self) -> np.ndarray:
        """As one array for a file, float32 (C + 1, ``DIMENSIONS``)."""
        return np.concatenate([self.matrix, self.shift[None]])

    @staticmethod
    def of_array(array: np.ndarray) -> Projection:
        return Projection(np.array(array[:-1]), np.array(array[-1]))

    @property
    def digest(self) -> str:
        """8 hex digits that tell it from others."""
        return hashlib.sha256(self.array.tobytes()).hexdigest()[:8]


def packed(units: np.ndarray) -> np.ndarray:
    """Unit vectors as int8 of the same shape."""
    return np.clip(np.rint(units * FULL_SCALE), -127, 127).astype(np.int8)


def unpacked(stored: np.ndarray) -> np.ndarray:
    """The inverse of ``packed``, of length 1 again: float32."""
    return unit(stored.astype(np.float32))


def unit(vectors: np.ndarray) -> np.ndarray:
    found: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return found
