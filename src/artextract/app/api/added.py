"""The call that takes pictures into the collection, where the server was started for that."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from artextract.app.api.guards import Slots, require_token
from artextract.app.api.spool import Spool
from artextract.app.api.workspace import TooLargeError, Workspace
from artextract.app.uploads import read_upload
from artextract.images import content_hash
from artextract.sources.added import add_picture, safe_name


class AddedAnswer(BaseModel):
    """``added`` is the path below the collection's folder "added" that the picture now has; null where the collection
    has the same file already."""

    added: str | None


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["server"])
    spool, deciding = Spool(), Slots(2)

    def keep(name: str, data: bytes) -> AddedAnswer:
        read_upload(data, workspace.limits.upload_pixels)
        if content_hash(data) in workspace.engine().index.hashes:
            return AddedAnswer(added=None)
        return AddedAnswer(added=add_picture(workspace.root, name, data))

    @router.post(
        "/api/added",
        dependencies=[Depends(require_token(workspace))],
        openapi_extra={
            "requestBody": {
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
                "required": True,
            }
        },
    )
    async def add(
        request: Request,
        name: str = Query(max_length=1000, description="the file's name, with its folders where these tell something"),
    ) -> AddedAnswer:
        """Copy an image file, the body of the request, into the collection's own folder. It is checked as an upload to
        search with is; /api/updating takes it into the collection."""
        refusal = workspace.refuses_pictures()
        if refusal is not None:
            raise refusal
        safe_name(name)
        most = workspace.limits.upload_bytes
        too_large = TooLargeError(
            f"the file is larger than {most >> 20} MB", "add a smaller version of the picture", code="file-too-large"
        )
        with spool.place() as upload:
            await upload.fill(request.stream(), most, too_large)
            async with deciding.slot():
                return await run_in_threadpool(lambda: keep(name, upload.read()))

    return router
