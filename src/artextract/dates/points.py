"""The points of a date: what stands on either side of "to", "or", "and", and what they mean together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from artextract.dates.centuries import WHOLE, Share, century, decade, share
from artextract.dates.dating import Dating, union

LAST_YEAR = 2100
"""A number above this is no year."""
SOON = 10
"""Years that "shortly before" and "shortly after" reach."""
MOST_DIGITS_BC = 6


@dataclass(frozen=True, slots=True)
class Point:
    """``kind``: "year", "century", "decade" (``length`` years long), "ordinal" (a century if its neighbours are),
    "small" (a number of one or two digits), "part" (of its neighbour), "turn" or "open". ``of``: the
    part is one of so many, such as quarters. ``joiner`` is what stands
    before it: "to", "and", "or", or "" at the beginning; ``joined_by`` the sign or word itself."""

    kind: str
    number: int = 0
    digits: int = 0
    length: int = 0
    part: Share | None = None
    of: int = 0
    turn: bool = False
    era: str = ""
    limit: str = ""
    surely_century: bool = False
    joiner: str = ""
    joined_by: str = ""

    def takes_part(self) -> bool:
        """Whether "second half" after it can belong to it."""
        return self.kind in ("century", "decade") and not self.part

    def of_century(self, century: Point) -> Point | None:
        """The decade whose century is told after it, as in "20er Jahre des 16. Jh."; None where that is not so."""
        short = self.kind == "decade" and self.digits == 2 and century.kind == "century"
        if not short or century.part or century.limit or century.era:
            return None
        return replace(self, number=100 * (century.number - 1) + self.number, digits=4)


def datings(points: Sequence[Point], circa: bool, uncertain: bool) -> list[Dating] | None:
    """What a row of points means: one range, or several where limits such as "after" stand among them.

    None where they cannot be understood, an empty list where they count in another calendar."""
    if sum(point.joined_by in ("-", "–") for point in points) > 1:
        return None
    if len(points) == 2 and points[0].turn:
        return _turn(points[0], points[1], circa, uncertain)
    if len(points) == 1 and points[0].turn and points[0].kind == "century" and not (points[0].era or points[0].limit):
        return _turn(replace(points[0], number=points[0].number - 1), points[0], circa, uncertain)
    known = _with_eras(_with_decades(_with_centuries(_with_numbers(list(points)))))
    ranges: list[Dating] = []
    for at, point in enumerate(known):
        before = known[at - 1] if at else None
        after = known[at + 1] if at + 1 < len(known) else None
        if point.era == "other":
            continue
        if point.kind == "open":
            if ranges and point.joiner == "to":
                ranges[-1] = replace(ranges[-1], last=None)
                continue
            return None
        if point.kind == "small" and before and before.kind == "year" and _is_shortened(before, point):
            years = _shortened(before, point)
        else:
            years = _years(point)
        if years is None:
            return None
        first, last = years
        if point.joiner == "to" and ranges and not point.limit and _wrong_way(ranges[-1], last):
            return None
        limit = "" if point.limit == "from" and after and after.joiner == "to" else point.limit
        if limit in ("before", "by") and point.joiner == "to" and not known[at - 1].limit:
            limit = ""  # "1500 to before 1510"
        vague = point.kind in ("century", "decade")
        ranges.append(_limited(Dating(first, last, circa, uncertain, vague), limit))
    return ranges if not ranges or any(point.limit for point in known) else [union(ranges)]


def _turn(first: Point, second: Point, circa: bool, uncertain: bool) -> list[Dating] | None:
    """The turn of two centuries; of one that is named alone, it is the turn to this one."""
    if second.kind != "century" or first.number != second.number - 1:
        return None
    year = 100 * first.number
    return [Dating(year - 9, year + 10, circa, uncertain, vague=True)]


def _with_numbers(points: list[Point]) -> list[Point]:
    """Points that name a part only get the number of the next: "early to mid 19th century"; "1st or 2nd quarter of the
    17th century" too."""
    for at in range(len(points) - 2, -1, -1):
        point, after = points[at], points[at + 1]
        part = point.part if point.kind == "part" else None
        if point.kind == "ordinal" and not (point.part or point.surely_century) and after.of and after.part:
            part = share(point.number, after.of)  # unless it is a century: "16th to first half of 17th century"
            part = part if part and part < after.part else None
        if part:
            points[at] = replace(
                after, part=part, of=after.of, limit=point.limit, joiner=point.joiner, joined_by=point.joined_by
            )
    return points


def _with_centuries(points: list[Point]) -> list[Point]:
    """Ordinals are centuries where a neighbour is one or they say so themselves: "16th–17th century", "s. XV-XVI"."""
    among = any(point.kind == "century" for point in points)
    return [
        replace(point, kind="century")
        if (point.kind == "ordinal" and (among or point.part or point.surely_century))
        or (point.kind == "small" and among and not point.era)
        else point
        for point in points
    ]


def _with_decades(points: list[Point]) -> list[Point]:
    """ "1960s–70s" and "1890s–1900s", where the second is no century."""
    decades = [point for point in points if point.kind == "decade" and point.length == 10 and point.digits > 2]
    if not decades:
        return points
    whole = decades[0].number - decades[0].number % 100
    return [
        replace(point, number=point.number + (whole if point.digits == 2 else 0), digits=4, length=10)
        if point.kind == "decade"
        else point
        for point in points
    ]


def _with_eras(points: list[Point]) -> list[Point]:
    """An era counts for the points before it too: "500–450 BC". That of our own counts on."""
    if any(point.era == "other" for point in points):
        for at, point in enumerate(points):
            before = points[at - 1].era if at else ""
            points[at] = point if point.era else replace(point, era=before if before == "ad" else "other")
        return points
    for at in range(1, len(points)):  # "AD 50–99"
        if points[at - 1].era == "ad" and not points[at].era:
            points[at] = replace(points[at], era="ad")
    for at in range(len(points) - 2, -1, -1):
        if not points[at].era:
            points[at] = replace(points[at], era=points[at + 1].era)
    return points


def _years(point: Point) -> tuple[int, int] | None:
    part, before_christ = point.part or WHOLE, point.era == "bc"
    if point.kind == "century":
        return century(point.number, part, before_christ)
    if point.kind == "decade" and point.digits > 2:
        return decade(point.number, point.length, part, before_christ) if point.number <= LAST_YEAR else None
    if point.kind == "year" or (point.kind == "small" and point.era):
        if before_christ:
            return (-point.number, -point.number) if point.number and point.digits <= MOST_DIGITS_BC else None
        return (point.number, point.number) if 1 <= point.number <= LAST_YEAR and point.digits <= 4 else None
    return None


def _is_shortened(before: Point, point: Point) -> bool:
    """Whether the second of two years leaves out digits: "1598–99", "1598–99 AD", but not "50–45 BC"."""
    return before.era != "bc" and (not point.era or (point.era == "ad" and point.number < before.number))


def _shortened(before: Point, point: Point) -> tuple[int, int] | None:
    """The end of "1890/95" and "1890-5".

    Where it would come before the beginning, "1898–02" is 1902, and "1898-02" is the month of a year."""
    if before.digits <= point.digits or before.era == "bc":
        return None
    unit = 10**point.digits
    end = before.number - before.number % unit + point.number
    if end < before.number and point.digits == 2 and point.joined_by == "–":
        end = end + 100 if end + 100 - before.number <= 20 else end
    if end < before.number and point.joined_by in ("-", "/") and 1 <= point.number <= 12:
        end = before.number
    return (end, end) if before.number <= end <= LAST_YEAR else None


def _wrong_way(before: Dating, last: int) -> bool:
    return before.first is not None and last < before.first


def _limited(dating: Dating, limit: str) -> Dating:
    """What "before", "by", "after", "from" make of a range.

    "Before 1500" and "after 1500" have 1500 in them, as museums index such dates (CDWA); "before the 16th century" ends
    with 1500."""
    first, last = dating.first, dating.last
    assert first is not None and last is not None
    if limit == "before":
        return replace(dating, first=None, last=_without_zero(first - 1, -1) if dating.vague else first)
    if limit == "by":
        return replace(dating, first=None)
    if limit == "after":
        return replace(dating, first=_without_zero(last + 1, 1) if dating.vague else first, last=None)
    if limit == "from":
        return replace(dating, last=None)
    if limit == "soon before":
        return replace(dating, first=_without_zero(first - SOON, -1), last=first)
    if limit == "soon after":
        return replace(dating, first=last, last=_without_zero(last + SOON, 1))
    if limit == "or soon before":
        return replace(dating, first=_without_zero(first - SOON, -1))
    if limit == "or soon after":
        return replace(dating, last=_without_zero(last + SOON, 1))
    return dating


def _without_zero(year: int, direction: int) -> int:
    return year or direction
