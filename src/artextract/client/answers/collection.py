"""Paintings of the collection and their columns."""

from typing import Any, Literal, TypedDict


class LabelCount(TypedDict):
    value: str | None
    count: int


class FeatureColour(TypedDict):
    light: str
    dark: str


class FeatureFacts(TypedDict):
    name: str
    description: str
    weight: float
    describes: bool
    colour: FeatureColour


class PresetFacts(TypedDict):
    name: str
    about: str
    weights: dict[str, int]


class CollectionFacts(TypedDict):
    name: str
    n: int
    skipped: int
    labels: dict[str, list[LabelCount]]
    numbers: list[str]
    sorts: list[str]
    features: list[FeatureFacts]
    presets: list[PresetFacts]
    can: dict[str, bool]


class Painting(TypedDict):
    id: str
    title: str | None
    name: str
    artist: str | None
    year: str | None
    width: int
    height: int
    labels: dict[str, str | None]
    rights: str


class PaintingPage(TypedDict):
    total: int
    paintings: list[Painting]


class Layout(TypedDict):
    total: int
    aspects: list[int]
    rights: bool


class Ids(TypedDict):
    ids: list[str]


class LabelFacet(TypedDict):
    column: str
    distinct: int
    values: list[LabelCount]


class NumberFacet(TypedDict):
    column: str
    low: float
    high: float
    edges: list[float]
    counts: list[int]
    unknown: int


class FacetsAnswer(TypedDict):
    total: int
    without: dict[str, int]
    labels: list[LabelFacet]
    numbers: list[NumberFacet]


class Colour(TypedDict):
    hex: str
    proportion: float


class PaintingDetails(TypedDict):
    id: str
    title: str | None
    name: str
    artist: str | None
    year: str | None
    width: int
    height: int
    labels: dict[str, str | None]
    rights: str
    source: str
    colours: list[Colour]
    more: dict[str, Any]


class Place(TypedDict):
    total: int
    number: int | None
    previous: str | None
    next: str | None


class Decision(TypedDict):
    id: str
    painting: str
    attribute: str
    action: str
    old_label: str | None
    new_label: str | None
    suggested: str | None
    reviewer: str
    time: str
    note: str
    undone_by: str | None
    undone_at: str | None


class Field(TypedDict):
    column: str
    value: Any
    role: str | None
    kind: Literal["label", "text", "number", "whole number"] | None
    decision: Decision | None
    opinions: list[Decision]
    disagreed: bool


class Catalogue(TypedDict):
    id: str
    label: list[Field]
    more: list[Field]
