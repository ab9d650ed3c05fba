"""Studies over the API: made, judged blindly, taken back, reported."""

import csv
import io
import time

import pytest

from tests.app.api.answers import error_of

NEW = {
    "name": "Which mix",
    "mixes": ["deep=1", "mine: palette=1"],
    "kinds": ["pairwise", "graded"],
    "queries": 5,
    "k": 5,
    "per_rater": 12,
}


def made(client, **changes):
    body = NEW | changes
    making = client.post("/api/study", json=body).json()
    for _ in range(3000):
        if making["state"] in ("done", "failed"):
            return making
        time.sleep(0.02)
        making = client.get(f"/api/study/{body['name']}/making").json()
    raise AssertionError(making)


@pytest.fixture(scope="module")
def study(client):
    assert made(client)["state"] == "done"
    return "/api/study/Which mix"


def task(client, study, rater):
    return client.get(f"{study}/task", params={"rater": rater}).json()


def judge(client, study, rater, asked, answer=None):
    answer = answer if answer is not None else ("left" if asked["kind"] == "pairwise" else 2)
    return client.post(
        f"{study}/judgements",
        json={
            "rater": rater,
            "task": asked["task"],
            "answer": answer,
            "left": asked["left"]["id"],
            "milliseconds": 1500,
        },
    )


def test_a_study_is_made_and_listed(client, study):
    [entry] = [entry for entry in client.get("/api/study").json()["studies"] if entry["name"] == "Which mix"]
    assert (
        entry["mixes"] == ["deep=1", "mine"]
        and entry["queries"] == 5
        and entry["per_rater"] == 12
        and set(entry["tasks"]) == {"pairwise", "graded"}
    )
    assert client.get("/api/study/which MIX").json() == entry
    assert error_of(client.post("/api/study", json=NEW), 400)["code"] == "study-exists"


def test_judging_is_blind(client, study):
    answer = client.get(f"{study}/task", params={"rater": "Blind"})
    asked = answer.json()
    assert 6 < asked["total"] <= 12 and asked["done"] == 0 and asked["grades"][0] == "not similar"
    assert set(asked["query"]) == {"id", "width", "height", "title"} and asked["query"]["title"] is None
    assert not any(word in answer.text for word in ("mine", "deep", "score", "Picture", "School", "path", "rank"))
    assert task(client, study, "blind") == asked


def test_judged_to_the_end_and_taken_back(client, study):
    asked, seen = task(client, study, "Anna"), 0
    while asked["task"] is not None:
        assert asked["done"] == seen and (asked["right"] is None) == (asked["kind"] == "graded")
        last, seen = asked, seen + 1
        asked = judge(client, study, "Anna", asked).json()
    assert seen == asked["total"] > 6
    back = client.post(f"{study}/undo", json={"rater": "anna"}).json()
    assert back == last | {"total": back["total"]} and back["done"] == seen - 1
    assert judge(client, study, "Anna", back).json()["task"] is None
    rows = list(csv.DictReader(io.StringIO(client.get(f"{study}/judgements.csv").text)))
    assert len([row for row in rows if row["rater"] == "Anna"]) == seen and {row["kind"] for row in rows} == {
        "pairwise",
        "graded",
    }
    report = client.get(f"{study}/report").json()
    assert (
        report["judgements"] == seen
        and report["raters"][0]["rater"] == "Anna"
        and any("One rater alone" in text for text in report["warnings"])
    )


def test_the_report_follows_the_judgements(client, study):
    before = client.get(f"{study}/report").json()
    judge(client, study, "Ben", task(client, study, "Ben"))
    after = client.get(f"{study}/report").json()
    assert after["judgements"] == before["judgements"] + 1 and len(after["raters"]) == len(before["raters"]) + 1
    client.post(f"{study}/undo", json={"rater": "Ben"})
    assert client.get(f"{study}/report").json() == before


def test_refusals(client, study):
    asked = task(client, study, "Cy")
    assert judge(client, study, "Cy", asked, 7).status_code == 422
    wrong = 1 if asked["kind"] == "pairwise" else "left"
    assert error_of(judge(client, study, "Cy", asked, wrong), 400)["code"] == "invalid-answer"
    assert error_of(judge(client, study, "  ", asked), 400)["code"] == "rater-needed"
    assert judge(client, study, "Cy", asked).status_code == 200
    assert error_of(judge(client, study, "Cy", asked), 409)["code"] == "judged-already"
    error_of(judge(client, study, "Cy", asked | {"task": 10**6}), 404)
    for path in ("", "/report", "/making", "/judgements.csv", "/task?rater=Cy"):
        error_of(client.get(f"/api/study/nowhere{path}"), 404)
    assert client.get(f"{study}/task").status_code == 422
    error_of(client.post(f"{study}/undo", json={"rater": "Nobody"}), 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"mixes": ["deep=1"]},
        {"mixes": ["deep=1", "aura=1"]},
        {"name": "a/b"},
        {"where": ["mood=sad"]},
        {"mixes": ["x"]},
        {"kinds": []},
    ],
)
def test_studies_that_cannot_be(client, changes):
    error_of(client.post("/api/study", json=NEW | {"name": "Other"} | changes), 400)


def test_what_fails_while_it_is_drawn_says_so_and_may_be_tried_again(client):
    failed = made(client, name="Alike", mixes=["a: deep=1", "b: deep=2"], kinds=["pairwise"])
    assert failed["state"] == "failed" and "same paintings" in failed["message"] and failed["hint"]
    assert made(client, name="Alike")["state"] == "done"


def test_titles_are_shown_where_the_study_says_so(client):
    made(client, name="Titled", titles=True)
    assert task(client, "/api/study/Titled", "Anna")["query"]["title"].startswith("Picture")


def test_writes_need_the_token(client, study):
    for path, body in (
        ("/api/study", NEW),
        (f"{study}/judgements", {"rater": "x", "task": 1, "answer": 1, "left": "p"}),
        (f"{study}/undo", {"rater": "x"}),
    ):
        error_of(client.post(path, json=body, headers={"X-ArtExtract-Token": "guessed"}), 403)
