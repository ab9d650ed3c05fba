"""Colour of 10 or 12 bits a channel in files of 16.

Pillow keeps the upper byte of 16-bit colour, in which little is left of such a picture. The lower byte comes with a
second decoding, in the other byte order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from artextract.images.depth import Levels, declared_white, white_of
from artextract.images.formats import opened

_OTHER_END = {"L": "B", "B": "L", "N": "B"}  # N: as the machine has it, which is L wherever Pillow's wheels run
_HIGHEST = 15
"""The upper byte of the largest value of 12 bits."""


def raw_mode(image: Image.Image) -> str:
    """How the channels lie in an opened file, "" where that is not known."""
    tiles = getattr(image, "tile", None)
    args = tiles[0][3] if tiles else ""
    first = args[0] if isinstance(args, tuple) and args else args
    return first if isinstance(first, str) else ""


def scaled_up(
    image: Image.Image, raw: str, source: str | Path | bytes | None
) -> Callable[[Image.Image, tuple[int, int, int, int]], Image.Image] | None:
    """For a loaded picture with ``raw_mode`` ``raw`` of 16-bit colour that holds fewer bits: what makes its strips, and
    where they are in the picture, into strips whose white is white. None for all other pictures."""
    if image.mode not in ("RGB", "RGBA") or ";16" not in raw or source is None:
        return None
    declared = declared_white(image, source)
    highest_byte = max(band[1] for band in image.getextrema()[:3])  # type: ignore[index]
    if highest_byte > max(_HIGHEST, (declared or 0) >> 8):
        return None
    low = _lower_bytes(image, raw, source)
    if low is None:
        return None
    rows = range(0, image.height, 256)
    boxes = [(0, top, image.width, min(top + 256, image.height)) for top in rows]
    highest = [0, 0]
    for box in boxes:
        values = _joined(image.crop(box), low.crop(box), raw)
        highest[0] = max(highest[0], int(values[..., :3].max()))
        highest[1] = max(highest[1], int(values[..., 3:].max(initial=0)))
    white = white_of(highest[0], declared)
    if white == 65535:
        return None
    colour, alpha = Levels(float(white)), Levels(float(white if highest[1] <= white else 65535))

    def strip(high: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
        values = _joined(high, low.crop(box), raw)
        levels = [colour.shown(values[..., :3]), alpha.shown(values[..., 3:])]
        return Image.fromarray(np.concatenate(levels[: 1 + (image.mode == "RGBA")], axis=-1))

    return strip


def _joined(high: Image.Image, low: Image.Image, raw: str) -> np.ndarray:
    """Values as ``uint16 (height, width, channels)``."""
    upper, lower = np.asarray(high).astype(np.uint16), np.asarray(low)
    if raw.startswith("LA"):  # its four bytes are grey and alpha, each upper and lower
        lower = lower[..., [1, 1, 1, 3]]
    return (upper << 8) | lower


def _lower_bytes(image: Image.Image, raw: str, source: str | Path | bytes) -> Image.Image | None:
    other = "RGBA" if raw.startswith("LA") else raw[:-1] + _OTHER_END.get(raw[-1], "")
    try:
        again = opened(source)
        if image.format == "TIFF" and image.tell():
            again.seek(image.tell())
        tiles: list[Any] = []
        for tile in again.tile:  # type: ignore[attr-defined]
            args = (other, *tile[3][1:]) if isinstance(tile[3], tuple) else other
            tiles.append(tile._replace(args=args))
        again.tile = tiles  # type: ignore[attr-defined]
        again.load()
    except Exception:  # a combination that Pillow cannot unpack: the upper byte has to do
        return None
    return again if again.size == image.size and again.mode == image.mode else None
