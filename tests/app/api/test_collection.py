"""What is told of the collection and its paintings."""

from collections import Counter

import pytest

from artextract.search.asking.weights import resolve_weights
from tests.app.api.answers import error_of


def test_the_collection(client):
    answer = client.get("/api/collection").json()
    assert answer["name"] == "Small Museum" and answer["n"] == 24 and answer["skipped"] == 0
    mix = resolve_weights(None, ["deep", "style", "palette"])
    assert [(f["name"], f["weight"]) for f in answer["features"]] == list(mix.items())
    assert answer["features"][2]["colour"] == {"light": "#a87f00", "dark": "#d9b03f"}
    assert [(preset["name"], preset["weights"]) for preset in answer["presets"]] == [
        ("same hand", {"deep": 20, "style": 60, "palette": 20}),
        ("same subject", {"deep": 30, "style": 70}),
        ("same colours", {"palette": 100}),
    ]
    assert all(preset["about"] for preset in answer["presets"])
    styles = answer["labels"]["style"]
    assert sum(style["count"] for style in styles) == 24 and styles[-1] == {"value": None, "count": 4}
    assert answer["numbers"] == ["year"] and answer["sorts"] == ["title", "style", "artist", "genre", "year", "-year"]


def test_paging_gives_every_painting_once(client):
    pages = [client.get("/api/paintings", params={"offset": o, "limit": 10}).json() for o in (0, 10, 20)]
    ids = [painting["id"] for page in pages for painting in page["paintings"]]
    assert ids == [f"p{i:02d}" for i in range(24)] and {page["total"] for page in pages} == {24}
    assert pages[0]["paintings"][0] == {
        "id": "p00",
        "title": "Picture 0",
        "name": "Picture 0",
        "artist": "Painter of red bands",
        "year": "1800",
        "width": 160,
        "height": 120,
        "labels": {"style": "Red School", "artist": "Painter of red bands", "genre": "bands"},
        "rights": "CC0",
    }


def test_filters(client):
    answer = client.get("/api/paintings", params={"where": ["genre=discs", "any~blue"]}).json()
    assert answer["total"] == 3
    error = error_of(client.get("/api/paintings", params={"where": "style=Rad School"}), 400)
    assert "Red School" in error["hint"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"sort": "-year"},
        {"sort": "lot:4"},
        {"text": "blue discs"},
        {"where": ["genre=discs", "year>=1850"], "sort": "style"},
    ],
)
def test_layout_ids_and_pages_are_of_one_order(client, collection, asked):
    layout = client.get("/api/layout", params=asked).json()
    ids = client.get("/api/ids", params=asked).json()["ids"]
    pages = [
        client.get("/api/paintings", params=asked | {"offset": o, "limit": 7}).json()
        for o in range(0, layout["total"] + 7, 7)
    ]
    paintings = [painting for page in pages for painting in page["paintings"]]
    assert [painting["id"] for painting in paintings] == ids and len(set(ids)) == layout["total"] == pages[0]["total"]
    assert layout["aspects"] == [round(1000 * painting["width"] / painting["height"]) for painting in paintings]


def test_orders(client):
    ids = [f"p{i:02d}" for i in range(24)]
    assert client.get("/api/ids", params={"sort": "-year"}).json()["ids"] == ids[::-1]
    assert client.get("/api/ids", params={"sort": "title"}).json()["ids"] == ids  # "Picture 10" after "Picture 9"
    shuffled = client.get("/api/ids", params={"sort": "lot:1"}).json()["ids"]
    assert sorted(shuffled) == ids != shuffled
    assert error_of(client.get("/api/layout", params={"sort": "path"}), 400)["code"] == "unknown-order"


def test_facets(client):
    answer = client.get("/api/facets", params={"where": ["style=Red School", "year=1800..1900"]}).json()
    columns = {facet["column"]: facet for facet in answer["labels"]}
    every = client.get("/api/paintings", params={"limit": 500}).json()["paintings"]
    early = [painting for painting in every if int(painting["id"][1:]) <= 20]
    red = [painting for painting in early if painting["labels"]["style"] == "Red School"]
    assert answer["total"] == len(red)
    assert {v["value"]: v["count"] for v in columns["style"]["values"]} == Counter(
        painting["labels"]["style"] for painting in early
    )
    assert {v["value"]: v["count"] for v in columns["genre"]["values"]} == Counter(
        painting["labels"]["genre"] for painting in red
    )
    assert answer["without"] == {
        "style": len(early),
        "year": sum(painting["labels"]["style"] == "Red School" for painting in every),
    }
    year = answer["numbers"][0]
    assert (year["low"], year["high"], year["unknown"]) == (1800, 1915, 0) and sum(year["counts"]) == answer["without"][
        "year"
    ]


def test_a_facet_is_searched(client):
    answer = client.get("/api/facets/artist", params={"find": "BLUE", "where": "genre=discs"}).json()
    assert (
        answer["values"] == [{"value": "Painter of blue discs", "count": answer["values"][0]["count"]}]
        and answer["distinct"] == 1
    )
    assert "artist" in error_of(client.get("/api/facets/title", params={"find": "x"}), 404)["hint"]
    assert error_of(client.get("/api/facets", params={"text": "zzz"}), 400)["code"] == "words-not-found"


def test_one_painting_tells_no_path(client, collection):
    answer = client.get("/api/paintings/p00")
    assert str(collection.parent) not in answer.text
    answer = answer.json()
    assert answer["rights"] == "CC0" and answer["source"] == "painted" and answer["more"] == {"year": 1800}
    assert sum(colour["proportion"] for colour in answer["colours"]) == pytest.approx(1)
    assert all(len(colour["hex"]) == 7 for colour in answer["colours"])
