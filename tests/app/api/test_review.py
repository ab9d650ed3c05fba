"""The review over the API: the queue, decisions and who made them, undoing, downloads."""

import csv
import io
import time

import pytest

from artextract.app.api import create_app
from artextract.review import ReviewStore
from artextract.review.store import FILE_NAME
from tests.app.api.answers import error_of
from tests.app.api.conftest import client_of
from tests.review.museum import TRUE, WRONG, doubtful_museum


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory):
    return doubtful_museum(tmp_path_factory, "Doubtful Museum")


@pytest.fixture(scope="module")
def reviewing(doubtful):
    """A client whose suspects are found."""
    with client_of(create_app(doubtful)) as client:
        first = client.get("/api/review").json()
        assert first["job"] is None or first["job"]["state"] in ("waiting", "running")
        until = time.monotonic() + 60
        while client.get("/api/review").json()["job"] is not None:
            assert time.monotonic() < until
            time.sleep(0.1)
        yield client


@pytest.fixture(autouse=True)
def nothing_decided(doubtful):
    for file in doubtful.glob(f"{FILE_NAME}*"):
        file.unlink(missing_ok=True)


def decide(client, painting, action, reviewer="Anna", status=200, **more):
    answer = client.post(
        "/api/review/decisions",
        json={"painting": painting, "attribute": "style", "action": action, "reviewer": reviewer, **more},
    )
    return error_of(answer, status) if status != 200 else answer.json()


def ids(client, **params):
    return client.get("/api/review", params=params).json()["ids"]


def test_the_queue_has_reasons_and_neighbours(reviewing, doubtful):
    assert reviewing.get("/api/collection").json()["can"]["review"]
    answer = reviewing.get("/api/review", params={"limit": 3})
    assert str(doubtful.parent) not in answer.text
    document = answer.json()
    assert document["attribute"] == "style" and document["ids"][:3] == [
        item["painting"]["id"] for item in document["items"]
    ]
    assert (
        document["ids"][0] in TRUE
        and document["items"][0]["evidence"]["suggested"] == TRUE[document["ids"][0]]
        and document["items"][0]["label"] == WRONG[document["ids"][0]]
    )
    assert document["about"]["judged"] == 48 and document["counts"]["open"] == document["counts"]["all"] == len(
        document["ids"]
    )
    for item in document["items"]:
        evidence = item["evidence"]
        assert (evidence["suggested"] or item["label"]) in evidence["reasons"][0] and {
            p["labels"]["style"] for p in evidence["like_label"]
        } == {item["label"]}
        assert {p["labels"]["style"] for p in evidence["like_suggested"]} == {evidence["compared"]} and item[
            "decision"
        ] is None
    assert {facts["name"]: bool(facts["why_not"]) for facts in document["attributes"]} == {
        "style": False,
        "artist": True,
        "genre": False,
    }
    assert {facts["label"]: facts["paintings"] for facts in document["labels"]}["Cubism"] == 16


def test_pages_orders_and_single_paintings(reviewing):
    everything = ids(reviewing)
    page = reviewing.get("/api/review", params={"offset": 1, "limit": 2}).json()
    assert page["ids"] == everything and [item["painting"]["id"] for item in page["items"]] == everything[1:3]
    by_label = reviewing.get("/api/review", params={"order": "label", "limit": 50}).json()
    assert sorted(by_label["ids"]) == sorted(everything) and [i["label"] for i in by_label["items"]] == sorted(
        i["label"] for i in by_label["items"]
    )
    one = reviewing.get("/api/review", params={"id": ["p01", "nobody"]}).json()["items"]
    assert [(item["painting"]["id"], item["evidence"] is None) for item in one] == [("p01", "p01" not in everything)]


def test_decisions_move_paintings_from_state_to_state(reviewing):
    first, second, third = ids(reviewing)[:3]
    made = decide(reviewing, first, "correct", label=TRUE[first].lower(), note="signed")
    assert (made["new_label"], made["old_label"], made["suggested"], made["note"], made["undone_by"]) == (
        TRUE[first],
        WRONG[first],
        TRUE[first],
        "signed",
        None,
    )
    decide(reviewing, second, "accept")
    decide(reviewing, third, "skip")
    assert (
        set(ids(reviewing, state="decided")) == {first, second}
        and ids(reviewing, state="skipped") == [third]
        and not {first, second, third} & set(ids(reviewing))
    )
    undone = reviewing.post("/api/review/undo", json={"decision": made["id"], "reviewer": "Ben"}).json()
    assert undone["undone_by"] == "Ben" and first in ids(reviewing)
    assert [d["id"] for d in reviewing.get("/api/review/history", params={"painting": first}).json()] == [made["id"]]
    answer = reviewing.get("/api/review/summary").json()
    assert (
        answer["attributes"]["style"] == {"accept": 1, "correct": 0, "skip": 1, "disagreed": 0}
        and answer["reviewers"][0]["undone"] == 1
    )


def test_a_second_opinion_and_a_disagreement(reviewing):
    first = ids(reviewing)[0]
    decide(reviewing, first, "accept", "Anna")
    assert (
        first in ids(reviewing, reviewer="Ben")
        and first not in ids(reviewing, reviewer=" anna ")
        and first not in ids(reviewing)
    )
    decide(reviewing, first, "correct", "Ben", label=TRUE[first])
    assert ids(reviewing, state="disagreed") == [first]
    item = reviewing.get("/api/review", params={"id": first}).json()["items"][0]
    assert item["disagreed"] and [opinion["reviewer"] for opinion in item["opinions"]] == ["Ben", "Anna"]
    assert reviewing.get("/api/review/summary").json()["agreement"]["style"]["pairs"][0]["same"] == 0


def test_a_new_label_must_be_confirmed(reviewing):
    first = ids(reviewing)[0]
    error = decide(reviewing, first, "correct", label="Impresionism", status=409)
    assert "did you mean Impressionism, " in error["hint"] and reviewing.get("/api/review/history").json() == []
    assert decide(reviewing, first, "correct", label="Luminism", new=True)["new_label"] == "Luminism"
    assert decide(reviewing, ids(reviewing)[0], "correct", label="luminism")["new_label"] == "Luminism", (
        "from then on it is a label as any other"
    )
    assert decide(reviewing, ids(reviewing)[0], "correct", label=None)["new_label"] is None


def test_a_decision_sent_twice_counts_once(reviewing):
    first = ids(reviewing)[0]
    assert decide(reviewing, first, "accept", id="abc") == decide(reviewing, first, "accept", id="abc")
    assert len(reviewing.get("/api/review/history").json()) == 1


def test_a_painting_that_is_no_suspect_can_be_decided(reviewing):
    other = next(f"p{i:02d}" for i in range(48) if f"p{i:02d}" not in ids(reviewing, state="all"))
    decide(reviewing, other, "correct", label="Baroque")
    answer = reviewing.get("/api/review", params={"state": "decided"}).json()
    assert answer["ids"] == [other] and answer["items"][0]["evidence"] is None


@pytest.mark.parametrize(
    "changes, status",
    [
        ({"painting": "nobody"}, 404),
        ({"attribute": "mood"}, 404),
        ({"action": "burn"}, 422),
        ({"reviewer": " "}, 400),
        ({"reviewer": "x" * 81}, 422),
        ({"action": "correct"}, 400),
        ({"action": "correct", "label": "unknown"}, 400),
        ({"action": "correct", "label": "CUBISM"}, 400),
        ({"id": "'; DROP"}, 422),
        ({"note": "x" * 3000}, 422),
    ],
)
def test_decisions_that_cannot_be(reviewing, changes, status):
    asked = {"painting": "p03", "attribute": "style", "action": "accept", "reviewer": "Anna"} | changes
    error_of(reviewing.post("/api/review/decisions", json=asked), status)
    assert reviewing.get("/api/review/history").json() == []


def test_undoing_nothing(reviewing):
    error_of(reviewing.post("/api/review/undo", json={"decision": "x", "reviewer": "Anna"}), 400)


def test_downloads_tell_no_path(reviewing, doubtful):
    decide(reviewing, "p03", "correct", label=TRUE["p03"])
    answer = reviewing.get("/api/review/corrected")
    assert answer.headers[
        "content-disposition"
    ] == 'attachment; filename="Doubtful Museum-corrected.csv"' and answer.headers["content-type"].startswith(
        "text/csv"
    )
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert (
        len(rows) == 48
        and rows["p03"]["style"] == TRUE["p03"]
        and rows["p03"]["corrected"]
        and not rows["p04"]["corrected"]
    )
    assert str(doubtful.parent) not in answer.text
    decisions = list(csv.DictReader(io.StringIO(reviewing.get("/api/review/decisions").text)))
    assert [(d["painting"], d["reviewer"]) for d in decisions] == [("p03", "Anna")]


def test_what_cannot_be_reviewed_is_said(reviewing, client):
    error = error_of(reviewing.get("/api/review", params={"attribute": "artist"}), 400)
    assert error["code"] == "not-reviewable" and "artist" in error["message"]
    error_of(reviewing.get("/api/review", params={"attribute": "mood"}), 404)
    assert not client.get("/api/collection").json()["can"]["review"], "the starter model knows no label of this one"
    assert error_of(client.get("/api/review"), 400)["code"] == "not-reviewable"


def test_a_store_that_cannot_be_written_is_reported_as_passing(reviewing, doubtful):
    (doubtful / FILE_NAME).write_bytes(b"no database" * 100)
    answer = reviewing.post(
        "/api/review/decisions", json={"painting": "p03", "attribute": "style", "action": "skip", "reviewer": "Anna"}
    )
    assert error_of(answer, 503)["code"] == "database-not-written"


def test_the_suspects_are_there_at_once_after_a_restart(reviewing, doubtful):
    ReviewStore(doubtful).decide("p03", "style", "skip", "Anna", old_label="Cubism")
    with client_of(create_app(doubtful)) as again:
        answer = again.get("/api/review").json()
        assert answer["job"] is None and "p03" not in answer["ids"] and answer["counts"]["skipped"] == 1
