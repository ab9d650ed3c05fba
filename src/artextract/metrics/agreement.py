"""How far raters agree: Krippendorff's alpha of any number of them, Cohen's kappa of two.

K. Krippendorff, "Content Analysis: An Introduction to Its Methodology" (2nd edition 2004), chapter 11; worked examples
in his "Computing Krippendorff's Alpha-Reliability" (2011)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from artextract.metrics.bootstrap import ROUNDS, interval, resample

LEVELS = ("nominal", "ordinal", "interval")
LEAST_UNITS = 5
"""With fewer there is no interval: so few cannot be drawn anew in enough ways."""


def krippendorff_alpha(ratings: np.ndarray, level: str = "nominal") -> float | None:
    """1 where all agree, 0 where they agree as often as by chance, below 0 where less often.

    ``ratings`` is float (raters, units), NaN where a rater did not judge; units with fewer than two judgements do not
    count. None where no unit has two, or where everything that counts has one value: then nothing tells agreement from
    chance. ``level``: one of ``LEVELS``, how far two values are apart."""
    values, pairs = coincidences(ratings)
    return _float(_alpha(pairs.sum(0)[None], values, level)[0])


def alpha_interval(
    ratings: np.ndarray, level: str = "nominal", rounds: int = ROUNDS, seed: int = 0
) -> list[float] | None:
    """The 95 % percentile bootstrap interval of alpha over units.

    None where alpha is undefined or fewer than ``LEAST_UNITS`` count, and where nobody contradicts anybody or nearly
    all is of one value: drawing such units anew cannot show how sure the agreement is."""
    values, pairs = coincidences(ratings)
    if len(pairs) < LEAST_UNITS or krippendorff_alpha(ratings, level) in (None, 1.0):
        return None
    flat = pairs.reshape(len(pairs), -1)
    drawn = np.concatenate([counts @ flat for counts in resample(len(pairs), rounds, seed)])
    alphas = _alpha(drawn.reshape(-1, len(values), len(values)), values, level)
    return interval(alphas) if np.isfinite(alphas).mean() >= 0.95 else None


def cohens_kappa(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Agreement beyond what chance alone gives (J. Cohen, "A Coefficient of Agreement for Nominal Scales", 1960).

    None where chance alone is perfect, or there are no pairs."""
    if not pairs:
        return None
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    if by_chance == 1:
        return None
    kappa: float = (sum(a == b for a, b in pairs) / len(pairs) - by_chance) / (1 - by_chance)
    return kappa


def coincidences(ratings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different values, ascending (V,), and for each unit with at least two judgements how often they met: float64
    (U, V, V), of which each adds up to the unit's number of judgements."""
    ratings = np.asarray(ratings, dtype=float)
    counted = ratings[:, np.isfinite(ratings).sum(0) >= 2]
    values = np.unique(counted[np.isfinite(counted)])
    counts = (counted[:, :, None] == values).sum(0).astype(float)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(values))
    return values, pairs / np.maximum(1, counts.sum(1) - 1)[:, None, None]


def _alpha(met: np.ndarray, values: np.ndarray, level: str) -> np.ndarray:
    """Alpha of every matrix of coincidences (R, V, V); NaN where it is undefined."""
    margins = met.sum(2)
    n = margins.sum(1)
    apart = _squared_distances(margins, values, level)
    observed, expected = (met * apart).sum((1, 2)), (margins[:, :, None] * margins[:, None, :] * apart).sum((1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)


def _squared_distances(margins: np.ndarray, values: np.ndarray, level: str) -> np.ndarray:
    if level == "nominal":
        return np.broadcast_to(1.0 - np.eye(len(values)), (len(margins), len(values), len(values)))
    if level == "interval":
        return np.broadcast_to((values[:, None] - values) ** 2, (len(margins), len(values), len(values)))
    if level != "ordinal":
        raise ValueError(f"there is no level '{level}', only {', '.join(LEVELS)}")
    middle = margins.cumsum(1) - margins / 2  # ranks between, the ends counted half
    return (middle[:, :, None] - middle[:, None, :]) ** 2


def _float(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
