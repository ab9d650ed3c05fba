"""What the catalogue says of a painting, field by field, and what people corrected."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from artextract.app.api.review_answers import Decision
from artextract.app.api.workspace import Workspace
from artextract.catalogue import in_order, role_of
from artextract.review.fields import OF_THE_FILE, Kind, kinds
from artextract.review.store import ReviewStore


class Field(BaseModel):
    """``value`` is what was imported, null where there is nothing. ``role`` is what it is on a museum's label:
    "artist", "title", "date", "medium", "size", "inventory" or "credit". ``kind`` is null where it cannot be corrected;
    a "label" is one of the classes of the collection. ``decision`` is the one in force, ``opinions`` are the last ones
    of each person."""

    column: str
    value: Any
    role: str | None
    kind: Kind | None
    decision: Decision | None
    opinions: list[Decision]
    disagreed: bool


class Catalogue(BaseModel):
    """``label``: the fields that a museum's label has, in its order, and the classes of the collection; ``more``: all
    others."""

    id: str
    label: list[Field]
    more: list[Field]


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["painting"])
    store = ReviewStore(workspace.root)

    @router.get("/api/catalogue/{painting_id:path}")
    def catalogue(painting_id: str) -> Catalogue:
        """The fields of a painting as they were imported, each with the corrections that people made. To correct one:
        POST /api/review/decisions with its column as ``attribute``."""
        engine = workspace.engine()
        record = workspace.record(engine, painting_id)
        paintings = engine.paintings
        able, reviews = kinds(paintings), store.of_painting(painting_id) if workspace.access.has("review") else {}
        label: list[Field] = []
        more: list[Field] = []
        for column in in_order(record, paintings.labels):
            if column in OF_THE_FILE:
                continue
            role = "date" if column == "year" and not record.get("date") else role_of(column)
            review = reviews.get(column)
            field = Field(
                column=column,
                value=None if record[column] in (None, "", []) else record[column],
                role=role,
                kind=able.get(column),
                decision=Decision.of(review.decision) if review else None,
                opinions=[Decision.of(opinion) for opinion in review.opinions] if review else [],
                disagreed=bool(review and review.disagreed),
            )
            (label if role or column in paintings.labels else more).append(field)
        return Catalogue(id=painting_id, label=label, more=more)

    return router
