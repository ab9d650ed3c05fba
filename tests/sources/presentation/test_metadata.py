"""Columns of metadata, rights and dates, by hand."""

import pytest

from artextract.sources.presentation.documents import MAX_METADATA, pictures
from artextract.sources.presentation.metadata import columns_of
from artextract.sources.presentation.rights import stated, ways


def picture(metadata=(), **more):
    body = {"id": "http://x/a.jpg", "type": "Image"}
    canvas = {"id": "http://x/c", "type": "Canvas", "items": [{"items": [{"motivation": "painting", "body": body}]}]}
    pairs = [{"label": {"en": [label]}, "value": {"en": said}} for label, said in metadata]
    return next(pictures({"id": "http://x/m", "type": "Manifest", "items": [canvas], "metadata": pairs} | more))


@pytest.mark.parametrize(
    "label, values, expected",
    [
        ("Artist / Maker", ["Ada Exemple\nFrench, 1859-1891"], {"artist": "Ada Exemple", "nationality": "French"}),
        (
            "Artist",
            ["Ada Exemple", "Bea Exemple"],
            {"artist": "Ada Exemple", "artists": ["Ada Exemple", "Bea Exemple"]},
        ),
        (
            "Artist",
            ["Hals, Frans; Leyster, Judith"],
            {"artist": "Frans Hals", "artists": ["Frans Hals", "Judith Leyster"]},
        ),
        ("Artist", ["Artist unknown"], {"artist": None, "artist_written": "Artist unknown"}),
        ("Künstler", ["Umkreis von Rembrandt"], {"artist": None, "qualified_attribution": "circle of Rembrandt"}),
        ("Artist", ["Workshop of Rembrandt", "Jan Lievens"], {"artist": "Jan Lievens"}),
        ("People", ["Artist: Ada Exemple, Dutch, 1853 - 1890"], {"artist": "Ada Exemple", "nationality": "Dutch"}),
        ("People", ["Sitter: Queen Ann"], {"people": "Sitter: Queen Ann"}),
        ("People", ["After: Raphael"], {"artist": None, "qualified_attribution": "after Raphael"}),
        ("Culture & Date", ["French, 1718–1719"], {"date": "1718–1719", "nationality": "French"}),
        ("Date Statement", ["1838"], {"date": "1838"}),
        ("Image_URL", ["x"], {"iiif_image_url": "x"}),
        ("Rights", ["CC BY"], {}),
    ],
)
def test_columns(label, values, expected):
    columns = columns_of(picture([(label, values)]))
    assert {name: columns.get(name) for name in expected} == expected and ("artist" in columns) == (
        "artist" in expected
    )


def test_a_qualified_artist_may_be_the_label():
    given = picture([("Artist", ["Workshop of Rembrandt (Dutch, 1606-1669)"])])
    assert columns_of(given)["artist"] is None
    assert columns_of(given, qualified=True)["artist"] == "workshop of Rembrandt"


CC = "http://creativecommons.org/licenses/by-nc-sa/3.0/"


@pytest.mark.parametrize(
    "document, rights",
    [
        ({"rights": CC}, CC),
        ({"license": f'<a href="{CC}">CC</a>'}, CC),
        ({"license": [CC, "http://x/terms"]}, f"{CC}; http://x/terms"),
        ({"attribution": f"{CC}."}, CC),
        (
            {
                "requiredStatement": {
                    "label": {"en": ["x"]},
                    "value": {"en": [f"<span>See <a href='{CC}'>CC</a></span>"]},
                }
            },
            CC,
        ),
        (
            {"requiredStatement": {"label": {"en": ["Rights"]}, "value": {"en": ["In private hands"]}}},
            "In private hands",
        ),
        ({"requiredStatement": {"label": {"en": ["Credit"]}, "value": {"en": ["Courtesy of us"]}}}, ""),
        ({"attribution": "© 2020 The Museum"}, "© 2020 The Museum"),
        ({"metadata": [{"label": "Nutzungsrechte", "value": "frei"}]}, "frei"),
        ({"metadata": [{"label": "More", "value": f'<a href="{CC}">here</a>'}]}, CC),
        ({"metadata": [{"label": "Rights", "value": ""}], "attribution": "CC0"}, "CC0"),
        ({"metadata": 7, "rights": 3, "requiredStatement": "x"}, "3"),
        ({}, ""),
    ],
)
def test_rights_wherever_they_stand(document, rights):
    assert stated(ways(document)) == rights and stated(ways({}), ways(document)) == rights


def test_the_narrower_document_counts():
    assert stated(ways({"rights": "a"}), ways({"rights": "b"})) == "a"
    assert stated(ways({"attribution": "CC0"}), ways({"rights": "b"})) == "b"


@pytest.mark.parametrize(
    "nav_date, date",
    [
        ("1888-01-01T00:00:00Z", "1888"),
        ("1888-05-12T00:00:00+01:00", "1888-05-12"),
        ("-0499-01-01T00:00:00Z", "500 BC"),
        ("soon", ""),
        (1888, ""),
        (None, ""),
    ],
)
def test_nav_dates(nav_date, date):
    assert picture(navDate=nav_date).date == date


def test_metadata_has_bounds():
    long = picture([(f"Field {number}", ["x" * 5_000] * 10) for number in range(400)])
    assert sum(len(said) for values in long.metadata.values() for said in values) < MAX_METADATA + 5_001
    assert all(len(text) <= 5_000 for text in columns_of(long).values())
    assert len(columns_of(picture([("n" * 1_000_000, ["x"])])).popitem()[0]) <= 60
