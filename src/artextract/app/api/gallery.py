"""The gallery: what there is to look at, lists of paintings with their filters, and each painting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from PIL import Image

from artextract.app.api.collection_answers import (
    BRIEF,
    CollectionFacts,
    Colour,
    FacetsAnswer,
    FeatureColour,
    FeatureFacts,
    Ids,
    LabelCount,
    LabelFacet,
    Layout,
    Painting,
    PaintingDetails,
    PaintingPage,
    PresetFacts,
    brief,
    stated,
)
from artextract.app.api.workspace import NotFoundError, Workspace
from artextract.errors import ImageError
from artextract.features import presets_of
from artextract.features.cielab import LONG_SIDE, dominant_colours
from artextract.images import open_image
from artextract.kept import Kept
from artextract.naming import name_of
from artextract.objects import ImageFile
from artextract.search.asking.engine import SearchEngine
from artextract.search.lists import facets
from artextract.table import artist_column
from artextract.year_ranges import FIRST, LAST, WORDS, year_in_words

COLOURS = 6
"""How many dominant colours of a painting are given."""
COLOURS_KEPT = 512
DATES = (FIRST, LAST, WORDS)
_OWN_COLUMNS = ("id", "path", "title", "source", "rights", "split", "sha256", "phash", "width", "height")


class Gallery:
    """Answers what the gallery and the page of a painting ask; for several threads."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._aspects: Kept[SearchEngine, np.ndarray] = Kept(1)
        self._rights: Kept[SearchEngine, bool] = Kept(1)
        self._colours: Kept[tuple[ImageFile, str], list[Colour]] = Kept(COLOURS_KEPT)

    def facts(self) -> CollectionFacts:
        """What there is to look at, under no filter."""
        engine = self._workspace.engine()
        listing, labels = engine.listing, engine.paintings.labels
        counted = listing.facets.under(listing.allowed).labels
        return CollectionFacts(
            name=self._workspace.name,
            n=len(engine.paintings),
            skipped=len(engine.index.skipped),
            labels={facet.column: _counts(facet) for facet in counted if facet.column in labels},
            numbers=list(listing.facets.numbers),
            sorts=listing.orders.names(listing.facets),
            features=_features(engine),
            presets=[PresetFacts(**asdict(preset)) for preset in presets_of(engine.features.values())],
            can=self._workspace.can(),
        )

    def page(self, where: Sequence[str], text: str, sort: str, page: slice) -> PaintingPage:
        """Some of the paintings that pass the filters, in order."""
        engine = self._workspace.engine()
        rows = engine.listing.listed(where, text, sort)
        shown, table = rows[page], engine.paintings
        artist = artist_column(table.frame)
        there = [name for name in (artist, *DATES) if name and name in table.frame]
        names = dict.fromkeys((*BRIEF, "path", "rights", *table.labels, *there))
        columns = {name: table.cells(name, shown) for name in names}
        paintings = [
            Painting(
                **{name: columns[name][place] for name in BRIEF},
                name=name_of(
                    columns["title"][place], columns["path"][place], columns[artist][place] if artist else None
                ),
                artist=columns[artist][place] if artist else None,
                year=year_in_words({name: columns[name][place] for name in DATES if name in columns}),
                labels={name: columns[name][place] for name in table.labels},
                rights=stated(columns["rights"][place]),
            )
            for place in range(len(shown))
        ]
        return PaintingPage(total=len(rows), paintings=paintings)

    def layout(self, where: Sequence[str], text: str, sort: str) -> Layout:
        """The shapes of all paintings that pass the filters, in order."""
        engine = self._workspace.engine()
        rows = engine.listing.listed(where, text, sort)
        return Layout(total=len(rows), aspects=self._aspects_of(engine)[rows].tolist(), rights=self._rights_of(engine))

    def ids(self, where: Sequence[str], text: str, sort: str) -> Ids:
        """The ids of all paintings that pass the filters, in order."""
        engine = self._workspace.engine()
        return Ids(ids=engine.paintings.cells("id", engine.listing.listed(where, text, sort)))

    def facets(self, where: Sequence[str], text: str) -> FacetsAnswer:
        """The counts of all columns, each under the filters of the others."""
        listing = self._workspace.engine().listing
        found = listing.facets.under(listing.allowed, where, text)
        labels = [_answer(facet) for facet in found.labels]
        return FacetsAnswer(total=found.total, without=found.without, labels=labels, numbers=found.numbers)

    def facet(self, column: str, find: str, where: Sequence[str], text: str) -> LabelFacet:
        """The labels of one column that have ``find`` in them. Raises ``NotFoundError`` for a column without labels."""
        listing = self._workspace.engine().listing
        facet = listing.facets.find(column, find, listing.allowed, where, text)
        if facet is None:
            raise NotFoundError(
                f"there is no list of values for '{column}'",
                f"there is one for {', '.join(listing.facets.labels)}",
                code="no-value-list",
            )
        return _answer(facet)

    def painting(self, painting_id: str) -> PaintingDetails:
        """All that is known of a painting. Raises ``NotFoundError`` where the collection does not have it."""
        engine = self._workspace.engine()
        labels, record = engine.paintings.labels, self._workspace.record(engine, painting_id)
        more = {
            name: value
            for name, value in record.items()
            if name not in (*_OWN_COLUMNS, *labels) and value is not None and value != []
        }
        return PaintingDetails(
            **brief(record, labels) | {"rights": record["rights"]},
            source=record["source"],
            more=more,
            colours=self._colours_of(engine.records.path_of(painting_id), record["sha256"]),
        )

    def _aspects_of(self, engine: SearchEngine) -> np.ndarray:
        """How wide each painting is, in thousandths of its height: int (N,)."""

        def compute() -> np.ndarray:
            sizes = engine.paintings.frame[["width", "height"]].to_numpy(dtype=float)
            return np.round(1000 * sizes[:, 0] / sizes[:, 1]).astype(int)

        return self._aspects.get(engine, compute)

    def _rights_of(self, engine: SearchEngine) -> bool:
        """Whether any painting states its rights."""
        return self._rights.get(engine, lambda: any(map(stated, engine.paintings.frame["rights"].unique())))

    def _colours_of(self, path: ImageFile, content: str) -> list[Colour]:
        def compute() -> list[Colour]:
            try:
                return colours(open_image(path, at_least=LONG_SIDE))
            except ImageError:  # gone or damaged since it was indexed; what is known of it is still given
                return []

        return self._colours.get((path, content), compute)


def colours(image: Image.Image) -> list[Colour]:
    """The dominant colours of a picture, the largest first."""
    return [Colour(hex=code, proportion=proportion) for code, proportion in dominant_colours(image, COLOURS)]


def _features(engine: SearchEngine) -> list[FeatureFacts]:
    if not engine.features:
        return []
    mix = engine.weights_of(None)
    return [
        FeatureFacts(
            name=name,
            description=feature.description,
            weight=mix[name],
            describes=name not in engine.unavailable,
            colour=FeatureColour(light=feature.colour.light, dark=feature.colour.dark),
        )
        for name, feature in engine.features.items()
    ]


def _answer(facet: facets.LabelFacet) -> LabelFacet:
    return LabelFacet(column=facet.column, distinct=facet.distinct, values=_counts(facet))


def _counts(facet: facets.LabelFacet) -> list[LabelCount]:
    return [LabelCount(value=value, count=count) for value, count in facet.values]
