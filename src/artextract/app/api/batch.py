"""Many pictures predicted, or many queries searched, in one job behind the page."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Callable, Iterable
from functools import partial

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.guards import ErrorText, require_token
from artextract.app.api.job import JobAnswer
from artextract.app.api.predict import PredictRequest, Suggester, Suggestion
from artextract.app.api.search import SearchAnswer, Searcher, SearchRequest
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.app.jobs import BUSY, Job, Jobs
from artextract.errors import ArtExtractError, InputError
from artextract.printable import counted
from artextract.progress import Progress

MOST_PICTURES = 1000
MOST_QUERIES = 500
MOST_HITS = 20_000
"""Hits of all queries of a job together."""


class BatchRequest(BaseModel):
    """Either ``predict``, the bodies of so many POST /api/predict, or ``search``, those of POST /api/search, which
    may have 20,000 hits (``k``) together."""

    predict: list[PredictRequest] = Field([], max_length=MOST_PICTURES)
    search: list[SearchRequest] = Field([], max_length=MOST_QUERIES)


class BatchJob(JobAnswer):
    """``job`` is the secret name of the job: who knows it can ask for its result, and end it."""

    job: str


class BatchResult(BaseModel):
    """What one of the calls gave: ``predict`` or ``search``, or the ``error``."""

    predict: Suggestion | None = None
    search: SearchAnswer | None = None
    error: ErrorText | None = None


class BatchResults(BaseModel):
    """In the order of the calls that were sent."""

    results: list[BatchResult]


class TooManyJobsError(InputError):
    status = 429
    code = "too-many-jobs"


class NotDoneError(InputError):
    status = 409
    code = "job-not-done"


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["jobs"])
    jobs, suggester, searcher = workspace.batches, Suggester(workspace), Searcher(workspace)
    token = [Depends(require_token(workspace))]

    def predicted(asked: PredictRequest) -> BatchResult:
        reader, work = suggester.prepared(asked)
        return BatchResult(predict=reader.done(work))

    def searched(asked: SearchRequest) -> BatchResult:
        return BatchResult(search=searcher.answer(asked))

    @router.post("/api/jobs", dependencies=token)
    def begin(asked: BatchRequest) -> BatchJob:
        """Begin a job. It goes on when nobody asks for it; its result is kept in memory until the server is stopped or
        eight later jobs have ended, fewer where results are very large, and longer where servers share their jobs.
        Eight may wait; 429 then."""
        if bool(asked.predict) == bool(asked.search):
            raise InputError(
                "name what to predict or what to search for",
                'send {"predict": [...]} or {"search": [...]}',
                code="predict-or-search",
            )
        if sum(query.k for query in asked.search) > MOST_HITS:
            raise InputError(
                f"the queries ask for more than {MOST_HITS} hits together",
                "ask for a smaller k, or in several jobs",
                code="too-many-hits",
            )

        def work(progress: Progress) -> bytes:
            caption = "predict" if asked.predict else "search"
            steps: list[Callable[[], BatchResult]]
            if asked.predict:
                steps = [partial(predicted, one) for one in asked.predict]
            else:
                steps = [partial(searched, one) for one in asked.search]
            return _packed(_result(step) for step in progress(steps, len(steps), caption))

        name = secrets.token_urlsafe(24)
        job = jobs.ask(name, work)
        if job is BUSY:
            raise TooManyJobsError(BUSY.message, BUSY.hint)
        return BatchJob(job=name, **job.as_dict())

    @router.get("/api/jobs/{job}")
    def state(job: str) -> BatchJob:
        """How far a job is."""
        return BatchJob(job=job, **_known(jobs, job).as_dict())

    @router.get("/api/jobs/{job}/result", response_model=BatchResults)
    def result(job: str) -> Response:
        """What the calls of a job gave, once it is done; 409 before. What failed for one call stands in its place."""
        known = _known(jobs, job)
        if known.state != "done":
            raise NotDoneError(
                known.message
                or f"the job is {known.state}: {known.done} of {counted(known.total, 'call is', 'calls are')} done",
                known.hint or "ask again later",
            )
        return Response(zlib.decompress(known.result), media_type="application/json")

    @router.delete("/api/jobs/{job}", dependencies=token, status_code=204)
    def end(job: str) -> None:
        """End a job, and forget its result."""
        _known(jobs, job)
        jobs.cancel(job)

    return router


def _known(jobs: Jobs, name: str) -> Job:
    job = jobs.find(name)
    if job is None:
        raise NotFoundError(
            "there is no such job", "it was ended or forgotten, or the server was started anew", code="unknown-job"
        )
    return job


def _packed(results: Iterable[BatchResult]) -> bytes:
    """``BatchResults`` as JSON, compressed as it grows: the objects of many hits take a hundred times as much."""
    packer, packed = zlib.compressobj(level=1), bytearray()
    for number, result in enumerate(results):
        packed += packer.compress((b"," if number else b'{"results":[') + result.model_dump_json().encode())
    return bytes(packed + packer.compress(b"]}") + packer.flush())


def _result(step: Callable[[], BatchResult]) -> BatchResult:
    try:
        return step()
    except ArtExtractError as error:
        return BatchResult(error=ErrorText(message=error.message, hint=error.hint, code=error.code))
