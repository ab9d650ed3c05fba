"""Calls about the collection and the paintings in it."""

from __future__ import annotations

from fastapi import APIRouter, Query

from artextract.app.api.collection_answers import (
    SORT,
    TEXT,
    WHERE,
    CollectionFacts,
    FacetsAnswer,
    Ids,
    LabelFacet,
    Layout,
    PaintingDetails,
    PaintingPage,
)
from artextract.app.api.fields import Filter, Name, Words
from artextract.app.api.gallery import Gallery
from artextract.app.api.guards import at_most
from artextract.app.api.workspace import Workspace


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["collection"])
    gallery = Gallery(workspace)

    @router.get("/api/collection")
    def collection() -> CollectionFacts:
        """What there is to look at: counts, label values, features and the default weights."""
        return gallery.facts()

    @router.get("/api/paintings")
    def some_paintings(
        offset: int = Query(0, ge=0, le=2**31),
        limit: int = Query(60, ge=1, le=500),
        where: list[Filter] = WHERE,
        text: Words = TEXT,
        sort: Name = SORT,
    ) -> PaintingPage:
        """A page of the paintings that pass the filters, in order."""
        return gallery.page(where, text, sort, slice(offset, offset + limit))

    @router.get("/api/layout")
    def layout(where: list[Filter] = WHERE, text: Words = TEXT, sort: Name = SORT) -> Layout:
        """The shapes of all paintings that pass the filters, in order: what is needed to hang them before any is
        loaded."""
        return gallery.layout(where, text, sort)

    @router.get("/api/ids")
    def ids(where: list[Filter] = WHERE, text: Words = TEXT, sort: Name = SORT) -> Ids:
        """The ids of all paintings that pass the filters, in order."""
        return gallery.ids(where, text, sort)

    @router.get("/api/facets")
    def facets(where: list[Filter] = WHERE, text: Words = TEXT) -> FacetsAnswer:
        """How many paintings have each label and each span of numbers, every column under the filters of the others; of
        labels the 200 most frequent."""
        return gallery.facets(where, text)

    @router.get("/api/facets/{column}")
    def one_facet(
        column: Name,
        find: Name = Query("", max_length=200, description="a part of the label, in any spelling"),
        where: list[Filter] = WHERE,
        text: Words = TEXT,
    ) -> LabelFacet:
        """The labels of one column that have some text in them, under the filters of the other columns; the 200 most
        frequent."""
        return gallery.facet(column, find, where, text)

    @router.get("/api/paintings/{painting_id:path}", dependencies=[at_most(4)])
    def one_painting(painting_id: str) -> PaintingDetails:
        """One painting with all that is known of it and its dominant colours."""
        return gallery.painting(painting_id)

    return router
