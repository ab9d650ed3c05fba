"""How the client waits, names errors and keeps the token; the server's answers are made up."""

import subprocess
import sys

import httpx
import pytest

from artextract.client import ApiError, Client
from artextract.client.connection import TOKEN_HEADER


def client_of(answers, seen, monkeypatch, **options):
    """A client whose server gives ``answers`` one after the other; how long it waits goes into ``seen``."""
    left = list(answers)

    def handle(request):
        seen.append(request)
        return left.pop(0)

    monkeypatch.setattr("time.sleep", seen.append)
    return Client("http://museum.example/art/", transport=httpx.MockTransport(handle), **options)


def refusal(status, code, **headers):
    error = {"message": "no", "hint": "do this", "code": code}
    return httpx.Response(status, json={"error": error}, headers=headers)


def test_a_busy_server_is_asked_again_when_it_says(monkeypatch):
    seen = []
    answers = [
        refusal(429, "too-many", **{"Retry-After": "7"}),
        refusal(503, "busy"),
        httpx.Response(200, json={"n": 1}),
    ]
    assert client_of(answers, seen, monkeypatch).collection() == {"n": 1}
    assert [each for each in seen if isinstance(each, float)] == [7.0, 1.0]
    assert str(seen[0].url) == "http://museum.example/art/api/v1/collection"


def test_it_gives_up_with_what_the_server_said(monkeypatch):
    seen = []
    with pytest.raises(ApiError) as refused:
        client_of([refusal(503, "too-busy", **{"Retry-After": "999"})] * 3, seen, monkeypatch, retries=2).health()
    assert (refused.value.status, refused.value.code, refused.value.hint) == (503, "too-busy", "do this")
    assert [each for each in seen if isinstance(each, float)] == [60.0, 60.0]


def test_the_token_is_asked_for_once_and_again_after_a_restart(monkeypatch):
    seen = []
    answers = [httpx.Response(200, json={"token": "one"}), httpx.Response(200, json={}), refusal(403, "wrong-token")]
    answers += [httpx.Response(200, json={"token": "two"}), httpx.Response(200, json={})]
    client = client_of(answers, seen, monkeypatch)
    client.update()
    client.update()
    assert [request.headers.get(TOKEN_HEADER) for request in seen] == [None, "one", "one", None, "two"]


@pytest.mark.parametrize("answer", [httpx.Response(502, text="<html>"), httpx.Response(404, json=["no"])])
def test_a_proxy_that_answers_in_its_place(monkeypatch, answer):
    with pytest.raises(ApiError) as refused:
        client_of([answer], [], monkeypatch).health()
    assert refused.value.status == answer.status_code and refused.value.code == "no-api"


def test_nobody_there():
    with pytest.raises(ApiError) as refused:
        Client("http://127.0.0.1:9", timeout=2).health()
    assert (refused.value.status, refused.value.code) == (0, "no-answer")


def test_it_needs_httpx_and_the_standard_library_alone():
    code = (
        "import sys; before = set(sys.modules); import artextract.client; new = set(sys.modules) - before\n"
        "heavy = {'numpy', 'fastapi', 'pydantic', 'torch', 'PIL', 'pandas'} & {name.split('.')[0] for name in new}\n"
        "ours = {name.split('.')[1] for name in new if name.startswith('artextract.')}\n"
        "print(sorted(heavy), sorted(ours))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "[] ['client', 'version']\n"
