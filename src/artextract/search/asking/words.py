"""Search by words, offline, over what the table says of each painting: titles, artists, labels, terms and any other
text.

    monet haystacks      paintings with either word, those with both and with the rarer ones first
    hayst                the last word may be a beginning
    "night watch"        these words next to each other; required
    self-portrait        the same as "self portrait"
    -portrait            without it; also -"self portrait"

Case, accents, punctuation and the plural of English nouns make no difference. There are no synonyms.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

from artextract.errors import InputError
from artextract.search.asking.terms import MOST_TERMS, Term, canonical_text, fold, parse
from artextract.spelling import near_words, shown
from artextract.table import COLUMNS, Paintings

K1, B = 1.2, 0.75
"""How soon further occurrences of a word count no more, and how far long texts are discounted: the usual values, not
tuned."""
FIELD_WEIGHTS = {"title": 2.0, "artist": 2.0, "painter": 2.0}
LABEL_WEIGHT, TEXT_WEIGHT, PREDICTED_WEIGHT = 1.5, 1.0, 0.5
"""A word in a title counts twice as much as one in a description, and four times as much as one in a label that a model
predicted; chosen by hand."""
PREFIX_WEIGHT = 0.25
"""What a longer word that begins with the last one counts beside that word itself, where this occurs."""
SHORTEST_PREFIX = 3
"""Letters from which the last word may be a beginning; a shorter one may where it stands nowhere by itself."""
_BOUNDARY = 0  # a word's number between two values: no phrase crosses it


class WordIndex:
    """Every word of a table with its place.

    Scores are BM25F, that is BM25 over fields that are weighted before they saturate (Robertson and Zaragoza, "The
    probabilistic relevance framework: BM25 and beyond", 2009, sections 3.4 to 3.6): the sum over the query's terms of

        idf * tf / (K1 + tf),   tf = sum over fields of weight * count / (1 - B + B * length / mean length),
        idf = log(1 + (N - n + 1/2) / (n + 1/2))

    with ``N`` paintings of which ``n`` have the term, and the mean over those that have the field. The 1 in the idf
    keeps it above 0. A phrase counts as a term of its own, and so do, together, the longer words that the last word is
    the beginning of."""

    def __init__(self, paintings: Paintings, predicted: Mapping[str, Sequence[str | None]] | None = None):
        """``predicted`` has for a column one value a painting, or None.

        It counts only where the painting has no label in that column.

        Of a text that stands in several fields of a painting only the weightiest counts. Where a title is missing the
        file's name takes its place. Raises ``InputError`` where a column of ``predicted`` has another length than the
        table."""
        self._count = len(paintings)
        self._fields = _fields(paintings, predicted or {})
        numbers: dict[str, int] = {}
        by_spelling: dict[str, int] = {}
        known: dict[str, tuple[str, list[int]]] = {}

        def read(value: str) -> tuple[str, list[int]]:
            key = canonical_text(value)
            words = key.split()
            for word in words:
                if word not in by_spelling:
                    by_spelling[word] = numbers.setdefault(fold(word), len(numbers) + 1)
            return key, [*map(by_spelling.__getitem__, words), _BOUNDARY]

        tokens: list[int] = [_BOUNDARY]
        places = [(0, 0, 1)]  # row, field and number of tokens of each value
        seen: set[tuple[int, str]] = set()
        for number, field in enumerate(self._fields):
            for row, cell in enumerate(field.cells):
                for value in _values(cell):
                    if value not in known:
                        known[value] = read(value)
                    key, found = known[value]
                    if key and (row, key) not in seen:
                        seen.add((row, key))
                        tokens += found
                        places.append((row, number, len(found)))
        rows, fields, lengths = np.array(places, dtype=np.int32).T
        self._tokens, self._rows, self._field_of = (
            np.array(tokens, dtype=np.int32),
            np.repeat(rows, lengths),
            np.repeat(fields, lengths),
        )
        self._numbers = numbers
        self._spellings = sorted(by_spelling)
        self._words = sorted(numbers)
        self._shares = self._share_of_each_token()

    def search(
        self, text: str, allowed: np.ndarray | None = None, known_only: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """The paintings that have at least one word of ``text``, every phrase and nothing excluded, best first:
        positions ``int64 (n,)`` and scores ``float64 (n,)`` above 0; equal scores in the table's order.

        ``allowed``, bool (N,), leaves out others without a change of scores. Raises ``InputError`` where there is
        nothing to look for, and for words that occur nowhere in the table, with those spelled like them; with
        ``known_only`` these are left out as long as another is known (``unknown`` names them). A word to be excluded
        need not occur."""
        scores = np.zeros(self._count)
        kept = np.ones(self._count, dtype=bool) if allowed is None else np.array(allowed, dtype=bool)
        for term, exact, longer in self._matched(text, known_only):
            if term.excluded:
                kept &= ~self._has(exact)
                continue
            scores += self._score(exact) + (PREFIX_WEIGHT if len(exact) else 1.0) * self._score(longer)
            if len(term.words) > 1:
                kept &= self._has(exact) | self._has(longer)
        positions = np.flatnonzero(kept & (scores > 0))
        positions = positions[np.argsort(-scores[positions], kind="stable")]
        return positions, scores[positions]

    def unknown(self, text: str) -> dict[str, list[str]]:
        """The words of a text that occur nowhere in the table, each with those spelled like it."""
        terms = [term for term in parse(text)[:MOST_TERMS] if not term.excluded]
        return {term.text: self._like(term) for term in terms if not any(len(found) for found in self._matches(term))}

    def _like(self, term: Term) -> list[str]:
        absent = next((word for word in term.words if word not in self._numbers), None)
        return [] if absent is None else near_words(absent, self._spellings)

    def explain(self, text: str, position: int) -> str:
        """Where the words of ``text`` stand in a painting: "'haystacks' in the title, 'monet' in the artist (Claude
        Monet)". Raises as ``search``."""
        said: dict[str, list[str]] = {}
        absent = []
        for term, exact, longer in self._matched(text):
            if term.excluded:
                continue
            here = [found[self._rows[found] == position] for found in (exact, longer)]
            places = here[0] if len(here[0]) else here[1]
            if not len(places):
                absent.append(f"'{term.text}'")
                continue
            best = max(places, key=lambda place: self._fields[self._field_of[place]].weight)
            field = self._fields[self._field_of[best]]
            value = "" if field.name == "title" else f" ({shown(self._value_at(best, field.cells[position]), 60)})"
            said.setdefault(f"in the {field.name}{value}", []).append(f"'{term.text}'")
        places = ", ".join(f"{' and '.join(words)} {place}" for place, words in said.items())
        return "; ".join(part for part in (places, f"without {' and '.join(absent)}" if absent else "") if part)

    def _matched(self, text: str, known_only: bool = False) -> list[tuple[Term, np.ndarray, np.ndarray]]:
        """The terms of a text with their ``_matches``; raises as ``search``."""
        terms = parse(text)
        if len(terms) > MOST_TERMS:
            raise InputError(
                f"there are more than {MOST_TERMS} words to look for", "write fewer", code="too-many-words"
            )
        matched = [(term, *self._matches(term)) for term in terms]
        if all(term.excluded for term, _, _ in matched):
            raise InputError(
                "there are no words to look for", 'write, for instance: monet "water lilies" -bridge', code="no-words"
            )
        nowhere = [one for one in matched if not (one[0].excluded or len(one[1]) or len(one[2]))]
        wanted = sum(not term.excluded for term, _, _ in matched)
        if nowhere and (not known_only or len(nowhere) == wanted):
            raise self._nowhere(nowhere[0][0])
        return [one for one in matched if not any(one is other for other in nowhere)]

    def _nowhere(self, term: Term) -> InputError:
        absent = next((word for word in term.words if word not in self._numbers), None)
        if absent is None:
            return InputError(
                f"the words '{shown(term.text)}' stand nowhere next to each other",
                "look for them one by one, without quotation marks or hyphens",
                code="words-not-found",
            )
        near = near_words(absent, self._spellings)
        return InputError(
            f"'{shown(term.text)}' occurs nowhere in the table",
            f"words like it: {', '.join(near)}" if near else "try another word",
            code="words-not-found",
        )

    def _matches(self, term: Term) -> tuple[np.ndarray, np.ndarray]:
        """Places of a term's first word: where it stands as it is, and where its last word is only the beginning of
        another."""
        numbers = [self._numbers.get(word, -1) for word in term.words]
        last = len(numbers) - 1
        starts = np.ones(len(self._tokens), dtype=bool)
        for offset, number in enumerate(numbers[:-1]):
            starts &= _shifted(self._tokens, offset) == number
        ends = _shifted(self._tokens, last)
        beginning = np.zeros(len(self._numbers) + 1, dtype=bool)
        exact = np.flatnonzero(starts & (ends == numbers[-1]))
        if len(term.beginning) >= SHORTEST_PREFIX or (term.beginning and not len(exact)):
            first = bisect_left(self._words, term.beginning)
            for word in takewhile(lambda word: word.startswith(term.beginning), self._words[first:]):
                beginning[self._numbers[word]] = word != term.words[-1]
        return exact, np.flatnonzero(starts & beginning[ends])

    def _score(self, places: np.ndarray) -> np.ndarray:
        frequency = np.bincount(self._rows[places], weights=self._shares[places], minlength=self._count)
        having = np.count_nonzero(frequency)
        scores: np.ndarray = np.log1p((self._count - having + 0.5) / (having + 0.5)) * frequency / (K1 + frequency)
        return scores

    def _has(self, places: np.ndarray) -> np.ndarray:
        has = np.zeros(self._count, dtype=bool)
        has[self._rows[places]] = True
        return has

    def _share_of_each_token(self) -> np.ndarray:
        """What one occurrence adds to tf: its field's weight, less where the painting has much text there."""
        cell = self._field_of.astype(np.int64) * max(1, self._count) + self._rows
        lengths = np.bincount(
            cell[self._tokens != _BOUNDARY], minlength=len(self._fields) * max(1, self._count)
        ).reshape(len(self._fields), -1)
        weights = np.array([field.weight for field in self._fields])
        means = lengths.sum(1) / np.maximum(1, (lengths > 0).sum(1))
        shares = weights[:, None] / (1 - B + B * lengths / np.maximum(means, 1e-9)[:, None])
        of_tokens: np.ndarray = shares.ravel()[cell]
        return of_tokens

    def _value_at(self, place: int, cell: object) -> str:
        """Of a cell with several values the one in which a place lies."""
        start = place
        while self._tokens[start - 1] != _BOUNDARY:
            start -= 1
        end = start + np.flatnonzero(self._tokens[start:] == _BOUNDARY)[0]
        wanted = self._tokens[start:end].tolist()
        return next(
            value
            for value in _values(cell)
            if [self._numbers.get(fold(word)) for word in canonical_text(value).split()] == wanted
        )


@dataclass(frozen=True)
class _Field:
    name: str
    weight: float
    cells: np.ndarray


def _fields(paintings: Paintings, predicted: Mapping[str, Sequence[str | None]]) -> list[_Field]:
    """What is searched, the weightiest first."""
    titles = paintings.column("title")
    stems = [
        Path(path).stem if title is None else None
        for path, title in zip(paintings.column("path"), titles, strict=False)
    ]
    fields = [
        _Field("title", FIELD_WEIGHTS["title"], titles),
        _Field("file's name", TEXT_WEIGHT, np.array(stems, dtype=object)),
    ]
    for name in paintings.frame.columns:
        cells = paintings.column(name)
        if name not in COLUMNS and any(_values(cell) for cell in cells):
            fields.append(
                _Field(name, FIELD_WEIGHTS.get(name, LABEL_WEIGHT if name in paintings.labels else TEXT_WEIGHT), cells)
            )
    for name, values in predicted.items():
        if len(values) != len(paintings):
            raise InputError(
                f"there are {len(values)} predictions of {name} for {len(paintings)} paintings",
                "give one for each, or None",
                code="lengths-differ",
            )
        known = paintings.column(name) if name in paintings.frame else np.full(len(paintings), None)
        unlabelled = [value if label is None else None for value, label in zip(values, known, strict=False)]
        fields.append(_Field(f"predicted {name}", PREDICTED_WEIGHT, np.array(unlabelled, dtype=object)))
    return sorted(fields, key=lambda field: -field.weight)


def _values(cell: object) -> list[str]:
    """The texts of a cell, of which it may have several; addresses of the web are none."""
    if isinstance(cell, str):
        return [] if "://" in cell else [cell]
    return [value for item in cell for value in _values(item)] if isinstance(cell, (list, tuple, np.ndarray)) else []


def _shifted(tokens: np.ndarray, offset: int) -> np.ndarray:
    """Beside each place the word ``offset`` places on."""
    return np.append(tokens[offset:], np.full(offset, _BOUNDARY, tokens.dtype)) if offset else tokens
