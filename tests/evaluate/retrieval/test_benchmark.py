"""The benchmark against a slow oracle, with duplicates, missing labels, ties, and paintings that a model has seen."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from artextract.checksums import write_checksums
from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.retrieval import benchmark as module
from artextract.evaluate.retrieval.benchmark import benchmark
from artextract.evaluate.retrieval.benchmark_options import BenchmarkOptions
from artextract.labels import canonical_key
from artextract.metrics.retrieval import MEASURES
from artextract.model.saved import SavedModel
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import parse_weights
from artextract.search.build import build_index
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.raising import raises


@pytest.fixture(scope="module")
def seen(indexed_collection):
    """A function that makes the model of "style" have been trained on some rows."""

    def trained_on(monkeypatch, rows, artists=()):
        table = read_paintings(indexed_collection)
        frame = pd.DataFrame({"sha256": table.column("sha256")[rows], "phash": None})
        if artists:
            frame = pd.concat(
                [frame, pd.DataFrame({"sha256": ["0" * 64] * len(artists), "phash": None, "artist": artists})]
            )
        monkeypatch.setattr(SavedModel, "trained_on", lambda self: frame)

    return trained_on


def test_shape_and_ranges(indexed_collection):
    result = benchmark(indexed_collection, "artist")
    assert (
        result.relevance == "artist"
        and result.first.n_queries == result.n_candidates == 24
        and result.first.n_classes == 8
    )
    names = [
        "deep:raw",
        "deep",
        "deep:csls",
        "style",
        "style:csls",
        "palette",
        "palette:csls",
        "default",
        "default:csls",
        "catalogue:style",
        "catalogue:genre",
        "catalogue:style+genre",
        "random",
    ]
    assert list(result.first.results) == list(result.first.ci) == list(result.first.macro) == names
    for name, values in result.first.results.items():
        assert tuple(values) == MEASURES
        for measure, value in values.items():
            low, high = result.first.ci[name][measure]
            assert -1e-9 <= low <= value + 1e-9 and value <= high + 1e-9 <= 1 + 2e-9
    assert result.first.results["default"]["map"] > result.first.results["random"]["map"] + 0.3
    assert result.first.results["default"]["p@10"] < 0.2001  # each painting has two relevant ones
    assert result.relevances["artist"].results == result.first.results and result.seen == {
        "feature": "style",
        "in_collection": 0,
        "left_out": True,
    }
    assert result.self_retrieval is result.hubness is result.latency is result.tuned is None and result.notes == []
    assert result.first.macro["default"]["p@1"] == pytest.approx(
        result.first.results["default"]["p@1"]
    )  # classes of equal size
    assert {pair["measure"] for pair in result.first.comparisons} == {"p@1", "p@10", "map"} and len(
        result.first.comparisons
    ) == 3 * 15


@pytest.mark.parametrize("relevance", ["artist", "style", "genre"])
@pytest.mark.parametrize(
    "variant, weights, metric",
    [
        ("default", None, "cosine"),
        ("palette:csls", {"palette": 1}, "csls"),
        ("deep=0.5,palette=0.5", {"deep": 1, "palette": 1}, "cosine"),
    ],
)
def test_like_asking_the_engine_one_by_one(indexed_collection, relevance, variant, weights, metric):
    engine = SearchEngine.open(indexed_collection)
    keys = dict(zip(engine.paintings.ids, engine.paintings.keys(relevance), strict=False))
    precise, ranked_well, by_class = [], [], {}
    for painting_id, key in keys.items():
        if key is None or list(keys.values()).count(key) < 2:
            continue
        hits = engine.search(painting_id, k=100, weights=weights, metric=metric).hits
        assert len(hits) == 23
        relevant = [canonical_key(hit.labels[relevance]) == key for hit in hits]
        precise.append(sum(relevant[:10]) / 10)
        ranked_well.append(average_precision_score(relevant, [hit.score for hit in hits]))
        by_class.setdefault(key, []).append(precise[-1])
    result = benchmark(indexed_collection, relevance, BenchmarkOptions(mixes=[{"deep": 0.5, "palette": 0.5}]))
    assert result.first.n_queries == len(precise)
    assert result.first.results[variant]["p@10"] == pytest.approx(np.mean(precise))
    assert result.first.results[variant]["map"] == pytest.approx(np.mean(ranked_well))
    assert result.first.macro[variant]["p@10"] == pytest.approx(
        np.mean([np.mean(values) for values in by_class.values()])
    )


def test_the_catalogue_is_ranked_by_what_it_says(indexed_collection):
    """An artist is a style and a genre here, so a painting with both labels has its artist's first, as far as these
    have both."""
    table = read_paintings(indexed_collection)
    keys = {name: table.keys(name) for name in ("artist", "style", "genre")}
    first = []
    for query in range(24):
        shared = np.array(
            [
                sum(keys[name][i] is not None and keys[name][i] == keys[name][query] for name in ("style", "genre"))
                for i in range(24)
            ]
        )
        shared[query] = -1
        best = shared == shared.max()
        first.append(np.mean(keys["artist"][best] == keys["artist"][query]))
    result = benchmark(indexed_collection, "artist", BenchmarkOptions(metrics=("cosine",)))
    low, high = result.first.ci["catalogue:style+genre"]["p@1"]
    assert low <= np.mean(first) <= high and result.first.results["catalogue:style+genre"]["p@1"] > 0.5


def test_several_relevances_and_a_graded_one(indexed_collection):
    result = benchmark(
        indexed_collection,
        "style,genre",
        BenchmarkOptions(gains={"artist": 3, "style": 1}, metrics=("cosine",), mixes=[{"deep": 1, "palette": 3}]),
    )
    assert list(result.relevances) == ["style", "genre", "artist=3,style=1"] and result.relevance == "style"
    assert "deep=1,palette=3" in result.first.results and result.mixes["deep=1,palette=3"] == {
        "deep": 0.25,
        "style": 0.0,
        "palette": 0.75,
    }
    alone = benchmark(indexed_collection, "genre", BenchmarkOptions(metrics=("cosine",)))
    assert result.relevances["genre"].results["deep"] == alone.first.results["deep"]
    both = result.relevances["artist=3,style=1"]
    assert both.macro is None and both.n_queries == 24
    engine = SearchEngine.open(indexed_collection)
    keys = [engine.paintings.keys(name) for name in ("artist", "style")]
    found = []
    for row, painting_id in enumerate(engine.paintings.ids):
        gain = np.array(
            [
                sum(
                    worth * (key[row] is not None and key[row] == key[other])
                    for worth, key in zip((3, 1), keys, strict=False)
                )
                for other in range(24)
            ]
        )
        ranked = [gain[engine.index.position(hit.id)] for hit in engine.search(painting_id, k=10).hits]
        gain[row] = 0
        discount = 1 / np.log2(np.arange(2, 12))
        found.append(np.dot(ranked, discount) / np.dot(np.sort(gain)[::-1][:10], discount))
    assert both.results["default"]["ndcg@10"] == pytest.approx(np.mean(found))


def test_the_same_seed_gives_the_same_and_limit_draws_queries(indexed_collection):
    def asked(seed):
        return benchmark(indexed_collection, options=BenchmarkOptions(limit=7, seed=seed))

    assert asked(3) == asked(3) and asked(3).first.n_queries == 7
    assert asked(1).first.results != asked(2).first.results


def test_what_the_model_was_trained_on_asks_nothing(indexed_collection, monkeypatch, seen):
    rows = list(range(0, 24, 3))
    seen(monkeypatch, rows)
    result = benchmark(indexed_collection, "artist", BenchmarkOptions(metrics=("cosine",)))
    assert (
        result.first.n_queries == 16
        and result.n_candidates == 24
        and result.seen == {"feature": "style", "in_collection": 8, "left_out": True}
    )
    kept = benchmark(indexed_collection, "artist", BenchmarkOptions(metrics=("cosine",), queries="all"))
    assert kept.first.n_queries == 24 and not kept.seen["left_out"] and "flatters" in kept.notes[0]
    test = benchmark(indexed_collection, "artist", BenchmarkOptions(metrics=("cosine",), queries="test"))
    assert test.first.n_queries == 8
    with raises(NothingUsableError, "no-query-left", "train"):
        benchmark(indexed_collection, "artist", BenchmarkOptions(queries="train"))


def test_a_near_duplicate_of_what_was_trained_on_asks_nothing(indexed_collection, monkeypatch):
    phash = read_paintings(indexed_collection).column("phash")[4]
    other = f"{int(phash, 16) ^ 1:016x}"
    monkeypatch.setattr(SavedModel, "trained_on", lambda self: pd.DataFrame({"sha256": ["0" * 64], "phash": [other]}))
    assert benchmark(indexed_collection, "artist", BenchmarkOptions(metrics=("cosine",))).seen["in_collection"] >= 1


def test_artists_that_the_training_saw_are_judged_apart(indexed_collection, monkeypatch, seen):
    seen(monkeypatch, [0], ["painter_of_red_bands", "painter_of_blue_discs"])
    result = benchmark(indexed_collection, "style", BenchmarkOptions(metrics=("cosine",)))
    saw, never = result.first.seen_artists, result.first.unseen_artists
    assert result.first.artists == {"seen": saw.n_queries, "unseen": never.n_queries, "unknown": 0}
    assert saw.n_queries + never.n_queries == result.first.n_queries and 0 < saw.n_queries <= 5
    together = (
        saw.results["deep"]["map"] * saw.n_queries + never.results["deep"]["map"] * never.n_queries
    ) / result.first.n_queries
    assert result.first.results["deep"]["map"] == pytest.approx(together)


def test_where_no_artist_was_seen_there_is_nothing_to_split(indexed_collection, monkeypatch, seen):
    seen(monkeypatch, [0], ["someone_else"])
    result = benchmark(indexed_collection, "artist", BenchmarkOptions(metrics=("cosine",)))
    assert (
        result.first.artists == {"seen": 0, "unseen": result.first.n_queries, "unknown": 0}
        and result.first.unseen_artists is None
    )


def test_weights_are_chosen_on_one_half_and_judged_on_the_other(indexed_collection):
    before = {path: path.stat().st_mtime_ns for path in (indexed_collection / "index").rglob("*")}
    result = benchmark(indexed_collection, "artist", BenchmarkOptions(metrics=("cosine",), tune="map"))
    tuned = result.tuned
    assert (
        tuned.chosen_on + tuned.judged_on == 24
        and tuned.measure == "map"
        and sum(tuned.weights.values()) == pytest.approx(1)
    )
    assert (
        list(tuned.results) == ["tuned", "default"]
        and "tuned" not in result.first.results
        and "tuned" not in result.mixes
    )
    assert [(pair["first"], pair["measure"]) for pair in tuned.comparisons] == [
        ("tuned", "map"),
        ("tuned", "p@1"),
        ("tuned", "p@10"),
    ]
    assert {path: path.stat().st_mtime_ns for path in (indexed_collection / "index").rglob("*")} == before
    engine = SearchEngine.open(indexed_collection)
    assert engine.search(engine.paintings.ids[0], weights=parse_weights(tuned.as_option)).weights == pytest.approx(
        tuned.weights, abs=1e-4
    )


def test_the_tuned_mix_is_judged_on_the_half_that_did_not_choose_it(indexed_collection, monkeypatch):
    halves = []

    def remember(index, queries, *rest):
        halves.append(queries)
        return {
            "weights": {"deep": 0.0, "style": 0.0, "palette": 1.0},
            "measure": "p@10",
            "n_queries": len(queries),
            "value": 0.0,
            "tried": 1,
        }

    monkeypatch.setattr(module, "tuned_weights", remember)
    result = benchmark(indexed_collection, "genre", BenchmarkOptions(metrics=("cosine",), tune="p@10"))
    tuned, engine = result.tuned, SearchEngine.open(indexed_collection)
    genres = dict(zip(engine.paintings.ids, engine.paintings.column("genre"), strict=False))
    others = [
        engine.index.ids[row] for row in range(24) if row not in halves[0] and genres[engine.index.ids[row]] is not None
    ]
    right = [
        sum(
            hit.labels["genre"] == genres[painting]
            for hit in engine.search(painting, 10, {"palette": 1}, metric="cosine").hits
        )
        / 10
        for painting in others
    ]
    assert tuned.judged_on == len(others) and tuned.results["tuned"]["p@10"] == pytest.approx(np.mean(right))
    assert np.mean(right) != pytest.approx(result.first.results["palette"]["p@10"])  # so the halves can be told apart


def test_copies_are_neither_candidates_nor_a_reason_to_ask(tmp_path):
    red = [paint("red", "bands", seed) for seed in range(2)]
    images = [red[0], red[0], red[1], paint("blue", "discs", 1), paint("blue", "discs", 1), paint("grey", "bands", 5)]
    artists = ["Ann", "ann", "Ann", "Bob", "Bob", None]
    collection = write_collection(tmp_path / "c", images, artist=artists)
    build_index(collection, features=("palette",))
    result = benchmark(collection, "artist")
    assert result.first.n_queries == 3  # Bob's two are one image
    assert result.first.results["palette"] == result.first.results["default"]
    assert result.first.results["palette"]["p@1"] == 1 and result.seen is None


def test_other_views_of_an_object_are_no_candidates(tmp_path):
    images = [paint(scheme, "discs", seed) for seed, scheme in enumerate(["red", "red", "blue", "red", "grey"])]
    collection = write_collection(
        tmp_path / "c", images, artist=["A", "A", "B", "A", "B"], object=["vase", "vase", "cup", None, "cup"]
    )
    build_index(collection, features=("palette",))
    result = benchmark(collection, "artist")
    assert result.first.n_queries == 3  # B's are two views of one cup
    assert result.first.results["palette"]["recall@50"] == 1


def test_a_column_of_lists(tmp_path):
    images = [paint(scheme, "discs", seed) for seed, scheme in enumerate(["red", "green", "blue", "grey"])]
    collection = write_collection(
        tmp_path / "c", images, artist=[None] * 4, terms=[["sea", "boat"], ["Boat"], ["tree"], []]
    )
    build_index(collection, features=("palette",))
    result = benchmark(collection, "terms")
    assert result.first.n_queries == 2 and result.first.n_labelled == 3 and result.first.n_classes == 2


def test_equal_scores_do_not_follow_the_table(tmp_path):
    image = paint("red", "bands", 0)
    images = []
    for number in range(24):  # the same colours in 24 files that differ by one pixel, in the order of their artists
        copy = image.copy()
        copy.putpixel((number, 0), (0, 0, 0))
        images.append(copy)
    collection = write_collection(tmp_path / "c", images, artist=[f"artist {number // 4}" for number in range(24)])
    table = read_paintings(collection)
    replace(table, frame=table.frame.assign(phash=None)).write()  # else they are near-duplicates, and no candidates
    build_index(collection, features=("palette",))
    vectors = next((collection / "index").glob("segment-*/palette.npy"))
    np.save(vectors, np.tile(np.load(vectors)[:1], (24, 1)))
    write_checksums(vectors.parent)
    values = benchmark(collection, "artist").first.results["palette"]
    assert values["p@10"] == pytest.approx(3 / 23, abs=0.08)


def test_near_duplicates_of_the_query_are_no_candidates(tmp_path):
    pictures = [paint(scheme, "discs", seed) for seed, scheme in enumerate(["red", "green", "blue", "grey"])]
    twice = [picture for original in pictures for picture in (original, original.resize((320, 240)))]
    collection = write_collection(
        tmp_path / "c", twice, artist=["one", "one", "two", "two", "one", "one", "two", "two"]
    )
    build_index(collection, features=("palette",))
    document = benchmark(collection, "artist")
    assert document.first.n_queries == 8 and document.first.results["palette"]["p@10"] == pytest.approx(2 / 10)


def test_a_feature_that_is_missing_finds_nothing(tmp_path):
    images = [paint(scheme, "discs", seed) for seed, scheme in enumerate(["red", "red", "blue", "blue"])]
    collection = write_collection(tmp_path / "c", images, artist=["A", "A", "B", "B"])
    build_index(collection, features=("palette", "texture"))
    segment = next((collection / "index").glob("segment-*"))
    for file, value in (("texture.npy", 0), ("texture.norms.npy", 0)):
        array = np.load(segment / file)
        array[:2] = value
        np.save(segment / file, array)
    write_checksums(segment)
    result = benchmark(collection, "artist", BenchmarkOptions(metrics=("cosine",)))
    assert result.first.unanswered == {"texture": 2} and result.first.results["texture"]["p@1"] == 0.5


def test_errors(indexed_collection):
    with raises(InputError, "unknown-column", "mood"):
        benchmark(indexed_collection, "mood")
    with raises(NothingUsableError, "no-shared-label"):
        benchmark(indexed_collection, "title")
    with raises(InputError, "invalid-count", "0"):
        BenchmarkOptions(limit=0)
    with raises(InputError, "unknown-queries", "some"):
        BenchmarkOptions(queries="some")
    with raises(InputError, "unknown-measure", "f1"):
        BenchmarkOptions(tune="f1")
    with raises(InputError, "feature-not-indexed", "pose"):
        benchmark(indexed_collection, options=BenchmarkOptions(mixes=[{"pose": 1}]))
    with raises(InputError, "no-column-named"):
        benchmark(indexed_collection, "")
