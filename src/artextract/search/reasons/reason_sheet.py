"""Why two paintings match, as one picture: where they match, the colours they share, and per feature what it adds and
what it sees in each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, SERIES, fit, font, require_picture, save_drawing
from artextract.errors import ArtExtractError
from artextract.features import SKETCH_SIDE, Feature
from artextract.features.deep import veiled
from artextract.features.pictures import resized
from artextract.features.swatches import Swatch
from artextract.files import user_path, write_aside
from artextract.printable import one_line
from artextract.search.reasons.explain import Explanation, FeatureReason
from artextract.search.reasons.regions import Box, Matching

WIDTH, MARGIN, GAP = 1400, 48, 32
HALF = (WIDTH - 2 * MARGIN - GAP) // 2
PICTURE_HEIGHT = 600
"""Both paintings are fitted into ``HALF`` x this many pixels, their aspect kept."""
SKETCH = (360, 300)
TEXT_WIDTH = WIDTH - 2 * MARGIN - 2 * (SKETCH[0] + GAP)
MARK = 15
"""Radius of the discs that number regions."""


def draw_reason_sheet(
    explanation: Explanation,
    a_image: Image.Image,
    b_image: Image.Image,
    features: Mapping[str, Feature],
    titles: tuple[str, str] = ("The first", "The second"),
) -> Image.Image:
    """Lay an explanation out on paper, ``WIDTH`` pixels wide and as high as it needs.

    ``features`` draw their sketches."""
    shown = [reason for reason in explanation.features if reason.contribution and reason.name in features]
    absent = [reason for reason in explanation.features if reason.missing]
    colours = {reason.name: SERIES[number % len(SERIES)] for number, reason in enumerate(explanation.features)}
    strips = [_head(explanation), _paintings(explanation, (a_image, b_image), titles)]
    if explanation.swatches:
        strips.append(_swatches(explanation.swatches))
    most = max((abs(reason.contribution or 0.0) for reason in shown), default=1.0)
    for reason in shown:
        sketches = [_sketch(features[reason.name], image) for image in (a_image, b_image)]
        strips.append(_feature(reason, sketches, most, colours[reason.name]))
    if absent:
        strips.append(_absent(absent))
    sheet = Image.new("RGB", (WIDTH, sum(strip.height for strip in strips) + MARGIN), PAPER)
    top = 0
    for strip in strips:
        sheet.paste(strip, (0, top))
        top += strip.height
    return sheet


def _sketch(feature: Feature, image: Image.Image) -> Image.Image:
    try:
        return feature.sketch(image)
    except ArtExtractError:  # its models are not here: the picture without what it sees
        return resized(image, SKETCH_SIDE)


def write_reason_sheet(
    explanation: Explanation,
    a_image: Image.Image,
    b_image: Image.Image,
    features: Mapping[str, Feature],
    path: str | Path,
    titles: tuple[str, str] = ("The first", "The second"),
) -> Path:
    """Draw the sheet into an image file whose format its name tells (PNG, JPEG, ...).

    Raises ``InputError`` for an unknown one."""
    path = user_path(path)
    require_picture(path)
    with write_aside(path) as aside:
        save_drawing(draw_reason_sheet(explanation, a_image, b_image, features, titles), aside)
    return path


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """A text in lines of at most ``width`` pixels, broken between words, not before "%".

    A word too long for a line is cut."""
    lines: list[str] = []
    for word in re.split(r" +(?!%)", one_line(text, 3000)) if text.strip() else ():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(fit(word, face, width))
    return lines


def _head(explanation: Explanation) -> Image.Image:
    title, body = font(30, bold=True), font(20)
    lines = wrapped(explanation.summary, body, WIDTH - 2 * MARGIN)
    strip, draw = _strip(MARGIN + 56 + 30 * len(lines) + 24)
    score = f"score {explanation.score:.3f}" + (f", {explanation.band}" if explanation.band else "")
    draw.text((MARGIN, MARGIN), "Why these two paintings match", fill=INK, font=title)
    draw.text((WIDTH - MARGIN, MARGIN), score, fill=FAINT, font=title, anchor="ra")
    for number, line in enumerate(lines):
        draw.text((MARGIN, MARGIN + 56 + 30 * number), line, fill=INK, font=body)
    return strip


def _paintings(
    explanation: Explanation, images: tuple[Image.Image, Image.Image], titles: tuple[str, str]
) -> Image.Image:
    matching = explanation.matching
    fitted = [ImageOps.contain(image, (HALF, PICTURE_HEIGHT), Image.Resampling.LANCZOS) for image in images]
    if matching is not None and matching.exact:
        fitted = [veiled(image, heat, matching.geometry) for image, heat in zip(fitted, matching.heat(), strict=False)]
    height = max(image.height for image in fitted)
    note = wrapped(_note(matching), font(16), WIDTH - 2 * MARGIN)
    strip, draw = _strip(height + 44 + 22 * len(note) + 24)
    for side, (image, title) in enumerate(zip(fitted, titles, strict=False)):
        left = MARGIN + side * (HALF + GAP) + (HALF - image.width) // 2
        top = height - image.height
        strip.paste(image, (left, top))
        for pair in matching.pairs[::-1] if matching is not None else ():
            _region(draw, pair.number, pair.b if side else pair.a, (left, top, *image.size))
        face = font(18, bold=True)
        draw.text(
            (MARGIN + side * (HALF + GAP) + HALF / 2, height + 10),
            fit(title, face, HALF),
            fill=INK,
            font=face,
            anchor="ma",
        )
    for number, line in enumerate(note):
        draw.text((MARGIN, height + 46 + 22 * number), line, fill=FAINT, font=font(16))
    return strip


def _note(matching: Matching | None) -> str:
    if matching is None:
        return ""
    numbers = (
        "Equal numbers mark regions that answer each other."
        if matching.pairs
        else "No area of one corresponds to an area of the other."
    )
    if not matching.exact:
        return f"{numbers} This network does not pool by a mean, so what each place adds cannot be computed."
    than = ", beyond what any painting here would" if matching.centred else ""
    return (
        f"In colour: the places that add most to the cosine of 'deep'{than} ({matching.cosine:.3f}); grey: those that"
        f" add nothing. {numbers}"
    )


def _region(draw: ImageDraw.ImageDraw, number: int, box: Box, area: tuple[int, int, int, int]) -> None:
    left, top, width, height = area
    x0, y0, x1, y1 = left + box[0] * width, top + box[1] * height, left + box[2] * width - 1, top + box[3] * height - 1
    colour = SERIES[number % len(SERIES)]
    draw.rectangle((x0, y0, x1, y1), outline="white", width=5)
    draw.rectangle((x0 + 1, y0 + 1, x1 - 1, y1 - 1), outline=colour, width=3)
    x, y = x0 + MARK + 3, y0 + MARK + 3
    draw.ellipse((x - MARK, y - MARK, x + MARK, y + MARK), fill=colour, outline="white", width=2)
    draw.text((x, y), str(number), fill="white", font=font(17, bold=True), anchor="mm")


def _swatches(swatches: tuple[Swatch, ...]) -> Image.Image:
    strip, draw = _strip(176)
    _rule(draw)
    draw.text((MARGIN, 18), "Colours that both have", fill=INK, font=font(20, bold=True))
    draw.text(
        (WIDTH - MARGIN, 22),
        "bars and percentages: the part of the first painting, and of the second",
        fill=FAINT,
        font=font(15),
        anchor="ra",
    )
    width = (WIDTH - 2 * MARGIN + 20) // 6
    most = max(max(swatch.share_a, swatch.share_b) for swatch in swatches)
    for number, swatch in enumerate(swatches[:6]):
        left = MARGIN + number * width
        draw.rectangle((left, 58, left + 64, 122), fill=swatch.hex, outline=LINE)
        room = width - 20 - 64 - 14 - 48
        for y, share in ((60, swatch.share_a), (94, swatch.share_b)):
            draw.rectangle(
                (left + 78, y, left + 78 + max(2, room * share / most), y + 26), fill=swatch.hex, outline=FAINT
            )
            draw.text(
                (left + 78 + max(2, room * share / most) + 6, y + 13),
                f"{100 * share:.0f}%",
                fill=INK,
                font=font(14),
                anchor="lm",
            )
        draw.text((left, 132), fit(swatch.name, font(16), width - 20), fill=INK, font=font(16))
    return strip


def _feature(reason: FeatureReason, sketches: list[Image.Image], most: float, colour: str) -> Image.Image:
    fitted = [ImageOps.contain(sketch, SKETCH, Image.Resampling.LANCZOS) for sketch in sketches]
    face, contribution = font(16), reason.contribution or 0.0
    facts = [f"similarity {reason.similarity:.3f}"] if reason.similarity is not None else []
    facts += [reason.band] if reason.band is not None else []
    lines = [(line, FAINT) for line in wrapped(reason.description, face, TEXT_WIDTH)]
    lines += [(line, INK) for line in wrapped(", ".join(facts), face, TEXT_WIDTH)]
    lines += [(line, INK) for line in wrapped(reason.sentence, face, TEXT_WIDTH)]
    height = max(74 + 24 * len(lines), *(image.height for image in fitted))
    strip, draw = _strip(height + 44)
    _rule(draw)
    title = font(20, bold=True)
    draw.text((MARGIN, 18), fit(reason.name, title, TEXT_WIDTH - 100), fill=INK, font=title)
    draw.text((MARGIN + TEXT_WIDTH, 18), f"{contribution:+.3f}", fill=INK, font=title, anchor="ra")
    draw.rectangle((MARGIN, 52, MARGIN + TEXT_WIDTH, 62), fill=LINE)
    length = TEXT_WIDTH * abs(contribution) / most
    if length >= 1:
        draw.rectangle((MARGIN, 52, MARGIN + length, 62), fill=colour if contribution > 0 else FAINT)
    for number, (line, ink) in enumerate(lines):
        draw.text((MARGIN, 74 + 24 * number), line, fill=ink, font=face)
    for side, image in enumerate(fitted):
        left = WIDTH - MARGIN - (2 - side) * SKETCH[0] - (1 - side) * GAP + (SKETCH[0] - image.width) // 2
        strip.paste(image, (left, 20))
    return strip


def _absent(reasons: list[FeatureReason]) -> Image.Image:
    face = font(16)
    lines = [
        line for reason in reasons for line in wrapped(f"{reason.name}: {reason.sentence}", face, WIDTH - 2 * MARGIN)
    ]
    strip, draw = _strip(24 + 26 * len(lines))
    _rule(draw)
    for number, line in enumerate(lines):
        draw.text((MARGIN, 20 + 26 * number), line, fill=FAINT, font=face)
    return strip


def _strip(height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    strip = Image.new("RGB", (WIDTH, height), PAPER)
    return strip, ImageDraw.Draw(strip)


def _rule(draw: ImageDraw.ImageDraw) -> None:
    draw.line((MARGIN, 0, WIDTH - MARGIN, 0), fill=LINE, width=2)
