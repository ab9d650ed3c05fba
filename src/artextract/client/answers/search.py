"""What a search finds."""

from typing import Any, TypedDict

from artextract.client.answers.collection import Colour


class UploadFacts(TypedDict):
    upload: str
    width: int
    height: int
    colours: list[Colour]
    notes: list[str]


class UploadLimits(TypedDict):
    bytes: int
    megapixels: float


class SearchedFor(TypedDict):
    id: str | None
    plus: list[str]
    minus: list[str]
    region: list[float] | None
    colours: list[list[Any]]
    words: str
    dropped: dict[str, list[str]]
    missing: dict[str, str]
    title: str | None
    labels: dict[str, str | None] | None


class BandFacts(TypedDict):
    above: float
    by_chance: float
    random: float
    same_style: float | None
    same_artist: float | None
    own: bool


class SearchHit(TypedDict):
    id: str
    title: str | None
    name: str
    artist: str | None
    year: str | None
    width: int
    height: int
    labels: dict[str, str | None]
    source: str
    rights: str
    score: float
    features: dict[str, float | None]
    similarity: dict[str, float | None]
    closer_than: dict[str, float | None]
    band: str | None
    bands: dict[str, str | None]


class SearchAnswer(TypedDict):
    query: SearchedFor
    weights: dict[str, float]
    metric: str
    where: list[str]
    text: str
    n_candidates: int
    exact: bool
    nearest_band: str | None
    note: str
    bands: dict[str, BandFacts]
    hits: list[SearchHit]


class MotifFoundAt(TypedDict):
    id: str
    title: str | None
    name: str
    artist: str | None
    year: str | None
    width: int
    height: int
    labels: dict[str, str | None]
    source: str
    rights: str
    score: float
    probability: float
    found_at: list[float]
    mirrored: bool
    turn: float


class MotifAnswer(TypedDict):
    found: bool
    n_candidates: int
    threshold: float
    false_alarms: float
    nearest: float | None
    hits: list[MotifFoundAt]
