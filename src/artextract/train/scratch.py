"""The ``custom`` backbone, trained from scratch on pixels; afterwards it is a frozen backbone as any other."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Callable

import numpy as np
import torch

from artextract.backbones import REGISTRY
from artextract.backbones.custom import CustomCNN, save_custom
from artextract.errors import NothingUsableError
from artextract.images import Transform
from artextract.model.label_map import LabelMap
from artextract.model.missing import MISSING
from artextract.progress import Progress
from artextract.runtime import read_ahead
from artextract.table import Paintings
from artextract.train.losses import MaskedLoss
from artextract.train.options import TrainOptions

EPOCHS, BATCH_SIZE, LEARNING_RATE, WEIGHT_DECAY = 30, 32, 2e-3, 0.05
PATIENCE = 6


def train_custom(
    paintings: Paintings, labels: LabelMap, out: Path, geometry: str, seed: int, progress: Progress, say: Callable[[str], None]
) -> Path:
    """Train the small CNN with a linear classifier per attribute on the training rows, keep the epoch with the lowest validation loss, and write ``out``.

    The pictures are decoded once and held in memory as ``uint8 (N, S, S, 3)``. Augmentation: mirror and a shift of up to a tenth.
    Raises ``NothingUsableError`` where no training picture can be read.
    """
    row = REGISTRY["custom"]
    transform = Transform(row.size, geometry, row.mean, row.std)
    pictures, targets, train_rows, val_rows = _load(paintings, labels, transform, progress)
    if not len(train_rows):
        raise NothingUsableError("no training painting could be read", "check the image files")
    torch.set_flush_denormal(True)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = CustomCNN()
    heads = torch.nn.ModuleList(torch.nn.Linear(row.dim, count) for count in labels.sizes.values())
    criterion = MaskedLoss(labels.counts, TrainOptions(imbalance="none", label_smoothing=0.0))
    parameters = [*network.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * math.ceil(len(train_rows) / BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)

    def loss_of(rows: np.ndarray, augmented: bool) -> torch.Tensor:
        pixels = _augment(pictures[rows], rng) if augmented else pictures[rows]
        vectors = network(normalise(pixels, transform))[1]
        return criterion([head(vectors) for head in heads], torch.from_numpy(targets[rows]))

    best, best_epoch = math.inf, 0
    for epoch in range(1, EPOCHS + 1):
        network.train()
        total = 0.0
        order = rng.permutation(train_rows)
        for start in progress(range(0, len(order), BATCH_SIZE), math.ceil(len(order) / BATCH_SIZE), f"custom backbone, epoch {epoch}"):
            loss = loss_of(order[start : start + BATCH_SIZE], augmented=True)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(order[start : start + BATCH_SIZE])
        network.eval()
        with torch.no_grad():
            judged = [(len(rows), float(loss_of(rows, augmented=False))) for rows in np.array_split(val_rows, max(1, len(val_rows) // 128)) if len(rows)]
        score = sum(n * value for n, value in judged) / len(val_rows) if len(val_rows) else total / len(order)
        say(f"custom backbone, epoch {epoch:3d}  training loss {total / len(order):.3f}  validation loss {score:.3f}")
        if score < best:
            best, best_epoch = score, epoch
            save_custom(network, out)
        elif epoch - best_epoch >= PATIENCE:
            break
    return out


def normalise(pixels: np.ndarray, transform: Transform) -> torch.Tensor:
    """``uint8 (N, S, S, 3)`` to what a backbone's network takes, ``float32 (N, 3, S, S)``."""
    values = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255.0
    return (values - torch.tensor(transform.mean).view(3, 1, 1)) / torch.tensor(transform.std).view(3, 1, 1)


def _load(paintings: Paintings, labels: LabelMap, transform: Transform, progress: Progress):
    """Pictures, class numbers, and the positions of the training and validation rows among those that could be read."""
    kept, pictures = [], []
    read = read_ahead(paintings.image_paths(), transform.read, lambda position, reason: None)
    for position, pixels in progress(read, len(paintings), "reading images"):
        kept.append(position)
        pictures.append(pixels)
    paintings = paintings.rows(np.array(kept, dtype=int))
    split = paintings.column("split")
    stacked = np.stack(pictures) if pictures else np.empty((0, transform.size, transform.size, 3), np.uint8)
    targets = labels.encode(paintings)
    labelled = (targets != MISSING).any(1)
    return stacked, targets, np.flatnonzero((split == "train") & labelled), np.flatnonzero((split == "val") & labelled)


def _augment(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    size = pixels.shape[1]
    reach = size // 10
    padded = np.pad(pixels, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="reflect")
    out = np.empty_like(pixels)
    for i, (top, left, mirror) in enumerate(zip(*rng.integers(0, 2 * reach + 1, (2, len(pixels))), rng.random(len(pixels)) < 0.5)):
        cut = padded[i, top : top + size, left : left + size]
        out[i] = cut[:, ::-1] if mirror else cut
    return out
