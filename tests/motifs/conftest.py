"""A network that needs no weights: the colours of a cell, its edges and its grain, by plain NumPy."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from artextract.motifs import DIMENSIONS, PIXELS
from artextract.motifs.build import build_motifs
from tests.conftest import made_once, write_collection

CHANNELS = 80


class PlainNetwork:
    """As ``LocalNetwork``: means of a fixed random filter bank over each cell."""

    version = "plain"
    backbone = SimpleNamespace(name="plain")
    channels = CHANNELS

    def __init__(self):
        random = np.random.default_rng(7)
        self.filters = random.normal(size=(48, CHANNELS)) / 7

    def describe(self, image, grid):
        size = (grid[0] * PIXELS, grid[1] * PIXELS)
        return self.run(np.asarray(image.resize(size, Image.Resampling.BICUBIC)))

    def run(self, pixels):
        blocks = pixels.reshape(pixels.shape[0] // PIXELS, PIXELS, pixels.shape[1] // PIXELS, PIXELS, 3) / 128 - 1
        quarters = blocks.reshape(blocks.shape[0], 4, 4, blocks.shape[2], 4, 4, 3).mean((2, 5))
        flat = quarters.transpose(0, 2, 1, 3, 4).reshape(blocks.shape[0], blocks.shape[2], 48)
        return np.tanh(flat @ self.filters * 3).astype(np.float32)


def scene(seed: int, side: int = 256) -> Image.Image:
    """Strewn shapes in many colours."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (side, side), tuple(random.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for number in range(120):
        x, y, w, h = random.integers(0, side), random.integers(0, side), *random.integers(8, 40, 2)
        colour = tuple(random.integers(0, 256, 3).tolist())
        (draw.ellipse if number % 2 else draw.rectangle)((x, y, x + w, y + h), fill=colour)
    return image


PASTED = (144, 48, 240, 144)
"""Where the detail lies in the second painting, in pixels."""
DETAIL = (32, 96, 128, 192)
"""And where in the first."""


def paintings() -> list[Image.Image]:
    """24 scenes; a detail of the first is pasted into the second."""
    images = [scene(seed) for seed in range(24)]
    images[1].paste(images[0].crop(DETAIL), PASTED[:2])
    return images


@pytest.fixture(scope="session")
def network():
    return PlainNetwork()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, network):
    """A collection of ``paintings`` that was prepared; nobody may change it."""

    def make(folder):
        write_collection(folder, paintings())
        build_motifs(folder, network=network)

    return made_once(tmp_path_factory, "motifs", make)


assert CHANNELS >= DIMENSIONS
