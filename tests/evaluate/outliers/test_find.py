"""From a model and a collection to a ranked list: wrong labels come first, and what cannot be judged is counted."""

import csv
import shutil

import numpy as np
import pytest

from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.outliers.find import METHODS, find_outliers, judge_labels, read_labelled, write_outliers
from artextract.files import read_json
from artextract.model.saved import open_model
from artextract.table import Paintings, read_paintings
from tests.raising import raises


def relabelled(table, folder, **columns):
    """The same images under other labels, as a collection of its own; the stored features are copied, not computed
    again."""
    Paintings(table.frame.assign(path=[str(p) for p in table.image_paths()], **columns), folder).write()
    shutil.copytree(table.root / "features", folder / "features")
    return folder


@pytest.fixture(scope="module")
def misplaced(trained_model, sample_collection, tmp_path_factory):
    """The drawn paintings with three styles that are wrong, one that the model does not know and one that is missing;
    gives the folder and the wrong ids."""
    table = read_paintings(sample_collection)
    styles, classes = list(table.column("style")), open_model(trained_model).labels.classes["style"]
    wrong = [5, 30, 70]
    for row in wrong:
        styles[row] = classes[(classes.index(styles[row]) + 2) % len(classes)]
    styles[1], styles[2] = "Never Heard Of", None
    return relabelled(table, tmp_path_factory.mktemp("misplaced"), style=styles), {table.ids[row] for row in wrong}


@pytest.mark.parametrize("method", ["label_error", "margin", "mahalanobis", "all"])
def test_wrong_labels_come_first_with_the_right_ones(method, misplaced, trained_model, sample_collection):
    folder, wrong = misplaced
    found = find_outliers(trained_model, folder, "style", method, k=10, rare=True)
    figures, truth = (
        found.figures,
        dict(
            zip(read_paintings(sample_collection).ids, read_paintings(sample_collection).column("style"), strict=False)
        ),
    )
    assert (figures["n"], figures["unknown_labels"], figures["not_judged"], figures["skipped"]) == (94, 1, 0, [])
    listed = figures["outliers"]
    assert [e["rank"] for e in listed] == list(range(1, 11)) and wrong <= {e["id"] for e in listed[:6]}
    assert sum(e["suggested"] == truth[e["id"]] for e in listed if e["id"] in wrong) >= 2
    for place, entry in zip(found.order, listed, strict=False):
        own = entry["methods"][method]
        assert own["score"] == entry["score"] and own["rank"] == entry["rank"] and set(entry["methods"]) == set(METHODS)
        assert found.labelled.paintings.ids[place] == entry["id"]
        assert entry["label_probability"] == found.judgement.probabilities[place, found.labelled.targets[place]]
    scores = [e["score"] for e in listed]
    assert scores == sorted(scores, reverse=True)


def test_all_splits_are_judged_at_home_and_artists_can_be_kept_together(trained_model, sample_collection):
    figures = find_outliers(trained_model, attribute="genre", folds=3, folds_by="artist", k=1000).figures
    labelled = sum(value is not None for value in read_paintings(sample_collection).column("genre"))
    assert figures["n"] == labelled == len(figures["outliers"]) and figures["folds_by"] == "artist"
    assert 0 < figures["out_of_fold_accuracy"] <= 1


def test_the_only_one_of_its_class_is_not_listed_but_counted(trained_model, sample_collection, tmp_path):
    table = read_paintings(sample_collection)
    classes = open_model(trained_model).labels.classes["style"]
    styles = [classes[0] if i == 8 else classes[1 + i % 2] for i in range(len(table))]
    relabelled(table, tmp_path, style=styles)
    figures = find_outliers(trained_model, tmp_path, "style", "label_error", k=1000, rare=True).figures
    assert (
        figures["not_judged"] == 1
        and len(figures["outliers"]) == 95
        and table.ids[8] not in {e["id"] for e in figures["outliers"]}
    )
    only = next(
        e
        for e in find_outliers(trained_model, tmp_path, "style", "softmax", k=1000, rare=True).figures["outliers"]
        if e["id"] == table.ids[8]
    )
    assert only["methods"]["centroid"] == {
        "score": None,
        "rank": None,
        "suggested": only["methods"]["centroid"]["suggested"],
    }


def test_rare_classes_are_left_out_until_asked_for_and_the_list_states_its_share(
    trained_model, sample_collection, tmp_path
):
    table = read_paintings(sample_collection)
    classes = open_model(trained_model).labels.classes["style"]
    relabelled(table, tmp_path, style=[classes[0] if i < 9 else classes[1 + i % 2] for i in range(len(table))])
    without, together = (
        find_outliers(trained_model, tmp_path, "style", k=1000, rare=rare).figures for rare in (False, True)
    )
    assert (without["of_rare_classes"], together["of_rare_classes"]) == (9, 0)
    assert len(together["outliers"]) == len(without["outliers"]) + 9
    assert classes[0] not in {entry["label"] for entry in without["outliers"]}
    chances = [entry["chance_wrong"] for entry in together["outliers"]]
    assert together["expected_share"] == pytest.approx(np.mean(chances))
    low, high = together["expected_in_all"]["ci"]
    assert 0 <= low <= together["expected_in_all"]["share"] <= high


def test_an_image_that_cannot_be_read_is_skipped(trained_model, sample_collection, tmp_path):
    table = read_paintings(sample_collection)
    relabelled(table, tmp_path)
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    moved = read_paintings(tmp_path).frame
    moved.loc[3, ["path", "sha256"]] = ["bad.jpg", "f" * 64]
    Paintings(moved, tmp_path).write()
    figures = find_outliers(trained_model, tmp_path, "style").figures
    assert [entry["id"] for entry in figures["skipped"]] == [table.ids[3]] and figures["n"] == 95


def test_only_the_given_labels_decide():
    """The labels of a class moved as a whole are no outliers, and copies of a row judge nothing about it."""
    random = np.random.default_rng(0)
    truth = np.arange(120) % 3
    vectors = (random.normal(0, 1, (120, 8)) + 3 * np.eye(3, 8)[truth]).astype(np.float32)
    labels = truth.copy()
    labels[0] = 1
    vectors[60] = vectors[0]
    labels[60] = 1
    apart = judge_labels(vectors, labels, 3, np.arange(120), C=10.0)
    groups = np.arange(120)
    groups[60] = 0
    together = judge_labels(vectors, labels, 3, np.unique(groups, return_inverse=True)[1], C=10.0)
    assert together.scores["label_error"][0] == pytest.approx(together.scores["label_error"][60])
    assert together.scores["label_error"][0] > 0.9 and together.suggested["label_error"][0] == 0
    assert together.scores["label_error"][0] >= apart.scores["label_error"][0] - 0.05
    renamed = judge_labels(vectors, (labels + 1) % 3, 3, np.arange(120), C=10.0)
    np.testing.assert_allclose(renamed.scores["centroid"], apart.scores["centroid"], rtol=1e-5)


def test_the_list_is_written(misplaced, trained_model, tmp_path):
    found = find_outliers(trained_model, misplaced[0], k=4)
    with write_outliers(tmp_path / "list.csv", found.figures).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [e["id"] for e in found.figures["outliers"]]
    assert float(rows[0]["mahalanobis_score"]) == pytest.approx(
        found.figures["outliers"][0]["methods"]["mahalanobis"]["score"]
    )
    assert read_json(write_outliers(tmp_path / "list.json", found.figures)) == found.figures
    with raises(InputError, "wrong-file-ending"):
        write_outliers(tmp_path / "list.txt", found.figures)


def test_wrong_use(trained_model, sample_collection, tmp_path):
    for arguments, code, named in (
        ({"attribute": "year"}, "unknown-attribute", "year"),
        ({"method": "magic"}, "unknown-method", "magic"),
        ({"k": 0}, "invalid-count", "0"),
        ({"attribute": "artist", "folds_by": "artist"}, "folds-leave-nothing", "artist"),
        ({"folds_by": "owner"}, "unknown-column", "owner"),
        ({"folds": 1}, "too-few-groups", "1"),
    ):
        with raises(InputError, code, named):
            find_outliers(trained_model, **arguments)
    table = read_paintings(sample_collection)
    relabelled(table, tmp_path, style=[table.column("style")[0]] * len(table))
    with raises(NothingUsableError, "too-few-classes"):
        read_labelled(trained_model, tmp_path, "style")
