"""Calls about the collection and the paintings in it."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import APIRouter, Query
from PIL import Image
from pydantic import BaseModel

from artextract.app.api.fields import Filter, Name, Words
from artextract.app.api.guards import at_most
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.errors import ImageError
from artextract.features import presets_of
from artextract.features.cielab import LONG_SIDE, dominant_colours
from artextract.images import open_image
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import resolve_weights
from artextract.search.lists.facets import NumberFacet
from artextract.table import artist_column

COLOURS = 6
"""How many dominant colours of a painting are given."""
WHERE = Query(
    [],
    max_length=100,
    description="expressions that must hold, such as style=Cubism, artist=A|B, artist=unknown, year=1880..1900",
)
TEXT = Query("", max_length=1000, description="words that the texts of a painting must have")
SORT = Query(
    "",
    max_length=200,
    description=(
        "relevance, collection, a column such as title or -year, or lot:7; without it relevance where there are words,"
        " else collection"
    ),
)
_BRIEF = ("id", "title", "width", "height")
_OWN_COLUMNS = ("id", "path", "title", "source", "rights", "split", "sha256", "phash", "width", "height")


class Colour(BaseModel):
    hex: str
    proportion: float


class Painting(BaseModel):
    """``width`` and ``height`` are pixels of the upright picture; labels are null where unknown. ``artist`` is who
    painted it, also where that is no label."""

    id: str
    title: str | None
    artist: str | None = None
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


class Layout(BaseModel):
    """``aspects``: width by height of each painting in order, in thousandths."""

    total: int
    aspects: list[int]


class Ids(BaseModel):
    ids: list[str]


class LabelCount(BaseModel):
    value: str | None
    count: int


class LabelFacet(BaseModel):
    """``values`` by count, no label last; ``distinct`` is how many labels occur, listed here or not."""

    column: str
    distinct: int
    values: list[LabelCount]


class FacetsAnswer(BaseModel):
    """``without``: how many paintings would pass if the filters of that column ("text": the words) were taken away."""

    total: int
    without: dict[str, int]
    labels: list[LabelFacet]
    numbers: list[NumberFacet]


class FeatureColour(BaseModel):
    """A colour "#rrggbb" for light and one for dark surroundings."""

    light: str
    dark: str


class FeatureFacts(BaseModel):
    """``weight``: in the default mix. ``describes``: whether new pictures can be described by it on this machine, else
    they are searched without it. ``colour``: of its bars and marks."""

    name: str
    description: str
    weight: float
    describes: bool
    colour: FeatureColour


class PresetFacts(BaseModel):
    """A mix that is offered by name: ``about`` says what it looks at, ``weights`` are 1..100 by feature."""

    name: str
    about: str
    weights: dict[str, int]


class CollectionFacts(BaseModel):
    """``labels``: values by count, no label last, the 200 most frequent of a column; /api/facets/COLUMN finds the
    others. ``numbers``: columns that hold numbers. ``sorts``: orders beside relevance, collection and lot:N.
    ``presets``: mixes by name of which anything is indexed. ``can``: which parts of the application this collection and
    machine have."""

    name: str
    n: int
    skipped: int
    labels: dict[str, list[LabelCount]]
    numbers: list[str]
    sorts: list[str]
    features: list[FeatureFacts]
    presets: list[PresetFacts]
    can: dict[str, bool]


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["collection"])

    @lru_cache(maxsize=1)
    def columns_of(engine: SearchEngine) -> dict[str, np.ndarray]:
        """What the cards of a page need, and "aspect", by row."""
        paintings = engine.paintings
        columns = {name: paintings.column(name) for name in (*_BRIEF, *paintings.labels)}
        artist = artist_column(paintings.frame)
        sizes = paintings.frame[["width", "height"]].to_numpy(dtype=float)
        return columns | {
            "": paintings.column(artist) if artist else np.full(len(paintings), None),
            "aspect": np.round(1000 * sizes[:, 0] / sizes[:, 1]).astype(int),
        }

    @lru_cache(maxsize=512)
    def colours_of(path: Path, content: str) -> list[Colour]:
        try:
            return colours(open_image(path, at_least=LONG_SIDE))
        except ImageError:  # gone or damaged since it was indexed; what is known of it is still given
            return []

    @router.get("/api/collection")
    def collection() -> CollectionFacts:
        """What there is to look at: counts, label values, features and the default weights."""
        engine = workspace.engine()
        paintings = engine.paintings
        mix = resolve_weights(None, engine.index.features)
        features = [
            FeatureFacts(
                name=name,
                description=feature.description,
                weight=mix[name],
                describes=name not in engine.unavailable,
                colour=FeatureColour(light=feature.colour.light, dark=feature.colour.dark),
            )
            for name, feature in engine.features.items()
        ]
        labels = {
            facet.column: _counts(facet.values)
            for facet in engine.listing.facets.under(engine.listing.allowed).labels
            if facet.column in paintings.labels
        }
        return CollectionFacts(
            name=workspace.name,
            n=len(paintings),
            skipped=len(engine.index.skipped),
            labels=labels,
            numbers=list(engine.listing.facets.numbers),
            sorts=engine.listing.orders.names(engine.listing.facets),
            features=features,
            presets=[PresetFacts(**asdict(preset)) for preset in presets_of(engine.features.values())],
            can=workspace.can(),
        )

    @router.get("/api/paintings")
    def some_paintings(
        offset: int = Query(0, ge=0, le=2**31),
        limit: int = Query(60, ge=1, le=500),
        where: list[Filter] = WHERE,
        text: Words = TEXT,
        sort: Name = SORT,
    ) -> PaintingPage:
        """A page of the paintings that pass the filters, in order."""
        engine = workspace.engine()
        rows, columns, labels = (
            engine.listing.listed(where, text, sort),
            columns_of(engine),
            engine.paintings.labels,
        )
        page = [
            Painting(
                **{name: columns[name][row] for name in _BRIEF},
                artist=columns[""][row],
                labels={name: columns[name][row] for name in labels},
            )
            for row in rows[offset:][:limit].tolist()
        ]
        return PaintingPage(total=len(rows), paintings=page)

    @router.get("/api/layout")
    def layout(where: list[Filter] = WHERE, text: Words = TEXT, sort: Name = SORT) -> Layout:
        """The shapes of all paintings that pass the filters, in order: what is needed to hang them before any is
        loaded."""
        engine = workspace.engine()
        rows = engine.listing.listed(where, text, sort)
        return Layout(total=len(rows), aspects=columns_of(engine)["aspect"][rows].tolist())

    @router.get("/api/ids")
    def ids(where: list[Filter] = WHERE, text: Words = TEXT, sort: Name = SORT) -> Ids:
        """The ids of all paintings that pass the filters, in order."""
        engine = workspace.engine()
        return Ids(ids=columns_of(engine)["id"][engine.listing.listed(where, text, sort)].tolist())

    @router.get("/api/facets")
    def facets(where: list[Filter] = WHERE, text: Words = TEXT) -> FacetsAnswer:
        """How many paintings have each label and each span of numbers, every column under the filters of the others; of
        labels the 200 most frequent."""
        engine = workspace.engine()
        found = engine.listing.facets.under(engine.listing.allowed, where, text)
        labels = [
            LabelFacet(column=facet.column, distinct=facet.distinct, values=_counts(facet.values))
            for facet in found.labels
        ]
        return FacetsAnswer(total=found.total, without=found.without, labels=labels, numbers=found.numbers)

    @router.get("/api/facets/{column}")
    def one_facet(
        column: Name,
        find: Name = Query("", max_length=200, description="a part of the label, in any spelling"),
        where: list[Filter] = WHERE,
        text: Words = TEXT,
    ) -> LabelFacet:
        """The labels of one column that have some text in them, under the filters of the other columns; the 200 most
        frequent."""
        engine = workspace.engine()
        facet = engine.listing.facets.find(column, find, engine.listing.allowed, where, text)
        if facet is None:
            raise NotFoundError(
                f"there is no list of values for '{column}'",
                f"there is one for {', '.join(engine.listing.facets.labels)}",
                code="no-value-list",
            )
        return LabelFacet(column=facet.column, distinct=facet.distinct, values=_counts(facet.values))

    @router.get("/api/paintings/{painting_id:path}", dependencies=[at_most(4)])
    def one_painting(painting_id: str) -> PaintingDetails:
        """One painting with all that is known of it and its dominant colours."""
        engine = workspace.engine()
        paintings, record = engine.paintings, workspace.record(engine, painting_id)
        more = {
            k: v for k, v in record.items() if k not in (*_OWN_COLUMNS, *paintings.labels) and v is not None and v != []
        }
        return PaintingDetails(
            **brief(record, paintings.labels),
            source=record["source"],
            rights=record["rights"],
            more=more,
            colours=colours_of(engine.path_of(painting_id), record["sha256"]),
        )

    return router


def brief(record: dict[str, Any], labels: tuple[str, ...]) -> dict[str, Any]:
    """The fields of ``Painting`` from a row of the table."""
    artist = artist_column(record)
    return {name: record[name] for name in _BRIEF} | {
        "artist": record[artist] if artist else None,
        "labels": {name: record[name] for name in labels},
    }


def painting_of(engine: SearchEngine, painting_id: str) -> Painting | None:
    """What the card of a painting shows; None where the collection does not have it."""
    position = engine.index.position(painting_id)
    return None if position is None else Painting(**brief(engine.paintings.record(position), engine.paintings.labels))


def known_painting(workspace: Workspace, engine: SearchEngine, painting_id: str) -> Painting:
    """As ``painting_of``; raises ``NotFoundError`` where the collection does not have it."""
    return Painting(**brief(workspace.record(engine, painting_id), engine.paintings.labels))


def colours(image: Image.Image) -> list[Colour]:
    return [Colour(hex=code, proportion=proportion) for code, proportion in dominant_colours(image, COLOURS)]


def _counts(values: list[tuple[str | None, int]]) -> list[LabelCount]:
    return [LabelCount(value=value, count=count) for value, count in values]
