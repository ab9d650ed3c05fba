"""What every index at a server promises beyond ``IndexContract``: filters that it applies itself, writing anew beside
the old, and a sentence for what may go wrong there."""

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.index import Selection, create_index, damage_of, open_index, planned
from artextract.labels import canonical_key
from artextract.search.asking.filters import conditions
from tests.index.contract import IndexContract, features, hashes, names, queries, vectors
from tests.raising import raises

COLUMNS = {
    "style": np.array([["cubism", "impressionism", None, "fauvism"][n % 4] for n in range(40)], dtype=object),
    "lot": np.array([np.nan if n % 5 == 0 else n for n in range(40)]),
    "year": (
        np.array([np.nan if n % 10 == 0 else 1500.0 + n for n in range(40)]),
        np.array([np.nan if n % 10 == 0 else 1505.0 + n for n in range(40)]),
    ),
}
CONDITIONS = [
    (("style", "=", "Cubism"), lambda n: n % 4 == 0),
    (("Style", "=", "cubism|Impressionism"), lambda n: n % 4 < 2),
    (("style", "!=", "Cubism"), lambda n: n % 4 != 0),
    (("style", "=", "unknown"), lambda n: n % 4 == 2),
    (("lot", ">=", "12"), lambda n: n >= 12 and n % 5),
    (("lot", "=", "3..30"), lambda n: 3 <= n <= 30 and n % 5),
    (("lot", "!=", "7"), lambda n: n != 7),
    (("lot", "<", "20"), lambda n: n < 20 and n % 5),
    (("year", "=", "1510"), lambda n: n % 10 and 5 <= n <= 10),
    (("year", "=", "1510..1520"), lambda n: n % 10 and 5 <= n <= 20),
    (("year", "<<", "1520"), lambda n: n % 10 and n < 15),
    (("year", ">=", "1520"), lambda n: n % 10 and n >= 15),
    (("year", "=", "unknown"), lambda n: n % 10 == 0),
    (("year", "!=", "1510"), lambda n: not (n % 10 and 5 <= n <= 10)),
]


def nothing():
    return {name: rows[:0] for name, rows in vectors(1).items()}


def labelled_index(folder, address):
    """Forty rows with ``COLUMNS``."""
    ids = names(40)
    return create_index(folder, ids, hashes(ids), features(40), store=address, columns=COLUMNS)


class RemoteContract(IndexContract):
    """Modules of subclasses have the fixtures ``store``, a new address at each call, ``running``, the server as
    ``Running`` where it is ours to end, else None, and ``labelled``, a ``labelled_index``."""

    @pytest.fixture(autouse=True)
    def hardly_more_than_asked(self, monkeypatch):
        """So that the server chooses, of the few rows of a test too."""
        from artextract.index import remote_search

        monkeypatch.setattr(remote_search, "MARGIN", 2)

    @pytest.fixture(autouse=True)
    def stored(self, store):
        self.store = store

    def create(self, folder, *given):
        return create_index(folder, *given, store=self.store())

    def reopened(self, folder, index):
        return open_index(folder)

    def forty(self, folder, missing=(3, 7), **more):
        ids = names(40)
        return create_index(folder, ids, hashes(ids), features(40, missing=missing), store=self.store(), **more)

    @pytest.fixture
    def few_listed(self, labelled, monkeypatch):
        """None may be named: an answer is one by columns."""
        from artextract.index import remote_filter

        monkeypatch.setattr(remote_filter, "FEW", -1)
        monkeypatch.setattr(type(labelled.server), "most_listed", -1)

    def test_filters_come_before_the_search_whichever_way_they_are_reported(self, folder, monkeypatch):
        """As the few rows that pass, as the few that do not, and never afterwards."""
        from artextract.index import remote_filter

        index = self.forty(folder)
        query = queries(index, 4)
        monkeypatch.setattr(type(index.server), "most_listed", 6)
        monkeypatch.setattr(remote_filter, "FEW", 0)
        for passing in (range(5), range(3, 40)):
            allowed = Selection(np.isin(np.arange(40), list(passing)))
            found = index.nearest(query, {"colour": 0.5, "form": 0.5}, 5, allowed)
            assert len(found.ids) == 5 and {index.position(hit) for hit in found.ids} <= set(passing)
        with raises(InputError, "filter-not-in-store"):
            index.nearest(query, {"colour": 1.0}, 5, Selection(np.arange(40) % 2 == 0))
        alone = index.nearest(query, {"form": 1.0}, 40)
        assert not {"id3", "id7"} & set(alone.ids), "what lacks the feature is not found"

    @pytest.mark.parametrize("condition, passes", CONDITIONS)
    def test_filters_are_reported_by_columns(self, labelled, few_listed, condition, passes):
        """Hand-worked."""
        mask = np.array([bool(passes(n)) for n in range(40)])
        found = labelled.nearest(
            queries(labelled, 4), {"colour": 1.0}, 40, Selection(mask, conditions(["".join(condition)]))
        )
        assert {labelled.position(hit) for hit in found.ids} == set(np.flatnonzero(mask).tolist())

    @pytest.mark.parametrize("condition", [("style", "~", "cub"), ("nothing", "=", "x"), ("style", "=", "fauvism")])
    def test_a_filter_that_cannot_be_reported_is_refused(self, labelled, few_listed, condition):
        """By a text, by a column that is not there, and where the labels of the table are others by now."""
        allowed = Selection(np.arange(40) < 20, conditions(["".join(condition)]))
        with raises(InputError, "filter-not-in-store"):
            labelled.nearest(queries(labelled, 4), {"colour": 1.0}, 5, allowed)

    def test_labels_of_rows_that_were_added_are_kept(self, folder, monkeypatch):
        """And those of a column that holds other things by now are not."""
        from artextract.index import remote_filter

        index = self.forty(folder, columns=COLUMNS)
        style = 'de l\'or "à 100 %s"'
        texts = (np.array([text], dtype=object) for text in (canonical_key(style), "seven"))
        added = dict(zip(("style", "lot"), texts, strict=True))
        index = index.update(["new"], ["h"], vectors(1, 9), [], columns=added)
        monkeypatch.setattr(remote_filter, "FEW", -1)
        monkeypatch.setattr(type(index.server), "most_listed", -1)
        for asked in (f"style={style}", "lot=unknown"):
            mask = np.array([asked.startswith("lot") and n % 5 == 0 for n in range(40)] + [True])
            found = index.nearest(queries(index, 4), {"colour": 1.0}, 40, Selection(mask, conditions([asked])))
            assert {index.position(hit) for hit in found.ids} == set(np.flatnonzero(mask).tolist())

    def test_writing_anew_lets_the_name_mean_another_collection_and_the_old_reader_is_reported(self, folder):
        where = self.store()
        ids = names(10)
        first = create_index(folder, ids, hashes(ids), features(10), store=where)
        second = create_index(folder, ids, hashes(ids), features(10, seed=5), store=where)
        assert second.server.published(second.address.name) == second.state["collection"] != first.state["collection"]
        assert not first.is_current() and second.is_current()
        with raises(InputError, "store-gone"):
            first.nearest(queries(second, 1), {"colour": 1.0}, 3)
        assert len(second.nearest(queries(second, 1), {"colour": 1.0}, 3).ids) == 3

    def test_an_index_goes_to_a_store_and_comes_back(self, folder):
        ids = names(10)
        embedded = create_index(folder, ids, hashes(ids), features(10))
        query = queries(embedded, 2)
        before = embedded.nearest(query, {"colour": 0.5, "form": 0.5}, 5)
        there = create_index(folder, ids, hashes(ids), features(10), store=self.store())
        assert planned(folder)["store"] == there.address.text and not (folder / "config.json").exists()
        found = open_index(folder).nearest(query, {"colour": 0.5, "form": 0.5}, 5)
        assert list(found.ids) == list(before.ids) and found.scores == pytest.approx(before.scores, abs=1e-5)
        create_index(folder, ids, hashes(ids), features(10))
        assert planned(folder)["store"] is None and there.server.published(there.address.name) == ""

    def test_what_was_removed_leaves_the_server_when_much_has_gathered(self, folder, monkeypatch):
        from artextract.index import remote

        monkeypatch.setattr(remote, "MOST_DEAD", 3)
        index = self.forty(folder)
        fewer = index.update([], [], nothing(), ["id1", "id2"])
        fewer.server.settle(fewer.state["collection"])
        assert fewer.server.count(fewer.state["collection"]) == 40
        fewest = fewer.update([], [], nothing(), ["id4", "id5"])
        assert fewest.server.count(fewest.state["collection"]) == 36 and len(fewest) == 36
        fewest.require_rows()

    def test_a_graph_proposes_for_every_mix(self, folder, monkeypatch):
        ids = names(400)
        index = create_index(folder, ids, hashes(ids), features(400), store=self.store())
        monkeypatch.setattr(type(index.server), "exact_up_to", min(1, index.server.exact_up_to))
        mixes = [{"colour": 0.5, "form": 0.5}, {"colour": 1.0}, {"colour": 0.05, "form": 0.95}]
        query = queries(index, 3)
        exact = [index.nearest(query, mix, 10) for mix in mixes]
        graph = index.with_approximate(mixes[0])
        assert graph.approximate is not None and not index.is_current()
        for mix, expected in zip(mixes, exact, strict=True):
            found = graph.nearest(query, mix, 10)
            assert not found.exact and list(found.ids) == list(expected.ids)
        if graph.server.exact_up_to:
            assert graph.nearest(query, mixes[0], 10, approximate=False).exact
        else:
            with raises(InputError, "no-exact-search"):
                graph.nearest(query, mixes[0], 10, approximate=False)
        assert graph.with_approximate(None).nearest(query, mixes[0], 10).exact

    def test_a_server_that_goes_away_and_comes_back(self, folder, running):
        if running is None:
            pytest.skip("the server is not ours to kill")
        index = self.forty(folder)
        query = queries(index, 6)
        before = index.nearest(query, {"colour": 1.0}, 5)
        running.kill()
        with raises(InputError, "store-unreachable"):
            index.nearest(query, {"colour": 1.0}, 5)
        with raises(InputError, "store-unreachable"):
            index.update(["new"], ["h"], vectors(1), [])
        assert open_index(folder).is_current() and len(open_index(folder)) == 40
        running.start()
        after = open_index(folder).nearest(query, {"colour": 1.0}, 5)
        assert list(after.ids) == list(before.ids) and after.scores == pytest.approx(before.scores, abs=1e-6)
        grown = open_index(folder).update(["new"], ["h"], vectors(1, 9), [])
        assert len(grown) == 41
        grown.require_rows()

    def test_a_collection_that_somebody_dropped(self, folder):
        index = self.forty(folder)
        index.server.withdraw(index.address.name, index.state["collection"])
        with raises(InputError, "store-gone"):
            index.nearest(queries(index, 1), {"colour": 1.0}, 5)
        with raises(InputError, "store-gone"):
            open_index(folder, check=True)

    @pytest.mark.parametrize("file", ["store.json", "rows-*.json", "columns-*.npz"])
    def test_damage_to_what_the_folder_keeps(self, folder, file):
        self.forty(folder)
        path = next(folder.glob(file))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        with raises(InputError, "index-damaged"):
            open_index(folder)
        assert damage_of(folder)
