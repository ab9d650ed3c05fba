"""Why two paintings match: what each feature adds, how rare that is, what they share, and what one of them lacks.

In words and as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image

from artextract.features import Feature, MapFeature
from artextract.features.swatches import Swatch, shared_colours
from artextract.said import Said, joined
from artextract.search.asking.nearness import CLOSE, RELATED, SAME, VERY_CLOSE
from artextract.search.reasons.parts import QueryPart, parts_said
from artextract.search.reasons.regions import Box, Matching

FAR = 0.3
"""Up to this part of the collection that is less similar, paintings are said to differ."""
SAID_BY_RELATED = 5
"""With so many features or fewer, "related" (1 random pair in 100 by each feature) is enough to be said to be alike: of
random pairs at most 5 % are then called so. With more it has to be "close"."""


@dataclass(frozen=True)
class FeatureReason:
    """One feature's part in a match.

    ``contribution`` is its part of the score, ``similarity`` what it was made of, ``percentile`` (0..1) how much of the
    collection is less similar; each None where unknown. ``missing``: "" or which painting lacks the feature: "first",
    "second", "both". ``band`` says how near the two are by it (of ``nearness.BANDS``); None where that is not known."""

    name: str
    description: str
    contribution: float | None
    similarity: float | None
    percentile: float | None
    missing: str
    sentence: str
    band: str | None = None


@dataclass(frozen=True)
class Explanation:
    """``score`` is the sum of the contributions.

    ``features`` stand with the largest contribution first and those that are missing last; ``swatches`` are the colours
    that both have; ``matching`` None where no regions were looked for."""

    summary: str
    score: float
    features: tuple[FeatureReason, ...]
    swatches: tuple[Swatch, ...]
    matching: Matching | None = None
    closer_than: float | None = None
    """The part 0..1 of the collection that is less similar by the score; None outside a search."""
    band: str | None = None
    """How near the two are by the score (of ``nearness.BANDS``); None where that is not known."""
    parts: tuple[QueryPart, ...] = ()
    """Of a combined query: what each of its pictures adds. The sentences then are about the first that is wanted."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: {"summary", "score", "band", "features", "swatches", "matching", "parts"}."""
        return {
            "summary": self.summary,
            "score": self.score,
            "band": self.band,
            "features": [asdict(reason) for reason in self.features],
            "swatches": [asdict(swatch) for swatch in self.swatches],
            "matching": self.matching.as_dict() if self.matching else None,
            "parts": [asdict(part) for part in self.parts],
        }


def explain_pair(
    a_image: Image.Image | np.ndarray | None,
    b_image: Image.Image | np.ndarray | None,
    features: Mapping[str, Feature],
    vectors_a: Mapping[str, np.ndarray | None],
    vectors_b: Mapping[str, np.ndarray | None],
    contributions: Mapping[str, float | None],
    similarities: Mapping[str, float | None] | None = None,
    percentiles: Mapping[str, float | None] | None = None,
    matching: Matching | None = None,
    bands: Mapping[str, str | None] | None = None,
    parts: tuple[QueryPart, ...] = (),
) -> Explanation:
    """Explain why the painting ``b`` was found for ``a``.

    Where there is no picture, the histogram ``cielab.amounts`` or None takes its place.

    ``features`` are those of the search; ``vectors_a`` and ``vectors_b`` are raw, as ``Feature.extract`` gives them
    (all NaN, None or absent: the painting lacks the feature). ``contributions`` sum to the score. ``percentiles`` are
    0..1: the part of the collection that is less similar. ``matching`` comes from ``regions.matching_regions``; its
    words stand with the feature that has maps, and in the summary where that is not among ``features``. ``bands`` say
    how near the two are by each feature. ``parts`` are those of a combined query, whose first is ``a``: a feature that
    any of them has is not missing."""
    similarities, percentiles, bands = similarities or {}, percentiles or {}, bands or {}
    reasons = []
    for name, feature in features.items():
        a, b = vectors_a.get(name), vectors_b.get(name)
        known = any(part.features.get(name) is not None for part in parts)
        missing = "" if known else _missing(a, b)
        contribution, similarity, percentile = (
            None if missing else _number(some.get(name)) for some in (contributions, similarities, percentiles)
        )
        if a is None or b is None or _missing(a, b):
            sentence = _absence(feature, missing) if missing else ""
        else:
            sentence = feature.explain(a, b)
        if isinstance(feature, MapFeature) and matching is not None and not _missing(a, b):
            sentence = joined([sentence, _regions(matching)])
        reasons.append(
            FeatureReason(
                name,
                feature.description,
                contribution,
                similarity,
                percentile,
                missing,
                sentence,
                None if missing else bands.get(name),
            )
        )
    reasons.sort(key=lambda reason: (bool(reason.missing), -(reason.contribution or 0.0)))
    score = sum(reason.contribution or 0.0 for reason in reasons)
    about = {name: Said("feature", feature.about or f"'{name}'", feature=name) for name, feature in features.items()}
    summary = joined([parts_said(parts), _summary(reasons, score, about)])
    if matching is not None and not any(isinstance(feature, MapFeature) for feature in features.values()):
        summary = joined([summary, _regions(matching)])
    swatches = () if a_image is None or b_image is None else tuple(shared_colours(a_image, b_image))
    return Explanation(summary, score, tuple(reasons), swatches, matching, parts=parts)


def place(box: Box) -> str:
    """Where a region lies in its picture, in words: "the lower left"."""
    left, top, right, bottom = box
    if right - left > 0.7 and bottom - top > 0.7:
        return "nearly the whole"
    row = ("upper", "middle", "lower")[min(2, int(1.5 * (top + bottom)))]
    column = ("left", "", "right")[min(2, int(1.5 * (left + right)))]
    if not column:
        return {"upper": "the top", "middle": "the centre", "lower": "the foot"}[row]
    return f"the {column} side" if row == "middle" else f"the {row} {column}"


def _missing(a: np.ndarray | None, b: np.ndarray | None) -> str:
    without = [vector is None or bool(np.isnan(vector).any()) for vector in (a, b)]
    return "both" if all(without) else "first" if without[0] else "second" if without[1] else ""


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _absence(feature: Feature, missing: str) -> str:
    named = Said("feature", feature.name, feature=feature.name)
    if not feature.needs:
        who = {"both": "Neither painting", "first": "The first painting", "second": "The second painting"}[missing]
        could = "could" if missing == "both" else "could not"
        return Said(
            f"undescribed-{missing}",
            f"{who} {could} be described by {{feature}}, so it counted nothing.",
            feature=named,
        )
    who = {"both": "Neither has a", "first": "The first has no", "second": "The second has no"}[missing]
    text = f"{who} {{needs}}, so {{feature}} counted nothing."
    return Said(f"lacks-{missing}", text, needs=feature.needs, feature=named)


def _regions(matching: Matching) -> str:
    if not matching.pairs:
        return Said("no-regions", "No area of one corresponds to an area of the other.")
    first, *others = [
        Said("places", "{place} of the first and {across} of the second", place=place(pair.a), across=place(pair.b))
        for pair in matching.pairs
    ]
    if others:
        return Said("regions", "What answers best (1) is {first}, then (2) {next}.", first=first, next=others[0])
    return Said("region", "What answers best (1) is {first}.", first=first)


def _summary(reasons: list[FeatureReason], score: float, about: Mapping[str, str]) -> str:
    present = [reason for reason in reasons if reason.contribution is not None]
    alike = (SAME, VERY_CLOSE, CLOSE, *([RELATED] if len(present) <= SAID_BY_RELATED else []))
    helping = [reason for reason in present if (reason.contribution or 0.0) > 0]
    sentences: list[str] = []
    if helping:
        lead = helping[0]
        also = [reason for reason in helping[1:] if reason.band in alike]
        sentences.append(_lead(lead, score, lead.band in alike, bool(also), about[lead.name]))
        if also:
            near = [Said("near", "{feature} ({band})", feature=about[r.name], band=r.band) for r in also[:3]]
            sentences.append(
                Said("also-near", "Also near in {near}.", near=near)
                if lead.band in alike or lead.band is None
                else Said("are-near", "They are near in {near}.", near=near)
            )
        if lead.sentence:
            sentences.append(lead.sentence)
    elif present:
        sentences.append(Said("nothing-alike", "Nothing speaks for a likeness of these two."))
    differing = [
        reason
        for reason in present
        if reason not in helping[:1] and reason.percentile is not None and reason.percentile <= FAR
    ]
    if differing:
        sentences.append(
            Said("differ-in", "They differ in {features}.", features=[about[r.name] for r in differing[:3]])
        )
    absent = [reason.sentence for reason in reasons if reason.missing]
    return joined([*sentences, *absent]) or Said("nothing-compared", "No feature was compared.")


def _lead(lead: FeatureReason, score: float, alike: bool, others_alike: bool, about: str) -> str:
    part = lead.contribution or 0.0
    share = part / score if part < score else None  # parts that speak against would make it more than all
    if alike:
        code, opening, of = "alike", "Alike above all in {feature}", " of the score"
    elif others_alike or lead.band is None:
        code, opening, of = "largest-part", "The largest part of the score comes from {feature}", ""
    else:
        code, opening, of = "not-alike", "Not unusually alike: the largest part of the score comes from {feature}", ""
    details = ", ".join(
        detail for detail in (share is not None and "{share:.0%}" + of, lead.band is not None and "{band}") if detail
    )
    text = f"{opening} ({details})." if details else f"{opening}."
    return Said(code, text, feature=about, share=share, band=lead.band)
