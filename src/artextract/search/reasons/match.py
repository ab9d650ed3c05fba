"""Why a painting of the collection is like a query: what the search counted, in words and, if wanted, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from artextract.errors import InputError
from artextract.features import Feature
from artextract.features.cielab import sharpened
from artextract.index import Found, Selection
from artextract.said import Said, joined
from artextract.search.asking.engine import SearchEngine, Source
from artextract.search.asking.query import Query
from artextract.search.asking.result import ALL, bands_of
from artextract.search.asking.weights import DEFAULT_METRIC
from artextract.search.reasons.described_image import DescribedImage
from artextract.search.reasons.explain import Explanation, FeatureReason, explain_pair
from artextract.search.reasons.parts import parts_of
from artextract.search.reasons.reason_sheet import write_reason_sheet
from artextract.search.reasons.regions import Matching, map_feature, match


def explain_match(
    engine: SearchEngine,
    query: Source,
    hit_id: str,
    weights: Mapping[str, float] | None = None,
    metric: str | None = None,
    sheet: str | Path | None = None,
) -> Explanation:
    """Explain one painting of the collection as the answer to a search by another painting or an image.

    With ``sheet`` also draw it into that file. Of a combined query (``SearchEngine.combine``) it tells what each part
    adds; sentences and sheet then show the first that is wanted.

    Raises ``InputError`` where ``hit_id`` is no id of the index, where it has none of the features asked for, and where
    an image that is to be drawn cannot be opened."""
    if engine.index.position(hit_id) is None:
        raise InputError(
            f"there is no painting '{hit_id}' in the index", "give an id of the collection", code="unknown-painting"
        )
    asked = engine.query(query)
    first = asked.wanted[0] if asked.wanted else asked
    one = DescribedImage(engine, first, first.id or first.path or query)
    hit = DescribedImage(engine, engine.query(hit_id), hit_id)
    mix = engine.mix(weights, asked)
    explanation = explain_images(engine, one, hit, mix, metric, asked)
    if sheet is not None:
        titles = engine.records.title_of(first), engine.records.title_of(hit.query)
        write_reason_sheet(explanation, one.image, hit.image, _explained(engine, mix), sheet, titles)
    return explanation


def explain_images(
    engine: SearchEngine,
    asked: DescribedImage,
    hit: DescribedImage,
    mix: Mapping[str, float],
    metric: str | None = None,
    query: Query | None = None,
) -> Explanation:
    """Explain the painting of ``hit``, which is one of the collection, as the answer to ``asked`` by a mix as
    ``SearchEngine.mix`` gives it; or to the combined ``query``, of which ``asked`` is the first part.

    A picture whose file is gone is explained by what was indexed of it, without the regions. Raises ``InputError``
    where the painting has none of the features asked for."""
    query = asked.query if query is None else query
    hit_id = hit.query.id
    position = None if hit_id is None else engine.index.position(hit_id)
    if hit_id is None or position is None:
        raise InputError(
            f"there is no painting '{hit.query.name}' in the index",
            "give an id of the collection",
            code="unknown-painting",
        )
    metric = metric or DEFAULT_METRIC
    alone = np.zeros(len(engine.index), dtype=bool)
    alone[position] = True
    found = engine.index.nearest(
        query.vectors,
        mix,
        1,
        Selection(alone),
        metric,
        left_out=engine.copies.of(query) - {hit_id},
    )
    if not len(found.ids):
        raise InputError(
            f"'{hit_id}' has none of the features asked for",
            "give weight to other features",
            code="painting-lacks-features",
        )
    features = _explained(engine, mix)
    vectors = [{name: side.vector(feature) for name, feature in features.items()} for side in (asked, hit)]
    contributions, similarities, closer_than = (
        {name: float(part[name][0]) for name in features}
        for part in (found.contributions, found.similarities, found.closer_than)
    )
    near = bands_of(
        engine.bands(mix, query, metric),
        {name: _finite(values[0]) for name, values in found.contributions.items()},
    )
    itself = bool(query.parts) and hit_id in engine.copies.of(query)
    if itself:  # it is near because it was asked with, which says nothing of a work
        near[ALL] = None
    explanation = explain_pair(
        _colours(asked),
        _colours(hit),
        features,
        vectors[0],
        vectors[1],
        contributions,
        similarities,
        closer_than,
        matching_of(asked, hit),
        near,
        parts_of(engine.index, query, [engine.records.title_of(part) for part in query.parts], found, mix, metric),
    )
    explanation = _with_unexplained(engine, explanation, found, mix, near)
    asked_with = Said("part-of-query", "This painting is itself one of the pictures that are searched with.")
    return replace(
        explanation,
        summary=joined([asked_with, explanation.summary]) if itself else explanation.summary,
        band=near[ALL],
        closer_than=None if np.isnan(found.all_closer_than[0]) else float(found.all_closer_than[0]),
    )


def matching_of(asked: DescribedImage, hit: DescribedImage) -> Matching | None:
    """Where two pictures match by the feature that has maps, as the index compares them.

    None where there is no such feature here, or a picture is not."""
    engine = asked.engine
    feature = map_feature(engine.features.values())
    if feature is None or asked.image_or_none is None or hit.image_or_none is None:
        return None
    space = engine.index.space(feature.name)
    (map_a, vector_a), (map_b, vector_b) = asked.map_and_vector(feature), hit.map_and_vector(feature)
    geometry = feature.backbone.transform.geometry
    return match(
        map_a,
        map_b,
        vector_a,
        vector_b,
        (asked.image.size, hit.image.size),
        geometry,
        None if space.matrix is not None else space.mean,
    )


def _explained(engine: SearchEngine, mix: Mapping[str, float]) -> dict[str, Feature]:
    return {name: engine.features[name] for name, weight in mix.items() if weight > 0 and name in engine.features}


def _colours(described: DescribedImage) -> Image.Image | np.ndarray | None:
    """What holds the colours of a side: its picture or, where that is gone, the histogram that was indexed."""
    image = described.image_or_none
    if image is not None or "palette" not in described.engine.features:
        return image
    vector = described.vector(described.engine.features["palette"])
    return None if vector is None else sharpened(vector[None])[0]


def _with_unexplained(
    engine: SearchEngine,
    explanation: Explanation,
    found: Found,
    mix: Mapping[str, float],
    near: Mapping[str, str | None],
) -> Explanation:
    """The explanation with those features of the mix that are indexed and cannot be put into words on this machine, so
    that the parts are those of the search."""
    unexplained = tuple(
        FeatureReason(
            name,
            f"indexed, but it cannot be explained here: {engine.unavailable.get(name, 'the feature is not here')}",
            float(found.contributions[name][0]),
            float(found.similarities[name][0]),
            float(found.closer_than[name][0]),
            "",
            "",
            near.get(name),
        )
        for name, weight in mix.items()
        if weight > 0 and name not in engine.features and np.isfinite(found.contributions[name][0])
    )
    return (
        replace(
            explanation,
            features=explanation.features + unexplained,
            score=explanation.score + sum(reason.contribution or 0.0 for reason in unexplained),
        )
        if unexplained
        else explanation
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
