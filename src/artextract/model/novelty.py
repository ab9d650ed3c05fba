"""How unlike the training paintings of the known classes a painting is, per attribute: whether its label may be one
that the model does not know.

Three things tell: how improbable the best label is; how far the nearest training paintings with a known label are in
the space of the learned metric (Y. Sun et al., "Out-of-Distribution Detection with Deep Nearest Neighbors", ICML 2022);
and, where the training had paintings with a label that is no class, how much nearer those are. Their weighted sum is
the raw score. ``novelty.safetensors`` lies in the model's folder; it is read without torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from artextract.errors import MismatchError
from artextract.files import user_path, write_aside
from artextract.model.checking import MEND, require_written, written_anew
from artextract.model.saved import NOVELTY_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

DIMENSIONS = 64
"""Directions of the metric's space that are kept: those in which training paintings differ most."""
PAINTINGS = 20_000
"""So many training paintings are kept at most."""
NEIGHBOURS = 10
KNOWN_CALLED_NEW = 0.05
"""So many of the validation paintings of known classes may be called new."""
ENOUGH_ROWS = 30
"""With fewer validation rows of known classes nothing is said of an attribute."""
ENOUGH_UNKNOWN = 60
"""From so many validation rows with a label of no class on the weights are learned; else they are the defaults."""
KEPT = 1000
"""So many raw scores of known classes are kept at most."""
NO_LABEL, NO_CLASS = -1, -2
"""Training paintings without a label of the attribute, and with one that is none of its classes."""
FEATURES = 3
_DEFAULT = np.array([1.0, 1.0, 0.0])
_CHUNK = 256
_LEAST = 1e-9


@dataclass(frozen=True)
class Attribute:
    """What is known of one attribute.

    ``numbers`` int16 (N,): the class of each kept training painting, ``NO_LABEL`` or ``NO_CLASS``; ``weights`` float32
    (3,) of the raw score; ``known`` float32 (M,), rising: raw scores of validation rows of known classes;
    ``precision``: the share of those validation rows called new whose label was indeed none of the classes, NaN where
    none tells."""

    numbers: np.ndarray
    weights: np.ndarray
    known: np.ndarray
    precision: float


@dataclass(frozen=True)
class Novelty:
    """``basis`` (E, D) leads from the metric's space to the one that is searched, in which the training paintings lie
    at ``bank`` float16 (N, D)."""

    basis: np.ndarray
    bank: np.ndarray
    attributes: Mapping[str, Attribute]

    def raw(self, probabilities: Mapping[str, np.ndarray], embedding: np.ndarray) -> dict[str, np.ndarray]:
        """Raw scores float64 (N,) per attribute, from probabilities (N, K) per attribute and vectors of the metric (N,
        E)."""
        if embedding.shape[1] != len(self.basis):
            raise MismatchError(
                f"the novelty score reads vectors of {len(self.basis)} numbers, not {embedding.shape[1]}",
                MEND,
                code="model-damaged",
            )
        near = _near(
            embedding @ self.basis.astype(np.float32), self.bank, [one.numbers for one in self.attributes.values()]
        )
        return {
            name: _features(probabilities[name], distances) @ one.weights.astype(float)
            for (name, one), distances in zip(self.attributes.items(), near, strict=True)
        }

    def scores(self, raw: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Raw scores as shares 0..1 (N,): so many validation rows of known classes are less new."""
        return {
            name: np.searchsorted(self.attributes[name].known, values, side="left") / len(self.attributes[name].known)
            for name, values in raw.items()
        }

    def write(self, folder: str | Path) -> Path:
        from safetensors.numpy import save_file

        path = user_path(folder) / NOVELTY_FILE
        arrays = {"basis": self.basis.astype(np.float16), "bank": self.bank.astype(np.float16)}
        for name, one in self.attributes.items():
            arrays |= {
                f"numbers.{name}": one.numbers.astype(np.int16),
                f"weights.{name}": one.weights.astype(np.float32),
                f"known.{name}": one.known.astype(np.float32),
                f"precision.{name}": np.array([one.precision], dtype=np.float32),
            }
        with write_aside(path) as aside:
            save_file(arrays, aside)
        written_anew(folder, NOVELTY_FILE)
        return path


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
    seed: int = 0,
) -> Novelty:
    """Learn the novelty score from vectors of the metric of training paintings (N, E) and validation rows (M, E), and
    the ``probabilities`` (M, K) of the latter per attribute.

    ``training_numbers`` int (N, attributes) and ``numbers`` (M, attributes) are class numbers in the order of the
    attributes, or ``NO_LABEL`` or ``NO_CLASS``."""
    kept = np.arange(len(training))
    if len(kept) > PAINTINGS:
        kept = np.sort(np.random.default_rng(seed).choice(kept, PAINTINGS, replace=False))
    basis = _principal(training).astype(np.float16)
    bank = (training[kept] @ basis.astype(np.float32)).astype(np.float16)
    searched = validation @ basis.astype(np.float32)
    attributes = {}
    for i, name in enumerate(probabilities):
        own = training_numbers[kept, i].astype(np.int16)
        known, unknown = numbers[:, i] >= 0, numbers[:, i] == NO_CLASS
        if known.sum() >= ENOUGH_ROWS and (own >= 0).any():
            features = _features(probabilities[name], _near(searched, bank, [own])[0])
            attributes[name] = _fitted(own, features, known, unknown)
    return Novelty(basis, bank, attributes)


def _fitted(numbers: np.ndarray, features: np.ndarray, known: np.ndarray, unknown: np.ndarray) -> Attribute:
    weights = _weights(features[known], features[unknown]).astype(np.float32)
    raw = (features @ weights.astype(float)).astype(np.float32)
    every = np.sort(raw[known])
    ranks = np.ceil(np.arange(1, KEPT + 1) * (len(every) / KEPT)).astype(int)
    scores = every if len(every) <= KEPT else every[ranks - 1]
    told = known | unknown
    called = told & is_new(np.searchsorted(scores, raw, side="left") / len(scores))
    precision = unknown[called].mean() if unknown.any() and called.any() else np.nan
    return Attribute(numbers, weights, scores, float(precision))


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
        names = [name.removeprefix("numbers.") for name in arrays if name.startswith("numbers.")]
        found = Novelty(
            arrays["basis"],
            arrays["bank"],
            {
                name: Attribute(
                    arrays[f"numbers.{name}"],
                    arrays[f"weights.{name}"],
                    arrays[f"known.{name}"],
                    float(arrays[f"precision.{name}"][0]),
                )
                for name in names
            },
        )
        _require_form(found)
    except (OSError, SafetensorError, KeyError, IndexError, ValueError) as error:
        raise MismatchError(f"'{path}' is damaged: {error}", MEND, code="model-damaged") from error
    return found


def _require_form(novelty: Novelty) -> None:
    basis, bank = novelty.basis, novelty.bank
    if (
        basis.ndim != 2
        or bank.ndim != 2
        or basis.shape[1] != bank.shape[1]
        or {basis.dtype.kind, bank.dtype.kind} != {"f"}
    ):
        raise ValueError("its arrays do not fit together")
    for name, one in novelty.attributes.items():
        if one.numbers.shape != (len(bank),) or one.numbers.dtype.kind != "i" or not (one.numbers >= 0).any():
            raise ValueError(f"it has no class for each painting of '{name}'")
        if one.weights.shape != (FEATURES,) or one.known.ndim != 1 or not len(one.known):
            raise ValueError(f"what it holds of '{name}' has another form")
        if not (np.diff(one.known) >= 0).all():
            raise ValueError(f"its scores of '{name}' do not rise")


def _principal(vectors: np.ndarray) -> np.ndarray:
    """The ``DIMENSIONS`` directions in which vectors (N, E) differ most, float32 (E, D), D <= E."""
    off = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(off.T @ off)
    kept: np.ndarray = directions[:, ::-1][:, :DIMENSIONS].astype(np.float32)
    return kept


def _near(queries: np.ndarray, bank: np.ndarray, numbers: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Mean distances of queries (M, D) to the ``NEIGHBOURS`` nearest of the bank (N, D) with a class, and of those with
    a label that is none, float (M, 2) for each ``numbers`` (N,). Where there are none of the latter, the second is the
    first."""
    bank = bank.astype(np.float32)
    lengths = (bank**2).sum(axis=1)
    sides = [(np.flatnonzero(own >= 0), np.flatnonzero(own == NO_CLASS)) for own in numbers]
    found: list[list[np.ndarray]] = [[] for _ in numbers]
    for start in range(0, len(queries), _CHUNK):
        some = queries[start : start + _CHUNK].astype(np.float32)
        squares = np.maximum((some**2).sum(axis=1)[:, None] + lengths - 2 * some @ bank.T, 0)
        for parts, (classed, other) in zip(found, sides, strict=True):
            near = _mean_nearest(squares[:, classed])
            parts.append(np.stack([near, _mean_nearest(squares[:, other]) if len(other) else near], axis=1))
    return [np.concatenate(parts) if parts else np.empty((0, 2)) for parts in found]


def _mean_nearest(squares: np.ndarray) -> np.ndarray:
    count = min(NEIGHBOURS, squares.shape[1])
    nearest: np.ndarray = np.sqrt(np.partition(squares, count - 1, axis=1)[:, :count]).mean(axis=1)
    return nearest


def _features(probabilities: np.ndarray, near: np.ndarray) -> np.ndarray:
    """The three signs of novelty, float64 (N, 3), from probabilities (N, K) and the distances ``near`` (N, 2)."""
    improbable = -np.log(np.maximum(probabilities.max(1), _LEAST))
    return np.stack([improbable, near[:, 0], near[:, 0] - near[:, 1]], axis=1).astype(float)


def _weights(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """How much each sign of novelty counts, (3,): learned by logistic regression where enough rows of unknown labels
    are there, else the defaults, per standard deviation among the known."""
    deviation = np.maximum(known.std(axis=0), _LEAST)
    if len(unknown) < ENOUGH_UNKNOWN:
        weights: np.ndarray = _DEFAULT / deviation
        return weights
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([known, unknown]) / deviation
    truth = np.repeat([0, 1], [len(known), len(unknown)])
    fitted = LogisticRegression(class_weight="balanced", max_iter=1000).fit(rows, truth)
    learned: np.ndarray = fitted.coef_[0] / deviation
    return learned
