"""How unlike the training paintings of the known classes a painting is, per attribute: whether its label may be one
that the model does not know.

Three things tell: how improbable the best label is; how far the centre of the nearest class is in the space of the
learned metric, in deviations within classes (K. Lee et al., "A Simple Unified Framework for Detecting
Out-of-Distribution Samples and Adversarial Attacks", NeurIPS 2018); and how far the centre of all training paintings
is, in their own deviations, for a painting may be odd in ways that no class explains (J. Ren et al., "A Simple Fix to
Mahalanobis Distance for Improving Near-OOD Detection", 2021). Their weighted sum is the raw score. Where validation has
paintings with a label of no class, as those by painters of whom the training has few works, the weights are learned on
them. ``novelty.safetensors`` lies in the model's folder; it is read without torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from artextract.errors import MismatchError
from artextract.files import user_path, write_aside
from artextract.model.checking import MEND, require_written, written_anew
from artextract.model.kept_scores import kept_scores
from artextract.model.saved import NOVELTY_FILE

SHRINKAGE = 0.5
"""Part of a covariance that is taken as equal in all directions."""
KNOWN_CALLED_NEW = 0.05
"""So many of the validation rows of known classes may be called new."""
ENOUGH_ROWS = 30
"""With fewer validation rows of known classes nothing is said of an attribute."""
ENOUGH_UNKNOWN = 60
"""From so many validation rows with a label of no class on the weights are learned; else they are the defaults."""
NO_LABEL, NO_CLASS = -1, -2
"""Paintings without a label of the attribute, and with one that is none of its classes."""
DEFAULT_WEIGHTS = (1.0, 0.5, 0.0)
"""Of improbability, distance to the nearest class and distance to the centre of all, per deviation among the known."""
_LEAST = 1e-9


@dataclass(frozen=True)
class Attribute:
    """What is known of one attribute.

    ``basis`` (D, D) leads from the metric's space to one in which paintings of a class deviate by 1 in every direction;
    there are the ``centres`` (K, D) of the classes, and the ``middle`` (D,) of all training paintings, which deviate by
    the root of ``spread`` (D,). ``weights`` (3,) make the raw score. ``known`` (M,), rising: raw scores of validation
    rows of known classes; ``precision``: the share of those validation rows called new whose label was indeed none of
    the classes, NaN where none tells."""

    basis: np.ndarray
    centres: np.ndarray
    middle: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    known: np.ndarray
    precision: float

    def signs(self, probabilities: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """The three signs of novelty, float64 (N, 3), from probabilities (N, K) and vectors of the metric (N, D)."""
        found = vectors.astype(np.float32) @ self.basis.astype(np.float32)
        centres = self.centres.astype(np.float32)
        squares = (found**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1) - 2 * found @ centres.T
        from_all = ((found - self.middle) ** 2 / self.spread).sum(axis=1)
        improbable = -np.log(np.maximum(probabilities.max(axis=1), _LEAST))
        return np.stack([improbable, squares.min(axis=1), from_all], axis=1).astype(float)

    def raw(self, probabilities: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        scores: np.ndarray = self.signs(probabilities, vectors) @ self.weights.astype(float)
        return scores


@dataclass(frozen=True)
class Novelty:
    """The novelty scores of a model, by attribute."""

    attributes: Mapping[str, Attribute]

    def raw(self, probabilities: Mapping[str, np.ndarray], vectors: np.ndarray) -> dict[str, np.ndarray]:
        """Raw scores float64 (N,) per attribute, from probabilities (N, K) per attribute and vectors of the metric (N,
        D or more, of which the first D are read)."""
        found = {}
        for name, one in self.attributes.items():
            if vectors.shape[1] < len(one.basis):
                raise MismatchError(
                    f"the novelty score reads vectors of {len(one.basis)} numbers, not {vectors.shape[1]}",
                    MEND,
                    code="model-damaged",
                )
            found[name] = one.raw(probabilities[name], vectors[:, : len(one.basis)])
        return found

    def scores(self, raw: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Raw scores as shares 0..1 (N,): so many validation rows of known classes are less new."""
        return {name: _share_below(self.attributes[name].known, values) for name, values in raw.items()}

    def write(self, folder: str | Path) -> Path:
        from safetensors.numpy import save_file

        path = user_path(folder) / NOVELTY_FILE
        arrays: dict[str, np.ndarray] = {}
        for name, one in self.attributes.items():
            arrays |= {f"{part}.{name}": getattr(one, part) for part in _DTYPES if part != "precision"}
            arrays[f"precision.{name}"] = np.array([one.precision])
        with write_aside(path) as aside:
            save_file({key: _as_stored(key, values) for key, values in arrays.items()}, aside)
        written_anew(folder, NOVELTY_FILE)
        return path


_DTYPES = {
    "basis": np.float16,
    "centres": np.float16,
    "middle": np.float32,
    "spread": np.float32,
    "weights": np.float32,
    "known": np.float32,
    "precision": np.float32,
}


def _as_stored(key: str, values: np.ndarray) -> np.ndarray:
    """Row by row: safetensors writes the memory of an array, whatever its order."""
    return np.ascontiguousarray(values, dtype=_DTYPES[key.partition(".")[0]])


def is_new(scores: np.ndarray) -> np.ndarray:
    """Whether scores 0..1 are above all but ``KNOWN_CALLED_NEW`` of the known, bool (N,)."""
    found: np.ndarray = scores > 1 - KNOWN_CALLED_NEW
    return found


def fit_novelty(
    training: np.ndarray,
    training_numbers: np.ndarray,
    validation: np.ndarray,
    numbers: np.ndarray,
    probabilities: Mapping[str, np.ndarray],
) -> Novelty:
    """Learn the novelty score from vectors of the metric of training paintings (N, D) and validation rows (M, D), and
    the ``probabilities`` (M, K) of the latter per attribute.

    ``training_numbers`` int (N, attributes) and ``numbers`` (M, attributes) are class numbers in the order of the
    attributes, or ``NO_LABEL`` or ``NO_CLASS``."""
    return Novelty(
        {
            name: _fitted(training, training_numbers[:, i], validation, numbers[:, i], probabilities[name])
            for i, name in enumerate(probabilities)
            if (numbers[:, i] >= 0).sum() >= ENOUGH_ROWS and (training_numbers[:, i] >= 0).any()
        }
    )


def _fitted(
    training: np.ndarray,
    training_numbers: np.ndarray,
    validation: np.ndarray,
    numbers: np.ndarray,
    probabilities: np.ndarray,
) -> Attribute:
    vectors = training.astype(np.float64)
    classed = training_numbers >= 0
    _, own = np.unique(training_numbers[classed], return_inverse=True)
    centres = np.zeros((own.max() + 1, vectors.shape[1]))
    np.add.at(centres, own, vectors[classed])
    centres /= np.bincount(own)[:, None]
    middle = vectors.mean(axis=0)
    basis, spread = _common_axes(_covariance(vectors[classed] - centres[own]), _covariance(vectors - middle))
    basis = basis.astype(_DTYPES["basis"])
    space = Attribute(
        basis,
        (centres @ basis.astype(float)).astype(_DTYPES["centres"]),
        (middle @ basis.astype(float)).astype(np.float32),
        spread.astype(np.float32),
        np.zeros(3, np.float32),
        np.zeros(1, np.float32),
        np.nan,
    )
    signs = space.signs(probabilities, validation)
    known, unknown = numbers >= 0, numbers == NO_CLASS
    weights = _weights(signs[known], signs[unknown]).astype(np.float32)
    raw = (signs @ weights.astype(float)).astype(np.float32)
    scores = kept_scores(raw[known])
    called = (known | unknown) & is_new(_share_below(scores, raw))
    precision = float(unknown[called].mean()) if unknown.any() and called.any() else np.nan
    return Attribute(basis, space.centres, space.middle, space.spread, weights, scores, precision)


def read_novelty(folder: str | Path) -> Novelty | None:
    """That of a model's folder, None where it has none; raises ``MismatchError`` where the file is damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = user_path(folder) / NOVELTY_FILE
    if not path.is_file():
        return None
    require_written(path)
    try:
        arrays = load_file(path)
        found = {}
        for name in [key.removeprefix("basis.") for key in arrays if key.startswith("basis.")]:
            parts = {part: arrays[f"{part}.{name}"] for part in _DTYPES if part != "precision"}
            found[name] = Attribute(**parts, precision=float(arrays[f"precision.{name}"][0]))
            _require_form(name, found[name])
    except (OSError, SafetensorError, KeyError, IndexError, ValueError) as error:
        raise MismatchError(f"'{path}' is damaged: {error}", MEND, code="model-damaged") from error
    return Novelty(found)


def _require_form(name: str, one: Attribute) -> None:
    dim = len(one.basis)
    forms = (one.basis.shape == (dim, dim), one.centres.shape[1:] == (dim,), one.middle.shape == one.spread.shape)
    if not all(forms) or one.middle.shape != (dim,) or one.weights.shape != (3,) or not one.centres.size:
        raise ValueError(f"what it holds of '{name}' does not fit together")
    if one.known.ndim != 1 or not len(one.known) or not (np.diff(one.known) >= 0).all() or not (one.spread > 0).all():
        raise ValueError(f"its scores of '{name}' do not rise, or its spread is not positive")


def _share_below(known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The share of ``known``, rising, that each value (N,) exceeds; those that it equals but for rounding count not."""
    below: np.ndarray = np.searchsorted(known, np.asarray(values, dtype=known.dtype), side="left") / len(known)
    return below


def _covariance(rows: np.ndarray) -> np.ndarray:
    """Of rows (N, D) around their centre, shrunk by ``SHRINKAGE``."""
    covariance = rows.T @ rows / max(1, len(rows))
    level = np.trace(covariance) / len(covariance) + _LEAST
    shrunk: np.ndarray = (1 - SHRINKAGE) * covariance + SHRINKAGE * level * np.eye(len(covariance))
    return shrunk


def _common_axes(within: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A basis (D, D) in which the covariance ``within`` is the identity and ``total`` diagonal, and that diagonal."""
    from scipy.linalg import eigh

    spread, basis = eigh(total, within)
    return basis, np.maximum(spread, _LEAST)


def _weights(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """How much each sign of novelty counts, (3,): learned by logistic regression where enough rows of unknown labels
    are there, else the defaults, per standard deviation among the known."""
    deviation = np.maximum(known.std(axis=0), _LEAST)
    if len(unknown) < ENOUGH_UNKNOWN:
        weights: np.ndarray = np.array(DEFAULT_WEIGHTS) / deviation
        return weights
    from sklearn.linear_model import LogisticRegression

    rows = (np.concatenate([known, unknown]) - known.mean(axis=0)) / deviation
    truth = np.repeat([0, 1], [len(known), len(unknown)])
    fitted = LogisticRegression(class_weight="balanced", max_iter=1000).fit(rows, truth)
    learned: np.ndarray = fitted.coef_[0] / deviation
    return learned
