"""Calls about the collection and the paintings in it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from PIL import Image

from artextract.app.api.workspace import Workspace
from artextract.errors import ImageError
from artextract.features.palette import LONG_SIDE, dominant_colours
from artextract.images import open_image
from artextract.search.weights import resolve_weights

_OWN_COLUMNS = ("id", "path", "title", "source", "rights", "split", "sha256", "phash", "width", "height")


class Colour(BaseModel):
    hex: str
    proportion: float


class Painting(BaseModel):
    """``width`` and ``height`` are pixels of the upright picture; labels are null where unknown."""

    id: str
    title: str | None
    width: int
    height: int
    labels: dict[str, str | None]


class PaintingDetails(Painting):
    """``colours``: the dominant ones; ``more``: any further columns of the table."""

    source: str
    rights: str
    colours: list[Colour]
    more: dict[str, Any]


class PaintingPage(BaseModel):
    total: int
    paintings: list[Painting]


class LabelCount(BaseModel):
    value: str | None
    count: int


class FeatureFacts(BaseModel):
    """``weight``: in the default mix. ``describes``: whether new pictures can be described by it on this machine, else they are searched without it."""

    name: str
    description: str
    weight: float
    describes: bool


class CollectionFacts(BaseModel):
    """``labels``: values by count, no label last. ``can``: which parts of the application this collection and machine have."""

    name: str
    n: int
    skipped: int
    labels: dict[str, list[LabelCount]]
    features: list[FeatureFacts]
    can: dict[str, bool]


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["collection"])

    @lru_cache(maxsize=512)
    def colours_of(path: Path, content: str) -> list[Colour]:
        try:
            return colours(open_image(path, at_least=LONG_SIDE))
        except ImageError:  # gone or damaged since it was indexed; what is known of it is still told
            return []

    @router.get("/api/collection")
    def collection() -> CollectionFacts:
        """What there is to look at: counts, label values, features and the default weights."""
        engine = workspace.engine()
        paintings = engine.paintings
        mix = resolve_weights(None, engine.index.features)
        features = [
            FeatureFacts(name=name, description=feature.description, weight=mix[name], describes=name not in engine.unavailable)
            for name, feature in engine.features.items()
        ]
        labels = {name: _counted(paintings.column(name)) for name in paintings.labels}
        return CollectionFacts(
            name=workspace.name, n=len(paintings), skipped=len(engine.index.config.skipped), labels=labels, features=features, can=workspace.can()
        )

    @router.get("/api/paintings")
    def some_paintings(
        offset: int = Query(0, ge=0, le=2**31), limit: int = Query(60, ge=1, le=500), where: list[str] = Query([]), text: str = Query("")
    ) -> PaintingPage:
        """A page of the paintings that pass the filters, in the table's order. ``where``: expressions such as style=Cubism; ``text``: words that they must have."""
        engine = workspace.engine()
        chosen = engine.allowed(where, text).nonzero()[0]
        page = [Painting(**brief(engine.paintings.record(int(p)), engine.paintings.labels)) for p in chosen[offset:][:limit]]
        return PaintingPage(total=len(chosen), paintings=page)

    @router.get("/api/paintings/{painting_id:path}")
    def one_painting(painting_id: str) -> PaintingDetails:
        """One painting with all that is known of it and its dominant colours."""
        engine = workspace.engine()
        paintings, position = engine.paintings, workspace.position(engine, painting_id)
        record = paintings.record(position)
        more = {k: v for k, v in record.items() if k not in (*_OWN_COLUMNS, *paintings.labels) and v is not None and v != []}
        return PaintingDetails(
            **brief(record, paintings.labels), source=record["source"], rights=record["rights"], more=more,
            colours=colours_of(engine.path_of(position), engine.index.hashes[position]),
        )  # fmt: skip

    return router


def brief(record: dict[str, Any], labels: tuple[str, ...]) -> dict[str, Any]:
    """The fields of ``Painting`` from a row of the table."""
    kept = {name: record[name] for name in ("id", "title", "width", "height")}
    return kept | {"labels": {name: record[name] for name in labels}}


def colours(image: Image.Image) -> list[Colour]:
    return [Colour(hex=code, proportion=proportion) for code, proportion in dominant_colours(image, 6)]


def _counted(values: Any) -> list[LabelCount]:
    counts = Counter(values.tolist())
    order = sorted(counts, key=lambda value: (value is None, -counts[value], value or ""))
    return [LabelCount(value=value, count=counts[value]) for value in order]
