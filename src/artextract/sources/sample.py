"""Paintings that we draw ourselves, so that the demo and the tests need no download."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from artextract.errors import InputError
from artextract.files import user_path, write_aside
from artextract.progress import Progress, no_progress
from artextract.sources.assemble import assemble
from artextract.sources.drawing import Drawing, draw_painting
from artextract.sources.import_report import ImportReport

RIGHTS = "CC0; drawn by ArtExtract"
LABELS = ("style", "artist", "genre")
FEW = 16
"""Fewer are drawn in this process: another would need longer to start than this one to draw them."""


def import_sample(
    out: str | Path,
    *,
    count: int = 600,
    seed: int = 0,
    split: str = "stratified",
    progress: Progress = no_progress,
) -> ImportReport:
    """Draw ``count`` paintings into ``out/images`` and import them.

    The same ``seed`` gives the same paintings everywhere; a drawing that is there already is not drawn again. The
    columns ``palette`` (list of "#rrggbb"), ``palette_shares``, ``horizon`` (0 top .. 1 bottom), ``light`` and
    ``symmetry`` (0..1) hold what was planned for each."""
    if count < 1:
        raise InputError(f"cannot draw {count} paintings", "give a count of at least 1", code="invalid-count")
    images = user_path(out) / "images"
    images.mkdir(parents=True, exist_ok=True)
    draw = partial(_draw, seed=seed, folder=images)
    wanted = sum(not _is_kept(images / file_name(seed, index)) for index in range(count))
    if wanted < FEW:
        records = list(progress(map(draw, range(count)), count, "drawing"))
    else:
        workers = min(wanted, os.cpu_count() or 1)
        with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
            records = list(progress(pool.map(draw, range(count), chunksize=4), count, "drawing"))
    rows = pd.DataFrame(records)
    rows["source"], rows["rights"] = "sample", RIGHTS
    return assemble(rows, out, labels=LABELS, protocol=split, seed=seed, progress=progress)


def file_name(seed: int, index: int) -> str:
    return f"sample-{seed}-{index:05d}.jpg"


def keep(drawing: Drawing, path: Path) -> dict[str, Any]:
    """Write a drawing as a JPEG at ``path`` and its record, which is returned, beside it: it is not drawn again."""
    record = {
        "title": drawing.title,
        "style": drawing.style,
        "artist": drawing.artist,
        "genre": drawing.genre,
        "palette": [colour for colour, _ in drawing.palette],
        "palette_shares": [round(float(share), 4) for _, share in drawing.palette],
        "horizon": drawing.horizon,
        "light": drawing.light,
        "symmetry": drawing.symmetry,
    }
    with write_aside(path) as aside:
        drawing.image.save(aside, "JPEG", quality=92)
    with write_aside(path.with_suffix(".json")) as aside:
        aside.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return record


def _is_kept(path: Path) -> bool:
    return path.exists() and path.with_suffix(".json").exists()


def _draw(index: int, seed: int, folder: Path) -> dict[str, Any]:
    """Draw one painting, or read what an earlier run recorded of it, and give its row."""
    path = folder / file_name(seed, index)
    if _is_kept(path):
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    else:
        record = keep(draw_painting(index, seed), path)
    return {"path": str(path), "_key": path.name, **record}
