"""Keypoints of a picture: corners (C. Harris and M. Stephens, 1988) at several scales, described upright by histograms
of gradients on a 4 x 4 grid (D. Lowe, IJCV 2004), compared after the square root of R. Arandjelovic and A. Zisserman
(CVPR 2012).

Places are in units of a picture's longer side: x to the right, y down, and the longer side goes from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

SIDE = 384
"""Keypoints are sought in pictures reduced to this longer side, in pixels; smaller ones are left as they are."""
KEYPOINTS = 300
"""At most so many a picture, shared among its scales and regions."""
BINS, CELLS, SPACING = 8, 4, 4
STEP = 2**0.5
"""From one scale to the next."""
MARGIN = 8
"""Pixels from the border of a scale in which no keypoint stands, half a descriptor."""

_GAUSSIAN = np.exp(-0.5 * (np.arange(7) / 1.5) ** 2)
_GAUSSIAN = (_GAUSSIAN / (2 * _GAUSSIAN.sum() - _GAUSSIAN[0])).astype(np.float32)
"""The middle and the right half of a Gaussian of deviation 1.5."""
_ARC_TANGENT = (-0.0117212, 0.05265332, -0.11643287, 0.19354346, -0.33262347, 0.99997726)
"""Coefficients of x^11, x^9 .. x of a minimax polynomial for the arc tangent of 0..1, whose error is below 3e-6."""
_SECTORS = np.array([0, 1, 3, 2, 7, 6, 4, 5])
"""By whether the gradient points up, left, and is steep."""
MIRRORED = (
    np.arange(CELLS * CELLS * BINS).reshape(CELLS, CELLS, BINS)[:, ::-1, (BINS // 2 - np.arange(BINS)) % BINS].ravel()
)
"""Where each number of a descriptor stands in that of the mirrored picture, and the other way round."""


@dataclass(frozen=True)
class Keypoints:
    """``points``: float32 (n, 3), x, y and size of a pixel of its scale.

    ``vectors``: uint8 (n, 128); ``extent``: width and height, the longer is 1."""

    points: np.ndarray
    vectors: np.ndarray
    extent: tuple[float, float]

    def mirrored(self) -> Keypoints:
        """Those of the picture seen in a mirror."""
        points = self.points.copy()
        points[:, 0] = self.extent[0] - points[:, 0]
        return Keypoints(points, self.vectors[:, MIRRORED], self.extent)


def find_keypoints(image: Image.Image) -> Keypoints:
    """The keypoints of an RGB picture; none in one without corners."""
    grey = image.convert("L")
    if max(grey.size) > SIDE:
        factor = SIDE / max(grey.size)
        grey = grey.resize(
            (max(1, round(grey.width * factor)), max(1, round(grey.height * factor))),
            Image.Resampling.BICUBIC,
            reducing_gap=2.0,
        )
    whole = np.asarray(grey, dtype=np.float32)
    extent = (grey.width / max(grey.size), grey.height / max(grey.size))
    points, vectors, level, left = [], [], 0, KEYPOINTS
    while True:
        factor = STEP**-level
        size = round(grey.width * factor), round(grey.height * factor)
        if min(size) < 2 * MARGIN + 8 or left <= 0:
            break
        pixels = (
            whole
            if level == 0
            else np.asarray(Image.fromarray(whole).resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
        )
        rows, columns, described = _level(pixels, round(left * 0.45))
        left -= len(rows)
        unit = np.array([extent[0] / size[0], extent[1] / size[1]])
        points.append(
            np.column_stack([(columns + 0.5) * unit[0], (rows + 0.5) * unit[1], np.full(len(rows), unit.mean())])
        )
        vectors.append(described)
        level += 1
    if not points:
        return Keypoints(np.empty((0, 3), np.float32), np.empty((0, BINS * CELLS**2), np.uint8), extent)
    return Keypoints(np.concatenate(points).astype(np.float32), np.concatenate(vectors), extent)


def _level(pixels: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and descriptors of the corners of one scale, the strongest of each of 4 x 4 regions."""
    smooth = gaussian_filter(pixels, 1.0)
    down, across = np.gradient(smooth)
    xx, yy, xy = (_blurred(product) for product in (across * across, down * down, across * down))
    corner = xx * yy
    corner -= xy * xy
    xx += yy
    xx += 1.0
    corner /= xx  # begins at row and column 6 of the pixels
    inner = corner[2:-2, 2:-2]  # and this at ``MARGIN``
    rows, columns = np.nonzero((inner == _highest(corner)) & (inner > 1.0))
    strength = inner[rows, columns]
    rows, columns = rows + MARGIN, columns + MARGIN
    region = rows * 4 // pixels.shape[0] * 4 + columns * 4 // pixels.shape[1]
    order = np.argsort(-strength, kind="stable")
    by_region = order[np.argsort(region[order], kind="stable")]
    counts = np.bincount(region, minlength=16)
    place = np.empty(len(order), dtype=int)  # how many of its region are stronger
    place[by_region] = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = order[np.argsort(place[order], kind="stable")][:most]
    rows, columns = rows[chosen], columns[chosen]
    return rows, columns, _describe(across, down, rows, columns)


def _blurred(values: np.ndarray) -> np.ndarray:
    """A Gaussian of deviation 1.5, where all of it lies within the picture: 6 pixels less on each side."""
    for _ in range(2):
        length = len(values) - 2 * (len(_GAUSSIAN) - 1)
        total = values[len(_GAUSSIAN) - 1 :][:length] * _GAUSSIAN[0]
        for away, weight in enumerate(_GAUSSIAN[1:], 1):
            both = values[len(_GAUSSIAN) - 1 - away :][:length] + values[len(_GAUSSIAN) - 1 + away :][:length]
            both *= weight
            total += both
        values = np.ascontiguousarray(total.T)
    return values


def _highest(values: np.ndarray) -> np.ndarray:
    """Of 5 x 5 pixels, 2 less on each side."""
    high = np.maximum(values[:-1], values[1:])
    high = np.maximum(np.maximum(high[:-3], high[2:-1]), values[4:])
    wide = np.maximum(high[:, :-1], high[:, 1:])
    most: np.ndarray = np.maximum(np.maximum(wide[:, :-3], wide[:, 2:-1]), high[:, 4:])
    return most


def _describe(across: np.ndarray, down: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    energy = _summed(_by_direction(across, down))  # begins at row and column 2 of the pixels
    offsets = np.rint((np.arange(CELLS) - (CELLS - 1) / 2) * SPACING).astype(int) - SPACING // 2
    at_rows, at_columns = rows[:, None, None] + offsets[:, None], columns[:, None, None] + offsets[None, :]
    vectors = energy[at_rows, at_columns].reshape(len(rows), BINS * CELLS**2)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    vectors = np.minimum(vectors, 0.2)
    vectors = np.sqrt(vectors / np.maximum(vectors.sum(1, keepdims=True), 1e-6))
    whole: np.ndarray = np.rint(np.minimum(vectors * 512, 255)).astype(np.uint8)
    return whole


def _by_direction(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """The gradients' strength, shared between the two of ``BINS`` directions next to theirs, float32 (h, w, 8).

    The sector of 45 degrees follows from signs, and the place in it from the arc tangent of 0..1."""
    x, y = np.abs(across), np.abs(down)
    steep, left, up = y > x, across < 0, down < 0
    ratio = np.minimum(x, y)
    ratio /= np.maximum(np.maximum(x, y), 1e-12)
    square = ratio * ratio
    turn = square * _ARC_TANGENT[0]
    for coefficient in _ARC_TANGENT[1:-1]:
        turn += coefficient
        turn *= square
    turn += _ARC_TANGENT[-1]
    turn *= ratio
    turn *= 4 / np.pi
    np.minimum(turn, 1.0, out=turn)
    x *= x
    y *= y
    x += y
    strength = np.sqrt(x, out=x)
    sector = _SECTORS[(up * 4 + left * 2 + steep).ravel()]
    backwards = (steep ^ left ^ up).ravel()
    turn = turn.ravel()
    share = np.where(backwards, 1 - turn, turn) * strength.ravel()
    energy = np.zeros((across.size, BINS), dtype=np.float32)
    flat, at = energy.reshape(-1), np.arange(0, energy.size, BINS)
    flat[at + sector] = strength.ravel() - share
    flat[at + (sector + 1) % BINS] = share
    return energy.reshape(*across.shape, BINS)


def _summed(values: np.ndarray) -> np.ndarray:
    """Sums over 5 x 5 pixels, 2 less on each side."""
    down = values[:-4] + values[1:-3]
    for row in (values[2:-2], values[3:-1], values[4:]):
        down += row
    total: np.ndarray = down[:, :-4] + down[:, 1:-3]
    for column in (down[:, 2:-2], down[:, 3:-1], down[:, 4:]):
        total += column
    return total
