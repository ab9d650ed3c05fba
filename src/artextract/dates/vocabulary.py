"""What the words of dates mean, in all languages at once, and the text of a date as a row of meanings.

A word may have several roles: "c." is "about" before a year and "century" after an ordinal. The grammar
(``segment.py``) asks for the role that fits the place. Of phrases the longest counts, so "not before" is not "before".

    about, perhaps          flags                       limit      before, by, after, from, soon before, soon after
    joiner                  to, and, or                 until      a joiner that limits where it comes first
    tail                    "or later", "or earlier"     filler     says nothing
    made                    work on the thing itself    other      another event: a gift, a birth, an inventory number
    century, decade         their words                 er years   "er Jahre"
    part                    early, late, middle, turn   fraction   2, 3, 4, 10: half, third, quarter, tenth
    ordinal                 1 to 21, -1 is the last     suffix     what makes an ordinal of digits: "th"
    named century           its number: "Cinquecento"   era        bc, ad, other
    month                   months, seasons, weekdays   break      parts segments: , ; ( )
    spread                  "±", not understood
"""

from __future__ import annotations

from dataclasses import dataclass

from artextract.dates.languages import common, dutch, english, french, german, italian, spanish
from artextract.dates.tokens import Token, split_tokens

Phrase = tuple[str, ...]
Roles = dict[str, int | str]
LANGUAGES = (common, english, german, french, italian, spanish, dutch)
_ROLES: dict[str, tuple[str, int | str]] = {
    "to": ("joiner", "to"),
    "and": ("joiner", "and"),
    "or": ("joiner", "or"),
    **{name: ("limit", name) for name in ("before", "by", "after", "from", "soon before", "soon after")},
    "or later": ("tail", "from"),
    "or earlier": ("tail", "by"),
    "or soon after": ("tail", "or soon after"),
    "or soon before": ("tail", "or soon before"),
    **{name: ("part", name) for name in ("early", "late", "middle", "turn")},
    "half": ("fraction", 2),
    "third": ("fraction", 3),
    "quarter": ("fraction", 4),
    "tenth": ("fraction", 10),
    "last": ("ordinal", -1),
    "era bc": ("era", "bc"),
    "era ad": ("era", "ad"),
    "era other": ("era", "other"),
}
_DROPPED = (".", "'", "[", "]", '"', "“", "”", "„", "«", "»", "*")
_BREAKS = (",", ";", "(", ")", "|")


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase, number or sign with its roles; an unknown word has none. ``glued`` as of a token."""

    text: str
    glued: bool
    roles: Roles

    @property
    def number(self) -> int | None:
        return int(self.text) if self.digits else None

    @property
    def digits(self) -> int:
        """How many digits a number has, 0 for what is none."""
        return len(self.text) if self.text[:1].isdecimal() else 0

    def has(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)


def read_marks(text: str) -> list[Mark] | None:
    """The marks of a text; None where it is longer than any date."""
    tokens = split_tokens(text)
    return None if tokens is None else _named(_without_idle_signs(tokens))


def is_undated(text: str) -> bool:
    """Whether a text says that there is no date: "n.d.", "s. d.", "o. J.", "undated", "?", nothing."""
    tokens = split_tokens(text)
    return tokens is not None and (not tokens or _bare(tokens) in _NONE)


def _bare(tokens: list[Token]) -> Phrase:
    return tuple(token.text for token in tokens if token.text not in _DROPPED)


def _phrases(words: str) -> list[Phrase]:
    return [_bare(split_tokens(phrase) or []) for phrase in words.split(",")]


def _vocabulary() -> dict[Phrase, Roles]:
    found: dict[Phrase, Roles] = {}
    for language in LANGUAGES:
        for name, words in language.WORDS.items():
            if name == "ordinals":
                for number, spellings in enumerate(words.split(","), 1):
                    for spelling in spellings.split():
                        found.setdefault(_phrases(spelling)[0], {})["ordinal"] = number
            elif name == "named centuries":
                for number, phrase in enumerate(_phrases(words), 13):
                    found.setdefault(phrase, {})["named century"] = number
            elif name != "none":
                role, value = _ROLES.get(name, (name, 1))
                for phrase in _phrases(words):
                    found.setdefault(phrase, {})[role] = value
    return found


_WORDS = _vocabulary()
_NONE = {phrase for language in LANGUAGES for phrase in _phrases(language.WORDS["none"])}
_LONGEST: dict[str, int] = {}
"""First word -> tokens of the longest phrase that begins with it."""
for _phrase in _WORDS:
    _LONGEST[_phrase[0]] = max(len(_phrase), _LONGEST.get(_phrase[0], 0))


def _without_idle_signs(tokens: list[Token]) -> list[Token]:
    """Without brackets and quotes, dots and colons after words, and parentheses around a question mark."""
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        after_word = bool(kept) and kept[-1].text[0].isalpha()
        around = [other.text for other in tokens[max(0, at - 2) : at + 3]]
        asked = (token.text == "(" and around[-2:] == ["?", ")"]) or (token.text == ")" and around[:2] == ["(", "?"])
        idle = token.text in _DROPPED and token.text not in (".", "'")
        idle = idle or (token.text == "'" and len(tokens[at + 1].text) > 3)
        if not (idle or asked or (after_word and token.text in (".", ":"))):
            kept.append(token)
    return kept


def _named(tokens: list[Token]) -> list[Mark]:
    marks: list[Mark] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        size = next((n for n in range(_LONGEST.get(token.text, 0), 0, -1) if _fits(tokens, at, n)), 0)
        if size:
            phrase = tuple(one.text for one in tokens[at : at + size])
            marks.append(Mark(" ".join(phrase), token.glued, _WORDS[phrase]))
        else:
            marks.append(Mark(token.text, token.glued, {"break": 1} if token.text in _BREAKS else {}))
        at += max(size, 1)
    return marks


def _fits(tokens: list[Token], at: int, size: int) -> bool:
    phrase = tuple(token.text for token in tokens[at : at + size])
    roles = _WORDS.get(phrase)
    if roles is None:
        return False
    if tokens[at].glued and at and tokens[at - 1].text.isdecimal() and "part" in roles:
        return False  # "2a metà" is no "a metà"
    after = tokens[at + size].text if at + size < len(tokens) else ""
    # "1500 a c. 1510" is no "a. C.": an era stands after its year
    if "tail" in roles and size > 1:  # "after 1500 and before 1510"
        return not (after[:1].isdecimal() or "about" in _WORDS.get((after,), {}))
    return not (phrase[:2] == ("a", "c") and after[:1].isdecimal())
