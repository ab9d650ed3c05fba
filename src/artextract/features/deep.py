"""Deep: what a convolutional network trained on photographs sees, averaged over the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, Sequence

import numpy as np
from PIL import Image

from artextract import augment
from artextract.backbones import Backbone


class Deep:
    """The pooled output of a backbone, as it comes.

    ``device`` and ``precision`` go to ``runtime.extract``. A single picture always runs on the processor, in OpenVINO: a search
    shall not wait for torch. ``view`` numbers an augmented view of each file (see ``augment``), which is what is then described.
    """

    name = "deep"
    description = "things, forms and manner, as a network trained on photographs sees them"

    def __init__(self, backbone: Backbone, device: str = "auto", precision: str = "fast", view: int | None = None):
        self.backbone = backbone
        self.store_name = f"deep-{backbone.name.partition(':')[0].replace('/', '--')}"
        self.version = backbone.version + ("-strict" if precision == "strict" else "")
        if view is not None:
            self.version += f"-view{view}.{augment.VERSION}"
        self.dim = backbone.dim
        self.decoded_at = backbone.transform.size
        self._device = device
        self._precision = precision
        self._engine = None
        self._view = view

    def extract(
        self, paths: Sequence[Path], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Sequence[int], np.ndarray]]:
        for positions, vectors, _ in self._run(paths, on_error, maps=False):
            yield positions, vectors

    def extract_with_maps(
        self, paths: Sequence[Path], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Sequence[int], np.ndarray, np.ndarray]]:
        """As ``extract``, with the feature maps ``float16 (n, C, H, W)`` that training reads."""
        yield from self._run(paths, on_error, maps=True)

    def vector(self, image: Image.Image) -> np.ndarray:
        chunk = np.arange(1), np.stack([self.backbone.transform.pixels(image)])
        (_, vectors, _), *_ = self._single().stream([chunk], maps=False)
        return vectors[0]

    def prepare(self) -> None:
        """Export and compile the network for single pictures, so that a search needs no torch."""
        self._single()

    def _single(self):
        from artextract.runtime import open_engine

        if self._engine is None:
            self._engine = open_engine(self.backbone, "cpu", self._precision)
        return self._engine

    def _run(self, paths, on_error, maps):
        from artextract.runtime import extract

        yield from extract(
            self.backbone, paths, maps=maps, on_error=on_error, device=self._device, precision=self._precision,
            read=None if self._view is None else self._read_view,
        )  # fmt: skip

    def _read_view(self, path: Path) -> np.ndarray:
        return self.backbone.transform.pixels(augment.view_of_file(path, self._view, self.decoded_at))
