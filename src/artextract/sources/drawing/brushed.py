"""Styles built of separate marks: strokes, dots, swirls, hatching and drips."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from artextract.sources.drawing import marks
from artextract.sources.drawing.artists import Hand
from artextract.sources.drawing.colour import luma, mix
from artextract.sources.drawing.stage import Scene


def broken_strokes(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Impressionist: short strokes that follow the form, over a ground that shows between them."""
    ground = mix(scene.palette.warm, scene.palette.land, rng.uniform(0.2, 0.8))
    under = ndimage.uniform_filter(scene.lit, (9, 9, 0)) * 0.6 + ground * 0.4
    sheet = marks.canvas(under)
    detail = ndimage.gaussian_gradient_magnitude(luma(scene.lit), 1.5)
    # Spacing, length, width, play of colour, and the share of the picture too calm for strokes this fine.
    broad, middling = (15, 30, 10, 0.045, 0.0), (9.5, 19, 6.2, 0.055, 0.0)
    fine, finest = (5.6, 10, 3.4, 0.045, 0.78), (3.6, 6, 2.2, 0.02, 0.92)
    for step, long, wide, reach, calm in (broad, middling, fine, finest):
        x, y = marks.scattered(scene.size, step, rng)
        keep = marks.picked(detail, x, y) >= (np.quantile(detail, calm) if calm else 0)
        x, y = x[keep], y[keep]
        n = len(x)
        angle = marks.picked(scene.angle, x, y) + hand.tilt * 0.7 + rng.normal(0, 0.22, n)
        length = long * hand.length * rng.uniform(0.7, 1.25, n)
        colour = marks.picked(scene.lit, x, y) + marks.spread_of_hue(rng, n, reach)
        # Shadows are violet-blue rather than grey.
        depth = np.clip(0.85 - marks.picked(scene.shade, x, y), 0, 0.6)[:, None]
        colour = colour + depth * np.array([0.0, -0.06, 0.16])
        widths = wide * hand.width * rng.uniform(0.75, 1.2, n)
        marks.ribbons(sheet, marks.arcs(x, y, angle, length, rng.normal(0, 0.07, n)), widths, colour)
    return marks.impasto(marks.scaled_down(sheet), 0.35 + 0.65 * hand.relief)


def points(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Pointillist: dots of unmixed colour that add up to the scene from a distance."""
    w, h = scene.size
    paper = mix(scene.palette.pale, scene.palette.glow, rng.uniform(0.1, 0.9))
    pixels = np.empty((2 * h, 2 * w, 3), np.uint8)
    pixels[:] = np.rint((paper * 0.75 + 0.25 * scene.flat.mean((0, 1))) * 255)
    size = 0.85 + 0.5 * (hand.width - 0.8)
    # Three ways to miss the colour, which together hit it.
    misses = np.array([[0.26, 0.02, -0.24], [-0.20, 0.06, 0.22], [-0.06, -0.08, 0.02]])
    for spacing, radius in ((7.2, 8.0), (5.4, 5.4), (5.6, 3.9)):
        x, y = marks.scattered(scene.size, spacing * size, rng)
        n = len(x)
        miss = misses[rng.integers(0, 3, n)] * rng.uniform(0.5, 1.15, n)[:, None]
        colour = marks.picked(scene.lit, x, y) + miss + rng.normal(0, 0.03, (n, 3))
        marks.dots(pixels, x * 2, y * 2, radius * size, colour)
    return marks.halved(pixels)


def swirls(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Long curved strokes that run in currents and eddies."""
    w, h = scene.size
    u = min(w, h)
    field_x, field_y = np.cos(scene.angle), np.sin(scene.angle)
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    wave = marks.soft_noise(rng, scene.size, 5) * 0.55 + hand.tilt * 0.5
    # Eddies stir open ground, air and water, not things; a soft border lets them part around a thing.
    loose = 1 - ndimage.uniform_filter(scene.solid.astype(np.float32), 9)
    loose[scene.solid] = 0.12
    vx, vy = np.cos(wave), np.sin(wave)
    for _ in range(int(rng.integers(3, 6))):
        cx, cy = rng.uniform(0.05, 0.95) * w, rng.uniform(0.05, 0.55) * h
        dx, dy = xx - cx, yy - cy
        pull = np.exp(-(dx**2 + dy**2) / (u * rng.uniform(0.10, 0.19)) ** 2) * 3.2
        r = np.sqrt(dx**2 + dy**2) + 1e-3
        turn = rng.choice([-1, 1])
        vx, vy = vx + pull * (-dy / r) * turn, vy + pull * (dx / r) * turn
    vx, vy = field_x * (1 - loose) + vx * loose, field_y * (1 - loose) + vy * loose
    flow = np.arctan2(vy, vx).astype(np.float32)
    sheet = marks.canvas(ndimage.uniform_filter(scene.lit, (7, 7, 0)) * 0.75 + scene.palette.dark * 0.2)
    detail = ndimage.gaussian_gradient_magnitude(luma(scene.lit), 1.5)
    busy = np.quantile(detail, 0.82)
    for step, stride, wide in ((12, 4.4, 6.0), (9.0, 3.2, 4.2), (5.0, 1.3, 2.5)):
        x, y = marks.scattered(scene.size, step, rng)
        if step < 8:
            keep = marks.picked(detail, x, y) > busy
            x, y = x[keep], y[keep]
        n = len(x)
        strides = np.where(marks.picked(scene.solid, x, y), 0.6, 1.0) * stride * hand.length
        paths = _followed(flow, x, y, 5, strides)
        colour = marks.picked(scene.lit, x, y) * 1.02
        beat = np.where(rng.random(n) < 0.5, 0.075, -0.075)[:, None]
        colour = colour + beat + marks.spread_of_hue(rng, n, 0.045)
        marks.ribbons(sheet, paths, wide * hand.width * rng.uniform(0.7, 1.15, n), colour)
    return marks.impasto(marks.scaled_down(sheet), 0.6 + 0.4 * hand.relief)


def _followed(flow: np.ndarray, x: np.ndarray, y: np.ndarray, steps: int, stride: np.ndarray) -> np.ndarray:
    """Paths (n, 2 * steps + 1, 2) that follow a field of directions both ways from points (x, y)."""
    path = [np.stack([x, y], axis=1)]
    for way in (-1, 1):
        for _ in range(steps):
            angle = marks.picked(flow, path[-1][:, 0], path[-1][:, 1])
            path.append(path[-1] + (way * stride)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))
        # After the way back the path ends at its start again, ready for the way forth.
        path = path[::-1] if way < 0 else path
    return np.stack(path, axis=1)


def hatching(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Ink lines crossed over one another where it is dark, on washed and toned paper."""
    w, h = scene.size
    p = scene.palette
    paper = mix(p.pale, (p.glow, p.land, p.sky)[int(rng.integers(3))], rng.uniform(0.15, 0.75))
    ink = mix(p.dark, (p.warm, p.far, p.leaf)[int(rng.integers(3))], rng.uniform(0, 0.35)) * 0.8
    tone = luma(scene.lit)
    low, middle, high = np.quantile(tone[::3, ::3], (0.03, 0.5, 0.96))
    dark = 1 - np.clip((tone - low) / max(high - low, 0.05), 0, 1)
    # Hold the middle tone to one layer of lines, so that the paper stays open.
    half_dark = np.clip((high - middle) / max(high - low, 0.05), 0.15, 0.85)
    dark = dark ** np.float32(np.clip(np.log(0.36) / np.log(half_dark), 0.6, 2.5))
    wash = rng.uniform(0.25, 0.6)
    sheet = paper * (1 - wash) + paper * ndimage.uniform_filter(scene.flat, (5, 5, 0)) * wash * 1.15
    number = np.ascontiguousarray(scene.pieces[::2, ::2])
    leaning = rng.normal(0, 0.30, 256).astype(np.float32)[number]
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    wobble = marks.soft_noise(rng, scene.size, 14) * 1.3
    pressure = 0.8 + 0.22 * marks.soft_noise(rng, scene.size, 40)
    step = 5.0 * (0.75 + 0.35 * hand.width)
    cover = np.zeros((h, w), np.float32)
    for turn, start in ((0.75, 0.16), (-0.75, 0.42), (0.05, 0.62), (1.5, 0.80)):
        angle = turn + hand.tilt + leaning
        across = (yy * np.cos(angle) - xx * np.sin(angle) + wobble) / step
        gap = np.abs(across - np.rint(across)) * step
        half = np.clip((dark - start) * 2.2, 0, 1) * pressure * (0.32 * step * (0.6 + 0.4 * hand.line))
        cover = np.maximum(cover, np.clip(half - gap + 0.5, 0, 1) * (half > 0.18))
    outline = marks.key_lines(scene.pieces, 3 if hand.line > 1 else 2) * np.clip(pressure, 0.4, 1)
    cover = np.maximum(cover, outline)[..., None]
    drawn: np.ndarray = sheet * (1 - cover) + ink * cover
    return drawn


def drips(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Paint poured and flung all over; the scene only decides which colour falls where."""
    w, h = scene.size
    u = min(w, h)
    p = scene.palette
    soft = ndimage.uniform_filter(scene.flat, (u // 7, u // 7, 0))
    ground = mix(scene.flat.mean((0, 1)), (p.pale, p.dark, p.land)[int(rng.integers(3))], rng.uniform(0.2, 0.6))
    sheet = marks.canvas(ground * 0.55 + soft * 0.45)
    seen = ndimage.uniform_filter(scene.lit, (7, 7, 0))
    colours = np.stack([p.dark, p.pale, p.warm, p.far, p.land, p.sky, p.leaf])[rng.permutation(7)]
    for layer, colour in enumerate(np.concatenate([colours, colours[:3]])):
        n, k = int(rng.integers(10, 17)), 64
        # The arm swings: its turning changes smoothly, and now and then a line loops.
        turning = ndimage.gaussian_filter1d(rng.normal(0, 0.62, (n, k)), 2.5, axis=1) + rng.normal(0, 0.05, (n, 1))
        heading = rng.uniform(0, 2 * np.pi, (n, 1)) + np.cumsum(turning, axis=1)
        stride = u * 0.021 * hand.length
        x = rng.uniform(-0.1, 1.1, (n, 1)) * w + np.cumsum(np.cos(heading), 1) * stride
        y = rng.uniform(-0.1, 1.1, (n, 1)) * h + np.cumsum(np.sin(heading), 1) * stride
        flow = ndimage.gaussian_filter1d(rng.normal(0, 1.5, (n, k)), 3, axis=1)
        thick = u * 0.0062 * hand.width * rng.lognormal(0, 0.5, (n, 1)) * np.clip(0.9 + 0.6 * flow, 0.25, 2)
        _pour(sheet, x, y, thick, colour, seen, 0.45 if layer % 2 else 0.8)
    pixels = np.array(sheet)
    for radius in (2.0, 3.4, 5.5):
        n = int(900 / radius)
        x, y = rng.uniform(0, w, n), rng.uniform(0, h, n)
        paint = colours[rng.integers(0, 7, n)] * 0.6 + marks.picked(seen, x, y) * 0.4
        marks.dots(pixels, x * 2, y * 2, radius * hand.width, paint)
    rgb = marks.halved(pixels)
    return marks.impasto(rgb, 0.5 + 0.5 * hand.relief)


def _pour(
    sheet: Image.Image,
    x: np.ndarray,
    y: np.ndarray,
    thick: np.ndarray,
    colour: np.ndarray,
    seen: np.ndarray,
    purity: float,
) -> None:
    """Pour (n, k) wandering lines, every length of them tinted by the scene beneath.

    purity: 1 takes no notice of the scene. Lines go down in short lengths, because a loop poured as one outline
    would leave its crossings bare.
    """
    link = 6
    starts = np.arange(0, x.shape[1] - link, link - 1)
    parts = starts[:, None] + np.arange(link)
    paths = np.stack([x[:, parts], y[:, parts]], axis=3).reshape(-1, link, 2)
    tint = colour * purity + marks.picked(seen, paths[:, 2, 0], paths[:, 2, 1]) * (1 - purity)
    marks.ribbons(sheet, paths, thick[:, parts].reshape(-1, link), tint)
