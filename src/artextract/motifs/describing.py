"""Pictures as cells: by a network and a projection, here or on the machines of a cluster (``features.on_ray``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from artextract.features.feature import Positions
from artextract.images import open_image
from artextract.motifs import CELLS, PIXELS
from artextract.motifs.network import LocalNetwork, grid_of
from artextract.motifs.projection import Projection
from artextract.objects import ImageFile
from artextract.runtime import read_ahead

_AT_LEAST = round(PIXELS * CELLS**0.5)


class Describer:
    """``version`` names what makes the cells: network and projection."""

    name = "motifs"

    def __init__(self, network: LocalNetwork, projection: Projection):
        self._network, self._projection = network, projection
        self.version = version_of(network, projection)

    @staticmethod
    def of(projection: NDArray[np.float32]) -> Describer:
        """From the array of a projection, on whichever machine."""
        return Describer(LocalNetwork(), Projection.of_array(projection))

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, NDArray[np.object_]]]:
        """The place in ``paths`` and the unit vectors float32 (rows, columns, 64) of each picture, one at a time; as
        ``Feature.extract`` otherwise."""
        for place, pixels in read_ahead(paths, pixels_of, on_error):
            cells = np.empty(1, dtype=object)
            cells[0] = self._projection(self._network.run(pixels))
            yield np.array([place], dtype=np.int64), cells


def version_of(network: LocalNetwork, projection: Projection) -> str:
    return f"{network.backbone.name}@{network.version}-{projection.digest}"


def pixels_of(path: ImageFile) -> NDArray[np.uint8]:
    """A picture as the network takes it, ``uint8 (16 rows, 16 columns, 3)``."""
    from PIL import Image

    image = open_image(path, at_least=_AT_LEAST)
    columns, rows = grid_of(image.size)
    size = (columns * PIXELS, rows * PIXELS)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))
