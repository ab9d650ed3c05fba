"""Compares a detail with every place of a painting, all of its cells at once.

The score of a place is the mean, over the cells of the detail, of the best cosine within one cell of where it should
be: so a detail may be a little turned, stretched or redrawn, but its parts must keep their order. What is alike in
whatever order, the cosine of the means, is taken off, as in a covariance: else bare paper, a black ground or a plain
sky, whose cells are all alike, would be found in each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from artextract.motifs import CELLS
from artextract.motifs.network import LocalNetwork, grid_of
from artextract.motifs.projection import Projection

SHARES = (0.015, 0.03, 0.06, 0.12, 0.24, 0.4)
"""Of a painting's surface, that the detail may cover: each is searched for."""
FEWEST = 4
"""Cells that a detail has at least."""


@dataclass(frozen=True)
class Variant:
    """A detail as it would look if it covered the share number ``step`` of a painting, ``mirrored`` or not: unit
    vectors ``cells`` float32 (h, w, 64)."""

    step: int
    mirrored: bool
    cells: np.ndarray


def variants(image: Image.Image, network: LocalNetwork, projection: Projection, mirrored: bool = True) -> list[Variant]:
    """What is searched for where a picture is a detail; also of its mirror image."""
    found = []
    for turned in (False, True) if mirrored else (False,):
        picture = ImageOps.mirror(image) if turned else image
        for step, share in enumerate(SHARES):
            grid = grid_of(image.size, CELLS * share, 2)
            if grid[0] * grid[1] >= FEWEST:
                found.append(Variant(step, turned, projection(network.describe(picture, grid))))
    return found


def compare(detail: np.ndarray, paintings: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of unit vectors ``detail`` (h, w, D) and ``paintings`` (n, H, W, D), per painting the best score, float32 (n,),
    and the row and column of that place's first cell, int64 (n,) each; -inf where the detail is larger than they
    are."""
    (h, w, dim), (n, rows, columns, _) = detail.shape, paintings.shape
    if h > rows or w > columns:
        nowhere = np.zeros(n, np.int64)
        return np.full(n, -np.inf, np.float32), nowhere, nowhere
    likeness = _spread(detail.reshape(-1, dim) @ paintings.reshape(-1, dim).T, (h * w, n, rows, columns))
    high, wide = rows - h + 1, columns - w + 1
    sums = np.zeros((n, high, wide), np.float32)
    for cell in range(h * w):
        row, column = divmod(cell, w)
        sums += likeness[cell, :, row : row + high, column : column + wide]
    flat = (sums / (h * w) - _unordered(detail, paintings)).reshape(n, -1)
    best = flat.argmax(1)
    return flat[np.arange(n), best], best // wide, best % wide


def _unordered(detail: np.ndarray, paintings: np.ndarray) -> np.ndarray:
    """The mean cosine of all cells of the detail with all cells of each place of its size, whichever lie where."""
    h, w, dim = detail.shape
    cosines = np.einsum("nhwd,d->nhw", paintings, detail.reshape(-1, dim).mean(0), dtype=np.float64)
    sums = np.pad(cosines.cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    windows = sums[:, h:, w:] - sums[:, :-h, w:] - sums[:, h:, :-w] + sums[:, :-h, :-w]
    means: np.ndarray = (windows / (h * w)).astype(np.float32)
    return means


def _spread(likeness: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Each cell's largest value among itself and its eight neighbours."""
    values = likeness.reshape(shape)
    across = values.copy()
    np.maximum(across[..., 1:], values[..., :-1], out=across[..., 1:])
    np.maximum(across[..., :-1], values[..., 1:], out=across[..., :-1])
    down = across.copy()
    np.maximum(down[..., 1:, :], across[..., :-1, :], out=down[..., 1:, :])
    np.maximum(down[..., :-1, :], across[..., 1:, :], out=down[..., :-1, :])
    return down
