"""Manifests, collections and image services in the forms of IIIF 2 and 3, served here."""

import json

import pytest

from artextract.download import Client
from artextract.errors import InputError, NothingUsableError
from artextract.export.iiif import manifest
from artextract.export.listing import Listing, Place
from artextract.progress import no_progress
from artextract.sources import iiif
from artextract.sources.iiif import IIIFOptions, import_iiif, years_of
from artextract.sources.options import Fetching
from artextract.sources.presentation.documents import pictures
from artextract.sources.presentation.reader import Reader
from artextract.sources.presentation.text import MAX_TEXT, text
from tests.raising import raises
from tests.sources.museum import QUICK, Museum, iiif_example, manifest_3, picture, service_2


def run(museum, out, *paths, **options):
    fetching = Fetching(side=90, manners=QUICK)
    return import_iiif([museum.url + path for path in paths], out, IIIFOptions(**options), fetching=fetching)


def in_order(report):
    return sorted(report.paintings.records(), key=lambda row: (row["object"], row["page"]))


def manifest_2(museum, name, canvases=2):
    """As Presentation 2 has it: sequences, images, resources, labels as strings and language lists."""
    items = []
    for number in range(1, canvases + 1):
        base = service_2(museum, f"{name}-{number}")
        resource = {
            "@id": f"{base}/full/full/0/default.jpg",
            "@type": "dctypes:Image",
            "service": {
                "@context": "http://iiif.io/api/image/2/context.json",
                "@id": base,
                "profile": "http://iiif.io/api/image/2/level2.json",
            },
        }
        if number == 2:
            resource = {
                "@type": "oa:Choice",
                "default": resource,
                "item": [{"@id": "http://other.example/xray.jpg", "@type": "dctypes:Image"}],
            }
        items.append(
            {
                "@id": f"{museum.url}/m2/{name}/canvas/p{number}",
                "@type": "sc:Canvas",
                "label": f"p. {number}",
                "images": [{"@type": "oa:Annotation", "motivation": "sc:painting", "resource": resource}],
            }
        )
    document = {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": f"{museum.url}/m2/{name}/manifest",
        "@type": "sc:Manifest",
        "label": [{"@value": "Die Nacht", "@language": "de"}, {"@value": "The Night", "@language": "en"}],
        "metadata": [
            {"label": "Creator", "value": "<a href='http://x'>Anna Meer</a>"},
            {
                "label": [{"@value": "Datierung", "@language": "de"}, {"@value": "Date", "@language": "en"}],
                "value": "1503–06",
            },
            {"label": "Medium", "value": ["oil", "canvas"]},
            {"label": "Id", "value": "x7"},
            {"label": "Genre", "value": "portrait"},
        ],
        "attribution": "The Museum",
        "license": "http://creativecommons.org/publicdomain/zero/1.0/",
        "thumbnail": f"{museum.url}/thumb.jpg",
        "sequences": [{"canvases": items}],
    }
    museum.json(f"/m2/{name}/manifest", document)
    return document


def test_a_manifest_of_version_2(museum, tmp_path):
    manifest_2(museum, "night")
    first, second = in_order(run(museum, tmp_path, "/m2/night/manifest"))
    expected = {
        "title": "The Night, p. 1",
        "artist": "Anna Meer",
        "date": "1503–06",
        "year": 1503,
        "year_end": 1506,
        "medium": "oil; canvas",
        "iiif_id": "x7",
        "genre": "portrait",
        "style": None,
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
        "attribution": "The Museum",
        "object": f"{museum.url}/m2/night/manifest",
        "page": 1,
        "view": "p. 1",
        "source": "iiif",
        "image_url": f"{museum.url}/img/night-1/full/90,/0/default.jpg",
        "width": 90,
        "height": 60,
    }
    assert {name: first[name] for name in expected} == expected
    assert (
        second["page"] == 2
        and second["object"] == first["object"]
        and second["image_url"].endswith("/img/night-2/full/90,/0/default.jpg")
    )
    assert (
        first["id"].startswith("night-1-") and second["id"].startswith("night-2-") and "/thumb.jpg" not in museum.asked
    )


def test_canvases_may_be_paintings_of_their_own(museum, tmp_path):
    manifest_2(museum, "night")
    views = run(museum, tmp_path / "views", "/m2/night/manifest")
    assert any("views of one object" in note for note in views.notes)
    own = run(museum, tmp_path / "own", "/m2/night/manifest", canvases="paintings")
    assert len({row["object"] for row in own.paintings.records()}) == 2 and not any(
        "views of one object" in note for note in own.notes
    )
    with raises(InputError, "unknown-canvases", "pages"):
        run(museum, tmp_path / "x", "/m2/night/manifest", canvases="pages")


def test_a_manifest_of_version_3(museum, tmp_path):
    statement = {"label": {"en": ["Attribution"]}, "value": {"en": ["The <b>Museum</b>"]}}
    metadata = {
        "Künstler": "Jean Rive",
        "Entstehungszeit": "um 1650",
        "Technik": "Öl",
        "School": "French",
        "Weather": "rain",
    }
    homepage = [{"id": "https://museum.example/work", "type": "Text"}]
    manifest_3(
        museum,
        "sea",
        metadata=metadata,
        requiredStatement=statement,
        rights="http://rightsstatements.org/vocab/InC/1.0/",
        summary={"en": ["A sea."]},
        homepage=homepage,
    )
    (row,) = in_order(run(museum, tmp_path, "/m/sea/manifest.json"))
    expected = {
        "title": "The sea",
        "artist": "Jean Rive",
        "date": "um 1650",
        "year": 1650,
        "medium": "Öl",
        "school": "French",
        "weather": "rain",
        "attribution": "The Museum",
        "rights": "http://rightsstatements.org/vocab/InC/1.0/",
        "summary": "A sea.",
        "url": "https://museum.example/work",
        "page": 1,
    }
    assert {name: row[name] for name in expected} == expected


def test_rights_that_are_not_stated_are_said_to_be(museum, tmp_path):
    manifest_3(museum, "a", requiredStatement={"label": {"en": ["x"]}, "value": {"en": ["Courtesy of us"]}})
    manifest_3(museum, "b")
    manifest_3(museum, "c", metadata={"Rights": "CC BY"})
    rights = [
        row["rights"]
        for row in in_order(run(museum, tmp_path, "/m/a/manifest.json", "/m/b/manifest.json", "/m/c/manifest.json"))
    ]
    assert rights == ["not stated; to be shown with it: Courtesy of us", "not stated; see its source", "CC BY"]
    assert in_order(run(museum, tmp_path / "2", "/m/b/manifest.json", rights="mine"))[0]["rights"] == "mine"


def test_a_collection_nested_and_paged(museum, tmp_path):
    one, two, three = (manifest_3(museum, name) for name in ("one", "two", "three"))
    four = manifest_2(museum, "four", 1)
    museum.json(
        "/top.json",
        {
            "@id": f"{museum.url}/top.json",
            "@type": "sc:Collection",
            "label": "top",
            "collections": [{"@id": f"{museum.url}/inner.json", "@type": "sc:Collection"}],
            "manifests": [four["@id"], {"@id": one["id"], "@type": "sc:Manifest"}],
            "first": f"{museum.url}/page1.json",
        },
    )
    museum.json(
        "/inner.json",
        {
            "id": f"{museum.url}/inner.json",
            "type": "Collection",
            "items": [two, {"id": f"{museum.url}/top.json", "type": "Collection"}],
        },
    )
    museum.json(
        "/page1.json",
        {
            "id": f"{museum.url}/page1.json",
            "type": "Collection",
            "items": [{"id": f"{museum.url}/m/lost/manifest.json", "type": "Manifest"}],
            "next": f"{museum.url}/page2.json",
        },
    )
    museum.json(
        "/page2.json",
        {
            "id": f"{museum.url}/page2.json",
            "type": "Collection",
            "items": [{"id": three["id"], "type": "Manifest"}],
            "next": f"{museum.url}/page1.json",
        },
    )
    report = run(museum, tmp_path, "/top.json")
    assert {row["object"].split("/")[4] for row in report.paintings.records()} == {
        "one",
        "two",
        "three",
        "four",
    } and len(report.paintings) == 4
    assert report.skipped == [(f"{museum.url}/m/lost/manifest.json", "127.0.0.1 answered 404 Not Found")]
    assert (
        all(museum.count(f"/{name}.json") == 1 for name in ("top", "inner", "page1", "page2"))
        and museum.count("/m/two/manifest.json") == 0
    )  # it stood inside


def test_a_second_run_asks_for_nothing(museum, tmp_path):
    example = iiif_example(museum)
    first = import_iiif(out=tmp_path, **example)
    before = list(museum.asked)
    assert (
        import_iiif(out=tmp_path, **example).paintings.records() == first.paintings.records() and museum.asked == before
    )
    assert before.count("/img/work0-1/info.json") == 1


def test_a_collection_is_read_as_far_as_the_limit(museum, tmp_path):
    captions = []

    def progress(items, total, caption):
        captions.append((caption, total))
        return items

    assert len(import_iiif(out=tmp_path, progress=progress, **iiif_example(museum, limit=3)).paintings) == 3
    assert sum("/m/" in path for path in museum.asked) == 3 and captions[0] == ("reading manifests", 8)


def test_pages_by_the_thousand():
    """As long a chain of pages as would break a recursion."""

    class Documents:
        def json(self, url):
            number = int(url.rpartition("/")[2])
            canvas = {
                "id": "c",
                "type": "Canvas",
                "items": [{"items": [{"body": {"id": "http://x.example/i.jpg", "type": "Image"}}]}],
            }
            last = {"items": [{"id": "m", "type": "Manifest", "items": [canvas]}]}
            return {
                "type": "Collection",
                "id": url,
                **({"next": f"http://x.example/{number + 1}"} if number < 3000 else last),
            }

    reader = Reader(Client(["x.example"]), Documents(), no_progress)
    assert [picture.canvas for picture in reader.pictures("http://x.example/1", False)] == ["c"]


def test_first_only_and_the_limit(museum, tmp_path):
    manifest_3(museum, "book", canvases=3)
    manifest_3(museum, "leaf", canvases=2)
    both = ("/m/book/manifest.json", "/m/leaf/manifest.json")
    assert [row["view"] for row in in_order(run(museum, tmp_path / "a", *both, first_only=True))] == [
        "view 1",
        "view 1",
    ]
    assert [(row["title"], row["page"]) for row in in_order(run(museum, tmp_path / "b", *both, limit=4))] == [
        ("The book, view 1", 1),
        ("The book, view 2", 2),
        ("The book, view 3", 3),
        ("The leaf, view 1", 1),
    ]
    museum.asked.clear()
    assert (
        len(run(museum, tmp_path / "d", *both, limit=2).paintings) == 2 and museum.count(both[1]) == 0
    )  # no further than is asked for
    report = run(museum, tmp_path / "c", both[0], both[0])
    assert len(report.paintings) == 3 and "3 images are named more than once: the first counts" in report.notes


def test_image_services(museum, tmp_path):
    service_2(museum, "big", limits={"maxWidth": 60})
    museum.json(
        "/img/three/info.json",
        {
            "@context": "http://iiif.io/api/image/3/context.json",
            "id": f"{museum.url}/img/three",
            "type": "ImageService3",
            "protocol": "http://iiif.io/api/image",
            "profile": "level1",
            "width": 600,
            "height": 400,
            "maxArea": 2400,
            "rights": "CC0",
        },
    )
    rows = in_order(run(museum, tmp_path, "/img/big/info.json", "/img/three/info.json"))
    assert [(row["title"], row["width"], row["rights"]) for row in rows] == [
        ("big", 60, "not stated; see its source"),
        ("three", 60, "CC0"),
    ]
    assert rows[0]["id"].startswith("big-")


def test_a_service_of_static_files_is_asked_for_its_sizes_only(museum, tmp_path):
    service_2(
        museum,
        "static",
        profile="http://iiif.io/api/image/2/level0.json",
        sizes=[{"width": 30, "height": 20}, {"width": 120, "height": 80}],
    )
    museum.patterns.clear()
    museum.pages["/img/static/full/120,80/0/default.jpg"] = picture(1, 120, 80)
    (row,) = in_order(run(museum, tmp_path, "/img/static/info.json"))
    assert row["width"] == 120 and [path for path in museum.asked if "/full/" in path] == [
        "/img/static/full/120,/0/default.jpg",
        "/img/static/full/120,80/0/default.jpg",
    ]
    before = list(museum.asked)
    run(museum, tmp_path, "/img/static/info.json")
    assert museum.asked == before


def test_a_canvas_with_a_plain_image(museum, tmp_path):
    document = manifest_3(museum, "plain")
    del document["items"][0]["items"][0]["items"][0]["body"]["service"]
    document["items"][0]["items"][0]["items"][0]["body"]["id"] = f"{museum.url}/plain.jpg"
    document["items"].append({"id": "http://x/empty", "type": "Canvas", "items": []})
    museum.json("/m/plain/manifest.json", document)
    museum.pages["/plain.jpg"] = picture(3)
    (row,) = in_order(run(museum, tmp_path, "/m/plain/manifest.json"))
    assert row["image_url"] == f"{museum.url}/plain.jpg" and row["width"] == 60


def body_of(document, canvas=0):
    return document["items"][canvas]["items"][0]["items"][0]["body"]


def replace_body(museum, name, document, change):
    note = document["items"][0]["items"][0]["items"][0]
    note["body"] = change(note["body"])
    museum.json(f"/m/{name}/manifest.json", document)


def selecting(region="0,0,300,400", **more):
    selector = {"type": "ImageApiSelector", "region": region} | more
    return lambda body: {"type": "SpecificResource", "source": body, "selector": selector}


def test_a_region_is_what_comes(museum, tmp_path):
    replace_body(museum, "part", manifest_3(museum, "part"), selecting())
    museum.patterns.append(
        (r"/img/part-1/0,0,300,400/67,/0/default.jpg", lambda h, match: h.answer(picture(1, 67, 90)))
    )
    report = run(museum, tmp_path, "/m/part/manifest.json")
    (row,) = in_order(report)
    assert (row["region"], row["rotation"], row["width"], row["height"]) == ("0,0,300,400", "0", 67, 90)
    assert row["image_url"].endswith("/img/part-1/0,0,300,400/67,/0/default.jpg")
    assert any(note.startswith("1 image is part of a larger one, or turned") for note in report.notes)


def test_what_the_service_cannot_do_is_done_here(museum, tmp_path):
    document = manifest_3(museum, "part")
    service_2(museum, "part-1", profile="http://iiif.io/api/image/2/level1.json")
    replace_body(museum, "part", document, selecting("full", rotation="90"))
    first = run(museum, tmp_path, "/m/part/manifest.json")
    (row,) = in_order(first)
    assert (row["width"], row["height"], row["rotation"]) == (60, 90, "90") and row["path"].endswith("-part.png")
    before = list(museum.asked)
    assert run(museum, tmp_path, "/m/part/manifest.json").paintings.records() == first.paintings.records()
    assert museum.asked == before


def test_a_fragment_of_a_plain_image(museum, tmp_path):
    document = manifest_3(museum, "plain")
    museum.pages["/plain.jpg"] = picture(3, 90, 60)
    size = {"width": 900, "height": 600}  # the file is smaller than the document says
    where = f"{museum.url}/plain.jpg#xywh=0,0,450,300"
    replace_body(museum, "plain", document, lambda body: {"id": where, "type": "Image", **size})
    (row,) = in_order(run(museum, tmp_path, "/m/plain/manifest.json"))
    assert (row["width"], row["height"], row["region"]) == (45, 30, "0,0,450,300")
    replace_body(museum, "plain", document, lambda body: body | {"id": where.replace("0,0", "9000,0")})
    with raises(NothingUsableError, "no-usable-image"):
        run(museum, tmp_path / "outside", "/m/plain/manifest.json")


def test_a_service_that_is_gone_leaves_the_plain_address(museum, tmp_path):
    document = manifest_3(museum, "gone")
    body_of(document)["id"] = f"{museum.url}/direct.jpg"
    museum.json("/m/gone/manifest.json", document)
    museum.pages["/direct.jpg"] = picture(4)
    museum.pages["/img/gone-1/info.json"] = lambda handler: handler.answer(b"", status=404)
    report = run(museum, tmp_path, "/m/gone/manifest.json")
    assert in_order(report)[0]["image_url"] == f"{museum.url}/direct.jpg"
    assert any("came from their plain address" in note for note in report.notes)


def test_what_is_not_taken_is_counted(museum, tmp_path):
    document = manifest_3(museum, "many", canvases=3)
    notes = document["items"][0]["items"][0]["items"]
    other = {"id": f"{museum.url}/detail.jpg", "type": "Image"}
    notes.append({"motivation": "painting", "body": other, "target": "c#xywh=0,0,10,10"})
    choice = document["items"][1]["items"][0]["items"][0]
    choice["body"] = {"type": "Choice", "items": [choice["body"], other]}
    document["items"][2]["items"] = []
    museum.json("/m/many/manifest.json", document)
    report = run(museum, tmp_path, "/m/many/manifest.json")
    assert [row["alternates"] for row in in_order(report)] == [[f"{museum.url}/detail.jpg"]] * 2
    for words in ("1 canvas has several images", "1 canvas offers a choice", "1 canvas has no image"):
        assert any(note.startswith(words) for note in report.notes)


def test_a_manifest_of_works(museum, tmp_path):
    document = manifest_3(museum, "show", canvases=2)
    for item, title in zip(document["items"], ("The Harbour", "Irises"), strict=True):
        item["label"] = {"en": [title]}
    museum.json("/m/show/manifest.json", document)
    report = run(museum, tmp_path / "a", "/m/show/manifest.json")
    rows = in_order(report)
    assert [row["title"] for row in rows] == ["The Harbour", "Irises"] and rows[0]["object"] != rows[1]["object"]
    assert any("if they are views of one: --canvases views" in note for note in report.notes)
    views = in_order(run(museum, tmp_path / "b", "/m/show/manifest.json", canvases="views"))
    assert [row["title"] for row in views] == ["The show, The Harbour", "The show, Irises"]
    assert views[0]["object"] == views[1]["object"]


def test_our_own_export_gives_the_collection_back(museum, tmp_path):
    before = import_iiif(out=tmp_path / "a", **iiif_example(museum, limit=4)).paintings
    records = {row["id"]: row for row in before.records()}
    listing = Listing("My list", before, place=Place(museum.url), collection="here")
    museum.json("/export.json", manifest(listing))
    museum.patterns.append(
        (
            r"/api/images/([^?]+)\?size=\d+",
            lambda h, match: h.answer((before.root / records[match[1]]["path"]).read_bytes()),
        )
    )
    report = import_iiif(museum.url + "/export.json", tmp_path / "b", fetching=Fetching(side=48, manners=QUICK))
    again = {row["identifier"]: row for row in report.paintings.records()}
    assert again.keys() == records.keys()
    for name in ("title", "artist", "style", "date", "year", "year_end", "rights", "width", "height", "sha256"):
        assert {key: row[name] for key, row in again.items()} == {key: row[name] for key, row in records.items()}
    assert len({row["object"] for row in again.values()}) == 4


def test_pages_without_end_are_left(museum, tmp_path, monkeypatch):
    monkeypatch.setattr(iiif, "MAX_EMPTY", 20)

    def page(handler, match):
        number = int(match[1])
        part = {"id": f"{museum.url}/m/lost/{number}", "type": "Manifest"}
        document = {"type": "Collection", "items": [part], "next": f"{museum.url}/page/{number + 1}"}
        handler.answer(json.dumps(document).encode(), "application/json")

    museum.patterns.append((r"/page/(\d+)", page))
    manifest_3(museum, "here")
    inside = [{"id": f"{museum.url}/page/1", "type": "Collection"}]
    inside.append({"id": f"{museum.url}/m/here/manifest.json", "type": "Manifest"})
    museum.json("/all.json", {"id": f"{museum.url}/all.json", "type": "Collection", "items": inside})
    report = run(museum, tmp_path, "/all.json")
    assert len(report.paintings) == 1 and report.skipped[-1][1].startswith("20 pages in a row")
    assert sum(path.startswith("/page/") for path in museum.asked) == 20


def test_a_text_of_a_megabyte_is_cut_and_reported(museum, tmp_path):
    manifest_3(museum, "long", metadata={"Description": "word " * 200_000})
    report = run(museum, tmp_path, "/m/long/manifest.json")
    assert len(in_order(report)[0]["description"]) <= MAX_TEXT and "1 text was cut, being too long" in report.notes


def test_a_local_file_names_its_hosts(museum, tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest_3(museum, "here")), encoding="utf-8")
    assert (
        len(import_iiif(str(path), tmp_path / "c", fetching=Fetching(hosts=("127.0.0.1",), manners=QUICK)).paintings)
        == 1
    )
    with raises(NothingUsableError, "nothing-fetched", "127", "0", "0", "1"):
        import_iiif(str(path), tmp_path / "d", fetching=Fetching(manners=QUICK))


@pytest.mark.parametrize(
    "page, code",
    [
        (lambda h: h.answer(b"<html></html>", "text/html"), "unreadable-json"),
        (lambda h: h.answer(b"{}", "application/json"), "not-iiif"),
        (lambda h: h.answer(b"[1]", "application/json"), "unreadable-json"),
        (lambda h: h.answer(status=404), "http-status"),
        (lambda h: h.answer(b'{"type": "Collection", "items": []}', "application/json"), "no-images"),
        (
            lambda h: h.answer(
                b'{"type": "Collection", "items": [3, null, {"id": 7}, []], "first": {"x": 1}}', "application/json"
            ),
            "no-images",
        ),
        (
            lambda h: h.answer(
                b'{"type": "Manifest", "items": [{"items": [{"items": [{"body": [7]}, 3]}]}, 4], "label": 3}',
                "application/json",
            ),
            "no-images",
        ),
    ],
)
def test_an_address_that_is_nothing_of_iiif(page, code, museum, tmp_path):
    museum.pages["/x"] = page
    with raises(NothingUsableError if code == "no-images" else InputError, code):
        run(museum, tmp_path, "/x")


def test_addresses_out_of_reach(tmp_path):
    gone = Museum()
    gone.close()
    with raises(InputError, "host-unreachable", "127.0.0.1"):
        run(gone, tmp_path, "/x")
    with raises(InputError, "no-address"):
        import_iiif("nowhere.json", tmp_path)


def test_labels_may_be_chosen(museum, tmp_path):
    manifest_3(museum, "sea", metadata={"School": "French", "Artist": "A"})
    assert run(museum, tmp_path, "/m/sea/manifest.json", label_columns=("school",)).paintings.labels == ("school",)
    with raises(InputError, "unknown-column", "mood"):
        run(museum, tmp_path, "/m/sea/manifest.json", label_columns=("mood",))


@pytest.mark.parametrize(
    "label, line",
    [
        ("plain", "plain"),
        ({"fr": ["oui"], "en": ["yes", "indeed"]}, "yes; indeed"),
        ({"fr": ["oui"], "none": ["-"]}, "-"),
        ({"fr": ["oui"], "de": ["ja"]}, "oui"),
        ({"en-GB": ["colour"]}, "colour"),
        ([{"@value": "ja", "@language": "de"}, {"@value": "yes", "@language": "en"}], "yes"),
        (["a", "b"], "a; b"),
        ({"@value": "x"}, "x"),
        (None, ""),
        ({}, ""),
        (7, "7"),
        ("a <i>b</i><br/>c &amp; d", "a b c & d"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_labels_in_all_their_forms(label, line):
    assert text(label) == line


def test_canvases_without_images_count_in_the_order():
    canvas = {
        "id": "c",
        "type": "Canvas",
        "items": [
            {
                "items": [
                    {
                        "motivation": "painting",
                        "body": {"type": "SpecificResource", "source": {"id": "http://x/i.jpg", "type": "Image"}},
                    }
                ]
            }
        ],
    }
    found = list(
        pictures(
            {
                "id": "m",
                "type": "Manifest",
                "items": [
                    {"id": "empty", "type": "Canvas"},
                    canvas,
                    {
                        "type": "Canvas",
                        "items": [
                            {"items": [{"motivation": "tagging", "body": {"id": "http://x/i.jpg", "type": "Image"}}]}
                        ],
                    },
                ],
            }
        )
    )
    assert [(one.canvas, one.number, one.of, one.image) for one in found] == [("c", 2, 3, "http://x/i.jpg")]


@pytest.mark.parametrize(
    "date, years",
    [
        ("1888", (1888, 1888)),
        ("c. 1665-1667", (1665, 1667)),
        ("1503–06", (1503, 1506)),
        ("1898/9", (1898, 1899)),
        ("between 1880 and 1885", (1880, 1885)),
        ("17th century", (1601, 1700)),
        ("15th to 16th century", (1401, 1600)),
        ("1640s", (1640, 1649)),
        ("1600s", (1600, 1699)),
        ("late 18th–early 19th century", (1751, 1850)),
        ("16th-17th century", (1501, 1700)),
        ("500 BC", (-500, -500)),
        ("", (None, None)),
        ("undated", (None, None)),
        ("1888-05-12", (1888, 1888)),
        ("inv. 12345", (None, None)),
        ("um 1650, 1888 restauriert", (1650, 1888)),
        ("1874-1", (1874, 1874)),
    ],
)
def test_years_of_dates(date, years):
    assert years_of(date) == years
