"""Behind a reverse proxy: whom the server believes, and addresses below a prefix."""

import pytest
from fastapi.testclient import TestClient

from artextract.app.api import create_app
from artextract.app.api.proxy import Proxied
from artextract.app.serving import Serving, networks_of, prefix_of
from artextract.errors import InputError
from tests.raising import raises

PROXIES = networks_of(["loopback", "10.0.0.0/24"])


async def seen_by(peer, path="/api/x", prefix="", **headers):
    """What the application sees of a request."""
    seen = {}

    async def application(scope, receive, send):
        seen.update(scope)

    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": path, "scheme": "http", "client": (peer, 5), "headers": [(b"host", b"me"), *sent]}
    await Proxied(application, PROXIES, prefix)(scope, None, None)
    return seen


def run(coroutine):
    with pytest.raises(StopIteration) as done:
        coroutine.send(None)
    return done.value.value


@pytest.mark.parametrize(
    "peer, forwarded, client",
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.7, 10.0.0.9", "198.51.100.7"),
        ("127.0.0.1", "made up, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_asks(peer, forwarded, client):
    assert run(seen_by(peer, x_forwarded_for=forwarded))["client"][0] == client


def test_strangers_are_not_believed():
    proxy_headers = {"x_forwarded_proto": "https", "x_forwarded_host": "museum.example", "x_forwarded_prefix": "/art"}
    stranger, ours = run(seen_by("203.0.113.5", **proxy_headers)), run(seen_by("127.0.0.1", **proxy_headers))
    assert stranger["scheme"] == "http" and (b"host", b"me") in stranger["headers"] and "prefix" not in stranger
    assert ours["scheme"] == "https" and ours["headers"][0] == (b"host", b"museum.example") and ours["prefix"] == "/art"


@pytest.mark.parametrize("prefix", ["//evil.example", "/a/../b", "art", "/a b", "/a?b", "/a\r\nX: y", "/"])
def test_what_is_no_prefix_is_passed_over(prefix):
    assert "prefix" not in run(seen_by("127.0.0.1", x_forwarded_prefix=prefix))


@pytest.mark.parametrize("path", ["/art/api/x", "/api/x"])
def test_the_proxy_may_have_taken_the_prefix_off(path):
    assert run(seen_by("127.0.0.1", path, "/art"))["path"] == "/api/x"


def test_options():
    assert prefix_of("art/") == "/art" and prefix_of("/") == prefix_of("") == ""
    with raises(InputError, "invalid-prefix"):
        prefix_of("/a b")
    with raises(InputError, "invalid-proxy"):
        networks_of(["proxy.example"])


@pytest.mark.parametrize("base", ["/art", "/api", "/css"])
def test_every_address_has_the_prefix(indexed_collection, base):
    app = create_app(indexed_collection, serving=Serving(prefix=base))
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        assert client.get(base).headers["location"] == f"{base}/"
        assert client.get(f"{base}/").status_code == client.get(f"{base}/css/base.css").status_code == 200
        assert client.get(f"{base}/docs").status_code == client.get(f"{base}/api/v1/paintings").status_code == 200
        first = client.get(f"{base}/api/ids").json()["ids"][0]
        canvas = client.get(f"{base}/api/iiif/canvas/{first}").json()
        assert canvas["id"].startswith(f"http://localhost{base}/api/iiif/canvas/")
        assert client.get(canvas["id"]).status_code == 200
        assert client.get(f"{base}/api/v1/openapi.json").json()["servers"][0] == {"url": base}
