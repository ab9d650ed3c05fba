"""Portraits."""

from __future__ import annotations

import numpy as np

from artextract.sources.drawing.colour import from_hex, mix
from artextract.sources.drawing.outlines import box, ellipse, ridge, smooth
from artextract.sources.drawing.stage import Stage
from artextract.sources.drawing.still_life import curtain

_SKIN = ("#f0cfb4", "#dda983", "#c08258", "#8f5a3c", "#5f3b2a")
_HAIR = ("#2a201c", "#4a3020", "#7d5230", "#b88a4a", "#8f8a86")


def portrait(stage: Stage, horizon: float, rng: np.random.Generator) -> None:
    """A head and shoulders. `horizon` only sets how high the head stands."""
    w, h = stage.size
    p = stage.palette
    unit = min(h, w * 1.25) * rng.uniform(0.95, 1.08)
    x = w * (0.5 if stage.mirrored else rng.uniform(0.44, 0.56))
    y = h * np.clip(horizon - 0.08, 0.36, 0.46)
    turn = 0.0 if stage.mirrored else rng.uniform(-0.32, 0.32)
    skin = mix(from_hex(_SKIN[int(rng.integers(len(_SKIN)))]), mix(p.glow, p.warm, 0.4), 0.28)
    hair = mix(from_hex(_HAIR[int(rng.integers(len(_HAIR)))]), p.dark, 0.3)
    garment = mix(rng.choice(np.stack([p.leaf, p.warm, p.far, p.dark, p.land])), p.dark, 0.15)
    stage.focus = (float(x / w), float(y / h))
    _setting(stage, garment, rng)
    rx, ry = unit * 0.142 * rng.uniform(0.94, 1.06), unit * 0.190
    style = str(rng.choice(["long", "short", "bun", "hat", "scarf"], p=[0.25, 0.2, 0.2, 0.2, 0.15]))
    _behind_head(stage, x, y, rx, ry, style, hair, garment)
    _shoulders(stage, x, y, rx, ry, skin, garment, rng)
    shift = turn * rx * 0.3
    if abs(turn) < 0.2:
        for side in (-1, 1):
            stage.add(ellipse(x + side * rx * 0.98, y + ry * 0.08, rx * 0.14, ry * 0.17), skin, form="ball")
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    jaw = np.where(np.sin(t) > 0, 1 - 0.20 * np.sin(t) ** 2, 1.0)
    head = np.stack([x + rx * np.cos(t) * jaw + shift * np.clip(np.sin(t), 0, 1), y + ry * np.sin(t)], 1)
    stage.add(head, mix(skin, p.glow, 0.08), form="ball", angle="round")
    _features(stage, x + turn * rx * 0.62, y, rx, ry, turn, skin, hair, rng)
    _above_head(stage, x, y, rx, ry, style, turn, hair, garment)


def _setting(stage: Stage, garment: np.ndarray, rng: np.random.Generator) -> None:
    w, h = stage.size
    p = stage.palette
    walls = np.stack([p.sky, p.far, p.glow, p.leaf, p.warm, p.land])
    # A wall as dark or light as the dress would swallow the figure.
    apart = np.abs(walls.mean(1) - garment.mean())
    wall = mix(walls[int(rng.choice(np.argsort(-apart)[:3]))], p.far, 0.2)
    stage.add(box(-4, -4, w + 4, h + 4), wall, below=mix(wall, p.glow, 0.35), angle=1.1)
    kind = rng.choice(["plain", "window", "curtain", "panel"])
    if kind == "window":
        left = 0.07 if stage.mirrored else rng.choice([0.05, 0.68])
        x0, x1, y0, y1 = left * w, (left + 0.27) * w, 0.10 * h, 0.46 * h
        stage.add(box(x0 - 5, y0 - 5, x1 + 5, y1 + 5), mix(p.dark, p.land, 0.4), form="flat")
        stage.add(box(x0, y0, x1, y1), p.sky, below=p.glow)
        hill = ridge(w, y1 - (y1 - y0) * 0.25, (y1 - y0) * 0.22, y1, 3, rng)
        hill[:, 0] = np.clip(hill[:, 0], x0, x1)
        stage.add(hill, mix(p.leaf, p.far, 0.4))
    elif kind == "curtain":
        curtain(stage, h, mix(p.warm, p.far, 0.3), rng)
    elif kind == "panel":
        top = h * rng.uniform(0.52, 0.68)
        stage.add(box(-4, top, w + 4, h + 4), mix(wall, p.dark, 0.3), angle=0.0)
        stage.add(box(-4, top - 4, w + 4, top + 4), mix(p.glow, p.land, 0.5))


def _behind_head(
    stage: Stage, x: float, y: float, rx: float, ry: float, style: str, hair: np.ndarray, garment: np.ndarray
) -> None:
    if style == "long":
        fall = np.array(
            [
                (-1.0, -0.9),
                (0, -1.22),
                (1.0, -0.9),
                (1.32, 0.1),
                (1.38, 1.35),
                (0.8, 1.6),
                (-0.8, 1.6),
                (-1.38, 1.35),
                (-1.32, 0.1),
            ]
        )
        stage.add(smooth(fall * (rx, ry) + (x, y)), hair, form="column", angle=np.pi / 2)
    elif style == "bun":
        stage.add(ellipse(x, y - ry * 1.16, rx * 0.52, ry * 0.34), hair, form="ball", angle="round")
        stage.add(ellipse(x, y - ry * 0.18, rx * 1.12, ry * 0.96), hair, form="ball", angle="round")
    elif style == "scarf":
        veil = np.array(
            [(-0.9, -1.0), (0, -1.25), (0.9, -1.0), (1.35, 0.0), (1.5, 1.5), (0, 1.9), (-1.5, 1.5), (-1.35, 0)]
        )
        cloth = mix(garment, stage.palette.pale, 0.45)
        stage.add(smooth(veil * (rx, ry) + (x, y)), cloth, form="column", angle=1.3)
    else:
        stage.add(ellipse(x, y - ry * 0.12, rx * 1.10, ry * 1.0), hair, form="ball", angle="round")


def _shoulders(
    stage: Stage,
    x: float,
    y: float,
    rx: float,
    ry: float,
    skin: np.ndarray,
    garment: np.ndarray,
    rng: np.random.Generator,
) -> None:
    _, h = stage.size
    p = stage.palette
    base = y + ry * 1.22
    body = np.array(
        [
            (-0.55, 0.0),
            (-0.62, 0.22),
            (-1.55, 0.55),
            (-2.25, 1.1),
            (-2.5, 2.2),
            (-2.6, 5),
            (2.6, 5),
            (2.5, 2.2),
            (2.25, 1.1),
            (1.55, 0.55),
            (0.62, 0.22),
            (0.55, 0.0),
        ]
    )
    body = np.concatenate([smooth(body * (rx, ry) + (x, base))])
    body[:, 1] = np.minimum(body[:, 1], h + 8)
    stage.add(body, garment, below=mix(garment, p.dark, 0.35), form="column", angle=1.2)
    opening = rng.choice(["vee", "round", "collar"])
    depth = 1.25 if opening == "vee" else 0.62
    gap = np.array([(-0.60, 0.06), (0.60, 0.06), (0.72, 0.30), (0.0, depth), (-0.72, 0.30)])
    if opening == "collar":
        wide = smooth(gap * (1.75, 1.25) * (rx, ry) + (x, base))
        stage.add(wide, mix(p.pale, garment, 0.1), form="column", angle=0.4)
    stage.add(smooth(gap * (rx, ry) + (x, base), 1 if opening == "vee" else 3), mix(skin, p.warm, 0.10), form="column")
    neck = np.array([(-0.50, 0.55), (0.50, 0.55), (0.56, 1.35), (0.2, 1.55), (-0.2, 1.55), (-0.56, 1.35)])
    stage.add(smooth(neck * (rx, ry) + (x, y), 1), mix(skin, p.dark, 0.20), below=skin, form="column", angle=np.pi / 2)


def _features(
    stage: Stage,
    x: float,
    y: float,
    rx: float,
    ry: float,
    turn: float,
    skin: np.ndarray,
    hair: np.ndarray,
    rng: np.random.Generator,
) -> None:
    p = stage.palette
    shadow, lip = mix(skin, p.dark, 0.42), mix(mix(p.warm, skin, 0.35), p.dark, 0.18)
    for side in (-1, 1):
        near = 1 - 0.28 * side * turn / 0.3 * (1 if side * turn > 0 else 0.3)
        ex, ey, ew = x + side * rx * 0.42 * near, y + ry * 0.02, rx * 0.22 * near
        stage.add(ellipse(ex, ey - ry * 0.03, ew * 1.25, ry * 0.12), mix(skin, shadow, 0.45), form="mark", piece=False)
        stage.add(ellipse(ex, ey, ew, ry * 0.058), mix(p.pale, skin, 0.3), form="mark", piece=False)
        stage.add(ellipse(ex + turn * ew * 0.6, ey, ew * 0.46, ry * 0.060), mix(p.dark, hair, 0.4), form="mark")
        lid = np.array([(-1.15, 0.1), (0, -1.05), (1.15, 0.1), (0, -0.6)]) * (ew, ry * 0.065) + (ex, ey)
        stage.add(lid, mix(hair, p.dark, 0.5), form="mark", piece=False)
        brow = np.array([(-1.2, 0.30), (-0.4, -0.45), (1.05, -0.30), (1.10, 0.0), (-0.2, -0.02)])
        stage.add(brow * (-side * ew * 1.1, ry * 0.10) + (ex, ey - ry * 0.19), mix(hair, p.dark, 0.3), form="mark")
        stage.add(
            ellipse(ex + side * rx * 0.05, y + ry * 0.34, rx * 0.20, ry * 0.11),
            mix(skin, p.warm, 0.30),
            form="mark",
            piece=False,
        )
    away = 0.0 if stage.mirrored else {"left": 1, "right": -1, "top": 0, "front": 0}[stage.light]
    nose = np.array(
        [
            (away * 0.05, -0.04),
            (away * 0.16 + 0.04, 0.30),
            (0.17, 0.37),
            (0, 0.42),
            (-0.17, 0.37),
            (away * 0.16 - 0.04, 0.30),
        ]
    )
    stage.add(nose * (rx, ry) + (x + turn * rx * 0.25, y), mix(skin, shadow, 0.6), form="mark")
    mouth = y + ry * 0.60
    width = rx * rng.uniform(0.30, 0.38)
    upper = np.array([(-1, 0), (-0.35, -0.8), (0, -0.5), (0.35, -0.8), (1, 0), (0, 0.15)])
    lower = np.array([(-0.9, 0.05), (0, 0.2), (0.9, 0.05), (0.4, 0.95), (-0.4, 0.95)])
    stage.add(upper * (width, ry * 0.07) + (x, mouth), mix(lip, p.dark, 0.25), form="mark")
    stage.add(lower * (width, ry * 0.07) + (x, mouth), lip, form="mark", piece=False)
    stage.add(ellipse(x, y + ry * 0.76, width * 0.7, ry * 0.03), mix(skin, shadow, 0.5), form="mark", piece=False)


def _above_head(
    stage: Stage,
    x: float,
    y: float,
    rx: float,
    ry: float,
    style: str,
    turn: float,
    hair: np.ndarray,
    garment: np.ndarray,
) -> None:
    p = stage.palette
    part = turn * 0.6
    if style == "scarf":
        cloth = mix(garment, p.pale, 0.45)
        hood = np.array(
            [
                (-1.22, 0.55),
                (-1.18, -0.6),
                (-0.5, -1.16),
                (0.5, -1.16),
                (1.18, -0.6),
                (1.22, 0.55),
                (0.98, 0.45),
                (0.86, -0.40),
                (0.3, -0.74),
                (-0.3, -0.74),
                (-0.86, -0.40),
                (-0.98, 0.45),
            ]
        )
        stage.add(smooth(hood * (rx, ry) + (x, y)), cloth, form="column", angle="round")
        return
    low = {"long": 0.50, "short": -0.02, "bun": 0.05, "hat": 0.15}[style]
    cap = np.array(
        [
            (-1.12, low),
            (-1.16, -0.55),
            (-0.6, -1.14),
            (0.6, -1.14),
            (1.16, -0.55),
            (1.12, low),
            (0.95, low),
            (0.84, -0.36),
            (0.45 + part, -0.62),
            (part, -0.74),
            (-0.45 + part, -0.60),
            (-0.84, -0.36),
            (-0.95, low),
        ]
    )
    stage.add(smooth(cap * (rx, ry) + (x, y)), hair, form="ball", angle="round")
    if style == "hat":
        felt = mix(garment, p.dark, 0.4)
        crown = np.array([(-0.95, -0.52), (-0.9, -1.25), (-0.45, -1.48), (0.45, -1.48), (0.9, -1.25), (0.95, -0.52)])
        stage.add(smooth(crown * (rx, ry) + (x, y)), felt, form="column", angle=0.0)
        stage.add(ellipse(x, y - ry * 0.60, rx * 1.75, ry * 0.20, turn * 0.3), mix(felt, p.warm, 0.12), form="slope")
        stage.add(
            box(x - rx * 0.91, y - ry * 0.86, x + rx * 0.91, y - ry * 0.70), mix(p.warm, p.pale, 0.2), form="column"
        )
