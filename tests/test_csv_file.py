"""Tables that spreadsheets read: no cell calculates, lists are readable, whole numbers are whole."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from artextract.csv_file import for_sheets, write_frame, written
from artextract.table import Paintings

FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(1)", "\t=1", "\x00=1", "＝1"]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_calculates(text, tmp_path):
    frame = pd.DataFrame({"id": ["a"], "title": [text], f"{text} column": ["x"], "list": [[text, "b"]]})
    (row,) = rows_of(write_frame(tmp_path / "t.csv", frame).read_text())
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for cell in [*row, *row.values()])
    assert "\x00" not in "".join(row.values())


def test_lists_and_numbers_are_readable():
    frame = pd.DataFrame(
        {
            "list": [["a", "b; c"], None, np.array(["d"])],
            "year": [1880.0, np.nan, -430.0],
            "share": [0.5, 1.0, np.nan],
            "mixed": ["x", 3.0, None],
            "inf": [np.inf, 1.0, 2.0],
        }
    )
    rows = rows_of(for_sheets(frame).to_csv(index=False))
    assert [row["list"] for row in rows] == ["a; b; c", "", "d"]
    assert [row["year"] for row in rows] == ["1880", "", "-430"] and [row["share"] for row in rows] == [
        "0.5",
        "1.0",
        "",
    ]
    assert rows[1]["mixed"] == "3.0" and rows[0]["inf"] == "inf"


def test_two_columns_of_one_name_both_stay():
    frame = pd.DataFrame([["a", "b"]], columns=["x\n", "x"])
    assert for_sheets(frame).to_csv(index=False) == "x,x\na,b\n"


def test_line_breaks_stand_in_quotation_marks():
    assert written("a\nb\x07") == "a\nb" and written(None) is None and written(pd.NA) is None and written(True) is True


def test_the_table_of_a_collection(tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["a"],
            "path": ["in/a.png"],
            "title": ["=1+1"],
            "source": "folder",
            "rights": "CC0",
            "sha256": "0",
            "width": 1,
            "height": 1,
            "terms": [["sea", "boats"]],
            "year": [1880.0],
        }
    )
    table = Paintings(frame, tmp_path / "collection")
    out = tmp_path / "collection" / "in" / "labels.csv"
    out.parent.mkdir(parents=True)
    table.export(out, "csv", relative=True)
    (row,) = rows_of(out.read_text())
    assert (row["path"], row["title"], row["terms"], row["year"]) == ("a.png", "'=1+1", "sea; boats", "1880")
    table.export(tmp_path / "t.csv", "csv", relative=True)
    assert rows_of((tmp_path / "t.csv").read_text())[0]["path"] == "collection/in/a.png"
    table.export(tmp_path / "t.csv", "csv")
    assert rows_of((tmp_path / "t.csv").read_text())[0]["path"] == str(tmp_path.resolve() / "collection/in/a.png")
