"""A search result as one picture: the query, and each hit with its rank, score, caption and what the score is made
of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, SERIES, fit, font, require_picture, save_drawing
from artextract.errors import ImageError
from artextract.files import user_path, write_aside
from artextract.images import open_image
from artextract.naming import caption_of
from artextract.printable import counted
from artextract.search.asking.query import colour_picture
from artextract.search.asking.result import Hit, SearchResult

COLUMNS = 5
BOX = 260
"""Pictures are fitted into a square of this many pixels, their aspect kept."""
FULL_SCORE = 2.5
"""The score whose bar is as wide as the picture; 1 is as near as the nearest hundredth of all pairs."""
GAP = 36
CAPTION = 112


def draw_contact_sheet(result: SearchResult, image: Image.Image | None = None) -> Image.Image:
    """Lay a result out on paper; ``image`` is the query's picture where the result knows no path of it."""
    rows = -(-len(result.hits) // COLUMNS)
    head = GAP + BOX + GAP
    size = (GAP + COLUMNS * (BOX + GAP), head + GAP + max(1, rows) * (BOX + CAPTION + GAP))
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    colours = {name: SERIES[i % len(SERIES)] for i, name in enumerate(result.weights)}
    _head(sheet, draw, result, image, colours)
    draw.line((GAP, head, size[0] - GAP, head), fill=LINE, width=2)
    if not result.hits:
        draw.text((GAP, head + GAP), "No painting passed the filters.", fill=FAINT, font=font(20))
    for number, hit in enumerate(result.hits):
        left = GAP + number % COLUMNS * (BOX + GAP)
        top = head + GAP + number // COLUMNS * (BOX + CAPTION + GAP)
        _card(sheet, draw, hit, number + 1, (left, top), colours)
    return sheet


def write_contact_sheet(result: SearchResult, path: str | Path, image: Image.Image | None = None) -> Path:
    """Draw a result into an image file whose format its name tells (PNG, JPEG, ...).

    Raises ``InputError`` for an unknown one."""
    path = user_path(path)
    require_picture(path)
    with write_aside(path) as aside:
        save_drawing(draw_contact_sheet(result, image), aside)
    return path


def _head(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    result: SearchResult,
    image: Image.Image | None,
    colours: dict[str, str],
) -> None:
    query = result.query
    if image is None and query["colours"]:
        image = colour_picture(query["colours"])
    _picture(sheet, draw, image if image is not None else query["path"], (GAP, GAP), frame=True, region=query["region"])
    left, top, width = GAP + BOX + GAP, GAP, sheet.width - 3 * GAP - BOX
    draw.text(
        (left, top), fit(f"Most like {_asked(query)}", font(30, bold=True), width), fill=INK, font=font(30, bold=True)
    )
    filters = f", where {' and '.join(result.where)}" if result.where else ""
    found = f"{len(result.hits)} of {counted(result.n_candidates, 'painting')}{filters}"
    draw.text((left, top + 46), fit(found, font(19), width), fill=FAINT, font=font(19))
    if result.note:
        draw.text((left, top + 68), fit(result.note, font(16), width), fill=INK, font=font(16))
    for number, (feature, weight) in enumerate((f, w) for f, w in result.weights.items() if w > 0):
        y = top + 92 + 32 * number
        draw.rectangle((left, y + 3, left + 18, y + 19), fill=colours[feature])
        draw.text((left + 30, y), f"{feature}  weight {weight:.2f}", fill=INK, font=font(18))
    draw.text(
        (left, top + BOX - 22),
        "A bar's length is the score, its colours are the features' parts.",
        fill=FAINT,
        font=font(15),
    )


def _asked(query: dict[str, Any]) -> str:
    """What was asked for, as "Haystacks, Claude Monet, and the words 'snow'"."""
    parts = []
    if query["plus"]:
        parts.append(" + ".join(query["plus"]) + "".join(f" - {name}" for name in query["minus"] or []))
    elif query["colours"]:
        parts.append("these colours: " + ", ".join(f"{code} {share:.0%}" for code, share in query["colours"]))
    elif query["id"] or query["path"]:
        artist = (query["labels"] or {}).get("artist")
        name = caption_of(query["title"], query["path"], artist) if query["id"] else Path(query["path"]).name
        name = f"{name}, {artist}" if artist else name
        parts.append(f"a part of {name}" if query["region"] else name)
    elif not query["words"]:
        parts.append("a picture")
    return " and ".join([*parts, *([f"the words '{query['words']}'"] if query["words"] else [])])


def _card(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, hit: Hit, rank: int, corner: tuple[int, int], colours: dict[str, str]
) -> None:
    left, top = corner
    _picture(sheet, draw, hit.path, corner)
    top += BOX + 10
    draw.text((left, top), f"{rank}", fill=INK, font=font(18, bold=True))
    score = f"{hit.band}  {hit.score:.2f}" if hit.band else f"{hit.score:.2f}"
    draw.text((left + BOX, top), score, fill=INK, font=font(18), anchor="ra")
    draw.rectangle((left, top + 27, left + BOX, top + 33), fill=LINE)
    start = float(left)
    for feature, part in hit.features.items():
        length = min(BOX * max(0.0, part or 0.0) / FULL_SCORE, left + BOX - start)
        if length >= 1:
            draw.rectangle((start, top + 27, start + length, top + 33), fill=colours[feature])
        start += length
    for number, (line, colour) in enumerate(_caption(hit)):
        draw.text((left, top + 42 + 21 * number), fit(line, font(15), BOX), fill=colour, font=font(15))


def _caption(hit: Hit) -> list[tuple[str, str]]:
    """At most three lines: caption, artist, style; other labels where these are missing."""
    labels = dict(hit.labels)
    first, second = labels.pop("artist", None), labels.pop("style", None)
    lines = [line for line in (first, second, *labels.values()) if line][:2]
    return [(hit.caption, INK), *((line, FAINT) for line in lines)]


def _picture(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    source: str | Path | Image.Image | None,
    corner: tuple[int, int],
    frame: bool = False,
    region: tuple[float, ...] | None = None,
) -> None:
    left, top = corner
    try:
        if source is None:
            raise ImageError("no picture", code="no-picture")
        opened = source if isinstance(source, Image.Image) else open_image(source, at_least=BOX)
        fitted = ImageOps.contain(opened, (BOX, BOX), Image.Resampling.LANCZOS)
    except ImageError as error:
        draw.rectangle((left, top, left + BOX, top + BOX), fill=LINE)
        reason = fit(error.message, font(15), BOX - 20)
        draw.text((left + BOX // 2, top + BOX // 2), reason, fill=FAINT, font=font(15), anchor="mm")
        return
    left, top = left + (BOX - fitted.width) // 2, top + (0 if frame else BOX - fitted.height)
    sheet.paste(fitted, (left, top))
    if region is not None:
        box = (
            left + region[0] * fitted.width,
            top + region[1] * fitted.height,
            left + region[2] * fitted.width - 1,
            top + region[3] * fitted.height - 1,
        )
        for width, colour in ((5, PAPER), (2, SERIES[1])):
            draw.rectangle(box, outline=colour, width=width)
