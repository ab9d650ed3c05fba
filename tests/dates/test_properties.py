"""What holds of every text: no error, no work without bound, ranges in order, and forms that are made from years."""

import datetime
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.dates import Dating, is_undated, read_date, years_of
from artextract.dates.languages import common, dutch, english, french, german, italian, spanish
from artextract.dates.tokens import LONGEST, split_tokens

YEARS = st.integers(1000, 2100)
WORDS = sorted(
    {
        word.strip()
        for language in (common, dutch, english, french, german, italian, spanish)
        for words in language.WORDS.values()
        for word in words.split(",")
    }
)
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(
        ["1890", "16", "16th", "XVI", "XVIe", "950", "5", ",", ".", "(", ")", "?", "-500", "'500", "1890s"]
    ),
)


def in_order(found):
    return found is None or found.first is None or found.last is None or found.first <= found.last


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES).map("".join)))
def test_every_text_gives_nothing_or_years_in_order(text):
    found = read_date(text)
    assert in_order(found)
    assert found is None or (found.first, found.last) != (None, None)
    assert found is None or 0 not in (found.first, found.last)
    assert is_undated(text) in (True, False)


@given(st.integers(-9999, 2100).filter(bool))
def test_a_year_is_itself(year):
    assert read_date(str(year)) == read_date(year) == read_date(float(year)) == Dating(year, year)


@given(
    YEARS, YEARS, st.sampled_from(["-", "–", "—", "/", " - ", " to ", " bis ", " à ", " al ", " hasta ", " tot ", ".."])
)
def test_two_years_are_a_range(one, other, joiner):
    first, last = sorted((one, other))
    assert years_of(f"{first}{joiner}{last}") == (first, last)
    if first < last:
        assert read_date(f"{last}{joiner}{first}") is None or joiner == "/", "never turned round"


@given(YEARS, st.integers(1, 12), st.integers(1, 31))
def test_days_have_their_year(year, month, day):
    for text in (
        f"{year}-{month:02}-{day:02}",
        f"{day}.{month}.{year}",
        f"{day:02}/{month:02}/{year}",
        f"{month}/{year}",
    ):
        assert read_date(text) == Dating(year, year)
    name = datetime.date(2000, month, 1).strftime("%B")
    for text in (f"{day} {name} {year}", f"{name} {day}, {year}", f"{name} {year}", f"{year} {name}"):
        assert read_date(text) == Dating(year, year)


@given(YEARS, YEARS)
def test_the_simple_forms_of_edtf(one, other):
    first, last = sorted((one, other))
    assert years_of(f"{first}/{last}") == (first, last)
    assert years_of(f"{first}/..") == (first, None) and years_of(f"../{last}") == (None, last)
    assert read_date(f"{first}?") == Dating(first, first, uncertain=True)
    assert read_date(f"{first}~") == Dating(first, first, circa=True)
    assert years_of(f"{first // 10}X") == (first // 10 * 10, first // 10 * 10 + 9)
    assert years_of(f"{first // 100}XX") == (first // 100 * 100, first // 100 * 100 + 99)
    assert years_of(f"{first}-05-12/{last}-06-01") == years_of(f"{first}-05/{last}-06") == (first, last)


@given(
    st.integers(1, 21), st.sampled_from(["{}. Jh.", "{}e eeuw", "{}e siècle", "siglo {}", "{}th century", "sec. {}"])
)
def test_centuries_of_all_languages(number, form):
    assert years_of(form.format(number)) == (100 * number - 99, 100 * number)
    assert years_of(f"{form.format(number)} BC") == (-100 * number, -100 * number + 99)


@pytest.mark.parametrize(
    "value, years",
    [
        (1890, (1890, 1890)),
        (1890.0, (1890, 1890)),
        (np.int64(1890), (1890, 1890)),
        (np.float64(1890), (1890, 1890)),
        (datetime.date(1890, 5, 12), (1890, 1890)),
        (pd.Timestamp("1890-05-12"), (1890, 1890)),
        *[
            (value, (None, None))
            for value in (None, True, float("inf"), float("nan"), 1890.5, pd.NA, pd.NaT, 0, [], {})
        ],
        (10**400, (None, None)),
        (b"1890", (None, None)),
    ],
)
def test_values_that_are_no_text(value, years):
    assert years_of(value) == years


HOSTILE = [
    "1",
    "1-",
    "1. ",
    "16. ",
    "May ",
    "5 ",
    "5.5.",
    "(",
    "(?",
    ",",
    "c. ",
    "not ",
    "and ",
    "v. ",
    "- ",
    "-1",
    "X",
    "'",
    "[",
    "1/",
    "early ",
    "st",
    "1890-05",
    "2nd half ",
    "by ",
    "or later ",
    "after 1500 ",
    "..",
    "\u0301",
    "ﷺ",
    "é",
    "'500 ",
    "AH 1 ",
    "en ",
]


def work(text):
    """How many calls reading takes, as Python counts them."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += 1

    read_date("warm up")
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_date(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_length_and_ends_at_the_longest(piece):
    half, whole = LONGEST // 2 // len(piece), LONGEST // len(piece)
    short, long = work(piece * half + " "), work(piece * whole + " ")
    assert long <= 3 * short + 200, "twice the text, about twice the work"
    assert work(piece * 1_000_000) < 50, "a text that is longer than any date is not read"


def test_tokens_are_bounded():
    assert split_tokens("x" * (LONGEST + 1)) is None
    assert split_tokens("ﷺ" * LONGEST) is None, "longer in its canonical form"
