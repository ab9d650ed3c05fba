"""Lighting: how light or dark a painting is, where its light comes from and falls, and how warm it is against the
shadows."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from PIL import Image

from artextract.features import SKETCH_SIDE, Colour, Overlay
from artextract.features.cielab import rgb_to_lab
from artextract.features.pictures import PictureFeature, blurred, captioned, scaled, squashed
from artextract.features.shapes import Drawing, Line, Ring, Shape, drawn, places
from artextract.features.wording import Trait, differences, sentence, shared
from artextract.said import Said, in_a_row

SIDE = 48
"""Pictures are squashed to a square of this many pixels, and blurred: light is looked at as with half-closed eyes."""
GRID = 6
QUANTILES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
DEEP, BRIGHT = 30.0, 70.0
"""L* below which a tone is a deep dark, and above which it is a bright light."""
NOISE = 6.0
"""Deviations of L* well below this say nothing about where the light comes from."""

_ACROSS, _UP = np.meshgrid(np.linspace(-1, 1, SIDE), np.linspace(1, -1, SIDE))


@dataclass(frozen=True)
class Lighting:
    """What can be read off the light of a painting; tones are CIELAB L* / 100.

    ``key``: the mean tone, 0 (black) .. 1 (white). ``contrast``: the deviation of tones as a part of the largest
    possible, 0..1. ``dark``, ``bright``: how much of the picture is deep dark and bright light, 0..1. ``separation``:
    the mean tone of the lights minus that of the shadows, 0..1. ``lit``: the part of the picture that the light takes
    up, 0 (a spark) .. 1. ``chiaroscuro``: deep darks around few, well separated lights, 0..1. ``from_right``,
    ``from_above``, ``centred``: how much of the lights and darks is explained by light that falls off evenly from the
    right to the left, from above to below, from the centre to the frame, -1 (the other way round) .. 1, as
    correlations. ``warmth``, ``redness``: b* and a* of the lights minus those of the shadows, in CIELAB units, about
    -60..60; above 0 the lights are yellower, redder than the shadows."""

    key: float
    contrast: float
    dark: float
    bright: float
    separation: float
    lit: float
    chiaroscuro: float
    from_right: float
    from_above: float
    centred: float
    warmth: float
    redness: float


NEUTRAL = Lighting(0.5, 0.35, 0.2, 0.2, 0.35, 0.35, 0.1, 0, 0, 0, 5, 0)
"""What says nothing about a painting."""
WEIGHTS = Lighting(2, 1.5, 0.6, 0.6, 1, 1.2, 3, 1.3, 1, 0.9, 1 / 45, 1 / 60)
"""What each measure counts in the vector."""
TONE_WEIGHT = 0.4
LAYOUT_WEIGHT = 0.75


class LightingFeature(PictureFeature):
    """The measures of ``Lighting``, quantiles of the tones, and the tones on a grid of 6 x 6 less their mean, side by
    side.

    It is the light of the picture as a surface: a bright sky counts as light from above, and the shading of a single
    figure is not followed."""

    name = "lighting"
    store_name = "lighting"
    version = "1"
    description = (
        "light and dark: key, contrast, chiaroscuro, where the light comes from and falls, warm or cool lights"
    )
    decoded_at = SIDE
    space = "centred"
    about = "their light"
    colour = Colour("#8c8273", "#cfc5b4")
    presets = {"same light": 100}
    overlay = Overlay("Light", "The tones in five steps, and where the light comes from.")
    dim = len(astuple(NEUTRAL)) + len(QUANTILES) + GRID * GRID

    def vector(self, image: Image.Image) -> np.ndarray:
        lab = _see(image)
        tone = lab[..., 0] / 100
        readable = np.array(astuple(WEIGHTS)) * (np.array(astuple(_measures(lab))) - np.array(astuple(NEUTRAL)))
        tones = (np.quantile(tone, QUANTILES) - np.linspace(0.15, 0.85, len(QUANTILES))) * TONE_WEIGHT
        cells = tone.reshape(GRID, SIDE // GRID, GRID, SIDE // GRID).mean(axis=(1, 3))
        return np.concatenate([readable, tones, LAYOUT_WEIGHT * (cells - tone.mean()).ravel()]).astype(np.float32)

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        return _explain(from_vector(a), from_vector(b))

    def drawing(self, image: Image.Image) -> Drawing:
        return _drawing(image)

    def sketch(self, image: Image.Image) -> Image.Image:
        return _sketch(image)


def measure(image: Image.Image) -> Lighting:
    """The lighting of an RGB picture."""
    return _measures(_see(image))


def from_vector(vector: np.ndarray) -> Lighting:
    """The measures that a vector of ``LightingFeature`` was made of."""
    readable = np.asarray(vector, dtype=np.float64)[: len(astuple(NEUTRAL))]
    return Lighting(*(readable / astuple(WEIGHTS) + astuple(NEUTRAL)).tolist())


def _see(image: Image.Image) -> np.ndarray:
    """CIELAB float64 (SIDE, SIDE, 3) without the detail."""
    return blurred(rgb_to_lab(squashed(image, SIDE)), 1.2)


def _measures(lab: np.ndarray) -> Lighting:
    tone = lab[..., 0]
    away = tone - tone.mean()
    light, shadow = np.maximum(away, 0), np.maximum(-away, 0)
    # Lights and shadows without a threshold: every pixel counts by how far it lies above, or below, the mean tone.
    of_light, of_shadow = ((lab * part[..., None]).sum(axis=(0, 1)) / (part.sum() + 1e-9) for part in (light, shadow))
    apart = (of_light - of_shadow) * _clear(tone.std())
    dark, bright = float(_step(DEEP - tone).mean()), float(_step(tone - BRIGHT).mean())
    separation = max(0.0, float(apart[0]) / 100)
    lit = float(light.sum() ** 2 / (light.size * (light**2).sum() + 1e-9))
    falls = [
        float((away * _even(plane)).mean() / (tone.std() + 1e-9) * _clear(tone.std()))
        for plane in (_ACROSS, _UP, -_FAR)
    ]
    return Lighting(
        key=float(tone.mean() / 100),
        contrast=float(tone.std() / 50),
        dark=dark,
        bright=bright,
        separation=separation,
        lit=lit,
        chiaroscuro=dark * separation * (1 - lit),
        from_right=falls[0],
        from_above=falls[1],
        centred=falls[2],
        warmth=float(apart[2]),
        redness=float(apart[1]),
    )


_FAR = _ACROSS**2 + _UP**2


def _even(plane: np.ndarray) -> np.ndarray:
    even: np.ndarray = (plane - plane.mean()) / plane.std()
    return even


def _clear(deviation: float) -> float:
    """How far a deviation of L* rises above noise, 0..1."""
    return float(deviation**2 / (deviation**2 + NOISE**2))


def _step(over: np.ndarray) -> np.ndarray:
    """0 well below a threshold, 1 well above it, with a soft edge of some 10 L*."""
    return np.clip(0.5 + over / 10, 0, 1)


_TRAITS = (
    Trait(
        "key",
        0.35,
        0.65,
        "are dark pictures",
        "are bright pictures",
        0.12,
        "is darker",
        "is brighter",
        "are in a middle key",
    ),
    Trait(
        "chiaroscuro",
        -1,
        0.1,
        "",
        "set their lights against deep darkness",
        0.08,
        "has less deep darkness around its lights",
        "sets its lights deeper into darkness",
    ),
    Trait(
        "centred",
        -0.35,
        0.35,
        "keep the light to the edges",
        "are lightest at the centre",
        0.35,
        "has its light further from the centre",
        "has its light nearer to the centre",
    ),
    Trait(
        "warmth",
        -2,
        12,
        "have cool lights and warm shadows",
        "have warm lights and cool shadows",
        10,
        "has the cooler lights",
        "has the warmer lights",
    ),
    Trait(
        "contrast",
        0.25,
        0.48,
        "have soft contrasts",
        "have strong contrasts",
        0.12,
        "has the softer contrasts",
        "has the stronger contrasts",
        "have moderate contrasts",
    ),
    Trait(
        "lit",
        0.27,
        0.45,
        "have small, gathered lights",
        "are lit over broad areas",
        0.12,
        "has the smaller lights",
        "is lit more widely",
    ),
    Trait("from_right", -2, 2, "", "", 0.4, "has its light further to the left", "has its light further to the right"),
    Trait("from_above", -2, 2, "", "", 0.4, "has its light lower", "has its light higher"),
)
FROM = 0.22
"""A fall of light from here on is called a direction."""
SIDES = (
    "the right",
    "the upper right",
    "above",
    "the upper left",
    "the left",
    "the lower left",
    "below",
    "the lower right",
)


def side(found: Lighting) -> str:
    """Where the light comes from, one of ``SIDES``, or "" where no side is lighter."""
    if np.hypot(found.from_right, found.from_above) < FROM:
        return ""
    return SIDES[round(np.arctan2(found.from_above, found.from_right) / (np.pi / 4)) % 8]


def _explain(a: Lighting, b: Lighting) -> str:
    both, second = shared(_TRAITS, a, b), differences(_TRAITS, a, b)
    if side(a) and side(a) == side(b):
        lit = (
            Said("lit-below", "have their light below")
            if side(a) == "below"
            else Said("lit-from", "are lit from {side}", side=side(a))
        )
        both.insert(1 if both else 0, lit)
    if not both and abs(a.key - b.key) < 0.12:
        both = [Said("same-key", "are of much the same key")]
    return sentence(both, second)


LEVELS = 5
_ARROW = "#e0982f"


def _sketch(image: Image.Image) -> Image.Image:
    """The tones in five steps, each in its mean colour, with an arrow from where the light comes."""
    tones, arrow, says = _seen(image)
    return captioned(drawn(tones, arrow), says)


def _drawing(image: Image.Image) -> Drawing:
    tones, arrow, says = _seen(image)
    return Drawing(arrow, tones.convert("RGBA"), says)


def _seen(image: Image.Image) -> tuple[Image.Image, tuple[Shape, ...], str]:
    """The tones in steps, as large as a sketch, the arrow, and the measures in words."""
    scale = SKETCH_SIDE / max(image.size)
    size = scaled(image.size, scale)
    found = _measures(_see(image))
    words: list[str] = [
        Said("key-of", "key {amount:.2f}", amount=found.key),
        Said("contrast-of", "contrast {amount:.2f}", amount=found.contrast),
    ]
    if side(found):
        words.append(Said("light-from", "from {side}", side=side(found)))
    if found.warmth >= 1:
        words.append(Said("lights-warmer", "lights {by:.0f} warmer", by=found.warmth))
    elif found.warmth <= -1:
        words.append(Said("lights-cooler", "lights {by:.0f} cooler", by=-found.warmth))
    return _posterised(image, size), tuple(_arrow(found, size)), in_a_row(words)


def _posterised(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    small = image.resize((max(1, size[0] // 8), max(1, size[1] // 8)), Image.Resampling.BOX)
    soft = np.asarray(small.resize(size, Image.Resampling.BICUBIC))
    tone = rgb_to_lab(soft)[..., 0]
    level = np.digitize(tone, np.linspace(tone.min(), tone.max(), LEVELS + 1)[1:-1])
    flat = np.zeros_like(soft)
    for number in np.unique(level):
        flat[level == number] = soft[level == number].mean(axis=0)
    return Image.fromarray(flat)


def _arrow(found: Lighting, size: tuple[int, int]) -> list[Shape]:
    """An arrow that enters from the lit side, or a ring where the light lies in the centre.

    Nothing where it does neither."""
    extent = np.array(size, np.float64)
    middle, short = extent / 2, min(size)
    if not side(found):
        return [Ring((0.5, 0.5), 0.3 * short / max(size), _ARROW, 5.0, 1.0)] if found.centred > 0.35 else []
    to_light = np.array([found.from_right, -found.from_above])
    to_light /= np.linalg.norm(to_light)
    reach = 0.94 * np.min(middle / np.maximum(np.abs(to_light), 1e-9))
    start, tip = middle + reach * to_light, middle + (reach - 0.34 * short) * to_light
    across = np.array([-to_light[1], to_light[0]])
    neck = tip + 0.09 * short * to_light
    head = np.array([tip, neck + 0.05 * short * across, neck - 0.05 * short * across])
    stem, point = (places(points / max(size), size) for points in (np.array([start, neck]), head))
    return [Line(stem, _ARROW, 6.0, 1.5), Line(point, _ARROW, 1.0, 1.5, closed=True, filled=True)]
