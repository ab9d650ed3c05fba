"""Many visitors at once get right answers, also while the collection is indexed anew."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import httpx
import pytest

from artextract.app.api import create_app, export, workspace
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from tests.app.serving import serving

VISITORS = 50
CALLER = httpx.Client(trust_env=False)
"""Shared by all, since each one made anew reads the certificates of the system."""


@pytest.fixture
def collection(indexed_collection, tmp_path):
    return shutil.copytree(indexed_collection, tmp_path / "collection")


def ask(address: str, number: int) -> tuple[int, list[str]]:
    """Each visitor asks with another painting, mix and filter."""
    body = {
        "id": f"p{number % 24:02d}",
        "k": 5,
        "weights": {"deep": 1 + number % 3, "palette": 1 + number % 2},
        "where": [] if number % 2 else ["genre=bands|discs"],
    }
    answer = CALLER.post(f"{address}api/search", json=body, timeout=60)
    return answer.status_code, [hit["id"] for hit in answer.json().get("hits", [])]


def expected(engine: SearchEngine, number: int) -> list[str]:
    where = [] if number % 2 else ["genre=bands|discs"]
    found = engine.search(f"p{number % 24:02d}", 5, {"deep": 1 + number % 3, "palette": 1 + number % 2}, where)
    return [hit.id for hit in found.hits]


def test_fifty_visitors_get_what_one_would(collection):
    engine = SearchEngine.open(collection)
    with serving(create_app(collection)) as address, ThreadPoolExecutor(VISITORS) as visitors:
        answers = list(visitors.map(lambda number: ask(address, number), range(2 * VISITORS)))
    assert [status for status, _ in answers] == [200] * len(answers)
    assert [hits for _, hits in answers] == [expected(engine, number) for number in range(len(answers))]


def test_a_crowd_that_asks_for_what_takes_long_does_not_hold_up_the_page(collection, monkeypatch):
    finish = Event()
    monkeypatch.setattr(export, "predictions_of", lambda *_: (finish.wait(30), ({}, ""))[1])
    with serving(create_app(collection)) as address, ThreadPoolExecutor(VISITORS) as visitors:
        crowd = [
            visitors.submit(
                CALLER.post,
                f"{address}api/export",
                json={"format": "csv", "ids": ["p01"], "predictions": True},
                timeout=60,
            )
            for _ in range(VISITORS)
        ]
        try:
            assert [
                CALLER.get(address + path, timeout=20).status_code
                for path in ("index.html", "api/health", "api/paintings", "api/images/p00")
            ] == [200] * 4
            assert not any(answer.done() for answer in crowd)
        finally:
            finish.set()
        assert {answer.result().status_code for answer in crowd} == {200}


def test_nothing_is_done_for_who_has_gone(collection, monkeypatch):
    begun, finish = Semaphore(0), Event()
    monkeypatch.setattr(export, "predictions_of", lambda *_: (begun.release(), finish.wait(30), ({}, ""))[2])
    ask = {"json": {"format": "csv", "ids": ["p01"], "predictions": True}}
    with serving(create_app(collection)) as address, ThreadPoolExecutor(2) as visitors:
        patient = [visitors.submit(CALLER.post, f"{address}api/export", timeout=60, **ask) for _ in range(2)]
        assert all(begun.acquire(timeout=20) for _ in patient)
        for _ in range(3):
            with pytest.raises(httpx.ReadTimeout):
                CALLER.post(f"{address}api/export", timeout=0.3, **ask)
        finish.set()
        assert [answer.result().status_code for answer in patient] == [200, 200]
        assert CALLER.post(f"{address}api/export", timeout=20, **ask).status_code == 200
    assert begun.acquire(blocking=False) and not begun.acquire(blocking=False)


def test_indexing_anew_disturbs_nobody(collection, monkeypatch):
    monkeypatch.setattr(workspace, "CHECKED_EVERY", 0.0)
    before = SearchEngine.open(collection)
    right = [expected(before, number) for number in range(VISITORS)]
    with serving(create_app(collection)) as address, ThreadPoolExecutor(8) as visitors:
        first = CALLER.get(f"{address}api/health").json()["index"]
        indexing = visitors.submit(lambda: [build_index(collection, rebuild=True) for _ in range(2)])
        rounds = 0
        while not indexing.done() or not rounds:
            answers = list(visitors.map(lambda number: ask(address, number), range(VISITORS)))
            assert [status for status, _ in answers] == [200] * VISITORS
            assert [hits for _, hits in answers] == right
            rounds += 1
        assert indexing.exception() is None
        assert CALLER.get(f"{address}api/health").json()["index"] != first
