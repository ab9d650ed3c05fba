"""What a disk has changed in an index is noticed: at open, beside the first search, and all of it on request."""

import json

import pytest

from artextract.checksums import FILE_NAME
from artextract.errors import MismatchError
from artextract.index import checking, damage_of, open_index, planned
from artextract.index.embedded import EmbeddedIndex
from tests.damage import flip
from tests.index.made import FILES, build
from tests.raising import raises

NAMES = [*FILES, "segment-*/checksums.json"]


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_bit_is_noticed_at_open_in_small_files(tmp_path, name):
    build(tmp_path)
    assert damage_of(tmp_path) == {} and len(EmbeddedIndex.open(tmp_path, check=True)) == 30
    (file,) = tmp_path.glob(name)
    flip(file)
    with raises(MismatchError, "index-damaged"):
        open_index(tmp_path)
    assert len(damage_of(tmp_path)) == 1
    assert (planned(tmp_path) is None) == (name == "config.json")


def test_bits_of_the_config_count(tmp_path):
    build(tmp_path, n=2)
    config = tmp_path / "config.json"
    whole = config.read_bytes()
    for bit in range(0, 8 * len(whole), 499):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        config.write_bytes(flipped)
        with pytest.raises(MismatchError):
            EmbeddedIndex.config_of(tmp_path)


def test_large_files_are_compared_beside_the_first_search(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "SMALL", 0)
    started = []
    monkeypatch.setattr(checking.Thread, "start", lambda thread: started.append(thread))
    index, vectors = build(tmp_path)
    (file,) = tmp_path.glob("segment-*/colour.npy")
    flip(file)
    opened = EmbeddedIndex.open(tmp_path)
    assert not started
    ask = lambda: opened.nearest({"colour": opened.rows("colour", ["id0"]).units[0]}, {"colour": 1.0}, 3)  # noqa: E731
    assert len(ask().ids) == 3 and len(started) == 1, "the search did not wait"
    started[0].run()
    with raises(MismatchError, "index-damaged"):
        ask()
    with raises(MismatchError, "index-damaged"):
        opened.rows("form", ["id0"])
    with raises(MismatchError, "index-damaged"):
        EmbeddedIndex.open(tmp_path, check=True)


def test_an_index_of_an_older_version_opens_and_has_checksums_after_an_update(tmp_path):
    build(tmp_path)
    for file in tmp_path.glob(f"*/{FILE_NAME}"):
        file.unlink()
    config = json.loads((tmp_path / "config.json").read_text())
    del config["checksum"], config["files"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    index = EmbeddedIndex.open(tmp_path, check=True)
    assert len(index) == 30 and damage_of(tmp_path) == {}
    index.update([], [], {}, ["id3"])
    (spaces,) = tmp_path.glob("spaces-*")
    assert "checksum" in json.loads((tmp_path / "config.json").read_text())
    flip(spaces)
    assert list(damage_of(tmp_path)) == [spaces.name]


def test_a_segment_that_an_update_wrote_is_checked_too(tmp_path):
    index, vectors = build(tmp_path)
    rows = {block.name: values[:2] for block, values in vectors.items()}
    index.update(["new1", "new2"], ["x", "y"], rows, [])
    for file in sorted(tmp_path.glob("segment-*/form.npy")):
        whole = file.read_bytes()
        flip(file)
        assert list(damage_of(tmp_path)) == [f"{file.parent.name}/form.npy"]
        file.write_bytes(whole)
    assert damage_of(tmp_path) == {}


def test_where_there_is_no_index_nothing_is_damaged(tmp_path):
    assert damage_of(tmp_path) == {} and planned(tmp_path) is None
