"""The small pieces of Linked Art documents: names, texts, types, references and moments.

The terms of the Getty's Art & Architecture Thesaurus are those that https://linked.art/model/vocab/required/ and
https://linked.art/model/vocab/recommended/ name; those of statements that a machine made are of
https://linked.art/model/assertion/."""

from __future__ import annotations

from typing import Any

from artextract.export.places import Place

CONTEXT = "https://linked.art/ns/v1/linked-art.json"
AAT = {
    "Painting": 300033618,
    "Drawing": 300033973,
    "Print": 300041273,
    "Lithograph": 300041379,
    "Photograph": 300046300,
    "Sculpture": 300047090,
    "Miniature": 300033936,
    "Tapestry": 300205002,
    "Mosaic": 300015342,
    "Type of Work": 300435443,
    "Primary Name": 300404670,
    "Display Title": 300404669,
    "Accession Number": 300312355,
    "System-Assigned Number": 300435704,
    "Brief Text": 300418049,
    "Note": 300027200,
    "Material Statement": 300435429,
    "Dimensions Statement": 300435430,
    "Credit Line": 300026687,
    "Copyright/License Statement": 300435434,
    "Digital Image": 300215302,
    "Web Page": 300264578,
    "Collection": 300025976,
    "Style": 300015646,
    "Height": 300055644,
    "Width": 300055647,
    "Pixels": 300266190,
    "AI Generated Content": 300456841,
    "Artificial Intelligence": 300456842,
    "Possibly By": 300404272,
}
"""Label -> number of the term."""


def aat(name: str) -> str:
    return f"http://vocab.getty.edu/aat/{AAT[name]}"


def type_of(name: str, *kinds: str) -> dict[str, Any]:
    """A term of the thesaurus, which may itself be of a kind."""
    found: dict[str, Any] = {"id": aat(name), "type": "Type", "_label": name}
    return found | ({"classified_as": [type_of(kind) for kind in kinds]} if kinds else {})


def concept(place: Place, attribute: str, value: str) -> dict[str, Any]:
    """A label of the collection, such as a style, as a type with an address of its own."""
    return {
        "id": place.term("type", value, attribute),
        "type": "Type",
        "_label": value,
        "classified_as": [attribute_type(place, attribute)],
    }


def attribute_type(place: Place, attribute: str) -> dict[str, Any]:
    """What kind of type the labels of an attribute are."""
    if attribute == "style":
        return type_of("Style")
    label = attribute.replace("_", " ").capitalize()
    return {"id": place.term("attribute", attribute), "type": "Type", "_label": label}


def person(place: Place, name: str) -> dict[str, Any]:
    """A reference to a person; who it is stands in the document at the address."""
    return {"id": place.term("person", name), "type": "Person", "_label": name}


def software(place: Place, name: str) -> dict[str, Any]:
    """A reference to a program or model."""
    return {"id": place.term("software", name), "type": "DigitalObject", "_label": name}


def name(text: str, kind: str = "Primary Name") -> dict[str, Any]:
    return {"type": "Name", "classified_as": [type_of(kind)], "content": text}


def identifier(text: str, kind: str) -> dict[str, Any]:
    return {"type": "Identifier", "classified_as": [type_of(kind)], "content": text}


def statement_text(text: str, kind: str) -> dict[str, Any]:
    return {"type": "LinguisticObject", "classified_as": [type_of(kind, "Brief Text")], "content": text}


def moment(time: str) -> dict[str, Any]:
    stamp = time.replace("+00:00", "Z")
    return {"type": "TimeSpan", "begin_of_the_begin": stamp, "end_of_the_end": stamp}


def reference(address: str, kind: str) -> dict[str, Any]:
    return {"id": address, "type": kind}
