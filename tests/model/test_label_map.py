"""Class names, their order and their hash."""

import pandas as pd

from artextract.model.label_map import LabelMap, build_label_map
from artextract.table import Paintings


def table(styles, artists, tmp_path):
    n = len(styles)
    frame = pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(n)],
            "path": "x",
            "source": "s",
            "rights": "r",
            "sha256": [str(i) for i in range(n)],
            "width": 1,
            "height": 1,
            "style": styles,
            "artist": artists,
        }
    )
    return Paintings(frame, tmp_path)


def test_rare_classes_and_empty_attributes_are_left_out(tmp_path):
    training = table(["B", "A", "A", "B", "C", None], ["X", "X", None, None, "Y", None], tmp_path)
    labels = build_label_map(training, {"style": 2, "artist": 2, "genre": 2})
    assert labels.classes == {"style": ["A", "B"]} and labels.counts == {"style": [2, 2]}
    assert build_label_map(training, {"style": 1, "artist": 3}).classes == {"style": ["A", "B", "C"]}


def test_labels_are_met_by_their_key(tmp_path):
    labels = LabelMap({"style": ["Art Nouveau", "Ukiyo e"], "artist": ["Paul Cezanne"]}, {})
    got = labels.encode(
        table(["Art_Nouveau_Modern", "ukiyo-e", None, "Cubism"], ["Paul Cézanne", None, "x", None], tmp_path)
    )
    assert got.tolist() == [[0, 0], [1, -1], [-1, -1], [-1, -1]]


def test_spellings_of_one_class_are_one_class_named_as_most_often(tmp_path):
    training = table(["claude monet", "Claude Monet", "Claude Monet", "A?", "A", "A"], [None] * 6, tmp_path)
    labels = build_label_map(training, {"style": 1})
    assert labels.classes == {"style": ["A", "A?", "Claude Monet"]} and labels.counts == {"style": [2, 1, 3]}
    assert labels.encode(training)[:, 0].tolist() == [2, 2, 2, 1, 0, 0]


def test_the_hash_knows_the_order():
    assert LabelMap({"a": ["x", "y"]}, {}).hash != LabelMap({"a": ["y", "x"]}, {}).hash
    labels = LabelMap({"a": ["x", "y"]}, {"a": [1, 2]})
    assert LabelMap.from_dict(labels.as_dict()) == labels
