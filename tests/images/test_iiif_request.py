"""Requests of the IIIF Image API, by the examples of its specification: a picture of 300 x 200 pixels."""

import pytest

from artextract.errors import InputError
from artextract.images.iiif_request import MOST_AREA, NotDoneError, parse
from tests.raising import raises

WHOLE = (300, 200)
REGIONS = {
    "full": (0, 0, 300, 200),
    "square": (50, 0, 200, 200),
    "125,15,120,140": (125, 15, 120, 140),
    "pct:41.6,7.5,40,70": (125, 15, 120, 140),
    "125,15,200,200": (125, 15, 175, 185),
    "pct:41.6,7.5,66.6,100": (125, 15, 175, 185),
}
SIZES = {
    "max": (300, 200),
    "^max": (300, 200),
    "150,": (150, 100),
    "^360,": (360, 240),
    ",150": (225, 150),
    "^,240": (360, 240),
    "pct:50": (150, 100),
    "^pct:120": (360, 240),
    "225,100": (225, 100),
    "^360,360": (360, 360),
    "!225,100": (150, 100),
    "!600,600": (300, 200),
    "^!360,360": (360, 240),
}


def asked(region="full", size="max", rotation="0", quality="default.jpg", whole=WHOLE):
    return parse(region, size, rotation, quality, whole)


@pytest.mark.parametrize("text", REGIONS)
def test_regions(text):
    assert asked(region=text).region == REGIONS[text]


@pytest.mark.parametrize("text", SIZES)
def test_sizes(text):
    assert asked(size=text).size == SIZES[text]


def test_rotations():
    found = {text: asked(rotation=text) for text in ("0", "180", "90", "22.5", "!0", "!180", "360")}
    assert [one.degrees for one in found.values()] == [0, 180, 90, 22.5, 0, 180, 0]
    assert [text for text, one in found.items() if one.mirrored] == ["!0", "!180"]


def test_the_canonical_form_is_one_for_all_of_the_same_answer():
    assert asked("0,0,300,200", "300,").canonical == "full/max/0/default.jpg"
    assert asked("pct:41.6,7.5,40,70", "60,", "!90.0", "gray.png").canonical == "125,15,120,140/60,70/!90/gray.png"
    assert asked(size="^360,").canonical == "full/^360,240/0/default.jpg"
    assert parse(*asked("square", "!90,90").canonical.split("/"), WHOLE) == asked("50,0,200,200", "pct:45")


@pytest.mark.parametrize(
    "part, text",
    [
        ("region", "300,0,10,10"),
        ("region", "0,0,0,10"),
        ("region", "0,0,10"),
        ("region", "-1,0,10,10"),
        ("region", "pct:0,0,x,10"),
        ("region", ""),
        ("size", "full"),
        ("size", "301,"),
        ("size", "pct:101"),
        ("size", "0,"),
        ("size", "!10,"),
        ("size", ","),
        ("size", "^9999999999999999,"),
        ("rotation", "361"),
        ("rotation", "-90"),
        ("rotation", "right"),
        ("quality", "best.jpg"),
        ("quality", "default"),
    ],
)
def test_what_cannot_be_given(part, text):
    with raises(InputError, f"invalid-{part}"):
        asked(**{part: text})


def test_formats():
    with raises(NotDoneError, "format-not-done", "tif"):
        asked(quality="default.tif")
    with raises(InputError, "invalid-format", "bmp"):
        asked(quality="default.bmp")


def test_no_answer_is_larger_than_the_limit():
    large = (8000, 6000)
    for size in ("max", "^max", "!8000,6000"):
        width, height = asked(size=size, whole=large).size
        assert MOST_AREA * 0.999 < width * height <= MOST_AREA and abs(width / height - 4 / 3) < 0.001
    assert asked("0,0,512,512", "max", whole=large).size == (512, 512)
    with raises(InputError, "invalid-size"):
        asked(size="8000,6000", whole=large)


@pytest.mark.parametrize(
    "part, size, rotation, quality",
    [
        ("size", "^25000000,1", "0", "default.png"),
        ("size", "^70000,300", "0", "default.jpg"),
        ("size", "^20000,1000", "0", "default.webp"),
        ("rotation", "^40000,625", "45", "default.jpg"),
        ("rotation", "^5000,5000", "45", "default.webp"),
        ("rotation", "^2600,2600", "!225.5", "default.jpg"),
    ],
)
def test_a_strip_takes_no_gigabytes(part, size, rotation, quality):
    with raises(InputError, f"invalid-{part}"):
        asked(size=size, rotation=rotation, quality=quality)


def test_what_is_slanted_has_half_the_pixels_of_what_is_not():
    assert asked(size="^2490,2490", rotation="45").size == (2490, 2490)
    assert asked(size="^5000,5000", rotation="90").size == (5000, 5000)
