"""Pictures are put into the collection from the page, checked as uploads are, where the server was started for it."""

import io

import pytest
from PIL import Image

from artextract.app import updating as module
from artextract.app.api import create_app
from artextract.app.api.guards import TOKEN_HEADER
from artextract.app.api.workspace import Limits
from artextract.app.updating import Updating
from artextract.search.update import Update
from artextract.sources.added import FOLDER
from artextract.sources.folder import import_folder
from tests.app.api.conftest import client_of
from tests.conftest import paint
from tests.sources.test_folder import make


def picture(seed=7, form="PNG"):
    out = io.BytesIO()
    paint("blue", "discs", seed).save(out, form)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A collection of two pictures; its updates do nothing."""
    monkeypatch.setattr(module, "bring_up_to_date", lambda *_: Update(2, 0, 0, 0, 0, 2, False, False))
    import_folder(make(tmp_path / "in", ["a.png", "b.png"]), tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def adding(folder):
    limits = Limits(upload_bytes=200_000)
    with client_of(create_app(folder, limits=limits, updating=Updating(folder))) as client:
        yield client


def add(client, name, data):
    return client.post("/api/added", params={"name": name}, content=data)


def kept(folder):
    there = folder / FOLDER
    return sorted(path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file())


def test_a_picture_is_copied_once(adding, folder):
    assert adding.get("/api/collection").json()["can"]["add"]
    assert add(adding, "Monet/x.png", picture()).json() == {"added": "Monet/x.png"}
    assert add(adding, "Monet/x.png", picture()).json() == {"added": None}
    assert add(adding, "own.png", (folder.parent / "in" / "a.png").read_bytes()).json() == {"added": None}
    assert kept(folder) == ["Monet/x.png"]
    with Image.open(folder / FOLDER / "Monet" / "x.png") as there:
        assert there.size == (160, 120)


@pytest.mark.parametrize(
    "name, data, code",
    [
        ("x.png", b"", "empty-file"),
        ("x.png", b"<script>alert(1)</script>", "unusable-upload"),
        ("x.sh", picture(), "unread-ending"),
        ("x.png", picture() + b"%PDF-1.4 and more" * 9, None),
        ("x.png", b"\x89PNG" + b"0" * 300_000, "file-too-large"),
    ],
)
def test_what_is_refused_is_not_written(adding, folder, name, data, code):
    refused = add(adding, name, data)
    assert refused.status_code in (400, 413, 422), refused.text
    assert code in (None, refused.json()["error"]["code"]) and kept(folder) == []


def test_only_our_own_page_may_add(adding, folder):
    assert adding.post("/api/added?name=x.png", content=picture(), headers={TOKEN_HEADER: ""}).status_code == 403
    assert kept(folder) == []


def test_a_server_that_was_not_started_for_it(client):
    refused = add(client, "x.png", picture())
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "adding-not-allowed"
    assert not client.get("/api/collection").json()["can"]["add"]


def test_a_collection_of_no_folder(folder):
    (folder / "folder.json").unlink()
    with client_of(create_app(folder, updating=Updating(folder))) as client:
        refused = add(client, "x.png", picture())
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "adding-not-possible"
