"""Search: pictures that visitors give, and what is most like paintings, pictures, parts of them, colours or words."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.collection_answers import Colour, display_of
from artextract.app.api.fields import Filter, Name, PaintingId, Weights, Words
from artextract.app.api.gallery import colours
from artextract.app.api.guards import Slots, at_most, require_token
from artextract.app.api.images import JPEG, smaller
from artextract.app.api.spool import Spool
from artextract.app.api.workspace import TooLargeError, Upload, Workspace
from artextract.app.uploads import Given, read_upload
from artextract.errors import ArtExtractError, InputError
from artextract.images import Transform, content_hash, open_image, perceptual_hash
from artextract.kept import Kept
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.query import Query, checked_region
from artextract.search.asking.result import WORDS, Hit

AT_ONCE = max(2, os.cpu_count() or 2)
"""Searches that are worked on at once: more of them than cores only take time from each other."""
MAX_HITS = 500
MAX_EXAMPLES = 40
MAX_COLOURS = 12
REGIONS_KEPT = 128
UPLOADED = "upload:"


class UploadFacts(BaseModel):
    """``width`` and ``height`` are pixels of the upright picture that was given; ``notes`` say what was mended or left
    out to show it."""

    upload: str
    width: int
    height: int
    colours: list[Colour]
    notes: list[str]


class UploadLimits(BaseModel):
    """The largest file, and the largest picture, that are taken."""

    bytes: int
    megapixels: float


class SearchRequest(BaseModel):
    """What to be like, in any mix: ``plus`` and ``minus`` are ids of paintings or "upload:TOKEN"; ``id`` and ``upload``
    are short for the first of ``plus``. ``region`` (left, top, right, bottom as fractions) takes a part of that first
    one. ``colours`` are pairs of "#rrggbb" and share; beside pictures they stand in place of the pictures' own palette.
    ``words`` are looked for in the table's texts and, where "semantic" is indexed, in the pictures. ``weights`` per
    feature, and for "words"; they are scaled to sum 1. ``where`` and ``text`` filter, as in GET /api/paintings."""

    id: PaintingId | None = None
    upload: PaintingId | None = None
    plus: list[PaintingId] = Field([], max_length=MAX_EXAMPLES)
    minus: list[PaintingId] = Field([], max_length=MAX_EXAMPLES)
    region: tuple[float, float, float, float] | None = None
    colours: list[tuple[Name, float]] = Field([], max_length=MAX_COLOURS)
    words: Words = ""
    weights: Weights | None = None
    where: list[Filter] = Field([], max_length=100)
    text: Words = ""
    k: int = Field(24, ge=1, le=MAX_HITS)
    metric: Literal["cosine", "csls", "csls-half"] | None = None


class SearchedFor(BaseModel):
    """What was searched for. ``plus`` and ``minus`` as they were sent, ``id`` the one painting where it is one;
    ``dropped``: words that occur nowhere in the table, each with those spelled like it;
    ``missing``: why features of the index say nothing of this query."""

    id: str | None
    plus: list[str]
    minus: list[str]
    region: tuple[float, float, float, float] | None
    colours: list[tuple[str, float]]
    words: str
    dropped: dict[str, list[str]]
    missing: dict[str, str]
    title: str | None
    labels: dict[str, str | None] | None


class FoundPainting(BaseModel):
    """What every answer says of a painting that was found."""

    id: str
    title: str | None
    name: str
    artist: str | None = None
    year: str | None = None
    width: int
    height: int
    labels: dict[str, str | None]
    source: str
    rights: str


class SearchHit(FoundPainting):
    """``features``: what each contributed, which sums to ``score``; ``similarity``: raw values; ``closer_than``: the
    part of the collection that is less like the query, by each feature and as "all" by the score. Null where the
    painting or the query lacks the feature. ``band``: how near it is, "same work", "very close", "close", "related" or
    "weak", and ``bands`` by each feature that counts; null where that is not known. ``width`` and ``height`` are
    pixels."""

    score: float
    features: dict[str, float | None]
    similarity: dict[str, float | None]
    closer_than: dict[str, float | None]
    band: str | None
    bands: dict[str, str | None]


class BandFacts(BaseModel):
    """Scores above ``above`` are in the band or in a nearer one; ``by_chance``: so many of the paintings that could
    have been found would be by chance alone. ``random``, ``same_style`` and ``same_artist``: the parts 0..1 of pairs of
    different works that are; null where too few such pairs are known. ``own``: the collection's own pairs say where it
    begins."""

    above: float
    by_chance: float
    random: float
    same_style: float | None
    same_artist: float | None
    own: bool


class SearchAnswer(BaseModel):
    """``hits`` best first, of ``n_candidates`` paintings that could have been found; ``weights`` as they were used;
    ``exact`` is false where an approximate index chose the candidates. ``nearest_band`` is the band of the first hit,
    ``note`` says so where nothing is close, ``bands`` tells what each band means here."""

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


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["search"])
    searcher, describing, spool = Searcher(workspace), Slots(2), Spool()

    def read_by(given: Given) -> dict[Transform, np.ndarray]:
        """What the model in place reads of it; nothing where it cannot be used, of which its answers tell."""
        try:
            transform = workspace.reader().transform
        except ArtExtractError:
            return {}
        return {transform: transform.read(given.source)}

    def keep(data: bytes) -> UploadFacts:
        given = read_upload(data, workspace.limits.upload_pixels)
        engine = workspace.engine()
        query = replace(engine.query(given.source), sha256=(content_hash(data),))
        picture = smaller(given.image, 1600)
        facts: dict[str, Any] = {"width": given.width, "height": given.height, "notes": list(given.notes)}
        facts["colours"] = [colour.model_dump() for colour in colours(given.image)]
        upload = Upload(query, engine.index.generation, picture, facts, perceptual_hash(given.image), read_by(given))
        token = workspace.keep(upload)
        return UploadFacts(upload=token, **facts)

    @router.post(
        "/api/uploads",
        dependencies=[Depends(require_token(workspace))],
        openapi_extra={
            "requestBody": {
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
                "required": True,
            }
        },
    )
    async def upload(request: Request) -> UploadFacts:
        """Describe an image file, the body of the request, to search with; what is kept of it, in memory only, is its
        description and a small copy."""
        most = workspace.limits.upload_bytes
        too_large = TooLargeError(
            f"the file is larger than {most >> 20} MB", "send a smaller version of the picture", code="file-too-large"
        )
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > most:
            raise too_large
        with spool.place() as upload:
            await upload.fill(request.stream(), most, too_large)
            async with describing.slot():
                return await run_in_threadpool(lambda: keep(upload.read()))

    @router.get("/api/uploads")
    def upload_limits() -> UploadLimits:
        """What may be uploaded."""
        return UploadLimits(bytes=workspace.limits.upload_bytes, megapixels=workspace.limits.upload_pixels / 1e6)

    @router.get("/api/uploads/{token}")
    def known_upload(token: str) -> UploadFacts:
        """What POST gave for it; 404 where it has been forgotten."""
        return UploadFacts(upload=token, **workspace.upload(token).facts)

    @router.get("/api/uploads/{token}/image", responses=JPEG, response_class=Response)
    def uploaded_picture(token: str) -> Response:
        """The uploaded picture as JPEG of at most 1600 pixels, made anew from what was uploaded."""
        return Response(
            workspace.upload(token).picture, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"}
        )

    @router.post("/api/search", dependencies=[at_most(AT_ONCE)])
    def search(asked: SearchRequest) -> SearchAnswer:
        """The paintings most like what is asked for, best first."""
        return searcher.answer(asked)

    return router


class Searcher:
    """Answers searches; for several threads. Descriptions of regions are remembered, so that only the first search by
    one runs the networks."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._regions: Kept[tuple, Query] = Kept(REGIONS_KEPT)

    def answer(self, asked: SearchRequest, engine: SearchEngine | None = None) -> SearchAnswer:
        """By the engine in place, or another. Raises ``InputError`` for what cannot be searched for, ``NotFoundError``
        for ids and uploads that are not there."""
        if asked.id is not None and asked.upload is not None:
            raise InputError(
                "name either a painting or an upload, not both",
                'send {"id": ...} or {"upload": ...}; further examples go into "plus"',
                code="painting-or-upload",
            )
        engine = engine or self._workspace.engine()
        first = asked.id if asked.upload is None else UPLOADED + asked.upload
        plus = list(dict.fromkeys([*([] if first is None else [first]), *asked.plus]))
        query = self._query(engine, asked, plus)
        weights = asked.weights
        words = asked.words.strip()
        if words and weights is not None and WORDS not in weights:
            weights = {**weights, WORDS: sum(weights.values()) or 1.0}
        result = engine.search(query, asked.k, weights, asked.where, words or None, asked.metric, containing=asked.text)
        found = result.query
        known = plus[0] if len(plus) == 1 and not asked.minus and engine.index.position(plus[0]) is not None else None
        searched = SearchedFor(
            id=known,
            plus=plus,
            minus=list(asked.minus),
            region=asked.region,
            colours=[] if query is None else list(query.colours),
            words=words,
            dropped=found["dropped"],
            missing=found["missing"],
            title=found["title"] if known else None,
            labels=found["labels"] if known else None,
        )
        return SearchAnswer(
            query=searched,
            weights=result.weights,
            metric=result.metric,
            where=result.where,
            text=asked.text,
            n_candidates=result.n_candidates,
            exact=result.exact,
            nearest_band=result.nearest_band,
            note=result.note,
            bands={name: BandFacts(**facts) for name, facts in result.bands.items()},
            hits=_hits(self._workspace, engine, result.hits),
        )

    def _query(self, engine: SearchEngine, asked: SearchRequest, plus: list[str]) -> Query | None:
        """What pictures and colours ask for, None where there are only words."""
        if not (plus or asked.colours or asked.words.strip()):
            raise InputError(
                "there is nothing to search for",
                'send a painting ("id"), a picture ("upload"), "plus", "colours" or "words"',
                code="nothing-to-search-for",
            )
        if asked.minus and not plus:
            raise InputError(
                "nothing is wanted, only what is not", "give at least one painting to be like", code="nothing-wanted"
            )
        if asked.region is not None and not plus:
            raise InputError(
                "a region needs a picture that it is part of",
                "give a painting or an upload",
                code="region-without-picture",
            )
        both = set(plus) & set(asked.minus)
        if both:
            raise InputError(
                f"'{sorted(both)[0]}' is both wanted and unwanted",
                "take it out of one of the two",
                code="wanted-and-unwanted",
            )
        query = engine.describer.colours(asked.colours) if asked.colours else None
        if not plus:
            return query
        region = None if asked.region is None else checked_region(asked.region)
        if region == (0, 0, 1, 1):
            region = None
        pictures = engine.combine(
            [self._one(engine, name, region if place == 0 else None) for place, name in enumerate(plus)],
            [self._one(engine, name) for name in asked.minus],
        )
        if query is None:
            return pictures
        missing = {name: reason for name, reason in pictures.missing.items() if name not in query.vectors}
        return replace(pictures, vectors={**pictures.vectors, **query.vectors}, colours=query.colours, missing=missing)

    def _one(self, engine: SearchEngine, name: str, region: tuple[float, ...] | None = None) -> Query:
        """One example, or a part of it."""
        upload = self._workspace.upload(name.removeprefix(UPLOADED), engine) if name.startswith(UPLOADED) else None
        content = upload.query.sha256 if upload else self._workspace.record(engine, name)["sha256"]
        if region is None:
            return engine.query(name) if upload is None else upload.query

        def described() -> Query:
            if upload is None:
                return engine.query(name, region)
            picture = open_image(upload.picture)  # what is kept of an upload is the small copy
            return replace(engine.query(picture, region), sha256=upload.query.sha256)

        return self._regions.get((engine.index.generation, name, content, region), described)


def _hits(workspace: Workspace, engine: SearchEngine, hits: list[Hit]) -> list[SearchHit]:
    without_path = ({name: value for name, value in vars(hit).items() if name != "path"} for hit in hits)
    more = display_of(engine, [workspace.position(engine, hit.id) for hit in hits])
    return [SearchHit(**hit, **display) for hit, display in zip(without_path, more, strict=True)]
