"""How the files of the page are answered: kept for good under their version, asked after under their own names."""

import re
import shutil

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from artextract.app.api import page as pages
from tests.app.api.answers import error_of


def versioned(client, path="/"):
    return re.search(r'src="(/?files/\w+/)early.js"', client.get(path, headers={"Accept": "text/html"}).text)[1]


def test_files_are_kept_for_good_under_their_version(client):
    base = versioned(client)
    script = client.get(f"/{base}main.js")
    assert script.headers["cache-control"] == pages.FOR_GOOD and script.headers["content-encoding"] == "gzip"
    assert script.headers["content-type"].startswith("text/javascript")
    plain = client.get(f"/{base}main.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == script.text and "content-encoding" not in plain.headers
    assert client.get("/main.js").headers["cache-control"] == "no-cache"
    assert client.get("/files/0123456789ab/main.js").headers["cache-control"] == "no-cache", "an old page"
    error_of(client.get(f"/{base}../../page.py"), 404)
    error_of(client.get(f"/{base}lib"), 404)


@pytest.mark.parametrize("path", ["/", "/docs", "/sign-in.html", "/main.js"])
def test_what_is_known_is_not_sent_again(client, path):
    first = client.get(path)
    assert first.status_code == 200 and first.headers["cache-control"] == "no-cache"
    known = {"If-None-Match": f'"other", {first.headers["etag"]}'}
    again = client.get(path, headers=known)
    assert again.status_code == 304 and not again.content


def test_a_page_at_a_deep_address_finds_its_files(client):
    assert versioned(client, "/no/such/page").startswith("/files/")


def test_an_update_under_a_running_server_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "CHECKED_EVERY", 0.0)
    folder = shutil.copytree(pages.WEB, tmp_path / "web")
    app = Starlette(routes=[Mount("/", pages.Page(folder))])
    with TestClient(app) as client:
        before = versioned(client)
        (folder / "main.js").write_text("console.log(1);")
        assert versioned(client) != before and client.get(f"/{versioned(client)}main.js").text == "console.log(1);"
