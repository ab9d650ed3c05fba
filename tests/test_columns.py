"""Columns as distinct values, held against a look at every row."""

import numpy as np
import pandas as pd
import pytest

from artextract.columns import column_of
from artextract.labels import canonical_key, folded

CELLS = ["Art Nouveau", None, "art_nouveau", "Études, Nr. 5", "?", "Art Nouveau", "water / river"]


@pytest.fixture(params=["string", "object"])
def column(request):
    return column_of(pd.Series(CELLS, dtype=request.param))


def test_every_row_has_its_value(column):
    assert column.at(range(len(CELLS))) == CELLS and len(column) == 7 and len(column.values) == 5
    assert column.at([6, 0]) == ["water / river", "Art Nouveau"]
    keys = [*column.keys, None]
    assert [keys[code] for code in column.codes] == [canonical_key(cell) for cell in CELLS]


@pytest.mark.parametrize("part", ["nouveau", "etudes", "5", "water_river", "zzz"])
def test_texts_that_contain_a_part(column, part):
    assert column.containing(part).tolist() == [cell is not None and part in folded(cell) for cell in CELLS]


def test_a_test_is_asked_of_each_value_once(column):
    asked = []
    found = column.where(lambda number: asked.append(number) or column.values[number].startswith("A"))
    assert found.tolist() == [True, False, False, False, False, True, False]
    assert sorted(asked) == list(range(5))


def test_numbers():
    numbers = column_of(pd.Series([3, None, 5, 3], dtype="Int64"))
    assert np.array_equal(numbers.as_numbers(), [3, np.nan, 5, 3], equal_nan=True)
    assert column_of(pd.Series(["12", "x"])).as_numbers() is None
    assert column_of(pd.Series(["12", None, "7.5"])).as_numbers()[[0, 2]].tolist() == [12, 7.5]
    nothing = column_of(pd.Series([None, None], dtype="string"))
    assert nothing.as_numbers() is None and nothing.containing("a").tolist() == [False, False]


def test_lists_have_no_values():
    assert column_of(pd.Series([["a"], ["b", "c"]])) is None
