"""A collection whose index is still being made: its paintings can be listed, looked at and found by words, and those
that were looked at first can be searched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from artextract.errors import ArtExtractError
from artextract.file_states import state_of
from artextract.files import user_path
from artextract.index.unindexed import Unindexed
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import index_of_first
from artextract.search.index_options import DEFAULT_FEATURES, IndexOptions, index_folder
from artextract.table import FILE_NAME, read_paintings

FOLDER = "index.unfinished"
"""Of a collection: the index of the paintings that were looked at first; gone when the whole index is there."""


def open_unfinished(collection: str | Path) -> SearchEngine:
    """An engine by the index of the first paintings, or without features where there is none that fits the table.

    It is stale once table or index have been written anew. Raises ``InputError`` where there is no collection."""
    latest = _watched(user_path(collection))
    try:
        return SearchEngine.open(collection, user_path(collection) / FOLDER, latest)
    except (ArtExtractError, OSError):
        pass
    paintings = read_paintings(collection)
    return SearchEngine(paintings, Unindexed(paintings.ids, paintings.column("sha256").tolist(), latest), {})


def begin_index(
    collection: str | Path,
    first: int,
    options: IndexOptions,
    progress: Progress = no_progress,
    features: Sequence[str] = DEFAULT_FEATURES,
) -> None:
    """Look at the ``first`` paintings of a collection that has no index, and make an index that knows those.

    All others are in it without any feature. What is computed is kept for ``build_index``. Nothing is made where none
    of the pictures can be used."""
    index_of_first(collection, user_path(collection) / FOLDER, first, features, options, progress)


def end_index(collection: str | Path) -> None:
    """Take the index of the first paintings away: there is a whole one."""
    shutil.rmtree(user_path(collection) / FOLDER, ignore_errors=True)


def _watched(root: Path) -> Callable[[], bool]:
    paths = (root / FILE_NAME, index_folder(root) / "config.json", root / FOLDER / "config.json")
    before = [state_of(path) for path in paths]
    return lambda: [state_of(path) for path in paths] == before
