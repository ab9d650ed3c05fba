"""What is told of the collection and its paintings."""

import pytest

from artextract.search.weights import resolve_weights
from tests.app.api.answers import error_of


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
