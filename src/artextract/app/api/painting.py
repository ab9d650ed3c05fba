"""Calls about one painting: what the model takes it for and where it looked, and its place among the others."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response
from PIL import Image
from pydantic import BaseModel

from artextract.app.api.collection_answers import SORT, TEXT, WHERE
from artextract.app.api.fields import Filter, Name, Words
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.errors import ImageError, InputError
from artextract.features.deep import on_picture
from artextract.files import read_json
from artextract.kept import Kept
from artextract.labels import canonical_key
from artextract.model.predictor import Predictor, ranked
from artextract.model.saved import METRICS_FILE
from artextract.runtime import extract, open_engine
from artextract.search.asking.engine import SearchEngine
from artextract.splits import near_duplicate_pairs
from artextract.table import artist_column

KEPT = 512
"""So many paintings' answers are remembered."""
SIDE = 640
"""Pixels on the longer side of an attention map as it is drawn."""
RAMP = np.array([(66, 10, 104), (147, 38, 103), (221, 81, 58), (252, 165, 10), (252, 255, 164)], np.float32)
"""Colours of attention from none to most, evenly spaced."""
OPAQUE = 0.9
SAME, NEAR = "same file", "nearly the same picture"
PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "the map, transparent where the network hardly looked"}
}


class RankedLabel(BaseModel):
    """``probability``: calibrated, 0..1; those of all classes of an attribute sum to 1."""

    label: str
    probability: float


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


class Looked(BaseModel):
    """Attention over the network's square input, row by row from the top, in times of an even look. ``most`` is where
    the colours of the drawn maps end."""

    grid: list[list[float]]
    most: float


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


class ModelFacts(BaseModel):
    """``paintings``: how many it was trained and validated on, of the collection ``collection``; ``geometry``: how a
    picture becomes its square input of ``size`` pixels."""

    name: str
    collection: str
    protocol: str | None
    paintings: int
    backbone: str
    size: int
    geometry: str
    rights: list[str]


class Predictions(BaseModel):
    """``seen``: "same file" or "nearly the same picture" where the painting was in the training, so that its
    probabilities say little; ``artist_seen``: whether other paintings by its artist were, null where that is
    unknown."""

    id: str
    model: ModelFacts
    seen: str | None
    artist_seen: bool | None
    attributes: list[AttributeReading]


class Place(BaseModel):
    """``number`` counts from 1; null where the painting does not pass the filters, and then nothing is before or after
    it."""

    total: int
    number: int | None
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class Reading:
    """What a network says of one picture, per attribute: probabilities ``float32 (K,)`` and attention ``float32 (H,
    W)``, which sums to 1."""

    probabilities: dict[str, np.ndarray]
    attention: dict[str, np.ndarray]

    @property
    def times(self) -> dict[str, np.ndarray]:
        """Attention in times of an even look."""
        return {name: grid * grid.size for name, grid in self.attention.items()}

    @property
    def most(self) -> float:
        """The end of the scale of all maps of this painting, at least 2."""
        return max(
            2.0,
            float(
                np.ceil(
                    max(float(grid.max()) for grid in self.attention.values())
                    * next(iter(self.attention.values())).size
                )
            ),
        )


class Reader:
    """Reads pictures with a model, one at a time in a thread of its own, so that a crowd of visitors waits without
    holding the server's threads."""

    def __init__(self, predictor: Predictor):
        self.predictor = Predictor(
            predictor.model
        )  # the search asks the other one, and a compiled network answers one at a time
        self._readings: Kept[str, Reading] = Kept(KEPT)
        self._seen: Kept[str, str | None] = Kept(KEPT)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="predict")

    async def ask(self, work: Callable[..., Any], *given: Any) -> Any:
        """What ``work`` gives, done in the reader's thread."""
        return await asyncio.wrap_future(self._thread.submit(work, *given))

    def read(self, path: Path, content: str) -> Reading:
        """The reading of a file whose hash is ``content``; only in the reader's thread. Raises ``ImageError`` where it
        cannot be opened."""
        return self._readings.get(content, lambda: self._read(path))

    def _read(self, path: Path) -> Reading:
        wrong: list[str] = []
        found = list(
            extract(
                self.predictor.backbone,
                [path],
                maps=True,
                on_error=lambda _, reason: wrong.append(reason),
                engine=self._engine,
            )
        )
        maps = found[0][2] if found else None
        if maps is None:
            raise ImageError(
                f"this painting cannot be read: {wrong[0]}",
                "put its file back and index the collection again",
                code="unreadable-painting",
            )
        answer = self.predictor.answer(maps)
        return Reading(
            *({name: values[0] for name, values in part.items()} for part in (answer.probabilities, answer.attention))
        )

    @cached_property
    def _engine(self) -> Any:
        return open_engine(self.predictor.backbone, "cpu", self.predictor.precision)

    @cached_property
    def facts(self) -> ModelFacts:
        model = self.predictor.model
        kept = model.config["backbone"]
        return ModelFacts(
            name=model.folder.resolve().name,
            collection=Path(model.config["collection"]["path"]).name,
            protocol=model.config["split"]["protocol"],
            paintings=len(self._trained),
            backbone=kept["name"].partition(":")[0],
            size=kept["transform"]["size"],
            geometry=kept["transform"]["geometry"],
            rights=model.config["rights"],
        )

    def seen(self, content: str, phash: str | None) -> str | None:
        """How the training knew a picture, as ``evaluate`` judges it."""

        def compared() -> str | None:  # with all hashes of the training
            near = bool(phash) and len(near_duplicate_pairs([phash], self._phashes)) > 0
            return SAME if content in self._hashes else NEAR if near else None

        return self._seen.get(content, compared)

    def artist_seen(self, artist: Any) -> bool | None:
        key = canonical_key(artist)
        return None if key is None or not self._artists else key in self._artists

    @cached_property
    def judged(self) -> dict[str, Any]:
        """The model's own figures per attribute, on paintings that its training had not read; empty where it has
        none."""
        try:
            figures = read_json(self.predictor.model.folder / METRICS_FILE)
        except (OSError, ValueError):
            return {}
        return figures["attributes"] if figures.get("split") == "test" else {}

    @cached_property
    def _trained(self) -> Any:
        return self.predictor.model.trained_on()

    @cached_property
    def _hashes(self) -> set[str]:
        return set(self._trained["sha256"])

    @cached_property
    def _phashes(self) -> list[str | None]:
        return [value if isinstance(value, str) else None for value in self._trained["phash"].to_numpy(dtype=object)]

    @cached_property
    def _artists(self) -> set[str]:
        return set(self._trained["artist"].dropna()) if "artist" in self._trained else set()


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["painting"])
    readers: Kept[str, Reader] = Kept(1)  # that of the model in place; another index may bring another model

    def reader() -> Reader:
        predictor = workspace.predictor
        if predictor is None:
            raise NotFoundError(
                "there is no model here that could say what a painting is",
                "start the server with: artextract serve COLLECTION --model MODEL",
                code="no-model",
            )
        return readers.get(predictor.model.config["weights_sha256"], lambda: Reader(predictor))

    @router.get("/api/predictions/{painting_id:path}")
    async def predictions(painting_id: str, top: int = Query(5, ge=1, le=100)) -> Predictions:
        """What the model takes a painting for: per attribute the ``top`` labels with calibrated probabilities, the
        painting's own label beside them, where the network looked, and what is needed to read the figures rightly. 404
        without a model."""
        engine, known = workspace.engine(), reader()
        record = workspace.record(engine, painting_id)
        return await known.ask(_predictions, known, engine, record, top)

    @router.get("/api/attention/{painting_id:path}", responses=PNG, response_class=Response)
    async def attention(
        painting_id: str, attribute: Name = Query(max_length=200, description="such as style")
    ) -> Response:
        """Where the network looked for an attribute, as a transparent PNG of the shape of the painting, to be laid over
        it. It shows where, not why, and no finer than the grid of ``looked`` in the predictions; what the network did
        not read stays clear."""
        engine, known = workspace.engine(), reader()
        record = workspace.record(engine, painting_id)
        if attribute not in known.predictor.attributes:
            raise InputError(
                f"the model knows no attribute '{attribute}'",
                f"choose one of {', '.join(known.predictor.attributes)}",
                code="unknown-attribute",
            )

        def work() -> bytes:
            reading = known.read(engine.path_of(painting_id), record["sha256"])
            return drawn(
                reading.times[attribute] / reading.most, (record["width"], record["height"]), known.facts.geometry
            )

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


def drawn(heat: np.ndarray, size: tuple[int, int], geometry: str) -> bytes:
    """A grid of 0..1 over a network's input as PNG over the picture of ``size`` that it was made of, ``SIDE`` pixels on
    the longer side. Its colours are those of the root, so that faint attention is seen."""
    width, height = (max(1, round(side * SIDE / max(size))) for side in size)
    shown = np.sqrt(np.clip(np.nan_to_num(on_picture(heat, (width, height), geometry)), 0, 1))
    stops = np.linspace(0, 1, len(RAMP))
    pixels = [np.interp(shown, stops, channel) for channel in RAMP.T] + [255 * OPAQUE * shown**1.5]
    file = io.BytesIO()
    Image.fromarray(np.rint(np.stack(pixels, axis=-1)).astype(np.uint8), "RGBA").save(file, "PNG", compress_level=4)
    return file.getvalue()


def _predictions(reader: Reader, engine: SearchEngine, record: dict[str, Any], top: int) -> Predictions:
    reading = reader.read(engine.path_of(record["id"]), record["sha256"])
    artist = record.get(artist_column(engine.paintings.frame) or "")
    artist_seen = reader.artist_seen(artist)
    own = {**record, "artist": record.get("artist") or artist}  # a painter who is no class to learn is still known
    readings = [
        _reading(reader, reading, name, own.get(name), artist_seen, top) for name in reader.predictor.attributes
    ]
    seen = reader.seen(record["sha256"], record["phash"])
    return Predictions(id=record["id"], model=reader.facts, seen=seen, artist_seen=artist_seen, attributes=readings)


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
        looked=Looked(grid=np.round(reading.times[name].astype(float), 3).tolist(), most=reading.most),
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
