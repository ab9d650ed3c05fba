"""The contract of a backbone, run on every row of the registry."""

from __future__ import annotations

import copy
import functools
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from artextract.backbones import REGISTRY, Backbone, get_backbone, load_network
from artextract.runtime import FAST_COSINE, Engine, cosines, open_engine, trial_pictures
from tests.backbones.tiny import write_weights

STRICT_COSINE = 0.99999
VGG16 = REGISTRY["vgg16"]


@dataclass(frozen=True)
class Opened:
    backbone: Backbone
    network: Any
    engine: Engine
    pictures: np.ndarray
    maps: np.ndarray
    vectors: np.ndarray


@pytest.fixture(scope="package")
def opened(names, cache):
    """Row -> its network in torch and in "strict", and what the latter gives for some pictures; each opened once."""

    @functools.cache
    def opener(row: str) -> Opened:
        backbone = get_backbone(names[row])
        engine = open_engine(backbone, "cpu", "strict")
        pictures = trial_pictures(backbone.transform.size, 3, seed=7)
        return Opened(backbone, load_network(backbone), engine, pictures, *engine.run(pictures))

    return opener


def in_torch(backbone, network, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import torch

    mean, std = np.float32(backbone.transform.mean), np.float32(backbone.transform.std)
    x = (pixels.astype(np.float32) / 255 - mean) / std
    cells, vectors = network(torch.from_numpy(x.transpose(0, 3, 1, 2).copy()))
    return cells.numpy(), vectors.numpy()


def assert_close(found: np.ndarray, wanted: np.ndarray, of_largest: float = 1e-4) -> None:
    np.testing.assert_allclose(found, wanted, rtol=2e-3, atol=of_largest * np.abs(wanted).max())


def grey_with_patch(backbone, cell: tuple[int, int] | None) -> np.ndarray:
    size, (_, height, width) = backbone.transform.size, backbone.map_shape
    picture = np.full((size, size, 3), 128, np.uint8)
    if cell:
        top, left = (round(cell[0] * size / height), round(cell[1] * size / width))
        patch = np.random.default_rng(0).integers(0, 256, (size // height, size // width, 3))
        picture[top : top + size // height, left : left + size // width] = patch
    return picture


@pytest.mark.parametrize("row", REGISTRY)
def test_shapes_are_those_promised_and_results_are_plain_numbers(opened, row):
    it = opened(row)
    assert it.maps.shape == (3, *it.backbone.map_shape) and it.maps.dtype == np.float32
    assert it.vectors.shape == (3, it.backbone.dim) and it.vectors.dtype == np.float32
    assert np.isfinite(it.maps).all() and np.isfinite(it.vectors).all()
    assert it.vectors.std(0).max() > 0


def test_shapes_of_vgg16_are_those_promised_at_its_own_size(opened):
    """Without computing what is in them; see ``small_vgg16``."""
    import torch

    network = copy.deepcopy(opened("vgg16").network).to("meta")
    cells, vectors = network(torch.empty(1, 3, VGG16.size, VGG16.size, device="meta"))
    assert cells.shape == (1, *VGG16.map_shape) and vectors.shape == (1, VGG16.dim)


@pytest.mark.parametrize("row", REGISTRY)
def test_a_picture_gives_the_same_again_and_alone(opened, row):
    it = opened(row)
    again_maps, again_vectors = it.engine.run(it.pictures)
    assert np.array_equal(it.maps, again_maps) and np.array_equal(it.vectors, again_vectors)
    alone_maps, alone_vectors = it.engine.run(it.pictures[1:2])
    assert_close(alone_maps[0], it.maps[1])
    assert_close(alone_vectors[0], it.vectors[1])


@pytest.mark.parametrize("row", REGISTRY)
def test_the_map_lies_as_the_picture_does(opened, row):
    it = opened(row)
    _, height, width = it.backbone.map_shape
    corners = [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)]
    maps, _ = it.engine.run(np.stack([grey_with_patch(it.backbone, cell) for cell in (None, *corners)]))
    changes = np.abs(maps[1:] - maps[0]).sum(1)
    top, left = slice(0, height // 2), slice(0, width // 2)
    bottom, right = slice(height - height // 2, None), slice(width - width // 2, None)
    quarters = np.stack(
        [changes[:, rows, columns].sum((1, 2)) for rows in (top, bottom) for columns in (left, right)], axis=1
    )
    assert quarters.argmax(1).tolist() == [0, 1, 2, 3]
    if it.backbone.family == "efficientnet_lite":  # random weights carry a patch far, real ones leave it near
        found = np.array([np.unravel_index(change.argmax(), change.shape) for change in changes])
        assert np.abs(found - corners).max() <= 2


@pytest.mark.parametrize("row", REGISTRY)
def test_the_engine_computes_what_torch_computes(opened, row):
    it = opened(row)
    reference = in_torch(it.backbone, it.network, it.pictures)
    fast = open_engine(it.backbone, "cpu", "fast").run(it.pictures)
    for ours, theirs, quick in zip((it.maps, it.vectors), reference, fast, strict=True):
        assert cosines(ours, theirs).min() >= STRICT_COSINE
        assert cosines(quick, theirs).min() >= FAST_COSINE


@pytest.mark.parametrize("row", REGISTRY)
def test_a_stream_gives_the_rows_of_a_run(opened, row):
    it = opened(row)
    results = list(it.engine.stream([(np.array([9]), it.pictures[:1]), (np.array([4, 5]), it.pictures[1:])], maps=True))
    assert [list(positions) for positions, _, _ in results] == [[9], [4, 5]]
    assert_close(np.concatenate([vectors for _, vectors, _ in results]), it.vectors)
    half = np.concatenate([maps for _, _, maps in results])
    assert half.dtype == np.float16
    assert_close(half, it.maps, of_largest=1e-3)


@pytest.mark.parametrize("row", REGISTRY)
def test_the_version_changes_with_the_weights_and_the_transform_only(names, tmp_path, row):
    backbone = get_backbone(names[row])
    assert len(backbone.version) == 12 and int(backbone.version, 16) >= 0
    assert get_backbone(names[row]) == backbone
    assert get_backbone(names[row], "letterbox").version != backbone.version
    assert pickle.loads(pickle.dumps(backbone)) == backbone
    if ":" in names[row] and row != "vgg16":
        same, other = (get_backbone(f"{row}:{write_weights(row, tmp_path, seed)}") for seed in (0, 1))
        assert same.version == backbone.version != other.version
