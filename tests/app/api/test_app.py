"""The application as a whole: the page, its headers, and an index that changes under it."""

import re
import shutil

import pytest
from fastapi.testclient import TestClient

from artextract.app.api import create_app, workspace
from artextract.app.api.guards import BODY_BYTES, TOKEN_HEADER
from artextract.app.api.page import WEB
from artextract.errors import InputError, MismatchError
from artextract.model.starter import starter_folder
from artextract.objects import StoreError
from artextract.search.build import build_index
from artextract.search.index_options import IndexOptions
from artextract.search.lists.listing import Listing
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.conftest import paint, write_collection
from tests.raising import raises

READS = {f"/api/v1/{name}" for name in ("search", "export", "compare", "predict", "motifs", "embeddings")}
"""Calls that are sent as POST for their length and change nothing."""


def test_the_page_loads_nothing_from_elsewhere(client):
    page = client.get("/")
    assert page.status_code == 200 and "default-src 'none'" in page.headers["content-security-policy"]
    for file in (path for path in WEB.rglob("*") if path.is_file() and path.name != "lost.html"):
        text = client.get(f"/{file.relative_to(WEB).as_posix()}").text
        assert text and not re.findall(r"""(?:src|href|url|import|from|fetch)\W{1,3}(?:https?:)?//""", text), file
    error_of(client.get("/nothing.html"), 404)
    error_of(client.delete("/api/collection"), 405)


def test_no_index_is_said_before_serving(small_collection, tmp_path):
    shutil.copy(small_collection / "paintings.parquet", tmp_path)
    with raises(InputError, "no-index"):
        create_app(tmp_path)


def test_a_new_index_brings_its_model(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "CHECKED_EVERY", 0.0)
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(4)])
    build_index(collection, features=("palette",))
    own = shutil.copytree(starter_folder(), tmp_path / "own")
    with client_of(create_app(collection)) as client:
        assert client.get("/api/predictions/p00").json()["model"]["name"] == "starter"
        build_index(collection, features=("palette", "style"), options=IndexOptions(model=own))
        assert client.get("/api/predictions/p00").json()["model"]["name"] == "own"


def test_a_new_index_is_shown_without_a_restart(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "CHECKED_EVERY", 0.0)
    images = [paint("red", "bands", seed) for seed in range(4)]
    collection = write_collection(tmp_path / "c", images[:3])
    build_index(collection, features=("palette",))
    with client_of(create_app(collection)) as client:
        token = client.post("/api/uploads", content=(collection / "images/p00.png").read_bytes()).json()["upload"]
        write_collection(collection, images)
        assert client.get("/api/collection").json()["n"] == 3, "the index is not there yet"
        build_index(collection, features=("palette",))
        assert client.get("/api/collection").json()["n"] == 4
        assert len(client.post("/api/search", json={"upload": token, "k": 9}).json()["hits"]) == 3
        build_index(collection, features=("palette",), rebuild=True)
        assert client.post("/api/search", json={"upload": token, "k": 9}).status_code == 404
        assert client.get("/api/images/p03").status_code == 200


@pytest.mark.parametrize(
    "host, status",
    [
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("[::1]:80", 200),
        ("evil.example", 403),
        ("10.0.0.7", 403),
        ("", 403),
    ],
)
def test_only_names_of_this_machine_are_answered_to(client, host, status):
    assert client.get("/api/health", headers={"host": host}).status_code == status


def test_a_server_for_a_network_answers_to_addresses_and_to_names_it_was_reported(collection):
    client = client_of(create_app(collection, hosts=("museum.example",), addresses=True))
    statuses = [
        client.get("/api/health", headers={"host": host}).status_code
        for host in ("10.0.0.7:8000", "museum.example", "evil.example")
    ]
    assert statuses == [200, 200, 403]


@pytest.mark.parametrize("token", [None, "", "guessed", "ü"])
def test_no_write_without_the_token(collection, token):
    client = TestClient(create_app(collection), base_url="http://localhost")
    headers = {} if token is None else {TOKEN_HEADER: token.encode()}
    writes = [
        (path, method)
        for path, calls in client.get("/api/openapi.json").json()["paths"].items()
        for method in calls
        if method not in ("get", "head")
    ]
    refused = {
        (path, method): client.request(method, path, headers=headers).status_code
        for path, method in writes
        if path not in READS
    }
    assert refused and set(refused.values()) == {403}


def test_a_request_that_is_too_long_is_refused_before_it_is_read(client):
    json = {"content-type": "application/json"}
    answer = error_of(client.post("/api/search", content=b"[" * (BODY_BYTES + 1), headers=json), 413)
    assert answer["code"] == "request-too-long" and "8 MB" in answer["message"]
    error_of(client.post("/api/search", content=(b"[" * 2**20 for _ in range(9)), headers=json), 413)
    error_of(client.post("/api/search", content=b"[]", headers=json), 422)


def test_half_a_character_is_no_defect(client):
    for path, body in (("search", '{"words": "a", "weights": {"\\ud800": 1}}'), ("map/chosen", '{"ids": ["\\ud800"]}')):
        answer = client.post(f"/api/{path}", content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500 and answer.json()["error"]["message"]


def test_a_defect_is_answered_with_the_headers_and_without_its_trace(collection, monkeypatch):
    app = create_app(collection)
    monkeypatch.setattr(Listing, "facets", property(lambda _: 1 / 0))
    answer = TestClient(app, base_url="http://localhost", raise_server_exceptions=False).get("/api/facets")
    assert error_of(answer, 500)["code"] == "server-error" and "division" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("code", ["store-unreachable", "store-gone", "object-store"])
def test_a_store_that_fails_is_no_fault_of_who_asks_and_its_address_not_for_them(collection, monkeypatch, code):
    def fail(_):
        where = "the store at postgresql://curator@10.0.0.7/art does not answer"
        raise (
            StoreError(where, "see 10.0.0.7") if code == "object-store" else MismatchError(where, "see 10.0.0.7", code)
        )

    app = create_app(collection)
    monkeypatch.setattr(Listing, "facets", property(fail))
    answer = TestClient(app, base_url="http://localhost").get("/api/facets")
    assert error_of(answer, 503)["code"] == code and "10.0.0.7" not in answer.text and "retry-after" in answer.headers


def test_head_is_answered_as_get_without_the_body(client):
    answer = client.head("/api/paintings")
    assert answer.status_code == 200 and answer.content == b"" and answer.headers["content-type"] == "application/json"
    assert client.head("/").status_code == 200 and client.head("/api/nothing").status_code == 404


def test_where_files_lie_is_not_reported(tmp_path):
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(3)], style=list("aab"))
    build_index(collection, features=("palette",))
    with client_of(create_app(collection)) as client:
        for where in ("path=x", "path~images", "PATH!=x"):
            document = error_of(client.get("/api/paintings", params={"where": where}), 400)
            assert (
                document["code"] == "unknown-column"
                and "images/" not in str(document)
                and " path" not in document["hint"]
            )
        shutil.rmtree(collection / "images")
        for answer in (
            client.post("/api/search", json={"id": "p00", "region": [0, 0, 0.5, 0.5]}),
            client.get("/api/images/p00"),
        ):
            assert answer.status_code in (400, 422) and str(tmp_path) not in answer.text


def test_another_site_is_not_given_the_token(client):
    assert client.get("/api/session", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/api/session", headers={"sec-fetch-site": "same-origin"}).status_code == 200
