"""Any bit that changes is noticed, in the files and in what is known of them."""

import json

import numpy as np
import pytest

from artextract import checksums
from artextract.checksums import CheckedFile, damage, read_checksums, update_checksums, write_checksums
from tests.damage import flip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.bin").write_bytes(bytes(range(40)))
    (tmp_path / "b.json").write_text("[1, 2]")
    (tmp_path / ".hidden").write_text("x")
    write_checksums(tmp_path)
    return tmp_path


def test_what_was_written_is_whole(folder):
    assert set(read_checksums(folder)) == {"a.bin", "b.json"} and damage(folder) == {}


@pytest.mark.parametrize("name", ["a.bin", "b.json", "checksums.json"])
def test_single_bits_are_noticed(folder, name):
    whole = (folder / name).read_bytes()
    for bit in range(0, 8 * len(whole), 1 if len(whole) < 50 else 11):
        flip(folder / name, bit)
        assert damage(folder, ["a.bin", "b.json"]), f"bit {bit} of {name}"
        (folder / name).write_bytes(whole)
    assert damage(folder) == {}


def test_sizes_alone_tell_what_was_cut_or_lost(folder):
    flip(folder / "a.bin", 3)
    assert damage(folder, sizes_only=True) == {} and list(damage(folder)) == ["a.bin"]
    (folder / "a.bin").write_bytes(b"short")
    (folder / "b.json").unlink()
    assert damage(folder, sizes_only=True) == {
        "a.bin": "it has 5 bytes, 40 were written",
        "b.json": "it is missing",
    }


@pytest.mark.parametrize("text", ["[]", "{", '{"a": 1}', '{"a": {"size": "3", "blocks": []}}', '{"a": {"size": 3}}'])
def test_checksums_of_another_form_are_damage(folder, text):
    (folder / "checksums.json").write_text(text)
    assert list(damage(folder)) == ["checksums.json"]


def test_a_folder_of_an_older_version_is_taken_as_it_is(folder):
    (folder / "checksums.json").unlink()
    flip(folder / "a.bin", 0)
    update_checksums(folder, "a.bin")
    assert read_checksums(folder) is None and damage(folder) == {}


def test_a_file_that_was_written_anew_is_known_anew(folder):
    (folder / "a.bin").write_bytes(b"new")
    (folder / "c.bin").write_bytes(b"more")
    (folder / "b.json").unlink()
    update_checksums(folder, "a.bin", "b.json", "c.bin")
    assert damage(folder) == {} and set(json.loads((folder / "checksums.json").read_text())) == {"a.bin", "c.bin"}


def test_only_the_blocks_that_are_read_are_compared_and_each_once(tmp_path, monkeypatch):
    monkeypatch.setattr(checksums, "BLOCK", 16)
    path = tmp_path / "rows"
    path.write_bytes(np.arange(64, dtype=np.uint8).tobytes())
    known = checksums.checksum(path)
    assert len(known.blocks) == 4
    flip(path, 8 * 40)
    file = CheckedFile(path, known)
    file.require(0, 32)
    with pytest.raises(ValueError, match="'rows'"):
        file.require(30, 33)
    with pytest.raises(ValueError, match="'rows'"):
        file.require()
    flip(path, 8 * 40)
    file.require()
    flip(path, 0)
    file.require()
    path.unlink()
    CheckedFile(path, known).require()
    CheckedFile(path, None).require()
