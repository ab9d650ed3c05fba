"""The measures of texture by name, and what is said of two pictures by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from artextract.features.wording import both_and_second
from artextract.said import Said


@dataclass(frozen=True)
class TextureMeasures:
    """What can be said of a surface. Numbers run a little beyond the ends named here where a surface is extreme."""

    width: float
    """Typical width of strokes as a proportion of the longer side, 0.003..0.09."""
    coherence: float
    """How well the paint within a small neighbourhood runs in one direction, 0 (dots, stipple) to 1 (parallel
    lines)."""
    length: float
    """How much of that direction still holds over four times the neighbourhood, 0 (short, broken, turning) to 1 (long,
    drawn through)."""
    common: float
    """How much one direction rules the whole picture, 0 (none) to 1 (all parallel)."""
    direction: float
    """That direction in degrees, 0..180, anticlockwise from the horizontal: 45 rises to the right. Means little where
    ``common`` is small."""
    roughness: float
    """log2 of the fine and middling contrast of the middling part of the picture, in 1/50 of the standard deviation of
    its lightness; 0 (enamel-smooth) to 5.5 (all contrast is in the surface)."""
    unevenness: float
    """By how many doublings the roughest tenth is rougher than the smoothest tenth, 0 (the same all over) to 5."""


# Where one word gives way to the next, at about the thirds of paintings.
_WIDTH, _LENGTH, _COMMON, _ROUGHNESS, _UNEVENNESS = (0.015, 0.027), (0.51, 0.585), (0.13, 0.28), (2.8, 3.2), (1.0, 1.6)


_DABS = 0.46
"""``coherence`` below which marks are spots rather than strokes."""


PASSAGES = "smooth passages without visible strokes"


def _word(value: float, edges: tuple[float, float], words: tuple[str, str, str]) -> str:
    return words[int(value >= edges[0]) + int(value >= edges[1])]


def words(m: TextureMeasures) -> tuple[str, str, str, str]:
    """Marks, their width, their course, the surface."""
    length = _word(
        m.length, _LENGTH, ("short, broken strokes", "strokes of middling length", "long, drawn-out strokes")
    )
    marks = "dabs and spots" if m.coherence < _DABS else length
    if m.roughness < _ROUGHNESS[0] and m.width >= _WIDTH[1]:
        marks = PASSAGES
    width = _word(m.width, _WIDTH, ("that are fine", "of middling width", "that are broad"))
    course = (
        "without a common direction"
        if m.common < _COMMON[0]
        else _word(m.common, _COMMON, ("", "mostly ", "nearly all ")) + _course(m.direction)
    )
    return marks, width, course, _word(m.roughness, _ROUGHNESS, ("smooth", "lightly worked", "rough"))


def _course(direction: float) -> str:
    return ("level", "rising to the right", "upright", "falling to the right")[round(direction / 45) % 4]


def compared(a: TextureMeasures, b: TextureMeasures) -> str:
    """What two surfaces share, then in what the second differs most."""
    (marks, width, course, surface), other = words(a), words(b)
    shared: list[str] = []
    if marks == other[0] and (marks == PASSAGES or width != other[1]):
        shared.append(Said("marks", "are built of {marks}", marks=marks))
    elif marks == other[0]:
        shared.append(Said("marks-of-width", "are built of {marks}, {width}", marks=marks, width=width))
    elif width == other[1]:
        shared.append(Said("width", "are built of marks {width}", width=width))
    if course == other[2]:
        shared.append(Said("course", "run {course}", course=course))
    if surface == other[3]:
        evenness = [int(m.unevenness >= _UNEVENNESS[0]) + int(m.unevenness >= _UNEVENNESS[1]) for m in (a, b)]
        if evenness == [0, 0]:
            shared.append(Said("surface-even", "have a {surface} surface the same all over", surface=surface))
        elif evenness == [2, 2]:
            text = "have a {surface} surface with quieter and busier parts"
            shared.append(Said("surface-parts", text, surface=surface))
        else:
            shared.append(Said("surface", "have a {surface} surface", surface=surface))
    differing = _differences(a, b)
    if shared:
        return both_and_second(shared, differing)
    if differing:
        return Said("surfaces-unlike", "Their surfaces are unlike: the second {differing}.", differing=differing)
    return Said("surfaces-close", "Their surfaces are alike in no one trait, and close in all.")


def _differences(a: TextureMeasures, b: TextureMeasures) -> list[str]:
    """At most three, the clearest first; each is named from the step on that an eye sees in paintings side by side."""
    widths = "({width:.1%} of its longer side against {its:.1%})"
    traits = (
        (
            np.log2(b.width / a.width) / 0.45,
            Said("broader-marks", f"has broader marks {widths}", width=b.width, its=a.width),
            Said("finer-marks", f"has finer marks {widths}", width=b.width, its=a.width),
        ),
        (
            (b.length - a.length) / 0.07,
            Said("longer-strokes", "has longer strokes"),
            Said("shorter-strokes", "has shorter, more broken strokes"),
        ),
        (
            (b.coherence - a.coherence) / 0.07,
            Said("more-strokes", "runs more clearly in strokes"),
            Said("more-spotted", "is more spotted"),
        ),
        (
            (b.common - a.common) / 0.13,
            Said("one-direction-more", "follows one direction more"),
            Said("one-direction-less", "follows one direction less"),
        ),
        ((b.roughness - a.roughness) / 0.35, Said("rougher", "is rougher"), Said("smoother", "is smoother")),
        (
            (b.unevenness - a.unevenness) / 0.6,
            Said("less-evenly", "is worked less evenly"),
            Said("more-evenly", "is worked more evenly"),
        ),
    )
    clear = sorted((trait for trait in traits if abs(trait[0]) >= 1), key=lambda trait: -abs(trait[0]))
    return [more if step > 0 else less for step, more, less in clear[:3]]
