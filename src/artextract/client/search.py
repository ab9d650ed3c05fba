"""Calls that search, say what pictures are, and explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from artextract.client.answers.jobs import Embeddings
from artextract.client.answers.mix import MixAnswer
from artextract.client.answers.models import Suggestion
from artextract.client.answers.reasons import Comparison, Overlay, PathAnswer
from artextract.client.answers.search import MotifAnswer, SearchAnswer, UploadFacts, UploadLimits
from artextract.client.connection import Connection, in_path
from artextract.client.server import bytes_of

Metric = Literal["cosine", "csls", "csls-half"]
Region = Sequence[float]
"""Left, top, right, bottom as fractions of the picture."""


class SearchCalls(Connection):
    """``upload`` is the token that ``upload()`` gave for a picture."""

    def upload(self, picture: bytes | str | Path) -> UploadFacts:
        """Send a picture, a file or its bytes; its token is the field "upload"."""
        return self._send("POST", "uploads", file=bytes_of(picture), writes=True).json()

    def upload_limits(self) -> UploadLimits:
        """What may be uploaded."""
        return self._json("GET", "uploads")

    def upload_facts(self, token: str) -> UploadFacts:
        """What ``upload`` gave; 404 where the server has forgotten it."""
        return self._json("GET", f"uploads/{in_path(token)}")

    def upload_image(self, token: str) -> bytes:
        """The uploaded picture as JPEG."""
        return self._bytes("GET", f"uploads/{in_path(token)}/image")

    def upload_attention(self, token: str, attribute: str) -> bytes:
        """Where the network looked for an attribute, as PNG."""
        return self._bytes("GET", f"uploads/{in_path(token)}/attention", query={"attribute": attribute})

    def search(
        self,
        *,
        id: str | None = None,
        upload: str | None = None,
        plus: Sequence[str] = (),
        minus: Sequence[str] = (),
        region: Region | None = None,
        colours: Sequence[tuple[str, float]] = (),
        words: str = "",
        weights: Mapping[str, float] | None = None,
        where: Sequence[str] = (),
        text: str = "",
        k: int = 24,
        metric: Metric | None = None,
    ) -> SearchAnswer:
        """The paintings most like what is asked for: a painting, an upload, a ``region`` of it, more and less of others
        (``plus``, ``minus``: ids or "upload:TOKEN"), colours ("#rrggbb", share) and words, by any mix of features."""
        body: dict[str, Any] = {"id": id, "upload": upload, "plus": list(plus), "minus": list(minus), "region": region}
        body |= {"colours": list(colours), "words": words, "weights": weights, "where": list(where)}
        return self._json("POST", "search", body={**body, "text": text, "k": k, "metric": metric})

    def mix(self) -> MixAnswer:
        """The mix of a search that names none."""
        return self._json("GET", "mix")

    def choose_mix(self, weights: Mapping[str, float] | None, *, study: str = "", by: str = "") -> MixAnswer:
        """Choose that mix, for everyone; None for the built-in one."""
        return self._json("POST", "mix", body={"weights": weights, "study": study, "by": by}, writes=True)

    def motifs(
        self,
        *,
        id: str | None = None,
        upload: str | None = None,
        region: Region | None = None,
        where: Sequence[str] = (),
        text: str = "",
        k: int = 24,
    ) -> MotifAnswer:
        """The paintings in which a detail is found again, and where in them."""
        body = {"id": id, "upload": upload, "region": region, "where": list(where), "text": text, "k": k}
        return self._json("POST", "motifs", body=body)

    def predict(self, *, id: str | None = None, upload: str | None = None, top: int = 5) -> Suggestion:
        """What the model takes an upload for, or a painting."""
        return self._json("POST", "predict", body={"id": id, "upload": upload, "top": top})

    def compare(
        self,
        hit: str,
        *,
        id: str | None = None,
        upload: str | None = None,
        region: Region | None = None,
        weights: Mapping[str, float] | None = None,
        metric: Metric | None = None,
    ) -> Comparison:
        """Why the painting ``hit`` is like another, or like an upload."""
        body = {"hit": hit, "id": id, "upload": upload, "region": region, "weights": weights, "metric": metric}
        return self._json("POST", "compare", body=body)

    def overlay(
        self, name: str, hit: str, *, id: str | None = None, upload: str | None = None, region: str = ""
    ) -> Overlay:
        """What the feature ``name`` saw in both pictures of a comparison; ``region`` as "0.1,0,0.5,0.4"."""
        query = {"hit": hit, "id": id, "upload": upload, "region": region}
        return self._json("GET", f"compare/overlays/{in_path(name)}", query=query)

    def path(self, first: str, last: str, *, weights: str = "", where: Sequence[str] = ()) -> PathAnswer:
        """A way from one painting to another by small steps; ``weights`` as "deep=0.7,palette=0.3"."""
        return self._json("GET", "path", query={"first": first, "last": last, "weights": weights, "where": where})

    def embedding(self, painting_id: str, *, feature: str = "") -> Embeddings:
        """The vector of one painting by one feature."""
        return self._json("GET", f"embeddings/{in_path(painting_id)}", query={"feature": feature})

    def embeddings(self, ids: Sequence[str], *, feature: str = "") -> Embeddings:
        """The vectors of at most 1,000 paintings."""
        return self._json("POST", "embeddings", body={"ids": list(ids), "feature": feature})

    def embeddings_npy(self, ids: Sequence[str], *, feature: str = "") -> bytes:
        """As ``embeddings``, as a file of NumPy: ``numpy.load(io.BytesIO(...))`` gives ``float32 (N, dim)``."""
        return self._bytes("POST", "embeddings", body={"ids": list(ids), "feature": feature, "format": "npy"})
