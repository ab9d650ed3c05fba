"""Against scikit-learn, a slow oracle and hand-worked cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn import metrics as reference

from artextract.metrics import calibration as metrics
from tests.metrics.test_classification import draw


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
    assert metrics.expected_calibration_error(truth, probabilities) == pytest.approx(
        slow_ece(truth, probabilities, metrics.ECE_BINS)
    )


def test_calibration_error_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.9, 0.1]])
    assert metrics.expected_calibration_error(np.array([0, 0, 0, 1]), probabilities) == pytest.approx(0.15)
    assert metrics.expected_calibration_error(np.array([0]), np.array([[1.0, 0.0]])) == 0.0


def test_a_reliability_diagram_by_hand():
    found = metrics.reliability(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.95, 0.05], [0.4, 0.6]]), bins=2)
    assert found.n.tolist() == [0, 3] and np.isnan(found.accuracy[0])
    assert found.confidence[1] == pytest.approx((0.9 + 0.95 + 0.6) / 3) and found.accuracy[1] == pytest.approx(2 / 3)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_losses_agree_with_scikit_learn(seed):
    truth, probabilities = draw(seed)
    classes = range(probabilities.shape[1])
    assert metrics.log_loss(truth, probabilities) == pytest.approx(
        reference.log_loss(truth, probabilities, labels=classes)
    )
    by_definition = ((probabilities - np.eye(len(classes))[truth]) ** 2).sum(1).mean()
    assert metrics.brier_score(truth, probabilities) == pytest.approx(by_definition)
    if len(classes) == 2:
        assert metrics.brier_score(truth, probabilities) == pytest.approx(
            2 * reference.brier_score_loss(truth, probabilities[:, 1], pos_label=1)
        )


def test_an_infinite_loss_is_undefined():
    assert metrics.log_loss(np.array([1, 0]), np.array([[1.0, 0.0], [0.5, 0.5]])) is None


def test_the_temperature_is_taken_out_again():
    logits = np.random.default_rng(0).normal(0, 4, (50, 7)).astype(np.float32)
    cooled = softmax(logits / np.float32(0.7), axis=1)
    assert metrics.without_temperature(cooled, 0.7) == pytest.approx(softmax(logits, axis=1), abs=1e-6)


def test_no_rows():
    for figure in (metrics.expected_calibration_error, metrics.brier_score, metrics.log_loss):
        assert figure(np.empty(0, int), np.empty((0, 3))) is None
