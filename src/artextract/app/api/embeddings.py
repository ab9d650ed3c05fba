"""The vectors of paintings, for programs that compute with them."""

from __future__ import annotations

import io
from typing import Any, Literal

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.fields import Name, PaintingId
from artextract.app.api.guards import at_most
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.search.asking.engine import SearchEngine

MOST = 1000
"""Paintings in one answer; some 25 MB as JSON of 1,280 numbers each."""
NPY = "application/x-npy"
FEATURE = Query("", max_length=200, description="such as deep, of those of GET /api/collection; the first without")


class EmbeddingsRequest(BaseModel):
    """The vectors of ``feature``, without it the first that is indexed, of the paintings ``ids``; ``format``: "json",
    or "npy" for one array of NumPy."""

    feature: Name = ""
    ids: list[PaintingId] = Field(min_length=1, max_length=MOST)
    format: Literal["json", "npy"] = "json"


class Embeddings(BaseModel):
    """``vectors`` in the order of ``ids``, each of ``dim`` numbers in the ``space`` ("raw", "centred", "whitened") in
    which the search compares them by cosine; null where a painting lacks the feature. ``version`` names what computed
    them: vectors of another version are not comparable, nor those of another ``generation`` of the index."""

    feature: str
    version: str
    space: str
    generation: str
    dim: int
    ids: list[str]
    vectors: list[list[float] | None]


ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {NPY: {"schema": {"type": "string", "format": "binary"}}}, "model": Embeddings}
}


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["search"])

    @router.get("/api/embeddings/{painting_id:path}", dependencies=[at_most(4)])
    def embedding(painting_id: str, feature: Name = FEATURE) -> Embeddings:
        """The vector of one painting by one feature."""
        engine = workspace.engine()
        name = _known(engine, feature)
        return _as_json(engine, name, _vectors(workspace, engine, name, [painting_id]), [painting_id])

    @router.post("/api/embeddings", dependencies=[at_most(2)], responses=ANSWER, response_model=Embeddings)
    def embeddings(asked: EmbeddingsRequest) -> Any:
        """The vectors of many paintings, as JSON or as ``float32 (N, dim)`` in NumPy's format NPY, with rows of NaN
        where a painting lacks the feature."""
        engine = workspace.engine()
        name = _known(engine, asked.feature)
        vectors = _vectors(workspace, engine, name, asked.ids)
        if asked.format == "json":
            return _as_json(engine, name, vectors, asked.ids)
        file = io.BytesIO()
        np.save(file, vectors)
        return Response(file.getvalue(), media_type=NPY)

    return router


def _known(engine: SearchEngine, feature: str) -> str:
    known = engine.index.features
    if feature not in (*known, *([""] if known else [])):
        raise NotFoundError(
            f"the feature '{feature}' is not indexed here",
            f"ask for one of: {', '.join(known) or 'none; the collection is not indexed yet'}",
            code="unknown-feature",
        )
    return feature or known[0]


def _vectors(workspace: Workspace, engine: SearchEngine, feature: str, ids: list[str]) -> np.ndarray:
    """``float32 (N, dim)`` in the order of ``ids``."""
    for painting_id in ids:
        workspace.position(engine, painting_id)
    rows = engine.index.rows(feature, ids)
    return np.where(rows.norms[:, None] > 0, rows.units * rows.norms[:, None], np.float32(np.nan)).astype(np.float32)


def _as_json(engine: SearchEngine, feature: str, vectors: np.ndarray, ids: list[str]) -> Embeddings:
    return Embeddings(
        feature=feature,
        version=engine.index.versions[feature],
        space=engine.index.space(feature).name,
        generation=engine.index.generation,
        dim=vectors.shape[1],
        ids=ids,
        vectors=[None if np.isnan(row).any() else row.tolist() for row in vectors],
    )
