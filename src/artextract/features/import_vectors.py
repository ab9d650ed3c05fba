"""Imports vectors that people made elsewhere, as a feature of the collection (``imported``)."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from artextract.csv_reader import read_sheet
from artextract.errors import InputError
from artextract.features import FEATURES
from artextract.features.imported import PREFIX, Imported, Sheet, require_name, write_sheet
from artextract.features.store import FeatureStore
from artextract.files import HEADERS, user_path
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.table import Paintings, read_paintings

MOST_DIMENSIONS = 65_536
SHARD_ROWS = 4096
_NAMED = 3


@dataclass(frozen=True)
class VectorImport:
    """``imported``: paintings of the table that have a vector now, of ``paintings``.

    Rows of the file without one: ``empty`` (all NaN) and ``zero``, which has no direction. ``unknown``: ids passed over
    that the collection does not have. ``shared``: rows passed over because another row with the same image file gave
    the vector of both."""

    feature: str
    version: str
    dim: int
    paintings: int
    imported: int
    empty: int
    zero: int
    unknown: int
    shared: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def import_vectors(
    collection: str | Path,
    name: str,
    vectors: str | Path | np.ndarray,
    ids: str | Path | Sequence[str] | None = None,
    about: str = "",
    skip_unknown: bool = False,
    progress: Progress = no_progress,
) -> VectorImport:
    """Import ``vectors (N, D)`` of any number type, an array or a .npy file, as the feature ``name``.

    ``ids`` names the painting of each row: a sequence, or a CSV or parquet file with a column "id"; without it the rows
    are those of the table, in its order. A row of NaN says that the painting lacks the feature. Vectors are kept by
    image hash; what was imported under the name before is replaced. ``about`` says in a few words what they describe.

    Raises ``InputError`` for a name that is taken, a file that cannot be read, wrong lengths, rows that are partly NaN
    or infinite, an id that stands twice, and, unless ``skip_unknown``, ids that the collection does not have."""
    require_name(name, tuple(FEATURES))
    paintings = read_paintings(collection)
    file = vectors.name if isinstance(vectors, Path) else Path(vectors).name if isinstance(vectors, str) else "an array"
    array = vectors if isinstance(vectors, np.ndarray) else _read(vectors)
    if array.ndim != 2 or array.dtype.kind not in "fiu" or not 1 <= array.shape[1] <= MOST_DIMENSIONS:
        raise InputError(
            f"'{file}' holds {array.dtype} of shape {array.shape}, which are no vectors",
            f"it must hold numbers of shape (paintings, dimensions), with at most {MOST_DIMENSIONS} dimensions",
            code="no-vectors",
        )
    named = _ids(ids, paintings, len(array), file)
    rows, unknown = _rows(named, paintings, skip_unknown)
    keys, kept, empty, zero, shared = _chosen(array, rows, named, paintings, file, progress)
    if not keys:
        raise InputError(
            f"'{file}' has no vector of any painting of the collection",
            "its rows are all NaN, zero or unknown",
            code="no-vectors",
        )
    version = _version(keys, array, kept)
    sheet = Sheet(name, version, array.shape[1], len(keys), about, file, datetime.now(UTC).isoformat("T", "seconds"))
    _store(collection, sheet, keys, array, kept)
    known = set(keys)
    count = sum(key in known for key in paintings.column("sha256").tolist())
    return VectorImport(name, version, sheet.dim, len(paintings), count, empty, zero, len(unknown), shared)


def _read(path: str | Path) -> np.ndarray:
    path = user_path(path)
    try:
        with HEADERS:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise InputError(f"there is no file '{path}'", "give a .npy file of vectors", code="no-such-file") from error
    except Exception as error:  # a header is a Python literal, so a damaged one can raise almost anything
        raise InputError(
            f"'{path.name}' is no array that can be read",
            "write the vectors with numpy.save, as numbers of shape (paintings, dimensions)",
            code="no-vectors",
        ) from error
    if not isinstance(array, np.ndarray):
        array.close()
        raise InputError(
            f"'{path.name}' holds several arrays",
            "write the vectors alone, with numpy.save",
            code="no-vectors",
        )
    return array


def _ids(ids: str | Path | Sequence[str] | None, paintings: Paintings, n: int, file: str) -> list[str]:
    """The id of each row of the file."""
    if ids is None:
        if n != len(paintings):
            raise InputError(
                f"'{file}' has {counted(n, 'row')}, the collection {counted(len(paintings), 'painting')}",
                "say which row is which painting: --ids FILE, a CSV or parquet file with a column 'id'",
                code="wrong-length",
            )
        return list(paintings.ids)
    where = f"'{Path(ids).name}'" if isinstance(ids, (str, Path)) else "the list"
    named = _read_ids(user_path(ids)) if isinstance(ids, (str, Path)) else list(ids)
    if len(named) != n:
        raise InputError(
            f"{where} names {counted(len(named), 'painting')} for {counted(n, 'vector')}",
            "give one id for each vector",
            code="wrong-length",
        )
    if len(set(named)) < len(named):
        seen: set[str] = set()
        twice = next(name for name in named if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise InputError(f"{where} names '{twice}' twice", "give each painting one vector", code="id-twice")
    return named


def _read_ids(path: Path) -> list[str]:
    import pandas as pd

    if path.suffix.lower() == ".parquet":
        try:
            cells = pd.read_parquet(path, columns=["id"])["id"].tolist()
        except FileNotFoundError as error:
            raise InputError(f"there is no file '{path}'", "give a CSV or parquet file", code="no-such-file") from error
        except Exception as error:  # readers of parquet raise much
            raise InputError(
                f"'{path.name}' is no parquet file with a column 'id'", "name the column 'id'", code="no-id-column"
            ) from error
    else:
        sheet = read_sheet(path, ("id",))
        if "id" not in sheet.header:
            raise InputError(
                f"'{path.name}' has no column 'id'", f"it has: {', '.join(sheet.header)}", code="no-id-column"
            )
        if sheet.unread:
            line, reason = sheet.unread[0]
            raise InputError(f"line {line} of '{path.name}' cannot be read: {reason}", "mend it", code="unread-line")
        cells = list(sheet.column("id"))
    lost = next((row for row, cell in enumerate(cells) if cell is None or cell != cell), None)
    if lost is not None:
        raise InputError(f"row {lost + 1} of '{path.name}' has no id", "give each row its id", code="no-id")
    return [str(cell) for cell in cells]


def _rows(named: list[str], paintings: Paintings, skip_unknown: bool) -> tuple[list[int | None], list[str]]:
    """The row of the table of each vector, None where it has none; and the ids that it does not have."""
    row_of = {painting: row for row, painting in enumerate(paintings.ids)}
    rows = [row_of.get(painting) for painting in named]
    unknown = [painting for painting, row in zip(named, rows, strict=True) if row is None]
    if unknown and not skip_unknown:
        first = ", ".join(f"'{painting}'" for painting in unknown[:_NAMED])
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        raise InputError(
            f"the collection does not have {first}{more}",
            f"its ids look like '{paintings.ids[0]}'; --skip-unknown passes over what it does not have",
            code="unknown-painting",
        )
    return rows, unknown


def _chosen(
    array: np.ndarray,
    rows: list[int | None],
    named: list[str],
    paintings: Paintings,
    file: str,
    progress: Progress,
) -> tuple[list[str], list[int], int, int, int]:
    """Image hashes and the rows of the array that are kept for them; and how many rows are empty, zero, and of an image
    that has its vector already."""
    hashes = paintings.column("sha256").tolist()
    keys: dict[str, int] = {}
    empty = zero = shared = 0
    starts = range(0, len(array), SHARD_ROWS)
    for start in progress(starts, len(starts), "reading vectors"):
        with np.errstate(over="ignore"):
            part = np.asarray(array[start : start + SHARD_ROWS], dtype=np.float32)
        finite, absent = np.isfinite(part).all(1), np.isnan(part).all(1)
        bad = np.flatnonzero(~finite & ~absent)
        if len(bad):
            row = start + int(bad[0])
            count = int((~np.isfinite(part[bad[0]])).sum())
            raise InputError(
                f"row {row + 1} of '{file}' ('{named[row]}') has {count} of {array.shape[1]} numbers that are NaN,"
                " infinite or too large",
                "a row must be finite throughout, or NaN throughout where a painting has no vector",
                code="not-finite",
            )
        nothing = finite & ~part.any(1)
        empty, zero = empty + int(absent.sum()), zero + int(nothing.sum())
        for place in np.flatnonzero(finite & ~nothing).tolist():
            row_of_table = rows[start + place]
            if row_of_table is not None:
                shared += hashes[row_of_table] in keys
                keys.setdefault(hashes[row_of_table], start + place)
    return list(keys), list(keys.values()), empty, zero, shared


def _version(keys: list[str], array: np.ndarray, kept: list[int]) -> str:
    digest = hashlib.sha256()
    for key, row in sorted(zip(keys, kept, strict=True)):
        digest.update(key.encode() + np.asarray(array[row], dtype="<f4").tobytes())
    return digest.hexdigest()[:12]


def _store(collection: str | Path, sheet: Sheet, keys: list[str], array: np.ndarray, kept: list[int]) -> None:
    """Write the vectors, put them in force, and take away what was in force before."""
    features = user_path(collection) / "features"
    folder = features / f"{Imported(collection, sheet).store_name}@{sheet.version}"
    store = FeatureStore(folder, check=True, dim=sheet.dim)
    missing = store.missing(keys)
    for start in range(0, len(missing), SHARD_ROWS):
        part = missing[start : start + SHARD_ROWS]
        store.add([keys[place] for place in part], np.asarray(array[[kept[place] for place in part]]))
    write_sheet(collection, sheet)
    old = [other for other in features.glob(f"{PREFIX}{sheet.name}@*") if other != folder]
    for left in [*old, *folder.glob("shard-*.damaged")]:
        shutil.rmtree(left, ignore_errors=True)
