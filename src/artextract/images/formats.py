"""Which picture formats are read, and the one function of the project that opens a picture file."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.util
import io
import logging
import re
import warnings
from pathlib import Path

from PIL import Image, TiffImagePlugin, UnidentifiedImageError, features

from artextract.errors import ImageError
from artextract.images.parts import TOO_MANY, has_too_many_parts

_ENDINGS: dict[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png", ".apng"),
    "GIF": (".gif",),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp",),
    "JPEG2000": (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
    "AVIF": (".avif", ".avifs"),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    "TGA": (".tga",),
    "HEIF": (".heic", ".heif", ".hif"),
}
_PLUGINS = ("Jpeg", "Mpo", "Png", "Gif", "WebP", "Tiff", "Bmp", "Jpeg2K", "Avif", "Ppm", "Tga")
_LIBRARIES = {"WEBP": "webp", "JPEG2000": "jpg_2000", "AVIF": "avif"}
_HEIF_READERS = ("pi_heif", "pillow_heif")

NEEDS_HEIF = "HEIC needs a reader that is not installed: pip install 'artextract[heif]', or export as JPEG or PNG"
NEEDS_EXPORT = "export it as JPEG, PNG or TIFF"


def _available() -> tuple[str, ...]:
    """Load what reads the listed formats; the names of those that this installation of Pillow can read."""
    for name in _PLUGINS:
        with contextlib.suppress(ImportError):
            importlib.import_module(f"PIL.{name}ImagePlugin")
    for name in _HEIF_READERS:
        if importlib.util.find_spec(name) is not None:
            with contextlib.suppress(ImportError, OSError, AttributeError):
                importlib.import_module(name).register_heif_opener(thumbnails=False)
                break
    names = [name for name in _ENDINGS if name in Image.OPEN]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an older Pillow warns of a library that it does not know
        return tuple(name for name in names if name not in _LIBRARIES or features.check(_LIBRARIES[name]))


def _complete_tiff() -> None:
    """Kinds of TIFF that Pillow can decode but does not list: what decodes the one byte order decodes the other,
    ``depth`` turns WhiteIsZero round, and a mask before the picture has to be opened to be passed over."""
    little, big = b"II", b"MM"
    for order, photometric, bits, mode in (
        (big, 0, 16, ("I;16B", "I;16B")),
        (little, 0, 12, ("I;16", "I;12")),
        (big, 0, 12, ("I;16", "I;12")),
        (big, 1, 12, ("I;16", "I;12")),
        (big, 1, 32, ("I", "I;32B")),
        *((order, 4, bits, mode) for order in (little, big) for bits, mode in ((1, ("1", "1")), (8, ("L", "L")))),
    ):
        TiffImagePlugin.OPEN_INFO.setdefault((order, photometric, (1,), 1, (bits,), ()), mode)


def _silence_libtiff() -> None:
    """The library that decodes TIFF prints what it finds wrong; Pillow raises it as well, which is enough."""
    with contextlib.suppress(
        OSError, AttributeError, TypeError
    ):  # where it is built in, its functions are not to be had
        library = ctypes.CDLL(Image.core.__file__)
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            setter = getattr(library, name)
            setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
            setter(None)


FORMATS = _available()
"""Pillow's names of what is decoded: pictures made of pixels. Nothing that is a program of its own, such as
PostScript, whatever the name of its file."""
EXTENSIONS = frozenset(ending for name in FORMATS for ending in _ENDINGS[name])
"""Endings, in lower case, of the files that are read here."""
UNREAD: dict[str, str] = {
    ending: reason
    for endings, reason in (
        (_ENDINGS["HEIF"], NEEDS_HEIF),
        (_ENDINGS["AVIF"], "this Pillow reads no AVIF: install Pillow 11.3 or later, or export as JPEG or PNG"),
        (_ENDINGS["JPEG2000"], "this Pillow was built without JPEG 2000: export as JPEG or PNG"),
        (_ENDINGS["WEBP"], "this Pillow was built without WebP: export as JPEG or PNG"),
        ((".jxl",), f"JPEG XL is not read: {NEEDS_EXPORT}"),
        ((".jxr", ".wdp", ".hdp"), f"JPEG XR is not read: {NEEDS_EXPORT}"),
        ((".psd", ".psb"), f"a Photoshop document is not read: {NEEDS_EXPORT}"),
        ((".xcf",), f"a GIMP document is not read: {NEEDS_EXPORT}"),
        ((".eps", ".ps", ".ai"), f"a PostScript drawing is not read: {NEEDS_EXPORT}"),
        ((".svg", ".svgz"), f"an SVG drawing is not read: {NEEDS_EXPORT}"),
        ((".pdf",), f"a PDF document is not read: {NEEDS_EXPORT}"),
        ((".exr", ".hdr"), f"a picture of high dynamic range is not read: {NEEDS_EXPORT}"),
        (
            (".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".pef", ".3fr", ".iiq"),
            f"a camera's raw file is not read: {NEEDS_EXPORT}",
        ),
    )
    for ending in endings
    if ending not in EXTENSIONS
}
"""Endings of pictures that are not read here, each with a sentence that says what helps."""

_PILLOW = r"PIL(\.|$)"
_SILENCE = ("ignore", None, Warning, re.compile(_PILLOW), 0)
Image.MAX_IMAGE_PIXELS = None  # ours is limits.MAX_PIXELS, checked before anything is decoded
Image.core.set_block_size(64 * 2**20)  # blocks that the C library gives back to the system when a thread frees them
logging.getLogger("PIL").addHandler(logging.NullHandler())
_complete_tiff()
_silence_libtiff()


def opened(source: str | Path | bytes | io.BytesIO) -> Image.Image:
    """The header of a picture file, or of the bytes of one, as Pillow's picture that is not decoded yet.

    Only ``FORMATS`` are tried. Raises what Pillow raises, ``UnidentifiedImageError`` for anything else, and
    ``ImageError`` for a file of too many parts. TGA has no mark at its beginning, so it is tried last, and only where
    the file's ending or the mark at its end says so."""
    _silence()
    if not isinstance(source, io.BytesIO) and has_too_many_parts(source):
        raise ImageError(f"the file has {TOO_MANY}", code="too-many-parts")
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        return Image.open(file, formats=[name for name in FORMATS if name != "TGA"])
    except UnidentifiedImageError:
        if "TGA" in FORMATS and _may_be_tga(file):
            return Image.open(file, formats=["TGA"])
        raise


def image_files(folder: Path) -> list[Path]:
    """All files below a folder that end as images do, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in EXTENSIONS and path.is_file())


def unread_kind(start: bytes) -> str | None:
    """What a file is that is none of ``FORMATS``, with what helps, from its first kilobyte.

    None where that is not known."""
    if start[4:8] == b"ftyp" and start[8:12] in (
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"mif1",
        b"msf1",
    ):
        return NEEDS_HEIF if "HEIF" not in FORMATS else f"a damaged HEIC photograph: {NEEDS_EXPORT}"
    if start[4:12] in (b"ftypavif", b"ftypavis") and "AVIF" not in FORMATS:
        return UNREAD[".avif"]
    for signs, ending in (
        ((b"\xff\x0a", b"\0\0\0\x0cJXL "), ".jxl"),
        ((b"%!PS", b"\xc5\xd0\xd3\xc6"), ".ps"),
        ((b"8BPS",), ".psd"),
        ((b"gimp xcf",), ".xcf"),
        ((b"%PDF-",), ".pdf"),
        ((b"II\xbc",), ".jxr"),
        ((b"v/1\x01", b"#?RADIANCE"), ".exr"),
    ):
        if start.startswith(signs):
            return UNREAD[ending]
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<") and b"<svg" in text:
        return UNREAD[".svg"]
    if text.startswith((b"<!doctype html", b"<html")):
        return "not an image that can be decoded but a web page: download the picture itself"
    return None


def _silence() -> None:
    """Keep Pillow's warnings off the console: what matters of them is in our notes.

    The filter is for its modules only and stays, since ``catch_warnings`` would change the filters of every thread;
    whoever resets them is followed."""
    if _SILENCE not in warnings.filters:
        warnings.filterwarnings("ignore", module=_PILLOW)


def _may_be_tga(file: str | Path | io.BytesIO) -> bool:
    if isinstance(file, io.BytesIO):
        return file.getvalue().endswith(b"TRUEVISION-XFILE.\0")
    if Path(file).suffix.lower() in _ENDINGS["TGA"]:
        return True
    with open(file, "rb") as end:
        end.seek(0, io.SEEK_END)
        end.seek(max(0, end.tell() - 18))
        return end.read() == b"TRUEVISION-XFILE.\0"
