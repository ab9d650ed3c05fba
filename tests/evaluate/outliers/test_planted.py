"""Planted wrong labels: as many as asked, where asked, and seen by nothing but the judge."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.evaluate.outliers import planted
from artextract.evaluate.outliers.find import METHODS, Labelled


@pytest.fixture(scope="module")
def labelled():
    random = np.random.default_rng(0)
    targets = np.arange(150) % 3
    vectors = (random.normal(0, 1, (150, 8)) + 3 * np.eye(3, 8)[targets]).astype(np.float32)
    return Labelled(Path("model"), "style", ["a", "b", "c"], None, vectors, targets, np.arange(150), 0.1, 0, [])


def test_random_planting_reaches_every_other_class():
    labels = np.arange(4000) % 4
    found = planted.plant_random(labels, 4, 1000, np.random.default_rng(0))
    moved = np.flatnonzero(found != labels)
    assert len(moved) == 1000 and (labels == np.arange(4000) % 4).all()
    counts = np.bincount(labels[moved] * 4 + found[moved], minlength=16).reshape(4, 4)
    assert (np.diag(counts) == 0).all() and counts[~np.eye(4, dtype=bool)].min() > 50


def test_confused_planting_goes_to_the_class_most_often_predicted():
    labels = np.repeat([0, 1, 2], 10)
    probabilities = np.full((30, 3), 0.05) + 0.85 * np.eye(3)[labels]
    probabilities[:3] = [0.2, 0.7, 0.1]  # 0 is taken for 1 thrice, for 2 once
    probabilities[3] = [0.1, 0.1, 0.8]
    probabilities[10:20] = [0.1, 0.8, 0.1]
    probabilities[12] = [0.15, 0.8, 0.05]  # 1 is always right: the mean probability decides for 0
    probabilities[25] = [0.3, 0.6, 0.1]  # 2 is taken for 1 once
    found = planted.plant_confused(labels, probabilities, 30, np.random.default_rng(0))
    assert found.tolist() == [1] * 10 + [0] * 10 + [1] * 10


def test_what_is_easy_to_find_is_found_and_what_ignores_labels_is_not(labelled):
    study = planted.planted_study(labelled, share=0.06, seeds=3)
    assert study["planted"] == 9 and study["chance"]["precision_at_planted"] == pytest.approx(0.06)
    for kind in planted.KINDS:
        figures = study["kinds"][kind]
        assert set(figures) == set(METHODS)
        for method in ("label_error", "margin", "centroid", "mahalanobis", "all"):
            assert figures[method]["auroc"] > 0.95 and figures[method]["precision_at_planted"] > 0.7
            assert figures[method]["precision_at_50"] <= 0.18 + 1e-9
        assert figures["softmax"]["auroc"] < 0.8
        low, high = figures["all"]["range"]["auroc"]
        assert low <= figures["all"]["auroc"] <= high


def test_the_stated_share_is_about_the_planted_one(labelled):
    random = np.random.default_rng(1)
    targets = np.arange(900) % 6
    vectors = (random.normal(0, 1, (900, 8)) + 2.5 * np.eye(6, 8)[targets]).astype(np.float32)
    many = replace(labelled, classes=list("abcdef"), vectors=vectors, targets=targets, groups=np.arange(900))
    found = planted.planted_study(many, share=0.05, seeds=3)["expected"]["random"]["all"]
    low, high = found["range"]
    assert low <= found["true"] <= high and found["listed"] >= 20
    assert found["stated"] == pytest.approx(found["true"], abs=0.15)


def test_the_methods_see_only_the_corrupted_labels(labelled, monkeypatch):
    seen = []

    def watched(vectors, targets, *rest):
        seen.append(targets.copy())
        return judge(vectors, targets, *rest)

    judge = planted.judge_labels
    monkeypatch.setattr(planted, "judge_labels", watched)
    planted.planted_study(labelled, share=0.1, seeds=2)
    assert [int(np.sum(labels != labelled.targets)) for labels in seen] == [0, 15, 15, 15, 15]
    assert all((a != b).any() for i, a in enumerate(seen) for b in seen[:i])


def test_too_few_rows_have_no_precision_at_50(labelled):
    few = replace(labelled, vectors=labelled.vectors[:45], targets=labelled.targets[:45], groups=np.arange(45))
    figures = planted.planted_study(few, share=0.1, seeds=1)["kinds"]["random"]["margin"]
    assert (
        figures["precision_at_50"] is None
        and figures["range"]["precision_at_50"] is None
        and figures["auroc"] is not None
    )


@pytest.mark.parametrize("arguments", [{"share": 0}, {"share": 0.001}, {"share": 0.9}, {"seeds": 0}])
def test_wrong_use(labelled, arguments):
    with pytest.raises(InputError):
        planted.planted_study(labelled, **arguments)
