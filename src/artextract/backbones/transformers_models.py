"""Checkpoints of transformers as networks that give (map, vector). Imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers.utils import logging

from artextract.backbones.checkpoint import VISION_TRANSFORMERS, model_kind
from artextract.errors import InputError
from artextract.files import read_json
from artextract.printable import counted

CLASSES = {
    "resnet": "ResNetModel",
    "mobilenet_v2": "MobileNetV2Model",
    "efficientnet": "EfficientNetModel",
    "convnextv2": "ConvNextV2Model",
    "dinov2": "Dinov2Model",
    "clip": "CLIPVisionModel",
    "siglip": "SiglipVisionModel",
}
"""The plain model of each kind: AutoBackbone refuses MobileNetV2, EfficientNet and CLIP."""


class Convolutional(nn.Module):
    """``pooled`` takes the network's own pooled output; otherwise the vector is the map's mean over its cells."""

    def __init__(self, model: nn.Module, pooled: bool):
        super().__init__()
        self.model = model
        self.pooled = pooled

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        output = self.model(pixel_values=x)
        cells = output.last_hidden_state
        return cells, output.pooler_output.flatten(1) if self.pooled else cells.mean((2, 3))


class VisionTransformer(nn.Module):
    """Tokens as a grid, row by row; ``skip`` tokens stand before those of the picture (DINOv2 and CLIP 1, SigLIP none).

    The vector is the model's own: the class token behind its norm, or SigLIP's attention pooling.
    """

    def __init__(self, model: nn.Module, skip: int):
        super().__init__()
        self.model = model
        self.skip = skip
        self.patch: int = cast(Any, model.config).patch_size

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        output = self.model(pixel_values=x)
        grid = (x.shape[2] // self.patch, x.shape[3] // self.patch)
        tokens = output.last_hidden_state[:, self.skip :]
        return tokens.transpose(1, 2).unflatten(2, grid), output.pooler_output


def load_checkpoint(folder: str | Path) -> nn.Module:
    """The network of a checkpoint in float32; raises ``InputError`` where its file lacks weights."""
    import transformers

    kind = model_kind(read_json(Path(folder) / "config.json"))
    with without_warnings():
        model, loading = getattr(transformers, CLASSES[kind]).from_pretrained(
            str(folder), dtype=torch.float32, output_loading_info=True, local_files_only=True
        )
    absent = sorted(loading["missing_keys"]) + [str(key) for key in loading.get("mismatched_keys", ())]
    if absent:  # transformers would go on with random numbers in their place
        raise InputError(
            f"the checkpoint '{folder}' lacks {counted(len(absent), 'weight')}, such as {absent[0]}",
            "download it again",
            code="checkpoint-incomplete",
        )
    if kind in VISION_TRANSFORMERS:
        return VisionTransformer(model, skip=0 if kind == "siglip" else 1)
    return Convolutional(model, pooled=kind == "convnextv2")


@contextmanager
def without_warnings() -> Iterator[None]:
    """Without the library's progress bar and its report on weights that we do not want, such as the classifier's."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)  # type: ignore[attr-defined]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
