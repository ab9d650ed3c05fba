"""Rows without any vectors: what stands in the place of an index until there is one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from artextract.errors import InputError
from artextract.index import BATCH, Columns, Found, Rows, Selection, VectorIndex
from artextract.index.ranking import rank, sample_of
from artextract.index.scales import Scale
from artextract.index.spaces import Space, Vectors
from artextract.progress import Progress, no_progress


class Unindexed:
    """A ``VectorIndex`` of no feature, in memory only.

    Paintings can be listed and found by words; whoever asks for vectors is told that there are none yet."""

    def __init__(self, ids: Sequence[str], hashes: Sequence[str], is_current: Callable[[], bool]):
        """``is_current`` tells whether there is still nothing better."""
        self.ids, self.hashes = list(ids), list(hashes)
        self.features: tuple[str, ...] = ()
        self.versions: dict[str, str] = {}
        self.skipped: dict[str, str] = {}
        self.settings: dict[str, Any] = {}
        self.rows_fitted = 0
        self.approximate = None
        self.version = "none-" + hashlib.sha256(repr((self.ids, self.hashes)).encode()).hexdigest()[:16]
        self.generation = "none"
        self._place = {painting_id: position for position, painting_id in enumerate(self.ids)}
        self._is_current = is_current

    def __len__(self) -> int:
        return len(self.ids)

    def position(self, painting_id: str) -> int | None:
        return self._place.get(painting_id)

    def is_current(self) -> bool:
        return self._is_current()

    def nearest(
        self,
        query: Mapping[str, NDArray[np.float32]],
        weights: Mapping[str, float],
        k: int,
        allowed: Selection | None = None,
        metric: str = "cosine",
        further: Mapping[str, NDArray[np.float64]] | None = None,
        left_out: Collection[str] = (),
        approximate: bool | None = None,
    ) -> Found:
        """As of ``VectorIndex``, by ``further`` alone."""
        out = np.zeros(len(self), dtype=bool)
        out[[self._place[painting_id] for painting_id in left_out if painting_id in self._place]] = True
        mask = None if allowed is None else allowed.mask
        return rank(self, query, weights, k, mask, metric, further, None, out).found(self.ids)

    def space(self, feature: str) -> Space:
        self._refuse(feature)

    def scale(self, feature: str, metric: str) -> Scale:
        self._refuse(feature)

    def has(self, feature: str) -> NDArray[np.bool_]:
        self._refuse(feature)

    def rows(self, feature: str, ids: Sequence[str]) -> Rows:
        self._refuse(feature)

    def scan(self, feature: str, batch: int = BATCH) -> Iterator[Rows]:
        self._refuse(feature)

    @property
    def sample(self) -> NDArray[np.int64]:
        return sample_of(len(self))

    def block(self, feature: str) -> NDArray[np.float32]:
        self._refuse(feature)

    def sampled(self, feature: str) -> NDArray[np.float32]:
        self._refuse(feature)

    def referred(self, feature: str) -> NDArray[np.float32]:
        self._refuse(feature)

    def norms(self, feature: str) -> NDArray[np.float32]:
        self._refuse(feature)

    def density(self, feature: str) -> NDArray[np.float32]:
        self._refuse(feature)

    def update(
        self,
        ids: Sequence[str],
        hashes: Sequence[str],
        vectors: Mapping[str, Vectors],
        removed: Sequence[str],
        skipped: Mapping[str, str] | None = None,
        columns: Columns | None = None,
    ) -> VectorIndex:
        self._refuse("")

    def with_approximate(
        self, weights: Mapping[str, float] | None, seed: int = 0, progress: Progress = no_progress
    ) -> VectorIndex:
        self._refuse("")

    def _refuse(self, feature: str) -> NoReturn:
        raise InputError(
            f"the index is not done yet{f', so there is no {feature}' if feature else ''}",
            "wait until it is, or make it with: artextract index COLLECTION",
            code="not-indexed-yet",
        )
