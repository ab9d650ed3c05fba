"""The clusters of a collection over time: how many paintings of each fall into each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.csv_file import write_frame
from artextract.errors import InputError, NothingUsableError
from artextract.progress import Progress, no_progress
from artextract.search.asking.engine import SearchEngine
from artextract.search.map.layout import Cluster, make_basis
from artextract.table import Paintings
from artextract.year_ranges import year_ranges

LENGTHS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
MOST_PERIODS = 24


@dataclass(frozen=True)
class Strand:
    """A cluster over time: ``counts`` per period.

    ``first`` and ``last`` are the years between which 90 % of its dated paintings lie, ``median`` that in the middle of
    them, None where none is dated."""

    cluster: Cluster
    dated: float
    counts: list[float]
    first: int | None
    median: int | None
    last: int | None


@dataclass(frozen=True)
class Timeline:
    """``periods``: the first and last year of each, all of ``every`` years.

    ``strands`` the clusters, by their median year. A painting of several years is divided among them, so counts may be
    broken numbers. ``undated`` paintings are in clusters and in no period."""

    paintings: int
    undated: int
    every: int
    periods: list[tuple[int, int]]
    strands: list[Strand]
    weights: dict[str, float]
    where: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def make_timeline(
    collection: str | Path | SearchEngine,
    weights: Mapping[str, float] | None = None,
    clusters: int | None = None,
    clustering: str = "kmeans",
    every: int | None = None,
    seed: int = 0,
    where: Sequence[str] = (),
    progress: Progress = no_progress,
) -> Timeline:
    """The clusters that a map of the same options has, over time.

    ``every`` is the length of a period in years, None for one that gives at most ``MOST_PERIODS``. Raises what
    ``layout.make_map`` raises, and ``InputError`` where no painting has a year."""
    engine = SearchEngine.open(collection) if isinstance(collection, (str, Path)) else collection
    require_years(engine.paintings)
    basis = make_basis(engine, weights, clusters, clustering, seed, where, progress)
    low, high = closed_ranges(basis.paintings)
    dated = np.isfinite(low)
    if not dated.any():
        raise NothingUsableError(
            "none of these paintings has a year", "choose paintings that have one", code="no-years"
        )
    first, last = int(low[dated].min()), int(high[dated].max())
    length = every or next((n for n in LENGTHS if (last - first) / n < MOST_PERIODS - 1), LENGTHS[-1])
    start = first // length * length
    starts = np.arange(start, last + 1, length)
    shares = spread(low, high, starts, length)
    strands = []
    for cluster in basis.named:
        own = basis.clusters == cluster.number
        middles = ((low + high) / 2)[own & dated]
        years = [None if not len(middles) else round(float(np.quantile(middles, q))) for q in (0.05, 0.5, 0.95)]
        counts = shares[own].sum(0)
        strands.append(Strand(cluster, float(counts.sum()), counts.round(3).tolist(), *years))
    strands.sort(key=lambda strand: (strand.median is None, strand.median or 0, strand.cluster.number))
    periods = [(int(year), int(year) + length - 1) for year in starts]
    undated = int((~dated).sum())
    return Timeline(len(dated), undated, length, periods, strands, basis.weights, list(where))


def require_years(paintings: Paintings) -> None:
    """Raise ``InputError`` where a table has no years."""
    if year_ranges(paintings) is None:
        raise InputError(
            "the collection has no years",
            "import it with a column 'year', or with dates, which the import reads as years",
            code="no-years",
        )


def closed_ranges(paintings: Paintings) -> tuple[np.ndarray, np.ndarray]:
    """First and last year of every row, float64 (N,) each, NaN where none is known; an open end is as the other one."""
    ranges = year_ranges(paintings)
    if ranges is None:
        nothing = np.full(len(paintings), np.nan)
        return nothing, nothing
    low, high = ranges
    low, high = np.where(np.isinf(low), high, low), np.where(np.isinf(high), low, high)
    known = np.isfinite(low) & np.isfinite(high)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def spread(low: np.ndarray, high: np.ndarray, starts: np.ndarray, length: int) -> np.ndarray:
    """What part of each row's years ``low`` to ``high``, both included, lies in each period of ``length`` years:
    float64 (N, periods), whose rows sum to 1, or to 0 where no year is known."""
    overlap = np.minimum(high[:, None] + 1, starts + length) - np.maximum(low[:, None], starts)
    shares: np.ndarray = np.nan_to_num(np.maximum(overlap, 0) / (high - low + 1)[:, None])
    return shares


def write_csv(path: str | Path, found: Timeline) -> Path:
    """A row for each cluster and period: number, name, first and last year, paintings.

    Raises ``InputError`` unless it ends in .csv."""
    rows = [
        {
            "cluster": strand.cluster.number,
            "name": strand.cluster.name,
            "first": first,
            "last": last,
            "paintings": count,
        }
        for strand in found.strands
        for (first, last), count in zip(found.periods, strand.counts, strict=True)
    ]
    return write_frame(path, pd.DataFrame(rows))
