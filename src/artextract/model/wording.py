"""The sentences in which a model's doubt is told."""

from __future__ import annotations

from artextract.printable import counted

_NAMES = {"style": "style", "genre": "genre", "artist": "painter"}


def classes_in_words(attribute: str, count: int) -> str:
    """ "17 styles"; of an attribute whose plural we do not know "5 labels of school"."""
    words = attribute.replace("_", " ")
    return counted(count, _NAMES[attribute]) if attribute in _NAMES else f"{counted(count, 'label')} of {words}"


def not_known(attribute: str, count: int) -> str:
    """What is said where a painting seems new: "probably none of the 17 styles the model knows"."""
    return f"probably none of the {classes_in_words(attribute, count)} the model knows"


def undecided(attribute: str, count: int) -> str:
    """What is said where guesses are of no use: "one of the 42 painters the model knows, or another: it cannot
    tell"."""
    return f"one of the {classes_in_words(attribute, count)} the model knows, or another: it cannot tell"


FEW_CARRIED = "few paintings of such kinds that it learned from have one"
"""Why an answer for a number is unsure (``carried.py``)."""


def either(labels: list[str]) -> str:
    """ "Impressionism", "Impressionism or Fauvism", "Impressionism, Fauvism or Cubism"."""
    return " or ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
