"""Pictures of one work, and repeated motifs."""

from typing import TypedDict

from artextract.client.answers.collection import Painting
from artextract.client.answers.review import JobAnswer


class Decided(TypedDict):
    id: str
    first: str
    second: str
    verdict: str
    reviewer: str
    time: str
    note: str
    undone_by: str | None


class WorkMember(TypedDict):
    painting: Painting
    kind: str
    to: str | None
    confidence: float | None
    rectangle: list[float] | None
    decision: Decided | None


class DuplicatesPage(TypedDict):
    done: bool
    job: JobAnswer | None
    compared: int
    counts: dict[str, int]
    total: int
    groups: list[list[WorkMember]]


class MotifMember(TypedDict):
    painting: Painting
    found_at: list[float]
    score: float
    to: str | None
    decision: Decided | None


class RepeatedMotifsPage(TypedDict):
    done: bool
    job: JobAnswer | None
    counts: dict[str, int]
    total: int
    pairs: int
    groups: list[list[MotifMember]]
