"""Calls about one painting: what the model takes it for and where it looked, and its place among the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from artextract.app.api.collection_answers import SORT, TEXT, WHERE
from artextract.app.api.fields import Filter, Name, Words
from artextract.app.api.reader import MOST, Doubt, Looked, ModelFacts, RankedLabel, Reader, Reading
from artextract.app.api.workspace import Workspace
from artextract.labels import canonical_key
from artextract.model.predictor import ranked
from artextract.search.asking.engine import SearchEngine
from artextract.table import artist_column

PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "the map, transparent where the network hardly looked"}
}


class OwnLabel(BaseModel):
    """What the table says. ``agrees``: whether it is the model's first; null, with ``probability``, where the model
    does not know this label."""

    label: str
    agrees: bool | None
    probability: float | None


class HeldOut(BaseModel):
    """How right the model was on ``n`` paintings that its training had not read: accuracy 0..1 and expected calibration
    error 0..1, null where undefined."""

    n: int
    accuracy: float | None
    ece: float | None


class OfLabel(BaseModel):
    """The model's first label on the same held-out paintings: ``precision`` of the ``predicted`` ones were right;
    ``trained``: training paintings that carry it."""

    predicted: int
    precision: float | None
    trained: int


class AttributeReading(BaseModel):
    """``sure``: at least as probable as ``sure_from``, above which three answers in four were right on validation
    (null: nowhere). ``own`` is null where the table has no label; ``held_out``, ``held_out_new_artists`` and
    ``of_label`` where the model has not been evaluated."""

    attribute: str
    classes: int
    labels: list[RankedLabel]
    sure: bool
    sure_from: float | None
    own: OwnLabel | None
    looked: Looked
    held_out: HeldOut | None
    held_out_new_artists: HeldOut | None
    of_label: OfLabel | None


class Predictions(Doubt):
    """``seen``: "same file" or "nearly the same picture" where the painting was in the training, so that its
    probabilities say little; ``artist_seen``: whether other paintings by its artist were, null where that is
    unknown. ``looked``: where the network looked, for these attributes and all others that it answers."""

    id: str
    model: ModelFacts
    seen: str | None
    artist_seen: bool | None
    attributes: list[AttributeReading]
    looked: dict[str, Looked]


class Place(BaseModel):
    """``number`` counts from 1; null where the painting does not pass the filters, and then nothing is before or after
    it."""

    total: int
    number: int | None
    previous: str | None
    next: str | None


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["painting"])

    @router.get("/api/predictions/{painting_id:path}")
    async def predictions(painting_id: str, top: int = Query(5, ge=1, le=MOST)) -> Predictions:
        """What the model takes a painting for: per attribute the ``top`` labels with calibrated probabilities, the
        painting's own label beside them, where the network looked, and what is needed to read the figures
        rightly. Where the collection has no model of its own, the starter model answers."""
        engine, known = workspace.engine(), workspace.reader()
        record = workspace.record(engine, painting_id)
        return await known.ask(_predictions, known, engine, record, top)

    @router.get("/api/attention/{painting_id:path}", responses=PNG, response_class=Response)
    async def attention(
        painting_id: str, attribute: Name = Query(max_length=200, description="such as style")
    ) -> Response:
        """Where the network looked for an attribute, as a transparent PNG of the shape of the painting, to be laid over
        it. It shows where, not why, and no finer than the grid of ``looked`` in the predictions; what the network did
        not read stays clear."""
        engine, known = workspace.engine(), workspace.reader()
        record = workspace.record(engine, painting_id)

        def work() -> bytes:
            reading = known.read(engine.records.path_of(painting_id), record["sha256"])
            return known.map_of(reading, attribute, (record["width"], record["height"]))

        return Response(
            await known.ask(work), media_type="image/png", headers={"Cache-Control": "private, max-age=3600"}
        )

    @router.get("/api/places/{painting_id:path}")
    def place(painting_id: str, where: list[Filter] = WHERE, text: Words = TEXT, sort: Name = SORT) -> Place:
        """Which painting comes before and which after it, in the list that GET /api/paintings gives for the same
        filters and order."""
        engine = workspace.engine()
        row = workspace.position(engine, painting_id)
        rows = engine.listing.listed(where, text, sort)
        found = np.flatnonzero(rows == row)
        if not len(found):
            return Place(total=len(rows), number=None, previous=None, next=None)
        at = int(found[0])
        before, after = (engine.index.ids[rows[i]] if 0 <= i < len(rows) else None for i in (at - 1, at + 1))
        return Place(total=len(rows), number=at + 1, previous=before, next=after)

    return router


def _predictions(reader: Reader, engine: SearchEngine, record: dict[str, Any], top: int) -> Predictions:
    reading = reader.read(engine.records.path_of(record["id"]), record["sha256"])
    artist = record.get(artist_column(engine.paintings.frame) or "")
    artist_seen = reader.artist_seen(artist)
    own = {**record, "artist": record.get("artist") or artist}  # a painter who is no class to learn is still known
    readings = [
        _reading(reader, reading, name, own.get(name), artist_seen, top) for name in reader.predictor.attributes
    ]
    seen = reader.seen(record["sha256"], record["phash"])
    facts = {"id": record["id"], "model": reader.facts, "seen": seen, "artist_seen": artist_seen}
    looked = {name: reading.looked(name) for name in reading.times}
    return Predictions(**reading.document | facts | {"attributes": readings, "looked": looked})


def _reading(
    reader: Reader, reading: Reading, name: str, own: str | None, artist_seen: bool | None, top: int
) -> AttributeReading:
    predictor, probabilities = reader.predictor, reading.probabilities[name]
    classes = predictor.model.labels.classes[name]
    labels = ranked(classes, probabilities, top)
    best, judged = labels[0], reader.judged.get(name)
    entry = next((entry for entry in judged["classes"] if entry["label"] == best["label"]), None) if judged else None
    of_label = entry and OfLabel(
        predicted=entry["predicted"],
        precision=entry["precision"] if entry["predicted"] else None,
        trained=entry["trained"],
    )
    return AttributeReading(
        attribute=name,
        classes=len(classes),
        labels=[RankedLabel(**entry) for entry in labels],
        sure=predictor.is_sure(name, best["probability"]),
        sure_from=predictor.model.config["sure_from"][name],
        own=_own(own, best["label"], classes, probabilities),
        looked=reading.looked(name),
        held_out=_held_out(judged),
        held_out_new_artists=_held_out(judged.get("unseen_artists")) if judged and artist_seen is False else None,
        of_label=of_label,
    )


def _own(label: str | None, best: str, classes: list[str], probabilities: np.ndarray) -> OwnLabel | None:
    key = canonical_key(label)
    if label is None or key is None:
        return None
    number = next((i for i, name in enumerate(classes) if canonical_key(name) == key), None)
    if number is None:
        return OwnLabel(label=label, agrees=None, probability=None)
    return OwnLabel(label=label, agrees=classes[number] == best, probability=float(probabilities[number]))


def _held_out(entry: dict[str, Any] | None) -> HeldOut | None:
    return HeldOut(n=entry["n"], accuracy=entry.get("accuracy"), ece=entry.get("ece")) if entry and entry["n"] else None
