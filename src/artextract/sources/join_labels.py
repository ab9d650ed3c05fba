"""One spelling for each label of several collections: how people write it, not how a file name does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from artextract.labels import canonical_key, display_name, name_from_slug, repair_mojibake

PERSONS = ("artist", "painter")
"""Columns whose labels are names of persons, which are the same persons in both."""
_SLUG = re.compile(r"[^\W_A-Z]+(?:[-_][^\W_A-Z]+)+")


def one_spelling(cells: Sequence[object], persons: bool = False) -> list[str | None]:
    """Labels (N,) of which all with one key are spelled alike; None where there is no label.

    The commonest spelling of people wins, ties by alphabet, and one with capital letters is preferred. Where a label is
    only there as a machine writes it, as ``albert-anker``, ``persons`` makes a name of it, "Albert Anker", and of other
    labels the underscores become spaces. UTF-8 that was read as Latin-1 is mended (``labels.repair_mojibake``), and a
    person whose letters with accents are lost, "Antnio" or "ant-nio", is the one with all letters, "António"."""
    found: dict[str, Counter[str]] = {}
    for cell in cells:
        key = canonical_key(cell)
        if key is not None:
            found.setdefault(key, Counter())[repair_mojibake(str(cell)).strip()] += 1
    slugs = any(_SLUG.fullmatch(text) for texts in found.values() for text in texts)
    chosen = {key: _best(texts, persons, slugs) for key, texts in found.items()}
    if persons:
        whole = {lost: chosen[key] for key, texts in found.items() for text in texts for lost in _without_accents(text)}
        chosen = {key: whole.get(key, name) for key, name in chosen.items()}
    return [None if (key := canonical_key(cell)) is None else chosen[key] for cell in cells]


def _without_accents(text: str) -> set[str | None]:
    """Keys of a name in which the letters outside ASCII are lost, or spaces are in their place, as some archives of
    files have it; none of a name that has no such letters."""
    name = str(display_name(text))
    if name.isascii():
        return set()
    return {canonical_key("".join(c if c.isascii() else gap for c in name)) for gap in ("", " ")}


def _best(texts: Counter[str], persons: bool, slugs: bool) -> str | None:
    """``slugs``: the column has names as of files, so a single small word is one too."""
    people: Counter[str] = Counter()
    for text, count in texts.items():
        if "_" not in text and not _SLUG.fullmatch(text):
            people[str(display_name(text))] += count
    if people:
        best = min(people, key=lambda name: (name == name.lower(), -people[name], name))
        small_word = persons and slugs and best == best.lower() and " " not in best
        return name_from_slug(best) if small_word else best
    commonest = min(texts, key=lambda name: (-texts[name], name))
    return name_from_slug(commonest) if persons and commonest == commonest.lower() else display_name(commonest)
