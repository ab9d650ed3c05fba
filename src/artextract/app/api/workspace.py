"""What the web application works on: the engine of the collection as it stands now, the model, what visitors uploaded,
and long work."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from artextract.app.api.access import Access
from artextract.app.api.reader import Reader
from artextract.app.api.uploaded import Upload, from_bytes, to_bytes
from artextract.app.jobs import Jobs
from artextract.app.opening import NAME_BESIDE
from artextract.app.shared_jobs import SharedJobs
from artextract.app.updating import Updating
from artextract.errors import ArtExtractError, InputError
from artextract.files import user_path
from artextract.kept import Kept
from artextract.model.predictor import Predictor
from artextract.motifs.build import has_motifs
from artextract.review.queue import can_review
from artextract.search.asking.engine import SearchEngine
from artextract.search.asking.model_labels import model_feature
from artextract.search.unfinished import open_unfinished
from artextract.sources.new_files import remembered

BATCHES = (8, 8)
"""Of the jobs of programs so many that ended are remembered with their results, and so many wait."""
BATCH_BYTES = 64 * 2**20
"""Bytes of these results together, as they are kept, packed."""
CHECKED_EVERY = 2.0
"""Seconds between two looks whether the index has changed."""


class NotFoundError(InputError):
    status = 404


class ForbiddenError(InputError):
    status = 403


class TooLargeError(InputError):
    status = 413


@dataclass(frozen=True)
class Limits:
    """What visitors may send: ``upload_bytes`` a file, ``upload_pixels`` a picture; ``uploads_kept`` pictures are
    remembered, those that were used longest ago are forgotten first."""

    upload_bytes: int = 64 * 2**20
    upload_pixels: int = 100_000_000
    uploads_kept: int = 64


class Workspace:
    """Shared by all requests and safe for several threads. ``token`` must come with every write; the page reads it from
    /api/session, which no other site can."""

    def __init__(
        self,
        collection: str | Path,
        model: str | Path | None = None,
        limits: Limits = Limits(),
        updating: Updating | None = None,
        access: Access | None = None,
    ):
        """Where there is ``updating``, which brings the collection up to date, it need not have an index yet. Raises
        what ``SearchEngine.open`` and ``Predictor.open`` raise."""
        self.root = user_path(collection).resolve()
        self.limits = limits
        self.updating = updating
        self.access = access or Access()
        self._shared = self.access.shared
        self.token = secrets.token_urlsafe(24) if self._shared is None else self._shared.secret("token")
        self.jobs = Jobs()
        bounds = (*BATCHES, BATCH_BYTES, len)
        self.batches = Jobs(*bounds) if self._shared is None else SharedJobs(self._shared, *bounds)
        self._engine = _opened(collection, unfinished=updating is not None)
        if updating is not None:
            updating.ended = self._open_anew
        self._given = None if model is None else Predictor.open(model)
        self._lock = Lock()
        self._next_check = time.monotonic() + CHECKED_EVERY
        self._readers: Kept[str, Reader] = Kept(1)
        self._uploads: Kept[str, Upload] = Kept(limits.uploads_kept)

    @property
    def name(self) -> str:
        """That of the folder of pictures, where the collection is named after it."""
        return self.root.name.removesuffix(NAME_BESIDE.format("")) or self.root.name

    def engine(self) -> SearchEngine:
        """The engine of the index that is in place; opened anew when that is another, which is looked at every
        ``CHECKED_EVERY`` seconds at most. Until the new one is whole the old one answers.

        Take it once per request, so that all of an answer is of one index.
        """
        if time.monotonic() > self._next_check and self._lock.acquire(blocking=False):
            try:
                if self._engine.is_stale:
                    self._engine = self._newer(_opened(self.root, unfinished=self.updating is not None))
            except (ArtExtractError, OSError):
                pass  # the table and the index are not of one mind yet: the next look will tell
            finally:
                self._next_check = time.monotonic() + CHECKED_EVERY
                self._lock.release()
        return self._engine

    def _newer(self, found: SearchEngine) -> SearchEngine:
        """What was found, unless it can search nothing and the one that is there can: the table has grown, and the
        index of the first paintings soon will."""
        return self._engine if self._engine.is_unfinished and not found.index.features else found

    def _open_anew(self) -> None:
        """Labels may be others where the index is still the same."""
        with self._lock:
            self._engine = _opened(self.root)

    @property
    def uploads_kept(self) -> int:
        return len(self._uploads)

    def index_version(self) -> str:
        """A name of the index that is in place, another one for another index."""
        return self.engine().index.version

    @property
    def predictor(self) -> Predictor | None:
        """The model that was given, or else that of the index that is in place; None where there is neither."""
        feature = model_feature(self.engine().features.values())
        return self._given or (None if feature is None else feature.predictor)

    def reader(self) -> Reader:
        """What says what a picture is: ``predictor``, or the starter model where there is none. Another index may bring
        another model. Raises ``NotFoundError`` where the installation has no starter model either."""
        predictor = self.predictor or self._starter
        if predictor is None:
            raise NotFoundError(
                "there is no model here that could say what a painting is",
                "start the server with: artextract serve COLLECTION --model MODEL",
                code="no-model",
            )
        model = predictor.model
        return self._readers.get(f"{model.config['weights_sha256']} {model.folder}", lambda: Reader(predictor))

    @cached_property
    def _starter(self) -> Predictor | None:
        try:
            return Predictor.open()
        except InputError:
            return None

    def can(self) -> dict[str, bool]:
        """Which parts of the application there are for who asks: "predict" needs some model, "review" one of the
        collection, "search", "compare", "map", "works" and "study" an index, the last three one that is done, and
        "motifs" a collection that was prepared for it. "correct": whether fields may be corrected, "decide": whether
        duplicates may be looked for and decided on, "update": whether the folder of the collection can be looked at
        again, "add": whether pictures can be put into the collection, "upload": whether pictures can be searched
        with."""
        engine = self.engine()
        access, indexed = self.access, bool(engine.index.features)
        finished = indexed and not engine.is_unfinished
        return {
            **dict.fromkeys(("search", "compare"), indexed),
            **dict.fromkeys(("map", "works"), finished),
            "study": finished and access.has("study"),
            "upload": indexed and access.has("upload"),
            "update": self.updating is not None and access.has("add"),
            "add": self.refuses_pictures() is None and access.has("add"),
            "predict": (self.predictor or self._starter) is not None,
            "correct": access.has("review"),
            "decide": finished and access.has("works"),
            "review": finished and access.has("review") and can_review(engine, self.predictor),
            "motifs": has_motifs(self.root),
        }

    def refuses_pictures(self) -> ForbiddenError | None:
        """Why no pictures can be put into the collection; None where they can."""
        if self.updating is None:
            return ForbiddenError(
                "this server takes no pictures into its collection",
                "start it with: artextract open PATH",
                code="adding-not-allowed",
            )
        was = remembered(self.root)
        if was is None or was.options is None:
            return ForbiddenError(
                "this collection was not made of a folder of pictures, so none can be added to it",
                "make one of a folder with: artextract open PATH",
                code="adding-not-possible",
            )
        return None

    def record(self, engine: SearchEngine, painting_id: str) -> dict[str, Any]:
        """The row of a painting in the table, as plain values; raises ``NotFoundError``."""
        return engine.paintings.record(self.position(engine, painting_id))

    def position(self, engine: SearchEngine, painting_id: str) -> int:
        """The number of the table's row of a painting, for work on whole columns; raises ``NotFoundError``."""
        position = engine.index.position(painting_id)
        if position is None:
            raise NotFoundError(
                f"there is no painting '{painting_id}'", "go back to the collection", code="unknown-painting"
            )
        return position

    def keep(self, upload: Upload) -> str:
        """Remember a picture under a token that only this server can make; the same picture has the same token."""
        token = hmac.new(self.token.encode(), upload.query.sha256[0].encode(), hashlib.sha256).hexdigest()[:32]
        self._uploads.put(token, upload)
        if self._shared is not None:
            self._shared.put("uploads", token, to_bytes(upload))
        return token

    def upload(self, token: str, engine: SearchEngine | None = None) -> Upload:
        """Raises ``NotFoundError`` where it is forgotten or was described for another index than that of ``engine``, by
        default the one in place."""
        upload = self._uploads.peek(token) or self._upload_elsewhere(token)
        if upload is None or upload.generation != (engine or self.engine()).index.generation:
            raise NotFoundError("this upload has been forgotten", "upload the picture again", code="upload-forgotten")
        return upload

    def _upload_elsewhere(self, token: str) -> Upload | None:
        """What another server of this collection was sent."""
        kept = None if self._shared is None else self._shared.get("uploads", token)
        if kept is None:
            return None
        upload = from_bytes(kept)
        if upload is not None:
            self._uploads.put(token, upload)
        return upload


def _opened(collection: str | Path, unfinished: bool = False) -> SearchEngine:
    try:
        engine = SearchEngine.open(collection)
    except InputError:
        if not unfinished:
            raise
        engine = open_unfinished(collection)
    # Where files lie on this machine is no visitor's business, and filters would tell.
    engine.listing.private = ("path",)
    return engine
