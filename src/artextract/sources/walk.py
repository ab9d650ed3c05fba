"""Which files below a folder are images, and what else lies there: nothing is passed over in silence."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from artextract.drawing_text import is_drawing
from artextract.images import EXTENSIONS, UNREAD
from artextract.objects import MOST_BYTES, Address, ImageFile, listed
from artextract.table import FILE_NAME

OURS = "ArtExtract wrote it"
LINKED = "a linked folder; --follow-links reads it"
LOOP = "a linked folder that was read already"
HIDDEN = "hidden (its name begins with a dot)"
A_TABLE = "a table of another name than"
TABLE = A_TABLE + " {}; --labels names the one to read"
_TABLES = (".csv", ".tsv", ".jsonl")
_OUR_FILES = {
    FILE_NAME,
    "files.parquet",
    "folder.json",
    "left_out.csv",
    "paintings.csv",
    "review.sqlite",
    "study.sqlite",
}
OUR_FOLDERS = {"index", "features", "maps", "map", "review", "study", "report", "import", "links"}
"""Folders of a collection or a model, beside its table or its config."""


@dataclass(frozen=True)
class LeftOut:
    """Something that was not imported, and why. ``path`` is fit to be printed and stored."""

    path: str
    reason: str


@dataclass
class Found:
    """``images``: (path inside the folder, file), in the order of their names.

    ``sheets``: those that hold labels, by their names, from the top down. A path inside has forward slashes and may
    hold what is no Unicode (``readable``). ``states``: of objects that end as pictures the size and mark, by their
    addresses."""

    images: list[tuple[str, ImageFile]] = field(default_factory=list)
    sheets: list[tuple[str, ImageFile]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    states: dict[str, tuple[int, int]] | None = None


def walk(folder: Path, apart: Path, sheets: Iterable[str] = (), follow_links: bool = False) -> Found:
    """Look at every file below ``folder``, but for the collection ``apart`` if that lies in it.

    ``sheets`` are names of files with labels, compared in any case. Linked folders are followed only on request, and
    each folder is read once, so that links may form a loop. Linked files are read."""
    wanted = {name.casefold() for name in sheets}
    found, ours = Found(), apart.resolve()
    seen = {folder.resolve()}
    inside = ours not in seen and ours.is_relative_to(folder.resolve())
    waiting = [(folder, "")]
    while waiting:
        here, prefix = waiting.pop()
        try:
            with os.scandir(here) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            found.left_out.append(
                LeftOut(readable(prefix or str(here)), f"the folder cannot be read ({error.strerror})")
            )
            continue
        names = {entry.name for entry in entries}
        ours_here = is_ours(names)
        for entry in entries:
            key, path = prefix + entry.name, Path(entry.path)
            if entry.name.startswith("."):
                if entry.name not in (".", "..", ".thumbnails", ".DS_Store"):
                    found.left_out.append(LeftOut(readable(key), HIDDEN))
            elif entry.is_dir():
                if inside and path.resolve() == ours:
                    continue
                reason = _folder_reason(entry, path, ours_here, seen, follow_links)
                if reason:
                    found.left_out.append(LeftOut(readable(key), reason))
                else:
                    waiting.append((path, key + "/"))
            else:
                _sort_in(found, key, path, wanted)
    found.images.sort(key=lambda pair: Path(pair[0]))
    found.sheets.sort(key=lambda pair: (pair[0].count("/"), pair[0].casefold()))
    found.left_out.sort(key=lambda left: left.path)
    return found


def walk_address(folder: Address, sheets: Iterable[str] = ()) -> Found:
    """As ``walk``, of the objects below an address. What they hold is not looked at."""
    wanted, found = {name.casefold() for name in sheets}, Found(states={})
    for one in listed(folder):
        key = one.address.text.removeprefix(folder.text).lstrip("/") or one.address.name
        ending = one.address.suffix.lower()
        if any(part.startswith(".") for part in key.split("/")):
            found.left_out.append(LeftOut(key, HIDDEN))
        elif one.address.name.casefold() in wanted:
            found.sheets.append((key, one.address))
        elif ending not in EXTENSIONS:
            found.left_out.append(LeftOut(key, UNREAD.get(ending, _not_read(ending))))
        else:
            found.states[one.address.text] = (one.size, one.mark)  # type: ignore[index]
            if one.size > MOST_BYTES:
                found.left_out.append(LeftOut(key, f"larger than {MOST_BYTES // 2**20} MB"))
            else:
                found.images.append((key, one.address))
    return found


def is_ours(names: set[str]) -> bool:
    """Whether a folder of these names is a collection or a model."""
    return FILE_NAME in names or {"config.json", "labels.json"} <= names


def readable(name: str) -> str:
    """A name of a file as text: bytes that are not UTF-8 are read as Windows-1252."""
    data = os.fsencode(name)
    try:
        return unicodedata.normalize("NFC", data.decode("utf-8"))
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def by_reason(left_out: Iterable[LeftOut]) -> dict[str, int]:
    """How many were left out for each reason, the most first."""
    counts: dict[str, int] = {}
    for left in left_out:
        counts[left.reason] = counts.get(left.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _folder_reason(entry: os.DirEntry[str], path: Path, ours_here: bool, seen: set[Path], follow_links: bool) -> str:
    if entry.is_symlink() and not follow_links:
        return LINKED
    if ours_here and entry.name in OUR_FOLDERS:
        return OURS
    real = path.resolve()
    if real in seen:
        return LOOP
    seen.add(real)
    return ""


def _sort_in(found: Found, key: str, path: Path, sheets: set[str]) -> None:
    ending = path.suffix.lower()
    if path.name.casefold() in sheets:
        found.sheets.append((key, path))
    elif not path.is_file():
        reason = "a link to nothing" if path.is_symlink() else "neither a file nor a folder"
        found.left_out.append(LeftOut(readable(key), reason))
    elif ending not in EXTENSIONS:
        if path.name not in _OUR_FILES:
            plain = TABLE.format(", ".join(sorted(sheets))) if sheets and ending in _TABLES else _not_read(ending)
            reason = UNREAD.get(ending, plain)
            found.left_out.append(LeftOut(readable(key), reason))
    elif is_drawing(path):
        found.left_out.append(LeftOut(readable(key), OURS))
    else:
        found.images.append((key, path))


def _not_read(ending: str) -> str:
    return f"files ending in {ending} are not read" if ending else "files without an ending are not read"
