"""A folder of images, with an optional ``labels.csv`` or with folders as labels."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pandas as pd

from artextract.errors import InputError, NothingUsableError
from artextract.images import EXTENSIONS, image_files
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import ImportReport, assemble, require_folder
from artextract.sources.dating import is_date_column
from artextract.table import COLUMNS

DEFAULT_LABELS = ("style", "artist", "genre")
UNKNOWN_RIGHTS = "not stated; the user's own files"


def import_folder(
    images: str | Path,
    out: str | Path,
    *,
    labels_csv: str | Path | None = None,
    folder_labels: dict[str, str] | None = None,
    label_columns: tuple[str, ...] | None = None,
    split: str = "stratified",
    rights: str = UNKNOWN_RIGHTS,
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Read every image below ``images`` (or, with a CSV, those that it lists and any others without labels).

    ``labels_csv`` defaults to ``images/labels.csv`` where that exists: a ``path`` column relative to the folder, label
    columns, and any further columns, which are kept. ``folder_labels`` maps an attribute to "parent", "grandparent" or
    a depth from the top ("1", "2"): ``{"style": "parent"}``. ``label_columns`` names the label columns; by default
    style, artist and genre, as far as they are there. Columns of the CSV that the table fills itself (``id``,
    ``split``, ...) are kept as ``csv_id``, ``csv_split``, ... Raises ``InputError`` where no row of the CSV fits an
    image."""
    images = require_folder(images)
    rows = pd.DataFrame({"path": _image_files(images, out)})
    if not len(rows):
        raise NothingUsableError(
            f"there are no images below '{images}'", f"known endings: {', '.join(sorted(EXTENSIONS))}", code="no-images"
        )
    rows["_key"] = [path.relative_to(images).as_posix() for path in rows["path"]]
    rows["path"] = rows["path"].astype(str)
    missing = 0
    notes: list[str] = []
    for name, level in (folder_labels or {}).items():
        rows[name] = [_folder_name(key, level) for key in rows["_key"]]
    csv = Path(labels_csv) if labels_csv else images / "labels.csv"
    if labels_csv and not csv.is_file():
        raise InputError(f"there is no file '{csv}'", "give a CSV with a column 'path'", code="file-missing")
    if csv.is_file():
        rows, missing, notes = _with_labels(rows, _read_csv(csv), folder_labels or {}, images, csv)
    labels = label_columns or tuple(name for name in dict.fromkeys([*DEFAULT_LABELS, *(folder_labels or {})]))
    absent = [name for name in labels if name not in rows]
    if label_columns and absent:
        raise InputError(
            f"there is no label column '{absent[0]}'",
            f"the columns are: {', '.join(rows.columns)}",
            code="unknown-column",
        )
    for name in absent:
        rows[name] = None
    rows["source"] = "folder"
    rows["rights"] = rows["rights"].fillna(rights) if "rights" in rows else rights
    report = assemble(rows, out, labels=labels, protocol=split, seed=seed, progress=progress)
    report.missing, report.notes = missing, notes + report.notes
    return report


def _image_files(images: Path, out: str | Path) -> list[Path]:
    ours = Path(out).resolve()
    inside = ours != images.resolve() and ours.is_relative_to(images.resolve())
    return [
        path
        for path in image_files(images)
        if not any(part.startswith(".") for part in path.relative_to(images).parts)
        and not (inside and path.resolve().is_relative_to(ours))
    ]


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


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        listed = pd.read_csv(
            path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig", skipinitialspace=True
        )
    except (ValueError, OSError) as error:
        raise InputError(
            f"'{path}' cannot be read as CSV: {error}", "save it as comma-separated UTF-8 text", code="unreadable-csv"
        ) from error
    listed.columns = [str(name).strip() for name in listed.columns]
    if "path" not in listed:
        raise InputError(
            f"'{path}' has no column 'path'", f"its columns are: {', '.join(listed.columns)}", code="unknown-column"
        )
    return listed[listed["path"].notna()]


def _with_labels(
    rows: pd.DataFrame, listed: pd.DataFrame, folder_labels: dict[str, str], images: Path, csv: Path
) -> tuple[pd.DataFrame, int, list[str]]:
    ours = [c for c in listed if (c in COLUMNS or c.startswith("_")) and c not in ("path", "title", "rights")]
    listed = listed.rename(columns={name: f"csv_{name.lstrip('_')}" for name in ours})
    for column in listed.columns.difference(["path"]):
        numbers = pd.to_numeric(listed[column], errors="coerce")
        if (
            column not in ("title", "rights", *DEFAULT_LABELS)
            and not is_date_column(column)
            and listed[column].notna().any()
            and numbers.notna().eq(listed[column].notna()).all()
        ):
            listed[column] = numbers
    listed["_match"] = [_match_key(path, images) for path in listed["path"]]
    twice = int(listed["_match"].duplicated().sum())
    listed = listed.drop_duplicates("_match", keep="first").drop(columns="path")
    rows = rows.assign(_match=[_match_key(key) for key in rows["_key"]])
    missing = int((~listed["_match"].isin(rows["_match"])).sum())
    if missing == len(listed):
        example = f"'{listed['_match'].iloc[0]}'" if len(listed) else "no rows at all"
        raise InputError(
            f"no row of '{csv}' fits an image below '{images}' (it has {example})",
            "paths count from the folder of the images",
            code="no-row-fits",
        )
    merged = rows.merge(listed, on="_match", how="left", suffixes=("_folder", ""))
    for name in folder_labels:
        if f"{name}_folder" in merged:  # the CSV wins where it says something
            merged[name] = merged[name].fillna(merged.pop(f"{name}_folder"))
    notes = [f"{twice} paths stand more than once in the CSV; the first row counts"] if twice else []
    unlabelled = int((~rows["_match"].isin(listed["_match"])).sum())
    if unlabelled:
        notes.append(f"{unlabelled} images are not in the CSV and have no labels from it")
    return merged.drop(columns="_match"), missing, notes


def _match_key(path: str, images: Path | None = None) -> str:
    """The path inside the folder, in one spelling; absolute paths into the folder are made relative."""
    text = str(path).strip().replace("\\", "/").removeprefix("./")
    if images is not None and Path(text).is_absolute() and Path(text).is_relative_to(images.resolve()):
        text = Path(text).relative_to(images.resolve()).as_posix()
    return unicodedata.normalize("NFC", text)
