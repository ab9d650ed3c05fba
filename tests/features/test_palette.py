"""Palette: known colour values, and planted truths about which pictures must match."""

import colorsys
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from artextract.features import SKETCH_SIDE
from artextract.features.cielab import amounts, dominant_colours, lab_to_hex, rgb_to_lab, sharpened, smooth
from artextract.features.palette import Palette

PALETTE = Palette()


def similarity(a: Image.Image, b: Image.Image) -> float:
    return float(PALETTE.vector(a) @ PALETTE.vector(b))


def flat(colour) -> Image.Image:
    return Image.new("RGB", (64, 48), colour)


def hue(degrees: float, saturation=0.8, value=0.8) -> tuple[int, int, int]:
    return tuple(round(255 * part) for part in colorsys.hsv_to_rgb(degrees / 360, saturation, value))


def patches(colours: list, proportions: list[float], seed: int, side: int = 96, cell: int = 8) -> Image.Image:
    """Square cells of the given colours in the given proportions, arranged by the seed."""
    cells = (side // cell) ** 2
    counts = np.rint(np.array(proportions) * cells).astype(int)
    counts[0] += cells - counts.sum()
    order = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(colours)), counts))
    grid = np.array(colours, dtype=np.uint8)[order].reshape(side // cell, side // cell, 3)
    return Image.fromarray(grid.repeat(cell, axis=0).repeat(cell, axis=1))


AUTUMN = [(120, 60, 20), (200, 140, 40), (60, 70, 30), (230, 220, 200)]
SEA = [(20, 60, 110), (90, 150, 190), (200, 220, 225), (40, 90, 90)]
SHARES = [0.4, 0.3, 0.2, 0.1]


@pytest.mark.parametrize(
    "rgb, lab",
    [  # published values of the sRGB primaries under D65 (Lindbloom's calculator)
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((255, 255, 0), (97.14, -21.55, 94.48)),
        ((0, 255, 255), (91.11, -48.09, -14.13)),
        ((255, 0, 255), (60.32, 98.23, -60.82)),
        ((119, 119, 119), (50.03, 0.0, 0.0)),
    ],
)
def test_known_colours(rgb, lab):
    assert rgb_to_lab(np.array(rgb, dtype=np.uint8)) == pytest.approx(lab, abs=0.02)


def test_vectors_have_unit_length_and_only_positive_parts():
    for image in (flat("white"), flat("black"), flat(hue(300)), patches(AUTUMN, SHARES, 0)):
        vector = PALETTE.vector(image)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5) and (vector >= 0).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=5))
def test_every_colour_has_a_place(colours):
    image = patches(colours, [1 / len(colours)] * len(colours), 0)
    counts = amounts(image)
    assert counts.sum() == pytest.approx(1) and smooth(counts[None]).sum() == pytest.approx(1)
    assert similarity(image, image) == pytest.approx(1, abs=1e-5)


def test_the_same_colours_in_another_arrangement_match():
    first, second = patches(AUTUMN, SHARES, 1), patches(AUTUMN, SHARES, 2)
    assert np.abs(np.asarray(first, int) - np.asarray(second, int)).mean() > 20
    assert similarity(first, second) > 0.999
    assert similarity(first, first.transpose(Image.Transpose.ROTATE_90)) > 0.999


def test_another_palette_in_the_same_arrangement_does_not_match():
    assert similarity(patches(AUTUMN, SHARES, 1), patches(SEA, SHARES, 1)) < 0.5


def test_proportions_count():
    even = patches(AUTUMN, [0.25] * 4, 1)
    assert similarity(even, patches(AUTUMN, SHARES, 1)) > similarity(even, patches(AUTUMN, [0.91, 0.03, 0.03, 0.03], 1))


def test_similarity_falls_steadily_as_the_hue_turns():
    for start in (0, 90, 180, 270):
        turned = [similarity(flat(hue(start)), flat(hue(start + turn))) for turn in range(0, 61, 10)]
        assert all(near > far for near, far in zip(turned, turned[1:], strict=False)), (start, turned)
        assert turned[1] > 0.6 and turned[-1] < 0.3


def test_similarity_falls_steadily_as_grey_gets_lighter():
    steps = [similarity(flat((40, 40, 40)), flat((level,) * 3)) for level in range(40, 256, 24)]
    assert all(near > far for near, far in zip(steps, steps[1:], strict=False)), steps


@settings(max_examples=60, deadline=None)
@given(*[st.tuples(*[st.integers(0, 255)] * 3)] * 3)
def test_the_perceptually_nearer_colour_matches_better(one, two, three):
    lab = rgb_to_lab(np.array([one, two, three], dtype=np.uint8))
    near, far = np.linalg.norm(lab[1] - lab[0]), np.linalg.norm(lab[2] - lab[0])
    if near > far:
        near, far, two, three = far, near, three, two
    if (
        far > 1.5 * near + 15
    ):  # bins are 12 wide and the edge of sRGB bends them: a clear difference must be seen as one
        assert similarity(flat(one), flat(two)) >= similarity(flat(one), flat(three))


def test_a_colour_and_its_grey_are_strangers():
    photo = patches(AUTUMN, SHARES, 3)
    grey = photo.convert("L").convert("RGB")
    assert similarity(photo, grey) < 0.75 < similarity(photo, patches(AUTUMN, SHARES, 4))
    assert similarity(
        grey, patches([(70, 70, 70), (150, 150, 150), (60, 60, 60), (220, 220, 220)], SHARES, 5)
    ) > similarity(photo, grey)


@pytest.mark.parametrize("colours", [AUTUMN, SEA])
def test_size_and_compression_do_not_matter(colours):
    image = patches(colours, SHARES, 6, side=256, cell=16)
    for size in [(1024, 1024), (512, 256), (120, 120), (90, 90)]:
        assert similarity(image, image.resize(size, Image.Resampling.BICUBIC)) > 0.97, size
    for quality in (90, 60, 30):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        assert similarity(image, Image.open(file)) > 0.98, quality


def test_dominant_colours_are_those_that_were_painted():
    image = patches(AUTUMN, SHARES, 7)
    found = dominant_colours(image, 4)
    assert [proportion for _, proportion in found] == pytest.approx(SHARES, abs=0.02)
    assert [code for code, _ in found] == ["#{:02x}{:02x}{:02x}".format(*colour) for colour in AUTUMN]


def test_a_small_vivid_patch_gets_its_own_colour():
    found = dominant_colours(patches([(90, 80, 70), (110, 100, 85), (220, 20, 30)], [0.5, 0.46, 0.04], 8))
    assert "#dc141e" in [code for code, _ in found]
    assert sum(proportion for _, proportion in found) == pytest.approx(1)


def test_a_flat_picture_has_one_colour():
    assert dominant_colours(flat((10, 20, 30))) == [("#0a141e", 1.0)]


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_lab_and_back_is_the_same_colour(colour):
    assert lab_to_hex(rgb_to_lab(np.array(colour, dtype=np.uint8))) == "#{:02x}{:02x}{:02x}".format(*colour)


def test_the_histogram_comes_back_out_of_the_vector():
    images = [patches(AUTUMN, SHARES, 1), patches(SEA, SHARES, 2), flat("white")]
    found = sharpened(np.stack([PALETTE.vector(image) for image in images]))
    assert np.abs(found - [amounts(image) for image in images]).max() < 1e-5


def test_words_name_what_is_shared_and_what_is_not():
    autumn, other = (
        patches([(191, 143, 54), (30, 58, 122)], [0.6, 0.4], 1),
        patches([(191, 143, 54), (197, 38, 31)], [0.3, 0.7], 2),
    )
    said = PALETTE.explain(PALETTE.vector(autumn), PALETTE.vector(other))
    assert (
        said == "Both have ochre (60% and 30%). The first has more deep blue (40% against 0%). The second has more red"
        " (70% against 0%)."
    )
    assert PALETTE.explain(PALETTE.vector(flat("white")), PALETTE.vector(flat("navy"))).startswith(
        "They share no colour to speak of."
    )


def test_nothing_is_said_of_a_painting_without_a_vector():
    assert PALETTE.explain(np.full(PALETTE.dim, np.nan, np.float32), PALETTE.vector(flat("white"))) == ""


@pytest.mark.parametrize("size", [(900, 300), (300, 900), (64, 48)])
def test_the_sketch_shows_the_picture_above_its_colours(size):
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((20, 60, 160), (0, 0, size[0] // 4, size[1]))
    sketch = PALETTE.sketch(image)
    assert max(sketch.size) <= SKETCH_SIDE
    assert max(PALETTE.sketch(patches(AUTUMN + SEA, [0.125] * 8, 1, side=400).resize((16, 1600))).size) <= SKETCH_SIDE
    foot = np.asarray(sketch)[-3].astype(int)
    for colour, part in (((200, 30, 30), 0.75), ((20, 60, 160), 0.25)):
        assert (np.abs(foot - colour).max(-1) < 6).mean() == pytest.approx(part, abs=0.04)
