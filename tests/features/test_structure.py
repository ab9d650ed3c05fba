"""Structure: drawn layouts that must match in any colours and any strokes, and not those of other layouts in the same
ones."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from artextract.features import SKETCH_SIDE
from artextract.features.palette import Palette
from artextract.features.structure import Structure, structure_measures
from tests.features import planted as planted_truth
from tests.features.planted import chance, precision_at_1

STRUCTURE = Structure()
SIZE = (320, 240)

# Shapes in parts of the width and height, each with the number of its colour; colour 0 is the ground.
LAYOUTS = {
    "horizon": [("box", 0, 0.62, 1, 1, 1)],
    "high horizon": [("box", 0, 0.25, 1, 1, 1)],
    "pillars left": [("box", 0.08, 0, 0.18, 1, 1), ("box", 0.28, 0, 0.38, 1, 2)],
    "pillars right": [("box", 0.62, 0, 0.72, 1, 1), ("box", 0.82, 0, 0.92, 1, 2)],
    "disc": [("disc", 0.32, 0.25, 0.68, 0.75, 1)],
    "discs": [("disc", 0.05, 0.1, 0.3, 0.45, 1), ("disc", 0.4, 0.55, 0.65, 0.9, 2), ("disc", 0.7, 0.1, 0.95, 0.45, 3)],
    "rising": [("line", 0.05, 0.95, 0.95, 0.05, 1), ("line", 0.3, 1, 1, 0.3, 2)],
    "falling": [("line", 0.05, 0.05, 0.95, 0.95, 1), ("line", 0.3, 0, 1, 0.7, 2)],
    "chequer": [("box", x / 4, y / 3, (x + 1) / 4, (y + 1) / 3, 1 + (x + y) % 2) for x in range(4) for y in range(3)],
    "figure": [("box", 0, 0.75, 1, 1, 1), ("disc", 0.42, 0.12, 0.58, 0.34, 2), ("box", 0.4, 0.34, 0.6, 0.9, 3)],
    "window": [("box", 0.15, 0.1, 0.45, 0.6, 1), ("box", 0, 0.85, 1, 1, 2)],
    "corner": [("disc", 0.6, 0.5, 1.4, 1.5, 1), ("disc", 0.72, 0.64, 1.28, 1.4, 2)],
}


def colours(seed: int, lightness: float = 90) -> np.ndarray:
    """Four colours that an eye tells apart, float (4, 3)."""
    random = np.random.default_rng(seed)
    while True:
        drawn = random.uniform(20, 235, (4, 3))
        if np.linalg.norm(drawn[:, None] - drawn[None], axis=-1)[np.triu_indices(4, 1)].min() > lightness:
            return drawn


def paint(layout: str, seed: int, palette: int | None = None, strokes: float = 25, shift: float = 0.025) -> Image.Image:
    """A layout, moved a little, in colours of the seed (or of ``palette``), under strokes and noise of the seed."""
    random = np.random.default_rng(seed)
    paints = colours(seed if palette is None else palette)
    moved = random.uniform(-shift, shift, 2)
    image = Image.new("RGB", SIZE, tuple(paints[0].astype(int)))
    draw = ImageDraw.Draw(image)
    for kind, x0, y0, x1, y1, colour in LAYOUTS[layout]:
        place = [round((value + moved[i % 2]) * SIZE[i % 2]) for i, value in enumerate((x0, y0, x1, y1))]
        fill = tuple(paints[colour].astype(int))
        if kind == "line":
            draw.line(place, fill=fill, width=14)
        else:
            (draw.rectangle if kind == "box" else draw.ellipse)(place, fill=fill)
    pixels = np.asarray(image)
    angle = random.uniform(0, np.pi)
    for x, y in (
        random.uniform(0, 1, (1500, 2)) * SIZE
    ):  # the surface: short strokes of one direction, each in the colour beneath it
        here = pixels[int(y), int(x)] + random.normal(0, strokes)
        dx, dy = 4 * np.cos(angle), 4 * np.sin(angle)
        draw.line((x - dx, y - dy, x + dx, y + dy), fill=tuple(int(c) for c in np.clip(here, 0, 255)), width=2)
    return image


def similarity(a: Image.Image, b: Image.Image, feature=STRUCTURE) -> float:
    return planted_truth.similarity(feature, a, b)


@cache
def drawn(layout: str, seed: int) -> Image.Image:
    return paint(layout, seed)


def planted(feature, per_layout: int = 4) -> tuple[float, float, int]:
    """P@1 when each of ``per_layout`` pictures of every layout, of chance colours and strokes, looks for another of its
    layout; chance; queries."""
    layouts = [layout for layout in LAYOUTS for _ in range(per_layout)]
    vectors = np.stack([feature.vector(drawn(layout, seed)) for seed, layout in enumerate(layouts)])
    truths = np.array(layouts)
    return precision_at_1(vectors, truths), chance(truths), len(truths)


def test_pictures_of_the_same_layout_find_each_other():
    found, chance, _ = planted(STRUCTURE)
    by_colour, _, _ = planted(Palette())
    assert found > 0.9 and found > 10 * chance and found > by_colour + 0.6


@pytest.mark.parametrize(
    "layout, other", [("horizon", "pillars left"), ("figure", "chequer"), ("rising", "falling"), ("disc", "window")]
)
def test_the_same_layout_matches_and_the_same_colours_and_strokes_in_another_do_not(layout, other):
    query, recoloured, rearranged = paint(layout, 1), paint(layout, 2), paint(other, 1)
    assert similarity(query, recoloured) > similarity(query, rearranged) + 0.2
    assert similarity(query, recoloured) > 0.8 > similarity(query, rearranged)


def test_colours_may_change_in_any_way():
    picture = paint("figure", 3)
    pixels = np.asarray(picture)
    changed = {"negative": 255 - pixels, "channels": pixels[..., [2, 0, 1]], "dark": (pixels * 0.5).astype(np.uint8)}
    for name, image in ((name, Image.fromarray(array)) for name, array in changed.items()):
        assert similarity(picture, image) > 0.8, name
        assert similarity(picture, image) > similarity(picture, picture.transpose(Image.Transpose.ROTATE_180)) + 0.3, (
            name
        )


def test_shifts_size_and_blur_hardly_matter():
    picture = paint("figure", 3, strokes=8)
    assert similarity(picture, picture.resize((900, 675), Image.Resampling.BICUBIC)) > 0.9
    assert similarity(picture, picture.filter(ImageFilter.GaussianBlur(1))) > 0.9
    moved = Image.fromarray(np.roll(np.asarray(picture), (5, -6), axis=(0, 1)))
    assert similarity(picture, moved) > 0.8


def test_the_mirror_matters():
    for layout in ("pillars left", "rising", "window", "corner"):
        picture = paint(layout, 5)
        assert similarity(picture, ImageOps.mirror(picture)) < similarity(picture, paint(layout, 6)) - 0.08, layout
    assert similarity(paint("pillars left", 5), ImageOps.mirror(paint("pillars right", 5))) > similarity(
        paint("pillars left", 5), paint("pillars right", 5)
    )


def test_lines_are_measured_where_they_are():
    left, right = structure_measures(paint("pillars left", 1)), structure_measures(paint("pillars right", 1))
    assert left.verticals[0] > 0.5 > 0.1 > left.verticals[2] and right.verticals[2] > 0.5 > 0.1 > right.verticals[0]
    low, high = structure_measures(paint("horizon", 1)), structure_measures(paint("high horizon", 1))
    assert low.horizontals[0] < 0.1 < 0.5 < sum(low.horizontals[1:]) and high.horizontals[0] > 0.4
    rising, falling = structure_measures(paint("rising", 1)), structure_measures(paint("falling", 1))
    assert rising.rising > 1 > 0.1 > rising.falling and falling.falling > 1 > 0.1 > falling.rising
    assert (
        structure_measures(paint("disc", 1)).straightness < 0.3 < structure_measures(paint("horizon", 1)).straightness
    )


def test_forms_are_counted():
    for layout, number in {"horizon": 2, "disc": 2, "discs": 4, "figure": 4}.items():
        assert structure_measures(paint(layout, 1, strokes=5, shift=0)).forms == pytest.approx(number, abs=0.1), layout
    assert (
        8 <= structure_measures(paint("chequer", 1, strokes=5, shift=0)).forms <= 12.1
    )  # of its twelve fields some touch at corners
    disc = structure_measures(paint("disc", 1, strokes=5))
    assert disc.largest == pytest.approx(1 - np.pi / 4 * 0.36 * 0.5, abs=0.03)
    assert disc.outline == pytest.approx(
        4 * 0.37, rel=0.1
    )  # counted in steps of pixels, which are four diameters around a disc


def test_a_sheet_with_faint_marks_is_one_form():
    sheet = Image.fromarray(np.linspace(236, 246, 300, dtype=np.uint8)[None].repeat(200, axis=0)).convert("RGB")
    ImageDraw.Draw(sheet).line((40, 100, 260, 100), fill=(225, 225, 225), width=1)
    assert structure_measures(sheet).forms == pytest.approx(1)


@pytest.mark.parametrize(
    "layout, division", [("horizon", "upper"), ("disc", "centre"), ("pillars left", "side"), ("pillars right", "side")]
)
def test_the_main_division_is_named(layout, division):
    assert structure_measures(paint(layout, 1)).division == division


def test_a_division_along_a_diagonal_is_named():
    across = Image.new("RGB", SIZE, "navy")
    ImageDraw.Draw(across).polygon([(0, 0), (SIZE[0], 0), (0, SIZE[1])], fill="orange")
    assert (
        structure_measures(across).division == "rising"
        and structure_measures(ImageOps.mirror(across)).division == "falling"
    )


def test_the_explanation_says_what_was_planted():
    say = lambda a, b: STRUCTURE.explain(STRUCTURE.vector(paint(a, 1)), STRUCTURE.vector(paint(b, 2)))  # noqa: E731
    assert "verticals on the left" in say("pillars left", "pillars left")
    assert "an upper part against a lower" in say("horizon", "horizon") and "few, large forms" in say(
        "horizon", "horizon"
    )
    assert "lines rising to the right" in say("rising", "rising")
    assert "second" in say("disc", "chequer") and "more forms" in say("disc", "chequer")


@pytest.mark.parametrize("size", [(3, 3), (700, 20), (20, 700), (64, 64), (513, 511)])
def test_every_size_has_a_vector(size):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3)).astype(np.uint8))
    assert np.isfinite(STRUCTURE.vector(noise)).all() and max(STRUCTURE.sketch(noise).size) <= SKETCH_SIDE


def test_a_picture_of_one_colour_has_no_structure():
    blank = Image.new("RGB", (300, 200), "beige")
    assert np.isnan(STRUCTURE.vector(blank)).all() and structure_measures(blank) is None
    assert STRUCTURE.explain(STRUCTURE.vector(blank), STRUCTURE.vector(paint("disc", 1))) == ""
    assert max(STRUCTURE.sketch(blank).size) <= SKETCH_SIDE


def test_the_measures_stay_in_their_ranges():
    for layout in LAYOUTS:
        measures = structure_measures(paint(layout, 1))
        values = np.concatenate(
            [np.ravel(value) for value in dataclasses.astuple(measures) if not isinstance(value, str)]
        )
        assert np.isfinite(values).all() and values.min() > -1e-4
        assert all(
            getattr(measures, name) <= 1.0001
            for name in ("straightness", "busyness", "largest", "below", "right", "middle", "upright", "level")
        )
