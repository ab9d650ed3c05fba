"""A folder of images as people have them."""

import json
import os
import shutil
import unicodedata

import numpy as np
import pandas as pd
from PIL import Image

from artextract.errors import InputError, NothingUsableError
from artextract.sources.folder import FolderOptions, import_folder
from artextract.sources.ids import painting_ids
from artextract.table import read_paintings
from tests.raising import raises


def make(folder, names, seed=0):
    rng = np.random.default_rng(seed)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        small = Image.fromarray(rng.integers(0, 255, (8, 8, 3), dtype=np.uint8))
        small.resize((60, 40), Image.Resampling.BICUBIC).save(path)
    return folder


def test_labels_from_a_csv(tmp_path):
    images = make(tmp_path / "in", ["a.png", "sub/b.jpg", "c.png", "unlisted.png"])
    (images / "labels.csv").write_text(
        "\ufeffpath,style,artist,genre,year,donor,title\r\na.png,Art_Nouveau_Modern,Paul"
        " Cézanne,,1901,Smith,Water\r\n./sub/b.jpg,Art"
        " Nouveau,paul-cezanne,portrait,,,\r\nc.png,,,,1880,,\r\ngone.png,Cubism,,,,,\r\na.png,Cubism,,,,,\r\n"
    )
    report = import_folder(images, tmp_path / "out")
    table = read_paintings(tmp_path / "out").frame.set_index("path")
    table.index = [name.rsplit("/", 1)[1] for name in table.index]
    assert table.loc["a.png", "style"] == table.loc["b.jpg", "style"]
    assert table.loc["a.png", "artist"] == table.loc["b.jpg", "artist"]
    assert (
        table.loc["a.png", "year"] == 1901
        and table.loc["a.png", "donor"] == "Smith"
        and table.loc["a.png", "title"] == "Water"
    )
    assert pd.isna(table.loc["unlisted.png", "style"]) and pd.isna(table.loc["c.png", "style"])
    assert report.missing == 1 and len(report.notes) == 2
    assert set(table["source"]) == {"folder"} and table["rights"].notna().all()


def test_dates_as_museums_write_them(tmp_path):
    names = [f"{number}.png" for number in range(6)]
    images = make(tmp_path / "in", names)
    dates = ["c. 1503–1506", "1890/1895", "late 16th-early 17th century", "before 1500", "n.d.", "inf"]
    rows = "".join(f'{name},"{date}"\n' for name, date in zip(names, dates, strict=True))
    (images / "labels.csv").write_text(f"path,year\n{rows}", encoding="utf-8")
    report = import_folder(images, tmp_path / "out")
    assert report.notes == ["1 date was not understood, such as 'inf'; no year is known there"]
    found = {record["date"]: (record["year"], record["year_end"]) for record in report.paintings.records()}
    years = [(1503, 1506), (1890, 1895), (1551, 1650), (None, 1500), (None, None), (None, None)]
    assert found == dict(zip(dates, years, strict=True))
    report.paintings.export(tmp_path / "p.csv", "csv")
    table = pd.read_csv(tmp_path / "p.csv", dtype=str).set_index("date")
    assert table["year"].dropna().to_dict() == {dates[0]: "1503", dates[1]: "1890", dates[2]: "1551"}


def test_years_stay_whole_where_some_are_missing(tmp_path):
    images = make(tmp_path / "in", ["a.png", "b.png", "c.png"])
    (images / "labels.csv").write_text("path,Jahr\na.png,1890\nb.png,\nc.png,-50\n")
    report = import_folder(images, tmp_path / "out")
    assert sorted(report.paintings.column("year"), key=str) == [-50, 1890, None]
    report.paintings.export(tmp_path / "p.csv", "csv")
    assert set(pd.read_csv(tmp_path / "p.csv", dtype=str)["year"].dropna()) == {"1890", "-50"}


def test_folders_as_labels(tmp_path):
    images = make(tmp_path / "in", ["Cubism/Picasso/a.png", "Cubism/Braque/b.png", "Baroque/Rubens/c.png", "top.png"])
    table = import_folder(
        images, tmp_path / "out", options=FolderOptions(folder_labels={"style": "grandparent", "artist": "parent"})
    ).paintings
    by_file = dict(
        zip(
            [p.name for p in table.image_paths()],
            zip(table.column("style"), table.column("artist"), strict=False),
            strict=False,
        )
    )
    assert by_file == {
        "a.png": ("Cubism", "Picasso"),
        "b.png": ("Cubism", "Braque"),
        "c.png": ("Baroque", "Rubens"),
        "top.png": (None, None),
    }
    by_depth = import_folder(images, tmp_path / "out2", options=FolderOptions(folder_labels={"school": "1"})).paintings
    assert "school" in by_depth.labels and set(by_depth.column("school")) == {"Cubism", "Baroque", None}
    with raises(InputError, "invalid-folder-level", "above"):
        import_folder(images, tmp_path / "out3", options=FolderOptions(folder_labels={"style": "above"}))


def test_bad_files_are_skipped_with_the_reason_and_rows_stay_aligned(tmp_path):
    images = make(tmp_path / "in", ["good1.png", "good2.jpg"])
    (images / "empty.jpg").write_bytes(b"")
    (images / "cut.jpg").write_bytes((images / "good2.jpg").read_bytes()[:300])
    Image.new("RGB", (1, 1)).save(images / "dot.png")
    (images / "text.png").write_text("hello")
    (images / "labels.csv").write_text("path,style\nempty.jpg,A\ngood1.png,B\ncut.jpg,C\ngood2.jpg,D\n")
    report = import_folder(images, tmp_path / "out")
    assert {
        p.name: s for p, s in zip(report.paintings.image_paths(), report.paintings.column("style"), strict=False)
    } == {
        "good1.png": "B",
        "good2.jpg": "D",
    }
    reasons = {path.rsplit("/", 1)[1]: reason for path, reason in report.skipped}
    assert set(reasons) == {"empty.jpg", "cut.jpg", "dot.png", "text.png"}
    assert "empty" in reasons["empty.jpg"] and "truncated" in reasons["cut.jpg"] and "too small" in reasons["dot.png"]


def test_ids_are_stable_across_places_and_unicode_forms(tmp_path):
    first = import_folder(make(tmp_path / "one", ["x/é.png", "y/é.png"]), tmp_path / "out1").paintings
    shutil.move(tmp_path / "one", tmp_path / "two")
    again = import_folder(tmp_path / "two", tmp_path / "out2").paintings
    assert first.ids == again.ids and len(set(first.ids)) == 2
    assert painting_ids([unicodedata.normalize("NFD", "Café/é.png")]) == painting_ids(
        [unicodedata.normalize("NFC", "Café/é.png")]
    )
    assert all(i.isascii() and "/" not in i for i in painting_ids(["日本/絵.png", "a/..png", "a b(1).jpg"]))


def test_copies_stay_on_one_side(tmp_path):
    images = make(tmp_path / "in", [f"{i}.png" for i in range(40)])
    for i in range(0, 40, 2):
        Image.open(images / f"{i}.png").resize((120, 80)).save(images / f"copy{i}.jpg", quality=92)
    table = import_folder(images, tmp_path / "out").paintings
    split = {p.stem: s for p, s in zip(table.image_paths(), table.column("split"), strict=False)}
    assert all(split[f"copy{i}"] == split[str(i)] for i in range(0, 40, 2))
    assert set(split.values()) == {"train", "val", "test"}


def test_images_inside_the_collection_are_stored_relative(tmp_path):
    images = make(tmp_path / "c" / "images", ["a.png", "b.png"])
    table = import_folder(images, tmp_path / "c").paintings
    assert sorted(table.column("path")) == ["images/a.png", "images/b.png"]
    shutil.move(tmp_path / "c", tmp_path / "d")
    assert all(path.exists() for path in read_paintings(tmp_path / "d").image_paths())


def test_what_cannot_be_imported_is_named(tmp_path):
    with raises(InputError, "folder-missing"):
        import_folder(tmp_path / "none", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with raises(NothingUsableError, "no-images"):
        import_folder(tmp_path / "empty", tmp_path / "out")
    images = make(tmp_path / "in", ["a.png"])
    (images / "labels.csv").write_text("picture,style\na.png,A\n")
    with raises(InputError, "unknown-column", "path"):
        import_folder(images, tmp_path / "out")
    (images / "labels.csv").unlink()
    with raises(InputError, "file-missing"):
        import_folder(images, tmp_path / "out", options=FolderOptions(labels_csv=tmp_path / "x.csv"))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.png").write_text("no")
    with raises(NothingUsableError, "no-usable-image", "1"):
        import_folder(tmp_path / "bad", tmp_path / "out")


def test_columns_with_the_names_of_ours_are_kept_beside_them(tmp_path):
    images = make(tmp_path / "in", ["a.png", "b.png"])
    (images / "labels.csv").write_text(
        f"id,path,key,listed,match,split,style\nx1,{images}/a.png,k1,l1,m1,dev,A\nx2,b.png,k2,l2,m2,dev,B\n"
    )
    frame = import_folder(images, tmp_path / "out").paintings.frame.sort_values("style")
    assert frame["csv_id"].tolist() == ["x1", "x2"] and frame["csv_split"].tolist() == ["dev", "dev"]
    assert (
        frame["key"].tolist() == ["k1", "k2"]
        and frame["listed"].tolist() == ["l1", "l2"]
        and frame["match"].tolist() == ["m1", "m2"]
    )


def test_a_csv_that_fits_no_image_is_an_error(tmp_path):
    images = make(tmp_path / "in", ["a.png"])
    (images / "labels.csv").write_text("path,style\nother/a.png,A\n")
    with raises(InputError, "no-row-fits"):
        import_folder(images, tmp_path / "out")


def table_of(tmp_path, text, names=("a.png", "b.png", "c.png"), split=None, **options):
    images = make(tmp_path / "in", names)
    (images / "labels.csv").write_text(text, encoding="utf-8")
    report = import_folder(images, tmp_path / "out", options=FolderOptions(**options), split=split)
    frame = report.paintings.frame
    return report, frame.set_axis([path.name for path in report.paintings.image_paths()]).sort_index()


def test_numbers_stay_as_they_are_written(tmp_path):
    report, frame = table_of(
        tmp_path, "path,accession,year,height_m\na.png,0012,1890,1.5\nb.png,0300,,2.25\nc.png,1,-50,\n"
    )
    assert frame.loc["a.png", "accession"] == "0012" and report.columns["accession"] == "text"
    again = read_paintings(tmp_path / "out")
    for kind in ("csv", "json"):
        again.export(tmp_path / f"t.{kind}", kind)
    assert pd.read_csv(tmp_path / "t.csv", dtype=str)["year"].tolist() == ["1890", np.nan, "-50"]
    assert [row["year"] for row in json.loads((tmp_path / "t.json").read_text())] == [1890, None, -50]
    assert again.column("year").tolist() == [1890, None, -50] and report.columns["height_m"] == "decimal numbers"


def test_what_the_curator_wrote_is_kept(tmp_path):
    report, frame = table_of(
        tmp_path, "path,artist,style\na.png,Rembrandt,A+\nb.png,Rembrandt (?),A-\nc.png,[Rembrandt],?\n"
    )
    assert frame["artist"].tolist() == ["Rembrandt", "Rembrandt (?)", "[Rembrandt]"]
    assert frame["style"].fillna("").tolist() == ["A+", "A-", ""]
    assert report.respelled == {"style": {"?": None}}
    report, frame = table_of(
        tmp_path, "path,artist\na.png,Rembrandt\nb.png,Rembrandt (?)\nc.png,[Rembrandt]\n", uncertain="named"
    )
    assert set(frame["artist"]) == {"Rembrandt"} and report.summary()["labels"]["artist"]["classes"] == 1
    assert frame["artist_as_written"].fillna("").tolist() == ["", "Rembrandt (?)", "[Rembrandt]"]
    with raises(InputError, "unknown-uncertain"):
        table_of(tmp_path, "path\na.png\n", uncertain="maybe")


def test_several_labels_in_a_cell(tmp_path):
    text = "path,style\na.png,Cubism; Collage ;\nb.png,Cubism\nc.png,\n"
    report, frame = table_of(tmp_path, text, label_separator=";")
    assert frame["style"].fillna("").tolist() == ["Cubism", "Cubism", ""]
    read = read_paintings(tmp_path / "out")
    assert [None if cell is None else list(cell) for cell in read.column("style_all")] == [
        ["Cubism", "Collage"],
        ["Cubism"],
        None,
    ]
    assert any("style_all" in note for note in report.notes)
    assert "style_all" not in table_of(tmp_path, text)[1]


def test_what_was_not_taken_is_listed(tmp_path):
    images = make(tmp_path / "in", ["a.png", "b.png"])
    (images / "x.xyz").write_text("?")
    (images / "broken.png").write_text("?")
    (images / "labels.csv").write_text("path,style\na.png,A\n=gone.png,A\n")
    report = import_folder(images, tmp_path / "out")
    summary = report.summary()
    assert report.missing == 1 and summary["left_out_by_reason"] == {
        "files ending in .xyz are not read": 1,
        "there is no such image file": 1,
    }
    listed = pd.read_csv(tmp_path / "out" / "left_out.csv")
    assert len(listed) == 5 and summary["list"].endswith("left_out.csv")
    assert set(listed["path"].str.rsplit("/", n=1).str[-1]) == {
        *("broken.png", "b.png", "x.xyz", "labels.csv, line 3: =gone.png"),
    }
    for name in ("x.xyz", "broken.png", "labels.csv", "b.png"):
        (images / name).unlink()
    import_folder(images, tmp_path / "out")
    assert not (tmp_path / "out" / "left_out.csv").exists()


def test_names_that_are_no_unicode_and_names_that_differ_only_in_their_form(tmp_path):
    images = make(tmp_path / "in", ["a.png", "caf\u00e9.png"])
    shutil.copy(images / "a.png", images / "cafe\u0301.png")
    os.rename(images / "a.png", os.fsencode(images) + b"/na\xefve.png")
    (images / "labels.csv").write_text("path,style\nna\u00efve.png,A\ncaf\u00e9.png,B\ncafe\u0301.png,C\n")
    report = import_folder(images, tmp_path / "out")
    table = read_paintings(tmp_path / "out")
    assert len(set(table.ids)) == 3 and all(path.is_file() for path in table.image_paths())
    assert sorted(table.column("style")) == ["A", "B", "C"] and "UTF-8" in report.notes[0]
    assert import_folder(images, tmp_path / "out").paintings.ids == table.ids
    nfc = painting_ids(["caf\u00e9.png"])
    assert (
        painting_ids(["cafe\u0301.png", "caf\u00e9.png"])[1:]
        == nfc
        == painting_ids(["caf\u00e9.png", "cafe\u0301.png"])[:1]
    )


def test_the_users_own_columns_never_take_the_place_of_one_another(tmp_path):
    report, frame = table_of(tmp_path, "path,id,csv_id,ID_2,_x,None,index\na.png,1,2,3,4,5,6\n")
    assert [int(frame.loc["a.png", name]) for name in ("csv_id_", "csv_id", "ID_2", "csv_x", "None", "index")] == [
        *(1, 2, 3, 4, 5, 6),
    ]
    assert "'id' as 'csv_id_'" in report.notes[0]


def test_uncertain_attributions_stay_with_their_artist(tmp_path):
    names = [f"{i}.png" for i in range(12)]
    rows = "".join(f"{i}.png,{('A', 'A?', '[A]', 'B', 'B (?)', 'C')[i % 6]}\n" for i in range(12))
    report, frame = table_of(tmp_path, "path,artist\n" + rows, names, split="artist-disjoint")
    sides = {}
    for name, split in zip(frame["artist"], frame["split"], strict=True):
        sides.setdefault(name.strip("[]? ()"), set()).add(split)
    assert all(len(splits) == 1 for splits in sides.values())


def test_a_column_with_the_name_of_our_splits_that_holds_none(tmp_path):
    report, frame = table_of(tmp_path, "path,published_split\na.png,mine\nb.png,yours\n")
    assert frame["csv_published_split"].fillna("").tolist() == ["mine", "yours", ""]
    assert report.paintings.protocol == "stratified"


def test_a_file_and_a_table_without_pictures_are_told_for_what_they_are(tmp_path):
    images = make(tmp_path / "in", ["a.png"])
    with raises(InputError, "file-not-folder", "is a file") as caught:
        import_folder(images / "a.png", tmp_path / "out")
    assert str(images) in caught.value.hint
    table = tmp_path / "museum"
    table.mkdir()
    (table / "objects.csv").write_text("path,title\na.png,A\n")
    with raises(NothingUsableError, "no-images", "no images") as caught:
        import_folder(table, tmp_path / "out")
    assert "put the pictures that 'objects.csv'" in caught.value.hint
