"""A number is one only where its text can be had back."""

import pytest

from artextract.sources.column_types import DECIMAL, TEXT, WHOLE, typed_column


@pytest.mark.parametrize(
    "cells, kind",
    [
        (["1890", None, "-50", "0"], WHOLE),
        (["1.5", None, "-0.25", "1891.0"], DECIMAL),
        (["0012", "13"], TEXT),
        (["1890", "inf"], TEXT),
        (["1890", "nan"], TEXT),
        (["1e3"], TEXT),
        (["1.50", "2.25"], TEXT),
        (["1950.10"], TEXT),
        (["1", "1.5"], TEXT),
        (["+5"], TEXT),
        (["1_000"], TEXT),
        (["١٢"], TEXT),
        (["12345678901234567890"], TEXT),
        ([None, None], TEXT),
        ([], TEXT),
    ],
)
def test_types_and_that_nothing_is_lost(cells, kind):
    column, found = typed_column(cells)
    assert found == kind
    assert [None if cell is None else str(cell) for cell in column.astype(object).where(column.notna(), None)] == cells
