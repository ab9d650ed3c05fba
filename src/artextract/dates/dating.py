"""A date as a range of years, and how several become one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dating:
    """The years from ``first`` to ``last``, both included; None is open.

    Years before Christ are negative, and there is no year 0: 500 BC is -500.

    ``circa``: the text says "about". ``uncertain``: it says "probably" or "?". ``vague``: it names a century or decade,
    not years."""

    first: int | None
    last: int | None
    circa: bool = False
    uncertain: bool = False
    vague: bool = False

    def holds(self, other: Dating) -> bool:
        """Whether all years of the other are in this one."""
        from_here = self.first is None or (other.first is not None and self.first <= other.first)
        return from_here and (self.last is None or (other.last is not None and other.last <= self.last))


def union(datings: Iterable[Dating]) -> Dating:
    """The shortest range that holds all (at least one). An open end stays open."""
    every = list(datings)
    firsts, lasts = [one.first for one in every], [one.last for one in every]
    return Dating(
        min((year for year in firsts if year is not None), default=None) if None not in firsts else None,
        max((year for year in lasts if year is not None), default=None) if None not in lasts else None,
        any(one.circa for one in every),
        any(one.uncertain for one in every),
        any(one.vague for one in every),
    )


def _closed(datings: list[Dating]) -> list[Dating]:
    """With open ranges closed by what else is said: "after A, before B" is A to B, "1503, finished by 1519" is 1503 to
    1519, and "16th century, after 1550" is 1550 to 1600. What contradicts is left as it is."""
    after = [one for one in datings if one.first is not None and one.last is None]
    before = [one for one in datings if one.first is None and one.last is not None]
    finite = [one for one in datings if one.first is not None and one.last is not None]
    if not (after or before) or (len(after) > 0) + (len(before) > 0) + (len(finite) > 0) < 2:
        return datings
    around = union(finite) if finite else Dating(None, None)
    first = max([one.first for one in (*after, around) if one.first is not None])
    last = min([one.last for one in (*before, around) if one.last is not None]) if finite and not before else None
    if before:
        last = min(one.last for one in before if one.last is not None)
    flags = union(datings)
    if last is None or first > last:
        return datings
    return [Dating(first, last, flags.circa, flags.uncertain)]


def narrowed(datings: list[Dating]) -> Dating | None:
    """What several parts of a date mean together, such as "16th century (1550-1560)": the wider of two gives way
    where one is a century or decade; all else is joined. None where there is nothing."""
    datings = _closed(datings)
    kept = [
        one
        for one in datings
        if not any((one.vague or other.vague) and one.holds(other) and not other.holds(one) for other in datings)
    ]
    if not kept:
        return None
    joined, flags = union(kept), union(datings)
    if joined.first is None and joined.last is None:
        return None
    return Dating(joined.first, joined.last, flags.circa, flags.uncertain, joined.vague)
