"""Reads pictures for the web application with the model in place: paintings of the collection, and uploads."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydantic import BaseModel

from artextract.errors import ImageError, InputError
from artextract.features.deep import on_picture
from artextract.files import read_json
from artextract.images import Transform
from artextract.kept import Kept
from artextract.labels import canonical_key
from artextract.model.answer import Answer
from artextract.model.predictor import Predictor
from artextract.model.saved import METRICS_FILE
from artextract.objects import ImageFile
from artextract.runtime import Engine, extract, open_engine
from artextract.splits import near_duplicate_pairs

KEPT = 512
"""So many paintings' answers are remembered."""
MOST = 100
"""Labels of an attribute that are told at most."""
SIDE = 640
"""Pixels on the longer side of an attention map as it is drawn."""
RAMP = np.array([(66, 10, 104), (147, 38, 103), (221, 81, 58), (252, 165, 10), (252, 255, 164)], np.float32)
"""Colours of attention from none to most, evenly spaced."""
OPAQUE = 0.9
SAME, NEAR = "same file", "nearly the same picture"


class RankedLabel(BaseModel):
    """``probability``: calibrated, 0..1; those of all classes of an attribute sum to 1."""

    label: str
    probability: float


class AnswerSet(BaseModel):
    """Labels among which the right one is as often as ``coverage`` says (0..1)."""

    labels: list[str]
    coverage: float


class Novelty(BaseModel):
    """``score`` 0..1: how unlike all classes of the training the picture is; ``new``: it is of none of them, most
    likely."""

    score: float
    new: bool


class Interval(BaseModel):
    """A number, and the bounds between which it is as often as ``coverage`` says (0..1)."""

    median: float
    low: float
    high: float
    coverage: float


class Doubt(BaseModel):
    """What a model says beside its ranked labels, by attribute; ``several`` are attributes that have several labels at
    once. Each is empty where the model does not have it. ``unsure``: attributes whose best label is less probable than
    those that were right three times in four on validation, and numbers, such as a year, that few of the training
    paintings of such classes carried, so that their bounds may be wrong."""

    unsure: list[str] = []
    sets: dict[str, AnswerSet] = {}
    novelty: dict[str, Novelty] = {}
    numbers: dict[str, Interval] = {}
    several: dict[str, list[RankedLabel]] = {}


class Looked(BaseModel):
    """Attention over the network's square input, row by row from the top, in times of an even look. ``most`` is where
    the colours of the drawn maps end."""

    grid: list[list[float]]
    most: float


class ModelFacts(BaseModel):
    """``paintings``: how many it was trained and validated on, of the collection ``collection``; ``geometry``: how a
    picture becomes its square input of ``size`` pixels; ``classes``: how many it knows of each attribute."""

    name: str
    collection: str
    protocol: str | None
    paintings: int
    backbone: str
    size: int
    geometry: str
    rights: list[str]
    classes: dict[str, int]


@dataclass(frozen=True)
class Reading:
    """What a network says of one picture: ``answer`` has one row; ``document`` is that of ``Predictor.documents``, with
    the ``MOST`` best labels. ``notes`` say what was mended or left out to show the picture."""

    answer: Answer
    document: dict[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def probabilities(self) -> dict[str, np.ndarray]:
        """``float32 (K,)`` per attribute."""
        return {name: values[0] for name, values in self.answer.probabilities.items()}

    @cached_property
    def times(self) -> dict[str, np.ndarray]:
        """Attention ``float32 (H, W)`` per attribute, in times of an even look."""
        return {name: grids[0] * grids[0].size for name, grids in self.answer.attention.items()}

    @property
    def most(self) -> float:
        """The end of the scale of all maps of this picture, at least 2."""
        return max(2.0, *(float(np.ceil(grid.max())) for grid in self.times.values()))

    def looked(self, attribute: str) -> Looked:
        return Looked(grid=np.round(self.times[attribute].astype(float), 3).tolist(), most=self.most)


class Reader:
    """Reads pictures with a model, one at a time in a thread of its own, so that a crowd of visitors waits without
    holding the server's threads."""

    def __init__(self, predictor: Predictor):
        # The search asks the other one, and a compiled network answers one at a time.
        self.predictor = Predictor(predictor.model)
        self._readings: Kept[str, Reading] = Kept(KEPT)
        self._seen: Kept[str, str | None] = Kept(KEPT)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="predict")

    async def ask(self, work: Callable[..., Any], *given: Any) -> Any:
        """What ``work`` gives, done in the reader's thread."""
        return await asyncio.wrap_future(self._thread.submit(work, *given))

    def done(self, work: Callable[[], Any]) -> Any:
        """What ``work`` gives, for threads that may wait for it."""
        return self._thread.submit(work).result()

    def read(self, path: ImageFile, content: str) -> Reading:
        """The reading of a file whose hash is ``content``; only in the reader's thread. Raises ``ImageError`` where it
        cannot be opened."""
        notes: list[str] = []

        def pixels() -> np.ndarray:
            try:
                return self.transform.read(path, notes)
            except ImageError as error:
                raise ImageError(
                    f"this painting cannot be read: {error.message}",
                    "put its file back and index the collection again",
                    code="unreadable-painting",
                ) from error

        return self.read_pixels(content, pixels, notes)

    def read_pixels(self, content: str, pixels: Callable[[], np.ndarray], notes: Sequence[str] = ()) -> Reading:
        """The reading of a picture as ``transform`` makes it; ``content`` names the picture, and ``notes`` are those of
        its reading once ``pixels`` has made it. Only in the reader's thread."""

        def reading() -> Reading:
            [(_, _, maps)] = extract(
                self.predictor.backbone,
                [pixels()],
                read=lambda made: made,
                maps=True,
                on_error=lambda *_: None,
                engine=self._engine,
            )
            assert maps is not None, "maps were asked for"
            [document] = self.predictor.documents(maps, MOST)
            return Reading(self.predictor.answer(maps), document, tuple(notes))

        return self._readings.get(content, reading)

    @property
    def transform(self) -> Transform:
        """How a picture becomes the input of the network."""
        return self.predictor.backbone.transform

    @cached_property
    def _engine(self) -> Engine:
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
            classes={name: len(labels) for name, labels in model.labels.classes.items()},
        )

    def map_of(self, reading: Reading, attribute: str, size: tuple[int, int]) -> bytes:
        """Where the network looked for an attribute, as PNG over a picture of ``size``; raises ``InputError`` for an
        attribute that the model does not know."""
        if attribute not in self.predictor.attributes:
            raise InputError(
                f"the model knows no attribute '{attribute}'",
                f"choose one of {', '.join(self.predictor.attributes)}",
                code="unknown-attribute",
            )
        return drawn(reading.times[attribute] / reading.most, size, self.facts.geometry)

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
