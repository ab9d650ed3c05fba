"""Calls about bringing the collection up to date with its folder, behind the page."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from artextract.app.api.guards import require_token
from artextract.app.api.job import JobAnswer
from artextract.app.api.workspace import ForbiddenError, Workspace
from artextract.search.update import Update


class UpdateAnswer(BaseModel):
    """``possible``: whether this server brings the collection up to date at all. ``index`` is that of /api/health, and
    ``indexed`` whether there is one to search with; it knows ``searchable`` of the ``paintings``. Once the job is done
    ``new``, ``changed``, ``gone`` and ``skipped`` count paintings, and ``written`` tells whether anything is another
    than before, a label too."""

    possible: bool
    index: str
    indexed: bool
    searchable: int
    paintings: int
    job: JobAnswer | None = None
    new: int = 0
    changed: int = 0
    gone: int = 0
    skipped: int = 0
    written: bool = False


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["server"])

    @router.get("/api/updating")
    def updating() -> UpdateAnswer:
        """How far the collection is brought up to date with its folder, where the server was started by "open"."""
        return _answer(workspace)

    @router.post("/api/updating", dependencies=[Depends(require_token(workspace))])
    def update() -> UpdateAnswer:
        """Take what is new, changed or gone in the folder; what is under way goes on."""
        if workspace.updating is None:
            raise ForbiddenError(
                "this server does not bring the collection up to date",
                "start it with: artextract open PATH",
                code="updating-not-allowed",
            )
        workspace.updating.begin()
        return _answer(workspace)

    return router


def _answer(workspace: Workspace) -> UpdateAnswer:
    engine = workspace.engine()
    answer = UpdateAnswer(
        possible=workspace.updating is not None,
        index=engine.index.version,
        indexed=bool(engine.index.features),
        searchable=engine.n_searchable,
        paintings=len(engine.index),
    )
    if workspace.updating is None:
        return answer
    job = workspace.updating.job()
    done: dict[str, int | bool] = {}
    if isinstance(job.result, Update):
        done = {name: getattr(job.result, name) for name in ("new", "changed", "gone", "skipped", "written")}
    return answer.model_copy(update={"job": JobAnswer.of(job), **done})
