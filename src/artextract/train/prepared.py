"""What a training reads: feature maps computed once, and the rows of each side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from artextract.backbones import Backbone
from artextract.errors import NothingUsableError
from artextract.features import store_folder
from artextract.features.compute import compute
from artextract.features.deep import Deep
from artextract.features.on_ray import RayCluster, Task
from artextract.features.store import FeatureStore
from artextract.model.label_map import LabelMap
from artextract.printable import counted
from artextract.table import Paintings
from artextract.train.context import Context
from artextract.train.loop import channel_statistics
from artextract.train.rows import Joined, StoredRows

if TYPE_CHECKING:
    import torch

CHANGED_VIEW = 1000
"""The number of the view on which validation stands for photographs from elsewhere; training never sees it."""


@dataclass(frozen=True)
class Prepared:
    """What a training reads: the rows of each side, their features, and the class names."""

    backbone: Backbone
    labels: LabelMap
    sides: dict[str, Paintings]
    store: FeatureStore
    views: list[FeatureStore]
    changed: FeatureStore | None
    bad: dict[str, str]

    def described(self) -> dict[str, list[str]]:
        """What tells these features from any others: the stores and the images, in order."""
        stores = [self.store, *self.views, *([self.changed] if self.changed else [])]
        return {"stores": [store.folder.name for store in stores]} | {
            name: side.column("sha256").tolist() for name, side in self.sides.items()
        }

    @cached_property
    def normalisation(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and deviation per channel of the training maps; the same for every network that is trained on them."""
        return channel_statistics(cast(StoredRows, self.rows("train")).maps)

    def targets(self, side: str) -> np.ndarray:
        return self.labels.targets(self.sides[side])

    def rows(self, side: str) -> StoredRows | Joined:
        """Training rows with their views; validation rows as they are and, where views are used, changed as well."""
        hashes = self.sides[side].column("sha256")
        if side == "train":
            return StoredRows(self.store.maps(hashes), self.targets(side), [view.maps(hashes) for view in self.views])
        plain = StoredRows(self.store.maps(hashes), self.targets(side))
        return (
            plain
            if self.changed is None
            else Joined([plain, StoredRows(self.changed.maps(hashes), self.targets(side))])
        )


def prepare(
    collection: str | Path,
    paintings: Paintings,
    labels: LabelMap,
    backbone: Backbone,
    precision: str,
    views: int,
    context: Context,
    changed: bool | None = None,
    cluster: RayCluster | None = None,
) -> Prepared:
    """Compute what the store does not have yet, on the machines of the ``cluster`` where there is one, and leave out
    what could not be read.

    ``changed``: validate on changed views as well, by default where there are ``views``.

    Raises ``NothingUsableError`` where no training painting can be read."""
    processes = context.processes
    changed = bool(views) if changed is None else changed
    kinds: list[int | None] = [None, *range(views), *([CHANGED_VIEW] if changed else [])]
    context.say(
        f"feature maps: {counted(len(paintings), 'painting')} x {_megabytes(backbone, 1) * 1000:.0f} KB x {1 + views} ="
        f" {_megabytes(backbone, len(paintings)) * (1 + views):.0f} MB"
    )
    bad: dict[str, str] = {}
    stores = []
    for view in kinds:
        feature = Deep(backbone, precision=precision, view=view)
        wanted = {None: ("train", "val"), CHANGED_VIEW: ("val",)}.get(view, ("train",))
        if processes.first:
            describe = None
            if cluster is not None:
                make = partial(Deep, backbone, precision=precision, view=view)
                describe = partial(cluster.describe, Task(make, feature.version, str(paintings.root), maps=True))
            chosen = paintings.in_split(*wanted)
            bad |= compute(collection, chosen, feature, context.progress, maps=True, describe=describe)
        processes.wait()
        stores.append(FeatureStore(store_folder(collection, feature)))
    if not processes.first:  # only the first process has tried, so the rest see by what is not there
        bad = {key: "" for key in paintings.column("sha256") if key not in stores[0]}
    paintings = paintings.rows(~np.isin(paintings.column("sha256").astype(str), list(bad)))
    sides = {name: paintings.in_split(name) for name in ("train", "val")}
    if not len(sides["train"]):
        raise NothingUsableError(
            "no training painting could be read", "check the image files", code="no-readable-image"
        )
    changed_store = stores[-1] if changed and len(sides["val"]) else None
    return Prepared(backbone, labels, sides, stores[0], stores[1 : 1 + views], changed_store, bad)


def _megabytes(backbone: Backbone, paintings: int) -> float:
    channels, height, width = backbone.map_shape
    return paintings * channels * height * width * 2 / 1e6
