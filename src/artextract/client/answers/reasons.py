"""Why paintings are alike, and ways between them."""

from typing import TypedDict

from artextract.client.answers.collection import Painting
from artextract.client.answers.review import Fact


class Side(TypedDict):
    painting: Painting | None
    width: int
    height: int
    source: str
    rights: str
    region: list[float] | None
    trouble: str


class Reason(TypedDict):
    name: str
    description: str
    weight: float
    contribution: float | None
    similarity: float | None
    percentile: float | None
    missing: str
    sentence: str
    facts: Fact | None
    band: str | None


class SharedColour(TypedDict):
    hex: str
    name: str
    share_a: float
    share_b: float


class MatchingPair(TypedDict):
    number: int
    a: list[float]
    b: list[float]
    similarity: float


class OverlayFacts(TypedDict):
    name: str
    title: str
    says: str


class Part(TypedDict):
    name: str
    title: str | None
    wanted: bool
    score: float
    features: dict[str, float | None]


class Comparison(TypedDict):
    a: Side
    b: Side
    summary: str
    facts: Fact | None
    score: float
    closer_than: float | None
    band: str | None
    features: list[Reason]
    colours: list[SharedColour]
    regions: list[MatchingPair]
    same: dict[str, str]
    overlays: list[OverlayFacts]
    parts: list[Part]


class DrawnShape(TypedDict):
    kind: str
    points: list[list[float]] | None
    centre: list[float] | None
    at: list[float] | None
    text: str | None
    ground: str | None
    radius: float | None
    colour: str | None
    width: float | None
    casing: float | None
    closed: bool
    filled: bool


class DrawnOver(TypedDict):
    frame: list[float]
    shapes: list[DrawnShape]
    layer: str | None
    says: str
    facts: Fact | None
    key: list[list[str]]


class Overlay(TypedDict):
    name: str
    a: DrawnOver | None
    b: DrawnOver | None
    colours: list[SharedColour]
    trouble: str


class PathStep(TypedDict):
    score: float
    distance: float
    bridge: bool
    summary: str
    facts: Fact | None
    features: list[Reason]


class FoundPath(TypedDict):
    stops: list[Painting]
    steps: list[PathStep]
    weights: dict[str, float]
    where: list[str]
    direct: float
    paintings: int


class PathAnswer(TypedDict):
    state: str
    caption: str
    done: int
    total: int
    message: str
    hint: str
    code: str
    path: FoundPath | None
