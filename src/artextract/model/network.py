"""The convolutional-recurrent network behind a frozen backbone: feature maps in, logits per attribute out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from artextract.errors import InputError
from artextract.model.heads import Heads
from artextract.model.sequence import RNN_TYPES, AttentionPool, SequenceEncoder, scan_snake


@dataclass(frozen=True)
class NetworkConfig:
    """Everything needed to build the network again. ``classes`` gives the number of classes per attribute, in order."""

    map_shape: tuple[int, int, int]
    classes: dict[str, int] = field(default_factory=dict)
    rnn: str = "gru"
    bidirectional: bool = True
    layers: int = 1
    width: int = 256
    hidden: int = 128
    dropout: float = 0.4
    attention: bool = True

    def __post_init__(self) -> None:
        if self.rnn not in RNN_TYPES:
            raise InputError(f"there is no recurrent network '{self.rnn}'", f"choose one of {', '.join(RNN_TYPES)}")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> NetworkConfig:
        return NetworkConfig(**{**values, "map_shape": tuple(values["map_shape"])})


class CNNRNNHead(nn.Module):
    """Feature map (N, C, H, W) -> standardised tokens -> RNN -> attention, joined by the mean token -> a classifier per attribute.

    The channel means and deviations of the training maps are part of the weights, and so is a temperature per attribute that makes the probabilities
    honest: C. Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2.
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        channels, height, width = config.map_shape
        self.config = config
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("std", torch.ones(channels))
        self.register_buffer("temperature", torch.ones(len(config.classes)))
        self.encoder = SequenceEncoder(
            channels, config.width, config.rnn, config.hidden, config.layers, config.bidirectional, config.dropout
        )
        self.pool = AttentionPool(self.encoder.width_out, len(config.classes)) if config.attention else None
        self.gist = nn.Sequential(nn.Linear(channels, config.width), nn.LayerNorm(config.width), nn.GELU())
        self.heads = Heads(self.encoder.width_out + config.width, config.classes, config.dropout)

    def set_normalisation(self, mean: Tensor, std: Tensor) -> None:
        self.mean.copy_(mean)
        self.std.copy_(std.clamp_min(1e-3))

    def embed(self, maps: Tensor) -> Tensor:
        """One vector per attribute, (N, Q, D)."""
        tokens = (scan_snake(maps) - self.mean) / self.std
        states = self.encoder(tokens)
        queries = len(self.config.classes)
        pooled = self.pool(states)[0] if self.pool is not None else states.mean(1, keepdim=True).expand(-1, queries, -1)
        gist = self.gist(tokens.mean(1))[:, None].expand(-1, queries, -1)
        return torch.cat([pooled, gist], 2)

    def forward(self, maps: Tensor) -> list[Tensor]:
        """Logits (N, K) per attribute, in the order of ``config.classes``."""
        return self.heads(self.embed(maps))

    def probabilities(self, maps: Tensor) -> list[Tensor]:
        """Calibrated probabilities (N, K) per attribute."""
        return [(logits / self.temperature[i]).softmax(1) for i, logits in enumerate(self(maps))]
