"""Searches an indexed collection for the paintings most like one of its own, any image, a part of one, or words, in any
mix of features."""

from __future__ import annotations

import difflib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from artextract.errors import ArtExtractError, ImageError, InputError, WeightsUnavailableError
from artextract.features import DEFAULT_BACKBONE, Feature, get_feature
from artextract.images import content_hash, open_image
from artextract.index import METRICS
from artextract.index.approximate import Approximate
from artextract.index.embedded import EmbeddedIndex
from artextract.index.ranking import Found, rank
from artextract.search.asking import filters
from artextract.search.asking.query import Query, checked_region, colour_picture, combined, cropped, parse_colours
from artextract.search.asking.weights import resolve_weights
from artextract.search.asking.words import WordIndex
from artextract.search.build import index_folder
from artextract.search.lists.facets import Facets
from artextract.search.lists.order import Orders
from artextract.table import Paintings, read_paintings

WORDS = "words"
"""The name under which words count in a mix."""
WORDS_BESIDE = 1.0
"""What words weigh beside the default mix, which weighs 1 in all, where both are asked for."""
ALLOWED_KEPT = 256
Source = str | Path | bytes | Image.Image | Query


@dataclass(frozen=True)
class Hit:
    """One painting found. ``features`` are the contributions, weight times standard similarity (0 the mean pair of the
    collection, 1 as near as the nearest hundredth of pairs), which sum to ``score``; ``similarity`` the raw values of
    the metric; ``closer_than`` the part of the collection that is less similar to the query, by each feature and as
    "all" by the score. Each is None for a feature that this painting or the query lacks, which contributes 0."""

    id: str
    path: str
    score: float
    features: dict[str, float | None]
    similarity: dict[str, float | None]
    closer_than: dict[str, float | None]
    labels: dict[str, str | None]
    title: str | None
    source: str
    rights: str


@dataclass(frozen=True)
class SearchResult:
    """``hits`` best first. ``n_candidates`` is how many paintings could have been found: those that the filters let
    through and that have any of the features asked for, the query left out. ``exact`` is False where an approximate
    index chose the candidates.

    ``query`` has "id", "path", "region", "colours", "words", "plus", "minus", "missing" (feature -> why the query lacks
    it), and of a painting of the collection "title" and "labels"; None where it has none."""

    query: dict[str, Any]
    weights: dict[str, float]
    metric: str
    where: list[str]
    n_candidates: int
    exact: bool
    hits: list[Hit]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


class SearchEngine:
    """Open one with ``SearchEngine.open(collection)`` and ask it many times, from several threads if need be. It stays
    as it was opened; ``is_stale`` tells when to open anew."""

    def __init__(
        self,
        paintings: Paintings,
        index: EmbeddedIndex,
        features: Mapping[str, Feature],
        unavailable: Mapping[str, str] | None = None,
    ):
        """``paintings`` are the rows of the index, in its order; ``unavailable`` tells why a feature of the index
        cannot describe new images here."""
        self.paintings = paintings
        self.index = index
        self.features = dict(features)
        self.unavailable = dict(unavailable or {})
        self.private: tuple[str, ...] = ()  # columns that no filter may ask about, and no message tells of
        self._hashes = np.array(index.hashes, dtype=object)
        self._paths = paintings.image_paths()
        self._titles, self._sources, self._rights = (paintings.column(name) for name in ("title", "source", "rights"))
        self._labels = {name: paintings.column(name) for name in paintings.labels}
        self._objects = paintings.column("object") if "object" in paintings.frame else None
        self._approximate = None if index.config.approximate is None else Approximate(index)
        self._allowed: OrderedDict[tuple[str, ...], np.ndarray] = OrderedDict()
        self._allowed_lock = Lock()
        self._lock = Lock()

    @staticmethod
    def open(collection: str | Path) -> SearchEngine:
        """Raises ``InputError`` where there is no collection or index, ``MismatchError`` where these do not fit
        together or the model of "style" is another by now."""
        paintings = read_paintings(collection)
        index = EmbeddedIndex.open(index_folder(collection))
        settings = index.config.settings
        features, unavailable = {}, {}
        for name in index.features:
            try:
                features[name] = get_feature(
                    name,
                    settings.get("backbone", DEFAULT_BACKBONE),
                    settings.get("precision", "fast"),
                    settings.get("model"),
                    settings.get("semantic", "clip"),
                )
            except WeightsUnavailableError as error:
                unavailable[name] = error.message
                continue
            try:
                if hasattr(features[name], "require"):
                    features[name].require()
            except InputError as error:  # what is indexed can be searched and told of all the same
                unavailable[name] = error.message
        versions = {name: f"{feature.store_name}@{feature.version}" for name, feature in features.items()}
        index.require(paintings.ids, paintings.column("sha256").tolist(), versions)
        row_of = {painting_id: row for row, painting_id in enumerate(paintings.ids)}
        return SearchEngine(
            paintings.rows([row_of[painting_id] for painting_id in index.ids]), index, features, unavailable
        )

    @property
    def one_at_a_time(self) -> Lock:
        """To be held while features describe a picture: a network's engine answers one at a time."""
        return self._lock

    @property
    def is_stale(self) -> bool:
        """Whether another index has been put in place of the one that was opened."""
        try:
            return EmbeddedIndex.config_of(self.index.folder) != self.index.config
        except ArtExtractError:
            return False  # nothing better is there

    def search(
        self,
        query: Source | None = None,
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        where: Iterable[str] = (),
        words: str | None = None,
        metric: str = "cosine",
        approximate: bool | None = None,
        containing: str = "",
    ) -> SearchResult:
        """The ``k`` paintings most like ``query``, best first; fewer only where the filters, or the features asked for,
        leave fewer.

        ``query`` is what ``query()`` takes, or what ``query()``, ``combine()`` or ``colours()`` gave. The query itself
        is left out, by id and by content hash, and so are other views of the same object (column "object"). ``weights``
        are scaled to sum 1; what a painting lacks contributes 0, and a painting that has none of the features asked for
        is not found. ``where`` are expressions of ``search.filters``, applied first. ``words`` are looked for in the
        texts of the table (``search.words``), and in the pictures where "semantic" is indexed and its text half is
        there; they weigh as the feature "words". ``metric``: one of ``index.scales.METRICS``. ``approximate`` True or
        False asks for or against the index of candidates, which is otherwise used where there is one; with filters or
        with features that it does not know the search is exact. ``containing``: words that a painting's texts must have
        to be found (``search.words``); they filter and do not count."""
        if k < 1:
            raise InputError(f"{k} paintings were asked for", "ask for at least 1")
        if metric not in METRICS:
            raise InputError(f"there is no metric '{metric}'", f"choose one of {', '.join(METRICS)}")
        if query is None and not words:
            raise InputError("there is nothing to search for", "give an image, an id, colours or words")
        query = Query({}) if query is None else query if isinstance(query, Query) else self.query(query)
        further = self._words(words, query) if words else {}
        mix = self.mix(weights, query, further)
        where = list(where)
        allowed, left_out = self.allowed(where, containing), self.left_out(query)
        candidates = None
        if (
            approximate is not False
            and self._approximate is not None
            and metric == "cosine"
            and not further
            and allowed.all()
            and self._approximate.covers(mix, query.vectors)
        ):
            candidates = self._approximate.candidates(query.vectors, mix, k, allowed & ~left_out)
        elif approximate and self._approximate is None:
            raise InputError(
                "the collection has no approximate index", "make one with: artextract index COLLECTION --approximate"
            )
        found = rank(self.index, query.vectors, mix, k, allowed, metric, further, candidates, left_out)
        hits = [self._hit(found, place) for place in range(len(found.positions))]
        return SearchResult(self._asked(query, words), mix, metric, where, found.n_candidates, found.exact, hits)

    def allowed(self, where: Iterable[str] = (), containing: str = "") -> np.ndarray:
        """The paintings that pass every filter and whose texts have the words of ``containing``: bool (N,), not to be
        written to. What was asked for lately is remembered."""
        key = (*where, "", containing.strip())
        with self._allowed_lock:
            if key in self._allowed:
                self._allowed.move_to_end(key)
                return self._allowed[key]
        rows = filters.mask(self.paintings, key[:-2], self.private)
        if key[-1]:
            found = np.zeros(len(rows), dtype=bool)
            found[self.word_index.search(key[-1])[0]] = True
            rows &= found
        rows.flags.writeable = False
        with self._allowed_lock:
            self._allowed[key] = rows
            while len(self._allowed) > ALLOWED_KEPT:
                self._allowed.popitem(last=False)
        return rows

    def query(self, source: Source, region: Sequence[float] | None = None) -> Query:
        """Describe what is searched for, to be searched with several times.

        A text is the id of a painting of the collection or else a file; bytes are those of an image file; a picture is
        taken as it is. ``region`` (left, top, right, bottom, as fractions) takes a part of it. Raises ``InputError``
        for what is none of these, naming it."""
        if isinstance(source, Query):
            return source
        if isinstance(source, Image.Image):
            vectors, missing = self._describe(source, "the picture", region)
            return Query(vectors, region=tuple(region) if region else None, missing=missing)
        if isinstance(source, bytes):
            return self._of_bytes(source, "the image", region)
        position = self.index.position(source) if isinstance(source, str) else None
        if position is not None and region is None:
            return self._known(position)
        path = self._paths[position] if position is not None else Path(source)
        if not path.exists():
            raise (
                self._nowhere(str(source))
                if position is None
                else InputError(
                    f"the image of '{source}' is no longer {'where it was' if self.private else f'at {str(path)!r}'}",
                    "put it back, or import again",
                )
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"'{source}' cannot be read: {error.strerror}", "give an image file or an id of the collection"
            ) from error
        described = self._of_bytes(data, f"'{source}'", region)
        return replace(
            described,
            path=str(path.resolve()),
            id=None if position is None else str(source),
            ids=() if position is None else (str(source),),
        )

    def combine(self, plus: Sequence[Source], minus: Sequence[Source] = ()) -> Query:
        """One query of several, to be like all of ``plus`` and unlike all of ``minus`` (``search.query.combined``)."""
        return combined([self.query(source) for source in plus], [self.query(source) for source in minus])

    def colours(self, colours: str | Sequence[tuple[str, float]]) -> Query:
        """A query for a palette: "#1b3a5c=60%,#d9a441=40%", or pairs of colour and share. Raises ``InputError`` where
        "palette" is not indexed."""
        if "palette" not in self.features:
            raise InputError(
                "the feature 'palette' is not in the index",
                "index it: artextract index COLLECTION --features deep,style,palette",
            )
        pairs = (
            parse_colours(colours)
            if isinstance(colours, str)
            else parse_colours(",".join(f"{code}={share}" for code, share in colours))
        )
        vector = self.index.space("palette")(self.features["palette"].vector(colour_picture(pairs)))
        missing = {name: "colours alone say nothing of it" for name in self.index.features if name != "palette"}
        return Query({"palette": vector}, colours=pairs, missing=missing)

    def image(self, painting: str | Path | bytes | Image.Image) -> Image.Image:
        """The picture of an id of the collection, or of any image; raises ``InputError`` where it cannot be opened."""
        position = self.index.position(painting) if isinstance(painting, str) else None
        try:
            return (
                painting
                if isinstance(painting, Image.Image)
                else open_image(self._paths[position] if position is not None else painting)
            )
        except ImageError as error:
            raise InputError(
                f"'{painting if isinstance(painting, (str, Path)) else 'the image'}' cannot be used: {error.message}",
                "give an image file or an id",
            ) from error

    def path_of(self, position: int) -> Path:
        """The image file of a row of the index."""
        return self._paths[position]

    def title_of(self, query: Query) -> str:
        """What to call a query above its picture: a painting's title and artist, or else its id or file."""
        position = self.index.position(query.id) if query.id is not None else None
        if position is None:
            return Path(query.path).name if query.path else "the picture"
        artist = self._labels.get("artist", self._titles)[position]
        return ", ".join(
            part for part in (self._titles[position] or query.id, artist if "artist" in self._labels else None) if part
        )

    @cached_property
    def word_index(self) -> WordIndex:
        """The texts of the table and, where a painting lacks a label, what the model of "style" took it for, if it was
        sure."""
        return WordIndex(self.paintings, self.predicted_labels())

    @cached_property
    def facets(self) -> Facets:
        return Facets(self.paintings)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.paintings)

    def predicted_labels(self) -> dict[str, list[str | None]]:
        """Per label column of the table that the model of "style" knows, its label for each painting of the index, None
        where it is not sure; empty without that feature."""
        style = self.features.get("style")
        if style is None or self.index.space("style").name != "raw":
            return {}
        told = style.labels(np.asarray(self.index.block("style")))
        return {
            name: [label if style.predictor.is_sure(name, probability) else None for label, probability in pairs]
            for name, pairs in told.items()
            if name in self.paintings.labels
        }

    def _known(self, position: int) -> Query:
        painting_id = self.index.ids[position]
        vectors = self.index.vectors_of(position)
        missing = {name: "the painting has none" for name in self.index.features if name not in vectors}
        return Query(
            vectors, painting_id, str(self._paths[position]), (self._hashes[position],), (painting_id,), missing=missing
        )

    def _of_bytes(self, data: bytes, name: str, region: Sequence[float] | None) -> Query:
        vectors, missing = self._describe(data, name, region)
        return Query(vectors, sha256=(content_hash(data),), region=tuple(region) if region else None, missing=missing)

    def _describe(
        self, source: bytes | Image.Image, name: str, region: Sequence[float] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """Vectors per feature in its space, and why features have none."""
        try:
            left, top, right, bottom = (0, 0, 1, 1) if region is None else checked_region(region)
            scale = min(right - left, bottom - top)
            images = {}
            for size in {feature.decoded_at for feature in self.features.values()}:
                image = open_image(source, round(size / scale))
                images[size] = image if region is None else cropped(image, region)
        except ImageError as error:
            hint = (
                "give an image file such as JPEG, PNG or TIFF"
                if region is None
                else "give a larger region, or an image file such as JPEG, PNG or TIFF"
            )
            raise InputError(f"{name} cannot be used: {error.message}", hint) from error
        vectors, missing = {}, dict(self.unavailable)
        with self._lock:  # a network's engine answers one at a time
            for feature_name, feature in self.features.items():
                if feature_name in self.unavailable:
                    continue
                try:
                    vector = feature.vector(images[feature.decoded_at])
                except ArtExtractError as error:
                    missing[feature_name] = error.message
                    continue
                if np.isfinite(vector).all():
                    vectors[feature_name] = self.index.space(feature_name)(vector)
                else:
                    missing[feature_name] = "the picture has none"
        return vectors, missing

    def _words(self, words: str, query: Query) -> dict[str, np.ndarray]:
        """What words add: the score of their texts, ``float64 (N,)`` with NaN for paintings that have none of them, and
        the cosine of pictures with them where the index can tell."""
        found: dict[str, np.ndarray] = {}
        semantic = self.features.get("semantic")
        if semantic is not None and "semantic" not in query.vectors:
            try:
                text, matrix = semantic.text_vector(words), self.index.space("semantic").matrix
                cosine = np.asarray(self.index.block("semantic")) @ (text if matrix is None else text @ matrix)
                cosine = np.where(self.index.norms("semantic") > 0, cosine, np.nan)
                found["semantic"] = cosine - np.nanmean(
                    cosine
                )  # words and pictures lie apart, so only more or less than the average picture says anything
            except WeightsUnavailableError:
                pass
        scores = np.full(len(self.index), np.nan)
        try:
            positions, values = self.word_index.search(words)
            scores[positions] = values
        except InputError:
            if not found:
                raise
        return {WORDS: scores} | found

    def mix(self, weights: Mapping[str, float] | None, query: Query, further: Iterable[str] = ()) -> dict[str, float]:
        """The weights that a search by this query uses, which sum to 1; ``further`` names features that are no vectors.
        Raises ``InputError`` where the query has none of those that weigh."""
        there = list(dict.fromkeys([*self.index.features, *further]))
        if weights is None:
            described = [name for name in self.index.features if name in query.vectors]
            by_default = dict(resolve_weights(None, described).items()) if described else {}
            mix = resolve_weights({**by_default, **dict.fromkeys(further, WORDS_BESIDE)}, there)
        else:
            mix = resolve_weights(weights, there)
        asked = [name for name, weight in mix.items() if weight > 0]
        if not any(name in query.vectors or name in further for name in asked):
            reasons = "; ".join(f"{name}: {query.missing.get(name, 'the query has none')}" for name in asked)
            raise InputError(
                f"the query has nothing of what is asked for ({reasons})",
                "give weight to another feature, or another query",
            )
        return mix

    def left_out(self, query: Query) -> np.ndarray:
        """The query itself, its copies, and other views of the same object; bool (N,)."""
        out = np.isin(self._hashes.astype(str), query.sha256) if query.sha256 else np.zeros(len(self.index), dtype=bool)
        places = [
            place for place in (self.index.position(painting_id) for painting_id in query.ids) if place is not None
        ]
        out[places] = True
        if self._objects is not None and places:
            same = {self._objects[place] for place in places} - {None}
            out |= np.array([value in same for value in self._objects], dtype=bool)
        return out

    def _asked(self, query: Query, words: str | None) -> dict[str, Any]:
        position = self.index.position(query.id) if query.id is not None else None
        return {
            "id": query.id,
            "path": query.path,
            "region": query.region,
            "colours": [list(pair) for pair in query.colours] or None,
            "words": words,
            "plus": list(query.plus) or None,
            "minus": list(query.minus) or None,
            "missing": query.missing,
            "title": None if position is None else self._titles[position],
            "labels": None if position is None else self._labels_of(position),
        }

    def _nowhere(self, text: str) -> InputError:
        if text in self.index.config.skipped:
            return InputError(
                f"'{text}' is not in the index: {self.index.config.skipped[text]}", "mend the image and index again"
            )
        near = difflib.get_close_matches(text, self.index.ids, 3, 0.4)
        near = near or [i for i in self.index.ids if text and text.casefold() in i.casefold()][:3]
        hint = f"ids like it: {', '.join(near)}" if near else f"ids look like '{self.index.ids[0]}'"
        return InputError(f"'{text}' is neither an id of the collection nor a file", hint)

    def _labels_of(self, position: int) -> dict[str, str | None]:
        return {name: values[position] for name, values in self._labels.items()}

    def _hit(self, found: Found, place: int) -> Hit:
        position = int(found.positions[place])
        contributions, similarity, closer_than = (
            {name: _number(values[place]) for name, values in by_feature.items()}
            for by_feature in (found.contributions, found.similarities, found.closer_than)
        )
        return Hit(
            id=self.index.ids[position],
            path=str(self._paths[position]),
            score=float(sum(value for value in contributions.values() if value is not None)),
            features=contributions,
            similarity=similarity,
            closer_than={**closer_than, "all": _number(found.all_closer_than[place])},
            labels=self._labels_of(position),
            title=self._titles[position],
            source=self._sources[position],
            rights=self._rights[position],
        )


def _number(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)
