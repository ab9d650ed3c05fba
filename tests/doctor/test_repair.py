"""What is mended, and what stays."""

import itertools
import shutil

import pytest

from artextract.doctor import BEFORE_FIX, examine, fix
from artextract.errors import NothingUsableError
from artextract.table import FILE_NAME, read_paintings
from tests.doctor.plants import add, label, missing, picture, text
from tests.raising import raises


def test_copies_become_one_row_with_the_labels_of_all(collection):
    label(collection, p08={"artist": None, "genre": None}, p09={"artist": "A", "style": "Cubism"})
    add(collection, "p08", "b", artist="Van Gogh", split="val")
    add(collection, "p08", "a", artist="van-gogh", genre="portrait", split="test")
    add(collection, "p09", "c", artist="B", style="CUBISM")
    repairs = fix(examine(collection))
    table = read_paintings(collection)
    kept, other = table.record(table.position("a")), table.record(table.position("p09"))
    assert (kept["split"], kept["style"], kept["genre"]) == ("test", "Cubism", "portrait") and kept[
        "artist"
    ].lower().replace("-", " ") == "van gogh"
    assert (other["split"], other["style"], other["artist"]) == ("train", "Cubism", None)
    assert set(repairs.merged) == {("p08", "a"), ("b", "a"), ("c", "p09")} and repairs.cleared == (("p09", "artist"),)


def test_of_copies_the_row_stays_whose_file_is_whole(collection):
    add(collection, "p11", "copy", split="test")
    picture(2000).save(collection / "images/copy.jpg")
    assert fix(examine(collection)).merged == (("copy", "p11"),)
    table = read_paintings(collection)
    assert table.record(table.position("p11"))["split"] == "test" and examine(collection).find("changed_file") is None


@pytest.mark.parametrize(
    "sides, expected",
    [(a, max(a, key=["train", "val", "test"].index)) for a in itertools.permutations(["train", "val", "test"], 2)],
)
def test_near_copies_come_to_the_side_that_is_judged(sides, expected, collection):
    label(collection, p22={"split": sides[0]})
    add(collection, "p22", "small", picture(22).resize((64, 48)), split=sides[1])
    add(collection, "p22", "left-out", picture(22).resize((50, 40)), split=None)
    repairs = fix(examine(collection))
    table = read_paintings(collection)
    split = dict(zip(table.ids, table.column("split"), strict=False))
    assert split["p22"] == split["small"] == expected and split["left-out"] is None and len(repairs.moved) == 1


def test_the_first_table_is_kept(collection):
    first = (collection / FILE_NAME).read_bytes()
    missing(collection)
    assert fix(examine(collection)).kept_as == collection / BEFORE_FIX
    text(collection)
    fix(examine(collection))
    assert (collection / BEFORE_FIX).read_bytes() == first and len(read_paintings(collection)) == 46


def test_a_collection_without_its_images_is_not_emptied(collection):
    shutil.rmtree(collection / "images")
    report = examine(collection)
    assert len(report.find("missing_file").items) == 48
    with raises(NothingUsableError, "no-readable-image"):
        fix(report)
    assert len(read_paintings(collection)) == 48
