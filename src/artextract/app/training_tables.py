"""The documents of a search for options, of a cross-validation and of an ONNX file, as text for people."""

from __future__ import annotations

from typing import Any

from artextract.app.tables import grid
from artextract.evaluate.page import numbers as number_page
from artextract.evaluate.page import several as several_page
from artextract.evaluate.page.layout import BASELINES, NETWORK
from artextract.printable import counted

CAPTIONS = {"network": NETWORK, **BASELINES}
COLUMNS = {"accuracy": "accuracy", "balanced_accuracy": "balanced acc.", "macro_f1": "macro-F1", "ece": "ECE"}


def tuning(document: dict[str, Any]) -> str:
    """Every trial once, with the score after the most epochs it got, best first."""
    last: dict[int, dict[str, Any]] = {}
    for row in document["rows"]:
        if row["trial"] not in last or row["epochs"] > last[row["trial"]]["epochs"]:
            last[row["trial"]] = row
    ranked = sorted(last.values(), key=lambda row: (-row["epochs"], -row["val_macro_f1"], row["trial"]))
    options = list(document["best"])
    rows = [
        [
            f"{row['trial']}{' (as given)' if row['trial'] == 0 else ''}",
            str(row["epochs"]),
            f"{row['val_macro_f1']:.3f}",
            *(f"{row[name]:g}" for name in options),
        ]
        for row in ranked
    ]
    head = ["trial", "epochs", "val macro-F1", *(name.replace("_", " ") for name in options)]
    return (
        f"search for options, {counted(document['trials'], 'trial')}; the first row was"
        f" taken\n{grid(head, rows)}\n{document['note']}"
    )


def cross_validation(document: dict[str, Any]) -> str:
    paintings = document["paintings"]
    lines = [
        f"{counted(document['folds'], 'fold')} ({document['split']}) of {min(paintings)} to"
        f" {counted(max(paintings), 'judged painting')} in"
        f" {document['folder']}"
    ]
    for name, entry in document["attributes"].items():
        coverage = "" if entry["coverage"] is None else f", coverage {entry['coverage']:.0%}"
        lines += [
            "",
            f"{name} ({counted(entry['classes'], 'class', 'classes')}, {entry['n']} of"
            f" {counted(entry['labelled'], 'label')} judged{coverage})",
        ]
        order = [*CAPTIONS, *entry["classifiers"]]
        classifiers = [
            (CAPTIONS.get(kind, kind), one)
            for kind, one in sorted(entry["classifiers"].items(), key=lambda item: order.index(item[0]))
        ]
        lines.append("mean and standard deviation over the folds")
        lines.append(
            grid(
                ["", *COLUMNS.values()],
                [[caption, *(_spread(one["over_folds"][m]) for m in COLUMNS)] for caption, one in classifiers],
            )
        )
        lines += ["", "all folds pooled, with 95 % intervals"]
        lines.append(
            grid(
                ["", *COLUMNS.values()],
                [
                    [caption, *(_with_interval(one["pooled"][m], one["pooled"]["ci"][m]) for m in COLUMNS)]
                    for caption, one in classifiers
                ],
            )
        )
        rows = [
            [
                caption,
                *(
                    _with_interval(one["difference"][m]["value"], one["difference"][m]["ci"], "+.3f")
                    for m in ("accuracy", "macro_f1")
                ),
            ]
            for caption, one in classifiers
            if "difference" in one
        ]
        lines += ["", grid([f"{NETWORK} minus (paired)", "accuracy", "macro-F1"], rows)]
    for name, number in document["numbers"].items():
        lines += [
            "",
            f"{name} (a number, {counted(number['n'], 'painting')} judged), all folds pooled, with 95 % intervals",
        ]
        if number["n"]:
            lines.append(grid(["", *number_page.head(number)], number_page.rows(number)))
            lines += ["", grid(list(number_page.DIFFERENCE_HEAD), number_page.difference_rows(number))]
    for name, several in document["several"].items():
        lines += [
            "",
            f"{name} (several labels, {counted(several['n'], 'painting')} judged), all folds pooled, 95 % intervals",
        ]
        if several["n"]:
            lines.append(grid(["", *several_page.HEAD], several_page.rows(several)))
            lines += ["", grid(list(several_page.DIFFERENCE_HEAD), several_page.difference_rows(several))]
    lines += ["", *document["notes"]]
    if document["skipped"]:
        lines.append(f"{counted(len(document['skipped']), 'image was', 'images were')} skipped (all with --json)")
    return "\n".join(lines)


def onnx(document: dict[str, Any]) -> str:
    checked = document["checked"]
    outputs = ", ".join(f"{name} (N, {shape[1]})" for name, shape in document["outputs"].items())
    size = document["input"]["pixels"][1]
    lines = [
        f"{document['path']}: {document['megabytes']} MB, opset {document['opset']}",
        f"  in: pixels uint8 (N, {size}, {size}, 3); out: calibrated probabilities {outputs}",
        (
            f"  compared with the model on {counted(checked['drawn'], 'drawn picture')} and"
            f" {counted(checked['paintings'], 'painting')}:"
            f" largest difference of a probability {document['max_difference']:.1e}"
        ),
    ]
    if document["max_difference_fast"] is not None:
        lines.append(f"  (from the model at its own, shorter precision: {document['max_difference_fast']:.1e})")
    return "\n".join(lines)


def _spread(values: dict[str, Any]) -> str:
    if values["mean"] is None:
        return "–"
    return f"{values['mean']:.3f}" + ("" if values["std"] is None else f" ± {values['std']:.3f}")


def _with_interval(value: float | None, ends: list[float] | None, form: str = ".3f") -> str:
    if value is None:
        return "–"
    return f"{value:{form}}" + ("" if ends is None else f" [{ends[0]:{form}}, {ends[1]:{form}}]")
