"""The search engine from end to end on painted pictures: what is found, left out, filtered, refused; and without
torch."""

import io
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from artextract.errors import InputError, MismatchError, NothingUsableError
from artextract.index import METRICS
from artextract.model.starter import starter_folder
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.model_labels import predicted_labels
from artextract.search.asking.weights import DEFAULT_METRIC, resolve_weights
from artextract.search.build import build_index
from artextract.search.index_options import IndexOptions, options_of
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.raising import raises


@pytest.fixture(scope="module")
def engine(indexed_collection):
    return SearchEngine.open(indexed_collection)


def scheme(hit) -> str:
    return hit.labels["artist"].split()[2]


def layout(hit) -> str:
    return hit.labels["artist"].split()[3]


def test_palette_finds_the_colours_and_deep_the_layout(engine):
    by_colour = engine.search("p00", k=5, weights={"palette": 1}).hits
    assert {scheme(hit) for hit in by_colour} == {"red"} and {layout(hit) for hit in by_colour} == {"bands", "discs"}
    by_form = engine.search("p00", k=5, weights={"deep": 1}).hits
    assert sum(layout(hit) == "bands" for hit in by_form) >= 4
    assert [hit.id for hit in by_form] != [hit.id for hit in by_colour]


def test_a_hit_tells_everything(engine, indexed_collection):
    result = engine.search("p00", k=3)
    hit = result.hits[0]
    paintings = read_paintings(indexed_collection)
    row = paintings.record(paintings.position(hit.id))
    assert (hit.title, hit.source, hit.rights) == (row["title"], "painted", "CC0")
    assert hit.labels == {name: row[name] for name in ("style", "artist", "genre")}
    assert hit.path == str((indexed_collection / row["path"]).resolve())
    assert result.weights == resolve_weights(None, ["deep", "style", "palette"]) and result.n_candidates == 23
    assert result.query["id"] == "p00"
    for hit in result.hits:
        assert hit.score == pytest.approx(sum(hit.features.values()), abs=1e-9)
        scales = {name: engine.index.scale(name, result.metric) for name in hit.features}
        assert hit.features == pytest.approx(
            {name: result.weights[name] * scales[name].standard(value) for name, value in hit.similarity.items()}
        )
        assert set(hit.closer_than) == {"all", *hit.features} and all(
            0 <= value <= 1 for value in hit.closer_than.values()
        )
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)
    assert json.loads(json.dumps(result.as_dict(), allow_nan=False))["hits"][0]["id"] == result.hits[0].id


def test_weights_are_scaled_and_shown(engine):
    one, ten = (
        engine.search("p00", weights={"deep": 1, "palette": 1}),
        engine.search("p00", weights={"deep": 10, "palette": 10}),
    )
    assert one == ten and one.weights == {"deep": 0.5, "style": 0, "palette": 0.5}


def test_filters_come_first_so_that_nothing_starves(engine):
    result = engine.search("p00", k=10, where=["style=Grey School|blue_school"])
    assert len(result.hits) == result.n_candidates == 10
    assert {hit.labels["style"] for hit in result.hits} == {"Grey School", "Blue School"}
    assert engine.search("p00", where=["style=Red School", "genre=discs"], k=50).n_candidates == 1
    assert engine.search("p00", where=["style=Red School", "year>1850"]).hits == []


def test_files_bytes_and_pictures_are_one_query(engine, tmp_path):
    image = paint("green", "discs", 99)
    image.save(tmp_path / "new.png")
    data = (tmp_path / "new.png").read_bytes()
    results = [
        engine.search(source)
        for source in (str(tmp_path / "new.png"), tmp_path / "new.png", data, Image.open(io.BytesIO(data)))
    ]
    assert all([hit.id for hit in result.hits] == [hit.id for hit in results[0].hits] for result in results)
    assert scheme(results[0].hits[0]) == "green" and results[0].query["id"] is None
    again = engine.query(data)
    assert engine.search(again, k=3).hits == results[2].hits[:3]


def test_the_query_is_left_out_by_id_and_by_content(tmp_path):
    images = [paint("red", "bands", seed) for seed in range(4)]
    collection = write_collection(tmp_path / "c", [*images, images[0], images[0]])
    build_index(collection, features=("palette",))
    engine = SearchEngine.open(collection)
    for query in ("p00", "p04", str(collection / "images/p05.png"), (collection / "images/p00.png").read_bytes()):
        result = engine.search(query)
        assert sorted(hit.id for hit in result.hits) == ["p01", "p02", "p03"] and result.n_candidates == 3
    others = [hit.id for hit in engine.search("p01").hits]
    assert {"p00", "p04", "p05"} <= set(others)


def test_an_id_wins_over_a_file_of_that_name(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paint("blue", "discs", 5).save(tmp_path / "p00", "PNG")
    assert engine.search("p00").query["id"] == "p00"
    assert engine.search("./p00").query["id"] is None


def test_what_is_neither_suggests_ids(engine, tmp_path):
    with raises(InputError, "unknown-painting", "p0O") as caught:
        engine.search("p0O")
    assert caught.value.hint.startswith("ids like it: p") and caught.value.hint.count(",") == 2
    (tmp_path / "text.jpg").write_text("not a picture")
    with raises(InputError, "unusable-picture", "text.jpg'"):
        engine.search(str(tmp_path / "text.jpg"))
    with raises(InputError, "unreadable-file"):
        engine.search(str(tmp_path))
    with raises(InputError, "invalid-count", "0"):
        engine.search("p00", k=0)
    with raises(InputError, "feature-not-indexed", "aura"):
        engine.search("p00", weights={"aura": 1})


def test_bad_images_are_left_out_and_reported(tmp_path):
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(4)])
    (collection / "images/p01.png").write_bytes(b"broken")
    report = build_index(collection, features=("palette",))
    assert report.n_indexed == 3 and report.skipped == [
        ("p01", "the file has changed and cannot be used: not an image that can be decoded")
    ]
    engine = SearchEngine.open(collection)
    assert [hit.id for hit in sorted(engine.search("p02").hits, key=lambda hit: hit.id)] == ["p00", "p03"]
    assert {hit.id: hit.title for hit in engine.search("p02").hits} == {"p00": "Picture 0", "p03": "Picture 3"}
    with raises(InputError, "painting-not-indexed", "'p01'", report.skipped[0][1]):
        engine.search("p01")
    for path in (collection / "images").iterdir():
        path.write_bytes(b"broken")
    shutil.rmtree(collection / "features")
    with raises(NothingUsableError, "no-usable-image"):
        build_index(collection, features=("palette",))
    assert len(SearchEngine.open(collection).index) == 3


def test_what_a_painting_lacks_is_null_and_contributes_nothing(tmp_path, monkeypatch):
    from artextract.features import FEATURES
    from tests.features.test_compute import Counting

    class Reddish(Counting):
        """Only red pictures have it."""

        name = store_name = "reddish"

        def vector(self, image):
            red = super().vector(image)
            return red if red[0] > 130 else red * float("nan")

    monkeypatch.setitem(FEATURES, "reddish", lambda settings: Reddish())
    collection = write_collection(
        tmp_path / "c", [paint(s, "bands", 1) for s in ("red", "red", "blue")] + [paint("red", "discs", 4)]
    )
    report = build_index(collection, features=("palette", "reddish"))
    assert report.without == {"palette": 0, "reddish": 1}
    engine = SearchEngine.open(collection)
    blue = next(hit for hit in engine.search("p00", weights={"palette": 0.5, "reddish": 0.5}).hits if hit.id == "p02")
    assert blue.features["reddish"] is None and blue.similarity["reddish"] is None
    assert blue.score == pytest.approx(
        0.5 * engine.index.scale("palette", DEFAULT_METRIC).standard(blue.similarity["palette"])
    )
    assert [hit.id for hit in engine.search("p00", weights={"reddish": 1}).hits] != [] and all(
        hit.id != "p02" for hit in engine.search("p00", weights={"reddish": 1}).hits
    )
    result = engine.search("p02", weights={"palette": 0.5, "reddish": 0.5})
    assert result.query["missing"] == {"reddish": "the painting has none"} and all(
        hit.similarity["reddish"] is None for hit in result.hits
    )
    with raises(InputError, "query-lacks-features"):
        engine.search("p02", weights={"reddish": 1})


def test_a_region_is_searched_for_alone(engine, tmp_path):
    both = Image.new("RGB", (600, 300))
    both.paste(paint("green", "discs", 51).resize((300, 300)), (0, 0))
    both.paste(paint("red", "bands", 52).resize((300, 300)), (300, 0))
    both.save(tmp_path / "both.png")
    left = engine.search(engine.query(tmp_path / "both.png", (0, 0, 0.5, 1)), weights={"palette": 1}, k=3)
    right = engine.search(engine.query(tmp_path / "both.png", (0.5, 0, 1, 1)), weights={"palette": 1}, k=3)
    assert {scheme(hit) for hit in left.hits} == {"green"} and {scheme(hit) for hit in right.hits} == {"red"}
    assert left.query["region"] == (0, 0, 0.5, 1)
    part = engine.search(engine.query("p00", (0.1, 0.1, 0.9, 0.9)))
    assert part.query["id"] == "p00" and all(hit.id != "p00" for hit in part.hits)
    for region, code in (
        ((0.5, 0, 0.5, 1), "invalid-region"),
        ((0, 0, 0.01, 0.01), "unusable-picture"),
        ((0, 0, 1), "invalid-region"),
    ):
        with raises(InputError, code):
            engine.query(tmp_path / "both.png", region)


def test_plus_and_minus_move_the_query(engine):
    reds = [hit.id for hit in engine.search("p00", k=23, weights={"palette": 1}).hits if scheme(hit) == "red"]
    greens = [
        i
        for i in engine.index.ids
        if engine.search(i, k=1, weights={"palette": 1}).hits
        and "green" in (engine.paintings.record(engine.index.position(i))["artist"] or "")
    ]
    both = engine.search(engine.combine(["p00", greens[0]]), k=6, weights={"palette": 1})
    assert {scheme(hit) for hit in both.hits} == {"red", "green"}
    assert not {"p00", greens[0]} & {hit.id for hit in both.hits} and both.query["plus"] == ["p00", greens[0]]
    without = engine.search(engine.combine(["p00", greens[0]], [greens[1]]), k=3, weights={"palette": 1})
    assert {scheme(hit) for hit in without.hits} == {"red"} and without.query["minus"] == [greens[1]]
    assert greens[1] not in {hit.id for hit in engine.search(engine.combine(["p00"], [greens[1]]), k=23).hits}
    assert engine.search(engine.combine(["p00"])).hits == engine.search("p00").hits and len(reds) == 5
    with raises(InputError, "nothing-wanted"):
        engine.combine([], ["p00"])


def test_colours_are_searched_for_by_their_proportions(engine):
    red = engine.search(engine.describer.colours("#c03020=70%,#e0b080"), k=3)
    assert red.weights["palette"] == 1 and {scheme(hit) for hit in red.hits} == {"red"}
    assert red.query["colours"] == [["#c03020", pytest.approx(0.7)], ["#e0b080", pytest.approx(0.3)]]
    with raises(InputError, "query-lacks-features"):
        engine.search(engine.describer.colours("#c03020"), weights={"deep": 1})


def test_words_find_texts_alone_and_with_a_painting(engine):
    found = engine.search(words="green discs", k=50)
    assert found.weights["words"] == 1 and found.hits[0].features["words"] == pytest.approx(found.hits[0].score)
    assert scheme(found.hits[0]) == "green" and layout(found.hits[0]) == "discs"
    mixed = engine.search("p00", words="green", k=3)
    assert {scheme(hit) for hit in mixed.hits} == {"green"} and mixed.hits[0].features["style"] is not None
    with raises(InputError, "nothing-to-search-for"):
        engine.search()
    with raises(InputError, "words-not-found", "'purpl"):
        engine.search(words="purplish")


def test_words_find_what_the_model_took_an_unlabelled_painting_for(tmp_path, monkeypatch):
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(3)])
    table = read_paintings(collection)
    replace(table, frame=table.frame.assign(genre=[None, "bands", "bands"])).write()
    build_index(collection, features=("style",))
    engine = SearchEngine.open(collection)
    monkeypatch.setattr(engine.features["style"].predictor, "is_sure", lambda name, probability: name == "genre")
    predicted = predicted_labels(engine.index, engine.features, engine.paintings)
    assert predicted["style"] == [None] * 3 and len(predicted["genre"]) == 3
    assert predicted["genre"][0] in engine.features["style"].predictor.model.labels.classes["genre"]
    assert [hit.id for hit in engine.search(words=predicted["genre"][0]).hits] == [
        "p00"
    ]  # the others have a label of their own


def test_other_views_of_an_object_are_left_out(tmp_path):
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(4)])
    table = read_paintings(collection)
    replace(table, frame=table.frame.assign(object=["one", "one", None, None])).write()
    build_index(collection, features=("palette",))
    assert {hit.id for hit in SearchEngine.open(collection).search("p00").hits} == {"p02", "p03"}
    assert len(SearchEngine.open(collection).search("p02").hits) == 3


def test_every_metric_answers_and_others_are_refused(engine):
    found = {metric: engine.search("p00", k=5, metric=metric) for metric in METRICS}
    assert all(result.metric == metric and scheme(result.hits[0]) == "red" for metric, result in found.items())
    assert all(value <= 0 for hit in found["l2"].hits for value in hit.similarity.values())
    with raises(InputError, "invalid-space"):
        build_index(engine.paintings.root, features=("deep",), options=IndexOptions(spaces={"palette": "whitened"}))
    with raises(InputError, "unknown-metric", "manhattan"):
        engine.search("p00", metric="manhattan")


def test_an_index_is_brought_up_to_date_while_a_reader_keeps_its_own(tmp_path):
    images = [paint("red", "bands", seed) for seed in range(5)]
    collection = write_collection(tmp_path / "c", images[:4])
    build_index(collection, features=("palette",))
    reader = SearchEngine.open(collection)
    before = reader.search("p00")
    write_collection(collection, images)
    report = build_index(collection, features=("palette",))
    assert (report.updated, report.added, report.removed) == (True, 1, 0)
    assert reader.is_stale and reader.search("p00") == before
    assert "p04" in {hit.id for hit in SearchEngine.open(collection).search("p00").hits}
    assert build_index(collection, features=("palette",)).added == 0
    table = read_paintings(collection)
    table.rows(np.arange(1, 5)).write()
    report = build_index(collection, features=("palette",))
    assert (report.updated, report.added, report.removed, report.n_indexed) == (True, 0, 1, 4)
    assert not build_index(
        collection, features=("palette",), options=IndexOptions(spaces={"palette": "whitened"})
    ).updated
    assert options_of(collection)[1].spaces == {"palette": "whitened"}


def test_an_index_that_was_fitted_on_much_fewer_is_written_anew(tmp_path):
    images = [
        paint(scheme, layout, seed)
        for seed, (scheme, layout) in enumerate(
            [("red", "bands"), ("blue", "discs"), ("green", "bands"), ("grey", "discs"), ("red", "discs")]
        )
    ]
    collection = write_collection(tmp_path / "c", images[:2])
    build_index(collection, features=("palette",))
    write_collection(collection, images[:4])
    assert build_index(collection, features=("palette",)).updated
    write_collection(collection, images)
    report = build_index(collection, features=("palette",))
    assert not report.updated and report.n_indexed == 5
    assert SearchEngine.open(collection).index.config.fitted == 5


def test_the_query_is_no_part_of_what_a_hit_is_compared_with(engine):
    best = engine.search("p00", k=1).hits[0]
    assert best.closer_than["all"] == 1


def test_another_model_under_the_index_is_refused(tmp_path):
    model = tmp_path / "model"
    shutil.copytree(starter_folder(), model)
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(3)])
    build_index(collection, features=("style",), options=IndexOptions(model=model))
    assert len(SearchEngine.open(collection).search("p00").hits) == 2
    (model / "metric.safetensors").unlink()
    with raises(MismatchError, "feature-version", "style"):
        SearchEngine.open(collection)


def test_an_index_older_than_its_table_is_a_mismatch(tmp_path):
    images = [paint("red", "bands", seed) for seed in range(3)]
    collection = write_collection(tmp_path / "c", images)
    with raises(InputError, "no-index"):
        SearchEngine.open(collection)
    build_index(collection, features=("palette",))
    write_collection(collection, [*images, paint("blue", "discs", 9)])
    with raises(MismatchError, "index-outdated", "1"):
        SearchEngine.open(collection)
    build_index(collection, features=("palette",))
    assert len(SearchEngine.open(collection).index) == 4


def test_features_must_be_known_and_named_once(small_collection):
    with raises(InputError, "unknown-feature", "aura"):
        build_index(small_collection, features=("aura",))
    for features in ((), ("palette", "palette")):
        with raises(InputError, "features-needed"):
            build_index(small_collection, features=features)
