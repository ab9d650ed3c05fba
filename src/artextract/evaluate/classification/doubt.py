"""What a model's doubt is worth on paintings that it was not trained on: is it right when it is sure, do its sets of
labels hold what they promise, does it notice what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from artextract.evaluate.classification.document import DoubtFigures, NoveltyFigures, SetFigures, SureFigures
from artextract.metrics import bootstrap
from artextract.metrics.answer_sets import class_coverage, covered
from artextract.metrics.ranking import roc_auc_per_class

ROUNDS = 1000
FEW_IN_CLASS = 10
"""The lowest coverage is that of classes with so many paintings."""


@dataclass(frozen=True)
class Noticed:
    """How new n paintings seem: ``raw`` float (n,) in any unit, ``new`` bool (n,) whether they are called new, and
    ``confidence`` float (n,), their top probability."""

    raw: np.ndarray
    new: np.ndarray
    confidence: np.ndarray


@dataclass(frozen=True)
class Doubted:
    """One attribute of n judged rows and m whose label is none of the classes.

    ``sure`` bool (n,); ``sets`` bool (n, K), which labels are in their set under the promise ``coverage``, None where
    the model makes none; ``unknown_sure`` bool (m,); ``known`` (n) and ``unknown`` (m) are None where the model has no
    novelty score."""

    sure: np.ndarray
    coverage: float
    sets: np.ndarray | None
    unknown_sure: np.ndarray
    known: Noticed | None
    unknown: Noticed | None


def doubt_figures(
    doubted: Doubted, truth: np.ndarray, probabilities: np.ndarray, groups: Mapping[str, np.ndarray]
) -> DoubtFigures:
    """The entry "doubt" of an attribute.

    ``truth`` int (n,), ``probabilities`` (n, K); ``groups`` are parts of the rows, as bool (n,) by name."""
    right = probabilities.argmax(1) == truth
    sets = doubted.sets
    unknown = _mean(doubted.unknown_sure)
    return {
        "unknown": {"n": len(doubted.unknown_sure), "sure": unknown[0], "ci": {"sure": unknown[1]}},
        "sure": {name: _sure(doubted.sure[rows], right[rows]) for name, rows in groups.items()},
        "sets": None
        if sets is None
        else {
            "promised": doubted.coverage,
            "groups": {name: _sets(truth[rows], sets[rows]) for name, rows in groups.items()},
        },
        "novelty": _novelty(doubted),
    }


def _sure(sure: np.ndarray, right: np.ndarray) -> SureFigures:
    share, accuracy = _mean(sure), _mean(right[sure])
    return {
        "n": len(sure),
        "share": share[0],
        "accuracy": accuracy[0],
        "ci": {"share": share[1], "accuracy": accuracy[1]},
    }


def _sets(truth: np.ndarray, members: np.ndarray) -> SetFigures:
    sizes = members.sum(1)
    held, size = _mean(covered(truth, members)), _mean(sizes)
    often = np.bincount(truth, minlength=members.shape[1]) >= FEW_IN_CLASS
    each = class_coverage(truth, members)[often]
    return {
        "n": len(truth),
        "coverage": held[0],
        "mean_size": size[0],
        "single": _mean(sizes == 1)[0],
        "lowest_class_coverage": float(each.min()) if len(each) else None,
        "ci": {"coverage": held[1], "mean_size": size[1]},
    }


def _novelty(doubted: Doubted) -> NoveltyFigures | None:
    known, unknown = doubted.known, doubted.unknown
    if known is None or unknown is None:
        return None
    called = int(known.new.sum() + unknown.new.sum())
    of_known, of_unknown = _mean(known.new), _mean(unknown.new)
    return {
        "known": len(known.new),
        "unknown": len(unknown.new),
        "known_called_new": of_known[0],
        "unknown_called_new": of_unknown[0],
        "precision": float(unknown.new.sum() / called) if called else None,
        "auroc": _auroc(known.raw, unknown.raw),
        "auroc_max_probability": _auroc(-known.confidence, -unknown.confidence),
        "ci": {"known_called_new": of_known[1], "unknown_called_new": of_unknown[1]},
    }


def _auroc(known: np.ndarray, unknown: np.ndarray) -> float | None:
    if not len(known) or not len(unknown):
        return None
    truth, scores = np.repeat([0, 1], [len(known), len(unknown)]), np.concatenate([known, unknown])
    return float(roc_auc_per_class(truth, np.stack([-scores, scores], 1))[1])


def _mean(values: np.ndarray) -> tuple[float | None, list[float] | None]:
    """The mean of values (n,) and its 95 % bootstrap interval; None of no rows."""
    if not len(values):
        return None, None
    drawn = [counts @ values.astype(float) / len(values) for counts in bootstrap.resample(len(values), ROUNDS)]
    return float(values.mean()), bootstrap.interval(np.concatenate(drawn))
