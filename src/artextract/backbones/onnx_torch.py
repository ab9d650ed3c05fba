"""An ONNX file behind the face of a torch network, for code that compares networks; it has no gradients.

Imports torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from artextract.backbones import Backbone
from artextract.backbones.onnx_file import read_model
from artextract.backbones.openvino_import import openvino


class OnnxNetwork(nn.Module):
    def __init__(self, backbone: Backbone):
        super().__init__()
        model = read_model(backbone)
        model.reshape([-1, 3, backbone.transform.size, backbone.transform.size])
        self._run = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        cells, vectors = self._run(x.detach().cpu().numpy()).to_tuple()
        return torch.from_numpy(cells.copy()), torch.from_numpy(vectors.copy())
