"""The order in which paintings are listed.

    (nothing)       by relevance where words are given, else as in the table
    relevance       the best match of the words first
    collection      as in the table
    title, style    by any column; text by its letters, whatever its case and accents, and numbers in it by their size
    -year           the other way round; a range of years stands at its first, "before 1500" at 1500
    lot:7           shuffled; another number is another order

Paintings that have nothing in a column stand last either way, and equal ones as in the table.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from artextract.columns import Column
from artextract.errors import InputError
from artextract.search.asking.years import year_order
from artextract.search.lists.facets import Facets
from artextract.table import Paintings
from artextract.year_ranges import FIRST

_LOT = re.compile(r"lot:(\d{1,9})")
_DIGITS, _SIGNS = re.compile(r"\d+"), re.compile(r"^[\W_]+")
_HINT = "sort by relevance, collection, lot:7, a column such as title, or -year for the other way round"


class Orders:
    """The orders of one table; each is worked out when it is first asked for."""

    def __init__(self, paintings: Paintings):
        self._paintings = paintings
        self._ranks: dict[str, np.ndarray] = {}

    def names(self, facets: Facets) -> list[str]:
        """The orders by a column that are of use: the title, the columns of ``facets``, and numbers either way.

        Not where nothing is known or all are equal."""
        columns = ["title", *facets.labels, *(sign + name for name in facets.numbers for sign in ("", "-"))]
        return [name for name in columns if _several(self._paintings.coded(name.removeprefix("-")))]

    def ordered(self, rows: np.ndarray, sort: str) -> np.ndarray:
        """Rows ``int64 (n,)``, ascending, in an order; raises ``InputError`` for one that cannot be read."""
        if sort in ("", "relevance", "collection"):
            return rows
        return rows[np.argsort(self.rank(sort)[rows], kind="stable")]

    def rank(self, sort: str) -> np.ndarray:
        """The place of every row in an order, equal ones having the same: int64 (N,)."""
        drawn = _LOT.fullmatch(sort)
        if drawn:
            return np.random.default_rng(int(drawn[1])).permutation(len(self._paintings))
        column, falling = sort.removeprefix("-"), sort.startswith("-")
        if column not in self._ranks:
            if column not in self._paintings.frame.columns or column == "path":
                raise InputError(f"there is no order '{sort}'", _HINT, code="unknown-order")
            years = year_order(self._paintings) if column == FIRST else None
            self._ranks[column] = _ranks(self._paintings, column) if years is None else _number_ranks(years)
        rank = self._ranks[column]
        last = len(rank)
        return np.where(rank == last, last, -rank) if falling else rank


def _ranks(paintings: Paintings, name: str) -> np.ndarray:
    """Dense ranks from 0, N for what is missing: int64 (N,)."""
    column = paintings.coded(name)
    if column is None:  # lists are in no order
        return np.full(len(paintings), len(paintings), dtype=np.int64)
    numbers = column.as_numbers()
    if numbers is not None:
        return _number_ranks(numbers)
    letters = [_letters(value) if isinstance(value, str) else "" for value in column.values]
    ranks = pc.rank(pa.array(letters, pa.large_string()), tiebreaker="dense").to_numpy().astype(np.int64) - 1
    nothing = np.array([not key for key in letters], dtype=bool)
    ranks[~nothing] -= nothing.any()  # what has no letters was the first
    ranks[nothing] = len(paintings)
    return np.asarray(np.append(ranks, len(paintings))[column.codes])


def _several(column: Column | None) -> bool:
    return column is not None and len(column.values) > 1


def _number_ranks(numbers: np.ndarray) -> np.ndarray:
    ranks = np.full(len(numbers), len(numbers), dtype=np.int64)
    known = ~np.isnan(numbers)
    ranks[known] = np.unique(numbers[known], return_inverse=True)[1]
    return ranks


def _letters(text: str) -> str:
    """What a text is sorted by: no accents, no case, no signs before the first letter, and numbers written with nine
    digits."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.casefold()
    return _DIGITS.sub(lambda digits: digits[0].zfill(9), text if text[:1].isalnum() else _SIGNS.sub("", text))
