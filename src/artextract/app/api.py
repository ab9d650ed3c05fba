"""The web application: JSON over a searchable collection, its pictures, and the page that shows them.

    GET  /api/collection               what there is: counts, label values, features and the default weights
    GET  /api/paintings                a page of paintings, ?offset=0&limit=60&where=style=Cubism&where=...
    GET  /api/paintings/ID             one painting with all that is known of it and its dominant colours
    GET  /api/images/ID?size=400       its picture as JPEG, the longer side of ``SIZES`` pixels
    POST /api/uploads                  an image file as the body; gives the "upload" to search with
    POST /api/search                   {"id" or "upload", "k", "weights", "where"}

An error is {"error": {"message", "hint"}} with a status from 400 up. Files are only reached through the ids of the collection.
"""

from __future__ import annotations

import io
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from fastapi import FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from PIL import Image, ImageOps
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from artextract.errors import ArtExtractError, ImageError, InputError
from artextract.features.palette import LONG_SIDE, dominant_colours
from artextract.files import write_aside
from artextract.images import open_image
from artextract.search import filters
from artextract.search import engine as search_engine
from artextract.search.weights import resolve_weights

WEB = Path(__file__).parent / "web"
SIZES = (400, 1600)
"""Pixels on the longer side of the pictures that are served; pictures are never enlarged."""
MAX_UPLOAD_BYTES = 64 * 2**20
UPLOADS_KEPT = 64
LOOKS = 2.0
"""Seconds between two looks whether the index has changed."""
MAX_HITS = 500
_OWN_COLUMNS = ("id", "path", "title", "source", "rights", "split", "sha256", "phash", "width", "height")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class NotFoundError(InputError):
    status = 404


class TooLargeError(InputError):
    status = 413


class SearchRequest(BaseModel):
    id: str | None = None
    upload: str | None = None
    k: int = Field(24, ge=1, le=MAX_HITS)
    weights: dict[str, float] | None = None
    where: list[str] = []


class _Current:
    """The engine of a collection, opened anew, at most every ``LOOKS`` seconds, when another index has been put in place; until that is whole the old one answers."""

    def __init__(self, collection: str | Path):
        self._collection = collection
        self._engine = search_engine.SearchEngine.open(collection)
        self._lock = Lock()
        self._next_look = time.monotonic() + LOOKS

    def __call__(self) -> search_engine.SearchEngine:
        if time.monotonic() > self._next_look and self._lock.acquire(blocking=False):
            try:
                if self._engine.is_stale:
                    self._engine = search_engine.SearchEngine.open(self._collection)
            except ArtExtractError:
                pass  # the table and the index are not of one mind yet: the next look will tell
            finally:
                self._next_look = time.monotonic() + LOOKS
                self._lock.release()
        return self._engine


@dataclass(frozen=True)
class _Upload:
    """``spaces`` names those of the index that the query was described for."""

    query: search_engine.Query
    spaces: str
    facts: dict[str, Any]


def create_app(collection: str | Path) -> FastAPI:
    """The application of one indexed collection; raises what ``SearchEngine.open`` raises."""
    current = _Current(collection)
    uploads: OrderedDict[str, _Upload] = OrderedDict()
    lock = Lock()
    app = FastAPI(title="ArtExtract", docs_url=None, redoc_url=None, openapi_url=None)

    def position_of(engine: search_engine.SearchEngine, painting_id: str) -> int:
        position = engine.index.position(painting_id)
        if position is None:
            raise NotFoundError(f"there is no painting '{painting_id}'", "go back to the collection")
        return position

    @lru_cache(maxsize=512)
    def colours_of(path: Path, content: str) -> list[dict[str, Any]]:
        try:
            return _colours(open_image(path, at_least=LONG_SIDE))
        except ImageError:  # gone or damaged since it was indexed; what is known of it is still told
            return []

    def keep(data: bytes) -> dict[str, Any]:
        engine = current()
        query = engine.query(data)
        image = open_image(data, at_least=LONG_SIDE)
        token = query.sha256[0]
        facts = {"upload": token, "colours": _colours(image)}
        with lock:
            uploads[token] = _Upload(query, engine.index.config.spaces, facts)
            uploads.move_to_end(token)
            while len(uploads) > UPLOADS_KEPT:
                uploads.popitem(last=False)
        return facts

    @app.get("/api/collection")
    def collection_facts() -> dict[str, Any]:
        """{"name", "n", "labels": {column: [{"value", "count"}, ...]}, "features": [{"name", "description", "weight"}]}.

        Label values stand by count, "value" null last: no label.
        """
        engine = current()
        paintings = engine.paintings
        mix = resolve_weights(None, engine.index.features)
        described = [{"name": n, "description": f.description, "weight": mix[n]} for n, f in engine.features.items()]
        labels = {name: _counted(paintings.column(name)) for name in paintings.labels}
        name = Path(collection).resolve().name
        return {"name": name, "n": len(paintings), "labels": labels, "features": described, "skipped": len(engine.index.config.skipped)}

    @app.get("/api/paintings")
    def some_paintings(
        offset: int = Query(0, ge=0), limit: int = Query(60, ge=1, le=500), where: list[str] = Query([])
    ) -> dict[str, Any]:
        """{"total", "paintings": [{"id", "title", "labels", "width", "height"}, ...]} in the table's order."""
        paintings = current().paintings
        chosen = filters.mask(paintings, where).nonzero()[0]
        return {"total": len(chosen), "paintings": [_brief(paintings.record(int(p)), paintings.labels) for p in chosen[offset:][:limit]]}

    @app.get("/api/paintings/{painting_id:path}")
    def one_painting(painting_id: str) -> dict[str, Any]:
        """As in the list, with "source", "rights", "colours": [{"hex", "proportion"}] and "more": any further columns."""
        engine = current()
        paintings, position = engine.paintings, position_of(engine, painting_id)
        record = paintings.record(position)
        more = {k: v for k, v in record.items() if k not in (*_OWN_COLUMNS, *paintings.labels) and v is not None and v != []}
        told = {"source": record["source"], "rights": record["rights"], "more": more, "colours": colours_of(engine.path_of(position), engine.index.hashes[position])}
        return _brief(record, paintings.labels) | told

    @app.get("/api/images/{painting_id:path}")
    def picture(painting_id: str, size: int = SIZES[0]) -> Response:
        """The picture as JPEG; made once and kept in ``COLLECTION/.thumbnails``."""
        engine = current()
        position = position_of(engine, painting_id)
        if size not in SIZES:
            raise InputError(f"pictures of {size} pixels are not served", f"ask for one of {', '.join(map(str, SIZES))}")
        digest = engine.index.hashes[position]
        kept = engine.paintings.root.resolve() / ".thumbnails" / digest[:2] / f"{digest}-{size}.jpg"
        headers = {"Cache-Control": "private, max-age=3600"}
        if not kept.is_file():
            data = _jpeg(engine.path_of(position), size)
            try:
                with write_aside(kept) as aside:
                    aside.write_bytes(data)
            except OSError:  # a collection that may not be written to is still shown
                return Response(data, media_type="image/jpeg", headers=headers)
        return FileResponse(kept, media_type="image/jpeg", headers=headers)

    @app.post("/api/uploads")
    async def upload(request: Request) -> dict[str, Any]:
        """{"upload": token, "colours"}; the file is described and forgotten. 413 above ``MAX_UPLOAD_BYTES``."""
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > MAX_UPLOAD_BYTES:
                raise TooLargeError(f"the file is larger than {MAX_UPLOAD_BYTES >> 20} MB", "send a smaller version of the picture")
        return await run_in_threadpool(keep, bytes(data))

    def kept(token: str) -> _Upload:
        upload = uploads.get(token)  # one look: another request may push it out at any moment
        if upload is None:
            raise NotFoundError("this upload has been forgotten", "upload the picture again")
        return upload

    @app.get("/api/uploads/{token}")
    def known_upload(token: str) -> dict[str, Any]:
        """What POST gave for it; 404 where it has been forgotten."""
        return kept(token).facts

    @app.post("/api/search")
    def search(asked: SearchRequest) -> dict[str, Any]:
        """``SearchResult`` as JSON, without paths, each hit with "width" and "height"."""
        if (asked.id is None) == (asked.upload is None):
            raise InputError("name either a painting or an upload", 'send {"id": ...} or {"upload": ...}')
        engine = current()
        if asked.upload is not None:
            known = kept(asked.upload)
            if known.spaces != engine.index.config.spaces:  # the index has been written anew since
                raise NotFoundError("this upload has been forgotten", "upload the picture again")
            query = known.query
        else:
            position_of(engine, asked.id)
            query = engine.query(asked.id)
        result = engine.search(query, asked.k, asked.weights, asked.where).as_dict()
        del result["query"]["path"]
        for hit in result["hits"]:
            del hit["path"]
            record = engine.paintings.record(engine.index.position(hit["id"]))
            hit |= {"width": record["width"], "height": record["height"]}
        return result

    @app.exception_handler(ArtExtractError)
    def known_error(_: Request, error: ArtExtractError) -> JSONResponse:
        status = getattr(error, "status", 400 if isinstance(error, InputError) else 422)
        return _error(status, error.message, error.hint)

    @app.exception_handler(RequestValidationError)
    def wrong_request(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return _error(422, f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}", "see the docstrings of artextract.app.api")

    @app.exception_handler(HTTPException)
    def no_such_page(_: Request, error: HTTPException) -> JSONResponse:
        return _error(error.status_code, str(error.detail), "")

    @app.middleware("http")
    async def with_headers(request: Request, call_next: Any) -> Response:
        response = await call_next(request)
        response.headers.update(_HEADERS)
        return response

    app.mount("/", StaticFiles(directory=WEB, html=True), name="web")
    return app


def _brief(record: dict[str, Any], labels: tuple[str, ...]) -> dict[str, Any]:
    kept = {name: record[name] for name in ("id", "title", "width", "height")}
    return kept | {"labels": {name: record[name] for name in labels}}


def _counted(values: Any) -> list[dict[str, Any]]:
    counts = Counter(values.tolist())
    order = sorted(counts, key=lambda value: (value is None, -counts[value], value or ""))
    return [{"value": value, "count": counts[value]} for value in order]


def _colours(image: Image.Image) -> list[dict[str, Any]]:
    return [{"hex": code, "proportion": proportion} for code, proportion in dominant_colours(image, 6)]


def _jpeg(path: Path, size: int) -> bytes:
    image = open_image(path, at_least=size)
    if max(image.size) > size:
        image = ImageOps.contain(image, (size, size), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=86, progressive=True)
    return file.getvalue()


def _error(status: int, message: str, hint: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "hint": hint}}, status)
