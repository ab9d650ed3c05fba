"""Names, weights that are not here, and weights that are broken."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest

from artextract.backbones import REGISTRY, get_backbone, list_backbones, weights
from artextract.errors import InputError, WeightsUnavailableError
from artextract.files import write_json
from artextract.images import content_hash
from artextract.runtime import open_engine
from tests.backbones.tiny import write_checkpoint, write_onnx, write_weights
from tests.raising import raises


@pytest.fixture
def empty_machine(tmp_path, monkeypatch):
    """No downloads on disk, and no network."""

    def refuse(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    for name in ("HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tmp_path


def test_an_unknown_name_is_reported_with_the_names_there_are():
    with raises(InputError, "unknown-backbone", "resnet") as raised:
        get_backbone("resnet")
    assert all(name in raised.value.hint for name in REGISTRY)


@pytest.mark.parametrize(
    "name", ["", "resnet18:", "vgg16:/no.pth", "clip:/no/folder", "onnx", "onnx:/no.onnx", "custom:/no"]
)
def test_a_path_that_is_not_there_is_a_mistake_of_the_caller(name):
    with pytest.raises(InputError):
        get_backbone(name)


def test_an_unknown_geometry_is_refused():
    with raises(InputError, "unknown-geometry"):
        get_backbone("efficientnet_lite0", "stretch")


@pytest.mark.parametrize("name", [name for name, row in REGISTRY.items() if row.family in ("transformers", "vgg")])
@pytest.mark.parametrize("offline", ["", "1"])
def test_weights_that_cannot_be_fetched_are_reported_at_once_in_one_sentence(empty_machine, monkeypatch, name, offline):
    monkeypatch.setenv("HF_HUB_OFFLINE", offline)
    start = time.monotonic()
    with raises(WeightsUnavailableError, "weights-not-here", f"'{name}'") as raised:
        get_backbone(name)
    assert time.monotonic() - start < 5
    assert "\n" not in raised.value.message
    assert "efficientnet_lite0" in raised.value.hint and f"{name}:PATH" in raised.value.hint


def test_a_server_that_does_not_answer_is_given_up(empty_machine, monkeypatch):
    monkeypatch.setattr(weights, "REACH_SECONDS", 0.5)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(5))
    start = time.monotonic()
    with raises(WeightsUnavailableError, "weights-not-here", "resnet18"):
        get_backbone("resnet18")
    assert time.monotonic() - start < 3


@pytest.fixture
def published(museum, tmp_path, monkeypatch):
    """A file under the address of VGG16's weights, of which the museum's server is the host."""
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path / "cache"))
    data = b"weights" * 1000
    monkeypatch.setattr(weights, "VGG16_URL", f"{museum.url}/vgg16-{content_hash(data)[:8]}.pth")
    return data


def test_published_weights_are_fetched_once_and_compared_with_their_hash(museum, published):
    path = f"/{weights.VGG16_URL.rpartition('/')[2]}"
    museum.pages[path] = lambda h: h.answer(b"other" + published)
    with pytest.raises(WeightsUnavailableError):
        weights.locate("vgg16", "vgg", "")
    assert not weights._vgg16_path().exists()
    museum.pages[path] = lambda h: h.answer(published)
    assert weights.locate("vgg16", "vgg", "").read_bytes() == published
    before = len(museum.asked)
    assert weights.locate("vgg16", "vgg", "").read_bytes() == published and len(museum.asked) == before
    assert [path.name for path in weights._vgg16_path().parent.iterdir()] == [weights._vgg16_path().name]


@pytest.mark.parametrize(
    "to", ["http://localhost:{port}/inside", "http://169.254.169.254/latest/meta-data", "file:///x"]
)
def test_published_weights_do_not_come_from_where_nobody_said(museum, published, to):
    path = f"/{weights.VGG16_URL.rpartition('/')[2]}"
    location = to.format(port=museum.server.server_address[1])
    museum.pages[path] = lambda h: h.answer(status=302, Location=location)
    museum.pages["/inside"] = lambda h: h.answer(published)
    with pytest.raises(WeightsUnavailableError):
        weights.locate("vgg16", "vgg", "")
    assert "/inside" not in museum.asked


def test_custom_has_no_weights_until_it_is_trained(empty_machine):
    with pytest.raises(WeightsUnavailableError) as raised:
        get_backbone("custom")
    assert "train" in raised.value.hint


def test_a_checkpoint_in_the_hubs_cache_is_found_without_the_network(empty_machine):
    folder = empty_machine / "hub/hub/models--microsoft--resnet-18/snapshots/abc"
    assert not next(row for row in list_backbones() if row["name"] == "resnet18")["available"]
    write_checkpoint("resnet18", folder)
    assert next(row for row in list_backbones() if row["name"] == "resnet18")["available"]
    assert get_backbone("resnet18").path == str(folder)


def test_the_list_has_every_row_and_plain_values(empty_machine):
    rows = {row["name"]: row for row in list_backbones()}
    assert list(rows) == list(REGISTRY)
    write_json(empty_machine / "rows.json", list(rows.values()))
    assert [name for name, row in rows.items() if row["available"]] == [
        f"efficientnet_lite{number}" for number in range(3)
    ]


def test_names_and_list_need_no_torch():
    code = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = None
from artextract.backbones import get_backbone, list_backbones
assert get_backbone().dim == 1280 and get_backbone("efficientnet_lite2").map_shape == (1280, 9, 9) and list_backbones()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("row", ["resnet18", "dinov2", "vgg16", "custom", "onnx", "efficientnet_lite0"])
@pytest.mark.parametrize("damage", ["cut", "garbage", "empty"])
def test_damaged_weights_are_reported(tmp_path, row, damage):
    if row == "efficientnet_lite0":
        whole = weights.find(row, "efficientnet_lite", "")
        path = file = tmp_path / "lite.pth"
        path.write_bytes(whole.read_bytes())
    elif row == "vgg16":  # small: what is wrong with it shows before its size
        import torch

        path = file = tmp_path / "vgg.pth"
        torch.save({"features.0.weight": torch.zeros(64, 3, 3, 3)}, path)
    else:
        path = file = write_weights(row, tmp_path, 0)
        if path.is_dir():
            file = path / "model.safetensors"
    data = file.read_bytes()
    file.write_bytes({"cut": data[: len(data) // 2], "garbage": os.urandom(4096), "empty": b""}[damage])
    with pytest.raises(InputError):
        open_engine(get_backbone(f"{row}:{path}"), "cpu")


def test_weights_of_another_network_are_reported(tmp_path):
    import torch

    torch.save({"features.0.weight": torch.zeros(8, 3, 3, 3)}, tmp_path / "other.pth")
    with raises(InputError, "unusable-weights"):
        open_engine(get_backbone(f"vgg16:{tmp_path / 'other.pth'}"), "cpu")
    write_checkpoint("dinov2", tmp_path / "dino")
    with raises(InputError, "wrong-checkpoint-kind", "dinov2"):
        get_backbone(f"resnet18:{tmp_path / 'dino'}")


def test_a_checkpoint_without_some_of_its_weights_is_refused(tmp_path):
    from safetensors.torch import load_file, save_file

    write_checkpoint("resnet18", tmp_path)
    state = load_file(tmp_path / "model.safetensors")
    state.pop(next(key for key in state if "encoder" in key and key.endswith("weight")))
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with raises(InputError, "checkpoint-incomplete", "1"):
        open_engine(get_backbone(f"resnet18:{tmp_path}"), "cpu")


def test_efficientnets_processor_divides_by_the_deviation_twice(tmp_path):
    write_checkpoint("efficientnet_b0", tmp_path)
    facts = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "size": 96, "include_top": True}
    write_json(tmp_path / "preprocessor_config.json", facts)
    assert get_backbone(f"efficientnet_b0:{tmp_path}").transform.std == pytest.approx((0.25, 0.25, 0.25))
    facts |= {"include_top": False, "rescale_factor": 1 / 127.5, "rescale_offset": True}
    write_json(tmp_path / "preprocessor_config.json", facts)
    transform = get_backbone(f"efficientnet_b0:{tmp_path}").transform
    assert transform.mean == pytest.approx((0.75, 0.75, 0.75)) and transform.std == pytest.approx((0.25, 0.25, 0.25))
    assert transform.size == 96


def test_onnx_with_channels_last_any_size_and_a_json_beside_it(tmp_path):
    write_onnx(tmp_path / "last.onnx", last=True)
    write_onnx(tmp_path / "first.onnx")
    write_onnx(tmp_path / "any.onnx", size="s")
    write_json(tmp_path / "any.json", {"size": 96, "mean": [0, 0, 0], "std": [1, 1, 1]})
    last, first, any_size = (get_backbone(f"onnx:{tmp_path / name}.onnx") for name in ("last", "first", "any"))
    assert last.map_shape == first.map_shape == (32, 4, 4) and last.dim == 32
    assert any_size.map_shape == (32, 6, 6) and any_size.transform.mean == (0, 0, 0) and any_size.transform.size == 96
    from artextract.runtime import trial_pictures

    pictures = trial_pictures(64, 2)
    one, other = (open_engine(backbone, "cpu", "strict").run(pictures)[0] for backbone in (last, first))
    assert abs(one - other).max() <= 1e-4 * abs(one).max()
    (tmp_path / "any.json").unlink()
    assert get_backbone(f"onnx:{tmp_path / 'any.onnx'}").transform.size == 224


@pytest.mark.filterwarnings("ignore")  # the exporter warns of itself
@pytest.mark.parametrize("kind", ["dinov2", "clip", "siglip", "convnextv2", "mobilenet_v2", "efficientnet_b0"])
def test_onnx_of_networks_with_tokens_and_of_networks_with_channels_last_inside(tmp_path, kind):
    """The map is found in a graph that knows no names: tokens behind a class token, attention, layers over channels."""
    import numpy as np
    import torch

    from artextract.backbones import load_network
    from artextract.runtime import cosines, trial_pictures

    backbone = get_backbone(f"{kind}:{write_weights(kind, tmp_path, 0)}")
    size = backbone.transform.size
    path = tmp_path / "exported.onnx"
    network = load_network(backbone)
    whole = (
        network if kind == "efficientnet_b0" else network.model
    )  # OpenVINO does not know the pooling behind this one's map
    example = (torch.zeros(2, 3, size, size),)
    torch.onnx.export(whole, example, path, dynamo=False, input_names=["x"], dynamic_axes={"x": {0: "n"}})
    write_json(tmp_path / "exported.json", {"mean": backbone.transform.mean, "std": backbone.transform.std})
    found = get_backbone(f"onnx:{path}")
    assert found.map_shape == backbone.map_shape
    pictures = trial_pictures(size, 2)
    ours, _ = open_engine(found, "cpu", "strict").run(pictures)
    theirs, _ = open_engine(backbone, "cpu", "strict").run(pictures)
    assert np.abs(cosines(ours, theirs)).min() > 0.99


def test_onnx_that_is_no_backbone_is_reported(tmp_path):
    write_onnx(tmp_path / "one.onnx", batch=1)
    get_backbone(f"onnx:{tmp_path / 'one.onnx'}")
    import onnx
    from onnx import TensorProto, helper

    node = helper.make_node("Relu", ["x"], ["y"])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 5]) for name in ("x", "y")]
    graph = helper.make_graph([node], "flat", values[:1], values[1:])
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "flat.onnx"
    )
    with raises(InputError, "onnx-input"):
        get_backbone(f"onnx:{tmp_path / 'flat.onnx'}")
