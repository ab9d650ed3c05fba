"""What a benchmark of the search found, as JSON, tables and pictures in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.csv_file import for_sheets
from artextract.evaluate.retrieval.result import BenchmarkResult, Comparison, Figures, RelevanceFigures, TunedMix
from artextract.evaluate.retrieval.self_retrieval import SANITY
from artextract.files import user_path, write_aside, write_json

SHOWN = (("p@1", "P@1"), ("p@10", "P@10"), ("map", "MAP"))
"""The measures in the pictures."""


def write_retrieval_report(result: BenchmarkResult, folder: str | Path) -> dict[str, str]:
    """Write ``benchmark.json``, a CSV per table and the pictures of what ``evaluate.retrieval.benchmark`` gave.

    Returns name -> path."""
    folder = user_path(folder)
    written: dict[str, Path | None] = {}
    for name, rows in tables_of(result).items():
        if rows:
            written[f"{name}.csv"] = path = folder / f"{name}.csv"
            with write_aside(path) as aside:
                for_sheets(pd.DataFrame(rows)).to_csv(aside, index=False)
    from artextract.evaluate.page.canvas import slug

    for relevance, entry in result.relevances.items():
        written[f"{relevance}.png"] = plot_relevance(folder / f"relevance-{slug(relevance)}.png", relevance, entry)
    if result.hubness is not None:
        written["hubness.png"] = plot_hubness(folder / "hubness.png", result.hubness)
    if result.self_retrieval is not None and result.self_retrieval["results"]:
        written["self_retrieval.png"] = plot_self_retrieval(folder / "self_retrieval.png", result.self_retrieval)
    if any(entry.comparisons for entry in result.relevances.values()):
        written["comparisons.png"] = plot_comparisons(
            folder / "comparisons.png", result.relevance, result.first.comparisons
        )
    paths = {name: str(place.resolve()) for name, place in written.items() if place is not None}
    write_json(folder / "benchmark.json", result.as_dict())
    return {"benchmark.json": str((folder / "benchmark.json").resolve()), **paths}


def tables_of(result: BenchmarkResult) -> dict[str, list[dict[str, Any]]]:
    """The figures of a benchmark as rows: "results", "comparisons", "hubness", "self_retrieval", "latency", "tuned".

    Empty for what was not measured."""
    return {
        "results": list(_results(result)),
        "comparisons": [
            {
                "relevance": relevance,
                "artists": part,
                **{key: pair[key] for key in ("first", "second", "measure", "difference")},
                "low": pair["ci"][0],
                "high": pair["ci"][1],
                **{key: pair[key] for key in ("p", "p_holm")},
            }
            for relevance, part, entry in _parts(result)
            for pair in entry.comparisons
        ],
        "hubness": _hubness(result.hubness) if result.hubness else [],
        "self_retrieval": _self_retrieval(result.self_retrieval) if result.self_retrieval else [],
        "latency": _latency(result.latency) if result.latency else [],
        "tuned": _tuned(result.tuned) if result.tuned else [],
    }


def _parts(result: BenchmarkResult) -> Iterator[tuple[str, str, Figures]]:
    """Relevance, which artists ("all", "seen", "unseen"), and the entry."""
    for relevance, entry in result.relevances.items():
        yield relevance, "all", entry
        for part, figures in (("seen", entry.seen_artists), ("unseen", entry.unseen_artists)):
            if figures is not None:
                yield relevance, part, figures


def _results(result: BenchmarkResult) -> Iterator[dict[str, Any]]:
    for relevance, part, entry in _parts(result):
        for name, scores in entry.results.items():
            for measure, value in scores.items():
                low, high = entry.ci[name][measure]
                macro = None if entry.macro is None else entry.macro[name][measure]
                yield {
                    "relevance": relevance,
                    "artists": part,
                    "queries": entry.n_queries,
                    "variant": name,
                    "measure": measure,
                    "value": value,
                    "low": low,
                    "high": high,
                    "macro_over_classes": macro,
                }


def _hubness(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"variant": name, "paintings": found["paintings"], **values}
        for name, values in found["results"].items()
        if values is not None
    ]


def _self_retrieval(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for name, changes in found["results"].items():
        for change, scores in changes.items():
            ends = {
                f"{measure} {end}": found["ci"][name][change][measure][i]
                for measure in scores
                for i, end in enumerate(("low", "high"))
            }
            rows.append({"variant": name, "change": change, "paintings": found["judged"][name], **scores, **ends})
    return rows


def _latency(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    common = {**found["machine"], "paintings": found["paintings"]}
    rows = [
        {"what": what, "threads": 1, **found[what], "per_second": None, **common}
        for what in ("by_id", "by_image")
        if found[what]
    ]
    return rows + [
        {"what": "throughput by id", "p50_ms": None, "p95_ms": None, **rate, **common} for rate in found["throughput"]
    ]


def _tuned(found: TunedMix) -> list[dict[str, Any]]:
    return [
        {
            "mix": name,
            "measure": measure,
            "queries": found.judged_on,
            "value": value,
            "low": found.ci[name][measure][0],
            "high": found.ci[name][measure][1],
        }
        for name, scores in found.results.items()
        for measure, value in scores.items()
    ]


def plot_relevance(path: Path, relevance: str, entry: RelevanceFigures) -> Path:
    """Every variant's P@1, P@10 and MAP with intervals.

    Artists seen and never seen by the training on lines of their own, where both are there."""
    from artextract.evaluate.page.canvas import INK, PALE, SERIES, plt, save, style

    parts: list[tuple[str, Figures, str]] = [("all queries", entry, INK)]
    if entry.seen_artists is not None and entry.unseen_artists is not None:
        parts += [
            ("artists seen in training", entry.seen_artists, SERIES[1]),
            ("artists never seen", entry.unseen_artists, SERIES[0]),
        ]
    names = list(entry.results)
    with plt.rc_context(style()):
        figure, panels = plt.subplots(1, len(SHOWN), figsize=(11, 1.3 + 0.3 * len(names)), sharey=True)
        for axes, (measure, caption) in zip(panels, SHOWN, strict=False):
            for k, (label, part, colour) in enumerate(parts):
                places = np.arange(len(names)) + (k - (len(parts) - 1) / 2) * 0.24
                ends = np.array([part.ci[name][measure] for name in names])
                axes.hlines(places, ends[:, 0], ends[:, 1], color=colour, lw=1.4)
                axes.plot(
                    [part.results[name][measure] for name in names],
                    places,
                    "o",
                    ms=3.5,
                    color=colour,
                    clip_on=False,
                    label=f"{label} ({part.n_queries})",
                )
            axes.set_title(caption, loc="left")
            axes.set_xlim(left=0)
            axes.locator_params(axis="x", nbins=5)
            axes.grid(axis="x", color=PALE, lw=0.5)
            axes.set_axisbelow(True)
            for line in range(1, len(names)):
                axes.axhline(line - 0.5, color=PALE, lw=0.4)
        panels[0].set_yticks(range(len(names)), names)
        panels[0].invert_yaxis()
        handles, labels = panels[0].get_legend_handles_labels()
        figure.suptitle(
            f"Same {relevance}: what each way of searching finds, with 95 % intervals",
            x=0.01,
            ha="left",
            weight="bold",
            y=1.02,
        )
        figure.tight_layout()
        figure.legend(handles, labels, frameon=False, ncols=len(parts), loc="upper left", bbox_to_anchor=(0, 0))
        save(figure, path)
    return path


def plot_hubness(path: Path, hubness: Mapping[str, Any]) -> Path | None:
    """Skewness, orphans and the largest hub, before (cosine) and after (csls); None where there is nothing to draw."""
    from artextract.evaluate.page.canvas import PALE, SERIES, plt, save, style

    measured = {name: values for name, values in hubness["results"].items() if values is not None}
    names = [name for name in measured if ":" not in name]
    if not names:
        return None
    metrics = ["cosine", *dict.fromkeys(name.partition(":")[2] for name in measured if ":" in name)]
    panels_of = (
        ("skewness", "Skewness of $N_{10}$", 1),
        ("in_no_ten", "Among no one's ten (%)", 100),
        ("largest", "Largest hub (times the mean)", 1),
    )
    with plt.rc_context(style()):
        figure, panels = plt.subplots(1, len(panels_of), figsize=(11, 1.3 + 0.42 * len(names)), sharey=True)
        height = 0.8 / len(metrics)
        for axes, (key, caption, times) in zip(panels, panels_of, strict=False):
            for k, metric in enumerate(metrics):
                values = [
                    measured.get(name if metric == "cosine" else f"{name}:{metric}", {}).get(key) for name in names
                ]
                places = np.arange(len(names)) + (k - (len(metrics) - 1) / 2) * height
                bars = axes.barh(
                    places,
                    [times * (value or 0) for value in values],
                    height * 0.9,
                    color=SERIES[(k + 1) % len(SERIES)],
                    label=metric,
                )
                axes.bar_label(
                    bars, ["–" if value is None else f"{times * value:.2f}" for value in values], padding=2, fontsize=8
                )
            axes.set_title(caption, loc="left")
            axes.margins(x=0.14)
            axes.grid(axis="x", color=PALE, lw=0.5)
            axes.set_axisbelow(True)
        panels[0].set_yticks(range(len(names)), names)
        panels[0].invert_yaxis()
        figure.suptitle(f"Hubs among {hubness['paintings']} paintings", x=0.01, ha="left", weight="bold", y=1.02)
        figure.tight_layout()
        figure.legend(
            *panels[0].get_legend_handles_labels(),
            frameon=False,
            ncols=len(metrics),
            loc="upper left",
            bbox_to_anchor=(0, 0),
        )
        save(figure, path)
    return path


def plot_self_retrieval(path: Path, found: Mapping[str, Any]) -> Path:
    """How often the painting itself comes first, per change and variant."""
    from artextract.evaluate.page.canvas import INK, plt, save, style

    names, changes = list(found["results"]), [change for change in found["changes"] if change != SANITY] + [SANITY]
    values = np.array([[found["results"][name][change]["hit@1"] for change in changes] for name in names])
    with plt.rc_context(style()):
        figure, axes = plt.subplots(figsize=(2.4 + 0.75 * len(changes), 1.3 + 0.38 * len(names)))
        axes.imshow(values, cmap="BuGn", vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(range(len(changes)), changes, rotation=35, ha="right", rotation_mode="anchor")
        axes.set_yticks(
            range(len(names)),
            [
                name if found["judged"][name] == found["paintings"] else f"{name} ({found['judged'][name]})"
                for name in names
            ],
        )
        axes.tick_params(length=0)
        axes.axvline(len(changes) - 1.5, color="white", lw=3)
        axes.spines[:].set_visible(False)
        for row, column in np.ndindex(values.shape):
            percent = f"{100 * values[row, column]:.0f}"
            percent = ">99" if percent == "100" and values[row, column] < 1 else percent
            axes.text(
                column,
                row,
                percent,
                ha="center",
                va="center",
                fontsize=8.5,
                color="white" if values[row, column] > 0.6 else INK,
            )
        axes.set_title(f"Found again in first place, % of {found['paintings']} paintings", loc="left")
        save(figure, path)
    return path


def plot_comparisons(path: Path, relevance: str, pairs: Sequence[Comparison], measure: str = "p@10") -> Path | None:
    """The default mix less every other, with intervals of the difference; None where nothing was compared with it."""
    from artextract.evaluate.page.canvas import INK, PALE, QUIET, SERIES, plt, save, style

    rows = against_default(pairs, measure)
    if not rows:
        return None
    with plt.rc_context(style()):
        figure, axes = plt.subplots(figsize=(8, 1.2 + 0.32 * len(rows)))
        for place, row in enumerate(rows):
            sure = row["p_holm"] < 0.05
            colour = QUIET if not sure else SERIES[2] if row["difference"] > 0 else SERIES[0]
            axes.plot(row["ci"], [place, place], color=colour, lw=1.6)
            axes.plot(row["difference"], place, "o", ms=4.5, color=colour, mfc=colour if sure else "white")
            axes.annotate(
                p_text(row["p_holm"]),
                (1.01, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=8,
                color=INK,
            )
        axes.axvline(0, color=INK, lw=0.8)
        axes.set_yticks(range(len(rows)), [f"default − {row['other']}" for row in rows])
        axes.invert_yaxis()
        axes.margins(y=0.12)
        axes.grid(axis="x", color=PALE, lw=0.5)
        axes.set_xlabel("difference in P@10, 95 % interval; filled: p < 0.05 (paired randomisation, Holm)")
        axes.set_title(f"The default mix and the others, same {relevance}", loc="left")
        save(figure, path)
    return path


def against_default(pairs: Sequence[Comparison], measure: str) -> list[dict[str, Any]]:
    """The pairs of one measure in which the default mix stands, turned so that it comes first: {"other", "difference",
    "ci", "p", "p_holm"}."""
    found = []
    for pair in pairs:
        if pair["measure"] == measure and "default" in (pair["first"], pair["second"]):
            first = pair["first"] == "default"
            low, high = pair["ci"]
            turned = (
                {"difference": pair["difference"], "ci": [low, high]}
                if first
                else {"difference": -pair["difference"], "ci": [-high, -low]}
            )
            found.append(
                {"other": pair["second" if first else "first"], **turned, "p": pair["p"], "p_holm": pair["p_holm"]}
            )
    return found


def p_text(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
