"""Titles that the names of files tell, worked by hand."""

import pytest

from artextract.naming import caption_of, name_of, title_from_file

TITLES = {
    "rembrandt_the-night-watch-1642.jpg": "The night watch",
    "vincent-van-gogh_the-starry-night(1).jpg": "The starry night",
    "images/deep/The_Night_Watch.jpg": "The Night Watch",
    "alma-woodsey-thomas_atmospheric-effects-i-1970.jpg": "Atmospheric effects I",
    "jan-matejko_augustus-ii-the-strong.jpg": "Augustus II the strong",
    "egon-schiele_schiele-s-room-1911-1.jpg": "Schiele’s room",
    "alfred-sisley_street-in-ville-d-avray-1873.jpg": "Street in ville d’avray",
    "La Joconde (1503-1506).jpg": "La Joconde",
    "Das%20M%C3%A4dchen.jpg": "Das Mädchen",
    "antonio-palolo_untitled-1992.jpg": "Untitled",
}
OF_MACHINES = (
    "IMG_1234.jpg",
    "DSC00012.JPG",
    "P1010203.jpg",
    "IMG-20200101-WA0001.jpg",
    "scan-003.tif",
    "20200101_120000.jpg",
    "Image (3).png",
    "8171905d20db32509d160f69803d8968.jpg",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479.jpg",
    "SK-C-5.jpg",
    "000012.jpg",
)


@pytest.mark.parametrize("name", TITLES)
def test_a_file_tells_the_title(name):
    assert title_from_file(name) == TITLES[name]


@pytest.mark.parametrize("name", OF_MACHINES)
def test_what_a_machine_named_stays_as_it_is(name):
    assert title_from_file(name) is None and name_of(None, f"folder/{name}", "Rembrandt") == name


def test_a_known_artist_is_no_part_of_the_title():
    assert title_from_file("monet_sunflowers.jpg") == "Monet sunflowers"
    assert title_from_file("monet_sunflowers.jpg", "Claude Monet") == "Sunflowers"
    assert title_from_file("jan-van-eyck-arnolfini-portrait.jpg", "Jan van Eyck") == "Arnolfini portrait"
    assert title_from_file("Rembrandt van Rijn - De Nachtwacht.jpg", "Rembrandt van Rijn") == "De Nachtwacht"
    assert title_from_file("alberto-burri_1955.jpg", "Alberto Burri") is None
    assert title_from_file("Two houses, 1912.jpg") == "Two houses"
    assert title_from_file("arnold-b__cklin_self-portrait.jpg", "Arnold Böcklin") == "Self portrait"
    assert title_from_file("albrecht-duerer-melencolia.jpg", "Albrecht Dürer") == "Melencolia"


def test_a_title_of_the_table_is_kept_as_it_is():
    assert name_of("b ckligumpen 1866", "albert-anker_b-ckligumpen-1866.jpg") == "b ckligumpen 1866"


def test_a_caption_marks_what_the_table_does_not_say():
    assert caption_of("The\nmill", "a.jpg") == "The mill"
    assert caption_of(None, "/pictures/monet_sunflowers.jpg", "Claude Monet") == "[Sunflowers]"
    assert caption_of("", "IMG_0012.jpg") == "[IMG_0012.jpg]"
