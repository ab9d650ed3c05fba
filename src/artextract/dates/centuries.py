"""Centuries and decades, and their parts, as years.

The 16th century is 1501 to 1600, as it is counted; the 1500s are 1500 to 1599. The 3rd century BC is -300 to -201.
Parts of a century, in years counted from its first:

    early, beginning       1 to 50       first half, third, quarter     1 to 50, 1 to 33, 1 to 25
    middle                26 to 75       last half, third, quarter     51 to 100, 67 to 100, 76 to 100
    late, end             51 to 100      first, last decade             1 to 10, 91 to 100
    turn of the 18th and 19th century    1791 to 1810

"Early" and "beginning" are one, and so are "late" and "end", since the languages translate one by the other. Decades
have parts in the same proportions: the early 1890s are 1890 to 1894."""

from __future__ import annotations

Share = tuple[int, int]
"""From and to, in hundredths of a century or decade."""
WHOLE: Share = (0, 100)
PARTS: dict[str, Share] = {"early": (0, 50), "middle": (25, 75), "late": (50, 100)}
LAST_CENTURY = 21
_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_TENS = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc")
_HUNDREDS = ("", "c", "cc", "ccc", "cd", "d", "dc", "dcc", "dccc", "cm")
_ROMAN_SUFFIXES = ("e", "eme", "ieme", "er", "ere", "o", "th", "st", "nd", "rd", "de", "ste")


def share(ordinal: int, of: int) -> Share | None:
    """The n-th half, third, quarter or tenth, -1 being the last; None where there is no such part."""
    number = of if ordinal == -1 else ordinal
    return (100 * (number - 1) // of, 100 * number // of) if 1 <= number <= of else None


def century(number: int, part: Share, before_christ: bool = False) -> tuple[int, int] | None:
    """First and last year; None for a century that has not come."""
    low, high = part
    if before_christ:
        return (-100 * number + low, -100 * number + high - 1) if 1 <= number <= 99 else None
    first = 100 * (number - 1)
    return (first + low + 1, first + high) if 1 <= number <= LAST_CENTURY else None


def decade(start: int, length: int, part: Share, before_christ: bool = False) -> tuple[int, int]:
    """The years of the 1890s (start 1890, length 10) or the 1800s (length 100), or of a part of these."""
    low, high = -(-length * part[0] // 100), length * part[1] // 100 - 1
    if before_christ:  # the 490s BC begin with 499 BC
        return -(start + length - 1) + low, -(start + length - 1) + high
    return max(start + low, 1), start + high


def roman(number: int) -> str:
    """A number from 1 to 3999 in Roman numerals, in small letters."""
    tens = number % 100 // 10
    return "m" * (number // 1000) + _HUNDREDS[number % 1000 // 100] + _TENS[tens] + _UNITS[number % 10]


ROMAN_CENTURIES = {roman(number): number for number in range(1, LAST_CENTURY + 1)}
ROMAN_ORDINALS = {name + suffix: number for name, number in ROMAN_CENTURIES.items() for suffix in _ROMAN_SUFFIXES}
"""With an ending that says that a century is meant: "XVIe"."""
ROMAN_YEARS = {roman(year): year for year in range(1000, 2101)}
