"""How many parts a picture file has beside its pixels.

Each costs the decoder some time before it knows how large the picture is, and a file of 64 MB has room for millions.
Real files have a few hundred."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

MOST_PARTS = 20_000
"""Segments of a JPEG, chunks of a PNG or blocks of a GIF in front of the pixels that a file may have."""
TOO_MANY = f"more than {MOST_PARTS:,} parts beside its pixels, far more than a picture needs"


class _File:
    """An open file, sliced as bytes are; it is neither read as a whole nor mapped, since it may be cut meanwhile."""

    def __init__(self, file: BinaryIO):
        self._file, self._size = file, file.seek(0, 2)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice) -> bytes:
        self._file.seek(place.start or 0)
        return self._file.read(place.stop - (place.start or 0))


Bytes = bytes | _File


def has_too_many_parts(source: str | Path | bytes) -> bool:
    """Whether a file, or the bytes of one, has more than ``MOST_PARTS``; of a file only those are read.

    Raises ``OSError``."""
    if isinstance(source, bytes):
        return len(source) > MOST_PARTS and _too_many(source)
    with open(source, "rb") as file:
        data = _File(file)
        return len(data) > MOST_PARTS and _too_many(data)  # each part takes a byte at least


def _too_many(data: Bytes) -> bool:
    start = data[0:4]
    parts: Iterator[int] = iter(())
    if start.startswith(b"\xff\xd8"):
        parts = _parts_of_jpeg(data)
    elif start == b"\x89PNG":
        parts = _parts_of_png(data)
    elif start == b"GIF8":
        parts = _parts_of_gif(data)
    return sum(1 for _ in islice(parts, MOST_PARTS + 1)) > MOST_PARTS


def _parts_of_jpeg(data: Bytes) -> Iterator[int]:
    """Where the segments lie in front of the pixels, fill bytes and lone markers among them."""
    at = 2
    while at + 4 <= len(data) and (head := data[at : at + 4])[:2] != b"\xff\xda":
        yield at
        segment = head[0] == 0xFF and head[1] not in (0x00, 0x01, 0xFF) and not 0xD0 <= head[1] <= 0xD8
        at += 2 + int.from_bytes(head[2:], "big") if segment else 1


def _parts_of_png(data: Bytes) -> Iterator[int]:
    """Where the chunks lie; those of the pixels count where they are small."""
    at = 8
    while at + 12 <= len(data):
        head = data[at : at + 8]
        length = int.from_bytes(head[:4], "big")
        if head[4:] != b"IDAT" or length < 256:
            yield at
        at += 12 + length


def _parts_of_gif(data: Bytes) -> Iterator[int]:
    """Where the blocks of extensions lie in front of the first picture."""
    at = 13 + gif_colours(data[10:11][0])
    while at + 3 < len(data) and data[at : at + 1] == b"\x21":
        yield at
        at += 2
        while (length := data[at : at + 1]) > b"\0":
            yield at
            at += 1 + length[0]
        at += 1


def gif_colours(flags: int) -> int:
    """Bytes of a colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
