"""What the model takes a picture for that was uploaded, or a painting of the collection: the answers of ``artextract
predict``, and where the network looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from artextract.app.api.fields import Name, PaintingId
from artextract.app.api.painting import PNG
from artextract.app.api.reader import MOST, Doubt, Looked, ModelFacts, RankedLabel, Reader, Reading
from artextract.app.api.workspace import Upload, Workspace
from artextract.errors import InputError
from artextract.images import open_image


class PredictRequest(BaseModel):
    """Which picture: the ``id`` of a painting, or the token ``upload`` that POST /api/uploads gave for a file. ``top``
    labels of each attribute are told."""

    id: PaintingId | None = None
    upload: PaintingId | None = None
    top: int = Field(5, ge=1, le=MOST)


class Suggestion(Doubt):
    """What ``artextract predict --json`` says of a file: per attribute the most probable labels, best first, with
    calibrated probabilities. ``seen``: "same file" or "nearly the same picture" where the picture was in the
    training, so that its probabilities say little. ``notes`` say what was mended or left out to show the picture."""

    id: str | None
    upload: str | None
    attributes: dict[str, list[RankedLabel]]
    looked: dict[str, Looked]
    seen: str | None
    notes: list[str]
    model: ModelFacts


@dataclass(frozen=True)
class Asked:
    """A picture to be read. ``content`` names it; ``read`` gives the reading, in the reader's thread."""

    content: str
    phash: str | None
    size: tuple[int, int]
    read: Callable[[], Reading]


class Suggester:
    """What the model in place says of paintings and uploads; for several threads."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace

    def prepared(self, asked: PredictRequest) -> tuple[Reader, Callable[[], Suggestion]]:
        """The reader, and what is to be done in its thread. Raises ``InputError`` where not one picture is named,
        ``NotFoundError`` for what is not there."""
        reader = self._workspace.reader()
        if asked.upload is not None and asked.id is None:
            picture = self.uploaded(asked.upload, reader)
        elif asked.id is not None and asked.upload is None:
            picture = self._painting(asked.id, reader)
        else:
            raise InputError(
                "name one picture, a painting or an upload",
                'send {"id": ...} or {"upload": ...}; a file gets its token from POST /api/uploads',
                code="painting-or-upload",
            )

        def work() -> Suggestion:
            reading = picture.read()
            document = reading.document
            one_label = {name: best for name, best in document["attributes"].items() if name not in document["several"]}
            return Suggestion(
                id=asked.id,
                upload=asked.upload,
                **document | {"attributes": {name: best[: asked.top] for name, best in one_label.items()}},
                looked={name: reading.looked(name) for name in reading.times},
                seen=reader.seen(picture.content, picture.phash),
                notes=list(reading.notes),
                model=reader.facts,
            )

        return reader, work

    def uploaded(self, token: str, reader: Reader) -> Asked:
        upload = self._workspace.upload(token)
        [content] = upload.query.sha256

        def read() -> Reading:
            kept, notes = upload.pixels.get(reader.transform), upload.facts["notes"]
            if kept is not None:
                return reader.read_pixels(content, lambda: kept, notes)
            return reader.read_pixels(f"copy of {content}", lambda: _of_copy(upload, reader), notes)

        return Asked(content, upload.phash, (upload.facts["width"], upload.facts["height"]), read)

    def _painting(self, painting_id: str, reader: Reader) -> Asked:
        engine = self._workspace.engine()
        record = self._workspace.record(engine, painting_id)
        content = record["sha256"]

        def read() -> Reading:
            return reader.read(engine.records.path_of(painting_id), content)

        return Asked(content, record["phash"], (record["width"], record["height"]), read)


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["search"])
    suggester = Suggester(workspace)

    @router.post("/api/predict")
    async def predict(asked: PredictRequest) -> Suggestion:
        """What the model takes an uploaded picture for, or a painting of the collection; where the collection has no
        model of its own, the starter model answers. GET /api/predictions says more of a painting: its own label, and
        how right the model is."""
        reader, work = suggester.prepared(asked)
        suggestion: Suggestion = await reader.ask(work)
        return suggestion

    @router.get("/api/uploads/{token}/attention", responses=PNG, response_class=Response)
    async def attention(token: str, attribute: Name = Query(max_length=200, description="such as style")) -> Response:
        """Where the network looked for an attribute, as GET /api/attention has it for a painting."""
        reader = workspace.reader()
        picture = suggester.uploaded(token, reader)

        def work() -> bytes:
            return reader.map_of(picture.read(), attribute, picture.size)

        return Response(
            await reader.ask(work), media_type="image/png", headers={"Cache-Control": "private, max-age=3600"}
        )

    return router


def _of_copy(upload: Upload, reader: Reader) -> np.ndarray:
    return reader.transform.pixels(open_image(upload.picture))
