"""The space in which the vectors of a feature are compared: as they come, centred on the collection, or with its
loudest directions turned down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

SPACES = ("raw", "centred", "whitened")
MOST_DIRECTIONS = 256
FIT_ROWS = 20_000
_ROWS = 8192


@dataclass(frozen=True)
class Space:
    """``mean`` (dim,) is taken off, then ``matrix`` (dim, D) applied; either may be None."""

    name: str
    mean: np.ndarray | None = None
    matrix: np.ndarray | None = None

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors ``(..., dim)`` in this space, float32 ``(..., D)``; rows of NaN stay NaN."""
        vectors = np.asarray(vectors, dtype=np.float32)
        if self.mean is not None:
            vectors = vectors - self.mean
        return vectors if self.matrix is None else vectors @ self.matrix

    def dim(self, given: int) -> int:
        """How many numbers vectors of ``given`` numbers have in this space."""
        return given if self.matrix is None else int(self.matrix.shape[1])

    def arrays(self) -> dict[str, np.ndarray]:
        return {name: value for name, value in (("mean", self.mean), ("matrix", self.matrix)) if value is not None}


class Vectors(Protocol):
    """Vectors float32 (N, dim) of which rows are taken by a slice or by positions: an array, or what reads them from
    where they lie."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any) -> np.ndarray: ...


def fit_space(name: str, vectors: Vectors, seed: int = 0) -> Space:
    """Fit a space on raw vectors ``(N, dim)``; rows of NaN do not count, and of many rows ``FIT_ROWS`` are drawn.

    "centred" takes off the mean, so that what all paintings share makes none of them alike. "whitened" also turns to
    the principal directions, keeps the ``MOST_DIRECTIONS`` strongest, and divides each by the fourth root of its
    variance, half of what whitening does (H. Jégou, O. Chum, "Negative evidences and co-occurences in image retrieval:
    the benefit of PCA and whitening", ECCV 2012); on paintings the whole was worse than the half. With fewer rows than
    directions can be estimated from, it keeps as many as there are rows."""
    if name not in SPACES:
        raise ValueError(f"there is no space '{name}'")
    if name == "raw":
        return Space(name)
    there = np.flatnonzero(
        np.concatenate([np.isfinite(vectors[at : at + _ROWS]).all(axis=1) for at in range(0, len(vectors), _ROWS)])
        if len(vectors)
        else []
    )
    if len(there) > FIT_ROWS:
        there = there[np.sort(np.random.default_rng(seed).choice(len(there), FIT_ROWS, replace=False))]
    rows = np.asarray(vectors[there], dtype=np.float64)
    if not len(rows) or not np.ptp(rows, axis=0).any():  # of paintings that are all alike, nothing would be left
        return Space(name)
    mean = rows.mean(axis=0)
    if name == "centred":
        return Space(name, mean.astype(np.float32))
    variances, directions = np.linalg.eigh(np.cov(rows - mean, rowvar=False, bias=True).reshape(rows.shape[1], -1))
    order = np.argsort(-variances)[: min(MOST_DIRECTIONS, len(rows))]
    order = order[variances[order] > 1e-9 * max(variances.max(), 1e-30)]
    matrix = directions[:, order] / variances[order] ** 0.25
    return Space(name, mean.astype(np.float32), matrix.astype(np.float32))
