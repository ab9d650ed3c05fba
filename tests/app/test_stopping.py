"""SIGTERM, by which systems stop what runs on them, ends a command as Ctrl-C does: what is done is kept and said."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request

from artextract.download import Client, FetchError
from artextract.sources.iiif import import_iiif
from artextract.sources.options import Fetching
from tests.raising import raises
from tests.sources.museum import QUICK, Museum, picture

CLI = [sys.executable, "-m", "artextract.app.cli"]


def test_an_import_that_is_stopped_keeps_what_it_fetched(tmp_path):
    museum, reached, go_on = Museum(), threading.Event(), threading.Event()

    def second(handler):
        reached.set()
        go_on.wait(20)
        handler.answer(picture(2))

    museum.pages |= {"/1.jpg": picture(1), "/2.jpg": second}
    canvases = [
        {
            "id": f"{museum.url}/c{n}",
            "type": "Canvas",
            "items": [
                {
                    "items": [
                        {"motivation": "painting", "body": {"type": "Image", "id": f"{museum.url}/{n}.jpg"}},
                    ]
                }
            ],
        }
        for n in (1, 2)
    ]
    manifest = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{museum.url}/m.json",
        "type": "Manifest",
        "label": {"en": ["Two"]},
        "items": canvases,
    }
    museum.pages["/m.json"] = json.dumps(manifest).encode()
    command = [*CLI, "import", "iiif", museum.url + "/m.json", "--rate", "1000", "--out", str(tmp_path), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert reached.wait(60)
    while not list((tmp_path / "images").glob("*.jpg")):
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    go_on.set()
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 143 and json.loads(out)["error"]["code"] == "stopped"
    museum.pages["/2.jpg"] = picture(2)
    again = import_iiif(museum.url + "/m.json", tmp_path, fetching=Fetching(manners=QUICK))
    assert len(again.paintings) == 2 and museum.count("/1.jpg") == 1
    museum.close()


def test_a_server_that_is_stopped_has_done_its_work(indexed_collection):
    process = subprocess.Popen(
        [*CLI, "serve", str(indexed_collection), "--port", "0"], stderr=subprocess.PIPE, env=os.environ, text=True
    )
    address = process.stderr.readline().split(" is at ")[1].split()[0]
    for _ in range(600):
        try:
            with urllib.request.urlopen(address + "api/health", timeout=5) as answer:
                assert answer.status == 200
            break
        except OSError:
            threading.Event().wait(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_the_client_that_is_stopped_waits_no_longer():
    client = Client([], QUICK)
    client.stop()
    with raises(FetchError, "stopped"):
        client._sleep(3600)
