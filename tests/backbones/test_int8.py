"""INT8: rounding against NumPy, a calibrated network against its float self, and that OpenVINO computes in integers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from efficientnet_lite_pytorch import EfficientNet

from artextract.backbones import get_backbone
from artextract.backbones.int8 import int8_table, int8_version
from artextract.backbones.int8_network import _Activations, _Weights, calibrated, quantise
from artextract.backbones.networks import read_state
from artextract.errors import InputError
from artextract.features.deep import Deep
from artextract.features.semantic import Semantic
from artextract.processor import sums_of_bytes_fit
from artextract.runtime import cosines, open_engine, trial_pictures
from tests.backbones.tiny import write_weights
from tests.raising import raises

SIDE = 64


def made() -> EfficientNet:
    """The real network, for small pictures."""
    network = EfficientNet.from_name("efficientnet-lite0", image_size=SIDE)
    network.load_state_dict(read_state(get_backbone().path))
    return network.eval()


def pictures(count: int, seed: int = 0) -> torch.Tensor:
    pixels = torch.from_numpy(trial_pictures(SIDE, count, seed)).permute(0, 3, 1, 2)
    return pixels.float() / 127.5 - 1


def test_activations_are_rounded_to_multiples_of_their_range():
    x = torch.randn(2, 3, 4, 4) * 3
    largest = np.array([1.0, 2.0, 4.0], np.float32)
    scale = (largest / 255)[:, None, None]
    wanted = np.clip(np.rint(x.numpy() / scale), 0, 255) * scale
    assert np.allclose(_Activations(torch.from_numpy(largest), signed=False)(x), wanted, atol=1e-6)
    step = 4 / 127
    wanted = np.clip(np.rint(x.numpy() / step), -128, 127) * step
    assert np.allclose(_Activations(torch.tensor([4.0]), signed=True)(x), wanted, atol=1e-6)


def test_weights_have_a_scale_for_each_output_channel():
    weights = torch.randn(4, 3, 2, 2) * torch.tensor([0.1, 1, 10, 0])[:, None, None, None]
    found = _Weights(weights)(weights).numpy()
    step = np.abs(weights.numpy()).max((1, 2, 3)) / 127
    assert (np.abs(found - weights.numpy()).max((1, 2, 3)) <= step / 2 + 1e-7).all()
    assert len(np.unique(found[2])) > 3 and not found[3].any()


def test_a_calibrated_network_stays_near_its_float_self_and_keeps_the_mean():
    table = calibrated(made, [pictures(4), pictures(4, seed=1)])
    float_, int8 = made(), made()
    quantise(int8, table)
    with torch.no_grad():
        wanted, found = (network.extract_features(pictures(4)).numpy() for network in (float_, int8))
    assert not np.array_equal(wanted, found) and cosines(wanted, found).min() > 0.97
    without = {name: values for name, values in table.items() if not name.endswith(".shift")}
    unshifted = made()
    quantise(unshifted, without)
    with torch.no_grad():
        worse = unshifted.extract_features(pictures(4)).numpy()

    def off(cells: np.ndarray) -> float:
        return float(np.abs(cells.mean((0, 2, 3)) - wanted.mean((0, 2, 3))).mean())

    assert off(found) < off(worse)
    del table["_blocks.3"]
    with pytest.raises(KeyError):
        quantise(made(), table)


def test_the_table_is_of_the_published_weights_alone(tmp_path):
    backbone = get_backbone()
    table = int8_table(backbone)
    assert table["_conv_stem"].shape == (1,) and table["_blocks.15._depthwise_conv"].shape == (1152,)
    assert all(np.isfinite(values).all() for values in table.values())
    assert int8_version(backbone) == int8_version(get_backbone(detail=112, multi_scale=True))
    for other in (get_backbone("efficientnet_lite1"), get_backbone(f"custom:{write_weights('custom', tmp_path, 0)}")):
        with raises(InputError, "no-int8", other.name):
            open_engine(other, "cpu", "int8", tmp_path)


def test_features_of_each_precision_are_stored_apart():
    backbone = get_backbone()
    versions = [Deep(backbone, precision=precision).version for precision in ("fast", "strict", "int8")]
    assert len(set(versions)) == 3 and versions[0] == backbone.version
    assert versions[2] == f"{backbone.version}-{int8_version(backbone)}"


@pytest.mark.skipif(not sums_of_bytes_fit(), reason="INT8 is refused on this processor")
def test_openvino_computes_in_integers_and_stays_near(tmp_path):
    backbone = get_backbone(multi_scale=True)
    engine = open_engine(backbone, "cpu", "int8", tmp_path)
    drawn = trial_pictures(backbone.transform.size, 4)
    maps, vectors = engine.run(drawn)
    network = engine._network("map").get_runtime_model()
    convolutions = [
        op.get_rt_info()["runtimePrecision"].astype(str)
        for op in network.get_ops()
        if "Convolution" in op.get_rt_info()["layerType"].astype(str)
    ]
    assert len(convolutions) == 49 and set(convolutions) <= {"i8", "u8"}
    float_ = open_engine(backbone, "cpu", "strict", tmp_path)
    assert float_.folder != engine.folder
    wanted = float_.run(drawn)
    # Without these instructions sums of pairs of 8-bit products overflow.
    least = 0.95 if torch.cpu._is_vnni_supported() else 0.8
    assert cosines(wanted[0], maps).min() > least and cosines(wanted[1], vectors).min() > least


def test_a_feature_of_another_network_than_the_table_s_takes_the_fast_one(monkeypatch):
    taken = []
    monkeypatch.setattr(Semantic, "__init__", lambda self, source, precision: taken.append(precision))
    from artextract.features import Settings

    Semantic.made(Settings(precision="int8"))
    Semantic.made(Settings(precision="strict"))
    assert taken == ["fast", "strict"]
