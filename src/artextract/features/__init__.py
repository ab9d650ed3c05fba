"""What a painting is described by: each feature turns an image into one vector, and a plain dict names them all.

To add a feature: one file beside this one with a class that keeps the ``Feature`` protocol, and one line in ``FEATURES``.
The contract test runs on every entry by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterator, Protocol, Sequence

import numpy as np
from PIL import Image

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.errors import InputError

if TYPE_CHECKING:
    from artextract.backbones import Backbone


class Feature(Protocol):
    """One way to describe a painting.

    Vectors are ``float32 (dim,)``, of any length: two paintings are as similar as the cosine of their vectors (the index scales
    them). A vector of NaN says that the painting lacks the feature (no face, no figure). ``store_name`` and ``version`` change
    with anything that changes the vectors: they name the folder in which these are kept. ``decoded_at`` is the ``at_least`` with which
    ``extract`` decodes files.
    """

    name: str
    store_name: str
    version: str
    dim: int
    description: str
    decoded_at: int

    def extract(
        self, paths: Sequence[Path], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Sequence[int], np.ndarray]]:
        """Pairs of positions in ``paths`` and their vectors ``float32 (n, dim)``; a bad image goes to ``on_error`` instead."""
        ...

    def vector(self, image: Image.Image) -> np.ndarray:
        """The vector ``float32 (dim,)`` of one upright RGB picture; the same as ``extract`` gives for its file, where that is
        decoded with ``at_least=decoded_at``."""
        ...

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        """What the paintings of two vectors ``float32 (dim,)``, as ``extract`` gave them, share by this feature and in what they differ: a
        sentence or two for a curator. "" where one lacks the feature."""
        ...

    def sketch(self, image: Image.Image) -> Image.Image:
        """The picture, of at most ``SKETCH_SIDE`` pixels on its longer side, with what this feature sees drawn upon it or beside it."""
        ...


SKETCH_SIDE = 640


@dataclass(frozen=True)
class Settings:
    """What features need to know: ``backbone``, by name or itself, for those that run one, ``precision`` of networks, and ``model``, the
    folder of a trained model or None for the starter model, for those that take what it has learned."""

    backbone: str | Backbone = DEFAULT_BACKBONE
    precision: str = "fast"
    model: str | Path | None = None


def _deep(settings: Settings) -> Feature:
    from artextract.backbones import get_backbone
    from artextract.features.deep import Deep

    backbone = settings.backbone
    return Deep(get_backbone(backbone) if isinstance(backbone, str) else backbone, precision=settings.precision)


def _palette(settings: Settings) -> Feature:
    from artextract.features.palette import Palette

    return Palette()


FEATURES: dict[str, Callable[[Settings], Feature]] = {
    "deep": _deep,
    "palette": _palette,
}
"""Name -> factory."""


def get_feature(name: str, backbone: str | Backbone = DEFAULT_BACKBONE, precision: str = "fast", model: str | Path | None = None) -> Feature:
    """The feature of that name; the other arguments are those of ``Settings``. Raises ``InputError`` for an unknown name."""
    if name not in FEATURES:
        raise InputError(f"there is no feature '{name}'", f"choose from {', '.join(FEATURES)}")
    return FEATURES[name](Settings(backbone, precision, model))


def store_folder(collection: str | Path, feature: Feature) -> Path:
    """Where the vectors (and maps) of a feature are kept: ``COLLECTION/features/STORE_NAME@VERSION``."""
    return Path(collection) / "features" / f"{feature.store_name}@{feature.version}"
