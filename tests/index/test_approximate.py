"""The approximate index against the exact search."""

import json
from dataclasses import replace

import numpy as np
import pytest

from artextract.errors import InputError, MismatchError
from artextract.index import Selection, approximate, embedded, tuning
from artextract.index.approximate import MOST_DIRECTIONS, Approximate
from artextract.index.config import Block, Description
from artextract.index.embedded import EmbeddedIndex
from artextract.index.ranking import rank
from artextract.index.tuning import CANDIDATES, RECALL, Asked, asked_of, leaning_to, nearest_of_all
from tests.raising import raises

ONE, TWO, THREE = Block("one", "1", 12), Block("two", "1", 8, "centred"), Block("three", "1", 5)
WEIGHTS = {"one": 0.6, "two": 0.4, "three": 0.0}


@pytest.fixture(scope="module", autouse=True)
def few_tries():
    """Tuned on fewer queries, for speed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "TRIED_QUERIES", 40)
        yield


def clustered(n, seed, missing=0.0):
    """Rows around 40 centres, which lie around a common direction, as the vectors of images do."""
    made = np.random.default_rng(7)
    random = np.random.default_rng(seed)
    vectors = {}
    for block in (ONE, TWO, THREE):
        centres = made.normal(size=(40, block.dim)) + 1
        vectors[block] = (centres[random.integers(0, 40, n)] + 0.5 * random.normal(size=(n, block.dim))).astype(
            np.float32
        )
    vectors[TWO][random.random(n) < missing] = np.nan
    return vectors


def names(start, n):
    return [f"id{i}" for i in range(start, start + n)]


def make(folder, n=2000, missing=0.1):
    index = EmbeddedIndex.build(folder, names(0, n), names(0, n), clustered(n, 0, missing))
    return index.with_approximate(WEIGHTS)


def approximate_of(index):
    """The approximate index of an index, opened once more."""
    return Approximate.open(index, index.folder, index.config.approximate)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return make(tmp_path_factory.mktemp("approximate"))


def queries(index, n=40):
    """Vectors that are none of its rows."""
    rows = clustered(n, 99)
    return [{block.name: index.space(block.name)(vectors[at]) for block, vectors in rows.items()} for at in range(n)]


def recall(index, weights, allowed=None, only=None, metric="cosine"):
    searched = approximate_of(index)
    found = []
    for query in queries(index):
        query = {name: vector for name, vector in query.items() if only is None or name in only}
        exact = rank(index, query, weights, 10, allowed, metric)
        candidates = searched.candidates(query, weights, 10, allowed, metric)
        near = rank(index, query, weights, 10, allowed, metric, candidates=candidates)
        assert len(near.positions) == len(exact.positions)
        found.append(len(set(exact.positions) & set(near.positions)) / len(exact.positions))
        common = dict(zip(exact.positions, exact.scores, strict=False))
        assert all(
            score == pytest.approx(common[at], abs=1e-5)
            for at, score in zip(near.positions, near.scores, strict=False)
            if at in common
        ), "ranked by the exact score"
    return np.mean(found)


def test_it_finds_what_the_exact_search_finds(index):
    assert index.config.approximate.recall >= RECALL
    assert recall(index, WEIGHTS) >= 0.97, "on queries that it was not tuned on"
    opened = EmbeddedIndex.open(index.folder)
    assert opened.config == index.config and (opened.folder / opened.config.approximate.file).is_file()


@pytest.mark.parametrize("weights", [{"one": 1.0}, {"two": 1.0}, {"one": 0.1, "two": 0.9}, {"one": 6, "two": 4}])
@pytest.mark.parametrize("metric", ["cosine", "csls-half"])
def test_it_serves_other_weights_than_it_was_built_for(index, weights, metric):
    assert approximate_of(index).covers(weights, queries(index, 1)[0], metric)
    assert recall(index, weights, metric=metric) >= 0.97


def test_it_serves_queries_that_lack_a_feature(index):
    assert recall(index, WEIGHTS, only=("one",)) >= 0.95


@pytest.mark.parametrize(
    ("weights", "needed"),
    [
        (WEIGHTS, 200),
        ({"one": 3, "two": 2}, 200),
        ({"one": 0.7, "two": 0.3}, 400),
        ({"one": 0.9, "two": 0.1}, 1600),
        ({"one": 1.0}, 1600),
        ({"one": 0.3, "two": 0.7}, 800),
        ({"one": 0.1, "two": 0.9}, None),
        ({"two": 1.0}, None),
        ({"one": 0.6, "two": 0.4, "three": 0.1}, None),
    ],
)
def test_a_mix_needs_what_the_mixes_need_between_which_it_lies(index, weights, needed):
    searched, query = approximate_of(index), queries(index, 1)[0]
    leaning, alone = {"one": 400, "two": 800}, {"one": 1600}
    searched.description = replace(searched.description, candidates=200, recall=1.0, leaning=leaning, alone=alone)
    assert searched._enough(weights, query) == needed
    assert searched.covers(weights, query, "cosine") is (needed is not None)
    assert not searched.covers(weights, query, "l2") and not searched.covers(weights, query, "csls")
    searched.description = replace(searched.description, recall=RECALL - 0.01)
    assert not searched.covers(WEIGHTS, query, "cosine"), "what was promised is not reached, so all are looked at"


def test_mixes_that_lean_to_a_feature():
    assert leaning_to("one", {"one": 6, "two": 3, "three": 1}) == pytest.approx(
        {"one": 0.8, "two": 0.15, "three": 0.05}
    )
    assert leaning_to("one", {"one": 0.9, "two": 0.1}) == pytest.approx({"one": 0.95, "two": 0.05})
    assert leaning_to("one", {"one": 2.0}) == {"one": 1.0}


def test_what_it_is_tuned_on_is_what_the_exact_search_finds(index, monkeypatch):
    monkeypatch.setattr(tuning, "_CHUNK", 300)
    asked = asked_of(index, np.random.default_rng(1))[:12]
    assert {len(one.own) for one in asked} == {1, 2, 3}
    asked.append(Asked({"one": asked[0].vectors["one"]}, ()))
    mixes, metrics = [WEIGHTS, {"two": 1.0}], ("csls-half", "cosine")
    for mix, found in zip(mixes, nearest_of_all(index, asked, mixes, metrics), strict=True):
        for metric in metrics:
            for one, nearest in zip(asked, found[metric], strict=True):
                left_out = np.isin(np.arange(len(index)), one.own)
                truth = rank(index, one.vectors, mix, 10, metric=metric, left_out=left_out)
                assert nearest == set(truth.positions.tolist())


@pytest.mark.parametrize("metric", ["cosine", "csls-half"])
def test_what_it_proposes_is_in_the_order_of_the_scores(index, metric):
    """Only the rounding to 8 bits stands between the proposed and the best, rows that lack a feature among them."""
    searched = approximate_of(index)
    for query in queries(index, 10):
        proposed = searched._proposed(searched._asked(query, WEIGHTS, metric), 100, None, len(index))
        exact = rank(index, query, WEIGHTS, 100, metric=metric).positions
        assert len(set(proposed) & set(exact)) >= 95


def test_filters_are_applied_before_the_search(index):
    allowed = np.zeros(len(index), dtype=bool)
    allowed[::10] = True
    searched = approximate_of(index)
    for query in queries(index, 10):
        assert allowed[searched.candidates(query, WEIGHTS, 10, allowed)].all()
    assert recall(index, WEIGHTS, allowed) >= 0.85, "in the cells that suffice without filters"


def test_it_covers_the_features_it_was_built_of(index):
    searched = approximate_of(index)
    query = queries(index, 1)[0]
    assert not searched.covers({"three": 1.0}, query, "cosine")
    del query["three"]
    assert searched.covers(WEIGHTS | {"three": 0.5}, query, "cosine"), "what the query lacks does not count"


def test_rows_added_are_found_and_rows_removed_are_not(tmp_path):
    index = make(tmp_path)
    new = clustered(30, 5)
    best = [rank(index, query, WEIGHTS, 3).positions[0] for query in queries(index, 20)]
    gone = sorted({index.ids[at] for at in best})
    changed = index.update(
        names(10_000, 30), names(10_000, 30), {block.name: rows for block, rows in new.items()}, gone
    )
    assert changed.config.approximate == index.config.approximate
    for opened in (changed, EmbeddedIndex.open(tmp_path)):
        searched = approximate_of(opened)
        for row in range(30):
            query = {block.name: opened.space(block.name)(rows[row]) for block, rows in new.items()}
            found = rank(opened, query, WEIGHTS, 1, candidates=searched.candidates(query, WEIGHTS, 1))
            assert opened.ids[found.positions[0]] == f"id{10_000 + row}"
        for query in queries(opened, 20):
            candidates = searched.candidates(query, WEIGHTS, 10)
            assert (np.diff(candidates) > 0).all() and not {opened.ids[at] for at in candidates} & set(gone)
        assert recall(opened, WEIGHTS) >= 0.97
    again = changed.update(
        ["last"], ["last"], {block.name: rows[:1] for block, rows in clustered(1, 6).items()}, names(10_029, 1)
    )
    assert again.position("last") in approximate_of(again).candidates(queries(again, 1)[0], WEIGHTS, 1), (
        "a number is never given twice"
    )


def test_a_row_whose_image_was_changed_is_found_where_it_is_now(tmp_path):
    index = make(tmp_path, 1200)
    new = clustered(1, 77)
    changed = index.update(["id5"], ["other"], {block.name: rows for block, rows in new.items()}, [])
    query = {block.name: changed.space(block.name)(rows[0]) for block, rows in new.items()}
    found = rank(changed, query, WEIGHTS, 1, candidates=approximate_of(changed).candidates(query, WEIGHTS, 1))
    assert changed.ids[found.positions[0]] == "id5" and len(changed) == 1200


@pytest.mark.parametrize("removed", [0, 40])
def test_many_rows_that_were_added_are_put_into_it(tmp_path, monkeypatch, removed):
    monkeypatch.setattr(embedded, "MOST_ADDED", 50)
    before = make(tmp_path, 1200).update([], [], {}, names(0, removed))
    new = {block.name: rows for block, rows in clustered(120, 8).items()}
    added = before.update(names(5000, 120), names(5000, 120), new, names(removed, 5))
    assert added.config.approximate == before.config.approximate
    index = added.with_approximate(WEIGHTS)
    now, was = index.config.approximate, before.config.approximate
    assert now.file != was.file and (now.rows, now.built, now.recall) == (1320, 1200, was.recall)
    for opened in (index, EmbeddedIndex.open(tmp_path)):
        searched = approximate_of(opened)
        assert searched.graph.ntotal == 1320 and recall(opened, WEIGHTS) >= 0.97
        for row in range(0, 120, 10):
            query = {block: opened.space(block)(rows[row]) for block, rows in new.items()}
            found = opened.nearest(query, WEIGHTS, 1, approximate=True)
            assert list(found.ids) == [f"id{5000 + row}"] and not found.exact
    monkeypatch.setattr(embedded, "GROWN", 1.0)
    again = index.update(names(9000, 60), names(9000, 60), {name: rows[:60] for name, rows in new.items()}, [])
    assert again.with_approximate(WEIGHTS).config.approximate.built == 1380, "with many more it is built anew"


def test_one_of_an_older_version_is_passed_over(tmp_path):
    index = make(tmp_path, 1200)
    old = json.loads(json.dumps(index.config.as_dict()))
    old["approximate"] = {"file": "approximate.faiss", "weights": WEIGHTS, "cells": 30, "looked_at": 4}
    assert type(index.config).from_dict(old) == replace(index.config, approximate=None)
    single = {name: value for name, value in index.config.approximate.as_dict().items() if name != "walks"}
    known = type(index.config).from_dict({**old, "approximate": single})
    assert known == index.config, "a graph that was measured with one walk is searched on"
    assert Description.from_dict(index.config.approximate.as_dict()) == index.config.approximate


def test_when_all_is_written_anew_it_is_dropped(tmp_path):
    index = make(tmp_path, 1200)
    file = tmp_path / index.config.approximate.file
    half = index.update([], [], {}, index.ids[:600])
    assert half.config.approximate is None and not file.exists() and len(EmbeddedIndex.open(tmp_path)) == 600


def test_it_can_be_taken_away(tmp_path):
    index = make(tmp_path, 1200)
    assert index.with_approximate(None).config.approximate is None
    assert not list(tmp_path.glob("*.faiss")) and len(EmbeddedIndex.open(tmp_path)) == 1200


def test_few_rows_need_none(tmp_path):
    index = EmbeddedIndex.build(tmp_path, names(0, 999), names(0, 999), clustered(999, 0))
    with raises(InputError, "too-few-for-approximate-index"):
        index.with_approximate(WEIGHTS)


def test_an_index_that_was_changed_meanwhile_is_not_overwritten(tmp_path):
    index = EmbeddedIndex.build(tmp_path, names(0, 1200), names(0, 1200), clustered(1200, 0))
    changed = index.update([], [], {}, ["id1"])
    with raises(MismatchError, "index-changed"):
        index.with_approximate(WEIGHTS)
    assert EmbeddedIndex.open(tmp_path).config == changed.config


def test_progress_is_reported(tmp_path):
    seen = []
    index = EmbeddedIndex.build(tmp_path, names(0, 1000), names(0, 1000), clustered(1000, 0))
    index.with_approximate(WEIGHTS, progress=lambda items, total, caption: (seen.append((total, caption)), items)[1])
    assert seen == [(1, "approximate index")]


@pytest.mark.parametrize("damage", [None, b"", b"something else", "cut"])
def test_a_damaged_file_is_a_mismatch_and_an_open_one_stays(tmp_path, damage):
    index = make(tmp_path, 1200)
    searched, query = approximate_of(index), queries(index, 1)[0]
    before = searched.candidates(query, WEIGHTS, 10)
    file = tmp_path / index.config.approximate.file
    data = file.read_bytes()
    file.unlink()
    assert np.array_equal(searched.candidates(query, WEIGHTS, 10), before), (
        "an update may take it away while it is read"
    )
    if damage is not None:
        file.write_bytes(data[: len(data) // 3] if damage == "cut" else damage)
    with raises(MismatchError, "approximate-index-damaged"):
        EmbeddedIndex.open(tmp_path)


@pytest.mark.parametrize(("part", "walk"), [(0.8, -10_000), (0.2, 10_000), (0.03, 10_000)])
def test_a_search_under_a_filter_is_proposed_to_as_well(index, monkeypatch, part, walk):
    """Wide ones by the graph, narrow ones without; of few rows all are ranked."""
    monkeypatch.setattr(approximate, "WALK", walk)
    allowed = Selection(np.random.default_rng(2).random(len(index)) < part)
    parts = []
    for query in queries(index, 20):
        found, truth = (index.nearest(query, WEIGHTS, 10, allowed, approximate=ask) for ask in (None, False))
        assert not found.exact and found.n_candidates == int(allowed.mask.sum())
        assert all(allowed.mask[index.position(hit)] for hit in found.ids) and len(found.ids) == 10
        parts.append(len(set(found.ids) & set(truth.ids)) / 10)
    assert np.mean(parts) >= (0.97 if part > 0.5 else 0.99 if part > 0.1 else 1.0)


def test_vectors_that_fill_few_of_their_dimensions(tmp_path):
    """Of 400 numbers 256 directions are kept, and what is found stays the same."""
    random = np.random.default_rng(3)
    wide = Block("wide", "wide@1", 400)
    rows = (random.normal(size=(1500, 20)) @ random.normal(size=(20, 400)) + 2).astype(np.float32)
    built = EmbeddedIndex.build(tmp_path, names(0, 1500), names(0, 1500), {wide: rows})
    index = built.with_approximate({"wide": 1.0})
    description = index.config.approximate
    assert description.recall >= RECALL and description.candidates == CANDIDATES[0]
    assert approximate_of(index).turn.shape == (MOST_DIRECTIONS + 1, 402)
    query = {"wide": rows[5] + rows[9]}
    found, truth = (index.nearest(query, {"wide": 1.0}, 10, approximate=ask) for ask in (True, False))
    assert list(found.ids) == list(truth.ids)
