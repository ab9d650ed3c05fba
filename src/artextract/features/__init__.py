"""What a painting is described by: each feature turns an image into one vector, and a plain dict names them all.

To add a feature: one file beside this one with a subclass of ``Feature``, which also says how it is named, coloured and
put into words, and one line in ``FEATURES``. The contract test runs on every entry by itself. ``docs/extend.md`` has an
example."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.errors import ArtExtractError, InputError
from artextract.features.feature import SKETCH_SIDE, Colour, Feature, MapFeature, Overlay, Settings
from artextract.files import user_path

if TYPE_CHECKING:
    from artextract.backbones import Backbone

__all__ = [
    "DEFAULT_BACKBONE",
    "FEATURES",
    "PRESETS",
    "SKETCH_SIDE",
    "Colour",
    "Feature",
    "MapFeature",
    "Overlay",
    "Preset",
    "Settings",
    "get_feature",
    "list_features",
    "missing_here",
    "presets_of",
    "store_folder",
]


def _in(file: str, name: str) -> Callable[[Settings], Feature]:
    """A factory of the class ``name`` in a file of this folder, which is loaded when a feature is first made of it."""

    def make(settings: Settings) -> Feature:
        feature: Feature = getattr(import_module(f"{__name__}.{file}"), name).made(settings)
        return feature

    return make


FEATURES: dict[str, Callable[[Settings], Feature]] = {
    "deep": _in("deep", "Deep"),
    "style": _in("style", "Style"),
    "palette": _in("palette", "Palette"),
    "texture": _in("texture", "Texture"),
    "structure": _in("structure", "Structure"),
    "composition": _in("composition", "CompositionFeature"),
    "lighting": _in("lighting", "LightingFeature"),
    "semantic": _in("semantic", "Semantic"),
    "pose": _in("pose", "Pose"),
    "face": _in("face", "Face"),
}
"""Name -> factory."""

PRESETS = {
    "same hand": "paintings that the same artist may have made",
    "same subject": "what is shown: a portrait, a harbour, a still life, a crucifixion",
    "same colours": "the colours alone",
    "same composition": "how the picture is laid out",
    "same light": "where it is light and dark, and how strongly",
    "same pose": "how figures stand and hold their heads",
}
"""Mixes that are offered by name beside the default one, and what each looks for. Every feature says with what weight
it belongs to which (``Feature.presets``). ``docs/search.md`` tells how the weights were chosen and how they do."""


@dataclass(frozen=True)
class Preset:
    """A mix by name: ``weights`` are 1..100 by feature."""

    name: str
    about: str
    weights: dict[str, int]


LEAST = 50
"""A mix is offered where the features that are there weigh so much in it; what is meant for it weighs 100 in all."""


def presets_of(features: Iterable[Feature]) -> list[Preset]:
    """The mixes of ``PRESETS`` to which these features belong with ``LEAST`` or more, with those features alone."""
    features = list(features)
    every = [
        Preset(name, about, {feature.name: feature.presets[name] for feature in features if name in feature.presets})
        for name, about in PRESETS.items()
    ]
    return [preset for preset in every if sum(preset.weights.values()) >= LEAST]


def get_feature(
    name: str,
    backbone: str | Backbone = DEFAULT_BACKBONE,
    precision: str = "fast",
    model: str | Path | None = None,
    semantic: str = "clip",
    collection: str | Path | None = None,
) -> Feature:
    """The feature of that name; the other arguments are those of ``Settings``.

    With ``collection`` also one whose vectors were imported into it. Raises ``InputError`` for an unknown name."""
    if name not in FEATURES:
        from artextract.features.imported import find_imported, imported_names

        own = None if collection is None else find_imported(collection, name)
        if own is not None:
            return own
        there = [*FEATURES, *(() if collection is None else imported_names(collection))]
        raise InputError(f"there is no feature '{name}'", f"choose from {', '.join(there)}", code="unknown-feature")
    return FEATURES[name](Settings(backbone, precision, model, semantic))


class Given(TypedDict, total=False):
    """Arguments of ``get_feature`` by name."""

    backbone: str | Backbone
    precision: str
    model: str | Path | None
    semantic: str


def missing_here(name: str, **settings: Unpack[Given]) -> str | None:
    """What a feature lacks to describe images on this machine, in a sentence, or None; nothing is fetched.

    ``settings`` as for ``get_feature``."""
    if name == "semantic":
        from artextract.backbones.text import is_here

        source = settings.get("semantic") or "clip"
        if not is_here(source):
            return (
                f"the weights of '{source}' are not on this machine; index with --semantic FOLDER, or NAME where the"
                " hub can be reached"
            )
    try:
        get_feature(name, **settings).require()
    except ArtExtractError as error:
        return f"{error.message}; {error.hint}"
    return None


def list_features(**settings: Unpack[Given]) -> list[dict[str, object]]:
    """Every feature as {"name", "version", "dim", "description", "missing"}.

    Version and dim are None where they cannot be known here, ``missing`` is as ``missing_here``."""
    rows: list[dict[str, object]] = []
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
    return user_path(collection) / "features" / f"{feature.store_name}@{feature.version}"
