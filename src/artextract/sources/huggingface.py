"""Hugging Face image datasets in parquet shards, such as ``huggan/wikiart``: from a folder of shards, or from the hub
shard by shard.

The form of the shards: https://huggingface.co/docs/datasets/about_dataset_features. An image is a struct of ``bytes``
and ``path``; a ClassLabel is a number, and the names stand in the schema's metadata, in ``dataset_infos.json``, or in
the YAML head of ``README.md``. By its card ``huggan/wikiart`` has 81,444 paintings (72 shards, one split), 129 artists,
27 styles and 11 genres, "Unknown Artist" and "Unknown Genre" among them."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from artextract.download.reach import require_answer, within
from artextract.errors import InputError, NothingUsableError
from artextract.files import read_json, user_path, write_aside, write_json
from artextract.labels import display_name, name_from_slug
from artextract.objects import Address, address_of, is_address, listed, open_object
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.sources import wikiart
from artextract.sources.assemble import assemble
from artextract.sources.embedded_images import keep_image
from artextract.sources.folder import DEFAULT_LABELS
from artextract.sources.import_report import ImportReport
from artextract.sources.published_splits import split_named, split_of_file, splits_published, with_splits
from artextract.splits import PUBLISHED
from artextract.table import COLUMNS

RECORDS = "import"
"""Folder in the collection that holds a record of every shard that was read, so that a killed import goes on from
there."""
CARDS = ("README.md", "dataset_infos.json", "dataset_info.json")
UNKNOWN_RIGHTS = "not stated; see the dataset's card"
REACH_SECONDS = 15
BATCH = 16


def import_huggingface(
    dataset: str | Path,
    out: str | Path,
    *,
    image_column: str | None = None,
    label_columns: tuple[str, ...] | None = None,
    limit: int | None = None,
    rights: str | None = None,
    split: str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import the shards of a local folder or file, those at an address (``s3://bucket/shards``), or those of a dataset
    of the hub ("huggan/wikiart"), in the order of their names.

    The images are written to ``out/images``, byte for byte, under their content hash. ``image_column`` defaults to the
    first column of images, ``label_columns`` to all class labels and to text columns named style, artist or genre.
    Other plain numbers and texts are kept, those with a name that the table fills itself as ``hf_NAME``.
    ``limit`` stops after so many images. ``rights`` is for rows without rights of their own; by default WikiArt's where
    the dataset is WikiArt, else the licence of the dataset's card. The splits that the data set was published with, by
    the names of its shards, its card or a column, are kept in the column "published_split", and are the default of
    ``split``.

    A shard that is damaged is skipped and listed. What a killed run has read is not read or fetched again. Raises
    ``InputError`` where there are no shards, no images in them, or class numbers that nothing names, and where the hub
    cannot be reached."""
    out = user_path(out)
    source = _open(dataset, out)
    wanted = {"image": image_column, "labels": list(label_columns) if label_columns else None}
    rows: list[dict[str, Any]] = []
    skipped: list[tuple[str, str]] = []
    labels: list[str] = []
    for number, (name, size) in enumerate(source.shards, 1):
        left = math.inf if limit is None else limit - len(rows)
        if left <= 0:
            break
        path = out / RECORDS / (re.sub(r"[^\w.-]+", "-", name) + ".json")
        record = _recorded(path, wanted | {"bytes": size}, left, out)
        if record is None:
            caption = f"shard {number} of {len(source.shards)}"
            try:
                record = _read(
                    source,
                    name,
                    wanted,
                    out,
                    left,
                    lambda items, total, caption=caption: progress(items, total, caption),  # type: ignore[misc]
                )
            except _Damaged as error:
                skipped.append((name, f"the shard cannot be read: {error}"))
                continue
            if not record["damage"]:
                write_json(path, record | {"wanted": wanted | {"bytes": size}})
        read = record["rows"] if limit is None else record["rows"][: int(left)]
        published = {PUBLISHED: source.splits.get(name)}
        rows += [row | {"rights": row.get("rights") or rights or record["rights"]} | published for row in read]
        skipped += [(where, reason) for where, reason in record["skipped"]]
        skipped += [(name, record["damage"])] if record["damage"] else []
        labels += [label for label in record["labels"] if label not in labels]
    if not rows:
        raise NothingUsableError(
            f"the shards of '{dataset}' hold no images",
            f"{skipped[0][0]}: {skipped[0][1]}" if skipped else "",
            code="no-images",
        )
    frame = pd.DataFrame(rows)
    labels = labels or list(DEFAULT_LABELS)
    frame = frame.reindex(columns=[*frame.columns, *(name for name in labels if name not in frame)])
    frame["path"] = [str(out / path) for path in frame["path"]]
    frame["source"] = "huggingface"
    shards, frame = frame[PUBLISHED], with_splits(frame.drop(columns=PUBLISHED), [], "hf_split")
    if PUBLISHED not in frame and splits_published(shards) is not None:
        frame[PUBLISHED] = shards
    report = assemble(frame, out, labels=labels, protocol=split, preferred={}, seed=seed, progress=progress)
    report.skipped += skipped
    shutil.rmtree(out / RECORDS / "download", ignore_errors=True)
    return report


@dataclass(frozen=True)
class _Source:
    """``shards``: names and sizes in bytes; ``fetch`` gives the local path of a name; ``card`` the text of a file
    next to the shards, or None; ``splits`` the published split of a shard."""

    name: str
    shards: list[tuple[str, int]]
    fetch: Callable[[str], Path]
    card: Callable[[str], str | None]
    remote: bool
    splits: dict[str, str | None]


def _open(dataset: str | Path, out: Path) -> _Source:
    if is_address(str(dataset)):
        return _at_a_store(address_of(str(dataset)), out / RECORDS / "download")
    path = user_path(dataset)
    if path.exists():
        return _local(path, out)
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", str(dataset)):
        raise InputError(
            f"there is no folder or file '{dataset}'",
            "give a folder of parquet shards, or a dataset of the hub as OWNER/NAME",
            code="file-missing",
        )
    return _hub(str(dataset), out / RECORDS / "download")


def _local(path: Path, out: Path) -> _Source:
    root = path if path.is_dir() else path.parent
    ours = out.resolve()
    files = (
        sorted(file for file in root.rglob("*.parquet") if not file.resolve().is_relative_to(ours))
        if path.is_dir()
        else [path]
    )
    if not files:
        raise InputError(
            f"there are no parquet files below '{path}'",
            "give the folder that holds the shards of the dataset",
            code="no-parquet",
        )
    plain = len({file.name for file in files}) == len(
        files
    )  # then ids do not depend on the folders above, nor on hub or disk
    named = {file.name if plain else file.relative_to(root).as_posix(): file for file in files}

    def card(name: str) -> str | None:
        found = [folder / name for folder in (root, root.parent) if (folder / name).is_file()]
        return found[0].read_text(encoding="utf-8", errors="replace") if found else None

    return _Source(
        str(path.resolve()),
        [(name, file.stat().st_size) for name, file in named.items()],
        named.__getitem__,
        card,
        remote=False,
        splits=_splits({name: file.relative_to(root).as_posix() for name, file in named.items()}, card),
    )


def _at_a_store(place: Address, folder: Path) -> _Source:
    """Shards at an object store; each is fetched when it is read, and removed then."""
    there = {one.address.text.removeprefix(place.text).lstrip("/") or one.address.name: one for one in listed(place)}
    shards = {name: one for name, one in there.items() if name.endswith(".parquet")}
    if not shards:
        raise InputError(
            f"there are no parquet files at '{place}'",
            "give the address of the shards of the dataset",
            code="no-parquet",
        )

    def fetch(shard: str) -> Path:
        path = folder / "shard.parquet"
        with open_object(shards[shard].address) as file, write_aside(path) as aside, aside.open("wb") as copy:
            shutil.copyfileobj(file, copy, 1 << 22)
        return path

    @cache
    def card(file: str) -> str | None:
        if file not in there:
            return None
        return there[file].address.read_bytes().decode("utf-8", errors="replace")

    sizes = [(name, one.size) for name, one in shards.items()]
    return _Source(str(place), sizes, fetch, card, remote=True, splits=_splits({name: name for name in shards}, card))


def _hub(name: str, folder: Path) -> _Source:
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError, RepositoryNotFoundError

    def listing() -> tuple[str, list[Any]]:
        _knock(name)
        for revision in (
            "main",
            "refs/convert/parquet",
        ):  # the second is where the hub keeps the parquet form of other formats
            files = [
                f
                for f in HfApi().list_repo_tree(name, recursive=True, revision=revision, repo_type="dataset")
                if f.path.endswith(".parquet")
            ]
            if files:
                return revision, sorted(files, key=lambda f: f.path)
        return "main", []

    try:
        revision, files = within(REACH_SECONDS, listing)
    except RepositoryNotFoundError as error:
        raise InputError(
            f"there is no folder '{name}' here and no open dataset '{name}' on the hub",
            "check the name",
            code="dataset-not-here",
        ) from error
    except Exception as error:  # the client lets the errors of its transport through
        raise _away(name, error) from error
    if not files:
        raise InputError(
            f"the dataset '{name}' of the hub has no parquet files",
            "export it to parquet, and give the folder",
            code="no-parquet",
        )
    plain = len({Path(file.path).name for file in files}) == len(files)
    paths = {Path(file.path).name if plain else file.path: file for file in files}

    def download(path: str, revision: str) -> Path:
        return Path(hf_hub_download(name, path, repo_type="dataset", revision=revision, local_dir=folder))

    def fetch(shard: str) -> Path:
        try:
            return download(paths[shard].path, revision)
        except Exception as error:
            raise _away(name, error) from error

    @cache
    def card(file: str) -> str | None:
        try:
            return download(file, "main").read_text(encoding="utf-8", errors="replace")
        except Exception as error:
            if isinstance(error, EntryNotFoundError) and not isinstance(error, LocalEntryNotFoundError):
                return None
            raise _away(name, error) from error  # the line broke: not the same as a dataset without this file

    return _Source(
        name,
        [(shard, file.size) for shard, file in paths.items()],
        fetch,
        card,
        remote=True,
        splits=_splits({shard: file.path for shard, file in paths.items()}, card),
    )


def _splits(paths: dict[str, str], card: Callable[[str], str | None]) -> dict[str, str | None]:
    """The published split of every shard, of which ``paths`` gives the path in the data set: by the card's list of data
    files, else by the name of a folder or the first word of the shard's own name ("train-00000-of-00072")."""
    named: list[tuple[str, str]] = []
    if any(split_of_file(path) for path in paths.values()):
        return {name: split_of_file(path) for name, path in paths.items()}
    configs = _card_head(card).get("configs")
    for config in configs if isinstance(configs, list) else []:
        files = config.get("data_files") if isinstance(config, dict) else None
        for entry in files if isinstance(files, list) else []:
            if isinstance(entry, dict):
                patterns = entry.get("path")
                named += [
                    (str(p), str(entry.get("split"))) for p in (patterns if isinstance(patterns, list) else [patterns])
                ]
    return {
        name: next((split_named(split) for pattern, split in named if fnmatch(path, pattern)), None)
        for name, path in paths.items()
    }


def _knock(name: str) -> None:
    """Raise ``OSError`` where no server answers at all: the hub's client would try again for half a minute, and
    complain each time."""
    server = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    require_answer(f"{server}/api/datasets/{name}", REACH_SECONDS)


def _away(name: str, error: Exception) -> InputError:
    return InputError(
        f"there is no folder '{name}' here, and the dataset '{name}' cannot be fetched from the hub"
        f" ({type(error).__name__})",
        "try again later, the import goes on where it stopped; or fetch the parquet files of"
        f" https://huggingface.co/datasets/{name} elsewhere and give their folder in place of the name",
        code="dataset-not-here",
    )


def _recorded(path: Path, wanted: dict[str, Any], left: float, out: Path) -> dict[str, Any] | None:
    """What an earlier run recorded of this shard, where it was asked for the same, read far enough, and its images are
    still there."""
    try:
        record = read_json(path)
    except (OSError, ValueError):
        return None
    enough = record["complete"] or len(record["rows"]) >= left
    return (
        record
        if record["wanted"] == wanted and enough and all((out / row["path"]).is_file() for row in record["rows"])
        else None
    )


def _read(
    source: _Source,
    name: str,
    wanted: dict[str, Any],
    out: Path,
    left: float,
    progress: Callable[[Iterator[dict[str, Any]], int], Any],
) -> dict[str, Any]:
    """Write the images of one shard and give its record; of a shard from the hub nothing else stays here."""
    path = source.fetch(name)
    try:
        with _parquet(path) as file:
            columns = _choose(file.schema_arrow, source.card, wanted)
            record: dict[str, Any] = {
                "complete": True,
                "damage": "",
                "labels": columns.labels,
                "rights": _rights(source, columns),
                "rows": [],
                "skipped": [],
            }
            try:
                for number, values in enumerate(progress(_rows(file, columns), file.metadata.num_rows)):
                    if len(record["rows"]) >= left:
                        record["complete"] = False
                        break
                    picture = values.pop(columns.image)
                    data, inner = (
                        (picture.get("bytes"), picture.get("path")) if isinstance(picture, dict) else (picture, None)
                    )
                    if not data:
                        record["skipped"].append((f"{name}, row {number}", "the row holds no image"))
                        continue
                    key = f"{name}/{Path(inner).stem if inner else Path(name).stem}-{number:06d}"
                    record["rows"].append({"_key": key, "path": keep_image(data, inner, out), **columns.tidy(values)})
            except _Damaged as error:
                record["damage"] = f"the shard is damaged after {counted(len(record['rows']), 'image')}: {error}"
            return record
    finally:
        if source.remote:
            path.unlink(missing_ok=True)


class _Damaged(Exception):
    pass


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)  # halves what a row group takes
    except (pa.ArrowException, OSError) as error:
        raise _Damaged(str(error).splitlines()[0]) from error


def _rows(file: pq.ParquetFile, columns: _Columns) -> Iterator[dict[str, Any]]:
    """Rows as plain dicts, a few at a time; the reader holds up to twice the size of one row group."""
    batches = file.iter_batches(BATCH, columns=[columns.image, *columns.labels, *columns.others])
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise _Damaged(str(error).splitlines()[0]) from error
        if batch is None:
            return
        yield from batch.to_pylist()


@dataclass(frozen=True)
class _Columns:
    """What is read of a shard. ``classes``: the names of the columns that hold class numbers, whether they are labels
    or not."""

    image: str
    labels: list[str]
    others: list[str]
    classes: dict[str, list[str]]

    def tidy(self, values: dict[str, Any]) -> dict[str, Any]:
        row = {}
        for name in [*self.labels, *self.others]:
            value = values[name]
            if name in self.labels or name in self.classes:
                value = _label(name, value, self.classes.get(name))
            elif isinstance(value, float) and not math.isfinite(value):
                value = None
            taken = name.startswith("_") or name in COLUMNS and name not in ("title", "rights")
            row[f"hf_{name.lstrip('_')}" if taken else name] = value
        return row


def _label(column: str, value: Any, classes: list[str] | None) -> str | None:
    if classes is not None:
        value = (
            classes[value] if value is not None and 0 <= value < len(classes) else None
        )  # -1 is the datasets library's "no label"
    if column == "artist" and value and not re.search(r"\s|[A-Z]", value):
        return name_from_slug(value)
    return display_name(value)


def _choose(schema: pa.Schema, card: Callable[[str], str | None], wanted: dict[str, Any]) -> _Columns:
    features = _features(schema, card)
    listed = f"its columns are: {', '.join(schema.names)}"
    pictures = [
        field.name
        for field in schema
        if features.get(field.name, {}).get("_type") == "Image" or _holds_bytes(field.type)
    ]
    image = wanted["image"] or (pictures[0] if pictures else None)
    if image is None or image not in pictures:
        raise InputError(
            f"the dataset has no column of images '{image}'" if image else "the dataset has no column of images",
            listed,
            code="no-image-column",
        )
    texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    plain = [
        field.name
        for field in schema
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_boolean(field.type)
    ]
    classes = {name: feature["names"] for name, feature in features.items() if feature.get("names") and name in plain}
    known = [name for name in schema.names if name in classes and name not in COLUMNS]
    usual = [name for name in DEFAULT_LABELS if name in schema.names]
    chosen = wanted["labels"] or list(dict.fromkeys([*usual, *known]))
    for name in chosen:
        if name not in schema.names:
            raise InputError(f"the dataset has no column '{name}'", listed, code="unknown-column")
        if name in COLUMNS:
            raise InputError(
                f"'{name}' cannot be a label: the table has a column of that name for something else",
                listed,
                code="reserved-column",
            )
        if name in plain and name not in classes:
            message = f"column '{name}' holds numbers, and nothing names their classes"
            raise InputError(
                message,
                "put the dataset's README.md or dataset_infos.json beside the shards",
                code="class-names-missing",
            )
        if name not in plain and name not in texts:
            raise InputError(
                f"column '{name}' holds neither class numbers nor text",
                "name the label columns with --columns",
                code="not-a-label-column",
            )
    others = [name for name in schema.names if name in [*texts, *plain] and name not in chosen]
    return _Columns(image, chosen, others, classes)


def _holds_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0 and _holds_bytes(kind.field("bytes").type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _features(schema: pa.Schema, card: Callable[[str], str | None]) -> dict[str, dict[str, Any]]:
    """Features per column, as ``{"_type": ..., "names": [...]}``: from the shard itself, else from the files next to
    it."""
    try:
        own: dict[str, dict[str, Any]] = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return own
    except (KeyError, ValueError, TypeError):
        pass
    for name in CARDS[1:]:
        infos = _parsed(json.loads, card(name))
        for info in [infos, *infos.values()]:
            if isinstance(info, dict) and isinstance(info.get("features"), dict):
                listed: dict[str, dict[str, Any]] = info["features"]
                return listed
    info = _card_head(card).get("dataset_info") or {}
    found = {}
    for feature in (info[0] if isinstance(info, list) else info).get("features", []):
        kind = feature.get("dtype")
        names = (kind.get("class_label") or {}).get("names") if isinstance(kind, dict) else None
        names = [names[key] for key in sorted(names, key=int)] if isinstance(names, dict) else names
        found[feature["name"]] = (
            {"_type": "ClassLabel", "names": [str(n) for n in names]}
            if names
            else {"_type": "Image" if kind == "image" else "Value"}
        )
    return found


def _card_head(card: Callable[[str], str | None]) -> dict[str, Any]:
    import yaml  # comes with the hub's client

    first, _, rest = (card(CARDS[0]) or "").partition("\n")
    head, end, _ = rest.partition("\n---")
    return _parsed(yaml.safe_load, head if end and first.rstrip() == "---" else None)


def _parsed(parse: Callable[[str], Any], text: str | None) -> dict[str, Any]:
    try:
        value = parse(text) if text else {}
    except Exception:  # a card is written by hand, and a broken one is as none
        value = {}
    return value if isinstance(value, dict) else {}


def _rights(source: _Source, columns: _Columns) -> str:
    """WikiArt's where name or card say that it is WikiArt, else the licence of the card; without one, what the classes
    tell."""
    cards = " ".join(source.card(name) or "" for name in CARDS[:2])
    if "wikiart" in source.name.lower() or "wikiart.org" in cards.lower():
        return wikiart.RIGHTS
    licence = _card_head(source.card).get("license")
    licence = ", ".join(map(str, licence)) if isinstance(licence, list) else licence
    if not licence or licence == "unknown":
        return wikiart.RIGHTS if "Unknown Artist" in columns.classes.get("artist", []) else UNKNOWN_RIGHTS
    return f"{licence}, by the dataset's card"
