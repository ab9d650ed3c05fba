"""Uploads and searches: what they give and what is refused."""

import pytest
from PIL import Image

from artextract.app.api import Limits, create_app
from tests.app.api.answers import error_of, png
from tests.app.api.conftest import client_of
from tests.conftest import paint


def test_search_by_id(client):
    told = client.post("/api/search", json={"id": "p00", "k": 4, "weights": {"palette": 2}, "where": ["genre=discs|bands"]})
    assert "path" not in told.text
    told = told.json()
    assert told["weights"] == {"deep": 0, "style": 0, "palette": 1} and len(told["hits"]) == 4
    assert told["query"]["title"] == "Picture 0"
    for hit in told["hits"]:
        assert hit["score"] == pytest.approx(sum(hit["features"].values())) and "red" in hit["labels"]["artist"]
        assert (hit["width"], hit["height"], hit["rights"]) == (160, 120, "CC0")


def test_upload_and_search(client):
    picture = png(paint("green", "discs", 77))
    facts = client.post("/api/uploads", content=picture).json()
    assert client.get(f"/api/uploads/{facts['upload']}").json() == facts and facts["colours"]
    told = client.post("/api/search", json={"upload": facts["upload"], "k": 3}).json()
    assert "green" in told["hits"][0]["labels"]["artist"] and told["query"]["id"] is None


def test_an_uploaded_copy_does_not_find_itself(client, collection):
    facts = client.post("/api/uploads", content=(collection / "images/p03.png").read_bytes()).json()
    assert "p03" not in [h["id"] for h in client.post("/api/search", json={"upload": facts["upload"], "k": 50}).json()["hits"]]


def test_only_so_many_uploads_are_kept(collection):
    client = client_of(create_app(collection, limits=Limits(uploads_kept=2)))
    tokens = [client.post("/api/uploads", content=png(paint("red", "discs", seed))).json()["upload"] for seed in range(90, 93)]
    assert [client.get(f"/api/uploads/{token}").status_code for token in tokens] == [404, 200, 200]
    assert error_of(client.post("/api/search", json={"upload": tokens[0]}), 404)["hint"] == "upload the picture again"


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken", png(Image.new("RGB", (8, 8)))])
def test_what_is_no_picture_is_refused(client, content):
    assert "cannot be used" in error_of(client.post("/api/uploads", content=content), 400)["message"]


def test_too_large_an_upload_is_refused(collection):
    client = client_of(create_app(collection, limits=Limits(upload_bytes=2**20)))
    assert "larger than 1 MB" in error_of(client.post("/api/uploads", content=b"x" * (2**20 + 1)), 413)["message"]


@pytest.mark.parametrize(
    "body, status",
    [
        ({}, 400),
        ({"id": "p00", "upload": "x"}, 400),
        ({"id": "nobody"}, 404),
        ({"upload": "never"}, 404),
        ({"id": "p00", "weights": {"aura": 1}}, 400),
        ({"id": "p00", "weights": {"deep": 0, "palette": 0}}, 400),
        ({"id": "p00", "where": ["mood=sad"]}, 400),
        ({"id": "p00", "k": 0}, 422),
        ({"id": "p00", "k": 10**6}, 422),
        ({"id": 7}, 422),
        ([], 422),
    ],
)
def test_searches_that_cannot_be(client, body, status):
    error_of(client.post("/api/search", json=body), status)
