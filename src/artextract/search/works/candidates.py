"""Which pairs of pictures are worth a look: near by their perceptual hashes, as seen or mirrored, or by features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from artextract.progress import Progress, no_progress
from artextract.splits import near_duplicate_pairs

NEIGHBOURS = 5
"""So many nearest of each picture are looked at, by ``deep`` or, where that is not indexed, by the other features
together."""
OWN_NEIGHBOURS = "deep"
"""The feature whose nearest rows are looked at on their own; all others are taken together."""
BY_OTHERS = 2
"""So many nearest by the other features, where ``OWN_NEIGHBOURS`` is there."""


def distinct_files(hashes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each content, ``int (M,)`` in row order, and pairs of it with its later copies, ``int (P,
    2)``."""
    _, first, number = np.unique(np.asarray(hashes, dtype=str), return_index=True, return_inverse=True)
    own = first[number]
    later = np.flatnonzero(own != np.arange(len(own)))
    return np.sort(first), np.column_stack([own[later], later]).astype(int)


def candidate_pairs(
    phashes: Sequence[str | None],
    blocks: Mapping[str, np.ndarray],
    neighbours: int = NEIGHBOURS,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Pairs of rows worth a look, ``int (P, 2)``, each once and the smaller first.

    Hashes near each other, as seen or mirrored, the ``neighbours`` nearest rows by ``OWN_NEIGHBOURS``, and some by all
    others together. ``blocks`` are float32 (N, dim) with rows of unit length; a row of zeros lacks the feature."""
    pairs = [near_duplicate_pairs(phashes), near_duplicate_pairs(phashes, [mirrored_hash(value) for value in phashes])]
    others = [block for name, block in blocks.items() if name != OWN_NEIGHBOURS]
    if OWN_NEIGHBOURS in blocks:
        pairs.append(nearest_pairs(blocks[OWN_NEIGHBOURS], neighbours, progress))
    if others:
        pairs.append(
            nearest_pairs(
                np.concatenate(others, axis=1),
                min(neighbours, BY_OTHERS) if OWN_NEIGHBOURS in blocks else neighbours,
                progress,
            )
        )
    joined = np.sort(np.concatenate(pairs), axis=1)
    return np.unique(joined[joined[:, 0] != joined[:, 1]], axis=0)


def nearest_pairs(vectors: np.ndarray, neighbours: int, progress: Progress = no_progress) -> np.ndarray:
    """Each row with its nearest by inner product, ``int (P, 2)``; rows of zeros have none and are none."""
    rows = np.flatnonzero(np.any(vectors, axis=1))
    count = min(neighbours, len(rows) - 1)
    if count < 1:
        return np.empty((0, 2), dtype=int)
    vectors = np.ascontiguousarray(vectors[rows], dtype=np.float32)
    step = max(16, 20_000_000 // len(rows))
    starts = range(0, len(rows), step)
    found = []
    for start in progress(starts, len(starts), "neighbours"):
        likeness = vectors[start : start + step] @ vectors.T
        own = np.arange(start, start + len(likeness))
        likeness[own - start, own] = -np.inf
        near = np.argpartition(likeness, -count, axis=1)[:, -count:]
        found.append(np.column_stack([np.repeat(own, count), near.ravel()]))
    pairs: np.ndarray = rows[np.concatenate(found)]
    return pairs


def mirrored_hash(phash: str | None) -> str | None:
    """About the hash of the mirrored picture: the cosine coefficients of odd horizontal frequency change their sign."""
    return None if phash is None else f"{int(phash, 16) ^ 0x5555555555555555:016x}"


def hash_bits(phashes: Sequence[str | None], pairs: np.ndarray) -> np.ndarray:
    """Bits between the hashes of each pair, as seen or mirrored, whichever are fewer, ``int (P,)``; 64 where one has
    none."""
    values = np.array([int(value, 16) if value else 0 for value in phashes], dtype=np.uint64)
    has = np.array([bool(value) for value in phashes], dtype=bool)
    between = values[pairs[:, 0]] ^ values[pairs[:, 1]]
    bits = np.minimum(np.bitwise_count(between), np.bitwise_count(between ^ np.uint64(0x5555555555555555))).astype(int)
    return np.where(has[pairs].all(1), bits, 64)
