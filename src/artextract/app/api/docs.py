"""The page that documents every call, made in the browser from /api/openapi.json."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from artextract.app.api.page_files import document
from artextract.app.api.workspace import Workspace


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    def page() -> HTMLResponse:
        return HTMLResponse(document("docs.html"))

    return router
