"""Closed outlines, as arrays of (x, y) points in pixels, that the scenes are built from."""

from __future__ import annotations

import numpy as np


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """An upright rectangle."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=float)


def ellipse(x: float, y: float, rx: float, ry: float, tilt: float = 0.0, points: int = 40) -> np.ndarray:
    """An ellipse about (x, y), turned by `tilt` radians."""
    t = np.linspace(0, 2 * np.pi, points, endpoint=False)
    px, py = rx * np.cos(t), ry * np.sin(t)
    return np.stack([x + px * np.cos(tilt) - py * np.sin(tilt), y + px * np.sin(tilt) + py * np.cos(tilt)], axis=1)


def blob(x: float, y: float, rx: float, ry: float, lobes: int, rng: np.random.Generator) -> np.ndarray:
    """A lumpy ellipse, such as a tree's crown or a cloud; `lobes` sets how many bumps it has."""
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    bumps = 1 + 0.10 * np.abs(np.sin(t * lobes / 2 + rng.uniform(0, 6))) + 0.06 * np.sin(3 * t + rng.uniform(0, 6))
    return np.stack([x + rx * bumps * np.cos(t), y + ry * bumps * np.sin(t)], axis=1)


def ridge(width: float, base: float, height: float, floor: float, waves: float, rng: np.random.Generator) -> np.ndarray:
    """Rolling land across the whole width: its crest lies 0..`height` above `base`, its foot at `floor`."""
    x = np.linspace(-0.03, 1.03, 60)
    phase = rng.uniform(0, 2 * np.pi, 3)
    crest = np.sin(x * waves * np.pi + phase[0]) + 0.5 * np.sin(x * waves * 2.3 * np.pi + phase[1])
    crest += 0.18 * np.sin(x * waves * 6.1 * np.pi + phase[2])
    crest = (crest - crest.min()) / (crest.max() - crest.min())
    top = np.stack([x * width, base - height * crest], axis=1)
    return np.concatenate([top, [(1.03 * width, floor), (-0.03 * width, floor)]])


def band(xs: np.ndarray, ys: np.ndarray, half: np.ndarray) -> np.ndarray:
    """A strip along a horizontal-ish or vertical-ish centre line: `half` is its half width across x at each point."""
    return np.concatenate([np.stack([xs - half, ys], 1), np.stack([xs + half, ys], 1)[::-1]])


def turned(x: float, foot: float, radii: np.ndarray, heights: np.ndarray, roundness: float = 0.22) -> np.ndarray:
    """The silhouette of a thing turned on a wheel (bottle, vase, bowl), standing at (x, foot).

    radii at `heights` above the foot, from the foot up; joined smoothly. roundness: how far the foot bulges down, as
    a share of its radius, because we look at it slightly from above.
    """
    up = np.linspace(heights[0], heights[-1], 40)
    r = np.interp(up, heights, radii)
    r = np.convolve(np.pad(r, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    arc = np.linspace(0, np.pi, 14)[1:-1]
    base = np.stack([x + r[0] * np.cos(arc), foot + roundness * r[0] * np.sin(arc)], axis=1)
    return np.concatenate([np.stack([x - r, foot - up], 1), np.stack([x + r, foot - up], 1)[::-1], base])


def smooth(points: np.ndarray, rounds: int = 2) -> np.ndarray:
    """A closed outline with its corners cut, `rounds` times over."""
    points = np.asarray(points, dtype=float)
    for _ in range(rounds):
        following = np.roll(points, -1, axis=0)
        points = np.stack([points * 0.75 + following * 0.25, points * 0.25 + following * 0.75], 1).reshape(-1, 2)
    return points
