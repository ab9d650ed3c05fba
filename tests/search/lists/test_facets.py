"""Counts under the filters of the others, against counting row by row."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.labels import canonical_key
from artextract.search.asking import filters
from artextract.search.lists.facets import MOST_VALUES, Facets
from artextract.table import Paintings
from tests.raising import raises

STYLES = ("Cubism", "cubism", "Art Nouveau", "Pop Art", None, "unknown")
GENRES = ("portrait", "landscape", None)


def table(root=".", rights="CC0", labels=("style", "genre"), **columns) -> Paintings:
    n = len(next(iter(columns.values())))
    ids = [f"p{i}" for i in range(n)]
    own = {
        "id": ids,
        "path": [f"{i}.jpg" for i in ids],
        "sha256": ids,
        "source": ["x"] * n,
        "rights": rights if isinstance(rights, list) else [rights] * n,
    }
    return Paintings(pd.DataFrame(own | {"width": [90] * n, "height": [60] * n} | columns), root, labels)


def allowing(paintings: Paintings):
    """As the engine does it; the words are looked for in the titles."""
    titles = paintings.column("title")
    return lambda where, text: (
        filters.mask(paintings, where) & np.array([not text or text in (title or "") for title in titles], dtype=bool)
    )


def tally(rows, column):
    """(key, count) of the labels of some rows."""
    keys = [canonical_key(row[column]) for row in rows]
    return {key: keys.count(key) for key in set(keys)}


rows_of_a_table = st.lists(
    st.fixed_dictionaries(
        {
            "style": st.sampled_from(STYLES),
            "genre": st.sampled_from(GENRES),
            "title": st.sampled_from(["a", "b", None]),
            "year": st.one_of(st.none(), st.integers(1400, 1990)),
        }
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(
    rows=rows_of_a_table,
    style=st.sampled_from(["", "Cubism", "Cubism|pop art", "unknown"]),
    genre=st.sampled_from(["", "portrait"]),
    text=st.sampled_from(["", "a"]),
)
def test_every_column_is_counted_under_the_filters_of_the_others(rows, style, genre, text):
    paintings = table(
        style=[r["style"] for r in rows],
        genre=[r["genre"] for r in rows],
        title=[r["title"] for r in rows],
        year=[r["year"] for r in rows],
    )
    where = [f"{name}={value}" for name, value in (("style", style), ("genre", genre)) if value]
    try:
        filters.mask(paintings, where)
    except InputError:
        return  # a value that no row has
    answer = Facets(paintings).under(allowing(paintings), where, text)

    def passes(row, left_out):
        wanted = {canonical_key(value) for value in style.split("|")}
        return (
            (left_out == "style" or not style or canonical_key(row["style"]) in wanted)
            and (left_out == "genre" or not genre or row["genre"] == genre)
            and (left_out == "text" or not text or row["title"] == text)
        )

    for facet in answer.labels:
        left = [row for row in rows if passes(row, facet.column)]
        counts = {canonical_key(value): count for value, count in facet.values}
        assert {key: count for key, count in counts.items() if count} == tally(left, facet.column)
        assert facet.distinct == len(set(tally(left, facet.column)) - {None})
        known = [count for value, count in facet.values if value is not None]
        assert known == sorted(known, reverse=True)
    assert answer.total == sum(passes(row, None) for row in rows)
    assert answer.without == {
        name: sum(passes(row, name) for row in rows)
        for name, value in (("style", style), ("genre", genre), ("text", text))
        if value
    }
    years = [row["year"] for row in rows if passes(row, None)]
    for facet in answer.numbers:
        assert facet.counts == np.histogram([year for year in years if year is not None], facet.edges)[0].tolist()
        assert facet.unknown == years.count(None) and sum(facet.counts) + facet.unknown == answer.total


def test_spellings_are_one_label_that_is_called_as_most_are():
    paintings = table(style=["cubism", "Cubism", "Cubism", None], genre=[None] * 4, title=["a"] * 4)
    style, genre = Facets(paintings).under(allowing(paintings)).labels
    assert style.values == [("Cubism", 3), (None, 1)] and style.distinct == 1
    assert genre.values == [(None, 4)] and genre.distinct == 0


def test_what_is_chosen_is_reported_though_it_is_rare_or_absent():
    names = [f"School {i:03d}" for i in range(MOST_VALUES + 30)]
    paintings = table(
        style=[*names, names[0]], genre=["portrait"] * len(names) + ["landscape"], title=["a"] * (len(names) + 1)
    )
    facets = Facets(paintings)
    plain = facets.under(allowing(paintings)).labels[0]
    assert plain.distinct == len(names) and len(plain.values) == MOST_VALUES and plain.values[0] == (names[0], 2)
    assert names[-1] not in dict(plain.values)
    chosen = facets.under(allowing(paintings), [f"style={names[-1]}"]).labels[0]
    assert dict(chosen.values)[names[-1]] == 1
    absent = facets.under(allowing(paintings), [f"style={names[-1]}", "genre=landscape"]).labels[0]
    assert absent.values == [(names[0], 1), (names[-1], 0)]
    found = facets.find("style", "schööl 22", allowing(paintings))
    assert dict(found.values) == {name: 1 for name in names if name.startswith("School 22")} and found.distinct == 10
    assert facets.find("title", "a", allowing(paintings)) is None


def test_numbers():
    paintings = table(
        style=["a"] * 5,
        genre=["b"] * 5,
        title=["a"] * 5,
        year=[1500, 1503, 1500, None, 1501],
        price=[0.5, 2.5, 1.5, 1.5, 1.5],
        same=[7] * 5,
        words=["1", "x", None, "2", "3"],
    )
    facets = Facets(paintings)
    assert list(facets.numbers) == ["year", "price", "same"] and list(facets.labels) == ["style", "genre"]
    year, price, same = facets.under(allowing(paintings)).numbers
    assert (year.low, year.high, year.edges, year.counts, year.unknown) == (
        1500,
        1503,
        [1500, 1501, 1502, 1503, 1504],
        [2, 1, 0, 1],
        1,
    )
    assert (
        price.edges[0] == 0.5
        and price.edges[-1] == 2.5
        and sum(price.counts) == 5
        and price.counts[0] == price.counts[-1] == 1
    )
    assert same.counts == [5]
    assert facets.under(allowing(paintings), ["year=1500..1501"]).numbers[0].counts == year.counts
    assert facets.under(allowing(paintings), ["price>=1"]).numbers[0].counts == [1, 1, 0, 1]


def test_who_painted_it_and_rights_that_differ_are_columns_too():
    paintings = table(
        style=["a"] * 3, genre=["b"] * 3, title=["a"] * 3, painter=["One", "Two", "Two"], rights=["CC0", "CC0", "CC BY"]
    )
    facets = Facets(paintings)
    assert list(facets.labels) == ["style", "genre", "painter", "rights"]
    assert facets.under(allowing(paintings), ["rights=CC BY"]).labels[2].values == [("Two", 1)]


def test_a_wrong_filter_is_reported():
    paintings = table(style=["a"], genre=["b"], title=["a"])
    with raises(InputError, "no-such-value", "z"):
        Facets(paintings).under(allowing(paintings), ["style=z"])
