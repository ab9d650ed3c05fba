"""From what a source lists to a written table: every image looked at once, ids, unified labels, splits."""

from __future__ import annotations

import hashlib
import os
import re
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
from artextract.images import ImageFacts, inspect
from artextract.labels import canonical_key, unify
from artextract.progress import Progress, no_progress
from artextract.table import Paintings, artist_column


@dataclass
class ImportReport:
    """What an import did. ``skipped`` pairs a path with the reason; ``missing`` counts listed images that are not
    there. ``remarks`` are about single files: what was mended or left out to read them."""

    paintings: Paintings
    skipped: list[tuple[str, str]] = field(default_factory=list)
    missing: int = 0
    notes: list[str] = field(default_factory=list)
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
                name: {"labelled": int(table.frame[name].notna().sum()), "classes": int(table.frame[name].nunique())}
                for name in table.labels
            },
            "missing": self.missing,
            "skipped": [{"path": path, "reason": reason} for path, reason in self.skipped],
            "notes": [*self.notes, *self.remarks],
        }


def assemble(
    rows: pd.DataFrame,
    out: str | Path,
    *,
    labels: Sequence[str],
    protocol: str,
    preferred: Mapping[str, Iterable[str]] | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Look at every image of ``rows``, leave out what cannot be used, and write the collection's table.

    ``rows`` has ``path`` (absolute), ``_key`` (the path inside the source, of which the id is made), ``source``,
    ``rights``, the label columns and optionally ``title``, ``_listed`` (official list) and further columns, which are
    kept. ``preferred`` names display names per label column. A column "painter" names the artists for the
    artist-disjoint split, where it is there. Raises ``NothingUsableError`` when no image is left."""
    out = Path(out)
    facts, skipped = _look(rows["path"].tolist(), progress)
    good = np.array([fact is not None for fact in facts], dtype=bool)
    if not good.any():
        raise NothingUsableError(
            f"none of the {len(rows)} images could be used"
            + (f"; the first: {skipped[0][0]}: {skipped[0][1]}" if skipped else ""),
            "check the folder, or the paths in the lists",
            code="no-usable-image",
        )
    frame = rows[good].reset_index(drop=True)
    seen = [fact for fact in facts if fact is not None]
    for name in ("sha256", "phash", "width", "height"):
        frame[name] = [getattr(fact, name) for fact in seen]
    frame["id"] = painting_ids(frame["_key"])
    for name in labels:
        frame[name] = unify(frame[name], (preferred or {}).get(name, ()))
    frame["split"] = splits.assign(
        protocol,
        sha256=frame["sha256"].tolist(),
        phashes=[fact.phash for fact in seen],
        strata=[canonical_key(value) for value in frame[labels[0]]] if labels else [None] * len(frame),
        artists=[canonical_key(value) for value in frame[known]] if (known := artist_column(frame)) else None,
        listed=frame["_listed"].where(frame["_listed"].notna(), None).tolist() if "_listed" in frame else None,
        seed=seed,
    )
    frame["path"] = [_stored_path(Path(path), out) for path in frame["path"]]
    table = Paintings(
        frame.drop(columns=["_key", "_listed"], errors="ignore").sort_values("id"), out, tuple(labels), protocol
    )
    table.write()
    noted = [(str(path), fact.notes) for path, fact in zip(rows["path"], facts, strict=True) if fact is not None]
    return ImportReport(table, skipped, remarks=remarks_of(noted))


def remarks_of(noted: Iterable[tuple[str, Sequence[str]]], named: int = 3) -> list[str]:
    """One line for each kind of note about files, with how many have it and the first ``named`` names; ``noted`` pairs
    the path of a file with its notes."""
    files: dict[str, list[str]] = {}
    for path, notes in noted:
        for note in notes:
            files.setdefault(note, []).append(Path(path).name)
    return [
        f"{len(names)} {'image' if len(names) == 1 else 'images'}: {note}"
        f" ({', '.join(names[:named])}{', ...' if len(names) > named else ''})"
        for note, names in files.items()
    ]


def painting_ids(keys: Iterable[str]) -> list[str]:
    """Ids from the paths inside a source: readable, fit for URLs, and the same on every machine and in every run.

    The slug of the file's name and 8 hex digits of the SHA-256 of the whole path, in Unicode NFC with forward slashes
    (macOS lists names in NFD)."""
    return [f"{_slug(key)}-{hashlib.sha256(_normal(key).encode()).hexdigest()[:8]}" for key in keys]


def _normal(key: str) -> str:
    return unicodedata.normalize("NFC", str(key).replace(os.sep, "/"))


def _slug(key: str) -> str:
    stem = Path(_normal(key)).stem
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60].strip("-") or "painting"


def _look(paths: list[str], progress: Progress) -> tuple[list[ImageFacts | None], list[tuple[str, str]]]:
    def attempt(path: str) -> ImageFacts | ImageError:
        try:
            return inspect(path)
        except ImageError as error:
            return error

    facts, skipped = [], []
    with ThreadPoolExecutor(max_workers=min(8, (os.cpu_count() or 1) + 1)) as pool:
        for path, fact in zip(paths, progress(pool.map(attempt, paths), len(paths), "reading images"), strict=False):
            if isinstance(fact, ImageError):
                skipped.append((str(path), fact.message))
                fact = None
            facts.append(fact)
    return facts, skipped


def _stored_path(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path.resolve())


def require_folder(path: str | Path) -> Path:
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise InputError(f"there is no folder '{path}'", "give the folder that holds the images", code="folder-missing")
    return folder
