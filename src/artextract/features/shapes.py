"""What a feature sees in a picture, as shapes: drawn into a sketch here, and laid over the picture by a page that can
enlarge it.

Places are parts of the picture's width and height, 0..1 from its upper left corner. Strokes and fixed dots are in
pixels of a sketch, that is of a picture whose longer side is ``SKETCH_SIDE``; other lengths are parts of the picture's
longer side."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from artextract.drawing_text import INK, font

Place = tuple[float, float]
SHADE = "#1c1915c8"
"""The dark of what is drawn over pictures."""


@dataclass(frozen=True)
class Line:
    """A line through points; ``casing`` pixels of dark lie on both sides of it. A closed one may be filled."""

    points: tuple[Place, ...]
    colour: str
    width: float = 2.0
    casing: float = 0.0
    closed: bool = False
    filled: bool = False
    kind: str = "line"


@dataclass(frozen=True)
class Ring:
    """A circle about a centre."""

    centre: Place
    radius: float
    colour: str
    width: float = 2.0
    casing: float = 0.0
    kind: str = "ring"


@dataclass(frozen=True)
class Dot:
    """A mark of ``radius`` pixels, however large the picture is shown."""

    centre: Place
    radius: float
    colour: str
    casing: float = 1.0
    kind: str = "dot"


@dataclass(frozen=True)
class Words:
    """Small white letters on a ground whose upper left corner lies at a place."""

    at: Place
    text: str
    ground: str = INK
    kind: str = "words"


Shape = Line | Ring | Dot | Words


@dataclass(frozen=True)
class Drawing:
    """What is laid over a picture: ``layer``, an RGBA picture that is stretched over all of it, or None.

    ``shapes`` over that, the first at the bottom; ``says``, in a few words what was seen; ``key``, the colours that
    need explaining, with their words."""

    shapes: tuple[Shape, ...] = ()
    layer: Image.Image | None = None
    says: str = ""
    key: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the layer as the data URL of a PNG."""
        return {
            "shapes": [asdict(shape) for shape in self.shapes],
            "layer": None if self.layer is None else data_url(self.layer),
            "says": self.says,
            "key": [list(pair) for pair in self.key],
        }


def drawn(picture: Image.Image, shapes: Sequence[Shape]) -> Image.Image:
    """A sketch with shapes drawn upon it, a new picture.

    Drawn at twice the size and scaled down, which smooths lines. Letters are written afterwards."""
    lines = [shape for shape in shapes if not isinstance(shape, Words)]
    picture = picture.copy()
    if lines:
        over = Image.new("RGBA", (2 * picture.width, 2 * picture.height))
        pen = ImageDraw.Draw(over)
        for line in lines:
            _draw(pen, line, over.size)
        over = over.resize(picture.size, Image.Resampling.LANCZOS)
        picture.paste(over, mask=over)
    for shape in shapes:
        if isinstance(shape, Words):
            _write(picture, shape)
    return picture


def box(left: float, top: float, right: float, bottom: float) -> tuple[Place, ...]:
    """The corners of a box, for a closed line."""
    return (left, top), (right, top), (right, bottom), (left, bottom)


def places(points: np.ndarray, size: tuple[int, int]) -> tuple[Place, ...]:
    """Points (n, 2) in units of the longer side of a picture of ``size`` (width, height), as parts of its width and
    height."""
    scaled = np.asarray(points, np.float64) * max(size) / np.array(size)
    return tuple((float(x), float(y)) for x, y in scaled)


def data_url(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _draw(pen: ImageDraw.ImageDraw, shape: Line | Ring | Dot, size: tuple[int, int]) -> None:
    width, height = size
    if isinstance(shape, Line):
        points = [(x * width, y * height) for x, y in shape.points]
        if shape.filled:
            pen.polygon(
                points, fill=shape.colour, outline=SHADE if shape.casing else None, width=round(2 * shape.casing) or 1
            )
            return
        for colour, thick in _strokes(shape):
            pen.line([*points, points[0]] if shape.closed else points, fill=colour, width=thick, joint="curve")
        return
    x, y = shape.centre[0] * width, shape.centre[1] * height
    if isinstance(shape, Ring):
        radius = shape.radius * max(size)
        for colour, thick in _strokes(shape):
            reach = radius + thick / 2
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), outline=colour, width=thick)
    else:
        for colour, reach in ((SHADE, 2 * (shape.radius + shape.casing)), (shape.colour, 2 * shape.radius)):
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)


def _strokes(shape: Line | Ring) -> list[tuple[str, int]]:
    """Colour and width, at twice the size, of the casing, if there is one, and of what lies in it."""
    casing = [(SHADE, round(2 * (shape.width + 2 * shape.casing)))] if shape.casing else []
    return [*casing, (shape.colour, max(1, round(2 * shape.width)))]


def _write(picture: Image.Image, words: Words) -> None:
    draw, face = ImageDraw.Draw(picture), font(13)
    across = face.getlength(words.text) + 6
    left = min(max(0.0, words.at[0] * picture.width), max(0.0, picture.width - across))
    top = min(words.at[1] * picture.height, picture.height - 18)
    draw.rectangle((left, top, left + across, top + 18), fill=words.ground)
    draw.text((left + 3, top + 1), words.text, fill="white", font=face)
