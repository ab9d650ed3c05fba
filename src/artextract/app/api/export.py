"""Export: lists of paintings as files, and the addresses under which IIIF and Linked Art find what those files name.

Viewers on other sites can read the documents of IIIF and the pictures where the server was started with --cors; else
the file, or a viewer that this house serves itself, can be used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.collection_answers import SORT, TEXT, WHERE, Painting, painting_of
from artextract.app.api.fields import Filter, Name, PaintingId, Words
from artextract.app.api.guards import at_most, require_token
from artextract.app.api.search import Searcher, SearchRequest
from artextract.app.api.terms import known_terms
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.app.exports import decisions_of, filters_in_words, predictions_of
from artextract.errors import InputError
from artextract.export import FORMATS, Listing, Place, Region, file_name
from artextract.export.annotations import query_of_all, regions_of_query
from artextract.export.iiif import manifest, one_canvas, part_of_canvas
from artextract.export.linked_art import collection, one_object
from artextract.export.linked_art_terms import term
from artextract.export.places import DOCUMENTS
from artextract.export.rows import as_json
from artextract.kept import Kept
from artextract.lists import ListStore
from artextract.search.asking.engine import SearchEngine

LONGEST_LINK = 8000
"""Characters of an address; lists whose ids do not fit are remembered and have a short one, for as long as the server
runs."""
LISTS_KEPT = 64
MOST = max(format.most for format in FORMATS.values())
PER_LOOK = 500
JSON_LD = "application/ld+json"
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {format.media_type.partition(";")[0]: {} for format in FORMATS.values()},
        "description": "the file",
    }
}
DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"content": {JSON_LD: {}}, "description": "the document"}}
TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}}, "description": "the table"}}
IDS = Query([], max_length=5000, description="the paintings, in order")
SAVED = Query("", max_length=64, description="the id of a saved list; what the collection has no more is left out")
LIST = Query("", max_length=200, description="the name of a list that was exported and is too long for an address")
SAID = Query(False, description="with what the model says")
DECIDED = Query(False, description="with what reviewers decided")
TITLE = Query("", max_length=200)

Part = Annotated[float, Field(ge=0, le=1)]


class RegionOf(BaseModel):
    """A part of a painting and what was found there; ``box`` is left, top, right, bottom as fractions of the
    picture."""

    id: PaintingId
    box: tuple[Part, Part, Part, Part]
    text: str = Field("", max_length=1000)


class ExportRequest(BaseModel):
    """The list is ``ids`` in their order, with ``notes`` on some of them and ``about`` the whole, or the hits of
    ``search``, or else the paintings that pass ``where`` and ``text``, in the order of ``sort`` (as GET
    /api/paintings). ``predictions`` and ``decisions`` add what the model and reviewers say of them; ``regions`` are
    annotations of the paintings among them."""

    format: Literal["csv", "json", "contact-sheet", "pdf", "iiif", "linked-art"]
    title: str = Field("", max_length=200)
    ids: list[PaintingId] | None = Field(None, max_length=MOST)
    notes: dict[PaintingId, Words] = Field({}, max_length=MOST)
    about: Words = ""
    search: SearchRequest | None = None
    where: list[Filter] = Field([], max_length=100)
    text: str = Field("", max_length=1000)
    sort: str = Field("", max_length=200)
    predictions: bool = False
    decisions: bool = False
    regions: list[RegionOf] | None = Field(None, max_length=5000)


class FormatFacts(BaseModel):
    """``most`` paintings fit into a file; ``takes``: "predictions", "decisions"."""

    name: str
    title: str
    about: str
    extension: str
    most: int
    takes: list[str]


class ExportFacts(BaseModel):
    """``predictions`` and ``decisions``: whether there are any to be added."""

    formats: list[FormatFacts]
    predictions: bool
    decisions: bool


class Selection(BaseModel):
    ids: list[PaintingId] = Field(max_length=PER_LOOK)


class Picked(Painting):
    rights: str


class SelectionFacts(BaseModel):
    """``paintings`` in the order asked for; ``missing`` are ids that the collection does not have."""

    paintings: list[Picked]
    missing: list[str]


@dataclass(frozen=True)
class Asked:
    """What the address of a document names; ``list`` in it stands for ``ids`` that are too many for an address,
    ``saved`` is a list that people named."""

    saved: str
    ids: list[str]
    key: str
    where: list[str]
    text: str
    sort: str
    title: str
    predictions: bool
    decisions: bool


def asked_by_address(
    saved: Name = SAVED,
    ids: list[PaintingId] = IDS,
    list: Name = LIST,
    where: list[Filter] = WHERE,
    text: Words = TEXT,
    sort: Name = SORT,
    title: Name = TITLE,
    predictions: bool = SAID,
    decisions: bool = DECIDED,
) -> Asked:
    return Asked(saved, ids, list, where, text, sort, title, predictions, decisions)


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["export"])
    exporter, writing = Exporter(workspace), [at_most(2)]

    @router.get("/api/export")
    def formats() -> ExportFacts:
        """The formats that lists can be exported in, and what can be added to them."""
        return exporter.facts()

    @router.post("/api/export", responses=FILE, response_class=Response, dependencies=writing)
    def export(asked: ExportRequest, request: Request) -> Response:
        """A list of paintings as a file. The rights of every picture are in it. Nothing is written here."""
        format = FORMATS[asked.format]
        return Response(
            format.bytes_of(exporter.listing(asked, str(request.base_url))),
            media_type=format.media_type,
            headers={"Content-Disposition": disposition(file_name(asked.title, format))},
        )

    @router.post("/api/selection", dependencies=[Depends(require_token(workspace))])
    def some(asked: Selection) -> SelectionFacts:
        """What the cards of these paintings show."""
        engine = workspace.engine()
        found = {name: painting_of(engine, name) for name in asked.ids}
        there = [painting for painting in found.values() if painting is not None]
        rights = engine.paintings.column("rights")
        return SelectionFacts(
            paintings=[Picked(**{**vars(one), "rights": rights[workspace.position(engine, one.id)]}) for one in there],
            missing=[name for name, painting in found.items() if painting is None],
        )

    @router.get("/api/iiif/manifest", responses=DOCUMENT, response_class=Response, dependencies=writing)
    def iiif_manifest(request: Request, asked: Asked = Depends(asked_by_address)) -> Response:
        """A list as a IIIF Presentation 3.0 manifest: ``saved``, or ``ids``, or the paintings that pass the filters."""
        return _json_ld(manifest(exporter.by_address("iiif", asked, str(request.base_url), request.url.query)))

    @router.get("/api/iiif/table", responses=TABLE, response_class=Response, dependencies=writing)
    def iiif_table(request: Request, asked: Asked = Depends(asked_by_address)) -> Response:
        """The list of GET /api/iiif/manifest as JSON, for programs; a manifest names it."""
        listing = exporter.by_address("json", asked, str(request.base_url), request.url.query)
        return Response(as_json(listing), media_type="application/json")

    @router.get(
        "/api/iiif/canvas/{painting_id:path}", responses=DOCUMENT, response_class=Response, dependencies=writing
    )
    def iiif_canvas(
        painting_id: str,
        request: Request,
        part: str = Query("", max_length=1000, description="a page of annotations, or an annotation, by its id"),
        box: list[Name] = Query([], max_length=1000, description="regions that are annotated, as their ids have them"),
        text: list[Words] = Query([], max_length=1000, description="what each region is"),
    ) -> Response:
        """One painting as a IIIF canvas, with what the model and reviewers say of it; with ``part`` the page of
        annotations or the annotation whose id this address is."""
        listing = exporter.one(painting_id, str(request.base_url), regions_of_query(painting_id, box, text))
        if not part:
            return _json_ld(one_canvas(listing))
        found = part_of_canvas(listing, listing.at().canvas(painting_id, part, *query_of_all(listing.regions)))
        if found is None:
            raise NotFoundError(
                f"the canvas of '{painting_id}' has no part '{part[:80]}'",
                "take the ids of the manifest as they are",
                code="unknown-part",
            )
        return _json_ld(found)

    @router.get("/api/linked-art", responses=DOCUMENT, response_class=Response, dependencies=writing)
    def linked_art_set(request: Request, asked: Asked = Depends(asked_by_address)) -> Response:
        """A list as a Set of Linked Art, with its members."""
        return _json_ld(collection(exporter.by_address("linked-art", asked, str(request.base_url), request.url.query)))

    @router.get("/api/linked-art-terms", responses=DOCUMENT, response_class=Response, dependencies=writing)
    def linked_art_term(
        request: Request,
        kind: Literal["person", "software", "type", "attribute", "certainty"],
        name: str = Query(max_length=20_000),
        of: str = Query("", max_length=1000),
    ) -> Response:
        """What objects of Linked Art refer to: a person, a model, an attribute, a label ``of`` an attribute."""
        return _json_ld(exporter.term(str(request.base_url), kind, name, of))

    @router.get("/api/linked-art/{painting_id:path}", responses=DOCUMENT, response_class=Response, dependencies=writing)
    def linked_art_object(painting_id: str, request: Request) -> Response:
        """One painting as a HumanMadeObject of Linked Art."""
        return _json_ld(one_object(exporter.one(painting_id, str(request.base_url))))

    return router


class Exporter:
    """Puts lists together, for several threads. ``base`` is where this server is reached, ending in a slash."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._searcher = Searcher(workspace)
        self._lists = _Lists()

    def facts(self) -> ExportFacts:
        formats = [
            FormatFacts(
                name=name,
                title=one.title,
                about=one.about,
                extension=one.extension,
                most=one.most,
                takes=list(one.takes),
            )
            for name, one in FORMATS.items()
        ]
        return ExportFacts(
            formats=formats,
            predictions=self._workspace.predictor is not None,
            decisions=self._workspace.access.has("review") and bool(decisions_of(self._workspace.root)),
        )

    def listing(self, asked: ExportRequest, base: str) -> Listing:
        """The list that is to become a file. Raises ``InputError`` for what cannot be exported, ``NotFoundError`` for
        ids that are not there."""
        if asked.ids is not None and asked.search is not None:
            raise InputError(
                "name either paintings or a search, not both",
                'send {"ids": [...]} or {"search": {...}}',
                code="paintings-or-search",
            )
        engine, format = self._workspace.engine(), FORMATS[asked.format]
        hits: dict[str, dict[str, Any]] = {}
        summary, named = "", {}
        if asked.search is not None:
            answer = self._searcher.answer(asked.search, engine)
            hits = {
                hit.id: {"rank": rank, **hit.model_dump(include={"score", "features", "closer_than", "band"})}
                for rank, hit in enumerate(answer.hits, 1)
            }
            ids, summary = list(hits), _searched(answer.model_dump())
        elif asked.ids is not None:
            ids, summary = _all_known(engine, asked.ids), asked.about
        else:
            ids = _filtered_ids(engine, asked.where, asked.text, asked.sort)
            summary = _filtered(asked.where, asked.text, asked.sort)
            named = {"where": asked.where, "text": asked.text, "sort": asked.sort}
        if len(ids) > format.most:
            format.refuse(len(ids))
        extras = {name: name in format.takes and getattr(asked, name) for name in ("predictions", "decisions")}
        address = None
        if asked.format in DOCUMENTS and format.needs_address:
            address = self._address(base, asked.format, {**(named or {"ids": ids}), "title": asked.title, **extras})
        return self._listing(
            engine,
            base,
            ids,
            asked.title,
            summary,
            **extras,
            hits=hits,
            notes={name: note for name, note in asked.notes.items() if note},
            regions=[Region(region.id, _ordered(region.box), region.text) for region in asked.regions or ()],
            address=address,
        )

    def by_address(self, kind: str, asked: Asked, base: str, query: str) -> Listing:
        """The list that an address names; ``query`` is what stands behind its question mark. Raises ``NotFoundError``
        where a painting is not there, or the list has been forgotten."""
        engine, format = self._workspace.engine(), FORMATS[kind]
        title, notes = asked.title, {}
        if asked.saved:
            saved = ListStore(self._workspace.root).named(asked.saved)
            ids = [entry.id for entry in saved.entries if engine.index.position(entry.id) is not None]
            notes, summary, title = (
                {one.id: one.note for one in saved.entries if one.note},
                saved.note,
                title or saved.name,
            )
        elif asked.key or asked.ids:
            ids, summary = _all_known(engine, self._lists.get(asked.key) if asked.key else asked.ids), ""
        else:
            ids = _filtered_ids(engine, asked.where, asked.text, asked.sort)
            summary = _filtered(asked.where, asked.text, asked.sort)
        if len(ids) > format.most:
            format.refuse(len(ids))
        address = Place(base).listed(kind) + (f"?{query}" if query else "")
        said = {"predictions": asked.predictions, "decisions": asked.decisions}
        return self._listing(engine, base, ids, title, summary, **said, notes=notes, address=address)

    def term(self, base: str, kind: str, name: str, of: str) -> dict[str, Any]:
        """Raises ``NotFoundError`` for what neither the collection nor its model nor a reviewer names."""
        if name not in known_terms(self._workspace, kind, of):
            raise NotFoundError(
                f"this collection names no {kind} '{name[:80]}'", "take the address as it stands", code="unknown-term"
            )
        return term(Place(base), kind, name, of)

    def one(self, painting_id: str, base: str, regions: Sequence[Region] = ()) -> Listing:
        """One painting with all that is said of it; raises ``NotFoundError``."""
        engine = self._workspace.engine()
        self._workspace.position(engine, painting_id)
        predicted = self._workspace.predictor is not None
        return self._listing(
            engine, base, [painting_id], painting_id, predictions=predicted, decisions=True, regions=regions
        )

    def _listing(
        self,
        engine: SearchEngine,
        base: str,
        ids: Sequence[str],
        title: str,
        summary: str = "",
        predictions: bool = False,
        decisions: bool = False,
        **further: Any,
    ) -> Listing:
        workspace = self._workspace
        predicted, model = predictions_of(engine, ids, workspace.predictor) if predictions else ({}, "")
        return Listing(
            title or "Paintings",
            engine.paintings.rows([workspace.position(engine, painting_id) for painting_id in ids]),
            summary,
            predictions=predicted,
            model=model,
            decisions=decisions_of(workspace.root) if decisions and workspace.access.has("review") else (),
            collection=workspace.name,
            place=Place(base),
            **further,
        )

    def _address(self, base: str, kind: str, asked: dict[str, Any]) -> str:
        """The address under which the same list is given out."""
        place = Place(base)
        address = place.listed(kind, list(asked.items()))
        if len(address) <= LONGEST_LINK or "ids" not in asked:
            return address
        key = self._lists.keep(asked["ids"])
        return place.listed(kind, [("list", key), *(pair for pair in asked.items() if pair[0] != "ids")])


def _all_known(engine: SearchEngine, ids: Iterable[str]) -> list[str]:
    """These ids, each once, in order; raises ``NotFoundError`` where the collection does not have one."""
    once = list(dict.fromkeys(ids))
    lost = [name for name in once if engine.index.position(name) is None]
    if lost:
        raise NotFoundError(
            f"there is no painting '{lost[0]}'" + (f", nor {len(lost) - 1} more of the list" if len(lost) > 1 else ""),
            "take it off the list",
            code="unknown-painting",
        )
    return once


def _filtered_ids(engine: SearchEngine, where: Sequence[str], text: str, sort: str) -> list[str]:
    rows = engine.listing.listed(where, text, sort)
    return engine.paintings.column("id")[rows].tolist()


class _Lists:
    """Lists of ids under short names; the same list has the same name. Those used longest ago are forgotten first."""

    def __init__(self) -> None:
        self._lists: Kept[str, tuple[str, ...]] = Kept(LISTS_KEPT)

    def keep(self, ids: Sequence[str]) -> str:
        key = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:24]
        self._lists.put(key, tuple(ids))
        return key

    def get(self, key: str) -> tuple[str, ...]:
        """Raises ``NotFoundError`` where it is forgotten."""
        found = self._lists.peek(key)
        if found is None:
            raise NotFoundError(
                "this list has been forgotten", "export it again, and use the file", code="list-forgotten"
            )
        return found


def disposition(name: str) -> str:
    """The header that names a download, with the letters of all scripts for those who read them (RFC 6266, RFC
    8187)."""
    plain = "".join(character if character.isascii() and character not in '"%' else "_" for character in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _json_ld(document: dict[str, Any]) -> Response:
    context = document["@context"]
    return Response(
        json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"), media_type=f'{JSON_LD};profile="{context}"'
    )


def _ordered(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _filtered(where: Sequence[str], text: str, sort: str) -> str:
    """How a list came about, as words under its title."""
    parts = filters_in_words(where, text)
    summary = f"Paintings of the collection: {', '.join(parts)}" if parts else "All paintings of the collection"
    return f"{summary}; in the order of {sort}." if sort else f"{summary}."


def _searched(answer: dict[str, Any]) -> str:
    """What a search asked for, as words."""
    query = answer["query"]
    names = (
        [query["title"] or query["id"]]
        if query["id"]
        else ["an uploaded picture" if name.startswith("upload:") else name for name in query["plus"]]
    )
    parts = [" and ".join(names)] if names else []
    if parts and query["region"]:
        parts = [f"a part of {parts[0]}"]
    if query["minus"]:
        parts.append(
            "unlike"
            f" {' and '.join('an uploaded picture' if name.startswith('upload:') else name for name in query['minus'])}"
        )
    if query["colours"]:
        parts.append("the colours " + " ".join(f"{code} {share:.0%}" for code, share in query["colours"]))
    if query["words"]:
        parts.append(f"the words “{query['words']}”")
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in answer["weights"].items() if weight > 0)
    limits = filters_in_words(answer["where"], answer["text"])
    among = f" among those that pass {', '.join(limits)}" if limits else ""
    return (
        f"Most like {', '.join(parts)}{among}, by {weights}; {len(answer['hits'])} of {answer['n_candidates']}"
        " paintings."
    )
