"""Scores of fit: worked by hand, and the figures of a ranking against scikit-learn and a slow count."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from artextract.metrics.outliers import (
    auroc,
    label_error,
    margin_error,
    mean_rank,
    most_outlying,
    normalised_entropy,
    precision_at,
    ranks,
    softmax_uncertainty,
)

PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3]])


def test_scores_worked_by_hand():
    labels = np.array([0, 1, 2, 1])
    np.testing.assert_allclose(softmax_uncertainty(PROBABILITIES), [0.3, 0.2, 0.0, 2 / 3])
    np.testing.assert_allclose(label_error(PROBABILITIES, labels), [0.3, 0.9, 1.0, 2 / 3])
    np.testing.assert_allclose(margin_error(PROBABILITIES, labels), [0.25, 0.85, 1.0, 0.5])
    entropy = normalised_entropy(PROBABILITIES)
    assert entropy[2] == 0 and entropy[3] == pytest.approx(1)
    assert entropy[0] == pytest.approx(-sum(p * np.log(p) for p in (0.7, 0.2, 0.1)) / np.log(3))


def test_what_one_class_cannot_tell_is_undefined():
    single = np.ones((2, 1))
    assert np.isnan(normalised_entropy(single)).all() and np.isnan(margin_error(single, np.array([0, 0]))).all()


def test_ties_stand_in_their_order_and_nan_last():
    scores = np.array([0.5, np.nan, 0.9, 0.5, -np.inf])
    assert most_outlying(scores).tolist() == [2, 0, 3, 4, 1]
    assert ranks(scores).tolist() == [2, 5, 1, 3, 4]


def test_the_mean_rank_is_1_where_all_agree():
    agreed = mean_rank(np.array([3.0, 1.0, 2.0]), np.array([30.0, 10.0, 20.0]))
    np.testing.assert_allclose(agreed, [1, 1 / 3, 2 / 3])
    one_missing = mean_rank(np.array([3.0, np.nan, 2.0]), np.array([1.0, 9.0, 2.0]))
    assert np.isnan(one_missing).tolist() == [False, True, False]


def test_auroc_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    for _ in range(20):
        found, scores = random.random(60) < 0.2, random.integers(0, 8, 60).astype(float)
        found[:2] = True, False
        assert auroc(found, scores) == pytest.approx(roc_auc_score(found, scores))
    assert auroc(np.array([True, True]), np.array([1.0, 2.0])) is None
    assert auroc(np.array([True, False]), np.array([np.nan, 0.0])) == 0.0


def test_precision_of_the_first():
    found, scores = np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, np.nan])
    assert precision_at(found, scores, 1) == 1.0 and precision_at(found, scores, 2) == 0.5
    assert precision_at(found, scores, 5) is None and precision_at(found, scores, 0) is None
