"""One classifier per attribute, and the loss that passes over missing labels."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artextract.model.missing import MISSING


class Heads(nn.Module):
    """A linear classifier per attribute over its own vector."""

    def __init__(self, width: int, classes: dict[str, int], dropout: float):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.ModuleList(nn.Linear(width, count) for count in classes.values())

    def forward(self, vectors: Tensor) -> list[Tensor]:
        """Vectors (N, Q, D) to a list of logits (N, K), in the order of the attributes."""
        vectors = self.dropout(vectors)
        return [linear(vectors[:, i]) for i, linear in enumerate(self.linear)]


def masked_loss(
    logits: list[Tensor], targets: Tensor, adjustments: list[Tensor] | None = None, label_smoothing: float = 0.0
) -> Tensor:
    """Mean cross-entropy per attribute over the rows that carry it, averaged over the attributes that occur in the batch.

    ``targets`` is ``int64 (N, Q)`` with ``MISSING`` where there is no label. ``adjustments`` (one ``(K,)`` per attribute) are added to the logits in
    training only: A. K. Menon et al., "Long-tail learning via logit adjustment" (2021), equation 10.
    """
    losses = []
    for i, scores in enumerate(logits):
        labelled = targets[:, i] != MISSING
        if labelled.any():
            shifted = scores if adjustments is None else scores + adjustments[i]
            losses.append(F.cross_entropy(shifted[labelled], targets[labelled, i], label_smoothing=label_smoothing))
    return torch.stack(losses).mean() if losses else logits[0].sum() * 0.0
