"""From a feature map to one vector per attribute: scan -> recurrent network -> attention."""

from __future__ import annotations

import torch
from torch import Tensor, nn

RNN_TYPES = ("gru", "lstm", "none")


def scan_snake(maps: Tensor) -> Tensor:
    """A feature map (N, C, H, W) as tokens (N, H*W, C), row by row, every other row backwards, so that neighbours in the sequence are
    neighbours in the picture."""
    rows = maps.permute(0, 2, 3, 1)
    turned = [rows[:, i] if i % 2 == 0 else rows[:, i].flip(1) for i in range(rows.shape[1])]
    return torch.cat(turned, 1)


class SequenceEncoder(nn.Module):
    """Tokens (N, T, C) to states (N, T, ``width_out``): a projection and a recurrent network over the scan.

    ``rnn`` "none" keeps the projected tokens, which is the network without recurrence.
    """

    def __init__(self, channels: int, width: int, rnn: str, hidden: int, layers: int, bidirectional: bool, dropout: float):
        super().__init__()
        self.project = nn.Sequential(nn.Linear(channels, width), nn.LayerNorm(width), nn.GELU(), nn.Dropout(dropout))
        self.rnn: nn.Module | None = None
        self.width_out = width
        if rnn != "none":
            kind = {"gru": nn.GRU, "lstm": nn.LSTM}[rnn]
            between = dropout if layers > 1 else 0.0
            self.rnn = kind(width, hidden, layers, batch_first=True, bidirectional=bidirectional, dropout=between)
            self.width_out = hidden * (2 if bidirectional else 1)

    def forward(self, tokens: Tensor) -> Tensor:
        projected = self.project(tokens)
        return projected if self.rnn is None else self.rnn(projected)[0]


class AttentionPool(nn.Module):
    """One weighted mean of the states per attribute, by additive attention.

    D. Bahdanau, K. Cho, Y. Bengio, "Neural Machine Translation by Jointly Learning to Align and Translate" (2015), appendix A.1.2, with a
    learned query per attribute in place of the decoder state.
    """

    def __init__(self, width: int, queries: int, inner: int = 128):
        super().__init__()
        self.inner = nn.Linear(width, inner)
        self.query = nn.Linear(inner, queries, bias=False)

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """States (N, T, D) to pooled vectors (N, Q, D) and weights (N, Q, T) that sum to 1 over T."""
        weights = self.query(torch.tanh(self.inner(states))).softmax(1).transpose(1, 2)
        return weights @ states, weights
