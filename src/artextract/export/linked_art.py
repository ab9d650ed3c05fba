"""Paintings as Linked Art JSON-LD (https://linked.art/model/object/, https://linked.art/model/assertion/), the profile
of CIDOC-CRM that museums share.

What the collection's record says stands as a fact of the object. What a model says does not: it is an attribute
assignment that names the model and its probability, so that nobody who reads the object takes it for known. A
reviewer's decision is an attribute assignment too, by a person at a time. Types are those of the Getty's Art &
Architecture Thesaurus that https://linked.art/model/vocab/ recommends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from artextract.dates import read_date
from artextract.export.listing import (
    SOFTWARE,
    Listing,
    Picture,
    as_text,
    label_of,
    licence_of,
    maker_of,
    name_of,
    statement,
)

CONTEXT = "https://linked.art/ns/v1/linked-art.json"
_AAT = {
    "Painting": 300033618,
    "Type of Work": 300435443,
    "Primary Name": 300404670,
    "Accession Number": 300312355,
    "System-Assigned Number": 300435704,
    "Digital Image": 300215302,
    "Web Page": 300264578,
    "Brief Text": 300418049,
    "Material Statement": 300435429,
    "Copyright/License Statement": 300435434,
    "Credit Line": 300435418,
    "Note": 300027200,
    "Style": 300015646,
    "Collection": 300025976,
    "Height": 300055644,
    "Width": 300055647,
    "Pixels": 300266190,
    "Display Title": 300404669,
}
MAKERS = ("artist", "painter")


def as_linked_art(listing: Listing) -> bytes:
    return (json.dumps(collection(listing), ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def collection(listing: Listing) -> dict[str, Any]:
    """A Set whose members are the paintings of a list, whole; raises ``InputError`` where there is no address of a
    server."""
    base = listing.at().base
    return {
        "@context": CONTEXT,
        "id": listing.address or f"{base}api/linked-art",
        "type": "Set",
        "_label": listing.title,
        "classified_as": [_type("Collection")],
        "identified_by": [_name(listing.title)],
        **({"referred_to_by": [_text(listing.summary, "Note")]} if listing.summary else {}),
        "created_by": {
            "type": "Creation",
            "timespan": _moment(listing.made.isoformat()),
            "used_specific_object": [_software(SOFTWARE)],
        },
        "member": [_object(listing, record) for record in listing.records],
    }


def one_object(listing: Listing) -> dict[str, Any]:
    """The only painting of a list as a document of its own."""
    return {"@context": CONTEXT, **_object(listing, listing.records[0])}


def _object(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    painting = record["id"]
    said = [
        _prediction(listing, name, *answer)
        for name, answer in listing.predictions.get(painting, {}).items()
        if name not in MAKERS
    ]
    said += [
        _decision(decision) for decision in listing.decided.get(painting, ()) if decision["attribute"] not in MAKERS
    ]
    labels = [
        _concept(name, value)
        for name, value in listing.labels_of(record).items()
        if value is not None and name not in MAKERS
    ]
    document = {
        "id": listing.at().linked_art(painting),
        "type": "HumanMadeObject",
        "_label": name_of(record),
        "classified_as": [_type("Painting", [_type("Type of Work")]), *labels],
        "identified_by": [
            *([_name(record["title"])] if record["title"] else []),
            _identifier(painting, "System-Assigned Number"),
            *_accession(record),
        ],
        "referred_to_by": _statements(record),
        "produced_by": _production(listing, record),
        "representation": [_representation(listing, record)],
        "subject_of": [_page(listing.homepage(record), name_of(record))],
        "attributed_by": said,
        "member_of": [{"id": listing.address, "type": "Set", "_label": listing.title}] if listing.address else [],
    }
    return {name: value for name, value in document.items() if value not in ([], {})}


def _production(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    painting = record["id"]
    maker = maker_of(record)
    said = [
        _prediction(listing, name, *answer, property="carried_out_by")
        for name, answer in listing.predictions.get(painting, {}).items()
        if name in MAKERS
    ]
    said += [
        _decision(decision, property="carried_out_by")
        for decision in listing.decided.get(painting, ())
        if decision["attribute"] in MAKERS
    ]
    span = _years(record)
    if not (maker or said or span):
        return {}
    return {
        "type": "Production",
        "_label": f"Production of {name_of(record)}",
        **({"carried_out_by": [_person(maker)]} if maker else {}),
        **({"timespan": span} if span else {}),
        **({"attributed_by": said} if said else {}),
    }


def _years(record: Mapping[str, Any]) -> dict[str, Any]:
    """The years of "year" and "year_end", an open end left out; without them the date as a text alone; {} where
    nothing is known."""
    first, last, text = _year(record.get("year")), _year(record.get("year_end")), record.get("date")
    if (first is None) != (last is None):
        open_end = read_date(text)  # "before 1500", or only one of the columns is there
        first = last if first is None and not (open_end and open_end.first is None) else first
        last = first if last is None and not (open_end and open_end.last is None) else last
    if first is None and last is None and not text:
        return {}
    bounds = {
        **({} if first is None else {"begin_of_the_begin": f"{_padded(first)}-01-01T00:00:00Z"}),
        **({} if last is None else {"end_of_the_end": f"{_padded(last)}-12-31T23:59:59Z"}),
    }
    shown = as_text(text) if text else str(first) if first == last else f"{first}–{last}"
    return {"type": "TimeSpan", "identified_by": [_name(shown, "Display Title")], **bounds}


def _year(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):  # OverflowError: infinite
        return None


def _padded(year: int) -> str:
    """A year as xsd:dateTime wants it: four digits, a minus before those before Christ."""
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def _statements(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    statements = (("medium", "Material Statement"), ("credit", "Credit Line"))
    return [_text(as_text(record[column]), kind) for column, kind in statements if record.get(column)]


def _accession(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_identifier(as_text(record["accession"]), "Accession Number")] if record.get("accession") else []


def _representation(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    """The picture, with its rights: they are those of the picture, not of the painting."""
    picture = listing.picture(record)
    right: dict[str, Any] = {"type": "Right", "_label": record["rights"], "identified_by": [_name(record["rights"])]}
    if licence := licence_of(record):
        right["classified_as"] = [{"id": licence, "type": "Type", "_label": record["rights"]}]
    digital = {
        "type": "DigitalObject",
        "_label": f"Picture of {name_of(record)}",
        "classified_as": [_type("Digital Image")],
        **({"format": picture.format} if picture.format else {}),
        "dimension": _dimensions(picture),
        "access_point": [{"id": picture.address, "type": "DigitalObject"}],
        "subject_to": [right],
        "referred_to_by": [_text(record["rights"], "Copyright/License Statement")],
    }
    return {"type": "VisualItem", "_label": f"What {name_of(record)} shows", "digitally_shown_by": [digital]}


def _dimensions(picture: Picture) -> list[dict[str, Any]]:
    unit = {"id": _aat("Pixels"), "type": "MeasurementUnit", "_label": "Pixels"}
    return [
        {"type": "Dimension", "classified_as": [_type(kind)], "value": value, "unit": unit}
        for kind, value in (("Width", picture.width), ("Height", picture.height))
    ]


def _page(address: str, name: str) -> dict[str, Any]:
    digital = {
        "type": "DigitalObject",
        "classified_as": [_type("Web Page")],
        "format": "text/html",
        "access_point": [{"id": address, "type": "DigitalObject"}],
    }
    return {"type": "LinguisticObject", "_label": f"Page about {name}", "digitally_carried_by": [digital]}


def _prediction(
    listing: Listing, attribute: str, label: str, probability: float, property: str = "classified_as"
) -> dict[str, Any]:
    name, model = attribute.replace("_", " "), listing.model or SOFTWARE
    return {
        "type": "AttributeAssignment",
        "_label": f"Prediction of the {name}, not confirmed: {label} ({probability:.0%})",
        "classified_as": [{"type": "Type", "_label": "Prediction of a model"}],
        "assigned_property": property,
        "assigned": [_person(label) if property == "carried_out_by" else _concept(attribute, label)],
        "used_specific_object": [_software(model)],
        "timespan": _moment(listing.made.isoformat()),
        "referred_to_by": [
            _text(
                f"Certainty: probability {probability:.4f}, as the model {model} gives it. This is what a model says"
                " and not a fact about the painting.",
                "Note",
            )
        ],
    }


def _decision(decision: Mapping[str, Any], property: str = "classified_as") -> dict[str, Any]:
    label, note = label_of(decision), decision.get("note")
    assigned = (
        None
        if label is None
        else _person(label)
        if property == "carried_out_by"
        else _concept(decision["attribute"], label)
    )
    return {
        "type": "AttributeAssignment",
        "_label": statement(decision),
        "classified_as": [{"type": "Type", "_label": "Decision of a reviewer"}],
        "assigned_property": property,
        **({"assigned": [assigned]} if assigned else {}),
        "carried_out_by": [_person(decision["reviewer"])],
        "timespan": _moment(decision["time"]),
        "referred_to_by": [_text(f"{statement(decision)} {note or ''}".strip(), "Note")],
    }


def _moment(time: str) -> dict[str, Any]:
    stamp = time.replace("+00:00", "Z")
    return {"type": "TimeSpan", "begin_of_the_begin": stamp, "end_of_the_end": stamp}


def _concept(attribute: str, value: str) -> dict[str, Any]:
    kind = (
        _type("Style") if attribute == "style" else {"type": "Type", "_label": attribute.replace("_", " ").capitalize()}
    )
    return {"type": "Type", "_label": value, "classified_as": [kind]}


def _person(name: str) -> dict[str, Any]:
    return {"type": "Person", "_label": name, "identified_by": [_name(name)]}


def _software(name: str) -> dict[str, Any]:
    return {"type": "DigitalObject", "_label": name, "classified_as": [{"type": "Type", "_label": "Software"}]}


def _name(text: str, kind: str = "Primary Name") -> dict[str, Any]:
    return {"type": "Name", "classified_as": [_type(kind)], "content": text}


def _identifier(text: str, kind: str) -> dict[str, Any]:
    return {"type": "Identifier", "classified_as": [_type(kind)], "content": text}


def _text(text: str, kind: str) -> dict[str, Any]:
    return {"type": "LinguisticObject", "classified_as": [_type(kind, [_type("Brief Text")])], "content": text}


def _type(name: str, classified_as: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "id": _aat(name),
        "type": "Type",
        "_label": name,
        **({"classified_as": classified_as} if classified_as else {}),
    }


def _aat(name: str) -> str:
    return f"http://vocab.getty.edu/aat/{_AAT[name]}"
