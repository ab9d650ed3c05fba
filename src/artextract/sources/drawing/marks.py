"""Marks that the styles share: strokes, dots, outlines, noise and grain."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from artextract.sources.drawing.colour import luma


def soft_noise(rng: np.random.Generator, size: tuple[int, int], cells: float, stretch: float = 1.0) -> np.ndarray:
    """Smooth noise of about unit spread, (height, width), with `cells` bumps along the longer side.

    stretch: above 1 draws the bumps out sideways, below 1 upwards.
    """
    w, h = size
    across = max(2, round(cells * w / max(w, h) / stretch))
    down = max(2, round(cells * h / max(w, h) * stretch))
    grid = rng.standard_normal((down, across)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((w, h), Image.Resampling.BICUBIC))


def canvas(rgb: np.ndarray) -> Image.Image:
    """A canvas at twice the picture's scale, prepared with `rgb` (h, w, 3 in 0..1), to draw strokes on."""
    h, w = rgb.shape[:2]
    return to_image(rgb).resize((2 * w, 2 * h), Image.Resampling.BILINEAR)


def scaled_down(image: Image.Image) -> np.ndarray:
    """A canvas at twice the scale back to the picture's own, as float (h, w, 3) in 0..1."""
    return np.asarray(image.reduce(2), dtype=np.float32) / 255


def to_image(rgb: np.ndarray) -> Image.Image:
    """An 8-bit picture of values in 0..1."""
    return Image.fromarray(np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8))


def halved(pixels: np.ndarray) -> np.ndarray:
    """Like `scaled_down`, of uint8 pixels."""
    return scaled_down(Image.fromarray(pixels))


def bytes_of(colours: np.ndarray) -> list[tuple[int, int, int]]:
    """Colours in 0..1, (n, 3), as Pillow takes them."""
    return [tuple(c) for c in np.rint(np.clip(colours, 0, 1) * 255).astype(int).tolist()]


def ribbons(image: Image.Image, paths: np.ndarray, widths: np.ndarray, colours: np.ndarray) -> None:
    """Draw n strokes in order. paths: (n, k, 2) points in picture pixels; colours: (n, 3).

    widths: (n,) for strokes that taper at their ends, or (n, k) for the width at every point.
    """
    draw = ImageDraw.Draw(image)
    along = np.gradient(paths, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-6)
    normal = np.stack([-along[..., 1], along[..., 0]], axis=2)
    if widths.ndim == 1:
        widths = widths[:, None] * np.sin(np.linspace(0.12, 0.92, paths.shape[1]) * np.pi) ** 0.6
    half = normal * (widths[..., None] * 0.5)
    outlines = np.concatenate([paths + half, (paths - half)[:, ::-1]], axis=1) * 2
    for outline, colour in zip(outlines.reshape(len(paths), -1).tolist(), bytes_of(colours), strict=True):
        draw.polygon(outline, fill=colour)


def arcs(x: np.ndarray, y: np.ndarray, angle: np.ndarray, length: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Gently bent strokes centred on (x, y): paths (n, 5, 2). bend: sideways sag as a share of the length."""
    t = np.linspace(-0.5, 0.5, 5)[None]
    sag = (0.25 - t**2) * 4 * bend[:, None] * length[:, None]
    run = t * length[:, None]
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.stack([x[:, None] + run * c - sag * s, y[:, None] + run * s + sag * c], axis=2)


def scattered(size: tuple[int, int], step: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points about `step` pixels apart over the whole picture, in no order: x and y."""
    w, h = size
    gx, gy = np.meshgrid(np.arange(0.5 * step, w + step / 2, step), np.arange(0.5 * step, h + step / 2, step))
    gx[::2] += step / 2
    n = gx.size
    order = rng.permutation(n)
    x = gx.ravel()[order] + rng.uniform(-0.45, 0.45, n) * step
    y = gy.ravel()[order] + rng.uniform(-0.45, 0.45, n) * step
    return np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)


def picked(field: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Values of a (h, w, ...) field at points."""
    h, w = field.shape[:2]
    values: np.ndarray = field[np.clip(y, 0, h - 1).astype(int), np.clip(x, 0, w - 1).astype(int)]
    return values


def dots(pixels: np.ndarray, x: np.ndarray, y: np.ndarray, radius: float, colours: np.ndarray) -> None:
    """Stamp round dots, later ones over earlier, on a uint8 (h, w, 3) canvas; all in the canvas's own pixels."""
    h, w = pixels.shape[:2]
    r = int(np.ceil(radius))
    dy, dx = np.mgrid[-r : r + 1, -r : r + 1]
    inside = dx**2 + dy**2 <= radius**2
    px = np.clip(x.astype(int)[:, None] + dx[inside][None], 0, w - 1)
    py = np.clip(y.astype(int)[:, None] + dy[inside][None], 0, h - 1)
    paint = np.rint(np.clip(colours, 0, 1) * 255).astype(np.uint8)
    # Only the last dot on each pixel is written, so the result does not hang on the order of a scattered write.
    top = np.full(h * w, -1, np.int32)
    np.maximum.at(top, (py * w + px).ravel(), np.repeat(np.arange(len(x), dtype=np.int32), inside.sum()))
    hit = top >= 0
    pixels.reshape(-1, 3)[hit] = paint[top[hit]]


def key_lines(pieces: np.ndarray, weight: int) -> np.ndarray:
    """Strength 0..1, at picture scale, of the outlines between the pieces of a scene. weight: 1 fine .. 4 bold."""
    edge = np.zeros(pieces.shape, dtype=bool)
    edge[1:] |= pieces[1:] != pieces[:-1]
    edge[:, 1:] |= pieces[:, 1:] != pieces[:, :-1]
    for i in range(weight - 1):
        edge[1:] |= edge[:-1]
        edge[:, 1:] |= edge[:, :-1]
        if i % 2:
            edge[:-1] |= edge[1:]
            edge[:, :-1] |= edge[:, 1:]
    return np.asarray(Image.fromarray(edge.view(np.uint8) * 255).reduce(2), dtype=np.float32) / 255


def impasto(rgb: np.ndarray, relief: float) -> np.ndarray:
    """Thick paint: light catches the upper left of every stroke. relief: 0..1."""
    y = luma(rgb)
    ridge = np.zeros_like(y)
    ridge[1:, 1:] = y[1:, 1:] - y[:-1, :-1]
    lit: np.ndarray = rgb + (relief * 0.45 * np.clip(ridge, -0.25, 0.25))[..., None]
    return lit


def grained(rgb: np.ndarray, grain: float, rng: np.random.Generator) -> np.ndarray:
    """The tooth of the canvas. grain: 0 none .. 1 coarse."""
    h, w = rgb.shape[:2]
    threads = rng.standard_normal((h,)).astype(np.float32)[:, None] + rng.standard_normal((w,)).astype(np.float32)[None]
    speck = rng.standard_normal((h, w), dtype=np.float32)
    rough: np.ndarray = rgb + (grain * (0.0045 * threads + 0.014 * speck))[..., None]
    return rough


def spread_of_hue(rng: np.random.Generator, n: int, reach: float) -> np.ndarray:
    """Colour shifts (n, 3) that change hue and tone a little but cancel out on average. reach: about 0.02..0.2."""
    warm_cool = rng.normal(0, reach, n)[:, None] * np.array([0.9, -0.1, -0.9])
    red_green = rng.normal(0, reach * 0.7, n)[:, None] * np.array([0.7, -0.6, 0.5])
    tone = rng.normal(0, reach * 0.55, n)[:, None]
    shifts: np.ndarray = warm_cool + red_green + tone
    return shifts
