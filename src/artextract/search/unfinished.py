"""A collection whose index is still being made: its paintings can be listed, looked at and found by words."""

from __future__ import annotations

from pathlib import Path

from artextract.file_states import state_of
from artextract.files import user_path
from artextract.index.unindexed import Unindexed
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import index_folder
from artextract.table import FILE_NAME, read_paintings


def open_unfinished(collection: str | Path) -> SearchEngine:
    """An engine without features. It is stale once table or index have been written anew. Raises ``InputError`` where
    there is no collection."""
    watched = (user_path(collection) / FILE_NAME, index_folder(collection) / "config.json")
    before = [state_of(path) for path in watched]
    paintings = read_paintings(collection)
    index = Unindexed(
        paintings.ids,
        paintings.column("sha256").tolist(),
        lambda: [state_of(path) for path in watched] == before,
    )
    return SearchEngine(paintings, index, {})
