"""Jobs of many calls: their limits, their end, and that only who knows their name hears of them."""

import threading
import time

import pytest

from artextract.app.api import search
from tests.app.api.answers import error_of


def ended(client, job):
    until = time.monotonic() + 60
    while (state := client.get(f"/api/v1/jobs/{job}").json())["state"] in ("waiting", "running"):
        assert time.monotonic() < until
        time.sleep(0.02)
    return state


@pytest.fixture
def held(monkeypatch):
    """Searches wait for this; it says that one has begun by being asked."""
    gate, answer = threading.Event(), search.Searcher.answer
    monkeypatch.setattr(search.Searcher, "answer", lambda self, asked: (gate.wait(60), answer(self, asked))[1])
    yield gate
    gate.set()


def begin(client, queries=1, k=2, **more):
    first = client.get("/api/ids").json()["ids"][0]
    return client.post("/api/v1/jobs", json={"search": [{"id": first, "k": k}] * queries, **more})


def test_the_result_is_there_for_whoever_knows_the_name(client):
    job = begin(client, queries=3).json()
    assert ended(client, job["job"])["done"] == 3
    results = client.get(f"/api/v1/jobs/{job['job']}/result").json()["results"]
    assert [len(result["search"]["hits"]) for result in results] == [2, 2, 2]
    assert client.get(f"/api/v1/jobs/{job['job']}/result").status_code == 200, "after a reload too"
    assert error_of(client.get("/api/v1/jobs/guessed"), 404)["code"] == "unknown-job"


def test_a_job_that_is_not_done_or_ended_has_no_result(client, held):
    job = begin(client, queries=2).json()["job"]
    assert error_of(client.get(f"/api/v1/jobs/{job}/result"), 409)["code"] == "job-not-done"
    assert client.delete(f"/api/v1/jobs/{job}").status_code == 204
    held.set()
    assert client.get(f"/api/v1/jobs/{job}").status_code == 404
    assert ended(client, begin(client).json()["job"])["state"] == "done", "the thread goes on with the next"


def test_limits(client, held):
    assert error_of(begin(client, queries=41, k=500), 400)["code"] == "too-many-hits"
    assert error_of(begin(client, queries=501), 422)["code"] == "invalid-request"
    assert error_of(client.post("/api/v1/jobs", json={}), 400)["code"] == "predict-or-search"
    assert error_of(begin(client, predict=[{"id": "x"}]), 400)["code"] == "predict-or-search"
    names = []
    while (answer := begin(client)).status_code == 200:
        names.append(answer.json()["job"])
    assert error_of(answer, 429)["code"] == "too-many-jobs" and answer.headers["retry-after"]
    assert len(names) in (8, 9), "one runs, or is about to"
    for name in names:
        client.delete(f"/api/v1/jobs/{name}")
