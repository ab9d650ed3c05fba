"""Finding a detail inside other paintings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from artextract.app.api.collection_answers import display_of
from artextract.app.api.fields import Filter, PaintingId, Words
from artextract.app.api.guards import at_most
from artextract.app.api.search import FoundPainting
from artextract.app.api.workspace import Workspace
from artextract.errors import InputError
from artextract.images import open_image
from artextract.search.asking.motif_search import find_motif

AT_ONCE = 2
MAX_HITS = 100


class MotifRequest(BaseModel):
    """A detail: ``region`` (left, top, right, bottom as fractions) of the painting ``id`` or of an ``upload``, without
    it all. ``where`` and ``text`` filter, as in GET /api/paintings."""

    id: PaintingId | None = None
    upload: PaintingId | None = None
    region: tuple[float, float, float, float] | None = None
    where: list[Filter] = Field([], max_length=100)
    text: Words = ""
    k: int = Field(24, ge=1, le=MAX_HITS)


class MotifFoundAt(FoundPainting):
    """``score``: how many deviations the place is more like the detail than the best places of random paintings
    are; ``probability`` of being right. ``found_at``: left, top, right, bottom as fractions of the picture, whose
    ``width`` and ``height`` are pixels. ``turn``: degrees, clockwise positive."""

    score: float
    probability: float
    found_at: tuple[float, float, float, float]
    mirrored: bool
    turn: float


class MotifAnswer(BaseModel):
    """``hits``, best first, have at least the score ``threshold``; none where the detail was not ``found``.
    ``false_alarms``: about this part of searches for what is nowhere finds something. ``nearest``: the best score
    below the threshold. ``n_candidates``: the paintings that could have been found."""

    found: bool
    n_candidates: int
    threshold: float
    false_alarms: float
    nearest: float | None
    hits: list[MotifFoundAt]


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["search"])

    @router.post("/api/motifs", dependencies=[at_most(AT_ONCE)])
    def motifs(asked: MotifRequest) -> MotifAnswer:
        """The paintings in which a detail is found again, and where in them. The collection must be prepared with
        ``artextract index COLLECTION --motifs``."""
        engine = workspace.engine()
        if (asked.id is None) == (asked.upload is None):
            raise InputError(
                "name either a painting or an upload",
                'send {"id": ..., "region": [...]} or {"upload": ..., "region": [...]}',
                code="painting-or-upload",
            )
        options: dict[str, Any] = {"k": asked.k, "where": asked.where, "containing": asked.text}
        if asked.id is not None:
            workspace.position(engine, asked.id)
            result = find_motif(engine, asked.id, asked.region, **options)
        else:
            upload = workspace.upload(str(asked.upload), engine)
            picture = open_image(upload.picture)
            result = find_motif(engine, picture, asked.region, copies=upload.query.sha256, **options)
        displays = display_of(engine, [workspace.position(engine, hit.id) for hit in result.hits])
        return MotifAnswer(
            found=result.found,
            n_candidates=result.n_candidates,
            threshold=result.threshold,
            false_alarms=result.false_alarms,
            nearest=result.nearest,
            hits=[
                MotifFoundAt(**{name: value for name, value in vars(hit).items() if name != "path"}, **display)
                for hit, display in zip(result.hits, displays, strict=True)
            ],
        )

    return router
