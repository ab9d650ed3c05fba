"""Lists that leave the collection."""

from typing import TypedDict


class FormatFacts(TypedDict):
    name: str
    title: str
    about: str
    extension: str
    most: int
    takes: list[str]


class ExportFacts(TypedDict):
    formats: list[FormatFacts]
    predictions: bool
    decisions: bool


class Picked(TypedDict):
    id: str
    title: str | None
    name: str
    artist: str | None
    year: str | None
    width: int
    height: int
    labels: dict[str, str | None]
    rights: str


class SelectionFacts(TypedDict):
    paintings: list[Picked]
    missing: list[str]
