"""Weights of features that explain which of two was preferred; arrays in, floats out.

Pairwise logistic regression on differences: the first of two is preferred with odds of exp(sum of weight x difference),
as in the model of R. Bradley and M. Terry (1952) with strengths that are linear in features. Weights cannot be
negative, since none of the features of a search can speak against a likeness."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, xlogy

RIDGE = 0.01
"""What the square of a weight costs, in judgements: it keeps weights finite where a feature explains all of them."""


def fit_weights(differences: np.ndarray, preferred: np.ndarray, counts: np.ndarray | None = None) -> np.ndarray:
    """Weights float64 (F,), from 0 up, of largest likelihood.

    ``differences`` (J, F): by how much more of each feature the first has; ``preferred`` (J,): 1 where the first was, 0
    where the second, 0.5 for neither; ``counts`` (J,): how often each row counts, once by default."""
    x = np.asarray(differences, dtype=float)
    y = np.asarray(preferred, dtype=float)
    n = np.ones(len(y)) if counts is None else np.asarray(counts, dtype=float)
    some = n > 0
    x, y, n = x[some], y[some], n[some]

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ weights
        value = float((n * (np.logaddexp(0, z) - y * z)).sum() + RIDGE * weights @ weights)
        return value, x.T @ (n * (expit(z) - y)) + 2 * RIDGE * weights

    start = np.full(x.shape[1], 0.5)
    found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * x.shape[1])
    weights: np.ndarray = found.x
    return weights


def log_losses(chances: np.ndarray, preferred: np.ndarray) -> np.ndarray:
    """The log loss of each row (J,), in nats: log 2 for a guess of one half."""
    p = np.clip(chances, 1e-12, 1 - 1e-12)
    losses: np.ndarray = -(xlogy(preferred, p) + xlogy(1 - np.asarray(preferred), 1 - p))
    return losses


def held_out(
    differences: np.ndarray,
    preferred: np.ndarray,
    groups: np.ndarray,
    counts: np.ndarray | None = None,
    folds: int = 5,
    seed: int = 0,
) -> np.ndarray:
    """The chance (J,) that the first is preferred, as weights say that were fitted without the row's group: groups
    (J,) are dealt into folds at random."""
    chances = np.full(len(preferred), 0.5)
    names, place = np.unique(groups, return_inverse=True)
    fold_of = (np.random.default_rng(seed).permutation(len(names)) % folds)[place]
    n = np.ones(len(preferred)) if counts is None else counts
    for fold in range(folds):
        inside, rest = fold_of == fold, fold_of != fold
        if inside.any() and rest.any():
            weights = fit_weights(differences[rest], preferred[rest], n[rest])
            chances[inside] = expit(differences[inside] @ weights)
    return chances
