"""Every row of the registry, offline: real weights where they are installed, otherwise tiny checkpoints with random
weights."""

from __future__ import annotations

from dataclasses import replace

import pytest

from artextract.backbones import REGISTRY
from tests.backbones.tiny import write_weights
from tests.sources.conftest import museum

__all__ = ["cache", "museum", "names", "one_thread"]


@pytest.fixture(scope="package", autouse=True)
def cache(tmp_path_factory):
    """A cache of these tests' own."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("cache")
    patch.setenv("ARTEXTRACT_CACHE", str(folder))
    yield folder
    patch.undo()


@pytest.fixture(scope="package", autouse=True)
def small_vgg16():
    """VGG16 of pictures of 96 x 96: at 224 x 224 it costs five times as much, more than all others together."""
    patch = pytest.MonkeyPatch()
    patch.setitem(REGISTRY, "vgg16", replace(REGISTRY["vgg16"], size=96, map_shape=(512, 3, 3)))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def names(tmp_path_factory) -> dict[str, str]:
    """Row -> the name under which its weights are on this machine."""
    folder = tmp_path_factory.mktemp("weights")
    made = {}
    for row, facts in REGISTRY.items():
        if facts.family == "efficientnet_lite":
            made[row] = row
        else:
            made[row] = f"{row}:{write_weights(row, folder, seed=0)}"
    return made


@pytest.fixture(scope="package", autouse=True)
def one_thread():
    """Networks this small are slower with several threads, far slower where other programs want the cores."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
