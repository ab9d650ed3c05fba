"""The index in a PostgreSQL database keeps the contract, and what may go wrong there is said in a sentence."""

import uuid

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.index import Selection, create_index, open_index
from tests.index import postgres_server
from tests.index.contract import features, hashes, names, queries, vectors
from tests.index.remote import RemoteContract, labelled_index, nothing
from tests.raising import raises

pytestmark = pytest.mark.skipif(not postgres_server.available(), reason=postgres_server.WHY_NOT)


@pytest.fixture(scope="module")
def running():
    with postgres_server.server() as running, pytest.MonkeyPatch.context() as patched:
        patched.setenv("ARTEXTRACT_POSTGRES_PASSWORD", postgres_server.PASSWORD)
        yield running


@pytest.fixture(scope="module")
def store(running):
    return lambda: running.address(f"t_{uuid.uuid4().hex[:8]}")


@pytest.fixture(scope="module")
def labelled(tmp_path_factory, store):
    return labelled_index(tmp_path_factory.mktemp("labelled"), store())


def few(folder, address, n=3):
    ids = names(n)
    return create_index(folder, ids, hashes(ids), features(n), store=address)


class TestPostgresIndex(RemoteContract):
    def test_a_server_that_is_too_old(self, folder, monkeypatch):
        from artextract.index import postgres_access

        for oldest in ("OLDEST", "OLDEST_VECTORS"):
            with monkeypatch.context() as patched:
                patched.setattr(postgres_access, oldest, (99,))
                with raises(InputError, "store-version"):
                    self.forty(folder)


def test_a_password_that_is_wrong_or_not_there(tmp_path, store, monkeypatch):
    for password in ("wrong", ""):
        monkeypatch.setenv("ARTEXTRACT_POSTGRES_PASSWORD", password)
        with raises(InputError, "store-refused"):
            few(tmp_path, store())


def test_the_variables_of_postgresql_are_read(tmp_path, store, monkeypatch):
    monkeypatch.delenv("ARTEXTRACT_POSTGRES_PASSWORD")
    monkeypatch.setenv("PGPASSWORD", postgres_server.PASSWORD)
    assert len(few(tmp_path, store())) == 3


def test_a_user_who_may_only_read(tmp_path, running, store):
    running.sql(f"create role reader login password '{postgres_server.PASSWORD}'")
    running.sql("alter default privileges in schema public grant select on tables to reader")
    address = running.address(f"t_{uuid.uuid4().hex[:8]}", user="reader")
    with raises(InputError, "store-refused"):
        few(tmp_path / "own", address)
    index = few(tmp_path / "given", address.replace("reader@", "postgres@"))
    state = index.state | {"store": address}
    read = type(index)(index.folder, state)
    query = queries(index, 1)
    assert list(read.nearest(query, {"colour": 1.0}, 3).ids) == list(index.nearest(query, {"colour": 1.0}, 3).ids)
    with raises(InputError, "store-refused"):
        read.server.delete(read.state["collection"], [1])
    assert len(index.nearest(query, {"colour": 1.0}, 3).ids) == 3


def test_a_database_without_the_extension(tmp_path, running):
    running.sql(f"create role plain login password '{postgres_server.PASSWORD}'")
    running.sql("create database bare owner plain")
    address = running.address("paintings", user="plain", database="bare")
    with raises(InputError, "store-extension-missing") as caught:
        few(tmp_path, address)
    assert "CREATE EXTENSION vector" in caught.value.hint
    running.sql("create extension vector", database="bare")
    assert len(few(tmp_path, address)) == 3, "once it is there"


def test_a_database_that_is_not_there(tmp_path, running):
    with raises(InputError, "store-failed") as caught:
        few(tmp_path, running.address("paintings", database="nowhere"))
    assert "nowhere" in caught.value.message


def test_a_name_that_something_else_has_is_left_alone(tmp_path, running):
    running.sql("create table objects (id int); insert into objects values (1)")
    with raises(InputError, "store-name-taken"):
        few(tmp_path, running.address("objects"))
    assert running.sql("select count(*) from objects") == "1"


def test_a_schema_and_grants_on_the_view_stay(tmp_path, running):
    running.sql("create schema museum; create role guest; grant usage on schema museum to guest")
    address = running.address("museum.paintings")
    few(tmp_path, address)
    running.sql("grant select on museum.paintings to guest")
    index = few(tmp_path, address, n=5)
    assert running.sql("set role guest; select count(*) from museum.paintings") == "5"
    tables = running.sql("select count(*) from pg_tables where schemaname = 'museum'")
    assert tables == "1", "the table before is gone"
    index.update(["new"], ["h"], vectors(1), [])


def test_sixteen_bits_take_no_more(tmp_path, store):
    ids = names(60)
    index = create_index(tmp_path, ids, hashes(ids), features(60), dtype="float16", store=store())
    exact = create_index(tmp_path / "exact", ids, hashes(ids), features(60))
    query = queries(index, 2)
    found, expected = (one.nearest(query, {"colour": 0.5, "form": 0.5}, 10) for one in (index, exact))
    assert found.scores == pytest.approx(expected.scores, abs=2e-3)
    assert "exact" not in index.server.database.asked(
        lambda connection: connection.fetchval(
            "select string_agg(attname, ' ') from pg_attribute where attrelid = $1::regclass", index.state["collection"]
        )
    )


def test_more_numbers_than_a_graph_or_a_vector_may_have(tmp_path, store, monkeypatch):
    from artextract.index import postgres_client

    index = few(tmp_path, store())
    monkeypatch.setattr(postgres_client, "MOST_GRAPH_DIMS", 10)
    with raises(InputError, "store-too-wide"):
        index.with_approximate({"colour": 1.0})
    assert open_index(tmp_path).approximate is None
    monkeypatch.setattr(postgres_client, "MOST_DIMS", 12)
    with raises(InputError, "store-too-wide") as caught:
        few(tmp_path / "wider", store())
    assert "15 numbers" in caught.value.message


def test_filters_come_before_the_search_with_a_graph_too(tmp_path, store, monkeypatch):
    """Where few pass all of these are looked at, and where many pass the graph is walked until enough are found."""
    ids = names(1500)
    index = create_index(tmp_path, ids, hashes(ids), features(1500), store=store()).with_approximate({"colour": 1.0})
    embedded = create_index(tmp_path / "embedded", ids, hashes(ids), features(1500))
    query, mix = queries(index, 5), {"colour": 1.0}
    one_in_a_hundred, one_in_four = (Selection(np.arange(1500) % part == 0) for part in (100, 4))
    found = index.nearest(query, mix, 10, one_in_a_hundred)
    assert found.exact and list(found.ids) == list(embedded.nearest(query, mix, 10, one_in_a_hundred).ids)
    monkeypatch.setattr(type(index.server), "exact_up_to", 1)
    walked = index.nearest(query, mix, 10, one_in_four)
    assert not walked.exact and list(walked.ids) == list(embedded.nearest(query, mix, 10, one_in_four).ids)


@pytest.mark.parametrize(
    "text, code",
    [
        ("postgresql://host/name", "invalid-store"),
        ("postgresql://host/database/a-b", "invalid-store"),
        ("postgresql://host/database/name?application_name=x", "invalid-store"),
        ("postgresql://host:x/database/name", "invalid-store"),
        ("postgresql://me@127.0.0.1:9/database/name?sslmode=never", "invalid-store"),
        ("postgresql://me:secret@host/database/name", "password-in-address"),
        ("postgresql://me@host/database/name?password=secret", "password-in-address"),
        ("postgresql://me@127.0.0.1:9/database/name", "store-unreachable"),
    ],
)
def test_an_address_that_will_not_do(tmp_path, text, code):
    with raises(InputError, code) as caught:
        few(tmp_path, text)
    assert "secret" not in caught.value.message + caught.value.hint
    assert not (tmp_path / "store.json").exists()


def test_a_connection_that_is_asked_for_and_cannot_be_encrypted(tmp_path, running):
    with raises(InputError, "store-refused") as caught:
        few(tmp_path, running.address("paintings").replace("disable", "require"))
    assert "sslmode" in caught.value.hint


def test_nothing_is_left_of_an_update_that_was_not_finished(tmp_path, store):
    """Rows that were sent before the folder was written are nobody's, and are written over."""
    index = few(tmp_path, store(), n=10)
    interrupted = index.update(["a"], ["h"], vectors(1, 4), [])
    assert interrupted.server.count(index.state["collection"]) == 11
    query = queries(index, 3)
    assert len(index.nearest(query, {"colour": 1.0}, 20).ids) == 10, "the rows after the last one are not found"
    assert len(interrupted.update([], [], nothing(), ["a"]).nearest(query, {"colour": 1.0}, 20).ids) == 10
