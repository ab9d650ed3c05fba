"""What is kept of a picture that a visitor gave, and the bytes by which servers hand it to each other."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from artextract.images import Transform
from artextract.search.asking.query import Query


@dataclass(frozen=True)
class Upload:
    """A picture that a visitor gave. ``picture`` is it as JPEG of at most 1600 pixels, made by us; the file itself is
    not kept. ``facts`` are plain values. ``generation`` is that of the index that the query was described for;
    ``phash`` the perceptual hash; ``pixels`` what a network reads of the file, by its transform, so that it is told
    what the file holds and not what the JPEG does."""

    query: Query
    generation: str
    picture: bytes = field(repr=False)
    facts: dict[str, Any] = field(default_factory=dict)
    phash: str | None = None
    pixels: dict[Transform, np.ndarray] = field(default_factory=dict, repr=False)


def to_bytes(upload: Upload) -> bytes:
    """Arrays and JSON; the query is that of one whole picture."""
    query = upload.query
    document = {
        "generation": upload.generation,
        "phash": upload.phash,
        "facts": upload.facts,
        "sha256": query.sha256,
        "missing": query.missing,
        "features": list(query.vectors),
        "transforms": [transform.as_dict() for transform in upload.pixels],
    }
    arrays = {f"vector{number}": vector for number, vector in enumerate(query.vectors.values())}
    arrays |= {f"pixels{number}": pixels for number, pixels in enumerate(upload.pixels.values())}
    file = io.BytesIO()
    np.savez(
        file,
        document=np.frombuffer(json.dumps(document).encode(), dtype=np.uint8),
        picture=np.frombuffer(upload.picture, dtype=np.uint8),
        **arrays,  # type: ignore[arg-type]
    )
    return file.getvalue()


def from_bytes(data: bytes) -> Upload | None:
    """None for what another version wrote, or is damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            document = json.loads(file["document"].tobytes())
            vectors = {name: file[f"vector{number}"] for number, name in enumerate(document["features"])}
            pixels = {
                Transform.from_dict(one): file[f"pixels{number}"] for number, one in enumerate(document["transforms"])
            }
            picture = file["picture"].tobytes()
        query = Query(vectors, sha256=tuple(document["sha256"]), missing=document["missing"])
        return Upload(query, document["generation"], picture, document["facts"], document["phash"], pixels)
    except (ValueError, KeyError, TypeError, OSError):
        return None
