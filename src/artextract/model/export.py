"""The trained network as an OpenVINO model in the cache, so that predicting needs no torch."""

from __future__ import annotations

import warnings
from pathlib import Path

from artextract.backbones import require_torch
from artextract.files import cache_dir
from artextract.model.saved import WEIGHTS, SavedModel
from artextract.runtime import save_ir


def exported_path(model: SavedModel) -> Path:
    """Where the exported network of these weights lies, or will lie."""
    return cache_dir() / "openvino" / f"network@{model.weights_hash[:16]}" / "network.xml"


def export_network(model: SavedModel) -> Path:
    """Export the network (feature map in, probabilities per attribute out) unless the cache has it; gives the path of the IR."""
    path = exported_path(model)
    if path.exists():
        return path
    require_torch(model.folder.name)
    import torch
    from safetensors.torch import load_file

    from artextract.backbones.quiet import openvino
    from artextract.model.network import CNNRNNHead, NetworkConfig

    class Probabilities(torch.nn.Module):
        def __init__(self, network: CNNRNNHead):
            super().__init__()
            self.network = network

        def forward(self, maps: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return tuple(self.network.probabilities(maps))

    config = NetworkConfig.from_dict(model.config["network"])
    network = CNNRNNHead(config)
    network.load_state_dict(load_file(model.folder / WEIGHTS))
    shape = config.map_shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of its own deprecation and of shape checks that hold for every batch
        converted = openvino.convert_model(Probabilities(network).eval(), example_input=torch.zeros(2, *shape), input=[-1, *shape])
    save_ir(converted, path.parent)
    return path
