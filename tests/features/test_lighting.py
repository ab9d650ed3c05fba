"""Lighting: planted lights, found again on other subjects in other colours, and never by the subject."""

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from artextract.features import SKETCH_SIDE
from artextract.features.cielab import rgb_to_lab
from artextract.features.lighting import LightingFeature, from_vector, measure, side
from artextract.features.palette import Palette
from tests.features.planted import chance, precision_at_1, similarity

LIGHTING = LightingFeature()
SPOTS = {
    "spot upper left": (0.27, 0.3),
    "spot upper right": (0.73, 0.3),
    "spot centre": (0.5, 0.5),
    "spot lower left": (0.27, 0.7),
}
FALLS = {"from the left": (-1, 0), "from the right": (1, 0), "from above": (0, 1), "from below": (0, -1)}
TRUTHS = (*SPOTS, *FALLS, "high key", "low key", "warm lights", "cool lights")
SUBJECTS = ("discs", "boxes", "stripes", "plain")


def subject(kind: str, seed: int, size: tuple[int, int]) -> np.ndarray:
    """How much of the light the things in the picture give back: float64 (height, width), 0.75..1."""
    rng = np.random.default_rng(seed)
    picture = Image.new("F", size, 1.0)
    draw = ImageDraw.Draw(picture)
    for _ in range(0 if kind == "plain" else 14):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(0.04, 0.12) * min(size)
        shade = rng.uniform(0.75, 0.95)
        if kind == "discs":
            draw.ellipse((x - r, y - r, x + r, y + r), fill=shade)
        elif kind == "boxes":
            draw.rectangle((x - r, y - r, x + r, y + r), fill=shade)
        else:
            draw.line((x - 3 * r, y - r, x + 3 * r, y + r), fill=shade, width=4)
    return np.asarray(picture)


def planted(truth: str, tint: int, kind: str, seed: int, size: tuple[int, int] = (200, 160)) -> Image.Image:
    """Light falls on a subject; ``tint`` colours the whole picture."""
    width, height = size
    rng = np.random.default_rng([seed, TRUTHS.index(truth)])
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    hue = np.array(colorsys.hsv_to_rgb(np.random.default_rng(tint).random(), 0.25, 1.0))
    if truth in SPOTS:
        centre = np.array(SPOTS[truth]) + rng.uniform(-0.05, 0.05, 2)
        light = 0.1 + 0.85 * np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * rng.uniform(0.13, 0.17) ** 2))
    elif truth in FALLS:
        across, up = FALLS[truth]
        light = 0.5 + rng.uniform(0.5, 0.7) * (across * (x - 0.5) - up * (y - 0.5))
    elif truth in ("high key", "low key"):
        light = np.full_like(x, (0.95 if truth == "high key" else 0.3) * rng.uniform(0.9, 1.0))
    else:
        light = 0.5 + 0.3 * np.sin(2 * np.pi * (x * rng.integers(2, 4) + y * rng.integers(2, 4) + rng.random()))
    warm = {"warm lights": 0.22, "cool lights": -0.22}.get(truth, 0.0) * np.sign(light - 0.5)
    tones = (light * subject(kind, seed, size))[..., None] * hue + np.stack([warm, warm * 0.3, -warm], axis=-1) * 0.5
    return Image.fromarray(np.clip(255 * tones + rng.normal(0, 5, tones.shape), 0, 255).astype(np.uint8))


def collection(copies: int = 8) -> tuple[list[Image.Image], np.ndarray]:
    """Every truth on the same subjects in the same tints."""
    sizes = [(200, 160), (150, 200), (240, 160), (160, 160)]
    rows = [(truth, number) for truth in range(len(TRUTHS)) for number in range(copies)]
    pictures = [planted(TRUTHS[t], n, SUBJECTS[(n // 2) % 4], n, sizes[(n + t) % 4]) for t, n in rows]
    return pictures, np.array([t for t, _ in rows])


def planted_result() -> dict[str, float]:
    """P@1 over the planted queries: lighting, lighting with the mean taken off, palette, and chance."""
    pictures, truths = collection()
    vectors = np.stack([LIGHTING.vector(picture) for picture in pictures])
    return {
        "queries": len(truths),
        "lighting": precision_at_1(vectors, truths),
        "centred": precision_at_1(vectors - vectors.mean(axis=0), truths),
        "palette": precision_at_1(np.stack([Palette().vector(picture) for picture in pictures]), truths),
        "chance": chance(truths),
    }


def grey(tones: np.ndarray) -> Image.Image:
    return Image.fromarray(np.repeat(np.clip(tones, 0, 255).astype(np.uint8)[..., None], 3, axis=-1))


def test_planted_lights_are_found_first():
    result = planted_result()
    assert min(result["lighting"], result["centred"]) > 0.85, result
    assert min(result["lighting"], result["centred"]) > max(0.5 + result["chance"], 0.3 + result["palette"]), result


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_same_subject_in_another_light_does_not_match(truth):
    query = planted(truth, 2, "discs", 1)
    own = [
        similarity(LIGHTING, query, planted(truth, tint, kind, 9 + tint))
        for tint, kind in ((3, "boxes"), (4, "stripes"), (5, "plain"))
    ]
    same_look = [similarity(LIGHTING, query, planted(other, 2, "discs", 1)) for other in TRUTHS if other != truth]
    assert np.median(own) > max(same_look)


@pytest.mark.parametrize("truth", TRUTHS)
def test_blur_and_size_hardly_matter(truth):
    picture = planted(truth, 2, "discs", 1)
    for other in (
        picture.filter(ImageFilter.GaussianBlur(4)),
        picture.resize((400, 320)),
        picture.resize((90, 72), Image.Resampling.BOX),
    ):
        assert similarity(LIGHTING, picture, other) > 0.97


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_key_and_contrast_are_those_of_the_large_areas(seed):
    rng = np.random.default_rng(seed)
    picture = grey(np.kron(rng.uniform(0, 255, (3, 3)), np.ones((64, 64))) + rng.normal(0, 8, (192, 192)))
    tone = rgb_to_lab(np.asarray(picture))[..., 0]
    found = measure(picture)
    assert found.key == pytest.approx(tone.mean() / 100, abs=0.02)
    assert 0.75 < found.contrast / (tone.std() / 50) < 1.02  # grain and borders are blurred away
    assert found.dark == pytest.approx((tone < 30).mean(), abs=0.2) and found.bright == pytest.approx(
        (tone > 70).mean(), abs=0.2
    )


def test_a_high_key_and_a_low_one():
    high, low = measure(planted("high key", 1, "plain", 0)), measure(planted("low key", 1, "plain", 0))
    assert high.key > 0.8 and high.bright > 0.9 and high.dark < 0.01
    assert low.key < 0.35 and low.bright < 0.01 and max(high.contrast, low.contrast) < 0.1


@pytest.mark.parametrize(
    "truth, words",
    [
        *((name, name.removeprefix("from ")) for name in FALLS),
        ("spot upper left", "the upper left"),
        ("spot lower left", "the lower left"),
    ],
)
@pytest.mark.parametrize("kind", SUBJECTS)
def test_the_light_comes_from_where_it_was_planted(truth, words, kind):
    assert side(measure(planted(truth, 3, kind, 5))) == words


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 2 * np.pi))
def test_the_angle_of_an_even_fall_of_light(angle):
    x, y = np.meshgrid(np.linspace(-1, 1, 120), np.linspace(1, -1, 120))
    levels = np.linspace(0, 255, 256).astype(np.uint8)
    tone_of = rgb_to_lab(np.stack([levels] * 3, axis=-1))[:, 0]
    wanted = 50 + 25 * (np.cos(angle) * x + np.sin(angle) * y)
    found = measure(grey(np.interp(wanted, tone_of, levels)))
    assert np.hypot(found.from_right, found.from_above) > 0.85
    error = np.arctan2(found.from_above, found.from_right) - angle
    assert abs(np.angle(np.exp(1j * error))) < np.radians(4)
    assert abs(found.centred) < 0.05


def test_even_and_noisy_pictures_have_no_lit_side():
    noise = np.random.default_rng(0).normal(128, 40, (200, 200))
    for picture in (grey(noise), planted("high key", 0, "plain", 0), Image.new("RGB", (60, 40), "grey")):
        assert side(measure(picture)) == ""


def test_a_lit_figure_in_the_dark():
    spot, day = measure(planted("spot centre", 0, "discs", 0)), measure(planted("from above", 0, "discs", 0))
    assert spot.chiaroscuro > 0.15 > 3 * day.chiaroscuro
    assert spot.lit < 0.3 < day.lit and spot.centred > 0.5 > abs(day.centred)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_lit_part_of_two_tones_is_its_share(share):
    tones = np.full((200, 200), 20.0)
    tones[: round(200 * np.sqrt(share)), : round(200 * np.sqrt(share))] = 230
    found = measure(grey(tones))
    low, high = rgb_to_lab(np.array([[20] * 3, [230] * 3], dtype=np.uint8))[:, 0]
    assert found.lit == pytest.approx(share, abs=0.05)
    assert 0.75 < found.separation / ((high - low) / 100) <= 1  # the blur takes some off at the border


@pytest.mark.parametrize(
    "light, shade", [((250, 225, 150), (40, 50, 90)), ((200, 215, 250), (90, 60, 30)), ((220, 220, 220), (40, 40, 40))]
)
def test_warmth_is_that_of_the_lights_beside_the_shadows(light, shade):
    picture = Image.new("RGB", (200, 200), shade)
    ImageDraw.Draw(picture).rectangle((100, 0, 200, 200), fill=light)
    wanted = np.subtract(*rgb_to_lab(np.array([light, shade], dtype=np.uint8)))
    found = measure(picture)
    assert found.warmth == pytest.approx(wanted[2], abs=4 + 0.08 * abs(wanted[2]))
    assert found.redness == pytest.approx(wanted[1], abs=4 + 0.08 * abs(wanted[1]))


@pytest.mark.parametrize("truth", ["from the left", "spot upper left", "spot lower left"])
def test_mirroring_brings_the_light_from_the_other_side(truth):
    picture = planted(truth, 1, "discs", 3)
    one, other = measure(picture), measure(ImageOps.mirror(picture))
    assert other.from_right == pytest.approx(-one.from_right, abs=0.01) and one.from_right < -0.2
    assert (other.from_above, other.key, other.lit) == pytest.approx((one.from_above, one.key, one.lit), abs=0.01)
    assert similarity(LIGHTING, picture, ImageOps.mirror(picture)) < similarity(
        LIGHTING, picture, planted(truth, 4, "boxes", 8)
    )


def test_vectors_hold_the_measures():
    for truth in TRUTHS:
        picture = planted(truth, 1, "boxes", 3)
        vector = LIGHTING.vector(picture)
        assert vector.shape == (LIGHTING.dim,) and vector.dtype == np.float32
        kept, found = from_vector(vector), measure(picture)
        assert all(getattr(kept, name) == pytest.approx(value, abs=1e-3) for name, value in vars(found).items())


def explained(one: str, other: str) -> str:
    return LIGHTING.explain(
        LIGHTING.vector(planted(one, 1, "discs", 0)), LIGHTING.vector(planted(other, 4, "boxes", 1))
    )


def test_words_say_what_was_planted():
    assert "are bright pictures" in explained("high key", "high key")
    assert explained("low key", "low key").startswith("Both are dark pictures")
    assert "are lit from the upper left" in explained("spot upper left", "spot upper left")
    assert "are lit from above" in explained("from above", "from above")
    assert "has its light further to the right" in explained("from the left", "from the right")
    assert "set their lights against deep darkness" in explained("spot centre", "spot centre")
    assert "are lightest at the centre" in explained("spot centre", "spot centre")
    assert "have warm lights and cool shadows" in explained("warm lights", "warm lights")
    assert "; the second has the cooler lights" in explained("warm lights", "cool lights")
    assert "is darker" in explained("high key", "low key")
    missing = np.full(LIGHTING.dim, np.nan, dtype=np.float32)
    assert LIGHTING.explain(missing, LIGHTING.vector(planted("high key", 0, "plain", 0))) == ""


@pytest.mark.parametrize("size", [(1200, 500), (90, 300), (640, 640), (900, 20)])
@pytest.mark.parametrize("truth", ["from the left", "spot centre", "high key"])
def test_the_sketch_fits_and_is_drawn_upon(size, truth):
    picture = planted(truth, 0, "discs", 0).resize(size)
    drawn = LIGHTING.sketch(picture)
    assert drawn.mode == "RGB" and max(drawn.size) == SKETCH_SIDE
    plain = picture.resize(drawn.size, Image.Resampling.LANCZOS)
    assert np.abs(np.asarray(drawn, int) - np.asarray(plain, int)).mean() > 2


def test_the_arrow_stands_on_the_lit_side():
    for truth, columns in (("from the left", slice(0, 320)), ("from the right", slice(320, 640))):
        drawn = np.asarray(LIGHTING.sketch(planted(truth, 0, "plain", 0)).crop((0, 60, 640, 400)), dtype=int)
        arrow = (np.abs(drawn - (224, 152, 47)).max(axis=-1) < 12).nonzero()[1]
        assert len(arrow) > 300 and np.isin(arrow, np.arange(640)[columns]).mean() > 0.95
