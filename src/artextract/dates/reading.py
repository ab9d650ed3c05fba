"""From the text of a date to its range of years."""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import lru_cache
from numbers import Real
from typing import Any

from artextract.dates.dating import Dating, narrowed
from artextract.dates.days import without_days
from artextract.dates.points import LAST_YEAR, Point, datings
from artextract.dates.segment import Segment, read_segment
from artextract.dates.vocabulary import Mark, read_marks


def read_date(value: object) -> Dating | None:
    """What a museum wrote as a date, a text or a number, as a range of years.

    None where it is no date or cannot be understood as a whole. It never raises, and its work grows with the length of
    the text, which is bounded."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        year: Any = value.year
        return Dating(int(year), int(year)) if year == year else None  # pandas has a time that is none
    if isinstance(value, str):
        return _of_text(value)
    return _of_number(value) if isinstance(value, Real) and not isinstance(value, bool) else None


def years_of(value: object) -> tuple[int | None, int | None]:
    """First and last year of a date; None where that end is open, both None where it is no date."""
    dating = read_date(value)
    return (dating.first, dating.last) if dating else (None, None)


def _of_number(value: Any) -> Dating | None:
    try:
        year = int(value)
    except (ValueError, OverflowError):  # not finite
        return None
    return _of_year(year) if value == year else None


def _of_year(year: int) -> Dating | None:
    return Dating(year, year) if year and -9999 <= year <= LAST_YEAR else None


@lru_cache(maxsize=50_000)  # the same dates stand on many rows
def _of_text(text: str) -> Dating | None:
    alone = _number_alone(text)
    if alone is not None:
        return _of_year(alone)
    marks = read_marks(text)
    if not marks:
        return None
    segments = _segments(without_days(marks))
    return None if segments is None else narrowed(_ranges(segments) or [])


def _number_alone(text: str) -> int | None:
    """The year of a text that is nothing else: "1890", " -500 ", and "1890.0" as programs write it."""
    digits, _, fraction = text.strip().partition(".")
    if fraction.strip("0"):
        return None
    sign, digits = (-1, digits[1:]) if digits[:1] in ("-", "\u2212") else (1, digits)
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 4 and (digits[0] != "0" or len(digits) == 4)
    return sign * int(digits) if plain else None


def _segments(marks: list[Mark]) -> list[Segment] | None:
    """The segments that have something to say of the date, up to one about another event, such as a gift.

    None where one cannot be understood."""
    found: list[Segment] = []
    for part in _parted(marks):
        if any(mark.has("other") and len(mark.roles) == 1 for mark in part):
            break
        segment = read_segment(part)
        if segment is None:
            if any(mark.digits or mark.has("era") for mark in part):
                return None
            continue  # a place, a remark
        found.append(segment)
    return found


def _parted(marks: list[Mark]) -> list[list[Mark]]:
    """Marks between the signs that part, without empty ones; "1890 (?) – 1895" stays together."""
    parts: list[list[Mark]] = [[]]
    for at, mark in enumerate(marks):
        if not mark.has("break"):
            parts[-1].append(mark)
            continue
        after = next((other for other in marks[at + 1 : at + 3] if not other.has("break")), None)
        open_before = bool(parts[-1]) and _only_joins(parts[-1][-1])
        if parts[-1] and not open_before and not (after and _only_joins(after)):
            parts.append([])
    return [part for part in parts if part]


def _only_joins(mark: Mark) -> bool:
    return "joiner" in mark.roles and not mark.has("filler", "suffix", "limit", "until") and mark.text != "-"


def _ranges(segments: list[Segment]) -> list[Dating] | None:
    """The ranges of segments; a part that stands alone belongs to the century before it, or else after it."""
    rows: list[tuple[Segment, list[Point]]] = []
    waiting: Point | None = None
    for segment in segments:
        points = list(segment.points)
        before = rows[-1][1] if rows else []
        if points and points[0].kind == "part" and before and before[-1].takes_part():
            before[-1] = replace(before[-1], part=points[0].part)
            points = [replace(point, joiner="" if n == 0 else point.joiner) for n, point in enumerate(points[1:])]
            if not points:
                continue
        if len(points) == 1 and points[0].kind == "part":
            waiting = points[0]
            continue
        if segment.tail and before and not points:
            before[-1] = replace(before[-1], limit=segment.tail)
        if waiting and points and points[0].takes_part():
            points[0] = replace(points[0], part=waiting.part)
            waiting = None
        rows.append((segment, points))
    circa, uncertain = any(row.circa for row in segments), any(row.uncertain for row in segments)
    found: list[Dating] = []
    for _, points in rows:
        if points:
            ranges = datings(points, circa, uncertain)
            if ranges is None:
                return None
            found += ranges
    return None if waiting else found
