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
from artextract.features.wording import listed


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
        shared = [f"{s.name} ({_percent(s.share_a)} and {_percent(s.share_b)})" for s in shared_colours(one, other, 4)]
        sentences = [f"Both have {listed(shared)}." if shared else "They share no colour to speak of."]
        differing = differing_colours(one, other)
        for place, turned in (("first", False), ("second", True)):
            shares = [(s.name, *((s.share_b, s.share_a) if turned else (s.share_a, s.share_b))) for s in differing]
            more = [f"{name} ({_percent(own)} against {_percent(its)})" for name, own, its in shares if own > its][:2]
            if more:
                sentences.append(f"The {place} has more {listed(more)}.")
        return " ".join(sentences)

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


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
