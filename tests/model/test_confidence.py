"""From which probability on an answer counts as sure, against a slow search over all thresholds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.model.confidence import ENOUGH_ROWS, ENOUGH_UNSEEN, RIGHT_AT_LEAST, sure_everywhere, sure_from


def slow(confidence: np.ndarray, right: np.ndarray) -> float | None:
    good = [
        c
        for c in set(confidence)
        if (confidence >= c).sum() >= ENOUGH_ROWS and right[confidence >= c].mean() >= RIGHT_AT_LEAST
    ]
    return float(min(good)) if good else None


@given(st.integers(0, 2**32 - 1), st.integers(0, 200), st.floats(0, 1))
def test_it_is_the_lowest_threshold_above_which_enough_was_right(seed, rows, skill):
    random = np.random.default_rng(seed)
    confidence = np.round(random.random(rows), 2)  # with ties
    right = random.random(rows) < skill * confidence + (1 - skill) * 0.5
    assert sure_from(confidence, right) == (slow(confidence, right) if rows >= ENOUGH_ROWS else None)


def test_nothing_is_sure_where_nothing_was_right_or_too_few_rows_tell():
    assert sure_from(np.linspace(0, 1, 100), np.zeros(100, bool)) is None
    assert sure_from(np.ones(ENOUGH_ROWS - 1), np.ones(ENOUGH_ROWS - 1, bool)) is None
    assert sure_from(np.linspace(0.2, 0.9, 100), np.ones(100, bool)) == pytest.approx(0.2)


def test_unseen_artists_raise_the_threshold_and_never_lower_it():
    random = np.random.default_rng(0)
    confidence, apart = random.random(2000), np.arange(2000) < 300
    right = random.random(2000) < np.where(apart, 0.7 * confidence + 0.25, 0.5 + 0.5 * confidence)
    both = sure_everywhere(confidence, right, apart)
    assert both == sure_from(confidence[apart], right[apart]) > sure_from(confidence, right)
    assert right[apart & (confidence >= both)].mean() >= RIGHT_AT_LEAST
    assert sure_everywhere(confidence, right, ~apart) == sure_from(confidence, right)
    few = apart & (np.cumsum(apart) < ENOUGH_UNSEEN)
    assert sure_everywhere(confidence, right, few) == sure_from(confidence, right)
    assert sure_everywhere(confidence, right & ~apart, apart) is None, "strangers are never right"
