"""Labels of copies."""

from artextract.doctor import examine
from tests.doctor.plants import add, label


def test_contradictions_are_compared_by_key(collection):
    add(collection, "p10", "copy", style="cubism", split="train")
    report = examine(collection)
    assert report.find("contradictory_labels_exact") is None
    label(collection, copy={"style": "Fauvism"})
    (item,) = examine(collection).find("contradictory_labels_exact").items
    assert item == {"attribute": "style", "labels": {"p10": "Cubism", "copy": "Fauvism"}}
