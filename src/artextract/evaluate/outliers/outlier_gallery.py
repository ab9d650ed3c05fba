"""Outliers as pictures: a plain sheet of any images, and a gallery that sets each painting between the two classes in
question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, fit, font, require_picture, save_drawing
from artextract.errors import ImageError, InputError
from artextract.evaluate.outliers.find import AGREE, Outliers
from artextract.evaluate.outliers.outlier_detectors import Detector
from artextract.files import user_path, write_aside
from artextract.images import open_image
from artextract.naming import caption_of, maker_of
from artextract.printable import one_line
from artextract.table import Paintings

ROWS = 12
"""A gallery shows at most so many outliers."""
NEIGHBOURS = 4
COLUMNS = 5
BOX, SMALL, TEXT = 250, 150, 262
"""Sides in pixels of a painting and of a neighbour, and the width of the text next to a painting."""
MARGIN, GAP, BETWEEN = 40, 8, 32
LABELLED, SUGGESTED = "#a8482f", "#33658a"

Picture = str | Path | Image.Image | np.ndarray


def visualize_outliers(
    images: Sequence[Picture],
    predictions: np.ndarray,
    outlier_scores: np.ndarray,
    class_names: Sequence[str],
    k: int = 5,
    path: str | Path | None = None,
) -> Image.Image:
    """Draw the ``k`` images with the highest scores, each with its rank, score and prediction.

    ``images`` are paths, pictures or ``uint8`` arrays (H, W) or (H, W, 3); ``predictions`` are class numbers ``int
    (N,)`` or probabilities ``float (N, K)``. An image that cannot be read is shown as a box with the reason. With
    ``path`` the sheet is also written there, in the format its name tells."""
    predictions = np.asarray(predictions)
    if not len(images) == len(predictions) == len(outlier_scores):
        raise InputError(
            f"there are {len(images)} images, {len(predictions)} predictions and {len(outlier_scores)} scores",
            "give one of each per painting",
            code="lengths-differ",
        )
    if path is not None:
        require_picture(path)
    chosen = Detector().get_top_outliers(outlier_scores, k)
    columns = max(1, min(COLUMNS, len(chosen)))
    card = BOX + 70
    size = (
        2 * MARGIN + columns * (BOX + BETWEEN) - BETWEEN,
        2 * MARGIN + max(1, -(-len(chosen) // columns)) * (card + BETWEEN) - BETWEEN,
    )
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    for rank, row in enumerate(chosen.tolist()):
        left, top = MARGIN + rank % columns * (BOX + BETWEEN), MARGIN + rank // columns * (card + BETWEEN)
        _picture(sheet, images[row], (left, top), BOX)
        draw.text((left, top + BOX + 10), f"{rank + 1}", fill=INK, font=font(18, bold=True))
        draw.text((left + BOX, top + BOX + 10), f"{outlier_scores[row]:.3f}", fill=INK, font=font(18), anchor="ra")
        draw.text(
            (left, top + BOX + 38),
            fit(_prediction(predictions[row], class_names), font(16), BOX),
            fill=FAINT,
            font=font(16),
        )
    if path is not None:
        _save(sheet, path)
    return sheet


def draw_gallery(found: Outliers) -> Image.Image:
    """The first ``ROWS`` outliers, one a row: the painting, its label and the class suggested, and its nearest
    neighbours of both.

    Where the suggestion is the label, the next most probable class takes its place. Neighbours are nearest by the
    cosine of standardised vectors; copies of the painting, and of each other, are left out."""
    labelled, judgement = found.labelled, found.judgement
    shown = found.order[:ROWS]
    panel = NEIGHBOURS * (SMALL + GAP) - GAP
    height = BOX + BETWEEN
    head = MARGIN + 78
    size = (2 * MARGIN + BOX + 20 + TEXT + 2 * (BETWEEN + panel), head + max(1, len(shown)) * height + 34)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    figures = found.figures
    draw.text(
        (MARGIN, MARGIN - 8),
        f"Paintings that fit their {figures['attribute']} least",
        fill=INK,
        font=font(30, bold=True),
    )
    ranked = (
        f"the mean rank of {', '.join(AGREE[:-1])} and {AGREE[-1]}" if figures["method"] == "all" else figures["method"]
    )
    about = (
        f"{len(shown)} of {figures['n']}, ranked by {ranked.replace('_', ' ')}; probabilities are those of a model that"
        " had not seen the painting"
    )
    draw.text((MARGIN, MARGIN + 34), about, fill=FAINT, font=font(17))
    points = labelled.vectors - labelled.vectors.mean(0)
    points /= np.maximum(points.std(0), 1e-6)
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    paths = labelled.paintings.image_paths()
    for number, row in enumerate(shown.tolist()):
        top = head + number * height
        draw.line((MARGIN, top - BETWEEN // 2, size[0] - MARGIN, top - BETWEEN // 2), fill=LINE, width=2)
        label = int(labelled.targets[row])
        other = _other_class(judgement.probabilities[row], label, int(judgement.suggested[figures["method"]][row]))
        _picture(sheet, paths[row], (MARGIN, top), BOX)
        left = MARGIN + BOX + 20
        _describe(draw, found, number + 1, row, label, other, (left, top))
        for colour, kind, target in ((LABELLED, "Labelled", label), (SUGGESTED, "Predicted", other)):
            left += (TEXT if kind == "Labelled" else panel) + BETWEEN
            near = nearest_of_class(points, labelled.groups, row, np.flatnonzero(labelled.targets == target))
            title = f"{kind}: {labelled.classes[target]}"
            _panel(
                sheet,
                draw,
                labelled.paintings,
                points[near] @ points[row],
                near,
                title,
                colour,
                figures["attribute"],
                (left, top),
            )
    rights = "; ".join(sorted({str(value) for value in labelled.paintings.column("rights")}))
    draw.text(
        (MARGIN, size[1] - 36),
        fit(f"Rights of the images: {rights}", font(14), size[0] - 2 * MARGIN),
        fill=FAINT,
        font=font(14),
    )
    return sheet


def write_gallery(path: str | Path, found: Outliers, small: bool = False) -> Path:
    """``draw_gallery`` into an image file.

    ``small`` keeps 256 colours, a third of the bytes, for a page that embeds it.

    Raises ``InputError`` for an unknown format.
    """
    require_picture(path)
    sheet = draw_gallery(found)
    _save(sheet.quantize(256) if small else sheet, path)
    return user_path(path)


def nearest_of_class(
    points: np.ndarray, groups: np.ndarray, row: int, candidates: np.ndarray, k: int = NEIGHBOURS
) -> np.ndarray:
    """Up to ``k`` of the rows ``candidates`` nearest to ``row`` by the inner product of unit vectors ``(N, D)``, one of
    each group, none of its own."""
    ranked = candidates[np.argsort(-(points[candidates] @ points[row]), kind="stable")]
    ranked = ranked[groups[ranked] != groups[row]]
    first = np.unique(groups[ranked], return_index=True)[1]
    return ranked[np.sort(first)][:k]


def _other_class(probabilities: np.ndarray, label: int, suggested: int) -> int:
    if suggested != label:
        return suggested
    return int(np.where(np.arange(len(probabilities)) == label, -1, probabilities).argmax())


def _describe(
    draw: ImageDraw.ImageDraw, found: Outliers, rank: int, row: int, label: int, other: int, corner: tuple[int, int]
) -> None:
    labelled, probabilities = found.labelled, found.judgement.probabilities[row]
    record = labelled.paintings.record(row)
    left, top = corner
    draw.text((left, top - 4), f"{rank}", fill=INK, font=font(26, bold=True))
    lines = _wrapped(caption_of(record["title"], record["path"], maker_of(record)), font(17), TEXT, 2) + (
        [record["artist"]] if record.get("artist") else []
    )
    for number, line in enumerate(lines):
        draw.text(
            (left, top + 32 + 23 * number),
            fit(line, font(17), TEXT),
            fill=FAINT if number and line == record.get("artist") else INK,
            font=font(17),
        )
    for place, colour, caption, target in (
        (top + 122, LABELLED, "labelled", label),
        (top + 190, SUGGESTED, "predicted", other),
    ):
        draw.rectangle((left, place + 3, left + 4, place + 52), fill=colour)
        draw.text(
            (left + 14, place),
            fit(labelled.classes[target], font(18, bold=True), TEXT - 14),
            fill=INK,
            font=font(18, bold=True),
        )
        draw.text(
            (left + 14, place + 28),
            f"{caption}, probability {_share(probabilities[target])}",
            fill=FAINT,
            font=font(16),
        )


def _panel(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    paintings: Paintings,
    similarity: np.ndarray,
    near: np.ndarray,
    title: str,
    colour: str,
    attribute: str,
    corner: tuple[int, int],
) -> None:
    left, top = corner
    width = NEIGHBOURS * (SMALL + GAP) - GAP
    draw.rectangle((left, top + 26, left + width, top + 28), fill=colour)
    draw.text((left, top - 2), fit(title, font(18, bold=True), width), fill=colour, font=font(18, bold=True))
    paths = paintings.image_paths()
    for place, row in enumerate(near.tolist()):
        record = paintings.record(row)
        artist = record.get("artist") if attribute != "artist" else None
        at = left + place * (SMALL + GAP)
        _picture(sheet, paths[row], (at, top + 42), SMALL)
        draw.text(
            (at, top + 42 + SMALL + 6),
            fit(artist or caption_of(record["title"], record["path"], maker_of(record)), font(13), SMALL),
            fill=INK,
            font=font(13),
        )
        draw.text((at, top + 42 + SMALL + 25), f"similarity {similarity[place]:.2f}", fill=FAINT, font=font(13))
    if not len(near):
        draw.text((left, top + 50), "no other painting of this class", fill=FAINT, font=font(16))


def _prediction(prediction: np.ndarray, class_names: Sequence[str]) -> str:
    if prediction.ndim == 0:
        return str(class_names[int(prediction)])
    best = int(prediction.argmax())
    return f"{class_names[best]} {_share(prediction[best])}"


def _share(probability: float) -> str:
    return (
        "below 0.1%"
        if probability < 0.001
        else f"{probability * 100:.1f}%"
        if probability < 0.1
        else f"{probability * 100:.0f}%"
    )


def _picture(sheet: Image.Image, source: Picture, corner: tuple[int, int], side: int) -> None:
    """Paste a picture fitted into a square; what cannot be read is a box with the reason."""
    left, top = corner
    try:
        source = Image.fromarray(source) if isinstance(source, np.ndarray) else source
        fitted = ImageOps.contain(open_image(source, at_least=side), (side, side), Image.Resampling.LANCZOS)
        sheet.paste(fitted, (left + (side - fitted.width) // 2, top + (side - fitted.height) // 2))
    except ImageError as error:
        draw = ImageDraw.Draw(sheet)
        draw.rectangle((left, top, left + side, top + side), fill=LINE)
        draw.text(
            (left + side // 2, top + side // 2),
            fit(error.message, font(13), side - 12),
            fill=FAINT,
            font=font(13),
            anchor="mm",
        )


def _wrapped(text: str, face: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """Words filled into at most so many lines; the last may be longer than ``width``."""
    lines: list[str] = []
    for word in one_line(text).split():
        if lines and (face.getlength(f"{lines[-1]} {word}") <= width or len(lines) == most):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _save(sheet: Image.Image, path: str | Path) -> None:
    with write_aside(path) as aside:
        save_drawing(sheet, aside, optimize=True)
