"""The index at a Milvus server keeps the contract, and what may go wrong there is said in a sentence."""

import uuid

import pytest

from artextract.errors import InputError
from artextract.index import create_index
from tests.index import milvus_server
from tests.index.contract import features, hashes, names
from tests.index.remote import RemoteContract, labelled_index
from tests.raising import raises

pytestmark = pytest.mark.skipif(not milvus_server.available(), reason=milvus_server.WHY_NOT)


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    with milvus_server.server(tmp_path_factory.mktemp("milvus")) as (address, ours):
        yield address, ours


@pytest.fixture(scope="module")
def store(at):
    return lambda: f"milvus://{at[0]}/t_{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def running(at):
    return at[1]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory, store):
    return labelled_index(tmp_path_factory.mktemp("labelled"), store())


class TestMilvusIndex(RemoteContract):
    def test_a_server_that_is_too_old(self, folder, monkeypatch):
        from artextract.index import milvus_client

        monkeypatch.setattr(milvus_client, "OLDEST", (99, 0))
        with raises(InputError, "store-version"):
            self.forty(folder)


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


@pytest.mark.parametrize("said", ["collection not loaded", "leader not available: node offline[node=1]"])
def test_a_server_that_needs_a_while_is_asked_again(monkeypatch, said):
    from artextract.index import milvus_client

    server = milvus_client.MilvusServer("milvus://127.0.0.1:9/name")
    server._open, asked = object(), []

    def work(client):
        asked.append(client)
        if len(asked) < 3:
            raise RuntimeError(f"failed to search: {said}")
        return "found"

    monkeypatch.setattr(milvus_client.time, "sleep", lambda seconds: None)
    assert server._asked(work) == "found"
    monkeypatch.setattr(milvus_client, "LOADING", 0.0)
    asked.clear()
    with raises(InputError, "store-loading"):
        server._asked(work)


def test_an_authority_that_is_not_there(monkeypatch):
    from artextract.index import milvus_client

    monkeypatch.setenv(milvus_client.AUTHORITY, "/nowhere.pem")
    with raises(InputError, "store-authority", "/nowhere.pem"):
        milvus_client.MilvusServer("milvus+tls://127.0.0.1:9/name").check()
