"""What a painting is described by: each feature turns an image into one vector, and a plain dict names them all.

To add a feature: one file beside this one with a class that keeps the ``Feature`` protocol, and one line in
``FEATURES``. The contract test runs on every entry by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PIL import Image

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.errors import ArtExtractError, InputError

if TYPE_CHECKING:
    from artextract.backbones import Backbone


class Feature(Protocol):
    """One way to describe a painting.

    Vectors are ``float32 (dim,)``, of any length: two paintings are as similar as the cosine of their vectors (the
    index scales them). A vector of NaN says that the painting lacks the feature (no face, no figure). ``store_name``
    and ``version`` change with anything that changes the vectors: they name the folder in which these are kept.
    ``decoded_at`` is the ``at_least`` with which ``extract`` decodes files."""

    name: str
    store_name: str
    version: str
    dim: int
    description: str
    decoded_at: int

    def extract(
        self, paths: Sequence[Path], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Sequence[int], np.ndarray]]:
        """Pairs of positions in ``paths`` and their vectors ``float32 (n, dim)``; a bad image goes to ``on_error``
        instead."""
        ...

    def vector(self, image: Image.Image) -> np.ndarray:
        """The vector ``float32 (dim,)`` of one upright RGB picture; the same as ``extract`` gives for its file, where
        that is decoded with ``at_least=decoded_at``."""
        ...

    def explain(self, a: np.ndarray, b: np.ndarray) -> str:
        """What the paintings of two vectors ``float32 (dim,)``, as ``extract`` gave them, share by this feature and in
        what they differ: a sentence or two for a curator. "" where one lacks the feature."""
        ...

    def sketch(self, image: Image.Image) -> Image.Image:
        """The picture, of at most ``SKETCH_SIDE`` pixels on its longer side, with what this feature sees drawn upon it
        or beside it."""
        ...


SKETCH_SIDE = 640


@dataclass(frozen=True)
class Settings:
    """What features need to know: ``backbone``, by name or itself, for those that run one, ``precision`` of networks,
    and ``model``, the folder of a trained model or None for the starter model, for those that take what it has
    learned."""

    backbone: str | Backbone = DEFAULT_BACKBONE
    precision: str = "fast"
    model: str | Path | None = None
    semantic: str = "clip"
    """The checkpoint of ``semantic``: see ``backbones.text.find_joint``."""


def _deep(settings: Settings) -> Feature:
    from artextract.backbones import get_backbone
    from artextract.features.deep import Deep

    backbone = settings.backbone
    return Deep(get_backbone(backbone) if isinstance(backbone, str) else backbone, precision=settings.precision)


def _style(settings: Settings) -> Feature:
    from artextract.features.style import Style

    return Style(settings.model)


def _palette(settings: Settings) -> Feature:
    from artextract.features.palette import Palette

    return Palette()


def _texture(settings: Settings) -> Feature:
    from artextract.features.texture import Texture

    return Texture()


def _structure(settings: Settings) -> Feature:
    from artextract.features.structure import Structure

    return Structure()


def _composition(settings: Settings) -> Feature:
    from artextract.features.composition import CompositionFeature

    return CompositionFeature()


def _lighting(settings: Settings) -> Feature:
    from artextract.features.lighting import LightingFeature

    return LightingFeature()


def _semantic(settings: Settings) -> Feature:
    from artextract.features.semantic import Semantic

    return Semantic(settings.semantic, precision=settings.precision)


def _pose(settings: Settings) -> Feature:
    from artextract.features.pose import Pose

    return Pose()


def _face(settings: Settings) -> Feature:
    from artextract.features.face import Face

    return Face()


FEATURES: dict[str, Callable[[Settings], Feature]] = {
    "deep": _deep,
    "style": _style,
    "palette": _palette,
    "texture": _texture,
    "structure": _structure,
    "composition": _composition,
    "lighting": _lighting,
    "semantic": _semantic,
    "pose": _pose,
    "face": _face,
}
"""Name -> factory."""


def get_feature(
    name: str,
    backbone: str | Backbone = DEFAULT_BACKBONE,
    precision: str = "fast",
    model: str | Path | None = None,
    semantic: str = "clip",
) -> Feature:
    """The feature of that name; the other arguments are those of ``Settings``. Raises ``InputError`` for an unknown
    name."""
    if name not in FEATURES:
        raise InputError(f"there is no feature '{name}'", f"choose from {', '.join(FEATURES)}")
    return FEATURES[name](Settings(backbone, precision, model, semantic))


def missing_here(name: str, **settings: str | Path | None) -> str | None:
    """What a feature lacks to describe images on this machine, in a sentence, or None; nothing is fetched. ``settings``
    as for ``get_feature``."""
    if name == "semantic":
        from artextract.backbones.text import is_here

        source = settings.get("semantic") or "clip"
        if not is_here(source):
            return (
                f"the weights of '{source}' are not on this machine; index with --semantic FOLDER, or NAME where the"
                " hub can be reached"
            )
    try:
        feature = get_feature(name, **settings)
        if hasattr(feature, "require"):
            feature.require()
    except ArtExtractError as error:
        return f"{error.message}; {error.hint}"
    return None


def list_features(**settings: str | Path | None) -> list[dict[str, object]]:
    """Every feature as {"name", "version", "dim", "description", "missing"}; version and dim are None where they cannot
    be known here, ``missing`` is as ``missing_here``."""
    rows = []
    for name in FEATURES:
        missing = missing_here(name, **settings)
        if missing and name == "semantic":
            from artextract.features.semantic import Semantic

            rows.append(
                {"name": name, "version": None, "dim": None, "description": Semantic.description, "missing": missing}
            )
            continue
        feature = get_feature(name, **settings)
        rows.append(
            {
                "name": name,
                "version": feature.version,
                "dim": feature.dim,
                "description": feature.description,
                "missing": missing,
            }
        )
    return rows


def store_folder(collection: str | Path, feature: Feature) -> Path:
    """Where the vectors (and maps) of a feature are kept: ``COLLECTION/features/STORE_NAME@VERSION``."""
    return Path(collection) / "features" / f"{feature.store_name}@{feature.version}"
