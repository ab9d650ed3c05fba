"""The web application: JSON over a searchable collection, its pictures, and the page that shows them.

Every group of calls has a file with ``routes(workspace)``; /docs shows them all, with what they take and give. An error
is {"error": {"message", "hint", "code"}} with a status from 400 up. Files are only reached through the ids of the
collection, and nothing is fetched that a visitor names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from artextract.app.api import (
    added,
    batch,
    catalogue,
    collection,
    compare,
    embeddings,
    export,
    iiif_image,
    images,
    lists,
    map,
    mix,
    motifs,
    painting,
    predict,
    review,
    search,
    session,
    sign_in,
    study,
    ways,
    works,
)
from artextract.app.api import updating as updating_calls
from artextract.app.api.access import Access, Gate, parts_of
from artextract.app.api.compressed import Compressed
from artextract.app.api.cors import CrossOrigin, origins_of
from artextract.app.api.guards import ErrorAnswer, Guard, add_error_handlers, error_answer
from artextract.app.api.page import Page
from artextract.app.api.proxy import Proxied, Rooted
from artextract.app.api.rates import Buckets, Limited
from artextract.app.api.samples import described, real_values
from artextract.app.api.versions import Versioned
from artextract.app.api.watching import Metrics, Watched, access_log, metrics_answer
from artextract.app.api.workspace import Limits, Workspace
from artextract.app.serving import Serving
from artextract.app.shared import require_apart
from artextract.app.updating import Updating
from artextract.version import __version__

GROUPS = (
    session,
    collection,
    painting,
    catalogue,
    images,
    iiif_image,
    search,
    mix,
    motifs,
    predict,
    embeddings,
    batch,
    map,
    review,
    compare,
    ways,
    study,
    lists,
    works,
    export,
    *(updating_calls, added, sign_in),
)


def create_app(
    folder: str | Path,
    model: str | Path | None = None,
    limits: Limits = Limits(),
    hosts: tuple[str, ...] = (),
    addresses: bool = False,
    cors: tuple[str, ...] = (),
    updating: Updating | None = None,
    serving: Serving = Serving(),
) -> FastAPI:
    """The application of one indexed collection. ``model`` says what paintings are (None: that of the feature "style",
    where it is indexed); ``hosts`` and ``addresses`` as of ``Guard``;
    ``cors`` are the origins of other sites that may read IIIF documents and pictures ("*": all). ``updating`` brings
    the collection up to date from the start on; it need not have an index then. ``serving``: to whom it is offered,
    and how. Raises what ``Workspace`` and ``origins_of`` raise, and ``InputError`` for what ``serving`` cannot be."""
    origins = origins_of(cors)
    if serving.shared is not None:
        require_apart(serving.shared, folder)
    access = Access(serving)
    workspace = Workspace(folder, model, limits, updating, access)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if updating is not None:
            updating.begin()
        yield
        workspace.jobs.close()
        workspace.batches.close()
        if updating is not None:
            updating.close()

    app = FastAPI(
        title="ArtExtract",
        version=__version__,
        description=__doc__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        responses={"4XX": {"model": ErrorAnswer, "description": "What happened and what to do"}},
    )
    routers = [group.routes(workspace) for group in GROUPS]
    for router in routers:
        app.include_router(router)
    calls = [route for router in routers for route in router.routes]
    access.check_parts(calls)
    metrics = Metrics(parts_of(calls), partial(_gauges, workspace))
    app.add_route("/metrics", partial(metrics_answer, metrics, serving.metrics), include_in_schema=False)
    page = Page()
    app.add_route("/docs", lambda request: page.document(request, "docs.html"), include_in_schema=False)
    add_error_handlers(app, page.lost)
    # The last is around all others.
    app.add_middleware(Rooted)
    app.add_middleware(Compressed, minimum_size=2000, compresslevel=5)
    app.add_middleware(Gate, access=access, refuse=error_answer)
    if serving.rate is not None:
        app.add_middleware(Limited, buckets=Buckets(serving.rate), refuse=error_answer)
    app.add_middleware(Guard, hosts=hosts, addresses=addresses)
    if origins:
        app.add_middleware(CrossOrigin, origins=origins, all_calls=serving.open_api)
    app.add_middleware(Versioned)
    log = None if serving.access_log is None else access_log(serving.access_log)
    app.add_middleware(Watched, metrics=metrics, log=log)
    app.add_middleware(Proxied, proxies=serving.proxies, prefix=serving.prefix)
    app.openapi = partial(_described, app, workspace, app.openapi)  # type: ignore[method-assign]
    app.mount("/", page, name="page")
    return app


def _gauges(workspace: Workspace) -> dict[tuple[str, str], float]:
    index = workspace.engine().index
    return {
        ("paintings", "Paintings that can be looked at."): len(index),
        ("indexed", "Whether there is an index to search with."): float(bool(index.features)),
        ("uploads_kept", "Uploaded pictures in memory."): workspace.uploads_kept,
        ("jobs_unfinished", "Long work that waits or runs."): workspace.jobs.unfinished + workspace.batches.unfinished,
    }


def _described(app: FastAPI, workspace: Workspace, generic: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The description of the calls, made when it is first asked for; its examples name paintings that there are."""
    if app.openapi_schema is None:
        app.openapi_schema = described(generic(), real_values(workspace.engine()))
    return app.openapi_schema
