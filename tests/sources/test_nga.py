"""The open data of the National Gallery of Art, in small tables of our own with the columns of the real ones."""

from dataclasses import fields

import pandas as pd
import pytest

from artextract.errors import InputError, NothingUsableError
from artextract.sources.nga import NOT_OPEN, OPEN, UNKNOWN, NGAFilters, import_nga
from artextract.sources.nga_artists import artists_of, main_artist, qualified_attribution
from artextract.sources.options import Fetching
from artextract.table import read_paintings
from tests.raising import raises
from tests.sources.museum import QUICK, Museum, image_server, nga_tables, write_tables

FILTERS, FETCHING = ({one.name for one in fields(kind)} for kind in (NGAFilters, Fetching))
SMALL = Fetching(side=40, hosts=("127.0.0.1",), manners=QUICK)


@pytest.fixture
def run(museum, tmp_path):
    """Imports the example tables; gives the report."""
    folder = nga_tables(museum, tmp_path / "clone")

    def run(out="c", **options):
        filters = NGAFilters(**{name: options.pop(name) for name in FILTERS & set(options)})
        fetching = {name: options.pop(name) for name in FETCHING & set(options)}
        fetching = Fetching(**{"hosts": ("127.0.0.1",), "manners": QUICK, "side": 90} | fetching)
        return import_nga(tmp_path / out, **{"csv": folder} | options, filters=filters, fetching=fetching)

    run.folder = folder
    return run


def by_object(report):
    return {row["object"]: row for row in report.paintings.records()}


def test_the_tables_are_joined(run, museum, tmp_path):
    report = run()
    rows = by_object(report)
    assert (
        sorted(rows) == [str(n) for n in range(1, 9)]
        and read_paintings(tmp_path / "c").records() == report.paintings.records()
    )
    one = rows["1"]
    expected = {
        "title": "The Harbour 1",
        "artist": "Jean Rive",
        "artists": ["Jean Rive", "Jean Rive (related artist)"],
        "nationality": "French",
        "date": "c. 1861",
        "year": 1859,
        "year_end": 1863,
        "medium": "oil on canvas",
        "series": "Harbours",
        "parent": "30",
        "accession": "1937.1.1",
        "credit": "Gift of Nobody",
        "attribution": "Anna Meer",
        "style": "Impressionism",
        "styles": ["Impressionist"],
        "genre": "landscape",
        "themes": ["Harbours"],
        "school": None,
        "schools": ["French", "Paris"],
        "keywords": ["boats, small"],
        "techniques": [],
        "alt": "A harbour, 1 boats.",
        "rights": OPEN,
        "source": "nga",
        "view": "primary",
        "classification": "Painting",
        "url": "https://www.nga.gov/artworks/1",
        "alternates": [f"{museum.url}/iiif/img1a", f"{museum.url}/iiif/img1b"],
        "image_url": f"{museum.url}/iiif/img1/full/!90,90/0/default.jpg",
        "width": 90,
        "height": 60,
    }
    assert {name: one[name] for name in expected} == expected
    assert (
        rows["3"]["school"] == "French"
        and rows["3"]["artist"] == "Anna Meer"
        and rows["3"]["series"] is None
        and rows["3"]["alternates"] == []
    )
    assert (
        rows["2"]["artist"] is None
        and rows["2"]["artists"] == ["French 19th Century"]
        and rows["2"]["nationality"] == "French"
    )
    assert any("1 virtual object " in note for note in report.notes) and any(
        "1 object has no published image" in note for note in report.notes
    )


def test_maxpixels_and_rights_are_per_image(run, museum):
    rows = by_object(run())
    assert (
        rows["2"]["rights"] == NOT_OPEN
        and rows["2"]["image_url"].endswith("/full/!64,64/0/default.jpg")
        and rows["2"]["width"] == 64
    )
    assert not any("!90,90" in path for path in museum.asked if "/img2/" in path)


def test_no_image_is_asked_for_larger_than_it_is(run, museum):
    run(side=100_000, limit=1, alternates=True)
    assert sorted(path for path in museum.asked if "/img1" in path) == [
        "/iiif/img1/full/!3000,3000/0/default.jpg",
        "/iiif/img1a/full/!900,900/0/default.jpg",
        "/iiif/img1b/full/!900,900/0/default.jpg",
    ]


def test_alternates_are_rows_of_the_same_object(run):
    rows = [row for row in run(alternates=True, limit=2).paintings.records() if row["object"] == "1"]
    assert sorted((row["view"], row["image_url"].split("/")[4]) for row in rows) == [
        ("alternate", "img1a"),
        ("alternate", "img1b"),
        ("primary", "img1"),
    ]
    assert len({row["id"] for row in rows}) == 3 and {row["title"] for row in rows} == {"The Harbour 1"}
    alternate = next(row for row in rows if row["image_url"].split("/")[4] == "img1a")
    assert [url.split("/")[-1] for url in alternate["alternates"]] == ["img1", "img1b"]


@pytest.mark.parametrize(
    "options, objects",
    [
        ({"artist": ["Meer, Anna"]}, "36"),
        ({"artist": ["rive"]}, "147"),
        ({"artist": ["anna meer", "Jean Rive"]}, "13467"),
        ({"years": (1850, 1860)}, "12"),
        ({"years": (1869, float("inf"))}, "78"),
        ({"school": ["dutch"]}, "2468"),
        ({"school": ["Paris"]}, "1"),
        ({"style": ["impressionism"], "limit": 3}, "123"),
        ({"style": ["Impressionist"], "artist": ["Meer"]}, "36"),
        ({"theme": ["landscape"], "school": ["French"]}, "1357"),
        ({"theme": ["harbours"], "open_access": True}, "1345678"),
        ({"classification": ["print"]}, ["20"]),
        ({"classification": []}, [*"12345678", "20"]),
    ],
)
def test_the_filters(options, objects, run):
    assert sorted(by_object(run(**options)), key=int) == list(objects)


@pytest.mark.parametrize(
    "options, named, near",
    [
        ({"artist": ["Rembrandt"]}, "artist 'Rembrandt'", ""),
        ({"style": ["Cubism"]}, "style 'Cubism'", ""),
        ({"classification": ["Paint"]}, "classification 'Paint'", "Painting"),
    ],
)
def test_what_is_nowhere_is_an_error(options, named, near, run):
    with raises(InputError, "no-such-value", named) as caught:
        run(**options)
    assert near in caught.value.hint


def test_filters_that_nothing_passes(run, museum):
    with raises(NothingUsableError, "no-object-passes"):
        run(artist=["Meer"], school=["Paris"])
    assert museum.asked == []


def test_a_follower_is_not_the_artist(museum, tmp_path):
    image_server(museum)
    objects = [{"objectid": n, "title": f"T{n}", "classification": "Painting", "isvirtual": 0} for n in (1, 2, 3)]
    images = [
        {
            "uuid": f"u{n}",
            "iiifurl": f"{museum.url}/iiif/i{n}",
            "viewtype": "primary",
            "depictstmsobjectid": n,
            "openaccess": 1,
        }
        for n in (1, 2)
    ]
    images.append({"uuid": "u3", "iiifurl": f"{museum.url}/iiif/i3", "viewtype": "alternate", "depictstmsobjectid": 3})
    links = [
        {"objectid": 1, "constituentid": 7, "displayorder": 2, "roletype": "artist", "role": "artist"},
        {"objectid": 1, "constituentid": 8, "displayorder": 10, "roletype": "artist", "role": "artist"},
        {"objectid": 1, "constituentid": 9, "displayorder": 1, "roletype": "artist", "role": "publisher"},
        {
            "objectid": 2,
            "constituentid": 7,
            "displayorder": 1,
            "roletype": "artist",
            "role": "artist",
            "prefix": "Follower of",
        },
    ]
    people = [
        {"constituentid": n, "forwarddisplayname": name, "constituenttype": "individual"}
        for n, name in ((7, "Rembrandt van Rijn"), (8, "Jan Lievens"), (9, "A Press"))
    ]
    folder = write_tables(tmp_path / "clone", objects, images, links, people)
    report = import_nga(tmp_path / "c", csv=folder, fetching=SMALL)
    rows = by_object(report)
    assert rows["1"]["artist"] == "Rembrandt van Rijn" and rows["1"]["artists"] == [
        "A Press (publisher)",
        "Rembrandt van Rijn",
        "Jan Lievens",
    ]
    two = rows["2"]
    assert two["artist"] is None and two["qualified_attribution"] == "follower of Rembrandt van Rijn"
    assert two["artists"] == ["Follower of Rembrandt van Rijn"] and two["style"] is None and two["year"] is None
    assert sorted(rows) == ["1", "2"] and any("alternate views only" in note for note in report.notes)


@pytest.mark.parametrize(
    "role, prefix, suffix, qualified",
    [
        ("artist", "", "", None),
        ("painter", "", "the Elder", None),
        ("artist after", "", "", "after Rembrandt"),
        ("related artist", "", "", "related to Rembrandt"),
        ("follower of", "", "", "follower of Rembrandt"),
        ("artist", "Workshop of", "", "workshop of Rembrandt"),
        ("painter", "attributed to", "", "attributed to Rembrandt"),
        ("artist", "Circle of", "", "circle of Rembrandt"),
        ("artist", "Studio of", "", "workshop of Rembrandt"),
        ("artist", "Probably by", "", "attributed to Rembrandt"),
        ("artist", "In the spirit of", "", "in the spirit of Rembrandt"),
        ("painter", "", "and Workshop", "Rembrandt and workshop"),
        ("painter", "", "School", "school of Rembrandt"),
        ("printmaker", "Copy after", "", "after Rembrandt"),
    ],
)
def test_what_qualifies_an_artist(role, prefix, suffix, qualified):
    link = {"objectid": "1", "constituentid": "7", "displayorder": "1", "roletype": "artist", "role": role}
    person = {"constituentid": "7", "forwarddisplayname": "Rembrandt", "constituenttype": "individual"}
    absent = dict.fromkeys(["preferreddisplayname", "lastname", "nationality", "ulanid", "wikidataid"])
    tables = {
        "objects_constituents": pd.DataFrame([link | {"prefix": prefix or None, "suffix": suffix or None}]),
        "constituents": pd.DataFrame([person | absent]),
    }
    (entries,) = artists_of(tables).values()
    main = main_artist(entries)
    assert qualified_attribution(entries) == qualified and (main is None) == (qualified is not None)


def test_qualified_works_are_asked_for_by_a_switch(museum, tmp_path):
    image_server(museum)
    shared = {"classification": "Painting", "isvirtual": 0, "dimensions": "overall: 1 x 2 cm", "wikidataid": "Q1"}
    objects = [{"objectid": n, "title": f"T{n}"} | shared for n in (1, 2, 3)]
    images = [
        {"uuid": f"u{n}", "iiifurl": f"{museum.url}/iiif/i{n}", "viewtype": "primary", "depictstmsobjectid": n}
        for n in (1, 2, 3)
    ]
    link = {"constituentid": 7, "displayorder": 1, "roletype": "artist", "role": "artist"}
    links = [link | {"objectid": 1}, link | {"objectid": 2, "role": "artist after"}]
    links += [link | {"objectid": 3, "prefix": "Workshop of"}, link | {"objectid": 2, "constituentid": 8}]
    names = {"constituenttype": "individual", "ulanid": "500011051", "wikidataid": "Q5598"}
    people = [names | {"constituentid": 7, "forwarddisplayname": "Rembrandt"}]
    people += [{"constituentid": 8, "forwarddisplayname": "Dutch 17th Century", "constituenttype": "anonymous"}]
    folder = write_tables(tmp_path / "clone", objects, images, links, people)
    report = import_nga(tmp_path / "a", csv=folder, fetching=SMALL)
    rows = by_object(report)
    assert [rows[n]["artist"] for n in "123"] == ["Rembrandt", None, None]
    assert [rows[n]["qualified_attribution"] for n in "123"] == [None, "after Rembrandt", "workshop of Rembrandt"]
    assert [rows[n]["ulan"] for n in "123"] == ["500011051", None, None] and rows["1"]["artist_wikidata"] == "Q5598"
    assert {(row["dimensions"], row["wikidata"]) for row in rows.values()} == {("overall: 1 x 2 cm", "Q1")}
    assert any(note.startswith("2 objects are after an artist") for note in report.notes)
    by_name = import_nga(tmp_path / "b", csv=folder, fetching=SMALL, filters=NGAFilters(artist=["Rembrandt"]))
    assert list(by_object(by_name)) == ["1"] and any("to take them: --qualified-artists" in n for n in by_name.notes)
    kept = import_nga(
        tmp_path / "c", csv=folder, fetching=SMALL, filters=NGAFilters(artist=["Rembrandt"], qualified_artists=True)
    )
    assert by_object(kept)["3"]["artist"] == "workshop of Rembrandt" and sorted(by_object(kept)) == ["1", "2", "3"]


def test_a_term_that_is_nowhere_offers_the_nearest(museum, tmp_path):
    image_server(museum)
    objects = [{"objectid": 1, "title": "T", "classification": "Painting", "isvirtual": 0}]
    terms = [
        {"termid": n, "objectid": 1, "termtype": "Style", "term": term}
        for n, term in enumerate(("Impressionist", "Baroque"))
    ]
    folder = write_tables(tmp_path / "clone", objects, terms=terms)
    with raises(InputError, "no-such-value") as error:
        import_nga(tmp_path / "a", csv=folder, fetching=SMALL, filters=NGAFilters(style=["Impressionism"]))
    assert error.value.hint == "there is, for instance: Impressionist"


def test_a_clone_or_its_folder_data_in_any_spelling_of_the_columns(museum, tmp_path):
    nga_tables(museum, tmp_path / "clone/data")
    for path in (tmp_path / "clone/data").glob("*.csv"):
        head, _, rest = path.read_text(encoding="utf-8").partition("\n")
        path.write_text("\ufeff" + head.upper() + "\n" + rest, encoding="utf-8")
    images = pd.read_csv(tmp_path / "clone/data/published_images.csv", dtype=str).drop(
        columns=["OPENACCESS", "ASSISTIVETEXT"]
    )  # as older copies are
    images.to_csv(tmp_path / "clone/data/published_images.csv", index=False)
    row = by_object(import_nga(tmp_path / "c", csv=tmp_path / "clone", fetching=SMALL, filters=NGAFilters(limit=1)))[
        "1"
    ]
    assert row["rights"] == UNKNOWN and row["alt"] is None and row["artist"] == "Jean Rive"


def test_tables_that_are_wrong(run, tmp_path):
    with raises(InputError, "nga-tables-missing"):
        run(csv=tmp_path)
    table = run.folder / "published_images.csv"
    table.write_text(table.read_text().replace("iiifurl", "link", 1))
    with raises(InputError, "unknown-column", "published_images.csv'", "'iiifurl'"):
        run()
    table.unlink()
    with raises(InputError, "unreadable-csv"):
        run()


def serve_tables(museum, folder):
    for path in folder.iterdir():
        museum.pages[f"/data/{path.name}"] = lambda handler, path=path: handler.answer(path.read_bytes(), "text/plain")


def test_tables_are_fetched_once(run, museum, tmp_path):
    serve_tables(museum, run.folder)
    options = {"csv": None, "tables_at": museum.url + "/data/", "hosts": (), "limit": 4}
    first = run(**options)
    assert len(first.paintings) == 4 and museum.count("/data/objects.csv") == 1
    before = list(museum.asked)
    assert run(**options).paintings.records() == first.paintings.records() and museum.asked == before
    assert (
        run(**options, refresh=True).notes[0] == "0 images fetched, 4 were here already"
        and museum.count("/data/objects.csv") == 2
    )
    assert (
        len(run(**options | {"limit": 6}).paintings) == 6
        and len([path for path in museum.asked if "/iiif/" in path]) == 6
    )


def test_the_network_is_away(run, tmp_path):
    gone = Museum()
    gone.close()
    with raises(InputError, "host-unreachable", "127.0.0.1") as error:
        run(csv=None, tables_at=gone.url)
    assert "--csv DIR" in error.value.hint
    nga_tables(gone, run.folder)
    with raises(NothingUsableError, "nothing-fetched", "8", "127", "0", "0", "1"):
        run()
    with raises(NothingUsableError, "nothing-fetched"):
        run(hosts=())


def test_images_that_fail_are_listed_and_ids_stay(run, museum, tmp_path):
    museum.pages["/iiif/img4/full/!90,90/0/default.jpg"] = lambda handler: handler.answer(status=404)
    museum.pages["/iiif/img5/full/!90,90/0/default.jpg"] = lambda handler: handler.answer(b"x", X_Robots_Tag="noai")
    report = run()
    assert sorted(by_object(report)) == list("123678") and [reason for _, reason in report.skipped] == [
        "127.0.0.1 answered 404 Not Found",
        "the host keeps it out of machine learning (X-Robots-Tag: noai)",
    ]
    assert any(note.startswith("1 left out") for note in report.notes) and (tmp_path / "c/failures.csv").is_file()
    museum.pages.clear()
    again = by_object(run())
    assert sorted(again) == list("1234678") and museum.count("/iiif/img5/full/!90,90/0/default.jpg") == 1
    assert all(again[number]["id"] == row["id"] for number, row in by_object(report).items())
    assert again["1"]["id"].startswith("nga-1-")
