"""Search: pictures that visitors give, and what is most like them or like a painting."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.collection import Colour, colours
from artextract.app.api.guards import require_token
from artextract.app.api.images import JPEG, smaller
from artextract.app.api.workspace import TooLargeError, Upload, Workspace
from artextract.errors import InputError
from artextract.features.palette import LONG_SIDE
from artextract.images import open_image

MAX_HITS = 500


class UploadFacts(BaseModel):
    upload: str
    width: int
    height: int
    colours: list[Colour]


class SearchRequest(BaseModel):
    id: str | None = None
    upload: str | None = None
    k: int = Field(24, ge=1, le=MAX_HITS)
    weights: dict[str, float] | None = None
    where: list[str] = []
    text: str = ""


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["search"])

    def keep(data: bytes) -> UploadFacts:
        engine = workspace.engine()
        query = engine.query(data)
        image = open_image(data, at_least=1600)
        facts = {"width": image.width, "height": image.height, "colours": colours(open_image(data, at_least=LONG_SIDE))}
        token = workspace.keep(Upload(query, engine.index.config.spaces, smaller(image, 1600), facts))
        return UploadFacts(upload=token, **facts)

    @router.post(
        "/api/uploads", dependencies=[Depends(require_token(workspace))],
        openapi_extra={"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}, "required": True}},
    )  # fmt: skip
    async def upload(request: Request) -> UploadFacts:
        """Describe an image file, the body of the request, to search with; what is kept of it, in memory only, is its description and a small copy."""
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > workspace.limits.upload_bytes:
                raise TooLargeError(f"the file is larger than {workspace.limits.upload_bytes >> 20} MB", "send a smaller version of the picture")
        return await run_in_threadpool(keep, bytes(data))

    @router.get("/api/uploads/{token}")
    def known_upload(token: str) -> UploadFacts:
        """What POST gave for it; 404 where it has been forgotten."""
        return UploadFacts(upload=token, **workspace.upload(token).facts)

    @router.get("/api/uploads/{token}/image", responses=JPEG, response_class=Response)
    def uploaded_picture(token: str) -> Response:
        """The uploaded picture as JPEG of at most 1600 pixels, made anew from what was uploaded."""
        return Response(workspace.upload(token).picture, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})

    @router.post("/api/search")
    def search(asked: SearchRequest) -> dict[str, Any]:
        """The paintings most like a painting or an upload."""
        if (asked.id is None) == (asked.upload is None):
            raise InputError("name either a painting or an upload", 'send {"id": ...} or {"upload": ...}')
        engine = workspace.engine()
        if asked.upload is not None:
            query = workspace.upload(asked.upload).query
        else:
            workspace.position(engine, asked.id)
            query = engine.query(asked.id)
        result = engine.search(query, asked.k, asked.weights, asked.where, containing=asked.text).as_dict()
        del result["query"]["path"]
        for hit in result["hits"]:
            del hit["path"]
            record = engine.paintings.record(engine.index.position(hit["id"]))
            hit |= {"width": record["width"], "height": record["height"]}
        return result

    return router
