"""A column of a table as its distinct values and, for each row, which of them it has: what is asked of a column is
asked of its values, once, and then taken row by row by NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from artextract.labels import canonical_key, folded


class Column:
    """``values`` object (M,), distinct, None not among them.

    ``codes`` int (N,), the value of each row, -1 where it has none."""

    def __init__(self, cells: pd.Series):
        codes, values = pd.factorize(cells)
        self.codes = codes.astype(np.int32)
        self.values: np.ndarray = np.asarray(values.astype(object))

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, rows: Iterable[int]) -> list[Any]:
        """The cells of some rows, None where nothing is there."""
        return [self.values[code] if code >= 0 else None for code in self.codes[list(rows)].tolist()]

    @cached_property
    def keys(self) -> list[str | None]:
        """The canonical key of each value."""
        return [canonical_key(value) for value in self.values]

    @cached_property
    def numbers(self) -> np.ndarray | None:
        """The values as float64 (M,); None where any is no number, and where there are none."""
        if not len(self.values):
            return None
        numbers = pd.to_numeric(pd.Series(self.values, dtype=object), errors="coerce").to_numpy(dtype=float)
        return None if np.isnan(numbers).any() else numbers

    def as_numbers(self) -> np.ndarray | None:
        """The rows as float64 (N,), NaN where nothing is there; None as ``numbers`` is."""
        return None if self.numbers is None else np.append(self.numbers, np.nan)[self.codes]

    def containing(self, part: str) -> np.ndarray:
        """The rows whose text, folded as by ``labels.folded``, has ``part`` in it: bool (N,)."""
        text, ends = self._folded
        found = np.zeros(len(self.values) + 1, dtype=bool)
        at = text.find(part)
        while at >= 0:
            number = int(np.searchsorted(ends, at, side="right"))
            found[number] = True
            at = text.find(part, int(ends[number]))
        return np.asarray(found[self.codes])

    def where(self, test: Callable[[int], bool]) -> np.ndarray:
        """The rows whose value, given by its number, passes: bool (N,); without a value none does."""
        return np.append([test(number) for number in range(len(self.values))], False).astype(bool)[self.codes]

    @cached_property
    def _folded(self) -> tuple[str, np.ndarray]:
        """The values, folded, as one text, each on a line of its own, and where each ends."""
        lines = [folded(value) + "\n" for value in self.values]
        return "".join(lines), np.cumsum([len(line) for line in lines], dtype=np.int64)


def column_of(cells: pd.Series) -> Column | None:
    """A column; None where its cells are lists."""
    try:
        return Column(cells)
    except TypeError:  # a list has no hash
        return None
