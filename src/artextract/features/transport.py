"""How far the colours of a painting have to be moved to become a wanted palette: the earth mover's distance (Y. Rubner,
C. Tomasi, L. J. Guibas, "The earth mover's distance as a metric for image retrieval", IJCV 40, 2000).

A colour that is missing costs its share times the way from the nearest colours that are left over, so a painting that
has one colour of two is far from both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SATURATION = 30.0
"""CIELAB units from which colours are simply others. Without it black stands for navy, which is less far from it than
from gold; chosen by eye."""
EPSILON = 0.5
"""Smoothing of the solution for three colours and more, in the units of ``ground``; the answer is less than ``EPSILON``
times the logarithm of their number below the distance."""
ROUNDS = 60
LOOKED_AT = 500
"""With two colours and more, so many paintings with the smallest lower bounds are measured."""
STEPS = 64
Floats = NDArray[np.float64]


def ground(centres: Floats, wanted: Floats) -> Floats:
    """The distance of each bin ``(B, 3)`` to each wanted colour ``(k, 3)``, float64 (B, k): that of CIELAB, levelling
    off at ``SATURATION``, as in section 4.1 of the paper above."""
    distances: Floats = np.sqrt(((centres[:, None] - wanted[None]) ** 2).sum(-1))
    return SATURATION * -np.expm1(-distances / SATURATION)


def transport(parts: Floats, distances: Floats, shares: Floats, allowed: NDArray[np.bool_] | None = None) -> Floats:
    """The mean way that colours have to be moved, in the units of ``distances``: float64 (n,) for paintings with the
    amounts ``parts`` (n, B), sums 1, of bins, to the ``shares`` (k,), sum 1, of colours at ``distances`` (B, k).

    With several colours the ``LOOKED_AT`` nearest of those ``allowed`` (n,) are measured; the others have a lower
    bound, and stand behind these. Of one and of two colours it is exact. Of more it is the dual of the entropic problem
    (M. Cuturi, "Sinkhorn distances", NeurIPS 2013), which is a lower bound too."""
    if len(shares) == 1:
        return np.asarray(parts @ distances[:, 0], dtype=np.float64)
    least = _least(parts, distances, shares)
    order = np.argsort(least if allowed is None else np.where(allowed, least, np.inf), kind="stable")
    near = order[:LOOKED_AT]
    exact = _of_two if len(shares) == 2 else _dual
    measured = np.maximum(exact(np.asarray(parts[near], dtype=np.float64), distances, shares), least[near])
    found = least if len(near) == len(least) else np.maximum(least, measured.max(initial=0.0))
    found[near] = measured
    return found


def _of_two(parts: Floats, distances: Floats, shares: Floats) -> Floats:
    """What is nearer to the first colour than to the second, in that order, becomes the first until there is enough."""
    order = np.argsort(distances[:, 0] - distances[:, 1], kind="stable")
    first = _filled(parts[:, order], shares[0])
    return np.asarray(first @ distances[order, 0] + (parts[:, order] - first) @ distances[order, 1])


def _filled(parts: Floats, share: float) -> Floats:
    """Of bins in their order, what is taken until there is a share: (n, B)."""
    before = np.cumsum(parts, axis=1) - parts
    return np.clip(share - before, 0, parts)


def _least(parts: Floats, distances: Floats, shares: Floats) -> Floats:
    """A lower bound: the dual with a price for one colour, the best of ``STEPS``, and none for the others."""
    best = np.full(len(parts), -np.inf)
    for colour, share in enumerate(shares[:1] if len(shares) == 2 else shares):
        others = np.delete(distances, colour, axis=1)
        reach = float(np.abs(others - distances[:, [colour]]).max())
        prices = np.linspace(-reach, reach, STEPS)
        cost = np.minimum(distances[:, [colour]] - prices, others.min(axis=1)[:, None])
        np.maximum(best, (parts @ cost.astype(parts.dtype) + share * prices).max(axis=1), out=best)
    return best


def _dual(parts: Floats, distances: Floats, shares: Floats) -> Floats:
    kernel = np.exp(-distances / EPSILON)
    price = np.ones((len(parts), len(shares)))
    for _ in range(ROUNDS):
        of_bins = parts / np.maximum(price @ kernel.T, 1e-250)
        price = shares / np.maximum(of_bins @ kernel, 1e-250)
    potential = EPSILON * np.log(price)
    nearest = np.full(parts.shape, np.inf)
    for colour in range(len(shares)):
        np.minimum(nearest, distances[:, colour] - potential[:, colour, None], out=nearest)
    return np.asarray(potential @ shares + (parts * nearest).sum(axis=1))
