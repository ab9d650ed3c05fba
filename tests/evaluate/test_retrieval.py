"""The benchmark against a slow oracle, with duplicates, missing labels and ties."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.retrieval import benchmark
from artextract.labels import canonical_key
from artextract.search.build import build_index
from artextract.search.engine import SearchEngine
from artextract.table import read_paintings
from tests.conftest import paint, write_collection


def test_shape_and_ranges(indexed_collection):
    result = benchmark(indexed_collection, "artist")
    assert result["relevance"] == "artist" and result["n_queries"] == 24
    assert list(result["results"]) == list(result["ci"]) == ["deep", "palette", "default", "random"]
    for name, values in result["results"].items():
        assert list(values) == ["p@1", "p@10", "map", "ndcg@10", "mrr"]
        for metric, value in values.items():
            low, high = result["ci"][name][metric]
            assert -1e-9 <= low <= value + 1e-9 and value <= high + 1e-9 <= 1 + 2e-9
    assert result["results"]["default"]["map"] > result["results"]["random"]["map"] + 0.3
    assert result["results"]["default"]["p@10"] < 0.2001  # each painting has two relevant ones


@pytest.mark.parametrize("relevance", ["artist", "style", "genre"])
def test_like_asking_the_engine_one_by_one(indexed_collection, relevance):
    engine = SearchEngine.open(indexed_collection)
    keys = dict(zip(engine.paintings.ids, engine.paintings.keys(relevance)))
    precise, ranked_well = [], []
    for painting_id, key in keys.items():
        if key is None or list(keys.values()).count(key) < 2:
            continue
        hits = engine.search(painting_id, k=100).hits
        assert len(hits) == 23
        relevant = [canonical_key(hit.labels[relevance]) == key for hit in hits]
        precise.append(sum(relevant[:10]) / 10)
        ranked_well.append(average_precision_score(relevant, [hit.score for hit in hits]))
    result = benchmark(indexed_collection, relevance)
    assert result["n_queries"] == len(precise)
    assert result["results"]["default"]["p@10"] == pytest.approx(np.mean(precise))
    assert result["results"]["default"]["map"] == pytest.approx(np.mean(ranked_well))


def test_the_same_seed_gives_the_same_and_limit_draws_queries(indexed_collection):
    assert benchmark(indexed_collection, limit=7, seed=3) == benchmark(indexed_collection, limit=7, seed=3)
    assert benchmark(indexed_collection, limit=7)["n_queries"] == 7
    assert benchmark(indexed_collection, limit=7, seed=1)["results"] != benchmark(indexed_collection, limit=7, seed=2)["results"]


def test_copies_are_neither_candidates_nor_a_reason_to_ask(tmp_path):
    red = [paint("red", "bands", seed) for seed in range(2)]
    images = [red[0], red[0], red[1], paint("blue", "discs", 1), paint("blue", "discs", 1), paint("grey", "bands", 5)]
    artists = ["Ann", "ann", "Ann", "Bob", "Bob", None]
    collection = write_collection(tmp_path / "c", images, artist=artists)
    build_index(collection, features=("palette",))
    result = benchmark(collection, "artist")
    assert result["n_queries"] == 3  # Bob's two are one image
    assert result["results"]["palette"] == result["results"]["default"]
    assert result["results"]["palette"]["p@1"] == 1


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
    folder = collection / "index"
    vectors = next(folder.glob("vectors-*.npy"))
    np.save(vectors, np.tile(np.load(vectors)[:1], (24, 1)))
    values = benchmark(collection, "artist")["results"]["palette"]
    assert values["p@10"] == pytest.approx(3 / 23, abs=0.08)


def test_near_duplicates_of_the_query_are_no_candidates(tmp_path):
    pictures = [paint(scheme, "discs", seed) for seed, scheme in enumerate(["red", "green", "blue", "grey"])]
    twice = [picture for original in pictures for picture in (original, original.resize((320, 240)))]
    collection = write_collection(tmp_path / "c", twice, artist=["one", "one", "two", "two", "one", "one", "two", "two"])
    build_index(collection, features=("palette",))
    document = benchmark(collection, "artist")
    assert document["n_queries"] == 8 and document["results"]["palette"]["p@10"] == pytest.approx(2 / 10)


def test_errors(indexed_collection):
    with pytest.raises(InputError, match="no column 'mood'"):
        benchmark(indexed_collection, "mood")
    with pytest.raises(NothingUsableError, match="share a title"):
        benchmark(indexed_collection, "title")
    with pytest.raises(InputError, match="0 queries"):
        benchmark(indexed_collection, limit=0)
