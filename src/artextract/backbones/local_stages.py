"""What the middle stages of EfficientNet-Lite see, cell by cell, for pictures of any size. Imports torch."""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artextract.backbones import Backbone, load_network
from artextract.backbones.multi_scale import ordered_blocks
from artextract.errors import InputError


class LocalStages(nn.Module):
    """Normalised ``float32 (N, 3, 16 H, 16 W)`` to ``(N, C, H, W)``: the last block of each width on the grids of 8 and
    of 16 pixels a cell, the finer one averaged over two by two cells, one behind the other."""

    def __init__(self, backbone: Backbone):
        super().__init__()
        if backbone.family != "efficientnet_lite":
            raise InputError(
                f"motifs are not described by '{backbone.name}'", "choose efficientnet_lite0", code="not-divisible"
            )
        network: Any = load_network(backbone)
        size = backbone.transform.size
        blocks = ordered_blocks(network, size)
        sides = {channels: (place, side) for place, (_, (channels, side)) in enumerate(blocks)}
        kept = [(place, size // side) for place, side in sides.values() if size // side in (8, 16)]
        self.layers = network.layers.network
        self.halved = {place for place, pixels in kept if pixels == 8}
        self.taken = {place for place, _ in kept}

    def forward(self, x: Tensor) -> Tensor:
        layers = self.layers
        cells = layers._swish(layers._bn0(layers._conv_stem(x)))
        seen = []
        for place, block in enumerate(layers._blocks[: max(self.taken) + 1]):
            cells = block(cells)
            if place in self.taken:
                seen.append(F.avg_pool2d(cells, 2) if place in self.halved else cells)
        return torch.cat(seen, 1)


def read_local_model(backbone: Backbone) -> Any:
    """``LocalStages`` as an ``openvino.Model`` for one picture of any size at a time."""
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    from artextract.backbones.openvino_import import openvino

    frontend = openvino.frontend.FrontEndManager().load_by_framework("pytorch")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing warns of every branch on a shape
        network = LocalStages(backbone).eval()
        example = torch.zeros(1, 3, 224, 224)
        traced = TorchScriptPythonDecoder(network, example_input=example, trace_kwargs={"check_trace": False})
        model = frontend.convert(frontend.load(traced))
    model.reshape([1, 3, -1, -1])
    return model
