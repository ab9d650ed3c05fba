"""What the filters leave, column by column: how often every label occurs, and how numbers are spread.

A column is counted under the filters of all other columns but not its own, so that a list shows what choosing another
of its values would give (faceted search: Hearst, "Design recommendations for hierarchical faceted search interfaces",
SIGIR workshop on faceted search, 2006)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from artextract.columns import Column
from artextract.labels import canonical_key, folded
from artextract.table import COLUMNS, Paintings, artist_column
from artextract.year_ranges import FIRST, LAST, year_ranges

MOST_VALUES = 200
"""Values of a column that are listed at once, the most frequent ones."""
BINS = 32
_OPERATOR = re.compile("[=!<>~]")
_TEXT = "text"
Allowed = Callable[[Iterable[str], str], np.ndarray]
"""Such as ``SearchEngine.allowed``: bool (N,) for expressions and words."""


@dataclass(frozen=True)
class LabelFacet:
    """``values``: (display name, paintings), the most frequent first, None (no label) last.

    ``distinct`` is how many labels there are, None left out, in ``values`` or not."""

    column: str
    distinct: int
    values: list[tuple[str | None, int]]


@dataclass(frozen=True)
class NumberFacet:
    """``edges``, of the whole collection, ascending, one more than ``counts``.

    A bin has its lower edge, the last one both. ``unknown``: paintings without a number. A painting of several years
    counts in every bin that has one of them."""

    column: str
    low: float
    high: float
    edges: list[float]
    counts: list[int]
    unknown: int


@dataclass(frozen=True)
class FacetCounts:
    """``total`` paintings pass.

    ``without``: how many would if the filters of one column ("text": the words) were taken away, for each that has
    any."""

    total: int
    without: dict[str, int]
    labels: list[LabelFacet]
    numbers: list[NumberFacet]


class Facets:
    """The columns of a table as codes, made once; counting is quick then.

    Columns are the labels, who painted it, and, where they differ, rights and source; and all that hold numbers; the
    first and last year are one column of ranges."""

    def __init__(self, paintings: Paintings):
        self._count = len(paintings)
        further = [
            artist_column(paintings.frame),
            *(name for name in ("rights", "source") if 1 < len(_column(paintings, name).values) <= MOST_VALUES),
        ]
        names = dict.fromkeys([*paintings.labels, *(name for name in further if name)])
        self.labels = {name: _codes(paintings, name) for name in names if not _OPERATOR.search(name)}
        self.numbers = {}
        ranges = year_ranges(paintings)
        for name in paintings.frame.columns:
            if ranges is not None and name in (FIRST, LAST):
                self.numbers[FIRST] = _Bins(*ranges)
            elif name not in COLUMNS and name not in names and not _OPERATOR.search(name):
                column = paintings.coded(name)
                numbers = (
                    None
                    if column is None or any(isinstance(value, (bool, np.bool_)) for value in column.values)
                    else column.as_numbers()
                )
                if numbers is not None and np.isfinite(numbers).any():
                    self.numbers[name] = _Bins(numbers, numbers)

    def under(
        self, allowed: Allowed, where: Iterable[str] = (), text: str = "", most: int = MOST_VALUES
    ) -> FacetCounts:
        """The counts of every column; values that are chosen are listed even where they are rare.

        Raises what ``allowed`` raises."""
        masks = self._masks(allowed, where, text)
        passing = _all(masks.values(), self._count)
        others = {
            column: _all((mask for other, mask in masks.items() if other != column), self._count) for column in masks
        }
        labels = [
            LabelFacet(
                name, *codes.counted(others.get(name.casefold(), passing), most, chosen=masks.get(name.casefold()))
            )
            for name, codes in self.labels.items()
        ]
        numbers = [bins.counted(name, others.get(name.casefold(), passing)) for name, bins in self.numbers.items()]
        return FacetCounts(
            int(passing.sum()), {column: int(mask.sum()) for column, mask in others.items()}, labels, numbers
        )

    def find(
        self,
        column: str,
        part: str,
        allowed: Allowed,
        where: Iterable[str] = (),
        text: str = "",
        most: int = MOST_VALUES,
    ) -> LabelFacet | None:
        """One column's values whose names have ``part`` in them, whatever its case and accents.

        None where it is no column of labels."""
        codes = self.labels.get(column)
        if codes is None:
            return None
        masks = self._masks(allowed, where, text)
        others = _all((mask for other, mask in masks.items() if other != column.casefold()), self._count)
        return LabelFacet(column, *codes.counted(others, most, part=folded(part)))

    def _masks(self, allowed: Allowed, where: Iterable[str], text: str) -> dict[str, np.ndarray]:
        """What passes the filters of each column that has any, and the words, as "text"."""
        groups = defaultdict(list)
        for expression in where:
            groups[_OPERATOR.split(expression, maxsplit=1)[0].strip().casefold()].append(allowed([expression], ""))
        if text.strip():
            groups[_TEXT].append(allowed([], text))
        return {column: _all(masks, self._count) for column, masks in groups.items()}


class _Codes:
    """A column of labels, of which a row has any number, as pairs: ``codes`` int (P,), of labels equal by canonical key
    the same, len(names) for none, and ``rows`` int (P,) that carry them. A label is called as it is written most
    often."""

    def __init__(self, labels: np.ndarray, counts: np.ndarray, numbers: np.ndarray, rows: np.ndarray):
        """``labels`` as they are written, (M,), each on ``counts`` rows.

        The row ``rows[i]`` has the label ``numbers[i]``, or none where that is -1."""
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        keys = [canonical_key(label) for label in labels]
        for label, key, count in zip(labels, keys, counts.tolist(), strict=True):
            if key is not None:
                spellings[key][label] += count
        self.keys = sorted(spellings)
        self.names = [max(spellings[key], key=lambda value: (spellings[key][value], value)) for key in self.keys]
        place: dict[str | None, int] = {key: number for number, key in enumerate(self.keys)} | {None: len(self.keys)}
        self.codes = np.array([*(place[key] for key in keys), place[None]], dtype=np.int32)[numbers]
        self.rows = rows

    def counted(
        self, rows: np.ndarray, most: int, chosen: np.ndarray | None = None, part: str = ""
    ) -> tuple[int, list[tuple[str | None, int]]]:
        """How many labels occur in ``rows``, bool (N,), and the values.

        Those that occur in ``chosen`` too, unless these are more than ``most``."""
        none = len(self.names)
        counts = np.bincount(self.codes[rows[self.rows]], minlength=none + 1)
        there = np.flatnonzero(counts[:none])
        if part:
            there = np.array([code for code in there if part in folded(self.keys[code])], dtype=np.int64)
        by_count = there[np.argsort(-counts[there], kind="stable")]
        listed = by_count[:most].tolist()
        if chosen is not None:
            asked = np.unique(self.codes[chosen[self.rows]])
            if len(asked) <= most:
                listed += [code for code in asked.tolist() if code < none and code not in set(listed)]
        values: list[tuple[str | None, int]] = [(self.names[code], int(counts[code])) for code in listed]
        return len(there), values + ([(None, int(counts[none]))] if counts[none] and not part else [])


def _codes(paintings: Paintings, name: str) -> _Codes:
    lists = paintings.all_labels(name)
    if lists is None:
        column = _column(paintings, name)
        counts = np.bincount(column.codes + 1, minlength=len(column.values) + 1)[1:]
        return _Codes(column.values, counts, column.codes, np.arange(len(column)))
    carried = [
        [*{key: label for label in labels or () if (key := canonical_key(label)) is not None}.values()] or [None]
        for labels in lists
    ]
    column = Column(pd.Series([label for labels in carried for label in labels], dtype=object))
    counts = np.bincount(column.codes + 1, minlength=len(column.values) + 1)[1:]
    rows = np.repeat(np.arange(len(carried)), [len(labels) for labels in carried])
    return _Codes(column.values, counts, column.codes, rows)


def _column(paintings: Paintings, name: str) -> Column:
    column = paintings.coded(name) if name in paintings.frame else None
    return column or Column(pd.Series([None] * len(paintings), dtype=object))


class _Bins:
    """A column of numbers, the bins of each: whole numbers get bins of a whole width.

    A range, from ``first`` to ``last`` float64 (N,), is counted in every bin that a filter on that bin would find it
    by."""

    def __init__(self, first: np.ndarray, last: np.ndarray):
        ends = np.concatenate([first, last])
        known = ends[np.isfinite(ends)]
        self.low, self.high = float(known.min()), float(known.max())
        whole = bool(np.all(known == np.round(known)))
        if whole:
            width: float = max(1, int(np.ceil((self.high - self.low + 1) / BINS)))
            count = int(np.ceil((self.high - self.low + 1) / width))
        else:
            count = BINS if self.high > self.low else 1
            width = (self.high - self.low) / count
        self.edges = [self.low + width * place for place in range(count)] + [
            self.low + width * count if whole else self.high
        ]
        self._unknown = np.isnan(first)
        self._from, self._to = self._bin(first), self._bin(last)

    def _bin(self, numbers: np.ndarray) -> np.ndarray:
        within = np.clip(np.where(np.isnan(numbers), self.low, numbers), self.low, self.high)
        return np.clip(np.searchsorted(self.edges, within, side="right") - 1, 0, len(self.edges) - 2)

    def counted(self, name: str, rows: np.ndarray) -> NumberFacet:
        known = rows & ~self._unknown
        begun = np.bincount(self._from[known], minlength=len(self.edges))
        ended = np.bincount(self._to[known] + 1, minlength=len(self.edges))
        counts = np.cumsum(begun - ended)[:-1].tolist()
        return NumberFacet(name, self.low, self.high, self.edges, counts, int((rows & self._unknown).sum()))


def _all(masks: Iterable[np.ndarray], count: int) -> np.ndarray:
    together = np.ones(count, dtype=bool)
    for mask in masks:
        together &= mask
    return together
