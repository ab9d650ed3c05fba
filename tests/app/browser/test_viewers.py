"""A viewer of another site opens what we export. Mirador is no part of the project: ``npm install --no-save mirador``
beside ``package.json`` puts it where this test looks."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from artextract.app.api import create_app
from tests.app.serving import serving

MIRADOR = Path(__file__).parents[3] / "node_modules" / "mirador" / "dist" / "mirador.min.js"
PAGE = """<!doctype html><meta charset="utf-8"><div id="viewer" style="position: absolute; inset: 0"></div>
<script src="mirador.min.js"></script>
<script>Mirador.viewer({id: "viewer", windows: [{manifestId: %s, thumbnailNavigationPosition: "far-bottom"}]})</script>
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path):
    """An empty site on another port, which is another origin: its folder and its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
@pytest.mark.skipif(not MIRADOR.is_file(), reason="needs Mirador: npm install --no-save mirador")
def test_mirador_opens_a_manifest_of_another_site(chromium, museum, site):
    folder, origin = site
    (folder / "mirador.min.js").symlink_to(MIRADOR)
    tab = chromium.new_page(viewport={"width": 1000, "height": 700})
    with serving(create_app(museum, cors=(origin,))) as address:
        asked = f"{address}api/iiif/manifest?ids=p00&ids=p05&title=Two+pictures"
        (folder / "index.html").write_text(PAGE % json.dumps(asked))
        with tab.expect_response(lambda answer: "/api/images/p00?size=1600" in answer.url) as picture:
            tab.goto(f"{origin}/index.html")
        assert picture.value.ok
        tab.get_by_text("Two pictures").first.wait_for()
        tab.get_by_text("1 of 2").first.wait_for()
        assert tab.locator("canvas").count() >= 1
        tab.close()
