"""Pictures that are compared, and what the features see in each: found out when first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import nullcontext
from threading import Lock, RLock
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from artextract.errors import ArtExtractError, ImageError, InputError
from artextract.features import Feature, MapFeature, store_folder
from artextract.features.pictures import resized
from artextract.features.shapes import Drawing
from artextract.features.store import FeatureStore
from artextract.kept import Kept
from artextract.search.asking.engine import SearchEngine, Source
from artextract.search.asking.query import Query, cropped

LONG_SIDE = 1600
"""Pixels on the longer side in which pictures are compared."""
T = TypeVar("T")
KEPT, IMAGES_KEPT, STORES_KEPT = 64, 8, 32
"""How many are kept; a described image takes some 3 MB with all its drawings."""


class DescribedImage:
    """One side of a comparison, described by each feature when that is first asked for; for several threads.

    ``query`` describes it for the search; ``source`` is what ``Records.image`` takes. Of a query for a region, all
    that is seen is seen in that part."""

    def __init__(
        self,
        engine: SearchEngine,
        query: Query,
        source: Source,
        images: Kept[Hashable, Image.Image] | None = None,
        stores: Kept[str, FeatureStore] | None = None,
    ):
        """``images`` and ``stores`` are shared by described images of the same engine."""
        self.engine, self.query, self._source = engine, query, source
        self._images: Kept[Hashable, Image.Image] = Kept(1) if images is None else images
        self._stores: Kept[str, FeatureStore] = Kept(STORES_KEPT) if stores is None else stores
        self._found: dict[Hashable, Any] = {}
        self._lock = RLock()

    @property
    def image(self) -> Image.Image:
        """The picture, or the part of it that is searched for; raises ``InputError`` where it cannot be opened."""
        key: Hashable = (*self.query.sha256, self.query.region) if self.query.sha256 else self
        return self._images.get(key, self._opened)

    @property
    def image_or_none(self) -> Image.Image | None:
        """The picture; None where its file is gone or damaged."""
        try:
            return self.image
        except InputError:
            return None

    def vector(self, feature: Feature) -> np.ndarray | None:
        """The raw vector ``float32 (dim,)``, from the store where that has it: for some features a new picture can be
        described elsewhere only. None where neither is possible."""
        return self._once(("vector", feature.name), lambda: self._vector(feature))

    def map_and_vector(self, feature: MapFeature) -> tuple[np.ndarray, np.ndarray]:
        """The map ``float32 (C, H, W)`` of a feature and its vector ``(C,)``."""
        return self._once(("map", feature.name), lambda: self._described(feature, feature.map_and_vector))

    def drawing(self, feature: Feature) -> Drawing:
        """What a feature sees; raises ``ArtExtractError`` where the picture or the feature's models are not here."""
        if isinstance(feature, MapFeature):  # its map is kept, and serves the regions too
            return feature.drawing_of(self.map_and_vector(feature)[0], self.image.size)
        return self._once(("drawing", feature.name), lambda: self._described(feature, feature.drawing))

    def _once(self, key: Hashable, find: Callable[[], T]) -> T:
        with self._lock:
            if key not in self._found:
                self._found[key] = find()
            found: T = self._found[key]
            return found

    def _described(self, feature: Feature, describe: Callable[[Image.Image], T]) -> T:
        image = self.image
        with nullcontext() if feature.thread_safe else self.engine.describer.lock:
            return describe(image)

    def _vector(self, feature: Feature) -> np.ndarray | None:
        query = self.query
        if query.id is not None and query.region is None and query.sha256:
            store = self._stores.get(  # opening one looks at every shard
                feature.name, lambda: FeatureStore(store_folder(self.engine.paintings.root, feature))
            )
            if query.sha256[0] in store:
                vector: np.ndarray = store.vectors(query.sha256[:1])[0]
                return vector
        try:
            return self._described(feature, feature.vector)
        except ArtExtractError:
            return None

    def _opened(self) -> Image.Image:
        if isinstance(self._source, Query):
            raise InputError("the query is no single picture", "give an image file or an id", code="no-single-picture")
        image = resized(self.engine.records.image(self._source), LONG_SIDE)
        try:
            return image if self.query.region is None else cropped(image, self.query.region)
        except ImageError as error:
            raise InputError(error.message, "give a larger region", code=error.code) from error


class DescribedImages:
    """Those that were asked for last, so that a picture which is compared again, with another or with other weights, is
    not described anew."""

    def __init__(self, kept: int = KEPT):
        self._kept = kept
        self._described: Kept[Hashable, DescribedImage] = Kept(kept)
        self._images: Kept[Hashable, Image.Image] = Kept(IMAGES_KEPT)
        self._stores: Kept[str, FeatureStore] = Kept(STORES_KEPT)
        self._engine: SearchEngine | None = None
        self._lock = Lock()

    def of(self, engine: SearchEngine, key: Hashable, query: Callable[[], Query], source: Source) -> DescribedImage:
        """The one that goes by ``key`` with this engine; ``query`` describes the picture where there is none yet."""
        with self._lock:
            if engine is not self._engine:  # another index: what was seen with the one before goes
                self._engine, self._described, self._stores = engine, Kept(self._kept), Kept(STORES_KEPT)
            described, stores = self._described, self._stores
        return described.get(key, lambda: DescribedImage(engine, query(), source, self._images, stores))
