"""Hugging Face image datasets in parquet shards, such as ``huggan/wikiart``: from a folder of shards, or from the hub
shard by shard.

The form of the shards: https://huggingface.co/docs/datasets/about_dataset_features. An image is a struct of ``bytes``
and ``path``; a ClassLabel is a number, and the names stand in the schema's metadata, in ``dataset_infos.json``, or in
the YAML head of ``README.md``. By its card ``huggan/wikiart`` has 81,444 paintings (72 shards, one split), 129 artists,
27 styles and 11 genres, "Unknown Artist" and "Unknown Genre" among them."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.errors import NothingUsableError
from artextract.files import read_json, user_path, write_json
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import assemble
from artextract.sources.folder import DEFAULT_LABELS
from artextract.sources.huggingface_rows import Damaged, read_shard
from artextract.sources.huggingface_shards import RECORDS, open_dataset
from artextract.sources.import_report import ImportReport
from artextract.sources.published_splits import splits_published, with_splits
from artextract.splits import PUBLISHED


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
    source = open_dataset(dataset, out)
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
                record = read_shard(
                    source,
                    name,
                    wanted,
                    out,
                    left,
                    lambda items, total, caption=caption: progress(items, total, caption),  # type: ignore[misc]
                )
            except Damaged as error:
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
