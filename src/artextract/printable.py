"""Text from outside made fit for one line: of a table, a picture, a log, a terminal.

A title may hold line breaks, control characters that move the cursor or end a text, marks that turn the direction of
what follows, half a character, or a whole book. Exports for programs keep the words as they are."""

from __future__ import annotations

import re

LONGEST = 500
"""Characters after which a text is cut, where nothing else is said."""
_BREAKS = re.compile(r"(?:[\x00-\x1f\x7f-\x9f\u2028\u2029]|(?! )\s)+")
_TURNS = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_HALVES = re.compile("[\ud800-\udfff]")
_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$])")


def one_line(text: str, longest: int | None = LONGEST) -> str:
    """The text on one line: line breaks and control characters as blanks, marks of direction left
    out, half a character as "\ufffd". At most ``longest`` characters, the last then an ellipsis; None for all."""
    line = _HALVES.sub("\ufffd", _TURNS.sub("", _BREAKS.sub(" ", text))).strip()
    return line if longest is None or len(line) <= longest else line[: longest - 1].rstrip() + "…"


def for_terminal(text: str) -> str:
    """A text of several lines without what commands a terminal or turns its direction; line breaks and tabs stay."""
    return _HALVES.sub("\ufffd", _TURNS.sub("", _TERMINAL.sub(" ", text)))


def for_markdown(text: str, longest: int | None = LONGEST) -> str:
    """The text on one line in which Markdown finds no sign of its own: no link, no HTML, no end of a table's cell."""
    return _MARKDOWN.sub(r"\\\1", one_line(text, longest))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with what it counts: "1 painting", "2,000 paintings", "1 file has", "2 files have". ``many`` is needed
    where an s behind ``one`` does not make it."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
