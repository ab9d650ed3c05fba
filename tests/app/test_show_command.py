"""The serve command before it serves: where it can listen."""

import socket

import pytest

from artextract.app.running import free_port
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
