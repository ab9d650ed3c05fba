"""One self-contained HTML page per evaluated model, with its pictures in the same folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from artextract.evaluate.classification import projection
from artextract.evaluate.classification.attention import plot_attention
from artextract.evaluate.classification.classify import Evaluation
from artextract.evaluate.classification.comparison import stored_figures
from artextract.evaluate.classification.figures import Judged
from artextract.evaluate.classification.report_page import page_of
from artextract.evaluate.page import curves, plots
from artextract.evaluate.page.canvas import slug
from artextract.evaluate.page.layout import (
    NETWORK,
    opponents,
)
from artextract.evaluate.page.number_plot import plot_number
from artextract.files import user_path, write_aside
from artextract.model.saved import REPORT_FOLDER, SavedModel, open_model
from artextract.printable import counted
from artextract.progress import Progress, no_progress

OUTLIERS = "outliers-*.png"
"""Pictures of this name in the report's folder become part of the page."""


def write_report(
    model_folder: str | Path,
    evaluation: Evaluation,
    out: str | Path | None = None,
    compared_with: Sequence[str | Path] = (),
    progress: Progress = no_progress,
) -> Path:
    """Draw the pictures and write ``index.html`` in ``out``; gives the page's path.

    By default that is the model's ``report`` folder for the test rows of its own collection, and a folder next to it
    for any others. ``compared_with``: folders of other models whose stored figures are shown too; raises ``InputError``
    for one that was not judged."""
    model = open_model(model_folder)
    others = [stored_figures(folder) for folder in compared_with]
    figures = evaluation.figures
    name = (
        REPORT_FOLDER
        if figures["at_home"] and figures["split"] == "test"
        else f"{REPORT_FOLDER}-{Path(figures['collection']).name}-{figures['split']}"
    )
    out = user_path(out) if out else model.folder / name
    pictures = _draw(out, model, evaluation, progress)
    path = out / "index.html"
    with write_aside(path) as aside:
        aside.write_text(page_of(model, evaluation, pictures, others, sorted(out.glob(OUTLIERS))), encoding="utf-8")
    return path


def _draw(out: Path, model: SavedModel, evaluation: Evaluation, progress: Progress) -> dict[str, Path]:
    """Every picture that can be drawn, by kind and attribute.

    What cannot, as a map of five paintings, is not among them."""
    pictures = {"history": out / "training.png", "comparison": out / "comparison.png"}
    plots.plot_history(pictures["history"], model.history(), model.config["best_epoch"])
    shown = {name: judged for name, judged in evaluation.judged.items() if len(judged.truth)}
    if shown:
        plots.plot_comparison(pictures["comparison"], {name: evaluation.figures["attributes"][name] for name in shown})
    else:
        del pictures["comparison"]
    for name, number in evaluation.numbers.items():
        if len(number.truth):
            pictures[f"number-{name}"] = out / f"number-{slug(name)}.png"
            plot_number(pictures[f"number-{name}"], name, number.truth, number.network.answer, number.network.ends)
    for name, judged in progress(list(shown.items()), len(shown), "drawing"):
        paths = {kind: out / f"{kind}-{slug(name)}.png" for kind in ("confusion", "roc", "reliability", "risk")}
        plots.plot_confusion(
            paths["confusion"],
            judged.confusion,
            judged.classes,
            f"{name}, {evaluation.figures['split']} split, n = {len(judged.truth)}",
        )
        if not curves.plot_roc(paths["roc"], judged.truth, judged.probabilities, judged.classes):
            del paths["roc"]
        curves.plot_reliability(paths["reliability"], judged.truth, judged.uncalibrated, judged.probabilities)
        captions = opponents(evaluation.figures["attributes"][name])
        curves.plot_risk_coverage(
            paths["risk"],
            judged.truth,
            {NETWORK: judged.probabilities} | {text: judged.baselines[key] for key, text in captions.items()},
        )
        pictures |= {f"{kind}-{name}": path for kind, path in paths.items()}
    pictures |= _draw_maps(out, evaluation, shown, progress)
    if shown and plot_attention(out / "attention.jpg", evaluation):
        pictures["attention"] = out / "attention.jpg"
    return pictures


def _draw_maps(out: Path, evaluation: Evaluation, shown: dict[str, Judged], progress: Progress) -> dict[str, Path]:
    """Maps of one sample of all rows by pooled features, shared by the attributes, and by the network's embedding of
    each attribute."""
    chosen = projection.sample(len(evaluation.rows))
    place = np.full(len(evaluation.rows), -1)
    place[chosen] = np.arange(len(chosen))
    drawn = {name: judged for name, judged in shown.items() if np.sum(place[judged.positions] >= 0) >= projection.LEAST}
    if not drawn:
        return {}
    pooled = projection.project(evaluation.vectors[chosen])
    embedded = evaluation.predictor.embeddings(evaluation.maps[chosen])
    pictures = {}
    for name, judged in progress(list(drawn.items()), len(drawn), "mapping features"):
        known = place[judged.positions] >= 0
        rows, truth = place[judged.positions[known]], judged.truth[known]
        maps = {
            "pooled features of the backbone": pooled.rows(rows),
            "what the network makes of them": projection.project(embedded[name][rows]),
        }
        path = out / f"maps-{slug(name)}.png"
        projection.plot_maps(
            path, maps, truth, judged.classes, f"{name}: {counted(len(rows), 'painting')}, coloured by their label"
        )
        pictures[f"maps-{name}"] = path
    return pictures
