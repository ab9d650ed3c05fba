"""The halves of a network, one behind the other, are the network."""

import numpy as np
import pytest
import torch

from artextract.backbones import get_backbone, load_network
from artextract.backbones.halves import Upper, lower_half, packed, unpacked
from artextract.errors import InputError
from tests.backbones.tiny import write_weights
from tests.raising import raises


@pytest.fixture(scope="module")
def whole():
    backbone = get_backbone("efficientnet_lite0", multi_scale=True)
    pictures = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 3, 224, 224)).astype(np.float32))
    with torch.no_grad():
        return backbone, pictures, load_network(backbone)(pictures)[0]


@pytest.mark.parametrize("learning", [1, 2, 3, 4])
def test_the_halves_make_the_whole(whole, learning):
    backbone, pictures, expected = whole
    half = lower_half(backbone, learning)
    with torch.no_grad():
        cells, vector = load_network(half)(pictures)
        found = Upper(backbone, learning).eval()(cells)
    assert cells.shape[1:] == half.map_shape and vector.shape[1] == half.dim
    assert torch.allclose(found, expected, atol=1e-3)
    assert half.version != backbone.version


def test_a_mirrored_map_is_packed_into_the_mirrored_one():
    cells = torch.arange(2 * 6 * 3 * 3).reshape(2, 6, 3, 3).float()
    assert packed(cells, 3) is cells and packed(cells, 6).shape == (2, 3, 6, 6)
    assert torch.equal(unpacked(packed(cells, 6)), cells)
    assert torch.equal(unpacked(packed(cells, 6).flip(3)), cells.flip(3))


def test_what_cannot_be_cut(whole, tmp_path):
    with raises(InputError, "not-divisible", "resnet18"):
        lower_half(get_backbone(f"resnet18:{write_weights('resnet18', tmp_path, 0)}"), 1)
    with raises(InputError, "wrong-unfreeze", "efficientnet_lite0"):
        lower_half(whole[0], 7)
