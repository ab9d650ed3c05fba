"""Maps over HTTP: computed in the background, coloured, filtered, and compared with the rest."""

import time
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from artextract.app.api import map as map_calls
from artextract.app.api.map import compare_label
from artextract.app.jobs import Jobs
from artextract.errors import InputError, NothingUsableError
from artextract.search.map import map_store
from artextract.search.map.clusters import log_odds
from artextract.search.map.layout import make_map
from artextract.table import read_paintings
from tests.app.api.answers import error_of


def ready(client, **asked) -> dict:
    """The map once it is there."""
    for _ in range(3000):
        answer = client.get("/api/map", params=asked).json()
        if answer["state"] not in ("waiting", "running"):
            return answer
        time.sleep(0.02)
    raise AssertionError(answer)


def test_a_map_is_computed_in_the_background_and_kept(client, collection):
    first = client.get("/api/map", params={"method": "pca", "weights": "palette=1"}).json()
    assert first["state"] in ("waiting", "running", "done")
    answer = ready(client, method="pca", weights="palette=1")
    found, expected = answer["map"], make_map(collection, "pca", {"palette": 1})
    assert answer["state"] == "done" and found["explained"] == pytest.approx(expected.explained)
    rows = [found["ids"].index(painting_id) for painting_id in expected.paintings.ids]
    assert np.allclose(np.array([found["x"], found["y"]], dtype=float).T[rows], expected.places, atol=1e-5)
    assert [(c["name"], c["size"]) for c in found["clusters"]] == [(c.name, c.size) for c in expected.named]
    assert len(list((collection / "maps").iterdir())) == 1
    assert str(collection) not in client.get("/api/map", params={"method": "pca", "weights": "palette=1"}).text


def test_what_fails_says_why_and_can_be_tried_again(client, monkeypatch):
    def broken(*_, **__):
        raise NothingUsableError("3 paintings are too few for a map", "map at least 6")

    monkeypatch.setattr(map_store, "make_basis", broken)
    asked = {"method": "tsne", "weights": "palette=0.5,deep=0.5"}
    answer = ready(client, **asked)
    assert (answer["state"], answer["message"], answer["hint"]) == (
        "failed",
        "3 paintings are too few for a map",
        "map at least 6",
    )
    monkeypatch.undo()
    assert ready(client, **asked)["state"] == "failed"
    assert client.post("/api/map/again", json=asked).json()["state"] in ("waiting", "running", "done")
    assert ready(client, **asked)["map"]["method"] == "tsne"


def test_a_map_that_nobody_waits_for_is_not_begun(client, monkeypatch):
    monkeypatch.setattr(map_calls, "WAITS", -1.0)
    made = []

    def make(store, engine, method, weights, **_):
        made.append(weights)
        raise InputError("this is only a test")

    ask, used = Jobs.ask, []
    monkeypatch.setattr(Jobs, "ask", lambda jobs, *given: (used.append(jobs), ask(jobs, *given))[1])
    monkeypatch.setattr(map_store.MapStore, "make", make)
    for _ in range(5):
        state = client.get("/api/map", params={"method": "pca", "weights": "deep=1"}).json()["state"]
        assert state in ("waiting", "running")
    used[0]._thread.submit(lambda: None).result(30)  # jobs run in turn: what was asked for has had its turn
    monkeypatch.setattr(map_calls, "WAITS", 60.0)
    assert ready(client, method="pca", weights="deep=2,palette=3")["state"] == "failed"
    assert made == [{"deep": 2.0, "palette": 3.0}]
    monkeypatch.undo()
    assert ready(client, method="pca", weights="deep=1")["map"]["weights"] == {"deep": 1.0}


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "isomap"},
        {"weights": "nothing=1"},
        {"weights": "x"},
        {"weights": "palette=0"},
        {"weights": "palette=-1"},
    ],
)
def test_wrong_maps(client, asked):
    error_of(client.get("/api/map", params=asked), 400)


def test_umap_is_offered_only_where_it_is_installed(client, monkeypatch):
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "umap" else real(name, *rest))
    assert client.get("/api/map/options").json()["methods"] == ["tsne", "pca", "time"]
    assert error_of(client.get("/api/map", params={"method": "umap"}), 400)["code"] == "umap-missing"


def test_columns(client, collection):
    frame = read_paintings(collection).frame
    offered = {column["name"]: column for column in client.get("/api/map/options").json()["columns"]}
    assert {"style", "artist", "genre"} & set(offered) and not {"id", "path", "title", "sha256"} & set(offered)
    for name, facts in offered.items():
        answer = client.get("/api/map/column", params={"name": name}).json()
        expected = [None if pd.isna(value) else value for value in frame[name]]
        assert answer["kind"] == facts["kind"]
        if answer["kind"] == "numbers":
            assert answer["numbers"] == [None if value is None else float(value) for value in expected]
        else:
            assert [None if code < 0 else answer["values"][code] for code in answer["codes"]] == expected
            assert Counter(value for value in expected if value is not None) == dict(
                zip(answer["values"], answer["counts"], strict=False)
            )
            assert answer["counts"] == sorted(answer["counts"], reverse=True)
    for name in ("path", "nothing", ""):
        error_of(client.get("/api/map/column", params={"name": name}), 400)


def test_numbers_are_numbers_only_where_all_are():
    numbers = map_calls._numbers
    assert numbers(np.array(["1889", None, "1890.5"], dtype=object)) == [1889.0, None, 1890.5]
    for values in (["1889", "about 1890"], [None, None], [True, False], [[1], [2]], [float("inf"), 1.0]):
        column = np.empty(2, dtype=object)
        column[:] = values
        assert numbers(column) is None


def test_what_passes_is_what_the_collection_shows(client):
    ids = ready(client, method="pca", weights="palette=1")["map"]["ids"]
    for asked in ({"where": "genre=bands"}, {"text": "bands"}, {"where": ["genre=bands", "width>=1"]}):
        shown = [p["id"] for p in client.get("/api/paintings", params={**asked, "limit": 100}).json()["paintings"]]
        assert (
            sorted(ids[row] for row in client.get("/api/map/passing", params=asked).json()["rows"])
            == sorted(shown)
            != []
        )
    error_of(client.get("/api/map/passing", params={"where": "nothing"}), 400)


def test_paintings_by_ids(client):
    answer = client.get("/api/map/paintings", params={"id": ["p07", "p01"]}).json()
    assert [painting["id"] for painting in answer] == ["p07", "p01"] and answer[0]["labels"].keys() == {
        "style",
        "artist",
        "genre",
    }
    error_of(client.get("/api/map/paintings", params={"id": ["p07", "nobody"]}), 404)
    error_of(client.get("/api/map/paintings"), 422)


def test_labels_of_a_part_by_hand():
    values = np.array(["a", "a", "b", None, "a", "b", "b", "b"], dtype=object)
    answer = compare_label("style", values, np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool))
    assert (answer.known, answer.distinct) == (3, 2)
    first, second = answer.values
    assert (first.value, first.count, first.share, first.elsewhere) == (
        "a",
        2,
        pytest.approx(2 / 3),
        pytest.approx(1 / 4),
    )
    assert (second.value, second.share, second.elsewhere) == ("b", pytest.approx(1 / 3), pytest.approx(3 / 4))
    assert first.z == pytest.approx(log_odds({"a": 2}, {"a": 3}, 3, 7)["a"]) and first.z > 0 > second.z
    everything = compare_label("style", values, np.ones(8, dtype=bool))
    assert [(v.elsewhere, v.z) for v in everything.values] == [
        (None, None),
        (None, None),
    ], "there is nothing to compare with"
    assert compare_label("style", values, np.arange(8) == 3).known == 0


def test_the_chosen_beside_the_rest(client, collection):
    paintings = read_paintings(collection)
    chosen = [
        painting_id
        for painting_id, genre in zip(paintings.ids, paintings.column("genre"), strict=False)
        if genre == "bands"
    ]
    answer = client.post("/api/map/chosen", json={"ids": chosen}).json()
    assert (answer["n"], answer["rest"]) == (len(chosen), len(paintings) - len(chosen))
    genre = next(label for label in answer["labels"] if label["column"] == "genre")
    assert [(v["value"], v["share"], v["elsewhere"]) for v in genre["values"]] == [("bands", 1.0, 0.0)] and genre[
        "values"
    ][0]["z"] > 2
    error_of(client.post("/api/map/chosen", json={"ids": ["nobody"]}), 404)
    error_of(client.post("/api/map/chosen", json={"ids": []}), 422)
