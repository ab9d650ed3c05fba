"""What models and reviewers say of an object, as attribute assignments of Linked Art
(https://linked.art/model/assertion/): claims with a source, and no facts of the object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.export.linked_art_parts import concept, moment, name, person, software, statement_text, type_of
from artextract.export.linked_art_terms import CERTAINTIES
from artextract.export.listing import SOFTWARE, Listing, Said, SaidNumber, label_of, statement
from artextract.export.places import Place

UNSURE = ", and the model is unsure"


def prediction(listing: Listing, attribute: str, said: Said, maker: bool) -> dict[str, Any]:
    """Carries the terms of the thesaurus for what artificial intelligence made, as technique and as type.

    The model is what influenced the assignment: the schema takes no digital object as an object used."""
    place, words, model = listing.at(), attribute.replace("_", " "), listing.model or SOFTWARE
    doubt = UNSURE * said.unsure + (", and it seems new to it" if said.new else "")
    return {
        "type": "AttributeAssignment",
        "_label": f"Prediction of the {words}, not confirmed{doubt}: {said.label} ({said.probability:.0%})",
        "identified_by": [name("Prediction of a model, not confirmed", "Display Title")],
        "classified_as": [
            type_of("AI Generated Content"),
            *([type_of("Possibly By")] if maker else []),
            *_certainties(place, unsure=said.unsure, new=said.new),
        ],
        "technique": [type_of("Artificial Intelligence")],
        "assigned_property": "carried_out_by" if maker else "classified_as",
        "assigned": [person(place, said.label) if maker else concept(place, attribute, said.label)],
        "influenced_by": [software(place, model)],
        "timespan": moment(listing.made.isoformat()),
        "referred_to_by": [
            statement_text(
                f"Certainty: probability {said.probability:.4f}, as the model {model} gives it."
                + "".join(f" {sentence}" for sentence in said.doubts)
                + " This is what a model says and not a fact about the painting.",
                "Note",
            )
        ],
    }


def _certainties(place: Place, **marks: bool) -> list[dict[str, Any]]:
    """The marks of doubt that are there, as types."""
    return [
        {"id": place.term("certainty", word), "type": "Type", "_label": CERTAINTIES[word]}
        for word, there in marks.items()
        if there
    ]


def number(listing: Listing, attribute: str, said: SaidNumber) -> dict[str, Any]:
    """What a model says of a number, as a claim in words: the model has no type for a number that is only likely."""
    words, model = attribute.replace("_", " "), listing.model or SOFTWARE
    return {
        "type": "AttributeAssignment",
        "_label": f"Prediction of the {words}, not confirmed{UNSURE * said.unsure}: {said.in_words()}",
        "identified_by": [name("Prediction of a model, not confirmed", "Display Title")],
        "classified_as": [
            type_of("AI Generated Content"),
            *_certainties(listing.at(), unsure=said.unsure),
        ],
        "technique": [type_of("Artificial Intelligence")],
        "influenced_by": [software(listing.at(), model)],
        "timespan": moment(listing.made.isoformat()),
        "referred_to_by": [
            statement_text(
                f"The {words} lies from {said.low:.10g} to {said.high:.10g} with a probability of {said.coverage:.0%},"
                f" as the model {model} gives it."
                + "".join(f" {sentence}" for sentence in said.doubts)
                + " This is what a model says and not a fact about the painting.",
                "Note",
            )
        ],
    }


def decision(listing: Listing, made: Mapping[str, Any], maker: bool) -> dict[str, Any]:
    label, note = label_of(made), made.get("note")
    where, assigned = _corrected(listing, made["attribute"], "" if label is None else label, maker)
    return {
        "type": "AttributeAssignment",
        "_label": statement(made),
        "identified_by": [name("Decision of a reviewer", "Display Title")],
        "assigned_property": where,
        **({} if label is None else {"assigned": [assigned]}),
        "carried_out_by": [person(listing.at(), made["reviewer"])],
        "timespan": moment(made["time"]),
        "referred_to_by": [statement_text(f"{statement(made)} {note or ''}".strip(), "Note")],
    }


def _corrected(listing: Listing, attribute: str, value: str, maker: bool) -> tuple[str, dict[str, Any]]:
    """The property of an object under which a reviewer's value belongs, and the value: only labels are types."""
    if maker:
        return "carried_out_by", person(listing.at(), value)
    if attribute in listing.paintings.labels:
        return "classified_as", concept(listing.at(), attribute, value)
    if attribute == "title":
        return "identified_by", name(value)
    return "referred_to_by", statement_text(f"{attribute.replace('_', ' ').capitalize()}: {value}", "Note")
