"""Numbers as an attribute to learn: the bins over which a network spreads its answer, and what is read off them.

A number is learned as a distribution over bins that have an order; median and interval are its quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from artextract.errors import InputError
from artextract.model.missing import MISSING
from artextract.table import COLUMNS, Paintings
from artextract.year_ranges import FIRST as YEAR
from artextract.year_ranges import finite_numbers, year_ranges

COVERAGE = 0.8
"""So many of the true numbers shall lie in the intervals."""
ENOUGH_ROWS = 30
"""With fewer validation paintings that carry the number, an interval is taken from the distribution as it is."""
PARTS = 1000
"""A target is a place among the bins in thousandths of a bin: 2500 is the middle of the third."""
WIDEST_RANGE = 30.0
"""Paintings whose years are less certain than this teach no year."""
DECADE = 10.0
_LEAST_IN_BIN = 5
"""Bins with fewer training paintings are joined with those beside them."""
_MOST_BINS = 40
_ROWS_PER_BIN = 10


@dataclass(frozen=True)
class Bins:
    """``edges``, K + 1 rising numbers, of K bins; ``counts`` of training paintings in each.

    ``whole``: the numbers are whole ones, and are answered so."""

    edges: list[float]
    counts: list[int]
    whole: bool

    def targets(self, values: np.ndarray) -> np.ndarray:
        """Numbers ``float (N,)`` as places among the bins, ``int64 (N,)`` in 0..K * ``PARTS``.

        ``MISSING`` for NaN. What lies outside the bins is at their end."""
        places = np.interp(values, self.edges, np.arange(len(self.edges)))
        return np.where(np.isnan(values), MISSING, np.round(places * PARTS)).astype(np.int64)

    def as_dict(self) -> dict[str, Any]:
        return {"edges": self.edges, "counts": self.counts, "whole": self.whole}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Bins:
        return Bins([float(edge) for edge in values["edges"]], values["counts"], values["whole"])


@dataclass(frozen=True)
class Calibration:
    """What validation says of one number's answers.

    ``widened`` is added on both sides of an interval; it is negative where the distribution was too wide."""

    temperature: float = 1.0
    coverage: float = COVERAGE
    widened: float = 0.0

    def as_dict(self) -> dict[str, float]:
        return {"temperature": self.temperature, "coverage": self.coverage, "widened": self.widened}

    @staticmethod
    def from_dict(values: dict[str, float]) -> Calibration:
        return Calibration(values["temperature"], values["coverage"], values["widened"])


def is_number(paintings: Paintings, name: str) -> bool:
    """Whether a column is learned as a number: it holds numbers, and is neither a label column nor one of those that
    every table has."""
    if name in paintings.labels or name in COLUMNS or name not in paintings.frame:
        return False
    if name == YEAR:
        return year_ranges(paintings) is not None
    return paintings.frame[name].dtype.kind in "iuf" and finite_numbers(paintings, name) is not None


def numbers_of(paintings: Paintings, name: str) -> np.ndarray:
    """A column's numbers ``float64 (N,)``, NaN where there is none; of years the middle of each range that is at most
    ``WIDEST_RANGE`` long.

    Raises ``InputError`` for a column that holds no numbers."""
    ranges = year_ranges(paintings) if name == YEAR else None
    if ranges is not None:
        low, high = ranges
        with np.errstate(invalid="ignore"):
            narrow = high - low <= WIDEST_RANGE
            return np.where(narrow, (low + high) / 2, np.nan)
    values = finite_numbers(paintings, name) if name in paintings.frame else np.full(len(paintings), np.nan)
    if values is None:
        raise InputError(
            f"the column '{name}' holds no numbers",
            "the model learned a number of this name; give the collection such a column, or leave it out",
            code="not-a-number",
        )
    return values


def bins_for(values: np.ndarray, years: bool = False) -> Bins | None:
    """The bins for training numbers ``float (N,)``, NaN where there is none; None where they do not fill two.

    Years have decades, those with few paintings joined with the next. Other numbers have a bin each where there are at
    most 40 of them, else up to 40 bins with equally many paintings: so that a few extreme ones cost no resolution."""
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if len(distinct) < 2:
        return None
    whole = bool(years or (known == np.round(known)).all())
    if years:
        edges = _joined(known, np.arange(DECADE * (distinct[0] // DECADE), distinct[-1] + DECADE, DECADE))
    elif len(distinct) <= _MOST_BINS:
        middles = (distinct[1:] + distinct[:-1]) / 2
        edges = np.r_[2 * distinct[0] - middles[0], middles, 2 * distinct[-1] - middles[-1]]
    else:
        count = int(np.clip(len(known) // _ROWS_PER_BIN, 2, _MOST_BINS))
        edges = np.unique(np.quantile(known, np.linspace(0, 1, count + 1)))
    if len(edges) < 3:
        return None
    return Bins(edges.tolist(), np.histogram(known, edges)[0].tolist(), whole)


def _joined(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """``edges`` without those that part off a bin with too few of ``values``; the ends stay."""
    kept = [edges[0]]
    counts = np.histogram(values, edges)[0]
    inside = 0
    for count, upper in zip(counts, edges[1:], strict=True):
        inside += int(count)
        if inside >= _LEAST_IN_BIN:
            kept.append(upper)
            inside = 0
    if kept[-1] != edges[-1]:
        kept[-1:] = [edges[-1]] if len(kept) > 1 else [kept[0], edges[-1]]
    return np.array(kept)


def quantiles(probabilities: np.ndarray, edges: Sequence[float] | np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """The quantiles of distributions ``(N, K)`` over bins, ``float64 (N, len(shares))``.

    Inside a bin a distribution is taken as even."""
    edges, wanted = np.asarray(edges, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    below = np.concatenate([np.zeros((len(probabilities), 1)), np.cumsum(probabilities, axis=1, dtype=np.float64)], 1)
    below /= below[:, -1:]
    # the bin in which each share is reached: the last one that begins at or below it, and holds something
    bin_ = np.minimum((below[:, None, 1:] < wanted[None, :, None]).sum(2), len(edges) - 2)
    start = np.take_along_axis(below, bin_, 1)
    inside = np.take_along_axis(below, bin_ + 1, 1) - start
    part = np.clip((wanted - start) / np.where(inside > 0, inside, 1), 0, 1)
    return np.asarray(edges[bin_] + part * (edges[bin_ + 1] - edges[bin_]))


@dataclass(frozen=True)
class Numbers:
    """The answers for N paintings, ``float64 (N,)`` each; the intervals hold a share of ``coverage``."""

    median: np.ndarray
    low: np.ndarray
    high: np.ndarray
    coverage: float

    def row(self, row: int) -> dict[str, float]:
        """One painting's answer as plain values."""
        found = {name: float(getattr(self, name)[row]) for name in _SHOWN}
        return {**found, "coverage": self.coverage}


def read_off(probabilities: np.ndarray, bins: Bins, calibration: Calibration) -> Numbers:
    """Median and interval of calibrated distributions ``(N, K)``.

    Of whole numbers the median is the nearest one, and the interval ends at whole ones outwards."""
    out = (1 - calibration.coverage) / 2
    low, median, high = quantiles(probabilities, bins.edges, (out, 0.5, 1 - out)).T
    low, high = np.minimum(low - calibration.widened, median), np.maximum(high + calibration.widened, median)
    if bins.whole:
        low, median, high = np.floor(low), np.round(median), np.ceil(high)
    return Numbers(median, low, high, calibration.coverage)


def widening(probabilities: np.ndarray, bins: Bins, truth: np.ndarray, coverage: float = COVERAGE) -> float:
    """How much wider intervals ``(N, K)`` must be, on each side, for a share of ``coverage`` of new paintings to lie in
    theirs; from those of validation with the numbers ``truth (N,)``.

    Y. Romano, E. Patterson, E. Candès, "Conformalized Quantile Regression" (2019), algorithm 1: the score is how far a
    number lies outside its interval, or inside it as a negative number. 0 where fewer than ``ENOUGH_ROWS`` tell."""
    if len(truth) < ENOUGH_ROWS:
        return 0.0
    out = (1 - coverage) / 2
    low, high = quantiles(probabilities, bins.edges, (out, 1 - out)).T
    return conformal_quantile(np.maximum(low - truth, truth - high), coverage)


def conformal_quantile(scores: np.ndarray, coverage: float) -> float:
    """The score below which a new one of the same kind lies with a chance of ``coverage``: of n scores the ceil((n + 1)
    * coverage)-th. There must be enough of them."""
    rank = int(np.ceil((len(scores) + 1) * coverage))
    return float(np.sort(scores)[min(rank, len(scores)) - 1])


def in_words(answer: dict[str, float], unsure: bool = False) -> str:
    """As "about 1885 (1860 to 1905)", with "?" behind the median of an ``unsure`` answer."""
    median, low, high = (f"{answer[key]:.4g}" if abs(answer[key]) < 1000 else f"{answer[key]:.0f}" for key in _SHOWN)
    return f"about {median}{'?' * unsure} ({low} to {high})"


_SHOWN = ("median", "low", "high")
