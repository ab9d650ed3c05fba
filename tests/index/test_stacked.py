"""Rows of several arrays, held against the same rows copied into one."""

import numpy as np
import pytest

from artextract.index.stacked import Stacked, as_float32
from artextract.index.units import unit_and_norm


@pytest.fixture(params=[np.float32, np.float16])
def both(request):
    random = np.random.default_rng(0)
    parts = [unit_and_norm(random.normal(size=(n, 5)))[0].astype(request.param) for n in (7, 1, 20)]
    kept = [np.array([0, 2, 3, 6]), np.array([0]), np.arange(20)]
    whole = np.concatenate([part[rows] for part, rows in zip(parts, kept, strict=True)]).astype(np.float32)
    return Stacked(parts, kept), whole if request.param == np.float32 else unit_and_norm(whole)[0]


@pytest.mark.parametrize(
    "rows",
    [3, -1, slice(None), slice(2, 9), slice(0, 0), slice(1, 20, 3), np.array([24, 0, 4, 4]), np.arange(25) % 2 == 0],
    ids=str,
)
def test_rows_are_taken_as_from_one_array(both, rows):
    stacked, whole = both
    taken = stacked[rows]
    assert taken.dtype == np.float32 and np.array_equal(taken, whole[rows])


def test_products_with_all_rows(both):
    stacked, whole = both
    vectors = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
    assert stacked.products(vectors) == pytest.approx(
        vectors @ whole.T, abs=1e-6 if stacked._parts[0][0].dtype == np.float32 else 1e-3
    )
    assert np.array_equal(np.asarray(stacked), whole) and len(stacked) == 25 and stacked.shape == (25, 5)


def test_a_part_without_rows_and_a_row_beyond_the_last():
    stacked = Stacked([np.ones((2, 3), np.float32), np.empty((0, 3), np.float32)], [np.array([1]), np.empty(0, int)])
    assert stacked[:].tolist() == [[1, 1, 1]] and stacked.products(np.ones((1, 3), np.float32)).tolist() == [[3]]
    with pytest.raises(IndexError):
        stacked[1]


def test_numbers_of_16_bits_are_those_of_numpy():
    every = np.arange(0x7C00, dtype=np.uint16).view(np.float16)[None]
    assert np.array_equal(as_float32(every), every.astype(np.float32))


def test_cosines_with_some_rows(both):
    stacked, whole = both
    units = unit_and_norm(np.random.default_rng(2).normal(size=(2, 5)))[0]
    rows = np.array([0, 3, 4, 24])
    assert stacked.cosines(units, rows) == pytest.approx(units @ whole[rows].T, abs=1e-6)
    assert stacked.cosines(units, rows[:0]).shape == (2, 0)
    alone = Stacked([np.vstack([whole, np.zeros(5)]).astype(np.float16)], [np.arange(26)])
    assert alone.cosines(units, np.array([25, 1]))[:, 0] == pytest.approx(0) and not np.isnan(alone[25]).any()
