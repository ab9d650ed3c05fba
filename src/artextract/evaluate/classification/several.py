"""Judges the attributes of which a painting carries several labels: the network and the same rows under its
opponents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from artextract.evaluate.classification.document import (
    Difference,
    SeveralBaseline,
    SeveralClass,
    SeveralFigures,
    SeveralScores,
)
from artextract.evaluate.classification.figures import FEW, SEEN, UNKNOWN, UNSEEN
from artextract.metrics.bootstrap import interval
from artextract.metrics.several import (
    Measures,
    average_precisions,
    resampled_several,
    several_intervals,
    several_summary,
)
from artextract.model.missing import MISSING
from artextract.model.predictor import Predictor
from artextract.model.several import labels_of
from artextract.table import Paintings

PRIOR = "prior"
COMPARED = ("map", "macro_f1")


@dataclass(frozen=True)
class Answers:
    """``probabilities`` ``float (n, K)``, each of its own, and the labels ``said``, ``bool (n, K)``."""

    probabilities: np.ndarray
    said: np.ndarray


@dataclass(frozen=True)
class JudgedSeveral:
    """One attribute with several labels on the rows judged: ``truth`` is ``bool (n, K)``, the rest as in
    ``figures.Judged``."""

    classes: list[str]
    trained: list[int]
    positions: np.ndarray
    truth: np.ndarray
    network: Answers
    baselines: dict[str, Answers]
    artists: np.ndarray | None = None


def judge_several(
    predictor: Predictor,
    rows: Paintings,
    probabilities: Mapping[str, Mapping[str, np.ndarray]],
    artists: np.ndarray | None,
    network: str,
) -> dict[str, JudgedSeveral]:
    """Per such attribute: ``probabilities`` of the network, under the name ``network``, and of each baseline network,
    ``(N, K)`` per attribute. The prior gives every painting the shares of the training, and says every label: nothing
    that looks at no picture has a higher F1 in any class."""
    judged = {}
    for name in predictor.several:
        one = predictor.model.labels.several[name]
        targets = one.targets(labels_of(rows, name))
        known = targets[:, 0] != MISSING
        prior = np.tile(np.array(one.counts) / one.paintings, (int(known.sum()), 1))
        answers = {
            kind: Answers(found[name][known], predictor.said(name, found[name][known]))
            for kind, found in probabilities.items()
        }
        judged[name] = JudgedSeveral(
            one.classes,
            one.counts,
            np.flatnonzero(known),
            targets[known] > 0,
            answers.pop(network),
            {PRIOR: Answers(prior, np.ones_like(prior, dtype=bool)), **answers},
            None if artists is None or name == "artist" else artists[known],
        )
    return judged


def joined_several(parts: Sequence[JudgedSeveral]) -> JudgedSeveral:
    """The rows of several judged parts of a collection one behind the other.

    A class that a part's model did not learn has probability 0 there."""
    classes = sorted(set().union(*(part.classes for part in parts)))
    kinds = [kind for kind in parts[0].baselines if all(kind in part.baselines for part in parts)]

    def wide(part: JudgedSeveral, values: np.ndarray) -> np.ndarray:
        found = np.zeros((len(values), len(classes)), dtype=values.dtype)
        found[:, [classes.index(label) for label in part.classes]] = values
        return found

    def together(several: Sequence[Answers]) -> Answers:
        pairs = list(zip(parts, several, strict=True))
        return Answers(
            np.concatenate([wide(part, answers.probabilities) for part, answers in pairs]),
            np.concatenate([wide(part, answers.said) for part, answers in pairs]),
        )

    trained = [
        max((part.trained[part.classes.index(label)] for part in parts if label in part.classes), default=0)
        for label in classes
    ]
    return JudgedSeveral(
        classes,
        trained,
        np.concatenate([part.positions for part in parts]),
        np.concatenate([wide(part, part.truth) for part in parts]),
        together([part.network for part in parts]),
        {kind: together([part.baselines[kind] for part in parts]) for kind in kinds},
    )


def several_figures(judged: JudgedSeveral) -> SeveralFigures:
    """One such attribute's entry of ``evaluate --json``: plain values, None for what is undefined."""
    scores, measures = _scores(judged, judged.network)
    figures: SeveralFigures = {
        **scores,
        "labels_true": float(judged.truth.sum(1).mean()) if len(judged.truth) else None,
        "baselines": {name: _baseline(judged, answers, scores, measures) for name, answers in judged.baselines.items()},
        "classes": _classes(judged),
    }
    if judged.artists is not None:
        figures["seen_artists"] = _scores(judged, judged.network, judged.artists == SEEN)[0]
        figures["unseen_artists"] = _scores(judged, judged.network, judged.artists == UNSEEN)[0]
        figures["unknown_artists"] = int((judged.artists == UNKNOWN).sum())
    return figures


def _scores(
    judged: JudgedSeveral, answers: Answers, rows: np.ndarray | None = None
) -> tuple[SeveralScores, Measures | None]:
    rows = np.ones(len(judged.truth), dtype=bool) if rows is None else rows
    given = judged.truth[rows], answers.probabilities[rows], answers.said[rows]
    figures = {"n": int(rows.sum()), **several_summary(*given)}
    if not rows.any():
        return cast(SeveralScores, {**figures, "ci": None}), None
    measures = resampled_several(*given)
    return cast(SeveralScores, {**figures, "ci": several_intervals(measures)}), measures


def _baseline(
    judged: JudgedSeveral, answers: Answers, network: SeveralScores, of_network: Measures | None
) -> SeveralBaseline:
    figures, measures = _scores(judged, answers)
    own: Mapping[str, Any] = network
    other: Mapping[str, Any] = figures
    difference: dict[str, Difference] = {
        name: {
            "value": None if own[name] is None or other[name] is None else own[name] - other[name],
            "ci": None if of_network is None or measures is None else interval(of_network[name] - measures[name]),
        }
        for name in COMPARED
    }
    return {**figures, "difference": difference}


def _classes(judged: JudgedSeveral) -> list[SeveralClass]:
    truth, said = judged.truth, judged.network.said
    right, true, predicted = (truth & said).sum(0), truth.sum(0), said.sum(0)
    precisions = average_precisions(truth, judged.network.probabilities)
    return [
        {
            "label": label,
            "n": int(true[k]),
            "predicted": int(predicted[k]),
            "trained": judged.trained[k],
            "precision": float(right[k] / predicted[k]) if predicted[k] else None,
            "recall": float(right[k] / true[k]) if true[k] else None,
            "f1": float(2 * right[k] / (true[k] + predicted[k])) if true[k] else None,
            "average_precision": float(precisions[k]) if np.isfinite(precisions[k]) else None,
            "few": bool(true[k] < FEW),
        }
        for k, label in enumerate(judged.classes)
    ]
