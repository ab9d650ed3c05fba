"""From a file to an upright picture in sRGB, within the memory that is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageStat, UnidentifiedImageError

from artextract.errors import ImageError, InputError
from artextract.images.colour import to_rgb
from artextract.images.deep_colour import raw_mode
from artextract.images.formats import opened, unread_kind
from artextract.images.limits import LARGE, check_size, memory
from artextract.images.pages import choose_page
from artextract.images.upright import turn_of, turned, upright_size
from artextract.objects import Address, file_of

MOST_MISSING = 0.25
"""A JPEG that ends too early is shown where at most this share of its rows is missing."""
INCOMPLETE = "the file ends before the picture does; what is there is shown"
_MOST_HALVINGS = 3  # as many as a JPEG's decoder can do
_ORIENTATION = 0x0112
_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
_WORKING = {"WEBP": 12, "JPEG2000": 16, "AVIF": 8, "HEIF": 12}
"""Bytes a pixel that a decoder takes beside the picture (measured)."""

Source = str | Path | Address | bytes | Image.Image


@dataclass(frozen=True)
class Decoded:
    """An upright RGB picture.

    ``width`` and ``height`` are those of the whole picture in the file, of which ``image`` may be a reduced copy;
    ``format`` is Pillow's name. ``notes``: what was mended or left out, each a short phrase; ``complete`` is False
    where the file ends before the picture does, ``missing`` then the share of rows that are not there."""

    image: Image.Image
    width: int
    height: int
    format: str
    notes: tuple[str, ...]
    complete: bool = True
    missing: float = 0.0


def open_image(source: Source, at_least: int | None = None) -> Image.Image:
    """Decode a file, the bytes of one, or an already open picture to an upright RGB picture.

    Animated files give their first frame, TIFF of several pages the largest full picture; transparency is laid on
    white; 16-bit and float values are scaled to 8 bits; an embedded colour profile is converted to sRGB. ``at_least``
    allows a JPEG, and any picture of more than ``LARGE`` pixels, to be decoded at a reduced size whose shorter side
    still has twice that many pixels.

    Raises ``ImageError`` with a short reason for what cannot be decoded, for sides below ``MIN_SIDE`` or more than
    ``MAX_PIXELS`` pixels, and for what needs more memory than is allowed.
    """
    return decode(source, at_least).image


def decode(source: Source, at_least: int | None = None) -> Decoded:
    """``open_image``, with the size of the whole picture and notes of what was done to show it."""
    try:
        if isinstance(source, Image.Image):
            return _given(source)
        if isinstance(source, str):
            source = file_of(source)
        if isinstance(source, Address):
            source = source.read_bytes()
        return _decoded(source, at_least)
    except (ImageError, InputError):
        raise
    except Exception as error:  # decoders raise whatever the broken bytes led them to
        raise refusal(source, error) from error


def refusal(source: object, error: Exception) -> ImageError:
    """What is said of a file that ``error`` kept from being decoded, in one short line."""
    reason, code = _reason(source, error)
    return ImageError(reason, code=code)


def _given(image: Image.Image) -> Decoded:
    image.load()
    notes: list[str] = []
    turn, note = turn_of(image)
    width, height = upright_size(image.size, turn)
    check_size(width, height)
    upright = turned(to_rgb(image.copy(), notes), turn)
    return Decoded(_plain(upright), width, height, image.format or "", (*notes, *([note] if note else [])))


def _decoded(source: Path | bytes, at_least: int | None) -> Decoded:
    with opened(source) as image:
        note = choose_page(image)
        notes = [note] if note else []
        check_size(*image.size)
        size, raw = image.size, raw_mode(image)
        factor = _reduced(image, at_least)
        with memory(_needed(image, size, factor)):
            missing, whole = None, image
            try:
                image.load()
            except OSError as error:
                if image.format not in ("JPEG", "MPO") or "truncated" not in str(error):
                    raise
                whole, missing = _up_to_its_end(source, at_least, error)
                notes.append(INCOMPLETE)
            turn, note = turn_of(whole)
            notes += [note] if note else []
            width, height = upright_size(size, turn)
            form = image.format or ""
            upright = _plain(to_rgb(whole, notes, factor, raw, source))
            whole.close()  # what the decoder made is not needed any more
            upright = turned(upright, turn)
    return Decoded(upright, width, height, form, tuple(notes), missing is None, missing or 0.0)


def _plain(image: Image.Image) -> Image.Image:
    """The same pixels without the file's notes about them (profile, orientation), which hold no longer."""
    plain = image if type(image) is Image.Image else image._new(image.im)
    plain.info = {}
    return plain


# less than the whole
# -------------------------------------------------------------------------------------------------


def _reduced(image: Image.Image, at_least: int | None) -> int:
    """Tell the decoder of an opened picture that less is wanted, where it can give less, and how much there then is to
    reduce."""
    if not at_least:
        return 1
    large = image.width * image.height > LARGE
    if image.format == "JPEG" or image.format == "MPO" and large:
        image.draft(image.mode, (2 * at_least, 2 * at_least))
        return 1
    halvings = 0
    while large and halvings < _MOST_HALVINGS and min(image.size) >> (halvings + 1) >= 2 * at_least:
        halvings += 1
    if image.format == "JPEG2000":
        image.reduce = min(halvings, _levels(image))  # type: ignore[assignment, method-assign]
        halvings -= image._reduce  # type: ignore[attr-defined]
    return int(2**halvings)


def _levels(image: Image.Image) -> int:
    """How often the size of a JPEG 2000 is halved inside it (ISO/IEC 15444-1, annex A.6.1)."""
    file = image.fp  # type: ignore[attr-defined]
    file.seek(0)
    head = file.read(65536)
    at = head.find(b"\xff\x52")
    return min(head[at + 9], 32) if 0 <= at < len(head) - 9 else 0


def _needed(image: Image.Image, size: tuple[int, int], factor: int) -> int:
    """About how many bytes it takes to decode an opened picture of ``size`` pixels."""
    pixels = image.width * image.height >> 2 * getattr(image, "_reduce", 0)
    given = 4 * pixels // factor**2
    needed = _BYTES.get(image.mode, 4) * pixels + _WORKING.get(image.format or "", 0) * pixels
    if image.mode != "RGB" or factor > 1:
        needed += given
    if "exif" in image.info or "xmp" in image.info:  # it may have to be turned
        needed = max(needed, 2 * given)
    if image.format == "TIFF" and image.tag_v2.get(_ORIENTATION, 1) != 1:  # type: ignore[attr-defined]
        needed = max(needed, 2 * _BYTES.get(image.mode, 4) * pixels)  # turned by its decoder
    if image.info.get("progressive") or image.info.get("progression"):  # all coefficients, two bytes each
        layers = getattr(image, "layer", None) or [(0, 1, 1)] * 3
        largest = max(layer[1] * layer[2] for layer in layers) or 1
        needed += round(2 * size[0] * size[1] * sum(layer[1] * layer[2] / largest for layer in layers))
    return needed


# a JPEG without its end
# -------------------------------------------------------------------------------------------------


def _up_to_its_end(source: str | Path | bytes, at_least: int | None, error: OSError) -> tuple[Image.Image, float]:
    """A JPEG that ends too early, as far as it goes: with an end put to it the decoder fills the rest with grey, as
    viewers do; and the share of rows that are missing. Raises ``error`` where those are too many."""
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    try:
        image = opened(data + b"\xff\xd9")
        _reduced(image, at_least)
        image.load()
    except Exception:
        raise error from None
    missing = _missing_rows(image)
    if missing > MOST_MISSING:
        raise error
    return image, missing


def _missing_rows(image: Image.Image) -> float:
    """The share of rows, from below, that are nothing but the middle grey of what was not decoded."""
    rows = 8
    for top in range(image.height - rows, -rows, -rows):
        strip = image.crop((0, max(0, top), image.width, top + rows))
        if any(abs(value - 127.5) > 2 for low_high in ImageStat.Stat(strip).extrema for value in low_high):
            return 1 - min(image.height, top + rows) / image.height
    return 1.0


# what is said of what cannot be used
# -------------------------------------------------------------------------------------------------


def _reason(source: object, error: Exception) -> tuple[str, str]:
    """In words, and as a code."""
    if isinstance(error, FileNotFoundError):
        return "file is missing", "file-missing"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not an image", "folder-not-image"
    if isinstance(error, PermissionError):
        return "file may not be read", "unreadable-file"
    if isinstance(source, Address) and isinstance(error, OSError):
        return f"cannot be read ({error.strerror})", "unreadable-file"
    start = _start(source)
    if start == b"":
        return "file is empty", "empty-file"
    if isinstance(error, UnidentifiedImageError):
        if start and (kind := unread_kind(start)):
            return kind, "unread-format"
        return "not an image that can be decoded", "not-an-image"
    said = str(error)
    if "truncated" in said.lower() or "broken data stream" in said:
        return "file is truncated", "truncated-file"
    if isinstance(error, MemoryError):
        return "there is not enough memory to decode it", "too-much-memory"
    said = " ".join("".join(c if c.isprintable() else " " for c in said).split()) or type(error).__name__
    return f"damaged ({said if len(said) <= 100 else said[:99] + '…'})", "damaged-picture"


def _start(source: object) -> bytes | None:
    """The first kilobyte of a file, None where it cannot be read."""
    if isinstance(source, bytes):
        return source[:1024]
    if isinstance(source, (str, Path)):
        try:
            with open(source, "rb") as file:
                return file.read(1024)
        except OSError:
            return None
    return None
