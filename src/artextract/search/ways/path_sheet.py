"""A path as one picture: its paintings in order, with what leads from each to the next between them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, SERIES, fit, font, require_picture, save_drawing
from artextract.errors import ImageError
from artextract.files import user_path, write_aside
from artextract.images import open_image
from artextract.printable import counted
from artextract.search.ways.path import PaintingPath, Step, Stop

COLUMNS = 5
BOX, GAP, CAPTION = 260, 76, 92
FULL_SCORE = 2.5
"""The score of a step whose bar is as wide as it can be."""


def draw_path(found: PaintingPath) -> Image.Image:
    """The paintings from left to right and from row to row, and between each two the score of the step and a bar of
    what each feature adds to it."""
    rows = -(-len(found.stops) // COLUMNS)
    columns = min(COLUMNS, len(found.stops))
    sheet = Image.new("RGB", (max(760, GAP + columns * (BOX + GAP)), 120 + rows * (BOX + CAPTION)), PAPER)
    draw = ImageDraw.Draw(sheet)
    title = font(28, bold=True)
    head = f"From {_name(found.stops[0])} to {_name(found.stops[-1])}"
    draw.text((GAP, 24), fit(head, title, sheet.width - 2 * GAP), fill=INK, font=title)
    mix = ", ".join(f"{name} {weight:.2f}" for name, weight in found.weights.items())
    steps = (
        f"{counted(len(found.steps), 'step')} among {counted(found.paintings, 'painting')} by {mix}; the two ends"
        f" score {found.direct:.2f}"
    )
    draw.text((GAP, 68), fit(steps, font(17), sheet.width - 2 * GAP), fill=FAINT, font=font(17))
    colours = {name: SERIES[number % len(SERIES)] for number, name in enumerate(found.weights)}
    for number, stop in enumerate(found.stops):
        left, top = GAP + number % COLUMNS * (BOX + GAP), 120 + number // COLUMNS * (BOX + CAPTION)
        _stop(sheet, draw, stop, (left, top))
        if number:
            _step(draw, found.steps[number - 1], (left - GAP, top + BOX // 2), colours)
    return sheet


def write_path_sheet(found: PaintingPath, path: str | Path) -> Path:
    """Draw a path into an image file whose format its name tells (PNG, JPEG, ...).

    Raises ``InputError`` for an unknown one."""
    path = user_path(path)
    require_picture(path)
    with write_aside(path) as aside:
        save_drawing(draw_path(found), aside)
    return path


def _stop(sheet: Image.Image, draw: ImageDraw.ImageDraw, stop: Stop, place: tuple[int, int]) -> None:
    left, top = place
    try:
        picture = ImageOps.contain(open_image(stop.path, at_least=BOX), (BOX, BOX), Image.Resampling.LANCZOS)
        sheet.paste(picture, (left + (BOX - picture.width) // 2, top + (BOX - picture.height) // 2))
    except ImageError as error:
        draw.rectangle((left, top, left + BOX, top + BOX), outline=LINE, width=2)
        draw.text((left + 12, top + 12), fit(error.message, font(16), BOX - 24), fill=FAINT, font=font(16))
    labels = ", ".join(value for value in stop.labels.values() if value)
    draw.text((left, top + BOX + 8), fit(stop.caption, font(17, bold=True), BOX), fill=INK, font=font(17, True))
    draw.text((left, top + BOX + 32), fit(labels, font(15), BOX), fill=FAINT, font=font(15))


def _step(draw: ImageDraw.ImageDraw, step: Step, place: tuple[int, int], colours: dict[str, str]) -> None:
    """An arrow in the gap before a painting, and below it the parts of the score."""
    left, middle = place
    draw.line((left + 12, middle, left + GAP - 14, middle), fill=INK, width=2)
    draw.polygon(
        [(left + GAP - 8, middle), (left + GAP - 18, middle - 6), (left + GAP - 18, middle + 6)],
        fill=INK,
    )
    draw.text((left + GAP // 2, middle - 20), f"{step.score:.2f}", fill=INK, font=font(15), anchor="mm")
    at, width = left + 8.0, GAP - 16
    for reason in step.features:
        length = width * max(0.0, reason["contribution"] or 0.0) / FULL_SCORE
        if length >= 1 and reason["name"] in colours:
            draw.rectangle(
                (at, middle + 14, min(at + length, left + GAP - 8), middle + 22), fill=colours[reason["name"]]
            )
            at = min(at + length, left + GAP - 8)


def _name(stop: Stop) -> str:
    return stop.caption
