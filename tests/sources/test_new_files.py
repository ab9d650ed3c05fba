"""What is put into an imported folder after the import is noticed by its name."""

import json

import pytest

from artextract.app.commands.doctor import _findings
from artextract.app.tables import new_files_line
from artextract.doctor import examine
from artextract.drawing_text import MARK
from artextract.sources import new_files as module
from artextract.sources.folder import import_folder
from artextract.sources.new_files import FILE_NAME, new_files
from artextract.table import read_paintings
from tests.damage import flip
from tests.sources.test_folder import make


@pytest.fixture
def folder(tmp_path):
    """Three pictures, one of them in a folder, one that cannot be read and one that is linked."""
    folder = make(tmp_path / "in", ["a.png", "b.png", "sub/c.png"])
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / "linked.png").symlink_to(folder / "a.png")
    return folder


@pytest.fixture
def collection(folder, tmp_path):
    import_folder(folder, tmp_path / "out")
    return tmp_path / "out"


def names(collection):
    found = new_files(read_paintings(collection))
    return None if found is None else list(found.names)


def test_only_what_is_new(folder, collection):
    assert names(collection) is None
    make(folder, ["new.PNG", "sub/deeper/d.jpg", "sub/.hidden.png"])
    (folder / "notes.txt").write_text("no picture")
    (folder / "sheet.jpg").write_bytes(b"\xff\xd8\xff" + MARK.encode())
    (folder / "b.png").unlink()
    assert names(collection) == ["new.PNG", "sub/deeper/d.jpg"]
    import_folder(folder, collection)
    assert names(collection) is None


def test_a_collection_inside_its_folder(folder):
    import_folder(folder, folder / "out")
    assert not import_folder(folder, folder).left_out and not import_folder(folder, folder).left_out
    make(folder / "out" / "images", ["ours.png"])
    assert names(folder / "out") is None
    make(folder, ["new.png"])
    assert names(folder / "out") == ["new.png"]


def test_a_folder_that_is_gone_and_a_collection_of_an_older_version(folder, collection):
    folder.rename(folder.with_name("moved"))
    assert names(collection) is None
    (collection / FILE_NAME).unlink()
    assert names(collection) is None


def test_the_pictures_are_not_opened(folder, collection, monkeypatch):
    monkeypatch.setattr(module, "is_drawing", pytest.fail)
    assert names(collection) is None


def test_the_doctor_tells_of_them_and_of_a_damaged_list(folder, collection):
    assert examine(collection, quick=True).find("new_file") is None
    make(folder, ["new.png"])
    report = examine(collection, quick=True)
    assert [item["path"] for item in report.find("new_file").items] == ["new.png"]
    assert "import the folder again" in _findings(report.as_dict())
    flip(collection / FILE_NAME, 8 * (collection / FILE_NAME).read_bytes().index(b"checksum") + 1)
    assert examine(collection, quick=True).find("damaged_list").severity == "warning"
    (collection / FILE_NAME).write_text(json.dumps({"folder": 3}))
    assert examine(collection, quick=True).find("damaged_list")


def test_one_line_says_how_many_and_what_helps():
    line = new_files_line(["x.png", "y.png"], "/in")
    assert "2 new files lie in '/in'" in line and "'x.png'" in line and "import the folder again" in line
