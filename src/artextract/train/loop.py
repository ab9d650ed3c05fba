"""The training loop, in reading order: network, batches, epochs, early stopping. What a batch is, ``rows.py`` says."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from artextract.metrics.classification import confusion_matrix, macro_f1
from artextract.metrics.several import average_precisions
from artextract.model.calibration import fit_temperature
from artextract.model.label_map import LABEL, LABELS, NUMBER
from artextract.model.missing import MISSING
from artextract.model.several import fit_binary_temperature
from artextract.progress import Progress, no_progress
from artextract.train.checkpoint import Checkpoint, identity
from artextract.train.losses import MaskedLoss, number_losses, sampling_weights, several_losses
from artextract.train.options import TrainOptions
from artextract.train.processes import Processes
from artextract.train.rows import Rows, batches
from artextract.train.scores import MACRO_F1, MAP, NUMBER_SCORE, SCORE, number_bins, number_score, score

CHECKPOINT_SECONDS = 120.0
NORMALISATION_ROWS = 2048
"""Enough paintings to know the channel means and deviations by."""
GRADIENT_NORM = 5.0

Epoch = dict[str, float]


@dataclass
class Fitted:
    """The network with its best weights, one dict per epoch, and the epoch that was best (from 1)."""

    network: nn.Module
    history: list[Epoch]
    best_epoch: int


@contextmanager
def _without_denormals() -> Iterator[None]:
    """On a CPU numbers near zero slow a training down more and more; who calls gets them back."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


@_without_denormals()
def fit(
    network: nn.Module,
    train: Rows,
    val: Rows,
    class_counts: dict[str, list[int]],
    options: TrainOptions,
    *,
    kinds: Mapping[str, str] = {},
    unfinished: Path | None = None,
    about: Any = None,
    processes: Processes | None = None,
    watch: Callable[[list[Epoch]], None] = lambda history: None,
    progress: Progress = no_progress,
) -> Fitted:
    """Train until the validation score, averaged over the attributes, has not risen for ``patience`` epochs, and keep
    the best epoch. The score is macro-F1, and that of ``scores.number_score`` for numbers.

    ``network`` gives logits per attribute, in the order of ``class_counts``, and may have ``begin_epoch(number)``
    and ``parameter_groups(options)``. ``kinds`` names the attributes that are no classes (``label_map``). Without
    labelled validation rows the training loss decides. The state is kept in the file ``unfinished``; a training
    that finds its own there goes on from it and ends with the same weights as one that was never stopped, on the
    same number of threads. ``about`` are plain values that tell its data from any other's.
    ``watch`` gets the history after every epoch."""
    processes = processes or Processes(alone=True)
    run = _Run(network, train, val, class_counts, options, processes, kinds)
    checkpoint = Checkpoint(
        unfinished,
        identity(
            options.as_dict(),
            {name: (kinds.get(name, LABEL), counts) for name, counts in class_counts.items()},
            _digest(train.targets),
            _digest(val.targets),
            repr(network),
            processes.count,
            about,
        ),
    )
    run.resume(checkpoint.load())
    for epoch in range(run.epoch, options.epochs + 1):
        run.train_epoch(epoch, checkpoint, progress)
        if run.end_epoch(epoch, checkpoint, watch):
            break
    network.load_state_dict(run.best_weights)
    network.eval()
    logits = all_logits(network, val, processes)
    if len(val):
        cast(Tensor, network.temperature).copy_(torch.tensor(temperatures(logits, val.targets, run.loss.kinds)))
    return Fitted(network.cpu(), run.history, run.best_epoch)


class _Run:
    """One training under way."""

    def __init__(
        self,
        network: nn.Module,
        train: Rows,
        val: Rows,
        class_counts: dict[str, list[int]],
        options: TrainOptions,
        processes: Processes,
        kinds: Mapping[str, str],
    ):
        self.train, self.val, self.options, self.processes = train, val, options, processes
        self.network = network.to(processes.device)
        self.loss = MaskedLoss(class_counts, options, processes.total, processes.count, kinds).to(processes.device)
        self.averaged = AveragedModel(network, avg_fn=_running_mean(options.average)) if options.average else None
        groups = (
            cast(Any, network).parameter_groups(options)
            if hasattr(network, "parameter_groups")
            else parameter_groups(network, options.learning_rate, options.weight_decay)
        )
        self.optimiser = torch.optim.AdamW(groups + parameter_groups(self.loss, options.learning_rate, 0.0))
        self.drawn = (
            sampling_weights(train.targets, class_counts, options.balance, kinds)
            if options.imbalance == "sampling"
            else None
        )
        self.steps = len(self._groups(1)[0])
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, _warm_cosine(self.steps, self.steps * options.epochs)
        )
        self.history: list[Epoch] = []
        self.best_score, self.best_epoch = -math.inf, 0
        self.best_weights: dict[str, Tensor] = {}
        self.epoch, self.step, self.loss_sum, self.seconds = 1, 0, 0.0, 0.0

    @property
    def judged(self) -> nn.Module:
        return self.network if self.averaged is None else self.averaged.module

    def train_epoch(self, epoch: int, checkpoint: Checkpoint, progress: Progress) -> None:
        self.network.train()
        if hasattr(self.network, "begin_epoch"):
            cast(Any, self.network).begin_epoch(epoch)
        groups, seeds = self._groups(epoch)
        started = saved = time.perf_counter()
        todo = batches(self.train, groups[self.step :], seeds[self.step :])
        for inputs, targets in progress(todo, len(groups) - self.step, f"epoch {epoch}{self._so_far()}"):
            self._learn(inputs, targets, epoch * self.steps + self.step)
            self.step += 1
            now = time.perf_counter()
            if now - saved > CHECKPOINT_SECONDS and self.step < self.steps and self.processes.first:
                self.seconds, started, saved = self.seconds + now - started, now, now
                checkpoint.save(self.state())
        self.seconds += time.perf_counter() - started

    def _groups(self, epoch: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The positions of each batch of an epoch that this process takes, and the seed of each of them: both follow
        from the seed of the training alone."""
        random = np.random.default_rng((self.options.seed, epoch))
        order = (
            random.permutation(len(self.train))
            if self.drawn is None
            else random.choice(len(self.train), len(self.train), p=self.drawn)
        )
        seeds = random.integers(0, 2**63, len(order))
        size, rank, count = self.options.batch_size, self.processes.rank, self.processes.count
        parts = [
            slice(start + rank, start + size, count)
            for start in range(0, len(order), size)
            if len(order) - start >= count
        ]
        return [order[part] for part in parts], [seeds[part] for part in parts]

    def _learn(self, inputs: Tensor, targets: Tensor, number: int) -> None:
        options, device = self.options, self.processes.device
        # Dropout follows from the step, also after a resumption; torch.manual_seed notes the stack for an unused GPU.
        generator = torch.default_generator if device.type == "cpu" else torch
        generator.manual_seed(options.seed * 1_000_003 + number * self.processes.count + self.processes.rank)
        inputs, targets = inputs.to(device).float(), targets.to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=options.mixed_precision):
            if options.mixup:
                random = np.random.default_rng((options.seed, number))
                share = float(random.beta(options.mixup, options.mixup))
                partner = torch.from_numpy(random.permutation(len(targets))).to(device)
                logits = self._logits(share * inputs + (1 - share) * inputs[partner])
                loss = share * self.loss(logits, targets) + (1 - share) * self.loss(logits, targets[partner])
            else:
                loss = self.loss(self._logits(inputs), targets)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.processes.add_gradients([*self.network.parameters(), *self.loss.parameters()])
        nn.utils.clip_grad_norm_(self.network.parameters(), GRADIENT_NORM)
        self.optimiser.step()
        self.schedule.step()
        if self.averaged is not None:
            self.averaged.update_parameters(self.network)
        self.loss_sum += float(self.processes.total(loss.detach()))

    def _logits(self, inputs: Tensor) -> list[Tensor]:
        return [scores.float() for scores in self.network(inputs)]

    def end_epoch(self, epoch: int, checkpoint: Checkpoint, watch: Callable[[list[Epoch]], None]) -> bool:
        """Validate, remember the best, and say whether that is enough."""
        figures = {"epoch": epoch, "train_loss": self.loss_sum / self.steps, "seconds": self.seconds}
        figures |= validate(self.judged, self.val, self.loss, self.processes)
        self.history.append(figures)
        reached = score(figures)
        reached = -figures["train_loss"] if reached is None else reached
        if reached > self.best_score:
            self.best_score, self.best_epoch = reached, epoch
            self.best_weights = {name: value.detach().cpu().clone() for name, value in self.judged.state_dict().items()}
        self.epoch, self.step, self.loss_sum, self.seconds = epoch + 1, 0, 0.0, 0.0
        enough = epoch - self.best_epoch >= self.options.patience
        if self.processes.first:
            watch(self.history)
            checkpoint.save(self.state() | {"epoch": self.options.epochs + 1 if enough else self.epoch})
        return enough

    def state(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "step": self.step,
            "loss_sum": self.loss_sum,
            "seconds": self.seconds,
            "history": self.history,
            "best_score": self.best_score,
            "best_epoch": self.best_epoch,
            "best_weights": self.best_weights,
            "network": self.network.state_dict(),
            "loss": self.loss.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "averaged": None if self.averaged is None else self.averaged.state_dict(),
        }

    def resume(self, state: dict[str, Any] | None) -> None:
        if state is None:
            return
        for name in ("epoch", "step", "loss_sum", "seconds", "history", "best_score", "best_epoch", "best_weights"):
            setattr(self, name, state[name])
        for name in ("network", "loss"):
            getattr(self, name).load_state_dict(state[name])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        if self.averaged is not None:
            self.averaged.load_state_dict(state["averaged"])

    def _so_far(self) -> str:
        best = (
            f", best validation score {self.best_score:.3f} (epoch {self.best_epoch})"
            if self.history and score(self.history[0]) is not None
            else ""
        )
        return f"{', loss {:.3f}'.format(self.history[-1]['train_loss']) if self.history else ''}{best}"


@torch.no_grad()
def validate(network: nn.Module, val: Rows, loss: MaskedLoss, processes: Processes) -> Epoch:
    """Validation cross-entropy and macro-F1, per attribute and averaged, and the scores of numbers.

    An empty dict where no row has a label."""
    labelled = val.targets[:, [column.start for column in loss.columns]] != MISSING
    if not labelled.any():
        return {}
    logits = all_logits(network, val, processes)
    losses: list[float] = []
    by_key: dict[str, dict[str, float]] = {MACRO_F1: {}, MAP: {}, NUMBER_SCORE: {}}
    for i, (name, kind, counts) in enumerate(zip(loss.names, loss.kinds, loss.counts, strict=True)):
        if not labelled[:, i].any():
            continue
        truth, found = val.targets[labelled[:, i], loss.columns[i]], logits[i][torch.from_numpy(labelled[:, i])]
        if kind == LABELS:
            losses.append(float(several_losses(found, torch.from_numpy(truth)).mean()))
            with np.errstate(all="ignore"):
                by_key[MAP][name] = float(np.nan_to_num(np.nanmean(average_precisions(truth > 0, found.numpy()))))
            continue
        truth = truth[:, 0]
        if kind == NUMBER:
            losses.append(float(number_losses(found, torch.from_numpy(truth)).mean()))
            by_key[NUMBER_SCORE][name] = number_score(found.softmax(1).numpy(), truth, counts)
        else:
            losses.append(float(nn.functional.cross_entropy(found, torch.from_numpy(truth))))
            by_key[MACRO_F1][name] = float(macro_f1(confusion_matrix(truth, found.argmax(1).numpy(), found.shape[1])))
    figures = {"val_loss": float(np.mean(losses))}
    figures |= {f"{key}_{name}": value for key, values in by_key.items() for name, value in values.items()}
    if by_key[MACRO_F1]:
        figures[MACRO_F1] = float(np.mean(list(by_key[MACRO_F1].values())))
    if by_key[NUMBER_SCORE] or by_key[MAP]:
        figures[SCORE] = float(np.mean([value for values in by_key.values() for value in values.values()]))
    return figures


@torch.no_grad()
def all_logits(
    network: nn.Module, rows: Rows, processes: Processes | None = None, batch_size: int = 256
) -> list[Tensor]:
    """Logits ``float32 (N, K)`` of all rows per attribute, on the CPU; several processes share the work."""
    processes = processes or Processes(alone=True)
    device = next(network.parameters()).device
    network.eval()
    own = np.array_split(np.arange(len(rows)), processes.count)[processes.rank]
    groups = [own[start : start + batch_size] for start in range(0, len(own), batch_size)]
    parts = [
        [scores.float().cpu() for scores in network(inputs.to(device).float())]
        for inputs, _ in batches(rows, groups, [None] * len(groups))
    ]
    return [torch.cat(scores) for scores in zip(*processes.gathered(parts), strict=False)]


def temperatures(logits: list[Tensor], targets: np.ndarray, kinds: Sequence[str] = ()) -> list[float]:
    """The temperature of each attribute, fitted on validation; of a number by its bins.

    ``kinds`` stand in the order of the attributes, all classes by default."""
    found, start = [], 0
    for i, scores in enumerate(logits):
        kind = kinds[i] if kinds else LABEL
        width = scores.shape[1] if kind == LABELS else 1
        own = targets[:, start : start + width]
        known, start = own[:, 0] != MISSING, start + width
        if kind == LABELS:
            found.append(fit_binary_temperature(scores.numpy()[known], own[known] > 0))
            continue
        truth = own[known, 0]
        if kind == NUMBER:
            truth = number_bins(truth, scores.shape[1])
        found.append(fit_temperature(scores.numpy()[known], truth))
    return found


def channel_statistics(maps: Any, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation per channel of feature maps, ``float32 (C,)`` each, over a sample of rows."""
    random = np.random.default_rng(seed)
    chosen = np.sort(random.choice(len(maps), min(len(maps), NORMALISATION_ROWS), replace=False))
    total: Any = 0.0  # a number only before the first rows
    squares: Any = 0.0
    count = 0
    for start in range(0, len(chosen), 256):
        taken = torch.from_numpy(maps[chosen[start : start + 256]]).float()
        total = total + taken.sum((0, 2, 3), dtype=torch.float64)
        squares = squares + taken.square().sum((0, 2, 3), dtype=torch.float64)
        count += taken.shape[0] * taken.shape[2] * taken.shape[3]
    mean = total / count
    return mean.float(), (squares / count - mean.square()).clamp_min(0).sqrt().float()


def parameter_groups(module: nn.Module, learning_rate: float, weight_decay: float) -> list[dict[str, Any]]:
    """Weights with decay, biases and norms without."""
    parameters = list(module.parameters())
    groups = [([p for p in parameters if p.ndim > 1], weight_decay), ([p for p in parameters if p.ndim <= 1], 0.0)]
    return [{"params": some, "lr": learning_rate, "weight_decay": decay} for some, decay in groups if some]


def _digest(values: np.ndarray) -> str:
    return hashlib.sha256(values.tobytes()).hexdigest()


def _running_mean(decay: float) -> Callable[[Tensor, Tensor, Any], Tensor]:
    """A running mean that forgets fast at first, so that a short training is not held back by its first steps."""

    def average(mean: Tensor, value: Tensor, steps: Tensor) -> Tensor:
        kept = torch.clamp((1 + steps) / (10 + steps), max=decay)
        return value + kept * (mean - value)

    return average


def _warm_cosine(warm_steps: int, all_steps: int) -> Callable[[int], float]:
    """A linear rise over the first epoch, then half a cosine down to a hundredth."""

    def factor(step: int) -> float:
        if step < warm_steps:
            return (step + 1) / warm_steps
        return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm_steps) / max(1, all_steps - warm_steps)))

    return factor
