"""A folder of images, with tables of labels in it (``labels.csv``, ``metadata.jsonl``) or with folders as labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.errors import InputError, NothingUsableError
from artextract.file_states import State, unchanged
from artextract.files import user_path
from artextract.images import EXTENSIONS, ImageFacts
from artextract.labels import without_doubt
from artextract.objects import Address, ImageFile, address_of, is_address
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources import added
from artextract.sources.assemble import Origin, assemble
from artextract.sources.column_types import typed_column
from artextract.sources.dating import is_date_column
from artextract.sources.image_places import NO_FILE
from artextract.sources.import_report import ImportReport
from artextract.sources.label_sheets import SHEETS, Cell, Listed, fit
from artextract.sources.new_files import remembered
from artextract.sources.places import require_pictures
from artextract.sources.published_splits import with_splits
from artextract.sources.walk import A_TABLE, Found, LeftOut, readable, walk, walk_address
from artextract.splits import PUBLISHED
from artextract.table import ALL_LABELS, COLUMNS, read_paintings

DEFAULT_LABELS = ("style", "artist", "genre")
UNKNOWN_RIGHTS = "not stated; the user's own files"
UNCERTAIN = ("apart", "named")
WRITTEN = "{}_as_written"
"""Columns beside a label column: the words of the curator where the label is not quite these, and all labels of a cell
that has several."""
_GIVEN = ("title", "rights")
"""Columns of the table that a user's own column may fill."""
_FURTHER = ("painter", "date", "year", "year_end", "medium", "credit", PUBLISHED)
"""Columns that mean something to us where a table has them."""


@dataclass(frozen=True)
class FolderOptions:
    """How a folder is imported; kept with the collection, to do it again.

    ``labels_csv`` names one table to read in place of those in the folder, its paths counting from the images.
    ``folder_labels`` maps an attribute to "parent", "grandparent" or a depth from the top ("1", "2"):
    ``{"style": "parent"}``. ``label_columns`` names the label columns; by default style, artist and genre, as far as
    they are there.

    ``label_separator`` parts several labels in a cell: the label column has the first, ``style_all`` the list.
    ``uncertain``: with "apart" a label such as "Rembrandt?" or "[Rembrandt]" is one of its own; with "named" it counts
    as "Rembrandt", and ``artist_as_written`` keeps the words. ``encoding`` is that of the tables, found out by default.
    ``rights`` is for images whose rights no table states."""

    labels_csv: str | Path | None = None
    folder_labels: Mapping[str, str] = field(default_factory=dict)
    label_columns: tuple[str, ...] | None = None
    label_separator: str | None = None
    uncertain: str = "apart"
    encoding: str | None = None
    follow_links: bool = False
    rights: str = UNKNOWN_RIGHTS

    def as_dict(self) -> dict[str, Any]:
        """Plain values, without those that were not chosen."""
        csv = None if self.labels_csv is None else readable(str(_sheet_file(self.labels_csv).resolve()))
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values |= {"labels_csv": csv, "folder_labels": dict(self.folder_labels) or None}
        return {name: value for name, value in values.items() if value is not None}

    @staticmethod
    def from_dict(kept: Mapping[str, Any]) -> FolderOptions:
        """Of what ``as_dict`` gave; names that it does not know do not count."""
        known = {each.name for each in fields(FolderOptions)}
        values = {name: value for name, value in kept.items() if name in known and value is not None}
        if "label_columns" in values:
            values["label_columns"] = tuple(values["label_columns"])
        return FolderOptions(**values)


def import_folder(
    images: str | ImageFile,
    out: str | Path,
    options: FolderOptions = FolderOptions(),
    *,
    split: str | None = None,
    seed: int = 0,
    first: int | None = None,
    again: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Read every image below ``images``, with what the tables of labels in it say (``label_sheets.SHEETS``).

    It may be an address, such as ``s3://bucket/paintings``; the images then stay there.

    Label columns and any further columns are kept. Columns that the table fills itself (``id``, ``split``, ...) are
    kept as ``csv_id``, ``csv_split``, ... ``split`` is by default "published" where folders or a column name the
    splits, else "stratified". With ``first`` only so many images are read, in the order of their names, so
    that something is there soon. With ``again`` what the collection in ``out`` knows of files that have not changed is
    taken from there.

    Whatever was not taken is in the report. Raises ``InputError`` where no row of the tables fits an image."""
    if options.uncertain not in UNCERTAIN:
        raise InputError(
            f"there is no way '{options.uncertain}' to take uncertain labels",
            "choose apart or named",
            code="unknown-uncertain",
        )
    place = require_pictures(images)
    kept_options = options.as_dict() | ({} if split is None else {"split": split}) | {"seed": seed}
    found = _found(place, user_path(out), options.follow_links)
    _take_added(found, place, user_path(out))
    if not found.images:
        raise NothingUsableError(
            f"there are no images below '{place}'",
            _why_none(found),
            code="no-images",
        )
    keys = [key for key, _ in found.images]
    own = (*COLUMNS, *_FURTHER, *DEFAULT_LABELS, *(options.label_columns or ()), *options.folder_labels)
    sheets = _sheets(found, place, options.labels_csv)
    listed = fit(sheets, keys, place, own, {left.path: left.reason for left in found.left_out}, options.encoding)
    if listed.expected and not listed.fitting:
        raise _nothing_fits(listed, place, options.labels_csv)
    labels = options.label_columns or tuple(dict.fromkeys([*DEFAULT_LABELS, *options.folder_labels]))
    frame, types, notes = _frame(found, listed, labels, options)
    whole = first is None or len(frame) <= first
    report = assemble(
        frame if whole else frame.iloc[:first].copy(),
        out,
        labels=labels,
        protocol=split,
        seed=seed,
        origin=Origin(place, kept_options, whole, _known(out, found.states) if again else {}, found.states),
        progress=progress,
    )
    without_row = [readable(key) for key in keys if key not in listed.cells] if listed.columns else []
    if listed.twice:
        notes.append(
            f"{counted(listed.twice, 'path stands', 'paths stand')} more than once in the CSV; the first row counts"
        )
    if without_row:
        notes.append(f"{counted(len(without_row), 'image is', 'images are')} not in the CSV: no labels from there")
    report.missing, report.columns = sum(left.reason == NO_FILE for left in listed.without_file), types
    report.notes = notes + listed.notes + report.notes
    report.left_out = [*found.left_out, *listed.without_file, *listed.unread]
    report.without_row = without_row
    report.write_left_out()
    return report


def import_again(
    collection: str | Path, first: int | None = None, progress: Progress = no_progress
) -> ImportReport | None:
    """Import the folder of a collection again, as it was imported, to take what is new, changed or gone in it.

    Only files that have changed are read. None where the collection is of no folder, or an older version imported it.

    Raises what ``import_folder`` raises; the collection is then as it was."""
    root = user_path(collection)
    was = remembered(root)
    if was is None or was.options is None:
        return None
    options, split, seed = FolderOptions.from_dict(was.options), was.options.get("split"), was.options.get("seed", 0)
    return import_folder(was.folder, root, options, split=split, seed=seed, first=first, again=True, progress=progress)


def _frame(
    found: Found, listed: Listed, labels: Sequence[str], options: FolderOptions
) -> tuple[pd.DataFrame, dict[str, str], list[str]]:
    """A row per image with its columns, the types of those, and notes.

    Raises ``InputError`` where a label column that was asked for is not there."""
    keys = [key for key, _ in found.images]
    rows, types, notes = _columns(listed, keys, labels, options.folder_labels)
    if options.label_columns and (absent := [name for name in labels if name not in rows]):
        raise InputError(
            f"there is no label column '{absent[0]}'",
            f"the columns are: {', '.join(rows)}",
            code="unknown-column",
        )
    _take_labels(rows, labels, options.label_separator, options.uncertain, notes)
    frame = pd.DataFrame(rows, index=range(len(keys)))
    frame["_key"] = pd.Series(keys, dtype=object)  # a name may be no Unicode, which other columns cannot hold
    frame["path"] = pd.Series([str(path) for _, path in found.images], dtype=object)
    frame["source"] = "folder"
    frame["rights"] = frame["rights"].fillna(options.rights) if "rights" in frame else options.rights
    names = [readable(key.removeprefix(added.KEY)) for key in keys]
    return with_splits(frame, names, "csv_split"), types, notes


def _found(images: ImageFile, out: Path, follow_links: bool) -> Found:
    if isinstance(images, Address):
        return walk_address(images, SHEETS)
    return walk(images, out, SHEETS, follow_links)


def _take_added(found: Found, images: ImageFile, out: Path) -> None:
    """Add the pictures of the collection's own folder; one that is its own folder of pictures has them among these."""
    folder = out / added.FOLDER
    if not folder.is_dir() or out.resolve() == images.resolve():
        return
    more = walk(folder, out)
    found.images += [(added.KEY + key, path) for key, path in more.images]
    found.left_out += [LeftOut(f"{added.FOLDER}/{left.path}", left.reason) for left in more.left_out]


def _known(out: str | Path, states: dict[str, State] | None) -> dict[str, ImageFacts]:
    try:
        return unchanged(read_paintings(out), states)
    except InputError:
        return {}


def _sheets(found: Found, images: ImageFile, given: str | Path | None) -> list[tuple[str, ImageFile]]:
    """The tables to read, the less important first."""
    if given is None:
        order = {name: place for place, name in enumerate(SHEETS)}
        return sorted(found.sheets, key=lambda pair: (pair[0].count("/"), order[pair[1].name.casefold()], pair[0]))
    csv = _sheet_file(given)
    if not csv.is_file():
        raise InputError(f"there is no file '{given}'", "give a CSV with a column 'path'", code="file-missing")
    others = [key for key, path in found.sheets if path.resolve() != csv.resolve()]
    found.left_out = [left for left in found.left_out if _below(images, left.path).resolve() != csv.resolve()]
    found.left_out += [LeftOut(readable(key), "not read, since --labels names another table") for key in others]
    return [(csv.name, csv)]


def _below(images: ImageFile, path: str) -> ImageFile:
    return Address(f"{images}/{path}") if isinstance(images, Address) else images / path


def _sheet_file(given: str | Path) -> ImageFile:
    return address_of(str(given)) if is_address(str(given)) else user_path(given)


def _why_none(found: Found) -> str:
    endings = f"known endings: {', '.join(sorted(EXTENSIONS))}"
    tables = [key for key, _ in found.sheets] + [one.path for one in found.left_out if one.reason.startswith(A_TABLE)]
    if tables:
        return f"put the pictures that '{readable(tables[0])}' is about into the folder too; {endings}"
    return endings + (f"; {found.left_out[0].path}: {found.left_out[0].reason}" if found.left_out else "")


def _nothing_fits(listed: Listed, images: ImageFile, given: str | Path | None) -> InputError:
    unused = [*listed.unread, *listed.without_file]
    name = str(given or (unused[0].path.partition(", line ")[0] if unused else "labels.csv"))
    example = f"it has '{listed.example}'" if listed.example else "it has no rows at all"
    if unused and not listed.example:
        example = f"{unused[0].path}: {unused[0].reason}"
    return InputError(
        f"no row of '{name}' fits an image below '{images}' ({example})",
        "paths count from the folder of the images",
        code="no-row-fits",
    )


def _columns(
    listed: Listed, keys: list[str], labels: Sequence[str], folder_labels: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str], list[str]]:
    """The columns of the tables, (N,) each, their types, and notes on what had to get another name."""
    rows: dict[str, object] = {}
    types: dict[str, str] = {}
    renamed = []
    for name in listed.columns:
        kept = name
        if (name in COLUMNS and name not in _GIVEN) or name.startswith("_"):
            kept = f"csv_{name.lstrip('_')}"
            kept = _free([*listed.columns, *rows], kept)
            renamed.append(f"'{name}' as '{kept}'")
        cells: list[Cell] = [listed.cells.get(key, {}).get(name) for key in keys]
        if any(isinstance(cell, list) for cell in cells):
            rows[kept] = [[cell] if isinstance(cell, str) else cell for cell in cells]
            types[kept] = "lists"
        elif name in labels or name in _GIVEN or is_date_column(name):
            rows[kept] = cells
        else:
            rows[kept], types[kept] = typed_column([cell if isinstance(cell, str) else None for cell in cells])
    for name, level in folder_labels.items():
        folders = [_folder_name(readable(key.removeprefix(added.KEY)), level) for key in keys]
        said = rows.get(name)
        rows[name] = [a or b for a, b in zip(said, folders, strict=True)] if isinstance(said, list) else folders
    notes = (
        [f"columns that the table fills itself are kept under another name: {', '.join(renamed)}"] if renamed else []
    )
    return rows, types, notes


def _take_labels(
    rows: dict[str, object], labels: Sequence[str], separator: str | None, uncertain: str, notes: list[str]
) -> None:
    """Make each label column one label a row; what does not fit into that goes into columns beside it."""
    for name in labels:
        cells = rows.get(name)
        if not isinstance(cells, list):
            rows[name] = [None if cell is None else str(cell) for cell in cells] if cells is not None else None  # type: ignore[attr-defined]
            continue
        if any(isinstance(cell, list) for cell in cells) or (separator and any(separator in (c or "") for c in cells)):
            several = [_parts(cell, separator) for cell in cells]
            rows[_free(rows, ALL_LABELS.format(name))] = several
            cells = [parts[0] if parts else None for parts in several]
            count = sum(parts is not None and len(parts) > 1 for parts in several)
            notes.append(
                f"{counted(count, 'painting has', 'paintings have')} several labels in '{name}': the first is its"
                f" label; '{ALL_LABELS.format(name)}' has all, and all are learned"
            )
        if uncertain == "named":
            plain = [None if cell is None else without_doubt(cell) for cell in cells]
            if plain != cells:
                rows[_free(rows, WRITTEN.format(name))] = [
                    a if a != b else None for a, b in zip(cells, plain, strict=True)
                ]
                cells = plain
        rows[name] = cells


def _free(taken: Iterable[str], name: str) -> str:
    while name in taken:
        name += "_"
    return name


def _parts(cell: Cell, separator: str | None) -> list[str] | None:
    if cell is None or isinstance(cell, list):
        return cell or None
    return [part.strip() for part in cell.split(separator) if part.strip()] or None


def _folder_name(key: str, level: str) -> str | None:
    folders = key.split("/")[:-1]
    try:
        position = {"parent": len(folders) - 1, "grandparent": len(folders) - 2}.get(level)
        position = int(level) - 1 if position is None else position
    except ValueError:
        raise InputError(
            f"'{level}' is no folder level",
            "use parent, grandparent, or a depth such as 1",
            code="invalid-folder-level",
        ) from None
    return folders[position] if 0 <= position < len(folders) else None
