"""A part of a picture: a region, turned or mirrored; asked of a server where it can, else cut out here."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageOps

from artextract.errors import ImageError
from artextract.images import MIN_SIDE, open_image

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Part:
    """``region``: left, top, width and height, in pixels of the source or (``percent``) in hundredths of its sides.

    None for all of it; ``square``: the square in the middle. Then it is ``mirrored`` left to right, then turned
    clockwise by ``rotation`` degrees. ``outline``: the region is the box around an outline."""

    region: tuple[float, float, float, float] | None = None
    percent: bool = False
    square: bool = False
    rotation: float = 0.0
    mirrored: bool = False
    outline: bool = False

    @property
    def is_whole(self) -> bool:
        return self.region is None and not self.square and not self.rotation and not self.mirrored

    @property
    def only_turned(self) -> Part:
        return replace(self, region=None, square=False)

    def of(self, inner: Part) -> Part:
        """This part of what ``inner`` selects of the source.

        Both count the pixels of the source, so that of two regions this one holds; turns add up."""
        placed = self if self.region or self.square else inner
        return replace(
            placed,
            rotation=(self.rotation + (-inner.rotation if self.mirrored else inner.rotation)) % 360,
            mirrored=self.mirrored != inner.mirrored,
        )

    def box(self, width: int, height: int) -> Box:
        """Left, top, right and bottom in whole pixels of a source of that size, inside it; of no extent where the
        region lies outside."""
        if self.square:
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            return left, top, left + side, top + side
        if self.region is None:
            return 0, 0, width, height
        x, y, w, h = self.region
        if self.percent:
            x, y, w, h = x * width / 100, y * height / 100, w * width / 100, h * height / 100
        left, top = max(0, min(width, math.floor(x + 1e-6))), max(0, min(height, math.floor(y + 1e-6)))
        return left, top, max(left, min(width, math.ceil(x + w - 1e-6))), max(top, min(height, math.ceil(y + h - 1e-6)))

    def words(self) -> str:
        """As the Image API writes a region: "100,100,900,600", "pct:0,0,50,50", "square" or "full"."""
        if self.square:
            return "square"
        if self.region is None:
            return "full"
        return ("pct:" if self.percent else "") + ",".join(f"{number:g}" for number in self.region)

    def turned(self) -> str:
        """As the Image API writes a rotation: "90", "!0"."""
        return f"{'!' if self.mirrored else ''}{self.rotation:g}"


WHOLE = Part()


def cut_out(picture: Path, part: Part, size: tuple[int, int] | None, out: Path) -> Path:
    """Write the part of a picture as a PNG to ``out``, and give ``out``.

    ``size`` is that of the source whose pixels the region counts, where the picture is a smaller copy. Raises
    ``ImageError`` where nothing that can be used is left."""
    image = open_image(picture)
    width, height = size or image.size
    left, top, right, bottom = part.box(width, height)
    across, down = image.width / width, image.height / height
    box = (round(left * across), round(top * down), round(right * across), round(bottom * down))
    if box[2] - box[0] < MIN_SIDE or box[3] - box[1] < MIN_SIDE:
        raise ImageError(
            f"the region {part.words()} of it lies outside or has less than {MIN_SIDE} pixels", code="region-too-small"
        )
    image = image.crop(box)
    if part.mirrored:
        image = ImageOps.mirror(image)
    quarters = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    turn = part.rotation % 360
    if turn in quarters:
        image = image.transpose(quarters[int(turn)])
    elif turn:
        image = image.rotate(-turn, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    image.save(out, "PNG")
    return out
