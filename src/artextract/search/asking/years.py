"""Filters on years by overlap: a painting of 1503 to 1506 is one of 1505, and "before 1500" is one of 1490.

year=1505       its range has 1505 in it            year=1500..1510   its range has a year of these
year=1890s      or any date that can be read        year<1500         some year of its range is earlier
year!=1505      not so, or of no known year         year=unknown      no year is known
year<<1500      its whole range is earlier          year>>1500        its whole range is later
"""

from __future__ import annotations

import numpy as np

from artextract.dates import read_date
from artextract.errors import InputError
from artextract.labels import canonical_key
from artextract.table import Paintings
from artextract.year_ranges import FIRST, year_ranges

_ORDERED = (">=", "<=", ">", "<", "<<", ">>")


def year_order(paintings: Paintings) -> np.ndarray | None:
    """What rows are sorted by, float64 (N,): the first year, where that is open the last, NaN where none is known.

    None where the table has no years."""
    ranges = year_ranges(paintings)
    if ranges is None:
        return None
    low, high = ranges
    return np.where(np.isinf(low), high, low)


def by_time(paintings: Paintings, row: int, later: bool) -> str:
    """The filter that lets through what is surely later than the painting of a row, or else surely earlier.

    Raises ``InputError`` where its years are not known, or open at that end."""
    ranges = year_ranges(paintings)
    end = np.nan if ranges is None else ranges[1 if later else 0][row]
    if not np.isfinite(end):
        raise InputError(
            f"it is not known {'until' if later else 'from'} when '{paintings.ids[row]}' is",
            "give a painting with a year, or a filter such as: --where 'year<1500'",
            code="year-unknown",
        )
    return f"{FIRST}{'>>' if later else '<<'}{end:g}"


def passing(ranges: tuple[np.ndarray, np.ndarray], operator: str, value: str) -> np.ndarray:
    """The rows whose range passes, bool (N,).

    Raises ``InputError`` for a value that is no year, and where none passes."""
    low, high = ranges
    if operator in _ORDERED:
        year = _year(value)
        found = {
            ">=": high >= year,
            "<=": low <= year,
            ">": high > year,
            "<": low < year,
            "<<": high < year,
            ">>": low > year,
        }[operator]
        if not found.any():
            raise _none(ranges, operator, value, single=False)
        return found
    asked: list[tuple[float, float]] = []
    found = np.zeros(len(low), dtype=bool)
    lows, highs = np.sort(low[~np.isnan(low)]), np.sort(high[~np.isnan(high)])
    for part in dict.fromkeys(part.strip() for part in value.split("|")):
        if part and canonical_key(part) is None:
            found |= np.isnan(low)
        elif part:
            first, last = _asked(part)
            begun = np.searchsorted(lows, last, side="right")
            over = np.searchsorted(highs, first, side="left")
            if first > last or begun == over:  # all that are begun by then are over
                raise _none(ranges, operator, part, first == last)
            asked.append((first, last))
    found |= _overlap(low, high, asked)
    return ~found if operator == "!=" else found


def _overlap(low: np.ndarray, high: np.ndarray, asked: list[tuple[float, float]]) -> np.ndarray:
    """The rows that overlap any of the ranges asked for: these are merged, so that many cost little more than one."""
    merged: list[list[float]] = []
    for first, last in sorted(asked):
        if merged and first <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    if not merged:
        return np.zeros(len(low), dtype=bool)
    starts, ends = np.array(merged).T
    before = np.searchsorted(starts, np.where(np.isnan(high), -np.inf, high), side="right") - 1
    overlap: np.ndarray = (before >= 0) & (ends[before] >= low)
    return overlap


def _asked(text: str) -> tuple[float, float]:
    """The first and last year that are asked for: "1880..1900", "1880..", "1890", "16th century"."""
    first, dots, last = text.partition("..")
    if dots:
        return _year(first) if first.strip() else -np.inf, _year(last) if last.strip() else np.inf
    try:
        return (year := _year(text)), year
    except InputError:
        dating = read_date(text)
        if dating is None:
            raise
    return (
        -np.inf if dating.first is None else float(dating.first),
        np.inf if dating.last is None else float(dating.last),
    )


def _year(text: str) -> float:
    try:
        year = float(text)
    except ValueError:
        year = np.nan
    if np.isnan(year):
        raise InputError(f"'{text.strip()}' is not a number", "the column 'year' holds numbers", code="not-a-number")
    return year


def _none(ranges: tuple[np.ndarray, np.ndarray], operator: str, value: str, single: bool) -> InputError:
    """What is said where no painting passes; ``single``: one year was asked for."""
    low, high = ranges
    there = np.unique(np.concatenate([low, high])[np.isfinite(np.concatenate([low, high]))])
    if not single:
        message, hint = f"no painting has year{operator}{value}", f"year runs from {there[0]:g} to {there[-1]:g}"
    else:
        wanted = _asked(value)[0]
        near = sorted(sorted(there, key=lambda year: abs(year - wanted))[:5])
        message, hint = f"no painting has year {value}", f"near it are: {', '.join(f'{year:g}' for year in near)}"
    return InputError(message, hint, code="no-such-value")
