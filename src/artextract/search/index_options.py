"""What is chosen of the index of a collection, and where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artextract.features import DEFAULT_BACKBONE, Feature
from artextract.files import user_path
from artextract.index import EXACT_ROWS, planned
from artextract.search.asking.colours import FEATURE as COLOURS_OF

DEFAULT_FEATURES = ("deep", "style", "palette")


@dataclass(frozen=True)
class IndexOptions:
    """What is chosen of an index, besides its features.

    ``backbone``, ``precision``, ``model`` and ``semantic`` are those of ``features.Settings``: ``model`` is the trained
    model of the feature "style" (None: the starter model), ``semantic`` the checkpoint of the feature of that name.
    ``spaces`` maps features to the space in which they are compared (``index.spaces``), by default ``spaces_for``.
    ``dtype`` is how an index that is written anew keeps its numbers: "float32", or "float16", the default above
    ``EXACT_ROWS``. ``store`` is the address of a server that keeps the vectors ("": none does; by default where they
    are now)."""

    backbone: str = DEFAULT_BACKBONE
    precision: str = "fast"
    model: str | Path | None = None
    semantic: str = "clip"
    spaces: Mapping[str, str] = field(default_factory=dict)
    dtype: str | None = None
    store: str | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """What the features are made with, as the index keeps it."""
        model = None if self.model is None else str(user_path(self.model).resolve())
        return {"backbone": self.backbone, "precision": self.precision, "model": model, "semantic": self.semantic}


def options_of(collection: str | Path) -> tuple[tuple[str, ...], IndexOptions]:
    """The features and options with which ``build_index`` brings the index of a collection up to date as it is.

    Those by default where there is no index, or its config cannot be read."""
    plan = planned(index_folder(collection))
    if plan is None:
        return DEFAULT_FEATURES, IndexOptions()
    options = IndexOptions(spaces=plan["features"], dtype=plan["dtype"], store=plan["store"], **plan["settings"])
    return tuple(plan["features"]), options


def spaces_for(features: Iterable[Feature], paintings: int) -> dict[str, str]:
    """The space of each feature where none is asked for: its own, and above ``EXACT_ROWS`` paintings "whitened", which
    keeps the likeness in 256 numbers. Features whose numbers are read for more than likeness keep their own: the
    amounts of colours, and what a trained model answers."""
    large = paintings > EXACT_ROWS
    return {
        feature.name: "whitened"
        if large and feature.name != COLOURS_OF and feature.predictor is None
        else feature.space
        for feature in features
    }


def index_folder(collection: str | Path) -> Path:
    return user_path(collection) / "index"
