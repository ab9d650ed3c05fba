"""A map as one picture: a dot for each painting, small pictures of some, and the names of the clusters where their
paintings lie."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from artextract.drawing_text import FAINT, INK, LINE, PAPER, fit, font
from artextract.errors import ImageError
from artextract.images import open_image
from artextract.printable import counted
from artextract.search.map.layout import Map, middle_years

SIZE = (2000, 1400)
MARGIN, HEAD, FOOT = 70, 110, 60
DOTS = (4, 5)
"""Radius in pixels, where there are many and where there are few."""
THUMBS = (60, 88)
"""Sides of the small pictures in pixels, where there are many and where there are few."""
FEW = 500
"""Up to so many paintings each is shown where there is room; of more, those that stand for their cluster, and others
far apart."""
COLOURS = (
    "#a8482f",
    "#2f6f8f",
    "#5a7d3a",
    "#8a5fa0",
    "#d9a02b",
    "#4b4f58",
    "#d9718a",
    "#3aa6a0",
    "#9c6b3f",
    "#94b03f",
    "#3d4fb0",
    "#c04fa0",
    "#7a2d2d",
    "#1f4a5a",
    "#b5936a",
    "#6f8fc9",
    "#556b2f",
    "#e07b39",
    "#5e3a70",
    "#2e8b57",
    "#b0a030",
    "#8b8f9a",
)
NAMES = {"tsne": "t-SNE", "pca": "Principal components", "umap": "UMAP", "time": "Over time, by the likeness"}

Box = tuple[float, float, float, float]


def draw_map(found: Map) -> Image.Image:
    """The map on paper, each cluster in a colour. A painting that cannot be opened stays a dot."""
    sheet = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(sheet)
    side = int(np.clip(np.sqrt(0.6 * SIZE[0] * SIZE[1] / len(found.places)), *THUMBS))
    room = np.array([SIZE[0] - 2 * MARGIN - side, SIZE[1] - HEAD - FOOT - side])
    at = found.places * room + [MARGIN + side / 2, HEAD + side / 2]
    colour = [COLOURS[number % len(COLOURS)] for number in found.clusters]
    radius = DOTS[len(at) <= FEW]
    for (x, y), shade in zip(at, colour, strict=False):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
    if found.method == "time":
        _years(draw, found, at)
    taken = _thumbs(sheet, draw, found, at, colour, side)
    _names(draw, found, at, taken)
    _words(draw, found)
    return sheet


def _thumbs(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, found: Map, at: np.ndarray, colour: list[str], side: int
) -> list[Box]:
    """Small pictures, medoids first, each where it covers no other; the places they take."""
    row = {name: number for number, name in enumerate(found.paintings.ids)}
    first = [
        row[cluster.representatives[rank]]
        for rank in range(3)
        for cluster in found.named
        if rank < len(cluster.representatives)
    ]
    others = np.random.default_rng(found.seed).permutation(len(at)).tolist()
    apart = side + 2 if len(at) <= FEW else 2.2 * side
    paths = found.paintings.image_paths()
    taken: list[Box] = []
    for place, number in enumerate(dict.fromkeys([*first, *others])):
        x, y = at[number]
        least = side + 2 if place < len(first) else apart
        if any(
            abs(x - (left + right) / 2) < least and abs(y - (top + bottom) / 2) < least
            for left, top, right, bottom in taken
        ):
            continue
        try:
            small = ImageOps.contain(
                open_image(paths[number], at_least=side), (side - 6, side - 6), Image.Resampling.LANCZOS
            )
        except ImageError:
            continue
        left, top = round(x - small.width / 2), round(y - small.height / 2)
        draw.rectangle((left - 3, top - 3, left + small.width + 2, top + small.height + 2), fill=colour[number])
        sheet.paste(small, (left, top))
        taken.append((left - 3, top - 3, left + small.width + 3, top + small.height + 3))
    return taken


def _names(draw: ImageDraw.ImageDraw, found: Map, at: np.ndarray, pictures: list[Box]) -> None:
    """Each name as near to the densest part of its cluster as the other names allow, and where possible beside the
    pictures of medoids."""
    face = font(22, bold=True)
    written: list[Box] = []
    for cluster in found.named:
        own = at[found.clusters == cluster.number]
        middle = own[np.abs(own - np.median(own, 0)).sum(1).argmin()]
        text = fit(cluster.name, face, 520)
        width, height = face.getlength(text) + 16, 32
        best: tuple[float, Box] | None = None
        for ring in range(16):
            for turn in range(1 if ring == 0 else 16):
                angle = 2 * np.pi * turn / 16
                x = float(
                    np.clip(middle[0] + 26 * ring * np.cos(angle), MARGIN + width / 2, SIZE[0] - MARGIN - width / 2)
                )
                y = float(
                    np.clip(middle[1] + 18 * ring * np.sin(angle), HEAD + height / 2, SIZE[1] - FOOT - height / 2)
                )
                box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
                cost = (
                    1000 * sum(_shared(box, other) for other in written)
                    + 0.05 * sum(_shared(box, other) for other in pictures)
                    + 4 * ring
                )
                if best is None or cost < best[0]:
                    best = cost, box
        assert best is not None
        box = best[1]
        written.append(box)
        shade = COLOURS[cluster.number % len(COLOURS)]
        draw.rounded_rectangle(box, 7, fill=PAPER, outline=shade, width=2)
        draw.text(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), text, fill=shade, font=face, anchor="mm")


def _years(draw: ImageDraw.ImageDraw, found: Map, at: np.ndarray) -> None:
    """Lines at round years."""
    years = middle_years(found.paintings)
    first, last = float(years.min()), float(years.max())
    every = next((n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (last - first) / n <= 14), 1000)
    left, right = at[:, 0].min(), at[:, 0].max()
    for year in range(int(-(-first // every)) * every, int(last) + 1, every):
        x = left + (right - left) * (year - first) / max(last - first, 1e-12)
        draw.line((x, HEAD, x, SIZE[1] - FOOT), fill=LINE, width=1)
        draw.text((x + 4, SIZE[1] - FOOT - 4), str(year), fill=FAINT, font=font(16), anchor="ls")


def _words(draw: ImageDraw.ImageDraw, found: Map) -> None:
    width = SIZE[0] - 2 * MARGIN
    draw.text(
        (MARGIN, 26),
        fit(
            f"{counted(len(found.paintings), 'painting')} in {counted(len(found.named), 'cluster')}",
            font(34, bold=True),
            width,
        ),
        fill=INK,
        font=font(34, bold=True),
    )
    mix = ", ".join(f"{name} {weight:.2f}" for name, weight in found.weights.items())
    shown = f", {found.explained:.0%} of the variance" if found.explained is not None else ""
    placed = f"; {int(found.placed.sum())} placed at their nearest" if found.placed.any() else ""
    warning = (
        "" if found.method in ("pca", "time") else " Near on the map is alike; how far groups lie apart says little."
    )
    about = f"{NAMES[found.method]} of {mix}{shown}{placed}.{warning}"
    draw.text((MARGIN, 72), fit(about, font(18), width), fill=FAINT, font=font(18))
    rights = "; ".join(sorted({str(value) for value in found.paintings.column("rights")}))
    draw.text(
        (MARGIN, SIZE[1] - 36), fit(f"Rights of the images: {rights}", font(14), width), fill=FAINT, font=font(14)
    )


def _shared(one: Box, other: Box) -> float:
    """Pixels that two boxes share."""
    return max(0.0, min(one[2], other[2]) - max(one[0], other[0])) * max(
        0.0, min(one[3], other[3]) - max(one[1], other[1])
    )
