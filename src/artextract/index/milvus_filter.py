"""Which rows the server may find, as an expression that it applies before the search.

It is told of columns that were written beside the vectors, or of rows one by one. What it lets pass by columns is
counted, and must be as many as pass here: else the table has other labels by now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError
from artextract.index import Columns, Condition, Selection

MOST_LISTED, FEW = 10_000, 500
"""So many rows may be named one by one, which takes the server 0.1 s to read; up to so few it is quicker than to
compare columns."""
NOTHING = -1e30
"""What stands for no number at the server."""
_KEY, _NUMBER, _RANGE = "key", "number", "range"
_ORDER = (">=", "<=", ">", "<")


@dataclass(frozen=True)
class Filter:
    """What of the server's rows is the opened index: the numbers of its rows ascending, the last of them that it knows,
    those up to there that were removed, the columns that the server keeps (``fields_of``), and how many of its rows
    pass an expression."""

    serials: NDArray[np.int64]
    last: int
    dead: Sequence[int]
    fields: Mapping[str, Sequence[str]]
    count: Callable[[str], int]


def fields_of(columns: Columns) -> dict[str, list[str]]:
    """For each column, its kind and the fields in which the server keeps it: names of columns may be anything."""
    found = {}
    for place, (name, values) in enumerate(columns.items()):
        if isinstance(values, tuple):
            found[name.casefold()] = [_RANGE, f"c{place}_first", f"c{place}_last"]
        else:
            found[name.casefold()] = [_KEY if values.dtype == object else _NUMBER, f"c{place}"]
    return found


def kept_of(columns: Columns | None, fields: Mapping[str, Sequence[str]], start: int) -> dict[str, list[Any]]:
    """What is written of the rows from ``start`` on, by field."""
    by_name = {name.casefold(): values for name, values in (columns or {}).items()}
    found: dict[str, list[Any]] = {}
    for name, (_, *names) in fields.items():
        values = by_name.get(name)
        parts = values if isinstance(values, tuple) else (values,)
        for field, part in zip(names, parts, strict=False):
            if part is not None:
                found[field] = [_plain(value) for value in part[start:].tolist()]
    return found


def _plain(value: Any) -> str | float:
    if value is None or isinstance(value, str):
        return value or ""
    return NOTHING if np.isnan(value) else max(-1e29, min(1e29, float(value)))


def filter_of(
    of: Filter,
    passing: NDArray[np.bool_],
    there: NDArray[np.bool_],
    counting: Sequence[str],
    allowed: Selection | None,
) -> str:
    """The expression for the rows ``passing`` that are ``there``, that is have any of the features ``counting``; bool
    (N,) each. Raises ``InputError`` where the server cannot be told."""
    known = f"serial <= {of.last}" + (f" and serial not in {list(of.dead)}" if of.dead else "")
    rows = passing & there
    listed = _listed(of, rows)
    if listed is not None and min(int(rows.sum()), int((~rows).sum())) <= FEW:
        return f"{known} and {listed}" if listed else known
    by_columns = None if allowed is None else _by_columns(of, known, allowed)
    if by_columns is not None:
        assert allowed is not None
        has = "" if there.all() else "(" + " or ".join(f"has_{name} == true" for name in counting) + ")"
        out = of.serials[allowed.mask & ~passing].tolist()
        return " and ".join(filter(None, [by_columns, has, f"serial not in {out}" if out else ""]))
    if listed is not None:
        return f"{known} and {listed}"
    if allowed is None or allowed.mask.all():
        has = "(" + " or ".join(f"has_{name} == true" for name in counting) + ")"
        return f"{known} and {has} and {_listed(of, passing) or 'serial >= 0'}"
    raise InputError(
        f"the filters let {int(rows.sum())} of {len(rows)} paintings pass, which the store cannot be told: it knows"
        f" labels, numbers and years as they were indexed, and {MOST_LISTED} paintings by name",
        "narrow the filters; after a change of labels: artextract index COLLECTION --rebuild",
        code="filter-not-in-store",
    )


def _listed(of: Filter, rows: NDArray[np.bool_]) -> str | None:
    """Rows named one by one, or those that are none of them; "" for all, None for too many."""
    passing = int(rows.sum())
    if passing == len(rows):
        return ""
    if min(passing, len(rows) - passing) > MOST_LISTED:
        return None
    if 2 * passing <= len(rows):
        return f"serial in {of.serials[rows].tolist()}"
    return f"serial not in {of.serials[~rows].tolist()}"


def _by_columns(of: Filter, known: str, allowed: Selection) -> str | None:
    """The conditions of a selection, if the server can be told all of them and lets as many rows pass."""
    if allowed.conditions is None:
        return None
    told = [_told(condition, of.fields) for condition in allowed.conditions]
    if None in told:
        return None
    where = " and ".join([known, *(one for one in told if one is not None)])
    return where if of.count(where) == int(allowed.mask.sum()) else None


def _told(condition: Condition, fields: Mapping[str, Sequence[str]]) -> str | None:
    """A condition in the server's words, None where it has none for it."""
    kind, *names = fields.get(condition.column.casefold(), [""])
    operator, value = condition.operator, condition.value
    try:
        if kind == _KEY and operator in ("=", "!=") and "\\" not in value:
            keys = json.dumps([key or "" for key in condition.keys])
            return f"{names[0]} {'in' if operator == '=' else 'not in'} {keys}"
        if kind == _NUMBER:
            return _number(names[0], condition)
        if kind == _RANGE:
            return _range(names[0], names[1], condition)
    except ValueError:  # words for a number, a date for a year
        return None
    return None


def _number(field: str, condition: Condition) -> str | None:
    operator, value = condition.operator, condition.value
    if operator in _ORDER:
        return f"({field} {operator} {float(value)} and {field} > {NOTHING})"
    if operator not in ("=", "!=") or (operator == "!=" and ".." in value):
        return None
    parts = []
    for part, key in zip(filter(None, map(str.strip, value.split("|"))), condition.keys, strict=True):
        low, dots, high = part.partition("..")
        if dots:
            first, last = float(low or -1e29), float(high or 1e29)
            parts.append(f"({field} >= {first} and {field} <= {last})")
        elif key is None:
            parts.append(f"{field} == {NOTHING}")
        else:
            parts.append(f"{field} == {float(part)}")
    return _either(parts, operator)


def _range(first: str, last: str, condition: Condition) -> str | None:
    """By overlap, as ``search.asking.years`` says."""
    operator, value = condition.operator, condition.value
    ends = {">=": (last, ">="), "<=": (first, "<="), ">": (last, ">"), "<": (first, "<")}
    ends |= {"<<": (last, "<"), ">>": (first, ">")}
    if operator in ends:
        field, sign = ends[operator]
        return f"({field} {sign} {float(value)} and {first} > {NOTHING})"
    parts = []
    for part, key in zip(filter(None, map(str.strip, value.split("|"))), condition.keys, strict=True):
        low, dots, high = part.partition("..")
        if not dots and key is None:
            parts.append(f"{first} == {NOTHING}")
            continue
        begin, end = (float(low or -1e29), float(high or 1e29)) if dots else (float(part), float(part))
        parts.append(f"({first} <= {end} and {last} >= {begin} and {first} > {NOTHING})")
    return _either(parts, operator) if operator in ("=", "!=") else None


def _either(parts: Iterable[str], operator: str) -> str:
    together = "(" + " or ".join(parts) + ")"
    return together if operator == "=" else f"not {together}"
