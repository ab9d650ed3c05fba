"""What type a column of text has.

A number is taken for one only where its text can be had back from it, so that 0012, 1e3 and 12.50 stay as they are
written."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

WHOLE, DECIMAL, TEXT = "whole numbers", "decimal numbers", "text"
_WHOLE = re.compile(r"-?[1-9][0-9]{0,14}|0")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")


def typed_column(cells: Sequence[str | None]) -> tuple[pd.Series, str]:
    """A column, (N,), and its type: ``Int64`` where every cell that is there is a whole number, ``Float64`` where every
    one is a decimal fraction as Python writes it, else text as it is."""
    there = [cell for cell in cells if cell is not None]
    if there and all(_WHOLE.fullmatch(cell) for cell in there):
        return pd.Series([None if cell is None else int(cell) for cell in cells], dtype="Int64"), WHOLE
    if there and all(_DECIMAL.fullmatch(cell) and repr(float(cell)) == cell for cell in there):
        return pd.Series([None if cell is None else float(cell) for cell in cells], dtype="Float64"), DECIMAL
    return pd.Series(cells, dtype="string"), TEXT
