"""What models and people say of paintings as W3C Web Annotations (https://www.w3.org/TR/annotation-model/) on the
canvases of a manifest, one page for each who speaks.

A prediction names the model as a software agent and carries its probability, as the property taConfidence of the W3C's
Internationalization Tag Set 2.0 (https://www.w3.org/TR/its20/), which is meant for the confidence of tools that
annotate texts; the probability also stands in words, for viewers that know nothing of it. A decision names the person
and the time. A region is a media fragment in pixels of the canvas (https://www.w3.org/TR/media-frags/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from artextract.errors import InputError
from artextract.export.listing import SOFTWARE, Listing, Region, Said, SaidNumber, label_of, statement

CONFIDENCE = "http://www.w3.org/2005/11/its/rdf#taConfidence"
LONGEST = 6000
"""Characters of the regions in an address."""


PAGES = {
    "predictions": "What the model says",
    "decisions": "What reviewers decided",
    "regions": "Regions",
}
"""Parts of a canvas that are pages of annotations, and their labels."""


def annotation_pages(listing: Listing, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pages of a painting's canvas, those left out that would be empty.

    Their ids are addresses where the server gives them out; those of regions, which it does not keep, have the regions
    in them."""
    painting, place = record["id"], listing.at()
    predictions = [_prediction(listing, painting, name, answer) for name, answer in listing.said_of(painting).items()]
    predictions += [_number(listing, painting, name, answer) for name, answer in listing.numbers_of(painting).items()]
    decisions = [
        _decision(listing, painting, number, decision)
        for number, decision in enumerate(listing.decided.get(painting, ()), 1)
    ]
    pages = [_page("predictions", place.canvas(painting, "predictions"), predictions)]
    pages += [_page("decisions", place.canvas(painting, "decisions"), decisions)]
    for regions in _by_page(listing.regions_of.get(painting, ())):
        items = [_region(listing, record, region) for region in regions]
        pages.append(_page("regions", place.canvas(painting, "regions", *query_of_all(regions)), items))
    return [page for page in pages if page["items"]]


def query_of(region: Region) -> list[tuple[str, str]]:
    """A region as pairs of an address, from which ``regions_of_query`` makes it again."""
    return [("box", ",".join(f"{edge:.6g}" for edge in region.box)), ("text", region.text)]


def query_of_all(regions: Sequence[Region]) -> list[tuple[str, str]]:
    return [pair for region in regions for pair in query_of(region)]


def regions_of_query(painting: str, boxes: Sequence[str], texts: Sequence[str]) -> list[Region]:
    """Raises ``InputError`` for boxes that are no four fractions."""
    found = []
    for box, text in zip_longest(boxes, texts[: len(boxes)], fillvalue=""):
        try:
            left, top, right, bottom = (_fraction(edge) for edge in box.split(",", 4))
        except ValueError as error:
            raise InputError(
                f"'{box[:80]}' is no part of a picture",
                "give left, top, right and bottom as fractions, such as 0.1,0.2,0.5,0.6",
                code="invalid-region",
            ) from error
        found.append(Region(painting, (min(left, right), min(top, bottom), max(left, right), max(top, bottom)), text))
    return found


def _fraction(text: str) -> float:
    """Raises ``ValueError`` for what is no number from 0 to 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError(text)
    return number


def _by_page(regions: Sequence[Region]) -> Iterator[list[Region]]:
    """Regions, each once, by pages whose addresses stay short enough for every server."""
    page: list[Region] = []
    length = 0
    for region in {tuple(query_of(region)): region for region in regions}.values():
        size = len(urlencode(query_of(region), errors="replace"))
        if page and length + size > LONGEST:
            yield page
            page, length = [], 0
        page.append(region)
        length += size
    if page:
        yield page


def _page(part: str, address: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": address, "type": "AnnotationPage", "label": {"en": [PAGES[part]]}, "items": items}


def _prediction(listing: Listing, painting: str, attribute: str, said: Said) -> dict[str, Any]:
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
                "value": said.label,
                "format": "text/plain",
                "purpose": "tagging",
                CONFIDENCE: round(said.probability, 4),
            },
            {
                "type": "TextualBody",
                "format": "text/plain",
                "language": "en",
                "purpose": "describing",
                "value": (
                    f"The {name} is {said.label} with a probability of {said.probability:.0%}, says a model; nobody"
                    " has confirmed it here." + "".join(f" {sentence}" for sentence in said.doubts)
                ),
            },
            *_marks([(said.unsure, "unsure"), (said.new, "new")]),
        ],
        "target": listing.at().canvas(painting),
    }


def _marks(marks: Sequence[tuple[bool, str]]) -> list[dict[str, str]]:
    """A body for each mark of doubt that is there."""
    return [
        {"type": "TextualBody", "value": word, "format": "text/plain", "purpose": "assessing"}
        for there, word in marks
        if there
    ]


def _number(listing: Listing, painting: str, attribute: str, said: SaidNumber) -> dict[str, Any]:
    name = attribute.replace("_", " ")
    return {
        "id": listing.at().canvas(painting, f"predictions-{attribute}"),
        "type": "Annotation",
        "motivation": ["describing"],
        "creator": {"type": "Software", "name": listing.model or SOFTWARE},
        "generator": {"type": "Software", "name": SOFTWARE},
        "created": _time(listing),
        "body": [
            {
                "type": "TextualBody",
                "format": "text/plain",
                "language": "en",
                "purpose": "describing",
                "value": (
                    f"The {name} is {said.in_words()}, says a model, which means that it lies in this range with a"
                    f" probability of {said.coverage:.0%}; nobody has confirmed it here."
                    + "".join(f" {sentence}" for sentence in said.doubts)
                ),
            },
            *_marks([(said.unsure, "unsure")]),
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


def _region(listing: Listing, record: Mapping[str, Any], region: Region) -> dict[str, Any]:
    own = listing.at().canvas(record["id"])
    return {
        "id": listing.at().canvas(record["id"], "region", *query_of(region)),
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
