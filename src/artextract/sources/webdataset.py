"""WebDataset shards (tar), and what img2dataset writes: tars or folders of images, with a ``.json`` and a ``.txt`` for
each (https://github.com/rom1504/img2dataset)."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from artextract.errors import ImageError, InputError, NothingUsableError
from artextract.file_states import State
from artextract.files import user_path
from artextract.images import ImageFacts, inspect
from artextract.objects import Address, ImageFile, address_of, is_address, listed
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import Origin, assemble
from artextract.sources.column_types import typed_column
from artextract.sources.embedded_images import keep_image
from artextract.sources.folder import DEFAULT_LABELS
from artextract.sources.import_report import ImportReport
from artextract.sources.label_sheets import json_cell
from artextract.sources.published_splits import split_of_file, splits_published
from artextract.sources.tar_samples import FIELDS, LARGEST_FIELD, Sample, tar_samples
from artextract.sources.walk import LeftOut, readable, walk
from artextract.splits import PUBLISHED
from artextract.table import COLUMNS

CLASS = "class"
"""The label column of ``.cls`` members. Their numbers are named by a file beside the shards, a name a line."""
_CLASS_FILES = ("classes.txt", "classnames.txt")
_ENDINGS = (".tar", ".tar.gz", ".tgz")
UNKNOWN_RIGHTS = "not stated; see where the data set comes from"


@dataclass
class _Read:
    """``facts``: of images that stay in their shards, by their addresses."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, ImageFacts] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def import_webdataset(
    dataset: str | Path,
    out: str | Path,
    *,
    label_columns: tuple[str, ...] | None = None,
    limit: int | None = None,
    rights: str | None = None,
    split: str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import the tar shards below a folder, or one shard.

    A folder without shards is read as img2dataset's folders of images, which stay where they are. Images of shards are
    written to ``out/images`` under their content hash.

    Shards may lie at an address (``s3://bucket/shards``): each is read once, as a stream, and the images stay in it,
    unless it is compressed. Their places in it are remembered (``objects.address``).

    What stands in the ``.json`` of an image becomes columns, its ``.txt`` the column "caption", its ``.cls`` the label
    "class". ``label_columns`` are by default style, artist, genre and class, as far as they are there. Names that the
    table fills itself are kept as ``wds_NAME``. ``limit`` stops after so many images. Where shards or folders are
    called train, val or test, that is the default of ``split``.

    A shard that breaks off is listed, and what was read of it is kept. Raises ``InputError`` for a path that is not
    there and ``NothingUsableError`` where no image is found."""
    out = user_path(out)
    place = _place(dataset, out)
    root, shards, read, classes = place.root, place.shards, _Read(), place.classes
    if shards:
        for name, shard in progress(shards, len(shards), "reading shards"):
            _take(
                _samples(shard, name, read), name, _listed(shard, read, name, place), shard, out, read, classes, limit
            )
            if limit is not None and len(read.rows) >= limit:
                break
    elif isinstance(root, Path) and root.is_dir():
        _take_files(root, out, read, classes, limit)
    if not read.rows:
        first = f"{read.left_out[0].path}: {read.left_out[0].reason}" if read.left_out else ""
        raise NothingUsableError(f"there are no images in '{dataset}'", first, code="no-images")
    frame, types = _frame(read.rows, label_columns)
    labels = label_columns or tuple(dict.fromkeys([*DEFAULT_LABELS, *([CLASS] if CLASS in frame else [])]))
    for name in labels:
        if name not in frame and label_columns:
            raise InputError(
                f"there is no label column '{name}'", f"the columns are: {', '.join(types)}", code="unknown-column"
            )
        frame[name] = frame.get(name)
    frame["source"] = "webdataset"
    given = rights or UNKNOWN_RIGHTS
    frame["rights"] = frame["rights"].fillna(given) if "rights" in frame else given
    kept_there = None if shards else root
    report = assemble(
        frame,
        out,
        labels=labels,
        protocol=split,
        seed=seed,
        origin=Origin(kept_there, known=read.facts, states=place.states),
        progress=progress,
    )
    report.left_out, report.columns = read.left_out, {name: types[name] for name in types if name not in labels}
    report.write_left_out()
    return report


@dataclass(frozen=True)
class _Place:
    """Where a data set lies: its ``shards`` by their names, the names of ``classes``, and of what is at a store the
    ``states``, None of a folder."""

    root: ImageFile
    shards: list[tuple[str, ImageFile]]
    classes: list[str]
    states: dict[str, State] | None = None


def _place(dataset: str | Path, out: Path) -> _Place:
    if is_address(str(dataset)):
        return _at_a_store(address_of(str(dataset)))
    root = user_path(dataset)
    if not root.exists():
        raise InputError(
            f"there is no folder or file '{dataset}'", "give a folder of tar shards, or one shard", code="file-missing"
        )
    found = [root] if root.is_file() else _shards(root, out)
    shards = [(path.relative_to(root).as_posix() if path != root else path.name, path) for path in found]
    return _Place(root, list(shards), _classes(root if root.is_dir() else root.parent))


def _at_a_store(root: Address) -> _Place:
    there = {one.address.text.removeprefix(root.text).lstrip("/") or one.address.name: one for one in listed(root)}
    shards: list[tuple[str, ImageFile]] = [
        (name, one.address) for name, one in there.items() if name.lower().endswith(_ENDINGS)
    ]
    if not shards:
        raise NothingUsableError(
            f"there are no tar shards at '{root}'",
            "images that lie there as they are: artextract import folder ADDRESS",
            code="no-images",
        )
    named = next((there[name].address for name in _CLASS_FILES if name in there), None)
    classes = [] if named is None else named.read_bytes().decode("utf-8", errors="replace").splitlines()
    return _Place(root, shards, classes, {one.address.text: (one.size, one.mark) for one in there.values()})


def _shards(root: Path, out: Path) -> list[Path]:
    files = (path for path in root.rglob("*") if path.name.lower().endswith(_ENDINGS) and path.is_file())
    return sorted(path for path in files if not path.resolve().is_relative_to(out.resolve()))


def _classes(folder: Path) -> list[str]:
    for name in _CLASS_FILES:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
    return []


def _samples(shard: ImageFile, name: str, read: _Read) -> Iterator[Sample]:
    try:
        yield from tar_samples(shard)
    except (tarfile.TarError, EOFError, OSError) as error:
        read.left_out.append(LeftOut(name, f"the shard breaks off or is damaged ({error})"))


def _listed(shard: ImageFile, read: _Read, name: str, place: _Place) -> dict[str, dict[str, Any]]:
    """img2dataset's own list of a shard, a parquet of the same name: its row of each key.

    What it could not fetch is told."""
    path = shard.with_suffix(".parquet")
    if str(path) not in place.states if place.states is not None else not path.is_file():
        return {}
    try:
        rows = pq.read_table(pa.BufferReader(path.read_bytes())).to_pylist()
    except (pa.ArrowException, OSError) as error:
        read.left_out.append(LeftOut(path.name, f"the list cannot be read ({str(error).splitlines()[0]})"))
        return {}
    own = {str(row["key"]): row for row in rows if row.get("key") is not None}
    for key, row in own.items():
        if row.get("status") not in (None, "success"):
            read.left_out.append(LeftOut(f"{name}: {key}", "img2dataset could not fetch it"))
    return own


def _take(
    samples: Iterator[Sample],
    shard: str,
    known: dict[str, dict[str, Any]],
    file: ImageFile,
    out: Path,
    read: _Read,
    classes: list[str],
    limit: int | None,
) -> None:
    seen: set[str] = set()
    for sample in samples:
        key, sample_name = f"{shard}/{readable(sample.key)}", readable(sample.key)
        read.left_out += [LeftOut(f"{shard}: {readable(member)}", reason) for member, reason in sample.passed]
        if sample.image is None:
            if not sample.passed:
                read.left_out.append(LeftOut(f"{shard}: {sample_name}", "there is no image beside it"))
            continue
        if key in seen:
            read.left_out.append(LeftOut(f"{shard}: {sample_name}", "its key stands twice in the shard"))
            continue
        seen.add(key)
        own = {name: json_cell(_text(value)) for name, value in known.get(sample_name, {}).items()}
        path = _keep(sample, file, out, read)
        read.rows.append(
            {**own, **_cells(sample.fields, classes, read, key), "_key": key, "path": str(path), "_at": shard}
        )
        if limit is not None and len(read.rows) >= limit:
            return


def _keep(sample: Sample, shard: ImageFile, out: Path, read: _Read) -> ImageFile:
    """Where the image of a sample is from now on: in its shard, where that can be read in parts, else in ``out``."""
    assert sample.image is not None, "there is one"
    if not isinstance(shard, Address) or sample.place is None:
        return out / keep_image(sample.image, sample.name, out)
    path = shard.at(*sample.place)
    with suppress(ImageError):  # it is looked at again, and what is wrong with it is told then
        read.facts[str(path)] = inspect(sample.image)
    return path


def _take_files(root: Path, out: Path, read: _Read, classes: list[str], limit: int | None) -> None:
    found = walk(root, out)
    used = set()
    for key, path in found.images[:limit]:
        assert isinstance(path, Path), "it is below a folder"
        fields = {}
        for ending in FIELDS:
            other = path.with_suffix(ending)
            if other.is_file() and other.stat().st_size <= LARGEST_FIELD:
                fields[ending] = other.read_bytes()
                used.add(readable(str(Path(key).with_suffix(ending))))
        read.rows.append({**_cells(fields, classes, read, key), "_key": key, "path": str(path), "_at": readable(key)})
    read.left_out += [left for left in found.left_out if left.path not in used]


def _cells(fields: dict[str, bytes], classes: list[str], read: _Read, key: str) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    if ".json" in fields:
        try:
            values = json.loads(fields[".json"], parse_int=str, parse_float=str, parse_constant=str)
            cells = {str(name): json_cell(value) for name, value in values.items()}
        except (ValueError, AttributeError, RecursionError):
            read.left_out.append(LeftOut(f"{key}.json", "it is no JSON object; its image was imported"))
    if ".txt" in fields:
        cells["caption"] = json_cell(fields[".txt"].decode("utf-8", errors="replace"))
    if ".cls" in fields:
        label = fields[".cls"].decode("utf-8", errors="replace").strip()
        number = int(label) if label.isascii() and label.isdigit() and len(label) < 9 else -1
        cells[CLASS] = classes[number] if 0 <= number < len(classes) else label or None
    return {f"wds_{name.lstrip('_')}" if _is_taken(name) else name: value for name, value in cells.items()}


def _is_taken(name: str) -> bool:
    return name.startswith("_") or (name in COLUMNS and name not in ("title", "rights"))


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _frame(rows: list[dict[str, Any]], labels: tuple[str, ...] | None) -> tuple[pd.DataFrame, dict[str, str]]:
    """The rows as columns with their types; a label is text."""
    columns: dict[str, Any] = {}
    types: dict[str, str] = {}
    for name in dict.fromkeys(name for row in rows for name in row if name not in ("_key", "path", "_at")):
        cells = [row.get(name) for row in rows]
        if name in (labels or (*DEFAULT_LABELS, CLASS)) or name in ("title", "rights"):
            columns[name] = [cell[0] if isinstance(cell, list) else cell for cell in cells]
        elif any(isinstance(cell, list) for cell in cells):
            columns[name], types[name] = [[cell] if isinstance(cell, str) else cell for cell in cells], "lists"
        else:
            columns[name], types[name] = typed_column(cells)
    columns |= {name: pd.Series([row[name] for row in rows], dtype=object) for name in ("_key", "path")}
    frame = pd.DataFrame(columns)
    published = [split_of_file(row["_at"]) for row in rows]
    if splits_published(published) is not None:
        frame[PUBLISHED] = pd.array(published, dtype="string")
    return frame, types
