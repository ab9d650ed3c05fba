"""Paintings as Linked Art JSON-LD (https://linked.art/model/object/, https://linked.art/model/assertion/), the profile
of CIDOC-CRM that museums share.

What the collection's record says stands as a fact of the object. What a model says does not: it is an attribute
assignment, marked as made by artificial intelligence, that names the model and its probability, so that nobody who
reads the object takes it for known. A reviewer's decision is an attribute assignment too, by a person at a time.

Every object is a document of its own that passes https://linked.art/api/1.0/schema/object.json; a set holds its objects
whole as ``member``, which the schema of sets leaves to ``member_of`` of the objects, where it stands too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from artextract.dates import read_date
from artextract.export.linked_art_parts import (
    CONTEXT,
    concept,
    identifier,
    moment,
    name,
    person,
    reference,
    software,
    statement_text,
    type_of,
)
from artextract.export.linked_art_pictures import about, representation
from artextract.export.linked_art_statements import decision, number, prediction
from artextract.export.listing import SOFTWARE, Listing, as_text, label_for
from artextract.export.object_types import object_type
from artextract.naming import maker_of
from artextract.printable import one_line

MAKERS = ("artist", "painter")
STATEMENTS = (
    ("medium", "Material Statement"),
    ("dimensions", "Dimensions Statement"),
    ("credit", "Credit Line"),
    ("qualified_attribution", "Note"),
)
"""Columns whose text is a statement about the object, and its kind."""


def as_linked_art(listing: Listing) -> bytes:
    return (json.dumps(collection(listing), ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def collection(listing: Listing) -> dict[str, Any]:
    """A Set whose members are the paintings of a list, whole.

    Raises ``InputError`` where there is no address of a server."""
    place = listing.at()
    own = {"id": listing.address or place.listed("linked-art"), "type": "Set", "_label": one_line(listing.title)}
    return {
        "@context": CONTEXT,
        **own,
        "classified_as": [type_of("Collection")],
        "identified_by": [name(listing.title)],
        **({"referred_to_by": [statement_text(listing.summary, "Note")]} if listing.summary else {}),
        "created_by": {
            "type": "Creation",
            "timespan": moment(listing.made.isoformat()),
            "influenced_by": [software(place, SOFTWARE)],
        },
        "member": [_object(listing, record, own) for record in listing.records],
    }


def one_object(listing: Listing) -> dict[str, Any]:
    """The only painting of a list as a document of its own."""
    return _object(listing, listing.records[0], None)


def _object(listing: Listing, record: Mapping[str, Any], member_of: dict[str, Any] | None) -> dict[str, Any]:
    painting, place = record["id"], listing.at()
    labels = [
        concept(place, attribute, value)
        for attribute, value in listing.labels_of(record).items()
        if value is not None and attribute not in MAKERS
    ]
    document = {
        "@context": CONTEXT,
        "id": place.linked_art(painting),
        "type": "HumanMadeObject",
        "_label": label_for(record),
        "classified_as": [type_of(object_type(record), "Type of Work"), *labels],
        "identified_by": [
            *([name(record["title"])] if record["title"] else []),
            identifier(painting, "System-Assigned Number"),
            *([identifier(as_text(record["accession"]), "Accession Number")] if record.get("accession") else []),
        ],
        "equivalent": _equivalent(record.get("wikidata"), "HumanMadeObject"),
        "referred_to_by": [
            statement_text(as_text(record[column]), kind) for column, kind in STATEMENTS if record.get(column)
        ],
        "produced_by": _production(listing, record),
        "representation": [representation(listing, record)],
        "subject_of": about(listing, record),
        "attributed_by": _said(listing, painting, makers=False),
        "member_of": [member_of] if member_of else [],
    }
    return {key: value for key, value in document.items() if value not in ([], {})}


def _production(listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    maker, said, span = maker_of(record), _said(listing, record["id"], makers=True), _years(record)
    if not (maker or said or span):
        return {}
    return {
        "type": "Production",
        "_label": f"Production of {label_for(record)}",
        **({"carried_out_by": [_maker(listing, record, maker)]} if maker else {}),
        **({"timespan": span} if span else {}),
        **({"attributed_by": said} if said else {}),
    }


def _maker(listing: Listing, record: Mapping[str, Any], maker: str) -> dict[str, Any]:
    ulan = as_text(record["ulan"]) if record.get("ulan") else ""
    known = [reference(f"http://vocab.getty.edu/ulan/{ulan}", "Person")] if ulan.isdecimal() else []
    known += _equivalent(record.get("artist_wikidata"), "Person")
    return person(listing.at(), maker) | ({"equivalent": known} if known else {})


def _equivalent(wikidata: Any, kind: str) -> list[dict[str, Any]]:
    number = wikidata.strip() if isinstance(wikidata, str) else ""
    found = number.startswith("Q") and number[1:].isdecimal()
    return [reference(f"http://www.wikidata.org/entity/{number}", kind)] if found else []


def _said(listing: Listing, painting: str, makers: bool) -> list[dict[str, Any]]:
    """What models and people say: of its makers, or of all else."""
    predicted = [
        prediction(listing, attribute, answer, makers)
        for attribute, answer in listing.said_of(painting).items()
        if (attribute in MAKERS) == makers
    ]
    numbers = [] if makers else [number(listing, *answer) for answer in listing.numbers_of(painting).items()]
    return [*predicted, *numbers] + [
        decision(listing, one, makers)
        for one in listing.decided.get(painting, ())
        if (one["attribute"] in MAKERS) == makers
    ]


def _years(record: Mapping[str, Any]) -> dict[str, Any]:
    """The years of "year" and "year_end", an open end left out.

    Without them the date as a text alone; {} where nothing is known."""
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
    return {"type": "TimeSpan", "identified_by": [name(shown, "Display Title")], **bounds}


def _year(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):  # OverflowError: infinite
        return None


def _padded(year: int) -> str:
    """A year as xsd:dateTime wants it: four digits, a minus before those before Christ."""
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"
