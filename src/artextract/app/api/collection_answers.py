"""What is asked about the collection and its paintings, and what is answered."""

from __future__ import annotations

from typing import Any

from fastapi import Query
from pydantic import BaseModel

from artextract.app.api.workspace import Workspace
from artextract.naming import name_of
from artextract.search.asking.engine import SearchEngine
from artextract.search.lists.facets import NumberFacet
from artextract.table import artist_column
from artextract.year_ranges import year_in_words

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
BRIEF = ("id", "title", "width", "height")
"""Columns of the table that every ``Painting`` has."""


class Colour(BaseModel):
    hex: str
    proportion: float


class Painting(BaseModel):
    """``width`` and ``height`` are pixels of the upright picture; labels are null where unknown. ``artist`` is who
    painted it, also where that is no label; ``year`` is when, in words such as "1880–1885"; null where unknown.
    ``name`` is what it is shown as: its title, else one that the name of its file tells, else the name of its file.
    ``rights``: as its source states them, "" where it does not."""

    id: str
    title: str | None
    name: str
    artist: str | None = None
    year: str | None = None
    width: int
    height: int
    labels: dict[str, str | None]
    rights: str = ""


class PaintingDetails(Painting):
    """``colours``: the dominant ones; ``more``: any further columns of the table. ``rights`` also say where none are
    stated."""

    source: str
    colours: list[Colour]
    more: dict[str, Any]


class PaintingPage(BaseModel):
    total: int
    paintings: list[Painting]


class Layout(BaseModel):
    """``aspects``: width by height of each painting in order, in thousandths; ``rights``: whether any painting of the
    collection states its rights."""

    total: int
    aspects: list[int]
    rights: bool


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
    others. ``numbers``: columns that hold numbers. ``sorts``: orders besides relevance, collection and lot:N.
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


def brief(record: dict[str, Any], labels: tuple[str, ...]) -> dict[str, Any]:
    """The fields of ``Painting`` from a row of the table."""
    artist = artist_column(record)
    painter = record[artist] if artist else None
    return {name: record[name] for name in BRIEF} | {
        "name": name_of(record["title"], record["path"], painter),
        "artist": painter,
        "year": year_in_words(record),
        "labels": {name: record[name] for name in labels},
        "rights": stated(record["rights"]),
    }


def stated(rights: str | None) -> str:
    """Rights as they are shown beside a picture: "" for what an import writes where its source states none."""
    return "" if rights is None or rights.startswith("not stated") else rights


def painting_of(engine: SearchEngine, painting_id: str) -> Painting | None:
    """What the card of a painting shows; None where the collection does not have it."""
    position = engine.index.position(painting_id)
    return None if position is None else Painting(**brief(engine.paintings.record(position), engine.paintings.labels))


def known_painting(workspace: Workspace, engine: SearchEngine, painting_id: str) -> Painting:
    """As ``painting_of``; raises ``NotFoundError`` where the collection does not have it."""
    return Painting(**brief(workspace.record(engine, painting_id), engine.paintings.labels))


def display_of(engine: SearchEngine, positions: list[int]) -> list[dict[str, Any]]:
    """ "name", "artist", "year", "width" and "height" of some rows of the table, for what is shown of a hit."""
    found = engine.paintings.rows(positions)
    records = (brief(record, ()) for record in found.records())
    return [{name: record[name] for name in ("name", "artist", "year", "width", "height")} for record in records]
