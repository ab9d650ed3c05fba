"""Models that fit a collection, and one that does not."""

import pytest

from artextract.doctor import examine
from artextract.errors import MismatchError
from artextract.files import write_json
from artextract.images import content_hash
from artextract.model.label_map import LabelMap
from artextract.model.saved import FORMAT
from tests.doctor.plants import STYLES, kinds, label


def write_model(folder, classes):
    labels = LabelMap(classes, {name: [1] * len(names) for name, names in classes.items()})
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    write_json(folder / "labels.json", labels.as_dict())
    write_json(
        folder / "config.json",
        {"format": FORMAT, "weights_sha256": content_hash(b"weights"), "labels_sha256": labels.hash},
    )
    return folder


def test_a_model_that_fits_and_one_that_does_not(collection, tmp_path):
    fits = write_model(tmp_path / "fits", {"style": ["baroque", "CUBISM", "Fauvism"]})
    assert examine(collection, fits).sound and examine(collection, fits).find("model_class_unused") is None
    other = write_model(
        tmp_path / "other", {"style": ["Baroque", "Rococo"], "genre": ["portrait", "landscape"], "school": ["A", "B"]}
    )
    report = examine(collection, other)
    assert kinds(report) == {"model_attribute_missing", "model_class_unknown"}
    assert {item["attribute"] for item in report.find("model_attribute_missing").items} == {"genre", "school"}
    assert {(item["label"], item["paintings"]) for item in report.find("model_class_unknown").items} == {
        ("Cubism", 16),
        ("Fauvism", 16),
    }
    assert [item["label"] for item in report.find("model_class_unused").items] == ["Rococo"]
    (other / "model.safetensors").write_bytes(b"other")
    with pytest.raises(MismatchError):
        examine(collection, other)


def test_few_labels_that_the_model_does_not_know_are_a_note(collection, tmp_path):
    label(
        collection, p46={"style": "Rococo"}, p47={"style": "Rococo"}, p32={"style": "Rococo"}, p33={"style": "Rococo"}
    )
    report = examine(collection, write_model(tmp_path / "m", {"style": STYLES}))
    assert (
        report.find("model_class_unknown").severity == "note"
        and "92% of style" in report.find("model_class_unknown").message
    )
