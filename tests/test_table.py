"""The table keeps its promises through parquet, CSV and JSON."""

import json
import random
from contextlib import suppress

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from artextract.errors import InputError
from artextract.table import Paintings, fingerprint, read_paintings
from tests.damage import flip
from tests.raising import raises


def rows(count: int = 4, **columns) -> pd.DataFrame:
    base = {
        "id": [f"p{i}" for i in range(count)],
        "path": [f"images/p{i}.jpg" for i in range(count)],
        "source": "made",
        "rights": "CC0",
        "sha256": [f"{i:064x}" for i in range(count)],
        "width": 10,
        "height": 20,
        "split": ["train", "val", "test", None][:count],
        "style": ["Cubism", None, "cubism", "Art Nouveau"][:count],
    }
    return pd.DataFrame(base | columns)


def test_a_table_comes_back_as_it_was_written(tmp_path):
    extra = {"year": [1880, None, 1900, 1901], "palette": [["#ffffff", "#000000"], [], ["#123456"], None]}
    written = Paintings(rows(**extra), tmp_path, ("style", "artist", "genre", "school"))
    written.write()
    table = read_paintings(tmp_path)
    assert table.labels == ("style", "artist", "genre", "school")
    assert table.records() == written.records()
    record = table.record(0)
    assert record["palette"] == ["#ffffff", "#000000"] and record["artist"] is None and record["width"] == 10
    assert not list(tmp_path.glob(".*"))


def test_selections(tmp_path):
    table = Paintings(rows(), tmp_path)
    assert table.in_split("train", "val").ids == ["p0", "p1"]
    assert table.rows([2, 0]).ids == ["p2", "p0"]
    assert table.rows(np.array([True, False, False, True])).ids == ["p0", "p3"]
    assert table.position("p2") == 2 and table.position("none") is None
    assert table.keys("style").tolist() == ["cubism", None, "cubism", "art_nouveau"]
    assert table.keys("artist").tolist() == [None] * 4
    assert table.rows([]).ids == []


def test_paths_count_from_the_collection(tmp_path):
    table = Paintings(rows(path=["images/a.jpg", "/elsewhere/b.jpg", "c.jpg", "d.jpg"]), tmp_path)
    assert [str(p) for p in table.image_paths()[:2]] == [str(tmp_path / "images/a.jpg"), "/elsewhere/b.jpg"]


def test_exports(tmp_path):
    table = Paintings(rows(year=[1880.0, None, 1900, 1901]), tmp_path)
    table.export(tmp_path / "t.csv", "csv")
    assert pd.read_csv(tmp_path / "t.csv")["id"].tolist() == table.ids
    table.export(tmp_path / "t.json", "json")
    loaded = json.loads((tmp_path / "t.json").read_text())
    assert (
        loaded[0]["path"] == str(tmp_path / "images/p0.jpg")
        and loaded[1]["year"] is None
        and loaded[1]["style"] is None
    )
    endless = Paintings(rows(price=[float("inf"), float("-inf"), 1.5, None]), tmp_path)
    assert [record["price"] for record in endless.records()] == [None, None, 1.5, None], "JSON has no infinity"
    with raises(InputError, "unknown-export-format"):
        table.export(tmp_path / "t.xml", "xml")


@pytest.mark.parametrize(
    "columns, code, named",
    [
        ({"id": "same"}, "id-twice", "same"),
        ({"rights": None}, "missing-values", "rights"),
        ({"source": None}, "missing-values", "source"),
        ({"split": "dev"}, "unknown-split", "'dev'"),
    ],
)
def test_rows_that_break_a_promise_are_refused(columns, code, named, tmp_path):
    with raises(InputError, code, named):
        Paintings(rows(**columns), tmp_path)


def test_unknown_columns_and_collections_are_named(tmp_path):
    with raises(InputError, "unknown-column", "school"):
        Paintings(rows(), tmp_path).column("school")
    with raises(InputError, "not-a-collection"):
        read_paintings(tmp_path)
    (tmp_path / "paintings.parquet").write_bytes(b"broken")
    with raises(InputError, "damaged-file"):
        read_paintings(tmp_path)


def test_the_fingerprint_knows_contents_not_order(tmp_path):
    table = Paintings(rows(), tmp_path)
    assert fingerprint(table) == fingerprint(table.rows([3, 1, 0, 2]))
    assert fingerprint(table) != fingerprint(table.rows([0, 1, 2]))
    assert fingerprint(table) != fingerprint(Paintings(rows(sha256=["f" * 64] * 4), tmp_path))


def test_bits_that_change_in_the_table_are_noticed_where_its_values_lie(tmp_path):
    path = Paintings(rows(), tmp_path).write()
    whole = path.read_bytes()
    at = whole.index(b"PAR1", 0) + 4
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    unnoticed = 0
    for bit in range(8 * at, 8 * footer, 211):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        with suppress(InputError):
            unnoticed += not read_paintings(tmp_path).frame.equals(Paintings(rows(), tmp_path).frame)
    assert unnoticed == 0


def test_a_flipped_bit_anywhere_in_the_file_is_noticed(tmp_path):
    """Of the footer above all, which the checksums of the pages do not cover; one bit of it hides all its names."""
    path = Paintings(rows(), tmp_path).write()
    whole = path.read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    draw = random.Random(0)
    names = [8 * whole.rfind(name) + bit for name in (b"artextract.checksum", b"artextract.sealed") for bit in (2, 80)]
    list_of_names = [8 * (whole.rfind(b"artextract.checksum") - 3) + bit for bit in range(8)]
    anywhere = [draw.randrange(8 * len(whole)) for _ in range(10)]
    in_footer = [8 * len(whole) - draw.randrange(1, 8 * footer) for _ in range(20)]
    for bit in names + list_of_names + anywhere + in_footer:
        flip(path, bit)
        with raises(InputError, "damaged-file"):
            read_paintings(tmp_path)
        path.write_bytes(whole)
    assert len(read_paintings(tmp_path)) == 4


@pytest.mark.parametrize(
    "write", [lambda table, path: pq.write_table(table, path), lambda t, p: t.to_pandas().to_parquet(p)]
)
def test_a_table_that_another_program_has_written_is_read(write, tmp_path):
    path = Paintings(rows(), tmp_path).write()
    write(pq.read_table(path), path)
    assert len(read_paintings(tmp_path)) == 4


def test_a_table_with_words_of_the_footer_in_it(tmp_path):
    table = Paintings(rows(title=["blake2b:" + "0" * 32, "blake2b:", None, "x"]), tmp_path)
    table.write()
    assert read_paintings(tmp_path).records() == table.records()
