"""Styles that lay the picture out anew: facets, grids and colour fields."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from artextract.sources.drawing import marks
from artextract.sources.drawing.artists import Hand
from artextract.sources.drawing.colour import luma, mix
from artextract.sources.drawing.stage import LIGHTS, Scene


def _split(polygon: np.ndarray, point: np.ndarray, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """A convex polygon cut in two by the line through `point` at `angle`; a part may be empty."""
    normal = np.array([-np.sin(angle), np.cos(angle)])
    side = (polygon - point) @ normal
    parts: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for a, b, sa, sb in zip(polygon, np.roll(polygon, -1, 0), side, np.roll(side, -1), strict=True):
        parts[0 if sa >= 0 else 1].append(a)
        if (sa >= 0) != (sb >= 0):
            crossing = a + (b - a) * (sa / (sa - sb))
            parts[0].append(crossing)
            parts[1].append(crossing)
    return np.array(parts[0]).reshape(-1, 2), np.array(parts[1]).reshape(-1, 2)


def facets(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Cubist: the scene broken along long lines into planes, each seen from a slightly different place."""
    w, h = scene.size
    u = min(w, h)
    angles = rng.uniform(0, np.pi) + hand.tilt + np.array([0, 0.55, 1.15, 1.75, 2.4])
    focus = np.array(scene.focus) * (w, h)
    planes = [np.array([(-2, -2), (w + 2, -2), (w + 2, h + 2), (-2, h + 2)], float)]
    target = int(64 / hand.width)
    while len(planes) < target:
        centres = np.array([q.mean(0) for q in planes])
        areas = np.array([np.ptp(q[:, 0]) * np.ptp(q[:, 1]) for q in planes])
        near = np.exp(-(((centres - focus) / (0.55 * u)) ** 2).sum(1))
        i = int(np.argmax(areas * (0.25 + near) * rng.uniform(0.6, 1, len(planes))))
        polygon = planes.pop(i)
        point = polygon.mean(0) + rng.normal(0, 0.10, 2) * np.ptp(polygon, axis=0)
        planes += [q for q in _split(polygon, point, rng.choice(angles) + rng.normal(0, 0.08)) if len(q) > 2]
    number = Image.new("L", (2 * w, 2 * h))
    draw = ImageDraw.Draw(number)
    for i, polygon in enumerate(planes):
        draw.polygon((polygon * 2).ravel().tolist(), fill=i)
    ids2 = np.array(number)
    if scene.mirrored:
        ids2[:, w:] = ids2[:, w - 1 :: -1]
    ids = ids2[::2, ::2].astype(np.intp)
    n = len(planes)
    centre = np.array([q.mean(0) for q in planes], np.float32)
    reach = np.array([np.ptp(q, axis=0).mean() / 2 + 4 for q in planes], np.float32)
    lean = rng.choice(angles, n).astype(np.float32)
    zoom = rng.uniform(0.86, 1.1, n).astype(np.float32)
    start = centre * (1 - zoom[:, None]) + rng.normal(0, 0.030 * u, (n, 2)).astype(np.float32)
    x, y = np.arange(w, dtype=np.float32)[None], np.arange(h, dtype=np.float32)[:, None]
    # In a mirrored picture the planes on the right are those on the left, turned over.
    right = (x >= w / 2) & scene.mirrored
    x = np.where(right, w - 1 - x, x)
    sx = start[:, 0].take(ids) + x * zoom.take(ids)
    sx = np.where(right, w - 1 - sx, sx)
    seen = marks.picked(scene.lit, sx, start[:, 1].take(ids) + y * zoom.take(ids))
    count = np.maximum(np.bincount(ids.ravel(), minlength=n), 1)
    mean = np.stack([np.bincount(ids.ravel(), seen[..., c].ravel(), n) / count for c in range(3)], 1)
    mean = (mean + marks.spread_of_hue(rng, n, 0.035)).astype(np.float32)
    slope = np.stack([np.cos(lean), np.sin(lean)], 1) / reach[:, None]
    ramp = x * slope[:, 0].take(ids) + y * slope[:, 1].take(ids) - (slope * centre).sum(1).take(ids)
    rgb = seen * 0.58 + mean.take(ids, axis=0) * 0.42 + (0.15 * np.clip(ramp, -1, 1))[..., None]
    hatch = marks.soft_noise(rng, scene.size, 120, 3.0) * 0.009
    edge = marks.key_lines(ids2, int(np.clip(round(2 * hand.line), 2, 3)))[..., None]
    form = marks.key_lines(scene.pieces, 2)[..., None]
    rgb = rgb + hatch[..., None]
    lined: np.ndarray = rgb + (scene.palette.dark * 0.8 - rgb) * np.maximum(edge * 0.70, form * 0.35)
    return lined


def geometric_grid(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Upright rectangles between black bars; the scene decides where the bars stand and which cells are filled."""
    w, h = scene.size
    p = scene.palette
    spread = rng.uniform(0.09, 0.15)
    fx, fy = scene.focus
    fy = scene.horizon if scene.horizon is not None else fy
    xs = _bars(np.array([fx - spread, fx + spread]), scene.mirrored, rng)
    ys = _bars(np.array([fy, fy + rng.choice([-1, 1]) * rng.uniform(0.18, 0.3)]), False, rng)
    ex = np.rint(np.concatenate([[0], xs, [1]]) * w).astype(int)
    ey = np.rint(np.concatenate([[0], ys, [1]]) * h).astype(int)
    ground = mix(p.pale, (p.sky, p.glow, p.land, p.far)[int(rng.integers(4))], rng.uniform(0.05, 0.6))
    mean = scene.lit.mean((0, 1))
    rgb = np.empty((h, w, 3), np.float32)
    cells = [(a, b) for b in range(len(ey) - 1) for a in range(len(ex) - 1)]
    own = np.array([scene.lit[ey[b] : ey[b + 1], ex[a] : ex[a + 1]].mean((0, 1)) for a, b in cells])
    bold = np.stack([p.warm, p.leaf, p.far, p.dark, p.land, p.sky])
    salience = np.abs(own - mean).sum(1) * rng.uniform(0.5, 1.5, len(cells))
    if scene.mirrored:
        grid = salience.reshape(len(ey) - 1, -1)
        salience = (grid + grid[:, ::-1]).ravel()
    filled = salience >= np.quantile(salience, rng.uniform(0.45, 0.68))
    lx, ly, _ = LIGHTS[scene.light]
    rows, columns = len(ey) - 1, len(ex) - 1
    paint = np.empty((rows, columns, 3), np.float32)
    for (a, b), colour, full in zip(cells, own, filled, strict=True):
        pure = bold[((colour[None] - bold) ** 2).sum(1).argmin()] * 0.8 + colour * 0.2
        across, down = (ex[a] + ex[a + 1]) / w - 1, (ey[b] + ey[b + 1]) / h - 1
        paint[b, a] = (pure if full else ground + (colour - ground) * 0.22) * (1 + 0.12 * (lx * across + ly * down))
    upright, level = np.ones((rows, columns - 1), bool), np.ones((rows - 1, columns), bool)
    if not scene.mirrored:
        # Some bars stop short of the frame, and the cells they would have parted become one.
        for b in (0, rows - 1):
            for a in np.flatnonzero(rng.random(columns - 1) < 0.4).tolist():
                upright[b, a], paint[b, a + 1] = False, paint[b, a]
        for a in (0, columns - 1):
            for b in (1 + np.flatnonzero(rng.random(max(0, rows - 3)) < 0.35)).tolist():
                level[b, a], paint[b + 1, a] = False, paint[b, a]
    for a, b in cells:
        rgb[ey[b] : ey[b + 1], ex[a] : ex[a + 1]] = paint[b, a]
    thick = 0.013 * min(w, h) * hand.line
    widths = [max(1, round(thick * (0.6 if scene.mirrored else 0.5 + 0.22 * (i % 3)))) for i in range(8)]
    for b, a in np.argwhere(upright):
        half = widths[a]
        rgb[max(0, ey[b] - half) : ey[b + 1] + half, ex[a + 1] - half : ex[a + 1] + half] = p.dark * 0.55
    for b, a in np.argwhere(level):
        half = widths[b]
        rgb[ey[b + 1] - half : ey[b + 1] + half, max(0, ex[a] - half) : ex[a + 1] + half] = p.dark * 0.55
    brush = marks.soft_noise(rng, scene.size, 70, 0.25) * 0.006 + marks.soft_noise(rng, scene.size, 8) * 0.010
    painted: np.ndarray = ndimage.uniform_filter(rgb, (2, 2, 0)) + brush[..., None]
    return painted


def _bars(wanted: np.ndarray, mirrored: bool, rng: np.random.Generator) -> np.ndarray:
    """Where bars stand, 0..1, sorted: those wanted, and a few more that keep their distance."""
    bars = [float(v) for v in wanted if 0.06 < v < 0.94]
    count = int(rng.integers(3, 6))
    for v in rng.uniform(0.06, 0.94, 14):
        if len(bars) < count and all(abs(v - other) > 0.085 for other in bars):
            bars.append(float(v))
    bars_ = np.sort(bars)
    if mirrored:
        half = bars_[bars_ < 0.47]
        bars_ = np.concatenate([half, 1 - half[::-1]])
    return bars_


def colour_field(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """A few large soft-edged fields of stained colour, stacked or set side by side as the scene lies."""
    w, h = scene.size
    p = scene.palette
    x = np.linspace(0, 1, w, dtype=np.float32)[None]
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    ground = mix((p.warm, p.dark, p.glow, p.far, p.land)[int(rng.integers(5))], scene.lit.mean((0, 1)), 0.4)
    rgb = np.broadcast_to(ground, (h, w, 3)).astype(np.float32)
    fuzz = 0.009 * marks.soft_noise(rng, scene.size, 7)
    for cells in (23, 57, 131):
        fuzz = fuzz + 0.0055 * marks.soft_noise(rng, scene.size, cells)
    if scene.mirrored:
        fuzz = (fuzz + fuzz[:, ::-1]) / 2
    melt = 0.007 + 0.016 * hand.softness
    lx, ly, _ = LIGHTS[scene.light]
    for x0, y0, x1, y1, strength in _fields_of(scene, rng):
        left, top = int(np.clip(x0, 0, 0.9) * w), int(np.clip(y0, 0, 0.9) * h)
        colour = scene.lit[top : max(top + 4, int(y1 * h)), left : max(left + 4, int(x1 * w))].mean((0, 1))
        colour = colour + (colour - scene.lit.mean((0, 1))) * 0.8 + marks.spread_of_hue(rng, 1, 0.05)[0]
        gap = float(luma(colour - ground))
        colour = colour + (np.copysign(0.14, gap) - gap if abs(gap) < 0.14 else 0)
        reach = np.minimum(np.minimum(x - x0, x1 - x), np.minimum(y - y0, y1 - y)) + fuzz
        cover = strength / (1 + np.exp(-np.clip(reach / melt, -30, 30)))
        wash = (
            1
            + 0.07 * marks.soft_noise(rng, scene.size, 26, rng.choice([0.4, 3.0]))
            + 0.05 * marks.soft_noise(rng, scene.size, 6)
        )
        rgb = rgb + (colour - rgb) * (cover * np.clip(wash, 0.6, 1.05))[..., None]
    glow = 1 + 0.16 * (lx * (2 * x - 1) + ly * (2 * y - 1))
    return rgb * glow[..., None]


def _fields_of(scene: Scene, rng: np.random.Generator) -> list[tuple[float, float, float, float, float]]:
    """Left, top, right, bottom (0..1) and strength (0..1) of each field, laid out as the genre would have it."""
    m, gap = rng.uniform(0.05, 0.09), rng.uniform(0.012, 0.03)
    fx, fy = scene.focus
    if scene.horizon is not None:
        line = scene.horizon
        fields = [(m, m * 0.8, 1 - m, line - gap, 0.92)]
        if scene.genre == "Seascape":
            fields += [(m, line + gap, 1 - m, 1 - m * 0.8, 0.94), (fx - 0.09, line - 0.16, fx + 0.09, line - gap, 0.7)]
        else:
            low = line + (1 - line) * rng.uniform(0.35, 0.6)
            fields += [(m, line + gap, 1 - m, low, 0.94), (m, low + gap, 1 - m, 1 - m * 0.8, 0.9)]
        return fields
    if scene.genre == "Portrait":
        return [
            (m, m, 1 - m, 1 - m, 0.55),
            (fx - 0.17, fy - 0.19, fx + 0.17, fy + 0.18, 0.95),
            (fx - 0.36, fy + 0.18 + gap * 2, fx + 0.36, 1 - m * 0.5, 0.95),
        ]
    edges = np.array([m, 0.36, 0.64, 1 - m])
    fields = [(m, fy + 0.16, 1 - m, 1 - m, 0.92)]
    for i in range(3):
        top = fy - (0.28 if i == 1 else rng.uniform(0.06, 0.25))
        top = top if not scene.mirrored or i == 1 else fy - 0.15
        fields.append((edges[i] + gap, top, edges[i + 1] - gap, fy + 0.16 - gap * 2, 0.9))
    return fields
