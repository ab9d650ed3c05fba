"""The resize of a network: an upright RGB picture becomes its square input."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from artextract.errors import InputError
from artextract.images.decoder import Source, decode
from artextract.images.formats import opened

GEOMETRIES = ("squash", "letterbox", "crop")
LETTERBOX_GREY = (128, 128, 128)
JPEG_QUALITY = 75
"""Pillow's default, with which the small files of data sets are mostly saved."""


def through_jpeg(image: Image.Image, quality: int) -> Image.Image:
    """An RGB picture as a JPEG file of it is seen."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    with opened(buffer) as again:
        return again.convert("RGB")


@dataclass(frozen=True)
class Transform:
    """How a picture becomes a network's square input; saved with every model and index.

    ``geometry``: "squash" resizes both sides to ``size``, "letterbox" keeps the aspect on grey, "crop" keeps the aspect
    and cuts the longer side at both ends. ``mean`` and ``std`` are per channel for values in 0..1. ``detail``: a
    picture is first reduced to a square of that side, so that a sharp photograph shows a network no finer detail than
    the small files it was trained on did. ``jpeg_side``: a picture that is not a square of that side is made one and
    saved as JPEG once, as the small files of a training set were, so that a network cannot tell files by their
    source."""

    size: int = 224
    geometry: str = "squash"
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    detail: int | None = None
    jpeg_side: int | None = None

    def __post_init__(self) -> None:
        if self.geometry not in GEOMETRIES:
            raise InputError(
                f"there is no geometry '{self.geometry}'",
                f"choose one of {', '.join(GEOMETRIES)}",
                code="unknown-geometry",
            )

    def pixels(self, image: Image.Image) -> np.ndarray:
        """An RGB picture as ``uint8 (size, size, 3)``."""
        return self.resized(self.as_small_file(image))

    def as_small_file(self, image: Image.Image) -> Image.Image:
        """The RGB picture as a small JPEG file would show it where ``jpeg_side`` asks for that, else as it is."""
        if not self.jpeg_side or image.size == (self.jpeg_side, self.jpeg_side):
            return image
        return through_jpeg(self._fitted(image, self.jpeg_side), JPEG_QUALITY)

    def resized(self, image: Image.Image) -> np.ndarray:
        """An RGB picture that has been through ``as_small_file``, as ``uint8 (size, size, 3)``."""
        if self.detail and self.detail < min(image.size):
            image = self._fitted(image, self.detail)
        return np.asarray(self._fitted(image, self.size))

    def _fitted(self, image: Image.Image, side: int) -> Image.Image:
        target = (side, side)
        if self.geometry == "squash":
            return image.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0)
        if self.geometry == "letterbox":
            return ImageOps.pad(image, target, Image.Resampling.BICUBIC, color=LETTERBOX_GREY)
        return ImageOps.fit(image, target, Image.Resampling.BICUBIC)

    def read(self, source: Source, notes: list[str] | None = None) -> np.ndarray:
        """Decode and resize in one step; what was mended or left out to show the picture is added to ``notes``.

        Raises ``ImageError``."""
        seen = decode(source, at_least=self.size)
        if notes is not None:
            notes.extend(seen.notes)
        return self.pixels(seen.image)

    def as_dict(self) -> dict[str, Any]:
        """What is stored; the limits stand in it only where they are set."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Transform:
        mean, std = tuple(values["mean"]), tuple(values["std"])
        return Transform(values["size"], values["geometry"], mean, std, values.get("detail"), values.get("jpeg_side"))
