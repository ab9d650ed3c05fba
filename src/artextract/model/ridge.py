"""The opponents of a network that learned a number: ridge regression on pooled features, and the median of the training
paintings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from artextract.errors import MismatchError
from artextract.files import write_aside
from artextract.model.checking import MEND, require_written
from artextract.model.numbers import COVERAGE, ENOUGH_ROWS, conformal_quantile

ALPHAS = tuple(float(alpha) for alpha in np.logspace(0, 6, 13))
"""Strengths of the penalty on standardised features, summed over the rows."""
WITHOUT_VALIDATION = 1000.0


@dataclass(frozen=True)
class Ridge:
    """A linear model of a number on raw pooled vectors, standardisation folded in: ``weights`` ``float32 (D,)``.

    ``alpha`` was chosen on validation; ``half_width``: an interval of so much on both sides held ``COVERAGE`` of the
    validation paintings, None where there were too few."""

    weights: np.ndarray
    bias: float
    alpha: float
    half_width: float | None

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        """Pooled vectors (N, D) to numbers ``float64 (N,)``; raises ``MismatchError`` for vectors of another length."""
        if vectors.shape[1] != len(self.weights):
            raise MismatchError(
                f"the ridge regression reads vectors of {len(self.weights)} numbers, not {vectors.shape[1]}",
                MEND,
                code="probe-damaged",
            )
        return np.asarray(vectors @ self.weights.astype(np.float64) + self.bias)


def fit_ridge(train: np.ndarray, truth: np.ndarray, val: np.ndarray, val_truth: np.ndarray) -> Ridge:
    """Fit on pooled vectors ``(N, D)`` with numbers ``(N,)``, choosing among ``ALPHAS`` by the mean absolute error on
    validation, which is what the network is compared by; ``WITHOUT_VALIDATION`` where there are no such rows.

    All strengths come from one decomposition: T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical
    Learning" (2009), equation 3.47."""
    mean, std = train.mean(0, dtype=np.float64), np.maximum(train.std(0, dtype=np.float64), 1e-6)
    middle = float(truth.mean())
    rows = ((train - mean) / std).astype(np.float32)
    variances, directions = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    along = directions.T @ (rows.T @ (truth - middle).astype(np.float32)).astype(np.float64)
    val_along = ((val - mean) / std) @ directions if len(val) else np.empty((0, len(variances)))

    def coefficients(alpha: float) -> np.ndarray:
        return np.asarray(along / (np.maximum(variances, 0) + alpha))

    def errors(alpha: float) -> np.ndarray:
        return np.asarray(np.abs(val_along @ coefficients(alpha) + middle - val_truth))

    alpha = min(ALPHAS, key=lambda one: float(errors(one).mean())) if len(val) else WITHOUT_VALIDATION
    weights = directions @ coefficients(alpha) / std
    return Ridge(weights.astype(np.float32), middle - float(weights @ mean), alpha, half_width(errors(alpha)))


def half_width(errors: np.ndarray, coverage: float = COVERAGE) -> float | None:
    """Of absolute errors on validation ``(N,)``: the half of an interval around an answer that holds the true number
    with a chance of ``coverage``; None where too few rows tell."""
    return conformal_quantile(errors, coverage) if len(errors) >= ENOUGH_ROWS else None


def save_ridges(path: Path, ridges: dict[str, Ridge]) -> None:
    arrays = {}
    for name, ridge in ridges.items():
        arrays[f"{name}/weights"], arrays[f"{name}/bias"] = ridge.weights, np.array([ridge.bias])
    with write_aside(path) as aside:
        save_file(arrays, aside)


def load_ridges(path: Path, chosen: dict[str, dict[str, float | None]]) -> dict[str, Ridge]:
    """What ``save_ridges`` wrote; raises ``MismatchError`` where the file is damaged or lacks one of ``chosen``."""
    if not chosen:
        return {}
    require_written(path, "probe-damaged")
    try:
        arrays = load_file(path)
        return {
            name: Ridge(
                arrays[f"{name}/weights"],
                float(arrays[f"{name}/bias"][0]),
                float(kept["alpha"] or 0),
                kept["half_width"],
            )
            for name, kept in chosen.items()
        }
    except (OSError, ValueError, KeyError, IndexError, SafetensorError) as error:
        raise MismatchError(
            f"the ridge regressions '{path}' are damaged: {error}", MEND, code="probe-damaged"
        ) from error
