"""Which paintings are relevant to which: those that share a label, and which ones are no candidates at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from artextract.errors import InputError
from artextract.labels import canonical_key
from artextract.splits import duplicate_groups
from artextract.table import Paintings

SAYS_THE_SAME = 0.99


@dataclass(frozen=True)
class Relevance:
    """``labels`` are one ``float32 (N, values)`` of zeros and ones per column.

    Two rows that share a value of a column gain its weight."""

    name: str
    columns: tuple[str, ...]
    labels: tuple[csr_array, ...]
    weights: tuple[float, ...]

    def gains(self, rows: np.ndarray) -> np.ndarray:
        """What each row of the table is worth to a query of ``rows`` (n,).

        Float32 (n, N), 0 where nothing is shared."""
        total = np.zeros((len(rows), self.labels[0].shape[0]), dtype=np.float32)
        for labels, weight in zip(self.labels, self.weights, strict=False):
            total += np.float32(weight) * ((labels[rows] @ labels.T).toarray() > 0)
        return total

    def classes(self, rows: np.ndarray) -> csr_array | None:
        """The values that each of ``rows`` has, ``(n, values)``.

        None where relevance is of several columns, for then there are no classes."""
        return self.labels[0][rows] if len(self.labels) == 1 else None

    @property
    def labelled(self) -> int:
        """How many rows have a label."""
        return int((sum(labels.sum(axis=1) for labels in self.labels) > 0).sum())


def by_column(paintings: Paintings, column: str) -> Relevance:
    """Relevant is what shares a value of ``column`` (by its canonical key).

    A cell with a list shares any of its values. Raises ``InputError`` for an unknown column."""
    return Relevance(column, (column,), (shared_labels(paintings.column(column)),), (1.0,))


def graded(paintings: Paintings, weights: Mapping[str, float]) -> Relevance:
    """Gains are the sum of the weights of the columns that are shared; its name is "artist=3,style=1".

    Raises ``InputError`` for an unknown column or a weight not above 0."""
    for column, weight in weights.items():
        if not (np.isfinite(weight) and weight > 0):
            raise InputError(f"the gain of '{column}' is {weight}", "gains are numbers above 0", code="invalid-gain")
    name = ",".join(f"{column}={weight:g}" for column, weight in weights.items())
    return Relevance(
        name,
        tuple(weights),
        tuple(shared_labels(paintings.column(column)) for column in weights),
        tuple(weights.values()),
    )


def shared_labels(cells: Sequence[Any] | np.ndarray) -> csr_array:
    """Which values each cell has, ``float32 (N, values)`` of zeros and ones.

    Cells are texts, numbers, lists of them, or None."""
    numbers: dict[str, int] = {}
    key_of: dict[Any, str | None] = {}
    rows, columns = [], []
    for row, cell in enumerate(cells):
        items = cell if isinstance(cell, (list, tuple, set, np.ndarray)) else [cell]
        for item in items:
            if item not in key_of:
                key_of[item] = canonical_key(item)
        keys = {key for item in items if (key := key_of[item]) is not None}
        rows += [row] * len(keys)
        columns += [numbers.setdefault(key, len(numbers)) for key in sorted(keys)]
    return csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(cells), max(1, len(numbers))))


def catalogues(paintings: Paintings, relevance: Relevance) -> dict[str, tuple[csr_array, ...]]:
    """What a search of the catalogue could go by instead of the pictures: every other label column of the collection,
    and all of them together, under their names.

    Columns that are part of the relevance are left out, and those that nearly always tell it (artist and painter, say),
    for that search would know the answer."""
    found = {}
    for name in paintings.labels:
        labels = shared_labels(paintings.column(name))
        if (
            name not in relevance.columns
            and labels.nnz
            and not any(_tells(labels, asked) for asked in relevance.labels)
        ):
            found[f"catalogue:{name}"] = (labels,)
    if len(found) > 1:
        together = "+".join(name.partition(":")[2] for name in found)
        found[f"catalogue:{together}"] = tuple(labels for (labels,) in found.values())
    return found


def _tells(labels: csr_array, asked: csr_array) -> bool:
    """Whether rows that share a value of ``labels`` nearly always share that of ``asked``, for values that stand on
    more than one row."""
    both = np.flatnonzero((labels.sum(axis=1) > 0) & (asked.sum(axis=1) > 0))
    counts = (labels[both].T @ asked[both]).toarray()
    counts = counts[counts.sum(axis=1) > 1]
    return bool(len(counts)) and counts.max(axis=1).sum() >= SAYS_THE_SAME * counts.sum()


@dataclass(frozen=True)
class LeftOut:
    """What is no candidate for a query: itself, exact and near duplicates (equal ``groups``), and other views of the
    same object (equal ``objects``, -1 where unknown); both int (N,)."""

    groups: np.ndarray
    objects: np.ndarray

    @staticmethod
    def of(paintings: Paintings) -> LeftOut:
        groups = duplicate_groups(paintings.column("sha256").tolist(), paintings.column("phash").tolist())
        cells = paintings.column("object") if "object" in paintings.frame else [None] * len(paintings)
        numbers: dict[Any, int] = {}
        return LeftOut(
            groups,
            np.array([-1 if cell is None else numbers.setdefault(cell, len(numbers)) for cell in cells], dtype=int),
        )

    def mask(self, rows: np.ndarray) -> np.ndarray:
        """bool (n, N)."""
        objects = self.objects[rows][:, None]
        return (self.groups[rows][:, None] == self.groups) | ((objects == self.objects) & (objects >= 0))
