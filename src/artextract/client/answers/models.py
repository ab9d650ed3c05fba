"""What models say of pictures."""

from typing import TypedDict


class AnswerSet(TypedDict):
    labels: list[str]
    coverage: float


class Novelty(TypedDict):
    score: float
    new: bool


class Interval(TypedDict):
    median: float
    low: float
    high: float
    coverage: float


class RankedLabel(TypedDict):
    label: str
    probability: float


class ModelFacts(TypedDict):
    name: str
    collection: str
    protocol: str | None
    paintings: int
    backbone: str
    size: int
    geometry: str
    rights: list[str]
    classes: dict[str, int]


class OwnLabel(TypedDict):
    label: str
    agrees: bool | None
    probability: float | None


class Looked(TypedDict):
    grid: list[list[float]]
    most: float


class HeldOut(TypedDict):
    n: int
    accuracy: float | None
    ece: float | None


class OfLabel(TypedDict):
    predicted: int
    precision: float | None
    trained: int


class AttributeReading(TypedDict):
    attribute: str
    classes: int
    labels: list[RankedLabel]
    sure: bool
    sure_from: float | None
    own: OwnLabel | None
    looked: Looked
    held_out: HeldOut | None
    held_out_new_artists: HeldOut | None
    of_label: OfLabel | None


class Predictions(TypedDict):
    unsure: list[str]
    sets: dict[str, AnswerSet]
    novelty: dict[str, Novelty]
    numbers: dict[str, Interval]
    several: dict[str, list[RankedLabel]]
    id: str
    model: ModelFacts
    seen: str | None
    artist_seen: bool | None
    attributes: list[AttributeReading]
    looked: dict[str, Looked]


class Suggestion(TypedDict):
    unsure: list[str]
    sets: dict[str, AnswerSet]
    novelty: dict[str, Novelty]
    numbers: dict[str, Interval]
    several: dict[str, list[RankedLabel]]
    id: str | None
    upload: str | None
    attributes: dict[str, list[RankedLabel]]
    looked: dict[str, Looked]
    seen: str | None
    notes: list[str]
    model: ModelFacts
