"""Notices which image files of a collection have changed or gone since they were looked at.

    files.parquet    per painting: id, sha256, and the size and time of change of the file when it had that content

A file of the same size and time has the same content; any other is read again. A collection without the list, as an
older version left it, is read once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from artextract.errors import ImageError
from artextract.files import write_aside
from artextract.images import ImageFacts, content_hash, inspect
from artextract.progress import Progress, no_progress
from artextract.table import Paintings

FILE_NAME = "files.parquet"
GONE = "the file is not there any more"
_State = tuple[str, int, int]


@dataclass
class Changes:
    """``paintings``: the table with the new content of the files that ``changed`` (ids). ``lost``: id -> reason of
    those that are gone, or that can no longer be read."""

    paintings: Paintings
    changed: list[str] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)


def remember(paintings: Paintings) -> None:
    """Write down the size and time of every file; its content is what the table says."""
    states = {}
    for row, path, sha256 in zip(paintings.ids, paintings.image_paths(), paintings.column("sha256"), strict=True):
        if (found := state_of(path)) is not None:
            states[row] = (sha256, *found)
    _write(paintings.root, states)


def unchanged(paintings: Paintings) -> dict[str, ImageFacts]:
    """What the table says of the files that have not changed since they were looked at, by their absolute paths."""
    known, facts = _read(paintings.root), {}
    names = ("id", "sha256", "phash", "width", "height")
    columns = zip(paintings.image_paths(), *(paintings.column(name).tolist() for name in names), strict=True)
    for path, key, sha256, phash, width, height in columns:
        if key in known and (found := state_of(path)) is not None and known[key] == (sha256, *found):
            facts[str(path)] = ImageFacts(sha256, phash, int(width), int(height))
    return facts


def hand_over(parts: Iterable[tuple[Path, dict[str, str]]], root: Path) -> None:
    """Write into ``root`` what is known of the files of other collections: pairs of a collection's folder and, for each
    of its ids, the id in the new one. Only files that have changed since then are to be read again."""
    states: dict[str, _State] = {}
    for folder, ids in parts:
        states |= {ids[key]: state for key, state in _read(folder).items() if key in ids}
    _write(root, states)


def look_again(paintings: Paintings, progress: Progress = no_progress) -> Changes:
    """Compare the files with the table, and write table and list where anything has changed."""
    ids, paths, hashes = paintings.ids, paintings.image_paths(), paintings.column("sha256").tolist()
    known, changes, states = _read(paintings.root), Changes(paintings), {}
    doubtful = []
    for row, (key, path, sha256) in enumerate(zip(ids, paths, hashes, strict=True)):
        found = state_of(path)
        if found is None:
            changes.lost[key] = GONE
        elif known.get(key) == (sha256, *found):
            states[key] = known[key]
        else:
            doubtful.append(row)
    news: dict[int, ImageFacts] = {}
    for row, fact in zip(doubtful, _facts([paths[row] for row in doubtful], hashes, doubtful, progress), strict=True):
        key, found = ids[row], state_of(paths[row])
        if isinstance(fact, str):
            changes.lost[key] = fact
        elif fact is not None:
            news[row] = fact
            changes.changed.append(key)
        if found is not None and not isinstance(fact, str):
            states[key] = (hashes[row] if fact is None else fact.sha256, *found)
    if news:
        changes.paintings = _with_facts(paintings, news)
        changes.paintings.write()
    if states != known:
        _write(paintings.root, states)
    return changes


def _facts(
    paths: list[Path], hashes: list[str], rows: list[int], progress: Progress
) -> Iterable[ImageFacts | str | None]:
    """Per file None where its content is that of the table, its facts where it has changed, or why it is lost."""

    def look(place: int) -> ImageFacts | str | None:
        try:
            if content_hash(paths[place].read_bytes()) == hashes[rows[place]]:
                return None
            return inspect(paths[place])
        except ImageError as error:
            return f"the file has changed and cannot be used: {error.message}"
        except OSError as error:
            return f"the file cannot be read ({error.strerror})"

    with ThreadPoolExecutor(max_workers=min(8, (os.cpu_count() or 1) + 1)) as pool:
        try:
            if paths:
                yield from progress(pool.map(look, range(len(paths))), len(paths), "looking at changed files")
        except BaseException:  # whoever stops this does not wait for the files that nobody has looked at
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _with_facts(paintings: Paintings, news: dict[int, ImageFacts]) -> Paintings:
    frame = paintings.frame.copy()
    for name in ("sha256", "phash", "width", "height"):
        cells = frame[name].tolist()
        for row, fact in news.items():
            cells[row] = getattr(fact, name)
        frame[name] = pd.array(cells, dtype=frame[name].dtype)
    return replace(paintings, frame=frame)


def state_of(path: Path) -> tuple[int, int] | None:
    """Size in bytes and time of the last change in nanoseconds; None where there is no such file."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _read(root: Path) -> dict[str, _State]:
    try:
        frame = pd.read_parquet(root / FILE_NAME)
        columns = [frame[name].tolist() for name in ("id", "sha256", "size", "changed")]
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return {}
    return {key: (sha256, size, changed) for key, sha256, size, changed in zip(*columns, strict=True)}


def _write(root: Path, states: dict[str, _State]) -> None:
    rows = [(key, *state) for key, state in states.items()]
    with write_aside(root / FILE_NAME) as aside:
        pd.DataFrame(rows, columns=["id", "sha256", "size", "changed"]).to_parquet(aside, index=False)
