"""Calls about the server itself."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from artextract.app.api.access import visitor
from artextract.app.api.workspace import ForbiddenError, Workspace
from artextract.version import __version__


class Health(BaseModel):
    """``index`` changes when another index has been put in place."""

    ok: bool
    index: str
    version: str


class Session(BaseModel):
    """``user``: the name under which the visitor signed in; ``sign_in``: whether the server has users at all."""

    token: str
    user: str | None
    sign_in: bool


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["server"])

    @router.get("/api/health")
    def health() -> Health:
        """Whether the server answers, and which index it searches."""
        return Health(ok=True, index=workspace.index_version(), version=__version__)

    @router.get("/api/session")
    def session(request: Request) -> Session:
        """The token that every write must carry. It changes when the server is started; other sites cannot read it."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise ForbiddenError(
                "the token is for the page of this server only", "open the page itself", code="token-not-given"
            )
        return Session(token=workspace.token, user=visitor(), sign_in=workspace.access.users is not None)

    return router
