"""The web application's JSON: what it tells, what it refuses, and that only pictures of the collection leave the server."""

import io
import shutil

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from artextract.app import api
from artextract.errors import InputError
from artextract.search.build import build_index
from artextract.search.weights import resolve_weights
from tests.conftest import paint, write_collection


@pytest.fixture(scope="module")
def collection(indexed_collection, tmp_path_factory):
    """A copy, since thumbnails are written into it."""
    return shutil.copytree(indexed_collection, tmp_path_factory.mktemp("app") / "Small Museum")


@pytest.fixture(scope="module")
def client(collection):
    return TestClient(api.create_app(collection))


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def error_of(response, status: int) -> dict:
    assert response.status_code == status, response.text
    told = response.json()
    assert list(told) == ["error"] and list(told["error"]) == ["message", "hint"] and told["error"]["message"]
    return told["error"]


def test_the_collection(client):
    told = client.get("/api/collection").json()
    assert told["name"] == "Small Museum" and told["n"] == 24 and told["skipped"] == 0
    mix = resolve_weights(None, ["deep", "style", "palette"])
    assert [(f["name"], f["weight"]) for f in told["features"]] == list(mix.items())
    styles = told["labels"]["style"]
    assert sum(style["count"] for style in styles) == 24 and styles[-1] == {"value": None, "count": 4}


def test_paging_gives_every_painting_once(client):
    pages = [client.get("/api/paintings", params={"offset": o, "limit": 10}).json() for o in (0, 10, 20)]
    ids = [painting["id"] for page in pages for painting in page["paintings"]]
    assert ids == [f"p{i:02d}" for i in range(24)] and {page["total"] for page in pages} == {24}
    assert pages[0]["paintings"][0] == {
        "id": "p00", "title": "Picture 0", "width": 160, "height": 120,
        "labels": {"style": "Red School", "artist": "Painter of red bands", "genre": "bands"},
    }  # fmt: skip


def test_filters(client):
    told = client.get("/api/paintings", params={"where": ["genre=discs", "any~blue"]}).json()
    assert told["total"] == 3
    error = error_of(client.get("/api/paintings", params={"where": "style=Rad School"}), 400)
    assert "Red School" in error["hint"]


def test_one_painting_tells_no_path(client, collection):
    told = client.get("/api/paintings/p00")
    assert str(collection.parent) not in told.text
    told = told.json()
    assert told["rights"] == "CC0" and told["source"] == "painted" and told["more"] == {"year": 1800}
    assert sum(colour["proportion"] for colour in told["colours"]) == pytest.approx(1)
    assert all(len(colour["hex"]) == 7 for colour in told["colours"])


def test_pictures_are_made_once_and_kept(client, collection):
    first = client.get("/api/images/p00", params={"size": 400})
    assert first.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(first.content)).size == (160, 120)  # never enlarged
    kept = list((collection / ".thumbnails").rglob("*.jpg"))
    assert len(kept) == 1 and kept[0].read_bytes() == first.content
    kept[0].write_bytes(png(paint("blue", "discs", 0)))
    assert client.get("/api/images/p00").content != first.content
    error_of(client.get("/api/images/p00", params={"size": 5000}), 400)


def test_search_by_id(client):
    told = client.post("/api/search", json={"id": "p00", "k": 4, "weights": {"palette": 2}, "where": ["genre=discs|bands"]})
    assert "path" not in told.text
    told = told.json()
    assert told["weights"] == {"deep": 0, "style": 0, "palette": 1} and len(told["hits"]) == 4
    assert told["query"]["title"] == "Picture 0"
    for hit in told["hits"]:
        assert hit["score"] == pytest.approx(sum(hit["features"].values())) and "red" in hit["labels"]["artist"]
        assert (hit["width"], hit["height"], hit["rights"]) == (160, 120, "CC0")


def test_upload_and_search(client):
    picture = png(paint("green", "discs", 77))
    facts = client.post("/api/uploads", content=picture).json()
    assert client.get(f"/api/uploads/{facts['upload']}").json() == facts and facts["colours"]
    told = client.post("/api/search", json={"upload": facts["upload"], "k": 3}).json()
    assert "green" in told["hits"][0]["labels"]["artist"] and told["query"]["id"] is None


def test_an_uploaded_copy_does_not_find_itself(client, collection):
    facts = client.post("/api/uploads", content=(collection / "images/p03.png").read_bytes()).json()
    assert "p03" not in [h["id"] for h in client.post("/api/search", json={"upload": facts["upload"], "k": 50}).json()["hits"]]


def test_only_so_many_uploads_are_kept(client, monkeypatch):
    monkeypatch.setattr(api, "UPLOADS_KEPT", 2)
    tokens = [client.post("/api/uploads", content=png(paint("red", "discs", seed))).json()["upload"] for seed in range(90, 93)]
    assert [client.get(f"/api/uploads/{token}").status_code for token in tokens] == [404, 200, 200]
    assert error_of(client.post("/api/search", json={"upload": tokens[0]}), 404)["hint"] == "upload the picture again"


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken", png(Image.new("RGB", (8, 8)))])
def test_what_is_no_picture_is_refused(client, content):
    assert "cannot be used" in error_of(client.post("/api/uploads", content=content), 400)["message"]


def test_too_large_an_upload_is_refused(client, monkeypatch):
    monkeypatch.setattr(api, "MAX_UPLOAD_BYTES", 2**20)
    assert "larger than 1 MB" in error_of(client.post("/api/uploads", content=b"x" * (2**20 + 1)), 413)["message"]


@pytest.mark.parametrize(
    "body, status",
    [
        ({}, 400),
        ({"id": "p00", "upload": "x"}, 400),
        ({"id": "nobody"}, 404),
        ({"upload": "never"}, 404),
        ({"id": "p00", "weights": {"aura": 1}}, 400),
        ({"id": "p00", "weights": {"deep": 0, "palette": 0}}, 400),
        ({"id": "p00", "where": ["mood=sad"]}, 400),
        ({"id": "p00", "k": 0}, 422),
        ({"id": "p00", "k": 10**6}, 422),
        ({"id": 7}, 422),
        ([], 422),
    ],
)
def test_searches_that_cannot_be(client, body, status):
    error_of(client.post("/api/search", json=body), status)


@pytest.mark.parametrize(
    "path",
    ["../paintings.parquet", "..%2Fpaintings.parquet", "%2Fetc%2Fpasswd", "images/p00.png", "nobody", "p00/../../index/config.json"],
)
def test_files_are_only_reached_through_ids(client, path):
    for kind in ("images", "paintings"):
        assert client.get(f"/api/{kind}/{path}").status_code == 404
    assert client.get(f"/{path}").status_code == 404


def test_an_image_that_is_gone_is_an_error_not_a_crash(client, collection):
    (collection / "images/p20.png").unlink()
    assert "missing" in error_of(client.get("/api/images/p20"), 422)["message"]
    assert client.get("/api/paintings/p20").json()["colours"] == []


def test_the_page_loads_nothing_from_elsewhere(client):
    page = client.get("/")
    assert page.status_code == 200 and "default-src 'none'" in page.headers["content-security-policy"]
    for name in ("index.html", "app.js", "style.css", "icon.svg"):
        text = client.get(f"/{name}").text
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "").replace("^https?:\\/\\/", "") or name == "app.js"
        assert "https://" not in text
    error_of(client.get("/nothing.html"), 404)
    error_of(client.delete("/api/collection"), 405)


def test_no_index_is_said_before_serving(small_collection, tmp_path):
    shutil.copy(small_collection / "paintings.parquet", tmp_path)
    with pytest.raises(InputError, match="no index"):
        api.create_app(tmp_path)


def test_a_new_index_is_shown_without_a_restart(tmp_path, monkeypatch):
    monkeypatch.setattr(api, "LOOKS", 0.0)
    images = [paint("red", "bands", seed) for seed in range(4)]
    collection = write_collection(tmp_path / "c", images[:3])
    build_index(collection, features=("palette",))
    with TestClient(api.create_app(collection)) as client:
        token = client.post("/api/uploads", content=(collection / "images/p00.png").read_bytes()).json()["upload"]
        write_collection(collection, images)
        assert client.get("/api/collection").json()["n"] == 3, "the index is not there yet"
        build_index(collection, features=("palette",))
        assert client.get("/api/collection").json()["n"] == 4
        assert len(client.post("/api/search", json={"upload": token, "k": 9}).json()["hits"]) == 3
        build_index(collection, features=("palette",), rebuild=True)
        assert client.post("/api/search", json={"upload": token, "k": 9}).status_code == 404
        assert client.get("/api/images/p03").status_code == 200
