"""The training loop, in reading order: data, network, epochs, early stopping. It runs on stored feature maps, never on pixels."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from typing import Any, Callable

import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel

from artextract.errors import InputError
from artextract.metrics.classification import confusion_matrix, macro_f1
from artextract.model.calibration import fit_temperature
from artextract.model.heads import masked_loss
from artextract.model.missing import MISSING
from artextract.model.network import CNNRNNHead, NetworkConfig

NORMALISATION_ROWS = 2048
"""Enough paintings to know the channel means and deviations by."""


@dataclass(frozen=True)
class TrainOptions:
    """How to train.

    ``balance`` scales the logit adjustment for class frequencies (0 is none, 1 is full); ``mixup`` is the Beta parameter of H. Zhang et al., "mixup: Beyond
    Empirical Risk Minimization" (2018), on feature maps (0 is none); ``average`` is the decay per step of the running mean of the weights
    that is validated and kept (0 is none).
    """

    rnn: str = "gru"
    bidirectional: bool = True
    attention: bool = True
    layers: int = 1
    width: int = 256
    hidden: int = 128
    dropout: float = 0.4
    epochs: int = 15
    patience: int = 4
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    balance: float = 0.5
    mixup: float = 0.4
    average: float = 0.99
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("layers", "width", "hidden", "epochs", "patience", "batch_size"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}", f"give a {name} of at least 1")
        for name in ("dropout", "label_smoothing", "average"):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}", f"give a {name} from 0 to below 1")
        if not self.learning_rate > 0 or min(self.weight_decay, self.balance, self.mixup, self.seed) < 0:
            raise InputError("a training option is negative, or the learning rate is 0", "see: artextract train --help")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def network_config(self, map_shape: tuple[int, int, int], classes: dict[str, int]) -> NetworkConfig:
        shared = ("rnn", "bidirectional", "layers", "width", "hidden", "dropout", "attention")
        return NetworkConfig(map_shape=map_shape, classes=classes, **{name: getattr(self, name) for name in shared})


@dataclass
class Rows:
    """What one side of the split gives to the loop: ``maps[positions]`` is ``float16 (n, C, H, W)``, ``targets`` is ``int64 (N, Q)``."""

    maps: Any
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.targets)


@dataclass
class Fitted:
    """The network with its best weights, one dict per epoch, and the epoch that was best (from 1)."""

    network: CNNRNNHead
    history: list[dict[str, float]]
    best_epoch: int


def fit(
    train: Rows,
    val: Rows,
    config: NetworkConfig,
    class_counts: list[list[int]],
    options: TrainOptions,
    watch: Callable[[dict[str, float]], None] = lambda epoch: None,
) -> Fitted:
    """Train until validation macro-F1, averaged over the attributes, has not risen for ``patience`` epochs, and keep the best epoch.

    Without labelled validation rows the training loss decides. ``watch`` is told of every finished epoch.
    """
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = CNNRNNHead(config).to(device)
    network.set_normalisation(*channel_statistics(train, rng))
    adjustments = [_log_prior(counts, options.balance).to(device) for counts in class_counts]
    averaged = AveragedModel(network, avg_fn=_running_mean(options.average)) if options.average else None
    optimiser = torch.optim.AdamW(_parameter_groups(network, options.weight_decay), lr=options.learning_rate)
    steps = math.ceil(len(train) / options.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _warm_cosine(steps, steps * options.epochs))

    history: list[dict[str, float]] = []
    best_score, best_epoch, best_weights = -math.inf, 0, {}
    for epoch in range(1, options.epochs + 1):
        started = time.perf_counter()
        network.train()
        order = rng.permutation(len(train))
        total = 0.0
        for start in range(0, len(order), options.batch_size):
            rows = order[start : start + options.batch_size]
            loss = _training_loss(network, *_batch(train, rows, device), adjustments, options, rng)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            if averaged is not None:
                averaged.update_parameters(network)
            total += float(loss.detach()) * len(rows)
        figures = {"epoch": epoch, "train_loss": total / len(train), "seconds": time.perf_counter() - started}
        judged = network if averaged is None else averaged.module
        figures |= validate(judged, val, options.label_smoothing)
        history.append(figures)
        watch(figures)
        score = figures.get("val_macro_f1", -figures["train_loss"])
        if score > best_score:
            best_score, best_epoch = score, epoch
            best_weights = {name: value.detach().clone() for name, value in judged.state_dict().items()}
        elif epoch - best_epoch >= options.patience:
            break
    network.load_state_dict(best_weights)
    network.eval()
    network.temperature.copy_(torch.tensor(temperatures(network, val)))
    return Fitted(network.cpu(), history, best_epoch)


@torch.no_grad()
def validate(network: CNNRNNHead, val: Rows, label_smoothing: float = 0.0) -> dict[str, float]:
    """Validation loss and macro-F1, per attribute and averaged; an empty dict where no row has a label."""
    labelled = val.targets != MISSING
    if not labelled.any():
        return {}
    network.eval()
    logits = all_logits(network, val)
    figures = {"val_loss": float(masked_loss(logits, torch.from_numpy(val.targets), None, label_smoothing))}
    scores = []
    for i, (name, count) in enumerate(network.config.classes.items()):
        if labelled[:, i].any():
            predicted = logits[i].argmax(1).numpy()[labelled[:, i]]
            scores.append(float(macro_f1(confusion_matrix(val.targets[labelled[:, i], i], predicted, count))))
            figures[f"val_macro_f1_{name}"] = scores[-1]
    return figures | {"val_macro_f1": float(np.mean(scores))}


@torch.no_grad()
def all_logits(network: CNNRNNHead, rows: Rows, batch_size: int = 256) -> list[torch.Tensor]:
    """Logits ``float32 (N, K)`` of all rows per attribute, on the CPU."""
    device = next(network.parameters()).device
    parts = []
    for start in range(0, len(rows), batch_size):
        maps, _ = _batch(rows, np.arange(start, min(start + batch_size, len(rows))), device)
        parts.append([scores.float().cpu() for scores in network(maps)])
    return [torch.cat(scores) for scores in zip(*parts)]


def temperatures(network: CNNRNNHead, val: Rows) -> list[float]:
    """The temperature of each attribute, fitted on validation."""
    if not len(val):
        return [1.0] * len(network.config.classes)
    known = val.targets != MISSING
    logits = all_logits(network, val)
    return [fit_temperature(scores.numpy()[known[:, i]], val.targets[known[:, i], i]) for i, scores in enumerate(logits)]


def channel_statistics(rows: Rows, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation per channel of the feature maps, ``float32 (C,)`` each, over a sample of rows."""
    chosen = np.sort(rng.choice(len(rows), min(len(rows), NORMALISATION_ROWS), replace=False))
    total, squares, count = 0.0, 0.0, 0
    for start in range(0, len(chosen), 256):
        maps = torch.from_numpy(rows.maps[chosen[start : start + 256]]).float()
        total = total + maps.sum((0, 2, 3), dtype=torch.float64)
        squares = squares + maps.square().sum((0, 2, 3), dtype=torch.float64)
        count += maps.shape[0] * maps.shape[2] * maps.shape[3]
    mean = total / count
    return mean.float(), (squares / count - mean.square()).clamp_min(0).sqrt().float()


def _training_loss(
    network: CNNRNNHead, maps: torch.Tensor, targets: torch.Tensor, adjustments: list[torch.Tensor], options: TrainOptions, rng: np.random.Generator
) -> torch.Tensor:
    """The loss of one batch, half of its maps mirrored (a mirrored picture gives nearly the mirrored map), all mixed with partners."""
    mirrored = torch.from_numpy(rng.random(len(maps)) < 0.5).to(maps.device)
    maps = torch.where(mirrored[:, None, None, None], maps.flip(3), maps)
    if not options.mixup:
        return masked_loss(network(maps), targets, adjustments, options.label_smoothing)
    share = float(rng.beta(options.mixup, options.mixup))
    partner = torch.from_numpy(rng.permutation(len(maps))).to(maps.device)
    logits = network(share * maps + (1 - share) * maps[partner])
    own, other = (masked_loss(logits, t, adjustments, options.label_smoothing) for t in (targets, targets[partner]))
    return share * own + (1 - share) * other


def _batch(rows: Rows, positions: np.ndarray, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    maps = torch.from_numpy(rows.maps[positions]).to(device).float()
    return maps, torch.from_numpy(rows.targets[positions]).to(device)


def _log_prior(counts: list[int], strength: float) -> torch.Tensor:
    frequency = torch.tensor(counts, dtype=torch.float32)
    return strength * (frequency / frequency.sum()).log()


def _running_mean(decay: float) -> Callable:
    """A running mean that forgets fast at first, so that a short training is not held back by its first steps."""

    def average(mean: torch.Tensor, value: torch.Tensor, steps: torch.Tensor) -> torch.Tensor:
        kept = torch.clamp((1 + steps) / (10 + steps), max=decay)
        return value + kept * (mean - value)

    return average


def _parameter_groups(network: torch.nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    decayed = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]


def _warm_cosine(warm_steps: int, all_steps: int) -> Callable[[int], float]:
    """A linear rise over the first epoch, then half a cosine down to a hundredth."""

    def factor(step: int) -> float:
        if step < warm_steps:
            return (step + 1) / warm_steps
        return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm_steps) / max(1, all_steps - warm_steps)))

    return factor
