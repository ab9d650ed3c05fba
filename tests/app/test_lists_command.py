"""artextract lists, and the export of a list."""

import csv
import json
import shutil

import pytest

from artextract.app.cli import main
from artextract.lists import Entry, ListStore


@pytest.fixture(scope="module")
def collection(indexed_collection, tmp_path_factory):
    folder = shutil.copytree(indexed_collection, tmp_path_factory.mktemp("lists") / "museum")
    ListStore(folder).save("Harbours", [Entry("p05", "the quay"), Entry("p01"), Entry("gone")], "for May", "Ada")
    return folder


def test_lists_and_what_is_on_one(collection, capsys):
    main(["lists", str(collection), "--json"])
    (one,) = json.loads(capsys.readouterr().out)["lists"]
    assert (one["name"], one["paintings"], one["by"]) == ("Harbours", 3, "Ada")
    main(["lists", str(collection), "harbours"])
    said = capsys.readouterr().out
    assert "for May" in said and said.index("Picture 5") < said.index("Picture 1") and "the quay" in said


def test_a_list_is_exported_in_its_order(collection, tmp_path, capsys):
    main(["export", str(collection), "--list", "Harbours", "--out", str(tmp_path / "x.csv")])
    with open(tmp_path / "x.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["note"]) for row in rows] == [("p05", "the quay"), ("p01", "")]
    main(["export", str(collection), "--list", "Harbours", "--format", "pdf", "--out", str(tmp_path / "x.pdf")])
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    assert main(["export", str(collection), "--list", "Ports"]) == 2
    assert "Harbours" in capsys.readouterr().err
