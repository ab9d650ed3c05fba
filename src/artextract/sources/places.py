"""Where the files of a collection are: the folder that was given, and the path that the table has."""

from __future__ import annotations

from pathlib import Path

from artextract.errors import InputError
from artextract.files import user_path

LINKS = "links"
"""Folder of links to files whose names are no Unicode, under names that are."""


def is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def stored_path(path: Path, root: Path, painting_id: str) -> str:
    """How a collection in ``root`` writes the path of an image: relative to it where the file lies below, through a
    link where the name is no Unicode, else absolute."""
    if not is_unicode(str(path.resolve())):
        link = root / LINKS / f"{painting_id}{path.suffix if is_unicode(path.suffix) else ''}"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path.resolve())
        return link.relative_to(root).as_posix()
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path.resolve())


def require_folder(path: str | Path) -> Path:
    folder = user_path(path)
    if not folder.is_dir():
        raise InputError(f"there is no folder '{path}'", "give the folder that holds the images", code="folder-missing")
    return folder
