"""The network of a training before its first step."""

from __future__ import annotations

from typing import cast

from artextract.backbones import Backbone
from artextract.model.label_map import LabelMap
from artextract.model.network import AttributeNetwork, NetworkConfig, build_network
from artextract.train.options import TrainOptions


def network_config(
    options: TrainOptions,
    map_shape: tuple[int, int, int],
    classes: dict[str, int],
    linear: bool = False,
    several: tuple[str, ...] = (),
) -> NetworkConfig:
    shared = ("rnn", "bidirectional", "layers", "width", "hidden", "dropout", "attention", "scan")
    return NetworkConfig(
        map_shape=map_shape,
        classes=classes,
        linear=linear,
        several=several,
        **{name: getattr(options, name) for name in shared},
    )


def fresh_network(
    options: TrainOptions, backbone: Backbone, labels: LabelMap, linear: bool = False
) -> AttributeNetwork:
    """A network with weights that follow from the seed.

    Where several labels can be right it begins with their frequencies: else the many that are not would drown all other
    attributes at first (T.-Y. Lin et al., "Focal Loss for Dense Object Detection" (2017), section 4.1)."""
    import torch

    torch.manual_seed(options.seed)
    sizes = labels.output_sizes
    network = build_network(network_config(options, backbone.map_shape, sizes, linear, tuple(labels.several)))
    with torch.no_grad():
        for name, one in labels.several.items():
            share = (torch.tensor(one.counts, dtype=torch.float64) / one.paintings).clamp(1e-4, 1 - 1e-4)
            cast(torch.nn.Linear, network.heads.linear[list(sizes).index(name)]).bias.copy_(share.logit().float())
    return network
