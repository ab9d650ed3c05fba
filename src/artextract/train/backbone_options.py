"""Which backbone a training builds on; torch is not needed here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.backbones import Backbone, get_backbone


@dataclass(frozen=True)
class BackboneOptions:
    """Which backbone a training takes its feature maps from, and how it sees a picture.

    ``name`` is a name of ``artextract backbones``, or NAME:PATH. ``geometry`` makes a picture square: "squash",
    "letterbox" or "crop". ``multi_scale`` joins earlier stages of the backbone to its map, ``detail`` limits how fine
    a picture is seen, in pixels on a side, and ``jpeg_side`` makes every picture a small JPEG first (``Transform``).
    ``precision`` is one of ``precision.PRECISIONS``."""

    name: str = DEFAULT_BACKBONE
    geometry: str = "squash"
    multi_scale: bool = True
    detail: int | None = None
    jpeg_side: int | None = None
    precision: str = "fast"

    @property
    def family(self) -> str:
        """The name without the place of its weights."""
        return self.name.partition(":")[0]

    def open(self, weights: Path | None = None) -> Backbone:
        """The backbone, with the weights of that file where one is given."""
        name = self.name if weights is None else f"{self.family}:{weights}"
        return get_backbone(
            name, self.geometry, multi_scale=self.multi_scale, detail=self.detail, jpeg_side=self.jpeg_side
        )
