"""How well the methods find wrong labels: some are planted, everything is computed from the corrupted labels, and the
planting is used for judging only.

Real collections have real label errors too. They are found as well and count here as wrong, so that precision is a
lower bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from artextract.errors import InputError
from artextract.evaluate.outliers.find import (
    DEFAULT_METHOD,
    LEAST_CHANCE,
    METHODS,
    Judgement,
    Labelled,
    fold_column,
    judge_labels,
    of_few,
)
from artextract.metrics.classification import confusion_matrix
from artextract.metrics.outliers import auroc, most_outlying, precision_at
from artextract.progress import Progress, no_progress

KINDS = ("random", "confused")
TOP = 50
LISTED = (20, 50)
"""So many from the top, whose share of wrong labels is stated."""


def plant_random(labels: np.ndarray, classes: int, count: int, random: np.random.Generator) -> np.ndarray:
    """``labels (n,)`` with ``count`` rows, drawn at random, moved to any other of the classes, each as likely."""
    planted = labels.copy()
    rows = random.choice(len(labels), count, replace=False)
    planted[rows] = (labels[rows] + random.integers(1, classes, count)) % classes
    return planted


def plant_confused(
    labels: np.ndarray, probabilities: np.ndarray, count: int, random: np.random.Generator
) -> np.ndarray:
    """``labels (n,)`` with ``count`` rows, drawn at random, moved to the class that theirs is most often taken for.

    ``probabilities (n, K)`` are out-of-fold ones for the clean labels; between classes equally often predicted their
    mean probability decides."""
    classes = probabilities.shape[1]
    confusion = confusion_matrix(labels, probabilities.argmax(1), classes).astype(float)
    for label in np.unique(labels):
        confusion[label] += probabilities[labels == label].mean(0)
    np.fill_diagonal(confusion, -1)
    planted = labels.copy()
    rows = random.choice(len(labels), count, replace=False)
    planted[rows] = confusion.argmax(1)[labels[rows]]
    return planted


def planted_study(
    labelled: Labelled,
    share: float = 0.05,
    seeds: int = 5,
    folds: int = 5,
    folds_by: str | None = None,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Plant ``share`` of wrong labels ``seeds`` times in each of ``KINDS`` and judge every method.

    Gives {"attribute", "n", "planted", "share", "seeds", "chance": {...}, "kinds": {kind: {method: {figure: mean,
    "range": {figure: [lowest, highest]}}}}}; the figures are "auroc", "precision_at_planted" (among as many as were
    planted) and "precision_at_50", None where undefined. "expected": {kind: {list: {"listed", "stated", "true",
    "range"}}}, of the labels that are probably wrong ("all") and of the first ``LISTED`` of them: how many there are,
    the share of wrong ones that is stated, and that of planted ones with its range; means over the seeds."""
    n, classes = len(labelled.targets), len(labelled.classes)
    count = round(share * n)
    if not 0 < share <= 0.5 or count < 1:
        raise InputError(
            f"{share:g} of {n} labels cannot be planted",
            "give a share above 0, at most 0.5, that is at least one painting",
            code="cannot-plant",
        )
    if seeds < 1:
        raise InputError(f"{seeds} seeds were asked for", "ask for at least 1", code="invalid-count")
    joined = fold_column(labelled, folds_by)
    clean = judge_labels(labelled.vectors, labelled.targets, classes, labelled.groups, labelled.C, folds, joined)
    found: dict[str, dict[str, list[dict[str, float | None]]]] = {
        kind: {method: [] for method in METHODS} for kind in KINDS
    }
    shares: dict[str, list[dict[str, tuple[int, float, float]]]] = {kind: [] for kind in KINDS}
    rounds = [(seed, kind) for seed in range(seeds) for kind in KINDS]
    for seed, kind in progress(rounds, len(rounds), "planting wrong labels"):
        random = np.random.default_rng([seed, KINDS.index(kind)])
        if kind == "random":
            labels = plant_random(labelled.targets, classes, count, random)
        else:
            labels = plant_confused(labelled.targets, clean.probabilities, count, random)
        judgement = judge_labels(labelled.vectors, labels, classes, labelled.groups, labelled.C, folds, joined, seed)
        for method, scores in judgement.scores.items():
            found[kind][method].append(_figures(labels != labelled.targets, scores))
        shares[kind].append(_stated(labels, labels != labelled.targets, judgement))
    return {
        "attribute": labelled.attribute,
        "n": n,
        "classes": classes,
        "planted": count,
        "share": share,
        "seeds": seeds,
        "folds": folds,
        "folds_by": folds_by,
        "chance": {"auroc": 0.5, "precision_at_planted": count / n, "precision_at_50": count / n},
        "kinds": {
            kind: {method: _summary(runs) for method, runs in methods.items()} for kind, methods in found.items()
        },
        "expected": {kind: _expected(runs) for kind, runs in shares.items()},
    }


def _stated(labels: np.ndarray, planted: np.ndarray, judgement: Judgement) -> dict[str, tuple[int, float, float]]:
    """Of the labels that are probably wrong, and of the first of them: how many, the share of wrong ones that is
    stated, and that of planted ones."""
    chances = judgement.expected.chances
    listed = np.flatnonzero((chances >= LEAST_CHANCE) & ~of_few(labels))
    order = listed[most_outlying(judgement.scores[DEFAULT_METHOD][listed])]
    lists = {"all": order} | {str(top): order[:top] for top in LISTED}
    return {
        name: (len(rows), float(chances[rows].mean()), float(planted[rows].mean())) if len(rows) else (0, 0.0, 0.0)
        for name, rows in lists.items()
    }


def _expected(runs: list[dict[str, tuple[int, float, float]]]) -> dict[str, dict[str, Any]]:
    found = {}
    for name in runs[0]:
        listed, stated, true = (np.array([run[name][place] for run in runs]) for place in range(3))
        found[name] = {
            "listed": float(listed.mean()),
            "stated": float(stated.mean()),
            "true": float(true.mean()),
            "range": [float(true.min()), float(true.max())],
        }
    return found


def _figures(planted: np.ndarray, scores: np.ndarray) -> dict[str, float | None]:
    return {
        "auroc": auroc(planted, scores),
        "precision_at_planted": precision_at(planted, scores, int(planted.sum())),
        "precision_at_50": precision_at(planted, scores, TOP),
    }


def _summary(runs: list[dict[str, float | None]]) -> dict[str, Any]:
    summary: dict[str, Any] = {"range": {}}
    for name in runs[0]:
        values = [value for run in runs if (value := run[name]) is not None]
        defined = len(values) == len(runs)
        summary[name] = float(np.mean(values)) if defined else None
        summary["range"][name] = [min(values), max(values)] if defined else None
    return summary
