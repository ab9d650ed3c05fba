"""The review of labels: the queue of suspects, decisions, and the table that follows from them."""

from __future__ import annotations

import difflib
import re
from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from artextract.app.api.collection import Painting, brief
from artextract.app.api.guards import at_most, require_token
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.errors import InputError
from artextract.labels import canonical_key, display_name
from artextract.model.predictor import Predictor
from artextract.progress import Progress
from artextract.review.corrected import correct, corrected_csv, decisions_csv, summary
from artextract.review.queue import Attribute, Suspect, Suspects, attributes, kept_suspects, made_of
from artextract.review.store import LONGEST, Review, ReviewStore
from artextract.review.store import Decision as Decided
from artextract.search.asking.engine import SearchEngine
from artextract.table import read_paintings

State = Literal["open", "decided", "skipped", "disagreed", "all"]
Order = Literal["suspicion", "label", "suggested"]
CSV = {200: {"content": {"text/csv": {}}, "description": "the table"}}


class NewLabelError(InputError):
    status = 409


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


class Evidence(BaseModel):
    """Why a painting is in the queue. ``reasons`` are sentences; ``suggested`` is null where it lies far from its class
    but no other is more probable, ``compared`` is the class that it is set beside. ``agreed`` of four measures place it
    among the most suspicious tenth. The paintings are the nearest typical ones of the two classes."""

    reasons: list[str]
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
    """``why_not`` says why the attribute cannot be reviewed; "" where it can."""

    name: str
    paintings: int
    classes: int
    why_not: str


class QueueFacts(BaseModel):
    """What the suspects were found by: ``judged`` paintings of ``classes`` classes, the part ``right`` whose label the
    model confirmed, how many suspects were ``found`` in all."""

    judged: int
    classes: int
    right: float
    found: int
    not_judged: int
    unknown: int
    vectors: str


class LabelFacts(BaseModel):
    label: str
    paintings: int


class ReviewPage(BaseModel):
    """``job`` tells how far the search for suspects has come; the rest is empty until it is done. ``ids`` are all
    paintings of this ``state`` in order, ``items`` those of the page; ``counts`` are by state; ``labels`` are the
    classes to choose from."""

    attribute: str
    attributes: list[AttributeFacts]
    job: dict[str, Any] | None
    about: QueueFacts | None
    counts: dict[str, int]
    labels: list[LabelFacts]
    ids: list[str]
    items: list[Item]


Text = Annotated[str, StringConstraints(max_length=1000)]


class DecisionRequest(BaseModel):
    """``label``: for "correct", by any spelling of a class, or null to take the label away; one that no painting
    carries must be confirmed by ``new``. ``id``: chosen by the sender, so that a decision which is sent again is not
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


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["review"])
    store = ReviewStore(workspace.root)
    known: dict[str, tuple[str, Suspects]] = {}
    lock = Lock()
    latest: tuple[SearchEngine | None, list[Attribute], dict[str, str]] = None, [], {}

    def model() -> Predictor:
        if workspace.predictor is None:
            raise InputError(
                "there is no model to review labels with",
                "start the server with --model MODEL, or index the collection with the feature style",
            )
        return workspace.predictor

    def of_engine(engine: SearchEngine) -> tuple[SearchEngine | None, list[Attribute], dict[str, str]]:
        """What is worked out once per engine: its attributes, and what the suspects of each are made of."""
        nonlocal latest
        if latest[0] is not engine:
            latest = engine, attributes(engine.paintings, model()), {}
        return latest

    def described(engine: SearchEngine, attribute: str) -> str:
        by_attribute = of_engine(engine)[2]
        if attribute not in by_attribute:
            by_attribute[attribute] = made_of(engine, model(), attribute)
        return by_attribute[attribute]

    def suspects_of(engine: SearchEngine, attribute: str) -> Suspects | None:
        """Where they are known: in memory, or kept by an earlier run."""
        made = described(engine, attribute)
        with lock:
            if attribute not in known or known[attribute][0] != made:
                kept = kept_suspects(engine, model(), attribute)
                if kept is None:
                    return None
                known[attribute] = made, kept
            return known[attribute][1]

    def ask(engine: SearchEngine, attribute: str) -> tuple[Suspects | None, dict[str, Any] | None]:
        found = suspects_of(engine, attribute)
        if found is not None:
            return found, None
        made, predictor = described(engine, attribute), model()

        def work(progress: Progress) -> Suspects:
            from artextract.review.suspects import find_suspects

            return find_suspects(engine, predictor, attribute, progress)

        key = ("suspects", made)
        job = workspace.jobs.ask(key, work)
        if job.state == "done":
            with lock:
                known[attribute] = made, job.result
            return job.result, None
        if job.state == "failed":
            workspace.jobs.forget(key)
        return None, job.as_dict()

    def label_column(engine: SearchEngine, attribute: str) -> str:
        if attribute not in engine.paintings.labels:
            raise NotFoundError(
                f"the collection has no label '{attribute}'", f"choose one of {', '.join(engine.paintings.labels)}"
            )
        return attribute

    def labels_of(engine: SearchEngine, attribute: str) -> list[LabelFacts]:
        counts = {
            str(label): int(count) for label, count in engine.paintings.frame[attribute].dropna().value_counts().items()
        }
        there = {canonical_key(label) for label in counts}
        chosen = [
            decision.new_label
            for decision in store.current(attribute)
            if decision.action == "correct" and decision.new_label
        ]
        classes = [] if workspace.predictor is None else workspace.predictor.model.labels.classes.get(attribute, [])
        for label in [*classes, *chosen]:
            if canonical_key(label) not in there:
                there.add(canonical_key(label))
                counts[label] = 0
        return [
            LabelFacts(label=label, paintings=count)
            for label, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ]

    def resolved(engine: SearchEngine, attribute: str, text: str, new: bool) -> str:
        """The class of this name in the spelling that it has here; raises ``NewLabelError`` for one that is not known,
        unless it is confirmed."""
        key = canonical_key(text)
        if key is None:
            raise InputError(f"'{text}' is no label", "send null to take the label away")
        there = {canonical_key(facts.label): facts.label for facts in labels_of(engine, attribute)}
        if key in there:
            return there[key]
        if not new:
            near = [there[close] for close in difflib.get_close_matches(key, there, 3, 0.6)]
            meant = f"did you mean {', '.join(near)}? " if near else ""
            raise NewLabelError(
                f"no painting has the {attribute} '{text.strip()}'",
                f"{meant}To use it all the same, confirm that it is new",
            )
        return display_name(text)

    def painting(engine: SearchEngine, painting_id: str) -> Painting | None:
        position = engine.index.position(painting_id)
        return (
            None if position is None else Painting(**brief(engine.paintings.record(position), engine.paintings.labels))
        )

    def item(
        engine: SearchEngine, attribute: str, painting_id: str, suspect: Suspect | None, review: Review | None
    ) -> Item | None:
        shown = painting(engine, painting_id)
        if shown is None:
            return None
        evidence = None
        if suspect is not None:
            near = [
                [there for there in (painting(engine, i) for i in ids) if there is not None]
                for ids in (suspect.like_label, suspect.like_suggested)
            ]
            evidence = Evidence(
                reasons=suspect.reasons(),
                label_probability=suspect.label_probability,
                suggested=suspect.suggested,
                suggested_probability=suspect.suggested_probability,
                compared=suspect.next_best,
                agreed=suspect.agreed,
                like_label=near[0],
                like_suggested=near[1],
            )
        return Item(
            painting=shown,
            label=shown.labels[attribute],
            evidence=evidence,
            decision=plain(review.decision) if review else None,
            opinions=[plain(opinion) for opinion in review.opinions] if review else [],
            disagreed=bool(review and review.disagreed),
        )

    @router.get("/api/review", dependencies=[at_most(4)])
    def queue(
        attribute: str = "",
        state: State = "open",
        order: Order = "suspicion",
        reviewer: str = "",
        id: list[str] = Query([], max_length=50),
        offset: int = Query(0, ge=0, le=2**31),
        limit: int = Query(12, ge=0, le=50),
    ) -> ReviewPage:
        """The paintings that do not fit their label, with the reasons and what was decided. The first call begins to
        look for them, which may take a minute; ``job`` tells how far it is. ``attribute``: the first that can be
        reviewed by default. With ``reviewer`` "open" is what this person has not decided, whatever others did. ``id``:
        these paintings instead of a page, whatever their state."""
        engine = workspace.engine()
        facts = of_engine(engine)[1]
        able = [each.name for each in facts if not each.why_not]
        if not attribute:
            if not able:
                raise InputError(
                    "no label of this collection can be reviewed",
                    "; ".join(each.why_not for each in facts) or "the model knows none of its label columns",
                )
            attribute = able[0]
        told = [AttributeFacts(**vars(each)) for each in facts]
        refused = next(
            (each.why_not for each in facts if each.name == label_column(engine, attribute)),
            f"the model does not know {attribute}",
        )
        if refused:
            raise InputError(
                f"{attribute} cannot be reviewed: {refused}",
                f"review {' or '.join(able)}" if able else "label more paintings, or train a model on this collection",
            )
        found, job = ask(engine, attribute)
        if found is None:
            return ReviewPage(
                attribute=attribute, attributes=told, job=job, about=None, counts={}, labels=[], ids=[], items=[]
            )
        reviews = {key[0]: review for key, review in store.reviews(attribute).items()}
        by_id = {suspect.id: suspect for suspect in found.suspects}
        decided_besides = sorted(i for i in reviews if i not in by_id and engine.index.position(i) is not None)
        ids = [*_ordered(found.suspects, order), *decided_besides]
        sides: dict[str, list[str]] = {name: [] for name in ("open", "decided", "skipped", "disagreed", "all")}
        for painting_id in ids:
            for name in _states(reviews.get(painting_id), reviewer):
                sides[name].append(painting_id)
        wanted = id or sides[state][offset:][:limit]
        items = [item(engine, attribute, i, by_id.get(i), reviews.get(i)) for i in wanted]
        return ReviewPage(
            attribute=attribute,
            attributes=told,
            job=None,
            about=QueueFacts(**{name: value for name, value in found.about().items() if name != "attribute"}),
            counts={name: len(there) for name, there in sides.items()},
            labels=labels_of(engine, attribute),
            ids=sides[state],
            items=[i for i in items if i is not None],
        )

    @router.post("/api/review/decisions", dependencies=[Depends(require_token(workspace))])
    def decide(asked: DecisionRequest) -> Decision:
        """Decide on one label of one painting. The collection itself is not changed; the decision is added to its
        ``review.sqlite``. A label that no painting carries yet is refused with 409 until it comes with ``new``."""
        engine = workspace.engine()
        position = workspace.position(engine, asked.painting)
        attribute = label_column(engine, asked.attribute)
        if asked.action == "correct" and "label" not in asked.model_fields_set:
            raise InputError("the correction names no label", "send the right one as label, or null to take it away")
        label = (
            resolved(engine, attribute, asked.label, asked.new)
            if asked.action == "correct" and asked.label is not None
            else None
        )
        found = suspects_of(engine, attribute) if workspace.predictor is not None else None
        suspect = next((each for each in found.suspects if each.id == asked.painting), None) if found else None
        made = store.decide(
            asked.painting,
            attribute,
            asked.action,
            asked.reviewer,
            old_label=engine.paintings.column(attribute)[position],
            new_label=label,
            suggested=suspect.suggested if suspect else None,
            note=asked.note,
            id=asked.id,
        )
        return plain(made)

    @router.post("/api/review/undo", dependencies=[Depends(require_token(workspace))])
    def undo(asked: UndoRequest) -> Decision:
        """Undo a decision. It stays in the history, with who undid it and when; what was decided before it holds
        again."""
        return plain(store.undo(asked.decision, asked.reviewer))

    @router.get("/api/review/history")
    def history(
        attribute: str | None = None,
        painting: str | None = None,
        reviewer: str | None = None,
        limit: int = Query(50, ge=1, le=1000),
    ) -> list[Decision]:
        """What was decided, undone decisions too, the latest first."""
        return [plain(decision) for decision in store.decisions(attribute, painting, reviewer, limit)]

    @router.get("/api/review/summary")
    def totals() -> Summary:
        """Counts per attribute and per reviewer, and how far reviewers agree."""
        return Summary(**summary(store.reviews(), store.decisions()))

    @router.get("/api/review/corrected", responses=CSV, response_class=Response, dependencies=[at_most(2)])
    def corrected_table() -> Response:
        """The whole table as CSV with the corrections in force; the column "corrected" says what was changed. To train
        on it: artextract review COLLECTION --corrected OUT."""
        return _download(
            corrected_csv(correct(read_paintings(workspace.root), store.current())), f"{workspace.name}-corrected"
        )

    @router.get("/api/review/decisions", responses=CSV, response_class=Response)
    def all_decisions() -> Response:
        """Every decision as CSV, undone ones too, the latest first."""
        return _download(decisions_csv(store.decisions()), f"{workspace.name}-decisions")

    return router


def plain(decision: Decided) -> Decision:
    return Decision(**{name: getattr(decision, name) for name in Decision.model_fields})


def _states(review: Review | None, reviewer: str) -> list[str]:
    """The states of the queue that a label is in; for a reviewer "open" is what this person has no decision on."""
    mine = review and any(
        opinion.reviewer.casefold() == " ".join(reviewer.split()).casefold() for opinion in review.opinions
    )
    states = ["all"]
    if review is None or (reviewer and not mine):
        states.append("open")
    if review is not None:
        states.append("skipped" if review.decision.action == "skip" else "decided")
        if review.disagreed:
            states.append("disagreed")
    return states


def _ordered(suspects: list[Suspect], order: Order) -> list[str]:
    if order == "label":
        suspects = sorted(suspects, key=lambda suspect: suspect.label)
    elif order == "suggested":
        suspects = sorted(suspects, key=lambda suspect: (suspect.suggested is None, suspect.suggested or ""))
    return [suspect.id for suspect in suspects]


def _download(text: str, name: str) -> Response:
    safe = re.sub(r"[^\w. -]+", "-", name, flags=re.ASCII)
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{safe}.csv"'},
    )
