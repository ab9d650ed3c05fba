"""Writes images that come inside other files into the collection."""

from __future__ import annotations

from pathlib import Path

from artextract.files import write_aside
from artextract.images import EXTENSIONS, content_hash

_SIGNATURES = {
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG": ".png",
    b"GIF8": ".gif",
    b"RIFF": ".webp",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"BM": ".bmp",
}


def keep_image(data: bytes, inner: str | None, out: Path) -> str:
    """Write an image as it is under its content hash, unless it is there; gives its path in the collection.

    Of the name that it had, ``inner``, only the ending is used."""
    digest = content_hash(data)
    given = Path(inner or "").suffix.lower()
    suffix = next(
        (ending for start, ending in _SIGNATURES.items() if data.startswith(start)),
        given if given in EXTENSIONS else ".img",
    )
    path = Path("images", digest[:2], digest[:32] + suffix)
    if not (out / path).is_file():
        with write_aside(out / path) as aside:
            aside.write_bytes(data)
    return path.as_posix()
