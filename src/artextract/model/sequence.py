"""From a feature map to one vector per attribute: scan -> recurrent network -> attention."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

KINDS = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}


def scan_order(scan: str, height: int, width: int) -> list[int]:
    """The cells of a map, numbered row by row, in the order in which a scan visits them.

    "rows" reads as a page, "columns" downwards, "snake" turns at the end of each row, so that neighbours in the
    sequence are neighbours in the picture. "crossed" has no order of its own: its cells stay as they are."""
    cells = torch.arange(height * width).reshape(height, width)
    if scan == "columns":
        cells = cells.T
    elif scan == "snake":
        cells = torch.stack([row if i % 2 == 0 else row.flip(0) for i, row in enumerate(cells)])
    return cells.flatten().tolist()


class SequenceEncoder(nn.Module):
    """Tokens (N, T, C) of a map, row by row, to states (N, T, ``width_out``) in the same order: a projection and a
    recurrent network over the scan.

    ``rnn`` "none" keeps the projected tokens, which is the network without recurrence. The scan "crossed" sweeps each
    row, and then each column of what came out, as in F. Visin et al., "ReNet: A Recurrent Neural Network Based
    Alternative to Convolutional Networks" (2015), section 3."""

    order: Tensor
    back: Tensor

    def __init__(
        self,
        channels: int,
        grid: tuple[int, int],
        width: int,
        rnn: str,
        hidden: int,
        layers: int,
        bidirectional: bool,
        dropout: float,
        scan: str,
    ):
        super().__init__()
        self.grid, self.scan = grid, scan
        self.project = nn.Sequential(nn.Linear(channels, width), nn.LayerNorm(width), nn.GELU(), nn.Dropout(dropout))
        self.rnn: nn.Module | None = None
        self.across: nn.Module | None = None
        self.width_out = width
        order = torch.tensor(scan_order(scan, *grid))
        self.register_buffer("order", order, persistent=False)
        self.register_buffer("back", order.argsort(), persistent=False)
        if rnn != "none":
            self.width_out = hidden * (2 if bidirectional else 1)
            shared = {
                "batch_first": True,
                "bidirectional": bidirectional,
                "num_layers": layers,
                "dropout": dropout if layers > 1 else 0.0,
            }
            self.rnn = KINDS[rnn](width, hidden, **shared)
            if scan == "crossed":
                self.across = KINDS[rnn](self.width_out, hidden, **shared)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.read(self.project(tokens))

    def read(self, projected: Tensor) -> Tensor:
        """The states over tokens that are projected already, ``(N, T, width)``."""
        if self.rnn is None:
            return projected
        if self.across is None:
            states: Tensor = self.rnn(projected[:, self.order])[0]
            return states[:, self.back]
        height, width = self.grid
        rows: Tensor = self.rnn(projected.reshape(-1, width, projected.shape[2]))[0]
        columns = rows.reshape(-1, height, width, self.width_out).transpose(1, 2).reshape(-1, height, self.width_out)
        crossed: Tensor = self.across(columns)[0]
        return (
            crossed.reshape(-1, width, height, self.width_out)
            .transpose(1, 2)
            .reshape(-1, height * width, self.width_out)
        )


class AttentionPool(nn.Module):
    """One weighted mean of the states per attribute, by additive attention.

    D. Bahdanau, K. Cho, Y. Bengio, "Neural Machine Translation by Jointly Learning to Align and Translate" (2015),
    appendix A.1.2, with a learned query per attribute in place of the decoder state."""

    def __init__(self, width: int, queries: int, inner: int = 128):
        super().__init__()
        self.inner = nn.Linear(width, inner)
        self.query = nn.Linear(inner, queries, bias=False)

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """States (N, T, D) to pooled vectors (N, Q, D) and weights (N, Q, T) that sum to 1 over T."""
        weights = self.query(torch.tanh(self.inner(states))).softmax(1).transpose(1, 2)
        return weights @ states, weights


class MultiHeadPool(nn.Module):
    """As ``AttentionPool``, by scaled dot products in several heads.

    A. Vaswani et al., "Attention Is All You Need" (2017), section 3.2.2, with one learned query per attribute; the
    weights given are the mean over the heads."""

    def __init__(self, width: int, queries: int, heads: int = 4):
        super().__init__()
        self.heads = next(count for count in (heads, 2, 1) if width % count == 0)
        self.queries = nn.Parameter(
            torch.randn(self.heads, queries, width // self.heads) / math.sqrt(width // self.heads)
        )
        self.keys, self.values = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """States (N, T, D) to pooled vectors (N, Q, D) and weights (N, Q, T) that sum to 1 over T."""
        count, length, width = states.shape

        def split(x: Tensor) -> Tensor:
            return x.reshape(count, length, self.heads, width // self.heads).transpose(1, 2)

        keys, values = split(self.keys(states)), split(self.values(states))
        weights = (self.queries @ keys.transpose(2, 3) / math.sqrt(width // self.heads)).softmax(3)
        pooled = (weights @ values).transpose(1, 2).reshape(count, -1, width)
        return pooled, weights.mean(1)


class MeanPool(nn.Module):
    """The plain mean of the states, the same for every attribute."""

    def __init__(self, queries: int):
        super().__init__()
        self.count = queries

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor]:
        weights = torch.full_like(states[:, None, :, 0], 1 / states.shape[1]).expand(-1, self.count, -1)
        return states.mean(1, keepdim=True).expand(-1, self.count, -1), weights


def attention_pool(kind: str, width: int, queries: int) -> nn.Module:
    """The pooling of that name: "additive", "multihead" or "none"."""
    return (
        MeanPool(queries)
        if kind == "none"
        else {"additive": AttentionPool, "multihead": MultiHeadPool}[kind](width, queries)
    )
