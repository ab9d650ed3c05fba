"""How far the colours of a painting have to be moved to become a wanted palette: the earth mover's distance (Y. Rubner,
C. Tomasi, L. J. Guibas, "The earth mover's distance as a metric for image retrieval", IJCV 40, 2000).

A colour that is missing costs its share times the way from the nearest colours that are left over, so a painting that
has one colour of two is far from both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EPSILON = 1.0
"""Smoothing of the solution for three colours and more, in CIELAB units; the answer is less than ``EPSILON`` times the
logarithm of their number below the distance."""
ROUNDS = 120
LOOKED_AT = 1_500
"""With three colours and more, so many paintings with the smallest lower bounds are measured."""
Floats = NDArray[np.float64]


def ground(centres: Floats, wanted: Floats) -> Floats:
    """The distance of each bin ``(B, 3)`` to each wanted colour ``(k, 3)``, float64 (B, k), in the units of CIELAB."""
    distances: Floats = np.sqrt(((centres[:, None] - wanted[None]) ** 2).sum(-1))
    return distances


def transport(parts: Floats, distances: Floats, shares: Floats, allowed: NDArray[np.bool_] | None = None) -> Floats:
    """The mean way, in CIELAB units, that colours have to be moved: float64 (n,) for paintings with the amounts ``parts``
    (n, B), sums 1, of bins, to the ``shares`` (k,), sum 1, of colours at ``distances`` (B, k).

    Of one and of two colours it is exact. Of more, the ``LOOKED_AT`` nearest of those ``allowed`` (n,) are measured
    by the dual of the entropic problem (M. Cuturi, "Sinkhorn distances", NeurIPS 2013), which is a lower bound, and the
    others have one too, and stand behind these."""
    parts = np.asarray(parts, dtype=np.float64)
    if len(shares) == 1:
        return np.asarray(parts @ distances[:, 0])
    if len(shares) == 2:
        return _of_two(parts, distances, shares)
    least = _least(parts, distances, shares)
    order = np.argsort(np.where(allowed, least, np.inf) if allowed is not None else least, kind="stable")
    near = order[:LOOKED_AT]
    measured = np.maximum(_dual(parts[near], distances, shares), least[near])
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
    """A lower bound: every bin goes to its nearest colour, or every colour comes from the bins nearest to it."""
    going = parts @ distances.min(axis=1)
    coming = np.zeros(len(parts))
    for colour, share in enumerate(shares):
        order = np.argsort(distances[:, colour], kind="stable")
        coming += _filled(parts[:, order], share) @ distances[order, colour]
    return np.maximum(going, coming)


def _dual(parts: Floats, distances: Floats, shares: Floats) -> Floats:
    kernel = np.exp(-distances / EPSILON) + 1e-200
    price = np.ones((len(parts), len(shares)))
    for _ in range(ROUNDS):
        of_bins = parts / np.maximum(price @ kernel.T, 1e-250)
        price = shares / np.maximum(of_bins @ kernel, 1e-250)
    potential = EPSILON * np.log(price)
    nearest = np.full(parts.shape, np.inf)
    for colour in range(len(shares)):
        np.minimum(nearest, distances[:, colour] - potential[:, colour, None], out=nearest)
    return np.asarray(potential @ shares + (parts * nearest).sum(axis=1))
