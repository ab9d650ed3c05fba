"""Classes and artists by hand-worked counts."""

from dataclasses import replace

from artextract.doctor import examine
from artextract.table import read_paintings
from tests.doctor.plants import edit, label


def test_classes_are_counted_by_hand(collection):
    """Genre: a has 1 training row, b 2 and none to test, c 2 and one to test; style has 12 per class."""
    genres = {"p00": "a", "p01": "b", "p02": "b", "p03": "c", "p04": "c", "p14": "c", "p15": "a"}
    label(collection, **{name: {"genre": genre} for name, genre in genres.items()})
    report = examine(collection)
    assert report.find("class_not_learnable").items == ({"attribute": "genre", "label": "a", "train": 1, "test": 1},)
    assert [(item["label"], item["train"], item["test"]) for item in report.find("class_small").items] == [
        ("b", 2, 0),
        ("c", 2, 1),
    ]
    assert ("genre", "b") in {(item["attribute"], item["label"]) for item in report.find("class_untested").items}


def test_a_table_without_training_rows_says_so_once(collection):
    edit(collection, lambda frame: frame.assign(split="test"))
    report = examine(collection)
    assert report.sound and {finding.kind for finding in report.findings} == {"no_training_rows"}


def test_artists_on_two_sides_are_a_note_or_on_request_an_error(collection):
    label(collection, p14={"artist": "Train Artist"}, p15={"artist": "nobody else"})
    found = examine(collection).find("artists_on_two_sides")
    assert (
        found.severity == "note"
        and len(found.items) == 1
        and found.items[0]["test"] == 1
        and "1 of the 2 test paintings" in found.message
    )
    report = examine(collection, artist_disjoint=True)
    assert report.find("artists_on_two_sides").severity == "error"
    assert [item["id"] for item in report.find("artist_unknown").items] == ["p30", "p31", "p46", "p47"]
    table = read_paintings(collection)
    replace(table, protocol="artist-disjoint").write()
    assert examine(collection).find("artists_on_two_sides").severity == "error"
    edit(collection, lambda frame: frame.assign(painter=[f"painter {name}" for name in frame["id"]]))
    assert examine(collection).find("artists_on_two_sides") is None
