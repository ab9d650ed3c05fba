"""Nobody is judged by a model that saw him, and copies stay together."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from artextract.errors import InputError
from artextract.evaluate.outliers.out_of_fold import assign_folds, calibrated, logistic, out_of_fold
from tests.raising import raises


def rows(n=90, classes=3, seed=0):
    random = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    return (random.normal(0, 1, (n, 6)) + 2 * np.eye(classes, 6)[labels]).astype(np.float32), labels


def test_each_row_is_predicted_once_by_a_fit_without_it():
    folds = np.array([0, 1, 2, 0, 1, 2, 0])
    calls = []

    def fit_predict(fitted, held):
        calls.append((fitted, held))
        return np.column_stack([held, np.full(len(held), len(fitted))])

    found = out_of_fold(fit_predict, 7, folds)
    assert found[:, 0].tolist() == list(range(7)) and found[:, 1].tolist() == [7 - np.sum(folds == f) for f in folds]
    assert len(calls) == 3
    for fitted, held in calls:
        assert not set(fitted) & set(held) and sorted([*fitted, *held]) == list(range(7)) and len(set(folds[held])) == 1


def test_folds_are_stratified_and_keep_groups_and_artists_together():
    labels, groups = np.repeat([0, 1, 2], [50, 30, 20]), np.arange(100)
    groups[[0, 60]] = 99, 61
    folds = assign_folds(labels, groups)
    assert folds[0] == folds[99] and folds[60] == folds[61]
    counts = np.stack([np.bincount(labels[folds == fold], minlength=3) for fold in range(5)])
    assert (np.abs(counts - [10, 6, 4]) <= 2).all()
    artists = np.array([None if i % 10 == 0 else f"artist {i % 13}" for i in range(100)], dtype=object)
    folds = assign_folds(labels, groups, folds=4, joined=artists)
    assert all(len(set(folds[artists == artist])) == 1 for artist in set(artists) - {None}) and set(folds) == {
        0,
        1,
        2,
        3,
    }


@pytest.mark.parametrize("folds", [1, 4])
def test_folds_that_cannot_be(folds):
    with raises(InputError, "too-few-groups"):
        assign_folds(np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2]), folds)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_regression_is_that_of_scikit_learn(classes):
    vectors, labels = rows(classes=classes)
    fitted, held = np.arange(60), np.arange(60, 90)
    scaler = StandardScaler().fit(vectors[fitted])
    oracle = LogisticRegression(C=0.1, tol=1e-8, max_iter=5000).fit(scaler.transform(vectors[fitted]), labels[fitted])
    probabilities, temperature = calibrated(logistic(vectors, labels, classes, 0.1, None)(fitted, held), labels[held])
    assert temperature > 0
    sharpened = np.log(oracle.predict_proba(scaler.transform(vectors[held]))) / temperature
    expected = np.exp(sharpened) / np.exp(sharpened).sum(1, keepdims=True)
    np.testing.assert_allclose(probabilities, expected, atol=0.01)


def test_a_class_that_was_not_fitted_has_no_logit():
    vectors, labels = rows()
    labels[89] = 3
    logits = logistic(vectors, labels, 5, 0.1, "balanced")(np.arange(80), np.arange(80, 90))
    assert np.isneginf(logits[:, 3:]).all() and np.isfinite(logits[:, :3]).all()
    probabilities, _ = calibrated(logits, labels[80:])
    np.testing.assert_allclose(probabilities.sum(1), 1)
    assert (logistic(vectors, np.zeros(90, int), 2, 0.1, None)(np.arange(80), np.arange(80, 90))[:, 0] == 0).all()
