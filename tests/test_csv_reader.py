"""Tables of text as people save them: nothing is guessed, and what was done is said."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.csv_file import harmless
from artextract.csv_reader import read_sheet
from artextract.errors import InputError
from tests.raising import raises


@pytest.fixture
def sheet(tmp_path):
    def read(data, **options):
        path = tmp_path / "labels.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_sheet(path, ("path",), **options)

    return read


TEXT = 'path{0}Style{0}year\na.jpg{0}Expressionnisme né{0}0012\nb.jpg{0}"x{0}y"{0}1e3\n'


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_separator_and_line_end_gives_the_same_cells(sheet, separator, encoding, end):
    read = sheet(TEXT.format(separator).replace("\n", end).encode(encoding))
    assert read.header == ["path", "Style", "year"]
    assert read.rows == [["a.jpg", "Expressionnisme né", "0012"], ["b.jpg", f"x{separator}y", "1e3"]]
    assert read.lines == [2, 3] and not read.unread
    assert len(read.notes) == (separator != ",") + (not encoding.startswith("utf-8"))


def test_big_endian_with_a_mark_and_a_named_encoding(sheet):
    assert sheet(b"\xfe\xff" + "path;s\na;é".encode("utf-16-be")).rows == [["a", "é"]]
    assert sheet("path,s\na,印象派\n".encode("shift_jis"), encoding="shift_jis").rows == [["a", "印象派"]]
    assert sheet(b"path,s\na,\x81\xe9\n").rows == [["a", "\x81é"]]  # Windows-1252 has no 0x81
    [note] = sheet("path,s\na.jpg,b \u0412\u0435\u0441\u043d\u0430\n".encode("cp1251")).notes
    assert "(such as '\u00c2\u00e5\u00f1\u00ed\u00e0')" in note, "so that people see that it is Cyrillic"
    [note] = sheet(b"path,s\na,b\xa0c\n").notes
    assert "Windows-1252;" in note, "a blank is no word"
    read = sheet("path,s\né,à\nö,ü".encode() + b"\xff\n")
    assert read.rows == [["é", "à"], ["ö", "ü\ufffd"]] and "line 3" in read.notes[0]
    with raises(InputError, "unreadable-csv"):
        sheet(b"path\na\xff\n", encoding="utf-8")
    with raises(InputError, "unreadable-csv"):
        sheet(b"path\na\n", encoding="klingon")


def test_the_line_with_which_excel_names_the_separator(sheet):
    read = sheet("\ufeffsep=;\r\npath;style, of a kind\r\na;b\r\n")
    assert read.header == ["path", "style, of a kind"] and read.rows == [["a", "b"]] and read.lines == [3]
    assert sheet('"sep=|"\npath|s\na|b').rows == [["a", "b"]]


def test_the_separator_is_the_one_that_gives_the_expected_column(sheet):
    assert sheet("path;a, b, c, d\nx;1\n").header == ["path", "a, b, c, d"]
    assert sheet("PATH\nx,1\n").header == ["PATH"]


def test_long_and_short_rows_shift_nothing(sheet):
    read = sheet(
        "path,style,artist\na,Cubism,Braque\nb,Rembrandt, 1606-1669,Baroque\nc,Cubism\nd,Cubism,Braque,,\n,,\n\n"
    )
    assert read.rows == [["a", "Cubism", "Braque"], ["c", "Cubism", None], ["d", "Cubism", "Braque"]]
    assert read.lines == [2, 4, 5] and [line for line, _ in read.unread] == [3]
    assert "line 4" in read.notes[0] and "line 3" in read.notes[1]
    assert sheet("path,style,\na,b,\n").rows == [["a", "b"]]  # a column that is empty throughout
    assert sheet("path,style,\na,b,c\n").header == ["path", "style", "column 3"]


def test_names_that_stand_twice(sheet):
    read = sheet("path,style,Style,style_2\na,1,2,3\n")
    assert read.header == ["path", "style", "Style_3", "style_2"] and read.rows == [["a", "1", "2", "3"]]
    assert "Style_3" in read.notes[0]


def test_quotation_marks(sheet):
    assert sheet('path,t\na,"x ""y"" z"\nb,5" x 7"\nc,"Untitled" (study)\nd, "p, q"\n').rows == [
        ["a", 'x "y" z'],
        ["b", '5" x 7"'],
        ["c", "Untitled (study)"],
        ["d", "p, q"],
    ]
    read = sheet('path,t\na,"two\nlines"\nb,c\n')
    assert read.rows == [["a", "two\nlines"], ["b", "c"]] and read.lines == [2, 4]
    with raises(InputError, "unreadable-csv", "3"):
        sheet('path,t\na,b\nc,"d\ne,f\ng,h\n')


def test_what_excel_and_we_put_around_text(sheet):
    cells = ["-50", "=1+1", "@x", "'t Hooft", "plain"]
    assert [row[1] for row in sheet("path,t\n" + "".join(f"a,{harmless(c)}\n" for c in cells)).rows] == cells
    assert sheet('path,t\na,="0012"\n').rows == [["a", "0012"]]


def test_nul_bytes_and_very_long_cells(sheet):
    read = sheet(b"path,t\na\0,b\0c\n")
    assert read.rows == [["a", "bc"]] and "2 NUL" in read.notes[0]
    assert len(sheet("path,t\na," + "x" * 300_000).rows[0][1]) == 300_000


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", b"PK\x03\x04rest", b"PAR1rest", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_table_is_reported(sheet, data):
    with raises(InputError, "unreadable-csv"):
        sheet(data)


def test_a_missing_file_is_reported(tmp_path):
    with raises(InputError, "unreadable-csv"):
        read_sheet(tmp_path / "none.csv")


_CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=8).filter(
    lambda text: not text.startswith(("'", "=", "\ufeff"))
)


@given(st.lists(st.tuples(_CELL, _CELL), max_size=5))
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "labels.csv"
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("path", "t"), *rows])
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    assert read_sheet(path, ("path",)).rows == [[a or None, b or None] for a, b in rows if a or b]
