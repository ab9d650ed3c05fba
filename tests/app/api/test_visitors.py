"""Many visitors at once get right answers, also while the collection is indexed anew."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from artextract.app.api import create_app, workspace
from artextract.search.build import build_index
from artextract.search.engine import SearchEngine
from tests.app.serving import serving

VISITORS = 50


@pytest.fixture
def collection(indexed_collection, tmp_path):
    return shutil.copytree(indexed_collection, tmp_path / "collection")


def ask(address: str, number: int) -> tuple[int, list[str]]:
    """Each visitor asks with another painting, mix and filter."""
    body = {"id": f"p{number % 24:02d}", "k": 5, "weights": {"deep": 1 + number % 3, "palette": 1 + number % 2}, "where": [] if number % 2 else ["genre=bands|discs"]}
    answer = httpx.post(f"{address}api/search", json=body, timeout=60)
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


def test_indexing_anew_disturbs_nobody(collection, monkeypatch):
    monkeypatch.setattr(workspace, "LOOKS", 0.0)
    before = SearchEngine.open(collection)
    right = [expected(before, number) for number in range(VISITORS)]
    with serving(create_app(collection)) as address, ThreadPoolExecutor(8) as visitors:
        first = httpx.get(f"{address}api/health").json()["index"]
        indexing = visitors.submit(lambda: [build_index(collection, rebuild=True) for _ in range(2)])
        rounds = 0
        while not indexing.done() or not rounds:
            answers = list(visitors.map(lambda number: ask(address, number), range(VISITORS)))
            assert [status for status, _ in answers] == [200] * VISITORS
            assert [hits for _, hits in answers] == right
            rounds += 1
        assert indexing.exception() is None
        assert httpx.get(f"{address}api/health").json()["index"] != first
