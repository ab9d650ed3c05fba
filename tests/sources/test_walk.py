"""What lies below a folder: everything is taken or told."""

import os

import pytest
from PIL import Image

from artextract.drawing_text import is_drawing, save_drawing
from artextract.sources.walk import HIDDEN, LINKED, LOOP, OURS, by_reason, readable, walk


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_everything_is_taken_or_reported(tmp_path):
    folder = tmp_path / "in"
    touch(folder, "a.jpg", "sub/B.PNG", "notes.txt", "LICENSE", ".hidden.jpg", "Labels.CSV", "sub/labels.csv")
    (folder / "broken.jpg").symlink_to(tmp_path / "nowhere")
    found = walk(folder, tmp_path / "out", ["labels.csv"])
    assert [key for key, _ in found.images] == ["a.jpg", "sub/B.PNG"]
    assert [key for key, _ in found.sheets] == ["Labels.CSV", "sub/labels.csv"]
    assert {left.path: left.reason for left in found.left_out} == {
        "notes.txt": "files ending in .txt are not read",
        "LICENSE": "files without an ending are not read",
        ".hidden.jpg": HIDDEN,
        "broken.jpg": "a link to nothing",
    }
    assert list(by_reason(found.left_out).values()) == [1, 1, 1, 1]


def test_linked_folders_are_reported_or_followed_once(tmp_path):
    folder = tmp_path / "in"
    touch(folder, "a.jpg")
    touch(tmp_path / "elsewhere", "b.jpg")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(folder)
    (folder / "file.jpg").symlink_to(tmp_path / "elsewhere" / "b.jpg")
    walked = walk(folder, tmp_path / "out")
    assert [key for key, _ in walked.images] == ["a.jpg", "file.jpg"]
    assert [(left.path, left.reason) for left in walked.left_out] == [("linked", LINKED)]
    followed = walk(folder, tmp_path / "out", follow_links=True)
    assert [key for key, _ in followed.images] == ["a.jpg", "file.jpg", "linked/b.jpg"]
    assert [(left.path, left.reason) for left in followed.left_out] == [("linked/back", LOOP)]


def test_what_we_wrote_is_no_painting(tmp_path):
    touch(tmp_path, "a.jpg", "paintings.parquet", "maps/map.png", "index/x.png", "models/m/report/curve.jpg")
    touch(tmp_path, "models/m/config.json", "models/m/labels.json", "report/mine.jpg", "own/report/b.jpg")
    found = walk(tmp_path, tmp_path)
    assert [key for key, _ in found.images] == ["a.jpg", "own/report/b.jpg"]
    assert {left.path for left in found.left_out if left.reason == OURS} == {
        *("maps", "index", "report", "models/m/report"),
    }


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tif", ".gif"])
def test_drawings_carry_a_mark(tmp_path, ending):
    path = tmp_path / f"sheet{ending}"
    save_drawing(Image.radial_gradient("L").convert("RGB"), path)
    Image.radial_gradient("L").convert("RGB").save(tmp_path / f"other{ending}")
    assert is_drawing(path) and not is_drawing(tmp_path / f"other{ending}")
    assert [left.path for left in walk(tmp_path, tmp_path / "out").left_out] == [path.name]


def test_names_that_are_no_unicode_can_be_read():
    assert readable(os.fsdecode(b"caf\xe9.jpg")) == "café.jpg" == readable("cafe\u0301.jpg")
