"""A search at a server: it proposes rows, and they are ranked exactly here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError, MismatchError
from artextract.index import Found, Selection
from artextract.index.fused import LINEAR, Floats
from artextract.index.ranking import Query, rank, scale_from_elsewhere
from artextract.index.remote_filter import filter_of
from artextract.index.remote_opened import Opened
from artextract.index.remote_rows import Fetched
from artextract.index.remote_server import lacks
from artextract.index.remote_where import Where
from artextract.printable import counted

MARGIN = 20
"""So many more rows than asked for are ranked exactly: the server rounds otherwise than we do."""
CANDIDATES = 200
"""So many at least where the server may miss some, or where the metric is no sum."""
WITH_WORDS = 5_000
"""So many rows that have the words at most are ranked exactly beside those that the server proposes."""


def nearest(
    index: Opened,
    query: Query,
    weights: Mapping[str, float],
    k: int,
    allowed: Selection | None = None,
    metric: str = "cosine",
    further: Mapping[str, NDArray[np.float64]] | None = None,
    left_out: Collection[str] = (),
    approximate: bool | None = None,
) -> Found:
    """As of ``VectorIndex``.

    Where the server searches all rows the answer is that of the embedded index; by "l2", which is no sum, and with
    similarities from elsewhere that most rows have, a few hundred or thousand candidates are ranked."""
    if approximate and index.approximate is None:
        raise InputError(
            "the store searches all rows: it has no approximate index",
            "make one with: artextract index COLLECTION --approximate",
            code="no-approximate-index",
        )
    if approximate is False and index.approximate is not None and not index.server.exact_up_to:
        raise InputError(
            "the store has an approximate index and cannot look at all rows",
            "search without --no-approximate, or index with --no-approximate",
            code="no-exact-search",
        )
    if k > (most := index.server.most_found - MARGIN):
        raise InputError(
            f"{counted(k, 'painting was', 'paintings were')} asked for, and the store gives {most} at most",
            "ask for fewer",
            code="invalid-count",
        )
    further = dict(further or {})
    mask = np.ones(len(index), dtype=bool) if allowed is None else np.array(allowed.mask, dtype=bool)
    out = np.zeros(len(index), dtype=bool)
    out[[at for painting_id in left_out if (at := index.position(painting_id)) is not None]] = True
    counting = [name for name in index.features if weights.get(name, 0) > 0 and name in query and name not in further]
    outside = [np.isfinite(values) for name, values in further.items() if weights.get(name, 0) > 0]
    there = np.zeros(len(index), dtype=bool)
    for name in counting:
        there |= index.norms(name) > 0
    usable = mask & ~out & np.logical_or.reduce([there, *outside])
    words, all_words = _with_words(len(index), usable, weights, further, 0 if counting else k)
    may = int((mask & ~out & there).sum())
    exact = index.approximate is None or approximate is False or may <= index.server.exact_up_to
    found, vectors, complete = _proposed(index, query, weights, counting, k, mask & ~out, there, metric, allowed, exact)
    candidates = np.union1d(found, words)
    rest = np.setdiff1d(words, found)
    if len(rest):
        more = index.server.fetch(index.state["collection"], index.serials[rest].tolist(), index.fused.dim)
        vectors = np.concatenate([vectors, more])[np.argsort(np.concatenate([found, rest]))]
    view = Fetched(index, index.fused, candidates, vectors)
    ranked = rank(view, query, weights, k, mask, metric, further, candidates, out)
    whole = (complete and all_words) or len(candidates) >= int(usable.sum())
    return replace(ranked, n_candidates=int(usable.sum()), exact=whole).found(index.ids)


def _with_words(
    count: int,
    usable: NDArray[np.bool_],
    weights: Mapping[str, float],
    further: Mapping[str, NDArray[np.float64]],
    alone: int,
) -> tuple[NDArray[np.int64], bool]:
    """The rows to be looked at for similarities from elsewhere, and whether no other can be found by these: all that
    have any, or where nothing else counts the best ``alone``."""
    total, has = np.zeros(count), np.zeros(count, dtype=bool)
    for name, values in further.items():
        if weights.get(name, 0) > 0:
            has |= np.isfinite(values)
            total += weights[name] * np.nan_to_num(scale_from_elsewhere(values).standard(values))
    rows = np.flatnonzero(has & usable)
    if 0 < alone < len(rows):
        least = np.partition(total[rows], len(rows) - alone)[len(rows) - alone]
        return np.union1d(rows[total[rows] > least], rows[total[rows] == least][:alone]), True
    if len(rows) <= WITH_WORDS:
        return rows, True
    return np.sort(rows[np.argpartition(-total[rows], WITH_WORDS)[:WITH_WORDS]]), False


def _proposed(
    index: Opened,
    query: Query,
    weights: Mapping[str, float],
    counting: Sequence[str],
    k: int,
    passing: NDArray[np.bool_],
    there: NDArray[np.bool_],
    metric: str,
    allowed: Selection | None,
    exact: bool,
) -> tuple[NDArray[np.int64], Floats, bool]:
    """The positions that the server proposes, with their vectors, and whether the best ``k`` are surely among
    them."""
    nothing = np.empty(0, dtype=np.int64), np.empty((0, index.fused.dim), dtype=np.float32), True
    if not counting or not (passing & there).any():
        return nothing
    sums = exact and metric in LINEAR
    n = min(index.server.most_found, k + MARGIN if sums else max(CANDIDATES, 10 * k))
    where = filter_of(index.filter(), passing, there, counting, allowed)
    mixes = [{name: weights[name] for name in counting}]
    if not exact and len(counting) > 1:  # its graph was built for one mix: each feature proposes as well
        mixes += [{name: 1.0} for name in counting]
    by_serial: dict[int, Floats] = {}
    for mix in mixes:
        asked = index.fused.query(index, query, mix, metric if metric in LINEAR else "cosine")
        serials, vectors = _searched(index, asked, n, where, min(n, int((passing & there).sum())), exact)
        by_serial |= dict(zip(serials.tolist(), vectors, strict=True))
    serials = np.sort(np.array(list(by_serial), dtype=np.int64))
    at = np.searchsorted(index.serials, serials)
    known = (at < len(index)) & (index.serials[np.minimum(at, len(index) - 1)] == serials)
    if not known.all() or not passing[at[known]].all():
        raise MismatchError(
            f"the store at {index.address.text} answers by other labels than the table has",
            "write them anew with: artextract index COLLECTION --rebuild",
            code="store-outdated",
        )
    ordered = [by_serial[serial] for serial in serials.tolist()]
    return at, np.array(ordered, dtype=np.float32).reshape(len(ordered), index.fused.dim), sums


def _searched(
    index: Opened, asked: Floats, n: int, where: Where, expected: int, exact: bool
) -> tuple[NDArray[np.int64], Floats]:
    """The best ``n`` rows.

    Where these are fewer than must be there the server has not seen all yet, and is asked to wait; raises
    ``MismatchError`` where they are gone."""
    name = index.state["collection"]
    serials, vectors = index.server.search(name, asked, n, where, exact)
    if len(serials) < expected:
        serials, vectors = index.server.search(name, asked, n, where, exact, latest=True)
        if exact and len(serials) < expected:
            raise lacks(index.address.text, expected - len(serials))
    return serials, vectors
