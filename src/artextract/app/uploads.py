"""Checks of picture files that strangers send: what is taken, and one clear sentence for everything else.

Only the header is read until it is known that the picture may be decoded. Files that are a picture and something else
as well (polyglots: a web page, a script, an archive, a document or a program in or behind the picture) are refused;
what cameras and phones put behind a picture, a second JPEG or a film of a second, is not looked at."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from PIL import Image, UnidentifiedImageError

from artextract.errors import ImageError, InputError
from artextract.images import FORMATS, LARGE, MIN_SIDE, decode, opened
from artextract.images.pages import choose_page
from artextract.images.parts import TOO_MANY, gif_colours, has_too_many_parts

__all__ = ["FORMATS", "SHOWN", "Given", "read_upload"]

SHOWN = 1600
"""Pixels on the shorter side that a picture to be shown has at least, where the file has them."""
MOST_MISSING = 0.1
"""A JPEG that ends too early may be searched with where no more of its rows are missing."""
AGAIN = "save the picture anew as JPEG or PNG and send that"
_SVG = ("an SVG, a drawing in text", "export it as PNG or JPEG and send that")

_decoding = BoundedSemaphore(2)
"""Few pictures of strangers are decoded at a time; how much memory they take is counted where they are decoded."""


@dataclass(frozen=True)
class Given:
    """A picture that may be used.

    ``width`` and ``height`` are of the upright picture in the file; ``image`` is it, RGB, perhaps smaller, of at least
    ``SHOWN`` pixels where there are so many. ``source`` is what features are to be computed from, so that a copy of an
    indexed file has the vectors that were indexed: the bytes of a JPEG or of a large file, which are decoded smaller
    where that is enough, else the picture. ``notes``: what was mended to show it."""

    width: int
    height: int
    image: Image.Image = field(repr=False)
    source: bytes | Image.Image = field(repr=False)
    notes: tuple[str, ...] = ()


def read_upload(data: bytes, most_pixels: int) -> Given:
    """The picture in the bytes of a file.

    Raises ``InputError``, which names what is wrong and what to do, for whatever is not one whole picture of an allowed
    format with at most ``most_pixels``."""
    if not data:
        raise InputError("the file is empty", "choose it again: it may not have been copied whole", code="empty-file")
    _check_parts(data)
    try:
        with opened(data) as image:
            choose_page(image)  # the first may be a small preview of a large picture
            _check_size(image.size, most_pixels)
            _check_alone(data)
        with _decoding:
            seen = decode(data, at_least=SHOWN)
        if seen.missing > MOST_MISSING:
            raise _truncated()
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise _not_a_picture(data) from error
    except ImageError as error:
        if isinstance(error.__cause__, Exception):
            raise _damaged(data, error.__cause__) from error
        raise InputError(f"the picture cannot be used: {error.message}", AGAIN, code="unusable-picture") from error
    except Exception as error:  # decoders raise whatever the broken bytes led them to
        raise _damaged(data, error) from error
    smaller = seen.format == "JPEG" or seen.width * seen.height > LARGE
    return Given(seen.width, seen.height, seen.image, data if smaller else seen.image, seen.notes)


def _check_parts(data: bytes) -> None:
    if has_too_many_parts(data):
        raise InputError(f"this file has {TOO_MANY}", AGAIN, code="too-many-parts")


def _check_size(size: tuple[int, int], most_pixels: int) -> None:
    width, height = size
    if min(size) < MIN_SIDE:
        raise InputError(
            f"the picture has only {width} x {height} pixels, too few to show anything",
            f"send one with at least {MIN_SIDE} on each side",
            code="picture-too-small",
        )
    if width * height > most_pixels:
        raise InputError(
            f"the picture has {width} x {height} pixels, which is {width * height / 1e6:.0f} megapixels; this server"
            f" takes at most {most_pixels / 1e6:.0f}",
            "send a smaller version of it",
            code="picture-too-large",
        )


# what is no picture
# -----------------------------------------------------------------------------------------------------


def _not_a_picture(data: bytes) -> InputError:
    what, hint = _kind(data)
    return InputError(f"this file is {what}" if what else "this file is not a picture", hint, code="unusable-upload")


def _kind(data: bytes) -> tuple[str, str]:
    """What a file is that is no picture we take, and what to do."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    brand = data[8:12]
    if b"<svg" in start and start.startswith((b"<", b"\xff\xfe<")):
        return _SVG
    if b"%PDF-" in data[:1024]:
        return "a PDF document", "save its picture as JPEG or PNG and send that"
    if data[4:8] == b"ftyp" and brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"):
        return (
            "a HEIC photograph, which this server cannot read",
            "export it as JPEG (a phone can be set to take “most compatible” pictures)",
        )
    for signs, what, hint in (
        ((b"%!PS", b"\xc5\xd0\xd3\xc6"), "a PostScript drawing", "export it as PNG or JPEG and send that"),
        ((b"8BPS",), "a Photoshop document", "export it as PNG or JPEG and send that"),
        ((b"gimp xcf",), "a GIMP document", "export it as PNG or JPEG and send that"),
        (
            (b"\xff\x0a", b"\0\0\0\x0cJXL "),
            "a JPEG XL picture, which this server cannot read",
            "export it as PNG or JPEG and send that",
        ),
        (
            (b"\x1f\x8b", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ"),
            "a compressed archive",
            "unpack it and send the picture itself",
        ),
        ((b"MZ", b"\x7fELF", b"#!"), "a program", "send a picture"),
    ):
        if data.startswith(signs):
            return what, hint
    if data[4:8] == b"ftyp" or data.startswith((b"\x1aE\xdf\xa3", b"RIFF")) and data[8:12] != b"WEBP":
        return "a film or a sound recording", "send a single picture of it"
    if start.startswith((b"<!doctype html", b"<html", b"<?php")):
        return "a web page", "save the picture on it and send that"
    return "", "send a JPEG, PNG, TIFF, WebP, GIF, AVIF, JPEG 2000 or BMP file"


def _damaged(data: bytes, error: Exception) -> InputError:
    said = str(error).lower()
    if "decompressed data too large" in said or "too much memory" in said or "chunk too large" in said:
        return InputError(
            "the texts or the colour profile in this file unpack to far more than a picture carries",
            AGAIN,
            code="decompression-bomb",
        )
    if "truncated" in said or "broken data stream" in said or "not enough" in said or _end(data) is None:
        return _truncated()
    return InputError(
        "the picture in this file is damaged and cannot be decoded",
        "open it elsewhere, save it anew as JPEG or PNG, and send that",
        code="damaged-picture",
    )


def _truncated() -> InputError:
    return InputError(
        "the file is truncated: it ends before the picture does", "copy or download it again", code="truncated-file"
    )


# a picture and something else
# -------------------------------------------------------------------------------------------

_HIDDEN = re.compile(
    rb"(?i:<(?:script[\s>/]|html[\s>]|!doctype\s+html|iframe[\s>]))|<\?php\s|__HALT_COMPILER\(\)|"
    rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|This program (?:cannot|must) be run|\x7fELF[\x01\x02][\x01\x02]\x01[\0-\x12]\0|"
    rb"MZ.{58}[\x40-\xff]\x01?\0\0\0|%PDF-1\.\d|%PDF-2\.\d",
    re.DOTALL,
)
_NAMED = (
    (b"rar", "a compressed archive"),
    (b"7z", "a compressed archive"),
    (b"this program", "a program"),
    (b"\x7felf", "a program"),
    (b"mz", "a program"),
    (b"%pdf", "a PDF document"),
    (b"<?php", "a script"),
    (b"__halt", "a script"),
    (b"<script", "a web page or script"),
    (b"<", "a web page"),
)
_BEHIND = (
    (b"PK\x03\x04", "a compressed archive"),
    (b"\x1f\x8b\x08", "a compressed archive"),
    (b"MZ", "a program"),
    (b"%!PS", "a PostScript program"),
    (b"#!", "a script"),
)


def _check_alone(data: bytes) -> None:
    """Refuse a picture file that is another file as well, for those who would open it so."""
    found = _other_file(data)
    if found:
        raise InputError(
            f"this picture has {found} in or behind it",
            f"such files are not taken; {AGAIN}",
            code="picture-with-attachments",
        )


def _other_file(data: bytes) -> str | None:
    hidden = _HIDDEN.search(data)
    if hidden:
        sign = hidden.group()[:12].lower()
        return next(what for beginning, what in _NAMED if sign.startswith(beginning))
    if _is_zip(data):
        return "a compressed archive"
    if data[257:262] == b"ustar":
        return "a compressed archive"
    if _comment_from_the_header(data):
        return "a script"
    end = _end(data)
    tail = b"" if end is None else data[end:].strip(b"\0\t\r\n ")
    for sign, what in _BEHIND:
        if tail.startswith(sign):
            return what
    if b"/*" in data[:64] and b"*/" in tail:
        return "a script"
    if (
        len(tail) >= 16
        and not tail.endswith(b"SEFT")
        and sum(byte in _PRINTED for byte in tail[:4096]) > 0.97 * len(tail[:4096])
    ):  # SEFT: the notes of Samsung's phones
        return "text"
    return None


_PRINTED = frozenset(range(32, 127)) | {9, 10, 13}


def _is_zip(data: bytes) -> bool:
    """Whether unpackers take it for a ZIP: they read from the end, where the length of the list of its files stands
    (APPNOTE.TXT 4.3.16), so that anything may stand before it. The list itself may be as long as the file, and is not
    read."""
    at = len(data)
    while (at := data.rfind(b"PK\x05\x06", max(0, len(data) - 65_535 - 22), at)) >= 0:
        if data[at - 20 : at - 16] == b"PK\x06\x07":  # the locator of a ZIP64
            return True
        size = int.from_bytes(data[at + 12 : at + 16], "little")
        if 0 < size <= at and data[at - size : at - size + 4] == b"PK\x01\x02":
            return True
    return False


def _comment_from_the_header(data: bytes) -> bool:
    """Whether the numbers of the header open a comment of JavaScript, as no picture's do but by rare chance."""
    if data.startswith((b"GIF87a", b"GIF89a")):
        return data[6:8] == b"/*"
    if data.startswith(b"BM"):
        return data[2:4] == b"/*" and int.from_bytes(data[2:6], "little") != len(data)
    return data.startswith(b"\xff\xd8\xff") and data[4:6] == b"/*" and b"*/" in data[6 : 4 + 0x2F2A]


# where the picture ends
# -------------------------------------------------------------------------------------------------


def _end(data: bytes) -> int | None:
    """Where the picture ends in a file of a format that says so; the length of the file in others.

    None where the file ends first."""
    try:
        if data.startswith(b"\xff\xd8"):
            return _end_of_jpeg(data)
        if data.startswith(b"\x89PNG"):
            return _end_of_png(data)
        if data.startswith(b"GIF8"):
            return _end_of_gif(data)
    except (IndexError, struct.error):
        return None
    if data.startswith(b"RIFF"):
        end = 8 + int.from_bytes(data[4:8], "little")
        return None if end > len(data) else min(end + end % 2, len(data))
    if data.startswith(b"BM"):
        end = int.from_bytes(data[2:6], "little")
        return end if 54 < end <= len(data) else len(data)
    return len(data)


_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""The last of the fill bytes before a marker, and its code; to match all of them took the square of their number."""


def _end_of_jpeg(data: bytes) -> int | None:
    """Past the first EOI marker that is not within a segment (ITU-T T.81, annex B)."""
    at = 2
    while found := _MARKER.search(data, at):
        marker, at = data[found.end() - 1], found.end()
        if marker == 0xD9:
            return at
        if marker not in (0x01, 0xD8):
            at += struct.unpack_from(">H", data, at)[0]
    return None


def _end_of_png(data: bytes) -> int | None:
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if kind == b"IEND":
            return at if at <= len(data) else None
    return None


def _end_of_gif(data: bytes) -> int | None:
    """Past the trailer; frames and extensions are chains of blocks of at most 255 bytes (GIF89a specification, section
    15)."""
    at = 13 + gif_colours(data[10])
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            at += 10 + gif_colours(data[at + 9]) + 1
        elif data[at] == 0x21:
            at += 2
        else:
            return None
        while data[at]:
            at += 1 + data[at]
        at += 1
    return at + 1
