"""Picture files made byte by byte, so that they hold what no library would write."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

Tags = Mapping[int, tuple[int, Sequence[int]]]
"""Number of a TIFF tag -> (type, values); type 3 is SHORT, 4 is LONG."""
_KINDS = {1: ("B", 1), 3: ("H", 2), 4: ("I", 4), 7: ("B", 1)}


def painting(width: int = 60, height: int = 40, seed: int = 0) -> np.ndarray:
    """Soft fields of colour from black to white, ``uint8 (height, width, 3)``; no side looks like another."""
    cells = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    cells[0, 0], cells[0, -1] = 0, 255
    return np.asarray(Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC))


def encoded(image: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(values: np.ndarray, *chunks: bytes) -> bytes:
    """A PNG of 16 bits a channel from ``uint16 (height, width, channels)``; ``chunks`` stand before the pixels."""
    height, width, channels = values.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)),
            *chunks,
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


def tiff(*pages: tuple[np.ndarray, Tags], order: str = "<", deflate: bool = False) -> bytes:
    """A TIFF of pages, each ``uint8``, ``uint16`` or ``uint32 (height, width, channels)`` with tags beside the usual
    ones, which they may replace. ``order`` "<" is II, ">" is MM (TIFF 6.0, section 2)."""
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    link = 4
    for values, further in pages:
        height, width, channels = values.shape
        data = values.astype(values.dtype.newbyteorder(order)).tobytes()
        data = zlib.compress(data) if deflate else data
        at = len(out)
        out += data + bytes(len(data) % 2)
        tags = {
            256: (4, [width]),
            257: (4, [height]),
            258: (3, [8 * values.dtype.itemsize] * channels),
            259: (3, [8 if deflate else 1]),
            262: (3, [1 if channels == 1 else 2]),
            273: (4, [at]),
            277: (3, [channels]),
            278: (4, [height]),
            279: (4, [len(data)]),
        } | dict(further)
        entries = b""
        for number, (kind, content) in sorted(tags.items()):
            letter, size = _KINDS[kind]
            packed = struct.pack(f"{order}{len(content)}{letter}", *content)
            if len(packed) > 4:
                place = struct.pack(order + "I", len(out))
                out += packed + bytes(len(packed) % 2)
            else:
                place = packed.ljust(4, b"\0")
            entries += struct.pack(order + "HHI", number, kind, len(content)) + place
        struct.pack_into(order + "I", out, link, len(out))
        out += struct.pack(order + "H", len(tags)) + entries
        link = len(out)
        out += bytes(4)
    return bytes(out)


def seen(data: np.ndarray) -> np.ndarray:
    """As whole numbers that may be subtracted."""
    return np.asarray(data, dtype=int)
