"""Where one picture may lie upon another, by their keypoints alone.

Each match of two keypoints proposes a scale and a shift by itself, and the proposal that most others support is widened
to an affine map, as in J. Philbin et al. (CVPR 2007). Places are those of ``keypoints``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from artextract.search.works.keypoints import MIRRORED, Keypoints

FEWEST = 5
"""Distinct matches without which keypoints say nothing."""

Placing = tuple[np.ndarray, int]
"""An affine map (2, 3) from the first picture to the second, and how many distinct matches support it."""


def placings(first: Keypoints, others: Sequence[Keypoints]) -> list[tuple[Placing | None, Placing | None]]:
    """For each of ``others``, how the first lies upon it as it is and upon it seen in a mirror: what ``placing`` finds,
    with one matrix product for all of them."""
    count, ends = len(first.points), np.cumsum([0, *(len(other.points) for other in others)])
    if not count or not ends[-1]:
        return [(None, None)] * len(others)
    left = np.concatenate([first.vectors, first.vectors[:, MIRRORED]]).astype(np.float32)
    right = np.concatenate([other.vectors for other in others]).astype(np.float32)
    likeness = left @ right.T
    back = np.stack([likeness[:count].max(0), likeness[count:].max(0)])
    found: list[tuple[Placing | None, Placing | None]] = []
    for other, start, end in zip(others, ends[:-1], ends[1:], strict=True):
        if start == end:
            found.append((None, None))
            continue
        part = likeness[:, start:end]
        forth = part.argmax(1)
        mutual = (
            part[np.arange(len(part)), forth].reshape(2, -1) >= back[:, start:end][[[0], [1]], forth.reshape(2, -1)]
        )
        both: list[Placing | None] = []
        for own, nearest, mirrored in zip(mutual, forth.reshape(2, -1), (False, True), strict=True):
            rows = np.flatnonzero(own)
            if len(rows) < FEWEST:
                both.append(None)
                continue
            chosen = rows[np.sort(np.unique(nearest[rows], return_index=True)[1])]  # of equals the first
            points = other.points[nearest[chosen]]
            if mirrored:
                points[:, 0] = other.extent[0] - points[:, 0]
            both.append(_supported(first.points[chosen].astype(float), points.astype(float)))
        found.append((both[0], both[1]))
    return found


def placing(first: Keypoints, second: Keypoints) -> Placing | None:
    """The affine map (2, 3) from the first picture to the second that most matches support, and how many distinct ones
    do; None below ``FEWEST``. Matches are descriptors that are each other's nearest."""
    return placings(first, [second])[0][0]


def _supported(a: np.ndarray, b: np.ndarray) -> Placing | None:
    """The same for matches: places and sizes (n, 3) in the first and in the second picture."""
    if len(a) < FEWEST:
        return None
    scale = b[:, 2] / a[:, 2]
    shift = b[:, :2] - scale[:, None] * a[:, :2]
    near = _agreeing(a, b, scale, shift)
    support = near.sum(1)
    seed = int(support.argmax())
    if support[seed] < FEWEST:
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


def _agreeing(a: np.ndarray, b: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Which matches (columns) lie where the scale and shift of one (rows) would have them, at about its scale, bool (n,
    n)."""
    off = scale[:, None] * a[:, 0]
    off += shift[:, :1]
    off -= b[:, 0]
    off *= off
    down = scale[:, None] * a[:, 1]
    down += shift[:, 1:]
    down -= b[:, 1]
    down *= down
    off += down
    size = np.log(scale)
    near: np.ndarray = off < (0.06 * np.minimum(1, scale)[:, None]) ** 2
    near &= np.abs(size[:, None] - size) < np.log(1.6)
    return near


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
    """Least squares: an affine map where there are matches enough, else a scale and a shift for each side.

    None where these do not fix it."""
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
