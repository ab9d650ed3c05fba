"""What is preferred to what, from judgements of pairs: win rates, strengths, and how sure they are.

Arrays in, floats out.

Strengths are those of R. Bradley and M. Terry, "Rank analysis of incomplete block designs" (Biometrika 1952): i is
preferred to j with odds of exp(strength i - strength j). They are fitted by maximum likelihood with the iteration of D.
Hunter, "MM algorithms for generalized Bradley-Terry models" (Annals of Statistics 2004). A tie counts half a win for
each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from artextract.metrics.bootstrap import resample

PRIOR = 0.5
"""Wins for each side that every two are given where the likelihood has no maximum, since some never lost, or never won,
against all others."""
ROUNDS = 500
_STEPS, _CLOSE = 5000, 1e-8


@dataclass(frozen=True)
class Contests:
    """One row a contest, arrays (J,): ``first`` and ``second`` number the ``m`` competitors, ``score`` is 1 where the
    first won, 0 where the second did, 0.5 for a tie; ``query`` and ``rater`` tell which rows hang together."""

    m: int
    first: np.ndarray
    second: np.ndarray
    score: np.ndarray
    query: np.ndarray
    rater: np.ndarray

    def __len__(self) -> int:
        return len(self.score)

    def wins(self, weights: np.ndarray | None = None) -> np.ndarray:
        """How often row beat column, ties half: float64 (R, m, m) for ``weights`` (R, J) of the contests, all 1 unless
        given."""
        weights = np.ones((1, len(self))) if weights is None else np.asarray(weights, dtype=float)
        cells = np.zeros((len(self), self.m * self.m))
        rows = np.arange(len(self))
        np.add.at(cells, (rows, self.first * self.m + self.second), self.score)
        np.add.at(cells, (rows, self.second * self.m + self.first), 1 - self.score)
        return (weights @ cells).reshape(-1, self.m, self.m)


def win_rates(wins: np.ndarray) -> np.ndarray:
    """The part of its contests that each won, ties half; float64 (R, m), NaN where it had none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rates: np.ndarray = wins.sum(2) / (wins + wins.swapaxes(1, 2)).sum(2)
        return rates


def pair_rates(wins: np.ndarray) -> np.ndarray:
    """The part of the contests of row and column that the row won; float64 (R, m, m), NaN where there were none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rates: np.ndarray = wins / (wins + wins.swapaxes(1, 2))
        return rates


def least_errors(won: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Standard errors of the part ``won`` of ``n`` independent contests, with two wins and two losses added: A. Agresti
    and B. Coull, "Approximate is better than exact" (1998)."""
    likely = (won * n + 2) / (n + 4)
    errors: np.ndarray = np.sqrt(likely * (1 - likely) / (n + 4))
    return errors


def lacks_maximum(wins: np.ndarray) -> np.ndarray:
    """Whether there is a part of the competitors that never lost to the rest, so that strengths would be infinite (L.
    Ford 1957); bool (R,)."""
    connected: np.ndarray = np.all(_reach(wins > 0), axis=(1, 2))
    return ~connected


def strengths(wins: np.ndarray) -> np.ndarray:
    """Log strengths of ``wins`` (R, m, m), with mean 0 in each row; float64 (R, m).

    Rows that lack a maximum are fitted with ``PRIOR``; NaN where contests, of whatever outcome, do not connect all
    competitors."""
    wins = np.array(wins, dtype=float)
    m = wins.shape[1]
    played = (wins + wins.swapaxes(1, 2)) > 0
    apart = ~_reach(played).all((1, 2))
    wins[lacks_maximum(wins)] += PRIOR * (1 - np.eye(m))
    games, won = wins + wins.swapaxes(1, 2), wins.sum(2)
    power = np.ones((len(wins), m))
    for _ in range(_STEPS):
        shares = games / (power[:, :, None] + power[:, None, :])
        new = won / shares.sum(2)
        new /= np.exp(np.log(new).mean(1, keepdims=True))
        moved = np.abs(np.log(new) - np.log(power)).max(initial=0)
        power = new
        if moved < _CLOSE:
            break
    fitted = np.log(power)
    fitted[apart] = np.nan
    return fitted


@dataclass(frozen=True)
class Spread:
    """``error`` (s,), standard errors of statistics.

    ``df`` (s,), the degrees of freedom that they were estimated with."""

    error: np.ndarray
    df: np.ndarray

    def around(self, values: np.ndarray) -> list[list[float] | None]:
        """95 % intervals by Student's t; None where undefined."""
        half = t.ppf(0.975, self.df) * self.error
        return [
            [float(v - h), float(v + h)] if np.isfinite(v) and np.isfinite(h) else None
            for v, h in zip(values, half, strict=False)
        ]

    def at_least(self, error: np.ndarray) -> Spread:
        """With errors (s,) that none falls below: a side that won every contest would win them in every resample
        too."""
        return Spread(np.maximum(self.error, error), self.df)

    def p(self, values: np.ndarray, null: float) -> np.ndarray:
        """Two-sided p that statistics are ``null``, by Student's t; NaN where undefined."""
        with np.errstate(divide="ignore", invalid="ignore"):
            two_sided: np.ndarray = 2 * t.sf(np.abs(values - null) / self.error, self.df)
            return two_sided


def two_way_spread(
    statistic: Callable[[np.ndarray], np.ndarray],
    query: np.ndarray,
    rater: np.ndarray,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Spread:
    """How far statistics would scatter with other queries and other raters.

    ``statistic`` takes weights (R, J) of the rows and gives (R, s). Rows by one rater resemble each other, and so do
    rows about one query; neither resample alone, nor the product of both, which counts the noise three times, has the
    right width. So, as A. Cameron, J. Gelbach and D. Miller do with variances, "Robust inference with multiway
    clustering" (2011): that of a bootstrap over queries, plus what a bootstrap over raters has beyond one over single
    cells of query and rater. Degrees of freedom after F. Satterthwaite (1946) from the numbers of both. With one rater
    only queries vary; with one query everything is NaN."""
    n_queries, n_raters = len(np.unique(query)), len(np.unique(rater))
    by_query = _variance(statistic, query, rounds, seed)
    further = np.zeros_like(by_query)
    if n_raters > 1:
        cells = np.unique(np.stack([query, rater]), axis=1, return_inverse=True)[1].ravel()
        further = np.maximum(
            0, _variance(statistic, rater, rounds, seed + 1) - _variance(statistic, cells, rounds, seed + 2)
        )
    variance = by_query + further
    with np.errstate(divide="ignore", invalid="ignore"):
        df = variance**2 / (by_query**2 / (n_queries - 1) + further**2 / max(1, n_raters - 1))
    return Spread(np.sqrt(variance), np.where(variance > 0, df, max(1, n_queries - 1)))


def _variance(
    statistic: Callable[[np.ndarray], np.ndarray], clusters: np.ndarray, rounds: int, seed: int
) -> np.ndarray:
    """The bootstrap variance over clusters, raised by n / (n - 1), which a bootstrap of few lacks."""
    names, place = np.unique(clusters, return_inverse=True)
    if len(names) < 2:
        return np.full(statistic(np.ones((1, len(clusters)))).shape[1], np.nan)
    drawn = np.concatenate([statistic(counts[:, place]) for counts in resample(len(names), rounds, seed)])
    enough = np.isfinite(drawn).sum(0) >= rounds / 2
    result = np.full(drawn.shape[1], np.nan)
    result[enough] = np.nanvar(drawn[:, enough], axis=0, ddof=1) * len(names) / (len(names) - 1)
    return result


def _reach(edges: np.ndarray) -> np.ndarray:
    """Whether a path leads from row to column; bool (R, m, m)."""
    m = edges.shape[1]
    paths = (edges | np.eye(m, dtype=bool)).astype(np.int64)
    for _ in range(max(1, int(np.ceil(np.log2(max(2, m)))))):
        paths = (paths @ paths > 0).astype(np.int64)
    return paths > 0
