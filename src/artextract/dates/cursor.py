"""A place in a row of marks, and what can be asked about it."""

from __future__ import annotations

from collections.abc import Sequence

from artextract.dates.centuries import ROMAN_CENTURIES
from artextract.dates.vocabulary import Mark

END = Mark("", False, {})
DASHES = ("-", "–")


class Cursor:
    """It only goes forward, so that reading is linear."""

    def __init__(self, marks: Sequence[Mark]):
        self._marks = marks
        self.at = 0

    def mark(self, ahead: int = 0) -> Mark:
        """The mark here, or further on, or behind; ``END`` beyond either end."""
        at = self.at + ahead
        return self._marks[at] if 0 <= at < len(self._marks) else END

    def take(self, count: int = 1) -> Mark:
        mark = self.mark()
        self.at += count
        return mark

    def touches(self, *texts: str, ahead: int = 0) -> bool:
        """Whether one of these stands there and touches what is before it."""
        return self.mark(ahead).glued and self.mark(ahead).text in texts

    def is_suffix(self, ahead: int = 0) -> bool:
        return self.mark(ahead).glued and self.mark(ahead).has("suffix")

    def is_century(self, ahead: int = 0) -> bool:
        """Whether a word for century stands there, and none that may as well be "about"."""
        return self.mark(ahead).has("century") and not self.mark(ahead).has("about")

    def century_follows(self) -> bool:
        """Whether the number of a century comes next: "s. XVI"."""
        after = self.mark(2) if self.mark(1).text == "." else self.mark(1)
        return after.text in ROMAN_CENTURIES or 1 <= after.digits <= 2 or after.has("ordinal")
