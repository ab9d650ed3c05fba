"""Confusion matrices, training curves and the comparison with the baselines: arrays and tables in, PNG files out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.evaluate.page.canvas import INK, PALE, QUIET, SERIES, kind_colours, plt, save, shortened, style
from artextract.evaluate.page.layout import NETWORK, opponents

MANY_CLASSES = 40
"""Above this many classes a confusion matrix shows only the commonest ones, and says so."""
LEAST_SHOWN = 0.01
"""Shares below this are left blank: numbers everywhere hide the ones that matter."""


def plot_confusion(path: Path, confusion: np.ndarray, classes: list[str], title: str) -> None:
    """Draw ``int (K, K)`` (rows true, columns predicted) as shares of each true class, with the counts of each row
    beside its name."""
    support = confusion.sum(1)
    shown = np.flatnonzero(support + confusion.sum(0))
    if len(shown) > MANY_CLASSES:
        shown = np.sort(np.argsort(-support, kind="stable")[:MANY_CLASSES])
        title += f" (the {MANY_CLASSES} commonest of {len(classes)} classes)"
    counts = confusion[np.ix_(shown, shown)]
    shares = counts / np.maximum(support[shown], 1)[:, None]
    names = [shortened(classes[i]) for i in shown]
    size = max(3.2, 0.32 * len(shown) + 0.8)
    with plt.rc_context(style()):
        figure, axes = plt.subplots(figsize=(size, size))
        axes.imshow(shares, cmap="BuGn", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=55, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), [f"{name}  ({support[i]})" for name, i in zip(names, shown, strict=False)])
        axes.set_xlabel("predicted")
        axes.set_ylabel("true (paintings)")
        axes.tick_params(length=0)
        axes.set_xticks(np.arange(len(names) + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(len(names) + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="#eceae4", lw=0.6)
        axes.tick_params(which="minor", length=0)
        axes.spines[:].set_visible(False)
        for row, column in zip(*np.nonzero(shares >= LEAST_SHOWN), strict=False):
            share = shares[row, column]
            weight = "bold" if row == column else "normal"
            axes.text(
                column,
                row,
                f"{share * 100:.0f}",
                ha="center",
                va="center",
                fontsize=8,
                weight=weight,
                color="white" if share > 0.55 else INK,
            )
        axes.set_title(title, loc="left")
        save(figure, path)


def plot_history(path: Path, history: pd.DataFrame, best_epoch: int) -> None:
    """Draw losses and validation macro-F1 over the epochs of ``history.csv``."""
    with plt.rc_context(style()):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6))
        left.plot(
            history["epoch"], history["train_loss"], color=SERIES[0], marker="o", ms=3, label="training (augmented)"
        )
        if "val_loss" in history:
            left.plot(history["epoch"], history["val_loss"], color=SERIES[1], marker="o", ms=3, label="validation")
        left.set_title("Loss", loc="left")
        names = [name for name in history if name.startswith("val_macro_f1_")]
        for name, colour in zip(names, SERIES, strict=False):
            right.plot(
                history["epoch"],
                history[name],
                color=colour,
                lw=1.2,
                marker="o",
                ms=2.5,
                label=name.removeprefix("val_macro_f1_"),
            )
        if "val_macro_f1" in history:
            right.plot(history["epoch"], history["val_macro_f1"], color=INK, lw=2, label="mean")
        right.set_title("Validation macro-F1", loc="left")
        for axes in (left, right):
            axes.axvline(best_epoch, color=QUIET, lw=1, ls=":")
            axes.set_xlabel("epoch (dotted: the one kept)")
            axes.grid(axis="y", color=PALE, lw=0.5)
            if axes.get_legend_handles_labels()[0]:
                axes.legend(frameon=False)
            axes.xaxis.get_major_locator().set_params(integer=True)
        save(figure, path)


def plot_comparison(path: Path, attributes: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw accuracy and macro-F1 of the network and its baselines per attribute, with 95 % intervals.

    ``attributes`` are entries of ``evaluate --json``."""
    kinds: dict[str, str | None] = {NETWORK: None}
    for figures in attributes.values():
        kinds |= {caption: key for key, caption in opponents(figures).items()}
    colours = kind_colours(list(kinds))
    width = 0.8 / len(kinds)
    with plt.rc_context(style()):
        figure, panels = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True)
        for axes, (measure, caption) in zip(panels, (("accuracy", "Accuracy"), ("macro_f1", "Macro-F1")), strict=False):
            axes.grid(axis="y", color=PALE, lw=0.5)
            axes.set_axisbelow(True)
            for k, (kind, key) in enumerate(kinds.items()):
                for place, figures in enumerate(attributes.values()):
                    entry = figures if key is None else figures["baselines"].get(key)
                    if entry is None:
                        continue
                    x = place + (k - (len(kinds) - 1) / 2) * width
                    low, high = entry["ci"][measure]
                    axes.bar(x, entry[measure], width * 0.9, color=colours[kind])
                    axes.plot([x, x], [low, high], color=INK, lw=1)
            axes.set_xticks(range(len(attributes)), list(attributes))
            axes.tick_params(axis="x", length=0)
            axes.set_ylim(0, 1)
            axes.set_title(caption, loc="left")
        handles = [plt.Rectangle((0, 0), 1, 1, color=colours[kind]) for kind in kinds]
        figure.legend(
            handles, list(kinds), frameon=False, ncols=len(kinds), loc="lower center", bbox_to_anchor=(0.5, -0.06)
        )
        save(figure, path)
