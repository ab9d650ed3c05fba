"""From what a source lists to a written table: every image looked at once, ids, unified labels, splits."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract import splits
from artextract.csv_file import write_frame
from artextract.errors import ImageError, InputError, NothingUsableError
from artextract.file_states import remember
from artextract.files import user_path
from artextract.images import ImageFacts, inspect
from artextract.labels import as_written, canonical_key, classes_of, unify, without_doubt
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources.dating import with_years
from artextract.sources.new_files import remember_folder
from artextract.sources.walk import LeftOut, by_reason, readable
from artextract.table import Paintings, artist_column

LEFT_OUT = "left_out.csv"
"""The list of what an import did not take, in the collection."""
WITHOUT_ROW = "imported without labels, since no table lists it"
_COPIES = "; {} rows are copies of paintings on another side, and in no split"
_LINKS = "links"
"""Folder of links to files whose names are no Unicode, under names that are."""


@dataclass
class ImportReport:
    """What an import did. ``skipped`` pairs an image that cannot be used with the reason; ``left_out`` is all else that
    was not taken. ``missing`` counts listed images that are not there, ``without_row`` are images that no table lists;
    ``columns`` are the types of further columns. ``respelled``: per label column, what is not shown as it was written,
    and how it is shown; None for what says that nothing is known. ``remarks`` are about single files: what was mended
    or left out to read them."""

    paintings: Paintings
    skipped: list[tuple[str, str]] = field(default_factory=list)
    missing: int = 0
    notes: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    without_row: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    respelled: dict[str, dict[str, str | None]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        table = self.paintings
        split = pd.Series(table.column("split")).value_counts()
        return {
            "collection": str(table.root),
            "paintings": len(table),
            "splits": (
                {name: int(split.get(name, 0)) for name in splits.FRACTIONS}
                | {"none": int(table.frame["split"].isna().sum())}
            ),
            "labels": {
                name: {"labelled": int(table.frame[name].notna().sum()), "classes": _classes(table, name)}
                for name in table.labels
            },
            "missing": self.missing,
            "skipped": [{"path": path, "reason": reason} for path, reason in self.skipped],
            "notes": [*self.notes, *self.remarks],
            "left_out": [{"path": left.path, "reason": left.reason} for left in self.left_out],
            "left_out_by_reason": by_reason(self.left_out),
            "without_row": self.without_row,
            "columns": self.columns,
            "respelled": self.respelled,
            "list": str(table.root / LEFT_OUT) if self.everything_left() else None,
        }

    def everything_left(self) -> list[LeftOut]:
        """All that was not taken or has no labels, as ``write_left_out`` lists it."""
        skipped = [LeftOut(readable(path), reason) for path, reason in self.skipped]
        return [*skipped, *self.left_out, *(LeftOut(key, WITHOUT_ROW) for key in self.without_row)]

    def write_left_out(self) -> None:
        """Write ``left_out.csv`` into the collection, or take away that of an earlier import."""
        path, rows = self.paintings.root / LEFT_OUT, self.everything_left()
        if rows:
            write_frame(path, pd.DataFrame({"path": [r.path for r in rows], "reason": [r.reason for r in rows]}))
        else:
            path.unlink(missing_ok=True)


def assemble(
    rows: pd.DataFrame,
    out: str | Path,
    *,
    labels: Sequence[str],
    protocol: str | None,
    preferred: Mapping[str, Iterable[str]] | None = None,
    seed: int = 0,
    folder: Path | None = None,
    progress: Progress = no_progress,
) -> ImportReport:
    """Look at every image of ``rows``, leave out what cannot be used, and write the collection's table.

    ``rows`` has ``path`` (absolute), ``_key`` (the path inside the source, of which the id is made), ``source``,
    ``rights``, the label columns and optionally ``title``, ``_listed`` (official list) and further columns, which are
    kept; of dates the years are read (``dating.py``). ``preferred`` names display names per label column: of a source
    with official names, labels are written as these have them, else as people wrote them. ``protocol`` None is
    "published" where there is a column of such splits, else "stratified". A column "painter" names the artists for the
    artist-disjoint split, where it is there. ``folder`` is that in which the user keeps the images, if it is one;
    what is put into it later is noticed (``new_files.py``). Raises ``NothingUsableError`` when no image is left."""
    out = user_path(out)
    protocol = protocol or ("published" if splits.PUBLISHED in rows else "stratified")
    facts, skipped = _look(rows["path"].tolist(), progress)
    good = np.array([fact is not None for fact in facts], dtype=bool)
    if not good.any():
        raise NothingUsableError(
            f"none of the {len(rows)} images could be used"
            + (f"; the first: {skipped[0][0]}: {skipped[0][1]}" if skipped else ""),
            "check the folder, or the paths in the lists",
            code="no-usable-image",
        )
    frame, notes = with_years(rows[good].reset_index(drop=True), apart=labels)
    seen = [fact for fact in facts if fact is not None]
    for name in ("sha256", "phash", "width", "height"):
        frame[name] = [getattr(fact, name) for fact in seen]
    frame["id"] = painting_ids(frame["_key"])
    respelled: dict[str, dict[str, str | None]] = {}
    written = frame[list(labels)].copy()
    for name in labels:
        cells = written[name]
        frame[name] = as_written(cells) if preferred is None else unify(cells, preferred.get(name, ()))
    if preferred is None:
        respelled = {name: changed for name in labels if (changed := changed_spellings(written[name], frame[name]))}
    listed = {"official": "_listed", "published": splits.PUBLISHED}.get(protocol, "")
    frame["split"] = splits.assign(
        protocol,
        sha256=frame["sha256"].tolist(),
        phashes=[fact.phash for fact in seen],
        strata=[canonical_key(value) for value in frame[labels[0]]] if labels else [None] * len(frame),
        artists=_artists(frame),
        listed=[None if pd.isna(part) else part for part in frame[listed]] if listed in frame else None,
        seed=seed,
    )
    odd = [name for name in frame["path"] if not _is_unicode(name)]
    frame["path"] = [stored_path(Path(path), out, id_) for path, id_ in zip(frame["path"], frame["id"], strict=True)]
    table = Paintings(
        frame.drop(columns=["_key", "_listed"], errors="ignore").sort_values("id"), out, tuple(labels), protocol
    )
    table.write()
    remember(table)
    remember_folder(table, folder)
    noted = [(str(path), fact.notes) for path, fact in zip(rows["path"], facts, strict=True) if fact is not None]
    notes += _notes(frame, odd, protocol)
    return ImportReport(table, skipped, notes=notes, remarks=remarks_of(noted), respelled=respelled)


def remarks_of(noted: Iterable[tuple[str, Sequence[str]]], named: int = 3) -> list[str]:
    """One line for each kind of note about files, with how many have it and the first ``named`` names; ``noted`` pairs
    the path of a file with its notes."""
    files: dict[str, list[str]] = {}
    for path, notes in noted:
        for note in notes:
            files.setdefault(note, []).append(readable(Path(path).name))
    return [
        f"{counted(len(names), 'image', 'images')}: {note}"
        f" ({', '.join(names[:named])}{', ...' if len(names) > named else ''})"
        for note, names in files.items()
    ]


def _artists(frame: pd.DataFrame) -> list[str | None] | None:
    column = artist_column(frame)
    if column is None:
        return None
    return [None if pd.isna(name) else canonical_key(without_doubt(str(name))) for name in frame[column]]


def _classes(table: Paintings, name: str) -> int:
    lists = table.all_labels(name)
    cells = table.column(name) if lists is None else [label for labels in lists for label in labels or ()]
    return len(classes_of(cells))


def changed_spellings(written: Iterable[object], shown: Iterable[object]) -> dict[str, str | None]:
    """What is not shown as it was written, and how it is shown; None for what says that nothing is known."""
    pairs = {str(a): b for a, b in zip(written, shown, strict=True) if not pd.isna(a)}  # type: ignore[call-overload]
    return {
        a: None if pd.isna(b) else str(b)
        for a, b in pairs.items()
        if pd.isna(b) or unicodedata.normalize("NFC", " ".join(a.split())) != b
    }


def _notes(frame: pd.DataFrame, odd: list[str], protocol: str) -> list[str]:
    notes = []
    if odd:
        notes.append(
            f"{counted(len(odd), 'file name is', 'file names are')} not valid UTF-8, such as"
            f" '{readable(Path(odd[0]).name)}'; the collection reads them through links in its folder '{_LINKS}'"
        )
    if protocol == "published":
        dropped = int((frame[splits.PUBLISHED].notna() & frame["split"].isna()).sum())
        notes.append("the published splits are kept" + (_COPIES.format(dropped) if dropped else ""))
    return notes


def painting_ids(keys: Iterable[str]) -> list[str]:
    """Ids from the paths inside a source: readable, fit for URLs, and the same on every machine and in every run.

    The slug of the file's name and 8 hex digits of the SHA-256 of the whole path, in Unicode NFC with forward slashes
    (macOS lists names in NFD). Where two paths have one NFC, the bytes of the second count as they are."""
    keys = [str(key).replace(os.sep, "/") for key in keys]
    exact = {key for key in keys if key == _normal(key)}
    seen: set[str] = set()
    ids = []
    for key in keys:
        normal = _normal(key)
        if normal in seen or (key != normal and normal in exact):
            normal = key
        seen.add(normal)
        digest = hashlib.sha256(os.fsencode(normal)).hexdigest()
        ids.append(f"{_slug(key)}-{digest[:8]}")
    return ids


def _normal(key: str) -> str:
    return unicodedata.normalize("NFC", key)


def _slug(key: str) -> str:
    stem = Path(_normal(key)).stem
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60].strip("-") or "painting"


def _look(paths: list[str], progress: Progress) -> tuple[list[ImageFacts | None], list[tuple[str, str]]]:
    def attempt(path: str) -> ImageFacts | ImageError:
        try:
            return inspect(path)
        except ImageError as error:
            return error

    facts, skipped = [], []
    with ThreadPoolExecutor(max_workers=min(8, (os.cpu_count() or 1) + 1)) as pool:
        for path, fact in zip(paths, progress(pool.map(attempt, paths), len(paths), "reading images"), strict=False):
            if isinstance(fact, ImageError):
                skipped.append((str(path), fact.message))
                fact = None
            facts.append(fact)
    return facts, skipped


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def stored_path(path: Path, root: Path, painting_id: str) -> str:
    """How a collection in ``root`` writes the path of an image: relative to it where the file lies below, through a
    link where the name is no Unicode, else absolute."""
    if not _is_unicode(str(path.resolve())):
        link = root / _LINKS / f"{painting_id}{path.suffix if _is_unicode(path.suffix) else ''}"
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
