"""Texture: how the paint is laid on, whatever it shows: how wide the strokes are, how well they run together, how rough
the surface is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, PAPER, fit, font
from artextract.features import SKETCH_SIDE, Colour
from artextract.features.pictures import PictureFeature, resized, scaled
from artextract.features.texture_words import PASSAGES, TextureMeasures, compared, words

LONG_SIDE = 512
"""Texture is measured at this many pixels on the longer side. Smaller files are enlarged, and the octaves that they
cannot hold count as neutral."""
TILE = 64
"""Statistics are taken per square of this many pixels, then over the squares, wherever these lie."""
OCTAVES = 5
"""Bands of strokes about 2, 4, 8, 16 and 32 pixels wide."""
DIRECTED = 4
"""Octaves whose direction is measured: those with enough pixels in a tile."""
CELL = 4
"""Directions are measured in cells of this many pixels of their octave, and once more over 2 x 2 and 4 x 4 cells."""
FLOOR = 1.5
"""Contrast below which nothing is seen, where the whole picture's standard deviation is 50: as much as the rounding of
8-bit files."""


class Texture(PictureFeature):
    """Band energies after divisive normalisation by the contrast around them, and the coherence of the structure
    tensor, per octave, as distributions over the picture.

    The bands are those of a Laplacian pyramid (Burt and Adelson, "The Laplacian pyramid as a compact image code",
    1983), the division is Heeger's ("Normalization of cell responses in cat striate cortex", 1992), the tensor that of
    Bigün and Granlund ("Optimal orientation detection of linear symmetry", 1987); that statistics of bands without
    their place make a texture follows Portilla and Simoncelli (2000)."""

    name = "texture"
    store_name = "texture"
    version = "1"
    description = "the surface: width, direction and length of strokes, roughness"
    decoded_at = LONG_SIDE
    space = "centred"
    about = "their brushwork"
    colour = Colour("#6a7f34", "#a5bd68")

    @property
    def dim(self) -> int:
        return len(_layout().weight)

    def vector(self, image: Image.Image) -> np.ndarray:
        layout = _layout()
        levels = _pyramid(image)
        if levels is None:
            return np.full(self.dim, np.nan, dtype=np.float32)
        values = np.where(_unseen(max(image.size)), layout.neutral, _statistics(levels))
        vector: np.ndarray = ((values - layout.neutral) * layout.weight).astype(np.float32)
        return vector

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        return compared(_read(a), _read(b))

    def sketch(self, image: Image.Image) -> Image.Image:
        return _drawn(image, texture_measures(image))


def texture_measures(image: Image.Image) -> TextureMeasures | None:
    """The readable measures of an RGB picture, which are those of its vector; None for a picture of one tone."""
    vector = Texture().vector(image)
    return None if np.isnan(vector).any() else _read(vector)


@dataclass(frozen=True)
class _Layout:
    """Which numbers stand where in the vector, what is neutral, and the weight of each: vectors are ``(value - neutral)
    * weight``."""

    places: dict[str, slice]
    neutral: np.ndarray
    weight: np.ndarray


# Name, neutral values (about what paintings have on average) and weight: such that over paintings width counts most,
# then coherence and
# roughness, and that the subject's main directions and the sign of the strokes (light on dark) count least.
_BLOCKS = (
    (
        "spectrum",
        (0.0, 0.3, 0.6, -0.4, -0.15, 0.1, -0.25, -0.1, 0.05, -0.05, 0.0, 0.05, -0.05, 0.1, 0.25),
        0.9,
    ),  # quartiles per octave
    ("strength", (2.2, 2.9, 3.5), 0.9),  # 10 %, 50 %, 90 %
    ("coherence", (0.75, 0.57, 0.43) * DIRECTED, 3.0),  # one cell, 2 x 2, 4 x 4, per octave
    ("spread", (0.36, 0.36, 0.31, 0.26), 2.0),
    ("direction", (0.0, 0.0) * DIRECTED, 1.2),
    ("entropy", (0.85,) * DIRECTED, 3.5),
    ("sparseness", (-0.38, -0.36, -0.3, -0.22, -0.13), 3.0),
    ("skewness", (0.0,) * OCTAVES, 0.6),
)


@lru_cache(maxsize=1)
def _layout() -> _Layout:
    places, start = {}, 0
    for name, values, _ in _BLOCKS:
        places[name] = slice(start, start + len(values))
        start += len(values)
    neutral = np.concatenate([values for _, values, _ in _BLOCKS])
    weight = np.concatenate([np.full(len(values), weight) for _, values, weight in _BLOCKS])
    return _Layout(places, neutral, weight)


@lru_cache(maxsize=64)
def _unseen(long_side: int) -> np.ndarray:
    """Which numbers a file of so many pixels cannot tell, bool (dim,): those of octaves finer than its pixels.

    At most the first two."""
    missing = int(np.clip(np.ceil(np.log2(LONG_SIDE / long_side) - 0.3), 0, 2))
    unseen = np.zeros(len(_layout().weight), dtype=bool)
    for name, place in _layout().places.items():
        columns = place.stop - place.start
        if name == "strength":  # of the octaves 1 and 2
            unseen[place] = missing == 2
        else:
            octaves = OCTAVES if name in ("spectrum", "sparseness", "skewness") else DIRECTED
            unseen[place.start : place.start + missing * columns // octaves] = True
    return unseen


def _pyramid(image: Image.Image) -> list[np.ndarray] | None:
    """Lightness at falling sizes, float32 (h, w), each half the one before, sides padded to whole tiles.

    Mean 0, deviation 50. None where flat."""
    grey = image.convert("L")
    grey = resized(grey, LONG_SIDE)
    scale = LONG_SIDE / max(grey.size)
    if scale > 1:
        grey = grey.resize(scaled(grey.size, scale), Image.Resampling.BICUBIC)
    pixels = np.asarray(grey, dtype=np.float32)
    if pixels.std() < 1:
        return None
    pixels = (pixels - pixels.mean()) * (50 / (pixels.std() + 4))
    pixels = np.pad(pixels, [(0, -side % TILE) for side in pixels.shape], mode="symmetric")
    levels = [pixels]
    for _ in range(OCTAVES - 1):
        levels.append(_blurred(levels[-1])[::2, ::2])
    return levels


def _blurred(pixels: np.ndarray) -> np.ndarray:
    """Smoothed by the binomial 1 4 6 4 1, whose standard deviation is one pixel."""
    for _ in range(2):  # along the columns, then, turned, along the rows
        edges = np.pad(pixels, ((2, 2), (0, 0)), mode="symmetric")
        pixels = ((edges[:-4] + edges[4:]) * (1 / 16) + (edges[1:-3] + edges[3:-1]) * (1 / 4) + edges[2:-2] * (3 / 8)).T
    return pixels


def _pooled(values: np.ndarray, side: int) -> np.ndarray:
    """Means over squares of ``side``: (h // side, w // side)."""
    height, width = values.shape[0] // side, values.shape[1] // side
    means: np.ndarray = values[: height * side, : width * side].reshape(height, side, width, side).mean(axis=(1, 3))
    return means


def _tensors(level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Structure tensors of cells of ``CELL`` pixels as double-angle vectors complex (h, w) and their energy float (h,
    w).

    Gradients are central differences after the smoothing that makes the octave's level; the angle of the complex number
    is twice that of the gradient."""
    smooth = _blurred(level)
    down, right = np.gradient(smooth)
    return _pooled(right * right - down * down, CELL) + 2j * _pooled(right * down, CELL), _pooled(
        right * right + down * down, CELL
    )


def _statistics(levels: list[np.ndarray]) -> np.ndarray:
    """All numbers of the vector, in their own units."""
    bands = [level - _blurred(level) for level in levels]
    sides = [TILE >> octave for octave in range(OCTAVES)]
    squares = [band * band for band in bands]
    energy = np.stack(
        [_pooled(square, side).ravel() for square, side in zip(squares, sides, strict=False)]
    )  # (octaves, tiles)
    rms = np.log2(np.sqrt(energy) + FLOOR)
    around = rms[2:].mean(axis=0)
    strength = np.log2(np.sqrt(energy[1:3].mean(axis=0)) + FLOOR)
    sparseness, skewness = [], []
    for band, square, variance, side in zip(bands, squares, energy, sides, strict=False):
        deviation = np.sqrt(variance) + 0.1
        sparseness.append(np.median(np.log2(_pooled(np.abs(band), side).ravel() / deviation + 0.1)))
        skewness.append(np.median(_pooled(square * band, side).ravel() / deviation**3))
    coherence, spread, direction, entropy = [], [], [], []
    for level in levels[:DIRECTED]:
        tensor, trace = _tensors(level)
        seen = trace / (trace + FLOOR**2)
        tensor = tensor / (trace + FLOOR**2)
        total = seen.mean() + 1e-6
        coherence += [
            np.abs(_pooled(tensor, window)).mean() / total for window in np.minimum((1, 2, 4), min(tensor.shape))
        ]
        spread.append(np.abs(_pooled(tensor, 2)).std() / total)
        common = tensor.mean() / total
        direction += [common.real, common.imag]
        courses = np.rint(np.angle(tensor).ravel() / (2 * np.pi) * 8).astype(int) % 8
        share = np.bincount(courses, weights=np.abs(tensor).ravel(), minlength=8)
        share = share / (share.sum() + 1e-9) + 1e-9
        entropy.append(-(share * np.log(share)).sum() / np.log(8))
    spectrum = np.quantile(rms - around, [0.25, 0.5, 0.75], axis=1).T
    blocks = [
        spectrum.ravel(),
        np.quantile(strength, [0.1, 0.5, 0.9]),
        coherence,
        spread,
        direction,
        entropy,
        sparseness,
        skewness,
    ]
    return np.concatenate(blocks)


def _read(vector: np.ndarray) -> TextureMeasures:
    layout = _layout()
    values = vector / layout.weight + layout.neutral
    block = {name: values[place] for name, place in layout.places.items()}
    energy = 8.0 ** block["spectrum"][1::3]
    octave = (energy * np.arange(OCTAVES)).sum() / energy.sum()
    width = 1.7 * 2 ** (
        1.45 * octave
    )  # bands overlap: this line fits drawn dots and strokes of 2 to 26 pixels within a factor of 1.5
    near, middle, far = block["coherence"].reshape(DIRECTED, 3).mean(axis=0)
    real, imaginary = block["direction"].reshape(DIRECTED, 2).mean(axis=0)
    across = np.angle(complex(real, imaginary)) / 2  # of the gradient, downwards from the horizontal
    low, median, high = block["strength"]
    return TextureMeasures(
        width=float(width / LONG_SIDE),
        coherence=float(middle),
        length=float(far / max(near, 1e-6)),
        common=float(np.hypot(real, imaginary)),
        direction=float(np.degrees(-across - np.pi / 2) % 180),
        roughness=float(median),
        unevenness=float(high - low),
    )


def _drawn(image: Image.Image, measures: TextureMeasures | None) -> Image.Image:
    """The paled picture under short lines along the strokes, long and warm where these run together, and below it the
    scale."""
    strip = 46
    size = ImageOps.contain(image, (SKETCH_SIDE, SKETCH_SIDE - strip)).size
    width, height = max(size[0], 300), size[1]
    picture = Image.blend(image.resize(size, Image.Resampling.LANCZOS), Image.new("RGB", size, PAPER), 0.6)
    sheet = Image.new("RGB", (width, height + strip), PAPER)
    left = (width - size[0]) // 2
    sheet.paste(picture, (left, 0))
    if measures is None:
        ImageDraw.Draw(sheet).text((8, height + 15), "one tone: no strokes to be seen", fill=INK, font=font(13))
        return sheet
    large = Image.new("RGBA", (2 * size[0], 2 * size[1]))
    _lines(ImageDraw.Draw(large), image, 2 * max(size) / LONG_SIDE)
    lines = large.resize(size, Image.Resampling.LANCZOS)
    sheet.paste(lines, (left, 0), lines)
    _scale(ImageDraw.Draw(sheet), measures, (8, height + 6), max(size), width)
    return sheet


def _lines(draw: ImageDraw.ImageDraw, image: Image.Image, scale: float) -> None:
    """A line for each square of 12 pixels of the working size, along its strokes."""
    levels = _pyramid(image)
    if levels is None:
        return
    tensor, trace = _tensors(_blurred(levels[0]))
    step = 3 * CELL
    tensor, trace = _pooled(tensor / (trace + FLOOR**2), 3), _pooled(trace, 3)
    coherence, along = np.abs(tensor), np.angle(tensor) / 2 + np.pi / 2
    for row, column in np.ndindex(coherence.shape):
        strength = coherence[row, column]
        x, y = (column + 0.5) * step * scale, (row + 0.5) * step * scale
        reach = scale * step * (0.12 + 0.42 * strength)
        dx, dy = reach * np.cos(along[row, column]), reach * np.sin(along[row, column])
        draw.line((x - dx, y - dy, x + dx, y + dy), fill=_colour(strength), width=round(scale * (1.0 + 1.2 * strength)))


def _colour(coherence: float) -> tuple[int, int, int, int]:
    """From a cool grey through blue to red."""
    red, green, blue = (
        round(float(np.interp(coherence, (0.0, 0.5, 1.0), stops)))
        for stops in zip((150, 165, 180), (45, 100, 160), (200, 45, 30), strict=False)
    )
    return red, green, blue, round(120 + 135 * coherence)


def _scale(
    draw: ImageDraw.ImageDraw, measures: TextureMeasures, corner: tuple[int, int], long_side: int, width: int
) -> None:
    """Key to the colours, and the typical width of marks at the picture's own scale."""
    left, top = corner
    for x in range(70):
        draw.line((left + 58 + x, top + 4, left + 58 + x, top + 12), fill=_colour(x / 69)[:3])
    draw.text((left, top), "scattered", fill=FAINT, font=font(11))
    draw.text((left + 134, top), "in one run", fill=FAINT, font=font(11))
    across, middle = max(2, round(measures.width * long_side)), top + 27
    draw.line((left, middle, left + across, middle), fill=INK, width=2)
    for x in (left, left + across):
        draw.line((x, middle - 5, x, middle + 5), fill=INK, width=2)
    marks, _, _, surface = words(measures)
    text = f"{100 * measures.width:.1f}% wide: {marks}{'' if marks == PASSAGES else f'; {surface}'}"
    start = left + across + 8
    draw.text((start, top + 19), fit(text, font(12), width - start - 4), fill=INK, font=font(12))
