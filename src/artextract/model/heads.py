"""One classifier per attribute."""

from __future__ import annotations

from torch import Tensor, nn


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
