"""The index at a Milvus server keeps the contract, and what may go wrong there is said in a sentence."""

import uuid

import pytest

from artextract.index import create_index, open_index
from tests.index import milvus_server
from tests.index.contract import IndexContract

pytestmark = pytest.mark.skipif(not milvus_server.available(), reason=milvus_server.WHY_NOT)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with milvus_server.server(tmp_path_factory.mktemp("milvus")) as (address, ours):
        yield address, ours


@pytest.fixture(scope="module")
def address(running):
    return running[0]


@pytest.fixture(autouse=True)
def hardly_more_than_asked(monkeypatch):
    """So that the server chooses, of the few rows of a test too."""
    from artextract.index import milvus

    monkeypatch.setattr(milvus, "MARGIN", 2)


def store(address):
    return f"milvus://{address}/t_{uuid.uuid4().hex[:8]}"


class TestMilvusIndex(IndexContract):
    COUNTED = 0.08

    @pytest.fixture(autouse=True)
    def at(self, address):
        self.address = address

    def create(self, folder, *given):
        return create_index(folder, *given, store=store(self.address))

    def reopened(self, folder, index):
        return open_index(folder)
