"""Visitors that send slowly, or without end, over real connections: they are answered or cut, and all others served."""

import contextlib
import json
import shutil
import socket
import time
import urllib.request

import pytest

from artextract.app.api import create_app, guards, spool
from artextract.app.api.guards import TOKEN_HEADER
from artextract.app.server import HEAD_BYTES, PatientProtocol
from tests.app.serving import serving


@pytest.fixture(scope="module")
def collection(indexed_collection, tmp_path_factory):
    return shutil.copytree(indexed_collection, tmp_path_factory.mktemp("server") / "collection")


@pytest.fixture
def server(collection, monkeypatch):
    """Its port and its token; impatient, so that the tests need not wait."""
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.3)
    monkeypatch.setattr(guards, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(guards, "BODY_RATE", 10**9)
    monkeypatch.setattr(spool.Spool.__init__, "__defaults__", (4, 2**20))
    with serving(create_app(collection)) as address:
        with urllib.request.urlopen(address + "api/session") as answer:
            token = json.load(answer)["token"]
        yield int(address.rstrip("/").rpartition(":")[2]), token


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def answer_of(sock: socket.socket) -> tuple[int, dict]:
    """Status and body of an answer after which the server closes the connection; (0, {}) where it closed without."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := sock.recv(65536):
            data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    if not head:
        return 0, {}
    return int(head.split()[1]), json.loads(body) if body.startswith(b"{") else {}


def head(method: str, path: str, token: str, length: int) -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{TOKEN_HEADER}: {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def healthy(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as answer:
        return answer.status == 200


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: "])
def test_headers_that_do_not_end(begun, server):
    port, _ = server
    with connected(port) as sock:
        sock.sendall(begun)
        assert answer_of(sock)[0] == 0


def test_headers_that_drip_after_a_whole_request(server):
    port, _ = server
    with connected(port) as sock:
        sock.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert sock.recv(65536).startswith(b"HTTP/1.1 200")
        begun = time.monotonic()
        with contextlib.suppress(OSError):
            for _ in range(600):
                sock.sendall(b"G")
                time.sleep(0.05)
        assert time.monotonic() - begun < 25, "it was not cut"


def test_headers_that_are_too_long(server):
    port, _ = server
    with connected(port) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * (HEAD_BYTES + 70_000))
        assert answer_of(sock)[0] in (400, 431)


@pytest.mark.parametrize("path", ["/api/search", "/api/uploads"])
def test_a_body_that_does_not_end(path, server):
    port, token = server
    with connected(port) as sock:
        sock.sendall(head("POST", path, token, 5000) + b"{")
        status, answer = answer_of(sock)
        assert (status, answer["error"]["code"]) == (408, "request-too-slow")
    assert healthy(port)


def test_unfinished_uploads_are_few_and_small_together(server):
    port, token = server
    for _ in range(5):  # on a busy machine the four may have been given up before the fifth is looked at
        with contextlib.ExitStack() as stack:
            waiting = [stack.enter_context(connected(port)) for _ in range(4)]
            for sock in waiting:
                sock.sendall(head("POST", "/api/uploads", token, 300_000) + bytes(1000))
            time.sleep(0.1)
            with connected(port) as one_more:
                one_more.sendall(head("POST", "/api/uploads", token, 300_000) + bytes(1000))
                status, answer = answer_of(one_more)
            assert healthy(port)
            assert {answer_of(sock)[0] for sock in waiting} <= {408, 503}
        if status == 503:
            break
    assert (status, answer["error"]["code"]) == (503, "too-busy")
    with contextlib.ExitStack() as stack:  # and again, since what they held is given back
        waiting = [stack.enter_context(connected(port)) for _ in range(4)]
        for sock in waiting:
            sock.sendall(head("POST", "/api/uploads", token, 400_000) + bytes(350_000))
        assert {answer_of(sock)[0] for sock in waiting} == {408, 503}


def test_an_upload_that_breaks_off_is_no_defect(server, caplog):
    port, token = server
    with connected(port) as sock:
        sock.sendall(head("POST", "/api/uploads", token, 300_000) + bytes(1000))
    time.sleep(0.2)
    assert healthy(port) and not [record for record in caplog.records if record.levelname == "ERROR"]
