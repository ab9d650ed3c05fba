"""ROC curves, reliability before and after the temperature, and risk against coverage: arrays in, PNG files out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from artextract.evaluate.page.canvas import ACCENT, INK, PALE, QUIET, SERIES, kind_colours, plt, save, shortened, style
from artextract.metrics.calibration import expected_calibration_error, reliability
from artextract.metrics.ranking import mean_defined, roc_auc_per_class, roc_curve
from artextract.metrics.selective import risk_coverage

NAMED = 3
"""Of many classes, so many of the best and of the worst ROC curves are named; the others are thin grey lines."""
TOO_SURE, TOO_SHY = "#e8b9a6", "#a9cadb"
POINTS = np.linspace(0, 1, 501)


def plot_roc(path: Path, truth: np.ndarray, probabilities: np.ndarray, classes: list[str]) -> bool:
    """Draw one-against-the-rest curves and their mean over the classes.

    False, and nothing drawn, where no class has both positives and negatives."""
    areas = roc_auc_per_class(truth, probabilities)
    order = [k for k in np.argsort(areas, kind="stable") if np.isfinite(areas[k])]
    if not order:
        return False
    named = order if len(order) <= 2 * NAMED else order[:NAMED] + order[-NAMED:]
    mean = np.zeros_like(POINTS)
    with plt.rc_context(style()):
        figure, axes = plt.subplots(figsize=(7.4, 4.6))
        axes.plot([0, 1], [0, 1], color=QUIET, lw=0.8, ls=":")
        for k in order:
            false, true = roc_curve(truth == k, probabilities[:, k])
            mean += np.interp(POINTS, false, true) / len(order)
            if k not in named:
                axes.plot(false, true, color=PALE, lw=0.8, zorder=1)
            else:
                colour = (
                    SERIES[1 + named.index(k) % (len(SERIES) - 1)]
                    if len(named) < len(SERIES)
                    else plt.cm.viridis(named.index(k) / len(named))
                )
                axes.plot(false, true, color=colour, lw=1.3, zorder=2, label=f"{shortened(classes[k])}  {areas[k]:.3f}")
        mean[0] = 0
        axes.plot(
            POINTS,
            mean,
            color=ACCENT,
            lw=2.6,
            zorder=3,
            label=f"mean of {len(order)} classes  {mean_defined(areas):.3f}",
        )
        axes.set(
            xlim=(-0.01, 1.01),
            ylim=(0, 1.01),
            xlabel="false positive rate",
            ylabel="true positive rate",
            aspect="equal",
        )
        handles, labels = axes.get_legend_handles_labels()
        title = (
            "area under the curve"
            if len(named) == len(order)
            else f"area under the curve\n(the {NAMED} lowest, the {NAMED} highest; others grey)"
        )
        axes.legend(
            [handles[-1], *handles[:-1]],
            [labels[-1], *labels[:-1]],
            frameon=False,
            loc="center left",
            bbox_to_anchor=(1.02, 0.5),
            title=title,
            alignment="left",
        )
        axes.set_title("ROC, each class against the rest", loc="left")
        save(figure, path)
    return True


def plot_reliability(path: Path, truth: np.ndarray, before: np.ndarray, after: np.ndarray) -> None:
    """Draw accuracy against confidence before and after the temperature, with the share of paintings in each bin
    below."""
    with plt.rc_context(style()):
        figure, panels = plt.subplots(2, 2, figsize=(8.6, 4.9), sharex=True, sharey="row", height_ratios=(3.2, 1))
        for column, (caption, values) in enumerate((("before temperature scaling", before), ("after", after))):
            found = reliability(truth, values)
            width = 1 / len(found.n)
            middle = (np.arange(len(found.n)) + 0.5) * width
            top, bottom = panels[:, column]
            top.plot([0, 1], [0, 1], color=INK, lw=0.9, ls=":")
            top.bar(
                middle, np.minimum(found.accuracy, found.confidence), width * 0.92, color=SERIES[1], label="accuracy"
            )
            gap = found.confidence - found.accuracy
            top.bar(
                middle,
                np.maximum(gap, 0),
                width * 0.92,
                bottom=found.accuracy,
                color=TOO_SURE,
                label="more confident than right",
            )
            top.bar(
                middle,
                np.maximum(-gap, 0),
                width * 0.92,
                bottom=found.confidence,
                color=TOO_SHY,
                label="more often right than confident",
            )
            top.set_title(f"{caption}: ECE {expected_calibration_error(truth, values):.3f}", loc="left")
            top.set(xlim=(0, 1), ylim=(0, 1))
            bottom.bar(middle, found.n / len(truth), width * 0.92, color=QUIET)
            bottom.set_xlabel("confidence")
        panels[0, 0].set_ylabel("accuracy")
        panels[1, 0].set_ylabel("share of\npaintings")
        figure.legend(
            *panels[0, 0].get_legend_handles_labels(),
            frameon=False,
            ncols=3,
            loc="lower center",
            bbox_to_anchor=(0.5, -0.07),
        )
        save(figure, path)


def plot_risk_coverage(path: Path, truth: np.ndarray, kinds: dict[str, np.ndarray]) -> None:
    """Draw the share of errors among the most confident answers; ``kinds``: probabilities ``(N, K)`` by caption."""
    colours = kind_colours(list(kinds))
    with plt.rc_context(style()):
        figure, axes = plt.subplots(figsize=(7.4, 3.9))
        axes.grid(color=PALE, lw=0.5)
        for kind, values in kinds.items():
            coverage, risk = risk_coverage(truth, values)
            steady = min(len(risk) - 1, max(0, int(0.01 * len(risk)) - 1))  # a curve's first few answers are noise
            axes.plot(
                coverage[steady:],
                risk[steady:],
                color=colours[kind],
                lw=2.2 if kind == next(iter(kinds)) else 1.3,
                label=f"{kind}  {risk.mean():.3f}",
            )
        axes.set(
            xlim=(0, 1),
            xlabel="coverage: share of paintings answered, the most confident first",
            ylabel="share of wrong answers",
        )
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.02, 0.5), title="area (AURC)", alignment="left")
        axes.set_title("Risk against coverage", loc="left")
        save(figure, path)
