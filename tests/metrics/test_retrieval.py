"""Retrieval metrics: worked by hand, against scikit-learn, and the trap of normalising by what was retrieved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score

from artextract.metrics.retrieval import average_precision, ndcg_at_k, precision_at_k, reciprocal_rank

HITS = np.array([False, True, True, False, True])


def test_worked_by_hand():
    assert precision_at_k(HITS, 1) == 0 and precision_at_k(HITS, 2) == 0.5 and precision_at_k(HITS, 10) == 0.3
    assert reciprocal_rank(HITS) == 0.5 and reciprocal_rank(~HITS[1:3]) == 0
    assert average_precision(HITS, 3) == pytest.approx((1 / 2 + 2 / 3 + 3 / 5) / 3)
    discounted = 1 / np.log2(3) + 1 / np.log2(4)
    assert ndcg_at_k(HITS, np.ones(3), 3) == pytest.approx(discounted / (1 + 1 / np.log2(3) + 1 / np.log2(4)))


def test_what_was_not_retrieved_counts():
    one_of_ten = np.array([True, False, False])
    assert average_precision(one_of_ten, 10) == pytest.approx(0.1)
    ideal = (1 / np.log2(np.arange(2, 12))).sum()
    assert ndcg_at_k(one_of_ten, np.ones(10), 10) == pytest.approx(1 / ideal) and 1 / ideal < 0.25


def test_the_best_and_the_worst_ranking():
    best, worst = np.array([True] * 3 + [False] * 7), np.array([False] * 10)
    for metric, top in [(average_precision, 3), (lambda r, n: ndcg_at_k(r, np.ones(n), 10), 3)]:
        assert metric(best, top) == pytest.approx(1) and metric(worst, top) == 0
    assert ndcg_at_k(np.ones(20), np.ones(50), 10) == pytest.approx(1)


def test_graded_gains():
    assert ndcg_at_k([3, 2, 0, 1], [3, 2, 1], 4) == pytest.approx((3 + 2 / np.log2(3) + 1 / np.log2(5)) / (3 + 2 / np.log2(3) + 1 / 2))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=40).filter(any), st.integers(1, 45))
def test_like_scikit_learn(relevant, k):
    relevant = np.array(relevant)
    scores = -np.arange(len(relevant), dtype=float)
    assert average_precision(relevant, relevant.sum()) == pytest.approx(average_precision_score(relevant, scores))
    assert ndcg_at_k(relevant, relevant, k) == pytest.approx(ndcg_score([relevant.astype(int)], [scores], k=k))


@pytest.mark.parametrize(
    "call",
    [
        lambda: precision_at_k(HITS, 0),
        lambda: ndcg_at_k(HITS, np.ones(3), 0),
        lambda: ndcg_at_k(HITS, np.zeros(3), 5),
        lambda: average_precision(HITS, 2),
        lambda: average_precision(~HITS[1:2], 0),
    ],
)
def test_what_has_no_answer_is_an_error(call):
    with pytest.raises(ValueError):
        call()
