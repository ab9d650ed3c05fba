"""Deep: what a convolutional network trained on photographs sees, averaged over the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np
from PIL import Image, ImageDraw

from artextract import augment
from artextract.backbones import Backbone, get_backbone
from artextract.backbones.int8 import int8_version
from artextract.drawing_text import INK, fit, font
from artextract.features import SKETCH_SIDE, Colour, MapFeature, Overlay, Settings
from artextract.features.pictures import resized, scaled
from artextract.features.shapes import Drawing
from artextract.objects import ImageFile
from artextract.said import Said

if TYPE_CHECKING:
    from artextract.features.feature import Positions
    from artextract.runtime import Engine, Result

VEIL = 0.4
"""How much of its brightness a part of the picture keeps under the full veil."""

VEIL_SIDE = 256
"""Pixels on the longer side of a veil that is stretched over a picture."""


class Deep(MapFeature):
    """The pooled output of a backbone, as it comes.

    ``device`` and ``precision`` go to ``runtime.extract``. A single picture always runs on the processor, in OpenVINO:
    a search shall not wait for torch. ``view`` numbers an augmented view of each file (see ``augment``), which is what
    is then described."""

    name = "deep"
    description = "things, forms and manner, as a network trained on photographs sees them"
    space = "centred"
    about = "what a network sees in them"
    colour = Colour("#33658a", "#6fa5cc")
    presets = {"same hand": 20, "same subject": 30}
    overlay = Overlay("Where the network looks", "Clear: the places to which the network responds most.")

    def __init__(self, backbone: Backbone, device: str = "auto", precision: str = "fast", view: int | None = None):
        self.backbone = backbone
        self.store_name = (
            f"{'lower' if backbone.learning else 'deep'}-{backbone.name.partition(':')[0].replace('/', '--')}"
        )
        self.version = backbone.version
        if precision != "fast":
            self.version += f"-{int8_version(backbone) if precision == 'int8' else precision}"
        if view is not None:
            self.version += f"-view{view}.{augment.VERSION}"
        self.decoded_at = backbone.transform.size
        self._device = device
        self._precision = precision
        self._engine: Engine | None = None
        self._view = view

    @classmethod
    def made(cls, settings: Settings) -> Self:
        backbone = settings.backbone
        return cls(get_backbone(backbone) if isinstance(backbone, str) else backbone, precision=settings.precision)

    @property
    def dim(self) -> int:
        return self.backbone.dim

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray]]:
        for positions, vectors, _ in self._run(paths, on_error, maps=False):
            yield positions, vectors

    def extract_with_maps(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, np.ndarray, np.ndarray]]:
        for positions, vectors, maps in self._run(paths, on_error, maps=True):
            assert maps is not None
            yield positions, vectors, maps

    def vector(self, image: Image.Image) -> np.ndarray:
        chunk = np.arange(1), np.stack([self.backbone.transform.pixels(image)])
        (_, vectors, _), *_ = self._single().stream([chunk], maps=False)
        vector: np.ndarray = vectors[0]
        return vector

    def map_and_vector(self, image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
        maps, vectors = self._single().run(np.stack([self.backbone.transform.pixels(image)]))
        return maps[0, : self.dim], vectors[0]

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        """Always "": a thousand numbers without names say how near two paintings are, not why.

        ``search.regions`` shows where they match."""
        return ""

    def drawing(self, image: Image.Image) -> Drawing:
        return self.drawing_of(self.map_and_vector(image)[0], image.size)

    def drawing_of(self, cells: np.ndarray, size: tuple[int, int]) -> Drawing:
        return Drawing(
            layer=veil(response(cells), size, self.backbone.transform.geometry),
            says=Said("strongest-response", "clear: strongest response"),
        )

    def sketch(self, image: Image.Image) -> Image.Image:
        """The picture in colour where the network's response (the length of the map's vector in a cell) is strongest,
        dim and grey where weakest."""
        picture = veiled(
            resized(image, SKETCH_SIDE), response(self.map_and_vector(image)[0]), self.backbone.transform.geometry
        )
        _caption(picture, "in colour: strongest response")
        return picture

    def prepare(self) -> None:
        """Export and compile the network for single pictures, so that a search needs no torch."""
        self._single()

    def _single(self) -> Engine:
        from artextract.runtime import open_engine

        if self._engine is None:
            self._engine = open_engine(self.backbone, "cpu", self._precision)
        return self._engine

    def _run(self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None], maps: bool) -> Iterator[Result]:
        from artextract.runtime import extract

        yield from extract(
            self.backbone,
            paths,
            maps=maps,
            on_error=on_error,
            device=self._device,
            precision=self._precision,
            read=None if self._view is None else partial(self._read_view, self._view),
        )

    def _read_view(self, view: int, path: ImageFile) -> np.ndarray:
        transform = self.backbone.transform
        return transform.resized(augment.view_of_file(path, view, transform))


def response(cells: np.ndarray) -> np.ndarray:
    """Where a map ``(C, H, W)`` answers most: the length of its vector in each cell, from 0, the weakest, to 1, the
    strongest; float (H, W)."""
    strength = np.linalg.norm(cells, axis=0)
    relative: np.ndarray = (strength - strength.min()) / max(float(np.ptp(strength)), 1e-12)
    return relative


def veil(heat: np.ndarray, size: tuple[int, int], geometry: str) -> Image.Image:
    """The veil of ``veiled`` as an RGBA layer for a picture of ``size`` (width, height): clear where a grid ``heat`` is
    1, dark where it is 0. Soft, hence small: at most ``VEIL_SIDE``."""
    scale = min(1.0, VEIL_SIDE / max(size))
    clear = np.nan_to_num(on_picture(np.clip(heat, 0, 1), scaled(size, scale), geometry))
    layer = Image.new("RGB", clear.shape[::-1], INK)
    layer.putalpha(Image.fromarray(np.rint(255 * 0.86 * (1 - clear)).astype(np.uint8)))
    return layer


def on_picture(heat: np.ndarray, size: tuple[int, int], geometry: str) -> np.ndarray:
    """A grid ``(H, W)`` over a network's square input, enlarged to ``float32 (height, width)`` over the picture of
    ``size`` (width, height) that it was made of.

    Undoes the geometry of ``images.Transform``: what "crop" cut away is NaN, the bars of "letterbox" fall off.
    """
    width, height = size
    if geometry == "squash":
        return _enlarged(heat, width, height)
    side = max(size) if geometry == "letterbox" else min(size)
    square = _enlarged(heat, side, side)
    if geometry == "letterbox":
        top, left = (side - height) // 2, (side - width) // 2
        return square[top : top + height, left : left + width]
    whole = np.full((height, width), np.nan, np.float32)
    top, left = (height - side) // 2, (width - side) // 2
    whole[top : top + side, left : left + side] = square
    return whole


def veiled(image: Image.Image, heat: np.ndarray, geometry: str) -> Image.Image:
    """An RGB picture in its colours where a grid ``heat`` (0..1, see ``on_picture``) is 1, grey and dim where it is 0
    or the network saw nothing."""
    clear = np.nan_to_num(on_picture(np.clip(heat, 0, 1), image.size, geometry))[..., None]
    colours = np.asarray(image, np.float32)
    grey = np.asarray(image.convert("L"), np.float32)[..., None] * VEIL
    return Image.fromarray(np.rint(grey + (colours - grey) * clear).astype(np.uint8))


def _caption(picture: Image.Image, text: str) -> None:
    """Write a line on a dark strip at the foot of a picture."""
    face = font(max(10, min(26, picture.width // 22)))
    height = face.size + 10
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, picture.height - height, picture.width, picture.height), fill="#1c1a17")
    draw.text(
        (8, picture.height - height // 2), fit(text, face, picture.width - 16), fill="#f3efe6", font=face, anchor="lm"
    )


def _enlarged(heat: np.ndarray, width: int, height: int) -> np.ndarray:
    return np.asarray(Image.fromarray(heat.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR))
