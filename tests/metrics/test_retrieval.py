"""Retrieval metrics: worked by hand, against scikit-learn, and the trap of normalising by what was retrieved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import skew
from sklearn.metrics import average_precision_score, ndcg_score

from artextract.metrics.retrieval import (
    MEASURES,
    average_precision,
    measures_of,
    ndcg_at_k,
    precision_at_k,
    ranks_of,
    recall_at_k,
    reciprocal_rank,
    skewness,
)

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
    assert ndcg_at_k([3, 2, 0, 1], [3, 2, 1], 4) == pytest.approx(
        (3 + 2 / np.log2(3) + 1 / np.log2(5)) / (3 + 2 / np.log2(3) + 1 / 2)
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=40).filter(any), st.integers(1, 45))
def test_like_scikit_learn(relevant, k):
    relevant = np.array(relevant)
    scores = -np.arange(len(relevant), dtype=float)
    assert average_precision(relevant, relevant.sum()) == pytest.approx(average_precision_score(relevant, scores))
    assert ndcg_at_k(relevant, relevant, k) == pytest.approx(ndcg_score([relevant.astype(int)], [scores], k=k))


def test_recall_counts_what_was_not_retrieved():
    assert recall_at_k(HITS, 3, 2) == pytest.approx(1 / 3) and recall_at_k(HITS, 6, 10) == 0.5


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 3, 4]), min_size=1, max_size=80).filter(any),
    st.lists(st.sampled_from([1, 3]), max_size=5),
)
def test_measures_of_ranks_are_those_of_the_whole_ranking(gains, not_ranked):
    gains, relevant = np.array(gains), np.array(gains) > 0
    n = int(relevant.sum()) + len(not_ranked)
    ranks = np.concatenate([np.flatnonzero(relevant) + 1.0, np.full(len(not_ranked), np.inf)])
    worth = np.concatenate([gains[relevant], not_ranked])
    order = np.random.default_rng(0).permutation(n)
    wanted = [
        precision_at_k(relevant, 1),
        precision_at_k(relevant, 5),
        precision_at_k(relevant, 10),
        recall_at_k(relevant, n, 10),
        recall_at_k(relevant, n, 50),
        average_precision(relevant, n),
        ndcg_at_k(gains, worth, 10),
        reciprocal_rank(relevant),
    ]
    assert len(wanted) == len(MEASURES)
    assert measures_of(ranks[order], worth[order]) == pytest.approx(wanted)


def test_nothing_found_is_0_in_every_measure():
    assert not measures_of(np.full(3, np.inf), np.ones(3)).any()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([-np.inf, 0.0, 0.5, 1.0, 2.0, 2.5]), min_size=1, max_size=60), st.integers(0, 5))
def test_ranks_stand_by_score_and_then_at_random(scores, seed):
    scores = np.array(scores)
    shuffled = np.random.default_rng(seed).permutation(len(scores))
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], shuffled[i]))
    wanted = np.arange(len(scores))
    ranks = [np.inf if scores[i] == -np.inf else order.index(i) + 1 for i in wanted]
    assert ranks_of(scores, wanted, shuffled).tolist() == ranks
    assert (
        ranks_of(scores, wanted[::3], shuffled, np.sort(scores)).tolist() == ranks[::3]
    )  # few ties are counted one by one


def test_skewness():
    counts = np.random.default_rng(0).poisson(3, 100)
    assert skewness(counts) == pytest.approx(skew(counts)) and skewness(np.full(9, 10)) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: measures_of(np.array([]), np.array([])),
        lambda: recall_at_k(HITS, 2, 10),
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
