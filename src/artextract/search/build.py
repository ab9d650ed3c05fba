"""Makes a collection searchable: computes the features and writes the index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import numpy as np

from artextract.errors import InputError, NothingUsableError
from artextract.features import DEFAULT_BACKBONE, FEATURES, Feature, get_feature, store_folder
from artextract.features.compute import compute
from artextract.features.store import FeatureStore
from artextract.index.embedded import Block, EmbeddedIndex
from artextract.progress import Progress, no_progress
from artextract.table import read_paintings

DEFAULT_FEATURES = ("deep", "palette")


@dataclass(frozen=True)
class IndexReport:
    """``skipped`` are (id, reason) of paintings that are not in the index; ``without`` counts, per feature, those in it that lack it."""

    n_indexed: int
    features: dict[str, str]
    skipped: list[tuple[str, str]]
    without: dict[str, int]
    folder: Path

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        skipped = [{"id": painting_id, "reason": reason} for painting_id, reason in self.skipped]
        return {"paintings": self.n_indexed, "features": self.features, "skipped": skipped, "without": self.without, "index": str(self.folder)}


def index_folder(collection: str | Path) -> Path:
    return Path(collection) / "index"


def build_index(
    collection: str | Path,
    features: Sequence[str] = DEFAULT_FEATURES,
    backbone: str = DEFAULT_BACKBONE,
    precision: str = "fast",
    progress: Progress = no_progress,
) -> IndexReport:
    """Compute what is missing of ``features`` and write ``COLLECTION/index``, in place of the one that was there.

    A painting that no feature could be computed for is left out and reported. Raises ``InputError`` for an unknown feature or
    backbone and ``NothingUsableError`` where no image could be used.
    """
    if not features or len(set(features)) < len(features):
        raise InputError("name each feature once, and at least one", f"choose from {', '.join(FEATURES)}")
    paintings = read_paintings(collection)
    hashes = paintings.column("sha256").tolist()
    made = [get_feature(name, backbone, precision) for name in features]
    backbone = next((feature.backbone.name for feature in made if hasattr(feature, "backbone")), backbone)  # paths made absolute
    bad = {feature.name: compute(collection, paintings, feature, progress) for feature in made}
    usable = np.array([not all(key in failed for failed in bad.values()) for key in hashes], dtype=bool)
    if not usable.any():
        reason = next(iter(bad[features[0]].values()), "the collection is empty")
        raise NothingUsableError(f"no image of '{collection}' could be used ({reason})", "check that the image files are still where they were imported from")
    kept = paintings.rows(usable)
    skipped = {kept_id: bad[features[0]][hashes[row]] for row, kept_id in enumerate(paintings.ids) if not usable[row]}
    kept_hashes = kept.column("sha256").tolist()
    vectors = {_block(feature): _vectors(collection, feature, kept_hashes) for feature in made}
    index = EmbeddedIndex.build(index_folder(collection), kept.ids, kept_hashes, vectors, skipped, {"backbone": backbone, "precision": precision})
    for feature in made:
        if hasattr(feature, "prepare"):
            feature.prepare()
    return IndexReport(
        n_indexed=len(index),
        features={feature.name: feature.version for feature in made},
        skipped=list(skipped.items()),
        without={name: len(rows) for name, rows in index.config.lacking.items()},
        folder=index_folder(collection),
    )


def _block(feature: Feature) -> Block:
    return Block(feature.name, f"{feature.store_name}@{feature.version}", feature.dim)


def _vectors(collection: str | Path, feature: Feature, hashes: list[str]) -> np.ndarray:
    """Stored vectors ``float32 (N, dim)``, rows of NaN for images that this feature failed on."""
    store = FeatureStore(store_folder(collection, feature))
    there = [row for row, key in enumerate(hashes) if key in store]
    vectors = np.full((len(hashes), feature.dim), np.nan, dtype=np.float32)
    if there:
        vectors[there] = store.vectors([hashes[row] for row in there])
    return vectors
