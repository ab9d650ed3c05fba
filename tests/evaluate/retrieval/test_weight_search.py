"""A search for weights finds the planted ones, and never looks at the other half."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from artextract.evaluate.retrieval.relevance import LeftOut, Relevance
from artextract.evaluate.retrieval.weight_search import GRID_POINTS, random_halves, simplex, tuned_weights
from artextract.index.config import Block
from artextract.index.embedded import EmbeddedIndex


def planted(folder, noise: dict[str, float], classes=12, each=10):
    """An index in which each feature is the class's centre with so much noise, and the relevance of being of one
    class."""
    random = np.random.default_rng(0)
    keys = np.repeat(np.arange(classes), each)
    vectors = {}
    for name, deviation in noise.items():
        centres = random.normal(size=(classes, 16))
        vectors[Block(name, f"{name}@1", 16)] = (
            centres[keys] + deviation * random.normal(size=(len(keys), 16))
        ).astype(np.float32)
    index = EmbeddedIndex.build(folder / "index", [f"p{i}" for i in range(len(keys))], ["0"] * len(keys), vectors)
    labels = csr_array((np.ones(len(keys), np.float32), (np.arange(len(keys)), keys)))
    return index, Relevance("kind", ("kind",), (labels,), (1.0,)), LeftOut(np.arange(len(keys)), np.full(len(keys), -1))


def test_noise_gets_no_weight(tmp_path):
    index, relevance, left_out = planted(tmp_path, {"good": 1.5, "noise": 1000.0})
    found = tuned_weights(index, np.arange(0, 120, 2), relevance, left_out, {"good": 0.5, "noise": 0.5})
    assert found["weights"]["good"] >= 0.8 and found["weights"]["good"] + found["weights"]["noise"] == pytest.approx(1)
    assert found["n_queries"] == 60 and found["measure"] == "p@10" and found["tried"] > 20


def test_two_that_know_different_things_share(tmp_path):
    index, relevance, left_out = planted(tmp_path, {"one": 2.0, "other": 2.0, "noise": 1000.0})
    found = tuned_weights(index, np.arange(120), relevance, left_out, {"one": 1.0}, measure="map")
    assert found["weights"]["noise"] <= 0.15 and min(found["weights"]["one"], found["weights"]["other"]) > 0.25


def test_the_start_wins_ties(tmp_path):
    index, relevance, left_out = planted(tmp_path, {"a": 0.0, "b": 0.0})
    found = tuned_weights(index, np.arange(24), relevance, left_out, {"a": 0.33, "b": 0.67}, measure="p@1")
    assert found["weights"] == {"a": 0.33, "b": 0.67} and found["value"] == 1


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10])
def test_a_grid_fills_the_simplex(n):
    points, step = simplex(n)
    assert (
        len(points) <= GRID_POINTS and (points >= 0).all() and points.sum(axis=1) == pytest.approx(np.ones(len(points)))
    )
    assert len(np.unique(points.round(6), axis=0)) == len(points) and points / step == pytest.approx(
        np.round(points / step)
    )
    assert all((points == row).all(axis=1).any() for row in np.eye(n))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=60), st.integers(0, 3))
def test_halves_keep_groups_together(groups, seed):
    groups = np.array(groups)
    queries = np.arange(0, len(groups), 1)
    one, other = random_halves(queries, groups, seed)
    assert sorted([*one, *other]) == queries.tolist() and not set(groups[one]) & set(groups[other])
    assert len(one) <= len(queries) / 2 and len(queries) / 2 - len(one) <= np.bincount(groups).max()
