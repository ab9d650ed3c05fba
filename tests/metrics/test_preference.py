"""Bradley-Terry against a logistic regression of scikit-learn and by hand; intervals by simulation."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from artextract.metrics.preference import (
    Contests,
    lacks_maximum,
    least_errors,
    pair_rates,
    strengths,
    two_way_spread,
    win_rates,
)


def contests(seed, true=(0.8, 0.0, -0.8), n=600, ties=0.2, queries=20, raters=5, by_query=0.0, by_rater=0.0):
    """Judgements of raters who prefer as ``true`` says; ``by_query`` and ``by_rater`` are the deviations of the log
    odds of a pair from query to query and from rater to rater."""
    random, true = np.random.default_rng(seed), np.array(true)
    first = random.integers(0, len(true), n)
    second = (first + random.integers(1, len(true), n)) % len(true)
    query, rater = random.integers(0, queries, n), random.integers(0, raters, n)
    own = (
        true
        + random.normal(0, by_query, (queries, len(true)))[query]
        + random.normal(0, by_rater, (raters, len(true)))[rater]
    )
    rows = np.arange(n)
    score = (random.random(n) < expit(own[rows, first] - own[rows, second])).astype(float)
    return Contests(len(true), first, second, np.where(random.random(n) < ties, 0.5, score), query, rater)


def test_two_by_hand():
    wins = np.array([[[0.0, 3], [1, 0]]])
    assert np.diff(strengths(wins)[0])[0] == pytest.approx(-np.log(3)) and not lacks_maximum(wins)[0]
    assert win_rates(wins)[0] == pytest.approx([0.75, 0.25]) and pair_rates(wins)[0, 0, 1] == 0.75


def test_as_a_logistic_regression():
    found = contests(3, true=(0.5, 0.1, -0.2, -0.9), ties=0)
    design = np.zeros((len(found), 4))
    design[np.arange(len(found)), found.first] = 1
    design[np.arange(len(found)), found.second] = -1
    fitted = LogisticRegression(C=1e8, fit_intercept=False, tol=1e-10, max_iter=1000).fit(design, found.score).coef_[0]
    assert strengths(found.wins())[0] == pytest.approx(fitted - fitted.mean(), abs=1e-3)


def test_a_tie_is_half_a_win_for_each():
    found = Contests(2, np.array([0, 0]), np.array([1, 1]), np.array([0.5, 1]), np.zeros(2, int), np.zeros(2, int))
    assert found.wins()[0] == pytest.approx(np.array([[0, 1.5], [0.5, 0]]))
    assert found.wins(np.array([[2, 0], [0, 3]]))[:, 0, 1] == pytest.approx([1, 3])


def test_who_never_lost_is_strong_but_not_infinitely():
    wins = np.array([[[0.0, 4, 5], [0, 0, 3], [0, 2, 0]]])
    assert lacks_maximum(wins)[0]
    fitted = strengths(wins)[0]
    assert np.isfinite(fitted).all() and fitted[0] == fitted.max() and fitted.sum() == pytest.approx(0, abs=1e-9)
    assert not lacks_maximum(np.array([[[0, 1, 0], [0, 0, 1], [1, 0, 0]]]))[0]


def test_never_compared_is_undefined():
    wins = np.zeros((1, 4, 4))
    wins[0, 0, 1] = wins[0, 1, 0] = wins[0, 2, 3] = wins[0, 3, 2] = 1
    assert np.isnan(strengths(wins)).all() and np.isnan(pair_rates(wins)[0, 0, 2])
    assert np.isnan(win_rates(np.zeros((1, 2, 2)))).all()


def test_batches_are_fitted_as_alone():
    many = np.concatenate([contests(seed).wins() for seed in range(4)])
    assert strengths(many) == pytest.approx(np.concatenate([strengths(one[None]) for one in many]), abs=1e-5)


@pytest.mark.parametrize("by_query, by_rater", [(0, 0), (0.7, 0.5)])
def test_intervals_hold_what_they_promise(by_query, by_rater):
    """The win rate of the first over the second in 150 studies; where raters and queries differ, simple intervals over
    judgements would hold it much less often."""
    alike = expit(0.5 + np.sqrt(2 * (by_query**2 + by_rater**2)) * np.random.default_rng(0).normal(size=200_000)).mean()
    inside, simply = [], []
    for seed in range(150):
        found = contests(
            seed, true=(0.25, -0.25), n=360, ties=0, queries=30, raters=8, by_query=by_query, by_rater=by_rater
        )

        def rate(weights, found=found):
            return pair_rates(found.wins(weights))[:, 0, 1][:, None]

        value = rate(np.ones((1, 360)))[0]
        [(low, high)] = two_way_spread(rate, found.query, found.rater, rounds=120, seed=seed).around(value)
        inside.append(low <= alike <= high)
        simply.append(abs(value[0] - alike) <= 1.96 * np.sqrt(value[0] * (1 - value[0]) / 360))
    assert 0.87 <= np.mean(inside) <= 0.99
    assert np.mean(simply) < 0.7 if by_rater else 0.9 <= np.mean(simply) <= 0.99


def test_one_query_tells_nothing_of_others():
    found = contests(1, queries=1)
    assert (
        two_way_spread(lambda w: win_rates(found.wins(w)), found.query, found.rater, 20).around(
            win_rates(found.wins())[0]
        )
        == [None] * 3
    )


def test_who_won_everything_is_not_certain():
    found = Contests(2, np.zeros(12, int), np.ones(12, int), np.ones(12), np.arange(12) % 4, np.arange(12) % 3)

    def rate(weights):
        return pair_rates(found.wins(weights))[:, 0, 1][:, None]

    bare = two_way_spread(rate, found.query, found.rater, 50)
    assert bare.error[0] == 0
    spread = bare.at_least(least_errors(np.array([1.0]), np.array([12.0])))
    [(low, high)] = spread.around(np.array([1.0]))
    assert 0.5 < low < 0.85 and spread.error[0] == pytest.approx(np.sqrt(14 / 16 * 2 / 16 / 16))
    assert 0 < spread.p(np.array([1.0]), 0.5)[0] < 0.05 and spread.p(np.array([0.5]), 0.5)[0] == 1
