"""Searches an indexed collection for the paintings most like one of its own or any image, in any mix of features."""

from __future__ import annotations

import difflib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Iterable, Mapping

import numpy as np
from PIL import Image

from artextract.errors import ImageError, InputError
from artextract.features import DEFAULT_BACKBONE, Feature, get_feature
from artextract.images import content_hash, open_image
from artextract.index.embedded import EmbeddedIndex
from artextract.search import filters
from artextract.search.build import index_folder
from artextract.search.weights import resolve_weights
from artextract.table import Paintings, read_paintings


@dataclass(frozen=True)
class Query:
    """What is searched for: one vector ``float32 (dim,)`` per feature. Fields that do not apply are None."""

    vectors: dict[str, np.ndarray] = field(repr=False)
    id: str | None = None
    path: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Hit:
    """One painting found. ``features`` are the weighted contributions, which sum to ``score``; ``similarity`` the raw cosines. Both
    are None for a feature that this painting or the query lacks, which contributes 0."""

    id: str
    path: str
    score: float
    features: dict[str, float | None]
    similarity: dict[str, float | None]
    labels: dict[str, str | None]
    title: str | None
    source: str
    rights: str


@dataclass(frozen=True)
class SearchResult:
    """``hits`` best first. ``n_candidates`` is how many paintings the filters let through, the query left out.

    ``query`` has "id", "path" and "sha256", and of a painting of the collection "title" and "labels"; None where it has none.
    """

    query: dict[str, Any]
    weights: dict[str, float]
    where: list[str]
    n_candidates: int
    hits: list[Hit]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: {"query", "weights", "where", "n_candidates", "hits"}."""
        return asdict(self)


class SearchEngine:
    """Open one with ``SearchEngine.open(collection)`` and ask it many times, from several threads if need be."""

    def __init__(self, paintings: Paintings, index: EmbeddedIndex, features: Mapping[str, Feature]):
        """``paintings`` are the rows of the index, in its order."""
        self.paintings = paintings
        self.index = index
        self.features = dict(features)
        self._hashes = np.array(index.config.hashes, dtype=object)
        self._paths = paintings.image_paths()
        self._titles, self._sources, self._rights = (paintings.column(name) for name in ("title", "source", "rights"))
        self._labels = {name: paintings.column(name) for name in paintings.labels}
        self._lock = Lock()

    @staticmethod
    def open(collection: str | Path) -> SearchEngine:
        """Raises ``InputError`` where there is no collection or index, ``MismatchError`` where these do not fit together."""
        paintings = read_paintings(collection)
        index = EmbeddedIndex.open(index_folder(collection))
        backbone = index.config.settings.get("backbone", DEFAULT_BACKBONE)
        precision = index.config.settings.get("precision", "fast")
        features = {name: get_feature(name, backbone, precision) for name in index.features}
        versions = {name: f"{feature.store_name}@{feature.version}" for name, feature in features.items()}
        index.require(paintings.ids, paintings.column("sha256").tolist(), versions)
        row_of = {painting_id: row for row, painting_id in enumerate(paintings.ids)}
        return SearchEngine(paintings.rows([row_of[painting_id] for painting_id in index.config.ids]), index, features)

    def search(
        self,
        query: str | Path | bytes | Image.Image | Query,
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        where: Iterable[str] = (),
    ) -> SearchResult:
        """The ``k`` paintings most like ``query``, best first; fewer only where the filters leave fewer.

        ``query`` is what ``query()`` takes, or what it gave. The query itself is left out, by id and by content hash. ``weights`` are
        scaled to sum 1; what a painting lacks contributes 0. ``where`` are expressions of ``search.filters``, applied first.
        """
        if k < 1:
            raise InputError(f"{k} paintings were asked for", "ask for at least 1")
        mix = resolve_weights(weights, self.index.features)
        where = list(where)
        allowed = filters.mask(self.paintings, where)
        query = query if isinstance(query, Query) else self.query(query)
        if query.sha256 is not None:
            allowed &= self._hashes != query.sha256
        itself = self.index.position(query.id) if query.id is not None else None
        excluded = [] if itself is None else [itself]
        found = self.index.search(query.vectors, mix, k, allowed, excluded)
        n_candidates = int(allowed.sum() - sum(allowed[excluded]))
        asked = {"id": query.id, "path": query.path, "sha256": query.sha256, "title": None, "labels": None}
        if itself is not None:
            asked |= {"title": self._titles[itself], "labels": self._labels_of(itself)}
        return SearchResult(asked, mix, where, n_candidates, [self._hit(found, mix, rank) for rank in range(len(found.positions))])

    def query(self, source: str | Path | bytes | Image.Image) -> Query:
        """Describe what is searched for, to be searched with several times.

        A text is the id of a painting of the collection or else a file; bytes are those of an image file; a picture is taken as
        it is. Raises ``InputError`` for what is none of these, naming it.
        """
        if isinstance(source, str) and self.index.position(source) is not None:
            return self._known(source)
        if isinstance(source, Image.Image):
            return Query(self._describe(source, "the picture"))
        if isinstance(source, bytes):
            return Query(self._describe(source, "the image"), sha256=content_hash(source))
        if not Path(source).exists():
            raise self._nowhere(str(source))
        name = f"'{source}'"
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise InputError(f"{name} cannot be read: {error.strerror}", "give an image file or an id of the collection") from error
        return Query(self._describe(data, name), path=str(Path(source).resolve()), sha256=content_hash(data))

    def _known(self, painting_id: str) -> Query:
        position = self.index.position(painting_id)
        path = str(self._paths[position])
        return Query(self.index.blocks_of(position), painting_id, path, self._hashes[position])

    def _describe(self, source: bytes | Image.Image, name: str) -> dict[str, np.ndarray]:
        try:
            images = {feature.decoded_at: open_image(source, feature.decoded_at) for feature in self.features.values()}
        except ImageError as error:
            raise InputError(f"{name} cannot be used: {error.message}", "give an image file such as JPEG, PNG or TIFF") from error
        with self._lock:  # a network's engine answers one at a time
            return {name: feature.vector(images[feature.decoded_at]) for name, feature in self.features.items()}

    def _nowhere(self, text: str) -> InputError:
        if text in self.index.config.skipped:
            return InputError(f"'{text}' is not in the index: {self.index.config.skipped[text]}", "mend the image and index again")
        near = difflib.get_close_matches(text, self.index.config.ids, 3, 0.4)
        near = near or [i for i in self.index.config.ids if text and text.casefold() in i.casefold()][:3]
        hint = f"ids like it: {', '.join(near)}" if near else f"ids look like '{self.index.config.ids[0]}'"
        return InputError(f"'{text}' is neither an id of the collection nor a file", hint)

    def _labels_of(self, position: int) -> dict[str, str | None]:
        return {name: values[position] for name, values in self._labels.items()}

    def _hit(self, found: Any, mix: Mapping[str, float], rank: int) -> Hit:
        position = int(found.positions[rank])
        similarity = {name: _number(values[rank]) for name, values in found.similarities.items()}
        features = {name: None if value is None else mix[name] * value for name, value in similarity.items()}
        return Hit(
            id=self.index.config.ids[position],
            path=str(self._paths[position]),
            score=sum(value for value in features.values() if value is not None),
            features=features,
            similarity=similarity,
            labels=self._labels_of(position),
            title=self._titles[position],
            source=self._sources[position],
            rights=self._rights[position],
        )


def _number(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)
