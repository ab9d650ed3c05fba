"""Tables and pictures hold what the document says, also where little was measured."""

import json
from dataclasses import fields, replace

import pandas as pd
import pytest
from PIL import Image

from artextract.evaluate.retrieval.benchmark import benchmark
from artextract.evaluate.retrieval.benchmark_options import BenchmarkOptions
from artextract.evaluate.retrieval.latency import latency
from artextract.evaluate.retrieval.result import Figures
from artextract.evaluate.retrieval.retrieval_report import against_default, p_text, tables_of, write_retrieval_report
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from tests.conftest import SCHEMES, paint, write_collection


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    images = [
        paint(scheme, layout, seed)
        for seed, (scheme, layout) in enumerate((s, x) for s in SCHEMES for x in ("bands", "discs") for _ in range(2))
    ]
    folder = write_collection(
        tmp_path_factory.mktemp("report") / "collection",
        images,
        artist=[f"Artist {i // 2}" for i in range(16)],
        style=["A", "B"] * 8,
    )
    build_index(folder, ("palette", "texture"))
    return folder


@pytest.fixture(scope="module")
def result(collection):
    return benchmark(
        collection,
        "artist,style",
        BenchmarkOptions(
            limit=6,
            gains={"artist": 2, "style": 1},
            mixes=[{"palette": 1, "texture": 1}],
            tune="p@1",
            self_retrieval=True,
            hubness=True,
            latency=True,
        ),
    )


def test_the_plain_values_have_the_figures_of_the_first_relevance_at_the_top(result):
    plain = result.as_dict()
    first = plain["relevances"]["artist"]
    assert list(plain) == [
        "relevance",
        *first,
        "n_candidates",
        "seed",
        "weights",
        "mixes",
        "queries",
        "seen",
        "notes",
        "relevances",
        "tuned",
        "self_retrieval",
        "hubness",
        "latency",
    ]
    assert plain["relevance"] == "artist" and {name: plain[name] for name in first} == first
    assert first["n_queries"] == 6 and plain["tuned"]["measure"] == "p@1"


def test_files(result, tmp_path):
    written = write_retrieval_report(result, tmp_path / "out")
    pictures = {
        "relevance-artist.png",
        "relevance-style.png",
        "relevance-artist_2_style_1.png",
        "hubness.png",
        "self_retrieval.png",
        "comparisons.png",
    }
    tables = {"results.csv", "comparisons.csv", "hubness.csv", "self_retrieval.csv", "latency.csv", "tuned.csv"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == pictures | tables | {"benchmark.json"}
    assert len(written) == 13 and json.loads((tmp_path / "out" / "benchmark.json").read_text()) == json.loads(
        json.dumps(result.as_dict())
    )
    for name in pictures:
        with Image.open(tmp_path / "out" / name) as picture:
            picture.load()
            assert min(picture.size) > 250 and max(picture.size) < 2500
    results = pd.read_csv(tmp_path / "out" / "results.csv")
    row = results.query("relevance == 'style' and variant == 'palette:csls' and measure == 'map'").iloc[0]
    assert (
        row["value"] == pytest.approx(result.relevances["style"].results["palette:csls"]["map"])
        and row["low"] <= row["value"] <= row["high"]
    )
    assert (
        row["macro_over_classes"] == pytest.approx(result.relevances["style"].macro["palette:csls"]["map"])
        and row["queries"] == 6
    )
    assert len(pd.read_csv(tmp_path / "out" / "self_retrieval.csv")) == 4 * 10


def test_artists_seen_and_never_seen_stand_beside_all(result, tmp_path):
    all_queries = result.relevances["artist"]
    entry = Figures(**{one.name: getattr(all_queries, one.name) for one in fields(Figures)})
    relevances = {"artist": replace(all_queries, seen_artists=entry, unseen_artists=entry)}
    changed = replace(result, relevances=relevances, hubness=None, self_retrieval=None, latency=None, tuned=None)
    found = tables_of(changed)
    assert (
        {row["artists"] for row in found["results"]}
        == {row["artists"] for row in found["comparisons"]}
        == {"all", "seen", "unseen"}
    )
    assert not found["hubness"] and not found["latency"]
    assert set(write_retrieval_report(changed, tmp_path)) == {
        "benchmark.json",
        "results.csv",
        "comparisons.csv",
        "artist.png",
        "comparisons.png",
    }


def test_pairs_are_turned_so_that_the_default_mix_comes_first():
    pair = {"measure": "p@10", "p": 0.01, "p_holm": 0.02}
    pairs = [
        {**pair, "first": "deep", "second": "default", "difference": -0.2, "ci": [-0.3, -0.1]},
        {**pair, "first": "default", "second": "mix", "difference": 0.1, "ci": [0.0, 0.2]},
    ]
    pairs += [
        {**pair, "first": "deep", "second": "mix", "difference": 0.1, "ci": [0.0, 0.2]},
        {**pairs[0], "measure": "map"},
    ]
    assert [(row["other"], row["difference"], row["ci"]) for row in against_default(pairs, "p@10")] == [
        ("deep", 0.2, [0.1, 0.3]),
        ("mix", 0.1, [0.0, 0.2]),
    ]
    assert p_text(0.0004) == "p < 0.001" and p_text(0.2) == "p = 0.200"


def test_times_say_where_they_were_taken(result, collection):
    found = result.latency
    assert found["machine"]["cores"] >= 1 and found["machine"]["processor"] and found["paintings"] == 16
    assert found["by_id"]["n"] == 100 and found["by_image"]["n"] == 16  # every file once
    assert all(0 < found[what]["p50_ms"] <= found[what]["p95_ms"] for what in ("by_id", "by_image"))
    assert [rate["threads"] for rate in found["throughput"]] == sorted({1, found["machine"]["cores"]})
    engine = SearchEngine.open(collection)
    engine.features = {}
    assert latency(engine, searches=5)["by_image"] is None
