"""Fields that can be corrected: what they hold, and the table that follows."""

import pytest

from artextract.errors import InputError
from artextract.review import ReviewStore
from artextract.review.corrected import correct
from artextract.review.fields import kinds, read, same, written
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.raising import raises


@pytest.fixture(scope="module")
def museum(tmp_path_factory):
    return write_collection(
        tmp_path_factory.mktemp("fields") / "c",
        [paint("red", "bands", seed) for seed in range(3)],
        style=["Cubism", None, "Baroque"],
        title=["One", None, "Three"],
        date=["c. 1640", "1650", None],
        year=[1640, 1650, None],
        medium=["oil on canvas", None, None],
        weight=[1.5, None, 2.0],
        seen=[True, False, True],
        makers=[["A", "B"], None, None],
    )


def test_what_fields_hold(museum):
    assert kinds(read_paintings(museum)) == {
        "title": "text",
        "rights": "text",
        "style": "label",
        "artist": "label",
        "genre": "label",
        "date": "text",
        "year": "number",
        "medium": "text",
        "weight": "number",
    }


def test_values_as_text_and_back():
    assert written(1640.0) == "1640" and written(1.5) == "1.5" and written("") is None
    assert read("whole number", "\u2212500") == -500 and read("number", " 1.5 ") == 1.5 and read("text", " a") == " a"
    with raises(InputError, "not-a-number", "c. 1640"):
        read("whole number", "c. 1640")
    with pytest.raises(InputError):
        read("number", "nan")
    assert same("label", "Art_Nouveau", "art nouveau") and not same("text", "Oil", "oil") and same("text", None, "")


def test_the_corrected_table_has_the_fields(museum):
    store = ReviewStore(museum)
    for painting, name, old, new in (
        ("p00", "medium", "oil on canvas", "Oil on canvas"),
        ("p00", "date", "c. 1640", "1641-1643"),
        ("p01", "title", None, "Two"),
        ("p01", "year", "1650", "1651"),
        ("p01", "date", "1650", "1660"),
        ("p02", "weight", "2", None),
        ("p02", "medium", "tempera", "oil"),
        ("p02", "makers", None, "C"),
    ):
        store.decide(painting, name, "correct", "Anna", old_label=old, new_label=new, exact=True)
    done = correct(read_paintings(museum), store.current())
    table = done.paintings
    assert table.column("medium").tolist() == ["Oil on canvas", None, None]
    assert table.column("title").tolist() == ["One", "Two", "Three"]
    assert table.column("year").tolist() == [1641, 1651, None], "it follows the date, unless it was corrected itself"
    assert table.column("weight").tolist() == [1.5, None, None]
    assert {decision.attribute: reason for decision, reason in done.set_aside} == {
        "medium": "the entry was 'tempera' when it was reviewed and is '' now",
        "makers": "the collection has no field 'makers' that can be corrected",
    }
    assert table.column("corrected")[1] == "title: nothing -> Two; year: 1650 -> 1651; date: 1650 -> 1660"
