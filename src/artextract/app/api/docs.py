"""The page that documents every call, made in the browser from /api/openapi.json."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from artextract.app.api.workspace import Workspace

PAGE = Path(__file__).parents[1] / "web" / "docs.html"


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(PAGE, media_type="text/html")

    return router
