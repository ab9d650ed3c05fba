"""What features share that describe one picture at a time, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, Sequence

import numpy as np
from PIL import Image

from artextract.images import open_image

BATCH = 64


class PictureFeature:
    """A feature whose ``vector(image)`` says all; files are decoded and described in threads."""

    decoded_at: int

    def vector(self, image: Image.Image) -> np.ndarray:
        raise NotImplementedError

    def extract(
        self, paths: Sequence[Path], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Sequence[int], np.ndarray]]:
        from artextract.runtime import read_ahead

        positions, rows = [], []
        for position, row in read_ahead(paths, lambda path: self.vector(open_image(path, at_least=self.decoded_at)), on_error):
            positions.append(position)
            rows.append(row)
            if len(positions) == BATCH:
                yield positions, np.stack(rows)
                positions, rows = [], []
        if positions:
            yield positions, np.stack(rows)


def resized(image: Image.Image, long_side: int) -> Image.Image:
    """An RGB picture scaled down to ``long_side`` pixels on its longer side, by averaging; smaller ones as they are."""
    scale = long_side / max(image.size)
    size = tuple(max(1, round(side * scale)) for side in image.size)
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0) if scale < 1 else image
