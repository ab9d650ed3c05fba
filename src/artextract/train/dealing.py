"""Which rows a training learns from: the table's own split, or one dealt anew by another protocol."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from artextract import splits
from artextract.errors import InputError
from artextract.table import Paintings

AS_IMPORTED = "as imported"
DEALT = ("stratified", "artist-disjoint")


def deal(table: Paintings, protocol: str | None, seed: int = 0) -> tuple[Paintings, dict[str, Any]]:
    """The table with its splits, and what is to be remembered of them: protocol, seed and the numbers of rows.

    ``None`` keeps the table's splits. Raises ``InputError`` for a protocol that cannot be dealt from a table.
    """
    if protocol is None:
        return table, _described(table, table.protocol or AS_IMPORTED, None)
    if protocol not in DEALT:
        raise InputError(f"the split '{protocol}' cannot be dealt anew", f"choose one of {', '.join(DEALT)}; others are chosen at the import")
    dealt = splits.assign(
        protocol, sha256=list(table.column("sha256")), phashes=list(table.column("phash")), strata=table.keys(table.labels[0]), artists=artists_of(table), seed=seed
    )
    return replace(table, frame=table.frame.assign(split=dealt)), _described(table, protocol, seed)


def artists_of(table: Paintings) -> np.ndarray | None:
    """Canonical keys of the artists, None where unknown: the column "painter", which names more than those that are learned, else "artist"."""
    return next((table.keys(name) for name in ("painter", "artist") if name in table.frame), None)


def _described(table: Paintings, protocol: str, seed: int | None) -> dict[str, Any]:
    return {"protocol": protocol, "seed": seed}
