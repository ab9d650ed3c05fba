"""The documents that Linked Art objects refer to by our addresses: persons, labels, attributes, software."""

from __future__ import annotations

from typing import Any

from artextract.export.linked_art_parts import CONTEXT, attribute_type, concept, name, person, software
from artextract.export.places import Place

KINDS = ("person", "software", "type", "attribute", "certainty")
CERTAINTIES = {"unsure": "The model is unsure", "new": "It seems new to the model"}
"""The marks of doubt in words."""


def term(place: Place, kind: str, called: str, of: str = "") -> dict[str, Any]:
    """The document at ``place.term(kind, called, of)``; ``kind`` is one of ``KINDS``."""
    known = {
        "person": lambda: person(place, called),
        "software": lambda: software(place, called),
        "type": lambda: concept(place, of, called),
        "attribute": lambda: attribute_type(place, called),
        "certainty": lambda: {
            "id": place.term(kind, called),
            "type": "Type",
            "_label": CERTAINTIES.get(called, called),
        },
    }[kind]()
    return {"@context": CONTEXT, **known, "identified_by": [name(known["_label"])]}
