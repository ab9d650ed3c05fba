"""Probabilities for every row from a model that did not see it: k folds in which copies of one painting, and if asked
all of one artist, stay together."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from artextract.errors import InputError
from artextract.model.calibration import fit_temperature
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.splits import join_by_value, stratified

FitPredict = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Positions to fit on and positions to predict, to logits or probabilities ``float (predicted, K)``."""
TOLERANCE = 1e-3
MAX_ITERATIONS = 500


def assign_folds(
    labels: np.ndarray,
    groups: np.ndarray,
    folds: int = 5,
    joined: Sequence[object] | np.ndarray | None = None,
    seed: int = 0,
) -> np.ndarray:
    """A fold number per row, ``int (N,)``, stratified by ``labels``.

    A group of ``groups`` (and all rows with one value of ``joined``) has one fold.

    Raises ``InputError`` for fewer than two folds, or more folds than groups.
    """
    if joined is not None:
        groups = join_by_value(groups, joined)
    numbers, groups = np.unique(groups, return_inverse=True)
    if not 2 <= folds <= len(numbers):
        raise InputError(
            f"{counted(len(numbers), 'group')} of paintings cannot be split into {folds} folds",
            "ask for at least 2 folds, and no more than there are groups",
            code="too-few-groups",
        )
    return stratified(labels.tolist(), groups, {str(i): 1 / folds for i in range(folds)}, seed).astype(int)


def out_of_fold(fit_predict: FitPredict, n: int, folds: np.ndarray, progress: Progress = no_progress) -> np.ndarray:
    """What ``fit_predict`` says of each of ``n`` rows when fitted on all rows of the other folds.

    ``float64 (n, K)``."""
    if folds.shape != (n,):
        raise ValueError(f"{n} rows and folds of the shape {folds.shape}")
    numbers = np.unique(folds)
    found: np.ndarray | None = None
    for number in progress(numbers, len(numbers), "judging each fold by the others"):
        held = np.flatnonzero(folds == number)
        values = np.asarray(fit_predict(np.flatnonzero(folds != number), held), dtype=np.float64)
        if found is None:
            found = np.full((n, values.shape[1]), np.nan)
        found[held] = values
    if found is None:
        raise ValueError("there are no rows")
    return found


def logistic(vectors: np.ndarray, labels: np.ndarray, classes: int, C: float, class_weight: str | None) -> FitPredict:
    """L2 logistic regression on vectors standardised by the fitted rows, giving logits: -inf for a class of which no
    row was fitted."""

    def fit_predict(fitted: np.ndarray, held: np.ndarray) -> np.ndarray:
        logits = np.full((len(held), classes), -np.inf)
        present = np.unique(labels[fitted])
        if len(present) == 1:
            logits[:, present] = 0.0
            return logits
        train = vectors[fitted]
        mean, std = train.mean(0), np.maximum(train.std(0), 1e-6)
        model = LogisticRegression(C=C, class_weight=class_weight, tol=TOLERANCE, max_iter=MAX_ITERATIONS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit((train - mean) / std, labels[fitted])
        values = model.decision_function((vectors[held] - mean) / std)
        logits[:, present] = values if values.ndim == 2 else np.column_stack([np.zeros(len(held)), values])
        return logits

    return fit_predict


def calibrated(logits: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Probabilities ``float64 (N, K)`` and the one temperature, fitted over the rows of all folds, that makes them
    honest."""
    known = np.isfinite(logits[np.arange(len(labels)), labels])
    temperature = fit_temperature(logits[known], labels[known])
    return softmax(logits / temperature, axis=1), temperature
