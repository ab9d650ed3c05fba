"""What is told of one painting: the model's answers are those of ``artextract predict``, with what is needed to read
them; and its place among the others."""

import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.app.api import create_app
from artextract.app.api.reader import SIDE, drawn
from artextract.app.cli import main
from artextract.files import read_json
from artextract.model import starter
from artextract.model.predictor import Predictor
from artextract.model.starter import starter_folder
from artextract.search.build import build_index
from tests.app.api.answers import error_of, png
from tests.app.api.conftest import client_of
from tests.conftest import paint, write_collection

PAINTINGS = ("p00", "p07", "p23")


def predictions_of(client, painting_id, **params):
    response = client.get(f"/api/predictions/{painting_id}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def by_attribute(answer):
    return {reading["attribute"]: reading for reading in answer["attributes"]}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    """Four pictures, p00 labelled as the starter model takes it, in another spelling; p01 otherwise; p02 with a class
    that the model does not know; p03 not at all. The copy of the starter model beside them has seen the file of p01 and
    a picture that is nearly p02, and their painters."""
    folder = tmp_path_factory.mktemp("labelled")
    images = [paint(scheme, "bands", seed) for seed, scheme in enumerate(("red", "green", "blue", "grey"))]
    write_collection(folder / "c", images)
    [answer] = Predictor.open().predict([folder / "c/images/p00.png"], lambda *_: None, top=1)
    best = answer["attributes"]["style"][0]["label"]
    other = next(label for label in Predictor.open().model.labels.classes["style"] if label != best)
    styles = [best.upper().replace(" ", "_"), other, "Zwischenschule", None]
    collection = write_collection(
        folder / "c", images, style=styles, artist=["Nobody Knows", "El Greco", "El Greco", None]
    )
    build_index(collection, features=("palette",))
    model = shutil.copytree(starter_folder(), folder / "model")
    table = pd.read_parquet(collection / "paintings.parquet").set_index("id")
    hash_ = table.loc["p02", "phash"]
    near = f"{int(hash_, 16) ^ 0b101:016x}"
    seen = pd.DataFrame(
        [
            {"sha256": table.loc["p01", "sha256"], "phash": None, "artist": "el_greco"},
            {"sha256": "0" * 64, "phash": near, "artist": "el_greco"},
        ]
    )
    seen.to_parquet(model / "trained_on.parquet")
    with client_of(create_app(collection, model)) as client:
        yield client


def test_answers_are_those_of_the_command(client, collection, capsys):
    files = [str(collection / f"images/{painting_id}.png") for painting_id in PAINTINGS]
    assert main(["predict", *files, "--json", "--top", "4"]) == 0
    for painting_id, expected in zip(PAINTINGS, json.loads(capsys.readouterr().out), strict=True):
        readings = by_attribute(predictions_of(client, painting_id, top=4))
        assert list(readings) == list(expected["attributes"])
        for name, labels in expected["attributes"].items():
            assert [entry["label"] for entry in readings[name]["labels"]] == [entry["label"] for entry in labels]
            assert np.allclose(
                [entry["probability"] for entry in readings[name]["labels"]],
                [entry["probability"] for entry in labels],
                atol=2e-3,
            )
            assert readings[name]["sure"] == (name not in expected["unsure"])


def test_probabilities_sum_to_one_and_attention_to_an_even_look(client):
    for painting_id in PAINTINGS:
        for reading in predictions_of(client, painting_id, top=100)["attributes"]:
            probabilities = [entry["probability"] for entry in reading["labels"]]
            assert len(probabilities) == reading["classes"] and probabilities == sorted(probabilities, reverse=True)
            assert sum(probabilities) == pytest.approx(1, abs=1e-4)
            grid = np.array(reading["looked"]["grid"])
            assert grid.shape == (7, 7) and grid.min() >= 0 and grid.mean() == pytest.approx(1, abs=2e-3)
            assert grid.max() <= reading["looked"]["most"]


def test_a_crowd_gets_the_same_answers(collection):
    ids = [f"p{number:02d}" for number in range(8)]
    with client_of(create_app(collection)) as client:
        with ThreadPoolExecutor(16) as crowd:
            answers = list(crowd.map(lambda painting_id: (painting_id, predictions_of(client, painting_id)), ids * 3))
        alone = {painting_id: predictions_of(client, painting_id) for painting_id in ids}
    assert all(answer == alone[painting_id] for painting_id, answer in answers)


def test_the_own_label_stands_beside(labelled):
    styles = [by_attribute(predictions_of(labelled, f"p0{number}", top=100))["style"] for number in range(4)]
    assert [reading["own"] and reading["own"]["agrees"] for reading in styles] == [
        True,
        by_truth(styles[1]),
        None,
        None,
    ]
    assert styles[3]["own"] is None and styles[2]["own"] == {
        "label": "Zwischenschule",
        "agrees": None,
        "probability": None,
    }
    for reading in styles[:2]:
        probability = {entry["label"].casefold(): entry["probability"] for entry in reading["labels"]}
        assert reading["own"]["probability"] == pytest.approx(
            probability[reading["own"]["label"].casefold().replace("_", " ")]
        )


def by_truth(reading):
    return reading["labels"][0]["label"] == reading["own"]["label"]


def test_a_painter_who_is_no_class_is_still_named(tmp_path):
    known = Predictor.open().model.labels.classes["artist"][3]
    collection = write_collection(
        tmp_path / "c",
        [paint("red", "discs", 1), paint("blue", "discs", 2)],
        artist=[None, known],
        painter=["A. Y. Jackson", known],
    )
    build_index(collection, features=("palette",))
    with client_of(create_app(collection, starter_folder())) as client:
        first, second = (
            by_attribute(predictions_of(client, painting_id, top=100))["artist"] for painting_id in ("p00", "p01")
        )
    assert first["own"] == {"label": "A. Y. Jackson", "agrees": None, "probability": None}
    assert second["own"]["label"] == known and second["own"]["agrees"] == by_truth(second)


def test_what_the_training_has_seen_is_said(labelled):
    answer = [predictions_of(labelled, f"p0{number}") for number in range(4)]
    assert [one["seen"] for one in answer] == [None, "same file", "nearly the same picture", None]
    assert [one["artist_seen"] for one in answer] == [False, True, True, None]
    assert answer[0]["model"]["name"] == "model" and answer[0]["model"]["paintings"] == 2


def test_figures_are_those_of_the_evaluation(labelled):
    figures = read_json(starter_folder() / "metrics.json")["attributes"]
    config = read_json(starter_folder() / "config.json")
    fresh, known = (by_attribute(predictions_of(labelled, painting_id)) for painting_id in ("p00", "p01"))
    for name, reading in fresh.items():
        assert reading["held_out"] == {
            "n": figures[name]["n"],
            "accuracy": figures[name]["accuracy"],
            "ece": figures[name]["ece"],
        }
        assert reading["sure_from"] == config["sure_from"][name]
        unseen = figures[name].get("unseen_artists") or {"n": 0}
        assert (reading["held_out_new_artists"] or {"n": 0})["n"] == unseen["n"] and known[name][
            "held_out_new_artists"
        ] is None
        entry = next(entry for entry in figures[name]["classes"] if entry["label"] == reading["labels"][0]["label"])
        assert (
            reading["of_label"]["predicted"] == entry["predicted"]
            and reading["of_label"]["trained"] == entry["trained"]
        )
        assert reading["of_label"]["precision"] == (entry["precision"] if entry["predicted"] else None)


def test_a_model_without_figures_tells_none(tmp_path):
    collection = write_collection(tmp_path / "c", [paint("red", "discs", 1), paint("blue", "discs", 2)])
    build_index(collection, features=("palette",))
    model = shutil.copytree(starter_folder(), tmp_path / "model")
    (model / "metrics.json").unlink()
    with client_of(create_app(collection, model)) as client:
        for reading in predictions_of(client, "p01")["attributes"]:
            assert (
                reading["held_out"] is None and reading["held_out_new_artists"] is None and reading["of_label"] is None
            )
        (collection / "images/p00.png").write_bytes(b"no picture any more")
        error = error_of(client.get("/api/predictions/p00"), 422)
        assert error["code"] == "unreadable-painting" and str(tmp_path) not in error["message"]
        error_of(client.get("/api/attention/p00", params={"attribute": "style"}), 422)


def test_without_a_model_the_starter_answers(tmp_path, monkeypatch):
    collection = write_collection(tmp_path / "c", [paint("red", "discs", 1), paint("blue", "discs", 2)])
    build_index(collection, features=("palette",))
    with client_of(create_app(collection)) as client:
        assert client.get("/api/collection").json()["can"].items() >= {"predict": True, "review": False}.items()
        assert predictions_of(client, "p00")["model"]["name"] == "starter"
        assert client.get("/api/attention/p00", params={"attribute": "style"}).status_code == 200
    monkeypatch.setattr(starter, "files", lambda _: tmp_path)  # an installation without it
    with client_of(create_app(collection)) as client:
        assert client.get("/api/collection").json()["can"]["predict"] is False
        assert error_of(client.get("/api/predictions/p00"), 404)["code"] == "no-model"
        assert error_of(client.post("/api/predict", json={"id": "p00"}), 404)["code"] == "no-model"
        assert client.post("/api/uploads", content=png(paint("red", "discs", 1))).status_code == 200


def test_the_map_has_the_shape_of_the_painting_and_its_most_where_the_grid_has(client):
    reading = by_attribute(predictions_of(client, "p07"))["style"]
    response = client.get("/api/attention/p07", params={"attribute": "style"})
    assert response.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(response.content))
    assert image.mode == "RGBA" and image.size == (SIDE, round(SIDE * 120 / 160))
    grid, alpha = np.array(reading["looked"]["grid"]), np.asarray(image)[..., 3].astype(float)
    middles = [
        [
            alpha[round((row + 0.5) * image.height / 7 - 0.5), round((column + 0.5) * image.width / 7 - 0.5)]
            for column in range(7)
        ]
        for row in range(7)
    ]
    expected = 255 * 0.9 * (grid / reading["looked"]["most"]) ** 0.75
    assert np.abs(np.array(middles) - expected).max() < 4
    error_of(client.get("/api/attention/p07", params={"attribute": "weight"}), 400)
    error_of(client.get("/api/attention/p07"), 422)


def alpha_of(heat, size, geometry):
    return np.asarray(Image.open(io.BytesIO(drawn(heat, size, geometry))))[..., 3]


@pytest.mark.parametrize("size", [(400, 200), (200, 400)])
def test_bars_and_cut_edges_are_not_drawn(size):
    wide = size[0] > size[1]
    even = np.ones((8, 8), np.float32)
    assert alpha_of(even, size, "squash").min() == round(255 * 0.9)
    bars = even.copy()  # all attention on the grey above and below, or beside, the picture
    bars[(slice(2, 6), slice(None)) if wide else (slice(None), slice(2, 6))] = 0
    middle = alpha_of(bars, size, "letterbox")
    middle = middle if wide else middle.T
    assert middle.shape == (SIDE // 2, SIDE) and middle[SIDE // 8 : -SIDE // 8].max() == 0
    cut = alpha_of(even, size, "crop")
    cut = cut if wide else cut.T
    assert cut[:, : SIDE // 4 - 1].max() == 0 == cut[:, -SIDE // 4 + 1 :].max() and cut[
        :, SIDE // 4 + 1 : -SIDE // 4 - 1
    ].min() == round(255 * 0.9)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"where": ["genre=bands"]},
        {"where": ["style=Blue School", "year=1865..1880"]},
        {"text": "green"},
        {"sort": "-year"},
        {"where": ["genre=discs"], "sort": "lot:3"},
    ],
)
def test_places_follow_the_order_of_the_list(client, params):
    ids = [
        painting["id"] for painting in client.get("/api/paintings", params={"limit": 500, **params}).json()["paintings"]
    ]
    assert ids
    for number, painting_id in enumerate(ids):
        place = client.get(f"/api/places/{painting_id}", params=params).json()
        expected = {
            "total": len(ids),
            "number": number + 1,
            "previous": ids[number - 1] if number else None,
            "next": (ids + [None])[number + 1],
        }
        assert place == expected


def test_a_painting_outside_the_filters_has_no_place(client):
    place = client.get("/api/places/p00", params={"where": ["style=Blue School"]}).json()
    assert place == {"total": 5, "number": None, "previous": None, "next": None}


@pytest.mark.parametrize("kind", ["predictions", "attention", "places"])
def test_an_unknown_painting_is_not_found(client, kind):
    error_of(client.get(f"/api/{kind}/nothing/here", params={"attribute": "style"}), 404)
