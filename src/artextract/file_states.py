"""Notices which image files of a collection have changed or gone since they were looked at.

    files.parquet    per painting: id, sha256, and the size and time of change of the file when it had that content

A file of the same size and time has the same content; any other is read again. A collection without the list, as an
older version left it, is read once. Of an object at a store, what the store says of its content (its ETag) takes the
place of the time; objects are listed, not asked for one by one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from artextract.errors import ImageError
from artextract.files import write_aside
from artextract.images import ImageFacts, content_hash, inspect
from artextract.objects import Address, ImageFile, is_allowed, listed
from artextract.progress import Progress, no_progress
from artextract.table import Paintings

FILE_NAME = "files.parquet"
GONE = "the file is not there any more"
State = tuple[int, int]
"""Size in bytes, and the time of the last change in nanoseconds, or what stands for it."""
_Known = tuple[str, int, int]


@dataclass
class Changes:
    """``paintings``: the table with the new content of the files that ``changed`` (ids).

    ``lost``: id -> reason of those that are gone, or that can no longer be read."""

    paintings: Paintings
    changed: list[str] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)


def remember(paintings: Paintings, seen: Mapping[str, State] | None = None) -> None:
    """Write down the size and time of every file; its content is what the table says.

    ``seen``: the states of objects before they were read, by their addresses."""
    states = {}
    found_states = states_of(paintings.image_paths(), seen)
    for row, found, sha256 in zip(paintings.ids, found_states, paintings.column("sha256"), strict=True):
        if found is not None:
            states[row] = (sha256, *found)
    _write(paintings.root, states)


def unchanged(paintings: Paintings, seen: Mapping[str, State] | None = None) -> dict[str, ImageFacts]:
    """What the table says of the files that have not changed since they were looked at, by their absolute paths.

    ``seen`` as in ``remember``."""
    known, facts = _read(paintings.root), {}
    names = ("id", "sha256", "phash", "width", "height")
    paths = paintings.image_paths()
    columns = zip(paths, states_of(paths, seen), *(paintings.column(name).tolist() for name in names), strict=True)
    for path, found, key, sha256, phash, width, height in columns:
        if key in known and found is not None and known[key] == (sha256, *found):
            facts[str(path)] = ImageFacts(sha256, phash, int(width), int(height))
    return facts


def as_remembered(paintings: Paintings) -> list[State | None]:
    """The states of the files when they had the content that the table says; None where that is not known."""
    known = _read(paintings.root)
    pairs = zip(paintings.ids, paintings.column("sha256"), strict=True)
    return [known[key][1:] if key in known and known[key][0] == sha256 else None for key, sha256 in pairs]


def hand_over(parts: Iterable[tuple[Path, dict[str, str]]], root: Path) -> None:
    """Write into ``root`` what is known of the files of other collections: pairs of a collection's folder and, for each
    of its ids, the id in the new one. Only files that have changed since then are to be read again."""
    states: dict[str, _Known] = {}
    for folder, ids in parts:
        states |= {ids[key]: state for key, state in _read(folder).items() if key in ids}
    _write(root, states)


def look_again(paintings: Paintings, progress: Progress = no_progress) -> Changes:
    """Compare the files with the table, and write table and list where anything has changed."""
    ids, paths, hashes = paintings.ids, paintings.image_paths(), paintings.column("sha256").tolist()
    known, changes, states = _read(paintings.root), Changes(paintings), {}
    doubtful, now = [], states_of(paths)
    for row, (key, found, sha256) in enumerate(zip(ids, now, hashes, strict=True)):
        if found is None:
            changes.lost[key] = GONE
        elif known.get(key) == (sha256, *found):
            states[key] = known[key]
        else:
            doubtful.append(row)
    news: dict[int, ImageFacts] = {}
    for row, fact in zip(doubtful, _facts([paths[row] for row in doubtful], hashes, doubtful, progress), strict=True):
        key, path = ids[row], paths[row]
        found = now[row] if isinstance(path, Address) else state_of(path)
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
    paths: list[ImageFile], hashes: list[str], rows: list[int], progress: Progress
) -> Iterable[ImageFacts | str | None]:
    """Per file None where its content is that of the table, its facts where it has changed, or why it is lost."""

    def facts_of(place: int) -> ImageFacts | str | None:
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
                yield from progress(pool.map(facts_of, range(len(paths))), len(paths), "looking at changed files")
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


def state_of(path: Path) -> State | None:
    """None where there is no such file."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def states_of(files: Iterable[ImageFile], seen: Mapping[str, State] | None = None) -> list[State | None]:
    """``state_of`` many files, and the same of objects, by ``seen`` or as the store lists what lies below the folder
    that its addresses have in common. Raises ``StoreError`` where it cannot be asked: then nothing is known to be
    gone."""
    given = list(files)
    there: dict[str, State] = dict(seen or {})
    asked = (
        () if seen is not None else (file.object for file in given if isinstance(file, Address) and is_allowed(file))
    )
    for folder in _common_folders(asked):
        there |= {one.address.text: (one.size, one.mark) for one in listed(Address(folder), may_be_empty=True)}
    return [there.get(file.object) if isinstance(file, Address) else state_of(file) for file in given]


def _common_folders(addresses: Iterable[str]) -> list[str]:
    """Of each bucket the longest folder that all its addresses begin with."""
    shared: dict[tuple[str, ...], list[str]] = {}
    for address in addresses:
        parts = address.split("/")[:-1]
        bucket = tuple(parts[:3])
        shared[bucket] = list(os.path.commonprefix([shared.get(bucket, parts), parts]))
    return ["/".join(parts) for parts in shared.values()]


def _read(root: Path) -> dict[str, _Known]:
    try:
        frame = pd.read_parquet(root / FILE_NAME)
        columns = [frame[name].tolist() for name in ("id", "sha256", "size", "changed")]
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return {}
    return {key: (sha256, size, changed) for key, sha256, size, changed in zip(*columns, strict=True)}


def _write(root: Path, states: dict[str, _Known]) -> None:
    rows = [(key, *state) for key, state in states.items()]
    with write_aside(root / FILE_NAME) as aside:
        pd.DataFrame(rows, columns=["id", "sha256", "size", "changed"]).to_parquet(aside, index=False)
