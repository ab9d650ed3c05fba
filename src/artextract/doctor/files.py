"""The image files: missing, unreadable, changed, or not taken by the import."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from artextract.csv_reader import read_sheet
from artextract.doctor.findings import Finding, found
from artextract.errors import ImageError, InputError
from artextract.file_states import State, as_remembered, states_of
from artextract.images import content_hash, decode
from artextract.objects import Address, ImageFile
from artextract.progress import Progress
from artextract.sources.import_report import LEFT_OUT
from artextract.sources.new_files import AGAIN, new_files
from artextract.sources.new_files import FILE_NAME as FOLDER_LIST
from artextract.table import Paintings


def look_at_files(table: Paintings, quick: bool, progress: Progress) -> Iterator[Finding]:
    def problems_of(row: tuple[ImageFile, str, State | None, State | None]) -> list[tuple[str, str]]:
        path, known, before, now = row
        if now is None:
            return [("missing_file", "file is missing")]
        if isinstance(path, Address) and now == before:  # what the store says of it is enough: nothing is fetched
            return []
        try:
            same = content_hash(path) == known
            notes = () if quick and same else decode(path, at_least=64).notes
        except (ImageError, OSError) as error:
            reason = error.message if isinstance(error, ImageError) else error.strerror or str(error)
            return [("unreadable_file", reason)]
        changed = [] if same else [("changed_file", "another content than at the import")]
        return changed + [("imperfect_file", note) for note in notes]

    paths = table.image_paths()
    rows = list(zip(paths, table.column("sha256"), as_remembered(table), states_of(paths), strict=True))
    cases: dict[str, list[dict[str, Any]]] = {
        "missing_file": [],
        "unreadable_file": [],
        "changed_file": [],
        "imperfect_file": [],
    }
    with ThreadPoolExecutor(max_workers=min(8, (os.cpu_count() or 1) + 1)) as pool:
        for painting_id, (path, *_), problems in zip(
            table.ids, rows, progress(pool.map(problems_of, rows), len(rows), "looking at files"), strict=False
        ):
            for kind, reason in problems:
                cases[kind].append({"id": painting_id, "path": str(path), "reason": reason})
    dropping = "bring the files back, or drop the rows with --fix"
    yield from found("missing_file", "error", "image files are missing", cases["missing_file"], dropping, True)
    yield from found("unreadable_file", "error", "image files cannot be read", cases["unreadable_file"], dropping, True)
    mend = (
        "bring the files back, or take the new ones with artextract index: stored features and hashes are those of the"
        " old content"
    )
    yield from found("changed_file", "error", "image files changed since the import", cases["changed_file"], mend)
    mend = "they are used as they are; save them anew where the original can be had"
    message = "image files have a fault that was passed over"
    yield from found("imperfect_file", "note", message, cases["imperfect_file"], mend)


def new_since(table: Paintings) -> Iterator[Finding]:
    """Pictures that were put into the imported folder after the import."""
    try:
        new = new_files(table)
    except ValueError as error:
        items = [{"path": str(table.root / FOLDER_LIST), "reason": str(error)}]
        message = "the list of the imported folder is damaged, and new files are not noticed"
        yield from found("damaged_list", "warning", message, items, "import the folder again")
        return
    if new:
        items = [{"path": name, "reason": "not there at the import"} for name in new.names]
        yield from found("new_file", "note", f"new files lie in '{new.folder}'; {AGAIN}", items, AGAIN)


def not_imported(table: Paintings) -> Iterator[Finding]:
    """What the import did not take, as it listed it."""
    try:
        sheet = read_sheet(table.root / LEFT_OUT)
        items = [{"path": path, "reason": reason} for path, reason in sheet.rows]
    except (InputError, ValueError):
        return
    mend = f"the reasons stand in {LEFT_OUT}"
    yield from found("not_imported", "note", "files and rows were not imported, or without labels", items, mend)
