"""A client of the application that carries the token of its page, as our own page does."""

import shutil

import pytest
from fastapi.testclient import TestClient

from artextract.app.api import create_app
from artextract.app.api.guards import TOKEN_HEADER


def client_of(app) -> TestClient:
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=True)
    client.headers[TOKEN_HEADER] = client.get("/api/session").json()["token"]
    return client


@pytest.fixture(scope="module")
def collection(indexed_collection, tmp_path_factory):
    """A copy, since thumbnails, decisions and judgements are written into it."""
    return shutil.copytree(indexed_collection, tmp_path_factory.mktemp("app") / "Small Museum")


@pytest.fixture(scope="module")
def client(collection):
    with client_of(create_app(collection)) as client:
        yield client
