"""The network after the backbone: every kind of it builds, learns a step and is exported."""

import itertools

import numpy as np
import pytest
import torch

from artextract.backbones.openvino_import import openvino
from artextract.images import content_hash
from artextract.model.export import export_network, load_trained
from artextract.model.label_map import LabelMap
from artextract.model.network import LinearHead, NetworkConfig, build_network
from artextract.model.saved import MAIN, SavedModel
from artextract.train.losses import MaskedLoss
from artextract.train.options import ATTENTIONS, RNN_TYPES, SCANS, TrainOptions

CLASSES = {"style": 5, "genre": 3}
KINDS = list(itertools.product(RNN_TYPES, SCANS, ATTENTIONS))


def build(**changes):
    torch.manual_seed(0)
    return build_network(
        NetworkConfig(
            **{"map_shape": (8, 3, 4), "classes": CLASSES, "width": 16, "hidden": 6, "dropout": 0.0} | changes
        )
    )


@pytest.mark.parametrize("rnn, scan, attention", KINDS)
@pytest.mark.parametrize("bidirectional", [True, False])
def test_every_kind_learns_a_step_through_all_its_parts(rnn, scan, attention, bidirectional):
    network = build(rnn=rnn, scan=scan, attention=attention, bidirectional=bidirectional)
    loss, maps = MaskedLoss({"style": [4] * 5, "genre": [4] * 3}, TrainOptions()), torch.randn(7, 8, 3, 4)
    targets = torch.stack([torch.arange(7) % 5, torch.arange(7) % 3], 1)
    before = loss(network(maps), targets)
    before.backward()
    assert all(
        p.grad is not None and p.grad.abs().sum() > 0
        for name, p in network.named_parameters()
        if not _never_moves(name, attention)
    )
    torch.optim.SGD(network.parameters(), lr=0.05).step()
    assert loss(network(maps), targets) < before


def _never_moves(name, attention):
    """A bias common to all keys cancels in the softmax."""
    return attention == "multihead" and name == "pool.keys.bias"


def saved(network, folder):
    from safetensors.torch import save_file

    save_file(network.state_dict(), folder / "model.safetensors")
    config = {"network": network.config.as_dict(), "weights_sha256": content_hash(folder / "model.safetensors")}
    return SavedModel(folder, config, LabelMap({}, {}))


@pytest.mark.parametrize(
    "rnn, scan, attention", [kind for i, kind in enumerate(KINDS) if i % 5 == 0] + [("linear", "", "")]
)
def test_the_exported_network_answers_as_torch_does(rnn, scan, attention, tmp_path, monkeypatch):
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path / "cache"))
    network = build(linear=True) if rnn == "linear" else build(rnn=rnn, scan=scan, attention=attention)
    network.temperature.copy_(torch.tensor([2.0, 0.5]))
    network.set_normalisation(torch.full((8,), 0.3), torch.full((8,), 1.7))
    model = saved(network, tmp_path)
    compiled = openvino.Core().compile_model(export_network(model), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    for count in (1, 5):
        maps = np.random.default_rng(count).normal(0, 1, (count, 8, 3, 4)).astype(np.float32)
        with torch.no_grad():
            probabilities, attention_, vectors = load_trained(model, MAIN).answer(torch.from_numpy(maps))
        for found, expected in zip(compiled(maps).values(), [*probabilities, attention_, vectors], strict=True):
            assert found.shape == expected.shape and np.abs(found - expected.numpy()).max() < 1e-4


def test_standardisation_is_part_of_the_network():
    network = build().eval()
    maps = torch.randn(2, 8, 3, 4)
    before = network(maps)[0]
    network.set_normalisation(torch.full((8,), 5.0), torch.full((8,), 2.0))
    assert torch.allclose(network(maps * 2 + 5)[0], before, atol=1e-5)
    assert {"mean", "std", "temperature"} <= set(network.state_dict())


def test_the_linear_head_is_a_classifier_on_the_mean_token():
    network = build(linear=True).eval()
    assert isinstance(network, LinearHead)
    maps = torch.randn(2, 8, 3, 4)
    for scores, linear in zip(network(maps), network.heads.linear, strict=False):
        assert torch.allclose(scores, linear(maps.mean((2, 3))), atol=1e-6)


def test_a_temperature_divides_the_logits_of_its_attribute():
    network = build().eval()
    network.temperature.copy_(torch.tensor([2.0, 1.0]))
    maps = torch.randn(2, 8, 3, 4)
    (style, genre), logits = network.answer(maps)[0], network(maps)
    assert torch.allclose(style, (logits[0] / 2).softmax(1)) and torch.allclose(genre, logits[1].softmax(1))


@pytest.mark.parametrize("changes", [{}, {"rnn": "lstm", "hidden": 7, "scan": "crossed"}, {"linear": True}], ids=str)
def test_the_configuration_survives_being_saved(changes):
    import json

    config = build(**changes).config
    assert NetworkConfig.from_dict(json.loads(json.dumps(config.as_dict()))) == config


def test_the_configuration_in_words():
    assert build().config.in_words() == "bidirectional GRU, snake scan, additive attention"
    assert build(rnn="none", attention="none").config.in_words() == "no RNN, mean"
    assert build(linear=True).config.in_words() == "linear head"
