"""Composition: where the visual weight of a painting lies and what lines order it, whatever its colours and its
subject."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from artextract.drawing_text import PAPER
from artextract.features import SKETCH_SIDE, Colour, Overlay
from artextract.features.cielab import rgb_to_lab
from artextract.features.pictures import PictureFeature, blurred, captioned, scaled, squashed
from artextract.features.shapes import Dot, Drawing, Line, Ring, Shape, drawn
from artextract.features.wording import Trait, differences, sentence, shared
from artextract.said import Said, in_a_row

SIDE = 96
"""Pictures are squashed to a square of this many pixels: places, symmetry and diagonals are those of the frame,
whatever its aspect."""
GRID = 6
BANDS = 9
"""Heights at which the vector says how strong a horizon lies there."""
BLANK = 0.5
"""A picture whose colours deviate by less from their mean, in CIELAB units, is blank and has no composition."""

RED, BLUE = "#e4572e", "#5aa9e6"

_AT = (np.arange(SIDE) + 0.5) / SIDE


@dataclass(frozen=True)
class Composition:
    """What can be read off a composition; places are parts of the frame, from its left and its top.

    ``x``, ``y``: the centre of mass, 0..1. ``right``, ``low``: mass in the right half minus the left, the lower minus
    the upper, -1..1. ``spread``: the mean distance of the mass from its centre, 0..1.7, 1 where it lies evenly.
    ``fill``: the part of the picture that the mass takes up, 0..1 (1: all over). ``mirror``, ``flip``: likeness of the
    picture with itself mirrored left to right and top to bottom, -1 (the opposite) .. 1 (the same), near 0 where
    nothing changes from left to right, or from top to bottom. ``thirds``, ``points``: mass along the lines of the
    thirds, and where these cross, as a power of two of what an even picture has there, -1 (half or less) .. 1 (twice or
    more). ``horizon``: the height at which the picture divides most clearly into above and below, 0.125..0.875 from the
    top, and ``division``, how clearly, 0..1. ``rising``, ``upright``: lines that rise to the right minus those that
    fall, vertical minus horizontal, -1..1. ``slanting``: oblique minus straight lines, -1..1. ``axis``: the slant of
    the mass as a whole, -1 (from upper left to lower right) .. 1. ``open``: mass along the frame against mass at the
    centre, -1 (all in the centre) .. 1 (the centre is empty). ``aspect``: width over height, as a power of two, cut to
    -2..2."""

    x: float
    y: float
    right: float
    low: float
    spread: float
    fill: float
    mirror: float
    flip: float
    thirds: float
    points: float
    horizon: float
    division: float
    rising: float
    upright: float
    slanting: float
    axis: float
    open: float
    aspect: float


NEUTRAL = Composition(0.5, 0.5, 0, 0, 0.9, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, -0.2, 0)
"""What says nothing about a painting."""
WEIGHTS = Composition(2.5, 2.5, 1, 1, 1.5, 1.5, 0.9, 0.6, 0.4, 0.3, 0.05, 0.5, 4, 1, 1, 1, 0.8, 0.15)
"""What each measure counts in the vector. The height of the horizon counts through the bands, which are empty where
there is none."""
LAYOUT_WEIGHT = 0.36
HORIZON_WEIGHT = 1.5

HORIZON = 0.24
"""A division from here on is called a horizon."""
SLOPE = 0.08
"""Lines that rise, or fall, by so much more are called a diagonal."""

_TRAITS = (
    Trait(
        "mirror",
        -0.35,
        0.4,
        "set one side against the other",
        "are nearly symmetrical left to right",
        0.4,
        "is less symmetrical",
        "is more symmetrical",
    ),
    Trait(
        "rising",
        -SLOPE,
        SLOPE,
        "fall from left to right along their diagonals",
        "rise from left to right along their diagonals",
        0.1,
        "falls more to the right",
        "rises more to the right",
    ),
    Trait(
        "open",
        -0.45,
        0.2,
        "gather at the centre",
        "leave the centre open",
        0.45,
        "is fuller at the centre",
        "is more open at the centre",
    ),
    Trait(
        "fill",
        0.38,
        0.54,
        "rest on one small mass",
        "spread over the whole surface",
        0.12,
        "is more compact",
        "is spread more widely",
    ),
    Trait(
        "upright", -0.25, 0.2, "lie in level bands", "stand on upright lines", 0.35, "is more level", "is more upright"
    ),
    Trait(
        "slanting",
        -0.4,
        0.0,
        "keep to level and upright lines",
        "are full of slanting lines",
        0.25,
        "is straighter",
        "is more slanting",
        "mix straight and slanting lines",
    ),
    Trait("right", -1, 1, "", "", 0.3, "weighs further to the left", "weighs further to the right"),
    Trait("low", -1, 1, "", "", 0.4, "sits higher", "hangs lower"),
)


class CompositionFeature(PictureFeature):
    """The measures of ``Composition``, the mass on a grid of 6 x 6 and the strength of horizons at 9 heights, side by
    side."""

    name = "composition"
    store_name = "composition"
    version = "1"
    description = (
        "where the visual weight lies: balance, symmetry, thirds, horizon, diagonals, an open or a full centre"
    )
    decoded_at = SIDE
    space = "centred"
    about = "their composition"
    colour = Colour("#3a8484", "#63b8b8")
    presets = {"same composition": 30}
    overlay = Overlay(
        "Composition", "Clear: where the visual weight lies; the thirds, the horizon, the leading diagonal."
    )
    dim = len(astuple(NEUTRAL)) + GRID * GRID + BANDS

    def vector(self, image: Image.Image) -> np.ndarray:
        seen = _see(image)
        if seen is None:
            return np.full(self.dim, np.nan, dtype=np.float32)
        colours, mass = seen
        cells = mass.reshape(GRID, SIDE // GRID, GRID, SIDE // GRID).sum(axis=(1, 3)) * GRID * GRID
        layout = LAYOUT_WEIGHT * (np.sqrt(cells) - 1).ravel()
        found = _measures(colours, mass, image.size)
        heights = np.linspace(0.1, 0.9, BANDS)
        bands = HORIZON_WEIGHT * found.division * np.exp(-(((heights - found.horizon) / 0.1) ** 2) / 2)
        readable = np.array(astuple(WEIGHTS)) * (np.array(astuple(found)) - np.array(astuple(NEUTRAL)))
        return np.concatenate([readable, layout, bands]).astype(np.float32)

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        return _explain(from_vector(a), from_vector(b))

    def drawing(self, image: Image.Image) -> Drawing:
        return _drawing(image)

    def sketch(self, image: Image.Image) -> Image.Image:
        return _sketch(image)


def measure(image: Image.Image) -> Composition | None:
    """The composition of an RGB picture; None for a blank one."""
    seen = _see(image)
    return None if seen is None else _measures(*seen, image.size)


def from_vector(vector: np.ndarray) -> Composition:
    """The measures that a vector of ``CompositionFeature`` was made of."""
    readable = np.asarray(vector, dtype=np.float64)[: len(astuple(NEUTRAL))]
    return Composition(*(readable / astuple(WEIGHTS) + astuple(NEUTRAL)).tolist())


def _see(image: Image.Image) -> tuple[np.ndarray, np.ndarray] | None:
    """Whitened colours float64 (SIDE, SIDE, 3), slightly blurred, and the mass (SIDE, SIDE), sum 1."""
    lab = blurred(rgb_to_lab(squashed(image, SIDE)), 1.0)
    flat = lab.reshape(-1, 3) - lab.mean(axis=(0, 1))
    covariance = flat.T @ flat / len(flat)
    total = np.trace(covariance)
    if total < BLANK**2:
        return None
    values, axes = np.linalg.eigh(covariance)
    # Whitened over the picture, colours keep their distances where a palette is exchanged or tones are inverted. A
    # tenth of the whole is
    # the floor: the faint tints of a nearly grey picture must not weigh as much as its lights and darks.
    colours = (flat @ axes / np.sqrt(np.maximum(values, 0) + total / 10)).reshape(SIDE, SIDE, 3)
    return colours, _mass(colours)


def _mass(colours: np.ndarray) -> np.ndarray:
    """The visual weight, of what stands out: colours far from those along the frame (the boundary prior of Wei et al.,
    "Geodesic saliency using background priors", ECCV 2012) and unlike their surroundings at three scales (Achanta et
    al., "Salient region detection and segmentation", ICVS 2008)."""
    frame = np.ones((SIDE, SIDE), dtype=bool)
    frame[SIDE // 10 : -(SIDE // 10), SIDE // 10 : -(SIDE // 10)] = False
    distinct = np.linalg.norm(colours - colours[frame].mean(axis=0), axis=-1)
    contrast = sum(np.linalg.norm(colours - blurred(colours, sigma), axis=-1) for sigma in (4.0, 8.0, 16.0))
    mass = blurred((distinct / distinct.mean() + contrast / contrast.mean())[..., None], 2.0)[..., 0]
    mass = np.maximum(mass - np.quantile(mass, 0.2), 0)
    parts: np.ndarray = mass / mass.sum()
    return parts


def _measures(colours: np.ndarray, mass: np.ndarray, size: tuple[int, int]) -> Composition:
    columns, rows = mass.sum(axis=0), mass.sum(axis=1)
    x, y = columns @ _AT, rows @ _AT
    var_x, var_y = columns @ (_AT - x) ** 2, rows @ (_AT - y) ** 2
    cov = (_AT - y) @ mass @ (_AT - x)
    half = SIDE // 2
    soft = blurred(colours, 3.0)
    horizon, division = _horizon(colours)
    vertical, horizontal, rising, falling = _lines(colours)
    centre, edge = (mass[zone].mean() for zone in _zones()[2:])
    width, height = size
    return Composition(
        x=float(x),
        y=float(y),
        right=float(columns[half:].sum() - columns[:half].sum()),
        low=float(rows[half:].sum() - rows[:half].sum()),
        spread=float(np.sqrt((var_x + var_y) * 6)),
        fill=float(1 / (mass.size * (mass**2).sum())),
        mirror=_symmetry(soft),
        flip=_symmetry(soft.transpose(1, 0, 2)),
        thirds=_over_even(mass, _zones()[0]),
        points=_over_even(mass, _zones()[1]),
        horizon=horizon,
        division=division,
        rising=rising - falling,
        upright=vertical - horizontal,
        slanting=rising + falling - vertical - horizontal,
        axis=float(-cov / np.sqrt(var_x * var_y)),
        open=float((edge - centre) / (edge + centre)),
        aspect=float(np.clip(np.log2(width / height), -2, 2)),
    )


@lru_cache(maxsize=1)
def _zones() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where the lines of the thirds are, where they cross, the centre, and the strip along the frame: bool (SIDE,
    SIDE)."""
    off = np.minimum(np.abs(_AT - 1 / 3), np.abs(_AT - 2 / 3))
    lines = np.minimum(off[:, None], off[None]) < 1 / 16
    points = np.hypot(off[:, None], off[None]) < 1 / 10
    out = np.abs(_AT - 0.5)
    far = np.maximum(out[:, None], out[None])
    return lines, points, far < 0.25, far > 0.36


def _symmetry(colours: np.ndarray) -> float:
    """Likeness of planes with themselves mirrored along their second axis, once what is the same all along it is taken
    away: level bands, such as sky and land, say nothing about left and right."""
    own = colours - colours.mean(axis=1, keepdims=True)
    return float((own * own[:, ::-1]).sum() / ((own**2).sum() + 0.1 * (colours**2).sum()))


def _over_even(mass: np.ndarray, zone: np.ndarray) -> float:
    return float(np.clip(np.log2(mass[zone].sum() / zone.mean() + 1e-9), -1, 1))


def _horizon(colours: np.ndarray) -> tuple[float, float]:
    """Height and strength of the clearest division into above and below.

    For every height, the strip above it against the strip below it, each a tenth of the picture: the part of the
    variance in the two that lies between them (Otsu, "A threshold selection method from gray-level histograms", 1979),
    times how large the step is beside the contrasts of the whole picture, so that a smooth sky is no horizon."""
    deep = SIDE // 10
    sums = np.concatenate([np.zeros((1, 3)), np.cumsum(colours.mean(axis=1), axis=0)])
    squares = np.concatenate([[0.0], np.cumsum((colours**2).sum(axis=-1).mean(axis=1))])
    at = np.arange(SIDE // 8, SIDE - SIDE // 8 + 1)
    step = (sums[at + deep] - 2 * sums[at] + sums[at - deep]) / deep
    mean = (sums[at + deep] - sums[at - deep]) / (2 * deep)
    between = (step**2).sum(axis=1) / 4
    within = (squares[at + deep] - squares[at - deep]) / (2 * deep) - (mean**2).sum(axis=1)
    size = np.minimum(1, between / squares[-1] * SIDE)
    strength = np.sqrt(between / np.maximum(within, 1e-9) * size)
    best = int(strength.argmax())
    return float(at[best] / SIDE), float(min(1, strength[best]))


def _lines(colours: np.ndarray) -> tuple[float, float, float, float]:
    """Shares of vertical, horizontal, rising and falling lines, sum 1: edges of the colour gradient (Di Zenzo, "A note
    on the gradient of a multi-image", 1986), each shared between the two nearest of the four directions."""
    soft = blurred(colours, 2.0)
    down, across = np.gradient(soft, axis=(0, 1))
    inner = slice(2, -2)
    xx, yy, xy = (
        (one * other).sum(axis=-1)[inner, inner] for one, other in ((across, across), (down, down), (across, down))
    )
    cos, sin = xx - yy, 2 * xy
    strength = np.hypot(cos, sin) + 1e-12
    cos, sin, weight = cos / strength, sin / strength, np.sqrt(strength)
    parts = [float((weight * np.maximum(part, 0) ** 2).sum()) for part in (cos, -cos, sin, -sin)]
    vertical, horizontal, rising, falling = (part / sum(parts) for part in parts)
    return vertical, horizontal, rising, falling


def _place(found: Composition, least: float = 0.2) -> str:
    """Where the weight hangs: "low on the left", "high", ..., or "" where neither half outweighs the other by
    ``least``."""
    upright = "low" if found.low > least else "high" if found.low < -least else ""
    sideways = "on the left" if found.right < -least else "on the right" if found.right > least else ""
    return " ".join(part for part in (upright, sideways) if part)


def _height(found: Composition) -> str:
    if found.division < HORIZON:
        return ""
    return "high" if found.horizon < 0.4 else "low" if found.horizon > 0.6 else "middle"


def _explain(a: Composition, b: Composition) -> str:
    both, second = shared(_TRAITS, a, b), differences(_TRAITS, a, b)
    height = _height(a)
    if height and _height(b):
        if abs(a.horizon - b.horizon) < 0.12:
            both.insert(0, Said("horizon-both", "have a {height} horizon", height=height))
        elif b.horizon < a.horizon:
            second.insert(0, Said("horizon-higher", "has the higher horizon"))
        else:
            second.insert(0, Said("horizon-lower", "has the lower horizon"))
    elif height:
        second.insert(0, Said("horizon-none", "has no clear horizon"))
    elif _height(b):
        second.insert(0, Said("horizon-second", "has a {height} horizon", height=_height(b)))
    if _place(a) == _place(b):
        hung = Said("hang", "hang their weight {hung}", hung=_place(a)) if _place(a) else None
        both.insert(0, hung or Said("balanced", "balance about the middle"))
    if not both and _place(a, 0.08) == _place(b, 0.08):
        both = [Said("hang-little", "hang a little more of their weight {hung}", hung=_place(a, 0.08))]
    elif not both and np.hypot(a.x - b.x, a.y - b.y) < 0.1:
        both = [Said("same-place", "put their weight in much the same place")]
    return sentence(both, second)


def _sketch(image: Image.Image) -> Image.Image:
    """The mass left in full colour under a pale veil, the thirds, the horizon, the leading diagonal and the centre of
    mass."""
    scale = SKETCH_SIDE / max(image.size)
    size = scaled(image.size, scale)
    picture = image.resize(size, Image.Resampling.LANCZOS)
    seen = _drawing(image)
    if seen.layer is None:
        return picture
    picture.paste(Image.new("RGB", size, PAPER), mask=seen.layer.getchannel("A").resize(size, Image.Resampling.BICUBIC))
    return captioned(drawn(picture, seen.shapes), seen.says)


def _drawing(image: Image.Image) -> Drawing:
    """The veil and the lines; nothing for a blank picture."""
    seen = _see(image)
    if seen is None:
        return Drawing()
    colours, mass = seen
    found = _measures(colours, mass, image.size)
    veil = 0.72 * (1 - np.minimum(1, mass / np.quantile(mass, 0.95)))
    layer = Image.new("RGB", (SIDE, SIDE), PAPER)
    layer.putalpha(Image.fromarray(np.rint(255 * veil).astype(np.uint8)))
    thirds = [ends for part in (1 / 3, 2 / 3) for ends in (((part, 0.0), (part, 1.0)), ((0.0, part), (1.0, part)))]
    shapes: list[Shape] = [Line(ends, PAPER, 1.0, 1.0) for ends in thirds]
    words: list[str] = [
        Said("weight-at", "weight at {x:.2f}, {y:.2f}", x=found.x, y=found.y),
        Said("symmetry", "symmetry {amount:.2f}", amount=found.mirror),
    ]
    key = [(PAPER, "thirds, and the centre of the weight")]
    if abs(found.rising) > SLOPE:
        shapes.append(Line(((0.0, 1.0), (1.0, 0.0)) if found.rising > 0 else ((0.0, 0.0), (1.0, 1.0)), BLUE, 3.0, 1.0))
        key.append((BLUE, "the leading diagonal"))
    if found.division > HORIZON:
        shapes.append(Line(((0.0, found.horizon), (1.0, found.horizon)), RED, 4.0, 1.0))
        words.append(Said("horizon-at", "horizon {y:.2f}", y=found.horizon))
        key.append((RED, "the horizon"))
    if abs(found.rising) > SLOPE:
        words.append(Said("rising", "rising") if found.rising > 0 else Said("falling", "falling"))
    shapes += [Ring((found.x, found.y), 0.032, PAPER, 4.0, 1.0), Dot((found.x, found.y), 5.0, PAPER)]
    return Drawing(tuple(shapes), layer, in_a_row(words), tuple(key))
