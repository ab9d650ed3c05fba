"""What a request of the IIIF Image API 3.0 asks for (https://iiif.io/api/image/3.0/), by its four parts alone.

A syntax that is wrong, and what a picture cannot give, is an ``InputError`` (400); what the specification has and is
not done here is a ``NotDoneError`` (501)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from artextract.errors import InputError

MOST_AREA = 25_000_000
"""Pixels that an answer has at most. Only of larger pictures it is told as a limit, so that ^max enlarges no other."""
MOST_SIDES = {"jpg": 65_500, "png": 65_500, "webp": 16_383}
"""Pixels that a side of an answer has at most: what the format can hold, and a bound of the work."""
MOST_SLANTED = MOST_AREA // 2
"""Pixels of an answer that is slanted, with what the slant leaves free: a square takes twice its own, a narrow strip
many times. To slant and write a pixel costs several times what it costs to scale one."""
FORMATS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_NOT_DONE = ("tif", "gif", "jp2", "pdf")
QUALITIES = ("default", "color", "gray", "bitonal")
_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_PIXELS = re.compile(r"(\d+),(\d+),(\d+),(\d+)", re.ASCII)
_PERCENT = re.compile(rf"pct:({_NUMBER}),({_NUMBER}),({_NUMBER}),({_NUMBER})", re.ASCII)
_SIZE = re.compile(rf"(\^?)(?:(max)|pct:({_NUMBER})|(!?)(\d*),(\d*))", re.ASCII)
_ROTATION = re.compile(rf"(!?)({_NUMBER})", re.ASCII)
_LONGEST = 200


class NotDoneError(InputError):
    status = 501


@dataclass(frozen=True)
class ImageRequest:
    """``region``: left, top, width, height in pixels of the whole picture, inside it.

    ``size``: width and height of the scaled region; ``degrees`` 0 <= d < 360, clockwise, after it was mirrored left to
    right where ``mirrored``. ``canonical`` is the form of the request that all of the same answer have in common."""

    region: tuple[int, int, int, int]
    size: tuple[int, int]
    mirrored: bool
    degrees: float
    quality: str
    format: str
    canonical: str


def parse(region: str, size: str, rotation: str, quality: str, whole: tuple[int, int]) -> ImageRequest:
    """The parts of a request for a picture of ``whole`` (width, height) pixels.

    ``quality`` with the format behind its dot. Raises ``InputError`` and ``NotDoneError``."""
    for part in (region, size, rotation, quality):
        if len(part) > _LONGEST:
            raise _wrong("request", part[:40], "a shorter one")
    box = _region(region, whole)
    width, height, shown_size = _size(size, (box[2], box[3]), whole)
    mirrored, degrees, shown_rotation = _rotation(rotation)
    kind, format = _quality(quality)
    across, down = _turned(width, height, degrees)
    if max(width, height, across, down) > MOST_SIDES[format]:
        raise _wrong("size", size, f"at most {MOST_SIDES[format]:,} pixels a side as {format}")
    if degrees % 90 and across * down > MOST_SLANTED:
        raise _wrong("rotation", rotation, f"a smaller size: slanted it has {MOST_SLANTED:,} pixels at most")
    shown_region = "full" if box == (0, 0, *whole) else ",".join(map(str, box))
    canonical = f"{shown_region}/{shown_size}/{shown_rotation}/{kind}.{format}"
    return ImageRequest(box, (width, height), mirrored, degrees, kind, format, canonical)


def is_limited(width: int, height: int) -> bool:
    """Whether a picture is larger than an answer may be."""
    return width * height > MOST_AREA


def largest(width: int, height: int) -> tuple[int, int]:
    """The size that "max" gives of a region of so many pixels."""
    if not is_limited(width, height):
        return width, height
    factor = math.sqrt(MOST_AREA / (width * height))
    return max(1, int(width * factor)), max(1, int(height * factor))


def _region(text: str, whole: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = whole
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(whole)
        return (width - side) // 2, (height - side) // 2, side, side
    if found := _PIXELS.fullmatch(text):
        left, top, across, down = map(int, found.groups())
    elif found := _PERCENT.fullmatch(text):
        parts = [float(part) / 100 for part in found.groups()]
        left, top = round(parts[0] * width), round(parts[1] * height)
        across, down = round(parts[2] * width), round(parts[3] * height)
    else:
        raise _wrong("region", text, "full, square, x,y,w,h or pct:x,y,w,h")
    across, down = min(across, width - left), min(down, height - top)
    if across <= 0 or down <= 0:
        raise _wrong("region", text, f"one that has pixels of the picture, which is {width} x {height}")
    return left, top, across, down


def _size(text: str, region: tuple[int, int], whole: tuple[int, int]) -> tuple[int, int, str]:
    """Width, height, and the canonical form."""
    found = _SIZE.fullmatch(text)
    if found is None or text in (",", "^,", "!,", "^!,"):
        raise _wrong("size", text, "max, w, or ,h or pct:n or w,h or !w,h, each also with ^ before it")
    up, most, percent, confined, across, down = found.groups()
    width, height = region
    top = _grown(width, height) if is_limited(*whole) else (width, height)
    if most:
        wanted = top if up else largest(width, height)
    elif percent:
        wanted = _scaled(width, height, float(percent) / 100)
    elif confined:
        if not (across and down):
            raise _wrong("size", text, "both numbers after !")
        factor = min(int(across) / width, int(down) / height)
        wanted = _scaled(width, height, factor if up else min(1.0, factor))
        if wanted[0] * wanted[1] > MOST_AREA:
            wanted = _grown(width, height)
    elif across and down:
        wanted = int(across), int(down)
    else:
        wanted = _scaled(width, height, int(across) / width if across else int(down) / height)
        wanted = (int(across), wanted[1]) if across else (wanted[0], int(down))
    if min(wanted) < 1:
        raise _wrong("size", text, "one of a pixel or more")
    larger = wanted[0] > width or wanted[1] > height
    if larger and not up:
        raise _wrong("size", text, f"at most {width},{height}, or ^ before it to enlarge")
    if wanted[0] * wanted[1] > MOST_AREA:
        raise _wrong("size", text, f"at most {MOST_AREA:,} pixels")
    canonical = "max" if wanted == largest(width, height) and not larger else f"{wanted[0]},{wanted[1]}"
    if larger:
        canonical = "^max" if wanted == top else f"^{canonical}"
    return *wanted, canonical


def _scaled(width: int, height: int, factor: float) -> tuple[int, int]:
    if factor <= 0:
        return 0, 0
    return max(1, round(width * factor)), max(1, round(height * factor))


def _grown(width: int, height: int) -> tuple[int, int]:
    """The largest size of that shape that is given at all."""
    factor = math.sqrt(MOST_AREA / (width * height))
    return max(1, int(width * factor)), max(1, int(height * factor))


def _rotation(text: str) -> tuple[bool, float, str]:
    found = _ROTATION.fullmatch(text)
    if found is None or float(found[2]) > 360:
        raise _wrong("rotation", text, "degrees from 0 to 360, ! before them to mirror")
    degrees = float(found[2]) % 360
    return bool(found[1]), degrees, f"{found[1]}{degrees:.10g}"


def _turned(width: int, height: int, degrees: float) -> tuple[int, int]:
    """The sides of what holds a picture that was turned."""
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    return math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)


def _quality(text: str) -> tuple[str, str]:
    quality, _, format = text.rpartition(".")
    if quality not in QUALITIES:
        raise _wrong("quality", quality or text, f"one of {', '.join(QUALITIES)}, and .jpg behind it")
    if format in _NOT_DONE:
        raise NotDoneError(
            f"pictures are not given as {format}", f"ask for {', '.join(FORMATS)}", code="format-not-done"
        )
    if format not in FORMATS:
        raise _wrong("format", format, ", ".join(FORMATS))
    return quality, format


def _wrong(part: str, text: str, wanted: str) -> InputError:
    return InputError(f"the {part} '{text[:40]}' cannot be given", f"ask for {wanted}", code=f"invalid-{part}")
