"""Palette: which colours a painting has and in what proportion, wherever they lie, as people see them (CIELAB)."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from artextract.drawing_text import font
from artextract.features import SKETCH_SIDE, Colour
from artextract.features.cielab import (
    LONG_SIDE,
    amounts,
    bin_colours,
    dominant_colours,
    hex_to_rgb,
    rgb_to_lab,
    sharpened,
    smooth,
)
from artextract.features.pictures import PictureFeature, resized
from artextract.features.swatches import differing_colours, shared_colours
from artextract.said import Said, joined


class Palette(PictureFeature):
    """A smoothed CIELAB histogram, square-rooted.

    The inner product of two such vectors is the Bhattacharyya coefficient of the two colour distributions (the
    Hellinger kernel of Arandjelović and Zisserman, "Three things everyone should know to improve object retrieval",
    CVPR 2012): 1 for the same colours in the same proportions, falling steadily as colours move apart, 0 where nothing
    is shared."""

    name = "palette"
    store_name = "palette"
    version = "1"
    description = "colours and their proportions, wherever they lie"
    decoded_at = LONG_SIDE
    space = "centred"
    about = "their colours"
    colour = Colour("#a87f00", "#d9b03f")
    presets = {"same hand": 20, "same colours": 100}

    @property
    def dim(self) -> int:
        return len(bin_colours())

    def vector(self, image: Image.Image) -> np.ndarray:
        vector: np.ndarray = np.sqrt(smooth(amounts(image)[None]))[0].astype(np.float32)
        return vector

    def compared(self, a: np.ndarray, b: np.ndarray) -> str:
        """The colours that two paintings share, and those that only one has much of, each with its part of the
        surface."""
        one, other = sharpened(np.stack([a, b]))
        shared = [
            Said("shares", "{colour} ({first:.0%} and {second:.0%})", colour=s.name, first=s.share_a, second=s.share_b)
            for s in shared_colours(one, other, 4)
        ]
        sentences: list[str] = [
            Said("shared-colours", "Both have {colours}.", colours=shared)
            if shared
            else Said("no-shared-colours", "They share no colour to speak of.")
        ]
        differing = [(s.name, s.share_a, s.share_b) for s in differing_colours(one, other)]
        of_first = [_against(name, a, b) for name, a, b in differing if a > b][:2]
        of_second = [_against(name, b, a) for name, a, b in differing if b > a][:2]
        if of_first:
            sentences.append(Said("first-more-colours", "The first has more {colours}.", colours=of_first))
        if of_second:
            sentences.append(Said("second-more-colours", "The second has more {colours}.", colours=of_second))
        return joined(sentences)

    def sketch(self, image: Image.Image) -> Image.Image:
        """The picture above its at most six dominant colours, each as wide as its part of the surface, with its
        percentage where that fits."""
        foot = SKETCH_SIDE // 8
        picture = resized(image, SKETCH_SIDE - foot)
        scale = (SKETCH_SIDE - foot) / max(picture.size)
        if scale > 1:
            picture = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.BICUBIC)
        sheet = Image.new("RGB", (picture.width, picture.height + foot), "white")
        sheet.paste(picture, (0, 0))
        draw = ImageDraw.Draw(sheet)
        left, face = 0.0, font(26)
        for code, part in dominant_colours(image, 6):
            right = left + part * sheet.width
            draw.rectangle(
                (round(left), picture.height + 6, max(round(left), round(right) - 1), sheet.height), fill=code
            )
            text = _percent(part)
            if face.getlength(text) + 8 < right - left:
                light = rgb_to_lab(hex_to_rgb([code])[0])[0]
                draw.text(
                    ((left + right) / 2, picture.height + 6 + (foot - 6) / 2),
                    text,
                    fill="black" if light > 55 else "white",
                    font=face,
                    anchor="mm",
                )
            left = right
        return sheet


def _against(name: str, own: float, its: float) -> Said:
    return Said("share-against", "{colour} ({own:.0%} against {its:.0%})", colour=name, own=own, its=its)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
