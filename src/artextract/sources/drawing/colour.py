"""Colour: conversions, the palette of one painting, tonal grading, and the palette read back from the result."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

# sRGB (D65) to CIE XYZ, each row already divided by the white point.
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) / np.array(
    [[0.95047], [1.0], [1.08883]]
)
_FROM_XYZ = np.linalg.inv(_TO_XYZ)
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """CIE Lab (L 0..100) of sRGB values in 0..1; the last axis holds the channels."""
    rgb = np.asarray(rgb, dtype=np.float64)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.einsum("...c,kc->...k", linear, _TO_XYZ)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def from_lab(lab: np.ndarray) -> np.ndarray:
    """sRGB in 0..1, clipped to the gamut, of CIE Lab values."""
    lab = np.asarray(lab, dtype=np.float64)
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(f > 0.2069, f**3, (f - 16 / 116) / 7.787)
    linear = np.clip(np.einsum("...c,kc->...k", xyz, _FROM_XYZ), 0, 1)
    rgb: np.ndarray = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return rgb


def from_hex(text: str) -> np.ndarray:
    """sRGB in 0..1 of "#rrggbb"."""
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32) / 255


def to_hex(rgb: np.ndarray) -> str:
    """ "#rrggbb" of one sRGB colour in 0..1."""
    return "#" + "".join(f"{int(v):02x}" for v in np.rint(np.clip(rgb, 0, 1) * 255))


def mix(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """The colour a fraction `t` (0..1) of the way from `a` to `b`."""
    mixed: np.ndarray = (a + (b - a) * t).astype(np.float32)
    return mixed


def luma(rgb: np.ndarray) -> np.ndarray:
    """Perceived lightness, 0..1, of sRGB values in 0..1."""
    lightness: np.ndarray = rgb[..., 0] * _LUMA[0] + rgb[..., 1] * _LUMA[1] + rgb[..., 2] * _LUMA[2]
    return lightness


@dataclass(frozen=True)
class Palette:
    """The colours one painting is mixed from, by their part in the picture; each is sRGB in 0..1."""

    sky: np.ndarray
    glow: np.ndarray
    far: np.ndarray
    land: np.ndarray
    leaf: np.ndarray
    warm: np.ndarray
    dark: np.ndarray
    pale: np.ndarray

    def colours(self) -> np.ndarray:
        """All eight, as an array of shape (8, 3)."""
        return np.stack([getattr(self, f.name) for f in fields(self)])


# sky, glow, far, land, leaf, warm, dark, pale
SCHEMES: dict[str, str] = {
    "morning": "#9fc3dc #f2dfc0 #8a9bb5 #b9b36a #4f7a4c #d9764a #2f3a52 #f3ead6",
    "dusk": "#5b6c9e #f0a56b #6d5a86 #8d6a4f #3f4f4d #e2603f #261f38 #f7d9a8",
    "harvest": "#86b0b8 #f4d98a #a98f6a #dba53f #6f7d32 #b8452c #3b2a26 #f5e7bf",
    "garden": "#b5d3c6 #f5e6e0 #7fae9a #7fa653 #2f6b4f #e0587a #1f3b3a #f7f0e2",
    "mineral": "#a9b4b8 #ded6c6 #7c8a92 #9a8d78 #5b6654 #b4633f #2b2d31 #ebe4d5",
    "lagoon": "#58a7b8 #f3d7b6 #2f7f94 #d9b98a #1f5d66 #ee7d55 #14324a #f4efe0",
    "rose": "#d8a5b0 #f8ddc4 #a37a9c #b98a7a #6b6f5c #c93f4f #45263f #fbeee2",
    "citrus": "#f0c85a #f9e7a6 #e58f4e #7c9a4a #22665c #d8432f #26304d #fbf3dc",
    "night": "#3a5488 #8fa7c9 #3b5a86 #4a6a80 #23484f #e8b04a #141c33 #dfe3d8",
}


def mixed_palette(scheme: str, chroma: float, rng: np.random.Generator) -> Palette:
    """A painting's palette: a named scheme, its hues turned together and each colour a little apart.

    `chroma` is the artist's liking for saturated colour, about 0.7..1.3.
    """
    lab = to_lab(np.stack([from_hex(c) for c in SCHEMES[scheme].split()]))
    turn = np.deg2rad(np.clip(rng.normal(0, 16), -34, 34) + rng.normal(0, 6, len(lab)))
    saturation = chroma * rng.uniform(0.75, 1.2)
    a, b = lab[:, 1].copy(), lab[:, 2].copy()
    lab[:, 1] = (a * np.cos(turn) - b * np.sin(turn)) * saturation
    lab[:, 2] = (a * np.sin(turn) + b * np.cos(turn)) * saturation
    lab[:, 0] += rng.normal(0, 3.5, len(lab))
    return Palette(*from_lab(lab).astype(np.float32))


def graded(rgb: np.ndarray, key: float, contrast: float, chroma: float, firmness: float = 0.85) -> np.ndarray:
    """`rgb` (0..1) with its mean lightness, lightness spread and mean colourfulness drawn towards a plan.

    Every style is graded to the same range of plans, so that neither brightness nor saturation gives a style away.
    key: mean lightness, 0..1. contrast: its standard deviation, 0..0.5. chroma: mean distance from grey, 0..0.5.
    firmness: 0 leaves the picture alone, 1 meets the plan but for clipping.
    """
    y = luma(rgb)
    colour = rgb - y[..., None]
    mean, spread = float(y.mean()), float(y.std())
    wealth = float(np.abs(colour).mean())
    gain = np.clip(1 + firmness * (contrast / max(spread, 1e-3) - 1), 0.6, 1.8)
    tint = np.clip(1 + firmness * (chroma / max(wealth, 1e-3) - 1), 0.5, 1.7)
    level = mean + firmness * (key - mean)
    y = level + (y - mean) * gain
    y = _shouldered(y)
    toned: np.ndarray = np.clip(y[..., None] + colour * np.float32(tint), 0, 1)
    return toned


def _shouldered(y: np.ndarray) -> np.ndarray:
    """Bend the ends of the scale, so that highlights and darks keep their modelling instead of clipping."""
    low, high = 0.12, 0.86
    y = np.where(y < low, low * np.exp(np.minimum(y - low, 0) / low), y)
    return np.where(y > high, 1 - (1 - high) * np.exp(-np.maximum(y - high, 0) / (1 - high)), y).astype(np.float32)


def measured_palette(pixels: np.ndarray, start: np.ndarray) -> tuple[tuple[str, float], ...]:
    """The 4..6 colours that stand for a finished picture, commonest first, with proportions that sum to 1.

    pixels: the picture as uint8 (h, w, 3). start: the colours planned for it, sRGB 0..1, where the search begins.
    """
    step = max(1, min(pixels.shape[:2]) // 48)
    sample = to_lab(pixels[step // 2 :: step, step // 2 :: step].reshape(-1, 3) / 255.0)
    centres = to_lab(start)
    for round_ in range(14):
        nearest = _nearest(sample, centres)
        counts = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, sample[:, c], len(centres)) for c in range(3)], axis=1)
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
        if round_ in (3, 5, 7, 9) and len(centres) > 4:
            weakest = int(np.argmin(counts))
            if len(centres) > 6 or counts[weakest] < 0.03 * len(sample):
                centres = np.delete(centres, weakest, axis=0)
    nearest = _nearest(sample, centres)
    counts = np.bincount(nearest, minlength=len(centres))
    shares = counts / counts.sum()
    order = np.argsort(-shares, kind="stable")
    return tuple((to_hex(from_lab(centres[i])), float(shares[i])) for i in order)


def _nearest(sample: np.ndarray, centres: np.ndarray) -> np.ndarray:
    apart = [(sample[:, c, None] - centres[None, :, c]) ** 2 for c in range(3)]
    nearest: np.ndarray = (apart[0] + apart[1] + apart[2]).argmin(1)
    return nearest
