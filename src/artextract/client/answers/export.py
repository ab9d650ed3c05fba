"""Lists that leave the collection."""

from typing import TypedDict

from artextract.client.answers.collection import Painting


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


class SelectionFacts(TypedDict):
    paintings: list[Painting]
    missing: list[str]
