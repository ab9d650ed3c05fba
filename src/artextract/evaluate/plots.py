"""Pictures of an evaluation: confusion matrices, training curves, reliability. Arrays and tables in, PNG files out."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no screen is needed, and none may be there

import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from artextract.files import write_aside  # noqa: E402

INK, ACCENT, QUIET = "#22252b", "#a8482f", "#8a8f98"
SERIES = ("#a8482f", "#2f6f8f", "#5a7d3a", "#8a5fa0", "#b08a2e", "#4b5563")
MANY_CLASSES = 40
"""Above this many classes a confusion matrix shows only the commonest ones, and says so."""


def _style() -> dict:
    return {
        "font.size": 9, "axes.edgecolor": QUIET, "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
        "axes.spines.top": False, "axes.spines.right": False, "axes.titleweight": "bold", "axes.titlesize": 10, "figure.dpi": 100,
    }  # fmt: skip


def plot_confusion(path: Path, confusion: np.ndarray, classes: list[str], title: str) -> None:
    """Draw ``int (K, K)`` (rows true, columns predicted) as shares of each true class, with the counts of each row beside its name."""
    support = confusion.sum(1)
    shown = np.flatnonzero(support + confusion.sum(0))
    if len(shown) > MANY_CLASSES:
        shown = np.sort(np.argsort(-support, kind="stable")[:MANY_CLASSES])
        title += f" (the {MANY_CLASSES} commonest of {len(classes)} classes)"
    counts = confusion[np.ix_(shown, shown)]
    shares = counts / np.maximum(support[shown], 1)[:, None]
    names = [classes[i] for i in shown]
    size = max(4.0, 0.34 * len(shown) + 2.4)
    with plt.rc_context(_style()):
        figure, axes = plt.subplots(figsize=(size + 0.8, size))
        image = axes.imshow(shares, cmap="BuGn", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=60, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), [f"{name}  ({support[i]})" for name, i in zip(names, shown)])
        axes.set_xlabel("predicted")
        axes.set_ylabel("true (paintings)")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        for row, column in zip(*np.nonzero(shares >= 0.005)):
            share = shares[row, column]
            axes.text(column, row, f"{share * 100:.0f}", ha="center", va="center", fontsize=7.5, color="white" if share > 0.55 else INK)
        axes.set_title(title, loc="left")
        bar = figure.colorbar(image, ax=axes, fraction=0.046 * min(1.0, 6 / size), pad=0.02)
        bar.set_label("share of the true class")
        bar.outline.set_visible(False)
        _save(figure, path)


def plot_history(path: Path, history: pd.DataFrame, best_epoch: int) -> None:
    """Draw losses and validation macro-F1 over the epochs of ``history.csv``."""
    with plt.rc_context(_style()):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6))
        left.plot(history["epoch"], history["train_loss"], color=SERIES[0], label="training (augmented)")
        if "val_loss" in history:
            left.plot(history["epoch"], history["val_loss"], color=SERIES[1], label="validation")
        left.set_title("Loss", loc="left")
        names = [name for name in history if name.startswith("val_macro_f1_")]
        for name, colour in zip(names, SERIES):
            right.plot(history["epoch"], history[name], color=colour, lw=1.2, label=name.removeprefix("val_macro_f1_"))
        if "val_macro_f1" in history:
            right.plot(history["epoch"], history["val_macro_f1"], color=INK, lw=2, label="mean")
        right.set_title("Validation macro-F1", loc="left")
        for axes in (left, right):
            axes.axvline(best_epoch, color=QUIET, lw=1, ls=":")
            axes.set_xlabel("epoch (dotted: the one kept)")
            if axes.get_legend_handles_labels()[0]:
                axes.legend(frameon=False)
            axes.xaxis.get_major_locator().set_params(integer=True)
        _save(figure, path)


def plot_comparison(path: Path, attributes: dict[str, dict]) -> None:
    """Draw accuracy and macro-F1 of the network and its baselines per attribute, with 95 % intervals."""
    kinds = [("CNN-RNN", ACCENT), ("linear probe", SERIES[1]), ("majority", QUIET)]
    with plt.rc_context(_style()):
        figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.4), sharey=True)
        for axes, (measure, caption) in zip(panels, (("accuracy", "Accuracy"), ("macro_f1", "Macro-F1"))):
            for k, (kind, colour) in enumerate(kinds):
                rows = [_entry(figures, kind) for figures in attributes.values()]
                values = [row[measure] for row in rows]
                errors = np.abs(np.array([row["ci"][measure] for row in rows]).T - np.array(values))
                places = np.arange(len(rows)) + (k - 1) * 0.26
                axes.bar(places, values, 0.24, color=colour, label=kind, yerr=errors, error_kw={"lw": 1, "ecolor": INK})
            axes.set_xticks(range(len(attributes)), list(attributes))
            axes.set_ylim(0, 1)
            axes.set_title(caption, loc="left")
        figure.legend(*panels[0].get_legend_handles_labels(), frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, -0.06))
        _save(figure, path)


def _entry(figures: dict, kind: str) -> dict:
    return {"CNN-RNN": figures, "linear probe": figures["baselines"]["linear_probe"], "majority": figures["baselines"]["majority"]}[kind]


def _save(figure, path: Path) -> None:
    with write_aside(path) as aside:
        figure.savefig(aside, bbox_inches="tight", dpi=130)
    plt.close(figure)
