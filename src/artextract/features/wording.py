"""How measures of two paintings are put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from artextract.said import Said


@dataclass(frozen=True)
class Trait:
    """How one measure is put in words: what both paintings do where both lie below ``low`` or above ``high``, and what
    the second does where it has less or more of it by ``step`` than the first. ``between`` is for two that lie between
    ``low`` and ``high``, where nothing more telling is shared. Phrases begin with a verb; "" is not said."""

    measure: str
    low: float
    high: float
    both_low: str
    both_high: str
    step: float
    less: str
    more: str
    between: str = ""


def shared(traits: Sequence[Trait], a: object, b: object) -> list[str]:
    """What two sets of measures have in common, in the order of the traits."""
    telling, plain = [], []
    for trait in traits:
        values = getattr(a, trait.measure), getattr(b, trait.measure)
        if max(values) < trait.low:
            telling.append(Said(f"{trait.measure}-both-low", trait.both_low))
        elif min(values) > trait.high:
            telling.append(Said(f"{trait.measure}-both-high", trait.both_high))
        elif min(values) > trait.low and max(values) < trait.high:
            plain.append(Said(f"{trait.measure}-between", trait.between))
    return [phrase for phrase in telling if phrase] or [phrase for phrase in plain if phrase]


def differences(traits: Sequence[Trait], a: object, b: object) -> list[str]:
    """What the second set of measures has more or less of than the first, the clearest first."""
    found = []
    for trait in traits:
        size = (getattr(b, trait.measure) - getattr(a, trait.measure)) / trait.step
        if abs(size) > 1 and (phrase := trait.more if size > 0 else trait.less):
            found.append((abs(size), Said(f"{trait.measure}-{'more' if size > 0 else 'less'}", phrase)))
    return [phrase for _, phrase in sorted(found, key=lambda pair: -pair[0])]


def sentence(both: Sequence[str], second: Sequence[str]) -> str:
    """ "Both X and Y; the second P and Q.", either list possibly empty; at most three and two phrases are said."""
    shared, differing = list(both[:3]), list(second[:2])
    if shared:
        return both_and_second(shared, differing)
    if differing:
        return Said("little-second", "They have little in common here; the second {differing}.", differing=differing)
    return Said("little", "They have little in common here.")


def both_and_second(shared: Sequence[str], differing: Sequence[str]) -> str:
    """ "Both X and Y; the second P and Q.", all that is given; the second list may be empty."""
    if not differing:
        return Said("both", "Both {shared}.", shared=list(shared))
    return Said("both-second", "Both {shared}; the second {differing}.", shared=list(shared), differing=list(differing))


def larger(first: float, second: float) -> list[str]:
    """Which of two figures or heads is larger in its picture, where one is by half; sizes in parts of the picture."""
    if max(first, second) <= 1.5 * min(first, second):
        return []
    name = "second" if second > first else "first"
    return [Said(f"larger-{name}", f"the {name} is larger in the picture")]
