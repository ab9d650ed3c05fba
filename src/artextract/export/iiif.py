"""A list of paintings as a manifest of the IIIF Presentation API 3.0 (https://iiif.io/api/presentation/3.0/): one
canvas a painting, in the order of the list."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from artextract.errors import InputError
from artextract.export.annotations import annotation_pages
from artextract.export.listing import SOFTWARE, THUMBNAIL, Listing, Picture, as_text, label_for, licence_of, spoken
from artextract.printable import one_line

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
OURS = "urn:x-artextract:works"
"""The profile by which an import knows a manifest of ours: every canvas is a work of its own, and its metadata are
columns of the table."""
_HIDDEN = (
    "url",
    "image_url",
    "image_service",
    "image_profile",
    "manifest",
    "canvas",
    "object",
    "alternates",
    "alt",
    "view",
    "page",
)
"""Columns that are no metadata to be read: addresses, and what tells files apart."""


def as_manifest(listing: Listing) -> bytes:
    return (json.dumps(manifest(listing), ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def manifest(listing: Listing) -> dict[str, Any]:
    """Raises ``InputError`` for an empty list, which a manifest may not be, and where there is no address of a
    server."""
    if not len(listing):
        raise InputError(
            "there is no painting in the list, and a manifest needs at least one",
            "choose some paintings",
            code="unknown-painting",
        )
    place, licences = listing.at(), {licence_of(record) for record in listing.records}
    made = [
        ("Paintings", str(len(listing))),
        ("Collection", listing.collection),
        ("Made", f"{listing.made:%Y-%m-%d} by {SOFTWARE}"),
    ]
    document = {
        "@context": CONTEXT,
        "id": listing.address or place.listed("iiif"),
        "type": "Manifest",
        "label": {"none": [one_line(listing.title)]},
        "summary": {"en": [_plain(listing.summary)]} if listing.summary else None,
        "metadata": [_pair(name, value) for name, value in made if value],
        "rights": licences.pop() if len(licences) == 1 else None,
        "requiredStatement": {
            "label": {"en": ["Rights"]},
            "value": {"en": [_plain(text) for text in listing.rights()]},
        },
        "provider": [_provider(listing)],
        "homepage": [
            {"id": place.base, "type": "Text", "label": {"en": ["The collection in ArtExtract"]}, "format": "text/html"}
        ],
        "seeAlso": [
            {
                "id": _table(listing),
                "type": "Dataset",
                "label": {"en": ["The table of these paintings"]},
                "format": "application/json",
                "profile": OURS,
            }
        ],
        "thumbnail": [_thumbnail(listing, listing.records[0])],
        "behavior": ["individuals"],
        "items": [canvas(listing, record) for record in listing.records],
    }
    return _without_none(document)


def _table(listing: Listing) -> str:
    """Where the same list is given out as JSON."""
    ours, where = listing.at().listed("iiif"), listing.address or ""
    return listing.at().listed("json") + (where[len(ours) :] if where.startswith(ours) else "")


def one_canvas(listing: Listing) -> dict[str, Any]:
    """The canvas of the only painting of a list as a document of its own."""
    return {"@context": CONTEXT, **canvas(listing, listing.records[0])}


def part_of_canvas(listing: Listing, address: str) -> dict[str, Any] | None:
    """The page of annotations, or the annotation, of the only painting of a list that has this address as its id, as a
    document of its own; None where there is none."""
    whole = canvas(listing, listing.records[0])
    for page in [*whole["items"], *whole.get("annotations", [])]:
        for part in [page, *page["items"]]:
            if part["id"] == address:
                return {"@context": CONTEXT, **part}
    return None


def canvas(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    """A canvas as large as the painting's picture in the collection, so that regions are given in its pixels.

    The picture that is shown may be smaller."""
    place, painting = listing.at(), record["id"]
    own = place.canvas(painting)
    body = _image(listing.picture(record))
    if service := listing.image_service(record):
        body["service"] = [service.as_dict()]
    source = listing.manifest_of(record)
    document = {
        "id": own,
        "type": "Canvas",
        "label": {"none": [label_for(record)]},
        "height": record["height"],
        "width": record["width"],
        "metadata": _metadata(listing, record),
        "rights": licence_of(record),
        "requiredStatement": {"label": {"en": ["Rights"]}, "value": {"en": [_plain(record["rights"])]}},
        "homepage": [
            {
                "id": listing.homepage(record),
                "type": "Text",
                "label": {"none": [label_for(record)]},
                "format": "text/html",
            }
        ],
        "seeAlso": [
            {
                "id": place.linked_art(painting),
                "type": "Dataset",
                "label": {"en": ["Linked Art"]},
                "format": "application/ld+json",
                "profile": "https://linked.art/ns/v1/linked-art.json",
            }
        ],
        "partOf": [{"id": source, "type": "Manifest"}] if source else None,
        "thumbnail": [_thumbnail(listing, record)],
        "items": [
            {
                "id": place.canvas(painting, "pictures"),
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": place.canvas(painting, "picture"),
                        "type": "Annotation",
                        "motivation": "painting",
                        "body": body,
                        "target": own,
                    }
                ],
            }
        ],
        "annotations": annotation_pages(listing, record) or None,
    }
    return _without_none(document)


def _metadata(listing: Listing, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    hit = listing.hits.get(record["id"])
    found = {"title": record["title"]} if record["title"] else {}
    found |= {name: value for name, value in listing.labels_of(record).items() if value is not None}
    found |= {name: value for name, value in listing.more_of(record).items() if name not in _HIDDEN}
    found |= {"source": record["source"], "identifier": record["id"]}
    if hit:
        parts = ", ".join(f"{name} {value:+.2f}" for name, value in hit["features"].items() if value is not None)
        found |= {"rank": hit["rank"], "score": f"{hit['score']:.2f} ({parts})"}
        found |= {"nearness": hit["band"]} if hit.get("band") else {}
    found |= {"note": listing.notes[record["id"]]} if listing.notes.get(record["id"]) else {}
    return [_pair(spoken(name), as_text(value)) for name, value in found.items()]


def _pair(name: str, value: str) -> dict[str, Any]:
    return {"label": {"en": [name]}, "value": {"none": [_plain(value)]}}


def _plain(text: str) -> str:
    """A text of the table that no viewer takes for HTML, as it takes one that begins with < and ends with >."""
    return f"<span>{html.escape(text)}</span>" if text.strip().startswith("<") and text.strip().endswith(">") else text


def _provider(listing: Listing) -> dict[str, Any]:
    base = listing.at().base
    label = f"{listing.collection} in {SOFTWARE}" if listing.collection else SOFTWARE
    return {
        "id": base,
        "type": "Agent",
        "label": {"none": [label]},
        "homepage": [{"id": base, "type": "Text", "label": {"none": [label]}, "format": "text/html"}],
    }


def _thumbnail(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    return _image(listing.at().image(record["id"], record["width"], record["height"], THUMBNAIL))


def _image(picture: Picture) -> dict[str, Any]:
    return _without_none(
        {
            "id": picture.address,
            "type": "Image",
            "format": picture.format,
            "height": picture.height,
            "width": picture.width,
        }
    )


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
