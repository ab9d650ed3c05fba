"""Which image a path in a table of labels means."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote

from artextract.files import without_file_url
from artextract.images import EXTENSIONS
from artextract.objects import Address, ImageFile, is_address
from artextract.sources.walk import readable

NO_FILE = "there is no such image file"
AMBIGUOUS = "several files have this name, in another case or Unicode form"

Find = Callable[[str], tuple[str | None, str]]
"""From a path as it is written to the image, or None and the reason."""


def inside(written: str, images: ImageFile, folder: str) -> str:
    """A path as it is written in a table of ``folder``, as a path inside ``images``, with forward slashes."""
    text = _slashed(written)
    if isinstance(images, Address):
        if is_address(text):
            return text.removeprefix(f"{images}/")
    elif (path := type(images)(text)).is_absolute():
        root = images.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else text
    parts: list[str] = folder.split("/") if folder else []
    for part in text.split("/"):
        if part == "..":
            if not parts:
                return text
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Places:
    """Images by their paths, the closest likeness first."""

    def __init__(self, keys: list[str]) -> None:
        self._keys = keys
        self._levels: list[dict[str, list[str]]] = [{}, {}, {}, {}]
        for key in keys:
            for level, spelling in zip(self._levels, _spellings(key), strict=True):
                level.setdefault(spelling, []).append(key)

    def find(self, path: str) -> tuple[str | None, str]:
        """The image of a path inside the folder, or None and the reason: by the same path, else in the same Unicode
        form, else in any case, else written as in an address ("my%20photo.jpg") or with blanks around it."""
        spellings = [*_spellings(path)][:3] + [[*_spellings(unquote(path, errors="replace"))][3]]
        for level, spelling in zip(self._levels, spellings, strict=True):
            found = level.get(spelling, [])
            if len(found) == 1:
                return found[0], ""
            if found:
                return None, AMBIGUOUS
        return None, NO_FILE

    def by_name(self, folder: str) -> Find:
        """What finds the image whose path below ``folder`` ends with a path, which may lack the ending of the file."""
        ends: dict[str, list[str]] = {}
        for key in self._keys:
            if not folder or key.startswith(folder + "/"):
                for end in _ends(key):
                    ends.setdefault(end, []).append(key)

        def find(path: str) -> tuple[str | None, str]:
            written = path.strip("/")
            found = ends.get([*_spellings(written)][3]) or ends.get([*_spellings(unquote(written))][3], [])
            return (found[0], "") if len(found) == 1 else (None, "several files have this name" if found else NO_FILE)

        return find


def elsewhere(written: list[str], places: Places, images: ImageFile, folder: str) -> tuple[str, Find]:
    """How to find the images of a table of ``folder`` of which no path fits, and a sentence that says so: its paths may
    count from another machine's root or from above ``images``, or be names alone. Two rows are never taken for one
    image, and a folder that is not here is not passed over."""
    prefix = [*_shared_folders([_slashed(path) for path in written])]
    absolute = bool(prefix) and (prefix[0] == "" or prefix[0].endswith(":"))
    for count in range(1, len(prefix) + 1):
        if not (absolute or prefix[count - 1].casefold() == images.resolve().name.casefold()):
            continue
        cut = "/".join(prefix[:count]) + "/"
        without = partial(_without, cut, f"{folder}/" if folder else "", places)
        if any(without(path)[0] is not None for path in written):
            return f"without '{cut}'", without
    by_name = places.by_name(folder)
    return "as names of files in any folder", lambda path: by_name(_slashed(path))


def _without(cut: str, start: str, places: Places, path: str) -> tuple[str | None, str]:
    return places.find(start + _slashed(path).removeprefix(cut))


def _slashed(path: str) -> str:
    return without_file_url(path.strip()).replace("\\", "/")


def _shared_folders(paths: list[str]) -> Iterator[str]:
    for parts in zip(*(path.split("/")[:-1] for path in paths), strict=False):
        if len(set(parts)) > 1:
            return
        yield parts[0]


def _ends(key: str) -> Iterator[str]:
    spelled = [*_spellings(key)][3]
    path = PurePosixPath(spelled)
    names = [spelled, spelled[: -len(path.suffix)]] if path.suffix in EXTENSIONS else [spelled]
    for name in names:
        parts = name.split("/")
        yield from ("/".join(parts[at:]) for at in range(len(parts)))


def _spellings(key: str) -> Iterator[str]:
    yield key
    text = unicodedata.normalize("NFC", readable(key))
    yield text
    text = unicodedata.normalize("NFC", text.casefold())
    yield text
    yield "/".join(part.strip() for part in text.split("/"))
