"""Colours in words, and which two paintings share: published colour differences, and planted proportions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from artextract.features.cielab import amounts
from artextract.features.swatches import NAMES, ciede2000, colour_name, differing_colours, shared_colours
from tests.features.test_palette import AUTUMN, SEA, SHARES, flat, patches

OCHRE, DEEP_BLUE, RED = (191, 143, 54), (29, 58, 122), (197, 38, 31)


@pytest.mark.parametrize(
    "one, other, difference",
    [  # of the test data that Sharma, Wu and Dalal published with their paper
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_published_differences(one, other, difference):
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(difference, abs=1e-4)
    assert ciede2000(np.array(other), np.array(one)) == pytest.approx(difference, abs=1e-4)


def test_every_name_is_the_nearest_to_its_own_colour():
    assert {name: colour_name(code) for name, code in NAMES.items()} == {name: name for name in NAMES}


@pytest.mark.parametrize(
    "colour, word",
    [
        ("#0000ff", "blue"),
        ("#ff0000", "red"),
        ("#ffff00", "yellow"),
        ("#00ff00", "green"),
        ("#ffffff", "white"),
        ("#000000", "black"),
        ("#808080", "grey"),
        ("#1d3a7a", "deep blue"),
    ],
)
def test_plain_colours_have_plain_names(colour, word):
    assert word in colour_name(colour)


@given(st.integers(0, 255))
def test_greys_are_called_neither_red_nor_blue(level):
    assert colour_name("#" + 3 * f"{level:02x}") in ("black", "charcoal", "dark grey", "grey", "light grey", "white")


def test_shared_colours_have_the_shares_that_were_painted():
    a, b = (
        patches([OCHRE, DEEP_BLUE, (10, 10, 10)], [0.5, 0.3, 0.2], 0),
        patches([OCHRE, DEEP_BLUE, RED], [0.2, 0.4, 0.4], 1),
    )
    found = {swatch.name: (swatch.share_a, swatch.share_b) for swatch in shared_colours(a, b)}
    assert found == {"deep blue": pytest.approx((0.3, 0.4), abs=0.02), "ochre": pytest.approx((0.5, 0.2), abs=0.02)}
    apart = {swatch.name: (swatch.share_a, swatch.share_b) for swatch in differing_colours(a, b)}
    assert apart == {"red": pytest.approx((0, 0.4), abs=0.02), "black": pytest.approx((0.2, 0), abs=0.02)}


def test_a_picture_shares_all_its_colours_with_itself_and_a_flat_one_is_one_colour():
    image = patches(AUTUMN, SHARES, 3)
    assert sum(swatch.share_a for swatch in shared_colours(image, image)) == pytest.approx(1)
    assert not differing_colours(image, image)
    for colour in [(255, 255, 255), (0, 0, 0), (200, 190, 180), OCHRE, RED]:
        assert len(shared_colours(flat(colour), flat(colour))) == 1


def test_strangers_share_nothing_and_neighbours_do():
    assert shared_colours(patches(AUTUMN, SHARES, 1), flat((20, 40, 200))) == []
    assert len(shared_colours(flat((120, 90, 60)), flat((124, 92, 64)))) == 1


def test_most_are_given_once_and_histograms_do_as_well_as_pictures():
    a, b = patches(AUTUMN + SEA, [0.125] * 8, 1), patches(AUTUMN + SEA, [0.2, 0.05] * 4, 2)
    found = shared_colours(a, b)
    assert len(found) == 6 == len({swatch.name for swatch in found}) and found == shared_colours(amounts(a), amounts(b))
    assert len(shared_colours(a, b, 3)) == 3


def test_the_swatch_looks_like_what_was_painted():
    (swatch,) = shared_colours(flat(OCHRE), flat(OCHRE))
    seen = np.array([int(swatch.hex[at : at + 2], 16) for at in (1, 3, 5)])
    assert np.abs(seen - OCHRE).max() <= 8  # colours are counted in steps of 8
    assert isinstance(Image.new("RGB", (1, 1), swatch.hex), Image.Image)
