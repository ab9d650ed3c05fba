"""Days and months in a date: taken away, so that the years remain."""

from __future__ import annotations

from artextract.dates.centuries import ROMAN_CENTURIES
from artextract.dates.vocabulary import Mark

_GONE = Mark("", False, {"gone": 1})
"""Where a day and month stood."""
_BEFORE_YEAR = (",", ".", "-", "/", "de", "of", "del", "di", "van")
"""What may stand between a month and its year."""


def without_days(marks: list[Mark]) -> list[Mark]:
    """Marks without days, months, seasons and times: "12.5.1890", "1890-05-12T00:00:00Z", "May 5-8, 1890" and
    "June–July 1890" are 1890. What only looks alike, such as 1937.1.34, stays. One pass: every mark is looked at a
    bounded number of times."""
    found: list[Mark] = []
    at = 0
    while at < len(marks):
        year, size = _written_in_numbers(marks, at)
        if year is not None:
            found.append(year)
            at += size
        elif marks[at].has("month"):
            _drop_days_before(found)
            if len(found) > 1 and found[-1].has("joiner") and found[-2].has("gone"):
                found.pop()
            at = _after_days(marks, at + 1)
            if not (found and found[-1].has("gone")):
                found.append(_GONE)
        else:
            found.append(marks[at])
            at += 1
    return [mark for mark in found if not mark.has("gone")]


def _written_in_numbers(marks: list[Mark], at: int) -> tuple[Mark | None, int]:
    """The year of a date in numbers that begins at ``at``, and how many marks it has; (None, 0) where there is none."""
    first = marks[at]
    if not first.digits or (at and marks[at - 1].digits and first.glued):
        return None, 0
    parts = marks[at : at + 5]
    lengths, signs = [mark.digits for mark in parts[::2]], [mark.text for mark in parts[1::2]]
    if len(parts) > 2 and _is_day(first) and ROMAN_CENTURIES.get(signs[0], 13) <= 12 and lengths[1] == 4:
        return parts[2], 3  # "12 V 1890"
    if len(lengths) == 3 and all(lengths) and signs[0] == signs[1]:
        a, b, c = (mark.number or 0 for mark in parts[::2])
        touching = all(mark.glued for mark in parts[1:])
        if lengths == [4, 2, 2] and signs[0] in ("-", "/") and touching and b <= 12 and c <= 31:
            return first, 5 + _time(marks, at + 5)
        day_and_month = (a <= 31 and b <= 12) or (a <= 12 and b <= 31)
        apart = (signs[0] in (".", "/", "-") and touching) or signs[0] == "."
        if lengths[2] == 4 and max(lengths[:2]) <= 2 and apart and day_and_month:
            return parts[4], 5
    if lengths[:2] == [4, 2] and (_is_month_interval(marks, at) or (at >= 4 and _is_month_interval(marks, at - 4))):
        return first, 3
    if lengths[:2] in ([1, 4], [2, 4]) and signs[0] in (".", "/") and all(mark.glued for mark in parts[1:3]):
        inside = at > 0 and marks[at - 1].text in (".", "/", "-") and first.glued
        if not inside and 1 <= (first.number or 0) <= 12:
            return parts[2], 3
    return None, 0


def _is_month_interval(marks: list[Mark], at: int) -> bool:
    """ "1890-05/1891-06", as EDTF writes an interval."""
    part = marks[at : at + 7]
    shape = [mark.digits or mark.text for mark in part]
    return shape == [4, "-", 2, "/", 4, "-", 2] and all(0 < (part[n].number or 0) <= 12 for n in (2, 6))


def _time(marks: list[Mark], at: int) -> int:
    """How many marks a time of day has that begins at ``at``: "T00:00:00Z", " 00:00:00"."""
    end = at
    if end < len(marks) and marks[end].text == "t" and marks[end].glued:
        end += 1
    elif [mark.digits or mark.text for mark in marks[end : end + 4]] != [2, ":", 2, ":"]:
        return 0
    while end < len(marks) and (marks[end].glued or end == at):
        end += 1
    return end - at


def _is_day(mark: Mark) -> bool:
    return 1 <= mark.digits <= 2 and 1 <= (mark.number or 0) <= 31


def _drop_days_before(found: list[Mark]) -> None:
    """Take away "12", "12.", "12th of", "5-8", "5 and 8" at the end of ``found``."""
    while True:
        size = 0
        while size < 3 and size < len(found) and _stands_after_a_day(found[-1 - size]):
            size += 1
        if size == len(found) or not _is_day(found[-1 - size]):
            return
        del found[len(found) - size - 1 :]
        if len(found) > 1 and found[-1].has("joiner") and (_is_day(found[-2]) or found[-2].text == "."):
            found.pop()
        else:
            return


def _stands_after_a_day(mark: Mark) -> bool:
    return mark.text == "." or (mark.has("suffix") and mark.glued) or mark.text in ("de", "of", "di", "del", "van", "d")


def _after_days(marks: list[Mark], at: int) -> int:
    """Where the marks go on after "12", "12th", "5-8" and the comma that follow a month."""
    end = at
    while end < len(marks) and _is_day(marks[end]):
        end += 1
        while end < len(marks) and (marks[end].text == "." or (marks[end].has("suffix") and marks[end].glued)):
            end += 1
        if end + 1 < len(marks) and marks[end].has("joiner") and _is_day(marks[end + 1]):
            end += 1
    if end + 1 < len(marks) and marks[end].text in _BEFORE_YEAR and marks[end + 1].digits >= 3:
        return end + 1
    return end
