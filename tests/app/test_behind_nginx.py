"""A public server as Debian's nginx offers it, below a path, in both ways that nginx passes paths on: the page,
pictures, documents and the log."""

import json
import re
import shutil
import socket
import subprocess
import time

import httpx
import pytest

from artextract.app.api import create_app
from artextract.app.serving import Serving, networks_of
from artextract.client import ApiError, Client
from tests.app.serving import serving
from tests.conftest import paint

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
CONFIG = """
daemon off; master_process off; pid %(folder)s/nginx.pid; error_log %(folder)s/error.log;
events { worker_connections 64; }
http {
  access_log off; client_max_body_size 64m; %(temporary)s
  server {
    listen 127.0.0.1:%(port)d;
    location /art/ {
      proxy_pass %(upstream)s;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Prefix /art;
    }
  }
}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian: apt-get install nginx-light)")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module", params=["prefix taken off", "prefix left"])
def offered(request, indexed_collection, tmp_path_factory):
    """The address that nginx listens at, and the server's log."""
    folder = tmp_path_factory.mktemp("nginx")
    museum, log, port = shutil.copytree(indexed_collection, folder / "Museum"), folder / "access.log", free_port()
    settings = Serving(
        public=True,
        allowed=frozenset({"upload"}),
        rate=50.0,
        proxies=networks_of(["loopback"]),
        prefix="" if request.param == "prefix taken off" else "/art",
        access_log=log,
    )
    with serving(create_app(museum, serving=settings)) as upstream:
        upstream = upstream if request.param == "prefix taken off" else upstream.rstrip("/")
        temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
        config = folder / "nginx.conf"
        config.write_text(CONFIG % {"folder": folder, "port": port, "upstream": upstream, "temporary": temporary})
        process = subprocess.Popen([NGINX, "-c", config, "-p", folder])
        try:
            until = time.monotonic() + 30
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/art/api/health")
                    break
                except httpx.TransportError:
                    assert process.poll() is None and time.monotonic() < until, (folder / "error.log").read_text()
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/art", log
        finally:
            process.terminate()
            process.wait(30)


def test_the_page_and_what_it_loads(offered):
    address, _ = offered
    assert httpx.get(address).headers["location"].endswith("/art/")
    page = httpx.get(f"{address}/")
    [main] = re.findall(r'src="(files/[0-9a-f]+/main\.js)"', page.text)
    assert httpx.get(f"{address}/{main}").status_code == httpx.get(f"{address}/docs").status_code == 200
    assert httpx.get(f"{address}/metrics", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 403
    description = httpx.get(f"{address}/api/v1/openapi.json").json()
    assert description["servers"][0]["url"] == "/art"


def test_a_program_searches_with_a_picture(offered, tmp_path):
    address, _ = offered
    paint("blue", "discs", 5).save(tmp_path / "painting.jpg")
    with Client(address) as client:
        upload = client.upload(tmp_path / "painting.jpg")["upload"]
        hits = client.search(upload=upload, k=3)["hits"]
        assert len(hits) == 3 and client.image(hits[0]["id"]).startswith(b"\xff\xd8")
        with pytest.raises(ApiError) as refused:
            client.decide(hits[0]["id"], "style", "accept", "Ada")
        assert refused.value.code == "read-only"


def test_documents_name_addresses_that_can_be_asked(offered):
    address, _ = offered
    first = httpx.get(f"{address}/api/ids").json()["ids"][0]
    manifest = httpx.get(f"{address}/api/iiif/manifest", params={"ids": first}).json()
    outside = address.replace("http:", "https:")  # as X-Forwarded-Proto says
    named = [text for text in json.dumps(manifest).split('"') if text.startswith("http") and "127.0.0.1" in text]
    assert named and all(text.startswith(f"{outside}/") for text in named)
    for text in named:
        if "/api/images/" in text:
            assert httpx.get(text.replace("https:", "http:")).status_code == 200


def test_the_log_has_the_address_of_the_visitor(offered):
    address, log = offered
    httpx.get(f"{address}/api/health?from=visitor", headers={"X-Forwarded-For": "203.0.113.9"})
    until = time.monotonic() + 30  # a line is written after its answer
    while not (lines := [line for line in log.read_text().splitlines() if "from=visitor" in line]):
        assert time.monotonic() < until
        time.sleep(0.02)
    [line] = lines
    assert line.startswith("203.0.113.9 - - [")
