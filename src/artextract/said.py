"""A sentence that also keeps what it was made of, so that a page can say it in another language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

Value = str | int | float | None | Sequence["Value"]


class Said(str):
    """An English text with a ``code``, which names what is said and stays when the wording changes, and the ``values``
    it is said of: numbers, names, lists of these, and other texts that were said.

    ``Said("palette.shared", "Both have {colours}.", colours=["blue", "red"])`` is "Both have blue and red."; the code
    of one that was put together by ``joined`` is "sentences"."""

    code: str
    values: Mapping[str, Any]

    def __new__(cls, code: str, template: str, /, **values: Any) -> Self:
        written = {name: listed(value) if isinstance(value, list | tuple) else value for name, value in values.items()}
        made = super().__new__(cls, template.format(**written) if values else template)
        made.code, made.values = code, values
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:  # texts and what they are made of never change
        return self


def joined(parts: Sequence[str]) -> str:
    """Sentences one after the other, those that are empty left out."""
    there = [part for part in parts if part]
    if len(there) < 2:
        return there[0] if there else ""
    return Said("sentences", _literal(" ".join(there)), parts=there)


def clauses(parts: Sequence[str]) -> str:
    """One sentence of several parts: "The first is seated; the second is larger." """
    text = "; ".join(parts)
    return Said("clauses", _literal(f"{text[:1].upper()}{text[1:]}."), parts=list(parts))


def in_a_row(parts: Sequence[str]) -> str:
    """Facts in few words, with dots between: "key 0.35 · contrast 0.20"."""
    return Said("row", _literal(" · ".join(parts)), parts=list(parts))


def listed(phrases: Sequence[Any], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    texts = [str(phrase) for phrase in phrases]
    return f" {last} ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def facts(text: str) -> dict[str, Any] | None:
    """``{"code", "values", "text"}`` for JSON, the same for texts within.

    None for a text that tells nothing of what it was made of."""
    if not isinstance(text, Said):
        return None
    return {
        "code": text.code,
        "values": {name: _plain(value) for name, value in text.values.items()},
        "text": str(text),
    }


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Said):
        return facts(value)
    if isinstance(value, float):
        return round(value, 4)
    return value
