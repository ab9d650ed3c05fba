"""What other sites may read, as browsers ask: with an Origin, and before (preflight)."""

import pytest

from artextract.app.api import create_app
from artextract.app.api.cors import origins_of
from artextract.app.serving import Serving
from artextract.errors import InputError
from tests.app.api.conftest import client_of
from tests.raising import raises

VIEWER = "https://viewer.example"
ALLOW = "access-control-allow-origin"


@pytest.fixture(scope="module")
def opened(indexed_collection):
    with client_of(create_app(indexed_collection, cors=(f"{VIEWER}/", "http://localhost:3000"))) as client:
        yield client


def test_iiif_and_pictures_can_be_read(opened):
    for path in ("/api/iiif/canvas/p00", "/api/iiif/manifest?ids=p00", "/api/images/p00", "/api/iiif/canvas/none"):
        answer = opened.get(path, headers={"Origin": VIEWER})
        assert answer.headers[ALLOW] == VIEWER and "Origin" in answer.headers["vary"]
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        foreign = opened.get(path, headers={"Origin": "https://else.example"})
        assert ALLOW not in foreign.headers
        assert foreign.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/api/session", "/api/paintings", "/api/linked-art/p00", "/", "/api/iiifx/"])
def test_nothing_else_can(opened, path):
    answer = opened.get(path, headers={"Origin": VIEWER})
    assert ALLOW not in answer.headers and answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_who_asks_before_is_reported(opened):
    asked = {
        "Origin": VIEWER,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "accept",
        "Access-Control-Request-Private-Network": "true",
    }
    answer = opened.options("/api/iiif/manifest", headers=asked)
    assert answer.status_code == 204 and answer.headers[ALLOW] == VIEWER
    assert answer.headers["access-control-allow-headers"] == "accept"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-private-network"] == "true"
    refused = opened.options("/api/iiif/manifest", headers={**asked, "Origin": "https://else.example"})
    assert refused.status_code == 403 and ALLOW not in refused.headers
    writing = opened.options("/api/export", headers={**asked, "Access-Control-Request-Method": "POST"})
    assert ALLOW not in writing.headers


def test_all_calls_can_be_opened_but_not_the_token_nor_cookies(indexed_collection):
    app = create_app(indexed_collection, cors=(VIEWER,), serving=Serving(open_api=True))
    with client_of(app) as client:
        from_there = {"Origin": VIEWER}
        asked = {
            **from_there,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        }
        before = client.options("/api/v1/search", headers=asked)
        assert before.headers[ALLOW] == VIEWER and "POST" in before.headers["access-control-allow-methods"]
        answer = client.post("/api/v1/search", json={"id": "p00"}, headers=from_there)
        assert answer.status_code == 200 and answer.headers[ALLOW] == VIEWER
        assert "access-control-allow-credentials" not in answer.headers
        for path in ("/api/v1/session", "/", "/docs"):
            assert ALLOW not in client.get(path, headers=from_there).headers
        assert ALLOW not in client.options("/api/v1/sign-in", headers=asked).headers


def test_every_site(indexed_collection):
    with client_of(create_app(indexed_collection, cors=("*",))) as client:
        answer = client.get("/api/iiif/canvas/p00", headers={"Origin": "https://else.example"})
        assert answer.headers[ALLOW] == "*" and "access-control-allow-credentials" not in answer.headers


def test_by_default_no_site(client):
    answer = client.get("/api/iiif/canvas/p00", headers={"Origin": VIEWER})
    assert ALLOW not in answer.headers and answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_origins():
    assert origins_of(["https://A.example/", "https://a.example:443", " * "]) == ("https://a.example", "*")
    assert origins_of(["http://localhost:3000"]) == ("http://localhost:3000",)
    for wrong in (
        "a.example",
        "ftp://a.example",
        "https://a.example/x",
        "https://u@a.example",
        "https://",
        "null",
        "",
        "https://[x",
    ):
        with raises(InputError, "invalid-origin"):
            origins_of([wrong])
