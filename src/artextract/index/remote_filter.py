"""Which rows the server may find, as a condition that it applies before the search.

It is told of columns that were written beside the vectors, or of rows one by one. What it lets pass by columns is
counted, and must be as many as pass here: else the table has other labels by now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError
from artextract.index import Columns, Condition, Selection
from artextract.index.remote_where import Among, Compared, Not, Some, Where, every

FEW = 500
"""Up to so few rows it is quicker to name them one by one than to compare columns."""
NOTHING = -1e30
"""What stands for no number at the server."""
KEY = "key"
"""The kind of a column whose field holds texts; those of all others hold numbers."""
_NUMBER, _RANGE = "number", "range"
_ORDER = (">=", "<=", ">", "<")


@dataclass(frozen=True)
class Filter:
    """What of the server's rows is the opened index: the numbers of its rows ascending, the last of them that it knows,
    those up to there that were removed, the columns that the server keeps (``fields_of``), how many of its rows pass a
    condition, and how many may be named one by one."""

    serials: NDArray[np.int64]
    last: int
    dead: Sequence[int]
    fields: Mapping[str, Sequence[str]]
    count: Callable[[Where], int]
    most_listed: int


def fields_of(columns: Columns) -> dict[str, list[str]]:
    """For each column, its kind and the fields in which the server keeps it: names of columns may be anything."""
    found = {}
    for place, (name, values) in enumerate(columns.items()):
        kind = _kind_of(values)
        found[name.casefold()] = [kind, *((f"c{place}_first", f"c{place}_last") if kind == _RANGE else (f"c{place}",))]
    return found


def _kind_of(values: Any) -> str:
    return _RANGE if isinstance(values, tuple) else KEY if values.dtype == object else _NUMBER


def kept_of(columns: Columns | None, fields: Mapping[str, Sequence[str]], rows: slice) -> dict[str, list[Any]]:
    """What is written of some rows, by field.

    Of columns that are not there, or of another kind by now, they have nothing."""
    by_name = {name.casefold(): values for name, values in (columns or {}).items()}
    found: dict[str, list[Any]] = {}
    for name, (kind, *names) in fields.items():
        values = by_name.get(name)
        if values is None or _kind_of(values) != kind:
            found |= {field: ["" if kind == KEY else NOTHING] * (rows.stop - rows.start) for field in names}
            continue
        for field, part in zip(names, values if isinstance(values, tuple) else (values,), strict=True):
            found[field] = [_plain(value) for value in part[rows].tolist()]
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
) -> Where:
    """The condition for the rows ``passing`` that are ``there``, that is have any of the features ``counting``.

    Bool (N,) each. Raises ``InputError`` where the server cannot be told."""
    known = every(Compared("serial", "<=", of.last), _none_of(of.dead))
    rows = passing & there
    listed, too_many = _listed(of, rows)
    if not too_many and min(int(rows.sum()), int((~rows).sum())) <= FEW:
        return every(known, listed)
    by_columns = None if allowed is None else _by_columns(of, known, allowed)
    has = None if there.all() or not counting else Some(tuple(Compared(f"has_{name}", "==", True) for name in counting))
    if by_columns is not None:
        assert allowed is not None
        return every(by_columns, has, _none_of(of.serials[allowed.mask & ~passing].tolist()))
    if not too_many:
        return every(known, listed)
    if allowed is None or allowed.mask.all():
        return every(known, has, _listed(of, passing)[0])
    raise InputError(
        f"the filters let {int(rows.sum())} of {len(rows)} paintings pass, which the store cannot be told: it knows"
        f" labels, numbers and years as they were indexed, and {of.most_listed} paintings by name",
        "narrow the filters; after a change of labels: artextract index COLLECTION --rebuild",
        code="filter-not-in-store",
    )


def _none_of(serials: Sequence[int]) -> Where | None:
    return Not(Among("serial", tuple(serials))) if len(serials) else None


def _listed(of: Filter, rows: NDArray[np.bool_]) -> tuple[Where | None, bool]:
    """Rows named one by one, or those that are none of them (None for all), and whether they are too many for that."""
    passing = int(rows.sum())
    if min(passing, len(rows) - passing) > of.most_listed:
        return None, True
    if 2 * passing <= len(rows) and passing < len(rows):
        return Among("serial", tuple(of.serials[rows].tolist())), False
    return _none_of(of.serials[~rows].tolist()), False


def _by_columns(of: Filter, known: Where, allowed: Selection) -> Where | None:
    """The conditions of a selection, if the server can be told all of them and lets as many rows pass."""
    if allowed.conditions is None:
        return None
    told = [_told(condition, of.fields) for condition in allowed.conditions]
    if None in told:
        return None
    where = every(known, *told)
    return where if of.count(where) == int(allowed.mask.sum()) else None


def _told(condition: Condition, fields: Mapping[str, Sequence[str]]) -> Where | None:
    """A condition on the server's fields, None where there is none for it."""
    kind, *names = fields.get(condition.column.casefold(), [""])
    operator = condition.operator
    try:
        if kind == KEY and operator in ("=", "!="):
            return _signed(Among(names[0], tuple(key or "" for key in condition.keys)), operator)
        if kind == _NUMBER:
            return _number(names[0], condition)
        if kind == _RANGE:
            return _range(names[0], names[1], condition)
    except ValueError:  # words for a number, a date for a year
        return None
    return None


def _number(field: str, condition: Condition) -> Where | None:
    operator, value = condition.operator, condition.value
    known = Compared(field, ">", NOTHING)
    if operator in _ORDER:
        return every(Compared(field, operator, float(value)), known)
    if operator not in ("=", "!=") or (operator == "!=" and ".." in value):
        return None
    parts: list[Where] = []
    for part, key in zip(filter(None, map(str.strip, value.split("|"))), condition.keys, strict=True):
        low, dots, high = part.partition("..")
        if dots:
            first, last = float(low or -1e29), float(high or 1e29)
            parts.append(every(Compared(field, ">=", first), Compared(field, "<=", last)))
        elif key is None:
            parts.append(Compared(field, "==", NOTHING))
        else:
            parts.append(Compared(field, "==", float(part)))
    return _either(parts, operator)


def _range(first: str, last: str, condition: Condition) -> Where | None:
    """By overlap, as ``search.asking.years`` says."""
    operator, value = condition.operator, condition.value
    ends = {">=": (last, ">="), "<=": (first, "<="), ">": (last, ">"), "<": (first, "<")}
    ends |= {"<<": (last, "<"), ">>": (first, ">")}
    known = Compared(first, ">", NOTHING)
    if operator in ends:
        field, sign = ends[operator]
        return every(Compared(field, sign, float(value)), known)
    parts: list[Where] = []
    for part, key in zip(filter(None, map(str.strip, value.split("|"))), condition.keys, strict=True):
        low, dots, high = part.partition("..")
        if not dots and key is None:
            parts.append(Compared(first, "==", NOTHING))
            continue
        begin, end = (float(low or -1e29), float(high or 1e29)) if dots else (float(part), float(part))
        parts.append(every(Compared(first, "<=", end), Compared(last, ">=", begin), known))
    return _either(parts, operator) if operator in ("=", "!=") else None


def _either(parts: Iterable[Where], operator: str) -> Where:
    return _signed(Some(tuple(parts)), operator)


def _signed(where: Where, operator: str) -> Where:
    return where if operator == "=" else Not(where)
