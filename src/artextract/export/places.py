"""Where the application answers, and the addresses of what it gives out there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from artextract.errors import InputError

SERVED = 1600
"""Pixels on the longer side of the pictures that the server gives out at most."""
THUMBNAIL = 400
IMAGES = "iiif/image"
"""Where the pictures are served by the IIIF Image API."""
DOCUMENTS = {"iiif": "api/iiif/manifest", "linked-art": "api/linked-art", "json": "api/iiif/table"}
"""Format -> where lists in it are served."""


@dataclass(frozen=True)
class Picture:
    """An image file on the web; ``format`` is its media type, None where its address does not tell."""

    address: str
    width: int
    height: int
    format: str | None


class Place:
    """Where the application answers, such as http://localhost:8000/, and the addresses of what it gives out there."""

    def __init__(self, base: str):
        """Raises ``InputError`` for what is no http(s) address."""
        parts = urlsplit(base.strip())
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise InputError(
                f"'{base}' is not the address of a server",
                "give one such as http://localhost:8000/ or https://museum.example/paintings/",
                code="invalid-address",
            )
        self.base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"

    def canvas(self, painting: str, part: str = "", *more: tuple[str, str]) -> str:
        """A canvas, or something on it: pages of annotations, and annotations.

        ``more`` are further pairs of the address, from which the server makes what it does not keep."""
        pairs = [*([("part", part)] if part else []), *more]
        return f"{self.base}api/iiif/canvas/{_quoted(painting)}" + (f"?{_pairs(pairs)}" if pairs else "")

    def listed(self, kind: str, pairs: Sequence[tuple[str, Any]] = ()) -> str:
        """Where a list is served in a format of ``DOCUMENTS``; ``pairs`` say which list.

        A value may be a sequence, which is repeated; what is empty is left out."""
        query = _pairs([(name, "true" if value is True else value) for name, value in pairs if value])
        return f"{self.base}{DOCUMENTS[kind]}" + (f"?{query}" if query else "")

    def term(self, kind: str, name: str, of: str = "") -> str:
        """A person, a piece of software, an attribute or a label ``of`` an attribute in Linked Art."""
        pairs = [("kind", kind), *([("of", of)] if of else []), ("name", name)]
        return f"{self.base}api/linked-art-terms?{_pairs(pairs)}"

    def linked_art(self, painting: str) -> str:
        return f"{self.base}api/linked-art/{_quoted(painting)}"

    def page(self, painting: str) -> str:
        return f"{self.base}#/painting?{_pairs([('id', painting)])}"

    def image_service(self, painting: str) -> str:
        """The service of the IIIF Image API for one painting; a slash in its id is no part of a path there."""
        return f"{self.base}{IMAGES}/{quote(painting, safe='', errors='replace')}"

    def image(self, painting: str, width: int, height: int, size: int = SERVED) -> Picture:
        """The JPEG of a painting of ``width`` x ``height`` pixels, at most ``size`` on its longer side."""
        return Picture(
            f"{self.base}api/images/{_quoted(painting)}?size={size}", *fitted(width, height, size), "image/jpeg"
        )


def fitted(width: int, height: int, size: int) -> tuple[int, int]:
    """The pixels of a picture that was made smaller to ``size`` on its longer side, as ``api.images`` does it."""
    if max(width, height) <= size:
        return width, height
    return (
        (size, max(1, round(height / width * size)))
        if width >= height
        else (max(1, round(width / height * size)), size)
    )


def _quoted(text: str) -> str:
    return quote(text, errors="replace")


def _pairs(pairs: Sequence[tuple[str, Any]]) -> str:
    return urlencode(pairs, doseq=True, errors="replace")
