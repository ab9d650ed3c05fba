"""The fields of a painting over the API: in a label's order, as they were imported, and corrected."""

import csv
import io

import pytest

from artextract.app.api import create_app
from artextract.app.cli import main
from artextract.search.build import build_index
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.conftest import paint, write_collection


@pytest.fixture(scope="module")
def museum(tmp_path_factory):
    collection = write_collection(
        tmp_path_factory.mktemp("catalogue") / "c",
        [paint("red", "bands", seed) for seed in range(3)],
        credit_line=["Gift of C", None, None],
        department=["Paintings", "Paintings", None],
        dimensions=["20 × 30 cm", None, None],
        Inventarnummer=["1990.1", None, None],
        medium=["oil on canvas", "oil on canvas", None],
        date=["c. 1640", None, None],
        year=[1640, None, 1700],
        style=["Cubism", "Cubism", "Baroque"],
        artist=["Ada", None, None],
        title=["One", None, None],
    )
    build_index(collection, features=("palette",))
    return collection


@pytest.fixture
def client(museum):
    for file in museum.glob("review.sqlite*"):
        file.unlink()
    with client_of(create_app(museum)) as client:
        yield client


def fields(client, painting="p00"):
    answer = client.get(f"/api/catalogue/{painting}").json()
    return {field["column"]: field for field in (*answer["label"], *answer["more"])}


def correct(client, attribute, label, reviewer="Anna", painting="p00", **more):
    body = {"painting": painting, "attribute": attribute, "action": "correct", "reviewer": reviewer, "label": label}
    return client.post("/api/review/decisions", json=body | more)


def test_the_order_is_that_of_a_label(client):
    answer = client.get("/api/catalogue/p00").json()
    assert [field["column"] for field in answer["label"]] == [
        *("artist", "title", "date", "medium", "dimensions", "Inventarnummer", "credit_line"),
        *("style", "genre"),
    ]
    assert [field["role"] for field in answer["label"]][4:7] == ["size", "inventory", "credit"]
    assert {field["column"] for field in answer["more"]} == {"rights", "department", "year"}
    assert fields(client)["Inventarnummer"]["value"] == "1990.1"
    assert fields(client, "p02")["year"]["role"] == "date", "where no date is written the year stands in its place"


def test_a_field_is_corrected_and_that_undone(client, museum, capsys):
    assert correct(client, "medium", "Oil on Canvas", note="seen").status_code == 200
    assert correct(client, "title", "Eins", reviewer="Ben").status_code == 200
    field = fields(client)["medium"]
    assert field["value"] == "oil on canvas" and field["decision"]["new_label"] == "Oil on Canvas"
    rows = list(csv.DictReader(io.StringIO(client.get("/api/review/corrected").text)))
    assert (rows[0]["medium"], rows[0]["title"], rows[1]["medium"]) == ("Oil on Canvas", "Eins", "oil on canvas")
    assert main(["review", str(museum)]) == 0
    said = capsys.readouterr().out
    assert "medium" in said and "2 entries to correct" in said
    client.post("/api/review/undo", json={"decision": field["decision"]["id"], "reviewer": "Ben"})
    assert fields(client)["medium"]["decision"] is None
    assert len(client.get("/api/review/history", params={"attribute": "medium"}).json()) == 1


def test_two_people_at_once_are_both_heard(client):
    for reviewer, text in (("Anna", "tempera"), ("Ben", "gouache")):
        correct(client, "medium", text, reviewer)
    field = fields(client)["medium"]
    assert field["disagreed"] and [one["reviewer"] for one in field["opinions"]] == ["Ben", "Anna"]
    assert field["decision"]["new_label"] == "gouache"


def test_what_no_field_can_hold_is_refused(client):
    assert error_of(correct(client, "year", "about 1640"), 400)["code"] == "not-a-number"
    assert error_of(correct(client, "medium", "oil on canvas"), 400)["code"] == "label-unchanged"
    for attribute in ("sha256", "path", "nothing"):
        assert error_of(correct(client, attribute, "x"), 404)["code"] == "unknown-label"
    assert error_of(correct(client, "style", "Zubism"), 409)["code"] == "new-label"


def test_what_is_offered(client):
    offered = client.get("/api/review/labels", params={"attribute": "medium"}).json()
    assert offered == [{"label": "oil on canvas", "paintings": 2}]
    labels = client.get("/api/review/labels", params={"attribute": "style"}).json()
    assert [one["label"] for one in labels][:2] == ["Cubism", "Baroque"]
