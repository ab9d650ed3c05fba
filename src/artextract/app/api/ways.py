"""Ways through the collection: the chain of small steps from one painting to another."""

from __future__ import annotations

from fastapi import APIRouter, Query
from pydantic import BaseModel

from artextract.app.api.collection_answers import WHERE, Painting, known_painting
from artextract.app.api.compare import Reason
from artextract.app.api.facts import Fact
from artextract.app.api.fields import Filter, Mix, PaintingId
from artextract.app.api.guards import at_most
from artextract.app.api.job import JobAnswer
from artextract.app.api.workspace import Workspace
from artextract.errors import InputError
from artextract.kept import Kept
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import parse_weights
from artextract.search.ways.path import Ground, PaintingPath, find_path, make_ground

GROUNDS_KEPT, PATHS_KEPT = 2, 128
"""A ground of 15,000 paintings takes some 250 MB."""


class PathStep(BaseModel):
    """From one stop to the next. ``score`` as in a search by the first; ``distance``: 0 for equal paintings, 1 for the
    two ends of the path; ``bridge``: neither is among the nearest of the other, but nothing nearer leads on.
    ``facts``: what ``summary`` is made of."""

    score: float
    distance: float
    bridge: bool
    summary: str
    facts: Fact | None
    features: list[Reason]


class FoundPath(BaseModel):
    """``stops`` from the first to the last, with a step between each two; ``direct`` is the score of the two ends,
    ``paintings`` how many could have been stops."""

    stops: list[Painting]
    steps: list[PathStep]
    weights: dict[str, float]
    where: list[str]
    direct: float
    paintings: int


class PathAnswer(JobAnswer):
    """The path, once ``state`` is "done"."""

    path: FoundPath | None = None


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["ways"])
    finder = PathFinder(workspace)

    @router.get("/api/path", dependencies=[at_most(4)])
    def path(
        first: PaintingId,
        last: PaintingId,
        weights: Mix = Query("", max_length=2000, description="such as deep=0.7,palette=0.3; the default mix without"),
        where: list[Filter] = WHERE,
    ) -> PathAnswer:
        """A chain of small steps from one painting to another, each explained. What all paths of a mix share is
        computed in the background; until it is there this tells how far it is."""
        return finder.answer(first, last, weights, where)

    return router


class PathFinder:
    """Answers what is asked about paths, for several threads."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._grounds: Kept[tuple, Ground] = Kept(GROUNDS_KEPT)
        self._paths: Kept[tuple, FoundPath] = Kept(PATHS_KEPT)

    def answer(self, first: str, last: str, text: str, where: list[str]) -> PathAnswer:
        """Raises ``NotFoundError`` for ids that are not there, ``InputError`` for a mix, filters and ends that cannot
        be."""
        engine = self._workspace.engine()
        weights = parse_weights(text) if text.strip() else None
        mix = tuple(sorted((n, round(w, 6)) for n, w in engine.weights_of(weights).items() if w))
        for one in (first, last):
            self._workspace.position(engine, one)
        if first == last:
            raise InputError("a path needs two paintings", "name another one as its end", code="one-painting")
        engine.listing.allowed(where)
        ends = (first, last) if where else ()
        key = ("path", engine.index.version, mix, tuple(where), ends)
        kept = self._paths.peek((key, first, last))
        if kept is not None:
            return PathAnswer(state="done", path=kept)
        ground = self._grounds.peek(key)
        jobs = self._workspace.jobs
        if ground is None:
            job = jobs.ask(key, lambda progress: make_ground(engine, weights, where, ends, progress))
            if job.state != "done":
                if job.state == "failed":  # whoever asks again begins anew
                    jobs.forget(key)
                return PathAnswer(**job.as_dict())
            ground = job.result
            self._grounds.put(key, ground)
            jobs.forget(key)
        try:
            found = find_path(engine, first, last, ground)
        except InputError as error:
            if error.code != "not-on-the-path":
                raise
            # one end is a copy of another painting, which stands for it on the ground
            found = find_path(engine, first, last, make_ground(engine, weights, where, (first, last)))
        answer = self._facts(engine, found)
        self._paths.put((key, first, last), answer)
        return PathAnswer(state="done", path=answer)

    def _facts(self, engine: SearchEngine, found: PaintingPath) -> FoundPath:
        return FoundPath(
            stops=[known_painting(self._workspace, engine, stop.id) for stop in found.stops],
            steps=[
                PathStep(
                    score=step.score,
                    distance=step.distance,
                    bridge=step.bridge,
                    summary=step.summary,
                    facts=Fact.of(step.summary),
                    features=[Reason.of(one, found.weights) for one in step.features],
                )
                for step in found.steps
            ],
            weights=found.weights,
            where=found.where,
            direct=found.direct,
            paintings=found.paintings,
        )
