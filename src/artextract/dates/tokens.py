"""A date as a text taken apart into words, numbers and signs, in one pass over its characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST = 200
"""Characters beyond which a text is no date, before and after it is brought into one form."""
_ONE_SIGN = str.maketrans(
    {
        "\u2010": "-",  # hyphens and the minus sign
        "\u2011": "-",
        "\u2212": "-",
        "\u2012": "–",  # dashes
        "\u2014": "–",
        "\u2015": "–",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "\u2044": "/",
        "°": "o",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ı": "i",
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """Letters in lower case without accents, ASCII digits, or one sign ("..": two dots).

    ``glued``: nothing stands before it, or an apostrophe alone."""

    text: str
    glued: bool


def split_tokens(text: str) -> list[Token] | None:
    """The tokens of a text, none where it is empty; None where it is longer than any date.

    Never more than ``LONGEST``. An apostrophe is a token only before a digit ("'500"), else it ends a word."""
    if len(text) > LONGEST:
        return None
    text = _one_form(text)
    if len(text) > LONGEST:
        return None
    tokens: list[Token] = []
    at, glued = 0, False
    while at < len(text):
        character, end = text[at], at + 1
        if character.isspace():
            glued, at = False, end
            continue
        if character == "'" and not text[end : end + 1].isdecimal():
            at = end
            continue
        if _is_digit(character):
            end = _end_of_digits(text, end)
            if end - at <= 3 and text[end : end + 1] in (",", ".") and _end_of_digits(text, end + 1) == end + 4:
                text = text[:end] + text[end + 1 :]  # thousands are parted: 15,000 BC
                end += 3
        elif character.isalpha():
            while end < len(text) and text[end].isalpha():
                end += 1
        elif text.startswith("..", at):
            end += 1
        tokens.append(Token(text[at:end], glued and bool(tokens)))
        at, glued = end, True
    return tokens


def _one_form(text: str) -> str:
    """NFKD, case folded, without accents and characters of no width, and with one sign of each kind."""
    apart = unicodedata.normalize("NFKD", text.translate(_ONE_SIGN))
    plain = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return plain.translate(_ONE_SIGN).casefold()


def _end_of_digits(text: str, at: int) -> int:
    while at < len(text) and _is_digit(text[at]):
        at += 1
    return at


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"
