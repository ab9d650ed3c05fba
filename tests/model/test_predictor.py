"""Predictions come from the fast runtime, agree with torch, and never load it."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

from artextract.errors import ImageError, MismatchError
from artextract.images import open_image
from artextract.images.decoder import INCOMPLETE
from artextract.model import predictor as predictor_module
from artextract.model.export import load_trained
from artextract.model.predictor import Predictor
from artextract.model.saved import BASELINES, open_model
from artextract.runtime import open_engine
from artextract.table import read_paintings
from tests.raising import raises


@pytest.fixture
def maps(trained_model):
    shape = open_model(trained_model).config["network"]["map_shape"]
    return np.abs(np.random.default_rng(0).normal(0, 1, (9, *shape))).astype(np.float16)


def test_answers_are_those_of_the_torch_network(trained_model, maps):
    predictor = Predictor.open(trained_model)
    with torch.no_grad():
        probabilities, attention, vectors = load_trained(predictor.model).answer(torch.from_numpy(maps).float())
    found = predictor.probabilities(maps), predictor.attention(maps), predictor.embeddings(maps)
    for i, name in enumerate(predictor.attributes):
        assert np.abs(found[0][name] - probabilities[i].numpy()).max() < 1e-3
        assert np.abs(found[1][name] - attention[:, i].reshape(9, 7, 7).numpy()).max() < 1e-4
        assert np.allclose(found[1][name].sum((1, 2)), 1, atol=1e-4)
        assert np.abs(found[2][name] - vectors[:, i].numpy()).max() < 1e-2


def test_baselines_answer_for_themselves(trained_model, maps):
    predictor = Predictor.open(trained_model)
    found = {name: answer.probabilities for name, answer in predictor.baseline_answers(maps).items()}
    assert list(found) == list(BASELINES)
    for name, answers in found.items():
        with torch.no_grad():
            expected = load_trained(predictor.model, name).answer(torch.from_numpy(maps).float())[0]
        for got, wanted in zip(answers.values(), expected, strict=True):
            assert np.abs(got - wanted.numpy()).max() < 1e-3


def test_labels_are_ranked_and_bad_files_left_out(trained_model, sample_collection, tmp_path):
    good = read_paintings(sample_collection).image_paths()[:3]
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no")
    failed = []
    answers = Predictor.open(trained_model).predict(
        [good[0], bad, *good[1:]], lambda i, reason: failed.append((i, reason)), top=3
    )
    assert [answer["path"] for answer in answers] == [str(p) for p in good] and [i for i, _ in failed] == [1]
    for answer in answers:
        for ranked in answer["attributes"].values():
            values = [entry["probability"] for entry in ranked]
            assert len(values) == 3 and values == sorted(values, reverse=True) and 0 < sum(values) <= 1 + 1e-6


def test_one_engine_reads_picture_after_picture(trained_model, sample_collection, monkeypatch):
    opened = []
    monkeypatch.setattr(predictor_module, "open_engine", lambda *args: opened.append(open_engine(*args)) or opened[-1])
    predictor = Predictor.open(trained_model)
    first, second = read_paintings(sample_collection).image_paths()[:2]
    alone = [predictor.predict([path], pytest.fail)[0] for path in (first, second)]
    assert len(opened) == 1, "opening one takes longer than a picture"
    together = predictor.predict([first, second], pytest.fail)
    assert [one["attributes"].keys() for one in alone] == [one["attributes"].keys() for one in together]


def test_an_answer_tells_what_was_passed_over(trained_model, sample_collection, tmp_path):
    cut, whole = tmp_path / "cut.jpg", tmp_path / "whole.jpg"
    open_image(read_paintings(sample_collection).image_paths()[0]).save(whole, quality=95)
    cut.write_bytes(whole.read_bytes()[:-2])
    found = dict(Predictor.open(trained_model).each([whole, cut]))
    assert found[0]["notes"] == [] and found[1]["notes"] == [INCOMPLETE]


def test_each_answers_in_order_with_errors_in_their_places(trained_model, sample_collection, tmp_path):
    good = read_paintings(sample_collection).image_paths()[:3]
    bad = [tmp_path / "first.jpg", tmp_path / "gone.png", tmp_path / "last.png"]
    for path in (bad[0], bad[2]):
        path.write_bytes(b"no")
    paths = [bad[0], good[0], bad[1], good[1], good[2], bad[2]]
    predictor = Predictor.open(trained_model)
    found = list(predictor.each(paths, top=2))
    assert [position for position, _ in found] == list(range(6))
    assert [isinstance(said, ImageError) for _, said in found] == [True, False, True, False, False, True]
    assert found[0][1].code == "not-an-image"
    assert [said for _, said in found if isinstance(said, dict)] == predictor.predict(good, pytest.fail, top=2)
    assert [position for position, _ in predictor.each(bad)] == [0, 1, 2] and list(predictor.each([])) == []


def test_predict_with_torch_blocked(trained_model, sample_collection):
    image = read_paintings(sample_collection).image_paths()[0]
    code = "import sys; sys.modules['torch'] = None\nfrom artextract.app.cli import main\nsys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "predict", str(image), "--model", str(trained_model), "--json"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (answer,) = json.loads(done.stdout)
    assert set(answer["attributes"]) == {"style", "artist", "genre"}


def test_other_backbone_weights_are_refused(trained_model, tmp_path):
    copy = tmp_path / "model"
    shutil.copytree(trained_model, copy)
    config = json.loads((copy / "config.json").read_text())
    config["backbone"]["version"] = "0" * 12
    (copy / "config.json").write_text(json.dumps(config))
    with raises(MismatchError, "backbone-version", "000000000000"):
        _ = Predictor.open(copy).backbone
