"""Pictures that were added to a collection from elsewhere, as from the browser: files in its own folder ``added``,
which every import of the collection's folder takes too."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from threading import Lock

from artextract.errors import InputError
from artextract.files import write_aside
from artextract.images import EXTENSIONS, content_hash

FOLDER = "added"
KEY = ".added/"
"""How the keys of these pictures begin; those of a folder never do, since what begins with a dot is hidden there."""
DEEPEST = 4
"""Folders and name that are kept of a path; they may tell labels."""
LONGEST = 100
_ODD = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices."""
_writing = Lock()


def safe_name(name: str) -> str:
    """A path that a stranger gave, as one below ``added`` that every system can have: forward slashes, no way up, no
    hidden part. Raises ``InputError`` where it does not end as a picture does."""
    parts = [_part(part) for part in re.split(r"[/\\]", unicodedata.normalize("NFC", name))]
    parts = [part for part in parts if part][-DEEPEST:]
    ending = Path(parts[-1]).suffix.lower() if parts else ""
    if ending not in EXTENSIONS or parts[-1] == ending:
        raise InputError(
            f"files ending in '{ending}' are not read" if ending else "files without an ending are not read",
            f"known endings: {', '.join(sorted(EXTENSIONS))}",
            code="unread-ending",
        )
    return "/".join(parts)


def add_picture(collection: Path, name: str, data: bytes) -> str | None:
    """Write the bytes of a picture into ``added``, as ``safe_name`` has it, with a number where another picture has
    that name; gives the path below ``added``. None where the same file is there already, under that name."""
    name = safe_name(name)
    with _writing:
        path, number = collection / FOLDER / name, 1
        wanted = path
        while path.exists():
            if path.is_file() and content_hash(path.read_bytes()) == content_hash(data):
                return None
            number += 1
            path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        with write_aside(path) as aside:
            aside.write_bytes(data)
    return path.relative_to(collection / FOLDER).as_posix()


def _part(part: str) -> str:
    part = _ODD.sub("_", part).strip().strip(".").strip()
    stem, dot, ending = part.rpartition(".")
    if len(part) > LONGEST:
        part = f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) < 10 else part[:LONGEST]
    return f"_{part}" if _DEVICES.match(part) else part
