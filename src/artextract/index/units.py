"""Vectors of unit length, and the lengths that they had."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def unit_and_norm(vectors: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors ``(..., D)`` scaled to length 1 as float32, and the lengths ``(...)`` that they had.

    Zero for those with anything but finite numbers."""
    given: NDArray[np.float32] = np.asarray(vectors, dtype=np.float32)
    rows: NDArray[np.float32] = np.where(np.isfinite(given).all(axis=-1, keepdims=True), given, np.float32(0))
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=-1, keepdims=True)
    units: NDArray[np.float32] = np.divide(rows, np.where(lengths > 0, lengths, np.float32(1)))
    return units, lengths[..., 0]
