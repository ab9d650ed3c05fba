"""Against scikit-learn, slow oracles and hand-worked cases."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn import metrics as reference

from artextract.metrics import classification as metrics


def draw(seed, classes=None):
    rng = np.random.default_rng(seed)
    classes = classes or int(rng.integers(2, 9))
    n = int(rng.integers(1, 60))
    truth = rng.integers(0, classes, n)
    probabilities = rng.dirichlet(np.full(classes, 0.5), n)
    return truth, probabilities


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_agrees_with_scikit_learn(seed):
    truth, probabilities = draw(seed)
    predicted = probabilities.argmax(1)
    confusion = metrics.confusion_matrix(truth, predicted, probabilities.shape[1])
    assert (confusion == reference.confusion_matrix(truth, predicted, labels=range(probabilities.shape[1]))).all()
    got = metrics.summary(truth, probabilities)
    assert got["accuracy"] == pytest.approx(reference.accuracy_score(truth, predicted))
    assert got["balanced_accuracy"] == pytest.approx(reference.balanced_accuracy_score(truth, predicted))
    assert got["macro_f1"] == pytest.approx(reference.f1_score(truth, predicted, average="macro", zero_division=0))
    assert got["weighted_f1"] == pytest.approx(reference.f1_score(truth, predicted, average="weighted", zero_division=0))
    if probabilities.shape[1] > 5:
        assert got["top5"] == pytest.approx(reference.top_k_accuracy_score(truth, probabilities, k=5, labels=range(probabilities.shape[1])))
    else:
        assert got["top5"] is None


def test_ties_are_not_rewarded():
    assert metrics.top_k_accuracy(np.arange(10), np.full((10, 10), 0.1), 5) == 0.0


def slow_ece(truth, probabilities, bins):
    total = 0.0
    for b in range(bins):
        low, high = b / bins, (b + 1) / bins
        rows = [i for i, p in enumerate(probabilities) if low < p.max() <= high]
        if rows:
            confidence = np.mean([probabilities[i].max() for i in rows])
            right = np.mean([probabilities[i].argmax() == truth[i] for i in rows])
            total += len(rows) / len(truth) * abs(confidence - right)
    return total


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_calibration_error_against_a_slow_oracle(seed):
    truth, probabilities = draw(seed)
    assert metrics.expected_calibration_error(truth, probabilities) == pytest.approx(slow_ece(truth, probabilities, metrics.ECE_BINS))


def test_calibration_error_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.9, 0.1]])
    assert metrics.expected_calibration_error(np.array([0, 0, 0, 1]), probabilities) == pytest.approx(0.15)
    assert metrics.expected_calibration_error(np.array([0]), np.array([[1.0, 0.0]])) == 0.0


def test_no_rows_give_no_figures():
    got = metrics.summary(np.empty(0, int), np.empty((0, 3)))
    assert got["n"] == 0 and all(value is None for name, value in got.items() if name != "n")
    assert metrics.bootstrap_intervals(np.zeros((3, 3), int)) == {"accuracy": None, "macro_f1": None}


def test_intervals_cover_and_narrow():
    truth, probabilities = draw(5, classes=4)
    confusion = metrics.confusion_matrix(truth, probabilities.argmax(1), 4)
    narrow, wide = metrics.bootstrap_intervals(confusion * 50), metrics.bootstrap_intervals(confusion)
    for name, value in (("accuracy", metrics.accuracy(confusion)), ("macro_f1", metrics.macro_f1(confusion))):
        assert narrow[name][0] <= value <= narrow[name][1]
        assert narrow[name][1] - narrow[name][0] < wide[name][1] - wide[name][0]


def test_intervals_as_drawing_rows_gives_them():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 200)
    predicted = np.where(rng.random(200) < 0.7, truth, rng.integers(0, 3, 200))
    slow = []
    for _ in range(1000):
        rows = rng.integers(0, 200, 200)
        slow.append(reference.f1_score(truth[rows], predicted[rows], average="macro"))
    got = metrics.bootstrap_intervals(metrics.confusion_matrix(truth, predicted, 3))["macro_f1"]
    assert np.abs(np.percentile(slow, [2.5, 97.5]) - got).max() < 0.015
