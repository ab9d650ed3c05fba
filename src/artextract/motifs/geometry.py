"""Fits the frame of a detail in a painting: shift, scale and turn, from which cells answer each other.

RANSAC over pairs of cells (M. Fischler, R. Bolles, "Random Sample Consensus", 1981), then least squares over what
agrees. Places are complex numbers, so that a similarity transform is z -> a z + b."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

import numpy as np

REACH = 2
"""Cells around its place in which the answer of a cell is looked for."""
AGREES = 1.0
"""Cells between where a transform puts a cell and where its answer is."""
SCALES = (0.65, 1.5)
MOST_TURN = 25.0
"""Degrees."""
TRIALS = 400
_STAY = 0.15
"""Weight of each cell's place as it was found, beside the answers, which hold a fit of few cells."""


@dataclass(frozen=True)
class Frame:
    """``box``: left, top, right, bottom as shares of the painting; the smallest upright one around the detail.

    ``turn`` in degrees, clockwise positive; ``agreeing`` the part of the detail's cells whose answers are where the
    transform puts them, each weighted by its likeness."""

    box: tuple[float, float, float, float]
    scale: float
    turn: float
    agreeing: float


def fitted_frame(detail: np.ndarray, painting: np.ndarray, row: int, column: int) -> Frame:
    """Where a detail ``(h, w, D)`` lies in a painting ``(H, W, D)``, unit vectors both, that was found at this row and
    column."""
    h, w, dim = detail.shape
    rows, columns = painting.shape[:2]
    y, x = np.mgrid[:h, :w]
    here = (x + 0.5 + 1j * (y + 0.5)).ravel()
    stay = here + column + 1j * row
    there, likeness = _answers(detail.reshape(-1, dim), painting, (y + row).ravel(), (x + column).ravel())
    weight = np.maximum(likeness, 0.0)
    a, b = _best(here, there, weight, column + 1j * row)
    agrees = np.abs(a * here + b - there) < AGREES
    a, b = _least_squares(
        np.concatenate([here[agrees], here]),
        np.concatenate([there[agrees], stay]),
        np.concatenate([weight[agrees], np.full(len(here), _STAY)]),
    )
    agreeing = float(weight[np.abs(a * here + b - there) < AGREES].sum() / len(here))
    corners = a * np.array([0, w, w + 1j * h, 1j * h]) + b
    left, right = (np.clip(f(corners.real) / columns, 0, 1) for f in (np.min, np.max))
    top, bottom = (np.clip(f(corners.imag) / rows, 0, 1) for f in (np.min, np.max))
    box = (round(float(left), 4), round(float(top), 4), round(float(right), 4), round(float(bottom), 4))
    return Frame(box, abs(a), math.degrees(cmath.phase(a)), agreeing)


def _answers(
    cells: np.ndarray, painting: np.ndarray, at_row: np.ndarray, at_column: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per cell the place in the painting, complex, of its best answer within ``REACH``, and how like it is."""
    rows, columns, dim = painting.shape
    likeness = (cells @ painting.reshape(-1, dim).T).reshape(-1, rows, columns)
    far = (np.abs(np.arange(rows)[None, :, None] - at_row[:, None, None]) > REACH) | (
        np.abs(np.arange(columns)[None, None, :] - at_column[:, None, None]) > REACH
    )
    likeness[far] = -2.0
    best = likeness.reshape(len(cells), -1).argmax(1)
    row, column = best // columns, best % columns
    return column + 0.5 + 1j * (row + 0.5), likeness.reshape(len(cells), -1).max(1)


def _best(here: np.ndarray, there: np.ndarray, weight: np.ndarray, start: complex) -> tuple[complex, complex]:
    """The transform, of those that pairs of cells give and of the mere shift ``start``, with which most agrees."""
    random = np.random.default_rng(0)
    one, other = random.integers(0, len(here), (2, TRIALS))
    apart = np.abs(here[one] - here[other]) > 1.5
    one, other = one[apart], other[apart]
    a = (there[other] - there[one]) / (here[other] - here[one])
    turn = np.abs(np.degrees(np.angle(a)))
    sane = (np.abs(a) >= SCALES[0]) & (np.abs(a) <= SCALES[1]) & (turn <= MOST_TURN)
    a = np.concatenate([[1.0], a[sane]])
    b = np.concatenate([[start], there[one][sane] - a[1:] * here[one][sane]])
    errors = np.abs(a[:, None] * here + b[:, None] - there)
    best = int((np.maximum(1 - errors / AGREES, 0) @ weight).argmax())
    return complex(a[best]), complex(b[best])


def _least_squares(here: np.ndarray, there: np.ndarray, weight: np.ndarray) -> tuple[complex, complex]:
    total = max(float(weight.sum()), 1e-9)
    middle, target = (weight @ here) / total, (weight @ there) / total
    spread = float(weight @ np.abs(here - middle) ** 2)
    a = complex(weight @ ((there - target) * np.conj(here - middle))) / spread if spread > 1e-9 else 1.0 + 0j
    return a, target - a * middle
