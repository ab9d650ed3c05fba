"""Years at the end of file names, and those of an artist that cannot be."""

import pytest

from artextract.sources.file_years import agreeing, year_from_file


@pytest.mark.parametrize(
    "name, year",
    [
        ("Baroque/jan-steen_the-feast-1665.jpg", 1665),
        ("beatrice-hastings-1915-1.jpg", 1915),
        ("ears-of-wheat-1890(1).jpg", 1890),
        ("the-album-1871-1872.png", 1872),
        ("level2-2_09.jpg", None),
        ("study-1299.jpg", None),
        ("study-2026.jpg", None),
        ("1812-overture.jpg", None),
        ("opus-31666.jpg", None),
        ("_1907.jpg", 1907),
        ("untitled", None),
    ],
)
def test_a_year_stands_at_the_end(name, year):
    assert year_from_file(name) == year


def test_a_year_far_from_an_artists_others_is_a_title():
    years = [1900, 1905, 1910, 1611, 1611, None, 1700]
    artists = ["a", "a", "a", "a", "b", "a", None]
    assert agreeing(years, artists) == [1900, 1905, 1910, None, 1611, None, 1700]
    assert agreeing([1900, 1611], ["a", "a"]) == [1900, 1611]  # of two nobody knows which
