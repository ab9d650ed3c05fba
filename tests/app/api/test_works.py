"""Duplicates and versions over HTTP, and what is decided about them."""

import time

import pytest

from artextract.app.api import create_app
from artextract.app.serving import Serving
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.app.test_groups_command import collection  # noqa: F401


@pytest.fixture
def client(collection):  # noqa: F811
    with client_of(create_app(collection)) as client:
        yield client


def computed(client, path: str, **asked) -> dict:
    for _ in range(3000):
        answer = client.get(path, params={"start": True, **asked}).json()
        if answer["done"]:
            return answer
        assert answer["job"]["state"] in ("waiting", "running"), answer
        time.sleep(0.05)
    raise AssertionError("it did not end")


def pairs(page: dict) -> list[tuple]:
    return [(m["to"], m["painting"]["id"], m["kind"]) for group in page["groups"] for m in group if m["to"]]


def test_a_public_server_neither_looks_nor_offers_to(collection):  # noqa: F811
    with client_of(create_app(collection, serving=Serving(public=True))) as client:
        path = "/api/works/duplicates"
        assert client.get(path).json()["job"] is None and client.get("/api/collection").json()["can"]["decide"] is False
        assert error_of(client.get(path, params={"start": True}), 403)["code"] == "works-not-allowed"


def test_they_are_looked_for_once_decided_on_and_kept(client, collection):  # noqa: F811
    path = "/api/works/duplicates"
    before = client.get(path).json()
    assert (before["done"], before["job"], before["groups"]) == (False, None, []), "looking is begun by people"
    found = computed(client, path)
    assert [(a, b) for a, b, _ in pairs(found)] == [("p00", "p07"), ("p01", "p08")]
    detail = next(m for group in found["groups"] for m in group if m["kind"] == "detail")
    assert detail["rectangle"] and found["counts"] == {"open": 2, "decided": 0, "different": 0, "all": 2}

    asked = {"first": "p07", "second": "p00", "verdict": "different", "reviewer": "Ada"}
    different = client.post("/api/works/decisions", json=asked).json()
    client.post("/api/works/decisions", json={**asked, "first": "p08", "second": "p01", "verdict": "same work"})
    after = client.get(path).json()
    assert after["counts"] == {"open": 0, "decided": 1, "different": 1, "all": 1} and after["groups"] == []
    (decided,) = client.get(path, params={"state": "decided"}).json()["groups"]
    assert decided[1]["decision"]["verdict"] == "same work"
    assert pairs(client.get(path, params={"state": "different"}).json())[0][:2] == ("p00", "p07")
    with client_of(create_app(collection)) as later:
        assert later.get(path).json()["counts"] == after["counts"], "found by an earlier run"
    client.post("/api/works/undo", json={"decision": different["id"], "reviewer": "Bo"})
    assert client.get(path).json()["counts"]["open"] == 1
    assert [one["undone_by"] for one in client.get("/api/works/decisions").json()] == [None, "Bo"]


def test_what_is_refused(client):
    asked = {"first": "p00", "second": "nobody", "verdict": "version", "reviewer": "Ada"}
    assert error_of(client.post("/api/works/decisions", json=asked), 404)["code"] == "unknown-painting"
    nameless = client.post("/api/works/decisions", json={**asked, "second": "p01", "reviewer": " "})
    assert error_of(nameless, 400)["code"] == "wrong-decision"
    refused = client.post(
        "/api/works/undo", json={"decision": "x", "reviewer": "Ada"}, headers={"X-ArtExtract-Token": ""}
    )
    assert refused.status_code == 403
