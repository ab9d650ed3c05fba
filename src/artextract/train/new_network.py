"""The network of a training before its first step."""

from __future__ import annotations

from artextract.backbones import Backbone
from artextract.model.label_map import LabelMap
from artextract.model.network import AttributeNetwork, NetworkConfig, build_network
from artextract.train.options import TrainOptions


def network_config(
    options: TrainOptions, map_shape: tuple[int, int, int], classes: dict[str, int], linear: bool = False
) -> NetworkConfig:
    shared = ("rnn", "bidirectional", "layers", "width", "hidden", "dropout", "attention", "scan")
    return NetworkConfig(
        map_shape=map_shape, classes=classes, linear=linear, **{name: getattr(options, name) for name in shared}
    )


def fresh_network(
    options: TrainOptions, backbone: Backbone, labels: LabelMap, linear: bool = False
) -> AttributeNetwork:
    """A network with weights that follow from the seed."""
    import torch

    torch.manual_seed(options.seed)
    return build_network(network_config(options, backbone.map_shape, labels.output_sizes, linear))
