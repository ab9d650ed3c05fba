"""The command benchmark: what it prints and what it writes."""

import json

import pytest

from artextract.app.benchmark_tables import benchmark as text_of
from artextract.app.cli import main
from artextract.search.build import build_index
from tests.conftest import SCHEMES, paint, write_collection


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    images = [
        paint(scheme, layout, seed)
        for seed, (scheme, layout) in enumerate((s, x) for s in SCHEMES for x in ("bands", "discs") for _ in range(2))
    ]
    folder = write_collection(
        tmp_path_factory.mktemp("benchmark") / "collection",
        images,
        artist=[f"Artist {i // 2}" for i in range(16)],
        style=["A", "B"] * 8,
    )
    build_index(folder, ("palette", "texture"))
    return folder


def test_everything(collection, capsys, tmp_path):
    argv = (
        "--relevance",
        "artist,style",
        "--graded",
        "artist=3,style=1",
        "--mix",
        "texture=0.25,palette=0.75",
        "--tune-weights",
        "--limit",
        "8",
        "--out",
        tmp_path / "out",
    )
    code, out, err = run(capsys, "benchmark", collection, *argv)
    assert code == 0, err
    for said in (
        "same artist: 8 queries",
        "same style: 8 queries of 2 classes",
        "worth artist=3,style=1: 8 queries",
        "texture=0.25,palette=0.75:csls",
        "catalogue:style",
        "random",
        "default minus",
        "take them with: --weights ",
        "among no one's ten",
        "sanity check",
        "rotated 3°",
        "by a new image",
        "a second with 1 thread",
        "benchmark.json",
    ):
        assert said in out
    document = json.loads((tmp_path / "out" / "benchmark.json").read_text())
    assert (
        text_of(document).splitlines()[:3] == out.splitlines()[:3]
        and (tmp_path / "out" / "relevance-artist.png").exists()
    )


def test_json_has_what_scripts_read(collection, capsys):
    code, out, _ = run(
        capsys,
        "benchmark",
        collection,
        "--no-self-retrieval",
        "--no-hubness",
        "--no-latency",
        "--metrics",
        "cosine",
        "--json",
    )
    document = json.loads(out)
    assert code == 0 and document["relevance"] == "artist" and document["n_queries"] == 16
    assert {"p@1", "p@10", "map", "ndcg@10", "mrr"} <= set(document["results"]["default"]) and set(
        document["ci"]["palette"]["map"]
    ) != {None}
    assert (
        document["self_retrieval"] is document["hubness"] is document["latency"] is None
        and "palette:csls" not in document["results"]
    )


@pytest.mark.parametrize(
    "argv, message",
    [
        (["--relevance", ","], "no column is named"),
        (["--mix", "deep=1"], "'deep' is not in the index"),
        (["--mix", "deep"], "there is no mix 'deep'"),
        (["--mix", "deep=much"], "is not a weight"),
        (["--tune-weights", "f1"], "no measure 'f1'"),
        (["--metrics", "angle"], "no metric 'angle'"),
        (["--graded", "mood=1"], "no column 'mood'"),
        (["--queries", "mine"], "invalid choice"),
        (["--limit", "0"], "from 1 up"),
    ],
)
def test_wrong_use(collection, capsys, argv, message):
    code, out, err = run(capsys, "benchmark", collection, *argv)
    assert code == 2 and out == "" and message in err


def test_nothing_shared(collection, capsys):
    code, _, err = run(capsys, "benchmark", collection, "--relevance", "title", "--no-latency")
    assert code == 1 and "no two paintings have the same title" in err
