"""Weights from preferences, against scikit-learn and planted ones."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from artextract.metrics.learned_mix import RIDGE, fit_weights, held_out, log_losses


def judged(truth, n=600, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, len(truth)))
    return x, (random.random(n) < expit(x @ np.array(truth))).astype(float)


def test_they_are_those_of_logistic_regression_where_none_would_be_negative():
    x, y = judged([2.0, 1.0, 0.4])
    oracle = LogisticRegression(C=1 / (2 * RIDGE), fit_intercept=False, tol=1e-10).fit(x, y)
    assert np.allclose(fit_weights(x, y), oracle.coef_[0], atol=1e-3)


def test_none_is_negative_and_the_others_are_those_without_it():
    x, y = judged([2.0, -1.0, 0.4])
    found = fit_weights(x, y)
    assert found[1] == 0 and np.allclose(found[[0, 2]], fit_weights(x[:, [0, 2]], y), atol=1e-3)


def test_a_row_that_counts_twice_is_two_rows_and_a_tie_half_of_each():
    x, y = judged([1.0, 0.5], 60)
    times = np.arange(60) % 3
    assert np.allclose(fit_weights(x, y, times), fit_weights(np.repeat(x, times, 0), np.repeat(y, times)), atol=1e-4)
    tied = np.append(y, 0.5)
    both = fit_weights(np.vstack([x, x[:1], x[:1]]), np.append(y, [1, 0]), np.append(np.ones(60), [0.5, 0.5]))
    assert np.allclose(fit_weights(np.vstack([x, x[:1]]), tied), both, atol=1e-4)


def test_log_losses_by_hand():
    assert log_losses(np.array([0.5, 0.8, 0.8]), np.array([0.5, 1, 0])) == pytest.approx(
        [np.log(2), -np.log(0.8), -np.log(0.2)]
    )


def test_what_is_held_out_is_not_learned_from():
    random = np.random.default_rng(1)
    groups = np.repeat(np.arange(30), 4)
    x = random.normal(size=(120, 12))
    y = random.integers(0, 2, 120).astype(float)  # nothing to learn
    assert log_losses(held_out(x, y, groups), y).mean() > log_losses(expit(x @ fit_weights(x, y)), y).mean()
    assert log_losses(held_out(x, y, groups), y).mean() > np.log(2) - 0.02
