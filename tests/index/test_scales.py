"""How similarities are distributed over pairs, and how crowded it is, against all pairs counted one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances
from sklearn.neighbors import NearestNeighbors

from artextract.index import METRICS
from artextract.index.scales import NEIGHBOURS, REFERENCES, Scale, compared, densities, fit_scale, references
from artextract.index.units import unit_and_norm


def made(n=120, dim=6, seed=0):
    rows = np.random.default_rng(seed).normal(0.4, 1, (n, dim)).astype(np.float32)
    units, norms = unit_and_norm(rows)
    return rows, units, norms, densities(units, units)


def all_pairs(rows, dense, metric):
    cosine = cosine_similarity(rows.astype(float))
    values = {
        "cosine": cosine,
        "l2": -euclidean_distances(rows.astype(float)),
        "csls": 2 * cosine - dense[:, None] - dense[None],
        "csls-half": 2 * cosine - dense[:, None] / 2 - dense[None] / 2,
    }[metric]
    return values[~np.eye(len(rows), dtype=bool)]


@pytest.mark.parametrize("metric", METRICS)
def test_the_scale_is_that_of_all_pairs(metric):
    rows, units, norms, dense = made()
    pairs = all_pairs(rows, dense, metric)
    scale = fit_scale(units, norms, dense, metric)
    near = np.quantile(pairs, 0.99) - pairs.mean()
    assert scale.mean == pytest.approx(pairs.mean(), abs=0.03 * pairs.std())
    assert scale.reach == pytest.approx(near, rel=0.05)
    assert len(scale.quantiles) == 101 and list(scale.quantiles) == sorted(scale.quantiles)
    assert scale.quantiles[50] == pytest.approx(np.median(pairs), abs=0.05 * pairs.std())
    standard = scale.standard(pairs)
    assert standard.mean() == pytest.approx(0, abs=0.03) and np.mean(standard > 1) == pytest.approx(0.01, abs=0.004)


def test_rows_that_lack_the_feature_do_not_count():
    rows, units, norms, dense = made(60)
    with_gaps = np.zeros((90, 6), np.float32)
    with_gaps[::3], with_gaps[1::3] = units[:30], units[30:]
    gap_norms, gap_dense = np.zeros(90, np.float32), np.zeros(90, np.float32)
    gap_norms[::3], gap_norms[1::3], gap_dense[::3], gap_dense[1::3] = norms[:30], norms[30:], dense[:30], dense[30:]
    pairs = all_pairs(rows, dense, "cosine")
    assert fit_scale(with_gaps, gap_norms, gap_dense, "cosine").mean == pytest.approx(
        pairs.mean(), abs=0.03 * pairs.std()
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("rows", [np.zeros((0, 3)), np.zeros((4, 3)), np.ones((1, 3)), np.ones((5, 3))])
def test_what_has_no_distribution_keeps_its_values(rows, metric):
    units, norms = unit_and_norm(rows.astype(np.float32))
    scale = fit_scale(units, norms, np.zeros(len(rows), np.float32), metric)
    assert scale.reach == 1 and np.isfinite(scale.mean) and np.isfinite(scale.quantiles).all()


@pytest.mark.parametrize("metric", METRICS)
def test_what_differs_by_rounding_alone_is_not_pulled_apart(metric):
    rows = 200 * np.ones((12, 50)) * (1 + 1e-7 * np.random.default_rng(0).normal(size=(12, 50)))
    units, norms = unit_and_norm(rows.astype(np.float32))
    dense = densities(units, units)
    assert fit_scale(units, norms, dense, metric).reach == 1


def test_metrics_worked_by_hand():
    assert compared(np.array([0.6]), "cosine", (2, 0.1), (3, 0.3)) == pytest.approx(0.6)
    assert compared(np.array([0.6]), "csls", (2, 0.1), (3, 0.3)) == pytest.approx(0.8)
    assert compared(np.array([0.6]), "csls-half", (2, 0.1), (3, 0.3)) == pytest.approx(1.0)
    assert compared(np.array([0.6]), "l2", (2, 0.1), (3, 0.3)) == pytest.approx(-np.sqrt(4 + 9 - 7.2))
    assert compared(np.array([1 + 1e-7]), "l2", (2, 0), (2, 0)) == 0, "rounding makes no root of a negative"


def test_the_common_scale_worked_by_hand():
    assert Scale(0.2, 0.4, ()).standard(np.array([0.2, 0.6, 0.0])) == pytest.approx([0, 1, -0.5])


def test_densities_are_the_mean_cosines_of_the_neighbours_of_scikit_learn():
    rows, units, _, dense = made(150)
    distances, _ = NearestNeighbors(n_neighbors=NEIGHBOURS + 1, metric="cosine").fit(rows).kneighbors(rows)
    assert dense == pytest.approx((1 - distances[:, 1:]).mean(axis=1), abs=1e-5)
    others, _ = unit_and_norm(np.random.default_rng(5).normal(size=(7, 6)))
    distances, _ = NearestNeighbors(n_neighbors=NEIGHBOURS, metric="cosine").fit(rows).kneighbors(others)
    assert densities(others, units) == pytest.approx((1 - distances).mean(axis=1), abs=1e-5), (
        "rows that are not among them leave none out"
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 14), st.integers(1, 14), st.integers(0, 99))
def test_few_rows_have_as_many_neighbours_as_there_are(n, m, seed):
    random = np.random.default_rng(seed)
    units, _ = unit_and_norm(random.normal(size=(n, 4)))
    against, _ = unit_and_norm(random.normal(size=(m, 4)))
    found = densities(units, against)
    k = min(NEIGHBOURS, m - 1)
    expected = np.sort(units @ against.T, axis=1)[:, ::-1][:, :k].mean(axis=1) if k else np.zeros(n)
    assert found.shape == (n,) and found == pytest.approx(expected, abs=1e-5)


def test_references_are_rows_that_have_the_feature():
    norms = np.array([0, 1, 0, 2, 3], np.float32)
    assert references(norms).tolist() == [1, 3, 4]
    many = np.ones(REFERENCES * 3, np.float32)
    many[::2] = 0
    drawn = references(many)
    assert (
        len(drawn) == REFERENCES == len(set(drawn.tolist())) and (drawn % 2 == 1).all() and (np.diff(drawn) > 0).all()
    )
    assert np.array_equal(drawn, references(many)) and not np.array_equal(drawn, references(many, seed=1))
