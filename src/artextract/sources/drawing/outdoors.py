"""Landscapes and seascapes."""

from __future__ import annotations

import numpy as np

from artextract.sources.drawing.colour import mix
from artextract.sources.drawing.outlines import band, blob, box, ellipse, ridge, smooth
from artextract.sources.drawing.stage import Stage


def landscape(stage: Stage, horizon: float, rng: np.random.Generator) -> None:
    """Fields, hills, trees and perhaps a house under a wide sky."""
    w, h = stage.size
    p, u, line = stage.palette, min(stage.size), horizon * stage.size[1]
    stage.horizon = horizon
    _sky(stage, line, rng)
    hills = int(rng.integers(1, 3))
    for i in range(hills):
        near = (i + 1) / (hills + 1)
        colour = mix(p.far, mix(p.land, p.leaf, 0.5), 0.5 * near)
        height = line * rng.uniform(0.10, 0.34) * (1.15 - 0.6 * near)
        stage.add(
            ridge(w, line, height, line + 3, rng.uniform(1.6, 3.4), rng),
            mix(colour, p.sky, 0.35 * (1 - near)),
            below=mix(colour, p.glow, 0.35),
            form="slope",
            angle=0.15,
        )
    _fields(stage, line, rng)
    if rng.random() < 0.55:
        _path(stage, line, 0.5 if stage.mirrored else rng.uniform(0.25, 0.75), rng)
    if rng.random() < 0.45:
        x = 0.5 if stage.mirrored else rng.choice([rng.uniform(0.12, 0.32), rng.uniform(0.66, 0.88)])
        _house(stage, x * w, line + 0.10 * (h - line), u * rng.uniform(0.09, 0.15), rng)
    for x in np.sort(rng.uniform(0.02, 0.98, int(rng.integers(3, 9)))):
        size = u * rng.uniform(0.035, 0.065)
        _bush(stage, x * w, line + rng.uniform(0.03, 0.10) * (h - line), size, rng)
    _trees(stage, line, rng)
    stage.focus = (0.5 if stage.mirrored else float(rng.uniform(0.35, 0.65)), min(0.8, horizon + 0.08))


def seascape(stage: Stage, horizon: float, rng: np.random.Generator) -> None:
    """Open water with boats, a headland, a sun or a moon."""
    w, h = stage.size
    p, u, line = stage.palette, min(stage.size), horizon * stage.size[1]
    stage.horizon = horizon
    _sky(stage, line, rng)
    deep = mix(p.far, p.dark, rng.uniform(0.25, 0.5))
    near = mix(mix(p.far, p.sky, 0.5), p.leaf, rng.uniform(0, 0.4))
    stage.add(box(-4, line, w + 4, h + 4), deep, below=near, angle=0.0)
    _waves(stage, line, mix(near, p.pale, 0.45), deep, rng)
    _glitter(stage, line, rng)
    if rng.random() < 0.6:
        _headland(stage, line, rng)
    count = int(rng.integers(1, 4))
    depths = np.sort(rng.uniform(0.04, 0.42, count))
    places = rng.permutation(np.linspace(0.18, 0.82, count) if count > 1 else np.array([rng.uniform(0.3, 0.7)]))
    for i, (x, depth) in enumerate(zip(places, depths, strict=True)):
        if stage.mirrored and i == count - 1:
            x = 0.5
        y = line + depth * (h - line)
        _boat(stage, x * w, y, u * (0.07 + 0.30 * depth) * rng.uniform(0.9, 1.15), rng)
        stage.focus = (float(x), min(0.85, y / h - 0.04))
    if rng.random() < 0.4:
        shore = ridge(w, h * 1.01, 0.12 * h, h + 4, rng.uniform(0.7, 1.4), rng)
        stage.add(shore, mix(p.land, p.pale, 0.3), below=p.land, form="slope", angle=0.1)


def _sky(stage: Stage, line: float, rng: np.random.Generator) -> None:
    w, _ = stage.size
    p, u = stage.palette, min(stage.size)
    stage.add(
        box(-4, -4, w + 4, line + 2),
        mix(p.sky, p.far, rng.uniform(0, 0.3)),
        below=mix(p.glow, p.sky, rng.uniform(0, 0.3)),
        angle=0.08,
    )
    if stage.light != "front" and rng.random() < 0.7:
        places = {"left": rng.uniform(0.12, 0.30), "right": rng.uniform(0.70, 0.88), "top": rng.uniform(0.44, 0.56)}
        across = 0.5 if stage.mirrored else places[stage.light]
        r = u * rng.uniform(0.045, 0.085)
        centre = across * w, max(1.4 * r, line * rng.uniform(0.22, 0.55))
        top, left = max(0, int(centre[1] - 5 * r)), max(0, int(centre[0] - 5 * r))
        air = stage.planes[:, top : int(line), left : int(centre[0] + 5 * r)]
        rows, columns = np.ogrid[: air.shape[1], : air.shape[2]]
        away = np.hypot(columns + left - centre[0], rows + top - centre[1]) / (5 * r)
        air += (p.glow[:, None, None] - air) * (np.clip(1 - away, 0, 1) ** 2 * 0.7).astype(np.float32)
        stage.add(ellipse(*centre, r, r), mix(p.pale, p.warm, rng.choice([0.0, 0.15, 0.75])), angle="round")
    for _ in range(int(rng.integers(0, 5))):
        x, y = rng.uniform(0, 1) * w, line * rng.uniform(0.1, 0.75)
        reach = u * rng.uniform(0.07, 0.16)
        colour = mix(p.pale, p.sky, rng.uniform(0.0, 0.4))
        for _ in range(int(rng.integers(2, 5))):
            stage.add(
                blob(
                    x + rng.normal(0, reach),
                    y + rng.normal(0, reach * 0.14),
                    reach * rng.uniform(0.6, 1.2),
                    reach * rng.uniform(0.18, 0.34),
                    5,
                    rng,
                ),
                colour,
                below=mix(colour, p.far, 0.25),
                angle=0.1,
            )


def _fields(stage: Stage, line: float, rng: np.random.Generator) -> None:
    w, h = stage.size
    p = stage.palette
    greens = [
        p.land,
        mix(p.land, p.leaf, 0.55),
        mix(p.land, p.glow, 0.45),
        mix(p.leaf, p.land, 0.25),
        mix(p.land, p.warm, 0.3),
    ]
    order = rng.permutation(len(greens))
    stage.add(box(-4, line, w + 4, h + 4), greens[order[0]], below=greens[order[1]], angle=0.0)
    edges = line + (h - line) * np.sort(rng.uniform(0.10, 0.85, int(rng.integers(2, 4))))
    for i, y in enumerate(edges):
        lift = (h - line) * rng.uniform(0.05, 0.16)
        lift = min(lift, (y - line) * 0.7)
        colour = greens[order[(i + 1) % len(greens)]]
        slope = float(rng.uniform(-0.25, 0.25))
        stage.add(
            ridge(w, y, lift, h + 4, rng.uniform(0.8, 1.8), rng),
            colour,
            below=mix(colour, p.leaf, 0.4),
            form="slope",
            angle=slope,
        )


def _path(stage: Stage, line: float, far: float, rng: np.random.Generator) -> None:
    w, h = stage.size
    t = np.linspace(0, 1, 24)
    sway = 0 if stage.mirrored else rng.uniform(-0.16, 0.16)
    near = far if stage.mirrored else rng.uniform(0.25, 0.75)
    xs = w * (far + (near - far) * t**1.5 + sway * np.sin(t * np.pi * 1.6) * t)
    ys = line + 2 + (h - line + 4) * t**1.25
    p = stage.palette
    water = rng.random() < 0.4
    colour = mix(p.sky, p.pale, 0.3) if water else mix(p.pale, p.land, 0.25)
    stage.add(
        band(xs, ys, w * (0.006 + 0.13 * t**1.7)), colour, below=mix(colour, p.glow, 0.5), angle=0.0 if water else 1.3
    )


def _house(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    wall, roof = mix(p.pale, p.glow, 0.4), mix(p.warm, p.dark, rng.uniform(0, 0.3))
    half, tall = size * rng.uniform(0.6, 0.9), size * 0.55
    stage.shadow(x, y, half * 1.1, size * 0.22, 0.35)
    stage.add(box(x - half, y - tall, x + half, y), wall, form="column", angle=np.pi / 2)
    peak = np.array(
        [
            (x - half * 1.15, y - tall),
            (x - half * 0.7, y - tall - size * 0.42),
            (x + half * 0.7, y - tall - size * 0.42),
            (x + half * 1.15, y - tall),
        ]
    )
    stage.add(peak, roof, form="column", angle=0.6)
    for dx in (-0.5, 0.5):
        stage.add(
            box(x + half * dx - size * 0.07, y - tall * 0.75, x + half * dx + size * 0.07, y - tall * 0.35),
            p.dark,
            form="mark",
        )


def _bush(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    stage.shadow(x, y, size, size * 0.3, 0.35)
    stage.add(
        blob(x, y - size * 0.55, size, size * 0.65, 5, rng),
        mix(p.leaf, p.far, rng.uniform(0.05, 0.45)),
        form="ball",
        angle="round",
    )


def _trees(stage: Stage, line: float, rng: np.random.Generator) -> None:
    w, h = stage.size
    u, kind = min(stage.size), rng.choice(["round", "poplar", "mixed"])
    count = int(rng.integers(2, 6))
    side = rng.choice([-1, 1])
    feet = []
    for _ in range(count):
        spread = rng.beta(1.2, 2.6)
        x = 0.06 + 0.5 * spread
        feet.append((line + rng.uniform(0.12, 0.62) * (h - line), x if side < 0 or stage.mirrored else 1 - x))
    for y, x in sorted(feet):
        size = u * (0.16 + 0.30 * (y - line) / h) * rng.uniform(0.85, 1.35)
        if kind == "poplar" or (kind == "mixed" and rng.random() < 0.5):
            _poplar(stage, x * w, y, size * 1.35, rng)
        else:
            _round_tree(stage, x * w, y, size, rng)


def _poplar(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    t = np.linspace(0, 1, 26)
    half = size * rng.uniform(0.11, 0.16) * np.sin(np.pi * t**0.75) ** 0.8 * (1 + 0.10 * np.sin(t * 26))
    stage.shadow(x, y, size * 0.22, size * 0.06)
    stage.add(box(x - size * 0.02, y - size * 0.2, x + size * 0.02, y), mix(p.dark, p.land, 0.3), angle=np.pi / 2)
    colour = mix(p.leaf, p.dark, rng.uniform(0, 0.35))
    stage.add(
        band(x + 0.02 * size * np.sin(t * 5), y - size * (1.12 - 1.04 * t), half),
        colour,
        form="column",
        angle=np.pi / 2 + rng.uniform(-0.2, 0.2),
    )


def _round_tree(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    leaf = mix(p.leaf, rng.choice([p.land, p.dark, p.warm], p=[0.5, 0.3, 0.2]), rng.uniform(0, 0.4))
    stage.shadow(x, y, size * 0.42, size * 0.10)
    lean = size * rng.uniform(-0.06, 0.06)
    t = np.linspace(0, 1, 10)
    stage.add(
        band(x + lean * (1 - t), y - size * 0.62 * (1 - t), size * (0.035 + 0.03 * t**3)),
        mix(p.dark, p.land, 0.35),
        form="column",
        angle=np.pi / 2,
    )
    crowns = [(0.0, 0.80, 0.34), (-0.27, 0.64, 0.24), (0.26, 0.66, 0.25), (0.05, 0.60, 0.26)]
    for dx, up, r in crowns:
        dx, r = dx + rng.normal(0, 0.03), r * rng.uniform(0.9, 1.15)
        stage.add(
            blob(x + lean + dx * size, y - up * size, r * size, r * size * 0.85, 7, rng),
            mix(leaf, p.glow, rng.uniform(0, 0.12)),
            form="ball",
            angle="round",
            piece=dx != crowns[-1][0],
        )


def _waves(stage: Stage, line: float, crest: np.ndarray, deep: np.ndarray, rng: np.random.Generator) -> None:
    w, h = stage.size
    for t in np.sort(rng.uniform(0.03, 1, 26)):
        y, reach = line + (h - line) * t**1.4, w * (0.05 + 0.16 * t) * rng.uniform(0.6, 1.4)
        x, thick = rng.uniform(0, w), 0.8 + 0.016 * h * t
        s = np.linspace(-1, 1, 14)
        top = y - thick * (1 - s**2) - thick * 0.5 * np.sin(s * 5)
        under = y + thick * 0.3 * (1 - s**2) - thick * 0.5 * np.sin(s * 5)
        outline = np.concatenate([np.stack([x + reach * s, top], 1), np.stack([x + reach * s, under], 1)[::-1]])
        stage.add(outline, mix(crest, deep, rng.choice([0.1, 0.35, 0.8])), form="mark", piece=t > 0.3)


def _glitter(stage: Stage, line: float, rng: np.random.Generator) -> None:
    """The light's path on the water, under where the sun would stand."""
    w, h = stage.size
    p = stage.palette
    x = w * {"left": 0.2, "right": 0.8, "top": 0.5, "front": 0.5}[stage.light]
    for t in np.sort(rng.uniform(0.02, 0.8, 16)):
        reach = w * (0.015 + 0.05 * t) * rng.uniform(0.5, 1.3)
        stage.add(
            ellipse(x + rng.normal(0, w * 0.03 * (0.4 + t)), line + (h - line) * t, reach, 0.8 + h * 0.007 * t),
            mix(p.glow, p.pale, 0.4),
            form="mark",
            piece=False,
        )


def _headland(stage: Stage, line: float, rng: np.random.Generator) -> None:
    w, h = stage.size
    p = stage.palette
    reach, height = w * rng.uniform(0.28, 0.5), h * rng.uniform(0.05, 0.14)
    x = np.linspace(0, 1, 24)
    top = line + 1 - height * (1 - x**1.6) * (1 + 0.15 * np.sin(9 * x + rng.uniform(0, 6)))
    outline = np.concatenate([np.stack([x * reach - 4, top], 1), [(reach, line + 2), (-4, line + 2)]])
    if not stage.mirrored and rng.random() < 0.5:
        outline[:, 0] = w - outline[:, 0]
    stage.add(outline, mix(p.far, p.leaf, 0.6), below=mix(p.far, p.land, 0.5), form="slope", angle=0.2)
    if rng.random() < 0.5:
        foot = np.array([0.45 * reach, line - height * 0.62])
        if outline[0, 0] > w / 2:
            foot[0] = w - foot[0]
        _lighthouse(stage, foot[0], foot[1], h * rng.uniform(0.10, 0.15))


def _lighthouse(stage: Stage, x: float, y: float, size: float) -> None:
    p, r = stage.palette, size * 0.13
    tower = np.array([(x - r, y + 4), (x - r * 0.65, y - size), (x + r * 0.65, y - size), (x + r, y + 4)])
    stage.add(tower, p.pale, form="column", angle=np.pi / 2)
    stage.add(box(x - r * 0.9, y - size * 0.66, x + r * 0.9, y - size * 0.42), p.warm, form="mark")
    stage.add(box(x - r * 0.8, y - size * 1.18, x + r * 0.8, y - size), mix(p.warm, p.dark, 0.4), form="column")


def _boat(stage: Stage, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    p = stage.palette
    hull = mix(p.warm, p.dark, rng.choice([0.1, 0.45, 0.85]))
    sail = mix(p.pale, rng.choice([p.warm, p.glow, p.land]), rng.choice([0.05, 0.2, 0.7]))
    turn = 1 if rng.random() < 0.5 else -1
    # The reflection first: the same boat, upside down, squat and dim.
    still = mix(stage.planes[:, min(stage.size[1] - 1, int(y) + 2), min(stage.size[0] - 1, int(x))], p.dark, 0.3)
    mast = size * rng.uniform(1.5, 1.9)
    reflected = np.array(
        [
            (x - size * 0.7, y),
            (x - size * 0.12, y + mast * 0.5),
            (x + size * 0.1, y + mast * 0.62),
            (x + size * 0.4, y + mast * 0.3),
            (x + size * 0.75, y),
        ]
    )
    stage.add(smooth(reflected, 1), mix(still, sail, 0.3), below=still, form="mark", piece=False)
    deck = np.array([(-1.0, -0.26), (-0.4, -0.16), (0.5, -0.16), (1.05, -0.32), (0.78, 0.10), (-0.72, 0.12)])
    boom = -0.30 * size
    stage.add(box(x - size * 0.025, y - mast, x + size * 0.025, y), mix(p.dark, hull, 0.3), angle=np.pi / 2)
    main = np.array(
        [(0.05 * size, -mast * 0.97), (0.48 * size, -mast * 0.55), (0.80 * size, boom), (0.05 * size, boom)]
    )
    jib = np.array(
        [(-0.05 * size, -mast * 0.85), (-0.30 * size, -mast * 0.45), (-0.78 * size, boom * 1.1), (-0.05 * size, boom)]
    )
    for cloth, colour in ((main, sail), (jib, mix(sail, p.glow, 0.5))):
        stage.add(cloth * (turn, 1) + (x, y), colour, below=mix(colour, p.far, 0.2), form="column", angle=1.3)
    stage.add(deck * (size * turn, size) + (x, y), hull, below=mix(hull, p.dark, 0.5), form="slope", angle=0.0)
