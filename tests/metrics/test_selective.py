"""Risk against coverage, by hand and against a slow oracle."""

from itertools import permutations

import numpy as np
import pytest

from artextract.metrics import selective as metrics


def test_by_hand():
    """Most confident first: right, wrong, right, wrong."""
    probabilities = np.array([[0.6, 0.4], [0.9, 0.1], [0.7, 0.3], [0.8, 0.2]])
    coverage, risk = metrics.risk_coverage(np.array([1, 0, 0, 1]), probabilities)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0] and risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert metrics.area_under_risk(np.array([1, 0, 0, 1]), probabilities) == pytest.approx(
        (0 + 1 / 2 + 1 / 3 + 1 / 2) / 4
    )
    assert metrics.accuracy_at_coverage(np.array([1, 0, 0, 1]), probabilities, 0.7) == pytest.approx(2 / 3)


def test_ties_count_as_the_mean_over_their_orders():
    probabilities = np.array([[0.8, 0.2], [0.8, 0.2], [0.9, 0.1], [0.8, 0.2]])
    truth = np.array([0, 1, 0, 1])
    wrong = (truth != 0).astype(float)
    curves = [np.cumsum(wrong[[2, *order]]) / np.arange(1, 5) for order in permutations([0, 1, 3])]
    assert metrics.risk_coverage(truth, probabilities)[1] == pytest.approx(np.mean(curves, axis=0))


def test_a_constant_confidence_draws_a_level_line():
    risk = metrics.risk_coverage(np.array([0, 1, 1, 0, 0]), np.tile([0.7, 0.3], (5, 1)))[1]
    assert risk == pytest.approx(np.full(5, 0.4))


def test_no_rows():
    nothing = np.empty(0, int), np.empty((0, 3))
    assert metrics.area_under_risk(*nothing) is None and metrics.accuracy_at_coverage(*nothing, 0.5) is None
