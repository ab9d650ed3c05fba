"""Which rows the server may find, as an expression that it applies before the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError
from artextract.index import Selection

MOST_LISTED = 10_000
"""So many rows may be named one by one: 0.1 s for the server to read them."""


@dataclass(frozen=True)
class Filter:
    """What of the server's rows is the opened index: the numbers of its rows ascending, the last of them that it knows,
    those up to there that were removed, and the columns that the server keeps (name -> kind)."""

    serials: NDArray[np.int64]
    last: int
    dead: Sequence[int]
    fields: Mapping[str, str]


def filter_of(
    of: Filter,
    passing: NDArray[np.bool_],
    there: NDArray[np.bool_],
    counting: Sequence[str],
    allowed: Selection | None,
) -> str:
    """The expression for the rows ``passing`` that are ``there``, that is have any of the features ``counting``; bool
    (N,) each. Raises ``InputError`` where the server cannot be told."""
    said = [f"serial <= {of.last}"]
    rows = passing & there
    if not _listable(rows) and not there.all():
        said.append("(" + " or ".join(f"has_{name} == true" for name in counting) + ")")
        rows = passing
    left_out = [*of.dead, *of.serials[~rows].tolist()] if int((~rows).sum()) <= MOST_LISTED else None
    if left_out is not None:
        return " and ".join([*said, *([f"serial not in {left_out}"] if left_out else [])])
    if int(rows.sum()) <= MOST_LISTED:
        return " and ".join([*said, f"serial in {of.serials[rows].tolist()}"])
    raise InputError(
        f"the filters leave {int(rows.sum())} paintings and take away {int((~rows).sum())}, and the store can be told"
        f" of {MOST_LISTED} either way",
        "narrow the filters",
        code="filter-not-in-store",
    )


def _listable(rows: NDArray[np.bool_]) -> bool:
    passing = int(rows.sum())
    return min(passing, len(rows) - passing) <= MOST_LISTED
