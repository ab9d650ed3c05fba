"""Where the files of a collection are: the folder that was given, and the path that the table has."""

from __future__ import annotations

from pathlib import Path

from artextract.errors import InputError
from artextract.files import user_path
from artextract.objects import Address, ImageFile, address_of, is_address

LINKS = "links"
"""Folder of links to files whose names are no Unicode, under names that are."""


def is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def stored_path(path: ImageFile, root: Path, painting_id: str) -> str:
    """How a collection in ``root`` writes the path of an image: relative to it where the file lies below, through a
    link where the name is no Unicode, else absolute; an address as it is."""
    if isinstance(path, Address):
        return str(path)
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


def require_pictures(place: str | ImageFile) -> ImageFile:
    """The folder that holds the images, or its address at a store."""
    return address_of(str(place)) if is_address(str(place)) else require_folder(str(place))


def require_folder(path: str | Path) -> Path:
    folder = user_path(path)
    if folder.is_file():
        raise InputError(
            f"'{path}' is a file, not a folder",
            f"give the folder that it is in: {folder.parent}",
            code="file-not-folder",
        )
    if not folder.is_dir():
        raise InputError(f"there is no folder '{path}'", "give the folder that holds the images", code="folder-missing")
    return folder
