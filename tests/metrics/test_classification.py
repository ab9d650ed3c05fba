"""Against scikit-learn, slow oracles and hand-worked cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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
    assert got["weighted_f1"] == pytest.approx(
        reference.f1_score(truth, predicted, average="weighted", zero_division=0)
    )
    for average in ("macro", "weighted"):
        for measure, score in (("precision", reference.precision_score), ("recall", reference.recall_score)):
            assert got[f"{average}_{measure}"] == pytest.approx(
                score(truth, predicted, average=average, zero_division=0)
            )
    for k in (1, 3, 5):
        if (
            probabilities.shape[1] > k and probabilities.shape[1] > 2
        ):  # scikit-learn takes two columns for something else
            assert got[f"top{k}"] == pytest.approx(
                reference.top_k_accuracy_score(truth, probabilities, k=k, labels=range(probabilities.shape[1]))
            )
        elif probabilities.shape[1] <= k:
            assert got[f"top{k}"] is None


def test_ties_are_not_rewarded():
    assert metrics.top_k_accuracy(np.arange(10), np.full((10, 10), 0.1), 5) == 0.0


def test_single_classes_agree_with_scikit_learn():
    truth, probabilities = draw(3, classes=6)
    predicted = probabilities.argmax(1)
    tally = metrics.Tally.of(metrics.confusion_matrix(truth, predicted, 6))
    expected = reference.precision_recall_fscore_support(truth, predicted, labels=range(6), zero_division=0)
    for got, wanted in zip((tally.precision(), tally.recall(), tally.f1(), tally.true), expected, strict=False):
        assert got == pytest.approx(wanted)


def test_a_class_that_was_never_predicted_has_no_flattering_precision():
    """Classes 0 and 1 occur, only 0 is predicted: precision 1/2 and 0, so 1/4 in the mean; class 2 does not occur and
    is passed over."""
    tally = metrics.Tally.of(np.array([[1, 0, 0], [1, 0, 0], [0, 0, 0]]))
    assert tally.macro("precision") == 0.25 and tally.macro("recall") == 0.5 and tally.balanced_accuracy() == 0.5


def test_no_rows_give_no_figures():
    got = metrics.summary(np.empty(0, int), np.empty((0, 3)))
    assert got == {"n": 0} | dict.fromkeys(metrics.MEASURES)
    assert list(metrics.summary(np.array([0]), np.array([[0.5, 0.5]]))) == ["n", *metrics.MEASURES]
