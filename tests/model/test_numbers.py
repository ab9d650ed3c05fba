"""Bins, quantiles and intervals of numbers, against NumPy and cases worked by hand."""

import numpy as np
import pandas as pd
import pytest

from artextract.errors import InputError
from artextract.model.label_map import LabelMap, build_label_map
from artextract.model.numbers import (
    PARTS,
    Bins,
    Calibration,
    bins_for,
    in_words,
    is_number,
    numbers_of,
    quantiles,
    read_off,
    widening,
)
from artextract.table import Paintings
from tests.raising import raises

NAN = float("nan")


def table(folder, **columns):
    n = len(next(iter(columns.values())))
    needed = {"id": [f"p{i}" for i in range(n)], "sha256": [str(i) for i in range(n)]}
    fixed = {"path": "x", "source": "s", "rights": "r", "width": 1, "height": 1}
    return Paintings(pd.DataFrame({**needed, **fixed, **columns}), folder, ("style",))


def test_years_have_decades_and_rare_ones_are_joined():
    years = np.array([1853] + [1861] * 6 + [1870] * 5 + [1884.5] * 7 + [1899, NAN])
    bins = bins_for(years, years=True)
    assert bins == Bins([1850.0, 1870.0, 1880.0, 1900.0], [7, 5, 8], True)


def test_few_different_numbers_have_a_bin_each_and_many_are_shared_out():
    few = bins_for(np.array([0.0, 1, 1, 2, 5, NAN]))
    assert few == Bins([-0.5, 0.5, 1.5, 3.5, 6.5], [1, 2, 1, 1], True)
    values = np.random.default_rng(0).lognormal(0, 2, 1000)
    many = bins_for(values)
    assert len(many.counts) == 40 and set(many.counts) == {25} and not many.whole
    assert many.edges[0] == values.min() and many.edges[-1] == values.max()
    assert bins_for(np.array([3.0, 3.0, NAN])) is None and bins_for(np.array([1850.0, 1851.0]), years=True) is None


def test_targets_are_places_among_the_bins():
    bins = Bins([1850.0, 1870.0, 1880.0, 1900.0], [7, 5, 8], True)
    found = bins.targets(np.array([1850, 1860, 1870, 1885, 1900, 1700, 2000, NAN]))
    assert found.tolist() == [0, 500, 1000, 2250, 3000, 0, 3 * PARTS, -1]


def test_quantiles_are_those_of_the_even_distribution_in_each_bin():
    rng = np.random.default_rng(0)
    edges, shares = np.cumsum(rng.uniform(0.5, 9, 8)), (0.1, 0.5, 0.9)
    probabilities = rng.dirichlet(np.ones(7), 20)
    probabilities[0] = [0, 0, 1, 0, 0, 0, 0]
    found = quantiles(probabilities.astype(np.float32), edges, shares)
    for row, one in zip(found, probabilities, strict=True):
        assert row == pytest.approx(np.interp(shares, np.r_[0, np.cumsum(one)], edges), rel=1e-4)
    assert found[0] == pytest.approx(edges[2] + np.array(shares) * (edges[3] - edges[2]))


def test_intervals_hold_what_they_promise_on_new_rows():
    """The distributions are too narrow: as they are they hold far too little, widened what was asked for."""
    rng = np.random.default_rng(0)
    edges = np.arange(0, 101, 2.0)
    truth = rng.uniform(20, 80, 4000)
    middles, guess = edges[:-1] + 1, truth + rng.normal(0, 6, 4000)
    sharp = np.exp(-(((middles - guess[:, None]) / 3) ** 2) / 2)
    sharp /= sharp.sum(1, keepdims=True)
    bins = Bins(edges.tolist(), [80] * 50, False)

    def coverage(widened):
        found = read_off(sharp[2000:], bins, Calibration(widened=widened))
        return ((found.low <= truth[2000:]) & (truth[2000:] <= found.high)).mean()

    widened = widening(sharp[:2000], bins, truth[:2000])
    assert coverage(0.0) < 0.6 and widened > 2 and coverage(widened) == pytest.approx(0.8, abs=0.03)
    assert widening(sharp[:10], bins, truth[:10]) == 0.0


def test_whole_numbers_are_answered_as_such():
    bins = Bins([1850.0, 1860.0, 1870.0, 1880.0], [1, 1, 1], True)
    found = read_off(np.array([[0.2, 0.5, 0.3]]), bins, Calibration(widened=-1.5)).row(0)
    # the tenth part ends at 1855, the half at 1866, nine tenths at 1876.67; 1.5 less on both sides
    assert found == {"median": 1866.0, "low": 1856.0, "high": 1876.0, "coverage": 0.8}
    assert in_words(found) == "about 1866 (1856 to 1876)"
    assert in_words({"median": 2.345, "low": -0.5, "high": 12.0, "coverage": 0.8}) == "about 2.345 (-0.5 to 12)"


def test_years_are_the_middles_of_narrow_ranges(tmp_path):
    years = table(
        tmp_path,
        year=pd.array([1850, 1850, 1850, None, None, 1850], dtype="Int64"),
        year_end=pd.array([1850, 1860, 1890, 1860, None, None], dtype="Int64"),
        date=["1850", "1850-60", "1850-90", "before 1860", None, "after 1850"],
    )
    assert is_number(years, "year")
    assert numbers_of(years, "year").tolist() == pytest.approx([1850, 1855, NAN, NAN, NAN, NAN], nan_ok=True)


def test_only_columns_of_numbers_are_numbers(tmp_path):
    mixed = table(tmp_path, style=["1", "2"], figures=[1, 3], inventory=["0012", "7"], note=["a", "b"])
    assert [name for name in mixed.frame if is_number(mixed, name)] == ["figures"]
    with raises(InputError, "not-a-number", "note"):
        numbers_of(mixed, "note")
    assert np.isnan(numbers_of(mixed, "height_cm")).all()


def test_a_label_map_holds_numbers_behind_the_classes(tmp_path):
    training = table(tmp_path, style=["A", "B", "A", "B"], figures=[1.0, 2.0, NAN, 9.0])
    labels = build_label_map(training, {"figures": 2, "style": 2})
    assert labels.kinds == {"style": "label", "figures": "number"} and labels.output_sizes == {"style": 2, "figures": 3}
    assert labels.targets(training).tolist() == [[0, 500], [1, 1125], [0, -1], [1, 2500]]
    assert LabelMap.from_dict(labels.as_dict()) == labels
    without = LabelMap(labels.classes, labels.counts)
    assert without.hash != labels.hash and without.kinds == {"style": "label"}
