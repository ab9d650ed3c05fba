"""Named lists of paintings: saved, changed, deleted and restored."""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, StringConstraints

from artextract.app.api.access import acting
from artextract.app.api.fields import PaintingId
from artextract.app.api.guards import require_token
from artextract.app.api.workspace import ForbiddenError, NotFoundError, Workspace
from artextract.lists import Entry, ListStore, NamedList
from artextract.lists.store import HISTORY, LONGEST, MOST

FIRST = 4
"""Paintings that stand for a list."""
ListId = Annotated[str, StringConstraints(max_length=64)]
By = Annotated[str, StringConstraints(max_length=LONGEST["by"])]
Note = Annotated[str, StringConstraints(max_length=LONGEST["note"])]


class ListEntry(BaseModel):
    """A painting of a list, and what is noted of it there."""

    id: PaintingId
    note: Note = ""


class ListBrief(BaseModel):
    """``version`` rises with every change; ``by`` is who made it, "" where nobody said, ``time`` is UTC. ``first`` are
    the first paintings of ``n``."""

    id: str
    name: str
    note: str
    n: int
    version: int
    by: str
    time: str
    first: list[str]


class Lists(BaseModel):
    """``writable``: whether lists can be saved here; where they cannot, the page keeps them in the browser."""

    lists: list[ListBrief]
    writable: bool


class ListAnswer(BaseModel):
    """A list as it stands, or stood; ``paintings`` in order. ``deleted``: it can be had back by POST
    /api/lists/{id}/restore with a former version."""

    id: str
    name: str
    note: str
    paintings: list[ListEntry]
    deleted: bool
    version: int
    by: str
    time: str

    @classmethod
    def of(cls, one: NamedList) -> ListAnswer:
        return cls(
            paintings=[ListEntry(id=entry.id, note=entry.note) for entry in one.entries],
            **{name: getattr(one, name) for name in ("id", "name", "note", "deleted", "version", "by", "time")},
        )


class ListRequest(BaseModel):
    """The whole list. ``id``: of the list that is changed, else a new one is made; ``version``: the one that was
    changed, so that what somebody else saved meanwhile is not lost (409)."""

    id: ListId | None = None
    version: int | None = None
    name: Annotated[str, StringConstraints(max_length=LONGEST["name"])]
    note: Note = ""
    paintings: list[ListEntry] = Field(max_length=MOST)
    by: By = ""


class ListChange(BaseModel):
    by: By = ""


class RestoreRequest(ListChange):
    version: int


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["lists"])
    store, token = ListStore(workspace.root), [Depends(require_token(workspace))]

    def may() -> bool:
        return workspace.access.has("lists")

    def answer(one: NamedList) -> ListAnswer:
        """Without the name of who saved it, for strangers where they only read."""
        found = ListAnswer.of(one)
        return found if may() else found.model_copy(update={"by": ""})

    @router.get("/api/lists")
    def lists() -> Lists:
        """All lists that were saved, without their notes on paintings; what changed last comes first."""
        briefs = [
            ListBrief(
                n=len(one.entries),
                first=[entry.id for entry in one.entries[:FIRST]],
                by=one.by if may() else "",
                **{name: getattr(one, name) for name in ("id", "name", "note", "version", "time")},
            )
            for one in store.lists()
        ]
        return Lists(lists=briefs, writable=os.access(workspace.root, os.W_OK) and may())

    @router.get("/api/lists/{id}")
    def one(id: str) -> ListAnswer:
        """A list with its notes, also one that was deleted."""
        found = store.get(id)
        if found is None or (found.deleted and not may()):
            raise NotFoundError(f"there is no list '{id[:64]}'", "choose one of the lists", code="unknown-list")
        return answer(found)

    @router.get("/api/lists/{id}/history")
    def history(
        id: str,
        before: int | None = Query(None, ge=0, le=2**62, description="only versions before this one"),
        limit: int = Query(HISTORY, ge=1, le=HISTORY),
    ) -> list[ListAnswer]:
        """The last versions of a list, the latest first; for those who may save lists. Older ones come with
        ``before``."""
        if not may():
            raise ForbiddenError(
                "former versions are for those who may save lists",
                "sign in, or start the server with: --allow lists",
                code="lists-not-allowed",
            )
        return [answer(one) for one in store.history(id, before, limit)]

    @router.post("/api/lists", dependencies=token)
    def save(asked: ListRequest) -> ListAnswer:
        """Save a list: a new one, or a version of one. It is added to the collection's ``lists.sqlite``; former
        versions stay."""
        entries = [Entry(entry.id, entry.note) for entry in asked.paintings]
        return ListAnswer.of(store.save(asked.name, entries, asked.note, acting(asked.by), asked.id, asked.version))

    @router.post("/api/lists/{id}/delete", dependencies=token)
    def delete(id: str, asked: ListChange) -> ListAnswer:
        """Delete a list. Its versions stay, so that it can be restored."""
        return ListAnswer.of(store.delete(id, acting(asked.by)))

    @router.post("/api/lists/{id}/restore", dependencies=token)
    def restore(id: str, asked: RestoreRequest) -> ListAnswer:
        """Make a former version of a list the one that stands; so deleting and changing are undone."""
        return ListAnswer.of(store.restore(id, asked.version, acting(asked.by)))

    return router
