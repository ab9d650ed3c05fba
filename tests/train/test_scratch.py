"""The small CNN learns from pixels, goes on after being killed, and leaves a backbone behind."""

import numpy as np
import pytest

from artextract.backbones import get_backbone, load_network
from artextract.errors import NothingUsableError
from artextract.images import Transform
from artextract.model.label_map import build_label_map
from artextract.progress import no_progress
from artextract.table import Paintings, read_paintings
from artextract.train import loop, scratch
from artextract.train.context import Context
from artextract.train.processes import Processes
from tests.raising import raises
from tests.train.test_resume import Killed, KilledAt

TRANSFORM = Transform(32, "squash", (0.5, 0.4, 0.3), (0.5, 0.25, 0.2))


def learn(collection, out, progress=no_progress):
    said = []
    table = read_paintings(collection).in_split("train", "val")
    scratch.train_custom(
        table,
        build_label_map(table.in_split("train"), {"style": 1}),
        out,
        "squash",
        0,
        Context(Processes(alone=True), progress=progress, say=said.append),
    )
    return said


def test_it_learns_goes_on_and_is_a_backbone(small_collection, tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "EPOCHS", 3)
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
    said = learn(small_collection, tmp_path / "whole" / "b.safetensors")
    losses = [float(line.split("training loss")[1].split()[0]) for line in said]
    assert len(losses) == 3 and losses[-1] < losses[0]
    with pytest.raises(Killed):
        learn(small_collection, tmp_path / "killed" / "b.safetensors", KilledAt(2))
    learn(small_collection, tmp_path / "killed" / "b.safetensors")
    assert (tmp_path / "killed" / "b.safetensors").read_bytes() == (tmp_path / "whole" / "b.safetensors").read_bytes()
    backbone = get_backbone(f"custom:{tmp_path / 'whole' / 'b.safetensors'}")
    network = load_network(backbone)
    assert backbone.map_shape == (256, 8, 8) and not any(parameter.requires_grad for parameter in network.parameters())


def test_pixels_are_normalised_as_the_transform_says():
    import torch

    pixels = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    expected = ((pixels / 255 - TRANSFORM.mean) / TRANSFORM.std).transpose(0, 3, 1, 2)
    assert np.allclose(scratch.normalise(torch.from_numpy(pixels), TRANSFORM), expected, atol=1e-5)


def test_a_picture_is_shifted_and_mirrored_as_its_seed_says():
    pictures = np.random.default_rng(0).integers(0, 256, (4, 30, 30, 3), dtype=np.uint8)
    rows = scratch.DecodedRows(pictures, np.zeros((4, 1), int))
    assert np.array_equal(rows.batch(np.array([2, 0]), None), pictures[[2, 0]])
    for seed in range(20):
        (moved,) = rows.batch(np.array([1]), np.array([seed])).numpy()
        padded = np.pad(pictures[1], ((3, 3), (3, 3), (0, 0)), mode="reflect")
        cuts = [padded[y : y + 30, x : x + 30][:, ::step] for y in range(7) for x in range(7) for step in (1, -1)]
        assert any(np.array_equal(moved, cut) for cut in cuts)


def test_without_a_readable_picture_there_is_nothing_to_learn(small_collection, tmp_path):
    table = read_paintings(small_collection)
    gone = Paintings(table.frame, tmp_path)
    with raises(NothingUsableError, "no-readable-image"):
        labels = build_label_map(table.in_split("train"), {"style": 1})
        scratch.train_custom(gone, labels, tmp_path / "b.safetensors", "squash", 0, Context(Processes(alone=True)))
