"""Which service a picture came from, and what is said of it in a manifest."""

from dataclasses import replace

import pytest

from artextract.export.iiif import manifest
from artextract.export.image_service import ImageService, image_service

HOST = "https://museum.example/iiif"


@pytest.mark.parametrize(
    "record, service",
    [
        ({"image_url": f"{HOST}/1/full/max/0/default.jpg"}, ImageService(f"{HOST}/1", 2, "level0")),
        ({"image_url": f"{HOST}/a%2Fb/full/!1024,1024/0/default.jpg"}, ImageService(f"{HOST}/a%2Fb", 2, "level0")),
        ({"image_url": f"{HOST}/1/full/1024,/0/native.jpg"}, ImageService(f"{HOST}/1", 1, "level0")),
        ({"image_url": f"{HOST}/1/0,0,10,10/max/0/default.jpg"}, None),
        ({"image_url": f"{HOST}/1/full/max/90/default.jpg"}, None),
        ({"image_url": f"{HOST}/1.jpg"}, None),
        ({"image_url": f"{HOST}/1/full/max/0/default.jpg?x=1"}, None),
        ({"image_url": "https://museum.example/full/max/0/default.jpg"}, None),
        ({"image_url": "/" * 100_000}, None),
        ({"image_url": None}, None),
        (
            {"image_url": f"{HOST}/1/full/max/0/default.jpg", "image_service": f"{HOST}/1/", "image_profile": "level2"},
            ImageService(f"{HOST}/1", 3, "level2"),
        ),
        (
            {"image_service": f"{HOST}/1", "image_profile": "http://iiif.io/api/image/2/level1.json"},
            ImageService(f"{HOST}/1", 2, "level1"),
        ),
        (
            {
                "image_service": f"{HOST}/1",
                "image_profile": "http://library.stanford.edu/iiif/image-api/1.1/conformance.html#level1",
            },
            ImageService(f"{HOST}/1", 1, "level1"),
        ),
        ({"image_service": "javascript:alert(1)"}, None),
    ],
)
def test_the_service_of_a_record(record, service):
    assert image_service(record) == service


def test_it_stands_in_the_manifest_with_the_museums_manifest(listing):
    frame = listing.paintings.frame.assign(
        image_service=[f"{HOST}/1", None, None, None, f"{HOST}/5"],
        image_profile=["level2", None, None, None, "level2"],
        manifest=["https://museum.example/m.json", None, None, None, None],
    )
    canvases = manifest(replace(listing, paintings=replace(listing.paintings, frame=frame)))["items"]
    bodies = [canvas["items"][0]["items"][0]["body"] for canvas in canvases]
    assert bodies[0]["service"] == [{"id": f"{HOST}/1", "type": "ImageService3", "profile": "level2"}]
    own = {"id": "http://localhost:8000/iiif/image/p04", "type": "ImageService3", "profile": "level2"}
    assert bodies[4]["service"] == [own], "where the picture is ours, the service is not another's"
    assert canvases[0]["partOf"] == [{"id": "https://museum.example/m.json", "type": "Manifest"}]
    assert all("partOf" not in canvas for canvas in canvases[1:])


def test_the_manifest_of_an_import(listing):
    frame = listing.paintings.frame.assign(source="iiif", object="https://museum.example/m", canvas=None)
    record = replace(listing, paintings=replace(listing.paintings, frame=frame)).records[0]
    assert listing.manifest_of(record) == "https://museum.example/m"
    assert listing.manifest_of({**record, "canvas": record["object"]}) is None, "each canvas was a work of its own"
    assert listing.manifest_of({**record, "source": "nga", "object": "123"}) is None
