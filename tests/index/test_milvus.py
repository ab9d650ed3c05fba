"""The index at a Milvus server keeps the contract, and what may go wrong there is said in a sentence."""

import uuid

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.index import Selection, create_index, damage_of, open_index, planned
from artextract.search.asking.filters import conditions
from tests.index import milvus_server
from tests.index.contract import IndexContract, features, hashes, names, queries, vectors
from tests.raising import raises

pytestmark = pytest.mark.skipif(not milvus_server.available(), reason=milvus_server.WHY_NOT)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with milvus_server.server(tmp_path_factory.mktemp("milvus")) as (address, ours):
        yield address, ours


@pytest.fixture(scope="module")
def address(running):
    return running[0]


@pytest.fixture(autouse=True)
def hardly_more_than_asked(monkeypatch):
    """So that the server chooses, of the few rows of a test too."""
    from artextract.index import milvus

    monkeypatch.setattr(milvus, "MARGIN", 2)


def store(address):
    return f"milvus://{address}/t_{uuid.uuid4().hex[:8]}"


class TestMilvusIndex(IndexContract):
    COUNTED = 0.08

    @pytest.fixture(autouse=True)
    def at(self, address):
        self.address = address

    def create(self, folder, *given):
        return create_index(folder, *given, store=store(self.address))

    def reopened(self, folder, index):
        return open_index(folder)


def made(folder, address, n=40, missing=(3, 7)):
    ids = names(n)
    return create_index(folder, ids, hashes(ids), features(n, missing=missing), store=store(address))


def test_filters_come_before_the_search_whichever_way_they_are_told(tmp_path, address, monkeypatch):
    """As the few rows that pass, as the few that do not, and never afterwards."""
    from artextract.index import milvus_filter

    index = made(tmp_path, address)
    query = queries(index, 4)
    monkeypatch.setattr(milvus_filter, "MOST_LISTED", 6)
    monkeypatch.setattr(milvus_filter, "FEW", 0)
    for passing in (range(5), range(3, 40)):
        allowed = Selection(np.isin(np.arange(40), list(passing)))
        found = index.nearest(query, {"colour": 0.5, "form": 0.5}, 5, allowed)
        assert len(found.ids) == 5 and {index.position(hit) for hit in found.ids} <= set(passing)
    with raises(InputError, "filter-not-in-store"):
        index.nearest(query, {"colour": 1.0}, 5, Selection(np.arange(40) % 2 == 0))
    alone = index.nearest(query, {"form": 1.0}, 40)
    assert not {"id3", "id7"} & set(alone.ids), "what lacks the feature is not found"


def test_writing_anew_lets_the_name_mean_another_collection_and_the_old_reader_is_told(tmp_path, address):
    where = store(address)
    ids = names(10)
    first = create_index(tmp_path, ids, hashes(ids), features(10), store=where)
    second = create_index(tmp_path, ids, hashes(ids), features(10, seed=5), store=where)
    assert second.server.published(second.address.name) == second.state["collection"] != first.state["collection"]
    assert not first.is_current() and second.is_current()
    with raises(InputError, "store-gone"):
        first.nearest(queries(second, 1), {"colour": 1.0}, 3)
    assert len(second.nearest(queries(second, 1), {"colour": 1.0}, 3).ids) == 3


def test_an_index_goes_to_a_store_and_comes_back(tmp_path, address):
    ids = names(10)
    embedded = create_index(tmp_path, ids, hashes(ids), features(10))
    query = queries(embedded, 2)
    before = embedded.nearest(query, {"colour": 0.5, "form": 0.5}, 5)
    there = create_index(tmp_path, ids, hashes(ids), features(10), store=store(address))
    assert planned(tmp_path)["store"] == there.address.text and not (tmp_path / "config.json").exists()
    found = open_index(tmp_path).nearest(query, {"colour": 0.5, "form": 0.5}, 5)
    assert list(found.ids) == list(before.ids) and found.scores == pytest.approx(before.scores, abs=1e-5)
    create_index(tmp_path, ids, hashes(ids), features(10))
    assert planned(tmp_path)["store"] is None and there.server.published(there.address.name) == ""


def test_what_was_removed_leaves_the_server_when_much_has_gathered(tmp_path, address, monkeypatch):
    from artextract.index import milvus

    monkeypatch.setattr(milvus, "MOST_DEAD", 3)
    index = made(tmp_path, address)
    nothing = {name: rows[:0] for name, rows in vectors(1).items()}
    fewer = index.update([], [], nothing, ["id1", "id2"])
    assert fewer.server.count(fewer.state["collection"], written=True) == 40
    fewest = fewer.update([], [], nothing, ["id4", "id5"])
    assert fewest.server.count(fewest.state["collection"], written=True) == 36 and len(fewest) == 36
    fewest.require_rows()


def test_a_graph_proposes_for_every_mix(tmp_path, address):
    ids = names(400)
    index = create_index(tmp_path, ids, hashes(ids), features(400), store=store(address))
    exact = {}
    mixes = [{"colour": 0.5, "form": 0.5}, {"colour": 1.0}, {"colour": 0.05, "form": 0.95}]
    query = queries(index, 3)
    for place, mix in enumerate(mixes):
        exact[place] = index.nearest(query, mix, 10)
    graph = index.with_approximate({"colour": 0.5, "form": 0.5})
    assert graph.approximate is not None and not index.is_current()
    for place, mix in enumerate(mixes):
        found = graph.nearest(query, mix, 10)
        assert not found.exact and list(found.ids) == list(exact[place].ids)
    with raises(InputError, "no-exact-search"):
        graph.nearest(query, mixes[0], 10, approximate=False)


@pytest.mark.parametrize(
    "text, code",
    [
        ("milvus://host", "invalid-store"),
        ("http://host:1/name", "invalid-store"),
        ("milvus://host:x/name", "invalid-store"),
        ("milvus://host:1/a-b", "invalid-store"),
        ("milvus://me:secret@host:1/name", "password-in-address"),
        ("milvus://127.0.0.1:9/name", "store-unreachable"),
    ],
)
def test_an_address_that_will_not_do(tmp_path, monkeypatch, text, code):
    from artextract.index import milvus_client

    monkeypatch.setattr(milvus_client, "SECONDS", 2.0)
    ids = names(3)
    with raises(InputError, code) as caught:
        create_index(tmp_path, ids, hashes(ids), features(3), store=text)
    assert "secret" not in caught.value.message + caught.value.hint
    assert not (tmp_path / "store.json").exists()


def test_a_server_that_goes_away_and_comes_back(tmp_path, running):
    address, ours = running
    if ours is None:
        pytest.skip("the server is not ours to kill")
    index = made(tmp_path, address)
    query = queries(index, 6)
    before = index.nearest(query, {"colour": 1.0}, 5)
    ours.kill()
    with raises(InputError, "store-unreachable"):
        index.nearest(query, {"colour": 1.0}, 5)
    with raises(InputError, "store-unreachable"):
        index.update(["new"], ["h"], vectors(1), [])
    assert open_index(tmp_path).is_current() and len(open_index(tmp_path)) == 40
    ours.start()
    after = open_index(tmp_path).nearest(query, {"colour": 1.0}, 5)
    assert list(after.ids) == list(before.ids) and after.scores == pytest.approx(before.scores, abs=1e-6)
    grown = open_index(tmp_path).update(["new"], ["h"], vectors(1, 9), [])
    assert len(grown) == 41
    grown.require_rows()


def test_a_collection_that_somebody_dropped(tmp_path, address):
    index = made(tmp_path, address)
    index.server.withdraw(index.address.name, index.state["collection"])
    with raises(InputError, "store-gone"):
        index.nearest(queries(index, 1), {"colour": 1.0}, 5)
    with raises(InputError, "store-gone"):
        open_index(tmp_path, check=True)


def test_a_server_that_is_too_old(tmp_path, address, monkeypatch):
    from artextract.index import milvus_client

    monkeypatch.setattr(milvus_client, "OLDEST", (99, 0))
    with raises(InputError, "store-version"):
        made(tmp_path, address)


@pytest.mark.parametrize("file", ["store.json", "rows-*.json", "columns-*.npz"])
def test_damage_to_what_the_folder_keeps(tmp_path, address, file):
    made(tmp_path, address)
    path = next(tmp_path.glob(file))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with raises(InputError, "index-damaged"):
        open_index(tmp_path)
    assert damage_of(tmp_path)


COLUMNS = {
    "style": np.array([["cubism", "impressionism", None, "fauvism"][n % 4] for n in range(40)], dtype=object),
    "lot": np.array([np.nan if n % 5 == 0 else n for n in range(40)]),
    "year": (
        np.array([np.nan if n % 10 == 0 else 1500.0 + n for n in range(40)]),
        np.array([np.nan if n % 10 == 0 else 1505.0 + n for n in range(40)]),
    ),
}


@pytest.mark.parametrize(
    "condition, passes",
    [
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
    ],
)
def test_filters_are_told_by_columns(labelled, condition, passes, monkeypatch):
    """Rows cannot be named here, so an answer is one by columns; hand-worked."""
    from artextract.index import milvus_filter

    monkeypatch.setattr(milvus_filter, "MOST_LISTED", 0)
    mask = np.array([bool(passes(n)) for n in range(40)])
    found = labelled.nearest(
        queries(labelled, 4), {"colour": 1.0}, 40, Selection(mask, conditions(["".join(condition)]))
    )
    assert {labelled.position(hit) for hit in found.ids} == set(np.flatnonzero(mask).tolist())


@pytest.fixture(scope="module")
def labelled(tmp_path_factory, address):
    ids = names(40)
    folder = tmp_path_factory.mktemp("labelled")
    return create_index(folder, ids, hashes(ids), features(40), store=store(address), columns=COLUMNS)


@pytest.mark.parametrize("condition", [("style", "~", "cub"), ("nothing", "=", "x"), ("style", "=", "fauvism")])
def test_a_filter_that_cannot_be_told_is_refused(labelled, condition, monkeypatch):
    """By a text, by a column that is not there, and where the labels of the table are others by now."""
    from artextract.index import milvus_filter

    monkeypatch.setattr(milvus_filter, "MOST_LISTED", 0)
    with raises(InputError, "filter-not-in-store"):
        labelled.nearest(
            queries(labelled, 4), {"colour": 1.0}, 5, Selection(np.arange(40) < 20, conditions(["".join(condition)]))
        )
