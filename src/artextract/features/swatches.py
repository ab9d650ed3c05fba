"""Colours in words, and which of them two paintings share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from artextract.features.cielab import STEP, amounts, bin_colours, hex_to_rgb, lab_to_hex, numbered, rgb_to_lab, smooth

SEEDS = 10
"""Two palettes together are divided into at most this many colours before they are compared."""
NEAR = 14.0
"""Groups of bins nearer than this, in CIELAB units, are one colour: a flat colour lies on up to eight bins, 12
apart."""
PLACES_SIDE = 800
"""Pixels on the longer side of a picture in which the places of colours are found."""
LEAST = 0.02
"""A colour counts as shared where each painting has it on at least this part of its surface, and their histograms as
much in common."""

NAMES = {
    "black": "#0b0a0a",
    "charcoal": "#333231",
    "dark grey": "#4d4d4c",
    "grey": "#7f7f7f",
    "light grey": "#b9b9b8",
    "white": "#fafafa",
    "warm black": "#1d1510",
    "warm grey": "#8c8379",
    "light warm grey": "#c2b8ab",
    "dark warm grey": "#595048",
    "blue-black": "#12161f",
    "blue-grey": "#75838f",
    "light blue-grey": "#aebac4",
    "dark blue-grey": "#45515c",
    "green-grey": "#7d877b",
    "dark green-grey": "#4b554a",
    "light green-grey": "#b7c0b2",
    "pink-grey": "#a28d8b",
    "ivory": "#f4ecd8",
    "cream": "#efe0b9",
    "beige": "#d6c3a2",
    "sand": "#c5a878",
    "tan": "#b08a5c",
    "straw": "#dcc57e",
    "ochre": "#bf8f36",
    "dark ochre": "#8f6b2c",
    "umber": "#644b30",
    "dark umber": "#3f2e1f",
    "brown": "#7a4f2c",
    "dark brown": "#452a18",
    "red-brown": "#7c3a24",
    "dark red-brown": "#4e2118",
    "sienna": "#a2592f",
    "terracotta": "#bd6a4c",
    "rust": "#a9441f",
    "copper": "#c07a45",
    "russet": "#8c4b3a",
    "olive": "#77743a",
    "dark olive": "#46462a",
    "khaki": "#a39d6b",
    "red": "#c5261f",
    "bright red": "#ec2a20",
    "dark red": "#8a1a1a",
    "crimson": "#a5152f",
    "wine red": "#5e1724",
    "coral": "#e7765d",
    "salmon": "#e6a288",
    "flesh pink": "#e3bda5",
    "orange": "#e17a1e",
    "deep orange": "#d5571c",
    "light orange": "#efae63",
    "amber": "#e3a21f",
    "yellow": "#f2d21d",
    "lemon yellow": "#f0e553",
    "pale yellow": "#f2e99d",
    "gold": "#cda52f",
    "yellow-green": "#a5b236",
    "bright green": "#39ad37",
    "green": "#2f7d3c",
    "dark green": "#1e4526",
    "black-green": "#18251b",
    "sage green": "#94a585",
    "moss green": "#64763b",
    "pale green": "#bcd5ac",
    "emerald green": "#108a62",
    "blue-green": "#21706f",
    "dark blue-green": "#16403f",
    "turquoise": "#37aaa5",
    "pale turquoise": "#a8d5d0",
    "grey-green": "#68806f",
    "blue": "#2a5ba8",
    "bright blue": "#1e6de0",
    "deep blue": "#1d3a7a",
    "dark blue": "#16244a",
    "ultramarine blue": "#2b2a9c",
    "sky blue": "#79b0dc",
    "pale blue": "#bfd8e8",
    "steel blue": "#4f7ba0",
    "slate blue": "#4d5f7e",
    "violet": "#6b3fa0",
    "dark violet": "#3a2352",
    "lilac": "#b79bd0",
    "pale lilac": "#d8cbe4",
    "grey-violet": "#817491",
    "purple": "#7d2a77",
    "dark purple": "#421a3c",
    "mauve": "#a0748f",
    "magenta": "#c32a85",
    "pink": "#e58db0",
    "pale pink": "#f2cfd3",
    "rose": "#cf6478",
    "dusty rose": "#b98583",
}
"""Our own choice of names that a curator would use, each with the sRGB colour that it stands for."""


@dataclass(frozen=True)
class Swatch:
    """A colour as "#rrggbb", the parts 0..1 of the two paintings' surfaces that are nearest to it, and its name."""

    hex: str
    share_a: float
    share_b: float
    name: str


def colour_name(colour: str) -> str:
    """The name of ``NAMES`` whose colour looks nearest to "#rrggbb", by CIEDE2000."""
    names, lab = _named()
    return names[int(ciede2000(rgb_to_lab(hex_to_rgb([colour])[0]), lab).argmin())]


def shared_colours(a: Image.Image | np.ndarray, b: Image.Image | np.ndarray, most: int = 6) -> list[Swatch]:
    """The at most ``most`` colours that two paintings, or their histograms ``cielab.amounts`` ``(bins,)``, have in
    common; those shared by most of the surface first."""
    return [swatch for swatch, common, _ in _divided(_histogram(a), _histogram(b)) if _is_shared(swatch, common)][:most]


def shared_places(a: Image.Image, b: Image.Image, most: int = 6) -> tuple[list[Swatch], np.ndarray, np.ndarray]:
    """``shared_colours`` of two pictures, and where they are: per picture, reduced to ``PLACES_SIDE``, the number of
    the swatch that each pixel belongs to, from 1, and 0 where its colour is not shared; uint8 (height, width)."""
    found = _divided(_histogram(a), _histogram(b))
    swatches: list[Swatch] = []
    numbers = np.zeros(len(found), dtype=np.uint8)
    for row, (swatch, common, _) in enumerate(found):
        if _is_shared(swatch, common) and len(swatches) < most:
            swatches.append(swatch)
            numbers[row] = len(swatches)
    groups = np.stack([chosen for _, _, chosen in found])
    return swatches, numbers[numbered(a, groups, PLACES_SIDE)], numbers[numbered(b, groups, PLACES_SIDE)]


def differing_colours(a: Image.Image | np.ndarray, b: Image.Image | np.ndarray, least: float = 0.06) -> list[Swatch]:
    """The colours that are not shared, and of which one painting has ``least`` of its surface or more.

    The largest difference first."""
    found = [swatch for swatch, common, _ in _divided(_histogram(a), _histogram(b)) if not _is_shared(swatch, common)]
    found = [swatch for swatch in found if max(swatch.share_a, swatch.share_b) >= least]
    return sorted(found, key=lambda swatch: -abs(swatch.share_a - swatch.share_b))


def _is_shared(swatch: Swatch, common: float) -> bool:
    return min(common, swatch.share_a, swatch.share_b) >= LEAST


def ciede2000(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Colour difference of CIELAB values ``(..., 3)``, with all three weights 1.

    G. Sharma, W. Wu and E. Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary test
    data, and mathematical observations", Color Research and Application 30 (2005), equations 2 to 22."""
    (l1, a1, b1), (l2, a2, b2) = (np.moveaxis(np.asarray(lab, np.float64), -1, 0) for lab in (one, other))
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    coloured = c1 * c2 > 0
    turn = np.where(coloured, (h2 - h1 + 180) % 360 - 180, 0.0)
    hue = np.where(coloured, h1 + turn / 2, h1 + h2)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    twist = 60 * np.exp(-(((hue % 360 - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(twist))
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / s_h
    difference: np.ndarray = np.sqrt(np.maximum(d_l**2 + d_c**2 + d_h**2 + rotation * d_c * d_h, 0.0))
    return difference


def _cos(degrees: np.ndarray) -> np.ndarray:
    cosine: np.ndarray = np.cos(np.radians(degrees))
    return cosine


def _histogram(source: Image.Image | np.ndarray) -> np.ndarray:
    return amounts(source) if isinstance(source, Image.Image) else np.asarray(source, np.float64)


def _divided(a: np.ndarray, b: np.ndarray) -> list[tuple[Swatch, float, np.ndarray]]:
    """Both histograms divided into the same few colours, which together are all of each.

    With the part that they have in common, the largest first, and the bins, bool (bins,).

    The part in common is that of the smoothed histograms, so that two greens which look alike count though they fall
    into neighbouring bins."""
    lab, both = bin_colours(), (a + b) / 2
    common = np.minimum(*smooth(np.stack([a, b])))
    groups: dict[str, np.ndarray] = {}
    for chosen in _clusters(lab, both):  # two of one name would read as a mistake
        name = colour_name(lab_to_hex(_mean(lab, both * chosen)))
        groups[name] = groups.get(name, False) | chosen
    found = []
    for name, chosen in groups.items():
        swatch = Swatch(lab_to_hex(_mean(lab, both * chosen)), float(a[chosen].sum()), float(b[chosen].sum()), name)
        found.append((swatch, float(common[chosen].sum()), chosen))
    return sorted(found, key=lambda part: -part[1])


def _clusters(lab: np.ndarray, weight: np.ndarray) -> list[np.ndarray]:
    """Bins ``lab (bins, 3)`` in groups that differ by more than ``NEAR``, as masks: k-means from seeds as in
    ``cielab.dominant_colours``."""
    left = weight.copy()
    seeds: list[np.ndarray] = []
    while len(seeds) < SEEDS and left.max() > 1e-3:
        seeds.append(lab[left.argmax()])
        left *= 1 - np.exp(-((lab - seeds[-1]) ** 2).sum(-1) / (2 * (2 * STEP) ** 2))
    centres = np.array(seeds)
    for _ in range(20):
        nearest = ((lab[:, None] - centres[None]) ** 2).sum(-1).argmin(1)
        kept = [n for n in range(len(centres)) if weight[nearest == n].sum() > 0]
        moved = np.stack([_mean(lab, weight * (nearest == n)) for n in kept])
        if len(moved) == len(centres) and np.allclose(moved, centres, atol=0.1):
            break
        centres = moved
    nearest = ((lab[:, None] - centres[None]) ** 2).sum(-1).argmin(1)
    masks = [nearest == n for n in range(len(centres))]
    while len(masks) > 1:
        means = np.stack([_mean(lab, weight * mask) for mask in masks])
        apart = np.linalg.norm(means[:, None] - means[None], axis=-1) + 1e3 * np.eye(len(masks))
        one, other = np.unravel_index(apart.argmin(), apart.shape)
        if apart[one, other] > NEAR:
            break
        masks[one] = masks[one] | masks[other]
        del masks[other]
    return masks


def _mean(lab: np.ndarray, weight: np.ndarray) -> np.ndarray:
    mean: np.ndarray = weight @ lab / weight.sum()
    return mean


@lru_cache(maxsize=1)
def _named() -> tuple[list[str], np.ndarray]:
    return list(NAMES), rgb_to_lab(hex_to_rgb(NAMES.values()))
