"""From what a source lists to a written table: every image looked at once, ids, unified labels, splits."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract import splits
from artextract.errors import ImageError, InputError, NothingUsableError
from artextract.file_states import State, remember
from artextract.files import user_path
from artextract.images import ImageFacts, inspect
from artextract.labels import as_written, canonical_key, unify, without_doubt
from artextract.objects import ImageFile, file_of
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources.dating import with_years
from artextract.sources.ids import painting_ids
from artextract.sources.import_report import ImportReport, remarks_of
from artextract.sources.new_files import remember_folder
from artextract.sources.places import LINKS, is_unicode, stored_path
from artextract.sources.walk import readable
from artextract.table import Paintings, artist_column, read_paintings

_COPIES = "; {} rows are copies of paintings on another side, and in no split"


@dataclass(frozen=True)
class Origin:
    """Where the images lie: the ``folder`` in which the user keeps them, if it is one.

    What is put into it later is noticed, and the ``options`` of the import, and whether all of it was read (``whole``),
    are remembered with it (``new_files.py``). Files of ``known`` facts, by their resolved paths, are not read again;
    ``states`` are those of objects before they were read (``file_states.remember``)."""

    folder: ImageFile | None = None
    options: Mapping[str, Any] | None = None
    whole: bool = True
    known: Mapping[str, ImageFacts] = field(default_factory=dict)
    states: Mapping[str, State] | None = None


def assemble(
    rows: pd.DataFrame,
    out: str | Path,
    *,
    labels: Sequence[str],
    protocol: str | None,
    preferred: Mapping[str, Iterable[str]] | None = None,
    seed: int = 0,
    origin: Origin = Origin(),
    progress: Progress = no_progress,
) -> ImportReport:
    """Look at every image of ``rows``, leave out what cannot be used, and write the collection's table.

    ``rows`` has ``path`` (absolute, or an address), ``_key`` (the path inside the source, of which the id is made),
    ``source``, ``rights``, the label columns and optionally ``title``, ``_listed`` (official list) and further columns,
    which are kept; of dates the years are read (``dating.py``). ``preferred`` names display names per label column: of
    a source with official names, labels are written as these have them, else as people wrote them. ``protocol`` None is
    "published" where there is a column of such splits, else "stratified". A column "painter" names the artists for the
    artist-disjoint split, where it is there. ``origin`` is where the user keeps the images, if that is a folder. Raises
    ``NothingUsableError`` when no image is left."""
    out = user_path(out)
    protocol = protocol or ("published" if splits.PUBLISHED in rows else "stratified")
    facts, skipped = _image_facts(rows["path"].tolist(), origin.known, progress)
    good = np.array([fact is not None for fact in facts], dtype=bool)
    if not good.any():
        raise NothingUsableError(
            f"none of {counted(len(rows), 'image')} could be used"
            + (f"; the first: {skipped[0][0]}: {skipped[0][1]}" if skipped else ""),
            "check the folder, or the paths in the lists",
            code="no-usable-image",
        )
    frame, notes = with_years(rows[good].reset_index(drop=True), apart=labels)
    seen = [fact for fact in facts if fact is not None]
    for name in ("sha256", "phash", "width", "height"):
        frame[name] = [getattr(fact, name) for fact in seen]
    frame["id"] = painting_ids(frame["_key"], _ids_of(out))
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
    odd = [name for name in frame["path"] if not is_unicode(name)]
    frame["path"] = [stored_path(file_of(path), out, id_) for path, id_ in zip(frame["path"], frame["id"], strict=True)]
    table = Paintings(
        frame.drop(columns=["_key", "_listed"], errors="ignore").sort_values("id"), out, tuple(labels), protocol
    )
    table.write()
    remember(table, origin.states)
    remember_folder(table, origin.folder, origin.options, origin.whole, origin.states)
    noted = [(str(path), fact.notes) for path, fact in zip(rows["path"], facts, strict=True) if fact is not None]
    notes += _notes(frame, odd, protocol)
    return ImportReport(table, skipped, notes=notes, remarks=remarks_of(noted), respelled=respelled)


def _ids_of(collection: Path) -> set[str]:
    """Those of the table that is there; none where it cannot be read."""
    try:
        return set(read_paintings(collection).ids)
    except InputError:
        return set()


def _artists(frame: pd.DataFrame) -> list[str | None] | None:
    column = artist_column(frame)
    if column is None:
        return None
    return [None if pd.isna(name) else canonical_key(without_doubt(str(name))) for name in frame[column]]


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
            f" '{readable(Path(odd[0]).name)}'; the collection reads them through links in its folder '{LINKS}'"
        )
    if protocol == "published":
        dropped = int((frame[splits.PUBLISHED].notna() & frame["split"].isna()).sum())
        notes.append("the published splits are kept" + (_COPIES.format(dropped) if dropped else ""))
    return notes


def _image_facts(
    paths: list[str], known: Mapping[str, ImageFacts], progress: Progress
) -> tuple[list[ImageFacts | None], list[tuple[str, str]]]:
    def attempt(path: str) -> ImageFacts | ImageError:
        try:
            file = file_of(path)
            return (known.get(str(file.resolve())) if known else None) or inspect(file)
        except ImageError as error:
            return error

    facts, skipped = [], []
    with ThreadPoolExecutor(max_workers=min(8, (os.cpu_count() or 1) + 1)) as pool:
        try:
            read = progress(pool.map(attempt, paths), len(paths), "reading images")
            for path, fact in zip(paths, read, strict=False):
                if isinstance(fact, ImageError):
                    skipped.append((str(path), fact.message))
                    fact = None
                facts.append(fact)
        except BaseException:  # whoever stops this does not wait for the files that nobody has looked at
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return facts, skipped
