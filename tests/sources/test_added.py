"""Pictures that were added to a collection: under safe names, and taken by every import of its folder."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.sources.added import DEEPEST, FOLDER, LONGEST, add_picture, safe_name
from artextract.sources.folder import FolderOptions, import_again, import_folder
from artextract.sources.new_files import new_files
from artextract.table import read_paintings
from tests.raising import raises
from tests.sources.test_folder import make


@pytest.mark.parametrize(
    "given, safe",
    [
        ("Monet/Water lilies.jpg", "Monet/Water lilies.jpg"),
        ("../../etc/passwd.png", "etc/passwd.png"),
        ("C:\\paintings\\a.TIF", "C_/paintings/a.TIF"),
        ("/.ssh/.hidden.png", "ssh/hidden.png"),
        ("con.png", "_con.png"),
        ("LPT1/x.png", "_LPT1/x.png"),
        ("a/b/c/d/e.png", "b/c/d/e.png"),
        ("a?<b>\x00.png", "a__b__.png"),
        ("folder. /x.png", "folder/x.png"),
    ],
)
def test_names(given, safe):
    assert safe_name(given) == safe


@pytest.mark.parametrize("name", ["", "/", "labels.csv", "script.sh", "nothing", "....", ".png", "a.png/"])
def test_what_does_not_end_as_a_picture(name):
    if name == "a.png/":
        assert safe_name(name) == "a.png"
        return
    with raises(InputError, "unread-ending"):
        safe_name(name)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_given_stays_below(text):
    name = safe_name(f"{text}/x.png")
    parts = name.split("/")
    assert 1 <= len(parts) <= DEEPEST and parts[-1] == "x.png"
    for part in parts:
        assert 0 < len(part) <= LONGEST + 1 and not part.startswith(".") and not part.endswith((".", " "))
        assert not re.search(r'[\\<>:"|?*\x00-\x1f]', part)


def test_the_same_name_and_the_same_file(tmp_path):
    assert add_picture(tmp_path, "a/x.png", b"one") == "a/x.png"
    assert add_picture(tmp_path, "a/x.png", b"one") is None
    assert add_picture(tmp_path, "a/x.png", b"two") == "a/x-2.png"
    assert add_picture(tmp_path, "a/x.png", b"two") is None
    assert (tmp_path / FOLDER / "a" / "x.png").read_bytes() == b"one"


def test_every_import_takes_them(tmp_path):
    folder = make(tmp_path / "in", ["Cubism/a.png", "Fauvism/b.png"])
    import_folder(folder, tmp_path / "out", options=FolderOptions(folder_labels={"style": "parent"}))
    make(tmp_path / "out" / FOLDER, ["Cubism/c.png", "d.png"], seed=1)
    for again in (
        import_again,
        lambda out: import_folder(folder, out, options=FolderOptions(folder_labels={"style": "parent"})),
    ):
        again(tmp_path / "out")
        paintings = read_paintings(tmp_path / "out")
        styles = {
            path.name: style for path, style in zip(paintings.image_paths(), paintings.column("style"), strict=True)
        }
        assert styles == {"a.png": "Cubism", "b.png": "Fauvism", "c.png": "Cubism", "d.png": None}
        assert new_files(paintings) is None
    assert len(set(paintings.ids)) == 4


def test_a_collection_in_its_own_folder_has_them_once(tmp_path):
    folder = make(tmp_path / "in", ["a.png", "added/b.png"])
    import_folder(folder, folder)
    import_again(folder)
    assert len(read_paintings(folder)) == 2
