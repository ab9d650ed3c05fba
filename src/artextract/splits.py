"""One split per painting, without leaks: copies of one painting never stand on two sides."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from artextract.errors import InputError
from artextract.printable import counted

PROTOCOLS = ("official", "stratified", "artist-disjoint", "published")
PUBLISHED = "published_split"
"""The column with the split that a data set was published with: "train", "val", "test" or none."""
FRACTIONS = {"train": 0.70, "val": 0.15, "test": 0.15}
OFFICIAL_VAL_FRACTION = 0.15
NEAR_DUPLICATE_BITS = 6
"""Two pictures whose perceptual hashes differ in at most this many of 64 bits count as near-duplicates.

Measured on 15,529 WikiArt paintings: all of 450 rescaled and recompressed copies are found, and 98 pairs of files, 91
of them by one artist. """


def near_duplicate_pairs(phashes: Sequence[str | None], others: Sequence[str | None] | None = None) -> np.ndarray:
    """Pairs of rows whose hashes differ in at most ``NEAR_DUPLICATE_BITS`` bits, as ``int64 (P, 2)``.

    Within one list each pair stands once, smaller row first; with ``others`` the second column counts rows of that
    list. Rows without a hash are in no pair."""
    left_rows, left = _packed(phashes)
    right_rows, right = (left_rows, left) if others is None else _packed(others)
    if not len(left) or not len(right):
        return np.empty((0, 2), dtype=np.int64)
    index = faiss.IndexBinaryFlat(64)
    index.add(right)
    limits, _, found = index.range_search(left, NEAR_DUPLICATE_BITS + 1)  # FAISS's radius is exclusive
    counts: np.ndarray = np.diff(limits.astype(np.int64))
    pairs = np.column_stack([np.repeat(left_rows, counts), right_rows[found]])
    return pairs[pairs[:, 0] < pairs[:, 1]] if others is None else pairs


def duplicate_groups(sha256: Sequence[str], phashes: Sequence[str | None]) -> np.ndarray:
    """A group number per row, ``int (N,)``: rows with the same bytes or nearly the same picture share one."""
    _, content = np.unique(np.asarray(sha256, dtype=str), return_inverse=True)
    first = np.full(content.max(initial=-1) + 1, -1)
    first[content[::-1]] = np.arange(len(content))[::-1]
    same = np.column_stack([np.arange(len(content)), first[content]])
    return connected(len(content), np.concatenate([same, near_duplicate_pairs(phashes)]))


def connected(count: int, pairs: np.ndarray) -> np.ndarray:
    """Number the connected components of ``count`` nodes joined by ``pairs (P, 2)``."""
    joined = coo_matrix((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    numbers: np.ndarray = connected_components(joined, directed=False)[1]
    return numbers


def join_by_value(groups: np.ndarray, values: Sequence[object] | np.ndarray) -> np.ndarray:
    """Merge groups that share a value (an artist, say); None joins nothing."""
    known = np.array([value is not None for value in values], dtype=bool)
    if not known.any():
        return groups
    _, codes = np.unique(np.asarray(values, dtype=object)[known].astype(str), return_inverse=True)
    offset = groups.max() + 1
    links = np.column_stack([groups[known], offset + codes])
    merged: np.ndarray = connected(offset + codes.max() + 1, links)[groups]
    return merged


def stratified(
    strata: Sequence[object] | np.ndarray, groups: np.ndarray, fractions: dict[str, float], seed: int = 0
) -> np.ndarray:
    """Assign whole groups to splits so that every stratum comes near the wanted fractions.

    Object array (N,) of split names.

    A group belongs to the stratum of its first row. Groups are taken in a seeded random order, large ones first, and
    each goes to the split that lacks the most rows of its stratum; a tie goes to the split named first, so a stratum of
    one row is trained on."""
    names_of = np.asarray([str(value) for value in strata], dtype=object)
    order = np.random.default_rng(seed).permutation(groups.max(initial=-1) + 1)
    sizes = np.bincount(groups, minlength=len(order))
    first_row = np.full(len(order), -1)
    first_row[groups[::-1]] = np.arange(len(groups))[::-1]
    order = order[np.argsort(-sizes[order], kind="stable")]
    names = list(fractions)
    wanted = np.array([fractions[name] for name in names])
    totals: dict[str, np.ndarray] = {name: wanted * np.sum(names_of == name) for name in set(names_of)}
    chosen = np.empty(len(order), dtype=object)
    for group in order:
        remaining = totals[names_of[first_row[group]]]
        best = int(np.argmax(np.round(remaining, 9)))
        remaining[best] -= sizes[group]
        chosen[group] = names[best]
    assigned: np.ndarray = chosen[groups]
    return assigned


def k_fold(strata: Sequence[object], groups: np.ndarray, folds: int, seed: int = 0) -> np.ndarray:
    """Split whole groups into ``folds`` folds of nearly equal size and nearly equal shares of every stratum.

    A fold number from 0 per row, ``int (N,)``.

    Groups are taken in a seeded random order, large ones first, and each goes to the fold in which the squared counts
    of its strata, measured by the size of each stratum, grow least; a tie goes to the fold with the fewest rows. Unlike
    ``stratified`` it weighs all strata of a group, for an artist may have several. Raises ``InputError`` for fewer than
    two folds and for more folds than groups."""
    groups = np.unique(groups, return_inverse=True)[1]
    count = groups.max(initial=-1) + 1
    if not 2 <= folds <= count:
        raise InputError(
            f"{counted(count, 'group')} of paintings cannot be split into {counted(folds, 'fold')}",
            "ask for at least 2 folds, and no more than there are groups",
            code="too-few-groups",
        )
    numbers = np.unique([str(value) for value in strata], return_inverse=True)[1]
    totals = np.bincount(numbers)
    members = coo_matrix((np.ones(len(groups)), (groups, numbers)), shape=(count, len(totals))).tocsr()
    members.sum_duplicates()
    sizes = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(count)
    assigned, rows, chosen = np.zeros((folds, len(totals))), np.zeros(folds), np.empty(count, dtype=np.int64)
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        its = slice(members.indptr[group], members.indptr[group + 1])
        at, own = members.indices[its], members.data[its]
        growth = ((2 * assigned[:, at] + own) * own / totals[at]).sum(1)
        best = np.lexsort((rows, np.round(growth, 9)))[0]
        assigned[best, at] += own
        rows[best] += sizes[group]
        chosen[group] = best
    return chosen[groups]


def official(listed: Sequence[str | None], strata: Sequence[object], groups: np.ndarray, seed: int = 0) -> np.ndarray:
    """The official lists, made leak-free; object array (N,) of "train", "val", "test" or None.

    ``listed`` is "train", "val" (the lists' held-out part) or None (in no list) per row. The lists' val is test, and so
    is a listed copy of one of its paintings; an unlisted copy is left out (None), all other unlisted rows are train.
    Validation is taken from the official train rows."""
    part = np.asarray(listed, dtype=object)
    held_out_groups = np.unique(groups[part == "val"])
    touches_test = np.isin(groups, held_out_groups)
    unlisted = np.array([value is None for value in part], dtype=bool)
    split = np.full(len(part), "train", dtype=object)
    split[touches_test] = "test"
    split[touches_test & unlisted] = None
    listed_train = (part == "train") & ~touches_test
    train_groups = np.unique(groups[listed_train], return_inverse=True)[1]
    fractions = {"train": 1.0 - OFFICIAL_VAL_FRACTION, "val": OFFICIAL_VAL_FRACTION}
    assigned = stratified(np.asarray(strata, dtype=object)[listed_train], train_groups, fractions, seed)
    val_groups = np.unique(groups[listed_train][assigned == "val"])
    split[np.isin(groups, val_groups) & (split == "train")] = "val"
    return split


def published(listed: Sequence[str | None], strata: Sequence[object], groups: np.ndarray, seed: int = 0) -> np.ndarray:
    """The splits that a data set was published with; object array (N,) of "train", "val", "test" or None.

    The test rows are exactly those that were published. A copy of one of them is in no other split, nor is one of a
    validation row trained on: such rows, and those without a published split, are left out (None). Where there is no
    test split, the validation split is it; where none is left for validation, it is dealt from the training rows."""
    split = np.array([value if value in ("train", "val", "test") else None for value in listed], dtype=object)
    if not (split == "train").any() or not np.isin(split, ["val", "test"]).any():
        raise InputError(
            "the collection has no published splits",
            f"they stand in the column '{PUBLISHED}', which needs rows to train on and rows to test; choose stratified"
            " or artist-disjoint",
            code="no-published-splits",
        )
    if not (split == "test").any():
        split[split == "val"] = "test"
    for held_out, others in (("test", ("train", "val")), ("val", ("train",))):
        copies = np.isin(groups, np.unique(groups[split == held_out]))
        split[copies & np.isin(split.astype(str), others)] = None
    if not (split == "val").any():
        train = split == "train"
        fractions = {"train": 1.0 - OFFICIAL_VAL_FRACTION, "val": OFFICIAL_VAL_FRACTION}
        train_groups = np.unique(groups[train], return_inverse=True)[1]
        split[train] = stratified(np.asarray(strata, dtype=object)[train], train_groups, fractions, seed)
    return split


def assign(
    protocol: str,
    *,
    sha256: Sequence[str],
    phashes: Sequence[str | None],
    strata: Sequence[object],
    artists: Sequence[object] | None = None,
    listed: Sequence[str | None] | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Split names for all rows under one of ``PROTOCOLS``; ``strata`` and ``artists`` are canonical keys."""
    if protocol not in PROTOCOLS:
        raise InputError(
            f"there is no split protocol '{protocol}'",
            f"choose one of {', '.join(PROTOCOLS)}",
            code="unknown-split-protocol",
        )
    if not len(sha256):
        return np.empty(0, dtype=object)
    groups = inseparable(protocol, sha256, phashes, artists)
    if protocol == "official":
        if listed is None:
            raise InputError(
                "the official split needs official lists",
                "use --split stratified for this source",
                code="official-lists-needed",
            )
        return official(listed, strata, groups, seed)
    if protocol == "published":
        return published(listed or [None] * len(sha256), strata, groups, seed)
    return stratified(strata, groups, FRACTIONS, seed)


def inseparable(
    protocol: str, sha256: Sequence[str], phashes: Sequence[str | None], artists: Sequence[object] | None
) -> np.ndarray:
    """A group number per row, ``int (N,)``, of what a protocol never divides: copies of one painting and, if
    "artist-disjoint", all paintings of one artist."""
    groups = duplicate_groups(sha256, phashes)
    if protocol != "artist-disjoint":
        return groups
    if artists is None or all(artist is None for artist in artists):
        raise InputError(
            "the artist-disjoint split needs artists", "give the paintings an artist label", code="artists-needed"
        )
    return join_by_value(groups, artists)


def _packed(phashes: Sequence[str | None]) -> tuple[np.ndarray, np.ndarray]:
    rows = np.array([i for i, value in enumerate(phashes) if value], dtype=np.int64)
    packed = np.frombuffer(bytes.fromhex("".join(phashes[i] for i in rows)), dtype=np.uint8)
    return rows, packed.reshape(len(rows), 8)
