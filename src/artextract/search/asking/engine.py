"""Searches an indexed collection for the paintings most like one of its own, any image, a part of one, or words, in any
mix of features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from artextract.errors import InputError, WeightsUnavailableError
from artextract.features import DEFAULT_BACKBONE, Feature, get_feature
from artextract.index import METRICS, VectorIndex, open_index
from artextract.search.asking.colours import colour_ways, likeness
from artextract.search.asking.copies import Copies
from artextract.search.asking.describe import Describer, given_file
from artextract.search.asking.model_labels import predicted_labels
from artextract.search.asking.motif_desk import MotifDesk
from artextract.search.asking.nearness import Bands, Nearness, said
from artextract.search.asking.own_mix import chosen_mix
from artextract.search.asking.query import Query, combined
from artextract.search.asking.records import Records
from artextract.search.asking.result import ALL, SearchResult, asked, hit_of
from artextract.search.asking.text_scores import text_scores
from artextract.search.asking.weights import DEFAULT_METRIC, resolve_weights
from artextract.search.build import require_same
from artextract.search.index_options import index_folder
from artextract.search.lists.listing import Listing
from artextract.table import Paintings, read_paintings

WORDS_WEIGHT = 1.0
"""What words weigh next to the default mix, which weighs 1 in all, where both are asked for."""
Source = str | Path | bytes | Image.Image | Query


class SearchEngine:
    """Open one with ``SearchEngine.open(collection)`` and ask it many times, from several threads if need be.

    It stays as it was opened; ``is_stale`` tells when to open anew. Its parts answer what is no search: ``listing``
    filters and orders the paintings, ``records`` has what the table tells of them, ``describer`` describes pictures,
    ``copies`` finds what is the same painting, and ``motifs`` finds details."""

    def __init__(
        self,
        paintings: Paintings,
        index: VectorIndex,
        features: Mapping[str, Feature],
        unavailable: Mapping[str, str] | None = None,
        unfinished: Callable[[], bool] | None = None,
    ):
        """``paintings`` are the rows of the index, in its order.

        ``unavailable`` tells why a feature of the index cannot describe new images here. ``unfinished``: the index is
        only begun; it tells whether it still is the latest."""
        self.paintings = paintings
        self.index = index
        self.features = dict(features)
        self.unavailable = dict(unavailable or {})
        self._unfinished = unfinished
        self.listing = Listing(paintings, lambda: predicted_labels(index, self.features, paintings))
        self.records = Records(index, paintings)
        self.describer = Describer(index, self.features, self.unavailable)
        self.copies = Copies(index, paintings)
        self.motifs = MotifDesk(paintings.root, index.ids, index.hashes)
        self._nearness = Nearness(index, paintings)

    @staticmethod
    def open(
        collection: str | Path, index_at: Path | None = None, unfinished: Callable[[], bool] | None = None
    ) -> SearchEngine:
        """``index_at``: the folder of another index than that of the collection, ``unfinished`` as of the class.

        Raises ``InputError`` where there is no collection or index, ``MismatchError`` where these do not fit together
        or a feature is of another version by now, as with another model."""
        paintings = read_paintings(collection)
        index = open_index(index_at or index_folder(collection))
        features, unavailable = _features_of(index, collection)
        versions = {name: f"{feature.store_name}@{feature.version}" for name, feature in features.items()}
        require_same(index, paintings, versions)
        if not paintings.has_cells("id", index.ids):
            row_of = {painting_id: row for row, painting_id in enumerate(paintings.ids)}
            paintings = paintings.rows([row_of[painting_id] for painting_id in index.ids])
        return SearchEngine(paintings, index, features, unavailable, unfinished)

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
        """The ``k`` paintings most like ``query``, best first.

        Fewer only where the filters, or the features asked for, leave fewer.

        ``query`` is what ``query()`` takes, or what ``query()``, ``combine()`` or ``describer.colours()`` gave. The
        query itself is left out, by id and by content hash, and so are other views of the same object (column
        "object"). ``weights`` are scaled to sum 1; a feature that a painting does not have contributes 0, and a
        painting that has none of the features asked for is not found. ``where`` are expressions of
        ``search.filters``, applied first. ``words`` are looked for in the texts of the table (``search.words``), and
        in the pictures by the indexed features that know words (``Feature.text_vector``); they weigh as the feature
        "words". ``metric``: one of ``index.METRICS``; None takes ``weights.DEFAULT_METRIC``. ``approximate`` True or
        False asks for or against the index of candidates, which is otherwise used where there is one; with words, or
        by a mix or metric that it does not serve, the search is exact. ``containing``: words that a painting's texts
        must have to be found (``search.words``); they filter and do not count."""
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
        further: dict[str, np.ndarray] = {}
        if words:
            knowing = {name: feature for name, feature in self.features.items() if name not in query.vectors}
            further = text_scores(words, self.index, knowing, self.listing.words)
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
            self.copies.of(query),
            approximate,
        )
        bands = self.bands(mix, query, metric)
        facts = self.records.facts(found.ids)
        hits = [hit_of(found, place, bands, facts[place]) for place in range(len(found.ids))]
        nearest, overall = (hits[0].band if hits else None), bands.get(ALL)
        return SearchResult(
            asked(query, self.records.of_query(query), words, self.listing.words.unknown(words) if words else None),
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
        """How near is near by each feature of a mix that the query has, and as "all" by these together.

        Without those of which nothing can be said."""
        counting = {name: weight for name, weight in mix.items() if weight > 0 and name in query.vectors}
        if query.colours:  # a palette that was asked for is compared in a way of its own
            counting.pop("palette", None)
        asked = {ALL: counting, **{name: {name: weight} for name, weight in counting.items()}}
        found = {name: self._nearness.bands(part, metric) for name, part in asked.items()}
        return {name: bands for name, bands in found.items() if bands is not None}

    def query(self, source: Source, region: Sequence[float] | None = None) -> Query:
        """Describe what is searched for, to be searched with several times.

        A text is the id of a painting of the collection or else a file; bytes are those of an image file; a picture is
        taken as it is. ``region`` (left, top, right, bottom, as fractions) takes a part of it. Raises ``InputError``
        for what is none of these, naming it."""
        if isinstance(source, Query):
            return source
        if isinstance(source, Image.Image):
            return self.describer.picture(source, region)
        if isinstance(source, bytes):
            return self.describer.file(source, "the image", region)
        position = self.index.position(source) if isinstance(source, str) else None
        if position is not None and region is None:
            return replace(self.describer.indexed(str(source)), path=str(self.paintings.image_path(position)))
        path = self.paintings.image_path(position) if position is not None else given_file(source)
        if not path.exists():
            place = "where it was" if self.listing.private else f"at {str(path)!r}"
            raise (
                self.records.unknown(str(source))
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
        described = self.describer.file(data, f"'{source}'", region)
        return replace(
            described,
            path=str(path.resolve()),
            id=None if position is None else str(source),
            ids=() if position is None else (str(source),),
        )

    def combine(self, plus: Sequence[Source], minus: Sequence[Source] = ()) -> Query:
        """One query of several, to be like all of ``plus`` and unlike all of ``minus`` (``search.query.combined``)."""
        return combined([self.query(source) for source in plus], [self.query(source) for source in minus])

    def weights_of(self, weights: Mapping[str, float] | None) -> dict[str, float]:
        """As ``resolve_weights`` for the features of the index; None asks for the mix of this collection."""
        return resolve_weights(
            chosen_mix(self.paintings.root, self.index.features) if weights is None else weights, self.index.features
        )

    def mix(self, weights: Mapping[str, float] | None, query: Query, further: Iterable[str] = ()) -> dict[str, float]:
        """The weights that a search by this query uses, which sum to 1.

        ``further`` names features that are no vectors. Raises ``InputError`` where the query has none of those that
        weigh."""
        there = list(dict.fromkeys([*self.index.features, *further]))
        if weights is None:
            described = [name for name in self.index.features if name in query.vectors]
            by_default = (
                dict(resolve_weights(chosen_mix(self.paintings.root, described), described).items())
                if described
                else {}
            )
            mix = resolve_weights({**by_default, **dict.fromkeys(further, WORDS_WEIGHT)}, there)
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


def _features_of(index: VectorIndex, collection: str | Path) -> tuple[dict[str, Feature], dict[str, str]]:
    """The features of an index, and why one cannot describe new images here."""
    settings = index.settings
    features: dict[str, Feature] = {}
    unavailable: dict[str, str] = {}
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
    return features, unavailable
