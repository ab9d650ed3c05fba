"""The search for details from the command line and over HTTP, with the plain network of ``tests/motifs``."""

import json
import shutil

import pandas as pd
import pytest
from PIL import Image

from artextract.app.api import create_app
from artextract.app.cli import main
from artextract.app.motif_tables import repeats
from artextract.motifs.build import build_motifs
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.motif_search import find_motif
from artextract.search.build import build_index
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.app.api.test_works import computed
from tests.conftest import made_once, write_collection
from tests.motifs.conftest import PlainNetwork, paintings

REGION = "0.125,0.375,0.5,0.75"
WHERE = [0.5625, 0.1875, 0.9375, 0.5625]


@pytest.fixture
def collection(tmp_path_factory, tmp_path, monkeypatch):
    for module in ("build", "find"):
        monkeypatch.setattr(f"artextract.motifs.{module}.LocalNetwork", PlainNetwork)

    def make(folder):
        write_collection(folder, paintings())
        build_index(folder, ("palette",))
        build_motifs(folder, network=PlainNetwork())

    return shutil.copytree(made_once(tmp_path_factory, "indexed-motifs", make), tmp_path / "c")


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    return code, capsys.readouterr()


def asked(capsys, *argv):
    code, captured = run(capsys, *argv, "--json")
    return code, json.loads(captured.out)


def test_a_detail_is_searched_for(collection, capsys, tmp_path):
    search = ("search", collection, "p00", "--motif", "--region", REGION, "--least", 4.5)
    code, document = asked(capsys, *search, "--sheet", tmp_path / "found.png")
    (hit,) = document["hits"]
    assert code == 0 and document["found"] and hit["id"] == "p01" and document["n_candidates"] == 23
    assert max(abs(a - b) for a, b in zip(hit["found_at"], WHERE, strict=True)) < 0.04
    assert Image.open(tmp_path / "found.png").width > 1000
    assert "p01" in run(capsys, *search)[1].out
    code, document = asked(capsys, *search, "--where", "title=Picture 7")
    assert (code, document["found"], document["hits"], document["n_candidates"]) == (0, False, [], 1)
    assert "not found" in run(capsys, *search, "--where", "title=Picture 7")[1].out


def test_what_cannot_be_asked(collection, capsys):
    assert (
        asked(capsys, "search", collection, "p00", "--motif", "--words", "sea")[1]["error"]["code"] == "motif-options"
    )
    assert asked(capsys, "search", collection, "p99", "--motif")[1]["error"]["code"] == "unknown-painting"
    shutil.rmtree(collection / "motifs")
    assert asked(capsys, "search", collection, "p00", "--motif")[1]["error"]["code"] == "no-motifs"


def test_index_keeps_it_up_to_date(collection, capsys):
    (collection / "images/p20.png").unlink()
    code, document = asked(capsys, "index", collection)
    assert code == 0 and (document["motifs"]["paintings"], document["motifs"]["removed"]) == (23, 1)


def test_the_motifs_of_a_collection(collection, capsys, tmp_path):
    options = ("--threshold", 4, "--out", tmp_path / "m.csv", "--sheet", tmp_path / "m.png")
    code, document = asked(capsys, "motifs", collection, *options)
    assert code == 0 and {member["id"] for member in document["groups"][0]} >= {"p00", "p01"}
    table = pd.read_csv(tmp_path / "m.csv")
    assert list(table.columns) == ["group", "id", "title", "left", "top", "right", "bottom", "score"]
    assert Image.open(tmp_path / "m.png").width > 1000
    assert "p01" in repeats(document)
    assert "no motif" in repeats(document | {"groups": []})


def test_over_http(collection):
    with client_of(create_app(collection)) as client:
        assert client.get("/api/collection").json()["can"]["motifs"]
        region = [float(part) for part in REGION.split(",")]
        answer = client.post("/api/motifs", json={"id": "p00", "region": region})
        assert answer.status_code == 200 and answer.json()["n_candidates"] == 23
        error_of(client.post("/api/motifs", json={"region": region}), 400)
        error_of(client.post("/api/motifs", json={"id": "nobody"}), 404)


def test_from_python_by_a_file(collection):
    engine = SearchEngine.open(collection)
    result = find_motif(engine, collection / "images/p00.png", (0.125, 0.375, 0.5, 0.75), 1, least=4.5)
    assert [hit.id for hit in result.hits] == ["p01"]


def test_repeated_motifs_are_looked_for_in_the_background(collection):
    with client_of(create_app(collection)) as client:
        assert client.get("/api/works/motifs").json()["done"] is False
        found = computed(client, "/api/works/motifs")
        assert found["total"] >= 1 and len(found["groups"][0]) >= 2
        assert len(found["groups"][0][0]["found_at"]) == 4 and found["groups"][0][0]["painting"]["id"]
