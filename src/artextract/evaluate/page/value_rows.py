"""The rows in which figures by the values of a column are shown, on the screen and on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from artextract.evaluate.page.layout import figure

_MEASURES = (("accuracy", "accuracy"), ("macro_f1", "macro-F1"))
_UNSEEN = "unseen_artists"


def value_head(column: str, values: Sequence[Mapping[str, Any]]) -> list[str]:
    head = [column, "n", *(caption for _, caption in _MEASURES)]
    return head + (["n, unseen artists", *(caption for _, caption in _MEASURES)] if _with_artists(values) else [])


def value_rows(values: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """A row for each value: all its paintings, and beside them those of artists that were not seen in training."""
    parts = ["all", _UNSEEN] if _with_artists(values) else ["all"]
    return [[one["value"], *(cell for part in parts for cell in _cells(one[part]))] for one in values]


def _cells(scores: Mapping[str, Any]) -> list[str]:
    return [str(scores["n"]), *(figure(scores, measure) for measure, _ in _MEASURES)]


def _with_artists(values: Sequence[Mapping[str, Any]]) -> bool:
    return any(one.get(_UNSEEN, {"n": 0})["n"] for one in values)
