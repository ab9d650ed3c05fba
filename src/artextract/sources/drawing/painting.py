"""One painting, from its number to its pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from artextract.sources.drawing import brushed, marks, planes, shaped
from artextract.sources.drawing.artists import ROSTER, Artist, Hand
from artextract.sources.drawing.colour import graded, luma, measured_palette, mixed_palette
from artextract.sources.drawing.scenes import build_scene, picture_size
from artextract.sources.drawing.stage import Scene, mirror_likeness
from artextract.sources.drawing.titles import title_for

_RENDERERS: dict[str, Callable[[Scene, Hand, np.random.Generator], np.ndarray]] = {
    "Broken Strokes": brushed.broken_strokes,
    "Points": brushed.points,
    "Swirls": brushed.swirls,
    "Hatching": brushed.hatching,
    "Drips": brushed.drips,
    "Woodblock": shaped.woodblock,
    "Cut Paper": shaped.cut_paper,
    "Facets": planes.facets,
    "Geometric Grid": planes.geometric_grid,
    "Colour Field": planes.colour_field,
    "Chiaroscuro": shaped.chiaroscuro,
}
# In these the horizon dissolves, so none is claimed.
_NO_HORIZON = ("Drips",)
# These lay out the picture anew, so that its symmetry is theirs and not the scene's.
_OWN_LAYOUT = ("Drips", "Facets", "Colour Field", "Geometric Grid")

STYLES: tuple[str, ...] = tuple(_RENDERERS)
ARTISTS: tuple[str, ...] = tuple(artist.name for artist in ROSTER)
# How many of every 60 paintings belong to each genre, and how many are left without one.
_GENRE_SHARES = (("Landscape", 24), ("Seascape", 16), ("Portrait", 12), ("Still Life", 8))
GENRES: tuple[str, ...] = tuple(name for name, _ in _GENRE_SHARES)
_UNLABELLED = 5
_DECK = 60


@dataclass(frozen=True)
class Drawing:
    """A finished painting and what is known to be true of it.

    image: RGB, longest side 400..520 pixels. genre: None where the label was left off on purpose (about 8 %).
    palette: 4..6 colours "#rrggbb", commonest first, with proportions that sum to 1, measured on the picture.
    horizon: 0 top..1 bottom, None where the scene has none or the style dissolves it. light: where it comes from,
    "left", "right", "top" or "front". symmetry: left-right likeness of the composition, leaving out what the light
    does to it: 0 (as unlike as places picked at random) .. 1 (mirrored).
    """

    image: Image.Image
    title: str
    style: str
    artist: str
    genre: str | None
    palette: tuple[tuple[str, float], ...]
    horizon: float | None
    light: str
    symmetry: float


def draw_painting(index: int, seed: int = 0) -> Drawing:
    """Painting number `index` (0 or more) of the endless series `seed` (0 or more); the same every time."""
    artist, style, genre, labelled = shuffled_work(index, seed)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, index])))
    hand = artist.hand
    palette = mixed_palette(artist.schemes[int(rng.integers(len(artist.schemes)))], hand.chroma, rng)
    light = str(rng.choice(["left", "right", "top", "front"], p=[0.3, 0.3, 0.2, 0.2]))
    horizon = float(np.clip(hand.horizon + rng.normal(0, 0.045), 0.30, 0.70))
    mirrored = bool(rng.random() < hand.mirrored)
    scene = build_scene(genre, picture_size(genre, rng), light, horizon, mirrored, palette, rng)
    rgb = _RENDERERS[style](scene, hand, rng)
    # Chiaroscuro may stay the darker one; all other styles share one range of keys.
    key = rng.uniform(0.36, 0.64) * (0.78 if style == "Chiaroscuro" else 1.0)
    rgb = graded(rgb, key, rng.uniform(0.14, 0.23), rng.uniform(0.07, 0.15))
    image = marks.to_image(marks.grained(rgb, hand.grain, rng))
    return Drawing(
        image=image,
        title=title_for(genre, style, light, rng),
        style=style,
        artist=artist.name,
        genre=genre if labelled else None,
        palette=measured_palette(np.asarray(image), palette.colours()),
        horizon=None if style in _NO_HORIZON else scene.horizon,
        light=light,
        symmetry=round(_symmetry(scene, style, rgb), 4),
    )


def _symmetry(scene: Scene, style: str, rgb: np.ndarray) -> float:
    if style not in _OWN_LAYOUT or (scene.mirrored and style != "Drips"):
        return scene.symmetry
    y = luma(rgb)
    x = np.linspace(-1, 1, y.shape[1])
    # What one side gains by the light is no lack of symmetry in the layout.
    slope = float((y.mean(axis=0) * x).mean() / (x * x).mean())
    return mirror_likeness(rgb - (slope * x)[None, :, None])


def shuffled_work(index: int, seed: int) -> tuple[Artist, str, str, bool]:
    """Artist, style, genre and whether the genre is given: taken from a deck that is shuffled anew every 60.

    A shuffled deck, unlike independent draws, keeps every class within reach of any 60 paintings.
    """
    if index < 0 or seed < 0:
        raise ValueError(f"index and seed must be 0 or more, not {index} and {seed}")
    # The third word sets the shuffles apart from the paintings' own random numbers.
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, index // _DECK, 1])))
    works = [(artist, style) for artist in ROSTER for style, count in artist.works for _ in range(count)]
    genres = [name for name, count in _GENRE_SHARES for _ in range(count)]
    place = index % _DECK
    artist, style = works[int(rng.permutation(_DECK)[place])]
    genre = genres[int(rng.permutation(_DECK)[place])]
    return artist, style, genre, int(rng.permutation(_DECK)[place]) >= _UNLABELLED
