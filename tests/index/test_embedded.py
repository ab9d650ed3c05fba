"""The embedded index against a NumPy search by brute force, and what happens to files that do not fit."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError, MismatchError
from artextract.index.embedded import Block, EmbeddedIndex, unit_length

COLOUR, FORM = Block("colour", "colour@1", 4), Block("form", "form@2", 7)


def build(folder, n=30, seed=0, lacking=()):
    random = np.random.default_rng(seed)
    vectors = {block: random.normal(size=(n, block.dim)).astype(np.float32) for block in (COLOUR, FORM)}
    vectors[FORM][list(lacking)] = np.nan
    ids = [f"id{i}" for i in range(n)]
    return EmbeddedIndex.build(folder, ids, [f"hash{i}" for i in range(n)], vectors, {"bad": "damaged"}, {"backbone": "x"}), vectors


def brute_force(vectors, query, weights, allowed):
    """Scores of all rows, -inf where not allowed, by cosine in float64; rows and queries that lack a feature get 0 of it."""
    scores = np.zeros(len(allowed))
    for block, rows in vectors.items():
        if block.name in query and not np.isnan(query[block.name]).any():
            vector = query[block.name].astype(float)
            cosine = rows.astype(float) @ vector / np.linalg.norm(rows, axis=1) / np.linalg.norm(vector)
            scores += weights.get(block.name, 0) * np.nan_to_num(cosine)
    return np.where(allowed, scores, -np.inf)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_search_is_the_brute_force_search(tmp_path_factory, data):
    n = data.draw(st.integers(1, 40))
    lacking = data.draw(st.sets(st.integers(0, n - 1), max_size=3))
    index, vectors = build(tmp_path_factory.mktemp("i"), n, data.draw(st.integers(0, 99)), lacking)
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    query = {block.name: random.normal(size=block.dim).astype(np.float32) for block in vectors if data.draw(st.booleans())}
    weights = {"colour": data.draw(st.sampled_from([0.0, 0.3, 1.0])), "form": 0.7}
    allowed = random.random(n) < data.draw(st.sampled_from([0.0, 0.3, 1.0]))
    excluded = data.draw(st.lists(st.integers(0, n - 1), max_size=2))
    k = data.draw(st.integers(1, 50))

    found = index.search(query, weights, k, allowed, excluded)

    may = allowed.copy()
    may[excluded] = False
    truth = brute_force(vectors, query, weights, may)
    assert len(found.positions) == min(k, may.sum()) == len(set(found.positions.tolist()))
    assert may[found.positions].all()
    best = np.sort(truth[may])[::-1][:k]
    assert found.scores == pytest.approx(best, abs=1e-5)
    assert truth[found.positions] == pytest.approx(found.scores, abs=1e-5)
    for block in vectors:
        similarity = found.similarities[block.name]
        absent = block.name not in query or (block is FORM)
        assert similarity.shape == found.scores.shape
        if block.name not in query:
            assert np.isnan(similarity).all()
        elif absent:
            assert np.array_equal(np.isnan(similarity), np.isin(found.positions, list(lacking)))
    parts = sum(weights[name] * np.nan_to_num(values) for name, values in found.similarities.items())
    assert parts == pytest.approx(found.scores, abs=1e-5)


def test_equal_scores_stand_in_row_order(tmp_path):
    rows = np.tile(np.array([[1, 0, 0, 0]], np.float32), (5, 1))
    index = EmbeddedIndex.build(tmp_path, list("abcde"), list("vwxyz"), {COLOUR: rows})
    assert index.search({"colour": rows[0]}, {"colour": 1.0}, 5).positions.tolist() == [0, 1, 2, 3, 4]


def test_what_was_built_is_what_is_opened(tmp_path):
    built, vectors = build(tmp_path, lacking=[3, 7])
    opened = EmbeddedIndex.open(tmp_path)
    assert opened.config == built.config and len(opened) == 30 and opened.features == ("colour", "form")
    assert opened.config.lacking == {"colour": [], "form": [3, 7]}
    assert opened.config.skipped == {"bad": "damaged"} and opened.config.settings == {"backbone": "x"}
    assert opened.position("id4") == 4 and opened.position("nobody") is None
    assert list(opened.blocks_of(3)) == ["colour"]
    assert np.allclose(opened.blocks_of(4)["form"], unit_length(vectors[FORM][4]))
    assert opened.block("form").shape == (30, 7) and not opened.block("form")[7].any()
    query = {"colour": vectors[COLOUR][4]}
    assert np.array_equal(opened.search(query, {"colour": 1}, 5).positions, built.search(query, {"colour": 1}, 5).positions)


def test_a_build_that_is_killed_leaves_the_old_index(tmp_path, monkeypatch):
    build(tmp_path, seed=0)
    monkeypatch.setattr("artextract.index.embedded.write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, n=10, seed=1)
    assert len(EmbeddedIndex.open(tmp_path)) == 30
    monkeypatch.undo()
    build(tmp_path, n=10, seed=1)
    assert len(EmbeddedIndex.open(tmp_path)) == 10 and len(list(tmp_path.glob("vectors-*"))) == 1


def test_no_index_says_how_to_build_one(tmp_path):
    with pytest.raises(InputError, match="no index") as caught:
        EmbeddedIndex.open(tmp_path / "index")
    assert "artextract index" in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"ids": ["only one"]},
        {"vectors": "vectors-gone.npy"},
        {"blocks": [{"name": "colour", "version": "1", "dim": 4}]},
        {"blocks": [{"nom": "colour"}]},
    ],
)
def test_files_that_do_not_fit_are_a_mismatch_with_a_mend(tmp_path, change):
    build(tmp_path)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    with pytest.raises(MismatchError) as caught:
        EmbeddedIndex.open(tmp_path)
    assert "artextract index" in caught.value.hint


def test_damaged_json_is_a_mismatch(tmp_path):
    build(tmp_path)
    (tmp_path / "config.json").write_text('{"format": 1')
    with pytest.raises(MismatchError, match="damaged"):
        EmbeddedIndex.open(tmp_path)


def test_the_index_must_fit_the_collection_and_the_features(tmp_path):
    index, _ = build(tmp_path, n=3)
    ids, hashes, versions = [*index.config.ids, "bad"], [*index.config.hashes, "?"], {"colour": "colour@1"}
    index.require(ids, hashes, versions)
    index.require(ids[::-1], hashes[::-1], {})
    with pytest.raises(MismatchError, match="1 rows are new, 0 are gone"):
        index.require([*ids, "new"], [*hashes, "h"], versions)
    with pytest.raises(MismatchError, match="0 rows are new, 1 are gone"):
        index.require(ids[1:], hashes[1:], versions)
    with pytest.raises(MismatchError, match="1 images have changed"):
        index.require(ids, ["other", *hashes[1:]], versions)
    with pytest.raises(MismatchError, match="holds version colour@1 of the feature 'colour', this is colour@2"):
        index.require(ids, hashes, {"colour": "colour@2"})


def test_vectors_of_the_wrong_shape_are_refused(tmp_path):
    with pytest.raises(ValueError, match="2 ids"):
        EmbeddedIndex.build(tmp_path, ["a", "b"], ["x", "y"], {COLOUR: np.zeros((3, 4), np.float32)})


def test_unit_length_leaves_zero_and_nan_as_zero():
    rows = unit_length(np.array([[3, 4], [0, 0], [np.nan, 1], [np.inf, 1]]))
    assert rows.dtype == np.float32 and np.allclose(rows, [[0.6, 0.8], [0, 0], [0, 0], [0, 0]])
