"""The measures of structure by name, and what is said of two pictures by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from artextract.features.wording import both_and_second
from artextract.said import Said


@dataclass(frozen=True)
class StructureMeasures:
    """What can be said of the build of a picture.

    Lengths of lines are sums, in longer sides of the picture, 0..4 or so."""

    verticals: tuple[float, float, float]
    """Length of upright straight lines in the left, the middle and the right third."""
    horizontals: tuple[float, float, float]
    """Length of level straight lines in the upper, the middle and the lower third."""
    rising: float
    """Length of straight lines that rise to the right."""
    falling: float
    """Length of straight lines that fall to the right."""
    straightness: float
    """Part of all edges that lies on such straight lines, 0..1; the rest is curved or short."""
    busyness: float
    """How evenly edges cover the picture: 0.4 (few and clear) to 0.95 (everywhere)."""
    forms: float
    """Number of regions of much the same colour that are larger than 1.5 % of the picture, 1..30 or so."""
    largest: float
    """Part of the picture that the largest of them takes, 0..1."""
    outline: float
    """Length of all borders between them, in longer sides: 0 to 15."""
    below: float
    """Part of all edges that lies in the lower half, 0..1."""
    right: float
    """Part of all edges that lies in the right half, 0..1."""
    middle: float
    """Part of all edges that lies in the middle quarter, 0..1; 0.25 where they are spread evenly."""
    upright: float
    """Part of all edges, straight or not, that is within some 20 degrees of upright, 0..1; 0.25 where all courses are
    alike."""
    level: float
    """The same for level ones."""
    division: str
    """How the picture is divided first: a key of ``DIVISIONS``, "" where none fits."""


DIVISIONS = {
    "upper": "an upper part against a lower",
    "side": "one side against the other",
    "centre": "a middle against what surrounds it",
    "column": "a middle column against both sides",
    "band": "a middle band against what lies above and below",
    "rising": "a corner on the upper left against one on the lower right",
    "falling": "a corner on the upper right against one on the lower left",
}


_LINES = (
    *(f"verticals {place}" for place in ("on the left", "in the middle", "on the right")),
    *(f"horizontals {place}" for place in ("at the top", "in the middle", "at the bottom")),
    "lines rising to the right",
    "lines falling to the right",
)


_STRONG, _WEAK = 0.3, 0.1
"""Lengths from which lines are named, and below which they are said to be missing."""


def compared(a: StructureMeasures, b: StructureMeasures) -> str:
    """What the build of two pictures has in common, then what sets the second apart."""
    shared, differ = [], []
    if a.division and a.division == b.division:
        shared.append(Said(f"division-{a.division}".replace(" ", "-"), f"set {DIVISIONS[a.division]}"))
    lengths = [np.array([*m.verticals, *m.horizontals, m.rising, m.falling]) for m in (a, b)]
    both = np.minimum(*lengths)
    if lines := [_LINES[i] for i in both.argsort()[::-1] if both[i] > _STRONG][:3]:
        shared.append(Said("strong-lines", "are divided by strong {lines}", lines=lines))
    elif max(a.straightness, b.straightness) < 0.05:
        shared.append(Said("no-lines", "are built of curved and short edges without long straight lines"))
    elif min(a.upright, b.upright) > 0.3 and min(a.upright - a.level, b.upright - b.level) > 0.06:
        shared.append(Said("upright-edges", "have mostly upright edges"))
    elif min(a.level, b.level) > 0.3 and min(a.level - a.upright, b.level - b.upright) > 0.06:
        shared.append(Said("level-edges", "have mostly level edges"))
    elif max(abs(a.upright - a.level), abs(b.upright - b.level)) < 0.06:
        shared.append(Said("balanced-edges", "have edges that run every way in balance"))
    if _gathered(a) and _gathered(a) == _gathered(b):
        shared.append(Said("edges-gathered", "gather their edges {gathered}", gathered=_gathered(a)))
    elif max(abs(a.below - b.below), abs(a.right - b.right), abs(a.middle - b.middle)) > 0.12:
        its = Said("edges-elsewhere", "has its edges {gathered}", gathered=_gathered(b)) if _gathered(b) else None
        differ.append(its or Said("edges-spread", "has its edges spread more evenly"))
    apart = abs(np.log2(b.forms / a.forms))
    if _number(a) == _number(b) and apart < 0.8:
        shared.append(_number(a))
    elif apart > 0.4 and b.forms > a.forms:
        differ.append(Said("more-forms", "has more forms ({forms:.0f} against {its:.0f})", forms=b.forms, its=a.forms))
    elif apart > 0.4:
        differ.append(
            Said("fewer-forms", "has fewer forms ({forms:.0f} against {its:.0f})", forms=b.forms, its=a.forms)
        )
    if min(a.busyness, b.busyness) > 0.84:
        shared.append(Said("busy", "are covered with edges all over"))
    elif max(a.busyness, b.busyness) < 0.78:
        shared.append(Said("plain", "have few, clear edges on a plain ground"))
    elif b.busyness < a.busyness - 0.08:
        differ.append(Said("plainer", "has larger plain parts"))
    elif b.busyness > a.busyness + 0.08:
        differ.append(Said("busier", "has fewer plain parts"))
    for i in np.abs(lengths[1] - lengths[0]).argsort()[::-1][:2]:
        if lengths[1][i] > _STRONG and lengths[0][i] < _WEAK:
            differ.append(Said("adds-lines", "adds strong {line}", line=_LINES[i]))
        elif lengths[0][i] > _STRONG and lengths[1][i] < _WEAK:
            differ.append(Said("lacks-lines", "has no strong {line}", line=_LINES[i]))
    if shared:
        return both_and_second(shared, differ[:3])
    if differ:
        text = "They are built differently: the second {differing}."
        return Said("built-differently-second", text, differing=differ[:3])
    return Said("built-differently", "They are built differently.")


def _number(m: StructureMeasures) -> Said:
    if m.forms < 7.5:
        return Said("few-forms", "have few, large forms")
    return (
        Said("many-forms", "have many forms")
        if m.forms > 12.5
        else Said("some-forms", "have a middling number of forms")
    )


def _gathered(m: StructureMeasures) -> str:
    """Where the edges are, if they are anywhere more than elsewhere."""
    stands_out = {
        "in the lower half": m.below - 0.5,
        "in the upper half": 0.5 - m.below,
        "on the right": m.right - 0.5,
        "on the left": 0.5 - m.right,
        "in the middle": m.middle - 0.25,
    }
    place = max(stands_out, key=stands_out.__getitem__)
    return place if stands_out[place] > 0.08 else ""
