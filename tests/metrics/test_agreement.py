"""Against the worked examples of K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), and a slow
oracle that compares every two judgements."""

from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from artextract.metrics.agreement import LEVELS, alpha_interval, cohens_kappa, krippendorff_alpha

N = np.nan
BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]  # section B: 0.095
NOMINAL = ["aabbdcccedda", "babbbccceddd"]  # section C: 0.692
FOUR = [  # section D: four observers, twelve units, judgements missing
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def test_published_examples():
    assert krippendorff_alpha(np.array(BINARY)) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha(np.array([[ord(c) for c in row] for row in NOMINAL])) == pytest.approx(0.692, abs=5e-4)
    found = {level: krippendorff_alpha(np.array(FOUR), level) for level in LEVELS}
    assert found == pytest.approx({"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}, abs=5e-4)


def slow_alpha(ratings, level):
    """Observed over expected disagreement, pair by pair, as the book defines it."""
    units = [[v for v in column if np.isfinite(v)] for column in np.asarray(ratings, dtype=float).T]
    units = [unit for unit in units if len(unit) >= 2]
    values = [v for unit in units for v in unit]
    n_of = {v: values.count(v) for v in values}

    def apart(a, b):
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        return (sum(n for v, n in n_of.items() if low <= v <= high) - (n_of[a] + n_of[b]) / 2) ** 2

    observed = sum(sum(apart(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    expected = sum(apart(a, b) for a, b in permutations(values, 2)) / (len(values) - 1) if len(values) > 1 else 0
    return None if not expected else 1 - observed / expected


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 5), st.integers(1, 8), st.integers(0, 2**32 - 1), st.sampled_from(LEVELS))
def test_like_comparing_every_pair(raters, units, seed, level):
    random = np.random.default_rng(seed)
    ratings = random.integers(0, 4, (raters, units)).astype(float)
    ratings[random.random(ratings.shape) < 0.3] = N
    assert krippendorff_alpha(ratings, level) == pytest.approx(slow_alpha(ratings, level))


@pytest.mark.parametrize("level", LEVELS)
def test_perfect_agreement_and_chance(level):
    random = np.random.default_rng(0)
    truth = random.integers(0, 4, 400)
    assert krippendorff_alpha(np.stack([truth] * 3), level) == pytest.approx(1)
    assert alpha_interval(np.stack([truth] * 3), level) is None, "drawing what nobody contradicts anew shows no doubt"
    by_chance = random.integers(0, 4, (3, 400)).astype(float)
    low, high = alpha_interval(by_chance, level)
    assert abs(krippendorff_alpha(by_chance, level)) < 0.06 and low < 0 < high
    assert krippendorff_alpha(np.array([[0.0, 1, 0, 1], [1, 0, 1, 0]]), level) < 0


def test_what_is_undefined_is_none():
    for ratings in (np.zeros((0, 0)), np.array([[0.0, 1, 2]]), np.array([[1.0, N], [N, 2]]), np.ones((3, 5))):
        assert krippendorff_alpha(ratings) is None and alpha_interval(ratings) is None
    assert alpha_interval(np.array([[0.0, 1, 0, 1], [1, 1, 0, 1]])) is None, "too few units"
    rare = np.zeros((2, 40))
    rare[0, 0] = 1
    assert krippendorff_alpha(rare) is not None and alpha_interval(rare) is None, "undefined in every third resample"
    with pytest.raises(ValueError, match="'ratio'"):
        krippendorff_alpha(np.array(BINARY), "ratio")


def test_the_interval_narrows_with_units():
    def width(units):
        truth = np.random.default_rng(1).integers(0, 3, units)
        flips = np.random.default_rng(2).random((2, units)) < 0.25
        low, high = alpha_interval(np.where(flips, (truth + 1) % 3, truth).astype(float))
        return high - low

    assert width(800) < 0.6 * width(100)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_scikit_learns(seed):
    draw = Random(seed)
    pairs = [
        (label, label if draw.random() < 0.6 else draw.choice("abc")) for label in draw.choices("abc", [5, 3, 1], k=40)
    ]
    assert cohens_kappa(pairs) == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=False)))


def test_kappa_is_none_where_chance_is_perfect():
    assert cohens_kappa([("a", "a")] * 5) is None and cohens_kappa([]) is None
