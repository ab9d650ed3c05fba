"""How measures of two paintings are put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
            telling.append(trait.both_low)
        elif min(values) > trait.high:
            telling.append(trait.both_high)
        elif min(values) > trait.low and max(values) < trait.high:
            plain.append(trait.between)
    return [phrase for phrase in telling if phrase] or [phrase for phrase in plain if phrase]


def differences(traits: Sequence[Trait], a: object, b: object) -> list[str]:
    """What the second set of measures has more or less of than the first, the clearest first."""
    found = []
    for trait in traits:
        size = (getattr(b, trait.measure) - getattr(a, trait.measure)) / trait.step
        if abs(size) > 1 and (phrase := trait.more if size > 0 else trait.less):
            found.append((abs(size), phrase))
    return [phrase for _, phrase in sorted(found, key=lambda pair: -pair[0])]


def sentence(both: Sequence[str], second: Sequence[str]) -> str:
    """ "Both X and Y; the second P and Q.", either list possibly empty; at most three and two phrases are said."""
    first = f"Both {listed(both[:3])}" if both else "They have little in common here"
    return f"{first}; the second {listed(second[:2])}." if second else f"{first}."


def listed(phrases: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {last} ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)
