"""Describes pictures from outside by the features of an index, as its own paintings were described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from PIL import Image

from artextract.errors import ArtExtractError, ImageError, InputError
from artextract.features import Feature
from artextract.files import user_path
from artextract.images import content_hash, open_image
from artextract.index import VectorIndex
from artextract.objects import ImageFile, address_of, is_address
from artextract.search.asking.query import Query, checked_region, colour_picture, cropped, parse_colours

Region = tuple[float, float, float, float]


class Describer:
    """Turns pictures, files, colours and paintings of an index into queries: one vector per feature, in its spaces."""

    def __init__(self, index: VectorIndex, features: Mapping[str, Feature], unavailable: Mapping[str, str]):
        """``unavailable`` tells why a feature of the index cannot describe pictures here."""
        self._index, self._features, self._unavailable = index, features, unavailable
        self.lock = Lock()
        """To be held while features describe a picture: a network's engine answers one at a time."""

    def picture(self, image: Image.Image, region: Sequence[float] | None = None) -> Query:
        """A query for a picture, or for a part of it: left, top, right, bottom, as fractions."""
        vectors, missing = self._described(image, "the picture", region)
        return Query(vectors, region=_region(region), missing=missing)

    def file(self, data: bytes, name: str, region: Sequence[float] | None = None) -> Query:
        """A query for the bytes of an image file, which messages call ``name``.

        Raises ``InputError`` where they are none, or where the part is too small."""
        vectors, missing = self._described(data, name, region)
        return Query(vectors, sha256=(content_hash(data),), region=_region(region), missing=missing)

    def indexed(self, painting_id: str) -> Query:
        """A query for a painting of the index, with the vectors that are there."""
        position = self._index.position(painting_id)
        assert position is not None
        vectors = {}
        for name in self._index.features:
            rows = self._index.rows(name, [painting_id])
            if rows.norms[0] > 0:
                vectors[name] = rows.units[0] * rows.norms[0]
        missing = {name: "the painting has none" for name in self._index.features if name not in vectors}
        return Query(vectors, painting_id, sha256=(self._index.hashes[position],), ids=(painting_id,), missing=missing)

    def colours(self, colours: str | Sequence[tuple[str, float]]) -> Query:
        """A query for a palette: "#1b3a5c=60%,#d9a441=40%", or pairs of colour and share.

        Raises ``InputError`` where "palette" is not indexed."""
        if "palette" not in self._features:
            raise InputError(
                "the feature 'palette' is not in the index",
                "index it: artextract index COLLECTION --features deep,style,palette",
                code="feature-not-indexed",
            )
        text = colours if isinstance(colours, str) else ",".join(f"{code}={share}" for code, share in colours)
        pairs = parse_colours(text)
        vector = self._index.space("palette")(self._features["palette"].vector(colour_picture(pairs)))
        missing = {name: "colours alone say nothing of it" for name in self._index.features if name != "palette"}
        return Query({"palette": vector}, colours=pairs, missing=missing)

    def _described(
        self, source: bytes | Image.Image, name: str, region: Sequence[float] | None
    ) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """Vectors per feature in its space, and why features have none."""
        images = self._images(source, name, region)
        vectors, missing = {}, dict(self._unavailable)
        with self.lock:
            for feature_name, feature in self._features.items():
                if feature_name in self._unavailable:
                    continue
                try:
                    vector = feature.vector(images[feature.decoded_at])
                except ArtExtractError as error:
                    missing[feature_name] = error.message
                    continue
                if np.isfinite(vector).all():
                    vectors[feature_name] = self._index.space(feature_name)(vector)
                else:
                    missing[feature_name] = "the picture has none"
        return vectors, missing

    def _images(self, source: bytes | Image.Image, name: str, region: Sequence[float] | None) -> dict[int, Image.Image]:
        """The picture, or its part, as large as each feature wants it."""
        try:
            part = None if region is None else checked_region(region)
            scale = 1.0 if part is None else min(part[2] - part[0], part[3] - part[1])
            images = {}
            for size in {feature.decoded_at for feature in self._features.values()}:
                image = open_image(source, round(size / scale))
                images[size] = image if part is None else cropped(image, part)
            return images
        except ImageError as error:
            hint = "give an image file such as JPEG, PNG or TIFF"
            hint = hint if region is None else f"give a larger region, or {hint.removeprefix('give ')}"
            raise InputError(f"{name} cannot be used: {error.message}", hint, code="unusable-picture") from error


def given_file(source: str | Path) -> ImageFile:
    """The file that a person named, by its path or its address."""
    return address_of(source) if isinstance(source, str) and is_address(source) else user_path(source)


def _region(region: Sequence[float] | None) -> Region | None:
    if not region:
        return None
    left, top, right, bottom = region
    return left, top, right, bottom
