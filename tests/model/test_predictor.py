"""Predictions come from the fast runtime, agree with torch, and never load it."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from artextract.errors import InputError, MismatchError
from artextract.model.network import CNNRNNHead, NetworkConfig
from artextract.model.predictor import Predictor
from artextract.model.saved import open_model
from artextract.table import read_paintings


def test_probabilities_are_those_of_the_torch_network(trained_model):
    predictor = Predictor.open(trained_model)
    config = NetworkConfig.from_dict(predictor.model.config["network"])
    network = CNNRNNHead(config).eval()
    network.load_state_dict(load_file(trained_model / "model.safetensors"))
    maps = np.abs(np.random.default_rng(0).normal(0, 1, (9, *config.map_shape))).astype(np.float16)
    with torch.no_grad():
        expected = [values.numpy() for values in network.probabilities(torch.from_numpy(maps).float())]
    for got, wanted in zip(predictor.probabilities(maps).values(), expected):
        assert got.shape == wanted.shape and np.abs(got - wanted).max() < 1e-3


def test_labels_are_ranked_and_bad_files_left_out(trained_model, sample_collection, tmp_path):
    good = read_paintings(sample_collection).image_paths()[:3]
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no")
    told = []
    answers = Predictor.open(trained_model).predict([good[0], bad, *good[1:]], lambda i, reason: told.append((i, reason)), top=3)
    assert [answer["path"] for answer in answers] == [str(p) for p in good] and [i for i, _ in told] == [1]
    for answer in answers:
        for ranked in answer["attributes"].values():
            values = [entry["probability"] for entry in ranked]
            assert len(values) == 3 and values == sorted(values, reverse=True) and 0 < sum(values) <= 1 + 1e-6


def test_predict_with_torch_blocked(trained_model, sample_collection):
    image = read_paintings(sample_collection).image_paths()[0]
    code = "import sys; sys.modules['torch'] = None\nfrom artextract.app.cli import main\nsys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "predict", str(image), "--model", str(trained_model), "--json"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (answer,) = json.loads(done.stdout)
    assert set(answer["attributes"]) == {"style", "artist", "genre"}


@pytest.mark.parametrize(
    "name, change, message",
    [
        ("labels.json", lambda text: text.replace("Facets", "Facettes"), "class names"),
        ("config.json", lambda text: text.replace('"format": 1', '"format": 99'), "format 99"),
        ("config.json", lambda text: text.replace('"weights_sha256": "', '"weights_sha256": "0'), "weights"),
    ],
)
def test_parts_that_do_not_belong_together(trained_model, tmp_path, name, change, message):
    copy = tmp_path / "model"
    shutil.copytree(trained_model, copy)
    text = (copy / name).read_text()
    assert change(text) != text
    (copy / name).write_text(change(text))
    with pytest.raises(MismatchError, match=message):
        open_model(copy)


def test_other_backbone_weights_are_refused(trained_model, tmp_path):
    copy = tmp_path / "model"
    shutil.copytree(trained_model, copy)
    config = json.loads((copy / "config.json").read_text())
    config["backbone"]["version"] = "0" * 12
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(MismatchError, match="efficientnet_lite0 at version 000000000000"):
        Predictor.open(copy).backbone


def test_what_is_no_model(tmp_path):
    with pytest.raises(InputError, match="is not a model"):
        open_model(tmp_path)
