"""Calls about maps: the collection as places in the plane, what its points are coloured by, and what a part of it has
in common."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from artextract.app.api.collection_answers import TEXT, WHERE, Painting, known_painting
from artextract.app.api.fields import Filter, Mix, Name, PaintingId, Words
from artextract.app.api.guards import at_most, require_token
from artextract.app.api.job import JobAnswer
from artextract.app.api.workspace import ForbiddenError, Workspace
from artextract.errors import InputError
from artextract.kept import Kept
from artextract.labels import unify
from artextract.progress import Progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.weights import parse_weights
from artextract.search.asking.years import year_order
from artextract.search.map.clusters import log_odds
from artextract.search.map.layout import offered_methods, require_method
from artextract.search.map.map_store import MapStore
from artextract.search.map.projection import METHODS

NOT_COLOURS = ("id", "path", "title", "sha256", "phash")
WAITS = 60.0
"""Seconds after which a map that nobody has asked for again is not begun."""
ASKED_KEPT = 256
"""Of so many maps it is remembered when they were asked for; more than can wait to be computed."""
MOST_VALUES = 12
"""Values of each label that a part of the map is compared by."""


class TermFacts(BaseModel):
    """``share`` of the cluster's paintings that have a value there, ``elsewhere`` of the others; ``z``: the log-odds in
    standard deviations."""

    column: str
    value: str
    share: float
    elsewhere: float
    z: float


class ClusterFacts(BaseModel):
    """``representatives`` are ids, the most central first."""

    number: int
    name: str
    size: int
    terms: list[TermFacts]
    representatives: list[str]


class MapFacts(BaseModel):
    """``ids``, ``x``, ``y`` (0..1, y down), ``cluster`` and ``placed`` have one value for each painting of the index,
    in its order; x and y are null and cluster is -1 for the ``skipped`` that lack all features of the mix; placed is 1
    for those placed at their nearest of the ``fitted``. ``explained``: the share of the variance that PCA shows;
    ``years``: of a map by time the first and the last, at x of 0 and 1."""

    index: str
    method: str
    weights: dict[str, float]
    seed: int
    n: int
    skipped: int
    fitted: int
    explained: float | None
    years: tuple[float, float] | None = None
    clustering: str
    silhouettes: dict[str, float]
    agreement: dict[str, dict[str, float | None]]
    clusters: list[ClusterFacts]
    ids: list[str]
    x: list[float | None]
    y: list[float | None]
    cluster: list[int]
    placed: list[int]


class MapAnswer(JobAnswer):
    """The map once it is done."""

    map: MapFacts | None = None


class MapRequest(BaseModel):
    method: Name = "tsne"
    weights: Mix = ""


class ColumnName(BaseModel):
    """``kind``: "labels" or "numbers"; ``values``: how many different ones."""

    name: str
    kind: str
    values: int


class MapOptions(BaseModel):
    methods: list[str]
    columns: list[ColumnName]


class Column(BaseModel):
    """Of labels ``values`` with their ``counts``, the most frequent first, and per painting of the index its ``codes``
    into them, -1 where there is none; of numbers ``numbers``, null where there is none."""

    index: str
    name: str
    kind: Literal["labels", "numbers"]
    values: list[str] = []
    counts: list[int] = []
    codes: list[int] = []
    numbers: list[float | None] = []


class Passing(BaseModel):
    """``rows``: places in the order of the index."""

    index: str
    rows: list[int]


class Chosen(BaseModel):
    ids: list[PaintingId] = Field(min_length=1, max_length=200_000)


class ValueShare(BaseModel):
    """``share`` of the chosen that have this label known; ``elsewhere`` of the rest, null where none of it has; ``z``
    is above 0 for what is more frequent than elsewhere, null where all have it."""

    value: str
    count: int
    share: float
    elsewhere: float | None
    z: float | None


class LabelShares(BaseModel):
    """``known``: how many of the chosen have this label; ``values``: their most frequent; ``distinct``: how many
    different ones they have."""

    column: str
    known: int
    distinct: int
    values: list[ValueShare]


class Comparison(BaseModel):
    n: int
    rest: int
    labels: list[LabelShares]


METHOD = Query("tsne", max_length=200, description=f"one of {', '.join(METHODS)}")


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["map"])
    mapper = Mapper(workspace)

    @router.get("/api/map", dependencies=[at_most(4)])
    def a_map(
        method: Name = METHOD,
        weights: Mix = Query("", max_length=2000, description="such as deep=0.7,palette=0.3; the default mix without"),
    ) -> MapAnswer:
        """The map of the whole collection by a method and a mix of features. It is computed once, in the background;
        until it is there this tells how far it is."""
        return mapper.answer(method, weights)

    @router.post("/api/map/again", dependencies=[Depends(require_token(workspace))])
    def again(asked_for: MapRequest) -> MapAnswer:
        """Try a map again that failed."""
        return mapper.answer(asked_for.method, asked_for.weights, again=True)

    @router.get("/api/map/options")
    def options() -> MapOptions:
        """The ways to map that this machine has, and the columns that points can be coloured by."""
        return MapOptions(
            methods=offered_methods(year_order(workspace.engine().paintings) is not None),
            columns=_columns(workspace.engine()),
        )

    @router.get("/api/map/column")
    def column(name: Name) -> Column:
        """The values of a column for all paintings of the index, in its order."""
        return mapper.column(name)

    @router.get("/api/map/passing")
    def passing(where: list[Filter] = WHERE, text: Words = TEXT) -> Passing:
        """Which paintings pass the filters, as of GET /api/paintings."""
        return mapper.passing(where, text)

    @router.get("/api/map/paintings")
    def some(id: list[PaintingId] = Query(min_length=1, max_length=100)) -> list[Painting]:
        """Paintings by their ids, in the order asked for, at most 100."""
        engine = workspace.engine()
        return [known_painting(workspace, engine, one) for one in id]

    @router.post("/api/map/chosen", dependencies=[Depends(require_token(workspace))])
    def compared(chosen: Chosen) -> Comparison:
        """How the labels of some paintings differ from those of the rest: by share, and by the log-odds with a prior
        (B. Monroe, M. Colaresi and K. Quinn, 2008)."""
        return mapper.compared(chosen.ids)

    return router


class Mapper:
    """Answers what is asked about maps, for several threads; a map that is not there is made in the background."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._store = MapStore(workspace.root)
        self._asked: Kept[str, float] = Kept(ASKED_KEPT)  # name of a map -> when it was last asked for

    def answer(self, method: str, text: str, again: bool = False) -> MapAnswer:
        """The map, or how far it is; ``again`` tries one that failed anew. Raises ``InputError`` for methods and
        weights that there are not, ``ForbiddenError`` where only known maps are shown."""
        require_method(method)
        engine, weights = self._workspace.engine(), parse_weights(text) if text.strip() else None
        store, jobs = self._store, self._workspace.jobs
        name = store.name(engine, method, weights)
        found = store.find(engine, method, weights)
        if found is not None:
            return MapAnswer(state="done", map=MapFacts.model_validate(found))
        if weights is not None and not self._workspace.access.has("map"):  # each takes minutes, and a file
            raise ForbiddenError(
                "this server makes no maps of other mixes",
                "look at the map of the default mix, or start the server with --allow map",
                code="maps-not-allowed",
            )
        self._asked.put(name, time.monotonic())

        def work(progress: Progress) -> dict[str, Any] | None:
            if time.monotonic() - (self._asked.peek(name) or 0.0) > WAITS:
                return None  # who asked for it has long gone elsewhere
            return store.find(engine, method, weights) or store.make(engine, method, weights, progress=progress)

        if again:
            jobs.forget(("map", name))
        job = jobs.ask(("map", name), work)
        if job.state == "done":
            jobs.forget(("map", name))  # the store has it
            if job.result is not None:
                return MapAnswer(state="done", map=job.result)
            job = jobs.ask(("map", name), work)
        return MapAnswer(**job.as_dict())

    def column(self, name: str) -> Column:
        """Raises ``InputError`` for a column that points cannot be coloured by."""
        engine = self._workspace.engine()
        version = self._store.version(engine)
        if name in NOT_COLOURS:
            raise InputError(
                f"points cannot be coloured by '{name}'",
                "GET /api/map/options lists the columns",
                code="unknown-colouring",
            )
        values = engine.paintings.column(name)
        numbers = _numbers(values)
        if numbers is not None:
            return Column(index=version, name=name, kind="numbers", numbers=numbers)
        texts = unify(values) if name in engine.paintings.labels else [_text(value) for value in values]
        counts = Counter(text for text in texts if text is not None)
        order = sorted(counts, key=lambda text: (-counts[text], text))
        code = {text: number for number, text in enumerate(order)} | {None: -1}
        return Column(
            index=version,
            name=name,
            kind="labels",
            values=order,
            counts=[counts[text] for text in order],
            codes=[code[text] for text in texts],
        )

    def passing(self, where: list[str], text: str) -> Passing:
        engine = self._workspace.engine()
        return Passing(
            index=self._store.version(engine), rows=np.flatnonzero(engine.listing.allowed(where, text)).tolist()
        )

    def compared(self, ids: list[str]) -> Comparison:
        """Some paintings and the rest; raises ``NotFoundError`` for ids that are not there."""
        engine = self._workspace.engine()
        inside = np.zeros(len(engine.index), dtype=bool)
        inside[[self._workspace.position(engine, one) for one in ids]] = True
        labels = [compare_label(name, engine.paintings.column(name), inside) for name in engine.paintings.labels]
        return Comparison(
            n=int(inside.sum()), rest=int((~inside).sum()), labels=[label for label in labels if label.known]
        )


def compare_label(name: str, values: np.ndarray, inside: np.ndarray) -> LabelShares:
    """One label column, object (N,) with None where missing, inside and outside of a part, bool (N,)."""
    known = np.array([value is not None for value in values], dtype=bool)
    own, everywhere = Counter(values[known & inside].tolist()), Counter(values[known].tolist())
    n_own, n_all = int((known & inside).sum()), int(known.sum())
    z = log_odds(own, everywhere, n_own, n_all) if n_own else {}
    shares = [
        ValueShare(
            value=value,
            count=count,
            share=count / n_own,
            elsewhere=(everywhere[value] - count) / (n_all - n_own) if n_all > n_own else None,
            z=z.get(value) if n_all > n_own else None,
        )
        for value, count in sorted(own.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
    ]
    return LabelShares(column=name, known=n_own, distinct=len(own), values=shares)


def _columns(engine: SearchEngine) -> list[ColumnName]:
    """The labels first, then other columns in which not all paintings are the same or all different."""
    paintings = engine.paintings
    found = []
    for name in [
        *paintings.labels,
        *(c for c in paintings.frame.columns if c not in paintings.labels and c not in NOT_COLOURS),
    ]:
        values = paintings.column(name)
        numbers = _numbers(values)
        distinct = len({_text(value) for value in values} - {None})
        if distinct > 1 and (numbers is not None or name in paintings.labels or distinct <= len(values) / 2):
            found.append(ColumnName(name=name, kind="labels" if numbers is None else "numbers", values=distinct))
    return found


def _numbers(values: np.ndarray) -> list[float | None] | None:
    """A column as numbers, None where missing; None as a whole where it holds anything else, or nothing."""
    there = np.array([value is not None for value in values], dtype=bool)
    if not there.any() or any(
        isinstance(value, bool) or not isinstance(value, (str, int, float, np.number)) for value in values[there]
    ):
        return None
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(numbers[there]).all():
        return None
    return [float(number) if known else None for number, known in zip(numbers, there, strict=False)]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, (list, tuple, np.ndarray)):
        return ", ".join(map(str, value)) or None
    return str(value)
