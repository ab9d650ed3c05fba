"""The pictures of the collection, made smaller once and kept."""

from __future__ import annotations

import io
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from PIL import Image, ImageOps

from artextract.app.api.guards import at_most
from artextract.app.api.workspace import Workspace
from artextract.errors import InputError
from artextract.files import write_aside
from artextract.images import open_image
from artextract.objects import ImageFile

SIZES = (400, 1600)
"""Pixels on the longer side of the pictures that are served; pictures are never enlarged."""
JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}, "description": "the picture"}}


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["collection"])

    @router.get("/api/images/{painting_id:path}", responses=JPEG, response_class=Response, dependencies=[at_most(8)])
    def picture(painting_id: str, size: int = SIZES[0]) -> Response:
        """A painting as JPEG of at most ``size`` pixels on its longer side, 400 or 1600; made once and kept in
        ``COLLECTION/.thumbnails``."""
        engine = workspace.engine()
        digest = workspace.record(engine, painting_id)["sha256"]
        if size not in SIZES:
            raise InputError(
                f"pictures of {size} pixels are not served",
                f"ask for one of {', '.join(map(str, SIZES))}",
                code="unknown-picture-size",
            )
        kept = workspace.root / ".thumbnails" / digest[:2] / f"{digest}-{size}.jpg"
        headers = {"Cache-Control": "private, max-age=3600"}
        if not kept.is_file():
            data = smaller(engine.records.path_of(painting_id), size)
            try:
                with write_aside(kept) as aside:
                    aside.write_bytes(data)
            except OSError:  # a collection that may not be written to is still shown
                return Response(data, media_type="image/jpeg", headers=headers)
        return FileResponse(kept, media_type="image/jpeg", headers=headers)

    return router


def smaller(source: ImageFile | Image.Image, size: int) -> bytes:
    """A picture as JPEG of at most ``size`` pixels on its longer side; raises ``ImageError``."""
    image = source if isinstance(source, Image.Image) else open_image(source, at_least=size)
    if max(image.size) > size:
        image = ImageOps.contain(image, (size, size), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=86, progressive=True)
    return file.getvalue()
