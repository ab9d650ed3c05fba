"""Still lifes."""

from __future__ import annotations

import numpy as np

from artextract.sources.drawing.colour import mix
from artextract.sources.drawing.outlines import band, blob, box, ellipse, turned
from artextract.sources.drawing.stage import Stage


def still_life(stage: Stage, horizon: float, rng: np.random.Generator) -> None:
    """Bottles, jugs, bowls, flowers and fruit on a table. `horizon` only sets how high we look from."""
    w, h = stage.size
    p, u = stage.palette, min(stage.size)
    edge = h * np.clip(horizon + 0.10, 0.50, 0.66)
    wall = mix(rng.choice(np.stack([p.sky, p.far, p.glow, p.leaf])), p.far, 0.25)
    stage.add(box(-4, -4, w + 4, h + 4), wall, below=mix(wall, p.glow, 0.3), angle=1.2)
    if rng.random() < 0.4:
        curtain(stage, edge, mix(p.warm, p.dark, 0.25) if rng.random() < 0.5 else mix(p.leaf, p.dark, 0.2), rng)
    table = mix(p.land, p.warm, rng.uniform(0, 0.4))
    stage.add(box(-4, edge, w + 4, h + 4), table, below=mix(table, p.dark, 0.15), angle=0.03)
    front = h * rng.uniform(0.91, 0.97)
    stage.add(box(-4, front, w + 4, h + 4), mix(table, p.dark, 0.5), angle=0.0)
    if rng.random() < 0.6:
        _cloth(stage, edge, front, rng)
    depth = front - edge
    count = int(rng.integers(3, 5))
    tall = [rng.choice(["bottle", "vase", "jug", "flowers"]) for _ in range(count)]
    slots = np.linspace(0.20, 0.80, count) + (0 if stage.mirrored else rng.normal(0, 0.03, count))
    if stage.mirrored:
        tall[-1], slots[-1] = "flowers", 0.5
    for i in np.argsort(-np.abs(slots - 0.5)):
        x, y = slots[i] * w, edge + depth * rng.uniform(0.14, 0.34)
        size = u * rng.uniform(0.34, 0.50) * (1.12 if abs(slots[i] - 0.5) < 0.2 else 0.92)
        _VESSELS[tall[i]](stage, x, y, size, rng)
    if rng.random() < 0.7:
        x = 0.5 if stage.mirrored else rng.uniform(0.3, 0.7)
        _fruit_bowl(stage, x * w, edge + depth * rng.uniform(0.48, 0.60), u * rng.uniform(0.15, 0.20), rng)
    fruits = int(rng.integers(2, 7))
    for x, y in zip(rng.uniform(0.12, 0.88, fruits), np.sort(rng.uniform(0.55, 0.88, fruits)), strict=True):
        _fruit(stage, x * w, edge + depth * y, u * rng.uniform(0.042, 0.06), rng)
    stage.focus = (0.5, float(edge / h))


def curtain(stage: Stage, edge: float, colour: np.ndarray, rng: np.random.Generator) -> None:
    """Folds hanging at one side, or at both in a mirrored scene, down to `edge`."""
    w, _ = stage.size
    side = 0.0 if stage.mirrored or rng.random() < 0.5 else 0.74
    for i in range(4):
        left = w * (side + 0.065 * i)
        t = np.linspace(0, 1, 12)
        xs = left + w * 0.035 + w * 0.012 * np.sin(4 * t + i)
        stage.add(band(xs, -4 + (edge + 8) * t, w * (0.032 + 0.012 * t)), colour, form="column", angle=np.pi / 2)


def _cloth(stage: Stage, edge: float, front: float, rng: np.random.Generator) -> None:
    w, h = stage.size
    p = stage.palette
    left, right = (0.16, 0.84) if stage.mirrored else np.sort(rng.uniform(0.05, 0.95, 2) * (0.4, 1) + (0, 0.05))
    right = max(right, left + 0.4)
    colour = mix(p.pale, p.sky, rng.uniform(0, 0.35))
    top, slack = edge + (front - edge) * 0.16, (right - left) * 0.12
    sheet = np.array(
        [
            (left + slack, top),
            (right - slack, top),
            (right, front),
            (right - 0.03, h + 4),
            (left + 0.05, h + 4),
            (left, front),
        ]
    )
    sheet[:, 0] *= w
    stage.add(sheet, colour, below=mix(colour, p.far, 0.25), angle=0.5)
    overhang = np.array([(left, front), (right, front), (right - 0.03, h + 4), (left + 0.05, h + 4)]) * (w, 1)
    stage.add(overhang, mix(colour, p.far, 0.35), below=mix(colour, p.far, 0.55), angle=np.pi / 2)
    for x in np.linspace(left + 0.08, right - 0.08, 4):
        crease = np.array([(x, top + 6), (x + 0.012, top + 6), (x + 0.004, front)]) * (w, 1)
        stage.add(crease, mix(colour, p.far, 0.16), form="mark", piece=False)


def _bottle(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    r = size * rng.uniform(0.15, 0.19)
    colour = mix(rng.choice(np.stack([p.leaf, p.dark, p.far])), p.leaf, 0.3)
    stage.shadow(x, y, r * 1.5, r * 0.45)
    profile = turned(
        x, y, r * np.array([0.95, 1, 1, 0.36, 0.30, 0.36]), size * np.array([0, 0.05, 0.58, 0.76, 0.96, 1.0])
    )
    stage.add(profile, colour, below=mix(colour, p.dark, 0.2), form="column", angle=np.pi / 2)
    if rng.random() < 0.6:
        stage.add(
            box(x - r * 0.96, y - size * 0.46, x + r * 0.96, y - size * 0.2),
            mix(p.pale, p.glow, 0.4),
            form="column",
            angle=0.0,
        )
    lx = {"left": -0.5, "right": 0.5, "top": 0.0, "front": 0.12}[stage.light] * (0 if stage.mirrored else 1)
    stage.add(
        box(x + lx * r - r * 0.07, y - size * 0.57, x + lx * r + r * 0.07, y - size * 0.48),
        p.pale,
        form="mark",
        piece=False,
    )


def _vase(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    r, tall = size * rng.uniform(0.20, 0.27), size * rng.uniform(0.6, 0.8)
    colour = mix(rng.choice(np.stack([p.warm, p.pale, p.far, p.sky])), p.glow, 0.15)
    stage.shadow(x, y, r * 1.3, r * 0.4)
    profile = turned(
        x, y, r * np.array([0.55, 0.8, 1.0, 0.82, 0.42, 0.5]), tall * np.array([0, 0.18, 0.45, 0.7, 0.88, 1])
    )
    stage.add(profile, colour, below=mix(colour, p.dark, 0.15), form="column", angle="round")
    stage.add(ellipse(x, y - tall, r * 0.5, r * 0.12), mix(p.dark, colour, 0.3))
    if rng.random() < 0.6:
        stage.add(
            turned(x, y - tall * 0.38, r * np.array([0.97, 1.0, 0.97]), tall * np.array([0, 0.06, 0.12]), 0.1),
            mix(colour, p.dark, 0.55),
            form="column",
        )


def _jug(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    r, tall = size * rng.uniform(0.19, 0.24), size * rng.uniform(0.52, 0.66)
    colour = mix(rng.choice(np.stack([p.pale, p.sky, p.warm])), p.land, 0.15)
    side = 0 if stage.mirrored else rng.choice([-1, 1])
    stage.shadow(x, y, r * 1.35, r * 0.4)
    if side:
        t = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 14)
        arc = np.stack([np.cos(t) * side * r * 0.62, np.sin(t) * tall * 0.27], 1)
        inner = arc[::-1] * (0.62, 0.68)
        stage.add(
            np.concatenate([arc, inner]) + (x + side * r * 0.78, y - tall * 0.58),
            mix(colour, p.dark, 0.12),
            form="ball",
        )
    profile = turned(x, y, r * np.array([0.75, 1.0, 0.95, 0.62, 0.7]), tall * np.array([0, 0.3, 0.5, 0.82, 1.0]))
    stage.add(profile, colour, below=mix(colour, p.far, 0.2), form="column", angle="round")
    stage.add(ellipse(x, y - tall, r * 0.70, r * 0.17), mix(p.dark, colour, 0.35))


def _flowers(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    top = y - size * 0.62
    _vase(stage, x, y, size * 0.85, rng)
    heads = int(rng.integers(6, 11))
    ring = np.linspace(0, 2 * np.pi, heads, endpoint=False) + rng.uniform(0, 1)
    spread = size * np.where(np.arange(heads) % 2, 0.34, 0.20)
    places = np.stack([x + spread * np.cos(ring), top - size * 0.27 + spread * 0.75 * np.sin(ring)], 1)
    for fx, fy in places:
        t = np.linspace(0, 1, 6)
        stage.add(
            band(fx + (x - fx) * t, fy + (top + size * 0.06 - fy) * t, np.full(6, size * 0.008 + 0.6)),
            p.leaf,
            piece=False,
        )
        stage.add(
            ellipse(fx + rng.normal(0, 0.06) * size, fy + size * 0.05, size * 0.10, size * 0.035, rng.uniform(-1, 1)),
            mix(p.leaf, p.dark, rng.uniform(0, 0.3)),
            form="ball",
            angle=0.8,
        )
    bloom = [p.warm, mix(p.warm, p.pale, 0.5), p.glow, mix(p.sky, p.pale, 0.4)]
    for fx, fy in places:
        r, colour = size * rng.uniform(0.065, 0.10), bloom[int(rng.integers(len(bloom)))]
        stage.add(blob(fx, fy, r, r * 0.92, 10, rng), colour, form="ball", angle="round")
        stage.add(ellipse(fx, fy, r * 0.3, r * 0.27), mix(p.warm, p.dark, 0.5), form="mark", piece=False)


_VESSELS = {"bottle": _bottle, "vase": _vase, "jug": _jug, "flowers": _flowers}


def _fruit_bowl(stage: Stage, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    p = stage.palette
    colour = mix(rng.choice(np.stack([p.pale, p.sky, p.far])), p.pale, 0.3)
    tall = r * 0.62
    stage.shadow(x, y, r * 1.1, r * 0.3)
    stage.add(ellipse(x, y - tall, r, r * 0.24), mix(colour, p.dark, 0.35))
    for dx, up in ((-0.5, 0.18), (0.48, 0.16), (0.0, 0.34), (-0.24, 0.10), (0.26, 0.08)):
        _fruit(stage, x + dx * r, y - tall - up * r + r * 0.22, r * 0.29, rng, cast=False)
    t = np.linspace(0, np.pi, 24)
    rim = np.stack([x + r * np.cos(t), y - tall + r * 0.24 * np.sin(t)], 1)
    foot = np.array(
        [
            (x - r * 0.80, y - tall * 0.45),
            (x - r * 0.45, y - 2),
            (x - r * 0.40, y + r * 0.05),
            (x + r * 0.40, y + r * 0.05),
            (x + r * 0.45, y - 2),
            (x + r * 0.80, y - tall * 0.45),
        ]
    )
    stage.add(np.concatenate([rim, foot]), colour, below=mix(colour, p.far, 0.3), form="column", angle="round")


def _fruit(stage: Stage, x: float, y: float, r: float, rng: np.random.Generator, cast: bool = True) -> None:
    p = stage.palette
    kind = rng.choice(["apple", "lemon", "pear"], p=[0.6, 0.2, 0.2])
    colour = mix(rng.choice(np.stack([p.warm, p.land, p.glow, p.leaf])), p.warm, rng.uniform(0, 0.5))
    if cast:
        stage.shadow(x, y, r * 1.15, r * 0.42, 0.55)
    if kind == "lemon":
        stage.add(
            ellipse(x, y - r * 0.75, r * 1.25, r * 0.8, rng.uniform(-0.3, 0.3)),
            mix(p.land, p.glow, 0.5),
            form="ball",
            angle="round",
        )
    elif kind == "pear":
        stage.add(
            turned(
                x,
                y - r * 0.2,
                r * np.array([0.75, 1.0, 0.95, 0.5, 0.38, 0.1]),
                r * np.array([0, 0.45, 0.9, 1.6, 2.0, 2.25]),
                0.3,
            ),
            mix(colour, p.land, 0.5),
            form="ball",
            angle="round",
        )
    else:
        stage.add(ellipse(x, y - r * 0.9, r, r * 0.94), colour, form="ball", angle="round")
    top = y - r * (2.2 if kind == "pear" else 1.75)
    if kind != "lemon":
        stage.add(
            np.array(
                [
                    (x - 1, top + r * 0.25),
                    (x + r * 0.18, top - r * 0.3),
                    (x + r * 0.3, top - r * 0.25),
                    (x + 1.2, top + r * 0.25),
                ]
            ),
            p.dark,
            piece=False,
        )
