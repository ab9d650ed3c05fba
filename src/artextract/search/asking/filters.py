"""Which paintings a search may give: expressions such as "style=Cubism" or "year=1880..1900", all of which must hold.

style=Cubism      the label, in any spelling        artist=Monet|Manet    one of several
style!=Cubism     any other label, or none          artist=unknown        no label
style=A\\|B        the label "A|B", which holds a bar
year=1880..1900   both ends included                year>=1880  year<1900  year=unknown  (by overlap: years.py)
year<<1880        surely before                     year>>1900        surely after
title~water       the text occurs in it, whatever its case and accents
any~monet         the text occurs in the id, the title or a label
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from artextract.columns import Column
from artextract.errors import InputError
from artextract.index import Condition
from artextract.labels import canonical_key, display_name, folded
from artextract.search.asking import years
from artextract.spelling import alike, shown
from artextract.table import Paintings
from artextract.year_ranges import FIRST, year_ranges

EXACT = ("id", "path", "sha256", "phash")
"""Columns compared letter by letter; all other text is compared by its canonical key."""
LONGEST = 2000
"""Letters of an expression."""
_OPERATORS = ("<<", ">>", "!=", ">=", "<=", "=", "~", ">", "<")
_ORDER = {">=": np.greater_equal, "<=": np.less_equal, ">": np.greater, "<": np.less}
_key = lru_cache(maxsize=200_000)(
    canonical_key
)  # a label stands on many rows, and a filter is asked for again and again
_SYNTAX = "write filters as: style=Cubism, artist=A|B, style!=Cubism, year=1880..1900, year>=1880, title~water"


def mask(paintings: Paintings, expressions: Iterable[str], private: tuple[str, ...] = ()) -> np.ndarray:
    """The rows for which every expression holds, bool (N,). Columns that are ``private`` are as if they were not there.

    Raises ``InputError`` for an expression that cannot be read, an unknown column, and a value that no row has.
    """
    chosen = np.ones(len(paintings), dtype=bool)
    for expression in expressions:
        chosen &= _mask(paintings, expression, private)
    return chosen


def conditions(expressions: Iterable[str]) -> tuple[Condition, ...]:
    """The expressions taken apart, for an engine that filters by itself.

    Raises ``InputError`` for what cannot be read."""
    found = []
    for column, operator, value in map(_parts, expressions):
        keys = tuple(_key(part) for part in value.split("|") if part.strip())
        found.append(Condition(column, operator, value, keys))
    return tuple(found)


def _parts(expression: str) -> tuple[str, str, str]:
    """The column, the operator and the value: the first sign of an operator ends the column."""
    if len(expression) > LONGEST:
        raise InputError(
            f"a filter of {len(expression)} letters is too long",
            f"{LONGEST} are the most; divide it, or import a table of its own",
            code="filter-too-long",
        )
    at = min((found for sign in "=!<>~" if (found := expression.find(sign)) >= 0), default=len(expression))
    operator = next((sign for sign in _OPERATORS if expression.startswith(sign, at)), "")
    column, value = expression[:at].strip(), expression[at + len(operator) :].strip()
    if not (column and operator and value):
        raise InputError(f"the filter '{shown(expression)}' cannot be read", _SYNTAX, code="invalid-filter")
    return column, operator, value


def _mask(paintings: Paintings, expression: str, private: tuple[str, ...]) -> np.ndarray:
    asked, operator, value = _parts(expression)
    if operator == "~" and asked.casefold() == "any":
        return _contains(paintings, ("id", "title", *paintings.labels), "id, title or labels", value)
    column = _column([name for name in paintings.frame.columns if name not in private], asked)
    if column == FIRST and operator != "~" and (ranges := year_ranges(paintings)) is not None:
        return years.passing(ranges, operator, value)
    if operator in ("<<", ">>"):
        raise InputError(
            f"{operator} is of years, and '{column}' does not hold any",
            f"compare numbers with {operator[0]}",
            code="not-a-year-column",
        )
    if operator == "~":
        return _contains(paintings, (column,), column, value)
    several = paintings.all_labels(column)
    coded = paintings.coded(column) if several is None else None
    numbers = None if coded is None or column in EXACT else coded.as_numbers()
    if operator in _ORDER or (".." in value and numbers is not None):
        return _compare(numbers, column, operator, value)
    cells = coded if coded is not None else several if several is not None else paintings.column(column)
    values = _alternatives(cells, value)
    if numbers is not None:
        wanted = [_number(part, column) for part in values if _key(part) is not None]
        found = np.isin(numbers, wanted)
        if len(wanted) < len(values):
            found |= np.isnan(numbers)
        _require_all(wanted, set(np.unique(numbers[~np.isnan(numbers)]).tolist()), column, lambda number: f"{number:g}")
    else:
        found = _equals(cells, column, values)
    return ~found if operator == "!=" else found


def _alternatives(cells: Column | np.ndarray, value: str) -> list[str]:
    """The labels that ``|`` parts.

    One that holds a ``|`` is written ``\\|``; alone it needs no such care where its parts are no labels."""
    parts = [part.replace("\0", "|").strip() for part in value.replace("\\|", "\0").split("|")]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        there = set(cells.keys if isinstance(cells, Column) else map(_key, _all_items(cells)))
        if _key(value) in there and not all(_key(part) in there for part in parts):
            return [value]
    return parts


def _equals(cells: Column | np.ndarray, column: str, values: list[str]) -> np.ndarray:
    exact = column in EXACT
    fold: Callable[[Any], Any] = (lambda cell: cell) if exact else _key
    items = cells.values if isinstance(cells, Column) else _all_items(cells)
    keys = cells.keys if isinstance(cells, Column) and not exact else [fold(item) for item in items]
    wanted = {fold(value): value for value in values}
    there: set[Any] = set(keys) - {None}
    for key, value in wanted.items():
        if key is not None and key not in there:
            names = {
                key: str(item) if exact else display_name(item) or "" for key, item in zip(keys, items, strict=True)
            }
            near = ", ".join(names[close] for close in _near(key, there))
            raise InputError(
                f"no painting has {column} '{shown(value)}'",
                f"there is, for instance: {near}" if near else f"{column} is empty",
                code="no-such-value",
            )
    if isinstance(cells, Column):
        found = cells.where(lambda number: keys[number] in wanted)
        return found | (cells.codes < 0) if None in wanted else found
    rows = [{fold(item) for item in _items(cell)} for cell in cells]
    return np.array([not row.isdisjoint(wanted) for row in rows], dtype=bool)


def _all_items(cells: np.ndarray) -> list[Any]:
    """All that stands in cells of lists."""
    return [item for cell in cells for item in _items(cell)]


def _near(key: str, there: set[str], count: int = 5) -> list[str]:
    """Those with the key inside them first, then those spelled like it, or any at all."""
    inside = sorted(other for other in there if key in other)
    return (list(dict.fromkeys([*inside, *alike(key, there, count, 0.5)])) or sorted(there))[:count]


def _contains(paintings: Paintings, columns: Iterable[str], said: str, value: str) -> np.ndarray:
    part = folded(value)
    if not part:
        raise InputError(f"'{shown(value)}' is nothing to look for in {said}", _SYNTAX, code="invalid-filter")
    found = np.zeros(len(paintings), dtype=bool)
    for column in columns:
        several = paintings.all_labels(column) if column == said else None
        coded = paintings.coded(column) if several is None else None
        if coded is not None:
            found |= coded.containing(part)
        else:
            cells = paintings.column(column) if several is None else several
            found |= np.array([any(part in folded(item) for item in _items(cell)) for cell in cells], dtype=bool)
    if not found.any():
        raise InputError(f"no painting has '{shown(value)}' in its {said}", "try a shorter text", code="no-such-value")
    return found


def _compare(numbers: np.ndarray | None, column: str, operator: str, value: str) -> np.ndarray:
    if numbers is None:
        raise InputError(f"the column '{column}' does not hold numbers", _SYNTAX, code="not-a-number-column")
    if operator in _ORDER:
        found: np.ndarray = _ORDER[operator](numbers, _number(value, column))
    else:
        first, _, last = value.partition("..")
        low, high = (
            _number(part, column) if part.strip() else open_end for part, open_end in ((first, -np.inf), (last, np.inf))
        )
        found = (numbers >= low) & (numbers <= high)
    if not found.any():
        raise InputError(
            f"no painting has {column}{operator}{shown(value)}",
            f"{column} runs from {np.nanmin(numbers):g} to {np.nanmax(numbers):g}",
            code="no-such-value",
        )
    return ~found if operator == "!=" else found


def _require_all(wanted: list[float], there: set[float], column: str, write: Callable[[float], str]) -> None:
    for number in wanted:
        if number not in there:
            near = sorted(there, key=lambda other: abs(other - number))[:5]
            raise InputError(
                f"no painting has {column} {write(number)}",
                f"near it are: {', '.join(map(write, sorted(near)))}",
                code="no-such-value",
            )


def _column(there: list[str], name: str) -> str:
    columns = {column.casefold(): column for column in there}
    if name.casefold() not in columns:
        near = [columns[close] for close in alike(name.casefold(), columns, 2)]
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise InputError(
            f"the collection has no column '{shown(name)}'", f"{hint}It has: {', '.join(there)}", code="unknown-column"
        )
    return columns[name.casefold()]


def _number(text: str, column: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"'{shown(text.strip())}' is not a number", f"the column '{column}' holds numbers", code="not-a-number"
        ) from None


def _items(cell: Any) -> list[Any]:
    return list(cell) if isinstance(cell, (list, tuple, np.ndarray)) else [cell]
