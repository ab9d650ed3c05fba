"""A network in two: the lower stages, which stay as they are and are computed once, and the upper ones, which learn.

Imports torch."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, cast

import torch
from torch import Tensor, nn

from artextract.backbones import Backbone, load_network
from artextract.backbones.multi_scale import earlier_stages, moments, ordered_blocks
from artextract.errors import InputError

FAMILY = "efficientnet_lite"
"""The one family that can be cut: its layers follow each other without a branch."""


def lower_half(backbone: Backbone, learning: int) -> Backbone:
    """The backbone without its last ``learning`` stages; blocks of one width and grid are a stage.

    Its map is what the first of these stages takes, and behind it what the map of the whole backbone carries of finer
    stages below (``packed``). Raises ``InputError`` for a backbone that cannot be cut there."""
    if backbone.family != FAMILY:
        raise InputError(
            f"'{backbone.name}' cannot be fine-tuned on stored views",
            "fine-tune efficientnet_lite0, _lite1 or _lite2, or leave out --views",
            code="not-divisible",
        )
    digest = hashlib.sha256(f"lower {learning} of {backbone.version}".encode()).hexdigest()[:12]
    half = replace(backbone, learning=learning, version=digest)
    size = backbone.transform.size
    with torch.no_grad():
        cells, vector = load_network(half)(torch.zeros(1, 3, size, size))
    return replace(half, map_shape=tuple(cells.shape[1:]), dim=vector.shape[1])


class _Divided(nn.Module):
    """What both halves know of the network between them: its layers, and where it is cut."""

    def __init__(self, network: nn.Module, backbone: Backbone, learning: int):
        super().__init__()
        self.network = network
        blocks = ordered_blocks(network, backbone.transform.size)
        stages = list(dict.fromkeys(shape for _, shape in blocks))
        if not 0 < learning < len(stages):
            raise InputError(
                f"{learning} of the {len(stages)} stages of '{backbone.name}' cannot learn on stored views",
                f"unfreeze 1 to {len(stages) - 1}",
                code="wrong-unfreeze",
            )
        self.first = sum(shape in stages[:-learning] for _, shape in blocks)
        """The number of the first block that learns."""
        self.cells = backbone.map_shape[-1] if not backbone.learning else _cells(network, backbone)
        earlier = earlier_stages(network, backbone.transform.size) if backbone.earlier_stages else []
        self.carried = [place for place, (block, _) in enumerate(blocks) if any(block is stage for stage in earlier)]
        """The blocks of which the map of the whole network carries the moments."""
        self.width = blocks[self.first - 1][1][0]

    @property
    def layers(self) -> Any:
        return cast(Any, self.network).layers.network


class Lower(_Divided):
    """Normalised ``float32 (N, 3, S, S)`` to the map ``(N, C, H, W)`` that ``Upper`` takes, and its mean ``(N, C)``."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        layers = self.layers
        cells = layers._swish(layers._bn0(layers._conv_stem(x)))
        seen = []
        for place, block in enumerate(layers._blocks[: self.first]):
            cells = block(cells)
            if place in self.carried and place < self.first - 1:  # Upper can tell those of the last from its input
                seen.append(moments(cells, self.cells))
        together = torch.cat([cells, *(packed(one, cells.shape[-1]) for one in seen)], 1)
        return together, together.mean((2, 3))


class Upper(_Divided):
    """The map of ``Lower`` to that of the whole network, ``float32 (N, C, H, W)``."""

    def __init__(self, backbone: Backbone, learning: int):
        super().__init__(load_network(replace(backbone, earlier_stages=())), backbone, learning)

    def forward(self, x: Tensor) -> Tensor:
        layers = self.layers
        cells = x[:, : self.width].contiguous(memory_format=torch.channels_last)
        below = x[:, self.width :].float()
        seen = [below if below.shape[-1] == self.cells else unpacked(below)] if below.shape[1] else []
        if self.first - 1 in self.carried:
            seen.append(moments(cells.float(), self.cells))
        for place, block in enumerate(layers._blocks[self.first :], self.first):
            cells = block(cells)
            if place in self.carried:
                seen.append(moments(cells.float(), self.cells))
        cells = layers._swish(layers._bn1(layers._conv_head(cells)))
        return torch.cat([cells.float(), *seen], 1)


def packed(cells: Tensor, side: int) -> Tensor:
    """A map (N, 2C, S, S) as (N, C, 2S, 2S): two channels one below the other, each column twice, so that the mirrored
    map is packed into the mirrored one. As it is where ``side`` is S already."""
    count, channels, height, width = cells.shape
    if side == height:
        return cells
    return cells.reshape(count, channels // 2, 2 * height, width).repeat_interleave(2, 3)


def unpacked(cells: Tensor) -> Tensor:
    """The inverse of ``packed``: (N, C, 2S, 2S) to (N, 2C, S, S)."""
    count, channels, height, _ = cells.shape
    return cells[..., ::2].reshape(count, 2 * channels, height // 2, height // 2)


def _cells(network: nn.Module, backbone: Backbone) -> int:
    size = backbone.transform.size
    with torch.no_grad():
        return int(network(torch.zeros(1, 3, size, size))[0].shape[-1])
