"""One segment of a date, between commas and parentheses, as points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from artextract.dates.centuries import PARTS, ROMAN_CENTURIES
from artextract.dates.cursor import DASHES, END, Cursor
from artextract.dates.numerals import read_number, read_share
from artextract.dates.points import Point
from artextract.dates.vocabulary import Mark

_AND = Mark("and", False, {"joiner": "and"})
_LATIN = {"ex": "late", "med": "middle", "in": "early"}
"""What may follow a century in Latin abbreviations: "saec. XV ex."."""


@dataclass(slots=True)
class Segment:
    """``tail``: "from" or "by" of an "or later" that stands alone."""

    points: list[Point] = field(default_factory=list)
    circa: bool = False
    uncertain: bool = False
    tail: str = ""


def read_segment(marks: Sequence[Mark]) -> Segment | None:
    """The points of a segment, none where it only has words that say nothing; None where it cannot be understood."""
    cursor, found = Cursor(marks), Segment()
    joiner: Mark | None = None
    while cursor.mark() is not END:
        if found.points and joiner is None and _take_tail(cursor, found):
            continue
        if found.points and joiner is None and cursor.mark().has("joiner"):
            joiner = _take_joiner(cursor, found)
        elif joiner is not None and cursor.mark().roles.get("tail") == "from":
            cursor.take()
            found.points.append(Point("open", joiner="to"))  # "1985–present"
            joiner = None
        elif not found.points and cursor.at and cursor.mark().roles.get("joiner") in ("and", "or"):
            cursor.take()  # "signed & dated 1890"
        elif cursor.mark().has("made"):
            cursor.take()
            joiner = _AND if found.points and cursor.mark() is not END and joiner is None else joiner
        else:
            at = cursor.at
            point = _read_point(cursor, found, joiner)
            if point is None and (cursor.at == at or joiner is not None):
                break
            if point is not None:
                if not _add(found, point, joiner):
                    return None
                joiner = None
    return found if cursor.mark() is END and (joiner is None or _ends_with_dash(found, joiner)) else None


def _add(found: Segment, point: Point, joiner: Mark | None) -> bool:
    """Append a point.

    Without a joiner only a part or a limit may follow, as in "XVI secolo seconda metà"; False for all else."""
    if point.kind == "lost":
        return False
    if point.kind == "limit":  # "1600 post"
        if joiner is not None or (found.points and found.points[-1].limit):
            return False
        found.tail = "" if found.points else point.limit
        found.points[-1:] = [replace(one, limit=point.limit) for one in found.points[-1:]]
    elif joiner is not None:
        found.points.append(replace(point, joiner=str(joiner.roles["joiner"]), joined_by=joiner.text))
    elif not found.points:
        found.points.append(point)
    elif in_century := found.points[-1].of_century(point):
        found.points[-1] = in_century
    elif point.limit and point.kind != "part":  # "post 1600 ante 1610"
        found.points.append(replace(point, joiner="and"))
    elif point.kind == "part" and found.points[-1].takes_part():
        found.points[-1] = replace(found.points[-1], part=point.part)
    else:
        return False
    return True


def _take_joiner(cursor: Cursor, found: Segment) -> Mark:
    """Take "–", "and", "/ or", several of which are one."""
    joiner = cursor.take()
    while cursor.mark().has("joiner") and not _is_minus(cursor, found):
        mark = cursor.take()
        joiner = mark if mark.text == ".." else joiner
    return joiner


def _take_tail(cursor: Cursor, found: Segment) -> bool:
    """Take what follows a point and belongs to it."""
    mark, points = cursor.mark(), found.points
    if mark.has("tail"):
        points[-1] = replace(points[-1], limit=str(mark.roles["tail"]))
    elif mark.has("perhaps"):
        found.uncertain = True
    elif mark.has("about"):
        found.circa = True
    elif not (mark.text == "." or (mark.has("filler") and not mark.has("joiner"))):
        return False
    cursor.take()
    return True


def _ends_with_dash(found: Segment, joiner: Mark) -> bool:
    """Whether a dash at the end has a meaning: "1985–" is still open, "189-" and "18--" are a decade and a century."""
    if joiner.text not in (*DASHES, "..") or len(found.points) != 1:
        return False
    (point,) = found.points
    if point.kind not in ("year", "small") or point.era or point.limit:
        return False
    if point.digits >= 4:
        found.points = [replace(point, limit="from")]
        return True
    length = 10 ** (4 - point.digits)
    found.points = [Point("decade", point.number * length, 4, length)]
    return point.number >= 10


def _is_minus(cursor: Cursor, found: Segment) -> bool:
    """Whether a minus stands here, and no dash that joins."""
    before = cursor.mark(-1)
    if cursor.mark().text != "-" or not cursor.mark(1).digits or not cursor.mark(1).glued:
        return False
    if found.points and before.text in DASHES:
        return found.points[-1].era == "bc"
    return not (before.digits or before.has("suffix", "perhaps", "part", "limit") or cursor.is_century(-1))


def _read_point(cursor: Cursor, found: Segment, joiner: Mark | None) -> Point | None:
    """Take the words before a number, the number, and its era.

    A part or a limit alone is a point too, "lost" what should have had a number, and None what says nothing."""
    limit, part, of, era = "", None, 0, ""
    prefix = decade = turn = seen = False
    while not _number_begins(cursor, found, prefix):
        mark = cursor.mark()
        first = not (found.points or joiner or part)
        whole = read_share(cursor)
        if whole:
            part, of = whole
        elif mark.has("limit") and not (mark.has("filler") and (seen or cursor.mark(1).digits < 3)):
            limit = str(cursor.take().roles["limit"])
        elif first and (
            mark.has("until") or mark.text == ".." or (mark.text in DASHES and cursor.mark(-1).text == "?")
        ):
            cursor.take(1 + (mark.text == ".." and cursor.mark(1).text == "/"))
            limit = "by"
        elif mark.has("century") and cursor.century_follows() and (not mark.has("about") or _is_british(cursor)):
            prefix = True
            cursor.take(1 + (cursor.mark(1).text == "."))
        elif mark.has("decade") and _decade_follows(cursor):
            decade = True
            cursor.take(1 + (cursor.mark(1).text == "'"))
        elif mark.has("part"):
            turn = turn or mark.roles["part"] == "turn"
            part = PARTS.get(str(mark.roles["part"]), part)
            decade = decade or mark.text.endswith((" anni", " annees", " anos"))
            cursor.take()
        elif mark.has("era"):
            era = str(cursor.take().roles["era"])
        elif mark.has("about", "perhaps"):
            found.circa |= mark.has("about")
            found.uncertain |= mark.has("perhaps")
            cursor.take()
        elif mark.has("tail") and first and not seen:
            found.tail = str(cursor.take().roles["tail"])
        elif mark.has("filler", "made"):
            cursor.take()
            continue
        else:
            break
        seen = True
        if cursor.touches("-") and mark.has("part", "limit", "about", "era"):
            cursor.take(not cursor.mark(1).has("part", "joiner", "about"))  # "mid-16th", "post-1500"
    if _is_minus(cursor, found):
        cursor.take()
        point = read_number(cursor, prefix, decade, "bc")
    else:
        point = read_number(cursor, prefix, decade, "")
    if point is None:
        if part and not era:
            return Point("part", part=part, of=of, limit=limit)
        return Point("limit", limit=limit) if limit else Point("lost") if era or prefix or decade or turn else None
    if point.kind in ("century", "ordinal") and cursor.mark().text in _LATIN and not part:
        part = PARTS[_LATIN[cursor.take().text]]
    if cursor.mark().has("era") and not (cursor.mark().has("limit") or era):
        era = str(cursor.take().roles["era"])
    return replace(point, part=part or point.part, of=of, limit=limit, era=point.era or era, turn=turn)


def _decade_follows(cursor: Cursor) -> bool:
    """Whether years come next: "années 1880", "anni '20"."""
    idle = cursor.mark(1).has("filler") or cursor.mark(1).text == "'"
    return 2 <= cursor.mark(1 + idle).digits <= 4


def _number_begins(cursor: Cursor, found: Segment, prefix: bool) -> bool:
    """Whether a minus stands here, or a Roman numeral that is also a word, such as the Italian "i"."""
    roman = cursor.mark().text in ROMAN_CENTURIES and (prefix or cursor.is_century(1))
    return roman or _is_minus(cursor, found)


def _is_british(cursor: Cursor) -> bool:
    """ "C19th"."""
    return cursor.mark(1).glued and cursor.mark(1).digits == 2 and cursor.touches("th", ahead=2)
