"""Paths over the API: computed in the background, then there."""

import time

import pytest
from fastapi.testclient import TestClient

from artextract.app.api import create_app


@pytest.fixture(scope="module")
def client(indexed_collection):
    with TestClient(create_app(indexed_collection), base_url="http://localhost") as client:
        yield client


def done(client, **asked):
    for _ in range(3000):
        answer = client.get("/api/path", params=asked)
        assert answer.status_code == 200, answer.text
        if answer.json()["state"] in ("done", "failed"):
            return answer.json()
        time.sleep(0.02)
    raise AssertionError("it was never done")


def test_a_path_leads_from_one_to_the_other(client):
    path = done(client, first="p00", last="p18", weights="palette=1")["path"]
    assert [path["stops"][0]["id"], path["stops"][-1]["id"]] == ["p00", "p18"]
    assert len(path["steps"]) == len(path["stops"]) - 1 and path["paintings"] == 24
    assert path["steps"][0]["features"][0]["name"] == "palette" and path["weights"] == {"palette": 1.0}
    assert done(client, first="p00", last="p18", weights="palette=1")["path"] == path


def test_filters_hold_for_what_lies_between(client):
    path = done(client, first="p00", last="p18", where=["genre=bands"])["path"]
    assert {stop["labels"]["genre"] for stop in path["stops"][1:-1]} <= {"bands"}


@pytest.mark.parametrize(
    "asked, status, code",
    [
        ({"first": "p00", "last": "nobody"}, 404, "unknown-painting"),
        ({"first": "p00", "last": "p00"}, 400, "one-painting"),
        ({"first": "p00", "last": "p01", "weights": "light=1"}, 400, "feature-not-indexed"),
        ({"first": "p00", "last": "p01", "where": "nothing"}, 400, "invalid-filter"),
    ],
)
def test_what_cannot_be_is_said(client, asked, status, code):
    answer = client.get("/api/path", params=asked)
    assert answer.status_code == status and answer.json()["error"]["code"] == code, answer.text
