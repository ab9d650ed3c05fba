"""The dates of a table of any source: the words that its curators wrote, and the years that they mean.

    date        the words, as they were written
    year        the first year, a whole number, negative before Christ
    year_end    the last year, where it is not the first on every row

An open end is empty: "before 1500" has no ``year``, "after 1500" no ``year_end``. A table whose dates are single years
has ``year`` alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from artextract.dates import Dating, is_undated, read_date
from artextract.dates.headers import kind_of_column
from artextract.printable import counted
from artextract.spelling import shown

WORDS, FIRST, LAST = "date", "year", "year_end"
AS_WRITTEN = "year_as_written"
"""The words of a column "year" in a table that has a column "date" too."""
_EXAMPLES = 3
_SHOWN = 60


def is_date_column(name: str) -> bool:
    """Whether a column's name, in any of the languages, says that it holds dates; they are to be kept as text."""
    return kind_of_column(str(name)) is not None


def with_years(frame: pd.DataFrame, apart: Collection[str] = ()) -> tuple[pd.DataFrame, list[str]]:
    """A table with the columns above, made from those of its own that hold dates, and notes for people.

    A column called, say, "Datierung" becomes ``date``; columns for the first and last year stay, and count where they
    say something. Columns in ``apart``, the labels, are left alone, and so is a table without dates."""
    frame = frame.copy()
    notes: list[str] = []
    words, year = _columns(frame, apart)
    if words is not None:
        notes += _renamed(frame, words, WORDS)
    if year is not None:
        notes += _renamed(frame, year, FIRST)
    first = next((name for name in frame if kind_of_column(str(name)) == "first" and name not in apart), None)
    last = LAST if LAST in frame and LAST not in apart else None
    last = last or next((name for name in frame if kind_of_column(str(name)) == "last" and name not in apart), None)
    first = FIRST if year is not None else first
    _number(frame, apart)
    if words is None and first is None and last is None:
        return frame, notes
    if year is not None and not _plain(frame[FIRST]):
        written = [None if _empty(cell) else str(cell).strip() for cell in frame[FIRST]]
        frame[AS_WRITTEN if words is not None else WORDS] = pd.Series(written, index=frame.index, dtype=object)
    cells = [_cells(frame, name) for name in (WORDS if WORDS in frame else None, first, last)]
    ranges = [_years(*map(read_date, row)) for row in zip(*cells, strict=True)]
    firsts, lasts = [one[0] for one in ranges], [one[1] for one in ranges]
    frame[FIRST] = pd.Series(firsts, index=frame.index, dtype="Int64")
    if LAST in frame or firsts != lasts:
        frame[LAST] = pd.Series(lasts, index=frame.index, dtype="Int64")
    return _in_order(frame), notes + _not_understood(cells)


def _number(frame: pd.DataFrame, apart: Collection[str]) -> None:
    """Make numbers of the texts in the museum's other columns of years, such as "Object Begin Date"."""
    for name in frame:
        if name in (WORDS, FIRST, LAST) or name in apart or not is_date_column(str(name)):
            continue
        if any(isinstance(cell, str) for cell in frame[name]) and _plain(frame[name]):
            datings = [read_date(cell) for cell in frame[name]]
            frame[name] = pd.Series([one and one.first for one in datings], index=frame.index, dtype="Int64")


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The words, the first and the last year beside each other, where the first of them stands."""
    ours = [name for name in (WORDS, FIRST, LAST) if name in frame]
    place = min(frame.columns.get_loc(name) for name in ours)
    others = [name for name in frame if name not in ours]
    return frame[[*others[:place], *ours, *others[place:]]]


def _columns(frame: pd.DataFrame, apart: Collection[str]) -> tuple[Any, Any]:
    """The column of words and that of years, None where there is none; of several that of our name, else the first
    whose cells are dates."""
    found = [name for name in frame if kind_of_column(str(name)) == "date" and name not in apart]
    found = [name for name in found if name in (WORDS, FIRST) or _mostly_dates(frame[name])]
    years = [name for name in found if name == FIRST or (name != WORDS and _plain(frame[name]))]
    others = [name for name in found if name not in years]
    year = FIRST if FIRST in years else next(iter(years), None)
    return (WORDS if WORDS in others else next(iter(others), None)), year


def _renamed(frame: pd.DataFrame, old: Any, new: str) -> list[str]:
    if old == new or new in frame:
        return []
    frame.columns = [new if name == old else name for name in frame.columns]
    return [f"the column '{old}' is taken as the {'date' if new == WORDS else 'year'}, and is called '{new}'"]


def _plain(cells: pd.Series) -> bool:
    """Whether all that stands in a column is single years."""
    return all(_is_year(cell) for cell in cells if not _empty(cell))


def _is_year(cell: Any) -> bool:
    dating = read_date(cell)
    alone = not isinstance(cell, str) or cell.strip().removesuffix(".0").lstrip("-").isdigit()
    return alone and dating is not None


def _mostly_dates(cells: pd.Series) -> bool:
    there = [cell for cell in cells if not _empty(cell)]
    return 2 * sum(read_date(cell) is not None or _says_undated(cell) for cell in there) >= len(there) > 0


def _cells(frame: pd.DataFrame, name: Any) -> list[Any]:
    return [None] * len(frame) if name is None else frame[name].tolist()


def _years(words: Dating | None, first: Dating | None, last: Dating | None) -> tuple[int | None, int | None]:
    """Columns for years say it where they are filled, else the words."""
    if first is None and last is None:
        return (words.first, words.last) if words else (None, None)
    if first is None:
        return (words.first if words else None), (last.last if last else None)
    end = last.last if last else words.last if words and words.first == first.first else first.last
    return first.first, end if end is None or first.first is None or end >= first.first else first.last


def _not_understood(cells: list[list[Any]]) -> list[str]:
    """What is said of dates that gave no years."""
    odd = [
        next(cell for cell in row if not _empty(cell))
        for row in zip(*cells, strict=True)
        if not any(read_date(cell) for cell in row)
        and any(not _empty(cell) and not _says_undated(cell) for cell in row)
    ]
    if not odd:
        return []
    texts = list(dict.fromkeys(map(str, odd)))[:_EXAMPLES]
    examples = [f"'{shown(' '.join(text.split()), _SHOWN)}'" for text in texts]
    said = counted(len(odd), "date was", "dates were")
    return [f"{said} not understood, such as {', '.join(examples)}; no year is known there"]


def _says_undated(cell: Any) -> bool:
    return isinstance(cell, str) and is_undated(cell)


def _empty(cell: Any) -> bool:
    return (
        cell is None or cell is pd.NA or cell is pd.NaT or cell != cell or (isinstance(cell, str) and not cell.strip())
    )
