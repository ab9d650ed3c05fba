"""Filters on years, against sets of years written out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.search.asking.filters import mask
from artextract.search.asking.years import by_time, passing, year_order
from artextract.search.lists.facets import Facets
from artextract.search.lists.order import Orders
from artextract.table import Paintings
from artextract.year_ranges import year_ranges
from tests.raising import raises

DATES = {  # id: words, first, last
    "range": ("c. 1503–1506", 1503, 1506),
    "year": ("1890", 1890, 1890),
    "century": ("19th century", 1801, 1900),
    "before": ("before 1500", None, 1500),
    "after": ("after 1950", 1950, None),
    "bc": ("500 BC", -500, -500),
    "alone": (None, 1700, None),
    "none": ("n.d.", None, None),
}


def table(**columns):
    frame = pd.DataFrame({"id": list(next(iter(columns.values())).keys())})
    for name, cells in columns.items():
        frame[name] = pd.Series(list(cells.values()), dtype=object if name == "date" else "Int64")
    frame = frame.assign(path=frame["id"] + ".jpg", source="x", rights="CC0", sha256=frame["id"], width=9, height=9)
    return Paintings(frame, "c", ("style",))


@pytest.fixture
def paintings():
    return table(
        date={name: words for name, (words, _, _) in DATES.items()},
        year={name: first for name, (_, first, _) in DATES.items()},
        year_end={name: last for name, (_, _, last) in DATES.items()},
    )


@pytest.mark.parametrize(
    "expression, ids",
    [
        ("year=1505", "range"),
        ("year=1890", "year century"),
        ("year=1880..1900", "year century"),
        ("year=1500..1550", "range before"),
        ("year=1500", "before"),
        ("year=-1000", "before"),
        ("year=..-100", "before bc"),
        ("year=2000..", "after"),
        ("year=1700", "alone"),
        ("year=unknown", "none"),
        ("year=unknown|1700", "alone none"),
        ("year=1890|1505|1700", "range year century alone"),
        ("year=1880..1900|1890..2000|1505", "range year century after"),
        ("year!=1880..1900", "range before after bc alone none"),
        ("year!=unknown", "range year century before after bc alone"),
        ("year<1500", "before bc"),
        ("year<=1503", "range before bc"),
        ("year>1900", "after"),
        ("year>=1900", "century after"),
        ("YEAR = 1890s", "year century"),
        ("year=16th century", "range"),
        ("year=vers 1890", "year century"),
        ("year=500 v. Chr.", "before bc"),
        ("year=after 1880", "year century after"),
        ("year_end=1506", "range"),
        ("date~1503", "range"),
    ],
)
def test_a_range_passes_where_it_overlaps(paintings, expression, ids):
    assert " ".join(paintings.column("id")[mask(paintings, [expression])]) == ids


@pytest.mark.parametrize(
    "expression, code",
    [
        ("year=soon", "not-a-number"),
        ("year>soon", "not-a-number"),
        ("year=nan..5", "not-a-number"),
        ("year=1600..1650", "no-such-value"),
        ("year=1601", "no-such-value"),
        ("year=1601 (?)", "no-such-value"),
        ("year=1600..1600", "no-such-value"),
        ("year=1890|1601", "no-such-value"),
        ("year=1900..1880", "no-such-value"),
    ],
)
def test_what_cannot_be_asked(paintings, expression, code):
    with raises(InputError, code):
        mask(paintings, [expression])


RANGES = st.tuples(st.integers(-5, 30), st.integers(0, 9)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.one_of(st.none(), RANGES), min_size=1).filter(any), RANGES)
def test_overlap_is_a_year_in_both(ranges, asked):
    low = np.array([np.nan if one is None else one[0] for one in ranges])
    high = np.array([np.nan if one is None else one[1] for one in ranges])
    wanted = set(range(asked[0], asked[1] + 1))
    years = [set() if one is None else set(range(one[0], one[1] + 1)) for one in ranges]
    expected = [bool(one & wanted) for one in years]
    try:
        assert passing((low, high), "=", f"{asked[0]}..{asked[1]}").tolist() == expected
    except InputError:
        assert not any(expected)
    other = f"{asked[0] + 3}..{asked[1] + 5}"
    wanted |= set(range(asked[0] + 3, asked[1] + 6))
    expected = [bool(one & wanted) for one in years]
    try:
        assert passing((low, high), "=", f"{asked[0]}..{asked[1]}|{other}").tolist() == expected
        assert passing((low, high), "!=", f"{other}|{asked[0]}..{asked[1]}").tolist() == [not one for one in expected]
    except InputError as error:
        assert error.code == "no-such-value"
    for operator, holds in (("<", lambda year: year < asked[0]), (">=", lambda year: year >= asked[0])):
        expected = [any(map(holds, one)) for one in years]
        try:
            assert passing((low, high), operator, str(asked[0])).tolist() == expected
        except InputError:
            assert not any(expected)


def test_a_table_of_years_alone_and_one_without(paintings):
    years = table(year={"a": 1500, "b": None})
    low, high = year_ranges(years)
    assert low.tolist()[0] == high.tolist()[0] == 1500 and np.isnan(low[1])
    assert year_ranges(table(price={"a": 1})) is None and year_order(table(price={"a": 1})) is None
    assert year_ranges(table(year={"a": None})) is None
    label = Paintings(years.frame.assign(year=["1500", "1600"]), "c", ("year",))
    assert year_ranges(label) is None and mask(label, ["year=1500"]).tolist() == [True, False]


def test_the_order_of_years(paintings):
    order = paintings.column("id")[Orders(paintings).ordered(np.arange(len(paintings)), "year")]
    assert " ".join(order) == "bc before range alone century year after none"
    order = paintings.column("id")[Orders(paintings).ordered(np.arange(len(paintings)), "-year")]
    assert " ".join(order) == "after year century alone range before bc none"


def test_years_are_one_facet_that_counts_what_its_filter_finds(paintings):
    facets = Facets(paintings)
    assert list(facets.numbers) == ["year"]
    (year,) = facets.under(lambda where, text: mask(paintings, where)).numbers
    assert (year.low, year.high, year.unknown) == (-500, 1950, 1)
    for low, high, count in zip(year.edges, year.edges[1:], year.counts, strict=False):
        try:
            found = int(mask(paintings, [f"year={low}..{high - 1}"]).sum())
        except InputError:
            found = 0
        assert count == found


@pytest.mark.parametrize(
    "expression, ids",
    [
        ("year<<1500", {"bc"}),
        ("year<<1501", {"bc", "before"}),
        ("year>>1890", {"after"}),
        ("year>>1800", {"year", "century", "after"}),
    ],
)
def test_surely_before_and_after(paintings, expression, ids):
    assert set(paintings.rows(mask(paintings, [expression])).ids) == ids


def test_what_is_beside_a_painting_in_time(paintings):
    row = {name: number for number, name in enumerate(paintings.ids)}
    assert by_time(paintings, row["range"], later=False) == "year<<1503"
    assert by_time(paintings, row["range"], later=True) == "year>>1506"
    for name, later in (("before", False), ("after", True), ("none", True)):
        with raises(InputError, "year-unknown", name):
            by_time(paintings, row[name], later)
    with raises(InputError, "not-a-year-column", "title"):
        mask(paintings, ["title<<1500"])
