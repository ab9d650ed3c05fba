"""Names of artists as museums write them, with dates, nationality, roles and qualifiers; the values are by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.sources.attribution import is_unknown, makes, qualifier_of_role, read_artist
from artextract.sources.person_words import fold


@pytest.mark.parametrize(
    "text, name, nationality",
    [
        ("Ada Exemple", "Ada Exemple", ""),
        ("Ada Exemple\nFrench, 1859-1891", "Ada Exemple", "French"),
        ("Ada Exemple French, 1859-1891", "Ada Exemple", "French"),
        ("Ada Exemple (French, 1859–1891)", "Ada Exemple", "French"),
        ("Exemple, Ada, 1859-1891", "Ada Exemple", ""),
        ("Artist: Ada Exemple, Dutch, 1853 - 1890", "Ada Exemple", "Dutch"),
        ("Rembrandt van Rijn (Leiden 1606 - 1669 Amsterdam)", "Rembrandt van Rijn", ""),
        ("Rembrandt, 1606–1669", "Rembrandt", ""),
        ("Ada Exemple 1859-1891", "Ada Exemple", ""),
        ("Ada Exemple (born 1950)", "Ada Exemple", ""),
        ("Ada Exemple, b. 1950", "Ada Exemple", ""),
        ("Ada Exemple (geb. 1950)", "Ada Exemple", ""),
        ("José de Ribera (Spanish, active in Italy, 1591-1652)", "José de Ribera", "Spanish"),
        ("Pablo Picasso, American, born Spain, 1881–1973", "Pablo Picasso", "American"),
        ("Giovanni Bellini, Italian (Venetian), c. 1430-1516", "Giovanni Bellini", "Italian"),
        ("Titian (Tiziano Vecellio) (Italian, c. 1488–1576)", "Titian (Tiziano Vecellio)", "Italian"),
        ("Raphael (Raffaello Sanzio)", "Raphael (Raffaello Sanzio)", ""),
        ("Gogh, Vincent van", "Vincent van Gogh", ""),
        ("Brueghel, Pieter, the Elder", "Pieter Brueghel the Elder", ""),
        ("Ada Exemple, Bea Exemple", "Ada Exemple, Bea Exemple", ""),
        ("Daniel Chester French, 1850-1931", "Daniel Chester French", ""),
        ("John French, 1900-1980", "John French", ""),
        ("Master of the Embroidered Foliage", "Master of the Embroidered Foliage", ""),
        ("Atelier Van Lieshout", "Atelier Van Lieshout", ""),
        ("Afterman, Joe", "Joe Afterman", ""),
        ("Schule, Anna", "Anna Schule", ""),
        ("Rembrandt?", "Rembrandt?", ""),
        ("葛飾北斎", "葛飾北斎", ""),
    ],
)
def test_a_name_is_what_is_left_without_dates_and_nationality(text, name, nationality):
    artist = read_artist(text)
    assert (artist.name, artist.nationality, artist.qualifier, artist.label) == (name, nationality, "", name)


@pytest.mark.parametrize(
    "text, qualified",
    [
        ("Workshop of Rembrandt (Dutch, 1606–1669)", "workshop of Rembrandt"),
        ("Rembrandt (Werkstatt)", "workshop of Rembrandt"),
        ("Rembrandt, Umkreis", "circle of Rembrandt"),
        ("Rembrandt-Umkreis", "circle of Rembrandt"),
        ("after Raphael", "after Raphael"),
        ("Artist after: Raphael", "after Raphael"),
        ("After the Master of Flémalle", "after Master of Flémalle"),
        ("Nach Raffael", "after Raffael"),
        ("D’après Nicolas Poussin", "after Nicolas Poussin"),
        ("Raphael (copia da)", "after Raphael"),
        ("kopie naar Jan Steen", "after Jan Steen"),
        ("atelier de Rubens", "workshop of Rubens"),
        ("Atelier d'Ingres", "workshop of Ingres"),
        ("attribué à Jean Clouet", "attributed to Jean Clouet"),
        ("toegeschreven aan Jan Steen", "attributed to Jan Steen"),
        ("Jan Steen (toegeschreven aan)", "attributed to Jan Steen"),
        ("Lucas Cranach (zugeschrieben)", "attributed to Lucas Cranach"),
        ("Werkstatt des Lucas Cranach", "workshop of Lucas Cranach"),
        ("Follower of Hieronymus Bosch", "follower of Hieronymus Bosch"),
        ("bottega di Tiziano", "workshop of Tiziano"),
        ("Círculo de Velázquez", "circle of Velázquez"),
        ("Taller de El Greco", "workshop of El Greco"),
        ("École de Fontainebleau", "school of Fontainebleau"),
        ("Rembrandt van Rijn (Leiden 1606 - 1669 Amsterdam), circle of", "circle of Rembrandt van Rijn"),
        ("Rubens, Peter Paul, and workshop", "Peter Paul Rubens and workshop"),
        ("copy after a follower of Raphael", "after follower of Raphael"),
        ("Unknown artist after Raphael", "after Raphael"),
        ("Style of Francesco Guardi", "style of Francesco Guardi"),
    ],
)
def test_a_qualified_name_is_no_artist(text, qualified):
    artist = read_artist(text)
    assert artist.qualified == qualified and artist.label is None


@pytest.mark.parametrize(
    "text",
    [
        "Unknown",
        "Artist unknown",
        "Unknown (Italian)",
        "Anonymous",
        "Anonymous, Dutch, 17th century",
        "Unidentified artist",
        "Unbekannt",
        "Unbekannter Maler, 17. Jh.",
        "Anonym",
        "Anonyme",
        "Artiste inconnu",
        "Onbekend",
        "Onbekende kunstenaar",
        "Anoniem",
        "Ignoto",
        "Autore ignoto",
        "Sconosciuto",
        "Anónimo",
        "Desconocido",
        "French School",
        "Italian 15th Century",
        "American, born Spain",
        "Circle of Anonymous",
        "N.N.",
        "not known",
        "Неизвестный",
        "-",
        "?",
    ],
)
def test_nobody_is_no_artist(text):
    artist = read_artist(text)
    assert artist.label is None and artist.qualified is None


def test_roles():
    assert [qualifier_of_role(role) for role in ("artist", "painter", "publisher", "", None)] == [""] * 5
    assert [qualifier_of_role(role) for role in ("artist after", "related artist", "Workshop", "copy after")] == [
        "after",
        "related to",
        "workshop of",
        "after",
    ]
    said = {
        "artist (after)": "after",
        "Artist, attributed to": "attributed to",
        "painter [workshop of]": "workshop of",
        "artist / follower of": "follower of",
        "artist – circle of": "circle of",
        "print-maker": "",
    }
    assert {role: qualifier_of_role(role) for role in said} == said, "whatever parts its words"
    assert makes("etcher") and not makes("Publisher") and read_artist("Sitter: Queen Ann").label is None


@given(st.text(max_size=60))
def test_any_text_gives_an_artist(text):
    artist = read_artist(text)
    assert len(artist.name) <= len(text) + 1 and len(fold(text)) == len(text)
    assert artist.label is None or not is_unknown(artist.label)


def test_hostile_names_are_read_in_bounds():
    for text in ("(" * 100_000, ", " * 100_000, "after " * 50_000, "1" * 100_000, "of\n" * 50_000):
        assert len(read_artist(text).name) <= 300
