"""Several collections made one: rows as they are, labels spelled alike, and no copy of a painting on another side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract import splits
from artextract.errors import InputError, NothingUsableError
from artextract.file_states import hand_over, look_again
from artextract.files import user_path
from artextract.labels import canonical_key
from artextract.objects import ImageFile
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import changed_spellings
from artextract.sources.import_report import ImportReport
from artextract.sources.join_labels import PERSONS, one_spelling
from artextract.sources.new_files import remember_folder
from artextract.sources.places import stored_path
from artextract.table import Paintings, read_paintings

KEEP, JOINED = "keep", "joined"
MODES = (KEEP, "stratified", "artist-disjoint")
FROM, FORMER_ID = "joined_from", "joined_id"
"""Columns of a joined table: the collection that a row comes from, and its id there where it had to get another."""
_FIRST = {"test": 0, "val": 1, "train": 2}
"""Of the splits that copies of one painting have, the first is that of all."""
_EXAMPLES = 3


@dataclass
class JoinReport(ImportReport):
    """``joined`` is what the join did beyond an import, in plain values for ``--json``: the collections, ids that had
    to change, rows that changed their split, paintings that stand in several collections, and labels that contradict
    each other there."""

    joined: dict[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        return {**super().summary(), "joined": self.joined}


def import_join(
    collections: Sequence[str | Path],
    out: str | Path,
    *,
    split: str | None = KEEP,
    seed: int = 0,
    progress: Progress = no_progress,
) -> JoinReport:
    """Write one table of the rows of several collections.

    Image files stay where they are; each collection stays as it is.

    A row keeps its id, and in the first collection also where a later one has the same; that gets a number behind it,
    and ``joined_id`` keeps the old one. ``joined_from`` names the collection. Labels with one key get one spelling
    (``join_labels.py``). All other columns are kept; one that is numbers here and words there becomes words.

    ``split`` is one of ``MODES``. With "keep" every row stays on its side, but for copies: rows with the same bytes or
    nearly the same picture (``splits.duplicate_groups``) are test where one of them is, else validation where one of
    them is, and a row in no split stays in none. If all collections are artist-disjoint, an artist's paintings move
    together too. Otherwise all rows are split anew by ``seed``.

    Files that have changed since their import are looked at again; those that are gone are in the report. Raises
    ``InputError`` for fewer than two collections, for one that is given twice, and for an ``out`` that is one of them.
    """
    split = split or KEEP
    if split not in MODES:
        raise InputError(
            f"there is no way '{split}' to split a join", f"choose one of {', '.join(MODES)}", code="unknown-join-split"
        )
    out = user_path(out)
    tables = _read(collections, out, progress)
    names = _names([table.root for table in tables])
    ids, former = _distinct([table.ids for table in tables])
    paths = [path for table in tables for path in table.image_paths()]
    joined, respelled = _joined(tables, names, ids, former, paths, out)
    changes = look_again(joined, progress)
    kept = np.array([id_ not in changes.lost for id_ in ids], dtype=bool)
    if not kept.any():
        raise NothingUsableError(
            f"none of {counted(len(ids), 'image file')} of the collections is left",
            "give the collections where their images can be reached",
            code="no-usable-image",
        )
    table = changes.paintings.rows(kept)
    origin = np.repeat(np.arange(len(tables)), [len(one) for one in tables])[kept]
    table, moved = _split(table, {one.protocol for one in tables}, split, seed)
    same, contradictions = _twice(table, origin)
    document = {
        "collections": [
            {"collection": str(one.root), "name": name, "paintings": len(one), "split": one.protocol}
            for one, name in zip(tables, names, strict=True)
        ],
        "split": split,
        "ids_changed": [{"id": old, "now": new} for old, new in zip(former, ids, strict=True) if old],
        "moved": moved,
        "changed_files": changes.changed,
        "in_several": same,
        "contradictions": contradictions,
    }
    report = JoinReport(
        table.rows(np.argsort(table.column("id").astype(str), kind="stable")),
        [(str(path), changes.lost[id_]) for path, id_ in zip(paths, ids, strict=True) if id_ in changes.lost],
        notes=_notes(document, split),
        respelled=respelled,
        joined=document,
    )
    report.paintings.write()
    remember_folder(report.paintings, None)
    report.write_left_out()
    return report


def _joined(
    tables: Sequence[Paintings],
    names: Sequence[str],
    ids: Sequence[str],
    former: Sequence[str | None],
    paths: Sequence[ImageFile],
    out: Path,
) -> tuple[Paintings, dict[str, dict[str, str | None]]]:
    """One table of all rows, with what is known of their files, and the labels that got another spelling."""
    frame = _rows(tables, names)
    frame["id"] = ids
    if any(former):
        changed = pd.Series(former, dtype="string")
        frame[FORMER_ID] = frame[FORMER_ID].fillna(changed) if FORMER_ID in frame else changed
    out.mkdir(parents=True, exist_ok=True)
    frame["path"] = [stored_path(path, out, id_) for path, id_ in zip(paths, ids, strict=True)]
    labels = tuple(dict.fromkeys(name for table in tables for name in table.labels))
    respelled = _unify(frame, labels)
    starts = np.cumsum([0, *map(len, tables)])
    parts = [
        (table.root, dict(zip(table.ids, ids[a:], strict=False))) for table, a in zip(tables, starts, strict=False)
    ]
    hand_over(parts, out)
    return Paintings(frame, out, labels), respelled


def _read(collections: Sequence[str | Path], out: Path, progress: Progress) -> list[Paintings]:
    if len(collections) < 2:
        raise InputError("a join needs at least two collections", "as in: import join A B --out C", code="join-of-one")
    tables = [read_paintings(folder) for folder in progress(collections, len(collections), "reading collections")]
    roots = [table.root.resolve() for table in tables]
    for place, root in enumerate(roots):
        if root in roots[:place]:
            raise InputError(f"'{collections[place]}' is given twice", "give each collection once", code="join-twice")
        if root == out.resolve():
            raise InputError(
                f"'{out}' is one of the collections to join", "give --out a folder of its own", code="join-onto-itself"
            )
    return tables


def _names(roots: Sequence[Path]) -> list[str]:
    """The folder's name of each collection, with as many folders above it as tell them apart."""
    parts = [root.resolve().parts for root in roots]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(one[-depth:]) for one in parts]
        if len(set(names)) == len(names):
            return names
    return [str(root) for root in roots]


def _distinct(lists: Sequence[Sequence[str]]) -> tuple[list[str], list[str | None]]:
    """Ids of all rows, and beside each that had to change the one it had."""
    given = {id_ for ids in lists for id_ in ids}
    taken: set[str] = set()
    found: list[str] = []
    former: list[str | None] = []
    for ids in lists:
        for id_ in ids:
            new, number = id_, 2
            while new in taken or (new != id_ and new in given):
                new, number = f"{id_}-{number}", number + 1
            taken.add(new)
            found.append(new)
            former.append(id_ if new != id_ else None)
    return found, former


def _rows(tables: Sequence[Paintings], names: Sequence[str]) -> pd.DataFrame:
    """All rows with the columns of all tables, None where a table has not got one."""
    columns = dict.fromkeys(name for table in tables for name in table.frame.columns)
    frame = {}
    for name in columns:
        parts = [table.frame.get(name) for table in tables]
        frame[name] = _column(parts, [len(table) for table in tables])
    rows = pd.DataFrame(frame)
    if "painter" in rows and "artist" in rows:  # a table without painters has them as its artists
        without = np.repeat(["painter" not in table.frame for table in tables], [len(table) for table in tables])
        rows["painter"] = rows["painter"].where(~without, rows["artist"])
    origin = np.repeat(np.array(names, dtype=object), [len(table) for table in tables])
    before = rows[FROM] if FROM in rows else pd.Series([None] * len(rows), dtype="string")
    rows[FROM] = before.fillna(pd.Series(origin, dtype="string"))
    return rows


def _column(parts: Sequence[pd.Series | None], sizes: Sequence[int]) -> pd.Series:
    """One column of the joined table: numbers where all tables have numbers, lists where one has lists, else the type
    that they share, or words."""
    there = [part for part in parts if part is not None]
    cells = [
        cell
        for part, size in zip(parts, sizes, strict=True)
        for cell in ([None] * size if part is None else part.tolist())
    ]
    if any(isinstance(cell, (list, tuple, np.ndarray)) for cell in cells):
        return pd.Series([[cell] if isinstance(cell, str) else _empty(cell) for cell in cells], dtype=object)
    cells = [None if pd.isna(cell) else cell for cell in cells]
    if all(pd.api.types.is_bool_dtype(part) for part in there):
        return pd.Series(cells, dtype="boolean")
    if all(pd.api.types.is_integer_dtype(part) for part in there):
        return pd.Series(cells, dtype="Int64")
    if all(pd.api.types.is_numeric_dtype(part) and not pd.api.types.is_bool_dtype(part) for part in there):
        return pd.Series(cells, dtype="Float64")
    if len({str(part.dtype) for part in there}) == 1 and not pd.api.types.is_string_dtype(there[0]):
        return pd.Series(cells, dtype=there[0].dtype)
    return pd.Series([None if cell is None else str(cell) for cell in cells], dtype="string")


def _empty(cell: Any) -> Any:
    return cell if isinstance(cell, (list, tuple, np.ndarray)) or not pd.isna(cell) else None


def _unify(frame: pd.DataFrame, labels: Sequence[str]) -> dict[str, dict[str, str | None]]:
    """Give the labels of ``frame`` one spelling, in place.

    What was written otherwise, and how it is shown, by column. The columns of persons are spelled alike together."""
    together = [name for name in PERSONS if name in frame]
    groups = [together, *([name] for name in labels if name not in together)] if together else [[n] for n in labels]
    changed = {}
    for group in groups:
        cells = [cell for name in group for cell in (None if pd.isna(one) else one for one in frame[name])]
        spelled = one_spelling(cells, persons=group[0] in PERSONS)
        for place, name in enumerate(group):
            written, shown = (part[place * len(frame) : (place + 1) * len(frame)] for part in (cells, spelled))
            frame[name] = pd.Series(shown, dtype="string", index=frame.index)
            if name in labels and (news := changed_spellings(written, shown)):
                changed[name] = news
    return changed


def _split(
    table: Paintings, protocols: set[str | None], split: str, seed: int
) -> tuple[Paintings, list[dict[str, Any]]]:
    """The table with its splits, and how many rows went from which side to which."""
    before = table.column("split")
    artists = table.artists()
    if split == KEEP:
        protocol = next(iter(protocols)) if len(protocols) == 1 else JOINED
        apart = protocol == "artist-disjoint" and artists is not None and any(a is not None for a in artists)
        groups = splits.inseparable(
            "artist-disjoint" if apart else "stratified",
            list(table.column("sha256")),
            list(table.column("phash")),
            None if artists is None else list(artists),
        )
        after = one_side(before, groups)
    else:
        protocol = split
        after = splits.assign(
            split,
            sha256=list(table.column("sha256")),
            phashes=list(table.column("phash")),
            strata=list(table.keys(table.labels[0])) if table.labels else [None] * len(table),
            artists=None if artists is None else list(artists),
            seed=seed,
        )
    ways = Counter((a or "none", b or "none") for a, b in zip(before, after, strict=True) if a != b)
    moved = [{"from": a, "to": b, "paintings": n} for (a, b), n in sorted(ways.items())]
    return Paintings(table.frame.assign(split=after), table.root, table.labels, protocol), moved


def one_side(split: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Splits (N,) of which all rows of a group are the same: test before val before train.

    A row without a split stays without, and decides nothing."""
    order = np.array([_FIRST.get(name, len(_FIRST)) for name in split], dtype=np.int64)
    first = np.full(groups.max(initial=-1) + 1, len(_FIRST))
    np.minimum.at(first, groups, order)
    names = np.array([*_FIRST, None], dtype=object)
    sides: np.ndarray = names[first[groups]]
    sides[order == len(_FIRST)] = None
    return sides


def _twice(table: Paintings, origin: np.ndarray) -> tuple[int, list[dict[str, Any]]]:
    """How many paintings stand in several collections, and their labels that contradict each other."""
    groups = splits.duplicate_groups(list(table.column("sha256")), list(table.column("phash")))
    members: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.bincount(groups)[groups] > 1).tolist():
        members.setdefault(int(groups[row]), []).append(row)
    several = [rows for rows in members.values() if len(set(origin[rows].tolist())) > 1]
    ids, found = table.ids, []
    for name in table.labels:
        cells = table.column(name)
        for rows in several:
            said = [row for row in rows if cells[row] is not None]
            if len({canonical_key(cells[row]) for row in said}) > 1:
                entry = {"ids": [ids[row] for row in said], "labels": [str(cells[row]) for row in said]}
                found.append({"attribute": name, **entry})
    return len(several), found


def _notes(document: dict[str, Any], split: str) -> list[str]:
    notes = []
    if changed := document["ids_changed"]:
        examples = ", ".join(f"'{one['id']}' is now '{one['now']}'" for one in changed[:_EXAMPLES])
        notes.append(
            f"{counted(len(changed), 'id stood', 'ids stood')} in an earlier collection too: {examples}"
            f"{', ...' if len(changed) > _EXAMPLES else ''}; '{FORMER_ID}' has the old ones"
        )
    if document["changed_files"]:
        count = counted(len(document["changed_files"]), "file has", "files have")
        notes.append(f"{count} changed since the import, and the new content was looked at")
    if document["in_several"]:
        count = counted(document["in_several"], "painting stands", "paintings stand")
        notes.append(f"{count} in several collections (the same file, or nearly the same picture); all rows are kept")
    ways = ", ".join(f"{way['paintings']} from {way['from']} to {way['to']}" for way in document["moved"])
    if split == KEEP:
        notes.append(f"changed sides, so that copies are on one side: {ways}" if ways else "no row changed sides")
    else:
        notes.append(f"split anew ({split}): {ways or 'no row changed sides'}")
        if any(way["from"] == "test" and way["to"] in ("train", "val") for way in document["moved"]):
            notes.append(
                "some rows that were test are now trained on: what a model of one of the collections reached on its"
                " test rows cannot be compared with figures of this split"
            )
    for name in dict.fromkeys(one["attribute"] for one in document["contradictions"]):
        odd = [one for one in document["contradictions"] if one["attribute"] == name]
        first = " and ".join(f"'{label}' ({id_})" for id_, label in zip(odd[0]["ids"], odd[0]["labels"], strict=True))
        count = counted(len(odd), "of these has", "of these have")
        notes.append(f"{count} different labels in '{name}', such as {first}: each row keeps its own")
    return notes
