"""Texture: drawn surfaces whose strokes are known, which must match whatever colours and layout they have, and nothing
else must."""

import dataclasses
import io
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from artextract.features import SKETCH_SIDE
from artextract.features.palette import Palette
from artextract.features.texture import Texture, texture_measures
from tests.features import planted as planted_truth
from tests.features.planted import chance, precision_at_1

TEXTURE = Texture()


def ground(seed: int, size=(512, 384)) -> tuple[np.ndarray, np.ndarray]:
    """A layout of large soft regions in a palette, both by chance: region of each pixel int (h, w) and colours float
    (regions, 3)."""
    random = np.random.default_rng(seed)
    places = random.uniform(0, 1, (4, 2)) * size[::-1]
    rows, columns = np.mgrid[: size[1], : size[0]]
    regions = ((rows[..., None] - places[:, 0]) ** 2 + (columns[..., None] - places[:, 1]) ** 2).argmin(-1)
    return regions, random.uniform(50, 205, (4, 3))


def strokes(
    width: int,
    length: float,
    angle: float | None,
    seed: int,
    layout: int | None = None,
    contrast: float = 25,
    size=(512, 384),
) -> Image.Image:
    """Strokes of a width in pixels, ``length`` times as long, at ``angle`` degrees (anticlockwise from the horizontal;
    None for each its own), that cover a ground; ``seed`` draws colours and strokes, and the layout unless it has its
    own."""
    random = np.random.default_rng(seed)
    regions, _ = ground(seed if layout is None else layout, size)
    colours = ground(seed, size)[1]
    image = Image.fromarray(colours[regions].astype(np.uint8))
    draw = ImageDraw.Draw(image)
    number = int(1.5 * size[0] * size[1] / (width**2 * max(length, 1)))
    for x, y in random.uniform(0, 1, (number, 2)) * size:
        turn = np.radians(random.uniform(0, 180) if angle is None else angle + random.normal(0, 5))
        dx, dy = width * length / 2 * np.cos(turn), -width * length / 2 * np.sin(turn)
        colour = tuple(int(c) for c in np.clip(colours[regions[int(y), int(x)]] + random.normal(0, contrast), 0, 255))
        if length <= 1:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)
        else:
            draw.line((x - dx, y - dy, x + dx, y + dy), fill=colour, width=width)
    return image


def smooth(seed: int) -> Image.Image:
    """The ground alone, its regions melting into each other."""
    regions, colours = ground(seed)
    return Image.fromarray(colours[regions].astype(np.uint8)).filter(ImageFilter.GaussianBlur(6))


def similarity(a: Image.Image, b: Image.Image, feature=TEXTURE) -> float:
    return planted_truth.similarity(feature, a, b)


KINDS = {
    f"{name}, {width} px": lambda seed, width=width, length=length, angle=angle: strokes(width, length, angle, seed)
    for width in (4, 7, 16)
    for name, length, angle in (("dots", 1, None), ("broken", 3, None), ("hatching", 8, 45.0), ("upright", 8, 90.0))
} | {"smooth": smooth}


@cache
def drawn(kind: str, seed: int) -> Image.Image:
    return KINDS[kind](seed)


def planted(feature, per_kind: int = 3) -> tuple[float, float, int]:
    """P@1 when each of ``per_kind`` pictures of every kind, of chance colours and layout, looks for another of its kind
    among all; chance; queries."""
    kinds = [kind for kind in KINDS for _ in range(per_kind)]
    vectors = np.stack([feature.vector(drawn(kind, seed)) for seed, kind in enumerate(kinds)])
    truths = np.array(kinds)
    return precision_at_1(vectors, truths), chance(truths), len(truths)


def test_pictures_of_the_same_strokes_find_each_other():
    found, chance, _ = planted(TEXTURE)
    by_colour, _, _ = planted(Palette())
    assert found > 0.9 and found > 10 * chance and found > by_colour + 0.6


def test_the_same_strokes_match_and_the_same_picture_in_other_strokes_does_not():
    fine = strokes(4, 3, None, seed=1)
    elsewhere = strokes(4, 3, None, seed=2)
    other = strokes(14, 8, 45.0, seed=1)
    assert similarity(fine, other, Palette()) > 0.9 > similarity(fine, elsewhere, Palette())
    assert similarity(fine, elsewhere) > 0.85 and similarity(fine, other) < 0.2


def test_dots_are_not_hatching_of_the_same_width():
    dots, hatching = (lambda seed: strokes(6, 1, None, seed)), (lambda seed: strokes(6, 8, 20.0, seed))
    within = min(similarity(dots(1), dots(2)), similarity(hatching(3), hatching(4)))
    assert within > max(similarity(dots(1), hatching(3)), similarity(dots(2), hatching(4))) + 0.3


def test_width_is_measured():
    sizes = [3, 5, 9, 18]
    found = [
        np.mean([texture_measures(strokes(width, length, None, width)).width * 512 for length in (1, 4)])
        for width in sizes
    ]
    assert all(thin < thick for thin, thick in zip(found, found[1:], strict=False)), found
    assert np.allclose(np.log2(found), np.log2(sizes), atol=np.log2(1.5)), found


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 135, 170])
def test_direction_is_measured(angle):
    measures = texture_measures(strokes(6, 8, angle, angle))
    assert abs((measures.direction - angle + 90) % 180 - 90) < 6
    assert measures.common > 0.5 > 0.15 > texture_measures(strokes(6, 8, None, angle)).common


def test_coherence_and_length_grow_with_the_strokes():
    measures = [texture_measures(strokes(5, length, None, 1)) for length in (1, 3, 10)]
    assert [m.length for m in measures] == sorted(m.length for m in measures)
    assert measures[2].coherence > measures[0].coherence + 0.05


def test_roughness_grows_with_the_contrast_of_the_strokes():
    measures = [
        texture_measures(picture)
        for picture in (smooth(1), *(strokes(5, 3, None, 1, contrast=contrast) for contrast in (3, 10, 30)))
    ]
    assert all(low.roughness < high.roughness - 0.3 for low, high in zip(measures, measures[1:], strict=False))
    half = smooth(1)
    half.paste(strokes(5, 3, None, 1, contrast=30).crop((0, 0, 256, 384)))
    assert texture_measures(half).unevenness > texture_measures(strokes(5, 3, None, 1, contrast=30)).unevenness + 1


def test_colour_key_and_place_do_not_matter_and_blur_does():
    rng = np.random.default_rng(0)
    picture = strokes(5, 4, None, 3)
    pixels = np.asarray(picture, dtype=float)
    tiles = pixels.reshape(3, 128, 4, 128, 3).swapaxes(1, 2).reshape(12, 128, 128, 3)[rng.permutation(12)]
    shuffled = tiles.reshape(3, 4, 128, 128, 3).swapaxes(1, 2).reshape(384, 512, 3)
    same = {
        "darker": 0.6 * pixels,
        "brighter": 255 - 0.6 * (255 - pixels),
        "grey": pixels.mean(-1, keepdims=True).repeat(3, -1),
        "shuffled": shuffled,
    }
    for name, changed in same.items():
        assert similarity(picture, Image.fromarray(changed.astype(np.uint8))) > 0.95, name
    assert similarity(picture, picture.filter(ImageFilter.GaussianBlur(3))) < 0.6


def test_size_and_compression_hardly_matter():
    large = strokes(12, 4, None, 5, size=(1024, 768))
    for side in (720, 512, 360, 256):
        assert similarity(large, large.resize((side, side * 3 // 4), Image.Resampling.LANCZOS)) > 0.85, side
    file = io.BytesIO()
    large.save(file, "JPEG", quality=80)
    assert similarity(large, Image.open(file)) > 0.97


@pytest.mark.parametrize("size", [(3, 3), (700, 20), (20, 700), (64, 64), (513, 511)])
def test_every_size_has_a_vector(size):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3)).astype(np.uint8))
    assert np.isfinite(TEXTURE.vector(noise)).all() and max(TEXTURE.sketch(noise).size) <= SKETCH_SIDE


def test_a_picture_of_one_tone_has_no_texture():
    blank = Image.new("RGB", (300, 200), "beige")
    assert np.isnan(TEXTURE.vector(blank)).all() and texture_measures(blank) is None
    assert TEXTURE.explain(TEXTURE.vector(blank), TEXTURE.vector(smooth(1))) == ""
    assert max(TEXTURE.sketch(blank).size) <= SKETCH_SIDE


def test_the_explanation_says_what_was_planted():
    say = lambda a, b: TEXTURE.explain(TEXTURE.vector(a), TEXTURE.vector(b))  # noqa: E731
    hatching = say(strokes(4, 10, 45.0, 1), strokes(4, 10, 45.0, 2))
    assert "fine" in hatching and "long" in hatching and "rising to the right" in hatching
    assert "falling to the right" in say(strokes(4, 10, 135.0, 1), strokes(4, 10, 135.0, 2))
    assert "broader" in say(strokes(3, 3, None, 1), strokes(16, 3, None, 2))
    assert "smoother" in say(strokes(5, 3, None, 1), strokes(5, 3, None, 1, contrast=5))
    assert "without a common direction" in say(strokes(5, 3, None, 1), strokes(5, 3, None, 2))


def test_the_vector_holds_the_measures():
    measures = texture_measures(strokes(6, 8, 30, 1))
    assert all(np.isfinite(value) for value in dataclasses.astuple(measures))
    assert 0 < measures.coherence <= 1 and 0 <= measures.common <= 1 and 0 <= measures.direction < 180
