"""Where a detail was found, or what a collection repeats, as one picture with a frame in each painting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, PAPER, fit, font, require_picture, save_drawing
from artextract.errors import ImageError
from artextract.files import user_path, write_aside
from artextract.images import open_image
from artextract.objects import ImageFile
from artextract.printable import counted
from artextract.search.asking.motif_search import MotifResult

Box = tuple[float, float, float, float]
Card = tuple[str | ImageFile | Image.Image | None, Box | None, str, str]
"""A picture, the frame in it, and two lines below."""
COLUMNS = 6
BOX, GAP, CAPTION, HEAD = 240, 24, 60, 96
MARK = "#d1352b"
MOST_LINES = 40


def write_motif_sheet(result: MotifResult, path: str | Path, image: Image.Image | None = None) -> Path:
    """The painting of the detail, and the paintings in which it was found.

    ``image`` is the query's picture where the result knows no path of it. Raises ``InputError`` for a file that is no
    image format."""
    query = result.query
    first: Card = (image if image is not None else query["path"], query["region"], "the detail", query["id"] or "")
    cards: list[Card] = [
        (hit.path, hit.found_at, hit.caption, f"{hit.score:.1f}{', mirrored' * hit.mirrored}") for hit in result.hits
    ]
    lines = [[first, *cards[: COLUMNS - 1]]]
    lines += [cards[at : at + COLUMNS] for at in range(COLUMNS - 1, len(cards), COLUMNS)]
    note = (
        f"in {len(cards)} of {counted(result.n_candidates, 'painting')}"
        if cards
        else f"not found in {counted(result.n_candidates, 'painting')}"
    )
    return write_sheet(path, "Where this detail is found", note, lines)


def write_sheet(path: str | Path, title: str, note: str, lines: Sequence[Sequence[Card]]) -> Path:
    """At most ``MOST_LINES`` lines of cards, ``COLUMNS`` in each."""
    require_picture(path)
    shown = [line[:COLUMNS] for line in lines[:MOST_LINES]]
    width = GAP + COLUMNS * (BOX + GAP)
    sheet = Image.new("RGB", (width, HEAD + max(1, len(shown)) * (BOX + CAPTION + GAP) + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, 20), fit(title, font(28, bold=True), width - 2 * GAP), fill=INK, font=font(28, bold=True))
    draw.text((GAP, 58), fit(note, font(16), width - 2 * GAP), fill=FAINT, font=font(16))
    for row, line in enumerate(shown):
        for column, card in enumerate(line):
            _card(sheet, draw, card, (GAP + column * (BOX + GAP), HEAD + row * (BOX + CAPTION + GAP)))
    path = user_path(path)
    with write_aside(path) as aside:
        save_drawing(sheet, aside)
    return path


def _card(sheet: Image.Image, draw: ImageDraw.ImageDraw, card: Card, corner: tuple[int, int]) -> None:
    source, box, *texts = card
    left, top = corner
    try:
        if source is None:
            raise ImageError("no picture", code="no-picture")
        opened = source if isinstance(source, Image.Image) else open_image(source, at_least=BOX)
        fitted = ImageOps.contain(opened, (BOX, BOX), Image.Resampling.LANCZOS)
    except ImageError as error:
        draw.text((left, top + BOX // 2), fit(error.message, font(14), BOX), fill=FAINT, font=font(14))
    else:
        place = left + (BOX - fitted.width) // 2, top + BOX - fitted.height
        sheet.paste(fitted, place)
        if box is not None:
            size = fitted.size * 2
            corners = [place[i % 2] + value * size[i] - (i > 1) for i, value in enumerate(box)]
            for width, colour in ((5, PAPER), (2, MARK)):
                draw.rectangle(corners, outline=colour, width=width)
    for number, (text, colour) in enumerate(zip(texts, (INK, FAINT), strict=True)):
        draw.text((left, top + BOX + 8 + 20 * number), fit(text, font(14), BOX), fill=colour, font=font(14))
