"""The table of paintings: one row a painting, typed columns, parquet in and out. It knows no model and no index."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import eq
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from artextract.checksums import BLANK, is_sealed, seal
from artextract.columns import Column, column_of
from artextract.csv_file import for_sheets
from artextract.errors import InputError
from artextract.files import user_path, write_aside
from artextract.forms import misfit
from artextract.labels import canonical_key, without_doubt
from artextract.objects import Address, ImageFile, is_address
from artextract.printable import counted

FILE_NAME = "paintings.parquet"
SPLITS = ("train", "val", "test")
_METADATA_KEY = b"artextract"
_CHECKSUM_KEY, _SEALED_KEY = b"artextract.checksum", b"artextract.sealed"
"""In the footer alone, so that a program that reads the table and writes another does not take them along. Each tells
of the other, so that a flipped bit in one of these names is noticed; they are looked for in all bytes of a file, since
a bit can hide the whole list of names."""

COLUMNS: dict[str, str] = {
    "id": "string",
    "path": "string",
    "title": "string",
    "source": "string",
    "rights": "string",
    "split": "string",
    "sha256": "string",
    "phash": "string",
    "width": "int",
    "height": "int",
}
"""The columns that every table has, in order; label columns and any others follow."""

_CODING = Lock()

ALL_LABELS = "{}_all"
"""The column of all labels of a painting, lists, beside the label column, which has the first of them."""

REQUIRED = ("id", "path", "source", "rights", "sha256", "width", "height")
"""Of these columns no value may be missing."""


@dataclass(frozen=True)
class Paintings:
    """Rows of paintings.

    ``frame`` has the columns of ``COLUMNS``, one nullable text column per name in ``labels`` (display names; compare
    them through ``labels.canonical_key``) and any further columns. ``root`` is the collection's folder: a relative
    ``path`` counts from there. ``protocol`` names how the splits were made, where that is known."""

    frame: pd.DataFrame
    root: Path
    labels: tuple[str, ...] = ("style", "artist", "genre")
    protocol: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", user_path(self.root))
        object.__setattr__(self, "frame", _typed(self.frame, self.labels))

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def ids(self) -> list[str]:
        ids: list[str] = self.column("id").tolist()
        return ids

    def column(self, name: str) -> np.ndarray:
        """A column as an object array (N,), with None for what is missing.

        Raises ``InputError`` for an unknown name."""
        if name not in self.frame.columns:
            raise InputError(
                f"the collection has no column '{name}'",
                f"it has: {', '.join(self.frame.columns)}",
                code="unknown-column",
            )
        values: np.ndarray = self.frame[name].to_numpy(dtype=object, copy=True)
        values[pd.isna(values)] = None
        return values

    def coded(self, name: str) -> Column | None:
        """A column as its distinct values, worked out once; None where its cells are lists.

        Raises ``InputError`` for an unknown name."""
        if name not in self._coded:
            with _CODING:
                if name not in self.frame.columns:
                    self.column(name)
                self._coded[name] = column_of(self.frame[name])
        return self._coded[name]

    @cached_property
    def _coded(self) -> dict[str, Column | None]:
        return {}

    def cells(self, name: str, rows: Sequence[int] | np.ndarray) -> list[Any]:
        """Some cells of a column, None for what is missing. No more of it is read than these."""
        texts = self._texts(name)
        if texts is not None:
            return [texts[int(row)].as_py() for row in rows]
        column = self.coded(name)
        return self.column(name)[list(rows)].tolist() if column is None else column.at(rows)

    def _texts(self, name: str) -> pa.Array | pa.ChunkedArray | None:
        """A column of texts as it lies in memory, None for any other column."""
        if name not in self._arrow:
            cells = self.frame.get(name)
            there = cells is not None and isinstance(cells.dtype, pd.StringDtype) and cells.dtype.storage == "pyarrow"
            self._arrow[name] = pa.array(cells) if there else None
        return self._arrow[name]

    @cached_property
    def _arrow(self) -> dict[str, pa.Array | pa.ChunkedArray | None]:
        return {}

    def has_cells(self, name: str, cells: Sequence[str]) -> bool:
        """Whether a column of texts has these cells, in this order."""
        return len(cells) == len(self) and all(map(eq, self.frame[name].to_numpy(dtype=object), cells))

    def keys(self, name: str) -> np.ndarray:
        """A label column as canonical keys, object array (N,), None where there is no label."""
        return np.array([canonical_key(value) for value in self.column(name)] + [None], dtype=object)[:-1]

    def all_labels(self, name: str) -> np.ndarray | None:
        """The lists of labels of a column whose cells hold several, object array (N,), None where there is no label.

        None as a whole where each cell holds one. They stand in the column that ``ALL_LABELS`` names."""
        column = ALL_LABELS.format(name)
        if name not in self.labels or column not in self.frame:
            return None
        cells = self.frame[column].to_numpy(dtype=object, copy=True)
        lists = [None if cell is None or not np.ndim(cell) or not len(cell) else list(cell) for cell in cells]
        if not any(one is not None for one in lists):
            return None
        return np.array([*lists, None], dtype=object)[:-1]

    def artists(self) -> np.ndarray | None:
        """Canonical keys of the artists, None where unknown; None as a whole where no column names them.

        An attribution that is not certain, "Rembrandt?", counts as the artist's: it tells which paintings belong
        together."""
        column = artist_column(self.frame)
        if column is None:
            return None
        names = [None if name is None else without_doubt(str(name)) for name in self.column(column)]
        return np.array([*map(canonical_key, names), None], dtype=object)[:-1]

    def image_path(self, row: int) -> ImageFile:
        """The absolute path of one image file, or its address at a store."""
        return _image_file(self.root.resolve(), str(self.cells("path", [row])[0]))

    def image_paths(self) -> list[ImageFile]:
        """Absolute paths of the image files, or their addresses, in row order."""
        root = self.root.resolve()
        return [_image_file(root, path) for path in self.column("path")]

    def paths_for(self, folder: Path | None = None) -> list[str]:
        """Paths of the image files as text: absolute, or as they are reached from ``folder``, with forward slashes;
        where no way leads there (another drive of Windows, an object at a store), absolute."""
        if folder is None:
            return [str(path) for path in self.image_paths()]
        start = folder.resolve()
        found = []
        for path in self.image_paths():
            if isinstance(path, Address):
                found.append(str(path))
                continue
            try:
                found.append(Path(os.path.relpath(path, start)).as_posix())
            except ValueError:
                found.append(str(path))
        return found

    def rows(self, mask_or_positions: np.ndarray | Iterable[int]) -> Paintings:
        """The chosen rows, in the given order, as a table of its own."""
        chosen = np.asarray(mask_or_positions)
        if chosen.dtype == bool:
            chosen = np.flatnonzero(chosen)
        return replace(self, frame=self.frame.iloc[chosen.astype(int)].reset_index(drop=True))

    def in_split(self, *names: str) -> Paintings:
        return self.rows(np.isin(self.column("split").astype(str), names))

    def position(self, painting_id: str) -> int | None:
        """The row of an id, or None where the collection has no such id."""
        found = np.flatnonzero(self.column("id") == painting_id)
        return int(found[0]) if len(found) else None

    def record(self, position: int) -> dict[str, Any]:
        """One row as a dict of plain Python values, fit for JSON; missing values are None."""
        return {name: _plain(value) for name, value in self.frame.iloc[position].items()}

    def records(self) -> list[dict[str, Any]]:
        return [{name: _plain(value) for name, value in row.items()} for row in self.frame.to_dict("records")]

    def write(self) -> Path:
        """Write ``root/paintings.parquet`` in one step and give its path.

        The file carries a checksum of itself, and its pages carry their own, for other programs."""
        table = pa.Table.from_pandas(self.frame, preserve_index=False)
        metadata = {
            **(table.schema.metadata or {}),
            _METADATA_KEY: json.dumps({"labels": self.labels, "protocol": self.protocol}).encode(),
        }
        path = self.root / FILE_NAME
        with write_aside(path) as aside:
            table = table.replace_schema_metadata(metadata)
            with pq.ParquetWriter(aside, table.schema, write_page_checksum=True) as writer:
                writer.write_table(table)
                writer.add_key_value_metadata({_CHECKSUM_KEY: BLANK, _SEALED_KEY: _CHECKSUM_KEY})
            seal(aside)
        return path

    def export(self, path: Path, format: str, relative: bool = False) -> None:
        """Write the rows as "csv", which no spreadsheet calculates, or "json" (a list of objects).

        Paths are absolute, or ``relative`` to the folder of the file, with forward slashes."""
        absolute = replace(self, frame=self.frame.assign(path=self.paths_for(path.parent if relative else None)))
        with write_aside(path) as aside:
            if format == "csv":
                for_sheets(absolute.frame).to_csv(aside, index=False)
            elif format == "json":
                aside.write_text(json.dumps(absolute.records(), indent=2, ensure_ascii=False), encoding="utf-8")
            else:
                raise InputError(
                    f"there is no export format '{format}'", "choose csv or json", code="unknown-export-format"
                )


def read_paintings(collection: str | Path) -> Paintings:
    """Read the table of a collection's folder; raises ``InputError`` where there is none or it is damaged."""
    path = user_path(collection) / FILE_NAME
    if not path.is_file():
        raise InputError(
            f"'{collection}' is not a collection: it has no {FILE_NAME}",
            "make one with: artextract import",
            code="not-a-collection",
        )
    try:
        table = _read(path)
        saved = json.loads(
            (table.schema.metadata or {}).get(_METADATA_KEY, b'{"labels": ["style", "artist", "genre"]}')
        )
        problem = misfit(saved, {"labels": [str]}) or misfit(saved.get("protocol"), (None, str))
        if problem:
            raise ValueError(problem)
        for field in table.schema:
            if field.name in (*COLUMNS, *saved["labels"]) and pa.types.is_nested(field.type):
                raise ValueError(f"the column '{field.name}' holds {field.type}")
        return Paintings(table.to_pandas(), user_path(collection), tuple(saved["labels"]), saved.get("protocol"))
    except InputError as error:
        raise InputError(f"'{path}' is no table of paintings: {error.message}", error.hint, error.code) from error
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, AttributeError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise InputError(
            f"'{path}' is damaged: {reason}", "import the collection again", code="damaged-file"
        ) from error


def _read(path: Path) -> pa.Table:
    """The table of a file that is as it was written; raises ``ValueError`` and ``pa.ArrowException``."""
    data = path.read_bytes()
    with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
        own = (file.metadata.metadata or {}).get(_CHECKSUM_KEY, b"")
        sealed = _CHECKSUM_KEY in data or _SEALED_KEY in data  # an older version did not, nor do other programs
        if sealed and not is_sealed(data, own):
            raise ValueError("its contents are not what was written")
        table = file.read()
    table.validate(full=True)
    del data
    pa.default_memory_pool().release_unused()  # what the pages took that were unpacked
    return table


def _image_file(root: Path, path: str) -> ImageFile:
    return Address(path) if is_address(path) else root / path


def artist_column(frame: pd.DataFrame) -> str | None:
    """The column that names the artists: "painter", which also names those that are no class to learn, else
    "artist"."""
    return next((name for name in ("painter", "artist") if name in frame), None)


def fingerprint(paintings: Paintings) -> str:
    """What makes two tables the same collection: their ids and contents, in any order."""
    pairs = sorted(zip(paintings.column("id"), paintings.column("sha256"), strict=False))
    return hashlib.sha256("\n".join(f"{a} {b}" for a, b in pairs).encode()).hexdigest()


def _typed(frame: pd.DataFrame, labels: tuple[str, ...]) -> pd.DataFrame:
    """Known columns in their order and type; raises ``InputError`` for rows that break the table's promises."""
    frame = frame.copy()
    for name, kind in {**COLUMNS, **dict.fromkeys(labels, "string")}.items():
        if name not in frame:
            frame[name] = pd.Series([None] * len(frame), dtype="string", index=frame.index)
        frame[name] = frame[name].astype("int64" if kind == "int" else "string")
    frame = frame[[*COLUMNS, *labels, *(c for c in frame if c not in COLUMNS and c not in labels)]]
    for name in REQUIRED:
        if frame[name].isna().any():
            raise InputError(
                f"{counted(int(frame[name].isna().sum()), 'row has', 'rows have')} no {name}",
                "import the collection again",
                code="missing-values",
            )
    twice = frame["id"][frame["id"].duplicated()]
    if len(twice):
        raise InputError(
            f"id '{twice.iloc[0]}' stands on two rows",
            "ids must be unique: import the collection again",
            code="id-twice",
        )
    unknown = set(frame["split"].dropna()) - set(SPLITS)
    if unknown:
        raise InputError(
            f"there is no split '{sorted(unknown)[0]}'",
            f"a split is one of {', '.join(SPLITS)}, or empty",
            code="unknown-split",
        )
    return frame.reset_index(drop=True)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if pd.isna(value) or value in (math.inf, -math.inf):  # JSON has no word for these
        return None
    return value.item() if isinstance(value, np.generic) else value
