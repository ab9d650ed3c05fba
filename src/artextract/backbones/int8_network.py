"""EfficientNet-Lite with what its layers take, and their weights, rounded to 8 bits. Imports torch.

The rounding stands in the network as fake quantisation: OpenVINO then computes in integers, and torch, on a GPU, what
comes to the same. Weights have one scale per output channel, activations one per layer, those of depthwise layers one
per channel (B. Jacob and others, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference", CVPR 2018; R. Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference" (2018),
section 3). What the map takes from finer stages stays in float."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.nn.utils.parametrize import register_parametrization

_LEAST = 1e-6
"""The least range of a channel: some channels never answer."""


class Point(NamedTuple):
    """A place at which activations are rounded: before a module, or behind it."""

    name: str
    module: nn.Module
    before: bool = True
    signed: bool = True
    by_channel: bool = False
    pixels: bool = False


def quantise(network: Any, table: dict[str, np.ndarray]) -> None:
    """Round an ``EfficientNet`` in eval mode, in place, by a table of ``int8.py``.

    Raises ``KeyError`` for a table of another network."""
    for name, layer in _layers(network):
        register_parametrization(layer, "weight", _Weights(layer.weight))
        if f"{name}.shift" in table:
            assert layer.bias is not None, "the normalisation behind it was taken into it"
            layer.bias = nn.Parameter(layer.bias.detach() + torch.from_numpy(table[f"{name}.shift"]))
    for point in _points(network):
        rounding = _Activations(torch.from_numpy(table[point.name]), point.signed)
        network.add_module(f"int8_{point.name.replace('.', '_')}", rounding)  # so that it moves to a GPU with the rest
        _at(point, rounding)


def calibrated(make: Callable[[], Any], batches: Iterable[Tensor]) -> dict[str, np.ndarray]:
    """The table of a network from normalised pictures ``float32 (N, 3, S, S)`` in batches, of which the first measures
    the shifts.

    ``make`` gives the ``EfficientNet`` anew, in eval mode. The range of a layer is the mean over pictures of the
    largest magnitude, that of a channel, or of the pixels, the largest of all. A shift is the mean of a layer's output
    in float less that in INT8, where all layers before it are in INT8 (M. Nagel and others, "Data-Free Quantization
    Through Weight Equalization and Bias Correction", ICCV 2019, section 4.2)."""
    network = make()
    layers = _layers(network)
    points = _points(network)
    largest: dict[str, list[Tensor]] = {point.name: [] for point in points}
    for point in points:
        _at(point, partial(_measured, largest[point.name]))
    means: dict[str, Tensor] = {}
    hooks = [layer.register_forward_hook(partial(_kept, means, name)) for name, layer in layers]
    first: Tensor | None = None
    with torch.no_grad():
        for batch in batches:
            network.extract_features(batch)
            if first is None:
                first = batch
                for hook in hooks:
                    hook.remove()
    table = {point.name: _range(torch.cat(largest[point.name]), point).numpy() for point in points}
    network = make()
    shifts: dict[str, np.ndarray] = {}
    quantise(network, table)
    for name, layer in _convolutions(network):
        layer.register_forward_hook(partial(_shifted, shifts, f"{name}.shift", means[name]))
    with torch.no_grad():
        network.extract_features(first)
    return table | shifts


def _convolutions(network: Any) -> list[tuple[str, nn.Conv2d]]:
    return [(name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d)]


def _layers(network: Any) -> list[tuple[str, nn.Conv2d]]:
    """The convolutions, after the normalisation behind each was taken into its weights."""
    ends = [(network, "_conv_stem", "_bn0"), (network, "_conv_head", "_bn1")]
    inside = [
        (block, layer, norm)
        for block in network._blocks
        for layer, norm in (("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"))
        if hasattr(block, layer)
    ]
    for owner, layer, norm in ends + inside:
        setattr(owner, layer, fuse_conv_bn_eval(getattr(owner, layer), getattr(owner, norm)))
        setattr(owner, norm, nn.Identity())
    return _convolutions(network)


def _points(network: Any) -> list[Point]:
    """Where activations are rounded: before each layer, and behind the last of a block whose input is added to it."""
    found = [Point("_conv_stem", network._conv_stem, pixels=True)]
    for number, block in enumerate(network._blocks):
        name = f"_blocks.{number}"
        if hasattr(block, "_expand_conv"):
            found.append(Point(name, block))
        found.append(Point(f"{name}._depthwise_conv", block._depthwise_conv, signed=False, by_channel=True))
        found.append(Point(f"{name}._project_conv", block._project_conv, signed=False))
        kind = block._block_args
        if block.id_skip and kind.stride == 1 and kind.input_filters == kind.output_filters:
            found.append(Point(f"{name}.sum", block._project_conv, before=False))
    return [*found, Point("_conv_head", network._conv_head)]


def _range(largest: Tensor, point: Point) -> Tensor:
    """Of the largest magnitude in each picture and channel, ``(N, C)``, the range of a layer ``(1,)`` or of its
    channels ``(C,)``."""
    if point.by_channel:
        return largest.amax(0)
    return largest.amax().reshape(1) if point.pixels else largest.amax(1).mean(0, True)


def _at(point: Point, change: Callable[[Tensor], Tensor]) -> None:
    """Put ``change`` where activations pass."""
    if point.before:
        point.module.register_forward_pre_hook(lambda module, inputs: (change(inputs[0]), *inputs[1:]))
    else:
        point.module.register_forward_hook(lambda module, inputs, output: change(output))


class _Activations(nn.Module):
    """Rounds activations ``(N, C, H, W)`` whose largest magnitudes are given, ``(1,)`` or ``(C,)``."""

    scale: Tensor
    zero: Tensor

    def __init__(self, largest: Tensor, signed: bool):
        super().__init__()
        self.least, self.most = (-128, 127) if signed else (0, 255)
        self.register_buffer("scale", largest.float().clamp_min(_LEAST) / self.most)
        self.register_buffer("zero", torch.zeros(len(largest), dtype=torch.int32))

    def forward(self, x: Tensor) -> Tensor:
        if len(self.scale) == 1:
            return torch.fake_quantize_per_tensor_affine(x, self.scale[0], self.zero[0], self.least, self.most)
        return torch.fake_quantize_per_channel_affine(x, self.scale, self.zero, 1, self.least, self.most)


class _Weights(nn.Module):
    """Rounds a layer's weights, with a scale for each output channel."""

    scale: Tensor
    zero: Tensor

    def __init__(self, weights: Tensor):
        super().__init__()
        self.register_buffer("scale", weights.detach().abs().amax((1, 2, 3)).clamp_min(_LEAST) / 127)
        self.register_buffer("zero", torch.zeros(len(weights), dtype=torch.int32))

    def forward(self, weights: Tensor) -> Tensor:
        return torch.fake_quantize_per_channel_affine(weights, self.scale, self.zero, 0, -127, 127)


def _measured(found: list[Tensor], x: Tensor) -> Tensor:
    found.append(x.abs().amax((2, 3)))
    return x


def _kept(means: dict[str, Tensor], name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
    means[name] = output.mean((0, 2, 3))


def _shifted(
    shifts: dict[str, np.ndarray], name: str, wanted: Tensor, module: nn.Module, inputs: Any, output: Tensor
) -> Tensor:
    shift = wanted - output.mean((0, 2, 3))
    shifts[name] = shift.numpy()
    return output + shift[:, None, None]
