"""What is exported: paintings in their order, with all that is known and said of them, and where their pictures are
served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeGuard
from urllib.parse import urlsplit

from artextract import naming
from artextract.csv_file import whole
from artextract.errors import InputError
from artextract.export.image_service import ImageService, image_service
from artextract.export.places import SERVED, THUMBNAIL, Picture, Place, fitted
from artextract.export.rights import licence
from artextract.printable import one_line
from artextract.table import COLUMNS, Paintings
from artextract.version import __version__

SOFTWARE = f"ArtExtract {__version__}"
__all__ = ["SERVED", "SOFTWARE", "THUMBNAIL", "Listing", "Picture", "Place", "Region", "Said", "SaidNumber", "fitted"]


@dataclass(frozen=True)
class Region:
    """A part of a painting that something was found in: ``box`` is left, top, right, bottom as fractions of the
    picture, ``text`` says what it is."""

    painting: str
    box: tuple[float, float, float, float]
    text: str


UNSURE_NUMBER = (
    "The model is unsure: few paintings of such kinds that it learned from have one, so the range may be wrong."
)


class Said(NamedTuple):
    """What a model says of an attribute; ``unsure`` where so low a probability was not right often enough.

    ``novelty`` 0..1 says how new the painting seems to it, ``new`` that the label is most likely none of those that it
    knows, and ``among`` is the set of labels that holds the right one with the promised ``coverage``. None and no
    labels where the model does not say."""

    label: str
    probability: float
    unsure: bool = False
    novelty: float | None = None
    new: bool = False
    among: tuple[str, ...] = ()
    coverage: float | None = None

    @property
    def marked(self) -> str:
        """The label, with the mark of doubt behind it."""
        return self.label + "?" * (self.unsure or self.new)

    @property
    def doubts(self) -> list[str]:
        """What is to be said of the doubt, as sentences."""
        found = []
        if self.unsure:
            found.append("The model is unsure: answers this probable were not right often enough.")
        if self.new:
            found.append("It seems new to the model: most likely the label is none of those that it knows.")
        if len(self.among) > 1 and self.coverage is not None:
            listed = " or ".join([", ".join(self.among[:-1]), self.among[-1]])
            found.append(f"In {100 * self.coverage:.0f}% of cases the right label is one of: {listed}.")
        return found


class SaidNumber(NamedTuple):
    """What a model says of a number, as a year: with a chance of ``coverage`` it lies from ``low`` to ``high``.

    ``unsure`` where it learned from few such paintings that have one, and then that chance is smaller."""

    median: float
    low: float
    high: float
    coverage: float
    unsure: bool = False

    def in_words(self) -> str:
        """As "about 1885 (1860 to 1905)"; "about 1885? (1860 to 1905)" where the model is unsure."""
        median, low, high = (f"{value:.10g}" for value in self[:3])
        return f"about {median}{'?' * self.unsure} ({low} to {high})"

    @property
    def doubts(self) -> list[str]:
        """What is to be said of the doubt, as sentences."""
        return [UNSURE_NUMBER] if self.unsure else []


@dataclass(frozen=True)
class Listing:
    """``paintings`` are the rows in their order.

    ``hits``: id -> "rank", "score", "features" and "band" of a search; ``predictions``: id -> attribute -> label,
    probability and whether the model is unsure (``Said``; the last may be left out), or a number (``SaidNumber``), by
    ``model``; ``decisions``: "id" (of the painting), "attribute", "action", "old", "new", "reviewer", "time" and "note"
    of what people decided; ``notes``: id -> what is noted of it on this list. ``summary`` says how the list came about;
    ``place`` is needed where web addresses are, and ``address`` is where this very list is served, if it is."""

    title: str
    paintings: Paintings
    summary: str = ""
    hits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    predictions: Mapping[str, Mapping[str, tuple[Any, ...]]] = field(default_factory=dict)
    model: str = ""
    decisions: Sequence[Mapping[str, Any]] = ()
    regions: Sequence[Region] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    collection: str = ""
    place: Place | None = None
    address: str | None = None
    made: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __len__(self) -> int:
        return len(self.paintings)

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        return self.paintings.records()

    @cached_property
    def decided(self) -> dict[str, list[Mapping[str, Any]]]:
        """Decisions by the id of the painting; a skip states nothing and is left out."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for decision in self.decisions:
            if decision["action"] in ("accept", "correct"):
                found.setdefault(decision["id"], []).append(decision)
        return found

    @cached_property
    def regions_of(self) -> dict[str, list[Region]]:
        found: dict[str, list[Region]] = {}
        for region in self.regions:
            found.setdefault(region.painting, []).append(region)
        return found

    def said_of(self, painting: str) -> dict[str, Said]:
        answers = self.predictions.get(painting, {}).items()
        return {name: Said(*answer) for name, answer in answers if not isinstance(answer, SaidNumber)}

    def numbers_of(self, painting: str) -> dict[str, SaidNumber]:
        answers = self.predictions.get(painting, {}).items()
        return {name: answer for name, answer in answers if isinstance(answer, SaidNumber)}

    def labels_of(self, record: Mapping[str, Any]) -> dict[str, str | None]:
        return {name: record[name] for name in self.paintings.labels}

    def more_of(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The further columns, such as date and medium, that say something of this painting.

        A column of years with gaps has floats, which are given as whole numbers."""
        known = {*COLUMNS, *self.paintings.labels}
        found = {
            name: value for name, value in record.items() if name not in known and value is not None and value != []
        }
        return {name: whole(value) for name, value in found.items()}

    def rights(self) -> dict[str, int]:
        """What is said of rights and of how many paintings, most first."""
        counts: dict[str, int] = {}
        for record in self.records:
            counts[record["rights"]] = counts.get(record["rights"], 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))

    def at(self) -> Place:
        """``place``; raises ``InputError`` where there is none."""
        if self.place is None:
            raise InputError(
                "addresses on the web need the address of a server",
                "give one with --base-url http://localhost:8000/",
                code="address-needed",
            )
        return self.place

    def picture(self, record: Mapping[str, Any]) -> Picture:
        """The painting's picture at its source, where the record tells an address there and it is that file that was
        imported, else the one that the application serves."""
        address = record.get("image_url")
        if is_address(address):
            return Picture(address, record["width"], record["height"], media_type(address))
        return self.at().image(record["id"], record["width"], record["height"])

    def image_service(self, record: Mapping[str, Any]) -> ImageService | None:
        """The IIIF image service of ``picture``: that of its source, where it has one, or the application's."""
        if is_address(record.get("image_url")):
            return image_service(record)
        return ImageService(self.at().image_service(record["id"]), 3, "level2")

    def manifest_of(self, record: Mapping[str, Any]) -> str | None:
        """The IIIF manifest that the painting was imported from."""
        known = record.get("manifest") or (record.get("object") if record["source"] == "iiif" else None)
        return known if is_address(known) and known != record.get("canvas") else None

    def homepage(self, record: Mapping[str, Any]) -> str:
        """The page about a painting at its source, or else in the application."""
        return record["url"] if is_address(record.get("url")) else self.at().page(record["id"])


def name_of(record: Mapping[str, Any]) -> str:
    """The title, else one that the name of the file tells, else the name of the file."""
    return naming.name_of(record["title"], record["path"], naming.maker_of(record))


def label_for(record: Mapping[str, Any]) -> str:
    """``name_of`` on one line, to stand over a picture; the whole title stands elsewhere in an export."""
    return one_line(name_of(record)) or record["id"]


def is_address(value: Any) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and value.startswith(("http://", "https://"))
        and not any(character.isspace() for character in value)
    )


def media_type(address: str) -> str | None:
    kinds = {
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".png": "image/png",
        ".tif": "image/tiff",
        ".tiff": "image/tiff",
        ".webp": "image/webp",
        ".gif": "image/gif",
    }
    return kinds.get(PurePosixPath(urlsplit(address).path).suffix.lower())


def as_text(value: Any) -> str:
    """A cell as one text; the items of a list are joined by semicolons."""
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(whole(value))


def spoken(name: str) -> str:
    """The name of a column as people read it: "year_end" as "Year end"."""
    return name.replace("_", " ").capitalize()


def statement(decision: Mapping[str, Any]) -> str:
    """A decision as a sentence."""
    attribute = decision["attribute"].replace("_", " ")
    if decision["action"] == "accept":
        return f"The {attribute} {decision['old']} is right."
    if decision["new"] is None:
        return f"The {attribute} is not {decision['old']}."
    return f"The {attribute} is {decision['new']}" + (f", not {decision['old']}." if decision["old"] else ".")


def label_of(decision: Mapping[str, Any]) -> str | None:
    """The label that holds by a decision; None where one was taken away."""
    return decision["old"] if decision["action"] == "accept" else decision["new"]


def licence_of(record: Mapping[str, Any]) -> str | None:
    return licence(record["rights"])
