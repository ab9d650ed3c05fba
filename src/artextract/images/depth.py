"""Pictures of more than 8 bits a channel: which value is white, and which end is black.

The rule for white, ``w``, of integers, in this order:

1. The file says it: BitsPerSample below 16, or MaxSampleValue or SMaxSampleValue of the form 2**n - 1 (TIFF), or sBIT
   (PNG), as long as no value is higher. Another MaxSampleValue is a statistic of the picture (TIFF 6.0, section 8), and
   an sBIT beside higher values means that they were scaled up, as the PNG specification asks; neither is followed.
2. The highest value needs 10 bits (512 to 1023) or 11 or 12 (1024 to 4095): then white is that of 10 or 12 bits, which
   is what scanners and cameras give. Read as 16 bits, such a picture would be all but black (at most 6 % of white), so
   nothing is lost where this should be wrong. Of 14 bits that cannot be said, and below 512 the picture may well be
   dark: they stay.
3. Else the whole range of the type.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

_BITS, _PHOTOMETRIC, _HIGHEST, _SIGNED, _HIGHEST_OF_KIND = 258, 262, 281, 339, 341
DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
"""Pillow's modes of grey with more than 8 bits."""


@dataclass(frozen=True)
class Levels:
    """``value`` is shown as ``255 * (value + shift) / white``, or the other way round where ``inverted``.

    ``unsigned``: the 32 bits that Pillow takes for signed are not."""

    white: float
    shift: float = 0.0
    inverted: bool = False
    unsigned: bool = False

    def shown(self, values: np.ndarray) -> np.ndarray:
        """Any numbers as ``uint8`` of the same shape; what is no number is black."""
        if self.unsigned:
            values = values.view(np.uint32)
        levels = np.nan_to_num(values.astype(np.float32), nan=-self.shift)
        with np.errstate(over="ignore"):
            if self.shift:
                levels += np.float32(self.shift)
            levels = levels * np.float32(255.0) if self.white == 1.0 else levels / np.float32(self.white / 255.0)
        np.clip(np.rint(levels, out=levels), 0, 255, out=levels)
        return (255 - levels if self.inverted else levels).astype(np.uint8)

    def picture(self, strip: Image.Image) -> Image.Image:
        return Image.fromarray(self.shown(np.asarray(strip)))


def levels_of(image: Image.Image, strips: Iterable[Image.Image], declared: int | None) -> Levels:
    """What is black and white in a loaded grey picture of one of the ``DEEP`` modes; ``strips`` are all of it."""
    inverted = _tag(image, _PHOTOMETRIC, 1) == 0
    bits, signed = _tag(image, _BITS, 0), _tag(image, _SIGNED, 1) == 2
    unsigned = image.mode == "I" and bits == 32 and not signed
    lowest, highest = _extremes(strips, unsigned)
    if image.mode == "F":
        return Levels(white=_white_of_floats(highest), inverted=inverted)
    if lowest < 0 and highest <= 32767:
        return Levels(65535.0, 32768.0, inverted)
    if signed and bits == 16:
        return Levels(32767.0, 0.0, inverted)
    if highest > 65535:
        return Levels(float(2**32 - 1 if unsigned else 2**31 - 1), 0.0, inverted, unsigned)
    sixteen = image.mode != "I" or image.format in ("PNG", "PPM")
    if highest <= 255 and not sixteen:
        return Levels(255.0, 0.0, inverted, unsigned)
    return Levels(float(white_of(highest, declared)), 0.0, inverted, unsigned)


def white_of(highest: float, declared: int | None) -> int:
    """The value of white among 16-bit values of which ``highest`` is the highest; ``declared`` by the file, if any."""
    if declared is not None and highest <= declared:
        return declared
    if highest <= 511:
        return 65535
    return next((white for white in (1023, 4095) if highest <= white), 65535)


def declared_white(image: Image.Image, source: str | Path | bytes | None) -> int | None:
    """The value of white as the file says it, where it is that of 9 to 15 bits."""
    if image.format == "PNG" and source is not None:
        significant = _significant_bits(source) or 0
        return 2**significant - 1 if 8 < significant < 16 else None
    bits = _tag(image, _BITS, 16)
    if 8 < bits < 16:
        return int(2**bits - 1)
    for tag in (_HIGHEST_OF_KIND, _HIGHEST):
        value = _tag(image, tag, 0)
        if 255 < value < 65535 and (int(value) + 1) & int(value) == 0:
            return int(value)
    return None


def _white_of_floats(highest: float) -> float:
    if highest <= 2.0:  # 0 to 1, and a little more where resampling overshot
        return 1.0
    return 255.0 if highest <= 255.0 else float(white_of(highest, None))


def _extremes(strips: Iterable[Image.Image], unsigned: bool) -> tuple[float, float]:
    lowest, highest = np.inf, -np.inf
    for strip in strips:
        values = np.asarray(strip)
        if unsigned:
            values = values.view(np.uint32)
        if values.dtype.kind == "f":
            values = values[np.isfinite(values)]
        if values.size:
            lowest, highest = min(lowest, float(values.min())), max(highest, float(values.max()))
    return (lowest, highest) if lowest <= highest else (0.0, 0.0)


def _tag(image: Image.Image, number: int, default: float) -> float:
    """The number in a tag of a TIFF, the first where there are several."""
    try:
        value = image.tag_v2.get(number) if image.format == "TIFF" else None  # type: ignore[attr-defined]
        while isinstance(value, tuple):
            value = value[0]
        return default if value is None else float(value)
    except Exception:  # a broken tag says nothing
        return default


def _significant_bits(source: str | Path | bytes) -> int | None:
    for kind, data in png_chunks(source):
        if kind == b"sBIT" and data:
            return data[0]
        if kind in (b"IDAT", b"IEND"):
            break
    return None


def png_chunks(source: str | Path | bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kinds of the chunks at the beginning of a PNG, with up to 16 bytes of each."""
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            length = int.from_bytes(head[:4], "big")
            data = file.read(min(length, 16))
            yield head[4:], data
            file.seek(length - len(data) + 4, io.SEEK_CUR)
