"""A list of paintings as a PDF to print: A4 pages of pictures with name, maker, date, note and rights, and at the end
what is said of rights in full. Its text can be selected and searched."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from artextract.drawing_text import FAINT, INK, LINE, MARK, fitted
from artextract.errors import ImageError
from artextract.export.listing import SOFTWARE, Listing, as_text
from artextract.export.sheet import texts_of, wrapped
from artextract.images import open_image
from artextract.naming import maker_of
from artextract.printable import counted, one_line
from artextract.typefaces import drawn, explained, is_truetype, typeface

WIDTH, HEIGHT, EDGE = 210.0, 297.0, 15.0
"""A4 and its margins, in millimetres, as all lengths here."""
COLUMNS, ROWS, GAP = 3, 4, 6.0
CELL = (WIDTH - 2 * EDGE - (COLUMNS - 1) * GAP) / COLUMNS
PICTURE = 36.0
"""Height of the box that a picture is fitted into."""
HEAD, STEP = 20.0, 3.4
DOTS_PER_INCH = 150
POINT = 25.4 / 72
_SMALL, _NAME, _TITLE = 7.0, 8.0, 16.0
"""Sizes of letters, in points."""
_NOTE_LINES, _RIGHTS_LINES = 3, 2


def as_pdf(listing: Listing) -> bytes:
    """PDF of A4 pages, ``COLUMNS`` by ``ROWS`` pictures on each. A picture that cannot be opened leaves a frame."""
    from matplotlib import rc_context

    from artextract.export.pdf_pictures import JpegPages

    foot = _foot(listing)
    pages = _pages(listing, foot)
    file = io.BytesIO()
    facts = {"Title": one_line(listing.title), "Creator": SOFTWARE, "Subject": MARK, "CreationDate": listing.made}
    paths = dict(zip(listing.paintings.ids, listing.paintings.image_paths(), strict=True))
    whole = all(is_truetype(typeface(text)) for text in texts_of(listing))
    with rc_context({"pdf.fonttype": 42 if whole else 3}), JpegPages(file, metadata=facts) as pdf:
        for number, records in enumerate(pages, 1):
            page = _Page()
            page.text(
                EDGE, HEIGHT - EDGE + 5, f"{drawn(listing.title, longest=80)} · {number} / {len(pages)}", colour=FAINT
            )
            if number == 1:
                _head(page, listing)
            for place, record in enumerate(records):
                left = EDGE + place % COLUMNS * (CELL + GAP)
                top = EDGE + HEAD + place // COLUMNS * _row_height()
                _painting(page, listing, record, paths[record["id"]], (left, top))
            if number == len(pages):
                top = EDGE + HEAD + -(-len(records) // COLUMNS) * _row_height()
                for line, text in enumerate(foot):
                    page.text(EDGE, top + line * STEP, text, colour=FAINT if line else INK)
            pdf.savefig(page.figure)
    return file.getvalue()


def _row_height() -> float:
    return (HEIGHT - 2 * EDGE - HEAD) / ROWS


def _pages(listing: Listing, foot: list[str]) -> list[list[dict[str, Any]]]:
    """The records of each page; where the last one has no room for what is said of rights, an empty one follows."""
    most = COLUMNS * ROWS
    pages = [listing.records[start : start + most] for start in range(0, len(listing), most)] or [[]]
    free = ROWS - -(-len(pages[-1]) // COLUMNS)
    return pages if len(foot) * STEP <= free * _row_height() else [*pages, []]


def _foot(listing: Listing) -> list[str]:
    room = 10 * (WIDTH - 2 * EDGE) / POINT
    said = [
        line
        for text, count in listing.rights().items()
        for line in wrapped(f"{count} of {len(listing)}: {text}", round(10 * _SMALL), room, 4)
    ]
    said = [*explained(texts_of(listing)), *said]
    return ["Rights of the pictures", *said[: int((HEIGHT - 2 * EDGE - HEAD) / STEP) - 2]]


def _head(page: _Page, listing: Listing) -> None:
    room = 10 * (WIDTH - 2 * EDGE) / POINT
    page.text(EDGE, EDGE, fitted(listing.title, round(10 * _TITLE), room), _TITLE)
    collection = f" of {listing.collection}" if listing.collection else ""
    facts = f"{counted(len(listing), 'painting', 'paintings')}{collection}, {listing.made:%-d %B %Y}"
    summary = wrapped(listing.summary, round(10 * _NAME), room, 2)
    for line, text in enumerate([facts, *summary]):
        page.text(EDGE, EDGE + 7.5 + line * 3.8, text, _NAME, FAINT)


def _painting(page: _Page, listing: Listing, record: Mapping[str, Any], path: Any, corner: tuple[float, float]) -> None:
    left, top = corner
    try:
        most = round(max(CELL, PICTURE) / 25.4 * DOTS_PER_INCH)
        picture = open_image(path, at_least=most)
        picture.thumbnail((most, most), Image.Resampling.LANCZOS)
        page.picture(picture, left, top)
    except ImageError:
        page.frame(left, top, "the picture cannot be opened")
    for line, (text, size, colour) in enumerate(_captions(listing, record)):
        page.text(left, top + PICTURE + 2 + line * STEP, text, size, colour)


def _captions(listing: Listing, record: Mapping[str, Any]) -> list[tuple[str, float, str]]:
    """Lines under a picture, with the size of their letters and their colours."""
    maker, room = maker_of(record), 10 * CELL / POINT
    name = record["title"] or maker or record["id"]
    date = next((record[column] for column in ("date", "year") if record.get(column)), None)
    under = ", ".join(as_text(part) for part in (maker if record["title"] else None, date) if part)
    small = round(10 * _SMALL)
    lines = [(fitted(name, round(10 * _NAME), room), _NAME, INK)]
    lines += [(fitted(under, small, room), _SMALL, FAINT)] if under else []
    lines += [(text, _SMALL, INK) for text in wrapped(listing.notes.get(record["id"], ""), small, room, _NOTE_LINES)]
    return lines + [(text, _SMALL, FAINT) for text in wrapped(record["rights"], small, room, _RIGHTS_LINES)]


class _Page:
    """A page in millimetres from its top left corner."""

    def __init__(self) -> None:
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(WIDTH / 25.4, HEIGHT / 25.4))
        self._axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        self._axes.set_axis_off()

    def text(self, left: float, top: float, text: str, size: float = _SMALL, colour: str = INK) -> None:
        from matplotlib.font_manager import FontProperties

        face = FontProperties(fname=typeface(text), size=size)
        self._axes.text(left, top, text, fontproperties=face, color=colour, va="top", parse_math=False)

    def picture(self, picture: Image.Image, left: float, top: float) -> None:
        scale = min(CELL / picture.width, PICTURE / picture.height)
        wide, high = scale * picture.width, scale * picture.height
        place = (left, left + wide, top + PICTURE, top + PICTURE - high)
        self._axes.imshow(np.asarray(picture), extent=place, interpolation="none", aspect="auto")

    def frame(self, left: float, top: float, text: str) -> None:
        self._axes.plot(
            [left, left + CELL, left + CELL, left, left],
            [top, top, top + PICTURE, top + PICTURE, top],
            color=LINE,
            lw=0.6,
        )
        self.text(left + 2, top + 2, text, colour=FAINT)
