"""The tables with labels that lie beside images: ``labels.csv``, and ``metadata.csv`` and ``metadata.jsonl`` as the
ImageFolder convention has them (https://huggingface.co/docs/datasets/image_dataset)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from artextract.csv_reader import Sheet, read_sheet
from artextract.errors import InputError
from artextract.objects import Address, ImageFile
from artextract.printable import counted
from artextract.sources.image_places import Find, Places, elsewhere, inside
from artextract.sources.walk import LeftOut, readable

SHEETS = ("metadata.csv", "metadata.jsonl", "labels.csv")
"""Names of such files, in any case. Where several speak of an image, the last of these counts, and one that lies nearer
to the image before one further up."""
PATHS = (
    *("path", "file_name", "filename", "file name", "file", "filepath", "file_path", "image_path", "image_name"),
    *("image", "name"),
)
"""Names of the column with the path of the image, in any case, the surest first."""
Cell = str | list[str] | None
_LONGEST_LINE = 1 << 24


@dataclass
class Listed:
    """What the tables say.

    ``cells``: per image (its path inside the folder) the cells by column; ``without_file``: the rows that fit no image;
    ``unread``: those that could not be read; ``twice``: how many stand twice in a table for one image; ``fitting``: how
    many fit; ``expected``: whether some should; ``example``: a path as it is written."""

    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    without_file: list[LeftOut] = field(default_factory=list)
    unread: list[LeftOut] = field(default_factory=list)
    twice: int = 0
    fitting: int = 0
    expected: bool = False
    example: str = ""
    notes: list[str] = field(default_factory=list)


def read_label_sheet(path: ImageFile, encoding: str | None = None) -> Sheet:
    """A CSV, or a JSON Lines file whose values become text.

    Raises ``InputError`` where it cannot be read or names no images."""
    sheet = _json_lines(path) if path.suffix.lower() == ".jsonl" else read_sheet(path, PATHS, encoding)
    if path_column(sheet) is None:
        raise InputError(
            f"'{path}' has no column 'path'",
            f"its columns are: {', '.join(sheet.header)}; one must name the image files: {', '.join(PATHS[:3])}",
            code="unknown-column",
        )
    return sheet


def path_column(sheet: Sheet) -> int | None:
    names = [name.casefold() for name in sheet.header]
    return next((names.index(name) for name in PATHS if name in names), None)


def fit(
    sheets: Iterable[tuple[str, ImageFile]],
    keys: list[str],
    images: ImageFile,
    own: Iterable[str],
    left_out: Mapping[str, str],
    encoding: str | None = None,
) -> Listed:
    """Read tables and fit their rows to the images ``keys``: by the same path, else in the same Unicode form, else in
    any case, else as they are written elsewhere. Paths count from the folder of the table, ``sheets`` giving its path
    inside ``images``. Where no row of a table fits so, its paths may begin with folders of another machine, or be names
    of files alone.

    ``own`` are column names that are recognised in any case; ``left_out`` tells why a file is not among the images. A
    row that fits several images equally well fits none."""
    listed, places, others = Listed(), Places(keys), Places(list(left_out))
    spelled = {name.casefold(): name for name in own}
    for key, path in sheets:
        try:
            sheet = read_label_sheet(path, encoding)
        except InputError as error:
            if "/" not in key and key.casefold() not in SHEETS[:2]:
                raise
            listed.unread.append(LeftOut(readable(key), error.message))  # it may be about something else
            continue
        listed.expected |= bool(sheet.rows or sheet.unread or "/" not in key)
        listed.notes += sheet.notes
        listed.unread += [LeftOut(f"{readable(key)}, line {line}", reason) for line, reason in sheet.unread]
        at = path_column(sheet)
        assert at is not None, "read_label_sheet sees to it"
        header = [spelled.get(name.casefold(), name) for name in sheet.header]
        changed = [
            f"'{was}' as '{name}'"
            for place, (was, name) in enumerate(zip(sheet.header, header, strict=True))
            if was != name and place != at
        ]
        if changed:
            listed.notes.append(f"columns of {path.name} are read by their names in any case: {', '.join(changed)}")
        listed.columns += [name for place, name in enumerate(header) if place != at and name not in listed.columns]
        folder, met = key.rpartition("/")[0], set()
        find = _finder(
            [cell for row in sheet.rows if (cell := row[at])], places, others, images, folder, path.name, listed
        )
        for line, row in zip(sheet.lines, sheet.rows, strict=True):
            written = row[at]
            if written is None:
                if any(row):
                    listed.unread.append(LeftOut(f"{readable(key)}, line {line}", "the row names no file"))
                continue
            listed.example = listed.example or written
            image, reason = find(written)
            if image is None:
                file = others.find(inside(written, images, folder))[0]
                reason = f"the row's file is there, but {left_out[file]}" if file is not None else reason
                listed.without_file.append(LeftOut(f"{readable(key)}, line {line}: {written}", reason))
            elif image in met:
                listed.twice += 1
            else:
                met.add(image)
                listed.fitting += 1
                cells = listed.cells.setdefault(image, {})
                cells |= {header[i]: cell for i, cell in enumerate(row) if i != at and cell is not None}
    return listed


def _finder(
    written: list[str], places: Places, others: Places, images: ImageFile, folder: str, name: str, listed: Listed
) -> Find:
    """What finds the image of a path of a table. Where no path of it fits, it looks further."""

    def find(path: str) -> tuple[str | None, str]:
        return places.find(inside(path, images, folder))

    if any(find(path)[0] or others.find(inside(path, images, folder))[0] for path in written):
        return find
    how, find_elsewhere = elsewhere(written, places, images, folder)
    if not any(find_elsewhere(path)[0] for path in written):
        return find
    listed.notes.append(f"no path of {name} fits as it is written; they are read {how}")
    return find_elsewhere


def _json_lines(path: ImageFile) -> Sheet:
    header: dict[str, None] = {}
    rows: list[tuple[int, dict[str, Any]]] = []
    unread: list[tuple[int, str]] = []
    with io.BytesIO(path.read_bytes()) if isinstance(path, Address) else path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
            if not line.strip():
                continue
            try:
                values = json.loads(line.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str)
            except (ValueError, RecursionError):
                values = None
            if isinstance(values, dict):
                rows.append((number, values))
                header.update(dict.fromkeys(map(str, values)))
            else:
                unread.append((number, "it is no JSON object"))
    notes = (
        [
            f"not read of {path.name}:"
            f" {counted(len(unread), 'line that is no JSON object', 'lines that are no JSON objects')}"
        ]
        if unread
        else []
    )
    names = list(header)
    cells: list[list[Any]] = [[json_cell(values.get(name)) for name in names] for _, values in rows]
    return Sheet(names, cells, [number for number, _ in rows], unread, notes)


def json_cell(value: Any) -> Cell:
    """A value of JSON as a cell: text, or a list of texts. Numbers are to be text already, as they are written."""
    if value is None or isinstance(value, str):
        return (value or "").encode("utf-8", "replace").decode().strip() or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [str(cell) for item in value if (cell := json_cell(item))] or None
    return json.dumps(value, ensure_ascii=False)
