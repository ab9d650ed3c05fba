"""Deep: what is drawn of its map lies where the network saw it."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from artextract.backbones import get_backbone
from artextract.features import SKETCH_SIDE
from artextract.features.deep import Deep, on_picture, veiled
from artextract.images import Transform
from tests.conftest import paint


@pytest.fixture(scope="module")
def deep() -> Deep:
    return Deep(get_backbone())


def test_the_vector_is_the_mean_of_the_map(deep):
    image = paint("red", "discs", 0)
    cells, vector = deep.map_and_vector(image)
    assert cells.shape == deep.backbone.map_shape and vector.shape == (deep.dim,)
    assert np.allclose(cells.mean((1, 2)), vector, rtol=0.01, atol=1e-3) and np.allclose(
        vector, deep.vector(image), rtol=0.02, atol=0.01
    )


def test_the_map_of_a_backbone_with_finer_stages_is_cut_to_its_own_channels():
    class Engine:
        def run(self, pixels):
            return np.ones((1, 9, 2, 2), np.float32), np.ones((1, 4), np.float32)

    feature = Deep(replace(get_backbone(), dim=4))
    feature._engine = Engine()
    assert feature.map_and_vector(paint("red", "discs", 0))[0].shape == (4, 2, 2)


def test_no_words_are_made_of_numbers_without_names(deep):
    assert deep.explain(np.ones(deep.dim), np.ones(deep.dim)) == ""


@pytest.mark.parametrize("size", [(900, 500), (200, 500), (40, 30)])
def test_the_sketch_is_in_colour_where_something_is_to_be_seen(deep, size):
    image = Image.new("RGB", size, (190, 120, 60))
    side = min(size) // 2
    image.paste(paint("blue", "discs", 2).resize((side, side)), (0, 0))
    sketch = deep.sketch(image)
    assert max(sketch.size) <= SKETCH_SIDE and sketch.size == tuple(
        round(edge * min(1, SKETCH_SIDE / max(size))) for edge in size
    )
    assert np.array_equal(np.asarray(sketch), np.asarray(deep.sketch(image)))


@pytest.mark.parametrize("geometry", ["squash", "letterbox", "crop"])
@pytest.mark.parametrize("size", [(640, 320), (320, 640), (333, 332)])
def test_a_cell_lies_where_the_transform_took_it_from(geometry, size):
    """A white square of the picture, seen through the transform's own pixels, comes back to where it was."""
    width, height = size
    picture = Image.new("RGB", size, "black")
    box = (width // 2 - 40, height // 2 + 10, width // 2 + 60, height // 2 + 110)
    picture.paste("white", box)
    grid = Transform(224, geometry).pixels(picture)[..., 0].reshape(28, 8, 28, 8).mean((1, 3)) / 255
    if geometry == "letterbox":
        grid[np.abs(grid - 128 / 255) < 0.01] = 0  # the bars
    heat = on_picture(grid, size, geometry)
    assert heat.shape == (height, width)
    wanted = np.asarray(picture)[..., 0] / 255
    seen = np.isfinite(heat)
    assert np.abs(heat - wanted)[seen].mean() < 0.06 and np.nanmax(heat) > 0.8
    if geometry == "crop":
        assert seen.sum() == min(size) ** 2
    else:
        assert seen.all()


def test_a_veil_leaves_colours_where_it_is_lifted_and_greys_elsewhere():
    image = Image.new("RGB", (300, 100), (200, 80, 40))
    heat = np.zeros((3, 3))
    heat[:, 0] = 1
    shown = np.asarray(veiled(image, heat, "squash")).astype(int)
    assert (shown[50, 10] == (200, 80, 40)).all() and np.ptp(shown[50, 290]) == 0 and shown[50, 290].mean() < 80
    cut = np.asarray(veiled(image, np.ones((3, 3)), "crop")).astype(int)
    assert np.ptp(cut[50, 20]) == 0 and (cut[50, 150] == (200, 80, 40)).all()
