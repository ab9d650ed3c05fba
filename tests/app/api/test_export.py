"""Calls that export: every format over every kind of list, and addresses that lead where files say."""

import csv
import io
import json
import re
from urllib.parse import unquote

import pytest
from PIL import Image

from artextract.app.api import create_app
from artextract.app.api import export as calls
from artextract.app.api.export import disposition
from artextract.export import FORMATS
from artextract.export.iiif import CONTEXT
from artextract.review import ReviewStore
from artextract.search.build import build_index
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.conftest import paint, write_collection


def exported(client, format, **asked):
    answer = client.post("/api/export", json={"format": format, **asked})
    assert answer.status_code == 200, answer.text
    return answer


def table(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_formats_are_reported(client):
    answer = client.get("/api/export").json()
    assert [format["name"] for format in answer["formats"]] == list(FORMATS) and answer["predictions"] is True
    assert {format["name"]: format["takes"] for format in answer["formats"]}["contact-sheet"] == ["predictions"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_of_a_list_of_ids(client, format):
    answer = exported(client, format, ids=["p03", "p00", "p03"], title="Drei “Bilder” – 3/3")
    assert answer.headers["content-type"].startswith(FORMATS[format].media_type.partition(";")[0])
    name = re.search(r"filename\*=UTF-8''(\S+)", answer.headers["content-disposition"])[1]
    assert (
        unquote(name) == f"Drei “Bilder” – 33{FORMATS[format].extension}"
        and answer.headers["content-disposition"].isascii()
    )
    if format == "contact-sheet":
        assert Image.open(io.BytesIO(answer.content)).format == "PNG"
    elif format == "pdf":
        assert answer.content.startswith(b"%PDF")
    else:
        text = answer.content.decode("utf-8-sig")
        assert text.index("p03") < text.index("p00") and "CC0" in text


def test_no_path_of_the_machine_is_reported(client, collection):
    for format in set(FORMATS) - {"contact-sheet"}:
        assert str(collection.parent).encode() not in exported(client, format, where=["style=Red School"]).content


def test_filters_words_and_order(client):
    rows = table(exported(client, "csv", where=["genre=discs"], text="red", sort="-year"))
    paintings = client.get("/api/paintings", params={"where": "genre=discs", "text": "red", "sort": "-year"}).json()[
        "paintings"
    ]
    assert [row["id"] for row in rows] == [painting["id"] for painting in paintings] and len(rows) > 1
    years = [int(row["year"]) for row in rows]
    assert years == sorted(years, reverse=True)


def test_a_search_brings_its_ranks(client):
    search = {"id": "p00", "k": 5, "where": ["genre=bands"]}
    hits = client.post("/api/search", json=search).json()["hits"]
    rows = table(exported(client, "csv", search=search))
    assert [row["id"] for row in rows] == [hit["id"] for hit in hits] and [row["rank"] for row in rows] == list(
        "12345"
    )[: len(hits)]
    assert [float(row["score"]) for row in rows] == [hit["score"] for hit in hits]
    document = exported(client, "json", search=search).json()
    assert document["paintings"][0]["hit"]["features"] == hits[0]["features"]
    assert document["summary"].startswith("Most like Picture 0 among those that pass genre=bands, by ")


def test_predictions_are_those_of_the_index(client, collection):
    from artextract.search.asking.engine import SearchEngine

    engine = SearchEngine.open(collection)
    style = engine.features["style"]
    answer, doubts = style.labels(engine.index.block("style")[:]), style.doubts(engine.index.block("style")[:])
    document = exported(client, "json", ids=["p07"], predictions=True).json()
    position = engine.index.position("p07")
    expected = {
        name: {
            "label": pairs[position][0],
            "probability": pytest.approx(pairs[position][1], abs=1e-4),
            "unsure": name in doubts[position]["unsure"],
        }
        for name, pairs in answer.items()
    }
    for name, one in doubts[position]["sets"].items():
        expected[name]["set"] = one
    for name, one in doubts[position]["novelty"].items():
        expected[name]["novelty"] = {"score": pytest.approx(one["score"], abs=1e-3), "new": one["new"]}
    assert (
        document["paintings"][0]["predictions"] == expected
        and engine.features["style"].predictor.model.embedding_version in document["model"]
    )


def test_decisions_travel_along(indexed_collection, tmp_path):
    import shutil

    folder = shutil.copytree(indexed_collection, tmp_path / "reviewed")
    with client_of(create_app(folder)) as client:
        assert client.get("/api/export").json()["decisions"] is False
        store = ReviewStore(folder)
        store.decide("p00", "style", "correct", "Eve", old_label="Red School", new_label="Green School")
        undone = store.decide("p01", "style", "accept", "Eve", old_label="Red School")
        store.undo(undone.id, "Eve")
        assert client.get("/api/export").json()["decisions"] is True
        first, second = exported(client, "json", ids=["p00", "p01"], decisions=True).json()["paintings"]
        assert (
            first["decisions"][0]["new"] == "Green School"
            and first["labels"]["style"] == "Red School"
            and "decisions" not in second
        )
        canvas = client.get("/api/iiif/canvas/p00").json()
        assert {"type": "Person", "name": "Eve"} in [
            annotation["creator"] for page in canvas["annotations"] for annotation in page["items"]
        ]


def test_addresses_lead_to_what_they_name(client):
    document = exported(client, "iiif", ids=["p00", "p05"], title="Two", predictions=True).json()
    assert document["id"].startswith("http://localhost/api/iiif/manifest?")
    again = client.get(document["id"])
    assert again.headers["content-type"].startswith("application/ld+json")
    assert {**again.json(), "metadata": 0, "items": 0} == {**document, "metadata": 0, "items": 0} and len(
        again.json()["items"]
    ) == 2
    for canvas in document["items"]:
        assert client.get(canvas["id"]).json()["id"] == canvas["id"]
        body = canvas["items"][0]["items"][0]["body"]
        assert Image.open(io.BytesIO(client.get(body["id"]).content)).size == (body["width"], body["height"])
        assert client.get(canvas["seeAlso"][0]["id"]).json()["type"] == "HumanMadeObject"
        for page in [*canvas["items"], *canvas["annotations"]]:
            assert without_time(client.get(page["id"]).json()) == {"@context": CONTEXT, **without_time(page)}
            for annotation in page["items"]:
                assert client.get(annotation["id"]).json()["id"] == annotation["id"]
    (table,) = document["seeAlso"]
    assert [one["id"] for one in client.get(table["id"]).json()["paintings"]] == ["p00", "p05"]
    linked = exported(client, "linked-art", where=["style=Red School"]).json()
    assert [member["id"] for member in client.get(linked["id"]).json()["member"]] == [
        member["id"] for member in linked["member"]
    ] and len(linked["member"]) > 1


def without_time(page):
    return {**page, "items": [{**item, "created": None} for item in page["items"]]}


def test_what_linked_art_refers_to_is_there(client):
    document = exported(client, "linked-art", ids=["p00"], predictions=True, decisions=True).json()
    ours = {node["id"]: node for node in nodes(document) if "linked-art-terms" in node.get("id", "")}
    assert {node["type"] for node in ours.values()} == {"Person", "Type", "DigitalObject"}
    for address, node in ours.items():
        answer = client.get(address).json()
        assert (answer["id"], answer["type"], answer["_label"]) == (address, node["type"], node["_label"])
    error_of(client.get("/api/linked-art-terms", params={"kind": "person", "name": "Nobody"}), 404)
    error_of(client.get("/api/linked-art-terms", params={"kind": "type", "of": "sha256", "name": "x"}), 404)
    error_of(client.get("/api/linked-art-terms", params={"kind": "ghost", "name": "x"}), 422)


def nodes(part):
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nodes(inner)


def test_pages_of_regions_are_made_again_from_their_addresses(client):
    regions = [{"id": "p00", "box": [0.1, 0.2, 0.5, 0.75], "text": "a sky & <b>\nmore</b>"}] * 2
    regions.append({"id": "p00", "box": [0, 0, 1, 1], "text": ""})
    (canvas,) = exported(client, "iiif", ids=["p00"], regions=regions).json()["items"]
    (page,) = canvas["annotations"]
    assert len(page["items"]) == 2, "each once"
    assert without_time(client.get(page["id"]).json()) == {"@context": CONTEXT, **without_time(page)}
    for annotation in page["items"]:
        assert client.get(annotation["id"]).json()["target"] == annotation["target"]
    where = "/api/iiif/canvas/p00"
    assert error_of(client.get(where, params={"part": "decisions-9"}), 404)["code"] == "unknown-part"
    assert error_of(client.get(where, params={"part": "regions", "box": "a,b"}), 400)["code"] == "invalid-region"
    assert error_of(client.get(where, params={"part": "regions", "box": "nan,0,1,1", "text": ""}), 400)


def test_a_long_list_has_a_short_address(client, monkeypatch):
    monkeypatch.setattr(calls, "LONGEST_LINK", 40)
    document = exported(client, "iiif", ids=["p00", "p05"], title="Two").json()
    assert "ids=" not in document["id"] and "list=" in document["id"]
    assert [canvas["id"] for canvas in client.get(document["id"]).json()["items"]] == [
        canvas["id"] for canvas in document["items"]
    ]
    assert error_of(client.get("/api/iiif/manifest", params={"list": "0" * 24}), 404)["code"] == "list-forgotten"


def test_regions_are_kept_within_their_paintings(client):
    regions = [
        {"id": "p00", "box": [0.5, 0.5, 0.25, 0.75], "text": "the same sky"},
        {"id": "p05", "box": [0, 0, 1, 1], "text": "not asked for"},
    ]
    text = exported(client, "iiif", ids=["p00"], regions=regions).text
    assert "xywh=40,60,40,30" in text and "not asked for" not in text
    error_of(
        client.post(
            "/api/export", json={"format": "iiif", "ids": ["p00"], "regions": [{"id": "p00", "box": [0, 0, 2, 1]}]}
        ),
        422,
    )


def test_what_cannot_be_exported_is_said(client):
    error = error_of(client.post("/api/export", json={"format": "csv", "ids": ["p00", "p99", "p98"]}), 404)
    assert error["code"] == "unknown-painting" and "p99" in error["message"]
    error_of(client.post("/api/export", json={"format": "xml", "ids": ["p00"]}), 422)
    error_of(client.post("/api/export", json={"format": "csv", "ids": ["p00"], "search": {"id": "p00"}}), 400)
    error_of(client.post("/api/export", json={"format": "csv", "where": ["nothing=1"]}), 400)
    error_of(client.post("/api/export", json={"format": "iiif", "ids": []}), 400)
    for path in ("/api/iiif/canvas/p99", "/api/linked-art/p99", "/api/iiif/manifest?ids=p99"):
        error_of(client.get(path), 404)


def test_too_many_paintings_are_said_before_the_work(client, monkeypatch):
    from dataclasses import replace

    monkeypatch.setitem(FORMATS, "contact-sheet", replace(FORMATS["contact-sheet"], most=3))
    answer = error_of(client.post("/api/export", json={"format": "contact-sheet"}), 400)
    assert answer["code"] == "list-too-long" and "24" in answer["message"] and "3" in answer["message"]


def test_a_selection_is_reported_in_its_order(client):
    answer = client.post("/api/selection", json={"ids": ["p03", "gone", "p01"]}).json()
    assert [painting["id"] for painting in answer["paintings"]] == ["p03", "p01"] and answer["missing"] == ["gone"]
    assert (
        answer["paintings"][0]
        == {"rights": "CC0"} | client.get("/api/paintings", params={"limit": 4}).json()["paintings"][3]
    )


def test_without_a_model_nothing_is_predicted(tmp_path):
    folder = write_collection(tmp_path / "plain", [paint("red", "bands", seed) for seed in range(3)])
    build_index(folder, features=("palette",))
    with client_of(create_app(folder)) as client:
        assert client.get("/api/export").json()["predictions"] is False
        answer = client.post("/api/export", json={"format": "csv", "predictions": True})
        assert error_of(answer, 400)["code"] == "no-model"
        assert len(table(exported(client, "csv"))) == 3
        assert client.get("/api/iiif/canvas/p00").json()["id"].endswith("/p00")


@pytest.mark.parametrize("name", ['a"b.csv', "a\\b;c.csv", "Ü – “x”.csv", "100 %.csv"])
def test_the_name_of_a_download(name):
    header = disposition(name)
    assert header.isascii() and re.fullmatch(
        r'attachment; filename="[^"%]*"; filename\*=UTF-8\'\'[A-Za-z0-9%._~-]+', header
    )
    assert unquote(header.rpartition("''")[2]) == name


def test_the_documentation_names_the_calls(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {
        "/api/v1/export",
        "/api/v1/iiif/manifest",
        "/api/v1/iiif/canvas/{painting_id}",
        "/api/v1/linked-art",
        "/api/v1/linked-art/{painting_id}",
        "/api/v1/selection",
    } <= set(paths)
    assert json.dumps(paths["/api/v1/export"])
