"""By what an epoch is judged on validation; torch is not needed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from artextract.model.numbers import PARTS, quantiles

MACRO_F1, MAP, NUMBER_SCORE, SCORE = "val_macro_f1", "val_map", "val_score_of", "val_score"
"""Keys of an epoch's figures: the mean macro-F1 (behind the first three and "_" stands an attribute's name; ``MAP`` is
the mean average precision where several labels can be right), and the mean over all attributes where there are others
than classes."""


def score(figures: Mapping[str, float]) -> float | None:
    """By what epochs and options are compared, higher is better; None where no validation row has a label."""
    return figures.get(SCORE, figures.get(MACRO_F1))


def number_bins(places: np.ndarray, bins: int) -> np.ndarray:
    """Places among bins (``Bins.targets``) ``int64 (n,)`` as numbers of bins, ``int64 (n,)``."""
    return np.asarray(np.minimum(places // PARTS, bins - 1))


def number_score(probabilities: np.ndarray, places: np.ndarray, counts: Sequence[int]) -> float:
    """How much nearer the medians of distributions ``(n, K)`` are to the true places ``int64 (n,)`` than the median of
    the training is: 1 - the quotient of the mean absolute errors, in bins, within 0..1. ``counts`` of training
    paintings per bin give that median."""
    edges, truth = np.arange(len(counts) + 1), places / PARTS
    error = np.abs(quantiles(probabilities, edges, (0.5,))[:, 0] - truth).mean()
    usual = np.abs(quantiles(np.array([counts], dtype=float), edges, (0.5,))[0, 0] - truth).mean()
    return float(np.clip(1 - error / usual, 0, 1)) if usual > 0 else float(error == 0)


def in_words(figures: Mapping[str, float]) -> str:
    """The scores of an epoch as "style 0.512, artist 0.530; year 0.412 better than the median"."""
    return "; ".join(
        part
        for part in (
            ", ".join(f"{name} {value:.3f}" for name, value in _of(figures, MACRO_F1)),
            ", ".join(f"{name} mAP {value:.3f}" for name, value in _of(figures, MAP)),
            ", ".join(f"{name} {value:.0%} nearer than the median" for name, value in _of(figures, NUMBER_SCORE)),
        )
        if part
    )


def _of(figures: Mapping[str, float], key: str) -> list[tuple[str, float]]:
    return [(name.removeprefix(f"{key}_"), value) for name, value in figures.items() if name.startswith(f"{key}_")]
