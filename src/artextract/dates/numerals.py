"""The number of a point: a year, a century or a decade in any of their forms."""

from __future__ import annotations

from dataclasses import replace

from artextract.dates.centuries import ROMAN_CENTURIES, ROMAN_ORDINALS, ROMAN_YEARS, WHOLE, Share, share
from artextract.dates.cursor import Cursor
from artextract.dates.points import Point


def read_number(cursor: Cursor, prefix: bool, decade: bool, era: str) -> Point | None:
    """Take a number; None where there is none.

    ``prefix``: a word for century stands before it, ``decade``: one for decade."""
    mark = cursor.mark()
    if mark.text == "'" and cursor.mark(1).digits == 3 and cursor.mark(1).text.endswith("00"):
        cursor.take(2)
        return Point("century", int(cursor.mark(-1).text) // 100 + 11)  # "'500"
    if mark.has("named century"):
        return Point("century", int(cursor.take().roles["named century"]))
    if mark.text in ROMAN_CENTURIES:
        return _century(cursor, ROMAN_CENTURIES[cursor.take().text], prefix)
    if mark.text in ROMAN_ORDINALS:
        return replace(_century(cursor, ROMAN_ORDINALS[cursor.take().text], prefix), surely_century=True)
    if mark.text in ROMAN_YEARS:
        return Point("year", ROMAN_YEARS[cursor.take().text], 4)
    if mark.has("ordinal") and int(mark.roles["ordinal"]) > 0:
        return _century(cursor, int(cursor.take().roles["ordinal"]), prefix)
    if not mark.digits:
        return None
    return _short(cursor, prefix, decade, era) if mark.digits <= 2 else _long(cursor, decade, era)


def read_share(cursor: Cursor) -> tuple[Share, int] | None:
    """Take "2nd half", "last quarter", "1. H.": the part, and how many of it there are."""
    mark, size = cursor.mark(), 1
    ordinal = mark.roles.get("ordinal")
    if mark.digits in (1, 2):
        ordinal = mark.number
        while cursor.mark(size).text == "." or cursor.is_suffix(size):
            size += 1
    elif ordinal is None:
        ordinal = ROMAN_CENTURIES.get(mark.text) or ROMAN_ORDINALS.get(mark.text)
    fraction = cursor.mark(size).roles.get("fraction")
    if ordinal is None or fraction is None or (mark.digits and cursor.mark(size).has("ordinal")):
        return None
    found = share(int(ordinal), int(fraction))
    if not found or found == WHOLE:
        return None
    cursor.take(size + 1)
    return found, int(fraction)


def _century(cursor: Cursor, number: int, prefix: bool) -> Point:
    """The century of an ordinal that was taken, with its word: "16th-century", "XVI e siècle"."""
    ahead = int(cursor.mark().text in ("-", "e", "eme", "o") and cursor.is_century(1))
    here = cursor.mark(ahead)
    if here.has("century") and not (here.has("suffix") and cursor.century_follows()):
        cursor.take(ahead + 1)
        return Point("century", number)
    return Point("century" if prefix else "ordinal", number)


def _short(cursor: Cursor, prefix: bool, decade: bool, era: str) -> Point | None:
    """One or two digits."""
    mark = cursor.take()
    number = int(mark.text)
    if mark.digits == 2 and _masked(cursor, mark.digits):
        return Point("decade", 100 * number, 4, 100)
    round_er = number % 10 == 0 and cursor.mark().has("er years")
    if mark.digits == 2 and cursor.mark().glued and (cursor.mark().text == "s" or round_er):
        cursor.take()
        return Point("decade", number, 2, 10)
    if decade and mark.digits == 2 and number % 10 == 0:
        return Point("decade", number, 2, 10)
    ordinal = False
    while cursor.mark().text == "." or cursor.is_suffix():
        ordinal = True
        cursor.take()
    if cursor.touches("thc"):
        cursor.take()
        return Point("century", number)
    if ordinal or cursor.mark().has("century") or prefix:
        return replace(_century(cursor, number, prefix), era=era)
    return Point("small", number, mark.digits, era=era)


def _long(cursor: Cursor, decade: bool, era: str) -> Point | None:
    """Three digits and more."""
    mark = cursor.take()
    number = int(mark.text)
    if mark.digits == 3 and _masked(cursor, mark.digits):
        return Point("decade", 10 * number, 4, 10)
    if cursor.touches("s"):
        cursor.take()
        return Point("decade", number, mark.digits, 10 if number % 100 else 100, era=era)
    if cursor.mark().has("er years") and not cursor.mark().has("era"):
        cursor.take()
        decade = True
    if decade:
        return Point("decade", number, mark.digits, 10, era=era) if number % 10 == 0 else None
    if mark.digits == 3 and mark.text.startswith("0"):
        return None
    return Point("year", number, mark.digits, era=era)


def _masked(cursor: Cursor, digits: int) -> bool:
    """Take the letters or signs that stand for digits: "189x", "18xx", "18??"."""
    if cursor.touches("x", "u", "xx", "uu") and len(cursor.mark().text) + digits == 4:
        cursor.take()
        return True
    if digits == 2 and cursor.touches("?") and cursor.mark(1).text == "?":
        cursor.take(2)
        return True
    return False
