"""The commands on a collection whose vectors a server keeps say what they say on the embedded index."""

import json
import shutil

import pytest

from artextract.app.api import create_app
from artextract.app.cli import main
from artextract.index import open_index
from artextract.search.map.layout import make_map
from tests.app.api.conftest import client_of
from tests.index import postgres_server

pytestmark = pytest.mark.skipif(not postgres_server.available(), reason=postgres_server.WHY_NOT)


@pytest.fixture(scope="module")
def both(indexed_collection, tmp_path_factory):
    """The collection, and a copy whose index went to a PostgreSQL server by the command."""
    copy = shutil.copytree(indexed_collection, tmp_path_factory.mktemp("store") / indexed_collection.name)
    with postgres_server.server() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTEXTRACT_POSTGRES_PASSWORD", postgres_server.PASSWORD)
        running.sql("create extension vector")
        assert main(["index", str(copy), "--store", running.address("paintings")]) == 0
        assert main(["index", str(copy)]) == 0, "it remembers its store"
        assert "postgresql://" in open_index(copy / "index").address.text
        yield indexed_collection, copy


COMMANDS = [
    "search p03 -k 8",
    "search p03 -k 8 --plus p10 --minus p20 --metric cosine",
    "search p03 -k 8 --where style=green_school --where year>1805",
    "search -k 8 --words red",
    "search p03 -k 8 --metric l2",
    "explain p03 p04",
    "benchmark --relevance style --limit 12 --no-latency",
    "duplicates",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_the_same(both, capsys, command):
    name, *options = command.split()
    said = []
    for collection in both:
        assert main([name, str(collection), *options, "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out.replace(str(collection), "COLLECTION")))
    assert said[0]
    assert_same(*said)


def test_the_page_and_the_map_say_the_same(both):
    """A map turns the vectors about so often that those of another rounding would lie elsewhere."""
    asked = [
        ("/api/search", {"id": "p03", "k": 8, "where": ["genre=discs"]}),
        ("/api/compare", {"id": "p03", "hit": "p04", "minus": ["p20"]}),
    ]
    clients = [client_of(create_app(collection)) for collection in both]
    for path, body in asked:
        answers = [client.post(path, json=body) for client in clients]
        assert all(answer.status_code == 200 for answer in answers)
        assert_same(*(answer.json() for answer in answers))
    maps = [make_map(collection, "pca").as_dict() for collection in both]
    assert maps[0] == maps[1]


def assert_same(one, other):
    """Plain values; numbers may differ by what one rounding makes."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=2e-6)
    else:
        assert one == other
