"""When a painting was made, as it stands on its card."""

import pytest

from artextract.year_ranges import year_in_words


@pytest.mark.parametrize(
    "record, words",
    [
        ({"date": " c. 1630 ", "year": 1625.0, "year_end": 1635.0}, "c. 1630"),
        ({"date": "begun before 1630, finished by another hand", "year": 1628, "year_end": 1641.0}, "1628–1641"),
        ({"year": 1880.0, "year_end": 1880.0}, "1880"),
        ({"year": float("nan"), "year_end": 1880}, "1880"),
        ({"year": "undated"}, None),
        ({"date": None}, None),
        ({}, None),
    ],
)
def test_a_date_as_it_was_written_or_its_years(record, words):
    assert year_in_words(record) == words
