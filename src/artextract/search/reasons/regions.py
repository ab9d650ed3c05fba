"""Where two paintings match: what each cell of a network's map adds to their cosine, and which cells answer each other.

The pooled vector is the mean of the map's cells, so the cosine of two paintings is a sum over the cells of either: cell
``a_i`` adds ``<a_i, b> / (n |a| |b|)``. These parts are exact, not an estimate: A. Stylianou, R. Souvenir and R. Pless,
"Visualizing Deep Similarity Networks", WACV 2019, for average pooling. With the collection's mean subtracted from cells
and vectors alike they stay exact, and what any painting would get is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from artextract.features import Feature, MapFeature

MOST_PAIRS = 5
REGION = 2 / 7
"""Side of a region, as a part of the map's."""
LEAST_COSINE = 0.48
"""Regions answer each other from this cosine of their centred means on. Of 300 random pairs of 60 gallery paintings 5 %
have a pair of regions above 0.463 and 3 % above 0.483, by ``efficientnet_lite0``; above 0.25, which stood here before,
37 %."""
OVERLAP = 0.3
"""A region may lie on another of its picture with at most this part of its surface."""
SAME = 0.03
"""A network's vector counts as the mean of its map where it differs from it by at most this part of its length; short
floats cost less."""

Box = tuple[float, float, float, float]
"""left, top, right, bottom as fractions 0..1 of a picture's width and height."""


@dataclass(frozen=True)
class RegionPair:
    """Two regions that answer each other: ``number`` from 1, the one that adds most first.

    ``similarity`` the cosine of their centred means."""

    number: int
    a: Box
    b: Box
    similarity: float


@dataclass(frozen=True)
class Matching:
    """``parts_a`` and ``parts_b`` ``float64 (H, W)``: what each cell adds to ``cosine``, to which either sums.

    None where ``exact`` is false, that is where the network pools by anything but a mean. ``centred``: a mean was
    subtracted. ``geometry`` says how cells lie on the pictures (see ``images.Transform``)."""

    cosine: float
    parts_a: np.ndarray | None
    parts_b: np.ndarray | None
    pairs: tuple[RegionPair, ...]
    exact: bool
    centred: bool
    geometry: str

    def heat(self) -> tuple[np.ndarray, np.ndarray]:
        """Both parts for drawing, 0..1 on one scale: 0 for what adds nothing or speaks against, 1 the largest of either
        picture, but at least what a cell of two equal pictures adds on the average, so that a weak match stays dim."""
        if self.parts_a is None or self.parts_b is None:
            raise ValueError("there are no parts where the network does not pool by a mean")
        most = max(self.parts_a.max(), self.parts_b.max(), 1 / self.parts_a.size)
        return (self.parts_a / most).clip(0, 1), (self.parts_b / most).clip(0, 1)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        parts = {
            name: None if grid is None else grid.round(6).tolist()
            for name, grid in (("a", self.parts_a), ("b", self.parts_b))
        }
        pairs = [{"number": p.number, "a": list(p.a), "b": list(p.b), "similarity": p.similarity} for p in self.pairs]
        return {
            "cosine": self.cosine,
            "exact": self.exact,
            "centred": self.centred,
            "geometry": self.geometry,
            "parts": parts,
            "pairs": pairs,
        }


def map_feature(features: Iterable[Feature]) -> MapFeature | None:
    """The feature by whose map regions are compared: the first that has one."""
    return next((feature for feature in features if isinstance(feature, MapFeature)), None)


def matching_regions(
    a: Image.Image, b: Image.Image, feature: MapFeature, mean: np.ndarray | None = None, scale: np.ndarray | None = None
) -> Matching:
    """Where two RGB pictures match for the network of a feature; ``mean`` and ``scale`` as in ``match``."""
    (map_a, vector_a), (map_b, vector_b) = feature.map_and_vector(a), feature.map_and_vector(b)
    sizes = (a.size, b.size)
    return match(map_a, map_b, vector_a, vector_b, sizes, feature.backbone.transform.geometry, mean, scale)


def match(
    map_a: np.ndarray,
    map_b: np.ndarray,
    vector_a: np.ndarray,
    vector_b: np.ndarray,
    sizes: tuple[tuple[int, int], tuple[int, int]],
    geometry: str = "squash",
    mean: np.ndarray | None = None,
    scale: np.ndarray | None = None,
) -> Matching:
    """Where two maps ``float32 (C, H, W)`` match, whose pictures have ``sizes`` (width, height) and whose networks gave
    the vectors ``(C,)``.

    ``mean`` (C,) is subtracted from vectors and cells, and their channels are multiplied with ``scale`` (C,): what the
    index does with raw vectors before it compares them, or None. Where the vectors are the means of the maps, the parts
    sum to the cosine that the index finds."""
    exact = _is_mean(vector_a, map_a) and _is_mean(vector_b, map_b)
    shift = np.zeros(len(vector_a)) if mean is None else np.asarray(mean, np.float64)
    factor = np.ones(len(vector_a)) if scale is None else np.asarray(scale, np.float64)
    boxes = [_boxes(grid.shape[1:], size, geometry) for grid, size in ((map_a, sizes[0]), (map_b, sizes[1]))]
    cells_a, cells_b = _cells(map_a), _cells(map_b)
    if not exact:
        cosine = _cosine((vector_a - shift) * factor, (vector_b - shift) * factor)
        return Matching(
            cosine, None, None, _pairs(_own(cells_a), _own(cells_b), *boxes), False, mean is not None, geometry
        )
    cells_a, cells_b = (cells_a - shift) * factor, (cells_b - shift) * factor
    pooled_a, pooled_b = cells_a.mean((0, 1)), cells_b.mean((0, 1))
    length = max(float(np.linalg.norm(pooled_a) * np.linalg.norm(pooled_b)), 1e-12)
    parts_a = cells_a @ pooled_b / (cells_a.shape[0] * cells_a.shape[1] * length)
    parts_b = cells_b @ pooled_a / (cells_b.shape[0] * cells_b.shape[1] * length)
    if mean is None:
        cells_a, cells_b = _own(cells_a), _own(cells_b)
    return Matching(
        float(parts_a.sum()), parts_a, parts_b, _pairs(cells_a, cells_b, *boxes), True, mean is not None, geometry
    )


def _is_mean(vector: np.ndarray, grid: np.ndarray) -> bool:
    return len(vector) == len(grid) and bool(
        np.linalg.norm(grid.mean((1, 2)) - vector) <= SAME * np.linalg.norm(vector)
    )


def _own(cells: np.ndarray) -> np.ndarray:
    """Cells less their picture's own mean, where that of a collection is not known: what sets a place apart within its
    painting."""
    own: np.ndarray = cells - cells.mean((0, 1))
    return own


def _pairs(
    cells_a: np.ndarray, cells_b: np.ndarray, boxes_a: np.ndarray, boxes_b: np.ndarray
) -> tuple[RegionPair, ...]:
    """Regions of cells ``(H, W, C)``, with ``boxes (H, W, 4)``, that are each other's nearest by inner product, which
    is what they add to the cosine of the whole: the largest first, and none that lies on one before it."""
    (regions_a, places_a), (regions_b, places_b) = _regions(cells_a, boxes_a), _regions(cells_b, boxes_b)
    if not (len(regions_a) and len(regions_b)):
        return ()
    inner = regions_a @ regions_b.T
    cosines = inner / np.maximum(np.linalg.norm(regions_a, axis=1)[:, None] * np.linalg.norm(regions_b, axis=1), 1e-12)
    nearest = inner.argmax(1)
    chosen: list[RegionPair] = []
    for i in np.argsort(-inner.max(1), kind="stable"):
        j = nearest[i]
        if inner[:, j].argmax() != i or cosines[i, j] < LEAST_COSINE or len(chosen) == MOST_PAIRS:
            continue
        a, b = _plain(places_a[i]), _plain(places_b[j])
        if all(_overlap(a, pair.a) <= OVERLAP and _overlap(b, pair.b) <= OVERLAP for pair in chosen):
            chosen.append(RegionPair(len(chosen) + 1, a, b, round(float(cosines[i, j]), 4)))
    return tuple(chosen)


def _regions(cells: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each square of cells of ``REGION`` (n, C) and its place (n, 4), those left out that show bars of a
    letterbox."""
    height, width = (max(1, round(REGION * side)) for side in cells.shape[:2])
    means = sliding_window_view(cells, (height, width), axis=(0, 1)).mean((-2, -1)).reshape(-1, cells.shape[2])
    first = boxes[: cells.shape[0] - height + 1, : cells.shape[1] - width + 1, :2].reshape(-1, 2)
    last = boxes[height - 1 :, width - 1 :, 2:].reshape(-1, 2)
    places = np.concatenate([first, last], axis=1)
    shown = np.isfinite(places).all(1)
    return means[shown], places[shown]


def _overlap(one: Box, other: Box) -> float:
    """The part of ``one`` that ``other`` covers."""
    width, height = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0) / ((one[2] - one[0]) * (one[3] - one[1]))


def _plain(box: np.ndarray) -> Box:
    left, top, right, bottom = (round(float(value), 4) for value in box)
    return left, top, right, bottom


def _boxes(grid: tuple[int, int], size: tuple[int, int], geometry: str) -> np.ndarray:
    """Where the cells of a grid lie on a picture: ``Box`` of each, float64 (H, W, 4).

    NaN where a cell shows none of it."""
    height, width = grid
    top, left = np.mgrid[:height, :width]
    square = np.stack([left / width, top / height, (left + 1) / width, (top + 1) / height], axis=-1)
    if geometry != "squash":
        side = max(size) if geometry == "letterbox" else min(size)
        square = 0.5 + (square - 0.5) * side / np.array([*size, *size])
    boxes = square.clip(0, 1)
    boxes[(boxes[..., 2:] - boxes[..., :2] < 1e-6).any(-1)] = np.nan
    return boxes


def _cells(grid: np.ndarray) -> np.ndarray:
    """A map ``(C, H, W)`` as float64 (H, W, C)."""
    return np.asarray(grid, np.float64).transpose(1, 2, 0)


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-12))
