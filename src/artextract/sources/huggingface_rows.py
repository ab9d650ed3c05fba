"""Reads the rows of a parquet shard and writes their images."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from artextract.errors import InputError
from artextract.labels import display_name, name_from_slug
from artextract.printable import counted
from artextract.sources import wikiart
from artextract.sources.embedded_images import keep_image
from artextract.sources.folder import DEFAULT_LABELS
from artextract.sources.huggingface_shards import CARDS, Source, card_head, parsed
from artextract.table import COLUMNS

UNKNOWN_RIGHTS = "not stated; see the dataset's card"


BATCH = 16


def read_shard(
    source: Source,
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
            except Damaged as error:
                record["damage"] = f"the shard is damaged after {counted(len(record['rows']), 'image')}: {error}"
            return record
    finally:
        if source.remote:
            path.unlink(missing_ok=True)


class Damaged(Exception):
    pass


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)  # halves what a row group takes
    except (pa.ArrowException, OSError) as error:
        raise Damaged(str(error).splitlines()[0]) from error


def _rows(file: pq.ParquetFile, columns: _Columns) -> Iterator[dict[str, Any]]:
    """Rows as plain dicts, a few at a time; the reader holds up to twice the size of one row group."""
    batches = file.iter_batches(BATCH, columns=[columns.image, *columns.labels, *columns.others])
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise Damaged(str(error).splitlines()[0]) from error
        if batch is None:
            return
        yield from batch.to_pylist()


@dataclass(frozen=True)
class _Columns:
    """What is read of a shard.

    ``classes``: the names of the columns that hold class numbers, whether they are labels or not."""

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
        infos = parsed(json.loads, card(name))
        for info in [infos, *infos.values()]:
            if isinstance(info, dict) and isinstance(info.get("features"), dict):
                listed: dict[str, dict[str, Any]] = info["features"]
                return listed
    info = card_head(card).get("dataset_info") or {}
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


def _rights(source: Source, columns: _Columns) -> str:
    """WikiArt's where name or card say that it is WikiArt, else the licence of the card.

    Without one, what the classes tell."""
    cards = " ".join(source.card(name) or "" for name in CARDS[:2])
    if "wikiart" in source.name.lower() or "wikiart.org" in cards.lower():
        return wikiart.RIGHTS
    licence = card_head(source.card).get("license")
    licence = ", ".join(map(str, licence)) if isinstance(licence, list) else licence
    if not licence or licence == "unknown":
        return wikiart.RIGHTS if "Unknown Artist" in columns.classes.get("artist", []) else UNKNOWN_RIGHTS
    return f"{licence}, by the dataset's card"
