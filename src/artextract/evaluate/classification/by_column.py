"""The figures of an evaluation for each value of a column: each source of the images, say, by itself.

What is learned must hold within one source. Where files of one source are sharp and all of one style, a network may
tell the source for the style, and only figures of one source at a time show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np

from artextract.errors import InputError
from artextract.evaluate.classification.document import ByColumn, Scores, ValueFigures
from artextract.evaluate.classification.figures import SEEN, UNSEEN, Judged
from artextract.metrics import bootstrap
from artextract.metrics.classification import summary
from artextract.table import Paintings

MOST_VALUES = 24
"""Of more values the commonest are shown and the others counted together."""
RANGES = 5
"""Into so many ranges of equally many paintings a column of many numbers is parted."""
NO_VALUE, OTHERS = "(none)", "(all others)"


def require_column(table: Paintings, column: str) -> None:
    """Raise ``InputError`` where a table has no such column, or where it holds lists."""
    if any(isinstance(cell, (list, tuple, np.ndarray)) for cell in table.column(column)):
        raise InputError(f"the column '{column}' holds lists", "give a column of single values", code="column-of-lists")


def by_column(rows: Paintings, judged: Mapping[str, Judged], column: str) -> ByColumn:
    """Scores of every attribute on the rows of each value, the values in the order of how often they stand."""
    names = values_of(rows, column)
    return {
        "column": column,
        "attributes": {name: _figures(one, names[one.positions]) for name, one in judged.items()},
    }


def values_of(rows: Paintings, column: str) -> np.ndarray:
    """What each row is counted under, text (N,): its value, or a range of numbers, the commonest values alone."""
    cells = rows.column(column)
    known = np.array([cell is not None for cell in cells], dtype=bool)
    names = np.array([NO_VALUE if cell is None else str(cell) for cell in cells], dtype=object)
    numbers = all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells[known])
    if known.any() and numbers and len(set(names[known])) > MOST_VALUES:
        values = cells[known].astype(float)
        edges = np.unique(np.quantile(values, np.linspace(0, 1, RANGES + 1), method="nearest"))
        place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
        ranges = [values[place == number] for number in range(len(edges) - 1)]
        text = [f"{part.min():g} to {part.max():g}" if len(part) else "" for part in ranges]
        names[known] = [text[number] for number in place]
    found, counts = np.unique(names.astype(str), return_counts=True)
    if len(found) > MOST_VALUES:
        common = found[np.argsort(-counts, kind="stable")[:MOST_VALUES]]
        names[~np.isin(names.astype(str), common)] = OTHERS
    return names


def _figures(judged: Judged, names: np.ndarray) -> list[ValueFigures]:
    found, counts = np.unique(names.astype(str), return_counts=True)
    last = np.isin(found, [NO_VALUE, OTHERS])
    order = np.lexsort((found, -counts, last))
    return [_of_value(judged, str(value), names == value) for value in found[order]]


def _of_value(judged: Judged, value: str, rows: np.ndarray) -> ValueFigures:
    figures: ValueFigures = {"value": value, "all": _scores(judged, rows)}
    if judged.artists is not None:
        figures["seen_artists"] = _scores(judged, rows & (judged.artists == SEEN))
        figures["unseen_artists"] = _scores(judged, rows & (judged.artists == UNSEEN))
    return figures


def _scores(judged: Judged, rows: np.ndarray) -> Scores:
    """As of a whole attribute, but the area under the curve has no interval: it would take most of the time."""
    truth, probabilities = judged.truth[rows], judged.probabilities[rows]
    figures = summary(truth, probabilities)
    if not len(truth):
        return cast(Scores, {**figures, "ci": None})
    measures = bootstrap.resampled(truth, probabilities, auc_rounds=0)
    return cast(Scores, {**figures, "ci": bootstrap.intervals(truth, probabilities, measures)})
