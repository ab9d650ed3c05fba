"""The rows and columns in which an evaluation is shown, on the screen and on the page."""

from __future__ import annotations

from typing import Any

ROWS = (("CNN-RNN", None), ("linear probe", "linear_probe"), ("majority class", "majority"))
COLUMNS = (
    ("accuracy", "accuracy"), ("balanced_accuracy", "balanced accuracy"), ("macro_f1", "macro-F1"), ("weighted_f1", "weighted F1"),
    ("top5", "top-5"), ("ece", "ECE"),
)  # fmt: skip


def table_rows(figures: dict[str, Any]) -> list[list[str]]:
    """The rows of one attribute's table, as text: the network, then its baselines; intervals stand behind the figures that have one."""
    rows = []
    for caption, key in ROWS:
        entry = figures if key is None else figures["baselines"][key]
        rows.append([caption, str(entry["n"]), *(_number(entry, column) for column, _ in COLUMNS)])
    return rows


def _number(entry: dict[str, Any], column: str) -> str:
    value = entry[column]
    if value is None:
        return "–"
    interval = (entry.get("ci") or {}).get(column)
    return f"{value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
