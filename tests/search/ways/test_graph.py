"""Neighbours and shortest chains, against slow oracles and a line worked by hand."""

import itertools

import numpy as np
import pytest

from artextract.search.ways import graph as ways
from artextract.search.ways.graph import Graph, Mixed, mixed_of, neighbour_graph, shortest


def random_mix(n=40, seed=0, missing=True):
    random = np.random.default_rng(seed)
    units = {name: random.normal(size=(n, dim)).astype(np.float32) for name, dim in (("a", 6), ("b", 4))}
    if missing:
        units["b"][:5] = 0
    units = {
        name: block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-9) for name, block in units.items()
    }
    weights, scales = {"a": 0.7, "b": 0.3}, {"a": (0.1, 0.5), "b": (-0.05, 0.4)}
    slow = np.zeros((n, n))
    for i, j in itertools.product(range(n), repeat=2):
        for name, block in units.items():
            if block[i].any() and block[j].any():
                slow[i, j] += weights[name] * (block[i] @ block[j] - scales[name][0]) / scales[name][1]
    return mixed_of(units, weights, scales), slow


def dense_oracle(graph, steep):
    """The cost of every cheapest chain, by Floyd and Warshall."""
    cost = np.full((graph.n, graph.n), np.inf)
    np.fill_diagonal(cost, 0)
    for (i, j), score in zip(graph.edges, graph.scores, strict=True):
        cost[i, j] = cost[j, i] = np.exp(-steep * score)
    for k in range(graph.n):
        cost = np.minimum(cost, cost[:, [k]] + cost[k])
    return cost


def test_scores_are_those_of_a_search_where_features_are_missing_too():
    mixed, slow = random_mix()
    assert np.allclose(mixed.scores(slice(0, 40)), slow, atol=1e-5)
    first, second = np.array([0, 3, 39]), np.array([7, 4, 0])
    assert np.allclose(mixed.scores_of(first, second), slow[first, second], atol=1e-5)
    assert mixed.most == pytest.approx(np.diag(slow)[5:].max(), abs=1e-4)


@pytest.mark.parametrize("exact_rows", [100, 10])
def test_neighbours_are_the_nearest(exact_rows):
    mixed, slow = random_mix(missing=False)
    np.fill_diagonal(slow, -np.inf)
    found = neighbour_graph(mixed, 3, exact_rows)
    edges = {tuple(edge) for edge in found.edges[~found.bridges].tolist()}
    assert edges == {tuple(sorted((i, int(j)))) for i in range(40) for j in np.argsort(-slow[i])[:3]}
    assert np.allclose(found.scores, slow[tuple(found.edges.T)], atol=1e-5)


def test_chains_are_the_cheapest():
    mixed, _ = random_mix(seed=3)
    graph = neighbour_graph(mixed, 4)
    cost = dense_oracle(graph, 2.0)
    score = {tuple(edge): value for edge, value in zip(graph.edges.tolist(), graph.scores, strict=True)}
    for start, end in ((0, 39), (5, 17), (2, 30)):
        chain = shortest(graph, start, end, 2.0)
        assert chain[0] == start and chain[-1] == end
        total = sum(np.exp(-2.0 * score[min(a, b), max(a, b)]) for a, b in itertools.pairwise(chain))
        assert total == pytest.approx(cost[start, end], rel=1e-6)


def test_a_chain_worked_by_hand():
    # Four in a row, each 1 from the next by score, and a jump over all of score 0: exp(-0) = 1 against 3 exp(-s).
    edges = np.array([[0, 1], [1, 2], [2, 3], [0, 3]])
    graph = Graph(4, edges, np.array([1.0, 1.0, 1.0, 0.0]), np.zeros(4, bool))
    assert shortest(graph, 0, 3, 1.0) == [0, 3]  # 1 against 1.10
    assert shortest(graph, 0, 3, 1.2) == [0, 1, 2, 3]  # 1 against 0.90


def test_parts_that_lie_apart_are_joined_by_their_nearest_pairs():
    random = np.random.default_rng(5)
    centres = np.eye(3, 8).repeat(10, axis=0)
    block = (centres + random.normal(0, 0.05, size=(30, 8))).astype(np.float32)
    block /= np.linalg.norm(block, axis=1, keepdims=True)
    found = neighbour_graph(mixed_of({"a": block}, {"a": 1.0}, {"a": (0.0, 1.0)}), 3)
    assert found.bridges.sum() == 2, "three islands need two"
    cosine = block @ block.T
    best = sorted(
        (cosine[10 * i : 10 * i + 10, 10 * j : 10 * j + 10].max() for i, j in ((0, 1), (0, 2), (1, 2))), reverse=True
    )
    assert np.allclose(sorted(found.scores[found.bridges], reverse=True), best[:2], atol=1e-5), "a spanning tree"
    assert len(shortest(found, 0, 29)) >= 2


def test_few_dimensions_propose_nearly_the_same():
    random = np.random.default_rng(0)
    vectors = (random.normal(size=(300, 12)) @ random.normal(size=(12, 60))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    mixed = Mixed(vectors, np.ones((300, 1), np.float32), np.zeros(1, np.float32))
    exact, proposed = ({tuple(edge) for edge in neighbour_graph(mixed, 5, rows).edges.tolist()} for rows in (1000, 100))
    assert len(exact & proposed) / len(exact) > 0.98
    assert ways._few_dimensions(mixed).shape == (300, 60)
