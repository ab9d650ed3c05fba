"""A leading ~ is the home folder, in commands and in calls."""

import pytest

from artextract import read_paintings
from artextract.app.cli import main
from artextract.files import user_path
from artextract.search.index_options import index_folder
from artextract.sources.folder import import_folder
from tests.sources.test_folder import make


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(make(tmp_path, ["home/in/a.png", "home/in/b.png"]))


def test_commands(tmp_path, capsys):
    assert main(["import", "folder", "~/in", "--out=~/out"]) == 0
    assert main(["doctor", "~/out"]) == 0 and main(["export", "~/out", "--format", "csv", "--out=~/t.csv"]) == 0
    assert (tmp_path / "home" / "t.csv").is_file() and not (tmp_path / "~").exists()


def test_calls(tmp_path):
    import_folder("~/in", "~/out")
    table = read_paintings("~/out")
    assert table.root == tmp_path / "home" / "out" and table.image_paths()[0].is_file()
    table.export("~/t.json", "json")
    assert (tmp_path / "home" / "t.json").is_file() and index_folder("~/out") == table.root / "index"
    assert not (tmp_path / "~").exists()


def test_names_that_only_look_like_a_home(tmp_path):
    assert str(user_path("~nobody-of-this-name/x")) == "~nobody-of-this-name/x"
    assert str(user_path("a/~/b")) == "a/~/b"
