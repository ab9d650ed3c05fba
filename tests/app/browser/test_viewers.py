"""Viewers of another site open what we export. They are no part of the project: ``npm install --no-save mirador
universalviewer`` beside ``package.json`` puts them where these tests look."""

import json
import re
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from artextract.app.api import create_app
from artextract.search.build import build_index
from tests.app.serving import serving
from tests.conftest import paint, write_collection

MODULES = Path(__file__).parents[3] / "node_modules"
MIRADOR = MODULES / "mirador" / "dist"
MIRADOR_PAGE = """<!doctype html><meta charset="utf-8"><div id="viewer" style="position: absolute; inset: 0"></div>
<script src="viewer/mirador.min.js"></script>
<script>Mirador.viewer({id: "viewer", windows: [{manifestId: %s, thumbnailNavigationPosition: "far-bottom"}]})</script>
"""
UNIVERSAL = MODULES / "universalviewer" / "dist"
UNIVERSAL_PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="viewer/uv.css">
<body style="margin: 0"><div id="viewer" class="uv" style="width: 1000px; height: 700px"></div>
<script src="viewer/umd/UV.js"></script>
<script>UV.init("viewer", {manifest: %s})</script>
"""


LARGE = (1600, 1200)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def large_museum(tmp_path_factory):
    """Two pictures that are more than one tile."""
    pictures = [paint("red", "discs", seed).resize(LARGE, Image.Resampling.NEAREST) for seed in range(2)]
    collection = write_collection(tmp_path_factory.mktemp("viewers") / "Large Museum", pictures)
    build_index(collection, features=("palette",))
    return collection


@pytest.fixture
def site(tmp_path):
    """An empty site on another port, which is another origin: its folder and its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def of_service(painting, region_and_size=r"(full|[\d,]+)/(max|\d*,\d*)"):
    return re.compile(rf"/iiif/image/{painting}/{region_and_size}/0/default\.(jpg|webp)")


OWN_PIXELS = r"\d+,\d+,(\d+),(\d+)/\1,\2"
"""Of tiles that are not scaled, which only a viewer that zooms in asks for."""


@contextmanager
def opened(viewer, page, chromium, museum, site):
    """The tab in which a viewer, the files of the folder ``viewer``, shows two paintings; its picture has come."""
    folder, origin = site
    (folder / "viewer").symlink_to(viewer)
    tab = chromium.new_page(viewport={"width": 1000, "height": 700})
    with serving(create_app(museum, cors=(origin,))) as address:
        asked = f"{address}api/iiif/manifest?ids=p00&ids=p01&title=Two+pictures"
        (folder / "index.html").write_text(page % json.dumps(asked))
        with tab.expect_response(of_service("p00")) as picture:
            tab.goto(f"{origin}/index.html")
        assert picture.value.ok
        yield tab
        tab.close()


def zooms_to_tiles(tab, painting):
    """Whether zooming in brings a tile of the picture's own pixels."""
    canvas = tab.locator("canvas").first
    canvas.wait_for()
    box = canvas.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with tab.expect_response(of_service(painting, OWN_PIXELS)) as tile:
        for _ in range(6):
            tab.mouse.wheel(0, -400)
            tab.wait_for_timeout(200)
    return tile.value.ok


@pytest.mark.slow
@pytest.mark.skipif(not MIRADOR.is_dir(), reason="needs Mirador: npm install --no-save mirador")
def test_mirador_opens_a_manifest_of_another_site_and_zooms(chromium, large_museum, site):
    with opened(MIRADOR, MIRADOR_PAGE, chromium, large_museum, site) as tab:
        tab.get_by_text("Two pictures").first.wait_for()
        tab.get_by_text("1 of 2").first.wait_for()
        assert zooms_to_tiles(tab, "p00")


@pytest.mark.slow
@pytest.mark.skipif(not UNIVERSAL.is_dir(), reason="needs Universal Viewer: npm install --no-save universalviewer")
def test_universal_viewer_opens_a_manifest_of_another_site_and_zooms(chromium, large_museum, site):
    with opened(UNIVERSAL, UNIVERSAL_PAGE, chromium, large_museum, site) as tab:
        tab.get_by_text("Two pictures").first.wait_for()
        tab.get_by_text("of 2", exact=True).wait_for()
        tab.get_by_text("CC0").first.wait_for()
        assert zooms_to_tiles(tab, "p00")
        with tab.expect_response(of_service("p01")) as second:
            tab.get_by_role("button", name="Next Image").first.click()
        assert second.value.ok
