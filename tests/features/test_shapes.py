"""Shapes lie where they say, in a sketch as over a page; what a feature draws over a picture is what its sketch
shows."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from artextract.features import SKETCH_SIDE, get_feature
from artextract.features.cielab import rgb_to_lab
from artextract.features.shapes import Dot, Drawing, Line, Ring, Words, box, drawn, places
from artextract.features.swatches import shared_colours, shared_places
from tests.conftest import paint

RED = (255, 0, 0)


def red(picture: Image.Image) -> np.ndarray:
    return (np.abs(np.asarray(picture).astype(int) - RED).max(axis=2) < 60).nonzero()


def test_lines_rings_and_dots_lie_where_they_say():
    ground = Image.new("RGB", (400, 200), "white")
    rows, columns = red(drawn(ground, [Line(((0.25, 0.0), (0.25, 1.0)), "#ff0000", 4)]))
    assert {99, 100} <= set(columns) <= {97, 98, 99, 100, 101, 102} and len(set(rows)) == 200
    rows, columns = red(drawn(ground, [Ring((0.5, 0.5), 0.1, "#ff0000", 2)]))  # a tenth of the longer side
    assert np.abs(np.hypot(columns - 199.5, rows - 99.5) - 40).max() < 2.5
    rows, columns = red(drawn(ground, [Dot((0.75, 0.5), 6, "#ff0000")]))
    assert np.abs(np.hypot(columns - 299.5, rows - 99.5)).max() == pytest.approx(6, abs=1)
    rows, columns = red(drawn(ground, [Line(box(0.1, 0.2, 0.3, 0.8), "#ff0000", 1, closed=True, filled=True)]))
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == pytest.approx((40, 120, 40, 160), abs=1)


def test_a_casing_is_dark_and_nothing_drawn_is_nothing_changed():
    ground = Image.new("RGB", (100, 100), "white")
    plain, cased = (
        np.asarray(drawn(ground, [Line(((0.0, 0.5), (1.0, 0.5)), "#ffffff", 2, casing)])) for casing in (0, 3)
    )
    assert (
        (plain == 255).all()
        and (cased[50, 50] > 240).all()
        and (cased[47, 50] < 120).all()
        and (cased[40] == 255).all()
    )
    assert np.array_equal(np.asarray(drawn(ground, [])), np.asarray(ground))
    assert (np.asarray(drawn(ground, [Words((0.9, 0.99), "+12°")])) != 255).any(axis=2).any(axis=0)[40:].any(), (
        "letters are kept within"
    )


def test_places_are_parts_of_both_sides():
    assert places(np.array([[0.5, 0.25], [1.0, 0.5]]), (800, 400)) == ((0.5, 0.5), (1.0, 1.0))
    assert places(np.array([[0.25, 0.5]]), (400, 800)) == ((0.5, 0.5),)


@pytest.mark.parametrize("name", ["composition", "lighting", "structure", "deep"])
def test_what_is_drawn_over_is_plain_and_over_the_whole(name):
    feature, image = get_feature(name), paint("blue", "discs", 4).resize((320, 240))
    assert feature.overlay is not None
    drawing = feature.drawing(image)
    document = json.loads(json.dumps(drawing.as_dict(), allow_nan=False))
    layer = Image.open(io.BytesIO(base64.b64decode(document["layer"].removeprefix("data:image/png;base64,"))))
    assert layer.mode == "RGBA" and np.array_equal(np.asarray(layer), np.asarray(drawing.layer))
    if name != "composition":  # whose layer is stretched
        assert layer.width / layer.height == pytest.approx(4 / 3, abs=0.02)
    for shape in document["shapes"]:
        assert all(-0.01 <= value <= 1.01 for place in shape.get("points", [shape.get("centre")]) for value in place)


@pytest.mark.parametrize("name", ["composition", "lighting"])
def test_a_sketch_is_the_drawing_over_the_picture(name):
    feature, image = get_feature(name), paint("red", "bands", 3).resize((SKETCH_SIDE, 480))
    drawing, sketch = feature.drawing(image), np.asarray(feature.sketch(image)).astype(int)
    over = image.copy()
    layer = drawing.layer.resize(image.size, Image.Resampling.BICUBIC)
    over.paste(layer, mask=layer)
    expected = np.asarray(drawn(over, drawing.shapes)).astype(int)
    assert np.abs(sketch - expected)[:450].mean() < 1, "but for the caption at the foot"


def test_a_blank_picture_has_nothing_to_draw():
    blank = Image.new("RGB", (200, 100), "beige")
    assert get_feature("composition").drawing(blank) == Drawing()
    assert (
        get_feature("structure").drawing(blank).shapes == () and get_feature("structure").drawing(blank).layer is None
    )


def test_shared_colours_are_found_where_they_are():
    left, right = Image.new("RGB", (200, 100), "#1d3a7a"), Image.new("RGB", (100, 200), "#cda52f")
    left.paste("#cda52f", (120, 0, 200, 100))
    right.paste("#1d3a7a", (0, 150, 100, 200))
    swatches, a, b = shared_places(left, right)
    assert swatches == shared_colours(left, right) and len(swatches) == 2
    for number, swatch in enumerate(swatches, 1):
        lab = rgb_to_lab(np.array([int(swatch.hex[at : at + 2], 16) for at in (1, 3, 5)], np.uint8))
        for numbers, picture in ((a, left), (b, right)):
            near = np.linalg.norm(rgb_to_lab(np.asarray(picture)) - lab, axis=-1) < 10
            assert np.array_equal(numbers == number, near)


def test_what_only_one_has_is_no_place():
    swatches, a, b = shared_places(Image.new("RGB", (64, 64), "#c5261f"), Image.new("RGB", (64, 64), "#2a5ba8"))
    assert swatches == [] and not a.any() and not b.any()
