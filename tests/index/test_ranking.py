"""The ranking against a slow search in float64, row by row, and cases worked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances
from sklearn.neighbors import NearestNeighbors

from artextract.index import METRICS
from artextract.index.config import Block
from artextract.index.embedded import EmbeddedIndex
from artextract.index.ranking import rank, similarities, vectors_of
from artextract.index.scales import NEIGHBOURS, Scale
from tests.index.made import COLOUR, FORM, build


def slow_similarity(query, row, metric, around_query, around_row):
    cosine = float(query @ row / np.linalg.norm(query) / np.linalg.norm(row))
    return {
        "cosine": cosine,
        "l2": -float(np.linalg.norm(query - row)),
        "csls": 2 * cosine - around_query - around_row,
        "csls-half": 2 * cosine - (around_query + around_row) / 2,
    }[metric]


def slow_density(vector, others):
    """Mean cosine with the nearest of ``others``, which do not hold the vector itself."""
    cosines = sorted(
        (float(vector @ other / np.linalg.norm(vector) / np.linalg.norm(other)) for other in others), reverse=True
    )
    return float(np.mean(cosines[:NEIGHBOURS])) if cosines else 0.0


def slow_search(index, vectors, query, weights, allowed, metric):
    """Raw similarities per feature and row, and scores (-inf where a row may not be found), one at a time."""
    n = len(allowed)
    raw = {block.name: np.full(n, np.nan) for block in vectors}
    total, anything = np.zeros(n), np.zeros(n, dtype=bool)
    for block, rows in vectors.items():
        rows = rows.astype(float)
        there = [i for i in range(n) if np.isfinite(rows[i]).all()]
        if block.name not in query:
            continue
        asked = query[block.name].astype(float)
        # what the index can leave out of the neighbours of a query is its nearest when that is the query itself; here
        # the query never is
        nearest = sorted(
            (rows[i] for i in there), key=lambda row: -float(asked @ row / np.linalg.norm(asked) / np.linalg.norm(row))
        )
        around_query = slow_density(asked, nearest[: min(NEIGHBOURS, len(there) - 1)]) if len(there) > 1 else 0.0
        for i in there:
            around = slow_density(rows[i], [rows[j] for j in there if j != i])
            raw[block.name][i] = slow_similarity(asked, rows[i], metric, around_query, around)
            scale = index.config.scales[block.name][metric]
            if weights.get(block.name, 0) > 0:
                total[i] += weights[block.name] * (raw[block.name][i] - scale.mean) / scale.reach
                anything[i] = True
    return raw, np.where(allowed & anything, total, -np.inf)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_it_is_the_slow_search(tmp_path_factory, data):
    n = data.draw(st.integers(2, 25))
    missing = data.draw(st.sets(st.integers(0, n - 1), max_size=3))
    index, vectors = build(tmp_path_factory.mktemp("i"), n, data.draw(st.integers(0, 99)), missing)
    random = np.random.default_rng(data.draw(st.integers(100, 199)))
    query = {
        block.name: random.normal(size=block.dim).astype(np.float32) for block in vectors if data.draw(st.booleans())
    }
    weights = {"colour": data.draw(st.sampled_from([0.0, 0.3, 1.0])), "form": data.draw(st.sampled_from([0.0, 0.7]))}
    allowed = random.random(n) < data.draw(st.sampled_from([0.0, 0.3, 1.0]))
    k, metric = data.draw(st.integers(1, 30)), data.draw(st.sampled_from(METRICS))

    found = rank(index, query, weights, k, allowed, metric)

    raw, truth = slow_search(index, vectors, query, weights, allowed, metric)
    may = np.isfinite(truth)
    assert found.n_candidates == may.sum() and found.exact
    assert len(found.positions) == min(k, may.sum()) == len(set(found.positions.tolist()))
    assert may[found.positions].all(), "filtered before the search, and only rows that have a feature asked for"
    assert found.scores == pytest.approx(np.sort(truth[may])[::-1][:k], abs=2e-4)
    assert truth[found.positions] == pytest.approx(found.scores, abs=2e-4)
    for name, values in found.similarities.items():
        assert values == pytest.approx(raw[name][found.positions], abs=1e-4, nan_ok=True)
    parts = sum(np.nan_to_num(values) for values in found.contributions.values()) if query else 0
    assert parts == pytest.approx(found.scores, abs=1e-9), "the parts sum to the score"
    for name in ("colour", "form"):
        there = raw[name][np.isfinite(raw[name])]
        for value, part in zip(raw[name][found.positions], found.closer_than[name], strict=False):
            if np.isnan(value):
                assert np.isnan(part)
            elif len(there) > 1:
                count = int((there < value - 1e-5).sum())
                assert count - 1 <= part * (len(there) - 1) + 1e-6 and part * (len(there) - 1) <= int(
                    (there < value + 1e-5).sum()
                )


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 40), st.integers(0, 999), st.data())
def test_a_part_of_the_collection_is_a_direct_count(tmp_path_factory, n, seed, data):
    """A row of the collection as the query: of the n - 1 others besides each hit, how many are less similar."""
    index, vectors = build(tmp_path_factory.mktemp("i"), n, seed)
    row = data.draw(st.integers(0, n - 1))
    found = rank(index, vectors_of(index, row), {"colour": 0.5, "form": 0.5}, n)
    cosines = cosine_similarity(vectors[COLOUR][row : row + 1].astype(float), vectors[COLOUR].astype(float))[0]
    for position, part in zip(found.positions, found.closer_than["colour"], strict=False):
        assert part == pytest.approx(
            (cosines < cosines[position] - 1e-6).sum() / (n - 1), abs=1e-9 if n < 30 else 1.1 / (n - 1)
        )
    assert found.all_closer_than == pytest.approx(np.arange(n)[::-1] / (n - 1))


def test_a_mix_worked_by_hand(tmp_path):
    """Two flat features. The scale is replaced by one that is known."""
    one, two = Block("one", "1", 2), Block("two", "1", 2)
    rows = {
        one: np.array([[1, 0], [0, 1], [3, 4], [0, -2]], np.float32),
        two: np.array([[5, 0], [np.nan, 0], [0, 1], [4, 3]], np.float32),
    }
    index = EmbeddedIndex.build(tmp_path, list("abcd"), list("wxyz"), rows)
    index.config.scales["one"]["cosine"] = Scale(0.1, 0.5, ())
    index.config.scales["two"]["cosine"] = Scale(0.4, 0.2, ())
    found = rank(index, {"one": np.array([2.0, 0]), "two": np.array([0, 0.5])}, {"one": 0.75, "two": 0.25}, 4)
    # one: cosines 1, 0, 0.6, 0 -> 1.8, -0.2, 1, -0.2; two: 0, lacking, 1, 0.6 -> -2, nothing, 3, 1
    assert [index.ids[at] for at in found.positions] == ["c", "a", "d", "b"]
    assert found.scores == pytest.approx([0.75 + 0.75, 1.35 - 0.5, -0.15 + 0.25, -0.15])
    assert found.contributions["one"] == pytest.approx([0.75, 1.35, -0.15, -0.15])
    assert found.contributions["two"] == pytest.approx([0.75, -0.5, 0.25, np.nan], nan_ok=True)
    assert found.closer_than["two"] == pytest.approx([1, 0, 0.5, np.nan], nan_ok=True)
    assert found.all_closer_than == pytest.approx([1, 2 / 3, 1 / 3, 0])


def test_a_search_by_one_feature_ranks_only_those_that_have_it(tmp_path):
    index, _ = build(tmp_path, 20, missing=range(0, 20, 2))
    found = rank(index, vectors_of(index, 1), {"form": 1.0, "colour": 0.0}, 20)
    assert set(found.positions.tolist()) == set(range(1, 20, 2)) and found.n_candidates == 10
    assert np.isfinite(found.similarities["colour"]).all() and (found.contributions["colour"] == 0).all(), (
        "of no weight, but told"
    )
    assert len(rank(index, {"colour": np.ones(4)}, {"form": 1.0}, 20).positions) == 0, (
        "a query without the feature finds nothing by it"
    )


@pytest.mark.parametrize("k", [1, 3, 6, 7, 11, 40])
def test_equal_scores_stand_in_row_order(tmp_path, k):
    """Rows of 1 and -1 along the axes, whose cosines are exact, strewn so that a partition would disorder them."""
    random = np.random.default_rng(k)
    rows = np.eye(4, dtype=np.float32)[random.integers(0, 4, 40)] * random.choice([-1, 1], 40)[:, None].astype(
        np.float32
    )
    index = EmbeddedIndex.build(tmp_path, [str(i) for i in range(40)], [str(i) for i in range(40)], {COLOUR: rows})
    query = np.array([1.0, 0.5, 0, 0], np.float32)
    score = rows @ query
    expected = sorted(range(40), key=lambda row: (-score[row], row))[:k]
    assert rank(index, {"colour": query}, {"colour": 1.0}, k).positions.tolist() == expected


def test_similarities_are_those_of_scikit_learn(tmp_path):
    index, vectors = build(tmp_path, 50, missing=[3])
    queries = np.random.default_rng(1).normal(size=(6, 7)).astype(np.float32)
    there = np.delete(np.arange(50), 3)
    cosine = similarities(index, "form", queries)
    assert cosine.shape == (6, 50) and cosine.dtype == np.float32 and np.isnan(cosine[:, 3]).all()
    assert cosine[:, there] == pytest.approx(cosine_similarity(queries, vectors[FORM][there]), abs=1e-5)
    assert similarities(index, "form", queries, "l2")[:, there] == pytest.approx(
        -euclidean_distances(queries, vectors[FORM][there]), abs=1e-4
    )
    rows = np.array([2, 3, 17])
    for metric in METRICS:
        assert np.allclose(
            similarities(index, "form", queries, metric, rows),
            similarities(index, "form", queries, metric)[:, rows],
            equal_nan=True,
            atol=1e-6,
        )


def hubness(neighbours, n):
    """The largest number of rows that have one and the same row among their neighbours."""
    return int(np.bincount(neighbours.ravel(), minlength=n).max())


def test_csls_takes_the_lead_from_hubs(tmp_path):
    """Two hundred rows around a few that are near to everything: the mean direction of all."""
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 64)) + 0.5
    rows[:3] = rows[3:].mean(axis=0) + 0.1 * random.normal(size=(3, 64))
    index = EmbeddedIndex.build(
        tmp_path,
        [str(i) for i in range(200)],
        [str(i) for i in range(200)],
        {Block("f", "1", 64): rows.astype(np.float32)},
    )

    def neighbours(metric):
        found = [
            rank(index, vectors_of(index, row), {"f": 1.0}, 6, np.arange(200) != row, metric).positions[:5]
            for row in range(200)
        ]
        return np.array(found)

    plain = neighbours("cosine")
    reference = (
        NearestNeighbors(n_neighbors=6, metric="cosine").fit(rows).kneighbors(rows, return_distance=False)[:, 1:]
    )
    assert hubness(plain, 200) == hubness(reference, 200) > 100, "the set has hubs"
    assert hubness(neighbours("csls"), 200) < 0.5 * hubness(plain, 200)


def test_further_similarities_count_with_vectors(tmp_path):
    index, _ = build(tmp_path, 4)
    words = np.array([np.nan, 2.0, 4.0, np.nan])
    found = rank(index, {}, {"words": 1.0}, 4, further={"words": words})
    assert found.positions.tolist() == [2, 1] and found.scores == pytest.approx([4 / 3.98, 2 / 3.98]), (
        "on a scale from 0 to their last hundredth"
    )
    assert found.closer_than["words"] == pytest.approx([1, 2 / 3]) == found.all_closer_than, (
        "rows without the words are less like them"
    )
    mixed = rank(index, vectors_of(index, 0), {"words": 0.5, "colour": 0.5}, 4, further={"words": words})
    assert len(mixed.positions) == 4 and mixed.scores == pytest.approx(
        np.nan_to_num(mixed.contributions["words"]) + mixed.contributions["colour"]
    )


def test_candidates_are_ranked_as_among_all(tmp_path):
    index, _ = build(tmp_path, 60, missing=[5, 9])
    query, weights = {"form": np.ones(7, np.float32), "colour": np.ones(4, np.float32)}, {"form": 0.4}
    everything = rank(index, query, weights, 60)
    chosen = np.array([1, 5, 20, 33, 59])
    some = rank(index, query, weights, 3, candidates=chosen)
    assert not some.exact and set(some.positions.tolist()) <= {1, 20, 33, 59}
    order = [at for at in everything.positions.tolist() if at in chosen][:3]
    assert some.positions.tolist() == order
    place = [everything.positions.tolist().index(at) for at in order]
    assert some.scores == pytest.approx(everything.scores[place])
    for name in ("form", "colour"):
        assert some.closer_than[name] == pytest.approx(everything.closer_than[name][place], abs=1e-12), (
            "against the collection, not the candidates"
        )
    assert some.all_closer_than == pytest.approx(everything.all_closer_than[place], abs=1e-12)
