"""Makes a collection searchable: computes the features and writes the index, or brings the one that is there up to
date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from artextract.errors import InputError, MismatchError, NothingUsableError
from artextract.features import FEATURES, Feature, MapFeature, get_feature
from artextract.features.compute import compute
from artextract.features.on_ray import RayCluster, Task
from artextract.features.shards_at import keep_shards_at
from artextract.file_states import look_again
from artextract.index import EXACT_ROWS, VectorIndex, create_index, open_index, planned
from artextract.index.spaces import SPACES
from artextract.printable import counted
from artextract.progress import Progress, no_progress
from artextract.search.asking.weights import resolve_weights
from artextract.search.index_options import DEFAULT_FEATURES, IndexOptions, index_folder, spaces_for
from artextract.search.stored_vectors import StoredVectors, columns_of, vectors_of, version_of
from artextract.sources.new_files import NewFiles, new_files
from artextract.table import Paintings, read_paintings

UPDATE = "bring it up to date with: artextract index COLLECTION"
MOST_CHANGE = 2
"""An index is written anew, and its spaces and scales fitted anew, when the collection has become so many times larger
or smaller than it was when they were fitted."""


@dataclass(frozen=True)
class IndexReport:
    """``skipped`` are (id, reason) of paintings that are not in the index.

    ``without`` counts, per feature, those in it that lack it. ``added`` and ``removed`` count the rows that changed;
    ``updated`` tells whether the index that was there was kept. ``approximate`` describes the FAISS index of a large
    collection. ``changed`` are the ids of paintings whose files have new content; ``new_files`` are pictures in the
    imported folder that the table does not know."""

    n_indexed: int
    features: dict[str, str]
    skipped: list[tuple[str, str]]
    without: dict[str, int]
    folder: Path
    added: int
    removed: int
    updated: bool
    approximate: dict[str, Any] | None
    changed: list[str] = field(default_factory=list)
    new_files: NewFiles | None = None
    damaged: tuple[str, ...] = ()
    """What was found damaged and was made again: shards of stored features, set aside under these names, and the
    sentence about an index."""

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
            "changed": self.changed,
            "new_files": list(self.new_files.names) if self.new_files else [],
            "folder": self.new_files.folder if self.new_files else None,
            "damaged": list(self.damaged),
        }


def require_same(index: VectorIndex, paintings: Paintings, versions: Mapping[str, str]) -> None:
    """Raise ``MismatchError`` unless an index was built from these paintings with these versions of its features
    (feature -> version, as far as known)."""
    unchanged = paintings.has_cells("id", index.ids) and paintings.has_cells("sha256", index.hashes)
    if index.skipped or not unchanged:
        _require_same_rows(index, paintings)
    for name, was in index.versions.items():
        if versions.get(name, was) != was:
            raise MismatchError(
                f"the index holds version {was} of the feature '{name}', this is {versions[name]}",
                "build it again with: artextract index COLLECTION",
                code="feature-version",
            )


def _require_same_rows(index: VectorIndex, paintings: Paintings) -> None:
    known = {**dict.fromkeys(index.skipped), **dict(zip(index.ids, index.hashes, strict=True))}
    now = dict(zip(paintings.ids, paintings.column("sha256").tolist(), strict=True))
    if known.keys() != now.keys():
        new, gone = len(now.keys() - known.keys()), len(known.keys() - now.keys())
        raise MismatchError(
            f"the index is older than the collection ({counted(new, 'row is', 'rows are')} new, {gone} gone)",
            UPDATE,
            code="index-outdated",
        )
    changed = sum(was is not None and was != now[key] for key, was in known.items())
    if changed:
        raise MismatchError(
            f"{counted(changed, 'image has', 'images have')} changed since the index was built",
            UPDATE,
            code="index-outdated",
        )


def build_index(
    collection: str | Path,
    features: Sequence[str] = DEFAULT_FEATURES,
    options: IndexOptions = IndexOptions(),
    *,
    approximate: bool | None = None,
    rebuild: bool = False,
    progress: Progress = no_progress,
    ray: str | None = None,
    features_at: str | None = None,
) -> IndexReport:
    """Compute what is missing of ``features`` and write ``COLLECTION/index``.

    An index that is there, of the same features at the same versions, is brought up to date: new and changed paintings
    are added, those that are gone removed; whoever reads it meanwhile keeps the old one. With ``rebuild``, where the
    collection has become ``MOST_CHANGE`` times larger or smaller, or where anything else differs, it is written anew.
    A damaged one is too: all that is stored is compared with its checksums, and damaged features are computed again.
    ``approximate`` adds a FAISS index of cells, by default above ``EXACT_ROWS`` paintings. ``ray`` is the address of a
    Ray cluster whose machines describe the pictures (``features.on_ray.RayCluster``).
    ``features_at`` is the address at an object store where stored features are kept too ("": nowhere; by default as
    before; ``features.shards_at``).

    A painting that no feature could be computed for is left out and reported. Raises ``InputError`` for an unknown
    feature, backbone or space, and ``NothingUsableError`` where no image could be used."""
    _require(features, options.spaces)
    changes = look_again(read_paintings(collection), progress)
    if features_at is not None:
        keep_shards_at(collection, features_at or None)
    paintings = changes.paintings
    made = [get_feature(name, **options.settings, collection=collection) for name in features]
    spaces = {**spaces_for(made, len(paintings)), **options.spaces}
    backbone = next(
        (feature.backbone.name for feature in made if isinstance(feature, MapFeature)), options.backbone
    )  # paths made absolute
    settings = options.settings | {"backbone": backbone}
    there = paintings.rows(np.array([painting not in changes.lost for painting in paintings.ids], dtype=bool))
    damaged: list[str] = []
    bad = _compute(collection, there, made, settings, damaged.append, ray, progress)
    kept, skipped = _usable(collection, paintings, changes.lost, bad)
    wanted = {feature.name: (version_of(feature), spaces[feature.name]) for feature in made}
    plan = planned(index_folder(collection))
    found_damaged: list[str] = []
    store = (plan["store"] if plan else None) if options.store is None else options.store or None
    moved = plan is not None and plan["store"] != store
    old = None if rebuild or moved else _usable_index(collection, wanted, settings, found_damaged.append)
    had_one = old is not None and old.approximate is not None
    if found_damaged:  # what is made in its place is of the same kind
        had_one = plan is not None and plan["approximate"]
        damaged += found_damaged
    if old is not None and not old.rows_fitted / MOST_CHANGE <= len(kept) <= old.rows_fitted * MOST_CHANGE:
        old = None
    dtype = options.dtype
    if dtype is None:
        dtype = plan["dtype"] if plan else "float16" if len(kept) > EXACT_ROWS else "float32"
    elif plan and plan["dtype"] != dtype:
        old = None
    if old is None:
        index = create_index(
            index_folder(collection),
            kept.ids,
            kept.column("sha256").tolist(),
            vectors_of(collection, made, kept, spaces),
            skipped,
            settings,
            dtype,
            store,
            resolve_weights(None, [feature.name for feature in made]),
            columns_of(kept) if store else None,
        )
        added, removed = len(index), 0
    else:
        index, added, removed = _updated(collection, old, kept, made, skipped)
    if approximate or (approximate is None and (had_one or len(index) > EXACT_ROWS)):
        index = index.with_approximate(resolve_weights(None, index.features), progress=progress)
    elif approximate is False and index.approximate is not None:
        index = index.with_approximate(None)
    for feature in made:
        feature.prepare()
    return IndexReport(
        n_indexed=len(index),
        features={feature.name: feature.version for feature in made},
        skipped=list(skipped.items()),
        without={name: int((~index.has(name)).sum()) for name in index.features},
        folder=index_folder(collection),
        added=added,
        removed=removed,
        updated=old is not None,
        approximate=None if index.approximate is None else dict(index.approximate),
        changed=changes.changed,
        new_files=_new_files(paintings),
        damaged=tuple(damaged),
    )


def index_of_first(
    collection: str | Path,
    folder: Path,
    first: int,
    features: Sequence[str] = DEFAULT_FEATURES,
    options: IndexOptions = IndexOptions(),
    progress: Progress = no_progress,
) -> VectorIndex | None:
    """Compute what is missing of ``features`` for the ``first`` paintings of the table, and write an index of all of
    them to ``folder``, in which the others lack every feature. ``build_index`` finds what is computed here. None where
    no image could be used."""
    paintings = read_paintings(collection)
    made = [get_feature(name, **options.settings, collection=collection) for name in features]
    some = paintings.rows(np.arange(len(paintings)) < first)
    for feature in made:
        compute(collection, some, feature, progress)
    vectors = vectors_of(collection, made, paintings, {feature.name: feature.space for feature in made})
    if all(np.isnan(each.vectors[:first]).all() for each in vectors.values()):
        return None
    for feature in made:
        feature.prepare()
    return create_index(folder, paintings.ids, paintings.column("sha256").tolist(), vectors, {}, options.settings)


def _require(features: Sequence[str], spaces: Mapping[str, str]) -> None:
    if not features or len(set(features)) < len(features):
        raise InputError(
            "name each feature once, and at least one", f"choose from {', '.join(FEATURES)}", code="features-needed"
        )
    for name, space in spaces.items():
        if space not in SPACES or name not in features:
            raise InputError(
                f"'{name}={space}' is no space of a feature that is indexed",
                f"spaces are {', '.join(SPACES)}; features {', '.join(features)}",
                code="invalid-space",
            )


def _compute(
    collection: str | Path,
    paintings: Paintings,
    features: Sequence[Feature],
    settings: Mapping[str, Any],
    on_damaged: Callable[[str], None],
    ray: str | None,
    progress: Progress,
) -> dict[str, dict[str, str]]:
    """Compute what the stores lack, on the machines of a cluster where there is one.

    Gives, by feature, the reason by the hash of each image that it failed on."""
    bad: dict[str, dict[str, str]] = {feature.name: {} for feature in features}
    with nullcontext() if ray is None else RayCluster(ray) as cluster:
        for feature in features if len(paintings) else ():
            describe = None
            if cluster is not None and feature.name in FEATURES:  # imported vectors are here or nowhere
                make = partial(get_feature, feature.name, **settings)
                describe = partial(cluster.describe, Task(make, feature.version, str(paintings.root)))
            bad[feature.name] = compute(
                collection,
                paintings,
                feature,
                progress,
                on_damaged=lambda shard: on_damaged(str(shard)),
                describe=describe,
            )
    return bad


def _usable(
    collection: str | Path, paintings: Paintings, lost: Mapping[str, str], bad: Mapping[str, Mapping[str, str]]
) -> tuple[Paintings, dict[str, str]]:
    """The paintings that have any feature, and why the others have none; ``bad`` as of ``_compute``."""
    hashes = paintings.column("sha256").tolist()
    first = next(iter(bad.values()))
    usable = np.array(
        [
            painting not in lost and not all(key in failed for failed in bad.values())
            for painting, key in zip(paintings.ids, hashes, strict=True)
        ],
        dtype=bool,
    )
    if not usable.any():
        reason = [*lost.values(), *first.values(), "the collection is empty"][0]
        raise NothingUsableError(
            f"no image of '{collection}' could be used ({reason})",
            "check that the image files are still where they were imported from",
            code="no-usable-image",
        )
    skipped = {
        painting_id: lost.get(painting_id) or first[hashes[row]]
        for row, painting_id in enumerate(paintings.ids)
        if not usable[row]
    }
    return paintings.rows(usable), skipped


def _new_files(paintings: Paintings) -> NewFiles | None:
    try:
        return new_files(paintings)
    except ValueError:  # the doctor tells of it
        return None


def _usable_index(
    collection: str | Path,
    wanted: Mapping[str, tuple[str, str]],
    settings: dict[str, Any],
    on_damaged: Callable[[str], None],
) -> VectorIndex | None:
    """The index that is there, if it is whole and holds these features, at these versions and in these spaces, with
    these settings."""
    try:
        index = open_index(index_folder(collection), check=True)
    except InputError as error:
        if error.code in ("index-damaged", "approximate-index-damaged", "store-gone", "store-lacks-rows"):
            on_damaged(error.message)
        elif error.code.startswith("store-"):
            raise
        return None
    there = {name: (index.versions[name], index.space(name).name) for name in index.features}
    return index if list(there.items()) == list(wanted.items()) and index.settings == settings else None


def _updated(
    collection: str | Path,
    index: VectorIndex,
    paintings: Paintings,
    features: Sequence[Feature],
    skipped: dict[str, str],
) -> tuple[VectorIndex, int, int]:
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
    if not len(new) and not gone and index.skipped == skipped:
        return index, 0, 0
    vectors = {feature.name: StoredVectors(collection, feature, new) for feature in features}
    columns = columns_of(new)
    index = index.update(new.ids, new.column("sha256").tolist(), vectors, sorted(gone), skipped, columns)
    return index, len(new), len(gone)
