"""From the arrays of one judged attribute to the figures that are printed, stored and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from artextract.evaluate.classification.document import (
    AttributeFigures,
    BaselineScores,
    ClassFigures,
    Confusion,
    Difference,
    Scores,
)
from artextract.evaluate.classification.doubt import Doubted, doubt_figures
from artextract.metrics import bootstrap, calibration, ranking
from artextract.metrics.classification import Tally, confusion_matrix, summary

FEW = 10
"""Classes with fewer judged paintings are marked: their figures say little."""
CONFUSIONS = 10
"""So many of the most frequent confusions are named."""
COMPARED: tuple[Literal["accuracy", "macro_f1"], ...] = ("accuracy", "macro_f1")
UNKNOWN, UNSEEN, SEEN = -1, 0, 1


@dataclass(frozen=True)
class Judged:
    """One attribute on the rows judged.

    ``positions``: ``int (n,)`` rows of the evaluation's table; ``truth``: ``int (n,)`` class numbers;
    ``probabilities``: ``(n, K)`` of the network, calibrated by ``temperature``, and in ``baselines`` of each opponent.
    ``trained``: training paintings per class. ``labelled``: rows that carry any label, known to the model or not.
    ``artists``: ``int (n,)`` SEEN in training, UNSEEN or UNKNOWN; None where the table names no artists. ``doubted`` is
    what the model says of its own doubt."""

    classes: list[str]
    positions: np.ndarray
    truth: np.ndarray
    probabilities: np.ndarray
    baselines: dict[str, np.ndarray]
    labelled: int
    trained: list[int]
    temperature: float
    artists: np.ndarray | None = None
    doubted: Doubted | None = None

    @property
    def confusion(self) -> np.ndarray:
        """``int (K, K)``: rows are the true classes, columns the predicted ones."""
        return confusion_matrix(self.truth, self.probabilities.argmax(1), len(self.classes))

    @property
    def uncalibrated(self) -> np.ndarray:
        """The network's probabilities before the temperature, ``(n, K)``."""
        return calibration.without_temperature(self.probabilities, self.temperature)


def attribute_figures(judged: Judged) -> AttributeFigures:
    """One attribute's entry of ``evaluate --json``: plain values, None for what is undefined."""
    scores, measures = _scores(judged.truth, judged.probabilities)
    classes = _per_class(judged)
    figures: AttributeFigures = {
        **scores,
        "labelled": judged.labelled,
        "coverage": len(judged.truth) / judged.labelled if judged.labelled else None,
        "calibration": _calibration(judged),
        "baselines": {
            name: _baseline(judged.truth, values, scores, measures) for name, values in judged.baselines.items()
        },
        "classes": classes,
        "confusions": _confusions(judged),
        "undefined": {
            "precision": [entry["label"] for entry in classes if entry["precision"] is None],
            "recall": [entry["label"] for entry in classes if entry["recall"] is None],
            "auc": [entry["label"] for entry in classes if entry["auc"] is None],
        },
    }
    if judged.artists is not None:
        seen, unseen = judged.artists == SEEN, judged.artists == UNSEEN
        figures["seen_artists"] = _scores(judged.truth[seen], judged.probabilities[seen])[0]
        figures["unseen_artists"] = _scores(judged.truth[unseen], judged.probabilities[unseen])[0]
        figures["unknown_artists"] = int((judged.artists == UNKNOWN).sum())
    if judged.doubted is not None:
        groups = {"all": np.ones(len(judged.truth), dtype=bool)}
        if judged.artists is not None:
            groups |= {"seen_artists": judged.artists == SEEN, "unseen_artists": judged.artists == UNSEEN}
        figures["doubt"] = doubt_figures(judged.doubted, judged.truth, judged.probabilities, groups)
    return figures


def _scores(truth: np.ndarray, probabilities: np.ndarray) -> tuple[Scores, bootstrap.Measures | None]:
    """The summary with its intervals under ``ci``, and the resampled measures behind them."""
    figures = summary(truth, probabilities)
    if not len(truth):
        return cast(Scores, {**figures, "ci": None}), None
    measures = bootstrap.resampled(truth, probabilities)
    return cast(Scores, {**figures, "ci": bootstrap.intervals(truth, probabilities, measures)}), measures


def _baseline(
    truth: np.ndarray, probabilities: np.ndarray, network: Scores, of_network: bootstrap.Measures | None
) -> BaselineScores:
    """A baseline's scores, and under ``difference`` what the network has more, with paired intervals."""
    figures, measures = _scores(truth, probabilities)
    if measures is None or of_network is None:
        return {**figures, "difference": {name: {"value": None, "ci": None} for name in COMPARED}}
    difference: dict[str, Difference] = {
        name: {
            "value": _more(network[name], figures[name]),
            "ci": bootstrap.interval(of_network[name] - measures[name]),
        }
        for name in COMPARED
    }
    return {**figures, "difference": difference}


def _more(network: float | None, baseline: float | None) -> float | None:
    return None if network is None or baseline is None else network - baseline


def _calibration(judged: Judged) -> dict[str, float | None]:
    before = judged.uncalibrated if len(judged.truth) else judged.probabilities
    figures: dict[str, float | None] = {"temperature": judged.temperature}
    for name, measure in (
        ("ece", calibration.expected_calibration_error),
        ("brier", calibration.brier_score),
        ("log_loss", calibration.log_loss),
    ):
        figures[f"{name}_before"], figures[f"{name}_after"] = (
            measure(judged.truth, before),
            measure(judged.truth, judged.probabilities),
        )
    return figures


def _per_class(judged: Judged) -> list[ClassFigures]:
    """Precision is None where the class was never predicted, recall and F1 where it never occurs, AUC and average
    precision also where nothing else occurs; rare classes are marked."""
    tally = Tally.of(judged.confusion)
    auc = ranking.roc_auc_per_class(judged.truth, judged.probabilities)
    average_precision = ranking.average_precision_per_class(judged.truth, judged.probabilities)
    values = zip(
        judged.classes,
        judged.trained,
        tally.true,
        tally.predicted,
        tally.precision(),
        tally.recall(),
        tally.f1(),
        auc,
        average_precision,
        strict=False,
    )
    return [
        {
            "label": label,
            "n": int(true),
            "predicted": int(predicted),
            "trained": int(trained),
            "precision": float(precision) if predicted else None,
            "recall": float(recall) if true else None,
            "f1": float(f1) if true else None,
            "auc": float(area) if np.isfinite(area) else None,
            "average_precision": float(mean) if np.isfinite(mean) else None,
            "few": bool(true < FEW),
        }
        for label, trained, true, predicted, precision, recall, f1, area, mean in values
    ]


def _confusions(judged: Judged) -> list[Confusion]:
    """The most frequent wrong answers, with their share of the true class."""
    wrong = judged.confusion
    support = wrong.sum(1)
    np.fill_diagonal(wrong, 0)
    commonest = np.argsort(-wrong, axis=None, kind="stable")[:CONFUSIONS]
    pairs = [
        (int(true), int(predicted)) for true, predicted in zip(*np.unravel_index(commonest, wrong.shape), strict=False)
    ]
    return [
        {
            "true": judged.classes[t],
            "predicted": judged.classes[p],
            "n": int(wrong[t, p]),
            "share": float(wrong[t, p] / support[t]),
        }
        for t, p in pairs
        if wrong[t, p]
    ]
