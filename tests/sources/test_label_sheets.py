"""Tables of labels beside images: where they lie, how their rows fit files."""

import json
import os
from pathlib import PureWindowsPath

import pytest

from artextract.errors import InputError
from artextract.sources.folder import FolderOptions, import_folder
from artextract.sources.image_places import NO_FILE, inside
from artextract.sources.label_sheets import fit
from tests.raising import raises
from tests.sources.test_folder import make


def labels(report, column="style"):
    return {p.name: s for p, s in zip(report.paintings.image_paths(), report.paintings.column(column), strict=True)}


def test_paths_as_they_are_written(tmp_path):
    assert inside("./a\\b.jpg", tmp_path, "") == "a/b.jpg" and inside("b.jpg", tmp_path, "a") == "a/b.jpg"
    assert inside("../b.jpg", tmp_path, "a/c") == "a/b.jpg" and inside("../../b.jpg", tmp_path, "a") == "../../b.jpg"
    assert inside(f"file://{tmp_path.resolve()}/a//b.jpg", tmp_path, "x").replace("//", "/") == "a/b.jpg"


@pytest.mark.parametrize(
    ("root", "written"),
    [
        ("C:/Users/Me/Paintings", "C:\\Users\\me\\paintings\\a\\b.jpg"),
        ("C:/Users/Me/Paintings", "file:///c:/Users/me/paintings/a/b.jpg"),
        ("//nas/art/Paintings", "\\\\NAS\\art\\paintings\\a\\b.jpg"),
        ("//nas/art/Paintings", "file://nas/art/paintings/a/b.jpg"),
        ("C:/Users/Me/Paintings", ".\\a\\b.jpg"),
    ],
)
def test_paths_of_windows_on_windows(root, written):
    class There(PureWindowsPath):
        def resolve(self):
            return self

    assert inside(written, There(root), "") == "a/b.jpg"
    assert inside("D:\\other\\b.jpg", There(root), "") == "D:/other/b.jpg"


def fitted(tmp_path, text, keys, left_out=()):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return fit([("labels.csv", path)], keys, tmp_path, ["style"], dict(left_out))


def test_the_closest_spelling_fits(tmp_path):
    keys = ["3.JPG", "A.jpg", "a.jpg", "caf\u00e9.jpg", "cafe\u0301.jpg", "re\u0301.jpg", os.fsdecode(b"na\xefve.jpg")]
    listed = fitted(
        tmp_path,
        "Path,style\n3.jpg,1\na.jpg,2\nA.JPG,3\ncafe\u0301.jpg,4\ncaf\u00e9.jpg,5\nr\u00e9.jpg,6\nna\u00efve.jpg,7\n"
        "x.heic,8\nzz.jpg,9\n",
        keys,
        {"x.heic": "not read"},
    )
    assert {key: cells["style"] for key, cells in listed.cells.items()} == {
        "3.JPG": "1",
        "a.jpg": "2",
        "cafe\u0301.jpg": "4",
        "caf\u00e9.jpg": "5",
        "re\u0301.jpg": "6",
        os.fsdecode(b"na\xefve.jpg"): "7",
    }
    (ambiguous, there, missing) = listed.without_file
    assert ambiguous.path == "labels.csv, line 4: A.JPG" and "several files" in ambiguous.reason
    assert there.reason == "the row's file is there, but not read"
    assert missing.path.endswith("zz.jpg") and missing.reason == NO_FILE


def test_tables_in_folders_below_count_from_there_and_the_nearer_wins(tmp_path):
    images = make(tmp_path / "in", ["a.png", "b/a.png", "b/c.png", "b/d/e.png"])
    (images / "labels.csv").write_text("path,style,artist\na.png,Top,T\nb/c.png,Top,T\nb/d/e.png,Top,T\n")
    (images / "b" / "LABELS.csv").write_text("Path;Style\nc.png;Below\na.png;Below\nd/e.png;\n")
    (images / "b" / "metadata.jsonl").write_text(
        json.dumps({"file_name": "c.png", "style": "Json", "number": 12.50, "tags": ["x", "y"], "more": {"k": 1}})
        + "\n"
    )
    report = import_folder(images, tmp_path / "out")
    by_key = {
        path.relative_to(images).as_posix(): row
        for path, row in zip(report.paintings.image_paths(), report.paintings.records(), strict=True)
    }
    assert {key: (row["style"], row["artist"]) for key, row in by_key.items()} == {
        "a.png": ("Top", "T"),
        "b/a.png": ("Below", None),
        "b/c.png": ("Below", "T"),
        "b/d/e.png": ("Top", "T"),
    }
    assert by_key["b/c.png"]["number"] == 12.5 and by_key["b/c.png"]["tags"] == ["x", "y"]
    assert by_key["b/c.png"]["more"] == '{"k": "1"}'
    assert report.missing == 0 and not report.left_out


def test_image_folder_metadata(tmp_path):
    images = make(tmp_path / "in", ["train/a.png", "train/b.png", "test/c.png"])
    (images / "train" / "metadata.csv").write_text("file_name,style\na.png,A\nb.png,B\n")
    (images / "test" / "metadata.jsonl").write_text('{"file_name": "c.png", "style": "A"}\nnot json\n[1]\n')
    report = import_folder(images, tmp_path / "out")
    assert labels(report) == {"a.png": "A", "b.png": "B", "c.png": "A"}
    assert [left.path for left in report.left_out] == ["test/metadata.jsonl, line 2", "test/metadata.jsonl, line 3"]
    assert report.paintings.protocol == "published" and labels(report, "split")["c.png"] == "test"


def test_a_named_table_is_the_only_one(tmp_path):
    images = make(tmp_path / "in", ["a.png", "b.png"])
    (images / "labels.csv").write_text("path,style\na.png,A\n")
    (tmp_path / "mine.csv").write_text("path,style\nb.png,B\n,C\n")
    report = import_folder(images, tmp_path / "out", options=FolderOptions(labels_csv=tmp_path / "mine.csv"))
    assert labels(report) == {"a.png": None, "b.png": "B"} and report.without_row == ["a.png"]
    assert {left.path for left in report.left_out} == {"labels.csv", "mine.csv, line 3"}


@pytest.mark.parametrize("text", ["path,style\nx.png,A,B\n", "path,style\n,A\n"])
def test_tables_of_which_nothing_fits(tmp_path, text):
    images = make(tmp_path / "in", ["a.png"])
    (images / "labels.csv").write_text(text)
    with raises(InputError, "no-row-fits"):
        import_folder(images, tmp_path / "out")


def test_a_table_below_that_is_about_something_else_is_reported(tmp_path):
    images = make(tmp_path / "in", ["a.png", "b/c.png"])
    (images / "metadata.csv").write_text("camera,lens\nx,y\n")
    (images / "b" / "labels.csv").write_text("")
    report = import_folder(images, tmp_path / "out")
    assert [left.path for left in report.left_out] == ["metadata.csv", "b/labels.csv"] and len(report.paintings) == 2


def test_a_path_written_as_in_an_address_or_with_blanks_fits(tmp_path):
    keys = ["my photo.jpg", "100%.jpg", " lead.jpg", "a%20b.jpg", "a b.jpg", "Ärmel Straße.jpg"]
    sheet = "path,style\nmy%20photo.jpg,1\n100%.jpg,2\n lead.jpg,3\na%20b.jpg,4\nA%20B.jpg,5\n"
    listed = fitted(tmp_path, sheet + "%C3%84rmel%20Stra%C3%9Fe.jpg,6\n", keys)
    assert {key: cells["style"] for key, cells in listed.cells.items()} == {
        "my photo.jpg": "1",
        "100%.jpg": "2",
        " lead.jpg": "3",
        "a%20b.jpg": "4",  # the very same name comes first
        "Ärmel Straße.jpg": "6",
    }
    assert listed.twice == 1 and not listed.notes


@pytest.mark.parametrize(
    ("written", "keys", "fits", "note"),
    [
        (["C:\\me\\art\\a.jpg", "C:\\me\\art\\b\\c.jpg"], ["a.jpg", "b/c.jpg"], "ab", "without 'C:/me/art/'"),
        (["\\\\nas\\art\\a.jpg", "\\\\nas\\art\\b\\C.JPG"], ["a.jpg", "b/c.jpg"], "ab", "without '//nas/art/'"),
        (["file:///C:/art/a%20b.jpg"], ["a b.jpg"], "a", "without 'C:/art/'"),
        (["x/Art/a.jpg", "x/Art/b.jpg"], ["a.jpg", "b.jpg"], "ab", "without 'x/Art/'"),
        (["other/a.jpg", "other/b.jpg"], ["a.jpg", "b.jpg"], "", None),
        (["a.jpg", "B.JPG", "c.jpg"], ["x/a.jpg", "y/b.jpg", "x/c.jpg", "y/c.jpg"], "ab", "in any folder"),
        (["12.3", "x/12.4"], ["y/12.3.jpg", "y/x/12.4.tif"], "ab", "in any folder"),
        (["C:/m/a.jpg", "C:/n/a.jpg"], ["a.jpg"], "", None),  # which of them it is nobody knows
        (["a.tif"], ["a.jpg"], "", None),
        (["a.jpg", "b.jpg"], ["x/a.jpg", "b.jpg"], "-b", None),  # one fits: the other is not here
        (["x.heic", "b.jpg"], ["y/b.jpg"], "", None),  # one is here and left out: the other is not here
    ],
)
def test_where_no_path_fits_it_may_come_from_another_machine_or_lack_its_folder(tmp_path, written, keys, fits, note):
    rows = "".join(f"{path},{style}\n" for path, style in zip(written, "abc", strict=False))
    (tmp_path / "art").mkdir()
    listed = fitted(tmp_path / "art", "file,style\n" + rows, keys, {"x.heic": "not read"})
    assert "".join(sorted(cells["style"] for cells in listed.cells.values())) == fits.strip("-")
    assert [n for n in listed.notes if "no path" in n] == (
        [f"no path of labels.csv fits as it is written; they are read {note}"]
        if note and note.startswith("without")
        else ["no path of labels.csv fits as it is written; they are read as names of files in any folder"]
        if note
        else []
    )


def test_a_table_of_another_name_is_reported_and_read_where_it_is_named(tmp_path):
    """ArtBench-10 names its images, in other folders, in a column "name" of its own CSV, with their splits."""
    images = make(tmp_path / "in", ["baroque/a.png", "baroque/b.png", "realism/c.png"])
    table = images / "ArtBench-10.csv"
    table.write_text(
        "name,artist,label,split\na.png,Ada,baroque,train\nb.png,Bo,baroque,test\nc.png,Bo,realism,train\n"
    )
    plain = import_folder(images, tmp_path / "plain")
    assert [(left.path, "--labels" in left.reason) for left in plain.left_out] == [("ArtBench-10.csv", True)]
    report = import_folder(images, tmp_path / "out", options=FolderOptions(labels_csv=table))
    assert report.left_out == [] and labels(report, "artist") == {"a.png": "Ada", "b.png": "Bo", "c.png": "Bo"}
    assert labels(report, "split")["b.png"] == "test"
