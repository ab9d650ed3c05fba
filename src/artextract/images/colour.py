"""A decoded picture, whatever its mode, to RGB in sRGB: depth, transparency, profile.

In strips, so that of a large picture there is never more than the one copy that the decoder made and the one that is
given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from artextract.images import profiles
from artextract.images.deep_colour import scaled_up
from artextract.images.depth import DEEP, declared_white, levels_of
from artextract.images.png_colour import coded_colours, coded_profile, declared_profile

STRIP = 1_000_000
"""Pixels that are converted at a time."""
Box = tuple[int, int, int, int]
Step = Callable[[Image.Image, Box], Image.Image]


def to_rgb(
    image: Image.Image, notes: list[str], factor: int = 1, raw: str = "", source: str | Path | bytes | None = None
) -> Image.Image:
    """A loaded picture as plain RGB, each side a ``factor``-th, by averaging; what was left out goes to ``notes``.

    ``raw`` and ``source``, how the file keeps the channels and the file, help with 16-bit data; without them the
    picture is taken as it is."""
    step = _step(image, notes, raw, source)
    if step is None and factor == 1:
        return image
    boxes = list(_boxes(image.size, factor))
    if len(boxes) == 1:
        return _strip(image, boxes[0], step, factor)
    size = (-(-image.width // factor), -(-image.height // factor))
    in_place = image.mode == "RGB" and factor == 1
    out = image if in_place else Image.new("RGB", size)
    for box in boxes:
        out.paste(_strip(image.crop(box), box, step, factor), (0, box[1] // factor))
    return out


def _strip(strip: Image.Image, box: Box, step: Step | None, factor: int) -> Image.Image:
    strip = strip if step is None else step(strip, box)
    return strip if factor == 1 else Image.Image.reduce(strip, factor)  # JPEG 2000 has another "reduce"


def _boxes(size: tuple[int, int], factor: int) -> Iterator[Box]:
    """The whole picture, from top to bottom, each box of some multiple of ``factor`` rows."""
    width, height = size
    rows = max(1, STRIP // (width * factor)) * factor
    for top in range(0, height, rows):
        yield 0, top, width, min(top + rows, height)


def _step(image: Image.Image, notes: list[str], raw: str, source: str | Path | bytes | None) -> Step | None:
    """What a strip has to go through, None where the picture is RGB in sRGB already."""
    if image.mode == "LAB":
        return lambda strip, box: _applied(profiles.lab_to_srgb(), strip)
    deepened = scaled_up(image, raw, source)
    levels = None
    if image.mode in DEEP:
        strips = (image.crop(box) for box in _boxes(image.size, 1))
        levels = levels_of(image, strips, declared_white(image, source))
    transparent = _is_transparent(image)
    mode = _colours(image)
    profile = image.info.get("icc_profile")
    if "icc_profile" in image.info and not isinstance(profile, bytes):
        notes.append(profiles.BROKEN)
        profile = None
    coded = coded_colours(source) if image.format == "PNG" else None
    if coded is not None:
        profile, note = coded_profile(*coded)
        notes += [note] if note else []
    elif "icc_profile" not in image.info:
        profile, note = declared_profile(image.info)
        notes += [note] if note else []
    if mode == "L" and profiles.wants_rgb(profile):
        mode = "RGB"
    transform, note = profiles.to_srgb(profile or None, mode)
    if note:
        notes.append(note)
    if image.mode == "RGB" and not transparent and transform is None and deepened is None:
        return None

    def step(strip: Image.Image, box: Box) -> Image.Image:
        alpha = None
        if deepened is not None:
            strip = deepened(strip, box)
        if levels is not None:
            strip = levels.picture(strip)
        if transparent:
            strip = strip.convert("RGBA")
            alpha = strip.getchannel("A")
        strip = strip if strip.mode == mode else strip.convert(mode)
        if transform is not None:
            strip = _applied(transform, strip)
        strip = strip if strip.mode == "RGB" else strip.convert("RGB")
        if alpha is None:
            return strip
        strip.putalpha(alpha)
        return Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip).convert("RGB")

    return step


def _applied(transform: object, strip: Image.Image) -> Image.Image:
    converted: Image.Image = transform.apply(strip)  # type: ignore[attr-defined]
    return converted


def _is_transparent(image: Image.Image) -> bool:
    if image.mode in ("RGBA", "RGBa", "LA", "La", "PA"):
        return True
    if image.mode == "P" and image.palette is not None and image.palette.mode == "RGBA":
        return True
    given = image.info.get("transparency")
    if image.mode in ("RGB", "L", "1"):  # one colour that is to be seen through
        values = given if isinstance(given, tuple) else (given,)
        return all(isinstance(value, int) and 0 <= value <= 255 for value in values)
    return image.mode == "P" and given is not None


def _colours(image: Image.Image) -> str:
    """The mode, without transparency, that a profile of such a picture is for."""
    if image.mode == "CMYK":
        return "CMYK"
    return "L" if image.mode in ("1", "L", "LA", "La", *DEEP) else "RGB"
