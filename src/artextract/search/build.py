"""Makes a collection searchable: computes the features and writes the index, or brings the one that is there up to
date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from artextract.errors import InputError, MismatchError, NothingUsableError
from artextract.features import DEFAULT_BACKBONE, FEATURES, Feature, MapFeature, get_feature, store_folder
from artextract.features.compute import compute
from artextract.features.store import FeatureStore
from artextract.index.approximate import EXACT_ROWS, build_approximate
from artextract.index.embedded import Block, EmbeddedIndex
from artextract.index.spaces import SPACES
from artextract.progress import Progress, no_progress
from artextract.search.asking.weights import resolve_weights
from artextract.table import Paintings, read_paintings

DEFAULT_FEATURES = ("deep", "style", "palette")
MOST_CHANGE = 2
"""An index is written anew, and its spaces and scales fitted anew, when the collection has become so many times larger
or smaller than it was when they were fitted."""
GROWN = 1.1
"""An approximate index is built anew when so many times the rows are there that it was built of; rows added since are
looked at one by one."""


@dataclass(frozen=True)
class IndexReport:
    """``skipped`` are (id, reason) of paintings that are not in the index; ``without`` counts, per feature, those in it
    that lack it. ``added`` and ``removed`` count the rows that changed; ``updated`` tells whether the index that was
    there was kept. ``approximate`` describes the FAISS index of a large collection."""

    n_indexed: int
    features: dict[str, str]
    skipped: list[tuple[str, str]]
    without: dict[str, int]
    folder: Path
    added: int
    removed: int
    updated: bool
    approximate: dict[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        skipped = [{"id": painting_id, "reason": reason} for painting_id, reason in self.skipped]
        return {
            "paintings": self.n_indexed,
            "features": self.features,
            "skipped": skipped,
            "without": self.without,
            "index": str(self.folder),
            "added": self.added,
            "removed": self.removed,
            "updated": self.updated,
            "approximate": self.approximate,
        }


def index_folder(collection: str | Path) -> Path:
    return Path(collection) / "index"


def options_of(collection: str | Path) -> dict[str, Any]:
    """What ``build_index`` would be told to bring the index of a collection up to date as it is: "features",
    "backbone", "precision", "model", "semantic", "spaces"; empty where there is no index that can be read."""
    try:
        config = EmbeddedIndex.config_of(index_folder(collection))
    except MismatchError:
        return {}
    return {
        "features": tuple(block.name for block in config.blocks),
        "spaces": {block.name: block.space for block in config.blocks},
        **config.settings,
    }


def build_index(
    collection: str | Path,
    features: Sequence[str] = DEFAULT_FEATURES,
    backbone: str = DEFAULT_BACKBONE,
    precision: str = "fast",
    model: str | Path | None = None,
    semantic: str = "clip",
    spaces: Mapping[str, str] | None = None,
    approximate: bool | None = None,
    rebuild: bool = False,
    progress: Progress = no_progress,
) -> IndexReport:
    """Compute what is missing of ``features`` and write ``COLLECTION/index``.

    An index that is there, of the same features at the same versions, is brought up to date: new and changed paintings
    are added, those that are gone removed; whoever reads it meanwhile keeps the old one. With ``rebuild``, where the
    collection has become ``MOST_CHANGE`` times larger or smaller, or where anything else differs, it is written anew.
    ``model`` is the trained model of the feature "style" (None: the starter model), ``semantic`` the checkpoint of the
    feature of that name. ``spaces`` maps features to the space in which they are compared (``index.spaces``), by
    default ``Feature.space``. ``approximate`` adds a FAISS index of cells, by default above ``EXACT_ROWS`` paintings.

    A painting that no feature could be computed for is left out and reported. Raises ``InputError`` for an unknown
    feature, backbone or space, and ``NothingUsableError`` where no image could be used."""
    if not features or len(set(features)) < len(features):
        raise InputError("name each feature once, and at least one", f"choose from {', '.join(FEATURES)}")
    for name, space in (spaces or {}).items():
        if space not in SPACES or name not in features:
            raise InputError(
                f"'{name}={space}' is no space of a feature that is indexed",
                f"spaces are {', '.join(SPACES)}; features {', '.join(features)}",
            )
    spaces = dict(spaces or {})
    model = None if model is None else str(Path(model).resolve())
    paintings = read_paintings(collection)
    made = [get_feature(name, backbone, precision, model, semantic) for name in features]
    backbone = next(
        (feature.backbone.name for feature in made if isinstance(feature, MapFeature)), backbone
    )  # paths made absolute
    bad = {feature.name: compute(collection, paintings, feature, progress) for feature in made}
    hashes = paintings.column("sha256").tolist()
    usable = np.array([not all(key in failed for failed in bad.values()) for key in hashes], dtype=bool)
    if not usable.any():
        reason = next(iter(bad[features[0]].values()), "the collection is empty")
        raise NothingUsableError(
            f"no image of '{collection}' could be used ({reason})",
            "check that the image files are still where they were imported from",
        )
    skipped = {
        painting_id: bad[features[0]][hashes[row]] for row, painting_id in enumerate(paintings.ids) if not usable[row]
    }
    kept = paintings.rows(usable)
    blocks = {
        feature: Block(
            feature.name,
            f"{feature.store_name}@{feature.version}",
            feature.dim,
            spaces.get(feature.name, feature.space),
        )
        for feature in made
    }
    settings = {"backbone": backbone, "precision": precision, "model": model, "semantic": semantic}
    old = None if rebuild else _usable_index(collection, list(blocks.values()), settings)
    had_one = old is not None and old.config.approximate is not None
    if old is not None and not old.config.fitted / MOST_CHANGE <= len(kept) <= old.config.fitted * MOST_CHANGE:
        old = None
    if old is None:
        vectors = {block: _vectors(collection, feature, kept) for feature, block in blocks.items()}
        index = EmbeddedIndex.build(
            index_folder(collection), kept.ids, kept.column("sha256").tolist(), vectors, skipped, settings
        )
        added, removed = len(index), 0
    else:
        index, added, removed = _updated(collection, old, kept, made, skipped)
    if approximate or (approximate is None and (had_one or len(index) > EXACT_ROWS)):
        if index.config.approximate is None or index.serials[-1] + 1 > GROWN * index.config.approximate["rows"]:
            index = build_approximate(index, resolve_weights(None, index.features), progress=progress)
    elif approximate is False and index.config.approximate is not None:
        index = index.with_approximate(None)
    for feature in made:
        feature.prepare()
    return IndexReport(
        n_indexed=len(index),
        features={feature.name: feature.version for feature in made},
        skipped=list(skipped.items()),
        without=index.lacking(),
        folder=index_folder(collection),
        added=added,
        removed=removed,
        updated=old is not None,
        approximate=index.config.approximate,
    )


def _usable_index(collection: str | Path, blocks: list[Block], settings: dict[str, Any]) -> EmbeddedIndex | None:
    """The index that is there, if it holds these features in these spaces with these settings."""
    try:
        index = EmbeddedIndex.open(index_folder(collection))
    except (InputError, MismatchError):
        return None
    same = [(block.name, block.version, block.space) for block in index.config.blocks] == [
        (block.name, block.version, block.space) for block in blocks
    ]
    return index if same and index.config.settings == settings else None


def _updated(
    collection: str | Path,
    index: EmbeddedIndex,
    paintings: Paintings,
    features: Sequence[Feature],
    skipped: dict[str, str],
) -> tuple[EmbeddedIndex, int, int]:
    hash_of = dict(zip(index.ids, index.hashes, strict=False))
    hashes = paintings.column("sha256")
    new = paintings.rows(
        np.array(
            [hash_of.get(painting_id) != key for painting_id, key in zip(paintings.ids, hashes, strict=False)]
            + [False],
            dtype=bool,
        )[:-1]
    )
    gone = hash_of.keys() - set(paintings.ids)
    if not len(new) and not gone and index.config.skipped == skipped:
        return index, 0, 0
    vectors = {feature.name: _vectors(collection, feature, new) for feature in features}
    return index.update(new.ids, new.column("sha256").tolist(), vectors, sorted(gone), skipped), len(new), len(gone)


def _vectors(collection: str | Path, feature: Feature, paintings: Paintings) -> np.ndarray:
    """Stored vectors ``float32 (N, dim)``, rows of NaN for images that this feature failed on."""
    hashes = paintings.column("sha256").tolist()
    store = FeatureStore(store_folder(collection, feature))
    there = [row for row, key in enumerate(hashes) if key in store]
    vectors = np.full((len(hashes), feature.dim), np.nan, dtype=np.float32)
    if there:
        vectors[there] = store.vectors([hashes[row] for row in there])
    return vectors
