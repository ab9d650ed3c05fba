"""The pictures of outliers: what stands where, and that a bad image leaves a box."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from artextract.errors import InputError
from artextract.evaluate.outliers.find import find_outliers
from artextract.evaluate.outliers.outlier_gallery import (
    BOX,
    MARGIN,
    draw_gallery,
    nearest_of_class,
    visualize_outliers,
    write_gallery,
)
from artextract.table import Paintings
from tests.raising import raises

RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture(scope="module")
def found(trained_model):
    return find_outliers(trained_model, k=3)


def test_the_most_outlying_stands_first(tmp_path):
    Image.new("RGB", (40, 40), RED).save(tmp_path / "red.png")
    blue = np.full((40, 40, 3), BLUE, dtype=np.uint8)
    images = [Image.fromarray(blue), tmp_path / "red.png", blue, tmp_path / "missing.png", np.zeros((40, 40), np.uint8)]
    scores = np.array([0.2, 0.9, 0.5, 0.4, np.nan])
    sheet = visualize_outliers(
        images, np.array([0, 1, 0, 1, 0]), scores, ["Cubism", "Rococo"], k=3, path=tmp_path / "sheet.png"
    )
    centre = (MARGIN + BOX // 2, MARGIN + BOX // 2)
    assert sheet.getpixel(centre) == RED and Image.open(tmp_path / "sheet.png").size == sheet.size
    wide = visualize_outliers(images, np.tile([0.25, 0.75], (5, 1)), scores, ["Cubism", "Rococo"], k=9)
    assert wide.width > sheet.width and visualize_outliers([], np.empty(0, int), np.empty(0), []).width > 0


def test_wrong_use(tmp_path, found):
    with raises(InputError, "lengths-differ", "2", "1"):
        visualize_outliers([np.zeros((20, 20), np.uint8)] * 2, np.array([0]), np.zeros(2), ["a"])
    with raises(InputError, "wrong-file-ending"):
        visualize_outliers([], np.empty(0, int), np.empty(0), [], path=tmp_path / "sheet.txt")
    with raises(InputError, "wrong-file-ending"):
        write_gallery(tmp_path / "sheet", found)


def test_neighbours_are_of_the_class_and_no_copies():
    points = np.array([[1.0, 0.0], [1.0, 0.0], [0.9, 0.1], [0.9, 0.1], [0.5, 0.5], [0.0, 1.0]])
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    groups = np.array([0, 0, 1, 1, 2, 3])
    assert nearest_of_class(points, groups, 0, np.arange(6), k=4).tolist() == [2, 4, 5]
    assert nearest_of_class(points, groups, 0, np.array([5, 4]), k=1).tolist() == [4]
    assert nearest_of_class(points, groups, 0, np.array([1])).tolist() == []


def test_a_row_per_outlier(found, tmp_path):
    sheet, fewer = draw_gallery(found), draw_gallery(replace(found, order=found.order[:1]))
    assert sheet.width == fewer.width and sheet.height > fewer.height
    path = write_gallery(tmp_path / "gallery.png", found)
    assert Image.open(path).size == sheet.size


def test_a_picture_that_is_gone_leaves_a_box(found):
    paintings = found.labelled.paintings
    gone = Paintings(paintings.frame.assign(path="nowhere.png"), paintings.root)
    sheet = draw_gallery(replace(found, labelled=replace(found.labelled, paintings=gone)))
    assert sheet.size == draw_gallery(found).size
