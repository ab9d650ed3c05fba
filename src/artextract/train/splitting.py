"""Which rows a training learns from: the table's own split, or a new one by another protocol."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from artextract import splits
from artextract.errors import InputError
from artextract.table import Paintings

AS_IMPORTED = "as imported"
PROTOCOLS = ("stratified", "artist-disjoint", "published")
VAL_FRACTION = 0.15
"""Of the rows outside a fold."""


@dataclass(frozen=True)
class Splitting:
    """How a table is split into train, val and test.

    ``protocol`` None keeps the table's splits, "stratified" and "artist-disjoint" split it anew by ``seed``, and
    "published" takes those that the data set was published with. With
    ``fold`` = (number from 1, of how many) that fold is test and validation is taken from the rest, whatever the
    table's own splits are; ``protocol`` None then keeps artists apart where the table's protocol does."""

    protocol: str | None = None
    seed: int = 0
    fold: tuple[int, int] | None = None


def split_table(table: Paintings, splitting: Splitting = Splitting()) -> tuple[Paintings, dict[str, Any]]:
    """The table with its splits, and what is to be remembered of them: protocol and seed, and of a fold its number and
    how many there are.

    Raises ``InputError`` for a protocol by which a table cannot be split anew."""
    protocol, seed, fold = splitting.protocol, splitting.seed, splitting.fold
    if protocol is None and fold is not None:
        protocol = "artist-disjoint" if table.protocol == "artist-disjoint" else "stratified"
    if protocol is None:
        return table, {"protocol": table.protocol or AS_IMPORTED, "seed": None}
    if protocol not in PROTOCOLS:
        raise InputError(
            f"the split '{protocol}' cannot be made anew",
            f"choose one of {', '.join(PROTOCOLS)}; others are chosen at the import",
            code="split-fixed",
        )
    if protocol == "published" and fold is not None:
        raise InputError(
            "the published splits have no folds",
            "use --split published without --folds, or --split stratified with it",
            code="published-without-folds",
        )
    described: dict[str, Any] = {"protocol": protocol, "seed": seed}
    if fold is not None:
        return replace(table, frame=table.frame.assign(split=_fold(table, protocol, seed, *fold))), described | {
            "fold": fold[0],
            "folds": fold[1],
        }
    artists = table.artists()
    names = splits.assign(
        protocol,
        sha256=list(table.column("sha256")),
        phashes=list(table.column("phash")),
        strata=list(table.keys(table.labels[0])),
        artists=None if artists is None else list(artists),
        listed=list(table.column(splits.PUBLISHED)) if splits.PUBLISHED in table.frame else None,
        seed=seed,
    )
    return replace(table, frame=table.frame.assign(split=names)), described


def _fold(table: Paintings, protocol: str, seed: int, number: int, folds: int) -> np.ndarray:
    """Split names of all rows: the fold's are test, of the others ``VAL_FRACTION`` are validation."""
    strata = table.keys(table.labels[0])
    artists = table.artists()
    groups = splits.inseparable(
        protocol,
        list(table.column("sha256")),
        list(table.column("phash")),
        None if artists is None else list(artists),
    )
    rest = splits.k_fold(list(strata), groups, folds, seed) != number - 1
    split = np.full(len(table), "test", dtype=object)
    split[rest] = splits.stratified(
        list(strata[rest]),
        np.unique(groups[rest], return_inverse=True)[1],
        {"train": 1 - VAL_FRACTION, "val": VAL_FRACTION},
        seed,
    )
    return split
