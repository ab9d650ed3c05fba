"""Manifests and collections of Presentation API 2 and 3 as plain records.

https://iiif.io/api/presentation/2.1/ and https://iiif.io/api/presentation/3.0/. What stands in another document is
asked of the caller."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from artextract.download.image_part import WHOLE, Part
from artextract.sources.presentation import rights
from artextract.sources.presentation.canvas import Follow, taken
from artextract.sources.presentation.plain import address, listed
from artextract.sources.presentation.text import text, values
from artextract.sources.presentation.works import are_ours, are_works

PARTS = ("manifests", "collections", "members", "items")
MAX_PAIRS = 300
"""Pairs of metadata of one document that are read."""
MAX_METADATA = 100_000
"""Letters of metadata of one document that are kept."""
MAX_CANVASES = 20_000
"""Canvases of one manifest that are read; the largest books have some thousand pages."""
_NAV_DATE = re.compile(r"(-?\d{4,6})(?:-(\d\d)-(\d\d))?")


@dataclass(frozen=True)
class Picture:
    """One canvas.

    ``service``: the description of an image service, complete or with its address only; ``image``: a plain address,
    None where there is none; ``size``: what the document says of the size of the picture; ``part``: what of the picture
    is meant, which ``unread`` says is not understood.

    ``number`` counts the canvases of a manifest from 1, ``of`` says how many there are. ``works``: the canvases are
    works of their own; ``ours``: the manifest is an export of ArtExtract. ``others``: addresses of the pictures of the
    canvas that are not taken; ``choices`` of them are options of a choice. ``metadata`` maps labels as they stand to
    their values."""

    manifest: str
    canvas: str
    number: int = 1
    of: int = 1
    label: str = ""
    canvas_label: str = ""
    service: dict[str, Any] | None = None
    image: str | None = None
    size: tuple[int, int] | None = None
    part: Part = WHOLE
    unread: bool = False
    others: tuple[str, ...] = ()
    choices: int = 0
    works: bool = False
    ours: bool = False
    rights: str = ""
    attribution: str = ""
    summary: str = ""
    page: str = ""
    date: str = ""
    metadata: dict[str, list[str]] = field(default_factory=dict)


def kind_of(document: dict[str, Any]) -> str:
    """ "manifest", "collection", "image" or ""."""
    named = str(document.get("type") or document.get("@type") or "")
    if named in ("Manifest", "sc:Manifest"):
        return "manifest"
    if named in ("Collection", "sc:Collection") or "CollectionPage" in named:
        return "collection"
    said = f"{document.get('protocol', '')} {document.get('@context', '')} {document.get('profile', '')}"
    return "image" if named.startswith("ImageService") or re.search(r"iiif\.io/api/image|iiif/image-api", said) else ""


def parts(collection: dict[str, Any]) -> list[Any]:
    """What a collection or a page of one holds, in order: references, or documents that stand inside it.

    Then the next page, if there is one."""
    inside = [item for name in PARTS for item in listed(collection.get(name))]
    return inside + [
        {"id": page, "type": "CollectionPage"} for name in ("first", "next") if (page := address(collection.get(name)))
    ]


def is_whole(document: dict[str, Any]) -> bool:
    """Whether a manifest or collection that stands inside another one has its content with it."""
    return any(listed(document.get(name)) for name in ("sequences", *PARTS))


def pictures(manifest: dict[str, Any], follow: Follow = lambda where: None) -> Iterator[Picture]:
    """The canvases of a manifest in their order, each with the picture that covers the most of it.

    A canvas without image gives none. ``follow`` gives the documents that the manifest only names."""
    canvases = [canvas for canvas in _canvases(manifest, follow)[:MAX_CANVASES] if isinstance(canvas, dict)]
    ours = are_ours(manifest, canvases)
    terms, around = rights.ways(manifest), _about(manifest)
    shared = {} if ours else pairs(manifest)
    whole = Picture(
        manifest=address(manifest),
        canvas="",
        of=len(canvases),
        label=text(manifest.get("label")),
        works=ours or are_works(manifest, canvases),
        ours=ours,
    )
    for number, canvas in enumerate(canvases, 1):
        painted, left = taken(canvas, follow)
        if painted is None:
            continue
        own = _about(canvas)
        about = own | {name: said for name, said in around.items() if not own[name]}
        if ours:  # what stands on the canvas is what was in the table
            about["attribution"] = ""
        yield replace(
            whole,
            canvas=address(canvas) or f"{address(manifest)}#{number}",
            number=number,
            canvas_label=text(canvas.get("label")),
            service=painted.service,
            image=painted.image or None,
            size=painted.size,
            part=painted.part,
            unread=painted.unread,
            others=tuple(dict.fromkeys(filter(None, (one.image or address(one.service) for one in left)))),
            choices=sum(one.choice for one in left),
            rights=own["attribution"] if ours else rights.stated(rights.ways(canvas), terms),
            metadata=shared | pairs(canvas),
            **about,
        )


def pairs(part: dict[str, Any]) -> dict[str, list[str]]:
    """Label -> its values, of the metadata of a document; as far as ``MAX_PAIRS`` and ``MAX_METADATA`` go."""
    found: dict[str, list[str]] = {}
    room = MAX_METADATA
    for pair in listed(part.get("metadata"))[:MAX_PAIRS]:
        if not isinstance(pair, dict) or not (label := text(pair.get("label"))):
            continue
        for said in values(pair.get("value")):
            if room > 0:
                found.setdefault(label, []).append(said)
                room -= len(said)
    return found


def _about(part: dict[str, Any]) -> dict[str, Any]:
    """What a manifest and a canvas say of themselves alike."""
    pages = map(address, listed(part.get("homepage") or part.get("related")))
    return {
        "attribution": rights.attribution(part),
        "summary": text(part.get("summary") or part.get("description")),
        "page": next(filter(None, pages), ""),
        "date": _date(part.get("navDate")),
    }


def _canvases(manifest: dict[str, Any], follow: Follow) -> list[Any]:
    sequences = listed(manifest.get("sequences"))
    if sequences:  # a further sequence is another order of the same canvases
        first = sequences[0] if isinstance(sequences[0], dict) else {"@id": sequences[0]}
        if "canvases" not in first and address(first):
            first = follow(address(first)) or {}
        return listed(first.get("canvases"))
    return [
        item
        for item in listed(manifest.get("items"))
        if isinstance(item, dict) and item.get("type", "Canvas") == "Canvas"
    ]


def _date(nav_date: Any) -> str:
    """A navDate as a date is written: the year alone where it is the first moment of one, "500 BC" before our era."""
    match = _NAV_DATE.match(nav_date[:40]) if isinstance(nav_date, str) else None
    if not match:
        return ""
    year = int(match[1])
    if year <= 0:
        return f"{1 - year} BC"
    return str(year) if not match[2] or match[2] + match[3] == "0101" else f"{year:04d}-{match[2]}-{match[3]}"
