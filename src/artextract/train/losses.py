"""The loss of several attributes at once: missing labels are passed over, rare classes favoured, attributes weighed
against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artextract.model.label_map import LABEL, LABELS, NUMBER, target_columns
from artextract.model.missing import MISSING
from artextract.model.numbers import PARTS
from artextract.train.options import TrainOptions

EFFECTIVE_BETA = 0.999
SPREAD = 1.0
"""The deviation of a number's soft target, in bins."""


@dataclass(frozen=True)
class ClassRule:
    """How one attribute's classes are favoured: ``adjustment`` and ``weights`` are ``float32 (K,)``."""

    adjustment: Tensor
    weights: Tensor
    gamma: float = 0.0


def class_rule(counts: list[int], options: TrainOptions) -> ClassRule:
    """The rule for an attribute with these training counts.

    Logit adjustment: A. K. Menon et al., "Long-tail learning via logit adjustment" (2021), equation 10. Effective
    numbers: Y. Cui et al., "Class-Balanced Loss Based on Effective Number of Samples" (2019), equation 2. Focal loss:
    T.-Y. Lin et al., "Focal Loss for Dense Object Detection" (2017), equation 4."""
    number = torch.tensor(counts, dtype=torch.float64).clamp_min(1)
    adjustment, weights = torch.zeros_like(number), torch.ones_like(number)
    if options.imbalance == "logit-adjustment":
        adjustment = options.balance * (number / number.sum()).log()
    elif options.imbalance == "effective-number":
        weights = ((1 - EFFECTIVE_BETA) / (1 - EFFECTIVE_BETA**number)) ** options.balance
        weights = (
            weights * number.sum() / (weights * number).sum()
        )  # one on average over the paintings: the learning rate keeps its meaning
    return ClassRule(adjustment.float(), weights.float(), options.gamma if options.imbalance == "focal" else 0.0)


def row_losses(scores: Tensor, targets: Tensor, rule: ClassRule, label_smoothing: float = 0.0) -> Tensor:
    """Loss of each row, ``(n,)``, for logits ``(n, K)`` and class numbers ``(n,)``."""
    losses = (
        F.cross_entropy(scores + rule.adjustment, targets, label_smoothing=label_smoothing, reduction="none")
        * rule.weights[targets]
    )
    if rule.gamma:
        losses = losses * (1 - scores.softmax(1).gather(1, targets[:, None])[:, 0]) ** rule.gamma
    return losses


def soft_bins(places: Tensor, bins: int) -> Tensor:
    """What a number shall be answered with, ``float32 (n, bins)``: a normal distribution of deviation ``SPREAD`` around
    its place among the bins ``int64 (n,)``, in thousandths of a bin; what lies beyond the ends belongs to the last
    bins.

    Label distribution learning: B.-B. Gao et al., "Deep Label Distribution Learning with Label Ambiguity" (2017),
    section III."""
    inner = torch.arange(1, bins, device=places.device)
    below = torch.special.ndtr((inner - places[:, None] / PARTS) / SPREAD)
    ends = below.new_zeros(len(places), 1), below.new_ones(len(places), 1)
    return torch.cat([ends[0], below, ends[1]], 1).diff(dim=1)


def number_losses(scores: Tensor, places: Tensor) -> Tensor:
    """Cross-entropy of each row, ``(n,)``, between its soft target and logits ``(n, bins)``."""
    return F.cross_entropy(scores, soft_bins(places, scores.shape[1]), reduction="none")


def several_losses(scores: Tensor, targets: Tensor) -> Tensor:
    """Binary cross-entropy of each row summed over the classes, ``(n,)``, of logits and targets 0 or 1 ``(n, K)``: as
    cross-entropy is, the negative log likelihood of all that is known of a row."""
    return F.binary_cross_entropy_with_logits(scores, targets.float(), reduction="none").sum(1)


class MaskedLoss(nn.Module):
    """Mean loss per attribute over the rows that carry it, weighed over the attributes that occur.

    ``kinds`` names the attributes that are no classes.

    With "learned" task weights each attribute has a log variance s and counts exp(-s) times its loss plus s / 2, the
    whole divided by the attributes that occur: A. Kendall, Y. Gal, R. Cipolla, "Multi-Task Learning Using Uncertainty
    to Weigh Losses" (2018), section 3.2.

    ``total`` turns the counts of labels of this process into those of all ``processes``, whose losses and gradients are
    then added up."""

    weights: Tensor

    def __init__(
        self,
        counts: dict[str, list[int]],
        options: TrainOptions,
        total: Callable[[Tensor], Tensor] = lambda counts: counts,
        processes: int = 1,
        kinds: Mapping[str, str] = {},
    ):
        super().__init__()
        self.kinds, self.counts = [kinds.get(name, LABEL) for name in counts], list(counts.values())
        self.names, self.smoothing, self.total, self.processes = list(counts), options.label_smoothing, total, processes
        self.columns = target_columns({name: len(numbers) for name, numbers in counts.items()}, kinds)
        self.rules = [class_rule(numbers, options) for numbers in counts.values()]
        fixed = options.task_weights if isinstance(options.task_weights, dict) else {}
        self.register_buffer("weights", torch.tensor([float(fixed.get(name, 1.0)) for name in counts]))
        self.log_variance = nn.Parameter(torch.zeros(len(counts))) if options.task_weights == "learned" else None

    def to(self, device: torch.device) -> MaskedLoss:  # type: ignore[override]  # a device is all it needs
        self.rules = [ClassRule(rule.adjustment.to(device), rule.weights.to(device), rule.gamma) for rule in self.rules]
        return super().to(device)

    def forward(self, logits: list[Tensor], targets: Tensor) -> Tensor:
        """One number from logits ``(n, K)`` per attribute and targets ``int64 (n, T)`` in the columns of
        ``target_columns``, ``MISSING`` where there is no label."""
        known = targets[:, [column.start for column in self.columns]] != MISSING
        counts = self.total(known.sum(0).float())
        occurs = counts > 0
        if not occurs.any():
            return cast(Tensor, sum(scores.sum() for scores in logits)) * 0.0
        sums = [
            self._row_losses(i, scores[known[:, i]], targets[known[:, i], self.columns[i]]).sum()
            for i, scores in enumerate(logits)
        ]
        means = torch.stack(sums) / counts.clamp_min(1)
        weights = self.weights * occurs
        if self.log_variance is None:
            return (means * weights).sum() / weights.sum()
        return (
            (means * (-self.log_variance).exp() + self.log_variance / (2 * self.processes)) * occurs
        ).sum() / occurs.sum()

    def _row_losses(self, attribute: int, scores: Tensor, targets: Tensor) -> Tensor:
        if self.kinds[attribute] == NUMBER:
            return number_losses(scores, targets[:, 0])
        if self.kinds[attribute] == LABELS:
            return several_losses(scores, targets)
        return row_losses(scores, targets[:, 0], self.rules[attribute], self.smoothing)


def sampling_weights(
    targets: np.ndarray, counts: dict[str, list[int]], balance: float, kinds: Mapping[str, str] = {}
) -> np.ndarray:
    """How often each row shall be drawn, ``float64 (N,)`` summing to 1: the mean over its labels of (largest class /
    own class) to the power ``balance``. Attributes that are no classes do not count; a row that has
    only such ones is drawn as one of the largest class."""
    weights = np.zeros(len(targets))
    columns = target_columns({name: len(numbers) for name, numbers in counts.items()}, kinds)
    classes = [kinds.get(name, LABEL) == LABEL for name in counts]
    starts = [column.start for column in columns]
    carried, targets = (targets != MISSING).any(1), targets[:, starts]
    known = (targets != MISSING) & np.array(classes, dtype=bool)
    for i, numbers in enumerate(counts.values()):
        if not classes[i]:
            continue
        number = np.maximum(np.array(numbers, dtype=float), 1)
        weights[known[:, i]] += ((number.max() / number) ** balance)[targets[known[:, i], i]]
    weights = np.where(known.any(1), weights / np.maximum(known.sum(1), 1), carried)
    shares: np.ndarray = weights / weights.sum()
    return shares
