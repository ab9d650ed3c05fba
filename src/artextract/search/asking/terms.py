"""What is looked for in texts: the terms of a query, and the form in which words are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from artextract.labels import folded

MOST_TERMS = 200
"""Words and phrases of a query: each is looked for in the whole table."""


_IRREGULAR = {
    "women": "woman",
    "men": "man",
    "children": "child",
    "fishermen": "fisherman",
    "horsemen": "horseman",
    "noblemen": "nobleman",
    "geese": "goose",
    "feet": "foot",
}


_TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


@dataclass(frozen=True)
class Term:
    """One part of a query, ``text`` as it was written.

    ``words``, folded, at least one, stand next to each other. With a ``beginning`` the last of them may also be a
    longer word that begins so."""

    text: str
    words: tuple[str, ...]
    excluded: bool = False
    beginning: str = ""


def parse(text: str) -> list[Term]:
    """The parts of a query, in order, at most one more than ``MOST_TERMS``; what has no letter or digit is left out.

    Never raises: a quotation mark that is not closed ends with the text. The last word may be a beginning where
    nothing, not even a space, stands behind it."""
    terms: list[Term] = []
    for part in _TERM.finditer(text):
        quoted, chunk = part[2] is not None, part[2] if part[2] is not None else part[3]
        words = canonical_text(chunk).split()
        if not words:
            continue
        unfinished = not (quoted or part[1]) and part.end() == len(text) and chunk[-1].isalnum()
        if len(terms) > MOST_TERMS:
            break
        terms.append(Term(chunk.strip(), tuple(map(fold, words)), bool(part[1]), words[-1] if unfinished else ""))
    return terms


def canonical_text(text: str) -> str:
    """A text in lower case without accents and punctuation, its words divided by single spaces.

    A possessive 's is dropped."""
    return folded(re.sub(r"(?<=\w)['’]s\b", "", text)).replace("_", " ")


def fold(word: str) -> str:
    """A word in lower case without the ending of an English plural.

    The rules are those of Harman ("How effective is suffixing?", JASIS 42, 1991), with -es after a hissing sound and a
    few irregular plurals. Names that end in s lose it as well ("rubens"), in table and query alike."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]
