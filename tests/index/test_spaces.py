"""The spaces against scikit-learn, and against what would make them lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from artextract.index import spaces
from artextract.index.spaces import MOST_DIRECTIONS, SPACES, fit_space


def made(n=200, dim=9, seed=0):
    random = np.random.default_rng(seed)
    return (
        random.normal(size=(n, dim)) @ np.diag(np.linspace(3, 0.2, dim)) @ random.normal(size=(dim, dim)) + 4
    ).astype(np.float32)


def test_raw_changes_nothing():
    rows = made()
    assert np.array_equal(fit_space("raw", rows)(rows), rows) and not fit_space("raw", rows).arrays()


def test_centred_takes_off_the_mean():
    rows = made()
    assert fit_space("centred", rows)(rows) == pytest.approx(rows - rows.astype(float).mean(axis=0), abs=1e-4)


def test_whitened_is_half_of_scikit_learns():
    rows = made()
    pca = PCA().fit(rows.astype(float))
    variance = pca.explained_variance_ * (len(rows) - 1) / len(rows)
    expected = pca.transform(rows.astype(float)) / variance**0.25
    found = fit_space("whitened", rows)(rows)
    assert found.dtype == np.float32 and found.shape == (200, 9)
    assert np.abs(found) == pytest.approx(np.abs(expected), abs=2e-3), "up to the signs of the directions"
    assert cosine_similarity(found) == pytest.approx(cosine_similarity(expected), abs=1e-3)
    assert found.var(axis=0) == pytest.approx(np.sqrt(variance), rel=1e-3), "the loud are still the louder"


def test_the_strongest_directions_are_kept(monkeypatch):
    monkeypatch.setattr(spaces, "MOST_DIRECTIONS", 3)
    rows = made()
    expected = PCA(3).fit_transform(rows.astype(float))
    found = fit_space("whitened", rows)(rows)
    assert found.shape == (200, 3)
    assert np.abs([np.corrcoef(found[:, i], expected[:, i])[0, 1] for i in range(3)]) == pytest.approx(1, abs=1e-5)


def test_many_rows_are_drawn_from_at_random(monkeypatch):
    monkeypatch.setattr(spaces, "FIT_ROWS", 2000)
    rows = np.random.default_rng(3).normal(1.5, 1, (6000, 4)).astype(np.float32)
    space = fit_space("centred", rows)
    assert space.mean == pytest.approx(1.5, abs=0.1) and not np.array_equal(space.mean, rows.mean(axis=0))
    assert np.array_equal(space.mean, fit_space("centred", rows).mean)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SPACES),
    st.integers(0, 12),
    st.integers(1, 6),
    st.sets(st.integers(0, 11)),
    st.integers(0, 99),
    st.booleans(),
)
def test_any_rows_have_a_space_and_gaps_stay_gaps(name, n, dim, missing, seed, alike):
    rows = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    if alike:
        rows[:] = rows[:1]
    gaps = sorted(row for row in missing if row < n)
    rows[gaps] = np.nan
    space = fit_space(name, rows)
    found = space(rows)
    there = np.setdiff1d(np.arange(n), gaps)
    assert found.shape[0] == n and 1 <= found.shape[1] <= min(dim, MOST_DIRECTIONS) and found.dtype == np.float32
    assert np.isnan(found[gaps]).all() and np.isfinite(found[there]).all()
    if name == "centred" and len(there) > 1 and not alike:
        assert found[there].mean(axis=0) == pytest.approx(0, abs=1e-5)
    if len(there) and (alike or len(there) == 1):
        assert found[there].any(axis=1).all(), "what is alone, or like all others, still has the feature"
    again = fit_space(name, rows[there])
    assert np.allclose(again(rows[there]), found[there], atol=1e-6)


def test_no_more_directions_than_rows():
    assert fit_space("whitened", made(4, 9))(made(4, 9)).shape[1] <= 4
    one = np.full((5, 2), 3.0, np.float32)
    one[:, 1] = [1, 2, 3, 4, 5]
    assert fit_space("whitened", one)(one).shape == (5, 1), "a direction in which nothing differs is left out"


def test_an_unknown_space_is_refused():
    with pytest.raises(ValueError, match="bent"):
        fit_space("bent", made())
