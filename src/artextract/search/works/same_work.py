"""Whether two pictures show one work, found by laying one upon the other: keypoints give a first placing, pixels refine
and judge it.

A map is refined on the pixels by Gauss-Newton steps, as in S. Baker and I. Matthews (IJCV 2004), with gain and offset
removed, so that another exposure does no harm. Places are those of ``keypoints``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, uniform_filter

from artextract.search.works.keypoints import Keypoints
from artextract.search.works.placing import Placing, placings, plausible

GRID = 96
"""Longer side, in pixels, of the common ground on which two aligned pictures are compared."""
GLANCE = 48
"""The same for a first glance at what keypoints propose."""
HOPELESS = 0.4
"""A proposal that agrees less at a glance is not refined, and a refined one not once more. Of 166 proposals for pairs
made of 16 paintings (JPEG, half size, other tones, cut, turned, mirrored, details of 30, 45 and 60 % of each side,
warped and smoothed) the least agreed by 0.65 at a glance and by 0.66 refined; four in five of 121 others did not reach
0.4. A pair that agrees by 0.4 in the end has a confidence of 0.13 at most."""
BLOCK = 12
"""Side, in pixels, of the blocks whose correlation is measured."""
FLAT = 2.0
"""Grey levels of 255: contrast below this is taken for noise."""


@dataclass(frozen=True)
class Alignment:
    """How one picture lies upon another.

    ``matrix``: float (2, 3), from places of the first to places of the second, which is mirrored before where
    ``mirrored``. ``matches``: distinct keypoints that agree with it, 0 where none were needed. ``agreement``: mean
    correlation of their blocks on the common ground, -1..1, of those where one picture at least is not flat.
    ``colour``: root mean square difference of the colours there, 0..255, after blurring. ``covered``: shares of the
    first and of the second picture that the common ground takes, 0..1."""

    matrix: np.ndarray
    mirrored: bool
    matches: int
    agreement: float
    colour: float
    covered: tuple[float, float]


Opener = Callable[[], Image.Image]


def align(first: Opener, second: Opener, a: Keypoints, b: Keypoints, upright: bool = False) -> Alignment | None:
    """The best of what the keypoints propose, as seen and mirrored, and with ``upright`` also of both laid edge on
    edge; None where nothing proposes anything.

    ``first`` and ``second`` open the RGB pictures, which is done only where there is a proposal to judge. A proposal
    that is ``HOPELESS`` at a glance is none. ``upright`` is for pairs whose hashes agree: pictures without corners have
    no other proposal."""
    return best_of(first, second, placings(a, [b])[0], edges(a, b) if upright else None)


def edges(a: Keypoints, b: Keypoints) -> Placing:
    """The map that lays two pictures edge on edge, which no match supports."""
    return np.array([[b.extent[0] / a.extent[0], 0, 0], [0, b.extent[1] / a.extent[1], 0]]), 0


def best_of(
    first: Opener,
    second: Opener,
    proposed: tuple[Placing | None, Placing | None],
    upright: Placing | None = None,
) -> Alignment | None:
    """``align`` where it is known what the keypoints propose, as seen and mirrored. ``upright`` is tried both ways."""
    found: list[Alignment] = []
    for mirrored, proposal in zip((False, True), proposed, strict=True):
        starts = [start for start in (proposal, upright) if start is not None]
        if starts:
            picture = second().transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else second()
            found += [
                one
                for matrix, matches in starts
                if (not matches or _promising(first(), picture, matrix))
                and (one := judged(first(), picture, matrix, mirrored, matches)) is not None
            ]
            if any(one.agreement > 0.9 for one in found):
                break
    return max(found, key=lambda one: (one.agreement + 0.01 * min(one.matches, 20), not one.mirrored), default=None)


def judged(
    first: Image.Image, second: Image.Image, matrix: np.ndarray, mirrored: bool = False, matches: int = 0
) -> Alignment | None:
    """Refine a map from ``first`` to ``second`` (mirrored already) on the pixels and measure how well they agree.

    None without common ground."""
    matrix = np.asarray(matrix, dtype=float)
    best = None
    for _ in range(2):  # the common ground follows the refined map
        ground = _common_ground(first, second, matrix)
        if ground is None:
            break
        left, right, places = ground
        steps = _refined(left, right, places, matrix, _extent(second))
        for candidate in [matrix, steps] if best is None else [steps]:
            measured = _measured(first, second, left, right, places, candidate)
            if measured and (best is None or measured[0] > best[1][0]):
                best = candidate, measured
        if best is None or (matches and best[1][0] < HOPELESS):
            break
        matrix = best[0]
    if best is None:
        return None
    return Alignment(best[0], mirrored, matches, *best[1])


def _extent(image: Image.Image) -> tuple[float, float]:
    return image.width / max(image.size), image.height / max(image.size)


def _promising(first: Image.Image, second: Image.Image, matrix: np.ndarray) -> bool:
    """Whether two pictures agree at a glance, as a map lies that is not refined yet."""
    ground = _common_ground(first, second, matrix, GLANCE)
    measured = None if ground is None else _measured(first, second, *ground, matrix)
    return measured is not None and measured[0] >= HOPELESS


def _common_ground(
    first: Image.Image, second: Image.Image, matrix: np.ndarray, grid: int = GRID
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The part of ``first`` that may show what ``second`` shows, float32 (h, w, 3), all of ``second`` at that
    resolution, and the places of the part, (h, w, 2)."""
    box = _box(matrix, _extent(first), _extent(second))
    if box is None:
        return None
    (left, top, right, bottom), (width, height) = box, (box[2] - box[0], box[3] - box[1])
    step = max(width, height) / min(grid, max(first.size) * max(width, height))  # of first's places a pixel
    shape = max(BLOCK, round(width / step)), max(BLOCK, round(height / step))
    unit = max(first.size)
    area = (left * unit, top * unit, min(first.width, right * unit), min(first.height, bottom * unit))
    part = first.resize(shape, Image.Resampling.BILINEAR, box=area)
    scales = np.linalg.norm(matrix[:, :2], axis=0)
    size = tuple(
        max(2, min(side, round(side / max(second.size) / (step * scale))))
        for side, scale in zip(second.size, scales, strict=False)
    )
    other = second.resize(size, Image.Resampling.BILINEAR)
    x = left + (np.arange(shape[0]) + 0.5) * width / shape[0]
    y = top + (np.arange(shape[1]) + 0.5) * height / shape[1]
    places = np.stack(np.meshgrid(x, y), axis=2)
    return np.asarray(part, dtype=np.float32), np.asarray(other, dtype=np.float32), places


def _box(
    matrix: np.ndarray, first: tuple[float, float], second: tuple[float, float]
) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of ``second`` laid upon ``first``, in places of ``first`` and within it.

    None where less than a fiftieth of a side remains."""
    corners = np.array([[0, 0], [second[0], 0], [0, second[1]], [second[0], second[1]]])
    back = np.linalg.solve(matrix[:, :2], (corners - matrix[:, 2]).T).T
    left, top = np.clip(back.min(0), 0, first)
    right, bottom = np.clip(back.max(0), 0, first)
    return None if min(right - left, bottom - top) < 0.02 else (float(left), float(top), float(right), float(bottom))


def _sampled(
    picture: np.ndarray, places: np.ndarray, matrix: np.ndarray, extent: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """``picture`` (H, W, C) at mapped places, bilinear and going on as at its border, and which of them lie within
    it."""
    height, width, channels = picture.shape
    across = np.array([width / extent[0], height / extent[1]])
    mapped = places @ (matrix[:, :2].T * across) + (matrix[:, 2] * across - 0.5)
    columns, rows = mapped[..., 0], mapped[..., 1]
    inside = (columns > -1) & (rows > -1) & (columns < width) & (rows < height)
    columns, rows = np.clip(columns, 0, width - 1), np.clip(rows, 0, height - 1)
    left, top = columns.astype(np.intp), rows.astype(np.intp)
    right, below = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1) * width
    u, v = (columns - left)[..., None].astype(np.float32), (rows - top)[..., None].astype(np.float32)
    top *= width
    flat = picture.reshape(-1, channels)
    upper, lower = flat[top + left], flat[below + left]
    upper += u * (flat[top + right] - upper)
    lower += u * (flat[below + right] - lower)
    upper += v * (lower - upper)
    return upper, inside


def _refined(
    left: np.ndarray, right: np.ndarray, places: np.ndarray, matrix: np.ndarray, extent: tuple[float, float]
) -> np.ndarray:
    """The map after a few steps towards the least difference of the standardised greys, on blurred pictures first."""
    x, y = places[..., 0], places[..., 1]
    for blur, steps in ((4.0, 5), (1.5, 5)):
        target, source = gaussian_filter(left.mean(2), blur), gaussian_filter(right.mean(2), blur)
        down, across = np.gradient(source)
        stack = np.stack([source, across * source.shape[1] / extent[0], down * source.shape[0] / extent[1]], axis=2)
        for _ in range(steps):
            values, inside = _sampled(stack, places, matrix, extent)
            if inside.sum() < 50:
                return matrix
            seen, wanted = values[inside, 0], target[inside]
            spread = seen.std()
            if spread < FLAT or wanted.std() < FLAT:
                break
            error = (wanted - wanted.mean()) / wanted.std() - (seen - seen.mean()) / spread
            slopes = values[inside, 1:] / spread
            u, v = x[inside], y[inside]
            slope = np.column_stack(
                [slopes[:, 0] * u, slopes[:, 0] * v, slopes[:, 0], slopes[:, 1] * u, slopes[:, 1] * v, slopes[:, 1]]
            )
            slope -= slope.mean(0)
            change = np.linalg.solve(slope.T @ slope + 1e-3 * np.eye(6), slope.T @ error).reshape(2, 3)
            if not np.isfinite(change).all() or not plausible(matrix + change):
                return matrix
            matrix = matrix + change
            if np.abs(change).max() < 2e-4:
                break
    return matrix


def _measured(
    first: Image.Image, second: Image.Image, left: np.ndarray, right: np.ndarray, places: np.ndarray, matrix: np.ndarray
) -> tuple[float, float, tuple[float, float]] | None:
    """Agreement, difference of colour and shares covered; None where a fifth of the ground at least is not common."""
    seen, inside = _sampled(right, places, matrix, _extent(second))
    if inside.mean() < 0.2:
        return None
    a, b = (gaussian_filter(picture.mean(2), 0.7) for picture in (left, seen))
    kept = inside.astype(np.float32)
    weight = uniform_filter(kept, BLOCK)

    def local(values: np.ndarray) -> np.ndarray:
        mean: np.ndarray = uniform_filter(values * kept, BLOCK) / np.maximum(weight, 1e-3)
        return mean

    mean_a, mean_b = local(a), local(b)
    both, own, other = local(a * b) - mean_a * mean_b, local(a * a) - mean_a**2, local(b * b) - mean_b**2
    own, other = np.maximum(own, 0), np.maximum(other, 0)
    counted = inside & (weight > 0.5) & (np.maximum(own, other) > (2 * FLAT) ** 2)
    if not counted.any():
        return None
    agreement = float(
        (both / (np.sqrt(own * other) + FLAT**2))[counted].mean()
    )  # each place counts the same: an oval frame alone makes no two portraits one
    change = gaussian_filter(left - seen, 2.0, axes=(0, 1))
    colour = float(np.sqrt(np.mean(change[inside] ** 2)))
    shape = _extent(first)
    cell = (
        (places[0, -1, 0] - places[0, 0, 0])
        / max(1, places.shape[1] - 1)
        * (places[-1, 0, 1] - places[0, 0, 1])
        / max(1, places.shape[0] - 1)
    )
    ground = float(inside.sum() * cell)
    other_area = np.prod(_extent(second))
    other_ground = float(ground * abs(np.linalg.det(matrix[:, :2])) / other_area)
    return agreement, colour, (min(1.0, float(ground / np.prod(shape))), min(1.0, other_ground))


def rectangle(
    alignment: Alignment, first: Image.Image | tuple[int, int], second: Image.Image | tuple[int, int]
) -> tuple[float, float, float, float]:
    """Where the second picture lies in the first: left, top, right, bottom as fractions 0..1 of the first's width and
    height."""
    sizes = [picture if isinstance(picture, tuple) else picture.size for picture in (first, second)]
    extents = [(width / max(width, height), height / max(width, height)) for width, height in sizes]
    box = _box(alignment.matrix, *extents)
    width, height = extents[0]
    return (0.0, 0.0, 1.0, 1.0) if box is None else (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
