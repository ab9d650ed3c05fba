"""What a IIIF presentation says of its paintings: manifests and collections of Presentation API 2 and 3, as plain
records.

https://iiif.io/api/presentation/2.1/ and https://iiif.io/api/presentation/3.0/. Nothing here fetches: a document that
only names others says which."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PARTS = ("manifests", "collections", "members", "items")


@dataclass(frozen=True)
class Picture:
    """One canvas. ``service``: the description of an image service, complete or with its address only; ``image``: a
    plain address, where there is no service.

    ``number`` counts the canvases of a manifest from 1, ``of`` says how many there are. ``metadata`` maps labels as
    they stand to text."""

    manifest: str
    canvas: str
    number: int
    of: int
    label: str
    canvas_label: str
    service: dict[str, Any] | None
    image: str | None
    rights: str
    attribution: str
    summary: str
    page: str
    metadata: dict[str, str] = field(default_factory=dict)


def kind_of(document: dict[str, Any]) -> str:
    """ "manifest", "collection", "image" or ""."""
    named = str(document.get("type") or document.get("@type") or "")
    if named in ("Manifest", "sc:Manifest"):
        return "manifest"
    if named in ("Collection", "sc:Collection") or "CollectionPage" in named:
        return "collection"
    protocol = str(document.get("protocol", ""))
    return (
        "image"
        if named.startswith("ImageService")
        or "iiif.io/api/image" in protocol
        or "iiif.io/api/image" in str(document.get("@context", ""))
        else ""
    )


def address(document: Any) -> str:
    """The address of a document or of a reference to one."""
    found = (
        document
        if isinstance(document, str)
        else (document.get("id") or document.get("@id"))
        if isinstance(document, dict)
        else ""
    )
    return found if isinstance(found, str) else ""


def parts(collection: dict[str, Any]) -> list[Any]:
    """What a collection or a page of one holds, in order: references, or documents that stand inside it; then the next
    page, if there is one."""
    inside = [item for name in PARTS for item in _list(collection.get(name))]
    return inside + [
        {"id": page, "type": "CollectionPage"} for name in ("first", "next") if (page := address(collection.get(name)))
    ]


def is_whole(document: dict[str, Any]) -> bool:
    """Whether a manifest or collection that stands inside another one has its content with it."""
    return any(_list(document.get(name)) for name in ("sequences", *PARTS))


def pictures(manifest: dict[str, Any]) -> Iterator[Picture]:
    """The canvases of a manifest in their order; of a canvas with several images the first, of a choice the default. A
    canvas without image gives none."""
    canvases = [canvas for canvas in _canvases(manifest) if isinstance(canvas, dict)]
    shared = _metadata(manifest)
    for number, canvas in enumerate(canvases, 1):
        body = _body(canvas)
        if body is None:
            continue
        yield Picture(
            manifest=address(manifest),
            canvas=address(canvas) or f"{address(manifest)}#{number}",
            number=number,
            of=len(canvases),
            label=text(manifest.get("label")),
            canvas_label=text(canvas.get("label")),
            service=_service(body),
            image=address(body) or None,
            rights=_first(_rights, canvas, manifest),
            attribution=_first(_attribution, canvas, manifest),
            summary=_first(lambda part: text(part.get("summary") or part.get("description")), canvas, manifest),
            page=_first(
                lambda part: next(filter(None, map(address, _list(part.get("homepage") or part.get("related")))), ""),
                canvas,
                manifest,
            ),
            metadata=shared | _metadata(canvas),
        )


def text(value: Any) -> str:
    """One line of text from a label in any of the forms of versions 2 and 3: in English, else in no language, else in
    the first that there is."""
    by_language: dict[str, list[str]] = {}
    for language, line in _lines(value):
        by_language.setdefault(language.lower().partition("-")[0], []).append(line)
    for language in ("en", "none", "", "@none"):
        if language in by_language:
            return _plain("; ".join(by_language[language]))
    return _plain("; ".join(next(iter(by_language.values()), [])))


def _lines(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, (str, int, float)):
        yield "", str(value)
    elif isinstance(value, list):
        for item in value:
            yield from _lines(item)
    elif isinstance(value, dict) and "@value" in value:
        yield str(value.get("@language") or ""), str(value["@value"])
    elif isinstance(value, dict):
        for language, lines in value.items():
            yield from ((str(language), str(line)) for line in _list(lines) if isinstance(line, (str, int, float)))


def _plain(line: str) -> str:
    """Without the few HTML tags that labels may have, and on one line."""
    line = re.sub(r"<br\s*/?>|</p>", " ", line)
    line = re.sub(r"</?(?:a|b|i|em|strong|p|small|span|sub|sup|img)\b[^<>]*>", "", line)
    return re.sub(r"\s+", " ", html.unescape(line)).strip()


def _metadata(part: dict[str, Any]) -> dict[str, str]:
    pairs = [
        (text(pair.get("label")), text(pair.get("value")))
        for pair in _list(part.get("metadata"))
        if isinstance(pair, dict)
    ]
    found: dict[str, str] = {}
    for label, value in pairs:
        if label and value:
            found[label] = f"{found[label]}; {value}" if label in found else value
    return found


def _canvases(manifest: dict[str, Any]) -> list[Any]:
    sequences = _list(manifest.get("sequences"))
    if sequences:  # a further sequence is another order of the same canvases
        return _list(sequences[0].get("canvases")) if isinstance(sequences[0], dict) else []
    return [
        item
        for item in _list(manifest.get("items"))
        if isinstance(item, dict) and item.get("type", "Canvas") == "Canvas"
    ]


def _body(canvas: dict[str, Any]) -> dict[str, Any] | None:
    """The image that is painted on a canvas."""
    annotations = [note for note in _list(canvas.get("images")) if isinstance(note, dict)]
    annotations += [
        note
        for page in _list(canvas.get("items"))
        if isinstance(page, dict)
        for note in _list(page.get("items"))
        if isinstance(note, dict)
    ]
    for annotation in annotations:
        if annotation.get("motivation") not in (None, "painting", "sc:painting", ["painting"]):
            continue
        for body in _list(annotation.get("resource") or annotation.get("body")):
            body = _resolved(body)
            kind = str(body.get("type") or body.get("@type") or "Image") if body else ""
            if body and kind in ("Image", "dctypes:Image") and (address(body) or _service(body)):
                return body
    return None


def _resolved(body: Any, depth: int = 0) -> dict[str, Any] | None:
    """Through choices and specific resources to the image itself."""
    if isinstance(body, str):
        return {"id": body}
    if not isinstance(body, dict) or depth > 4:
        return None
    kind = str(body.get("type") or body.get("@type") or "")
    names = (
        ("default", "items", "item") if "Choice" in kind else ("source", "full") if "SpecificResource" in kind else ()
    )
    inner = [item for name in names for item in _list(body.get(name))]
    return _resolved(next(iter(inner), None), depth + 1) if names else body


def _service(body: dict[str, Any]) -> dict[str, Any] | None:
    for service in _list(body.get("service")):
        if isinstance(service, str):
            service = {"@id": service}
        if not isinstance(service, dict) or not address(service):
            continue
        said = (
            f"{service.get('type', '')} {service.get('@type', '')} {service.get('@context', '')}"
            f" {service.get('profile', '')}"
        )
        if re.search(r"ImageService|api/image|image-api|level[012]", said) or said.strip() == "":
            return service
    return None


def _rights(part: dict[str, Any]) -> str:
    return "; ".join(
        line
        for name in ("rights", "license")
        for item in _list(part.get(name))
        if (line := address(item) or text(item))
    )


def _attribution(part: dict[str, Any]) -> str:
    required = part.get("requiredStatement")
    return text(part.get("attribution")) or (text(required.get("value")) if isinstance(required, dict) else "")


def _first(read: Any, *those: dict[str, Any]) -> str:
    return next(filter(None, map(read, those)), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
