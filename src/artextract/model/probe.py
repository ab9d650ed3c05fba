"""The linear probe: the opponent that the network has to beat, and the majority class, which both have to beat.

L2 logistic regression on standardised pooled features of the same backbone and views, one per attribute; C and class
weights are chosen by macro-F1 on the validation split, and the chosen one is run to convergence."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from artextract.errors import MismatchError
from artextract.files import write_aside
from artextract.metrics.classification import confusion_matrix, macro_f1
from artextract.model.calibration import fit_temperature
from artextract.model.checking import MEND, require_written

C_GRID = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1.0, 10.0)
CLASS_WEIGHTS = (None, "balanced")
MAX_ITERATIONS = 5000
CLEARLY_WORSE = 0.01


@dataclass(frozen=True)
class LinearProbe:
    """Weights of one attribute's probe, on raw pooled vectors: standardisation is folded in.

    ``float32 (K, D)`` and ``(K,)``."""

    weights: np.ndarray
    bias: np.ndarray
    chosen: dict[str, float | str | None]

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        """Pooled vectors (N, D) to ``float64 (N, K)``; classes that were never seen in training have probability 0.

        Raises ``MismatchError`` for vectors of another length than the probe was fitted on."""
        if vectors.shape[1] != self.weights.shape[1]:
            raise MismatchError(
                f"the linear probe reads vectors of {self.weights.shape[1]} numbers, not {vectors.shape[1]}",
                MEND,
                code="probe-damaged",
            )
        return np.asarray(softmax((vectors @ self.weights.T + self.bias).astype(np.float64), axis=1))


def fit_probe(
    train: np.ndarray,
    train_classes: np.ndarray,
    val: np.ndarray,
    val_classes: np.ndarray,
    classes: int,
) -> LinearProbe:
    """Fit on pooled vectors ``float32 (N, D)`` with class numbers in 0..classes-1, choosing among ``C_GRID`` x
    ``CLASS_WEIGHTS``.

    For each class weighting C grows, each fit starting from the last, until validation macro-F1 was twice in a row
    ``CLEARLY_WORSE`` than the best. Ties go to the smaller C; a C that does not converge is passed over, and counted in
    ``chosen["not_converged"]``. Without
    validation rows, C = 0.01 and no class weights. The probabilities are calibrated by one temperature on validation,
    as the network's are."""
    if len(np.unique(train_classes)) < 2:
        return _constant(train_classes, classes, train.shape[1])
    mean, std = train.mean(0), np.maximum(train.std(0), 1e-6)
    train_scaled, val_scaled = (train - mean) / std, (val - mean) / std
    best: tuple[float, tuple[np.ndarray, np.ndarray], dict[str, float | str | None]] | None = None
    not_converged = 0
    grid = [(weight, C_GRID) for weight in CLASS_WEIGHTS] if len(val) else [(None, (1e-2,))]
    for weight, strengths in grid:
        model = LogisticRegression(class_weight=weight, max_iter=MAX_ITERATIONS, tol=1e-4, warm_start=True)
        scores: list[float] = []
        for strength in strengths:
            model.C = strength
            if not _fit_to_convergence(model, train_scaled, train_classes):
                not_converged += 1
                continue
            score = _validation_score(model, val_scaled, val_classes, classes)
            scores.append(score)
            chosen: dict[str, float | str | None] = {
                "C": strength,
                "class_weight": weight,
                "val_macro_f1": score if len(val) else None,
            }
            if best is None or score > best[0]:
                best = (score, _folded(model, mean, std, classes), chosen)
            if len(scores) > 2 and max(scores[-2:]) < max(scores) - CLEARLY_WORSE:
                break
    if best is None:
        return _constant(train_classes, classes, train.shape[1])
    _, (weights, bias), chosen = best
    chosen["not_converged"] = not_converged
    temperature = fit_temperature(val @ weights.T + bias, val_classes) if len(val) else 1.0
    return LinearProbe(
        weights / np.float32(temperature), bias / np.float32(temperature), chosen | {"temperature": temperature}
    )


def chosen_in_words(chosen: dict[str, float | str | None]) -> str:
    """ "C = 0.01, class weights, validation macro-F1 0.410"."""
    strength, score, passed_over = chosen["C"], chosen["val_macro_f1"], chosen.get("not_converged")
    if strength is None:
        return "nothing could be fitted, it answers with the frequencies of the labels"
    said = [f"C = {strength:g}", "class weights" if chosen["class_weight"] else "no class weights"]
    if score is not None:
        said.append(f"validation macro-F1 {score:.3f}")
    if passed_over:
        said.append(f"{passed_over} settings did not converge in {MAX_ITERATIONS} steps")
    return ", ".join(said)


def majority_probabilities(class_counts: np.ndarray, rows: int) -> np.ndarray:
    """All probability on the commonest training class, ``float64 (rows, K)``."""
    probabilities = np.zeros((rows, len(class_counts)))
    probabilities[:, int(np.argmax(class_counts))] = 1.0
    return probabilities


def save_probes(path: Path, probes: dict[str, LinearProbe]) -> None:
    arrays = {}
    for name, probe in probes.items():
        arrays[f"{name}/weights"], arrays[f"{name}/bias"] = probe.weights, probe.bias
    with write_aside(path) as aside:
        save_file(arrays, aside)


def load_probes(path: Path, chosen: dict[str, dict[str, float | str | None]]) -> dict[str, LinearProbe]:
    """What ``save_probes`` wrote; raises ``MismatchError`` where the file is damaged or lacks one of ``chosen``."""
    require_written(path, "probe-damaged")
    try:
        arrays = load_file(path)
        probes = {
            name: LinearProbe(arrays[f"{name}/weights"], arrays[f"{name}/bias"], kept) for name, kept in chosen.items()
        }
        for name, probe in probes.items():
            if (
                probe.weights.ndim != 2
                or probe.bias.shape != probe.weights.shape[:1]
                or probe.weights.dtype.kind != "f"
            ):
                raise ValueError(f"the arrays of '{name}' do not fit together")
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise MismatchError(f"the probes '{path}' are damaged: {error}", MEND, code="probe-damaged") from error
    return probes


def _fit_to_convergence(model: LogisticRegression, vectors: np.ndarray, classes: np.ndarray) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(vectors, classes)
    return int(np.max(model.n_iter_)) < MAX_ITERATIONS


def _constant(train_classes: np.ndarray, classes: int, dim: int) -> LinearProbe:
    """The probe where nothing can be fitted: the frequencies of the training classes, whatever the picture."""
    counts = np.bincount(train_classes, minlength=classes)
    bias = np.log(np.maximum(counts, 1e-9) / max(1, counts.sum())).astype(np.float32)
    return LinearProbe(
        np.zeros((classes, dim), np.float32), bias, {"C": None, "class_weight": None, "val_macro_f1": None}
    )


def _validation_score(model: LogisticRegression, vectors: np.ndarray, truth: np.ndarray, classes: int) -> float:
    if not len(vectors):
        return 0.0
    return float(macro_f1(confusion_matrix(truth, model.predict(vectors), classes)))


def _folded(
    model: LogisticRegression, mean: np.ndarray, std: np.ndarray, classes: int
) -> tuple[np.ndarray, np.ndarray]:
    coefficients, intercept = model.coef_, model.intercept_
    if len(coefficients) == 1:  # two classes: scikit-learn keeps the log-odds of the second alone
        coefficients, intercept = np.concatenate([np.zeros_like(coefficients), coefficients]), np.r_[0.0, intercept]
    weights = np.zeros((classes, coefficients.shape[1]))
    bias = np.full(classes, -1e9)
    weights[model.classes_] = coefficients / std
    bias[model.classes_] = intercept - (coefficients / std) @ mean
    return weights.astype(np.float32), bias.astype(np.float32)
