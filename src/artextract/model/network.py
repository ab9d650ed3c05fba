"""The convolutional-recurrent network behind a backbone: feature maps in, logits per attribute out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from artextract.model.heads import Heads
from artextract.model.sequence import SequenceEncoder, attention_pool


@dataclass(frozen=True)
class NetworkConfig:
    """Everything needed to build the network again. ``classes`` gives the number of classes per attribute, in order.

    ``linear`` is the multi-task linear head: a classifier per attribute on the mean token, and nothing else.
    ``several`` names the attributes of which any number of classes can be right: each has a probability of its own.
    """

    map_shape: tuple[int, int, int]
    classes: dict[str, int] = field(default_factory=dict)
    rnn: str = "gru"
    bidirectional: bool = True
    layers: int = 1
    width: int = 256
    hidden: int = 128
    dropout: float = 0.4
    attention: str = "additive"
    scan: str = "snake"
    linear: bool = False
    several: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> NetworkConfig:
        tuples: dict[str, Any] = {name: tuple(values[name]) for name in ("map_shape", "several") if name in values}
        return NetworkConfig(**{**values, **tuples})

    def in_words(self) -> str:
        """As "bidirectional GRU, snake scan, additive attention"."""
        if self.linear:
            return "linear head"
        recurrent = (
            "no RNN"
            if self.rnn == "none"
            else f"{'bidirectional ' if self.bidirectional else ''}{self.rnn.upper()}, {self.scan} scan"
        )
        return f"{recurrent}, {'mean' if self.attention == 'none' else self.attention + ' attention'}"


class AttributeNetwork(nn.Module):
    """What all networks over feature maps share: standardised tokens, and a temperature per attribute.

    The channel means and deviations of the training maps are part of the weights, and so is a temperature per attribute
    that makes the probabilities honest: C. Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2.
    """

    mean: Tensor
    std: Tensor
    temperature: Tensor
    heads: Heads

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(config.map_shape[0]))
        self.register_buffer("std", torch.ones(config.map_shape[0]))
        self.register_buffer("temperature", torch.ones(len(config.classes)))

    def set_normalisation(self, mean: Tensor, std: Tensor) -> None:
        self.mean.copy_(mean)
        self.std.copy_(std.clamp_min(1e-3))

    def tokens(self, maps: Tensor) -> Tensor:
        """Feature maps (N, C, H, W) as standardised tokens (N, H*W, C), row by row."""
        return (maps.flatten(2).transpose(1, 2) - self.mean) / self.std

    def attend(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        """One vector per attribute (N, Q, D), and the share (N, Q, H*W) that each cell has in it."""
        raise NotImplementedError

    def forward(self, maps: Tensor) -> list[Tensor]:
        """Logits (N, K) per attribute, in the order of ``config.classes``."""
        logits: list[Tensor] = self.heads(self.attend(maps)[0])
        return logits

    def answer(self, maps: Tensor) -> tuple[list[Tensor], Tensor, Tensor]:
        """Calibrated probabilities (N, K) per attribute, attention (N, Q, H*W) and vectors (N, Q, D)."""
        vectors, attention = self.attend(maps)
        several = [name in self.config.several for name in self.config.classes]
        probabilities = [
            (logits / self.temperature[i]).sigmoid() if several[i] else (logits / self.temperature[i]).softmax(1)
            for i, logits in enumerate(self.heads(vectors))
        ]
        return probabilities, attention, vectors


class CNNRNNHead(AttributeNetwork):
    """Feature map -> tokens -> RNN -> attention, joined by the mean token -> a classifier per attribute.

    The mean token goes to the classifiers as it is: on validation that was better than a layer of its own, for it
    leaves to the RNN what a linear model cannot tell."""

    def __init__(self, config: NetworkConfig):
        super().__init__(config)
        channels, height, width = config.map_shape
        queries = len(config.classes)
        self.encoder = SequenceEncoder(
            channels,
            (height, width),
            config.width,
            config.rnn,
            config.hidden,
            config.layers,
            config.bidirectional,
            config.dropout,
            config.scan,
        )
        self.pool = attention_pool(config.attention, self.encoder.width_out, queries)
        self.heads = Heads(self.encoder.width_out + channels, config.classes, config.dropout)

    def attend(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        tokens = self.tokens(maps)
        pooled, attention = self.pool(self.encoder(tokens))
        mean = tokens.mean(1, keepdim=True).expand(-1, pooled.shape[1], -1)
        return torch.cat([pooled, mean], 2), attention


class LinearHead(AttributeNetwork):
    """A classifier per attribute on the mean token: what the recurrent network has to beat with the same loss."""

    def __init__(self, config: NetworkConfig):
        super().__init__(config)
        self.pool = attention_pool("none", config.map_shape[0], len(config.classes))
        self.heads = Heads(config.map_shape[0], config.classes, config.dropout)

    def attend(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        pooled, attention = self.pool(self.tokens(maps))
        return pooled, attention


def build_network(config: NetworkConfig) -> AttributeNetwork:
    """The network that a config describes, with fresh weights."""
    return LinearHead(config) if config.linear else CNNRNNHead(config)
