"""What models and people say of paintings as W3C Web Annotations (https://www.w3.org/TR/annotation-model/) on the
canvases of a manifest, one page for each who speaks.

A prediction names the model as a software agent and carries its probability, as the property taConfidence of the W3C's
Internationalization Tag Set 2.0 (https://www.w3.org/TR/its20/), which is meant for the confidence of tools that
annotate texts; the probability also stands in words, for viewers that know nothing of it. A decision names the person
and the time. A region is a media fragment in pixels of the canvas (https://www.w3.org/TR/media-frags/)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from artextract.export.listing import SOFTWARE, Listing, Region, label_of, statement

CONFIDENCE = "http://www.w3.org/2005/11/its/rdf#taConfidence"


def annotation_pages(listing: Listing, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pages of a painting's canvas, those left out that would be empty."""
    painting = record["id"]
    predictions = [
        _prediction(listing, painting, name, *answer) for name, answer in listing.predictions.get(painting, {}).items()
    ]
    decisions = [
        _decision(listing, painting, number, decision)
        for number, decision in enumerate(listing.decided.get(painting, ()), 1)
    ]
    regions = [
        _region(listing, record, number, region)
        for number, region in enumerate(listing.regions_of.get(painting, ()), 1)
    ]
    pages = (
        ("predictions", "What the model says", predictions),
        ("decisions", "What reviewers decided", decisions),
        ("regions", "Regions", regions),
    )
    return [
        {"id": listing.at().canvas(painting, part), "type": "AnnotationPage", "label": {"en": [label]}, "items": items}
        for part, label, items in pages
        if items
    ]


def _prediction(listing: Listing, painting: str, attribute: str, label: str, probability: float) -> dict[str, Any]:
    name = attribute.replace("_", " ")
    return {
        "id": listing.at().canvas(painting, f"predictions-{attribute}"),
        "type": "Annotation",
        "motivation": ["tagging", "classifying"],
        "creator": {"type": "Software", "name": listing.model or SOFTWARE},
        "generator": {"type": "Software", "name": SOFTWARE},
        "created": _time(listing),
        "body": [
            {
                "type": "TextualBody",
                "value": label,
                "format": "text/plain",
                "purpose": "tagging",
                CONFIDENCE: round(probability, 4),
            },
            {
                "type": "TextualBody",
                "format": "text/plain",
                "language": "en",
                "purpose": "describing",
                "value": (
                    f"The {name} is {label} with a probability of {probability:.0%}, says a model; nobody has confirmed"
                    " it here."
                ),
            },
        ],
        "target": listing.at().canvas(painting),
    }


def _decision(listing: Listing, painting: str, number: int, decision: Mapping[str, Any]) -> dict[str, Any]:
    label, note = label_of(decision), decision.get("note")
    bodies = (
        [] if label is None else [{"type": "TextualBody", "value": label, "format": "text/plain", "purpose": "tagging"}]
    )
    said = f"{statement(decision)} {note}" if note else statement(decision)
    return {
        "id": listing.at().canvas(painting, f"decisions-{number}"),
        "type": "Annotation",
        "motivation": ["assessing", "tagging"] if label is not None else ["assessing"],
        "creator": {"type": "Person", "name": decision["reviewer"]},
        "generator": {"type": "Software", "name": SOFTWARE},
        "created": decision["time"],
        "body": [
            *bodies,
            {"type": "TextualBody", "value": said, "format": "text/plain", "language": "en", "purpose": "assessing"},
        ],
        "target": listing.at().canvas(painting),
    }


def _region(listing: Listing, record: Mapping[str, Any], number: int, region: Region) -> dict[str, Any]:
    own = listing.at().canvas(record["id"])
    return {
        "id": listing.at().canvas(record["id"], f"regions-{number}"),
        "type": "Annotation",
        "motivation": ["identifying", "commenting"],
        "creator": {"type": "Software", "name": SOFTWARE},
        "created": _time(listing),
        "body": [{"type": "TextualBody", "value": region.text, "format": "text/plain", "purpose": "commenting"}],
        "target": {
            "type": "SpecificResource",
            "source": own,
            "selector": {
                "type": "FragmentSelector",
                "conformsTo": "http://www.w3.org/TR/media-frags/",
                "value": f"xywh={','.join(map(str, pixels(region.box, record)))}",
            },
        },
    }


def pixels(box: tuple[float, float, float, float], record: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """x, y, width, height in whole pixels of the picture, at least one wide and high and inside it."""
    width, height = record["width"], record["height"]
    left, top = min(int(box[0] * width), width - 1), min(int(box[1] * height), height - 1)
    return (
        left,
        top,
        max(1, min(round(box[2] * width), width) - left),
        max(1, min(round(box[3] * height), height) - top),
    )


def _time(listing: Listing) -> str:
    return listing.made.isoformat().replace("+00:00", "Z")
