"""Mends in the table what an examination found; images are never touched."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from artextract.doctor.copies import groups_of
from artextract.doctor.findings import Report
from artextract.errors import NothingUsableError
from artextract.files import write_aside
from artextract.table import FILE_NAME, Paintings, read_paintings

BEFORE_FIX = "paintings.before-fix.parquet"
_STRENGTH = {"test": 3, "val": 2, "train": 1, None: 0}
"""Which side copies are brought to: nothing that is tested may be trained on."""


@dataclass(frozen=True)
class Repairs:
    """What ``fix`` did, as ids.

    ``merged`` pairs a dropped copy with the row that stands for it; ``moved`` is (id, from, to)."""

    dropped: tuple[str, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()
    cleared: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str, str], ...] = ()
    kept_as: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "dropped": list(self.dropped),
            "merged": [{"id": gone, "into": kept} for gone, kept in self.merged],
            "cleared": [{"id": painting_id, "attribute": name} for painting_id, name in self.cleared],
            "moved": [{"id": painting_id, "from": old, "to": new} for painting_id, old, new in self.moved],
            "table_before": str(self.kept_as) if self.kept_as else None,
        }


def fix(report: Report) -> Repairs:
    """Mend in the table what ``report`` marks as fixable, and give what was done.

    Rows whose file is missing or unreadable are dropped. Rows of the same bytes become one: missing labels are taken
    from the others, contradictory ones are emptied. Copies on two sides come to one: test before validation before
    training. The table that was there is kept as ``paintings.before-fix.parquet``, unless an earlier one is. Raises
    ``NothingUsableError`` where no row would be left."""
    table = read_paintings(report.collection)
    bad = report.ids("missing_file") | report.ids("unreadable_file")
    readable = np.array([painting_id not in bad for painting_id in table.ids], dtype=bool)
    if not readable.any():
        raise NothingUsableError(
            "no row of the table has a readable image",
            "bring the image files back, or import the collection again",
            code="no-readable-image",
        )
    repaired, merged, cleared = _merge(table.rows(readable), report.ids("changed_file"))
    repaired, moved = _bring_together(repaired)
    if readable.all() and not merged and not moved:
        return Repairs()
    kept_as = report.collection / BEFORE_FIX
    if not kept_as.exists():
        with write_aside(kept_as) as aside:
            shutil.copyfile(report.collection / FILE_NAME, aside)
    repaired.write()
    return Repairs(tuple(table.rows(~readable).ids), tuple(merged), tuple(cleared), tuple(moved), kept_as)


def _merge(table: Paintings, changed: set[str]) -> tuple[Paintings, list[tuple[str, str]], list[tuple[str, str]]]:
    frame, ids, split = table.frame.copy(), table.column("id"), table.column("split")
    columns = {name: (table.keys(name), table.column(name)) for name in table.labels}
    gone: list[int] = []
    merged, cleared = [], []
    for rows in groups_of(table)["exact"]:
        labelled = frame.loc[rows, list(table.labels)].notna().sum(axis=1).to_numpy()
        kept = max(
            range(len(rows)), key=lambda i: (ids[rows[i]] not in changed, _STRENGTH[split[rows[i]]], labelled[i], -i)
        )
        frame.loc[rows[kept], "split"] = max(split[rows], key=_STRENGTH.__getitem__)
        for name, (keys, labels) in columns.items():
            known = {key: label for key, label in zip(keys[rows], labels[rows], strict=False) if key is not None}
            if len(known) > 1:
                frame.loc[rows[kept], name] = None
                cleared.append((ids[rows[kept]], name))
            elif known and keys[rows[kept]] is None:
                frame.loc[rows[kept], name] = next(iter(known.values()))
        others = np.delete(rows, kept)
        merged += [(ids[row], ids[rows[kept]]) for row in others]
        gone += others.tolist()
    return replace(table, frame=frame.drop(index=gone)), merged, cleared


def _bring_together(table: Paintings) -> tuple[Paintings, list[tuple[str, str, str]]]:
    split, ids = table.column("split"), table.column("id")
    moved = []
    for rows in groups_of(table)["near"]:
        side = max(split[rows], key=_STRENGTH.__getitem__)
        for row in rows:
            if split[row] not in (side, None):
                moved.append((ids[row], split[row], side))
                split[row] = side
    return replace(table, frame=table.frame.assign(split=split)), moved
