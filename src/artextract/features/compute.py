"""Fills the store: computes a feature for the images that lack it, shard by shard, so that a killed run resumes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from artextract.errors import InputError
from artextract.features import Feature, MapFeature, store_folder
from artextract.features.feature import Positions
from artextract.features.shards_at import ShardsAt, shards_at
from artextract.features.store import FeatureStore
from artextract.objects import ImageFile
from artextract.progress import Progress, no_progress
from artextract.table import Paintings

SHARD_ROWS = 512
Batch = tuple[Positions, *tuple[np.ndarray, ...]]
Describe = Callable[[Sequence[ImageFile], Callable[[int, str], None]], Iterable[Batch]]
"""Gives what ``Feature.extract`` gives, in any order."""


def compute(
    collection: str | Path,
    paintings: Paintings,
    feature: Feature,
    progress: Progress = no_progress,
    maps: bool = False,
    on_damaged: Callable[[Path], None] = lambda shard: None,
    describe: Describe | None = None,
) -> dict[str, str]:
    """Compute what the store of a feature lacks, each distinct image once.

    What is there is compared with its checksums first; a damaged shard is set aside, told to ``on_damaged``, and
    computed again. Where the collection keeps its shards at an object store too (``shards_at``), those that are only
    there are fetched first, and new ones sent.

    Gives the images that could not be used, as SHA-256 -> reason; they are not stored, so a later run tries them again.
    With ``maps`` the feature maps are stored beside the vectors; only features that run a network have them (else
    ``InputError``). ``describe`` takes the place of the feature's own ``extract``, such as one that asks a cluster."""
    if maps and not isinstance(feature, MapFeature):
        raise InputError(f"the feature '{feature.name}' has no feature maps", "choose deep", code="no-feature-map")
    hashes = paintings.column("sha256").tolist()
    at, folder = shards_at(collection), store_folder(collection, feature)
    elsewhere = None if at is None else ShardsAt(at, folder)
    store = FeatureStore(folder, check=True, maps=maps, dim=feature.dim)
    for shard in store.set_aside:
        on_damaged(shard)
    if elsewhere is not None:
        elsewhere.fetch()  # which compares what it brings with its checksums
        store = FeatureStore(folder, maps=maps, dim=feature.dim)
    missing = store.missing(hashes, maps)
    if elsewhere is not None:
        elsewhere.send()
    if not missing:
        return {}
    every_path = paintings.image_paths()
    paths = [every_path[position] for position in missing]
    bad: dict[str, str] = {}

    def on_error(position: int, reason: str) -> None:
        bad[hashes[missing[position]]] = reason

    keys: list[str] = []
    rows: list[tuple[np.ndarray, ...]] = []
    if describe is None:
        describe = feature.extract_with_maps if maps and isinstance(feature, MapFeature) else feature.extract
    try:
        for position, *arrays in progress(
            one_by_one(describe(paths, on_error)), len(paths), f"computing {feature.name}"
        ):
            keys.append(hashes[missing[position]])
            rows.append(tuple(arrays))
            if len(keys) == SHARD_ROWS:
                full, keys, rows = (keys, rows), [], []
                store.add(full[0], *map(np.stack, zip(*full[1], strict=False)))
                if elsewhere is not None:
                    elsewhere.send()
    finally:  # also of a run that is stopped here
        if keys:
            store.add(keys, *map(np.stack, zip(*rows, strict=False)))
    if elsewhere is not None:
        elsewhere.send()
    return bad


def one_by_one(batches: Iterable[Batch]) -> Iterator[tuple[int, *tuple[np.ndarray, ...]]]:
    """Each picture of the batches by itself."""
    for positions, *arrays in batches:
        yield from zip(positions, *arrays, strict=False)
