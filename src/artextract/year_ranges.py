"""The years of a table's paintings, as ranges: what its columns ``year``, ``year_end`` and ``date`` say together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from artextract.dates import read_date
from artextract.table import Paintings

FIRST, LAST, WORDS = "year", "year_end", "date"
SHORT = 24
"""Letters of a date that stands under a picture as it was written; a longer one is told by its years."""


def year_ranges(paintings: Paintings) -> tuple[np.ndarray, np.ndarray] | None:
    """First and last year of every row, float64 (N,) each: NaN where none is known, infinite where that end is open.

    None where the table has no years.

    Where only one of ``year`` and ``year_end`` is filled, the range is that year, unless the words of the date say that
    it is open."""
    if FIRST not in paintings.frame or FIRST in paintings.labels:
        return None
    low = finite_numbers(paintings, FIRST)
    if LAST not in paintings.frame:
        return None if low is None or np.isnan(low).all() else (low, low)
    high = finite_numbers(paintings, LAST)
    if low is None or high is None or np.isnan([low, high]).all():
        return None
    words = paintings.column(WORDS) if WORDS in paintings.frame else np.full(len(paintings), None, dtype=object)
    no_low, no_high = np.isnan(low), np.isnan(high)
    ends = np.where(no_low, high, low), np.where(no_high, low, high)
    for row in np.flatnonzero((no_low != no_high) & np.array([cell is not None for cell in words], dtype=bool)):
        dating = read_date(words[row])
        if dating and no_low[row] and dating.first is None:
            ends[0][row] = -np.inf
        if dating and no_high[row] and dating.last is None:
            ends[1][row] = np.inf
    return ends


def year_in_words(record: Mapping[str, Any]) -> str | None:
    """When a painting was made, short enough for a card: the date as it was written ("c. 1630"), else its years
    ("1880–1885"); None where neither is known. ``record`` is a row of a table."""
    words = record.get(WORDS)
    if isinstance(words, str) and 0 < len(words.strip()) <= SHORT:
        return words.strip()
    years = dict.fromkeys(_year(record.get(name)) for name in (FIRST, LAST))
    return "–".join(year for year in years if year) or None


def _year(value: Any) -> str:
    """A cell as a year; "" where it is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    return str(int(number)) if np.isfinite(number) else ""


def finite_numbers(paintings: Paintings, name: str) -> np.ndarray | None:
    """A column as float64 (N,), NaN where nothing finite stands; None where it holds other things than numbers."""
    cells = paintings.frame[name]
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if (np.isnan(numbers) & cells.notna().to_numpy()).any():
        return None
    return np.where(np.isfinite(numbers), numbers, np.nan)
