"""True and answered numbers as points: arrays in, a PNG file out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from artextract.evaluate.page.canvas import INK, PALE, SERIES, plt, save, style

INTERVALS = 150
"""So many intervals are drawn, evenly through the answers in their order."""
_INSIDE = 99.0
"""The axes show this middle part of the true numbers, in percent: a single early painting would squeeze the rest."""


def plot_number(
    path: Path, name: str, truth: np.ndarray, answer: np.ndarray, ends: tuple[np.ndarray, np.ndarray] | None
) -> None:
    """Draw true numbers ``float (n,)``, across, against answers, upwards, with some of their intervals.

    N is at least 1."""
    low, high = np.percentile(truth, [(100 - _INSIDE) / 2, (100 + _INSIDE) / 2])
    margin = 0.04 * (high - low) or 1.0
    with plt.rc_context(style()):
        figure, axes = plt.subplots(figsize=(5.4, 5.0))
        if ends is not None:
            order = np.argsort(answer, kind="stable")
            some = order[np.unique(np.linspace(0, len(order) - 1, min(INTERVALS, len(order))).astype(int))]
            axes.vlines(truth[some], ends[0][some], ends[1][some], color=PALE, lw=1.2, zorder=1)
        axes.scatter(truth, answer, s=7, color=SERIES[0], alpha=0.5, lw=0, zorder=3)
        axes.plot([low, high], [low, high], color=INK, lw=0.9, zorder=2)
        axes.set_xlim(low - margin, high + margin)
        axes.set_ylim(low - margin, high + margin)
        axes.set_xlabel(f"true {name}")
        axes.set_ylabel("answered")
        axes.set_title(f"{name}, n = {len(truth)}", loc="left")
        save(figure, path)
