"""Groups of duplicates as one picture: each reference with its copies, their kind and confidence, and where details lie
in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, fit, font, require_picture, save_drawing
from artextract.errors import ImageError
from artextract.files import user_path, write_aside
from artextract.images import open_image
from artextract.naming import caption_of, maker_of
from artextract.objects import ImageFile
from artextract.printable import counted
from artextract.search.works.duplicates import Duplicates, Member

MOST = 60
"""Groups on a sheet; the others stand in the table."""
PER_ROW = 6
"""Pictures of a group in a line; a larger group goes on below."""
BOX, CAPTION, GAP, HEAD = 200, 92, 24, 120
MARK = "#d1352b"


def draw_sheet(found: Duplicates, groups: Sequence[Sequence[Member]] | None = None) -> Image.Image:
    """The first ``MOST`` of ``groups`` (of all, where none are given), packed into lines.

    A picture that cannot be opened is a box with the reason."""
    groups = list(found.groups if groups is None else groups)
    lines = _lines(groups[:MOST])
    width = GAP + PER_ROW * (BOX + GAP)
    sheet = Image.new("RGB", (width, HEAD + max(1, len(lines)) * (BOX + CAPTION + GAP) + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, 26), "Pictures of one work", fill=INK, font=font(30, bold=True))
    shown = (
        f"the first {MOST} of {counted(len(groups), 'group')}"
        if len(groups) > MOST
        else f"{counted(len(groups), 'group')}"
    )
    about = (
        f"{shown} among {counted(len(found.paintings), 'painting')}, confidence {found.threshold:.2f} and above; a"
        " red frame is"
        " where a detail lies"
    )
    draw.text((GAP, 68), fit(about, font(17), width - 2 * GAP), fill=FAINT, font=font(17))
    positions = [found.paintings.position(m.id) for line in lines for m, _, _ in line]
    chosen = found.paintings.rows([row for row in positions if row is not None])
    records = {record["id"]: record for record in chosen.records()}
    paths = {
        name: path
        for name, path in zip(found.paintings.ids, found.paintings.image_paths(), strict=False)
        if name in records
    }
    for number, line in enumerate(lines):
        top = HEAD + number * (BOX + CAPTION + GAP)
        for place, (member, of, group) in enumerate(line):
            left = GAP + place * (BOX + GAP)
            if of and place:
                draw.line((left - GAP // 2, top - GAP // 2, left - GAP // 2, top + BOX + CAPTION), fill=LINE, width=2)
            boxes = [other.rectangle for other in group if other.rectangle and other.to == member.id]
            _picture(sheet, draw, paths[member.id], (left, top), boxes)
            _caption(draw, member, records[member.id], of, (left, top + BOX + 8))
        draw.line(
            (GAP, top + BOX + CAPTION + GAP // 4, width - GAP, top + BOX + CAPTION + GAP // 4), fill=LINE, width=1
        )
    return sheet


def write_sheet(path: str | Path, found: Duplicates, groups: Sequence[Sequence[Member]] | None = None) -> Path:
    """``draw_sheet`` into an image file; raises ``InputError`` for an unknown format."""
    require_picture(path)
    with write_aside(path) as aside:
        save_drawing(draw_sheet(found, groups), aside)
    return user_path(path)


def _lines(groups: Sequence[Sequence[Member]]) -> list[list[tuple[Member, int, Sequence[Member]]]]:
    """Groups one after the other in lines of ``PER_ROW``, none broken that fits into one.

    With each member its group's number where it is the first."""
    lines: list[list[tuple[Member, int, Sequence[Member]]]] = [[]]
    for number, group in enumerate(groups, 1):
        if len(lines[-1]) + min(len(group), PER_ROW) > PER_ROW:
            lines.append([])
        for place, member in enumerate(group):
            if len(lines[-1]) == PER_ROW:
                lines.append([])
            lines[-1].append((member, number if place == 0 else 0, group))
    return lines if lines[0] else []


def _caption(
    draw: ImageDraw.ImageDraw, member: Member, record: dict[str, Any], number: int, corner: tuple[int, int]
) -> None:
    left, top = corner
    kind = f"{number}" if number else member.kind + (", known" if member.known else "")
    draw.text((left, top), fit(kind, font(13, bold=True), BOX), fill=INK, font=font(13, bold=True))
    about = [
        caption_of(record["title"], record["path"], maker_of(record)),
        maker_of(record) or "",
        f"{record['width']} x {record['height']}",
    ]
    lines = [text for text in about if text]
    for place, text in enumerate(lines):
        draw.text((left, top + 22 + 20 * place), fit(text, font(14), BOX), fill=FAINT, font=font(14))
    if not number:
        draw.text(
            (left + BOX, top + 2 + 20 * len(lines)),
            f"{member.confidence:.2f}",
            fill=INK,
            font=font(14, bold=True),
            anchor="ra",
        )


def _picture(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    path: ImageFile,
    corner: tuple[int, int],
    boxes: Sequence[tuple[float, float, float, float]],
) -> None:
    left, top = corner
    try:
        fitted = ImageOps.contain(open_image(path, at_least=BOX), (BOX, BOX), Image.Resampling.LANCZOS)
    except ImageError as error:
        draw.rectangle((left, top, left + BOX, top + BOX), fill=LINE)
        draw.text(
            (left + BOX // 2, top + BOX // 2),
            fit(error.message, font(14), BOX - 16),
            fill=FAINT,
            font=font(14),
            anchor="mm",
        )
        return
    top += BOX - fitted.height
    sheet.paste(fitted, (left, top))
    for x0, y0, x1, y1 in boxes:
        frame = (left + x0 * fitted.width, top + y0 * fitted.height, left + x1 * fitted.width, top + y1 * fitted.height)
        draw.rectangle(frame, outline=MARK, width=3)
