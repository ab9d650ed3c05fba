"""The IIIF Image API over the server: what it says of a picture, parts of it, and what it refuses."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from artextract.app.api import create_app
from artextract.search.build import build_index
from artextract.table import read_paintings
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.conftest import paint, write_collection

ID = "Wing A/no. 1?"
ASKED = "/iiif/image/Wing%20A%2Fno.%201%3F"
WIDE = (1200, 700)


@pytest.fixture(scope="module")
def picture():
    return paint("red", "discs", 1).resize(WIDE, Image.Resampling.NEAREST)


@pytest.fixture(scope="module")
def client(picture, tmp_path_factory):
    collection = write_collection(tmp_path_factory.mktemp("iiif") / "c", [picture, paint("blue", "bands", 2)])
    table = read_paintings(collection)
    table.frame.loc[0, "id"] = ID
    table.write()
    build_index(collection, features=("palette",))
    with client_of(create_app(collection, cors=("https://viewer.example",))) as client:
        yield client


def shown(client, request):
    answer = client.get(f"{ASKED}/{request}")
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content)), answer.headers


def test_information(client):
    answer = client.get(f"{ASKED}/info.json")
    document = answer.json()
    assert document["id"] == f"http://localhost{ASKED}" and document["type"] == "ImageService3"
    assert (document["width"], document["height"], document["profile"]) == (*WIDE, "level2")
    assert document["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4]}]
    assert document["sizes"][0] == {"width": 300, "height": 175}
    assert document["rights"] == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    linked = client.get(f"{ASKED}/info.json", headers={"Accept": "application/ld+json"})
    assert linked.headers["content-type"].startswith("application/ld+json") and linked.json() == document
    base = client.get(ASKED, follow_redirects=False)
    assert base.status_code == 303 and base.headers["location"] == f"http://localhost{ASKED}/info.json"


def test_what_the_information_names_is_given(client):
    document = client.get(f"{ASKED}/info.json").json()
    for size in document["sizes"]:
        image, _ = shown(client, f"full/{size['width']},{size['height']}/0/default.jpg")
        assert image.size == (size["width"], size["height"])
    tile, _ = shown(client, "1024,512,176,188/88,94/0/default.webp")
    assert tile.size == (88, 94)


def test_parts_have_the_pixels_of_the_picture(client, picture):
    part, headers = shown(client, "100,200,300,150/max/0/default.png")
    assert np.array_equal(np.asarray(part), np.asarray(picture.crop((100, 200, 400, 350))))
    assert f'<http://localhost{ASKED}/100,200,300,150/max/0/default.png>;rel="canonical"' in headers["link"]
    turned, _ = shown(client, "100,200,300,150/max/!90/default.png")
    mirrored = ImageOps.mirror(picture.crop((100, 200, 400, 350)))
    assert np.array_equal(np.asarray(turned), np.asarray(mirrored.transpose(Image.Transpose.ROTATE_270)))
    grey, _ = shown(client, "square/100,/0/gray.jpg")
    assert grey.mode == "L" and grey.size == (100, 100)
    two, _ = shown(client, "square/100,/0/bitonal.png")
    assert two.mode == "1"
    slanted, _ = shown(client, "square/max/45/default.jpg")
    assert slanted.width == pytest.approx(700 * 2**0.5, abs=2)


def test_what_is_refused(client):
    for status, request in (
        (400, "full/max/0/default.bmp"),
        (400, "1200,0,1,1/max/0/default.jpg"),
        (400, "full/1201,/0/default.jpg"),
        (501, "full/max/0/default.tif"),
    ):
        error_of(client.get(f"{ASKED}/{request}"), status)
    for address in ("/iiif/image/p99/info.json", "/iiif/image/p99/full/max/0/default.jpg", "/iiif/image/p99"):
        assert error_of(client.get(address), 404)["code"] == "unknown-painting"


def test_pictures_are_open_to_the_sites_that_were_named(client):
    for origin, allowed in (("https://viewer.example", "https://viewer.example"), ("https://other.example", None)):
        answer = client.get(f"{ASKED}/full/100,/0/default.jpg", headers={"Origin": origin})
        assert answer.headers.get("access-control-allow-origin") == allowed


def test_a_manifest_names_the_service(client):
    manifest = client.get("/api/iiif/manifest", params={"ids": [ID]}).json()
    [service] = manifest["items"][0]["items"][0]["items"][0]["body"]["service"]
    assert service == {"id": f"http://localhost{ASKED}", "type": "ImageService3", "profile": "level2"}
    assert client.get(f"{service['id']}/info.json").status_code == 200
