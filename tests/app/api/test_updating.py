"""A collection is brought up to date behind the page, where the server was started for that."""

import shutil
import threading
import time

import pytest

from artextract.app import updating as module
from artextract.app.api import create_app
from artextract.app.updating import Updating
from artextract.errors import InputError
from artextract.search.update import Update
from tests.app.api.conftest import client_of
from tests.raising import raises


@pytest.fixture
def folder(indexed_collection, tmp_path):
    """An indexed collection whose index lies beside it."""
    folder = shutil.copytree(indexed_collection, tmp_path / "paintings-artextract")
    (folder / "index").rename(tmp_path / "index")
    return folder


def until(client, state):
    for _ in range(6000):
        answer = client.get("/api/updating").json()
        if answer["job"]["state"] == state:
            return answer
        time.sleep(0.01)
    raise AssertionError(answer)


def test_an_index_that_is_still_made(folder, monkeypatch):
    reached, go_on = threading.Event(), threading.Event()

    def work(collection, model, progress):
        for number in progress(range(3), 3, "computing palette"):
            if number == 1:
                reached.set()
                go_on.wait(20)
        (folder.parent / "index").rename(folder / "index")
        return Update(24, 2, 1, 0, 3, 24, index_written=True, table_written=False)

    monkeypatch.setattr(module, "bring_up_to_date", work)
    with client_of(create_app(folder, updating=Updating(folder))) as client:
        assert reached.wait(20)
        answer = client.get("/api/updating").json()
        assert answer["possible"] and not answer["indexed"]
        assert (answer["job"]["caption"], answer["job"]["done"], answer["job"]["total"]) == ("computing palette", 1, 3)
        facts = client.get("/api/collection").json()
        assert facts["name"] == "paintings" and facts["n"] == 24 and facts["features"] == [] == facts["presets"]
        assert not any(facts["can"][name] for name in ("search", "map", "compare", "review", "study"))
        assert facts["can"]["update"]
        assert client.get("/api/paintings?where=genre=discs&sort=-year").json()["total"] > 0
        assert client.get("/api/paintings/p00").json()["colours"]
        assert client.post("/api/search", json={"words": "red bands", "k": 2}).json()["hits"]
        refused = client.post("/api/search", json={"id": "p00"})
        assert refused.status_code in (400, 422) and refused.json()["error"]["code"] != "server-error"
        before = client.get("/api/health").json()["index"]
        go_on.set()
        answer = until(client, "done")
        assert answer["indexed"] and (answer["new"], answer["changed"], answer["skipped"]) == (2, 1, 3)
        assert client.get("/api/health").json()["index"] == answer["index"] != before
        assert client.get("/api/collection").json()["can"]["search"]
        assert client.post("/api/search", json={"id": "p00", "k": 3}).json()["hits"]


def test_it_can_be_asked_for_again_after_it_failed(folder, monkeypatch):
    def work(collection, model, progress):
        raise InputError("the folder is gone", "put it back")

    monkeypatch.setattr(module, "bring_up_to_date", work)
    with client_of(create_app(folder, updating=Updating(folder))) as client:
        assert until(client, "failed")["job"]["message"] == "the folder is gone"
        monkeypatch.setattr(module, "bring_up_to_date", lambda *_: Update(24, 0, 0, 0, 0, 24, False, False))
        assert client.post("/api/updating").status_code == 200
        assert until(client, "done")["new"] == 0


def test_a_server_that_was_not_started_for_it(client):
    answer = client.get("/api/updating").json()
    assert not answer["possible"] and answer["job"] is None and answer["indexed"]
    refused = client.post("/api/updating")
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "updating-not-allowed"


def test_without_updates_there_has_to_be_an_index(folder):
    with raises(InputError, "no-index"):
        create_app(folder)
