"""Notices pictures that were put into an imported folder after its import.

    folder.json    {"folder": "/home/me/paintings", "others": ["scan.psb.png", ...], "options": {"seed": 0, ...},
                    "whole": true, "checksum": "9f0c..."}

``others`` are the files with the ending of a picture that were there at the import and are no row of the table. Only
names are compared, so that a folder of 100,000 files takes less than a second. ``options`` are those of the import, to
do it again; ``whole`` is false where only the first pictures were read so far. Older versions wrote neither."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artextract.checksums import read_signed, signed
from artextract.drawing_text import is_drawing
from artextract.files import write_json
from artextract.forms import misfit
from artextract.images import EXTENSIONS
from artextract.objects import Address, ImageFile, file_of
from artextract.objects import listed as objects_of
from artextract.sources.walk import OUR_FOLDERS, is_ours, readable
from artextract.table import Paintings

FILE_NAME = "folder.json"
AGAIN = "import the folder again to take them: what is computed of the others is kept"


@dataclass(frozen=True)
class NewFiles:
    """``names``: the new files of a ``folder``, as paths inside it, in their order."""

    folder: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Remembered:
    """The ``folder`` of an import and its ``options``, None where an older version did not write them down.

    ``whole`` is False where only the first pictures were read."""

    folder: ImageFile
    options: dict[str, Any] | None
    whole: bool


def remember_folder(
    paintings: Paintings,
    folder: ImageFile | None,
    options: Mapping[str, Any] | None = None,
    whole: bool = True,
    seen: Iterable[str] | None = None,
) -> None:
    """Write down what lies in the folder that was imported; None where the pictures are the collection's own.

    The ``options`` are plain values. ``seen``: the addresses of pictures at a store, where they are known."""
    path = paintings.root / FILE_NAME
    if folder is None:
        path.unlink(missing_ok=True)
        return
    folder = folder.resolve()
    others = _unknown(folder, paintings, seen) if whole else []
    asked = {} if options is None else {"options": dict(options)}
    write_json(path, signed({"folder": readable(str(folder)), "others": others, **asked, "whole": whole}))


def begin_folder(collection: Path, folder: ImageFile, options: Mapping[str, Any]) -> None:
    """Write down the folder of a collection before its first import."""
    saved = {"folder": readable(str(folder.resolve())), "others": [], "options": dict(options), "whole": False}
    write_json(collection / FILE_NAME, signed(saved))


def remembered(collection: Path) -> Remembered | None:
    """What was written down of the folder that a collection was imported from.

    None where nothing was, or it is damaged."""
    try:
        saved = read_signed(collection / FILE_NAME, required=True)
    except (OSError, ValueError):
        return None
    if misfit(saved, {"folder": str}) or misfit(saved.get("options", {}), {str: object}):
        return None
    return Remembered(file_of(saved["folder"]), saved.get("options"), saved.get("whole", True) is not False)


def new_files(paintings: Paintings) -> NewFiles | None:
    """The pictures that are new.

    None where none is, where the folder is gone, and for a collection that an older version imported.

    Raises ``ValueError`` where the list of the import is damaged."""
    try:
        saved = read_signed(paintings.root / FILE_NAME, required=True)
    except OSError:
        return None
    problem = misfit(saved, {"folder": str, "others": [str]})
    if problem:
        raise ValueError(problem)
    folder, others = file_of(saved["folder"]), set(saved["others"])
    names = [
        name
        for name in _unknown(folder, paintings)
        if name not in others and (isinstance(folder, Address) or not is_drawing(folder / name))
    ]
    return NewFiles(saved["folder"], tuple(names)) if names else None


def _unknown(folder: ImageFile, paintings: Paintings, seen: Iterable[str] | None = None) -> list[str]:
    """The files with the ending of a picture below a folder that are no row, as readable paths inside it.

    A row's path is as its file was reached at the import; a file that is reached otherwise, by a link, is known as one
    of the others."""
    known, root = {str(path) for path in paintings.image_paths()}, paintings.root.resolve()
    if isinstance(folder, Address):
        there = seen if seen is not None else (one.address.text for one in objects_of(folder, may_be_empty=True))
        names = [name.removeprefix(folder.text).lstrip("/") for name in there if name not in known]
        return sorted(name for name in names if Address(name).suffix.lower() in EXTENSIONS and "/." not in f"/{name}")
    found, waiting = [], [(str(folder), "")]
    while waiting:
        here, prefix = waiting.pop()
        try:
            with os.scandir(here) as listed:
                entries = list(listed)
        except OSError:
            continue
        ours = OUR_FOLDERS if is_ours({entry.name for entry in entries}) else ()
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in ours and Path(entry.path) != root:
                    waiting.append((entry.path, f"{prefix}{entry.name}/"))
            elif os.path.splitext(entry.name)[1].lower() in EXTENSIONS and entry.path not in known:
                found.append(readable(prefix + entry.name))
    return sorted(found)
