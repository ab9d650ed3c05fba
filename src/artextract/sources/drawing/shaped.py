"""Styles that keep the scene's own shapes: woodblock, cut paper, and smooth modelling in the dark."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from artextract.sources.drawing import marks
from artextract.sources.drawing.artists import Hand
from artextract.sources.drawing.colour import mix
from artextract.sources.drawing.stage import LIGHTS, Scene


def _piece_colours(scene: Scene, source: np.ndarray) -> np.ndarray:
    """Mean colour of every piece of the scene, (256, 3)."""
    number = scene.pieces[::2, ::2].ravel()
    count = np.maximum(np.bincount(number, minlength=256), 1)
    planes = [np.bincount(number, source[..., c].ravel(), 256) / count for c in range(3)]
    return np.stack(planes, axis=1).astype(np.float32)


def _inked(pieces: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Every piece printed flat in its own colour, with smooth edges; pieces at twice the picture's scale."""
    image = Image.fromarray(pieces).convert("P")
    image.putpalette(np.rint(np.clip(colours, 0, 1) * 255).astype(np.uint8).tobytes())
    return marks.scaled_down(image.convert("RGB"))


def woodblock(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Flat inks with a carved key-line, bands of graded ink, the grain of the block and a margin of paper."""
    w, h = scene.size
    p = scene.palette
    paper = mix(p.pale, p.glow, rng.uniform(0.2, 0.7))
    rgb = _inked(scene.pieces, _piece_colours(scene, scene.flat))
    # The printer wipes the ink away in broad gradations rather than following each form.
    fade = scene.flat - _inked(np.ascontiguousarray(scene.pieces), _piece_colours(scene, scene.flat))
    rgb = rgb + 0.8 * ndimage.uniform_filter(fade, (9, 9, 0))
    step = ndimage.gaussian_filter(scene.shade, 1.2)
    shadow = np.clip((0.54 - step) * 9, 0, 1)[..., None]
    light = np.clip((step - 1.16) * 9, 0, 1)[..., None]
    rgb = rgb * (1 - 0.34 * shadow) + p.dark * 0.12 * shadow
    rgb = rgb + (mix(p.pale, p.glow, 0.5) - rgb) * 0.42 * light
    x = np.linspace(-1, 1, w, dtype=np.float32)[None]
    y = np.linspace(-1, 1, h, dtype=np.float32)[:, None]
    lx, ly, _ = LIGHTS[scene.light]
    rgb = rgb * (1 + 0.13 * (lx * x + ly * y))[..., None]
    top = np.clip(1 - (y + 1) / rng.uniform(0.25, 0.45), 0, 1)[..., None]
    rgb = rgb + (mix(p.far, p.dark, 0.45) - rgb) * top * 0.75
    grain = marks.soft_noise(rng, scene.size, 110, 14) * 0.020 + marks.soft_noise(rng, scene.size, 30, 6) * 0.014
    rgb = rgb * 0.94 + paper * 0.06 + grain[..., None]
    line = marks.key_lines(scene.pieces, int(np.clip(round(2.4 * hand.line), 2, 4)))[..., None]
    rgb = rgb + (p.dark * 0.75 - rgb) * line * 0.92
    margin = round(min(w, h) * 0.028)
    frame = np.ones((h, w), bool)
    frame[margin:-margin, margin:-margin] = False
    rgb[frame] = paper
    return _sealed(rgb, scene, margin, rng)


def _sealed(rgb: np.ndarray, scene: Scene, margin: int, rng: np.random.Generator) -> np.ndarray:
    """A small upright cartouche with strokes that stand for writing, as a publisher's seal."""
    w, h = scene.size
    p = scene.palette
    tall, wide = round(min(w, h) * 0.13), round(min(w, h) * 0.045)
    x = w - margin * 2 - wide if scene.light == "left" else margin * 2
    y = margin * 2
    rgb[y : y + tall, x : x + wide] = mix(p.warm, p.dark, 0.1)
    for i in range(4):
        top = y + round(tall * (0.08 + 0.23 * i))
        for _ in range(3):
            a, b = np.sort(rng.integers(2, wide - 1, 2))
            row = top + int(rng.integers(0, max(2, tall // 6)))
            rgb[row : row + 1, x + a : x + b + 1] = p.pale
        column = x + int(rng.integers(3, wide - 3))
        rgb[top : top + max(2, tall // 6), column : column + 1] = p.pale
    return rgb


def cut_paper(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Shapes cut by eye from painted paper and pasted down, each with its slight shadow."""
    w, h = scene.size
    p = scene.palette
    strong = np.stack([p.sky, p.far, p.land, p.leaf, p.warm, p.dark, p.pale, p.glow])
    sway = [marks.soft_noise(rng, (2 * w, 2 * h), 22) * 3.4 * hand.width for _ in range(2)]
    if scene.mirrored:
        sway[0] = sway[0] - sway[0][:, ::-1]
        sway[1] = sway[1] + sway[1][:, ::-1]
    across = np.clip(np.arange(2 * w)[None] + sway[0], 0, 2 * w - 1).astype(np.int32)
    down = np.clip(np.arange(2 * h)[:, None] + sway[1], 0, 2 * h - 1).astype(np.int32)
    number = scene.pieces.ravel().take(down * (2 * w) + across)
    # A second, darker paper for the shadowed side of everything.
    shaded = ndimage.uniform_filter(scene.shade, 9) < 0.66
    dim = marks.picked(shaded, across[::2, ::2] // 2, down[::2, ::2] // 2).astype(np.float32)
    dim = ndimage.uniform_filter(dim, 2)[..., None]
    colours = _piece_colours(scene, scene.flat)
    nearest = strong[((colours[:, None] - strong[None]) ** 2).sum(2).argmin(1)]
    colours = colours * 0.55 + nearest * 0.45
    colours = colours + (colours - colours.mean(1, keepdims=True)) * 0.25 + rng.normal(0, 0.02, (256, 1))
    rgb = _inked(number, colours)
    rgb = rgb * (1 - 0.30 * dim) + p.dark * 0.10 * dim
    lx, ly, _ = LIGHTS[scene.light]
    shift = round(5 * ly) or -1, round(6 * lx)
    edge = number != np.roll(number, shift, axis=(0, 1))
    drop = np.asarray(Image.fromarray(edge.view(np.uint8) * 255).reduce(2), np.float32) / 255
    rgb = rgb * (1 - 0.30 * ndimage.uniform_filter(drop, 3))[..., None]
    x = np.linspace(-1, 1, w, dtype=np.float32)[None]
    y = np.linspace(-1, 1, h, dtype=np.float32)[:, None]
    rgb = rgb * (1 + 0.10 * (lx * x + ly * y))[..., None]
    rgb = _with_fronds(rgb, scene, hand, rng)
    brush = marks.soft_noise(rng, scene.size, 60, 5) * 0.012 + marks.soft_noise(rng, scene.size, 9) * 0.010
    return rgb + brush[..., None]


def _with_fronds(rgb: np.ndarray, scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """A few seaweed-like cut-outs in the corners."""
    w, h = scene.size
    u, p = min(w, h), scene.palette
    sheet = Image.new("L", (2 * w, 2 * h))
    draw = ImageDraw.Draw(sheet)
    corners = [(0.10, 0.12, 0.8), (0.90, 0.12, 2.3), (0.10, 0.90, -0.8), (0.90, 0.90, -2.3)]
    for i in rng.permutation(4)[: 4 if scene.mirrored else int(rng.integers(1, 4))]:
        cx, cy, lean = corners[i]
        size, lobes = u * rng.uniform(0.10, 0.14) * hand.length, 7
        for k in range(lobes):
            turn = lean + (k - lobes // 2) * 0.52
            reach = size * (1 - 0.05 * abs(k - lobes // 2))
            t = np.linspace(0, 1, 16)
            half = size * 0.10 * np.sin(np.pi * t**0.7) ** 0.7 + size * 0.02
            bend = turn + 0.5 * np.sin(turn * 3) * t
            mid = np.stack([cx * w + reach * t * np.cos(bend), cy * h + reach * t * np.sin(bend)], 1)
            side = np.stack([-np.sin(bend), np.cos(bend)], 1) * half[:, None]
            draw.polygon((np.concatenate([mid + side, (mid - side)[::-1]]) * 2).ravel().tolist(), fill=255)
    cover = np.asarray(sheet.reduce(2), np.float32)[..., None] / 255
    colour = (p.pale, p.warm, p.leaf, p.glow)[int(rng.integers(4))]
    under = np.roll(cover, (2, 2), axis=(0, 1))
    rgb = rgb * (1 - 0.25 * under)
    return rgb * (1 - cover) + colour * cover


def chiaroscuro(scene: Scene, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Smooth modelling by one light in a dark place, under old varnish."""
    w, h = scene.size
    p = scene.palette
    x = np.linspace(0, 1, w, dtype=np.float32)[None]
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    fx, fy = scene.focus
    lx, ly, _ = LIGHTS[scene.light]
    reach = rng.uniform(0.42, 0.6)
    pool = np.exp(-(((x - fx - 0.10 * lx) / reach) ** 2 + ((y - fy - 0.08 * ly) / (reach * 1.05)) ** 2))
    shade = ndimage.gaussian_filter(scene.shade, 1.0 + hand.softness)
    light = np.clip((shade**1.5) * (0.16 + 1.05 * pool), 0, 1.4)[..., None]
    flat = ndimage.gaussian_filter(scene.flat, (0.8 + 0.6 * hand.softness,) * 2 + (0,))
    varnish = mix(p.glow, p.warm, 0.25)
    umber = p.dark * 0.30 + np.array([0.04, 0.02, 0.0], np.float32)
    rgb = umber + (flat * (0.72 + 0.28 * varnish) - umber) * np.minimum(light, 1)
    rgb = rgb + np.clip(light - 0.95, 0, 1) * 0.75 * varnish
    veil = marks.soft_noise(rng, scene.size, 18) * 0.012 + marks.soft_noise(rng, scene.size, 60) * 0.006
    veiled: np.ndarray = rgb + veil[..., None] * (0.5 + light)
    return veiled
