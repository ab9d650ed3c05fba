"""WebDataset shards and what img2dataset writes."""

import io
import json
import tarfile

import numpy as np
import pandas as pd
from PIL import Image

from artextract.errors import InputError, NothingUsableError
from artextract.sources import tar_samples
from artextract.sources.webdataset import import_webdataset
from artextract.table import read_paintings
from tests.raising import raises


def picture(seed, format="PNG"):
    pixels = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), dtype=np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).resize((40, 30), Image.Resampling.BICUBIC).save(data, format)
    return data.getvalue()


def write_shard(path, members, mode="w"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as shard:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            shard.addfile(info, io.BytesIO(data))
    return path


def samples(numbers, **more):
    for number in numbers:
        about = {"style": ("Cubism", "Realism")[number % 2], "accession": "0012", "year": 1900 + number, **more}
        yield f"{number:04d}.png", picture(number)
        yield f"{number:04d}.json", json.dumps(about).encode()
        yield f"{number:04d}.txt", f"Painting {number}".encode()


def write_webdataset(folder):
    for part, numbers in (("train-000000", range(8)), ("test-000000", (8, 9))):
        write_shard(folder / f"{part}.tar", samples(numbers))
    return folder


def test_shards_become_a_collection(tmp_path):
    report = import_webdataset(write_webdataset(tmp_path / "in"), tmp_path / "out")
    table = read_paintings(tmp_path / "out")
    assert len(table) == 10 and table.protocol == "published" and table.column("split").tolist().count("test") == 2
    row = next(row for row in table.records() if row["caption"] == "Painting 3")
    assert (row["style"], row["accession"], row["year"]) == ("Realism", "0012", 1903)
    assert all(path.is_relative_to(tmp_path / "out" / "images") for path in table.image_paths())
    assert report.columns["year"] == "whole numbers" and not report.left_out
    assert import_webdataset(tmp_path / "in", tmp_path / "out", limit=3).summary()["paintings"] == 3


def test_classes_captions_and_endings_with_several_dots(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "classes.txt").write_text("Cubism\nFauvism\n")
    write_shard(
        tmp_path / "in" / "a.tar.gz",
        [("x/1.jpg", picture(1, "JPEG")), ("x/1.cls", b"1"), ("x/2.rgb.png", picture(2)), ("x/2.cls", b"7")],
        "w:gz",
    )
    table = import_webdataset(tmp_path / "in", tmp_path / "out").paintings
    assert "class" in table.labels and sorted(table.column("class")) == ["7", "Fauvism"]


def test_hostile_and_broken_members(tmp_path, monkeypatch):
    monkeypatch.setattr(tar_samples, "LARGEST_IMAGE", 100_000)
    path = tmp_path / "in" / "s.tar"
    members = [
        ("../../evil.png", picture(1)),
        ("/abs.png", picture(2)),
        ("big.png", bytes(100_001)),
        ("two.png", picture(3)),
        ("two.jpg", picture(4, "JPEG")),
        ("lone.json", b"{}"),
        ("odd.npy", b"x"),
        ("spoilt.png", b"no image"),
        ("bad.png", picture(5)),
        ("bad.json", b"[1"),
        ("two.png", picture(6)),
    ]
    write_shard(path, members)
    with tarfile.open(path, "a") as shard:
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        shard.addfile(link)
    report = import_webdataset(path, tmp_path / "out")
    assert len(report.paintings) == 4 and not (tmp_path / "evil.png").exists()
    reasons = {left.path: left.reason for left in report.left_out}
    assert "too large" in reasons["s.tar: big.png"] and "second image" in reasons["s.tar: two.jpg"]
    assert (
        "twice" in reasons["s.tar: two"]
        and "no image" in reasons["s.tar: lone"]
        and ".npy" in reasons["s.tar: odd.npy"]
    )
    assert "link" in reasons["s.tar: link.png"] and "no JSON" in reasons["s.tar/bad.json"] and len(report.skipped) == 1


def test_a_shard_that_breaks_off_keeps_what_was_read(tmp_path):
    path = write_shard(tmp_path / "in" / "a.tar", samples(range(6)))
    path.write_bytes(path.read_bytes()[:8000])
    report = import_webdataset(tmp_path / "in", tmp_path / "out")
    assert 0 < len(report.paintings) < 6 and "breaks off" in report.left_out[0].reason


def test_img2dataset_tars_with_their_lists(tmp_path):
    write_shard(tmp_path / "in" / "00000.tar", [(f"00000000{i}.jpg", picture(i, "JPEG")) for i in range(3)])
    rows = [{"key": f"00000000{i}", "status": "success", "url": f"u{i}", "width": 40} for i in range(3)]
    rows.append({"key": "000000003", "status": "failed_to_download", "url": "u3", "width": None})
    pd.DataFrame(rows).to_parquet(tmp_path / "in" / "00000.parquet")
    report = import_webdataset(tmp_path / "in", tmp_path / "out")
    assert sorted(report.paintings.column("url")) == ["u0", "u1", "u2"]
    assert [(left.path, left.reason) for left in report.left_out] == [
        ("00000.tar: 000000003", "img2dataset could not fetch it")
    ]


def test_img2dataset_folders_stay_where_they_are(tmp_path):
    folder = tmp_path / "in" / "00000"
    folder.mkdir(parents=True)
    for name, data in samples(range(4)):
        (folder / name).write_bytes(data)
    (tmp_path / "in" / "00000_stats.json").write_text("{}")
    report = import_webdataset(tmp_path / "in", tmp_path / "out")
    assert {path.parent for path in report.paintings.image_paths()} == {folder}
    assert set(report.paintings.column("style")) == {"Cubism", "Realism"}
    assert [left.path for left in report.left_out] == ["00000_stats.json"]


def test_what_cannot_be_imported_is_named(tmp_path):
    with raises(InputError, "file-missing"):
        import_webdataset(tmp_path / "none", tmp_path / "out")
    (tmp_path / "bad.tar").write_text("no tar")
    with raises(NothingUsableError, "no-images"):
        import_webdataset(tmp_path / "bad.tar", tmp_path / "out")
    write_webdataset(tmp_path / "in")
    with raises(InputError, "unknown-column"):
        import_webdataset(tmp_path / "in", tmp_path / "out", label_columns=("school",))
