"""Letters and colours of the pictures that we draw: a typeface, text that fits, ink on paper."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageFont
from PIL.PngImagePlugin import PngInfo

from artextract.errors import InputError
from artextract.printable import LONGEST, one_line
from artextract.typefaces import drawn, typeface

MARK = "ArtExtract drew this; it is no painting"
"""Written into every sheet that we draw, so that it is not imported as a painting."""

PAPER, INK, FAINT, LINE = "#faf8f4", "#26221d", "#777067", "#e2ddd3"
_LOOKED_AT = 4096
SERIES = ("#33658a", "#c8553d", "#6a994e", "#b08900", "#7b5ea7", "#3a8f8f", "#a84a6f", "#6b705c")
"""Colours that tell features apart, in their order."""


def font(size: int, bold: bool = False, text: str = "") -> ImageFont.FreeTypeFont:
    """DejaVu Sans, or the typeface that has the letters of ``text``, ``size`` pixels high."""
    return _font(typeface(text, bold), size)


@lru_cache(maxsize=64)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def fitted(text: str, size: int, width: float, bold: bool = False) -> str:
    """``fit`` in the typeface of the text, with boxes for letters that no typeface has."""
    return fit(drawn(text, bold), font(size, bold, text[:LONGEST]), width)


def fit(text: str, face: ImageFont.FreeTypeFont, width: float) -> str:
    """The text on one line, cut with an ellipsis to what fits into ``width`` pixels."""
    text = one_line(text)
    if face.getlength(text) <= width:
        return text
    shortest, longest = 0, len(text)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        fits = face.getlength(text[:middle] + "…") <= width
        shortest, longest = (middle, longest) if fits else (shortest, middle - 1)
    return text[:shortest].rstrip() + "…"


def require_picture(path: str | Path) -> None:
    """Raise ``InputError`` for a name that tells no image format, before the work is done."""
    if Path(path).suffix.lower() not in Image.registered_extensions():
        raise InputError(
            f"'{path}' does not end in the name of an image format", "end it in .png", code="wrong-file-ending"
        )


def save_drawing(image: Image.Image, target: Path | IO[bytes], format: str | None = None, **options: Any) -> None:
    """``image.save`` with the ``MARK`` in the metadata of the file."""
    info = PngInfo()
    info.add_text("Software", MARK)
    if isinstance(target, Path) and target.suffix.lower() in (".webp", ".avif"):
        exif = Image.Exif()
        exif[0x0131] = MARK  # Software
        options["exif"] = exif.tobytes()
    image.save(target, format, pnginfo=info, comment=MARK, software=MARK, **options)


def is_drawing(path: Path) -> bool:
    """Whether a file carries the ``MARK``, near its beginning or, as a WebP does, near its end."""
    try:
        with path.open("rb") as file:
            head = file.read(_LOOKED_AT)
            file.seek(max(0, file.seek(0, 2) - _LOOKED_AT))
            return MARK.encode() in head or MARK.encode() in file.read()
    except OSError:
        return False
