"""Which fields of a painting can be corrected, and how their values are written as text and read again.

A label is compared by its key, any other field by its very letters."""

from __future__ import annotations

import math
from typing import Any, Literal

import pandas as pd
from pandas.api.types import infer_dtype, is_bool_dtype, is_integer_dtype, is_numeric_dtype

from artextract.csv_file import whole
from artextract.errors import InputError
from artextract.labels import canonical_key
from artextract.table import Paintings

Kind = Literal["label", "text", "number", "whole number"]
OF_THE_FILE = ("id", "path", "source", "split", "sha256", "phash", "width", "height")
"""Columns that tell of the file and of the collection, and not of the painting."""


def kinds(paintings: Paintings) -> dict[str, Kind]:
    """The columns that can be corrected, in the order of the table, and what they hold; lists cannot be."""
    found = {name: _kind(paintings, name) for name in paintings.frame.columns if name not in OF_THE_FILE}
    return {name: kind for name, kind in found.items() if kind is not None}


def written(value: Any) -> str | None:
    """A cell as text; None where there is nothing in it."""
    return None if value is None or value == "" else str(whole(value))


def read(kind: Kind, text: str) -> Any:
    """A text as a cell of that kind; raises ``InputError`` where it is none."""
    if kind in ("label", "text"):
        return text
    try:
        number = float(text.replace("\u2212", "-").strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > 2**53 or (kind == "whole number" and not number.is_integer()):
        raise InputError(f"'{text}' is not a {kind}", "write it with digits alone", code="not-a-number")
    return int(number) if kind == "whole number" else number


def same(kind: Kind, one: str | None, other: str | None) -> bool:
    """Whether two texts of a field say the same."""
    return canonical_key(one) == canonical_key(other) if kind == "label" else (one or None) == (other or None)


def _kind(paintings: Paintings, name: str) -> Kind | None:
    column = paintings.frame[name]
    if name in paintings.labels:
        return "label"
    if is_bool_dtype(column.dtype):
        return None
    if is_integer_dtype(column.dtype):
        return "whole number"
    if is_numeric_dtype(column.dtype):
        return "number"
    plain = isinstance(column.dtype, pd.StringDtype) or infer_dtype(column, skipna=True) in ("string", "empty")
    return "text" if plain else None
