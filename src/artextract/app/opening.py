"""Which collection a folder of pictures belongs to: where it is, or where it goes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from artextract.errors import ArtExtractError, InputError
from artextract.files import ASIDE, user_path
from artextract.objects import ImageFile, is_address
from artextract.progress import Progress, no_progress
from artextract.search.update import first_pictures
from artextract.sources.folder import UNKNOWN_RIGHTS
from artextract.sources.new_files import FILE_NAME as FOLDER_LIST
from artextract.sources.new_files import begin_folder, remembered
from artextract.sources.places import require_folder
from artextract.sources.walk import OUR_FOLDERS
from artextract.table import FILE_NAME

NAME_BESIDE = "{}-artextract"
"""The name of the collection of a folder, beside that folder."""
_ELSEWHERE = "name a place for it with: --out COLLECTION"


@dataclass(frozen=True)
class Place:
    """``collection``: the folder of the collection.

    ``pictures``: the folder that it is brought up to date with, None where it cannot be imported again, as what was
    fetched; ``is_new``: whether nothing of it is there yet."""

    collection: Path
    pictures: ImageFile | None
    is_new: bool


def place_of(path: str | Path, out: str | Path | None = None) -> Place:
    """The collection of ``path``, which is one itself or a folder of pictures.

    That of a folder stands in ``out``, by default beside the folder as ``NAME_BESIDE``; nothing is written.

    Raises ``InputError`` where there is no such folder, or where the collection cannot be there."""
    if is_address(str(path)):
        raise InputError(
            f"'{path}' is an address, beside which no collection can be",
            "make one first with: artextract import folder ADDRESS --out COLLECTION",
            code="no-place",
        )
    folder = require_folder(path).resolve()
    if (folder / FILE_NAME).is_file():
        if out is not None and user_path(out).resolve() != folder:
            raise InputError(
                f"'{path}' is a collection already, so it needs no other place",
                "leave --out away, or name the folder of the pictures",
                code="collection-already",
            )
        return _known(folder)
    if out is None and folder.parent == folder:
        raise InputError(f"beside '{path}' there is no place for a collection", _ELSEWHERE, code="no-place")
    collection = (folder.parent / NAME_BESIDE.format(folder.name) if out is None else user_path(out)).resolve()
    if (collection / FILE_NAME).is_file() or (collection / FOLDER_LIST).is_file():
        found = remembered(collection)
        if found is None or not _is_same(found.folder, folder):
            of = "other pictures" if found is None else f"'{found.folder}'"
            raise InputError(
                f"'{collection}' is the collection of {of}",
                f"open that collection itself, or {_ELSEWHERE}",
                code="collection-of-others",
            )
        return _known(collection)
    if collection != folder and collection.exists() and not _is_free(collection):
        raise InputError(f"'{collection}' holds something else already", _ELSEWHERE, code="no-place")
    return Place(collection, folder, True)


def begin(place: Place, progress: Progress = no_progress) -> None:
    """Make the folder of a new collection, remember in it which pictures it is of, and read the first of them.

    Raises ``InputError`` where nothing can be written there, and what ``import_folder`` raises; then nothing is
    left."""
    assert place.pictures is not None
    try:
        place.collection.mkdir(parents=True, exist_ok=True)
        begin_folder(place.collection, place.pictures, {"rights": UNKNOWN_RIGHTS})
        first_pictures(place.collection, progress)
    except ArtExtractError:
        (place.collection / FOLDER_LIST).unlink(missing_ok=True)
        with suppress(OSError):
            place.collection.rmdir()  # unless it was there before, with something in it
        raise
    except OSError as error:
        raise InputError(
            f"the collection cannot be written to '{place.collection}' ({error.strerror})",
            _ELSEWHERE,
            code="no-place",
        ) from error


def _is_same(one: ImageFile, folder: Path) -> bool:
    """Whether a folder is one that was remembered, which macOS and Windows reach by other letters too."""
    try:
        return isinstance(one, Path) and (one.resolve() == folder or one.samefile(folder))
    except OSError:
        return False


def _known(collection: Path) -> Place:
    found = remembered(collection)
    again = found is not None and found.options is not None
    return Place(collection, found.folder if found and again else None, not (collection / FILE_NAME).is_file())


def _is_free(folder: Path) -> bool:
    """Whether there is nothing but what a first import that was stopped may have left."""
    if not folder.is_dir():
        return False
    ours = {*OUR_FOLDERS, ".lock", ".thumbnails"}
    return all(entry.name in ours or entry.name.startswith(ASIDE) for entry in folder.iterdir())
