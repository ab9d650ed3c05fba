"""What a search answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from artextract.index import Found
from artextract.naming import Captioned
from artextract.search.asking.nearness import Bands
from artextract.search.asking.query import Query

ALL = "all"
WORDS = "words"
"""The name under which words count in a mix."""


@dataclass(frozen=True)
class Hit(Captioned):
    """One painting found.

    ``features`` are the contributions, weight times standard similarity (0 the mean pair of the collection, 1 as near
    as the nearest hundredth of pairs), which sum to ``score``; ``similarity`` the raw values of the metric;
    ``closer_than`` the part of the collection that is less similar to the query, by each feature and as "all" by the
    score. Each is None for a feature that this painting or the query lacks, which contributes 0. ``band`` says how near
    it is by the score (of ``nearness.BANDS``) and ``bands`` by each feature that counts; None where that is not known,
    as for words."""

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
    """``hits`` best first.

    ``n_candidates`` is how many paintings could have been found: those that the filters let through and that have any
    of the features asked for, the query left out. ``exact`` is False where an approximate index chose the candidates.

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


def asked(
    query: Query, facts: Mapping[str, Any], words: str | None = None, dropped: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """``SearchResult.query``; ``facts`` as of ``Records.facts``, where the query is a painting of the collection."""
    return {
        "id": query.id,
        "path": query.path,
        "region": query.region,
        "colours": [list(pair) for pair in query.colours] or None,
        "words": words,
        "dropped": dict(dropped or {}),
        "plus": [part.name for part in query.wanted] or None,
        "minus": [part.name for part in query.unwanted] or None,
        "missing": query.missing,
        "title": facts.get("title"),
        "labels": facts.get("labels"),
    }


def hit_of(found: Found, place: int, bands: Mapping[str, Bands], facts: Mapping[str, Any]) -> Hit:
    """The hit at a place of what an index found; ``facts`` as of ``Records.facts``."""
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
    """The band of one hit by each feature of ``SearchEngine.bands``, and as "all" by those together.

    None where it, or the painting, has none."""
    parts = {name: contributions.get(name) for name in bands if name != ALL}
    there = [part for part in parts.values() if part is not None]
    found: dict[str, str | None] = {ALL: bands[ALL].of(sum(there)) if ALL in bands and there else None}
    return found | {name: None if part is None else bands[name].of(part) for name, part in parts.items()}


def _number(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)
