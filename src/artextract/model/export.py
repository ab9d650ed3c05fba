"""The trained networks as OpenVINO models in the cache, so that predicting needs no torch."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from artextract.backbones import require_torch
from artextract.errors import MismatchError
from artextract.files import cache_dir
from artextract.images import content_hash
from artextract.model.checking import MEND
from artextract.model.saved import CONFIG_FILE, MAIN, SavedModel, weights_file
from artextract.runtime import save_ir

if TYPE_CHECKING:
    from artextract.model.network import AttributeNetwork

_LAYOUT = 2
"""Stands behind the hash in a folder's name: raise it when the exported graph changes, so that older ones are not
read."""


def exported_path(model: SavedModel, name: str = MAIN) -> Path:
    """Where the exported network of these weights lies, or will lie."""
    return cache_dir() / "openvino" / f"network@{model.networks[name]['weights_sha256'][:16]}-{_LAYOUT}" / "network.xml"


def load_trained(model: SavedModel, name: str = MAIN) -> AttributeNetwork:
    """A network of the folder in torch, in eval mode.

    Raises ``MismatchError`` where its weights are damaged or of another network."""
    require_torch(model.folder.name)
    from safetensors.torch import load_file

    from artextract.model.network import NetworkConfig, build_network

    path = model.folder / weights_file(name)
    try:
        if content_hash(path) != model.networks[name]["weights_sha256"]:
            raise ValueError("its contents are not what was written")
        network = build_network(NetworkConfig.from_dict(model.networks[name]["network"]))
        network.load_state_dict(load_file(path))
    except Exception as error:  # safetensors, torch and the network each have errors of their own
        raise MismatchError(
            f"'{path}' does not hold the network that {CONFIG_FILE} describes: {error}", MEND, code="weights-differ"
        ) from error
    return network.eval()


def export_network(model: SavedModel, name: str = MAIN) -> Path:
    """Export a network unless the cache has it; gives the path of the IR.

    A feature map goes in; out come the calibrated probabilities per attribute ``(N, K)``, then the attention ``(N, Q,
    H*W)`` and the vectors ``(N, Q, D)``."""
    path = exported_path(model, name)
    if path.exists():
        return path
    network = load_trained(model, name)
    import torch

    from artextract.backbones.openvino_import import openvino

    class Answer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, maps: torch.Tensor) -> tuple[torch.Tensor, ...]:
            probabilities, attention, vectors = self.network.answer(maps)
            return *probabilities, attention, vectors

    shape = network.config.map_shape
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # tracing warns of its own deprecation and of shape checks that hold for every batch
        converted = openvino.convert_model(Answer().eval(), example_input=torch.zeros(2, *shape), input=[-1, *shape])
    save_ir(converted, path.parent)
    return path
