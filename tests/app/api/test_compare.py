"""Why two pictures match, as the page is told: the parts of the search, in the frame of the whole pictures, and
drawings that lie where they should."""

import base64
import io
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from artextract.app.api import create_app
from artextract.features.deep import Deep
from artextract.search.reasons.overlays import NUMBER_STEP
from tests.app.api.answers import error_of, png
from tests.app.api.conftest import client_of
from tests.conftest import paint


def hit_of(client, **asked) -> dict:
    return client.post("/api/search", json={"k": 1, **asked}).json()["hits"][0]


def compared(client, **asked) -> dict:
    answer = client.post("/api/compare", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def layer_of(drawing: dict) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(drawing["layer"].removeprefix("data:image/png;base64,")))))


@pytest.mark.parametrize("weights", [None, {"deep": 1, "palette": 3}])
def test_the_parts_are_those_of_the_search(client, weights):
    hit = hit_of(client, id="p00", weights=weights)
    answer = compared(client, id="p00", hit=hit["id"], weights=weights)
    assert answer["score"] == pytest.approx(hit["score"]) and answer["closer_than"] == pytest.approx(
        hit["closer_than"]["all"]
    )
    weighing = {name: value for name, value in hit["features"].items() if weights is None or name in weights}
    assert {reason["name"]: reason["contribution"] for reason in answer["features"]} == pytest.approx(weighing)
    assert sum(reason["weight"] for reason in answer["features"]) == pytest.approx(1)
    assert answer["summary"] and answer["b"]["painting"]["id"] == hit["id"] and answer["a"]["rights"] == "CC0"


def test_labels_that_both_have(client):
    answer = compared(client, id="p00", hit="p01")
    assert answer["same"] == {"style": "Red School", "artist": "Painter of red bands", "genre": "bands"}
    assert compared(client, id="p00", hit="p03")["same"] == {"style": "Red School"}
    assert compared(client, id="p04", hit="p05")["same"] == {"artist": "Painter of red discs"}, (
        "what is unknown of both is not shared"
    )


def test_an_upload_has_no_labels(client):
    token = client.post("/api/uploads", content=png(paint("green", "discs", 70))).json()["upload"]
    hit = hit_of(client, upload=token)
    answer = compared(client, upload=token, hit=hit["id"])
    assert (
        answer["a"]["painting"] is None
        and (answer["a"]["width"], answer["a"]["height"]) == (160, 120)
        and answer["same"] == {}
    )
    assert answer["score"] == pytest.approx(hit["score"])
    assert {one["name"] for one in answer["overlays"]} == {"regions", "likeness", "palette", "deep"}


def test_a_region_is_compared_and_reported_in_the_frame_of_the_whole(client, monkeypatch):
    region = [0.25, 0.5, 0.75, 1.0]
    hit = hit_of(client, id="p03", region=region)
    answer = compared(client, id="p03", region=region, hit=hit["id"])
    assert (
        answer["score"] == pytest.approx(hit["score"])
        and answer["a"]["region"] == region
        and answer["b"]["region"] is None
    )
    for pair in answer["regions"]:
        left, top, right, bottom = pair["a"]
        assert 0.25 <= left < right <= 0.75 and 0.5 <= top < bottom <= 1.0
    drawn = client.get(
        "/api/compare/overlays/deep", params={"id": "p03", "hit": hit["id"], "region": "0.25,0.5,0.75,1"}
    ).json()
    assert drawn["a"]["frame"] == region and drawn["b"]["frame"] == [0, 0, 1, 1]
    assert layer_of(drawn["a"]).shape == (60, 80, 4) and layer_of(drawn["b"]).shape == (120, 160, 4)
    assert compared(client, id="p03", region=[0, 0, 1, 1], hit="p04")["a"]["region"] is None


def test_regions_are_boxes_with_the_same_numbers_in_both(client):
    answer = compared(client, id="p00", hit="p01")
    drawn = client.get("/api/compare/overlays/regions", params={"id": "p00", "hit": "p01"}).json()
    assert answer["regions"]
    for side in ("a", "b"):
        numbers = {shape["text"]: shape["at"] for shape in drawn[side]["shapes"] if shape["kind"] == "words"}
        assert numbers == {str(pair["number"]): pair[side][:2] for pair in answer["regions"]}
        boxes = [shape["points"] for shape in drawn[side]["shapes"] if shape["kind"] == "line"]
        assert sorted([*points[0], *points[2]] for points in boxes) == sorted(pair[side] for pair in answer["regions"])


def test_the_palette_says_where_each_colour_is(client):
    drawn = client.get("/api/compare/overlays/palette", params={"id": "p00", "hit": "p01"}).json()
    assert drawn["colours"] == compared(client, id="p00", hit="p01")["colours"]
    for side, image in (("a", paint("red", "bands", 0)), ("b", paint("red", "bands", 1))):
        numbers, pixels = layer_of(drawn[side]) / NUMBER_STEP, np.asarray(image).astype(int)
        assert numbers.shape == pixels.shape[:2] and set(np.unique(numbers)) <= set(range(len(drawn["colours"]) + 1))
        for number, colour in enumerate(drawn["colours"], 1):
            where = numbers == number
            assert where.mean() == pytest.approx(colour[f"share_{side}"], abs=0.12)
            own = [int(colour["hex"][at : at + 2], 16) for at in (1, 3, 5)]
            assert np.abs(pixels[where].mean(axis=0) - own).max() < 40


def test_each_picture_is_described_once(collection, monkeypatch):
    client, seen = client_of(create_app(collection)), []
    run = Deep.map_and_vector
    monkeypatch.setattr(Deep, "map_and_vector", lambda self, image: seen.append(1) or run(self, image))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: compared(client, id="p00", hit="p01"), range(12)))
    assert all(answer == answers[0] for answer in answers) and len(seen) == 2
    compared(client, id="p00", hit="p01", weights={"palette": 1, "deep": 1})
    client.get("/api/compare/overlays/deep", params={"id": "p00", "hit": "p01"})
    compared(client, id="p01", hit="p00")
    assert len(seen) == 2


def test_a_picture_that_is_gone_is_compared_by_what_was_indexed(indexed_collection, tmp_path):
    folder = shutil.copytree(indexed_collection, tmp_path / "c")
    client = client_of(create_app(folder))
    whole = compared(client, id="p00", hit="p01", weights={"palette": 1})
    (folder / "images/p00.png").rename(tmp_path / "away.png")
    client = client_of(create_app(folder))
    answer = compared(client, id="p00", hit="p01", weights={"palette": 1})
    assert "missing" in answer["a"]["trouble"] and answer["b"]["trouble"] == "" and str(tmp_path) not in str(answer)
    assert answer["features"] == whole["features"] and answer["score"] == whole["score"] and answer["regions"] == []
    assert {colour["name"] for colour in answer["colours"]} == {colour["name"] for colour in whole["colours"]}
    drawn = client.get("/api/compare/overlays/deep", params={"id": "p00", "hit": "p01"}).json()
    assert drawn["a"] is None and drawn["b"]["layer"] and "missing" in drawn["trouble"]
    together = client.get("/api/compare/overlays/regions", params={"id": "p00", "hit": "p01"}).json()
    assert together["a"] is None and together["b"] is None and together["trouble"]
    (tmp_path / "away.png").rename(folder / "images/p00.png")
    assert compared(client, id="p00", hit="p01", weights={"palette": 1})["a"]["trouble"] == "", (
        "what went wrong is not remembered"
    )


@pytest.mark.parametrize(
    "body, status",
    [
        ({"hit": "p01"}, 400),
        ({"id": "p00", "upload": "x", "hit": "p01"}, 400),
        ({"id": "nobody", "hit": "p01"}, 404),
        ({"id": "p00", "hit": "nobody"}, 404),
        ({"upload": "never", "hit": "p01"}, 404),
        ({"id": "p00"}, 422),
        ({"id": "p00", "hit": "p01", "weights": {"aura": 1}}, 400),
        ({"id": "p00", "hit": "p01", "weights": {"deep": 0}}, 400),
        ({"id": "p00", "hit": "p01", "region": [0.5, 0, 0.2, 1]}, 400),
        ({"id": "p00", "hit": "p01", "region": [0, 0, 0.01, 0.01]}, 400),
        ({"id": "p00", "hit": "p01", "region": [0, 0, 1]}, 422),
    ],
)
def test_what_cannot_be_compared(client, body, status):
    error_of(client.post("/api/compare", json=body), status)


@pytest.mark.parametrize(
    "name, params, status",
    [
        ("aura", {"id": "p00", "hit": "p01"}, 404),
        ("pose", {"id": "p00", "hit": "p01"}, 404),
        ("deep", {"hit": "p01"}, 400),
        ("deep", {"id": "p00"}, 422),
        ("deep", {"id": "p00", "hit": "p01", "region": "here"}, 400),
        ("deep", {"id": "p00", "hit": "nobody"}, 404),
    ],
)
def test_overlays_that_are_not_there(client, name, params, status):
    error_of(client.get(f"/api/compare/overlays/{name}", params=params), status)


def test_a_combined_query_is_reported_by_its_parts(client):
    token = client.post("/api/uploads", content=png(paint("green", "discs", 71))).json()["upload"]
    asked = {"id": "p00", "plus": [f"upload:{token}"], "minus": ["p09"]}
    hit = hit_of(client, **asked)
    answer = compared(client, **asked, hit=hit["id"])
    assert answer["score"] == pytest.approx(hit["score"]) == sum(part["score"] for part in answer["parts"])
    parts = [(part["name"], part["wanted"], part["title"] is None) for part in answer["parts"]]
    assert parts == [("p00", True, False), (f"upload:{token}", True, True), ("p09", False, False)]
    assert compared(client, id="p00", hit=hit["id"])["parts"] == []
    of_query = compared(client, **asked, hit="p09")
    assert of_query["band"] is None and of_query["facts"]["values"]["parts"][0]["code"] == "part-of-query"
    missing = client.post("/api/compare", json={"id": "p00", "plus": ["nobody"], "hit": "p01"})
    assert missing.status_code == 404, "an example that is not there"
