"""Searches an indexed collection for the paintings most like one of its own, any image, a part of one, or words, in any
mix of features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from artextract.errors import ImageError, InputError, WeightsUnavailableError
from artextract.features import DEFAULT_BACKBONE, Feature, get_feature
from artextract.files import user_path
from artextract.images import content_hash, open_image
from artextract.index import METRICS, Found, VectorIndex, open_index
from artextract.motifs.find import LEAST
from artextract.naming import Captioned, caption_of
from artextract.objects import Address, ImageFile, address_of, file_of, is_address
from artextract.search.asking.colours import colour_ways, likeness
from artextract.search.asking.describe import Describer
from artextract.search.asking.motif_search import MotifDesk, MotifResult, as_result
from artextract.search.asking.nearness import Bands, Nearness, said
from artextract.search.asking.own_mix import own_mix
from artextract.search.asking.query import Query, checked_region, combined, cropped
from artextract.search.asking.weights import DEFAULT_METRIC, resolve_weights
from artextract.search.build import index_folder, require_same
from artextract.search.lists.listing import Listing
from artextract.spelling import Spelling
from artextract.table import Paintings, read_paintings

ALL = "all"
WORDS = "words"
"""The name under which words count in a mix."""
SHOWN = 1600
"""Pixels on the shorter side that a picture to be explained has at least, where the file has them."""
WORDS_BESIDE = 1.0
"""What words weigh beside the default mix, which weighs 1 in all, where both are asked for."""
_OF_A_DETAIL = ("id", "path", "region", "title", "labels")
Source = str | Path | bytes | Image.Image | Query


@dataclass(frozen=True)
class Hit(Captioned):
    """One painting found. ``features`` are the contributions, weight times standard similarity (0 the mean pair of the
    collection, 1 as near as the nearest hundredth of pairs), which sum to ``score``; ``similarity`` the raw values of
    the metric; ``closer_than`` the part of the collection that is less similar to the query, by each feature and as
    "all" by the score. Each is None for a feature that this painting or the query lacks, which contributes 0. ``band``
    says how near it is by the score (of ``nearness.BANDS``) and ``bands`` by each feature that counts; None where that
    is not known, as for words."""

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
    band: str | None = None
    bands: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchResult:
    """``hits`` best first. ``n_candidates`` is how many paintings could have been found: those that the filters let
    through and that have any of the features asked for, the query left out. ``exact`` is False where an approximate
    index chose the candidates.

    ``query`` has "id", "path", "region", "colours", "words", "dropped" (words that occur nowhere in the table and were
    left out, each with those spelled like it), "plus", "minus", "missing" (feature -> why the query lacks
    it), and of a painting of the collection "title" and "labels"; None where it has none.

    ``nearest_band`` is the band of the first hit, ``note`` what is to be said above the hits, as that nothing is close;
    ``bands`` tells where each band of this mix begins and which parts of random pairs, and of those of one style and
    one artist, reach it (``nearness.Bands``), with "by_chance": how many of the candidates would by chance."""

    query: dict[str, Any]
    weights: dict[str, float]
    metric: str
    where: list[str]
    n_candidates: int
    exact: bool
    hits: list[Hit]
    nearest_band: str | None = None
    note: str = ""
    bands: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


class SearchEngine:
    """Open one with ``SearchEngine.open(collection)`` and ask it many times, from several threads if need be. It stays
    as it was opened; ``is_stale`` tells when to open anew. ``listing`` filters and orders its paintings."""

    def __init__(
        self,
        paintings: Paintings,
        index: VectorIndex,
        features: Mapping[str, Feature],
        unavailable: Mapping[str, str] | None = None,
        unfinished: Callable[[], bool] | None = None,
    ):
        """``paintings`` are the rows of the index, in its order; ``unavailable`` tells why a feature of the index
        cannot describe new images here. ``unfinished``: the index is only begun; it tells whether it still is the
        latest."""
        self.paintings = paintings
        self.index = index
        self.features = dict(features)
        self.unavailable = dict(unavailable or {})
        self._unfinished = unfinished
        self.listing = Listing(paintings, self.predicted_labels)
        self._describer = Describer(index, self.features, self.unavailable)
        self._nearness = Nearness(index, paintings)
        self._spelling = Spelling(index.ids)
        self._motifs = MotifDesk(paintings.root, index.ids, index.hashes)

    @staticmethod
    def open(
        collection: str | Path, index_at: Path | None = None, unfinished: Callable[[], bool] | None = None
    ) -> SearchEngine:
        """``index_at``: the folder of another index than that of the collection, ``unfinished`` as of the class. Raises
        ``InputError`` where there is no collection or index, ``MismatchError`` where these do not fit together or a
        feature is of another version by now, as with another model."""
        paintings = read_paintings(collection)
        index = open_index(index_at or index_folder(collection))
        settings = index.settings
        features, unavailable = {}, {}
        for name in index.features:
            try:
                features[name] = get_feature(
                    name,
                    settings.get("backbone", DEFAULT_BACKBONE),
                    settings.get("precision", "fast"),
                    settings.get("model"),
                    settings.get("semantic", "clip"),
                    collection,
                )
            except WeightsUnavailableError as error:
                unavailable[name] = error.message
                continue
            try:
                features[name].require()
            except InputError as error:  # what is indexed can be searched and told of all the same
                unavailable[name] = error.message
        versions = {name: f"{feature.store_name}@{feature.version}" for name, feature in features.items()}
        require_same(index, paintings, versions)
        ids = paintings.ids
        if ids != list(index.ids):
            row_of = {painting_id: row for row, painting_id in enumerate(ids)}
            paintings = paintings.rows([row_of[painting_id] for painting_id in index.ids])
        return SearchEngine(paintings, index, features, unavailable, unfinished)

    @property
    def one_at_a_time(self) -> Lock:
        """To be held while features describe a picture: a network's engine answers one at a time."""
        return self._describer.lock

    @property
    def is_stale(self) -> bool:
        """Whether another index has been put in place of the one that was opened."""
        return not (self._unfinished or self.index.is_current)()

    @property
    def is_unfinished(self) -> bool:
        """Whether the index is only begun: it may know the features of few paintings."""
        return self._unfinished is not None

    @cached_property
    def n_searchable(self) -> int:
        """How many paintings a search can find."""
        there = [self.index.has(name) for name in self.index.features]
        return int(np.any(there, axis=0).sum()) if there else 0

    def search(
        self,
        query: Source | None = None,
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        where: Iterable[str] = (),
        words: str | None = None,
        metric: str | None = None,
        approximate: bool | None = None,
        containing: str = "",
    ) -> SearchResult:
        """The ``k`` paintings most like ``query``, best first; fewer only where the filters, or the features asked for,
        leave fewer.

        ``query`` is what ``query()`` takes, or what ``query()``, ``combine()`` or ``colours()`` gave. The query itself
        is left out, by id and by content hash, and so are other views of the same object (column "object"). ``weights``
        are scaled to sum 1; what a painting lacks contributes 0, and a painting that has none of the features asked for
        is not found. ``where`` are expressions of ``search.filters``, applied first. ``words`` are looked for in the
        texts of the table (``search.words``), and in the pictures by the indexed features that know words
        (``Feature.text_vector``); they weigh as the feature "words". ``metric``: one of ``index.METRICS``;
        None takes ``weights.DEFAULT_METRIC``.
        ``approximate`` True or False asks for or against the index of candidates, which is otherwise used where there
        is one; with words, or by a mix or metric that it does not serve, the search is exact. ``containing``: words
        that a painting's texts must have to be found (``search.words``); they filter and do not count."""
        if k < 1:
            raise InputError(f"{k} paintings were asked for", "ask for at least 1", code="invalid-count")
        metric = metric or DEFAULT_METRIC
        if metric not in METRICS:
            raise InputError(
                f"there is no metric '{metric}'", f"choose one of {', '.join(METRICS)}", code="unknown-metric"
            )
        if query is None and not words:
            raise InputError(
                "there is nothing to search for", "give an image, an id, colours or words", code="nothing-to-search-for"
            )
        query = Query({}) if query is None else query if isinstance(query, Query) else self.query(query)
        further = self._words(words, query) if words else {}
        mix = self.mix(weights, query, further)
        where = list(where)
        selection = self.listing.selection(where, containing)
        counting = query.colours if mix.get("palette", 0) > 0 else ()
        ways = colour_ways(self.index, counting, None if selection is None else selection.mask)
        if ways is not None:
            further["palette"] = likeness(ways)
        found = self.index.nearest(
            query.vectors,
            mix,
            k,
            selection,
            metric,
            further,
            self.left_out(query),
            approximate,
        )
        bands = self.bands(mix, query, metric)
        facts = self._facts_of(found.ids)
        hits = [self._hit(found, place, bands, facts[place]) for place in range(len(found.ids))]
        nearest, overall = (hits[0].band if hits else None), bands.get(ALL)
        return SearchResult(
            self._asked(query, words),
            mix,
            metric,
            where,
            found.n_candidates,
            found.exact,
            hits,
            nearest,
            said(overall, nearest),
            {} if overall is None else overall.as_dict(found.n_candidates),
        )

    def bands(self, mix: Mapping[str, float], query: Query, metric: str = "cosine") -> dict[str, Bands]:
        """How near is near by each feature of a mix that the query has, and as "all" by these together; without those
        of which nothing can be said."""
        counting = {name: weight for name, weight in mix.items() if weight > 0 and name in query.vectors}
        if query.colours:  # a palette that was asked for is compared in a way of its own
            counting.pop("palette", None)
        asked = {ALL: counting, **{name: {name: weight} for name, weight in counting.items()}}
        found = {name: self._nearness.bands(part, metric) for name, part in asked.items()}
        return {name: bands for name, bands in found.items() if bands is not None}

    def find_motif(
        self,
        source: str | Path | bytes | Image.Image,
        region: Sequence[float] | None = None,
        k: int = 10,
        where: Iterable[str] = (),
        containing: str = "",
        copies: Sequence[str] = (),
        least: float = LEAST,
    ) -> MotifResult:
        """The paintings in which a detail is found again, best first, at most ``k``, and where in them; none where it
        is not found. The collection must be prepared: ``artextract index COLLECTION --motifs``.

        ``source``, ``where`` and ``containing`` as in ``search``; ``region`` (left, top, right, bottom, as fractions)
        takes a part of it. The painting of the detail is left out, and so are those with the hashes ``copies``.
        ``least`` is the score from which a place counts as found. Raises ``InputError`` for what cannot be searched
        for or is not prepared."""
        if k < 1:
            raise InputError(f"{k} paintings were asked for", "ask for at least 1", code="invalid-count")
        position = self.index.position(source) if isinstance(source, str) else None
        if isinstance(source, (str, Path)) and position is None and not _given_file(source).exists():
            raise self._nowhere(str(source))
        box = None if region is None else checked_region(region)
        image = self.image(source)
        try:
            detail = image if box is None else cropped(image, box)
        except ImageError as error:
            raise InputError(
                f"the detail cannot be used: {error.message}", "choose a larger part", error.code
            ) from error
        path = self.paintings.image_path(position) if position is not None else source
        if isinstance(path, str):
            path = file_of(path)
        hashes = [] if position is None else [self.index.hashes[position]]
        if position is None and not isinstance(source, Image.Image):
            hashes.append(content_hash(source if isinstance(source, bytes) else _given_file(source).read_bytes()))
        query = Query(
            {},
            None if position is None else str(source),
            str(path.resolve()) if isinstance(path, (Path, Address)) else None,
            (*hashes, *copies),
            () if position is None else (str(source),),
            box,
        )
        where = list(where)
        mask = self.listing.allowed(tuple(where), containing)
        allowed = {painting for painting, passes in zip(self.index.ids, mask, strict=True) if passes}
        answer = self._motifs.find(detail, k, self.left_out(query), allowed, least)
        asked = {name: value for name, value in self._asked(query, None).items() if name in _OF_A_DETAIL}
        facts = {painting: self._facts(painting) for painting, _ in answer[2]}
        return as_result(asked, where, answer, facts, least)

    def query(self, source: Source, region: Sequence[float] | None = None) -> Query:
        """Describe what is searched for, to be searched with several times.

        A text is the id of a painting of the collection or else a file; bytes are those of an image file; a picture is
        taken as it is. ``region`` (left, top, right, bottom, as fractions) takes a part of it. Raises ``InputError``
        for what is none of these, naming it."""
        if isinstance(source, Query):
            return source
        if isinstance(source, Image.Image):
            return self._describer.picture(source, region)
        if isinstance(source, bytes):
            return self._describer.file(source, "the image", region)
        position = self.index.position(source) if isinstance(source, str) else None
        if position is not None and region is None:
            return self._known(position)
        path = self.paintings.image_path(position) if position is not None else _given_file(source)
        if not path.exists():
            place = "where it was" if self.listing.private else f"at {str(path)!r}"
            raise (
                self._nowhere(str(source))
                if position is None
                else InputError(
                    f"the image of '{source}' is no longer {place}", "put it back, or import again", code="image-gone"
                )
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"'{source}' cannot be read: {error.strerror}",
                "give an image file or an id of the collection",
                code="unreadable-file",
            ) from error
        described = self._describer.file(data, f"'{source}'", region)
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
        """A query for a palette (``Describer.colours``)."""
        return self._describer.colours(colours)

    def image(self, painting: str | Path | bytes | Image.Image) -> Image.Image:
        """The picture of an id of the collection, or of any image; raises ``InputError`` where it cannot be opened."""
        position = self.index.position(painting) if isinstance(painting, str) else None
        try:
            return (
                painting
                if isinstance(painting, Image.Image)
                else open_image(
                    self.paintings.image_path(position) if position is not None else painting, at_least=SHOWN
                )
            )
        except ImageError as error:
            raise InputError(
                f"'{painting if isinstance(painting, (str, Path)) else 'the image'}' cannot be used: {error.message}",
                "give an image file or an id",
                code="unusable-picture",
            ) from error

    def path_of(self, painting_id: str) -> ImageFile:
        """The image file of a painting of the index; raises ``KeyError`` for another id."""
        position = self.index.position(painting_id)
        if position is None:
            raise KeyError(painting_id)
        return self.paintings.image_path(position)

    def title_of(self, query: Query) -> str:
        """What to call a query above its picture: a painting's title and artist, or else its file."""
        position = self.index.position(query.id) if query.id is not None else None
        if position is None:
            return Path(query.path).name if query.path else "the picture"
        facts = self._facts(self.index.ids[position])
        artist = facts["labels"].get("artist")
        return ", ".join(part for part in (caption_of(facts["title"], facts["path"], artist), artist) if part)

    @property
    def model_feature(self) -> Feature | None:
        """The feature of the index whose vectors a trained model gave; None where there is none."""
        return next((feature for feature in self.features.values() if feature.predictor is not None), None)

    @property
    def label_feature(self) -> Feature | None:
        """``model_feature``, where its vectors in the index still hold the labels that the model gave: those that were
        centred or whitened do not."""
        feature = self.model_feature
        return feature if feature is not None and self.index.space(feature.name).name == "raw" else None

    def predicted_labels(self) -> dict[str, list[str | None]]:
        """Per label column of the table that the model of the index knows, its label for each painting of the index,
        None where it is not sure; empty without ``label_feature``."""
        feature = self.label_feature
        if feature is None or feature.predictor is None:
            return {}
        sure = feature.predictor.is_sure
        found: dict[str, list[str | None]] = {}
        for rows in self.index.scan(feature.name):
            for name, pairs in feature.labels(rows.units).items():
                if name in self.paintings.labels:
                    found.setdefault(name, []).extend(label if sure(name, p) else None for label, p in pairs)
        return found

    def _known(self, position: int) -> Query:
        painting_id = self.index.ids[position]
        vectors = {}
        for name in self.index.features:
            rows = self.index.rows(name, [painting_id])
            if rows.norms[0] > 0:
                vectors[name] = rows.units[0] * rows.norms[0]
        missing = {name: "the painting has none" for name in self.index.features if name not in vectors}
        return Query(
            vectors,
            painting_id,
            str(self.paintings.image_path(position)),
            (self.index.hashes[position],),
            (painting_id,),
            missing=missing,
        )

    def _words(self, words: str, query: Query) -> dict[str, np.ndarray]:
        """What words add: the score of their texts, ``float64 (N,)`` with NaN for paintings that have none of them, and
        the likeness of pictures to them by each feature that knows words and that the query does not have."""
        found: dict[str, np.ndarray] = {}
        for name, feature in self.features.items():
            if name not in query.vectors:
                with suppress(WeightsUnavailableError):
                    text = feature.text_vector(words)
                    if text is not None:
                        found[name] = self._likeness_to_words(name, text)
        scores = np.full(len(self.index), np.nan)
        try:
            positions, values = self.listing.words.search(words, known_only=True)
            scores[positions] = values
        except InputError:
            if not found:
                raise
        return {WORDS: scores} | found

    def _likeness_to_words(self, name: str, text: np.ndarray) -> np.ndarray:
        """How much more like a text each picture is than the average picture, by the feature ``name``: float64 (N,),
        NaN for pictures without it. Words and pictures lie apart in their space, so only more or less than the average
        says anything."""
        matrix = self.index.space(name).matrix
        direction = text if matrix is None else text @ matrix
        parts = [np.where(rows.norms > 0, rows.units @ direction, np.nan) for rows in self.index.scan(name)]
        cosine = np.concatenate(parts) if parts else np.empty(0)
        likeness: np.ndarray = cosine - np.nanmean(cosine)
        return likeness

    def own_mix(self, features: Iterable[str] | None = None) -> dict[str, float] | None:
        """What people chose as the mix of this collection (``own_mix.choose_mix``), as far as ``features``, by default
        those of the index, have it; None where nothing was chosen or nothing of it is there."""
        there = set(self.index.features if features is None else features)
        mix = {name: w for name, w in (own_mix(self.paintings.root) or {}).items() if name in there}
        return mix if sum(mix.values()) > 0 else None

    def weights_of(self, weights: Mapping[str, float] | None) -> dict[str, float]:
        """As ``resolve_weights`` for the features of the index; None asks for the mix of this collection."""
        return resolve_weights(self.own_mix() if weights is None else weights, self.index.features)

    def mix(self, weights: Mapping[str, float] | None, query: Query, further: Iterable[str] = ()) -> dict[str, float]:
        """The weights that a search by this query uses, which sum to 1; ``further`` names features that are no vectors.
        Raises ``InputError`` where the query has none of those that weigh."""
        there = list(dict.fromkeys([*self.index.features, *further]))
        if weights is None:
            described = [name for name in self.index.features if name in query.vectors]
            by_default = dict(resolve_weights(self.own_mix(described), described).items()) if described else {}
            mix = resolve_weights({**by_default, **dict.fromkeys(further, WORDS_BESIDE)}, there)
        else:
            mix = resolve_weights(weights, there)
        asked = [name for name, weight in mix.items() if weight > 0]
        if not any(name in query.vectors or name in further for name in asked):
            reasons = "; ".join(f"{name}: {query.missing.get(name, 'the query has none')}" for name in asked)
            raise InputError(
                f"the query has nothing of what is asked for ({reasons})",
                "give weight to another feature, or another query",
                code="query-lacks-features",
            )
        return mix

    def left_out(self, query: Query) -> set[str]:
        """The ids of the query itself, of its copies, and of other views of the same object."""
        first, by_hash, by_object, object_of = self._same
        known = [painting_id for painting_id in query.ids if self.index.position(painting_id) is not None]
        same = {object_of[painting_id] for painting_id in known if painting_id in object_of}
        found = {*known, *(painting_id for key in query.sha256 for painting_id in by_hash.get(key, ()))}
        found |= {self.index.ids[first[key]] for key in query.sha256 if key in first}
        return found | {painting_id for name in same for painting_id in by_object[name]}

    @cached_property
    def _same(self) -> tuple[dict[str, int], dict[str, list[str]], dict[Any, list[str]], dict[str, Any]]:
        """By the hash of an image the place of the first painting that has it, and the ids of the others; ids by their
        object, and the object of each id that has one."""
        first: dict[str, int] = {}
        by_hash: dict[str, list[str]] = defaultdict(list)
        by_object: dict[Any, list[str]] = defaultdict(list)
        for position, key in enumerate(self.index.hashes):
            if first.setdefault(key, position) != position:
                by_hash[key].append(self.index.ids[position])
        objects = self.paintings.column("object") if "object" in self.paintings.frame else ()
        object_of = {i: name for i, name in zip(self.index.ids, objects, strict=False) if name is not None}
        for painting_id, name in object_of.items():
            by_object[name].append(painting_id)
        return first, dict(by_hash), dict(by_object), object_of

    def _asked(self, query: Query, words: str | None) -> dict[str, Any]:
        position = self.index.position(query.id) if query.id is not None else None
        facts = {} if position is None else self._facts(self.index.ids[position])
        return {
            "id": query.id,
            "path": query.path,
            "region": query.region,
            "colours": [list(pair) for pair in query.colours] or None,
            "words": words,
            "dropped": self.listing.words.unknown(words) if words else {},
            "plus": [part.name for part in query.wanted] or None,
            "minus": [part.name for part in query.unwanted] or None,
            "missing": query.missing,
            "title": facts.get("title"),
            "labels": facts.get("labels"),
        }

    def _nowhere(self, text: str) -> InputError:
        if text in self.index.skipped:
            return InputError(
                f"'{text}' is not in the index: {self.index.skipped[text]}",
                "repair the image, and index again",
                code="painting-not-indexed",
            )
        near = self._spelling.near(text)
        hint = f"ids like it: {', '.join(near)}" if near else f"ids look like '{self.index.ids[0]}'"
        return InputError(f"'{text}' is neither an id of the collection nor a file", hint, code="unknown-painting")

    def _facts(self, painting_id: str) -> dict[str, Any]:
        return self._facts_of([painting_id])[0]

    def _facts_of(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """What the table tells of some paintings of the index."""
        rows = [position for name in ids if (position := self.index.position(name)) is not None]
        table, root = self.paintings, self.paintings.root.resolve()
        columns = {name: table.cells(name, rows) for name in ("path", "title", "source", "rights", *table.labels)}
        return [
            {
                "path": str(root / columns["path"][place]),
                "labels": {name: columns[name][place] for name in table.labels},
                "title": columns["title"][place],
                "source": columns["source"][place],
                "rights": columns["rights"][place],
            }
            for place in range(len(rows))
        ]

    def _hit(self, found: Found, place: int, bands: Mapping[str, Bands], facts: Mapping[str, Any]) -> Hit:
        contributions, similarity, closer_than = (
            {name: _number(values[place]) for name, values in by_feature.items()}
            for by_feature in (found.contributions, found.similarities, found.closer_than)
        )
        near = bands_of(bands, contributions)
        return Hit(
            id=found.ids[place],
            score=float(sum(value for value in contributions.values() if value is not None)),
            features=contributions,
            similarity=similarity,
            closer_than={**closer_than, "all": _number(found.all_closer_than[place])},
            **facts,
            band=near.pop(ALL),
            bands=near,
        )


def bands_of(bands: Mapping[str, Bands], contributions: Mapping[str, float | None]) -> dict[str, str | None]:
    """The band of one hit by each feature of ``SearchEngine.bands``, and as "all" by those together; None where it, or
    the painting, has none."""
    parts = {name: contributions.get(name) for name in bands if name != ALL}
    there = [part for part in parts.values() if part is not None]
    found: dict[str, str | None] = {ALL: bands[ALL].of(sum(there)) if ALL in bands and there else None}
    return found | {name: None if part is None else bands[name].of(part) for name, part in parts.items()}


def _number(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)


def _given_file(source: str | Path) -> ImageFile:
    return address_of(source) if isinstance(source, str) and is_address(source) else user_path(source)
