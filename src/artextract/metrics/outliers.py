"""How little a row fits its label, and how well a ranking finds what was planted: arrays in, arrays and floats out.

``probabilities`` is ``float (N, K)`` with rows that sum to 1, ``labels`` is ``int (N,)`` class numbers. A score is
``float64 (N,)``, higher for what fits less; NaN says that a row cannot be judged, and such rows stand last in every
ranking."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata


def softmax_uncertainty(probabilities: np.ndarray) -> np.ndarray:
    """1 - the highest probability, 0..1 - 1/K. D. Hendrycks and K. Gimpel, "A Baseline for Detecting Misclassified and
    Out-of-Distribution Examples" (2017)."""
    uncertainty: np.ndarray = 1.0 - probabilities.max(1)
    return uncertainty


def normalised_entropy(probabilities: np.ndarray) -> np.ndarray:
    """Entropy over that of the uniform distribution, 0..1; NaN where there is only one class."""
    classes = probabilities.shape[1]
    if classes < 2:
        return np.full(len(probabilities), np.nan)
    logs = np.log(probabilities, out=np.zeros_like(probabilities, dtype=np.float64), where=probabilities > 0)
    entropy: np.ndarray = -(probabilities * logs).sum(1) / np.log(classes)
    return entropy


def label_error(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """1 - self-confidence, the probability of the label that the row carries; 0..1.

    For probabilities of a model that did not see the row: C. Northcutt, L. Jiang and I. Chuang, "Confident Learning:
    Estimating Uncertainty in Dataset Labels" (2021), section 3."""
    errors: np.ndarray = 1.0 - probabilities[np.arange(len(labels)), labels]
    return errors


def margin_error(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The normalised margin of the same paper, turned and scaled to 0..1: above 0.5 another class is more probable than
    the label. NaN with one class."""
    if probabilities.shape[1] < 2:
        return np.full(len(labels), np.nan)
    own = probabilities[np.arange(len(labels)), labels]
    others = np.array(probabilities, dtype=np.float64)
    others[np.arange(len(labels)), labels] = -np.inf
    errors: np.ndarray = (1.0 + others.max(1) - own) / 2
    return errors


def most_outlying(scores: np.ndarray) -> np.ndarray:
    """Positions by falling score, ``int (N,)``: equal scores in their order, NaN last."""
    return np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")  # NumPy sorts NaN last


def ranks(scores: np.ndarray) -> np.ndarray:
    """The place of each row in ``most_outlying``, from 1; ``int (N,)``."""
    places = np.empty(len(scores), dtype=int)
    places[most_outlying(scores)] = np.arange(1, len(scores) + 1)
    return places


def mean_rank(*scores: np.ndarray) -> np.ndarray:
    """What several scores agree on: 1 for the most outlying by all of them, down to near 0.

    NaN where one of them is NaN."""
    places = np.mean([rankdata(-score, nan_policy="omit") for score in scores], axis=0)
    agreed: np.ndarray = 1.0 - (places - 1) / max(1, len(places))
    return agreed


def auroc(found: np.ndarray, scores: np.ndarray) -> float | None:
    """The chance that a row of ``found`` (bool) scores above another one, ties half.

    None unless there are both kinds. NaN counts as lowest."""
    wanted, others = int(found.sum()), int((~found).sum())
    if not wanted or not others:
        return None
    places = rankdata(np.where(np.isnan(scores), -np.inf, scores))
    return float((places[found].sum() - wanted * (wanted + 1) / 2) / (wanted * others))


def precision_at(found: np.ndarray, scores: np.ndarray, k: int) -> float | None:
    """Share of ``found`` (bool) among the ``k`` most outlying; None where there are fewer than ``k`` rows."""
    if not 1 <= k <= len(found):
        return None
    return float(found[most_outlying(scores)[:k]].mean())
