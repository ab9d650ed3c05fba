"""Which paintings of a table pass, and in which order: filters, words, facets and orders in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from artextract.index import Selection
from artextract.kept import Kept
from artextract.search.asking import filters
from artextract.search.asking.words import WordIndex
from artextract.search.lists.facets import Facets
from artextract.search.lists.order import Orders
from artextract.table import Paintings

ALLOWED_KEPT, LISTS_KEPT = 256, 32
"""Masks and lists that were asked for lately and are remembered."""
Predicted = Mapping[str, Sequence[str | None]]


class Listing:
    """The lists of one table. Safe for several threads; what it gives is not to be written to."""

    def __init__(self, paintings: Paintings, predicted: Callable[[], Predicted] = dict):
        """``predicted`` gives, for a column, the label that a model is sure of for each painting, or None.

        It is asked when words are first looked for (``search.asking.words``)."""
        self.paintings = paintings
        self.private: tuple[str, ...] = ()
        """Columns that no filter may ask about, and no message tells of."""
        self._predicted = predicted
        self._allowed: Kept[tuple[str, ...], np.ndarray] = Kept(ALLOWED_KEPT)
        self._lists: Kept[tuple[str, ...], np.ndarray] = Kept(LISTS_KEPT)

    @cached_property
    def words(self) -> WordIndex:
        """The texts of the table and, where a painting has no label, what the model is sure of."""
        return WordIndex(self.paintings, self._predicted())

    @cached_property
    def facets(self) -> Facets:
        return Facets(self.paintings)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.paintings)

    def allowed(self, where: Iterable[str] = (), containing: str = "") -> np.ndarray:
        """The paintings that pass every filter and whose texts have the words of ``containing``: bool (N,).

        Raises ``InputError`` for what cannot be read and for a value that no painting has."""
        key = (*where, "", containing.strip())
        return self._allowed.get(key, lambda: self._mask(key[:-2], key[-1]))

    def selection(self, where: Iterable[str] = (), containing: str = "") -> Selection:
        """The same for a search: the mask, and the filters as conditions."""
        where = tuple(where)
        conditions = None if containing.strip() else filters.conditions(where)
        return Selection(self.allowed(where, containing), conditions)

    def listed(self, where: Iterable[str] = (), text: str = "", sort: str = "") -> np.ndarray:
        """The rows that pass the filters, in order: int64 (n,).

        Raises ``InputError`` for filters or an order that cannot be read."""
        key = (*where, "", text.strip(), sort.strip())
        return self._lists.get(key, lambda: self._ordered(key[:-3], *key[-2:]))

    def _mask(self, where: tuple[str, ...], containing: str) -> np.ndarray:
        rows = filters.mask(self.paintings, where, self.private)
        if containing:
            found = np.zeros(len(rows), dtype=bool)
            found[self.words.search(containing)[0]] = True
            rows &= found
        rows.flags.writeable = False
        return rows

    def _ordered(self, where: tuple[str, ...], text: str, sort: str) -> np.ndarray:
        allowed = self.allowed(where, text)
        if sort in ("", "relevance") and text:
            rows = self.words.search(text, allowed)[0]
        else:
            rows = self.orders.ordered(np.flatnonzero(allowed), sort)
        rows.flags.writeable = False
        return rows
