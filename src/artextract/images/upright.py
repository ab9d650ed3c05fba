"""The turn that a camera or scanner wrote down instead of turning the pixels."""

from __future__ import annotations

from PIL import Image

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BROKEN = "its EXIF data are broken and were ignored"


def turn_of(image: Image.Image) -> tuple[Image.Transpose | None, str | None]:
    """What makes a loaded picture upright, and a note where its EXIF cannot be read.

    To be asked after loading: a PNG may have its EXIF behind the pixels, and Pillow turns TIFF itself."""
    try:
        value = image.getexif().get(_ORIENTATION)
    except Exception:  # whatever the broken bytes lead to
        return None, BROKEN
    return (_TURNS.get(value) if isinstance(value, int) else None), None


def turned(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return image if turn is None else image.transpose(turn)


def upright_size(size: tuple[int, int], turn: Image.Transpose | None) -> tuple[int, int]:
    width, height = size
    sideways = (
        Image.Transpose.TRANSPOSE,
        Image.Transpose.ROTATE_270,
        Image.Transpose.TRANSVERSE,
        Image.Transpose.ROTATE_90,
    )
    return (height, width) if turn in sideways else (width, height)
