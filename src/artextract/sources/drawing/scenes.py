"""The four genres, staged and lit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from artextract.sources.drawing.colour import Palette
from artextract.sources.drawing.outdoors import landscape, seascape
from artextract.sources.drawing.portrait import portrait
from artextract.sources.drawing.stage import Scene, Stage
from artextract.sources.drawing.still_life import still_life

_BUILDERS: dict[str, Callable[[Stage, float, np.random.Generator], None]] = {
    "Landscape": landscape,
    "Seascape": seascape,
    "Still Life": still_life,
    "Portrait": portrait,
}
# Width over height, from and to; the first entry is taken more often.
_SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "Landscape": ((1.20, 1.45), (0.95, 1.05), (0.74, 0.82)),
    "Seascape": ((1.25, 1.55), (1.15, 1.30), (0.76, 0.84)),
    "Still Life": ((1.05, 1.28), (0.78, 0.86), (1.0, 1.0)),
    "Portrait": ((0.72, 0.84), (0.78, 0.90), (0.97, 1.03)),
}


def picture_size(genre: str, rng: np.random.Generator) -> tuple[int, int]:
    """Width and height in pixels, both even, the longer 400..520, in a shape usual for the genre."""
    low, high = _SHAPES[genre][int(rng.choice(3, p=[0.6, 0.25, 0.15]))]
    aspect, longest = rng.uniform(low, high), rng.uniform(404, 516)
    w, h = (longest, longest / aspect) if aspect >= 1 else (longest * aspect, longest)
    return 2 * round(w / 2), 2 * round(h / 2)


def build_scene(
    genre: str,
    size: tuple[int, int],
    light: str,
    horizon: float,
    mirrored: bool,
    palette: Palette,
    rng: np.random.Generator,
) -> Scene:
    """Stage one scene of a genre; `light` is a key of LIGHTS, `horizon` is 0 top..1 bottom."""
    stage = Stage(size, light, palette, mirrored)
    _BUILDERS[genre](stage, horizon, rng)
    return stage.finish(genre)
