"""The main job once, end to end: import, extract, train, evaluate, index, search."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from artextract.errors import NothingUsableError
from artextract.evaluate.classification.classify import evaluate_model
from artextract.evaluate.classification.report import write_report
from artextract.files import user_path
from artextract.progress import Progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.contact_sheet import write_contact_sheet
from artextract.sources.folder import import_folder
from artextract.sources.sample import import_sample
from artextract.train.options import TrainOptions
from artextract.train.run import train_model
from artextract.train.running import Running

OPTIONS = TrainOptions(width=128, hidden=64, batch_size=16, epochs=8, patience=4)
"""A small network: some hundred paintings teach no large one, and nobody waits long for a demo."""


def run_demo(
    out: str | Path, images: str | Path | None, count: int, seed: int, progress: Progress, say: Callable[[str], None]
) -> dict[str, Any]:
    """Run everything into ``out`` and give a summary; the user's own ``images`` take the place of the drawn ones.

    Images without enough labels are still indexed and searched; the summary says that nothing was trained.
    """
    started = time.perf_counter()
    out = user_path(out)
    collection, model = out / "collection", out / "model"
    say("1/5 import")
    if images:
        report = import_folder(images, collection, seed=seed, progress=progress)
    else:
        report = import_sample(collection, count=count, seed=seed, progress=progress)
    notes = [*report.notes, *report.remarks]
    attributes, page = {}, None
    try:
        say("2/5 extract feature maps and train")
        train_model(collection, model, options=OPTIONS, running=Running(progress=progress, say=say))
        say("3/5 evaluate on the test split")
        evaluation = evaluate_model(model, collection, progress=progress)
        attributes, page = evaluation.figures["attributes"], write_report(model, evaluation)
    except NothingUsableError as error:
        notes.append(f"no model was made: {error.message} ({error.hint})")
    say("4/5 index")
    build_index(collection, progress=progress)
    say("5/5 search")
    engine = SearchEngine.open(collection)
    result = engine.search(_query(report.paintings), k=min(10, max(1, len(report.paintings) - 1)))
    sheet = write_contact_sheet(result, out / "contact-sheet.png")
    return {
        "seconds": time.perf_counter() - started,
        "paintings": len(report.paintings),
        "skipped": len(report.skipped),
        "attributes": attributes,
        "notes": notes,
        "report": str(page.resolve()) if page else None,
        "sheet": str(sheet.resolve()),
        "serve": (
            f"{'.venv/bin/' if Path('.venv/bin/artextract').exists() else ''}artextract serve"
            f" {collection}{f' --model {model}' if attributes else ''}"
        ),
    }


def _query(paintings) -> str:
    """A painting of the test split, where there is one."""
    test = paintings.in_split("test")
    return (test if len(test) else paintings).ids[0]
