"""Joins what earlier stages of a network see to its feature map: how strong each channel is in a cell, and how much it
varies there. Imports torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class MultiScale(nn.Module):
    """The map of ``network`` with, per cell, mean and standard deviation of every channel that the given stages have
    within that cell.

    Style lives in texture, and second moments of early channels describe it: L. Gatys, A. Ecker, M. Bethge, "Texture
    Synthesis Using Convolutional Neural Networks" (2015), section 2; here the moments are taken cell by cell and
    without the products between channels. The vector stays that of ``network``."""

    def __init__(self, network: nn.Module, stages: list[nn.Module]):
        super().__init__()
        self.network = network
        self._seen: list[Tensor] = []
        for stage in stages:
            stage.register_forward_hook(self._keep)

    def _keep(self, module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        self._seen.append(output)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        self._seen = []
        cells, vector = self.network(x)
        seen, self._seen = self._seen, []
        return torch.cat([cells, *(moments(stage, cells.shape[-1]) for stage in seen)], 1), vector


def moments(stage: Tensor, cells: int) -> Tensor:
    """(N, C, H, W) to (N, 2C, ``cells``, ``cells``): mean and deviation of each channel over the part of the map that a
    cell covers."""
    factor = stage.shape[-1] // cells
    mean = F.avg_pool2d(stage, factor)
    variance = F.avg_pool2d(stage * stage, factor) - mean * mean
    return torch.cat([mean, variance.clamp_min(1e-8).sqrt()], 1)


def earlier_stages(network: nn.Module, size: int) -> list[nn.Module]:
    """The stages of a network whose grid has twice the cells of its map on a side: the last block of each width on that
    grid.

    Empty for networks without such stages, as vision transformers.
    """
    blocks = ordered_blocks(network, size)
    if not blocks:
        return []
    with torch.no_grad():
        cells = network(torch.zeros(1, 3, size, size))[0].shape[-1]
    last = {channels: block for block, (channels, side) in blocks if side == 2 * cells}
    return list(last.values())


def ordered_blocks(network: nn.Module, size: int) -> list[tuple[nn.Module, tuple[int, int]]]:
    """The blocks of a network from the picture to the map, each with the channels and the side of what it gives.

    Empty where none are known."""
    found = [
        module
        for name, module in network.named_modules()
        if name.endswith(BLOCK_LISTS) and isinstance(module, (nn.ModuleList, nn.Sequential))
    ]
    if not found:
        return []
    shapes: dict[nn.Module, tuple[int, int]] = {}
    hooks = [
        block.register_forward_hook(lambda module, _, output: shapes.update({module: tuple(output.shape[1:3])}))
        for block in found[0]
    ]
    with torch.no_grad():
        network(torch.zeros(1, 3, size, size))
    for hook in hooks:
        hook.remove()
    return [(block, shapes[block]) for block in found[0]]


BLOCK_LISTS = ("_blocks", "encoder.stages", "layers")
"""What EfficientNet-Lite, ResNet and ConvNeXt, and our VGG16 call the list of their blocks."""
