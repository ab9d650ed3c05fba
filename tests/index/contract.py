"""What every implementation of ``VectorIndex`` promises: one class of tests, to be run over each.

A store's own test file subclasses ``IndexContract`` and says how an index is created and opened anew; see
``test_contract.py``.
"""

import os
from threading import Event, Thread

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.index import METRICS, FeatureVectors, Selection
from tests.index.slow import SlowIndex
from tests.raising import raises

DIMS = {"colour": 4, "form": 7}
EXAMPLES = int(os.environ.get("ARTEXTRACT_CONTRACT_EXAMPLES", 25))
"""A server takes seconds for each."""
COMMON = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.differing_executors])


def names(n, start=0):
    return [f"id{i}" for i in range(start, start + n)]


def hashes(ids):
    return [f"hash-{painting_id}" for painting_id in ids]


def vectors(n, seed=0, missing=()):
    """Made vectors per feature; the rows ``missing`` have no form."""
    random = np.random.default_rng(seed)
    made = {name: random.normal(size=(n, dim)).astype(np.float32) for name, dim in DIMS.items()}
    made["form"][list(missing)] = np.nan
    return made


def features(n, seed=0, missing=(), space="raw"):
    return {
        name: FeatureVectors(f"{name}@1", rows, space if name == "colour" else "raw")
        for name, rows in vectors(n, seed, missing).items()
    }


def queries(index, seed):
    random = np.random.default_rng(seed)
    return {name: index.space(name)(random.normal(size=dim).astype(np.float32)) for name, dim in DIMS.items()}


def mask(n, seed, part):
    return np.random.default_rng(seed).random(n) < part


def assert_same(found, expected):
    """The same answer up to the rounding of float32; ids may change places only where scores are equal."""
    assert found.n_candidates == expected.n_candidates and len(found.ids) == len(expected.ids)
    assert found.scores == pytest.approx(expected.scores, abs=3e-4)
    place = {painting_id: at for at, painting_id in enumerate(expected.ids)}
    at = [place[painting_id] for painting_id in found.ids if painting_id in place]
    assert len(at) >= len(found.ids) - 1, "only the last may be another of the same score"
    order = [here for here, painting_id in enumerate(found.ids) if painting_id in place]
    for one, other in ((found.similarities, expected.similarities), (found.contributions, expected.contributions)):
        assert one.keys() == other.keys()
        for name, values in one.items():
            assert values[order] == pytest.approx(other[name][at], abs=3e-4, nan_ok=True)
    parts = sum(np.nan_to_num(values) for values in found.contributions.values())
    assert parts == pytest.approx(found.scores, abs=1e-6), "the parts sum to the score"


class IndexContract:
    """Subclasses give ``create(folder, ids, hashes, features, skipped, settings)`` and ``reopened(folder, index)``."""

    COUNTED = 1e-9
    """By how much the part of the collection that a hit is closer than may differ."""

    @pytest.fixture
    def folder(self, tmp_path):
        return tmp_path / "index"

    def made(self, folder, n=30, seed=0, missing=(), space="raw"):
        ids = names(n)
        return self.create(
            folder, ids, hashes(ids), features(n, seed, missing, space), {"bad": "damaged"}, {"backbone": "x"}
        )

    def both(self, folder, n=30, seed=0, missing=(), space="raw"):
        ids = names(n)
        slow = SlowIndex.create(ids, hashes(ids), features(n, seed, missing, space))
        return self.made(folder, n, seed, missing, space), slow

    def test_it_tells_what_it_was_made_of(self, folder):
        made = self.made(folder, missing=[3, 7])
        for index in (made, self.reopened(folder, made)):
            assert list(index.ids) == names(30) and list(index.hashes) == hashes(names(30)) and len(index) == 30
            assert index.features == ("colour", "form")
            assert dict(index.versions) == {"colour": "colour@1", "form": "form@1"}
            assert dict(index.skipped) == {"bad": "damaged"} and dict(index.settings) == {"backbone": "x"}
            assert index.rows_fitted == 30 and index.approximate is None and index.is_current()
            assert index.position("id4") == 4 and index.position("nobody") is None
            assert index.has("colour").all() and np.flatnonzero(~index.has("form")).tolist() == [3, 7]
            assert index.version == made.version and index.generation == made.generation

    @pytest.mark.parametrize("space", ["raw", "centred", "whitened"])
    def test_rows_are_the_vectors_in_their_space(self, folder, space):
        index, slow = self.both(folder, 60, missing=[5], space=space)
        for name in DIMS:
            rows = index.rows(name, ["id7", "id5", "id2"])
            expected = slow.rows(name, ["id7", "id5", "id2"])
            assert list(rows.ids) == ["id7", "id5", "id2"] and rows.units.dtype == np.float32
            assert rows.units == pytest.approx(expected.units, abs=1e-5)
            assert rows.norms == pytest.approx(expected.norms, rel=1e-5)
            assert rows.densities == pytest.approx(expected.densities, abs=1e-4)
        with pytest.raises(KeyError):
            index.rows("colour", ["id7", "nobody"])
        assert index.rows("colour", []).units.shape[0] == 0

    def test_a_scan_gives_all_rows_in_order(self, folder):
        index = self.made(folder, 30, missing=[3])
        for batch in (7, 30, 100):
            parts = list(index.scan("form", batch))
            assert [len(part.ids) for part in parts] == [len(names(30)[at : at + batch]) for at in range(0, 30, batch)]
            assert [i for part in parts for i in part.ids] == list(index.ids)
            whole = index.rows("form", index.ids)
            assert np.array_equal(np.concatenate([part.units for part in parts]), whole.units)
            assert np.array_equal(np.concatenate([part.densities for part in parts]), whole.densities)

    @COMMON
    @given(data=st.data())
    def test_nearest_is_the_slow_search(self, tmp_path_factory, data):
        """Any mix, metric and filter, queries and rows that lack features, and rows that are the query itself."""
        n = data.draw(st.integers(2, 25))
        missing = data.draw(st.sets(st.integers(0, n - 1), max_size=3))
        space = data.draw(st.sampled_from(["raw", "centred"]))
        index, slow = self.both(tmp_path_factory.mktemp("i"), n, data.draw(st.integers(0, 99)), missing, space)
        query = queries(index, data.draw(st.integers(100, 199)))
        query = {name: vector for name, vector in query.items() if data.draw(st.booleans())}
        weights = {
            "colour": data.draw(st.sampled_from([0.0, 0.3, 1.0])),
            "form": data.draw(st.sampled_from([0.0, 0.7])),
        }
        allowed = Selection(mask(n, data.draw(st.integers(0, 9)), data.draw(st.sampled_from([0.0, 0.3, 1.0]))))
        left_out = data.draw(st.sets(st.sampled_from(names(n)), max_size=3))
        arguments = (query, weights, data.draw(st.integers(1, 30)), allowed, data.draw(st.sampled_from(METRICS)))
        found = index.nearest(*arguments, left_out=left_out)
        assert_same(found, slow.nearest(*arguments, left_out=left_out))
        may = {painting_id for painting_id, passes in zip(index.ids, allowed.mask, strict=True) if passes}
        assert set(found.ids) <= may - left_out, "filters come before the search"
        assert found.exact and (np.diff(found.scores) <= 0).all()

    @pytest.mark.parametrize("metric", METRICS)
    def test_wanted_and_unwanted_directions_need_no_rows_of_their_own(self, folder, metric):
        """A query of several paintings, plus and minus, is one vector per feature."""
        index, slow = self.both(folder)
        colour = index.rows("colour", ["id1", "id2", "id3"]).units
        query = {"colour": colour[0] + colour[1] - 0.5 * colour[2]}
        left_out = {"id1", "id2", "id3"}
        found = index.nearest(query, {"colour": 1.0}, 10, metric=metric, left_out=left_out)
        assert_same(found, slow.nearest(query, {"colour": 1.0}, 10, metric=metric, left_out=left_out))
        assert not left_out & set(found.ids)

    def test_similarities_from_elsewhere_count_with_vectors(self, folder):
        index, slow = self.both(folder, 6)
        words = {"words": np.array([np.nan, 2.0, 4.0, np.nan, 0.5, np.nan])}
        alone = index.nearest({}, {"words": 1.0}, 6, further=words)
        assert list(alone.ids) == ["id2", "id1", "id4"]
        tied = {"words": np.array([np.nan, 2.0, 4.0, np.nan, 2.0, np.nan])}
        few = index.nearest({}, {"words": 1.0}, 2, further=tied)
        assert list(few.ids) == ["id2", "id1"] and few.exact and few.n_candidates == 3
        query = queries(index, 3)
        for weights in ({"words": 1.0}, {"words": 0.5, "colour": 0.5}):
            found = index.nearest(query, weights, 6, further=words)
            expected = slow.nearest(query, weights, 6, further=words)
            assert_same(found, expected)
            assert found.closer_than["words"] == pytest.approx(expected.closer_than["words"], nan_ok=True)

    def test_what_a_hit_is_closer_than_is_counted(self, folder):
        index, slow = self.both(folder, 30, missing=[3, 7])
        query = queries(index, 5)
        for weights in ({"colour": 0.6, "form": 0.4}, {"colour": 1.0}):
            found, expected = (one.nearest(query, weights, 8, left_out={"id0"}) for one in (index, slow))
            assert list(found.ids) == list(expected.ids)
            assert found.all_closer_than == pytest.approx(expected.all_closer_than, abs=self.COUNTED)
            for name in DIMS:
                assert found.closer_than[name] == pytest.approx(
                    expected.closer_than[name], abs=self.COUNTED, nan_ok=True
                )

    def test_a_feature_without_weight_is_reported_and_changes_nothing(self, folder):
        index = self.made(folder, missing=[3])
        query = queries(index, 2)
        both = index.nearest(query, {"colour": 1.0, "form": 0.0}, 30)
        alone = index.nearest({"colour": query["colour"]}, {"colour": 1.0}, 30)
        assert list(both.ids) == list(alone.ids) and np.array_equal(both.scores, alone.scores)
        there = [painting_id != "id3" for painting_id in both.ids]
        assert (np.isfinite(both.similarities["form"]) == there).all()
        assert np.nan_to_num(both.contributions["form"]).any() == np.False_

    def test_equal_scores_stand_in_row_order(self, folder):
        ids = names(12)
        same = np.repeat(np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0]], np.float32), 4, axis=0)
        index = self.create(folder, ids, hashes(ids), {"colour": FeatureVectors("colour@1", same)})
        found = index.nearest({"colour": same[0]}, {"colour": 1.0}, 6)
        assert list(found.ids) == [*ids[:4], *ids[8:10]]

    def test_rows_without_any_feature_that_counts_are_not_found(self, folder):
        index = self.made(folder, 10, missing=range(0, 10, 2))
        found = index.nearest(queries(index, 1), {"form": 1.0}, 10)
        assert set(found.ids) == set(names(10)[1::2]) and found.n_candidates == 5
        assert list(index.nearest({}, {"form": 1.0}, 10).ids) == []

    def test_an_index_of_one_row(self, folder):
        index = self.made(folder, 1)
        found = index.nearest(queries(index, 1), {"colour": 0.5, "form": 0.5}, 10)
        assert list(found.ids) == ["id0"] and np.isfinite(found.scores).all()
        assert list(index.nearest(queries(index, 1), {"colour": 1.0}, 10, left_out={"id0"}).ids) == []

    def test_an_index_that_has_become_empty_answers_and_grows_again(self, folder):
        index = self.made(folder, 3)
        query = queries(index, 1)
        empty = index.update([], [], {name: np.empty((0, dim), np.float32) for name, dim in DIMS.items()}, index.ids)
        for metric in METRICS:
            found = empty.nearest(query, {"colour": 1.0}, 5, metric=metric)
            assert len(empty) == 0 and list(found.ids) == [] and found.n_candidates == 0
        assert list(empty.scan("colour")) == [] and empty.has("colour").shape == (0,)
        again = empty.update(["a", "b"], ["1", "2"], vectors(2, 8), [])
        assert list(again.ids) == ["a", "b"] and len(self.reopened(folder, again)) == 2
        assert len(again.nearest(query, {"colour": 1.0}, 5).ids) == 2

    @COMMON
    @given(data=st.data())
    def test_updates_leave_what_a_plain_list_would_hold(self, tmp_path_factory, data):
        folder = tmp_path_factory.mktemp("i")
        index, slow = self.both(folder, 12, space="centred")
        first, generation, seen = index, index.generation, {index.version}
        query = queries(first, 7)
        before = first.nearest(query, {"colour": 0.6, "form": 0.4}, 12)
        for step in range(data.draw(st.integers(1, 6))):
            new = data.draw(st.lists(st.sampled_from(names(20)), unique=True, max_size=3))
            gone = data.draw(st.lists(st.sampled_from(names(20)), unique=True, max_size=4))
            rows = vectors(len(new), 100 + step, range(0, len(new), 2))
            keys = [f"hash-{name}-{step}" for name in new]
            index, slow = index.update(new, keys, rows, gone), slow.update(new, keys, rows, gone)
            opened = self.reopened(folder, index)
            assert list(opened.ids) == list(index.ids) == slow.ids and list(opened.hashes) == slow.hashes
            assert opened.version == index.version and opened.generation == generation
            if new or set(gone) & set(first.ids):
                seen.add(index.version)
            for metric in ("cosine", "l2"):
                arguments = (query, {"colour": 0.6, "form": 0.4}, 40)
                assert_same(opened.nearest(*arguments, metric=metric), slow.nearest(*arguments, metric=metric))
        still = first.nearest(query, {"colour": 0.6, "form": 0.4}, 12)
        assert list(still.ids) == list(before.ids) and np.array_equal(still.scores, before.scores), (
            "who has it open keeps it"
        )

    def test_another_version_after_each_change_and_the_old_one_is_stale(self, folder):
        index = self.made(folder)
        changed = index.update(["new"], ["h"], vectors(1, 5), [])
        removed = changed.update([], [], {name: np.empty((0, dim), np.float32) for name, dim in DIMS.items()}, ["id3"])
        assert len({index.version, changed.version, removed.version}) == 3
        assert index.generation == changed.generation == removed.generation
        assert not index.is_current() and not changed.is_current() and removed.is_current()

    def test_an_update_replaces_a_row_and_what_was_skipped(self, folder):
        index = self.made(folder)
        changed = index.update(["id5"], ["other"], vectors(1, 77), [], {"worse": "gone"})
        assert len(changed) == 30 and dict(changed.skipped) == {"worse": "gone"}
        assert changed.hashes[changed.position("id5")] == "other"
        query = {"colour": changed.space("colour")(vectors(1, 77)["colour"][0])}
        assert changed.nearest(query, {"colour": 1.0}, 1).ids[0] == "id5"
        kept = changed.update([], [], {name: np.empty((0, dim), np.float32) for name, dim in DIMS.items()}, ["id1"])
        assert dict(kept.skipped) == {"worse": "gone"}

    def test_readers_get_whole_states_while_another_writes(self, folder):
        """Each state that is read is one that was written: its newest row is found by its own vector."""
        index = self.made(folder, 10)
        rows = vectors(12, 50)
        stop, failures, seen = Event(), [], set()

        def read():
            while not stop.is_set():
                try:
                    opened = self.reopened(folder, index)
                    count = len(opened)
                    newest = opened.ids[-1]
                    if count > 10:
                        own = rows["colour"][int(newest.removeprefix("new"))]
                        assert opened.nearest({"colour": own}, {"colour": 1.0}, 1).ids[0] == newest
                    seen.add(count)
                except Exception as error:  # raised again in the main thread
                    failures.append(error)
                    return

        threads = [Thread(target=read) for _ in range(2)]
        for thread in threads:
            thread.start()
        for at in range(12):
            index = index.update([f"new{at}"], [f"h{at}"], {name: part[at : at + 1] for name, part in rows.items()}, [])
        stop.set()
        for thread in threads:
            thread.join(20)
        assert not failures and seen

    def test_asking_for_an_approximate_index_that_is_not_there(self, folder):
        index = self.made(folder)
        query = queries(index, 1)
        with raises(InputError, "no-approximate-index"):
            index.nearest(query, {"colour": 1.0}, 5, approximate=True)
        assert index.nearest(query, {"colour": 1.0}, 5, approximate=False).exact
        assert index.with_approximate(None).approximate is None
