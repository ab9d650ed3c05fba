"""Names that are spelled like another one, among very many, in the time of a key press."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

PIECE = 3
COMPARED = 200
"""Names that share the most pieces of three letters with what was written; these are compared letter by letter."""
LONGEST = 100
"""Letters up to which a text is compared letter by letter: the time grows with the square of them, and more."""
_LEAST = 0.4


class Spelling:
    """The names as one array of letters, made when a misspelled one is first asked for: some 40 bytes a name."""

    def __init__(self, names: Sequence[str]):
        self._names = names

    def near(self, text: str, count: int = 3) -> list[str]:
        """The names most like ``text`` by ``difflib``'s ratio, else those that have it inside, whatever the case."""
        if len(text) > LONGEST:
            return []
        compared = self._names if len(self._names) <= COMPARED else self._sharing(text)
        near = alike(text, compared, count, _LEAST)
        return near or ([name for name in self._names if text.casefold() in name.casefold()][:count] if text else [])

    @cached_property
    def _letters(self) -> tuple[np.ndarray, np.ndarray]:
        """All names one after the other as code points, and where each begins."""
        folded = [name.casefold() + "\n" for name in self._names]
        starts = np.cumsum([0, *map(len, folded[:-1])])
        return np.frombuffer("".join(folded).encode("utf-32-le"), dtype=np.uint32), starts

    def _sharing(self, text: str) -> list[str]:
        letters, starts = self._letters
        folded = text.casefold()
        shared = np.zeros(len(self._names), dtype=np.int64)
        for piece in {folded[at : at + PIECE] for at in range(len(folded) - PIECE + 1)}:
            here = np.ones(max(0, len(letters) - PIECE + 1), dtype=bool)
            for offset, letter in enumerate(piece):
                here &= letters[offset : len(letters) - PIECE + 1 + offset] == ord(letter)
            found = np.searchsorted(starts, np.flatnonzero(here), side="right") - 1
            shared[np.unique(found)] += 1
        best = np.argsort(-shared, kind="stable")[:COMPARED]
        return [self._names[row] for row in best if shared[row]]


def alike(text: str, names: Iterable[str], count: int = 3, least: float = 0.6) -> list[str]:
    """The names whose ``difflib`` ratio to a text is ``least`` or more, best first.

    What has more than ``LONGEST`` letters is like nothing."""
    if len(text) > LONGEST:
        return []
    return difflib.get_close_matches(text, [name for name in names if len(name) <= LONGEST], count, least)


def near_words(text: str, words: Iterable[str], count: int = 3) -> list[str]:
    """The words that differ from one in a slip or two, fewest first: letters put in, left out, changed, or swapped with
    the next; one in words of up to five letters, else two."""
    most = 1 if len(text) <= 5 else 2
    near = alike(text, (word for word in words if abs(len(word) - len(text)) <= most), 50)
    slips = {word: edits(text, word) for word in near}
    return sorted((word for word in near if slips[word] <= most), key=lambda word: slips[word])[:count]


def edits(one: str, other: str) -> int:
    """The fewest letters to be put in, left out, changed, or swapped with the next, that make one word of another (F.
    Damerau, "A technique for computer detection and correction of spelling errors", CACM 7, 1964; no letter twice)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        now = [i]
        for j, its in enumerate(other, 1):
            now.append(min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (letter != its)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                now[j] = min(now[j], before[j - 2] + 1)
        before, last = last, now
    return last[-1]


def shown(text: str, most: int = 120) -> str:
    """A text as a sentence quotes it: what is longer than ``most`` letters ends in dots."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
