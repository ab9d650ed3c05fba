"""Manifests against what the IIIF Presentation API 3.0 and the Web Annotation Data Model demand, checked by
hand-written rules."""

import io
import json
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from PIL import Image

from artextract.app.api.images import smaller
from artextract.errors import InputError
from artextract.export import Place, Region
from artextract.export.annotations import CONFIDENCE, pixels
from artextract.export.iiif import as_manifest, manifest, one_canvas
from artextract.export.listing import fitted
from tests.export.conftest import HITS
from tests.export.test_rows import DOUBTED
from tests.raising import raises

RIGHTS = re.compile(
    r"http://(creativecommons\.org/(licenses|publicdomain)/[a-z-]+/\d\.\d|rightsstatements\.org/vocab/[A-Za-z-]+/\d\.\d)/"
)
MOTIVATIONS = {
    "assessing",
    "bookmarking",
    "classifying",
    "commenting",
    "describing",
    "editing",
    "highlighting",
    "identifying",
    "linking",
    "moderating",
    "questioning",
    "replying",
    "tagging",
}


def is_language_map(value) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts)
            for texts in value.values()
        )
    )


def is_uri(value) -> bool:
    return (
        isinstance(value, str)
        and urlsplit(value).scheme in ("http", "https")
        and bool(urlsplit(value).netloc)
        and not re.search(r"[\s<>\"]", value)
    )


def check_common(resource) -> None:
    """Rules for every resource of the specification."""
    assert is_uri(resource["id"]) and isinstance(resource["type"], str)
    for name in ("label", "summary"):
        assert name not in resource or is_language_map(resource[name])
    for pair in [
        *resource.get("metadata", []),
        *([resource["requiredStatement"]] if "requiredStatement" in resource else []),
    ]:
        assert set(pair) == {"label", "value"} and is_language_map(pair["label"]) and is_language_map(pair["value"])
    assert "rights" not in resource or RIGHTS.fullmatch(resource["rights"])
    for other in (*resource.get("homepage", []), *resource.get("provider", [])):
        assert is_uri(other["id"]) and is_language_map(other["label"]) and other["type"] in ("Text", "Agent")
    for other in resource.get("seeAlso", []):
        assert is_uri(other["id"]) and other["type"] == "Dataset"
    for other in resource.get("thumbnail", []):
        assert is_uri(other["id"]) and other["type"] == "Image" and other["width"] > 0 and other["height"] > 0
    assert all(value is not None for value in resource.values())


def check_manifest(document) -> None:
    assert document["@context"] == "http://iiif.io/api/presentation/3/context.json" and list(document)[0] == "@context"
    assert document["type"] == "Manifest" and is_language_map(document["label"]) and len(document["items"]) > 0
    check_common(document)
    for canvas in document["items"]:
        check_common(canvas)
        assert canvas["type"] == "Canvas" and "#" not in canvas["id"] and canvas["width"] > 0 and canvas["height"] > 0
        (page,) = canvas["items"]
        assert page["type"] == "AnnotationPage" and is_uri(page["id"])
        (painting,) = page["items"]
        assert (
            painting["motivation"] == "painting"
            and painting["target"] == canvas["id"]
            and painting["body"]["type"] == "Image"
        )
        check_common(painting["body"])
        for page in canvas.get("annotations", []):
            assert page["type"] == "AnnotationPage" and page["items"] and is_uri(page["id"])
            for annotation in page["items"]:
                check_annotation(annotation, canvas)
    ids = [
        annotation["id"]
        for canvas in document["items"]
        for page in [*canvas["items"], *canvas.get("annotations", [])]
        for annotation in [page, *page["items"]]
    ]
    assert len(ids) == len(set(ids))


def check_annotation(annotation, canvas) -> None:
    motivation = annotation["motivation"]
    assert (
        annotation["type"] == "Annotation"
        and is_uri(annotation["id"])
        and motivation
        and set(motivation) <= MOTIVATIONS
    )
    assert annotation["creator"]["type"] in ("Software", "Person") and annotation["creator"]["name"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", annotation["created"])
    assert all(
        body["type"] == "TextualBody" and body["value"] and body["purpose"] in MOTIVATIONS
        for body in annotation["body"]
    )
    target = annotation["target"]
    if isinstance(target, dict):
        x, y, width, height = map(
            int, re.fullmatch(r"xywh=(\d+),(\d+),(\d+),(\d+)", target["selector"]["value"]).groups()
        )
        assert target["type"] == "SpecificResource" and target["selector"]["type"] == "FragmentSelector"
        assert width > 0 and height > 0 and x + width <= canvas["width"] and y + height <= canvas["height"]
        target = target["source"]
    assert target == canvas["id"]


def test_the_specifications_demands(listing):
    document = json.loads(as_manifest(replace(listing, hits=HITS)))
    check_manifest(document)
    assert document["id"] == listing.address
    check_manifest(
        json.loads(
            as_manifest(
                replace(listing, predictions={}, decisions=(), regions=(), summary="", collection="", address=None)
            )
        )
    )


def test_pictures_rights_and_pages(listing):
    first, second, third, fourth, _ = manifest(listing)["items"]
    assert [canvas.get("rights") for canvas in manifest(listing)["items"]] == [
        "http://creativecommons.org/publicdomain/zero/1.0/",
        "http://creativecommons.org/publicdomain/zero/1.0/",
        "http://creativecommons.org/licenses/by-sa/4.0/",
        None,
        None,
    ]
    assert fourth["requiredStatement"]["value"] == {
        "en": ["not stated; the user's own files"]
    } and "rights" not in manifest(listing)
    assert first["items"][0]["items"][0]["body"] == {
        "id": "https://museum.example/iiif/1/full/max/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "height": 120,
        "width": 160,
        "service": [
            {
                "@id": "https://museum.example/iiif/1",
                "@type": "ImageService2",
                "profile": "http://iiif.io/api/image/2/level0.json",
            }
        ],
    }
    assert fourth["items"][0]["items"][0]["body"]["id"] == "http://localhost:8000/api/images/p03?size=1600"
    assert (
        first["homepage"][0]["id"] == "https://museum.example/1"
        and second["homepage"][0]["id"] == "http://localhost:8000/#/painting?id=p01"
    )
    assert fourth["label"] == {"none": ["p03.png"]}
    alike = replace(listing, paintings=listing.paintings.rows([0, 1]))
    assert manifest(alike)["rights"] == "http://creativecommons.org/publicdomain/zero/1.0/"


def test_texts_are_not_taken_for_html(listing):
    frame = listing.paintings.frame.assign(medium="<i>oil</i>")
    canvas = manifest(replace(listing, paintings=replace(listing.paintings, frame=frame)))["items"][0]
    assert {"label": {"en": ["Medium"]}, "value": {"none": ["<span>&lt;i&gt;oil&lt;/i&gt;</span>"]}} in canvas[
        "metadata"
    ]


def test_a_prediction_is_the_models_and_a_decision_a_persons(listing):
    canvases = {canvas["id"].rsplit("/", 1)[1]: canvas for canvas in manifest(listing)["items"]}
    predictions, _ = canvases["p01"]["annotations"]
    said = predictions["items"][0]
    assert said["creator"] == {"type": "Software", "name": "starter (abc123)"} and set(said["motivation"]) == {
        "tagging",
        "classifying",
    }
    assert (
        said["body"][0]["value"] == "Cubism"
        and said["body"][0][CONFIDENCE] == 0.6124
        and "61%" in said["body"][1]["value"]
    )
    decided = canvases["p00"]["annotations"][1]["items"][0]
    assert (
        decided["creator"] == {"type": "Person", "name": "Eve"}
        and decided["created"] == "2024-05-01T10:00:00.000+00:00"
    )
    assert [body["value"] for body in decided["body"]] == [
        "Orphism",
        "The style is Orphism, not Cubism. see the letter of 1912",
    ]
    taken_away = canvases["p03"]["annotations"][0]["items"][0]
    assert [body["value"] for body in taken_away["body"]] == ["The artist is not Ada."] and taken_away[
        "motivation"
    ] == ["assessing"]
    assert "annotations" not in canvases["p04"]


def test_regions_are_pixels_of_the_canvas(listing):
    selector = manifest(listing)["items"][0]["annotations"][2]["items"][0]["target"]["selector"]
    assert selector["value"] == "xywh=16,24,64,48"
    record = {"width": 160, "height": 120}
    assert pixels((0, 0, 1, 1), record) == (0, 0, 160, 120) and pixels((1, 1, 1, 1), record) == (159, 119, 1, 1)


def test_one_canvas_is_a_document(listing):
    alone = one_canvas(replace(listing, paintings=listing.paintings.rows([2])))
    assert (
        alone["@context"].startswith("http://iiif.io/") and alone["id"] == "http://localhost:8000/api/iiif/canvas/p02"
    )


def test_an_empty_list_or_no_address_is_refused(listing):
    with raises(InputError, "unknown-painting"):
        manifest(replace(listing, paintings=listing.paintings.rows([])))
    with raises(InputError, "address-needed"):
        manifest(replace(listing, place=None))


@pytest.mark.parametrize("base", ["ftp://x", "localhost:8000", "", "http://", "http://x/?a=1", "http://x/#a"])
def test_only_http_addresses(base):
    with raises(InputError, "invalid-address"):
        Place(base)


def test_ids_are_escaped():
    place = Place("https://museum.example/paintings")
    assert place.canvas("a b/ü?#") == "https://museum.example/paintings/api/iiif/canvas/a%20b/%C3%BC%3F%23"
    assert place.page("a&b") == "https://museum.example/paintings/#/painting?id=a%26b"


@pytest.mark.parametrize(
    "size", [(160, 120), (1601, 7), (3000, 1999), (1999, 3001), (1600, 1600), (2001, 2001), (1700, 1699)]
)
def test_the_size_reported_is_that_of_the_picture_served(size):
    served = Image.open(io.BytesIO(smaller(Image.new("RGB", size), 1600)))
    assert fitted(*size, 1600) == served.size


def test_regions_of_other_paintings_are_left_out(listing):
    assert "elsewhere" not in json.dumps(manifest(replace(listing, regions=[Region("p99", (0, 0, 1, 1), "elsewhere")])))


def test_unsure_travels(listing):
    said = {"p01": {"style": ("Cubism", 0.2, True), "artist": ("Ada", 0.9, False)}}
    style, artist = manifest(replace(listing, predictions=said))["items"][1]["annotations"][0]["items"]
    assert [body["value"] for body in style["body"] if body["purpose"] == "assessing"] == ["unsure"]
    assert "unsure" in style["body"][1]["value"] and "unsure" not in json.dumps(artist)


def test_novelty_and_sets_travel(listing):
    style, artist = manifest(replace(listing, predictions=DOUBTED))["items"][1]["annotations"][0]["items"]
    assert [body["value"] for body in style["body"] if body["purpose"] == "assessing"] == ["unsure", "new"]
    assert "one of: Cubism or Fauvism" in style["body"][1]["value"] and "new" not in json.dumps(artist["body"])


def test_hostile_titles_break_nothing(listing):
    hostile = "A\nb\x00\x1b[31m \u202etitle " + "x" * 10_000
    frame = listing.paintings.frame.assign(title=hostile)
    document = json.loads(
        as_manifest(replace(listing, title=hostile, paintings=replace(listing.paintings, frame=frame)))
    )
    check_manifest(document)
    (label,) = document["items"][0]["label"]["none"]
    assert label.startswith("A b [31m title") and len(label) <= 500 and document["label"]["none"][0] == label
    metadata = {pair["label"]["en"][0]: pair["value"]["none"][0] for pair in document["items"][0]["metadata"]}
    assert metadata["Title"] == hostile, "the words are kept"


def test_many_regions_have_several_pages(listing):
    regions = [Region("p00", (number / 1000, 0, 1, 1), "ä" * 900) for number in range(7)]
    document = manifest(replace(listing, predictions={}, decisions=(), regions=regions))
    pages = document["items"][0]["annotations"]
    check_manifest(document)
    assert len(pages) > 1 and sum(len(page["items"]) for page in pages) == 7
