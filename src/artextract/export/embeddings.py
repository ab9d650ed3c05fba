"""Vectors of an index as files that other programs read: NumPy, parquet, and the TSV of embedding projectors.

embeddings.json            per feature its version, length, space and file, and how many paintings lack it
paintings.parquet          id, sha256 and title of each row, and per feature whether the painting has it
FEATURE.npy                float32 (N, D), rows of NaN where the painting lacks the feature
FEATURE.tsv, FEATURE.metadata.tsv, projector_config.pbtxt      for projectors, without the rows that lack it"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.errors import InputError
from artextract.files import user_path, write_aside, write_json
from artextract.index import VectorIndex
from artextract.progress import Progress, no_progress
from artextract.table import Paintings
from artextract.version import __version__

DESCRIPTION, ROWS, CONFIG = "embeddings.json", "paintings.parquet", "projector_config.pbtxt"
_AT_ONCE = 4096
_BREAKS = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def write_embeddings(
    folder: str | Path,
    paintings: Paintings,
    index: VectorIndex,
    features: Sequence[str] | None = None,
    projector: bool = False,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Write the vectors of ``paintings``, all of which are in the index, into a folder, and give what
    ``embeddings.json`` says.

    Vectors are as the index compares them: in the space of their feature and at the length that they have there, so
    that their cosines are those of the search. ``features``: which, None for all of the index. ``projector`` adds the
    files of the TensorFlow embedding projector (https://projector.tensorflow.org). Raises ``InputError`` for a feature
    that is not indexed, and where the folder is a file."""
    folder = user_path(folder)
    names = list(index.features if features is None else features)
    for name in names:
        if name not in index.features:
            raise InputError(
                f"the feature '{name}' is not in the index",
                f"indexed are: {', '.join(index.features)}",
                code="feature-not-indexed",
            )
    if folder.exists() and not folder.is_dir():
        raise InputError(f"'{folder}' is a file", "give a folder", code="not-a-folder")
    ids = paintings.ids
    described: list[dict[str, Any]] = []
    there: dict[str, np.ndarray] = {}
    for name in progress(names, len(names), "writing vectors"):
        vectors = _vectors(index, name, ids)
        there[name] = np.isfinite(vectors).all(1)
        with write_aside(folder / f"{name}.npy") as aside, aside.open("wb") as file:
            np.save(file, vectors)
        if projector:
            _write_tsv(folder, name, vectors, there[name], paintings)
        described.append(
            {
                "name": name,
                "version": index.versions[name],
                "dim": int(vectors.shape[1]),
                "space": index.space(name).name,
                "file": f"{name}.npy",
                "without": int((~there[name]).sum()),
            }
        )
    document = {"artextract": __version__, "paintings": len(ids), "ids": ROWS, "features": described}
    _write_rows(folder / ROWS, paintings, there, document)
    if projector:
        with write_aside(folder / CONFIG) as aside:
            aside.write_text("".join(map(_entry, names)), encoding="utf-8")
    write_json(folder / DESCRIPTION, document)
    return document


def _vectors(index: VectorIndex, name: str, ids: Sequence[str]) -> np.ndarray:
    parts = []
    for start in range(0, len(ids), _AT_ONCE):
        rows = index.rows(name, ids[start : start + _AT_ONCE])
        lengths = np.where(rows.norms > 0, rows.norms, np.nan).astype(np.float32)
        parts.append(rows.units * lengths[:, None])
    return np.concatenate(parts)


def _write_rows(path: Path, paintings: Paintings, there: dict[str, np.ndarray], document: dict[str, Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: paintings.column(name) for name in ("id", "sha256", "title")}
    frame = pd.DataFrame(columns | {f"has_{name}": has for name, has in there.items()})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    kept = {**(table.schema.metadata or {}), b"artextract": json.dumps(document, ensure_ascii=False).encode()}
    with write_aside(path) as aside:
        pq.write_table(table.replace_schema_metadata(kept), aside)


def _write_tsv(folder: Path, name: str, vectors: np.ndarray, there: np.ndarray, paintings: Paintings) -> None:
    with write_aside(folder / f"{name}.tsv") as aside:
        np.savetxt(aside, vectors[there], fmt="%.6g", delimiter="\t")
    columns = ["id", "title", *paintings.labels]
    cells = [["" if cell is None else _BREAKS.sub(" ", str(cell)) for cell in paintings.column(c)] for c in columns]
    rows = [columns, *(row for row, has in zip(zip(*cells, strict=True), there.tolist(), strict=True) if has)]
    with write_aside(folder / f"{name}.metadata.tsv") as aside:
        aside.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def _entry(name: str) -> str:
    """A feature in the configuration of TensorBoard's projector."""
    return (
        f'embeddings {{\n  tensor_name: "{name}"\n  tensor_path: "{name}.tsv"\n'
        f'  metadata_path: "{name}.metadata.tsv"\n}}\n'
    )
