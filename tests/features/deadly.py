"""A feature over one picture of which the process ends, as over a fault in a decoder."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from artextract.features.feature import Feature, Positions


class Deadly(Feature):
    """Its vectors are the numbers in the names of the files, and 1."""

    name, store_name, version, description, decoded_at = "deadly", "deadly", "1", "for a test", 1
    dim = 2

    def __init__(self, file: str):
        self.file = file

    def extract(
        self, paths: Sequence[Path], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        for position, path in enumerate(paths):
            if path.name == self.file:
                os._exit(11)
            yield [position], np.array([[int(path.stem[1:]), 1.0]], dtype=np.float32)

    def vector(self, image: Image.Image) -> np.ndarray:
        raise NotImplementedError
