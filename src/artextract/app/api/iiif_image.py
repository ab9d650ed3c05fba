"""The pictures of the collection by the IIIF Image API 3.0 (https://iiif.io/api/image/3.0/), level 2, so that viewers
can zoom in."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from PIL import Image

from artextract.app.api.guards import at_most
from artextract.app.api.workspace import Workspace
from artextract.export.image_information import CONTEXT, PROFILE, information
from artextract.export.places import IMAGES
from artextract.export.rights import licence
from artextract.images import open_image
from artextract.images.iiif_answer import answer
from artextract.images.iiif_request import FORMATS, parse
from artextract.kept import Kept

IN_MEMORY = 256 * 2**20
"""Bytes of decoded pictures that are kept for further tiles; the last one always is."""
ANSWERS_IN_MEMORY = 32 * 2**20
_HOUR = {"Cache-Control": "private, max-age=3600"}
INFORMATION: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}, "application/ld+json": {}}, "description": "info.json"}
}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in FORMATS.values()}, "description": "the picture"}
}


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["IIIF"])
    pictures: Kept[str, Image.Image] = Kept(IN_MEMORY, lambda image: image.width * image.height * 3)
    answers: Kept[tuple[str, str], bytes] = Kept(ANSWERS_IN_MEMORY, len)

    @router.get(f"/{IMAGES}/{{painting_id:path}}/info.json", responses=INFORMATION, response_class=Response)
    def info(request: Request, painting_id: str) -> Response:
        """What there is to ask of a picture: its size, its tiles, its rights."""
        record = workspace.record(workspace.engine(), painting_id)
        rights = licence(record["rights"])
        document = information(_address(request, painting_id), record["width"], record["height"], rights)
        linked = "application/ld+json" in request.headers.get("accept", "")
        kind = f'application/ld+json;profile="{CONTEXT}"' if linked else "application/json"
        headers = {**_HOUR, "Vary": "Accept", "Access-Control-Allow-Origin": "*", "Link": f'<{PROFILE}>;rel="profile"'}
        return Response(json.dumps(document, ensure_ascii=False), media_type=kind, headers=headers)

    @router.get(
        f"/{IMAGES}/{{painting_id:path}}/{{region}}/{{size}}/{{rotation}}/{{quality}}",
        responses=PICTURE,
        response_class=Response,
        dependencies=[at_most(4)],
    )
    def picture(request: Request, painting_id: str, region: str, size: str, rotation: str, quality: str) -> Response:
        """A picture or a part of it, scaled, turned, and in the quality and format that ``quality`` names, as
        ``default.jpg``."""
        engine = workspace.engine()
        record = workspace.record(engine, painting_id)
        whole, content = (record["width"], record["height"]), record["sha256"]
        asked = parse(region, size, rotation, quality, whole)
        path = engine.records.path_of(painting_id)

        def made() -> bytes:
            if asked.region == (0, 0, *whole) and pictures.peek(content) is None and max(asked.size) * 3 < max(whole):
                return answer(open_image(path, at_least=min(asked.size)), asked, whole)
            return answer(pictures.get(content, lambda: open_image(path)), asked, whole)

        data = answers.get((content, asked.canonical), made)
        link = f'<{_address(request, painting_id)}/{asked.canonical}>;rel="canonical",<{PROFILE}>;rel="profile"'
        return Response(data, media_type=FORMATS[asked.format], headers={**_HOUR, "Link": link})

    @router.get(f"/{IMAGES}/{{painting_id:path}}", status_code=303, response_class=RedirectResponse)
    def base(request: Request, painting_id: str) -> RedirectResponse:
        """Leads to info.json."""
        workspace.position(workspace.engine(), painting_id)
        return RedirectResponse(f"{_address(request, painting_id)}/info.json", 303)

    return router


def _address(request: Request, painting_id: str) -> str:
    return f"{request.base_url}{IMAGES}/{quote(painting_id, safe='', errors='replace')}"
