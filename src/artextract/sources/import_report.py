"""What an import did, and the list of what it did not take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from artextract import splits
from artextract.csv_file import write_frame
from artextract.labels import classes_of
from artextract.printable import counted
from artextract.sources.walk import LeftOut, by_reason, readable
from artextract.table import Paintings

LEFT_OUT = "left_out.csv"
"""The list of what an import did not take, in the collection."""
WITHOUT_ROW = "imported without labels, since no table lists it"


@dataclass
class ImportReport:
    """What an import did.

    ``skipped`` pairs an image that cannot be used with the reason; ``left_out`` is all else that was not taken.
    ``missing`` counts listed images that are not there, ``without_row`` are images that no table lists; ``columns`` are
    the types of further columns. ``respelled``: per label column, what is not shown as it was written, and how it is
    shown; None for what says that nothing is known. ``remarks`` are about single files: what was mended or left out to
    read them."""

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


def remarks_of(noted: Iterable[tuple[str, Sequence[str]]], named: int = 3) -> list[str]:
    """One line for each kind of note about files, with how many have it and the first ``named`` names.

    ``noted`` pairs the path of a file with its notes."""
    files: dict[str, list[str]] = {}
    for path, notes in noted:
        for note in notes:
            files.setdefault(note, []).append(readable(Path(path).name))
    return [
        f"{counted(len(names), 'image', 'images')}: {note}"
        f" ({', '.join(names[:named])}{', ...' if len(names) > named else ''})"
        for note, names in files.items()
    ]


def _classes(table: Paintings, name: str) -> int:
    lists = table.all_labels(name)
    cells = table.column(name) if lists is None else [label for labels in lists for label in labels or ()]
    return len(classes_of(cells))
