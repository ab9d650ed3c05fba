"""Whether one way of searching is better than another: intervals over queries, and tests on paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from artextract.evaluate.retrieval.result import Comparison
from artextract.metrics.bootstrap import ROUNDS, resample

FLIPS = 10_000
_FLIPS_AT_ONCE = 500


def intervals(values: np.ndarray, seed: int = 0, rounds: int = ROUNDS) -> np.ndarray:
    """95 % percentile bootstrap intervals of the means of columns ``(n, m)``, over rows drawn with replacement.

    Float64 (m, 2).

    Equal n and seed draw equal rows, so the interval of a difference is paired.
    """
    means = np.concatenate([counts.astype(float) @ values for counts in resample(len(values), rounds, seed)]) / len(
        values
    )
    return np.percentile(means, [2.5, 97.5], axis=0).T


def sign_flip_test(differences: np.ndarray, seed: int = 0, rounds: int = FLIPS) -> np.ndarray:
    """Two-sided p of the means of columns ``(n, m)`` of paired differences: how often random signs give a mean at
    least as far from 0; float64 (m,).

    The paired randomisation test of M. Smucker, J. Allan, B. Carterette, "A comparison of statistical significance
    tests for information retrieval evaluation" (CIKM 2007), with the observed assignment counted as one of the draws,
    so that p is never 0."""
    random, n = np.random.default_rng(seed), len(differences)
    observed = np.abs(differences.sum(axis=0))
    differences = differences.astype(np.float32)
    as_far = np.zeros(differences.shape[1])
    for start in range(0, rounds, _FLIPS_AT_ONCE):
        signs = 2 * random.integers(0, 2, (min(_FLIPS_AT_ONCE, rounds - start), n), dtype=np.int8) - 1
        as_far += (np.abs(signs.astype(np.float32) @ differences) >= observed - 1e-4 * np.maximum(observed, 1)).sum(
            axis=0
        )
    return (1 + as_far) / (1 + rounds)


def holm(p: np.ndarray) -> np.ndarray:
    """p values (m,) corrected for their number by the step-down method of S. Holm, "A simple sequentially rejective
    multiple test procedure" (1979)."""
    p = np.asarray(p, dtype=float)
    order = np.argsort(p)
    raised = np.minimum(1, np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))))
    corrected = np.empty(len(p))
    corrected[order] = raised
    return corrected


def compared_pairs(values: Mapping[str, np.ndarray], measures: Sequence[str], seed: int = 0) -> list[Comparison]:
    """Every two of ``values`` (name -> ``(n, m)``, rows the same queries, columns ``measures``), tested against
    each other for each measure."""
    pairs = list(combinations(values, 2))
    if not pairs or not len(next(iter(values.values()))):
        return []
    differences = np.concatenate([values[first] - values[second] for first, second in pairs], axis=1)
    p = sign_flip_test(differences, seed)
    corrected, ends = np.empty(len(p)), intervals(differences, seed)
    for column in range(len(measures)):
        corrected[column :: len(measures)] = holm(p[column :: len(measures)])
    named = [(first, second, measure) for first, second in pairs for measure in measures]
    return [
        {
            "first": first,
            "second": second,
            "measure": measure,
            "difference": float(differences[:, i].mean()),
            "ci": ends[i].tolist(),
            "p": float(p[i]),
            "p_holm": float(corrected[i]),
        }
        for i, (first, second, measure) in enumerate(named)
    ]
