"""What runs the server: where it can listen, and that it says when it answers."""

import socket
import threading
import urllib.request

import pytest

from artextract.app.running import _Server, address_of, free_port
from artextract.app.server import config
from artextract.errors import InputError
from tests.raising import raises


def test_port_0_is_any_that_is_free():
    assert 0 < free_port("127.0.0.1", 0) < 65536


@pytest.mark.parametrize(
    "host, port", [("127.0.0.1", 70000), ("127.0.0.1", -1), ("999.1.1.1", 0), ("a" * 70 + ".example", 0)]
)
def test_where_nothing_can_listen(host, port):
    with raises(InputError, "cannot-listen", host, str(port)):
        free_port(host, port)


def test_a_port_that_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with raises(InputError, "cannot-listen", str(taken.getsockname()[1])):
            free_port(*taken.getsockname())


async def nothing(scope, receive, send):
    """The smallest application."""
    await receive()
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def test_it_says_when_it_answers():
    port, answers = free_port("127.0.0.1", 0), threading.Event()
    server = _Server(config(nothing, "127.0.0.1", port), answers.set)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert answers.wait(30)
    with urllib.request.urlopen(address_of("127.0.0.1", port), timeout=30) as answer:
        assert answer.status == 204
    server.should_exit = True
    thread.join(10)


def test_addresses():
    assert address_of("127.0.0.1", 80) == "http://127.0.0.1:80/" and address_of("::1", 80) == "http://[::1]:80/"
