"""From a backbone's weights to a torch network that gives (map, vector). One of the few files that import torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from artextract.backbones import Backbone
from artextract.backbones.int8 import int8_table
from artextract.backbones.multi_scale import MultiScale, earlier_stages


class Pooled(nn.Module):
    """A stack of layers that gives a map; the vector is the map's mean over its cells."""

    def __init__(self, layers: nn.Module):
        super().__init__()
        self.layers = layers

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.layers(x)
        return cells, cells.mean((2, 3))


def build(backbone: Backbone, int8: bool = False) -> nn.Module:
    """The network of a backbone with its weights, in eval mode, no gradients wanted; see ``backbones.load_network``."""
    table = int8_table(backbone) if int8 else None
    if backbone.family == "efficientnet_lite":
        network = _efficientnet_lite(backbone)
        if table is not None:
            from artextract.backbones.int8_network import quantise

            quantise(network.layers.network, table)
    elif backbone.family == "transformers":
        from artextract.backbones.transformers_models import load_checkpoint

        network = load_checkpoint(backbone.path)
    elif backbone.family == "vgg":
        network = _vgg16(read_state(backbone.path))
    elif backbone.family == "custom":
        from artextract.backbones.custom import load_custom

        network = load_custom(backbone.path)
    else:
        from artextract.backbones.onnx_torch import OnnxNetwork

        network = OnnxNetwork(backbone)
    if backbone.learning:
        from artextract.backbones.halves import Lower

        network = Lower(network.eval(), backbone, backbone.learning)
    elif backbone.earlier_stages:
        network = MultiScale(network, earlier_stages(network.eval(), backbone.transform.size))
    return network.eval().requires_grad_(False)


def read_state(path: str | Path) -> dict[str, Tensor]:
    """A state dict from a safetensors file or from a torch file, of which only tensors are unpickled."""
    if Path(path).suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(path)
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state


class _LiteLayers(nn.Module):
    def __init__(self, network: Any):
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        cells: Tensor = self.network.extract_features(x)
        return cells


def _efficientnet_lite(backbone: Backbone) -> Any:
    from efficientnet_lite_pytorch import EfficientNet

    name = backbone.name.partition(":")[0].replace("_", "-")  # from_pretrained would print; from_name does not
    network = EfficientNet.from_name(name, image_size=backbone.transform.size)
    network._fc = nn.Identity()
    network.load_state_dict(
        {key: value for key, value in read_state(backbone.path).items() if not key.startswith("_fc.")}
    )
    return Pooled(_LiteLayers(network.eval()))


VGG16_CHANNELS = (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0)
"""3x3 convolutions by their channels, 0 a halving: Simonyan and Zisserman, https://arxiv.org/abs/1409.1556, table 1,
column D."""


def _vgg16(state: dict[str, Tensor]) -> nn.Module:
    layers: list[nn.Module] = []
    channels = 3
    for wanted in VGG16_CHANNELS:
        if wanted:
            layers += [nn.Conv2d(channels, wanted, 3, padding=1), nn.ReLU(inplace=True)]
            channels = wanted
        else:
            layers.append(nn.MaxPool2d(2))
    network = nn.Sequential(*layers)  # numbered as the published file's "features.N"
    network.load_state_dict(
        {key.removeprefix("features."): value for key, value in state.items() if key.startswith("features.")}
    )
    return Pooled(network)
