"""Sets of labels that hold the right one as often as was promised, per attribute.

Split conformal prediction: on validation paintings it is kept how improbable their true label was taken to be, and a
set holds every label that is no more improbable than most of these (the threshold sets of M. Sadinle, J. Lei and L.
Wasserman, "Least Ambiguous Set-Valued Classifiers with Bounded Error Levels", JASA 2019). The promise is for paintings
that are to those of the validation as these are to each other, and whose label is one of the classes.

``answer_sets.safetensors`` lies in the model's folder; it is read without torch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from artextract.errors import InputError, MismatchError
from artextract.files import user_path, write_aside
from artextract.model.checking import MEND, require_written, written_anew
from artextract.model.kept_scores import kept_scores
from artextract.model.saved import ANSWER_SETS_FILE

COVERAGE = 0.9
"""The promise that is made unless another is asked for."""
ENOUGH_PAINTINGS = 30
"""From fewer validation paintings no set is made."""


@dataclass(frozen=True)
class AnswerSets:
    """``scores``: per attribute float32 (M,), rising: 1 minus the probability of the true label of validation rows.

    ``paintings``: how many paintings these rows show."""

    scores: Mapping[str, np.ndarray]
    paintings: Mapping[str, int]

    def threshold(self, attribute: str, coverage: float = COVERAGE) -> float | None:
        """The least probability of a label in a set; None for an attribute that has no scores.

        The quantile of the scores at ceil((n + 1) * coverage) / n of n paintings; where that is more than 1, every
        label is in the set. Raises ``InputError`` for a coverage that is not between 0 and 1."""
        if not 0 < coverage < 1:
            raise InputError(
                f"a coverage of {coverage:g} cannot be promised", "give one between 0 and 1, as 0.9", code="no-coverage"
            )
        if attribute not in self.scores:
            return None
        scores, count = self.scores[attribute], self.paintings[attribute]
        level = math.ceil(round((count + 1) * coverage, 9)) / count
        if level > 1:
            return 0.0
        return float(1 - scores[math.ceil(round(level * len(scores), 9)) - 1])

    def members(self, attribute: str, probabilities: np.ndarray, coverage: float = COVERAGE) -> np.ndarray | None:
        """Which labels are in the sets of ``probabilities`` (N, K), bool (N, K); None for an attribute without scores.

        The most probable label is always there, also where it is less probable than the threshold."""
        threshold = self.threshold(attribute, coverage)
        if threshold is None:
            return None
        inside: np.ndarray = probabilities >= threshold - _ROUNDING
        inside[np.arange(len(probabilities)), probabilities.argmax(1)] = True
        return inside

    def labels(
        self, attribute: str, classes: list[str], probabilities: np.ndarray, coverage: float = COVERAGE
    ) -> list[str] | None:
        """The set of one painting, ``probabilities`` (K,), most probable first.

        None for an attribute without scores."""
        inside = self.members(attribute, probabilities[None], coverage)
        if inside is None:
            return None
        return [classes[i] for i in np.argsort(-probabilities, kind="stable") if inside[0, i]]

    def write(self, folder: str | Path) -> Path:
        from safetensors.numpy import save_file

        path = user_path(folder) / ANSWER_SETS_FILE
        arrays = {f"scores.{name}": values.astype(np.float32) for name, values in self.scores.items()}
        arrays |= {f"paintings.{name}": np.array([count], dtype=np.int64) for name, count in self.paintings.items()}
        with write_aside(path) as aside:
            save_file(arrays, aside)
        written_anew(folder, ANSWER_SETS_FILE)
        return path


NO_SETS = AnswerSets({}, {})
_ROUNDING = 1e-6
"""Probabilities are float32."""


def fit_answer_sets(true_probability: Mapping[str, np.ndarray], paintings: Mapping[str, int]) -> AnswerSets:
    """From the probability (n,) that validation rows gave to their true label, per attribute, and how many paintings
    these rows show; attributes with fewer than ``ENOUGH_PAINTINGS`` are left out.

    Of many scores some are kept (``kept_scores``), so that a set is never smaller than all of them would make it."""
    scores = {}
    for name, probabilities in true_probability.items():
        if paintings[name] >= ENOUGH_PAINTINGS:
            scores[name] = kept_scores(1 - np.asarray(probabilities, dtype=np.float32))
    return AnswerSets(scores, {name: int(paintings[name]) for name in scores})


def read_answer_sets(folder: str | Path) -> AnswerSets:
    """Those of a model's folder, without any attribute where it has none.

    Raises ``MismatchError`` where the file is damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = user_path(folder) / ANSWER_SETS_FILE
    if not path.is_file():
        return NO_SETS
    require_written(path)
    try:
        arrays = load_file(path)
        names = [name.removeprefix("scores.") for name in arrays if name.startswith("scores.")]
        sets = AnswerSets(
            {name: arrays[f"scores.{name}"] for name in names},
            {name: int(arrays[f"paintings.{name}"][0]) for name in names},
        )
        for name, values in sets.scores.items():
            if values.ndim != 1 or not len(values) or values.dtype.kind != "f" or sets.paintings[name] < 1:
                raise ValueError(f"what it holds of '{name}' has another form")
            if not (np.diff(values) >= 0).all():
                raise ValueError(f"its scores of '{name}' do not rise")
    except (OSError, SafetensorError, KeyError, IndexError, ValueError) as error:
        raise MismatchError(f"'{path}' is damaged: {error}", MEND, code="model-damaged") from error
    return sets
