"""What each part of a combined query ("like these, unlike those") adds to the score of one painting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from artextract.index import CROWDED, Found, VectorIndex
from artextract.said import Said
from artextract.search.asking.query import Query, directions


@dataclass(frozen=True)
class QueryPart:
    """``name`` is the id or file of one picture of the query, ``title`` what to call it, ``wanted`` whether it was to
    be like or unlike it. ``features``: what it adds by each feature that counts, None where it or the painting lacks
    that; ``score`` is their sum."""

    name: str
    title: str
    wanted: bool
    score: float
    features: dict[str, float | None]


def parts_of(
    index: VectorIndex,
    query: Query,
    titles: Sequence[str],
    found: Found,
    mix: Mapping[str, float],
    metric: str,
) -> tuple[QueryPart, ...]:
    """The parts of a combined query, those wanted first, as they make up the contributions of the first painting of
    ``found``; none for any other query. ``titles`` are those of the parts, in this order.

    The direction of a combined query is a sum, so its cosine with the painting is one too, a term for each part. What
    depends on no part alone (the mean pair of the collection, the crowds of CSLS) is divided by how much the parts
    count. For "l2" the terms are those of its tangent. Per feature the parts sum to its contribution."""
    counting = [name for name, weight in mix.items() if weight > 0]
    added: list[dict[str, float | None]] = [dict.fromkeys(counting) for _ in query.parts]
    for name in counting if query.parts else ():
        total = found.contributions[name][0]
        if not np.isfinite(total):
            continue
        terms = directions(query, name)
        painting = index.rows(name, found.ids[:1])
        length = max(float(np.linalg.norm(np.sum(list(terms.values()), axis=0))), 1e-12)
        steep = mix[name] / index.scale(name, metric).reach * _slope(query, name, found, metric, painting.norms[0])
        by_part = {place: steep * float(term @ painting.units[0]) / length for place, term in terms.items()}
        counts = {
            place: float(np.linalg.norm(term)) * (1 if place < len(query.wanted) else -1)
            for place, term in terms.items()
        }
        rest = float(total) - sum(by_part.values())
        for place, value in by_part.items():
            added[place][name] = value + rest * counts[place] / sum(counts.values())
    return tuple(
        QueryPart(part.name, title, place < len(query.wanted), sum(value or 0.0 for value in by.values()), by)
        for place, (part, title, by) in enumerate(zip(query.parts, titles, added, strict=bool(query.parts)))
    )


def parts_said(parts: tuple[QueryPart, ...]) -> str:
    """The parts in a sentence, the largest first: "Of the score, 0.62 comes from 'A' and 0.31 from 'B'; being unlike
    'C' takes away 0.05."; "" for none."""
    if not parts:
        return ""
    wanted = sorted((part for part in parts if part.wanted), key=lambda part: -part.score)
    of: list[str] = []
    for place, part in enumerate(wanted):
        facts = {"score": part.score, "title": part.title}
        first = Said("part-first", "{score:.2f} comes from '{title}'", **facts)
        of.append(first if not place else Said("part-next", "{score:.2f} from '{title}'", **facts))
    unwanted: list[str] = []
    for part in parts:
        if not part.wanted and part.score >= 0:
            unwanted.append(
                Said("unlike-adds", "being unlike '{title}' adds {score:.2f}", title=part.title, score=part.score)
            )
        elif not part.wanted:
            text = "being unlike '{title}' takes away {score:.2f}"
            unwanted.append(Said("unlike-takes", text, title=part.title, score=-part.score))
    if unwanted:
        return Said("parts-unlike", "Of the score, {wanted}; {unwanted}.", wanted=of, unwanted=unwanted)
    return Said("parts", "Of the score, {wanted}.", wanted=of)


def _slope(query: Query, name: str, found: Found, metric: str, norm: np.floating) -> float:
    """How much a similarity rises with the cosine."""
    if metric == "l2":
        distance = max(-float(found.similarities[name][0]), 1e-6)
        return float(np.linalg.norm(query.vectors[name])) * float(norm) / distance
    return 2.0 if metric in CROWDED else 1.0
