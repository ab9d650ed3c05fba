"""The contact sheet: every hit is on it with its aspect kept, and it is written where and as asked."""

import numpy as np
import pytest
from PIL import Image

from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.search.contact_sheet import (
    BOX,
    CAPTION,
    COLUMNS,
    FULL_SCORE,
    GAP,
    draw_contact_sheet,
    write_contact_sheet,
)
from tests.raising import raises


@pytest.fixture(scope="module")
def result(indexed_collection):
    return SearchEngine.open(indexed_collection).search("p00", k=7)


def box(sheet: Image.Image, number: int) -> np.ndarray:
    """The pixels of the square in which hit ``number`` hangs."""
    left, top = GAP + number % COLUMNS * (BOX + GAP), 3 * GAP + BOX + number // COLUMNS * (BOX + CAPTION + GAP)
    return np.asarray(sheet)[top : top + BOX, left : left + BOX].astype(int)


def test_every_hit_hangs_in_its_place(result):
    sheet = draw_contact_sheet(result)
    assert sheet.width == GAP + COLUMNS * (BOX + GAP)
    for number, hit in enumerate(result.hits):
        colour = np.asarray(Image.open(hit.path).resize((1, 1), Image.Resampling.BOX))[0, 0].astype(int)
        height = BOX * 120 // 160
        assert np.abs(box(sheet, number)[-height + 2 : -2, 2:-2].mean((0, 1)) - colour).max() < 4
        assert (
            box(sheet, number)[: BOX - height - 2] == box(sheet, number)[0, 0]
        ).all()  # paper above: the aspect is kept
    assert (box(sheet, 7) == box(sheet, 7)[0, 0]).all()


def test_the_bar_is_as_long_as_the_score(result):
    sheet = np.asarray(draw_contact_sheet(result)).astype(int)
    row = sheet[3 * GAP + 2 * BOX + 10 + 30, GAP : GAP + BOX]
    saturated = (row.max(axis=1) - row.min(axis=1)) > 40
    assert saturated.sum() == pytest.approx(BOX * result.hits[0].score / FULL_SCORE, abs=3)


def test_it_is_written_as_its_name_says(result, tmp_path):
    assert write_contact_sheet(result, tmp_path / "new" / "sheet.png") == tmp_path / "new" / "sheet.png"
    assert Image.open(tmp_path / "new" / "sheet.png").format == "PNG"
    assert Image.open(write_contact_sheet(result, tmp_path / "sheet.jpg")).format == "JPEG"
    with raises(InputError, "wrong-file-ending"):
        write_contact_sheet(result, tmp_path / "sheet.docx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "sheet.jpg"]


def test_nothing_found_and_pictures_that_are_gone_are_drawn_too(result, indexed_collection, tmp_path):
    engine = SearchEngine.open(indexed_collection)
    empty = engine.search(Image.new("RGB", (64, 64), "red"), where=["style=Red School", "year>1850"])
    assert draw_contact_sheet(empty).size == draw_contact_sheet(empty, Image.new("RGB", (64, 64), "red")).size
    from dataclasses import replace

    gone = replace(result, hits=[replace(result.hits[0], path=str(tmp_path / "gone.png"), title="x" * 200)])
    assert draw_contact_sheet(gone).width == draw_contact_sheet(result).width
