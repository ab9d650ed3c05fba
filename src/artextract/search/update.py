"""A collection brought up to date with its folder, and its index with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from artextract.errors import ArtExtractError, InputError
from artextract.file_states import look_again
from artextract.files import user_path
from artextract.index import VectorIndex
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.index_options import IndexOptions, index_folder, options_of
from artextract.search.unfinished import begin_index, end_index
from artextract.sources.folder import import_again
from artextract.sources.new_files import remembered
from artextract.table import Paintings, read_paintings

FIRST = 60
"""So many pictures are read before any can be looked at: a page of the gallery."""
SEARCHED = FIRST * 8
"""So many at most are looked at for search before all are read."""
GROWTH = 8
"""Each further step of a first import reads so many times more; what a step has read is kept."""


@dataclass(frozen=True)
class Update:
    """What has become of a collection: how many paintings it has, how many of them are ``new``, ``changed`` (the file
    has other contents) and ``gone`` since before, how many pictures of the folder cannot be read (``skipped``), and
    what the index has: ``indexed`` paintings, and whether it was written (``index_written``). ``table_written`` tells
    whether anything of the table is another than before, a label too."""

    paintings: int
    new: int
    changed: int
    gone: int
    skipped: int
    indexed: int
    index_written: bool
    table_written: bool

    @property
    def written(self) -> bool:
        return self.index_written or self.table_written

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def first_pictures(collection: str | Path, progress: Progress = no_progress) -> None:
    """Read the first pictures of a collection whose folder is remembered and that has no table yet, or all where none
    of the first can be used. Raises what ``import_folder`` raises."""
    try:
        import_again(collection, FIRST, progress)
    except ArtExtractError:
        import_again(collection, None, progress)


def bring_up_to_date(
    collection: str | Path, model: str | Path | None = None, progress: Progress = no_progress
) -> Update:
    """Take what is new, changed or gone in the folder of a collection, as it was imported, then bring its index up to
    date as it is, or make one with the default features. Where nothing has changed, nothing is written.

    A first import goes in steps, so that there is more and more to look at, and so does a first index, so that there is
    more and more to search. ``model`` is that of the feature "style",
    by default that of the index. Raises what ``import_folder`` and ``build_index`` raise; what was done before stays.
    """
    root = user_path(collection)
    before, skipped = _table(root), 0
    was = remembered(root)
    begun = IndexOptions(model=model)
    is_first = not (index_folder(root) / "config.json").is_file()
    if is_first and before is not None:
        begin_index(root, FIRST, begun, progress)
    if was is not None and was.options is not None:
        for size in [None] if was.whole else [*_steps(0 if before is None else len(before)), None]:
            report = import_again(root, size, progress)
            skipped = 0 if report is None else len(report.skipped)
            if is_first:
                begin_index(root, SEARCHED, begun, progress)
            if (now := remembered(root)) is not None and now.whole:
                break
    if is_first:
        n = len(read_paintings(root))
        for size in [each for each in _steps(SEARCHED) if each is not None and each < n]:
            begin_index(root, size, begun, progress)
    after = look_again(read_paintings(root), progress)
    features, options = options_of(root)
    if model is not None:
        options = replace(options, model=model)
    there = _fitting_index(root, set(after.lost), options.settings["model"])
    indexed = build_index(root, features, options, progress=progress).n_indexed if there is None else len(there)
    end_index(root)
    old = {} if before is None else _contents(before)
    new = _contents(after.paintings)
    return Update(
        paintings=len(new),
        new=len(new.keys() - old.keys()),
        changed=sum(new[key] != content for key, content in old.items() if key in new),
        gone=len(old.keys() - new.keys()),
        skipped=skipped,
        indexed=indexed,
        index_written=there is None,
        table_written=before is None or not before.frame.equals(after.paintings.frame),
    )


def _steps(there: int) -> list[int | None]:
    steps: list[int | None] = []
    size = FIRST
    while size < 10**7:
        size *= GROWTH
        if size > there:
            steps.append(size)
    return steps


def _table(root: Path) -> Paintings | None:
    try:
        return read_paintings(root)
    except InputError:
        return None


def _contents(paintings: Paintings) -> dict[str, str]:
    return dict(zip(paintings.ids, paintings.column("sha256").tolist(), strict=True))


def _fitting_index(root: Path, lost: set[str], model: str | None) -> VectorIndex | None:
    """The index, where it fits the table and the model, and has none of the paintings whose files are ``lost``."""
    try:
        index = SearchEngine.open(root).index
    except (ArtExtractError, OSError):
        return None
    return index if lost.isdisjoint(index.ids) and index.settings.get("model") == model else None
