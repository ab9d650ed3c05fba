"""One self-contained HTML page per evaluated model, with its pictures beside it."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path
from typing import Any

from artextract.evaluate import plots
from artextract.evaluate.classify import Evaluation
from artextract.evaluate.layout import COLUMNS, table_rows
from artextract.files import write_aside
from artextract.metrics.classification import confusion_matrix
from artextract.model.saved import REPORT, SavedModel, open_model

def write_report(model_folder: str | Path, evaluation: Evaluation, out: str | Path | None = None) -> Path:
    """Draw the pictures and write ``index.html`` in ``out``; gives the page's path.

    By default that is the model's ``report`` folder for the test rows of its own collection, and a folder beside it for any others.
    """
    model = open_model(model_folder)
    figures = evaluation.figures
    name = REPORT if figures["at_home"] and figures["split"] == "test" else f"{REPORT}-{Path(figures['collection']).name}-{figures['split']}"
    out = Path(out) if out else model.folder / name
    pictures = _draw(out, model, evaluation)
    page = out / "index.html"
    with write_aside(page) as aside:
        aside.write_text(_page(model, evaluation, pictures), encoding="utf-8")
    return page


def _draw(out: Path, model: SavedModel, evaluation: Evaluation) -> dict[str, Path]:
    pictures = {"history": out / "training.png", "comparison": out / "comparison.png"}
    plots.plot_history(pictures["history"], model.history(), model.config["best_epoch"])
    shown = {name: figures for name, figures in evaluation.figures["attributes"].items() if figures["n"]}
    plots.plot_comparison(pictures["comparison"], shown)
    for name in shown:
        judged = evaluation.judged[name]
        confusion = confusion_matrix(judged.truth, judged.probabilities.argmax(1), len(judged.classes))
        pictures[name] = out / f"confusion-{name}.png"
        plots.plot_confusion(pictures[name], confusion, judged.classes, f"{name}, {evaluation.figures['split']} split, n = {len(judged.truth)}")
    return pictures


def _page(model: SavedModel, evaluation: Evaluation, pictures: dict[str, Path]) -> str:
    figures = evaluation.figures
    parts = [
        f"<h1>{escape(model.folder.resolve().name)}</h1>",
        f"<p class=lead>{escape(_lead(model, figures))}</p>",
        *(f"<p class=warning>{escape(text)}</p>" for text in evaluation.warnings),
        _picture(pictures["comparison"], "Accuracy and macro-F1 with 95 % bootstrap intervals, beside the baselines on the same rows."),
    ]
    for name, entry in figures["attributes"].items():
        parts.append(f"<h2>{escape(name)}</h2>")
        if not entry["n"]:
            parts.append("<p>No judged painting carries a label that the model knows.</p>")
            continue
        parts.append(f"<p>{entry['n']} paintings, {len(entry['classes'])} classes; the model knows {entry['coverage']:.1%} of {entry['labelled']} labels.</p>")
        parts.append(_table(["", "n", *(caption for _, caption in COLUMNS)], table_rows(entry)))
        parts.append(_picture(pictures[name], "Rows are true classes, columns predictions, numbers per cent of the row."))
        parts.append("<details><summary>Every class</summary>" + _class_table(entry["classes"]) + "</details>")
    parts.append("<h2>Training</h2>")
    parts.append(_picture(pictures["history"], f"The weights of epoch {model.config['best_epoch']} were kept."))
    parts.append("<h2>How to read this</h2><p>" + escape(_HOW_TO_READ) + "</p>")
    return _FRAME.format(title=escape(f"ArtExtract: {model.folder.resolve().name}"), body="\n".join(parts))


def _lead(model: SavedModel, figures: dict[str, Any]) -> str:
    network, backbone = model.config["network"], model.config["backbone"]
    rnn = {"gru": "GRU", "lstm": "LSTM", "none": "no RNN"}[network["rnn"]]
    return (
        f"{backbone['name']} → {'bidirectional ' if network['bidirectional'] and network['rnn'] != 'none' else ''}{rnn} → attention, judged on the "
        f"{figures['split']} rows of {Path(figures['collection']).name}; {figures['excluded']['total']} paintings that it was trained on, or copies of them, were left out. "
        f"Rights of the training images: {'; '.join(model.config['rights'])}."
    )


def _class_table(classes: list[dict[str, Any]]) -> str:
    rows = [
        [c["label"] + (" *" if c["few"] else ""), str(c["n"]), *("undefined" if c[k] is None else f"{c[k]:.3f}" for k in ("precision", "recall", "f1"))]
        for c in classes
    ]
    return _table(["class", "n", "precision", "recall", "F1"], rows) + "<p class=note>* fewer than 10 paintings: the figures say little.</p>"


def _table(head: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "<div class=wide><table>" + line(head, "th") + "".join(line(row, "td") for row in rows) + "</table></div>"


def _picture(path: Path, caption: str) -> str:
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<figure><img src="data:image/png;base64,{data}" alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'


_HOW_TO_READ = (
    "Macro-F1 is the mean F1 over the classes that occur among true or predicted labels, so rare classes count as much as common ones; balanced accuracy is the mean recall. "
    "Top-5 is not given for five classes or fewer. ECE is the expected calibration error over 15 equal-width bins. Intervals are 95 % percentile bootstraps over paintings. "
    "The linear probe is an L2 logistic regression on the pooled features of the same backbone, with C and class weights chosen on the validation split. The majority class is that of the training split. "
    "Paintings by one artist can stand on both sides of a split that is not artist-disjoint, which makes every figure here higher than it would be for artists never seen."
)

_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
body {{ font: 16px/1.55 Georgia, "Times New Roman", serif; color: #22252b; background: #fbfaf7; max-width: 62rem; margin: 3rem auto; padding: 0 1.25rem; }}
h1, h2 {{ font-weight: 600; line-height: 1.2; }} h2 {{ margin-top: 3rem; border-top: 1px solid #ddd8cc; padding-top: 1.2rem; text-transform: capitalize; }}
.lead {{ color: #565b64; }} .note, figcaption {{ color: #6b707a; font-size: .85rem; }} .warning {{ background: #fdf1e3; border-left: 4px solid #c9822b; padding: .6rem .9rem; }}
.wide {{ overflow-x: auto; }} table {{ border-collapse: collapse; font: 14px/1.4 system-ui, sans-serif; font-variant-numeric: tabular-nums; margin: 1rem 0; }}
th, td {{ text-align: right; padding: .35rem .75rem; border-bottom: 1px solid #e6e2d8; white-space: nowrap; }} th:first-child, td:first-child {{ text-align: left; }}
th {{ color: #565b64; font-weight: 600; }} figure {{ margin: 1.5rem 0; }} img {{ max-width: 100%; height: auto; }} summary {{ cursor: pointer; }}
</style></head><body>
{body}
</body></html>
"""
