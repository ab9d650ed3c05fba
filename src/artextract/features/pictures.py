"""What features share that describe one picture at a time, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter1d

from artextract.drawing_text import PAPER, fit, font
from artextract.features.feature import Feature, Positions
from artextract.features.shapes import SHADE
from artextract.images import open_image
from artextract.objects import ImageFile

BATCH = 64


class PictureFeature(Feature):
    """A feature whose ``vector(image)`` says all; files are decoded and described in threads.

    ``compared`` puts two vectors into words."""

    thread_safe = True

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        """``explain`` of two paintings that both have the feature; "" by default."""
        return ""

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        return "" if np.isnan(a).any() or np.isnan(b).any() else self.compared(a, b)

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        from artextract.runtime import read_ahead

        positions: list[int] = []
        rows: list[np.ndarray] = []
        for position, row in read_ahead(
            paths, lambda path: self.vector(open_image(path, at_least=self.decoded_at)), on_error
        ):
            positions.append(position)
            rows.append(row)
            if len(positions) == BATCH:
                yield positions, np.stack(rows)
                positions, rows = [], []
        if positions:
            yield positions, np.stack(rows)


def scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """A (width, height) times ``scale``, each side at least one pixel."""
    width, height = (max(1, round(side * scale)) for side in size)
    return width, height


def resized(image: Image.Image, long_side: int) -> Image.Image:
    """An RGB picture scaled down to ``long_side`` pixels on its longer side, by averaging; smaller ones as they are."""
    scale = long_side / max(image.size)
    return image.resize(scaled(image.size, scale), Image.Resampling.BOX, reducing_gap=2.0) if scale < 1 else image


def squashed(image: Image.Image, side: int) -> np.ndarray:
    """An RGB picture as a square ``uint8 (side, side, 3)``, smoothly resampled."""
    return np.asarray(image.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=3.0))


def blurred(values: np.ndarray, sigma: float) -> np.ndarray:
    """Square planes ``float64 (side, side, channels)`` under a Gaussian of ``sigma`` pixels, mirrored at the edges."""
    kernel = _kernel(len(values), sigma)
    soft: np.ndarray = (kernel @ (values.transpose(2, 0, 1) @ kernel.T)).transpose(1, 2, 0)
    return soft


def captioned(picture: Image.Image, words: str) -> Image.Image:
    """Small letters on a dark strip in the lower left corner, cut to the width of the picture."""
    face = font(13)
    words = fit(words, face, picture.width - 16)
    draw = ImageDraw.Draw(picture, "RGBA")
    draw.rectangle((0, picture.height - 25, face.getlength(words) + 16, picture.height), fill=SHADE)
    draw.text((8, picture.height - 21), words, fill=PAPER, font=face)
    return picture


@lru_cache(maxsize=16)
def _kernel(side: int, sigma: float) -> np.ndarray:
    kernel: np.ndarray = gaussian_filter1d(np.eye(side), sigma, axis=0, mode="reflect")
    return kernel
