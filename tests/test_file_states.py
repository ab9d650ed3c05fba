"""Files that changed or went away since they were imported."""

import os
import shutil

import pytest

from artextract.file_states import FILE_NAME, GONE, look_again
from artextract.images import content_hash
from artextract.sources.folder import import_folder
from artextract.table import read_paintings
from tests.sources.test_folder import make


@pytest.fixture
def collection(tmp_path):
    import_folder(make(tmp_path / "in", ["a.png", "b.png", "c.png"]), tmp_path / "out")
    return tmp_path / "out"


def files(table):
    return {path.name: key for key, path in zip(table.ids, table.image_paths(), strict=True)}


def test_nothing_is_read_where_nothing_has_changed(collection, monkeypatch):
    monkeypatch.setattr("artextract.file_states.content_hash", pytest.fail)
    changes = look_again(read_paintings(collection))
    assert not changes.changed and not changes.lost


def test_changed_lost_and_spoilt_files(collection, tmp_path):
    table = read_paintings(collection)
    ids = files(table)
    shutil.copy(tmp_path / "in" / "b.png", tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").unlink()
    (tmp_path / "in" / "c.png").write_text("no picture")
    changes = look_again(table)
    assert changes.changed == [ids["a.png"]] and changes.lost[ids["b.png"]] == GONE
    assert "cannot be used" in changes.lost[ids["c.png"]]
    again = read_paintings(collection)
    assert again.record(again.position(ids["a.png"]))["sha256"] == content_hash((tmp_path / "in/a.png").read_bytes())
    assert again.ids == table.ids and look_again(again).changed == []


def test_a_file_that_was_only_touched_and_a_collection_without_the_list(collection, tmp_path):
    os.utime(tmp_path / "in" / "a.png")
    assert look_again(read_paintings(collection)).changed == []
    (collection / FILE_NAME).write_bytes(b"damaged")
    assert look_again(read_paintings(collection)).lost == {}
    assert (collection / FILE_NAME).stat().st_size > 100
