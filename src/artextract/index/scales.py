"""What similarities mean in a collection: how its pairs are distributed, and how crowded it is around each painting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.index.stacked import Stacked

Floats = NDArray[np.floating[Any]]
PAIRS = 20_000
NEIGHBOURS = 10
REFERENCES = 2_000
_CHUNK = 1024


@dataclass(frozen=True)
class Scale:
    """The similarities of random pairs of paintings: their mean, how far above it the nearest hundredth of them
    begins, and 101 quantiles from the least to the largest."""

    mean: float
    reach: float
    quantiles: tuple[float, ...]

    def standard(self, similarity: Floats) -> Floats:
        """The common scale on which features are added up: 0 is the mean pair, 1 a pair as near as the nearest
        hundredth.

        Searches are about the near end of the distributions, whose forms differ much, so that is what is made equal,
        and not their deviations."""
        return (similarity - self.mean) / self.reach

    def as_dict(self) -> dict[str, Any]:
        return {"mean": self.mean, "reach": self.reach, "quantiles": list(self.quantiles)}


Sides = tuple[Floats, Floats]
"""Lengths and densities of the vectors on one side of a comparison."""


def fit_scale(units: Floats | Stacked, norms: Floats, dense: Floats, metric: str, seed: int = 0) -> Scale:
    """The scale of a feature by one metric; see ``fit_scales``."""
    return fit_scales(units, norms, dense, (metric,), seed)[metric]


def fit_scales(
    units: Floats | Stacked, norms: Floats, dense: Floats, metrics: Iterable[str], seed: int = 0
) -> dict[str, Scale]:
    """The scales of a feature by each of ``metrics``, from the same pairs of rows of unit length ``(N, dim)``, zero
    where missing, their lengths ``(N,)`` before, and their densities ``(N,)``.

    Rows that are all alike but for rounding have a reach of 1, and fewer than two rows the mean 0 as well.
    """
    rows = np.flatnonzero(norms > 0)
    if len(rows) < 2:
        return {metric: Scale(0.0, 1.0, (0.0,) * 101) for metric in metrics}
    random = np.random.default_rng(seed)
    first = random.choice(rows, PAIRS)
    second = random.choice(rows, PAIRS)
    apart = first != second
    first, second = first[apart], second[apart]
    cosine = np.concatenate(
        [np.einsum("nd,nd->n", units[a], units[b]) for a, b in zip(_chunks(first), _chunks(second), strict=False)]
    ).astype(float)
    one, other, typical = (norms[first], dense[first]), (norms[second], dense[second]), float(norms[rows].mean())
    return {metric: _scale(compared(cosine, metric, one, other), metric, typical) for metric in metrics}


def _scale(values: Floats, metric: str, length: float) -> Scale:
    """From the similarities of pairs; ``length`` is the mean one of the rows."""
    quantiles, mean = np.quantile(values, np.linspace(0, 1, 101)), values.mean()
    reach = float(quantiles[99] - mean)
    # The distance is the root of a difference, which keeps half the digits.
    rounding = 1e-3 * length if metric == "l2" else 1e-5
    return Scale(float(mean), reach if reach > rounding else 1.0, tuple(quantiles.tolist()))


def compared(cosine: Floats, metric: str, one: Sides, other: Sides) -> Floats:
    """Cosines as similarities by a metric.

    ``one`` and ``other`` are the lengths and densities of the two sides, shapes that fit ``cosine``."""
    if metric == "cosine":
        return cosine
    (length, dense), (other_length, other_dense) = one, other
    if metric == "csls":
        return 2 * cosine - dense - other_dense
    if metric == "csls-half":
        return 2 * cosine - (dense + other_dense) / 2
    return -np.sqrt(np.maximum(length * length + other_length * other_length - 2 * length * other_length * cosine, 0))


def references(norms: Floats, seed: int = 0) -> NDArray[np.int64]:
    """The rows against which densities are measured: at most ``REFERENCES`` of those that have the feature, chosen
    at random; sorted."""
    rows = np.flatnonzero(norms > 0)
    return (
        rows
        if len(rows) <= REFERENCES
        else np.sort(np.random.default_rng(seed).choice(rows, REFERENCES, replace=False))
    )


def densities(units: Floats, against: Floats) -> Floats:
    """The mean cosine of each row with its ``NEIGHBOURS`` nearest among ``against`` (M, dim), itself left out.

    Float32 (N,), 0 where there are none.

    It is the r(x) of CSLS (A. Conneau et al., "Word translation without parallel data", ICLR 2018, section 2.3),
    measured against a sample."""
    found = np.zeros(len(units), dtype=np.float32)
    k = min(NEIGHBOURS, len(against) - 1)
    if k < 1:
        return found
    for start in range(0, len(units), _CHUNK):
        similarity = np.asarray(units[start : start + _CHUNK]) @ against.T
        similarity.partition(len(against) - k - 1, axis=1)
        nearest = similarity[:, len(against) - k - 1 :]  # itself, if it is among them, is the nearest of all
        most, least = nearest.max(axis=1), nearest.min(axis=1)
        found[start : start + _CHUNK] = (nearest.sum(axis=1) - np.where(most > 1 - 1e-5, most, least)) / k
    return found


def _chunks(rows: Floats) -> list[Floats]:
    return [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
