"""A real server, and a client of it."""

import shutil

import pytest

from artextract.app.api import create_app
from artextract.client import Client
from tests.app.serving import serving


@pytest.fixture(scope="module")
def app(indexed_collection, tmp_path_factory):
    return create_app(shutil.copytree(indexed_collection, tmp_path_factory.mktemp("client") / "Small Museum"))


@pytest.fixture(scope="module")
def address(app):
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def client(address):
    with Client(address) as client:
        yield client
