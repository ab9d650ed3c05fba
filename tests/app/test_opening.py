"""Where the collection of a folder is, or goes."""

import os
from pathlib import Path

import pytest

from artextract.app.opening import Place, begin, place_of
from artextract.errors import InputError, NothingUsableError
from artextract.sources.folder import import_folder
from artextract.sources.new_files import FILE_NAME
from tests.raising import raises
from tests.sources.test_folder import make


@pytest.fixture
def folder(tmp_path):
    return make(tmp_path / "paintings", ["a.png", "b.png"])


def test_beside_the_folder(folder, tmp_path):
    place = place_of(folder)
    assert place == Place(tmp_path / "paintings-artextract", folder, True)
    before = sorted(folder.iterdir())
    begin(place)
    assert sorted(folder.iterdir()) == before, "nothing is written among the pictures"
    known = Place(place.collection, folder, False)
    assert place_of(folder) == place_of(place.collection) == place_of(f"{folder}/.") == known


def test_where_it_was_asked_for(folder, tmp_path):
    place = place_of(folder, tmp_path / "deep" / "own")
    begin(place)
    assert place_of(folder, tmp_path / "deep" / "own") == Place(tmp_path / "deep" / "own", folder, False)


def test_inside_its_folder_where_it_was_imported_so(folder):
    import_folder(folder, folder)
    assert place_of(folder) == Place(folder, folder, False)


def test_the_collection_of_an_older_version_is_only_indexed(folder, tmp_path):
    import_folder(folder, tmp_path / "own")
    (tmp_path / "own" / FILE_NAME).unlink()
    assert place_of(tmp_path / "own") == Place(tmp_path / "own", None, False)


def test_a_first_import_that_was_stopped_goes_on(folder, tmp_path):
    begin(place_of(folder))
    (tmp_path / "paintings-artextract" / "paintings.parquet").unlink()
    assert place_of(folder).is_new


def test_places_that_are_taken(folder, tmp_path):
    other = make(tmp_path / "other", ["c.png"])
    begin(place_of(other, tmp_path / "own"))
    with raises(InputError, "collection-of-others", str(other)):
        place_of(folder, tmp_path / "own")
    with raises(InputError, "no-place", str(other)):
        place_of(folder, other)
    with raises(InputError, "collection-already", "own"):
        place_of(tmp_path / "own", tmp_path / "elsewhere")
    with raises(InputError, "no-place", str(Path(folder.anchor))):
        place_of(folder.anchor)
    with raises(InputError, "folder-missing", "nowhere"):
        place_of(tmp_path / "nowhere")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_can_be_written(folder, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with raises(InputError, "no-place", "paintings-artextract"):
            begin(place_of(folder))
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_the_way_of_a_new_folder(folder, tmp_path):
    (tmp_path / "file").write_text("")
    with raises(InputError, "no-place", "file"):
        begin(place_of(folder, tmp_path / "file" / "own"))


def test_a_folder_without_pictures_leaves_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    with raises(NothingUsableError, "no-images"):
        begin(place_of(tmp_path / "empty"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]
