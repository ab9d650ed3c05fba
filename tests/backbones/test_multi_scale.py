"""What earlier stages add to a map: moments against NumPy, places against a moved patch, and versions of their own."""

import copy

import numpy as np
import pytest
import torch
from PIL import Image

from artextract.backbones import get_backbone, load_network
from artextract.backbones.multi_scale import moments, ordered_blocks
from artextract.images import Transform


@pytest.mark.parametrize("side, cells", [(14, 7), (8, 4), (9, 4), (6, 6)])
def test_moments_are_mean_and_deviation_of_each_cell(side, cells):
    stage = np.random.default_rng(0).normal(2, 3, (2, 5, side, side)).astype(np.float32)
    found, factor = moments(torch.from_numpy(stage), cells).numpy(), side // cells
    assert found.shape == (2, 10, cells, cells)
    for y in range(cells):
        for x in range(cells):
            cell = stage[:, :, y * factor : (y + 1) * factor, x * factor : (x + 1) * factor].astype(np.float64)
            assert np.allclose(found[:, :5, y, x], cell.mean((2, 3)), atol=1e-5)
            assert np.allclose(found[:, 5:, y, x], np.maximum(cell.std((2, 3)), 1e-4), atol=1e-3)


@pytest.fixture(scope="module")
def joined():
    backbone = get_backbone("efficientnet_lite0", multi_scale=True)
    return backbone, load_network(backbone)


def test_the_map_carries_both_moments_of_every_earlier_stage(joined):
    backbone, network = joined
    plain = load_network(get_backbone("efficientnet_lite0"))
    pixels = torch.randn(2, 3, 224, 224)
    with torch.no_grad():
        (cells, vector), (first, same) = network(pixels), plain(pixels)
    assert backbone.map_shape == tuple(cells.shape[1:]) == (1280 + 2 * sum(backbone.earlier_stages), 7, 7)
    assert torch.allclose(cells[:, :1280], first, atol=1e-5) and torch.allclose(vector, same, atol=1e-5)
    seen = {}
    blocks = [block for block, (channels, side) in ordered_blocks(plain, 224) if side == 14]
    for block in blocks:
        block.register_forward_hook(
            lambda module, inputs, output: seen.update({output.shape[1]: output})
        )  # the last of each width stays
    with torch.no_grad():
        plain(pixels)
    assert tuple(seen) == backbone.earlier_stages
    expected = torch.cat([moments(stage, 7) for stage in seen.values()], 1)
    assert torch.allclose(cells[:, 1280:], expected, atol=1e-5)


def test_a_moved_patch_moves_in_the_channels_of_earlier_stages(joined):
    for column in (1, 5):
        with torch.no_grad():
            still, moved = torch.zeros(1, 3, 224, 224), torch.zeros(1, 3, 224, 224)
            moved[:, :, 96:128, 32 * column : 32 * column + 32] = (
                torch.randn(3, 32, 32, generator=torch.Generator().manual_seed(0)) * 3
            )
            change = (joined[1](moved)[0] - joined[1](still)[0])[0, 1280:].abs().sum(0)
        assert np.unravel_index(int(change.argmax()), (7, 7)) == (3, column)


def test_a_copy_keeps_its_own_stages(joined):
    """As the running mean of the weights needs it."""
    one = copy.deepcopy(joined[1])
    for parameter in one.parameters():
        parameter.data.zero_()
    pixels = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        assert joined[1](pixels)[0].shape == one(pixels)[0].shape
        assert one(pixels)[0][:, 1280:].std() < joined[1](pixels)[0][:, 1280:].std()


def test_versions_tell_scales_and_detail_apart():
    versions = [
        get_backbone("efficientnet_lite0", multi_scale=m, detail=d).version
        for m in (False, True)
        for d in (None, 100, 168)
    ]
    versions.append(get_backbone("efficientnet_lite0", jpeg_side=100).version)
    assert len(set(versions)) == 7
    assert get_backbone("efficientnet_lite0", detail=100).transform.detail == 100


def test_detail_hides_what_is_finer():
    """Stripes of one pixel are grey at half the detail, and stay where the picture is already that small."""
    stripes = np.zeros((128, 128, 3), np.uint8)
    stripes[:, ::2] = 255
    seen = {
        side: (
            Transform(128, "squash", (0.5,) * 3, (0.5,) * 3, side).pixels(Image.fromarray(stripes)).astype(float).std()
        )
        for side in (None, 64, 128, 500)
    }
    assert seen[64] < 0.1 * seen[None] and seen[128] == seen[500] == seen[None]
    transform = Transform(128, "squash", (0.5,) * 3, (0.5,) * 3, 64)
    assert Transform.from_dict(transform.as_dict()) == transform
    assert "detail" not in Transform(128, "squash", (0.5,) * 3, (0.5,) * 3).as_dict()
