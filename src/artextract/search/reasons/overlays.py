"""What is laid over two compared pictures: what one feature sees in each, or what two have in common, in the same
numbers and colours on both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from artextract.drawing_text import SERIES
from artextract.features import MapFeature, Overlay
from artextract.features.deep import veil
from artextract.features.shapes import Drawing, Line, Shape, Words, box
from artextract.features.swatches import Swatch, shared_places
from artextract.said import Said
from artextract.search.asking.engine import SearchEngine
from artextract.search.reasons.described_image import DescribedImage
from artextract.search.reasons.match import matching_of
from artextract.search.reasons.regions import Box, Matching, RegionPair, map_feature

TOGETHER = {
    "regions": Overlay("Matching regions", "Equal numbers mark regions that answer each other for the network."),
    "likeness": Overlay(
        "Where they are alike", "Clear: the places that add most to the network's likeness of the two."
    ),
    "palette": Overlay("Shared colours", "Where the colours that both have are in each."),
}
"""Overlays that need both pictures; all others are those that a feature draws into each picture by itself."""
NUMBER_STEP = 40
"""Between the grey values of a picture of numbers, so that decoders may round."""


@dataclass(frozen=True)
class Overlaid:
    """A drawing for each picture.

    For "palette": ``swatches``, and in each drawing a layer of numbers times ``NUMBER_STEP``, mode "L", of the swatch
    that a pixel belongs to."""

    a: Drawing
    b: Drawing
    swatches: tuple[Swatch, ...] = ()


def overlays_of(engine: SearchEngine) -> dict[str, Overlay]:
    """The overlays that this index and this machine have, by name: those of both pictures first, those of networks
    last."""
    here = [feature for name, feature in engine.features.items() if name not in engine.unavailable]
    names = ["regions", "likeness"] if map_feature(here) is not None else []
    if any(feature.name == "palette" for feature in here):
        names.append("palette")
    here.sort(key=lambda feature: isinstance(feature, MapFeature))
    alone = {feature.name: feature.overlay for feature in here if feature.overlay is not None}
    return {name: TOGETHER[name] for name in names} | alone


def overlaid(name: str, a: DescribedImage, b: DescribedImage) -> Overlaid:
    """The overlay of that name, which must be one of ``overlays_of``.

    Raises ``InputError`` where a picture cannot be opened."""
    if name == "regions":
        pairs = _matching(a, b).pairs
        says = "" if pairs else Said("no-area", "no area of one corresponds to an area of the other")
        return Overlaid(Drawing(_boxes(pairs, "a"), says=says), Drawing(_boxes(pairs, "b"), says=says))
    if name == "likeness":
        matching = _matching(a, b)
        if not matching.exact:
            text = "this network does not pool by a mean, so what each place adds cannot be computed"
            nothing = Drawing(says=Said("no-mean", text))
            return Overlaid(nothing, nothing)
        first, second = (
            Drawing(layer=veil(heat, side.image.size, matching.geometry))
            for side, heat in zip((a, b), matching.heat(), strict=False)
        )
        return Overlaid(first, second)
    if name == "palette":
        swatches, *numbers = shared_places(a.image, b.image)
        says = "" if swatches else Said("no-colour", "they share no colour")
        first, second = (Drawing(layer=Image.fromarray(NUMBER_STEP * grid), says=says) for grid in numbers)
        return Overlaid(first, second, tuple(swatches))
    feature = a.engine.features[name]
    return Overlaid(a.drawing(feature), b.drawing(feature))


def _matching(a: DescribedImage, b: DescribedImage) -> Matching:
    """Raises ``InputError`` where a picture cannot be opened."""
    _ = a.image, b.image
    matching = matching_of(a, b)
    assert matching is not None  # the overlay is offered where there are maps
    return matching


def _boxes(pairs: Sequence[RegionPair], side: str) -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for pair in reversed(pairs):
        place: Box = getattr(pair, side)
        colour = SERIES[pair.number % len(SERIES)]
        shapes += [
            Line(box(*place), colour, 3.0, 1.5, closed=True),
            Words((place[0], place[1]), str(pair.number), colour),
        ]
    return tuple(shapes)
