"""Tests and intervals against what can be counted out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test

from artextract.evaluate.retrieval.significance import compared_pairs, holm, intervals, sign_flip_test


def test_sign_flips_against_all_of_them():
    differences = np.array([0.3, 0.1, -0.05, 0.2, 0.15, -0.1, 0.25, 0.05])
    means = [abs(np.dot(signs, differences)) for signs in product([-1, 1], repeat=len(differences))]
    exact = np.mean(np.array(means) >= abs(differences.sum()) - 1e-9)
    assert sign_flip_test(differences[:, None], rounds=40_000)[0] == pytest.approx(exact, abs=0.01)
    theirs = permutation_test(
        (differences, np.zeros(8)),
        lambda a, b, axis: (a - b).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert exact == pytest.approx(theirs.pvalue)


def test_no_difference_is_no_finding_and_p_is_never_0():
    p = sign_flip_test(np.column_stack([np.zeros(50), np.ones(50)]), rounds=999)
    assert p.tolist() == [1.0, 0.001]


def test_p_is_uniform_where_nothing_differs():
    random = np.random.default_rng(1)
    p = sign_flip_test(random.normal(size=(40, 2000)), rounds=500)
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=0.015) and np.mean(p <= 0.5) == pytest.approx(0.5, abs=0.04)


def test_holm_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])
    assert holm(np.array([0.5, 0.9])).tolist() == [1.0, 1.0] and holm(np.array([0.2])).tolist() == [0.2]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_never_lowers(p):
    corrected = holm(np.array(p))
    assert (corrected >= np.array(p) - 1e-12).all() and (corrected <= np.minimum(1, len(p) * np.array(p)) + 1e-12).all()
    order = np.argsort(p)
    assert (np.diff(corrected[order]) >= 0).all()


def test_intervals_cover_the_mean_nineteen_times_in_twenty():
    random = np.random.default_rng(0)
    ends = intervals(random.normal(size=(100, 1000)))
    assert np.mean((ends[:, 0] <= 0) & (ends[:, 1] >= 0)) == pytest.approx(0.95, abs=0.025)


def test_pairs_are_paired_and_corrected_for_each_measure():
    random = np.random.default_rng(0)
    base = random.random((200, 2))
    values = {"a": base, "b": base + 0.1, "c": base + random.normal(0, 0.001, (200, 2))}
    pairs = compared_pairs(values, ("x", "y"))
    assert [(pair["first"], pair["second"], pair["measure"]) for pair in pairs] == [
        (f, s, m) for f, s in ("ab", "ac", "bc") for m in "xy"
    ]
    first = pairs[0]
    assert first["difference"] == pytest.approx(-0.1) and first["ci"] == pytest.approx(
        [-0.1, -0.1]
    )  # paired: no noise of the queries is left
    of_x = [pair["p"] for pair in pairs if pair["measure"] == "x"]
    assert [pair["p_holm"] for pair in pairs if pair["measure"] == "x"] == pytest.approx(holm(np.array(of_x)).tolist())
    assert compared_pairs({"a": base}, ("x", "y")) == []
