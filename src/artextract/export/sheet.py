"""A list of paintings as one picture to print: each with its name, maker, date and rights, and at the foot what is said
of rights in full."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, fit, fitted, font, save_drawing
from artextract.errors import ImageError
from artextract.export.listing import Listing, as_text, name_of
from artextract.images import open_image
from artextract.naming import maker_of
from artextract.printable import counted, one_line
from artextract.progress import Progress, no_progress
from artextract.typefaces import drawn, explained

COLUMNS = 5
BOX = 260
"""Pictures are fitted into a square of this many pixels, their aspect kept; none is enlarged."""
GAP = 36
STEP = 20
LINES = 6


def as_contact_sheet(listing: Listing, progress: Progress = no_progress) -> bytes:
    """PNG, ``COLUMNS`` pictures in a row."""
    file = io.BytesIO()
    save_drawing(contact_sheet(listing, progress), file, "PNG", compress_level=3)
    return file.getvalue()


def contact_sheet(listing: Listing, progress: Progress = no_progress) -> Image.Image:
    """Pictures that cannot be opened leave a frame that says why."""
    columns = min(COLUMNS, max(3, len(listing)))
    rows = max(1, -(-len(listing) // columns))
    width = GAP + columns * (BOX + GAP)
    summary = wrapped(listing.summary, 17, width - 2 * GAP, 3)
    collection = f" of {listing.collection}" if listing.collection else ""
    note = f"{counted(len(listing), 'painting', 'paintings')}{collection}, {listing.made:%-d %B %Y}"
    foot = [
        line
        for text, count in listing.rights().items()
        for line in wrapped(f"{count} of {len(listing)}: {text}", 14, width - 2 * GAP, 4)
    ]
    foot += explained(texts_of(listing))
    head = GAP + 46 + 24 * (len(summary) + 1) + GAP // 2
    card = BOX + 14 + LINES * STEP + GAP
    bottom = head + GAP + rows * card
    sheet = Image.new("RGB", (width, bottom + 30 + STEP * (len(foot) + 1) + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    title = fitted(listing.title, 30, width - 2 * GAP, bold=True)
    draw.text((GAP, GAP), title, fill=INK, font=font(30, True, title))
    for number, line in enumerate([*summary, note]):
        draw.text((GAP, GAP + 46 + 24 * number), line, fill=FAINT, font=font(17, text=line))
    draw.line((GAP, head, width - GAP, head), fill=LINE, width=2)
    pairs = zip(listing.records, listing.paintings.image_paths(), strict=False)
    for number, (record, path) in enumerate(progress(pairs, len(listing), "drawing the contact sheet")):
        left, top = GAP + number % columns * (BOX + GAP), head + GAP + number // columns * card
        _picture(sheet, draw, path, (left, top))
        for row, (text, colour) in enumerate(captions(listing, record)):
            face = font(_size(row), text=text)
            draw.text((left, top + BOX + 14 + STEP * row), text, fill=colour, font=face)
    draw.line((GAP, bottom, width - GAP, bottom), fill=LINE, width=2)
    for number, line in enumerate(["Rights of the pictures", *foot]):
        draw.text((GAP, bottom + 20 + STEP * number), line, fill=FAINT if number else INK, font=font(14, text=line))
    return sheet


def captions(listing: Listing, record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lines under a picture and their colours: rank and name, maker and date (the id where there is no title), further
    labels, what a model says of what is not known, the score, and the rights in at most two lines."""
    hit = listing.hits.get(record["id"])
    labels = dict(listing.labels_of(record))
    labels.pop("artist", None)
    maker = maker_of(record)
    date = next((record[name] for name in ("date", "year") if record.get(name)), None)
    name = name_of(record)
    lines = [(f"{hit['rank']}  {name}" if hit else name, INK)]
    under = (
        maker,
        date,
        None if record["title"] else record["id"],
    )
    lines += [(", ".join(as_text(part) for part in under if part), FAINT)]
    lines += [(", ".join(value for value in labels.values() if value), FAINT)]
    said = [
        f"{answer.marked} ({answer.probability:.0%}{', unsure' * answer.unsure}{', new' * answer.new})"
        for name, answer in listing.said_of(record["id"]).items()
        if record.get(name) is None
    ]
    lines += [(f"perhaps {', '.join(said)}" if said else "", FAINT)]
    if hit:
        lines += [
            (f"{hit['band']}, score {hit['score']:.2f}" if hit.get("band") else f"score {hit['score']:.2f}", FAINT)
        ]
    shown = [
        (fitted(text, _size(number), BOX), colour)
        for number, (text, colour) in enumerate(line for line in lines if line[0])
    ]
    room = max(1, LINES - len(shown))
    return [*shown, *((line, FAINT) for line in wrapped(record["rights"], _size(1), BOX, min(2, room)))][:LINES]


def wrapped(text: str, size: int, width: float, most: int) -> list[str]:
    """A text in at most ``most`` lines of ``width`` pixels, broken between words, the last one cut."""
    lines: list[str] = []
    face, words = font(size, text=one_line(text)), drawn(text, longest=5000).split()
    while words and len(lines) < most:
        taken = 1
        while taken < len(words) and face.getlength(" ".join(words[: taken + 1])) <= width:
            taken += 1
        last = len(lines) == most - 1
        lines.append(fit(" ".join(words if last else words[:taken]), face, width))
        words = words[taken:]
    return lines


def texts_of(listing: Listing) -> list[str]:
    """The words of others that stand on a sheet."""
    said = [listing.title, listing.summary, *listing.notes.values(), *listing.rights()]
    return [*said, *(text for record in listing.records for text in (name_of(record), maker_of(record)) if text)]


def _size(line: int) -> int:
    return 15 if line == 0 else 13


def _picture(sheet: Image.Image, draw: ImageDraw.ImageDraw, path: Any, corner: tuple[int, int]) -> None:
    left, top = corner
    try:
        opened = open_image(path, at_least=BOX)
    except ImageError as error:
        draw.rectangle((left, top, left + BOX, top + BOX), fill=LINE)
        draw.text(
            (left + BOX // 2, top + BOX // 2),
            fit(error.message, font(14), BOX - 20),
            fill=FAINT,
            font=font(14),
            anchor="mm",
        )
        return
    if max(opened.size) > BOX:
        opened = ImageOps.contain(opened, (BOX, BOX), Image.Resampling.LANCZOS)
    sheet.paste(opened, (left, top + BOX - opened.height))
