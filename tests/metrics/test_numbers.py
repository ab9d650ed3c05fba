"""Errors and intervals of answered numbers, worked by hand, and their bootstrap against a slow one."""

import numpy as np
import pytest

from artextract.metrics.bootstrap import resample
from artextract.metrics.numbers import MEASURES, number_intervals, number_summary, resampled_numbers

TRUTH, ANSWERED = np.array([1850.0, 1900, 1880, 1700]), np.array([1860.0, 1890, 1880, 1760])
ENDS = ANSWERED - 10, ANSWERED + np.array([5.0, 10, 5, 40])


def test_by_hand():
    assert number_summary(TRUTH, ANSWERED, ENDS, 10) == {
        "mae": 20.0,
        "median_error": 10.0,
        "within": 0.75,
        "coverage": 0.75,
        "width": 25.0,
    }
    alone = number_summary(TRUTH, ANSWERED, None, 10)
    assert alone["mae"] == 20 and alone["coverage"] is None and alone["width"] is None
    assert number_summary(TRUTH[:0], ANSWERED[:0], None, 10) == dict.fromkeys(MEASURES)


@pytest.mark.parametrize("n", [4, 31])
def test_resamples_are_what_drawing_the_rows_gives(n):
    rng = np.random.default_rng(0)
    truth, answered = rng.normal(0, 9, n), rng.normal(0, 9, n)
    ends = answered - 5, answered + rng.uniform(0, 9, n)
    found = resampled_numbers(truth, answered, ends, 4.0, rounds=20)
    for place, counts in enumerate(np.concatenate(list(resample(n, 20)))):
        rows = np.repeat(np.arange(n), counts)
        slow = number_summary(truth[rows], answered[rows], (ends[0][rows], ends[1][rows]), 4.0)
        assert {name: found[name][place] for name in MEASURES} == pytest.approx(slow)
    assert set(number_intervals(found)) == set(MEASURES)
    assert number_intervals(resampled_numbers(truth, answered, None, 4.0, rounds=20))["coverage"] is None
