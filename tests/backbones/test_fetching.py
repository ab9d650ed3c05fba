"""Networks of the hub, fetched on purpose: the plan before, the hashes after, and a folder in place of the network. The
hub is a server of our own with a tiny CLIP."""

import hashlib
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from artextract.app.cli import main
from artextract.backbones import fetching
from artextract.errors import InputError, WeightsUnavailableError
from tests.features.test_semantic import write_joint
from tests.raising import raises

REPOSITORY, COMMIT = "openai/clip-vit-base-patch32", "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """``files`` by their names; ``promised`` the hashes that it tells of the large ones; ``sent`` what was fetched."""

    def __init__(self, folder):
        self.files = {path.name: path.read_bytes() for path in folder.iterdir()} | {"flax_model.msgpack": b"other"}
        self.promised = {"model.safetensors": hashlib.sha256(self.files["model.safetensors"]).hexdigest()}
        self.sent = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.do_GET(body=False)

            def do_GET(self, body=True):
                name, headers = self.path.rpartition("/")[2], {}
                if self.path.startswith(f"/api/models/{REPOSITORY}"):
                    data = json.dumps(hub.facts()).encode()
                elif self.path == f"/{REPOSITORY}/resolve/{COMMIT}/{name}" and name in hub.files:
                    data = hub.files[name]
                    etag = hub.promised.get(name, hashlib.sha1(data).hexdigest())
                    headers = {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT}
                    hub.sent += [name] if body else []
                else:
                    return self.send_error(404)
                self.send_response(200)
                for header, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(header, value)
                self.end_headers()
                self.wfile.write(data if body else b"")

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def facts(self):
        files = [
            {"rfilename": name, "size": len(data)}
            | (
                {"lfs": {"sha256": self.promised[name], "size": len(data), "pointerSize": 130}}
                if name in self.promised
                else {}
            )
            for name, data in self.files.items()
        ]
        return {
            "id": REPOSITORY,
            "modelId": REPOSITORY,
            "sha": COMMIT,
            "siblings": files,
            "cardData": {"license": "mit"},
        }


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_joint("clip", tmp_path_factory.mktemp("joint") / "clip")


@pytest.fixture
def hub(clip, tmp_path, monkeypatch):
    hub = Hub(clip)
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("HF_HUB_OFFLINE", "")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


def run(capsys, *argv):
    code = main([str(part) for part in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_it_says_what_comes_and_fetches_it_once(hub, clip, capsys):
    code, out, _ = run(capsys, "fetch", "clip", "--dry-run")
    assert code == 0 and hub.sent == [] and fetching.here("clip") is None
    assert "MIT (the hub says: mit)" in out and hub.promised["model.safetensors"] in out and COMMIT in out
    code, out, err = run(capsys, "fetch", "clip", "--json")
    document = json.loads(out)
    assert code == 0 and "licence  MIT" in err, "size, licence and hash stand before the first file"
    assert err.index("sha256") < err.index("fetching config.json")
    wanted = {"config.json", "preprocessor_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert wanted <= set(hub.sent) and "flax_model.msgpack" not in hub.sent
    assert document["bytes"] == sum(len(hub.files[name]) for name in hub.sent)
    assert (fetching.here("clip") / "model.safetensors").read_bytes() == (clip / "model.safetensors").read_bytes()
    before = list(hub.sent)
    code, out, _ = run(capsys, "fetch", "clip")
    assert code == 0 and hub.sent == before and "here already" in out and "--features" in out


def test_what_has_not_the_promised_hash_is_removed(hub):
    asked = fetching.plan("clip")
    hub.files["model.safetensors"] = hub.files["model.safetensors"][:-1] + b"?"
    with raises(WeightsUnavailableError, "wrong-hash", "model.safetensors"):
        fetching.fetch(asked)
    assert fetching.here("clip") is None


def test_without_a_hub_a_folder_takes_its_place(clip, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    code, _, err = run(capsys, "fetch", "clip")
    assert code == 2 and "cannot be reached" in err and "artextract fetch clip --from FOLDER" in err
    code, out, _ = run(capsys, "fetch", "clip", "--from", clip)
    assert code == 0 and "taken from the folder" in out
    place = fetching.here("clip")
    assert place and place != clip and fetching.bring("clip", clip) == place, "once"
    from artextract.backbones.text import find_joint

    assert find_joint("clip").folder == place


def test_what_cannot_be_fetched_or_brought(clip, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    with raises(InputError, "nothing-to-fetch", "efficientnet_lite0"):
        fetching.here("efficientnet_lite0")
    with raises(InputError, "no-checkpoint"):
        fetching.bring("clip", tmp_path)
    part = shutil.copytree(clip, tmp_path / "part")
    (part / "tokenizer.json").unlink()
    with raises(InputError, "checkpoint-incomplete", "tokenizer.json"):
        fetching.bring("clip", part)
    with raises(InputError, "wrong-checkpoint-kind"):
        fetching.bring("resnet50", clip)
    assert fetching.here("clip") is None and fetching.here("resnet50") is None
