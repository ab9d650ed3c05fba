"""The samples of a WebDataset shard: members of a tar that follow each other and share their name up to its first dot
(https://github.com/webdataset/webdataset). A shard is read as a stream; nothing is written under a member's name."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO

from artextract.images import EXTENSIONS
from artextract.objects import Address, ImageFile, open_object

FIELDS = (".json", ".txt", ".cls")
LARGEST_IMAGE, LARGEST_FIELD = 1 << 29, 1 << 24
"""Bytes; larger members are passed over unread."""
_MOST_FIELDS = 32


@dataclass
class Sample:
    """``image`` is the bytes of a file, or None where there is none.

    ``place``: where they are in the shard, offset and length, None in a compressed one; ``fields``: ending -> bytes of
    what lies beside it. ``passed``: (member, reason) of what was not read."""

    key: str
    name: str = ""
    image: bytes | None = None
    place: tuple[int, int] | None = None
    fields: dict[str, bytes] = field(default_factory=dict)
    passed: list[tuple[str, str]] = field(default_factory=list)


def tar_samples(path: ImageFile) -> Iterator[Sample]:
    """The samples of a shard, compressed or not, in their order.

    Raises ``tarfile.TarError``, ``EOFError`` or ``OSError`` where it breaks off, after the samples before that."""
    plain = path.suffix.lower() == ".tar"
    sample: Sample | None = None
    with _opened(path) as file, tarfile.open(fileobj=file, mode="r|*") as shard:
        for member in shard:
            shard.members = []  # type: ignore[attr-defined]  # or it keeps a record of every member
            if member.isdir():
                continue
            key, ending = _parted(member.name)
            if sample is None or sample.key != key:
                if sample is not None:
                    yield sample
                sample = Sample(key)
            is_image = ending in EXTENSIONS and sample.image is None
            reason = _passed_over(ending, is_image, member.size, sample) if member.isfile() else "no file, but a link"
            if reason:
                sample.passed.append((member.name, reason))
                continue
            content = shard.extractfile(member)
            assert content is not None, "it is a file"
            data = content.read()
            if is_image:
                sample.image, sample.name = data, member.name
                sample.place = (member.offset_data, member.size) if plain and member.sparse is None else None
            else:
                sample.fields[ending] = data
    if sample is not None:
        yield sample


def _opened(path: ImageFile) -> AbstractContextManager[IO[bytes]]:
    return open_object(path) if isinstance(path, Address) else path.open("rb")


def _passed_over(ending: str, is_image: bool, size: int, sample: Sample) -> str:
    if ending in EXTENSIONS and not is_image:
        return "a second image of its sample"
    if not is_image and ending not in FIELDS:
        return f"members ending in {ending} are not read" if ending else "members without an ending are not read"
    if size > (LARGEST_IMAGE if is_image else LARGEST_FIELD):
        return f"too large ({size / 1e6:.0f} MB)"
    return "too many members of one name" if len(sample.fields) >= _MOST_FIELDS else ""


def _parted(name: str) -> tuple[str, str]:
    """ "a/b.seg.png" -> ("a/b", ".png"): the key ends at the first dot of the last part."""
    folder, slash, last = name.rpartition("/")
    stem, dot, rest = last.partition(".")
    return folder + slash + stem, (dot + rest.rpartition(".")[2]).lower() if dot else ""
