"""Composition: planted arrangements, found again in other colours and other subjects, and never by colour alone."""

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from artextract.features import SKETCH_SIDE
from artextract.features.composition import CompositionFeature, from_vector, measure
from artextract.features.palette import Palette
from artextract.features.wording import sentence
from artextract.said import listed
from tests.features.planted import chance, precision_at_1, similarity

COMPOSITION = CompositionFeature()
FORMS = ("disc", "box", "triangle", "strokes")
PLACES = {
    "low left": (0.25, 0.75),
    "low right": (0.75, 0.75),
    "high left": (0.25, 0.25),
    "high right": (0.75, 0.25),
    "centre": (0.5, 0.5),
}
HORIZONS = {"high horizon": 0.25, "middle horizon": 0.5, "low horizon": 0.75}
TRUTHS = (*PLACES, *HORIZONS, "rising", "falling", "frame")


def colours(number: int) -> list[tuple[int, int, int]]:
    """A ground and three colours that stand out from it; darker or lighter, of any hue."""
    rng = np.random.default_rng(number)
    light = bool(number % 2)
    hues = rng.random(4)
    values = [0.85, 0.4, 0.5, 0.25] if light else [0.25, 0.85, 0.7, 0.95]
    return [
        tuple(round(255 * part) for part in colorsys.hsv_to_rgb(h, 0.6, v)) for h, v in zip(hues, values, strict=False)
    ]


def form(
    draw: ImageDraw.ImageDraw, kind: str, x: float, y: float, r: float, colour: tuple, rng: np.random.Generator
) -> None:
    if kind == "disc":
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    elif kind == "box":
        draw.rectangle((x - r, y - 0.8 * r, x + r, y + 0.8 * r), fill=colour)
    elif kind == "triangle":
        draw.polygon([(x, y - r), (x + r, y + r), (x - r, y + r)], fill=colour)
    else:
        for _ in range(12):
            (dx, dy), turn = rng.uniform(-r, r, 2) * 0.7, rng.uniform(0, np.pi)
            away = np.array([np.cos(turn), np.sin(turn)]) * r * 0.5
            draw.line(
                (x + dx - away[0], y + dy - away[1], x + dx + away[0], y + dy + away[1]),
                fill=colour,
                width=max(2, round(r / 5)),
            )


def planted(truth: str, palette: int, kind: str, seed: int, size: tuple[int, int] = (240, 200)) -> Image.Image:
    rng = np.random.default_rng([seed, TRUTHS.index(truth)])
    ground, *others = colours(palette)
    picture = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(picture)
    width, height = size
    unit = min(size)

    def scatter(places: np.ndarray, radius: float) -> None:
        for number, (x, y) in enumerate(places):
            form(draw, kind, x * width, y * height, radius * unit * rng.uniform(0.7, 1.2), others[number % 3], rng)

    if truth in PLACES:
        scatter(np.array(PLACES[truth]) + rng.uniform(-0.08, 0.08, (4, 2)), 0.11)
    elif truth in HORIZONS:
        draw.rectangle((0, HORIZONS[truth] * height, width, height), fill=others[0])
        scatter(rng.uniform(0.1, 0.9, (4, 2)), 0.04)
    elif truth == "frame":
        turn = rng.uniform(0, 6.3) + np.arange(14) * 2 * np.pi / 14
        scatter(
            0.5
            + 0.42
            * np.stack([np.cos(turn), np.sin(turn)], axis=1)
            / np.maximum(np.abs(np.cos(turn)), np.abs(np.sin(turn)))[:, None],
            0.07,
        )
    else:
        slope = -1 if truth == "rising" else 1
        for number in range(7):
            x, y, length = *rng.uniform(0.15, 0.85, 2), rng.uniform(0.2, 0.35)
            ends = (x - length, y - slope * length, x + length, y + slope * length)
            draw.line(
                [part * (width, height)[k % 2] for k, part in enumerate(ends)],
                fill=others[number % 3],
                width=unit // 25,
            )
        scatter(rng.uniform(0.1, 0.9, (4, 2)), 0.04)
    grain = rng.normal(0, 6, (height, width, 1))
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def collection(copies: int = 8) -> tuple[list[Image.Image], np.ndarray]:
    """Every truth in the same palettes and forms: the picture in the query's own colours is always of another truth."""
    sizes = [(240, 200), (180, 240), (300, 200), (200, 200)]
    rows = [(truth, number) for truth in range(len(TRUTHS)) for number in range(copies)]
    pictures = [planted(TRUTHS[t], n, FORMS[(n // 2) % 4], n, sizes[(n + t) % 4]) for t, n in rows]
    return pictures, np.array([t for t, _ in rows])


def planted_result() -> dict[str, float]:
    """P@1 over the planted queries: composition, composition with the mean taken off, palette, and chance."""
    pictures, truths = collection()
    vectors = np.stack([COMPOSITION.vector(picture) for picture in pictures])
    return {
        "queries": len(truths),
        "composition": precision_at_1(vectors, truths),
        "centred": precision_at_1(vectors - vectors.mean(axis=0), truths),
        "palette": precision_at_1(np.stack([Palette().vector(picture) for picture in pictures]), truths),
        "chance": chance(truths),
    }


def test_planted_arrangements_are_found_first():
    result = planted_result()
    assert min(result["composition"], result["centred"]) > 0.85, result
    assert min(result["composition"], result["centred"]) > max(0.5 + result["chance"], 0.5 + result["palette"]), result


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_same_colours_and_subject_in_another_arrangement_do_not_match(truth):
    query = planted(truth, 2, "disc", 1)
    own = [
        similarity(COMPOSITION, query, planted(truth, palette, kind, 9 + palette))
        for palette, kind in ((3, "box"), (4, "triangle"), (5, "strokes"))
    ]
    same_look = [similarity(COMPOSITION, query, planted(other, 2, "disc", 1)) for other in TRUTHS if other != truth]
    assert np.median(own) > max(same_look)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.integers(0, 30))
def test_the_centre_of_mass_is_where_the_figure_is(x, y, palette):
    ground, figure, *_ = colours(palette)
    picture = Image.new("RGB", (300, 220), ground)
    form(ImageDraw.Draw(picture), "disc", x * 300, y * 220, 30, figure, None)
    found = measure(picture)
    assert (found.x, found.y) == pytest.approx((x, y), abs=0.06)
    assert (found.right > 0) == (x > 0.5) or abs(x - 0.5) < 0.05
    assert (found.low > 0) == (y > 0.5) or abs(y - 0.5) < 0.05
    assert found.fill < 0.2


@pytest.mark.parametrize("height", [0.2, 0.3, 0.45, 0.6, 0.8])
@pytest.mark.parametrize("palette", [0, 1])
def test_a_horizon_is_found_at_its_height(height, palette):
    ground, land, *_ = colours(palette)
    picture = Image.new("RGB", (200, 200), ground)
    ImageDraw.Draw(picture).rectangle((0, 200 * height, 200, 200), fill=land)
    found = measure(picture)
    assert found.horizon == pytest.approx(height, abs=0.02) and found.division > 0.8


def test_a_smooth_sky_a_lone_figure_and_an_upright_edge_are_no_horizon():
    sky = Image.fromarray(np.broadcast_to(np.linspace(60, 200, 200)[:, None, None], (200, 200, 3)).astype(np.uint8))
    upright = planted("low horizon", 0, "disc", 0).transpose(Image.Transpose.ROTATE_90)
    for picture in (sky, planted("centre", 1, "disc", 0), upright):
        assert measure(picture).division < 0.24


@pytest.mark.parametrize("palette", range(4))
def test_diagonals_have_their_sign(palette):
    assert measure(planted("rising", palette, "disc", 0)).rising > 0.2
    assert measure(planted("falling", palette, "disc", 0)).rising < -0.2
    assert abs(measure(planted("low horizon", palette, "disc", 0)).rising) < 0.1


def test_lines_are_upright_or_level_or_slanting():
    stripes = np.zeros((200, 200, 3), dtype=np.uint8)
    stripes[:, (np.arange(200) // 20) % 2 == 0] = 200
    upright = Image.fromarray(stripes)
    assert measure(upright).upright > 0.9 and measure(upright.transpose(Image.Transpose.ROTATE_90)).upright < -0.9
    assert measure(upright).slanting < -0.9 and measure(planted("rising", 0, "disc", 0)).slanting > 0


@pytest.mark.parametrize("seed", range(4))
def test_symmetry_is_that_of_the_picture(seed):
    one_sided = planted(["low left", "rising", "falling", "high left"][seed], seed, FORMS[seed], seed)
    half = one_sided.crop((0, 0, one_sided.width // 2, one_sided.height))
    doubled = Image.new("RGB", (2 * half.width, half.height))
    doubled.paste(half, (0, 0))
    doubled.paste(ImageOps.mirror(half), (half.width, 0))
    assert measure(doubled).mirror > 0.8 and abs(measure(doubled).right) < 0.02 and abs(measure(doubled).rising) < 0.02
    assert measure(one_sided).mirror < 0.5
    turned = measure(doubled.transpose(Image.Transpose.ROTATE_90))
    assert turned.flip > 0.8
    assert similarity(COMPOSITION, doubled, ImageOps.mirror(doubled)) > 0.99


def test_level_bands_are_not_called_symmetrical():
    picture = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(picture).rectangle((0, 120, 200, 200), fill="black")
    assert measure(picture).mirror == pytest.approx(0, abs=0.01)


def test_an_open_centre_and_a_full_one():
    assert measure(planted("frame", 0, "disc", 0)).open > 0.3
    assert measure(planted("centre", 0, "disc", 0)).open < -0.8


def test_thirds():
    on, off = Image.new("RGB", (300, 300), "white"), Image.new("RGB", (300, 300), "white")
    form(ImageDraw.Draw(on), "disc", 100, 200, 20, (0, 0, 0), None)
    form(ImageDraw.Draw(off), "disc", 150, 150, 20, (0, 0, 0), None)
    assert measure(on).points > 0.9 and measure(on).thirds > 0.3
    assert measure(off).points == -1 and measure(off).thirds < -0.5


@pytest.mark.parametrize("truth", ["low left", "high right", "rising", "falling", "low horizon"])
def test_mirroring_turns_the_measures_around(truth):
    picture = planted(truth, 3, "triangle", 2)
    one, other = measure(picture), measure(ImageOps.mirror(picture))
    assert other.x == pytest.approx(1 - one.x, abs=0.01) and other.right == pytest.approx(-one.right, abs=0.02)
    assert other.rising == pytest.approx(-one.rising, abs=0.02) and other.axis == pytest.approx(-one.axis, abs=0.02)
    assert (other.y, other.horizon, other.mirror, other.open) == pytest.approx(
        (one.y, one.horizon, one.mirror, one.open), abs=0.02
    )
    if "horizon" not in truth:
        assert similarity(COMPOSITION, picture, ImageOps.mirror(picture)) < 0.5


@pytest.mark.parametrize("truth", TRUTHS)
def test_other_colours_inverted_tones_size_and_blur_hardly_matter(truth):
    picture = planted(truth, 2, "box", 4)
    red, green, blue = picture.split()
    changed = [
        Image.merge("RGB", (blue, red, green)),
        ImageOps.invert(picture),
        picture.resize((480, 400), Image.Resampling.BICUBIC),
        picture.resize((120, 100), Image.Resampling.BOX),
        picture.filter(ImageFilter.GaussianBlur(2)),
    ]
    assert all(similarity(COMPOSITION, picture, other) > 0.9 for other in changed)


def test_the_aspect_counts_little():
    picture = planted("low left", 2, "box", 4)
    assert measure(picture.resize((400, 200))).aspect == 1 and measure(picture.resize((200, 400))).aspect == -1
    assert similarity(COMPOSITION, picture.resize((400, 200)), picture.resize((200, 400))) > 0.9


def test_vectors_hold_the_measures():
    for truth in TRUTHS:
        picture = planted(truth, 1, "box", 3)
        vector = COMPOSITION.vector(picture)
        assert vector.shape == (COMPOSITION.dim,) and vector.dtype == np.float32
        kept, found = from_vector(vector), measure(picture)
        assert all(getattr(kept, name) == pytest.approx(value, abs=1e-4) for name, value in vars(found).items())


def test_a_blank_picture_has_no_composition():
    blank = Image.new("RGB", (300, 200), (120, 90, 60))
    vector = COMPOSITION.vector(blank)
    assert np.isnan(vector).all() and measure(blank) is None
    assert COMPOSITION.explain(vector, COMPOSITION.vector(planted("rising", 0, "disc", 0))) == ""
    assert COMPOSITION.sketch(blank).size == (SKETCH_SIDE, 427)


def explained(one: str, other: str) -> str:
    return COMPOSITION.explain(
        COMPOSITION.vector(planted(one, 1, "disc", 0)), COMPOSITION.vector(planted(other, 4, "box", 1))
    )


def test_words_say_what_was_planted():
    assert explained("low left", "low left").startswith("Both hang their weight low on the left")
    assert explained("high right", "high right").startswith("Both hang their weight high on the right")
    assert "have a high horizon" in explained("high horizon", "high horizon")
    assert "; the second has the lower horizon" in explained("high horizon", "low horizon")
    assert "; the second has a low horizon" in explained("centre", "low horizon")
    assert "; the second has no clear horizon" in explained("low horizon", "centre")
    assert "rise from left to right" in explained("rising", "rising")
    assert "falls more to the right" in explained("rising", "falling")
    assert "leave the centre open" in explained("frame", "frame")
    assert "further to the right" in explained("low left", "low right")


def test_sentences():
    assert listed(["are a"]) == "are a" and listed(["a", "b", "c"]) == "a, b and c"
    assert sentence(["rise", "fall"], ["stands"]) == "Both rise and fall; the second stands."
    assert sentence(["rise"], []) == "Both rise."
    assert sentence([], ["stands", "falls", "rests"]) == "They have little in common here; the second stands and falls."


@pytest.mark.parametrize("size", [(1200, 500), (90, 300), (640, 640), (900, 20)])
def test_the_sketch_fits_and_is_drawn_upon(size):
    picture = planted("low horizon", 0, "disc", 0).resize(size)
    drawn = COMPOSITION.sketch(picture)
    assert drawn.mode == "RGB" and max(drawn.size) == SKETCH_SIDE
    plain = picture.resize(drawn.size, Image.Resampling.LANCZOS)
    assert np.abs(np.asarray(drawn, int) - np.asarray(plain, int)).mean() > 2
    assert np.array_equal(
        np.asarray(picture), np.asarray(planted("low horizon", 0, "disc", 0).resize(size))
    )  # its own picture is left alone
