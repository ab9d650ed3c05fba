"""The review of labels."""

from typing import Any, TypedDict

from artextract.client.answers.collection import Decision, Painting


class Fact(TypedDict):
    code: str
    values: dict[str, Any]
    text: str


class AttributeFacts(TypedDict):
    name: str
    paintings: int
    classes: int
    why_not: str
    facts: Fact | None


class JobAnswer(TypedDict):
    state: str
    caption: str
    done: int
    total: int
    message: str
    hint: str
    code: str


class QueueFacts(TypedDict):
    judged: int
    classes: int
    right: float
    wrong: list[float]
    expected: float | None
    of_rare_classes: int
    unlikely: int
    cut: int
    found: int
    not_judged: int
    unknown: int
    vectors: str
    backbone: str | None


class LabelFacts(TypedDict):
    label: str
    paintings: int


class Evidence(TypedDict):
    chance_wrong: float
    reasons: list[str]
    facts: list[Fact | None]
    label_probability: float
    suggested: str | None
    suggested_probability: float | None
    compared: str
    agreed: int
    like_label: list[Painting]
    like_suggested: list[Painting]


class Item(TypedDict):
    painting: Painting
    label: str | None
    evidence: Evidence | None
    decision: Decision | None
    opinions: list[Decision]
    disagreed: bool


class ReviewPage(TypedDict):
    attribute: str
    attributes: list[AttributeFacts]
    job: JobAnswer | None
    about: QueueFacts | None
    counts: dict[str, int]
    labels: list[LabelFacts]
    ids: list[str]
    items: list[Item]


class ReviewerCounts(TypedDict):
    reviewer: str
    accept: int
    correct: int
    skip: int
    undone: int
    last: str


class PairAgreement(TypedDict):
    reviewers: list[str]
    paintings: int
    same: float
    kappa: float | None


class Agreement(TypedDict):
    paintings: int
    agreed: int
    pairs: list[PairAgreement]


class Summary(TypedDict):
    attributes: dict[str, dict[str, int]]
    reviewers: list[ReviewerCounts]
    agreement: dict[str, Agreement]
