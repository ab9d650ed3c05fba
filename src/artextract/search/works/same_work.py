"""Whether two pictures show one work, found by laying one upon the other: keypoints give a first placing, pixels refine
and judge it.

Keypoints are corners (C. Harris and M. Stephens, 1988) at several scales, described upright by histograms of gradients
on a 4 x 4 grid (D. Lowe, IJCV 2004), compared after the square root of R. Arandjelovic and A. Zisserman (CVPR 2012).
Each match proposes a scale and a shift by itself, and the proposal that most others support is widened to an affine
map, as in J. Philbin et al. (CVPR 2007). The map is refined on the pixels by Gauss-Newton steps, as in S. Baker and I.
Matthews (IJCV 2004), with gain and offset removed, so that another exposure does no harm.

Places are in units of a picture's longer side: x to the right, y down, and the longer side goes from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter, uniform_filter

SIDE = 384
"""Keypoints are sought in pictures reduced to this longer side, in pixels; smaller ones are left as they are."""
KEYPOINTS = 300
"""At most so many a picture, shared among its scales and regions."""
BINS, CELLS, SPACING = 8, 4, 4
STEP = 2**0.5
"""From one scale to the next."""
MARGIN = 8
"""Pixels from the border of a scale in which no keypoint stands, half a descriptor."""
GRID = 96
"""Longer side, in pixels, of the common ground on which two aligned pictures are compared."""
BLOCK = 12
"""Side, in pixels, of the blocks whose correlation is measured."""
FLAT = 2.0
"""Grey levels of 255: contrast below this is taken for noise."""
FEWEST = 5
"""Distinct matches without which keypoints say nothing."""

_MIRRORED = (
    np.arange(CELLS * CELLS * BINS).reshape(CELLS, CELLS, BINS)[:, ::-1, (BINS // 2 - np.arange(BINS)) % BINS].ravel()
)


@dataclass(frozen=True)
class Keypoints:
    """``points``: float32 (n, 3), x, y and size of a pixel of its scale; ``vectors``: uint8 (n, 128); ``extent``: width
    and height, the longer is 1."""

    points: np.ndarray
    vectors: np.ndarray
    extent: tuple[float, float]

    def mirrored(self) -> Keypoints:
        """Those of the picture seen in a mirror."""
        points = self.points.copy()
        points[:, 0] = self.extent[0] - points[:, 0]
        return Keypoints(points, self.vectors[:, _MIRRORED], self.extent)


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
    xx, yy, xy = (gaussian_filter(product, 1.5) for product in (across * across, down * down, across * down))
    corner = (xx * yy - xy * xy) / (xx + yy + 1.0)
    peak = (corner == maximum_filter(corner, 5)) & (corner > 1.0)
    peak[:MARGIN] = peak[-MARGIN:] = False
    peak[:, :MARGIN] = peak[:, -MARGIN:] = False
    rows, columns = np.nonzero(peak)
    region = rows * 4 // pixels.shape[0] * 4 + columns * 4 // pixels.shape[1]
    order = np.argsort(-corner[rows, columns], kind="stable")
    place = np.empty(len(order), dtype=int)  # how many of its region are stronger
    for number in range(16):
        own = order[region[order] == number]
        place[own] = np.arange(len(own))
    chosen = order[np.argsort(place[order], kind="stable")][:most]
    rows, columns = rows[chosen], columns[chosen]
    return rows, columns, _describe(across, down, rows, columns)


def _describe(across: np.ndarray, down: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    strength = np.hypot(across, down)
    turn = np.arctan2(down, across) * (BINS / (2 * np.pi)) % BINS
    lower = np.floor(turn).astype(int) % BINS
    share = (turn - np.floor(turn)).astype(np.float32)
    energy = np.zeros((BINS, *across.shape), dtype=np.float32)
    for number in range(BINS):
        np.copyto(energy[number], strength * (1 - share), where=lower == number)
        np.copyto(energy[number], strength * share, where=(lower + 1) % BINS == number)
        energy[number] = uniform_filter(energy[number], SPACING + 1)
    offsets = (np.arange(CELLS) - (CELLS - 1) / 2) * SPACING
    at_rows = np.clip(np.rint(rows[:, None, None] + offsets[:, None]).astype(int), 0, across.shape[0] - 1)
    at_columns = np.clip(np.rint(columns[:, None, None] + offsets[None, :]).astype(int), 0, across.shape[1] - 1)
    vectors = energy[:, at_rows, at_columns].transpose(1, 2, 3, 0).reshape(len(rows), BINS * CELLS**2)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    vectors = np.clip(vectors, 0, 0.2)  # the running sums of a filter may end a little below 0
    vectors = np.sqrt(vectors / np.maximum(vectors.sum(1, keepdims=True), 1e-6))
    whole: np.ndarray = np.rint(np.minimum(vectors * 512, 255)).astype(np.uint8)
    return whole


def placing(first: Keypoints, second: Keypoints) -> tuple[np.ndarray, int] | None:
    """The affine map (2, 3) from the first picture to the second that most matches support, and how many distinct ones
    do; None below ``FEWEST``."""
    pairs = matched(first.vectors, second.vectors)
    if len(pairs) < FEWEST:
        return None
    a, b = first.points[pairs[:, 0]].astype(float), second.points[pairs[:, 1]].astype(float)
    scale = b[:, 2] / a[:, 2]
    shift = b[:, :2] - scale[:, None] * a[:, :2]
    error = np.linalg.norm(scale[:, None, None] * a[None, :, :2] + shift[:, None] - b[None, :, :2], axis=2)
    near = (error < 0.06 * np.minimum(1, scale)[:, None]) & (np.abs(np.log(scale[:, None] / scale[None])) < np.log(1.6))
    seed = int(near.sum(1).argmax())
    if near[seed].sum() < FEWEST:
        return None
    matrix, chosen = np.array([[scale[seed], 0, shift[seed, 0]], [0, scale[seed], shift[seed, 1]]]), near[seed]
    for tolerance in (0.05, 0.04, 0.03, 0.02, 0.02):
        fitted = _fit(a[chosen, :2], b[chosen, :2])
        if fitted is None or not plausible(fitted):
            break
        matrix = fitted
        chosen = np.linalg.norm(a[:, :2] @ matrix[:, :2].T + matrix[:, 2] - b[:, :2], axis=1) < tolerance * min(
            1.0, _enlarged(matrix)
        )
        if chosen.sum() < FEWEST:
            return None
    count = min(
        _distinct(a[chosen], min(1.0, 1 / _enlarged(matrix))), _distinct(b[chosen], min(1.0, _enlarged(matrix)))
    )
    return (matrix, count) if count >= FEWEST else None


def matched(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pairs of descriptors that are each other's nearest, ``int (m, 2)``."""
    if not len(first) or not len(second):
        return np.empty((0, 2), dtype=int)
    a, b = first.astype(np.float32), second.astype(np.float32)
    likeness = a @ b.T
    forth, back = likeness.argmax(1), likeness.argmax(0)
    own = np.flatnonzero(back[forth] == np.arange(len(a)))
    return np.column_stack([own, forth[own]])


def plausible(matrix: np.ndarray) -> bool:
    """Whether a map is one between two photographs of a painting: not turned by more than 15 degrees, nor stretched by
    more than 1.8."""
    sizes = np.linalg.svd(matrix[:, :2], compute_uv=False)
    angles = np.degrees([np.arctan2(matrix[1, 0], matrix[0, 0]), np.arctan2(-matrix[0, 1], matrix[1, 1])])
    return bool(
        np.linalg.det(matrix[:, :2]) > 0
        and sizes[0] < 8
        and sizes[1] > 1 / 8
        and sizes[0] < 1.8 * sizes[1]
        and np.abs(angles).max() < 15
    )


def _enlarged(matrix: np.ndarray) -> float:
    return float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))


def _fit(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """Least squares: an affine map where there are matches enough, else a scale and a shift for each side; None where
    these do not fix it."""
    if len(a) >= 10:
        solution, _, rank, _ = np.linalg.lstsq(np.column_stack([a, np.ones(len(a))]), b, rcond=1e-3)
        return solution.T if rank == 3 else None
    spread = a.std(0)
    if spread.min() < 1e-3:
        return None
    sizes = ((a - a.mean(0)) * (b - b.mean(0))).mean(0) / spread**2
    return np.column_stack([np.diag(sizes), b.mean(0) - sizes * a.mean(0)])


def _distinct(points: np.ndarray, size: float) -> int:
    """Places more than about 3 % of the common ground apart: one corner seen at three scales counts once."""
    return len(np.unique(np.floor(points[:, :2] / (0.03 * size)).astype(int), axis=0))


Opener = Callable[[], Image.Image]


def align(first: Opener, second: Opener, a: Keypoints, b: Keypoints, upright: bool = False) -> Alignment | None:
    """The best of what the keypoints propose, as seen and mirrored, and with ``upright`` also of both laid edge on
    edge; None where nothing proposes anything.

    ``first`` and ``second`` open the RGB pictures, which is done only where there is a proposal to judge. ``upright``
    is for pairs whose hashes agree: pictures without corners have no other proposal."""
    found = []
    for mirrored in (False, True):
        proposal = placing(a, b.mirrored() if mirrored else b)
        starts = [proposal] if proposal else []
        if upright:
            starts.append((np.array([[b.extent[0] / a.extent[0], 0, 0], [0, b.extent[1] / a.extent[1], 0]]), 0))
        if starts:
            picture = second().transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else second()
            found += [
                one
                for matrix, matches in starts
                if (one := judged(first(), picture, matrix, mirrored, matches)) is not None
            ]
            if any(one.agreement > 0.9 for one in found):
                break
    return max(found, key=lambda one: (one.agreement + 0.01 * min(one.matches, 20), not one.mirrored), default=None)


def judged(
    first: Image.Image, second: Image.Image, matrix: np.ndarray, mirrored: bool = False, matches: int = 0
) -> Alignment | None:
    """Refine a map from ``first`` to ``second`` (mirrored already) on the pixels and measure how well they agree; None
    without common ground."""
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
        matrix = best[0] if best else matrix
    if best is None:
        return None
    return Alignment(best[0], mirrored, matches, *best[1])


def _extent(image: Image.Image) -> tuple[float, float]:
    return image.width / max(image.size), image.height / max(image.size)


def _common_ground(
    first: Image.Image, second: Image.Image, matrix: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The part of ``first`` that may show what ``second`` shows, float32 (h, w, 3), all of ``second`` at that
    resolution, and the places of the part, (h, w, 2)."""
    box = _box(matrix, _extent(first), _extent(second))
    if box is None:
        return None
    (left, top, right, bottom), (width, height) = box, (box[2] - box[0], box[3] - box[1])
    step = max(width, height) / min(GRID, max(first.size) * max(width, height))  # of first's places a pixel
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
    """Left, top, right, bottom of ``second`` laid upon ``first``, in places of ``first`` and within it; None where less
    than a fiftieth of a side remains."""
    corners = np.array([[0, 0], [second[0], 0], [0, second[1]], [second[0], second[1]]])
    back = np.linalg.solve(matrix[:, :2], (corners - matrix[:, 2]).T).T
    left, top = np.clip(back.min(0), 0, first)
    right, bottom = np.clip(back.max(0), 0, first)
    return None if min(right - left, bottom - top) < 0.02 else (float(left), float(top), float(right), float(bottom))


def _sampled(
    picture: np.ndarray, places: np.ndarray, matrix: np.ndarray, extent: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """``picture`` (H, W, C) at mapped places, and which of them lie within it."""
    mapped = places @ matrix[:, :2].T + matrix[:, 2]
    columns, rows = (
        mapped[..., 0] / extent[0] * picture.shape[1] - 0.5,
        mapped[..., 1] / extent[1] * picture.shape[0] - 0.5,
    )
    inside = (columns > -1) & (rows > -1) & (columns < picture.shape[1]) & (rows < picture.shape[0])
    values = np.stack(
        [map_coordinates(picture[..., c], [rows, columns], order=1, mode="nearest") for c in range(picture.shape[2])],
        axis=-1,
    )
    return values, inside


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
    blurred = [np.stack([gaussian_filter(picture[..., c], 2.0) for c in range(3)], axis=2) for picture in (left, seen)]
    colour = float(np.sqrt(np.mean((blurred[0] - blurred[1])[inside] ** 2)))
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
