"""Duplicates and versions of works, with what people decide about them, and motifs that are repeated."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, StringConstraints

from artextract.app.api.access import acting
from artextract.app.api.collection_answers import Painting, painting_of
from artextract.app.api.fields import PaintingId
from artextract.app.api.guards import at_most, require_token
from artextract.app.api.job import JobAnswer
from artextract.app.api.motif_states import first_and, motifs_by_state
from artextract.app.api.works_kept import WorksKept
from artextract.app.api.workspace import ForbiddenError, Workspace
from artextract.review.works import LONGEST, WorkDecision, WorkStore
from artextract.search.asking.engine import SearchEngine
from artextract.search.works.duplicates import Duplicates, Member, Pair, with_verdicts

State = Literal["open", "decided", "different", "all"]
Box = tuple[float, float, float, float]
START = Query(False, description="begin to look where nothing was found yet")
OFFSET = Query(0, ge=0, le=2**31)
LIMIT = Query(12, ge=1, le=50)


class Decided(BaseModel):
    """What is in force of a pair: ``verdict`` is "same work", "version", "same motif" or "different"; ``time``
    is UTC."""

    id: str
    first: str
    second: str
    verdict: str
    reviewer: str
    time: str
    note: str
    undone_by: str | None

    @classmethod
    def of(cls, decision: WorkDecision) -> Decided:
        return cls(**vars(decision))


class WorkMember(BaseModel):
    """A picture of a group: ``kind`` says what it is to the picture ``to``, "reference" for the first. ``rectangle``
    is where a detail lies in that picture: left, top, right, bottom as fractions."""

    painting: Painting
    kind: str
    to: str | None
    confidence: float | None
    rectangle: Box | None
    decision: Decided | None


class DuplicatesPage(BaseModel):
    """``job`` says how far the looking is, null where it was not begun or is done; ``done``: whether it is. ``groups``
    are those of the page, the surest first, of ``total``; ``counts`` are of groups, by state."""

    done: bool
    job: JobAnswer | None
    compared: int
    counts: dict[str, int]
    total: int
    groups: list[list[WorkMember]]


class MotifMember(BaseModel):
    """A painting that shows a motif at ``found_at``: left, top, right, bottom as fractions. ``score``: of its best
    pair; ``to``: the painting that it is compared with, the first of the group, null for that."""

    painting: Painting
    found_at: Box
    score: float
    to: str | None
    decision: Decided | None


class RepeatedMotifsPage(BaseModel):
    """As ``DuplicatesPage``: groups of paintings that share a detail, the largest first."""

    done: bool
    job: JobAnswer | None
    counts: dict[str, int]
    total: int
    pairs: int
    groups: list[list[MotifMember]]


class WorkDecisionRequest(BaseModel):
    first: PaintingId
    second: PaintingId
    verdict: Literal["same work", "version", "same motif", "different"]
    reviewer: Annotated[str, StringConstraints(max_length=LONGEST["reviewer"])]
    note: Annotated[str, StringConstraints(max_length=LONGEST["note"])] = ""


class WorkUndoRequest(BaseModel):
    decision: Annotated[str, StringConstraints(max_length=LONGEST["id"])]
    reviewer: Annotated[str, StringConstraints(max_length=LONGEST["reviewer"])]


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["works"])
    store, kept, token = WorkStore(workspace.root), WorksKept(workspace), [Depends(require_token(workspace))]

    def may() -> bool:
        return workspace.access.has("works")

    @router.get("/api/works/duplicates", dependencies=[at_most(4)])
    def duplicates(
        start: bool = START, state: State = "open", offset: int = OFFSET, limit: int = LIMIT
    ) -> DuplicatesPage:
        """Pictures that show one work: copies, other photographs, details, versions. Looking for them takes minutes; it
        begins with ``start``, and is asked for again until it is done. ``state``: groups with a pair that nobody has
        decided on ("open"), groups all decided, pairs that are different, or all groups."""
        engine = workspace.engine()
        found = kept.duplicates(engine, start)
        if not isinstance(found, Duplicates):
            return DuplicatesPage(done=False, job=found, compared=0, counts={}, total=0, groups=[])
        current = store.current()
        found = with_verdicts(found, {pair: decision.verdict for pair, decision in current.items()})
        groups = _in_state(found, state)
        return DuplicatesPage(
            done=True,
            job=None,
            compared=found.compared,
            counts=_counts(found),
            total=len(groups),
            groups=[_members(engine, group, current if may() else {}) for group in groups[offset : offset + limit]],
        )

    @router.get("/api/works/motifs", dependencies=[at_most(4)])
    def motifs(
        start: bool = START, state: State = "all", offset: int = OFFSET, limit: int = LIMIT
    ) -> RepeatedMotifsPage:
        """Details that several paintings share. The collection must be prepared with ``artextract index COLLECTION
        --motifs``; else as GET /api/works/duplicates. Decisions are about a painting and the first of its group."""
        engine = workspace.engine()
        found = kept.motifs(engine, start)
        if not isinstance(found, dict):
            return RepeatedMotifsPage(done=False, job=found, counts={}, total=0, pairs=0, groups=[])
        current = store.current()
        by_state = motifs_by_state(found["groups"], current)
        groups = by_state[state]
        return RepeatedMotifsPage(
            done=True,
            job=None,
            counts={name: len(of_state) for name, of_state in by_state.items()},
            total=len(groups),
            pairs=found["pairs"],
            groups=[_motif(engine, group, current if may() else {}) for group in groups[offset : offset + limit]],
        )

    @router.get("/api/works/decisions")
    def decisions() -> list[Decided]:
        """All decisions about pairs, undone ones too, the latest first; for those who may decide."""
        if not may():
            raise ForbiddenError(
                "decisions about works are for those who may decide",
                "sign in, or start the server with: --allow works",
                code="works-not-allowed",
            )
        return [Decided.of(decision) for decision in store.decisions()]

    @router.post("/api/works/decisions", dependencies=token)
    def decide(asked: WorkDecisionRequest) -> Decided:
        """Decide whether two pictures show one work. It is added to the collection's ``works.sqlite``."""
        engine = workspace.engine()
        for name in (asked.first, asked.second):
            workspace.position(engine, name)
        return Decided.of(store.decide(asked.first, asked.second, asked.verdict, acting(asked.reviewer), asked.note))

    @router.post("/api/works/undo", dependencies=token)
    def undo(asked: WorkUndoRequest) -> Decided:
        """Undo a decision; it stays in the history."""
        return Decided.of(store.undo(asked.decision, acting(asked.reviewer)))

    return router


def _in_state(found: Duplicates, state: State) -> list[list[Member]]:
    if state == "different":
        return [_of_pair(pair) for pair in found.refused]
    if state == "all":
        return found.groups
    is_open = [any(member.decided is None for member in group[1:]) for group in found.groups]
    return [group for group, open_ in zip(found.groups, is_open, strict=True) if open_ == (state == "open")]


def _of_pair(pair: Pair) -> list[Member]:
    return [
        Member(pair.first, "reference", None, None, None, False),
        Member(pair.second, pair.kind, pair.first, pair.confidence, pair.rectangle, pair.known, pair.decided),
    ]


def _counts(found: Duplicates) -> dict[str, int]:
    return {name: len(_in_state(found, name)) for name in ("open", "decided", "different", "all")}


def _members(engine: SearchEngine, group: list[Member], current: dict[tuple[str, str], Any]) -> list[WorkMember]:
    members = []
    for member in group:
        painting = painting_of(engine, member.id)
        if painting is None:
            continue
        first, second = sorted((member.id, member.to or member.id))
        decision = current.get((first, second))
        members.append(
            WorkMember(
                painting=painting,
                kind=member.kind,
                to=member.to,
                confidence=member.confidence,
                rectangle=member.rectangle,
                decision=None if decision is None else Decided.of(decision),
            )
        )
    return members


def _motif(engine: SearchEngine, group: list[dict[str, Any]], current: dict[tuple[str, str], Any]) -> list[MotifMember]:
    members = []
    for member in group:
        painting = painting_of(engine, member["id"])
        if painting is None:
            continue
        pair = first_and(group, member)
        decision = None if pair is None else current.get(pair)
        members.append(
            MotifMember(
                painting=painting,
                found_at=member["found_at"],
                score=member["score"],
                to=None if pair is None else group[0]["id"],
                decision=None if decision is None else Decided.of(decision),
            )
        )
    return members
