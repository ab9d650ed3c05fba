"""The little that all readers of IIIF documents need: lists, addresses, types."""

from __future__ import annotations

import re
from typing import Any


def listed(value: Any) -> list[Any]:
    """A value that may stand alone, in a list, or not at all, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def address(document: Any) -> str:
    """The address of a document or of a reference to one; "" where there is none."""
    found = (
        document
        if isinstance(document, str)
        else (document.get("id") or document.get("@id"))
        if isinstance(document, dict)
        else ""
    )
    return found if isinstance(found, str) else ""


def local_type(document: dict[str, Any]) -> str:
    """The type without its prefix, in lower case: "image" of ``dctypes:Image``, ``dcterms:Image`` and
    http://purl.org/dc/dcmitype/Image; "" where there is none."""
    for name in ("type", "@type"):
        for kind in listed(document.get(name)):
            if isinstance(kind, str) and kind:
                return re.split(r"[:/#]", kind)[-1].lower()
    return ""


def words(text: str) -> frozenset[str]:
    """The words of a text, for lists that are easier to read in lines."""
    return frozenset(text.split())
