"""The review of labels: the queue of suspects, decisions, and the table that follows from them."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from artextract.app.api.access import acting
from artextract.app.api.fields import Name, PaintingId
from artextract.app.api.guards import at_most, require_token
from artextract.app.api.review_answers import (
    Decision,
    DecisionRequest,
    LabelFacts,
    Order,
    ReviewPage,
    State,
    Summary,
    UndoRequest,
)
from artextract.app.api.review_desk import ReviewDesk
from artextract.app.api.workspace import Workspace
from artextract.review.corrected import correct, corrected_csv, decisions_csv, summary
from artextract.table import read_paintings

CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "the table"}}


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["review"])
    desk = ReviewDesk(workspace)

    @router.get("/api/review", dependencies=[at_most(4)])
    def queue(
        attribute: Name = "",
        state: State = "open",
        order: Order = "suspicion",
        reviewer: Name = "",
        id: list[PaintingId] = Query([], max_length=50),
        offset: int = Query(0, ge=0, le=2**31),
        limit: int = Query(12, ge=0, le=50),
        rare: bool = False,
        unlikely: bool = False,
    ) -> ReviewPage:
        """The paintings whose label is probably wrong, the most probable first, with the reasons and what was decided.
        The first call begins to look for them, which may take a minute; ``job`` says how far it is. ``attribute``: the
        first that can be reviewed by default. With ``reviewer`` "open" is what this person has not decided, whatever
        others did. ``rare``: also classes of fewer than ten judged paintings; ``unlikely``: also
        labels that the model doubts but that are probably right. ``id``: these paintings instead of a
        page, whatever their state."""
        return desk.page(attribute, state, order, reviewer, id, slice(offset, offset + limit), rare, unlikely)

    @router.get("/api/review/labels")
    def labels(attribute: Name) -> list[LabelFacts]:
        """What a label or another field of a painting can be corrected to, the most frequent first: all classes of a
        label; of any other field what several paintings have."""
        return desk.values(attribute)

    @router.post("/api/review/decisions", dependencies=[Depends(require_token(workspace))])
    def decide(asked: DecisionRequest) -> Decision:
        """Decide on one label of one painting, or on any other field that /api/catalogue tells a ``kind`` of. The
        collection itself is not changed; the decision is added to its ``review.sqlite``. A label that no painting
        carries yet is refused with 409 until it comes with ``new``."""
        return desk.decide(asked)

    @router.post("/api/review/undo", dependencies=[Depends(require_token(workspace))])
    def undo(asked: UndoRequest) -> Decision:
        """Undo a decision. It stays in the history, with who undid it and when; what was decided before it holds
        again."""
        return Decision.of(desk.store.undo(asked.decision, acting(asked.reviewer)))

    @router.get("/api/review/history")
    def history(
        attribute: Name | None = None,
        painting: PaintingId | None = None,
        reviewer: Name | None = None,
        limit: int = Query(50, ge=1, le=1000),
    ) -> list[Decision]:
        """What was decided, undone decisions too, the latest first."""
        return [Decision.of(decision) for decision in desk.store.decisions(attribute, painting, reviewer, limit)]

    @router.get("/api/review/summary")
    def totals() -> Summary:
        """Counts per attribute and per reviewer, and how far reviewers agree."""
        return Summary(**summary(desk.store.reviews(), desk.store.decisions()))

    @router.get("/api/review/corrected", responses=CSV, response_class=Response, dependencies=[at_most(2)])
    def corrected_table() -> Response:
        """The whole table as CSV with the corrections in force; the column "corrected" says what was changed. To train
        on it: artextract review COLLECTION --corrected OUT."""
        return _download(
            corrected_csv(correct(read_paintings(workspace.root), desk.store.current())), f"{workspace.name}-corrected"
        )

    @router.get("/api/review/decisions", responses=CSV, response_class=Response)
    def all_decisions() -> Response:
        """Every decision as CSV, undone ones too, the latest first."""
        return _download(decisions_csv(desk.store.decisions()), f"{workspace.name}-decisions")

    return router


def _download(text: str, name: str) -> Response:
    safe = re.sub(r"[^\w. -]+", "-", name, flags=re.ASCII)
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{safe}.csv"'},
    )
