"""The rows and columns in which an evaluation is shown, on the screen, on the page and in the model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NETWORK = "CNN-RNN"
BASELINES = {
    "no_rnn": "without RNN",
    "linear_head": "linear head",
    "linear_probe": "linear probe",
    "majority": "majority class",
}
"""The captions of the baselines, the strongest opponents first."""
COLUMNS = (
    ("accuracy", "accuracy"),
    ("macro_f1", "macro-F1"),
    ("balanced_accuracy", "balanced"),
    ("weighted_f1", "weighted F1"),
    ("top5", "top-5"),
    ("roc_auc", "AUC"),
    ("ece", "ECE"),
)
MAIN_COLUMNS = (
    ("accuracy", "accuracy"),
    ("balanced_accuracy", "balanced accuracy"),
    ("macro_f1", "macro-F1"),
    ("roc_auc", "macro AUC"),
    ("ece", "ECE"),
)
MORE_COLUMNS = (
    ("macro_precision", "macro precision"),
    ("macro_recall", "macro recall"),
    ("weighted_precision", "weighted precision"),
    ("weighted_f1", "weighted F1"),
    ("top3", "top-3"),
    ("top5", "top-5"),
    ("average_precision", "average precision"),
    ("brier", "Brier"),
    ("log_loss", "log loss"),
    ("aurc", "AURC"),
    ("accuracy_at_80", "accuracy of the surest 80 %"),
)
INTERVALS = ("accuracy", "macro_f1")
Columns = Sequence[tuple[str, str]]


def opponents(figures: Mapping[str, Any]) -> dict[str, str]:
    """Keys and captions of the baselines that one attribute was compared with."""
    known = {key: caption for key, caption in BASELINES.items() if key in figures["baselines"]}
    return known | {key: key.replace("_", " ") for key in figures["baselines"] if key not in BASELINES}


def table_rows(
    figures: Mapping[str, Any], columns: Columns = COLUMNS, intervals: Sequence[str] = INTERVALS
) -> list[list[str]]:
    """The rows of one attribute's table, as text: the network, then its baselines.

    Intervals stand behind the figures named in ``intervals``."""
    entries = [
        (NETWORK, figures),
        *((caption, figures["baselines"][key]) for key, caption in opponents(figures).items()),
    ]
    return [
        [caption, str(entry["n"]), *(figure(entry, column, column in intervals) for column, _ in columns)]
        for caption, entry in entries
    ]


def difference_rows(figures: Mapping[str, Any]) -> list[list[str]]:
    """The network minus each baseline, in accuracy and macro-F1, with paired intervals."""
    rows = []
    for key, caption in opponents(figures).items():
        entry = figures["baselines"][key]["difference"]
        rows.append([caption, *(_signed(entry[name]) for name in INTERVALS)])
    return rows


def figure(entry: Mapping[str, Any], column: str, with_interval: bool = True) -> str:
    """One figure as text, its interval behind it where it has one; a dash for what is undefined."""
    value = entry[column]
    if value is None:
        return "–"
    interval = (entry.get("ci") or {}).get(column) if with_interval else None
    return f"{value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")


def _signed(entry: Mapping[str, Any]) -> str:
    if entry["value"] is None:
        return "–"
    low, high = entry["ci"]
    return f"{entry['value']:+.3f} [{low:+.3f}, {high:+.3f}]"
