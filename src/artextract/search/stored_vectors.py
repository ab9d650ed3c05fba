"""What an index is made of: the stored vectors of a collection, and the columns by which an engine may filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from artextract.features import Feature, store_folder
from artextract.features.store import FeatureStore
from artextract.index import Columns, FeatureVectors
from artextract.search.asking.filters import EXACT
from artextract.table import Paintings
from artextract.year_ranges import FIRST, year_ranges


def version_of(feature: Feature) -> str:
    """The name of a feature's store and its version, as an index keeps it."""
    return f"{feature.store_name}@{feature.version}"


def vectors_of(
    collection: str | Path, features: Sequence[Feature], paintings: Paintings, spaces: Mapping[str, str]
) -> dict[str, FeatureVectors]:
    """What is stored of the features, to be compared in these spaces."""
    return {
        feature.name: FeatureVectors(
            version_of(feature), StoredVectors(collection, feature, paintings), spaces[feature.name]
        )
        for feature in features
    }


def columns_of(paintings: Paintings) -> Columns:
    """The columns by which an engine may filter, as ``filters`` compares them: labels, numbers, and the years."""
    found: dict[str, Any] = {}
    ranges = year_ranges(paintings)
    if ranges is not None:
        found[FIRST] = ranges
    for name in paintings.frame.columns:
        column = None if name in (*EXACT, *found) or paintings.all_labels(name) is not None else paintings.coded(name)
        if column is not None:
            numbers = column.as_numbers()
            keys = np.array([*column.keys, None], dtype=object)
            found[name] = keys[column.codes] if numbers is None else numbers
    return found


class StoredVectors:
    """Stored vectors of some images, rows of NaN for those that a feature failed on, read when they are asked for."""

    def __init__(self, collection: str | Path, feature: Feature, paintings: Paintings):
        self._store = FeatureStore(store_folder(collection, feature), dim=feature.dim)
        self._hashes = paintings.column("sha256")
        self.shape = (len(paintings), feature.dim)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        hashes = self._hashes[rows].tolist()
        there = [row for row, key in enumerate(hashes) if key in self._store]
        vectors = np.full((len(hashes), self.shape[1]), np.nan, dtype=np.float32)
        if there:
            vectors[there] = self._store.vectors([hashes[row] for row in there])
        return vectors
