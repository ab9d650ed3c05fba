"""Examines a collection before anything is learned from it, and mends its table: files, copies, labels, splits, what is
stored, and whether a model fits.

Images are never touched.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from artextract.checksums import read_signed
from artextract.csv_reader import read_sheet
from artextract.errors import ArtExtractError, ImageError, InputError, NothingUsableError
from artextract.features.store import shard_damage, shards_of
from artextract.files import user_path, write_aside
from artextract.images import content_hash, decode
from artextract.index import damage_of
from artextract.labels import canonical_key
from artextract.model.checking import MEND, model_damage
from artextract.model.saved import (
    ANSWER_SETS_FILE,
    HISTORY_FILE,
    METRIC_FILE,
    NOVELTY_FILE,
    PROBES_FILE,
    RIDGES_FILE,
    SPLITS_FILE,
    TRAINED_ON_FILE,
    SavedModel,
    open_model,
)
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import LEFT_OUT
from artextract.splits import duplicate_groups
from artextract.table import FILE_NAME, Paintings, artist_column, read_paintings

SEVERITIES = ("error", "warning", "note")
LEARNABLE = 2
"""Classes with fewer training paintings are left out when a model is trained."""
FEW = 10
"""Classes with fewer training paintings are learned badly."""
LOW_COVERAGE = 0.8
BEFORE_FIX = "paintings.before-fix.parquet"
_STRENGTH = {"test": 3, "val": 2, "train": 1, None: 0}
"""Which side copies are brought to: nothing that is tested may be trained on."""


@dataclass(frozen=True)
class Finding:
    """One kind of defect. ``items`` are all cases of it, plain dicts fit for JSON; ``mend`` says what helps;
    ``fixable``: ``fix`` does it."""

    kind: str
    severity: str
    message: str
    items: tuple[dict[str, Any], ...]
    mend: str = ""
    fixable: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"items": list(self.items), "count": len(self.items)}


@dataclass(frozen=True)
class Report:
    """What an examination found, worst first."""

    collection: Path
    n_paintings: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Neither errors nor warnings."""
        return all(finding.severity == "note" for finding in self.findings)

    def find(self, kind: str) -> Finding | None:
        return next((finding for finding in self.findings if finding.kind == kind), None)

    def as_dict(self) -> dict[str, Any]:
        counts = Counter(finding.severity for finding in self.findings)
        return {
            "collection": str(self.collection.resolve()),
            "paintings": self.n_paintings,
            "sound": self.sound,
            "severities": {name: counts[name] for name in SEVERITIES},
            "findings": [finding.as_dict() for finding in self.findings],
        }


@dataclass(frozen=True)
class Repairs:
    """What ``fix`` did, as ids. ``merged`` pairs a dropped copy with the row that stands for it; ``moved`` is (id,
    from, to)."""

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


def examine(
    collection: str | Path,
    model: str | Path | None = None,
    *,
    quick: bool = False,
    artist_disjoint: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Look at every file, label and split of a collection, and at whether ``model`` knows its labels.

    Stored features, the index, maps and the model are compared with their checksums, all of them, which takes about a
    second for each GB.

    ``quick`` decodes only files whose content hash is not that of the import. That paintings of one artist are trained
    on and tested is an error where the collection was split artist-disjoint, and on request (``artist_disjoint``); else
    it is a note. Raises ``InputError`` for what is no collection or no model."""
    table = read_paintings(collection)
    saved = open_model(model) if model else None
    groups = _groups(table)
    findings = [
        *_files(table, quick, progress),
        *_copies(table, groups),
        *_contradictions(table, groups),
        *_classes(table),
        *_not_imported(table),
        *_stored(table.root),
        *(_model_files(saved) if saved else ()),
        *_artists(table, artist_disjoint or table.protocol == "artist-disjoint"),
        *(_model_fit(table, saved) if saved else ()),
    ]
    return Report(
        user_path(collection),
        len(table),
        tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))),
    )


def fix(report: Report) -> Repairs:
    """Mend in the table what ``report`` marks as fixable, and give what was done.

    Rows whose file is missing or unreadable are dropped. Rows of the same bytes become one: missing labels are taken
    from the others, contradictory ones are emptied. Copies on two sides come to one: test before validation before
    training. The table that was there is kept as ``paintings.before-fix.parquet``, unless an earlier one is. Raises
    ``NothingUsableError`` where no row would be left."""
    table = read_paintings(report.collection)
    bad = _ids(report, "missing_file") | _ids(report, "unreadable_file")
    readable = np.array([painting_id not in bad for painting_id in table.ids], dtype=bool)
    if not readable.any():
        raise NothingUsableError(
            "no row of the table has a readable image",
            "bring the image files back, or import the collection again",
            code="no-readable-image",
        )
    repaired, merged, cleared = _merge(table.rows(readable), _ids(report, "changed_file"))
    repaired, moved = _bring_together(repaired)
    if readable.all() and not merged and not moved:
        return Repairs()
    kept_as = report.collection / BEFORE_FIX
    if not kept_as.exists():
        with write_aside(kept_as) as aside:
            shutil.copyfile(report.collection / FILE_NAME, aside)
    repaired.write()
    return Repairs(tuple(table.rows(~readable).ids), tuple(merged), tuple(cleared), tuple(moved), kept_as)


def _ids(report: Report, kind: str) -> set[str]:
    found = report.find(kind)
    return {item["id"] for item in found.items} if found else set()


def _files(table: Paintings, quick: bool, progress: Progress) -> Iterator[Finding]:
    def look(row: tuple[Path, str]) -> list[tuple[str, str]]:
        path, known = row
        try:
            if not path.is_file():
                return [("missing_file", "file is missing")]
            same = content_hash(path) == known
            notes = () if quick and same else decode(path, at_least=64).notes
        except (ImageError, OSError) as error:
            reason = error.message if isinstance(error, ImageError) else error.strerror or str(error)
            return [("unreadable_file", reason)]
        changed = [] if same else [("changed_file", "another content than at the import")]
        return changed + [("imperfect_file", note) for note in notes]

    rows = list(zip(table.image_paths(), table.column("sha256"), strict=False))
    found: dict[str, list[dict[str, Any]]] = {
        "missing_file": [],
        "unreadable_file": [],
        "changed_file": [],
        "imperfect_file": [],
    }
    with ThreadPoolExecutor(max_workers=min(8, (os.cpu_count() or 1) + 1)) as pool:
        for painting_id, (path, _), problems in zip(
            table.ids, rows, progress(pool.map(look, rows), len(rows), "looking at files"), strict=False
        ):
            for kind, reason in problems:
                found[kind].append({"id": painting_id, "path": str(path), "reason": reason})
    dropping = "bring the files back, or drop the rows with --fix"
    yield from _found("missing_file", "error", "image files are missing", found["missing_file"], dropping, True)
    yield from _found(
        "unreadable_file", "error", "image files cannot be read", found["unreadable_file"], dropping, True
    )
    mend = (
        "bring the files back, or take the new ones with artextract index: stored features and hashes are those of the"
        " old content"
    )
    yield from _found("changed_file", "error", "image files changed since the import", found["changed_file"], mend)
    mend = "they are used as they are; save them anew where the original can be had"
    message = "image files have a fault that was passed over"
    yield from _found("imperfect_file", "note", message, found["imperfect_file"], mend)


def _not_imported(table: Paintings) -> Iterator[Finding]:
    """What the import did not take, as it listed it."""
    try:
        sheet = read_sheet(table.root / LEFT_OUT)
        items = [{"path": path, "reason": reason} for path, reason in sheet.rows]
    except (InputError, ValueError):
        return
    mend = f"the reasons stand in {LEFT_OUT}"
    yield from _found("not_imported", "note", "files and rows were not imported, or without labels", items, mend)


def _copies(table: Paintings, groups: dict[str, list[np.ndarray]]) -> Iterator[Finding]:
    split, ids = table.column("split"), table.column("id")
    hashes = table.column("sha256")

    def items(chosen: list[np.ndarray]) -> list[dict[str, Any]]:
        return [{"ids": ids[rows].tolist(), "splits": split[rows].tolist()} for rows in chosen]

    leaks = items([rows for rows in groups["near"] if len(set(split[rows]) - {None}) > 1])
    exact, near = items(groups["exact"]), items([rows for rows in groups["near"] if len(set(hashes[rows])) > 1])
    yield from _found(
        "split_leak",
        "error",
        "paintings have copies on two sides of the split",
        leaks,
        "--fix brings them to one side",
        True,
    )
    yield from _found(
        "exact_duplicates",
        "warning",
        "files stand on several rows, byte for byte the same",
        exact,
        "--fix makes one row of each",
        True,
    )
    yield from _found(
        "near_duplicates",
        "note",
        "nearly equal pictures stand on several rows",
        near,
        "each weighs as often as it is there",
    )


def _contradictions(table: Paintings, groups: dict[str, list[np.ndarray]]) -> Iterator[Finding]:
    ids = table.column("id")
    columns = {name: (table.keys(name), table.column(name)) for name in table.labels}
    exact_sets = {tuple(rows) for rows in groups["exact"]}
    for kind, severity, message, mend in (
        (
            "exact",
            "error",
            "copies of one file carry contradictory labels",
            "correct the labels, or let --fix empty them",
        ),
        (
            "near",
            "warning",
            "nearly equal pictures carry contradictory labels",
            "look at the pictures; where they are one painting, correct the labels",
        ),
    ):
        items = []
        for rows in groups[kind]:
            if kind == "near" and tuple(rows) in exact_sets:
                continue
            for name, (keys, labels) in columns.items():
                if len(set(keys[rows]) - {None}) > 1:
                    items.append(
                        {
                            "attribute": name,
                            "labels": dict(zip(ids[rows].tolist(), labels[rows].tolist(), strict=False)),
                        }
                    )
        yield from _found(f"contradictory_labels_{kind}", severity, message, items, mend, kind == "exact")


def _classes(table: Paintings) -> Iterator[Finding]:
    split = table.column("split")
    if not np.any(split == "train"):
        yield from _found(
            "no_training_rows", "note", "no painting is in the training split", [{"paintings": len(table)}]
        )
        return
    tiny, few, untested = [], [], []
    for name in table.labels:
        keys, labels = table.keys(name), table.column(name)
        shown = {key: label for key, label in zip(keys, labels, strict=False) if key is not None}
        train, test = Counter(keys[split == "train"]), Counter(keys[split == "test"])
        for key in sorted(shown):
            item = {"attribute": name, "label": shown[key], "train": train[key], "test": test[key]}
            if train[key] < LEARNABLE:
                tiny.append(item)
            elif train[key] < FEW:
                few.append(item)
            if not test[key] and train[key] >= LEARNABLE:
                untested.append(item)
    more = "add paintings, join it with another class, or leave it"
    yield from _found(
        "class_not_learnable",
        "warning",
        f"classes have fewer than {LEARNABLE} training paintings and are not learned",
        tiny,
        more,
    )
    yield from _found("class_small", "warning", f"classes have fewer than {FEW} training paintings", few, more)
    yield from _found(
        "class_untested", "note", "classes have no test paintings: no figure speaks of them", untested, more
    )


def _artists(table: Paintings, disjoint: bool) -> Iterator[Finding]:
    column = artist_column(table.frame)
    if column is None:
        return
    keys, names, split = table.keys(column), table.column(column), table.column("split")
    trained = set(keys[split == "train"]) - {None}
    tested = Counter(key for key in keys[split == "test"] if key is not None)
    shown = dict(zip(keys, names, strict=False))
    items = [{"artist": shown[key], "test": count} for key, count in sorted(tested.items()) if key in trained]
    seen = sum(item["test"] for item in items)
    message = (
        f"artists are trained on and tested; {seen} of the {sum(tested.values())} test paintings with an artist are"
        " theirs"
    )
    mend = "import with --split artist-disjoint to judge on artists never seen"
    yield from _found("artists_on_two_sides", "error" if disjoint else "note", message, items, mend)
    if disjoint:
        unsigned = [
            {"id": painting_id}
            for painting_id, key, side in zip(table.ids, keys, split, strict=False)
            if side == "test" and key is None
        ]
        yield from _found(
            "artist_unknown",
            "note",
            "test paintings have no artist: whether theirs is trained on is unknown",
            unsigned,
        )


def _stored(collection: Path) -> Iterator[Finding]:
    shards = [shard for store in sorted((collection / "features").glob("*@*")) for shard in shards_of(store)]
    features = [
        {"path": str(shard / name), "reason": reason}
        for shard in shards
        for name, reason in shard_damage(shard).items()
    ]
    folder = collection / "index"
    index = [{"path": str(folder / name), "reason": reason} for name, reason in damage_of(folder).items()]
    maps = []
    for path in sorted((collection / "maps").glob("*.json")):
        try:
            read_signed(path)
        except (OSError, ValueError) as error:
            maps.append({"path": str(path), "reason": str(error)})
    again = "artextract index sets aside what is damaged and computes it again; for feature maps artextract train does"
    yield from _found("damaged_features", "error", "files of stored features are damaged", features, again)
    anew = "make it anew, from the stored features, with: artextract index COLLECTION"
    yield from _found("damaged_index", "error", "files of the index are damaged", index, anew)
    yield from _found("damaged_map", "note", "kept maps are damaged; they are computed again when asked for", maps)


def _model_files(model: SavedModel) -> Iterator[Finding]:
    from artextract.model.answer_sets import read_answer_sets
    from artextract.model.metric import read_metric
    from artextract.model.novelty import read_novelty
    from artextract.model.probe import load_probes
    from artextract.model.ridge import load_ridges

    found = model_damage(model.folder)
    reads: dict[str, Callable[[], object]] = {
        METRIC_FILE: lambda: read_metric(model.folder),
        ANSWER_SETS_FILE: lambda: read_answer_sets(model.folder),
        NOVELTY_FILE: lambda: read_novelty(model.folder),
        PROBES_FILE: lambda: load_probes(model.folder / PROBES_FILE, model.config["probes"]),
        RIDGES_FILE: lambda: load_ridges(model.folder / RIDGES_FILE, model.config["ridges"]),
        TRAINED_ON_FILE: model.trained_on,
        SPLITS_FILE: model.splits,
        HISTORY_FILE: model.history,
    }
    for name, read in reads.items():
        if name not in found and (model.folder / name).exists():
            try:
                read()
            except ArtExtractError as error:
                found[name] = error.message
    items = [{"path": str(model.folder / name), "reason": reason} for name, reason in found.items()]
    yield from _found("damaged_model", "error", "files of the model are not what its training wrote", items, MEND)


def _model_fit(table: Paintings, model: SavedModel) -> Iterator[Finding]:
    absent, unknown, unused = [], [], []
    coverage: dict[str, float] = {}
    for name, classes in model.labels.classes.items():
        keys = table.keys(name) if name in table.frame else np.array([], dtype=object)
        counts = Counter(key for key in keys if key is not None)
        if not counts:
            absent.append({"attribute": name})
            continue
        known = [canonical_key(label) for label in classes]
        shown = dict(zip(keys, table.column(name), strict=False))
        missed = {key: count for key, count in counts.items() if key not in known}
        coverage[name] = 1 - sum(missed.values()) / sum(counts.values())
        unknown += [{"attribute": name, "label": shown[key], "paintings": missed[key]} for key in sorted(missed)]
        unused += [
            {"attribute": name, "label": label} for label, key in zip(classes, known, strict=False) if key not in counts
        ]
    message = "attributes of the model have no labels in the collection"
    yield from _found("model_attribute_missing", "error", message, absent, "name the columns as the model does")
    message = (
        "classes are unknown to the model; it knows"
        f" {', '.join(f'{share * 100:.0f} % of {name}' for name, share in coverage.items())} labels"
    )
    severity = "warning" if min(coverage.values(), default=1.0) < LOW_COVERAGE else "note"
    yield from _found(
        "model_class_unknown",
        severity,
        message,
        unknown,
        "labels that it does not know are not judged; train a model on this collection",
    )
    yield from _found("model_class_unused", "note", "classes of the model are not in the collection", unused)


def _found(
    kind: str, severity: str, message: str, items: list[dict[str, Any]], mend: str = "", fixable: bool = False
) -> Iterator[Finding]:
    if items:
        yield Finding(kind, severity, message, tuple(items), mend, fixable)


def _groups(table: Paintings) -> dict[str, list[np.ndarray]]:
    """Rows, in order, of every group of two or more: "exact" of the same bytes, "near" of the same bytes or nearly the
    same picture."""
    hashes = table.column("sha256")
    exact = np.unique(hashes.astype(str), return_inverse=True)[1]
    near = duplicate_groups(hashes.tolist(), table.column("phash").tolist())
    return {"exact": _of_several(exact), "near": _of_several(near)}


def _of_several(numbers: np.ndarray) -> list[np.ndarray]:
    order = np.argsort(numbers, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1) if len(order) else []
    return sorted((part for part in parts if len(part) > 1), key=lambda part: part[0])


def _merge(table: Paintings, changed: set[str]) -> tuple[Paintings, list[tuple[str, str]], list[tuple[str, str]]]:
    frame, ids, split = table.frame.copy(), table.column("id"), table.column("split")
    columns = {name: (table.keys(name), table.column(name)) for name in table.labels}
    gone: list[int] = []
    merged, cleared = [], []
    for rows in _groups(table)["exact"]:
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
    for rows in _groups(table)["near"]:
        side = max(split[rows], key=_STRENGTH.__getitem__)
        for row in rows:
            if split[row] not in (side, None):
                moved.append((ids[row], split[row], side))
                split[row] = side
    return replace(table, frame=table.frame.assign(split=split)), moved
