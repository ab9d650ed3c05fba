"""The ``custom`` backbone, trained from scratch on pixels; afterwards it is a frozen backbone as any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from artextract.backbones import REGISTRY
from artextract.backbones.custom import CustomCNN, save_custom
from artextract.errors import NothingUsableError
from artextract.images import Transform
from artextract.model.label_map import LabelMap
from artextract.model.missing import MISSING
from artextract.model.network import NetworkConfig, build_network
from artextract.progress import Progress
from artextract.runtime import read_ahead
from artextract.table import Paintings
from artextract.train.checkpoint import FILE_NAME as UNFINISHED
from artextract.train.context import Context
from artextract.train.log import epoch_line
from artextract.train.loop import fit
from artextract.train.options import TrainOptions
from artextract.train.processes import Processes

EPOCHS, PATIENCE = 30, 8
OPTIONS: dict[str, Any] = {
    "batch_size": 32,
    "learning_rate": 2e-3,
    "weight_decay": 0.05,
    "dropout": 0.0,
    "label_smoothing": 0.0,
    "imbalance": "none",
    "mixup": 0.0,
    "average": 0.0,  # a running mean of the weights would not fit the statistics of the normalisation layers
}


class FromScratch(nn.Module):
    """Pictures ``uint8`` or ``float32 (N, S, S, 3)`` in 0..255 -> the small CNN -> a linear classifier per
    attribute."""

    def __init__(self, transform: Transform, classes: dict[str, int]):
        super().__init__()
        row = REGISTRY["custom"]
        self.transform, self.backbone = transform, CustomCNN()
        self.head = build_network(NetworkConfig(row.map_shape, classes, dropout=0.0, linear=True))

    @property
    def temperature(self) -> Tensor:
        return self.head.temperature

    def forward(self, pixels: Tensor) -> list[Tensor]:
        logits: list[Tensor] = self.head(self.backbone(normalise(pixels, self.transform))[0])
        return logits


class DecodedRows:
    """Pictures ``uint8 (N, S, S, 3)`` in memory.

    In training each is shifted by up to a tenth, and half of them are mirrored."""

    def __init__(self, pictures: np.ndarray, targets: np.ndarray):
        self.pictures, self.targets = pictures, targets

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, positions: np.ndarray, seeds: np.ndarray | None) -> Tensor:
        taken = self.pictures[positions]
        return torch.from_numpy(
            taken
            if seeds is None
            else np.stack([_shifted(picture, seed) for picture, seed in zip(taken, seeds, strict=False)])
        )


def train_custom(
    paintings: Paintings,
    labels: LabelMap,
    out: Path,
    geometry: str,
    seed: int,
    context: Context,
) -> Path:
    """Train the small CNN with a linear classifier per attribute on the training rows, keep the best epoch as ``fit``
    does, and write ``out``.

    The pictures are decoded once and held in memory. The first of several processes does it alone, for its
    normalisation layers want whole batches. Raises ``NothingUsableError`` where no training picture can be read."""
    if context.processes.first:
        _train(paintings, labels, out, geometry, seed, context)
    context.processes.wait()
    return out


def _train(
    paintings: Paintings,
    labels: LabelMap,
    out: Path,
    geometry: str,
    seed: int,
    context: Context,
) -> None:
    row = REGISTRY["custom"]
    transform = Transform(row.size, geometry, row.mean, row.std)
    paintings, pictures = _read(paintings, transform, context.progress)
    targets, split = labels.targets(paintings), paintings.column("split")
    train, val = (
        DecodedRows(pictures[kept], targets[kept])
        for kept in ((split == side) & (targets != MISSING).any(1) for side in ("train", "val"))
    )
    if not len(train):
        raise NothingUsableError(
            "no training painting could be read", "check the image files", code="no-readable-image"
        )
    torch.manual_seed(seed)
    network = FromScratch(transform, labels.output_sizes)
    fitted = fit(
        network,
        train,
        val,
        labels.output_counts,
        TrainOptions(**OPTIONS, epochs=EPOCHS, patience=PATIENCE, seed=seed),
        kinds=labels.kinds,
        unfinished=out.with_name(f"custom-{UNFINISHED}"),
        about=[transform.as_dict(), paintings.column("sha256").tolist()],
        processes=Processes(alone=True),
        watch=lambda history: context.say(f"custom backbone, {epoch_line(history[-1])}"),
        progress=context.progress,
    )
    save_custom(cast(CustomCNN, fitted.network.backbone), out)


def normalise(pixels: Tensor, transform: Transform) -> Tensor:
    """Pixels ``(N, S, S, 3)`` in 0..255 to what a backbone's network takes, ``float32 (N, 3, S, S)``."""
    values = pixels.permute(0, 3, 1, 2).float() / 255.0
    mean, std = (torch.tensor(three, device=pixels.device).view(3, 1, 1) for three in (transform.mean, transform.std))
    return (values - mean) / std


def _read(paintings: Paintings, transform: Transform, progress: Progress) -> tuple[Paintings, np.ndarray]:
    """The rows whose file can be decoded, and their pictures."""
    kept, pictures = [], []
    read = read_ahead(paintings.image_paths(), transform.read, lambda position, reason: None)
    for position, pixels in progress(read, len(paintings), "reading images"):
        kept.append(position)
        pictures.append(pixels)
    return paintings.rows(kept), (
        np.stack(pictures) if pictures else np.empty((0, transform.size, transform.size, 3), np.uint8)
    )


def _shifted(picture: np.ndarray, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    size = picture.shape[0]
    reach = size // 10
    top, left = random.integers(0, 2 * reach + 1, 2)
    moved = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="reflect")[
        top : top + size, left : left + size
    ]
    return moved[:, ::-1] if random.random() < 0.5 else moved
