"""Pictures are made once, and only those of the collection leave the server."""

import io

import pytest
from PIL import Image

from tests.app.api.answers import error_of, png
from tests.conftest import paint


def test_pictures_are_made_once_and_kept(client, collection):
    first = client.get("/api/images/p00", params={"size": 400})
    assert first.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(first.content)).size == (160, 120)  # never enlarged
    kept = list((collection / ".thumbnails").rglob("*.jpg"))
    assert len(kept) == 1 and kept[0].read_bytes() == first.content
    kept[0].write_bytes(png(paint("blue", "discs", 0)))
    assert client.get("/api/images/p00").content != first.content
    error_of(client.get("/api/images/p00", params={"size": 5000}), 400)


@pytest.mark.parametrize(
    "path",
    [
        "../paintings.parquet",
        "..%2Fpaintings.parquet",
        "%2Fetc%2Fpasswd",
        "images/p00.png",
        "nobody",
        "p00/../../index/config.json",
    ],
)
def test_files_are_only_reached_through_ids(client, path):
    for kind in ("images", "paintings"):
        assert client.get(f"/api/{kind}/{path}").status_code == 404
    assert client.get(f"/{path}").status_code == 404


def test_an_image_that_is_gone_is_an_error_not_a_crash(client, collection):
    (collection / "images/p20.png").unlink()
    assert error_of(client.get("/api/images/p20"), 422)["code"] == "file-missing"
    assert client.get("/api/paintings/p20").json()["colours"] == []
