"""Attributes of which a painting carries several labels: their classes, and which of them are said of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from artextract.labels import canonical_key
from artextract.model.calibration import CALIBRATION_ROWS
from artextract.model.missing import MISSING
from artextract.table import Paintings

ENOUGH_POSITIVES = 10
"""A class with fewer validation paintings has the threshold that is best for all classes together."""


@dataclass(frozen=True)
class Several:
    """``classes``: display names.

    ``counts``: how many training paintings carry each, of ``paintings`` that carry any."""

    classes: list[str]
    counts: list[int]
    paintings: int

    def targets(self, labels: np.ndarray) -> np.ndarray:
        """Lists of labels ``object (N,)`` as ``int64 (N, K)``, 1 for each class that is there, else 0.

        ``MISSING`` in the rows without any label. A painting of other labels alone is of none of the classes."""
        number = {canonical_key(label): i for i, label in enumerate(self.classes)}
        found = np.zeros((len(labels), len(self.classes)), dtype=np.int64)
        for row, names in enumerate(labels):
            keys = _keys(names)
            found[row, [number[key] for key in keys if key in number]] = 1
            if not keys:
                found[row] = MISSING
        return found

    def as_dict(self) -> dict[str, Any]:
        return {"classes": self.classes, "counts": self.counts, "paintings": self.paintings}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Several:
        return Several(values["classes"], values["counts"], values["paintings"])


def labels_of(paintings: Paintings, name: str) -> np.ndarray:
    """The labels of a column as lists, object (N,), None where there is none; of a column with one label a row lists of
    one."""
    lists = paintings.all_labels(name)
    if lists is not None:
        return lists
    single = paintings.column(name) if name in paintings.frame else [None] * len(paintings)
    return np.array([*(None if label is None else [label] for label in single), None], dtype=object)[:-1]


def several_for(lists: np.ndarray, at_least: int) -> Several | None:
    """The classes with ``at_least`` paintings among lists of labels (N,), by name; None for fewer than two.

    A label is called as it is written most often."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    for names in lists:
        keyed = _keys(names)
        counts.update(keyed.keys())
        for key, label in keyed.items():
            spellings[key][label] += 1
    kept = [key for key, count in counts.items() if count >= at_least]
    if len(kept) < 2:
        return None
    named = sorted((max(spellings[key], key=lambda label: (spellings[key][label], label)), key) for key in kept)
    paintings = sum(bool(_keys(names)) for names in lists)
    return Several([label for label, _ in named], [counts[key] for _, key in named], paintings)


def _keys(names: Iterable[str] | None) -> dict[str, str]:
    """Labels by their keys, each once, without those that say that nothing is known."""
    return {key: label for label in (() if names is None else names) if (key := canonical_key(label)) is not None}


def fit_binary_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The divisor of ``logits (N, K)`` with the lowest binary cross-entropy on ``truth bool (N, K)``, between a tenth
    and ten; 1 where too few rows tell. C. Guo et al. (2017), as in ``calibration``."""
    from scipy.optimize import minimize_scalar

    if len(truth) < CALIBRATION_ROWS:
        return 1.0
    logits = np.asarray(logits, dtype=np.float64)

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        return float((np.logaddexp(0, scaled) - scaled * truth).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-np.log(10), np.log(10)), method="bounded").x))


def thresholds(probabilities: np.ndarray, truth: np.ndarray) -> list[float]:
    """From which probability on each class is said, K numbers: where its F1 on validation rows ``(N, K)`` is highest;
    for a class with fewer than ``ENOUGH_POSITIVES`` of them, where that of all classes together is; a half where there
    are no rows.

    Z. Lipton, C. Elkan, B. Naryanaswamy, "Optimal Thresholding of Classifiers to Maximize F1 Measure" (2014)."""
    if not len(truth):
        return [0.5] * probabilities.shape[1]
    common = _best(probabilities.ravel(), truth.ravel())
    return [
        _best(probabilities[:, k], truth[:, k]) if truth[:, k].sum() >= ENOUGH_POSITIVES else common
        for k in range(truth.shape[1])
    ]


def _best(scores: np.ndarray, truth: np.ndarray) -> float:
    """The threshold with the highest F1, halfway to the next lower score; a half where nothing is true."""
    if not truth.any():
        return 0.5
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.flatnonzero(np.r_[np.diff(ranked) != 0, True])
    f1 = 2 * np.cumsum(truth[order])[ends] / (ends + 1 + truth.sum())
    best = int(np.argmax(f1))
    following = ranked[ends[best + 1]] if best + 1 < len(ends) else 0.0
    return float((ranked[ends[best]] + following) / 2)
