"""The small CNN that ``train`` trains from scratch, and its file. Imports torch."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from artextract.backbones.weights import read_custom_header
from artextract.files import write_aside

CHANNELS = 256
WIDTHS = (48, 96, 192, 192)
"""Channels of the residual blocks; all but the last halve the picture."""


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut, as in He and others, https://arxiv.org/abs/1512.03385, figure 2."""

    def __init__(self, before: int, after: int, stride: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
            nn.Conv2d(after, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
        )
        same = stride == 1 and before == after
        fitted = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))
        self.shortcut = nn.Identity() if same else fitted
        self.after = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.after(self.body(x) + self.shortcut(x))
        return output


class CustomCNN(nn.Module):
    """``float32 (N, 3, S, S)`` -> map ``(N, 256, S/16, S/16)`` and its mean ``(N, 256)``, S a multiple of 16."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 32, 3, 2, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(inplace=True)
        )
        strides = (2,) * (len(WIDTHS) - 1) + (1,)
        self.blocks = nn.Sequential(*map(Block, (32, *WIDTHS[:-1]), WIDTHS, strides))
        self.head = nn.Conv2d(WIDTHS[-1], CHANNELS, 1, bias=False)
        self.norm = nn.BatchNorm2d(CHANNELS)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        cells = self.act(self.norm(self.head(self.blocks(self.stem(x)))))
        return cells, cells.mean((2, 3))


def save_custom(network: CustomCNN, path: str | Path, size: int = 128) -> None:
    """Write the weights with the input size they were trained at, in one step."""
    state = {key: value.detach().cpu().contiguous() for key, value in network.state_dict().items()}
    with write_aside(path) as aside:
        save_file(state, aside, metadata={"size": str(size)})


def load_custom(path: str | Path) -> CustomCNN:
    read_custom_header(Path(path))
    network = CustomCNN()
    network.load_state_dict(load_file(path))
    return network
