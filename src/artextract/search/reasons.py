"""Why a painting of the collection is like a query: what the search counted, in words and, if wanted, as a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Mapping

import numpy as np
from PIL import Image

from artextract.errors import ArtExtractError, InputError
from artextract.features import Feature, store_folder
from artextract.features.store import FeatureStore
from artextract.index.ranking import Found, rank
from artextract.search.engine import SearchEngine, Source
from artextract.search.explain import Explanation, FeatureReason, explain_pair
from artextract.search.query import Query
from artextract.search.reason_sheet import write_reason_sheet
from artextract.search.regions import matching_regions


def explain_match(
    engine: SearchEngine, query: Source, hit_id: str, weights: Mapping[str, float] | None = None, metric: str = "cosine", sheet: str | Path | None = None
) -> Explanation:
    """Explain one painting of the collection as the answer to a search by another painting or an image; with ``sheet`` also draw it into that file.

    Raises ``InputError`` where ``hit_id`` is no id of the index, where it has none of the features asked for, and where an image cannot be opened.
    """
    position = engine.index.position(hit_id)
    if position is None:
        raise InputError(f"there is no painting '{hit_id}' in the index", "give an id of the collection")
    asked, hit = engine.query(query), engine.query(hit_id)
    mix = engine.mix(weights, asked)
    alone = np.zeros(len(engine.index), dtype=bool)
    alone[position] = True
    found = rank(engine.index, asked.vectors, mix, 1, alone, metric, left_out=engine.left_out(asked) & ~alone)
    if not len(found.positions):
        raise InputError(f"'{hit_id}' has none of the features asked for", "give weight to other features")
    images = engine.image(query if asked.id is None else asked.id), engine.image(hit_id)
    features = {name: engine.features[name] for name, weight in mix.items() if weight > 0 and name in engine.features}
    vectors = [{name: _raw_vector(engine, feature, one, image) for name, feature in features.items()} for one, image in zip((asked, hit), images)]
    values = [{name: float(part[name][0]) for name in features} for part in (found.contributions, found.similarities, found.closer_than)]
    matching = None
    if "deep" in engine.features:
        space = engine.index.space("deep")
        matching = matching_regions(*images, engine.features["deep"], None if space.matrix is not None else space.mean)
    explanation = _with_untold(engine, explain_pair(*images, features, *vectors, *values, matching), found, mix)
    if sheet is not None:
        write_reason_sheet(explanation, *images, features, sheet, (engine.title_of(asked), engine.title_of(hit)))
    return explanation


def _with_untold(engine: SearchEngine, explanation: Explanation, found: Found, mix: Mapping[str, float]) -> Explanation:
    """The explanation with those features of the mix that are indexed and cannot be put into words on this machine, so that the parts are those of the search."""
    untold = tuple(
        FeatureReason(
            name, f"indexed, but not to be told of here: {engine.unavailable.get(name, 'the feature is not here')}",
            float(found.contributions[name][0]), float(found.similarities[name][0]), float(found.closer_than[name][0]), "", "",
        )
        for name, weight in mix.items()
        if weight > 0 and name not in engine.features and np.isfinite(found.contributions[name][0])
    )  # fmt: skip
    return replace(explanation, features=explanation.features + untold, score=explanation.score + sum(reason.contribution for reason in untold)) if untold else explanation


def _raw_vector(engine: SearchEngine, feature: Feature, query: Query, image: Image.Image) -> np.ndarray | None:
    """The vector as the feature gave it, from the store where that has it: for some features a new picture can be described elsewhere only."""
    store = FeatureStore(store_folder(engine.paintings.root, feature))
    if query.id is not None and query.sha256 and query.sha256[0] in store:
        return store.vectors(query.sha256[:1])[0]
    try:
        return feature.vector(image)
    except ArtExtractError:
        return None
