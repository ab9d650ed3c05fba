"""A timeline as one picture: a row for each cluster, with a painting that stands for it and a bar for each period."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, fit, font, require_picture, save_drawing
from artextract.errors import ImageError
from artextract.files import user_path, write_aside
from artextract.images import open_image
from artextract.objects import ImageFile
from artextract.printable import counted
from artextract.search.map.map_picture import COLOURS
from artextract.search.map.timeline import Timeline
from artextract.table import Paintings

WIDTH, LEFT, HEAD, ROW, FOOT, MARGIN, THUMB = 1600, 470, 110, 96, 50, 40, 80


def draw_timeline(found: Timeline, paintings: Paintings) -> Image.Image:
    """All bars are on one scale. ``paintings`` have those that stand for the clusters."""
    sheet = Image.new("RGB", (WIDTH, HEAD + ROW * len(found.strands) + FOOT), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 24), f"{counted(found.paintings, 'painting')} over time", fill=INK, font=font(30, bold=True))
    mix = ", ".join(f"{name} {weight:.2f}" for name, weight in found.weights.items())
    undated = f"; {found.undated:,} have no year" if found.undated else ""
    about = f"{counted(len(found.strands), 'cluster')} by {mix}, bars of {found.every} years on one scale{undated}"
    draw.text((MARGIN, 68), fit(about, font(17), WIDTH - 2 * MARGIN), fill=FAINT, font=font(17))
    most = max(max(strand.counts) for strand in found.strands) or 1.0
    step = (WIDTH - MARGIN - LEFT) / len(found.periods)
    path_of = dict(zip(paintings.ids, paintings.image_paths(), strict=True))
    for place, strand in enumerate(found.strands):
        top, base = HEAD + place * ROW, HEAD + (place + 1) * ROW - 12
        colour = COLOURS[strand.cluster.number % len(COLOURS)]
        _thumb(sheet, path_of.get(strand.cluster.representatives[0]), (MARGIN, top + 2))
        room = LEFT - MARGIN - THUMB - 40
        x = MARGIN + THUMB + 16
        draw.text((x, top + 14), fit(strand.cluster.name, font(18, bold=True), room), fill=colour, font=font(18, True))
        years = "no years" if strand.median is None else f"{strand.first} to {strand.last}, middle {strand.median}"
        size = f"{counted(strand.cluster.size, 'painting')} · {years}"
        draw.text((x, top + 42), fit(size, font(15), room), fill=FAINT, font=font(15))
        draw.line((LEFT, base, WIDTH - MARGIN, base), fill=LINE, width=2)
        for number, count in enumerate(strand.counts):
            height = (ROW - 26) * count / most
            if height >= 0.5:
                left = LEFT + number * step
                draw.rectangle((left + 1, base - height, left + step - 2, base), fill=colour)
    each = max(1, -(-70 // max(1, int(step))))
    for number in range(0, len(found.periods), each):
        at = (LEFT + number * step, HEAD + ROW * len(found.strands) + 4)
        draw.text(at, str(found.periods[number][0]), fill=FAINT, font=font(15))
    return sheet


def write_timeline_picture(found: Timeline, paintings: Paintings, path: str | Path) -> Path:
    """Draw a timeline into an image file whose format its name tells (PNG, JPEG, ...).

    Raises ``InputError`` for an unknown one."""
    path = user_path(path)
    require_picture(path)
    with write_aside(path) as aside:
        save_drawing(draw_timeline(found, paintings), aside)
    return path


def _thumb(sheet: Image.Image, path: ImageFile | None, place: tuple[int, int]) -> None:
    if path is None:
        return
    try:
        small = ImageOps.contain(open_image(path, at_least=THUMB), (THUMB, THUMB), Image.Resampling.LANCZOS)
    except ImageError:
        return
    sheet.paste(small, (place[0] + (THUMB - small.width) // 2, place[1] + (THUMB - small.height) // 2))
