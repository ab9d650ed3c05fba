"""The ONNX file answers as the model does, says what it needs, and is not there where it would not."""

import json
import shutil
import sys

import numpy as np
import onnx
import pytest
from PIL import Image

from artextract.backbones.openvino_import import openvino
from artextract.errors import InputError
from artextract.images import Transform
from artextract.model import onnx_export
from artextract.model.answer import Answer
from artextract.model.cnn_rnn import CNNRNNModel
from artextract.model.onnx_export import export_onnx
from artextract.model.saved import open_model
from artextract.runtime import trial_pictures
from artextract.table import read_paintings
from tests.backbones.tiny import write_weights
from tests.raising import raises


@pytest.fixture(scope="module")
def exported(trained_model, tmp_path_factory):
    return export_onnx(trained_model, tmp_path_factory.mktemp("onnx") / "m.onnx", paintings=8)


@pytest.fixture
def written(exported, monkeypatch):
    """The network is written already, and only copied."""
    monkeypatch.setattr(onnx_export, "write_network", lambda network, path: shutil.copy(exported["path"], path))


def test_it_agrees_with_the_torch_network(exported, trained_model, sample_collection):
    graph = onnx.load(exported["path"])
    facts = {entry.key: entry.value for entry in graph.metadata_props}
    assert graph.opset_import[0].version == 17 and not graph.graph.input[0].type.tensor_type.shape.dim[0].HasField(
        "dim_value"
    )
    assert json.loads(facts["classes"]) == open_model(trained_model).labels.classes
    transform = Transform.from_dict(json.loads(facts["transform"]))
    assert "Resampling.BICUBIC" in facts["resampling"], "who uses the file elsewhere must resize as we do"
    wide = Image.fromarray(np.random.default_rng(0).integers(0, 255, (300, 500, 3), dtype=np.uint8))
    squash = wide.resize((transform.size,) * 2, Image.Resampling.BICUBIC, reducing_gap=2.0)
    assert transform.geometry != "squash" or np.array_equal(transform.pixels(wide), np.asarray(squash))
    paths = read_paintings(sample_collection).image_paths()[:7]
    run = openvino.Core().compile_model(exported["path"], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = run(np.stack([transform.read(path) for path in paths]))
    wanted = CNNRNNModel.open(trained_model).predict(paths)
    assert [output.any_name for output in run.outputs] == list(wanted)
    for name, values in wanted.items():
        assert found[name].shape == values.shape and np.abs(found[name] - values).max() < 1e-4


def test_what_was_compared_is_reported(exported, trained_model):
    assert exported["checked"] == {"drawn": 6, "paintings": 8} and 0 <= exported["max_difference"] < 1e-3
    assert exported["outputs"] == {name: ["N", count] for name, count in open_model(trained_model).labels.sizes.items()}


def test_a_file_that_differs_is_not_kept(written, trained_model, tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_export, "TOLERANCE", -1.0)
    with raises(InputError, "onnx-differs"):
        export_onnx(trained_model, tmp_path / "m.onnx", paintings=0)
    assert list(tmp_path.iterdir()) == []


def test_a_difference_that_is_no_number_counts_as_one(written, trained_model, tmp_path, monkeypatch):
    predictor = onnx_export.Predictor
    monkeypatch.setattr(
        predictor,
        "answer",
        lambda self, maps: Answer(
            {name: np.full((len(maps), n), np.nan) for name, n in self.model.labels.sizes.items()}, {}, {}
        ),
    )
    with raises(InputError, "onnx-differs"):
        export_onnx(trained_model, tmp_path / "m.onnx", paintings=0)


def test_without_the_package_the_extra_is_named(trained_model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError) as caught:
        export_onnx(trained_model, tmp_path / "m.onnx")
    assert "artextract[onnx]" in caught.value.hint


@pytest.mark.parametrize(
    "row, rnn", [("resnet18", "lstm"), ("convnextv2", "rnn"), ("dinov2", "none"), ("mobilenet_v2", "gru")]
)
def test_other_families_agree_with_torch(row, rnn, tmp_path):
    network = CNNRNNModel(
        {"a": 3, "b": 2}, f"{row}:{write_weights(row, tmp_path, seed=0)}", rnn_type=rnn, use_attention=rnn != "lstm"
    ).eval()
    pixels = trial_pictures(network.transform.size, 3)
    onnx_export.write_network(network, tmp_path / "n.onnx")
    found = openvino.Core().compile_model(tmp_path / "n.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(pixels)
    for name, wanted in network.predict(pixels).items():
        assert np.abs(found[name] - wanted).max() < 1e-4


def test_a_backbone_that_is_an_onnx_file_is_refused(tmp_path):
    network = CNNRNNModel(2, f"onnx:{write_weights('onnx', tmp_path, seed=0)}")
    with raises(InputError, "onnx-backbone"):
        onnx_export.write_network(network, tmp_path / "n.onnx")
