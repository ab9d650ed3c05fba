"""What the calls about the review of labels take and give."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from artextract.app.api.collection_answers import Painting
from artextract.app.api.facts import Fact
from artextract.app.api.job import JobAnswer
from artextract.review.store import LONGEST
from artextract.review.store import Decision as Decided

State = Literal["open", "decided", "skipped", "disagreed", "all"]
Order = Literal["suspicion", "label", "suggested"]


class Decision(BaseModel):
    """``action`` is "accept" (the label is right), "correct" (``new_label`` is; null takes the label away) or "skip";
    ``time`` is UTC. ``undone_by`` is null while it holds."""

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

    @classmethod
    def of(cls, decision: Decided) -> Decision:
        return cls(**{name: getattr(decision, name) for name in cls.model_fields})


class Evidence(BaseModel):
    """Why a painting is in the queue. ``chance_wrong``: that its label is wrong, 0..1. ``reasons`` are sentences, and
    ``facts`` what each is made of;
    ``suggested`` is null where no other class is more probable, ``compared`` is the class that it is set beside.
    ``agreed`` of four measures place it among the most suspicious tenth. The paintings are the nearest typical ones of
    the two classes."""

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


class Item(BaseModel):
    """A painting of the queue. ``decision`` is the one in force; ``opinions`` are the last ones of each reviewer.
    ``evidence`` is null for one that was decided without being a suspect."""

    painting: Painting
    label: str | None
    evidence: Evidence | None
    decision: Decision | None
    opinions: list[Decision]
    disagreed: bool


class AttributeFacts(BaseModel):
    """``why_not`` says why the attribute cannot be reviewed, ``facts`` what that is made of; "" and null where it
    can."""

    name: str
    paintings: int
    classes: int
    why_not: str
    facts: Fact | None


class QueueFacts(BaseModel):
    """What the suspects were found by: ``judged`` paintings of ``classes`` classes, the part ``right`` whose label the
    model confirmed, the part ``wrong`` of labels that is expected to be wrong with the ends of a 90 % interval, how
    many suspects were ``found`` in all. ``expected``: the share of those to review whose label is expected to be
    wrong, null where there are none; ``of_rare_classes``: suspects of classes of fewer than ten, left out until asked
    for; ``unlikely``: those that the model takes for another class, but are probably right, likewise; ``cut``: how many
    of the least suspicious the list leaves out. ``backbone``: the network whose vectors they were judged by, null for
    those of the index."""

    judged: int
    classes: int
    right: float
    wrong: tuple[float, float, float]
    expected: float | None
    of_rare_classes: int
    unlikely: int
    cut: int
    found: int
    not_judged: int
    unknown: int
    vectors: str
    backbone: str | None


class LabelFacts(BaseModel):
    label: str
    paintings: int


class ReviewPage(BaseModel):
    """``job`` says how far the search for suspects has come; the rest is empty until it is done. ``ids`` are all
    paintings of this ``state`` in order, ``items`` those of the page; ``counts`` are by state; ``labels`` are the
    classes to choose from."""

    attribute: str
    attributes: list[AttributeFacts]
    job: JobAnswer | None
    about: QueueFacts | None
    counts: dict[str, int]
    labels: list[LabelFacts]
    ids: list[str]
    items: list[Item]


Text = Annotated[str, StringConstraints(max_length=1000)]


class DecisionRequest(BaseModel):
    """``attribute`` is a label or another field of the table. ``label``: for "correct", by any spelling of a class, or
    null to take the label away; one that no painting carries must be confirmed by ``new``. What is no label is written
    as it shall stand. ``id``: chosen by the sender, so that a decision which is sent again is not
    made twice."""

    painting: Text
    attribute: Text
    action: Literal["accept", "correct", "skip"]
    reviewer: Annotated[str, StringConstraints(max_length=LONGEST["reviewer"])]
    label: Text | None = None
    new: bool = False
    note: Annotated[str, StringConstraints(max_length=LONGEST["note"])] = ""
    id: Annotated[str, StringConstraints(max_length=LONGEST["id"], pattern=r"^[0-9A-Za-z-]+$")] | None = None


class UndoRequest(BaseModel):
    decision: Annotated[str, StringConstraints(max_length=LONGEST["id"])]
    reviewer: Annotated[str, StringConstraints(max_length=LONGEST["reviewer"])]


class ReviewerCounts(BaseModel):
    reviewer: str
    accept: int
    correct: int
    skip: int
    undone: int
    last: str


class PairAgreement(BaseModel):
    """``same``: part of the ``paintings`` that both judged where they agree; ``kappa``: Cohen's, null where it is not
    defined."""

    reviewers: list[str]
    paintings: int
    same: float
    kappa: float | None


class Agreement(BaseModel):
    paintings: int
    agreed: int
    pairs: list[PairAgreement]


class Summary(BaseModel):
    """``attributes``: decisions in force by action, and how many labels reviewers do not agree on."""

    attributes: dict[str, dict[str, int]]
    reviewers: list[ReviewerCounts]
    agreement: dict[str, Agreement]
