"""The corrected table, and how far reviewers agree."""

import csv
import io
import json
import shutil

import pytest

from artextract.errors import InputError
from artextract.features.store import FeatureStore
from artextract.review import ReviewStore
from artextract.review.corrected import agreement, correct, corrected_csv, decisions_csv, summary, write_corrected
from artextract.table import read_paintings


@pytest.fixture
def reviewed(small_collection, tmp_path):
    """Of a copy: p00 corrected and then contradicted by another reviewer, p01 corrected, p02 given a new style, p03
    emptied, p04 accepted."""
    folder = shutil.copytree(small_collection, tmp_path / "collection")
    store = ReviewStore(folder)
    for painting, label in (("p00", "green-school"), ("p01", "Blue School"), ("p02", "Violet School"), ("p03", None)):
        store.decide(painting, "style", "correct", "Anna", old_label="Red School", new_label=label)
    store.decide("p04", "style", "accept", "Anna", old_label="Red School")
    store.decide("p00", "style", "correct", "Ben", old_label="Red School", new_label="Blue School")
    store.decide("p06", "genre", "correct", "Ben", old_label="bands", new_label="discs")
    return folder, store


def test_only_what_was_corrected_changes(reviewed):
    folder, store = reviewed
    before = read_paintings(folder)
    done = correct(before, store.current())
    after = done.paintings
    assert after.column("style")[:5].tolist() == ["Blue School", "Blue School", "Violet School", None, "Red School"]
    assert after.column("genre")[6] == "discs" and len(done.applied) == 5 and done.set_aside == ()
    assert after.column("style")[5:].tolist() == before.column("style")[5:].tolist()
    assert after.column("corrected")[[0, 3, 4]].tolist() == [
        "style: Red School -> Blue School",
        "style: Red School -> no label",
        None,
    ]
    assert after.frame.drop(columns=["style", "genre", "corrected"]).equals(
        before.frame.drop(columns=["style", "genre"])
    )


def test_a_label_takes_the_spelling_of_the_column(reviewed):
    folder, store = reviewed
    store.undo(next(d.id for d in store.history("p00") if d.reviewer == "Ben"), "Ben")
    assert correct(read_paintings(folder), store.current()).paintings.column("style")[0] == "Green School"


def test_decisions_that_no_longer_fit_are_set_aside(reviewed):
    folder, store = reviewed
    table = read_paintings(folder)
    table.frame.loc[1, "style"] = "Grey School"
    table = table.rows([i for i in range(24) if i != 2])
    done = correct(table, store.current())
    assert {(d.painting, reason.split(" ")[0:2][1]) for d, reason in done.set_aside} == {
        ("p01", "label"),
        ("p02", "painting"),
    }
    assert done.paintings.column("style")[1] == "Grey School"


def test_the_corrected_collection_finds_its_images_and_features(reviewed, tmp_path):
    folder, store = reviewed
    FeatureStore(folder / "features" / "deep@1").add(["a"], [[1.0, 2.0]])
    out = tmp_path / "out" / "corrected"
    path = write_corrected(correct(read_paintings(folder), store.current()), out)
    table = read_paintings(out)
    assert path == out / "paintings.parquet" and all(image.is_file() for image in table.image_paths())
    assert (
        table.labels == read_paintings(folder).labels
        and table.column("split").tolist() == read_paintings(folder).column("split").tolist()
    )
    assert FeatureStore(out / "features" / "deep@1").vectors(["a"]).tolist() == [[1.0, 2.0]]
    FeatureStore(out / "features" / "deep@1").add(["b"], [[3.0, 4.0]])
    assert "b" not in FeatureStore(folder / "features" / "deep@1"), "what is new stays with the new collection"
    answer = json.loads((out / "corrected.json").read_text())
    assert {(c["id"], c["to"]) for c in answer["corrected"]} == {
        ("p00", "Blue School"),
        ("p01", "Blue School"),
        ("p02", "Violet School"),
        ("p03", None),
        ("p06", "discs"),
    }
    store.undo(store.history("p06")[0].id, "Ben")
    write_corrected(correct(read_paintings(folder), store.current()), out)
    assert read_paintings(out).column("genre")[6] == "bands", "what was written so before is written anew"


def test_no_other_collection_is_overwritten(reviewed, small_collection, tmp_path):
    done = correct(read_paintings(reviewed[0]), reviewed[1].current())
    other = shutil.copytree(small_collection, tmp_path / "other")
    for out in (reviewed[0], other):
        with pytest.raises(InputError):
            write_corrected(done, out)
    assert read_paintings(other).column("style")[0] == "Red School"


def test_tables_for_downloads(reviewed):
    folder, store = reviewed
    text = corrected_csv(correct(read_paintings(folder), store.current()))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 24 and rows[2]["style"] == "Violet School" and "path" not in rows[0] and str(folder) not in text
    decisions = list(csv.DictReader(io.StringIO(decisions_csv(store.decisions()))))
    assert [d["painting"] for d in decisions] == [d.painting for d in store.decisions()] and decisions[0][
        "reviewer"
    ] == "Ben"


def test_the_summary_counts(reviewed):
    store = reviewed[1]
    answer = summary(store.reviews(), store.decisions())
    assert answer["attributes"] == {
        "genre": {"accept": 0, "correct": 1, "skip": 0, "disagreed": 0},
        "style": {"accept": 1, "correct": 4, "skip": 0, "disagreed": 1},
    }
    assert [(e["reviewer"], e["accept"], e["correct"], e["undone"]) for e in answer["reviewers"]] == [
        ("Anna", 1, 4, 0),
        ("Ben", 0, 2, 0),
    ]
    assert answer["agreement"]["style"] == {
        "paintings": 1,
        "agreed": 0,
        "pairs": [{"reviewers": ["Anna", "Ben"], "paintings": 1, "same": 0.0, "kappa": 0.0}],
    }
    assert answer["agreement"]["genre"] == {"paintings": 0, "agreed": 0, "pairs": []}


def test_nobody_agrees_on_nothing():
    assert agreement([]) == {"paintings": 0, "agreed": 0, "pairs": []}
