"""The picture of an object and the pages about it, in Linked Art (https://linked.art/model/digital/)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.export.linked_art_parts import aat, name, reference, statement_text, type_of
from artextract.export.listing import Listing, Picture, label_for, licence_of

PRESENTATION = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'


def representation(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    """The picture, with its rights: they are those of the picture, not of the painting."""
    picture, service = listing.picture(record), listing.image_service(record)
    right: dict[str, Any] = {"type": "Right", "_label": record["rights"], "identified_by": [name(record["rights"])]}
    if licence := licence_of(record):
        right["classified_as"] = [{"id": licence, "type": "Type", "_label": record["rights"]}]
    digital = {
        "type": "DigitalObject",
        "_label": f"Picture of {label_for(record)}",
        "classified_as": [type_of("Digital Image")],
        **({"format": picture.format} if picture.format else {}),
        "dimension": _dimensions(picture),
        "access_point": [reference(picture.address, "DigitalObject")],
        **({"digitally_available_via": [_service(service.address)]} if service else {}),
        "subject_to": [right],
        "referred_to_by": [statement_text(record["rights"], "Copyright/License Statement")],
    }
    return {"type": "VisualItem", "_label": f"What {label_for(record)} shows", "digitally_shown_by": [digital]}


def about(listing: Listing, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The page for people, and the IIIF manifest: the museum's, where the picture came from one, else ours."""
    page = {
        "type": "DigitalObject",
        "classified_as": [type_of("Web Page")],
        "format": "text/html",
        "access_point": [reference(listing.homepage(record), "DigitalObject")],
    }
    theirs = listing.manifest_of(record)
    manifest = {
        "type": "DigitalObject",
        **({} if theirs else {"format": PRESENTATION}),
        "access_point": [
            reference(theirs or listing.at().listed("iiif", [("ids", [record["id"]])]), "DigitalObject"),
        ],
        "conforms_to": [reference("http://iiif.io/api/presentation/", "InformationObject")],
    }
    return [
        {"type": "LinguisticObject", "_label": f"{kind} {label_for(record)}", "digitally_carried_by": [digital]}
        for kind, digital in (("Page about", page), ("IIIF manifest of", manifest))
    ]


def _service(address: str) -> dict[str, Any]:
    return {
        "type": "DigitalService",
        "access_point": [reference(address, "DigitalObject")],
        "conforms_to": [reference("http://iiif.io/api/image/", "InformationObject")],
    }


def _dimensions(picture: Picture) -> list[dict[str, Any]]:
    unit = {"id": aat("Pixels"), "type": "MeasurementUnit", "_label": "Pixels"}
    return [
        {"type": "Dimension", "classified_as": [type_of(kind)], "value": value, "unit": unit}
        for kind, value in (("Width", picture.width), ("Height", picture.height))
    ]
