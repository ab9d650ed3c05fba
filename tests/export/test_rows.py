"""Tables and JSON, read back by other readers."""

import csv
import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.export import linked_art_statements
from artextract.export.annotations import _number
from artextract.export.listing import SaidNumber
from artextract.export.rows import as_csv, as_json, cell, said_columns
from tests.export.conftest import HITS


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_table_holds_what_is_known_and_what_is_said(listing):
    data = as_csv(listing)
    assert data.startswith(b"\xef\xbb\xbfid,title,name,style,artist,genre,") and data.count(b"\r\n") == 6
    rows = read(data)
    first = rows[0]
    assert (first["id"], first["style"], first["year"], first["medium"], first["rights"]) == (
        "p00",
        "Cubism",
        "1880",
        "oil on canvas",
        "CC0",
    )
    assert first["licence"] == "http://creativecommons.org/publicdomain/zero/1.0/" and rows[3]["licence"] == ""
    assert (
        first["predicted style"],
        first["decided style"],
        first["decided style label"],
        first["decided style by"],
    ) == ("Cubism", "correct", "Orphism", "Eve")
    assert (rows[1]["predicted style probability"], rows[1]["style"]) == ("0.6124", "")
    assert (rows[3]["decided artist"], rows[3]["decided artist label"]) == ("correct", "")
    assert "decided style" in rows[4] and rows[4]["decided style"] == "", "a skip states nothing"
    assert first["image"] == "https://museum.example/iiif/1/full/max/0/default.jpg", "where the source tells it"
    assert rows[3]["image"] == "http://localhost:8000/api/images/p03?size=1600", "a file of a machine is no address"
    assert not any("path" in name or name in ("sha256", "split") for name in first)
    assert pd.read_csv(io.BytesIO(data))["id"].tolist() == listing.paintings.ids


def test_no_cell_is_a_formula(listing):
    rows = read(as_csv(listing))
    assert [row["title"] for row in rows] == ["'=HYPERLINK(1)", "<b>Bold</b>", "Kähler, “Öl”", "", "'-"]
    assert [row["name"] for row in rows][2:4] == ["Kähler, “Öl”", "p03.png"]


@given(st.text())
def test_text_cells_never_begin_as_a_formula(text):
    assert not str(cell(text)).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell(text).removeprefix("'") == text.removeprefix("'")
    assert cell(-1.5) == -1.5


def test_ranks_and_scores_of_a_search_come_first(listing):
    rows = read(as_csv(replace(listing, paintings=listing.paintings.rows([0, 1]), hits=HITS)))
    assert list(rows[0])[:4] == ["rank", "score", "nearness", "id"]
    assert [(row["rank"], row["score"], row["nearness"], row["contribution of palette"]) for row in rows] == [
        ("1", "0.9", "close", "0.3"),
        ("2", "-0.1", "weak", ""),
    ]


def test_json_keeps_what_is_known_apart_from_what_is_said(listing):
    document = json.loads(as_json(replace(listing, hits=HITS)))
    assert document["rights"] == [{"text": text, "paintings": 1} for text in listing.paintings.column("rights")]
    first, second, *_, last = document["paintings"]
    assert first["title"] == "=HYPERLINK(1)" and first["labels"] == {
        "style": "Cubism",
        "artist": "Ada",
        "genre": "portrait",
    }
    assert (
        first["metadata"]["year_end"] == 1885 and "style" not in first["metadata"] and "path" not in json.dumps(first)
    )
    assert second["labels"]["style"] is None and second["predictions"]["style"] == {
        "label": "Cubism",
        "probability": 0.6124,
        "unsure": False,
    }
    assert first["decisions"][0]["new"] == "Orphism" and "decisions" not in last
    assert first["hit"]["rank"] == 1 and first["regions"] == [{"box": [0.1, 0.2, 0.5, 0.6], "text": "1: like the sky"}]


def test_without_a_server_there_are_no_addresses(listing):
    row = read(as_csv(replace(listing, place=None)))[0]
    assert "image" not in row and "page" not in row


def test_columns_for_the_table_of_the_collection(listing):
    columns = said_columns(listing)
    assert columns["predicted style"] == ["Cubism", "Cubism", None, None, None]
    assert columns["decided style label"] == ["Orphism", None, "Baroque", None, None]


def test_an_empty_list_is_an_empty_table(listing):
    empty = replace(listing, paintings=listing.paintings.rows([]))
    assert read(as_csv(empty)) == [] and json.loads(as_json(empty))["paintings"] == []


def test_a_column_called_as_one_of_ours_does_not_hide_it(listing):
    frame = listing.paintings.frame.assign(rank=9)
    assert (
        read(as_csv(replace(listing, paintings=replace(listing.paintings, frame=frame), hits=HITS)))[0]["rank"] == "1"
    )


@pytest.mark.parametrize("text", ["a\nb", 'say "so"', "semi;colon", "комма, запятая"])
def test_awkward_texts_come_back(listing, text):
    frame = listing.paintings.frame.assign(credit=text)
    assert read(as_csv(replace(listing, paintings=replace(listing.paintings, frame=frame))))[0]["credit"] == text


def test_unsure_travels(listing):
    doubtful = replace(
        listing, predictions={"p01": {"style": ("Cubism", 0.2, True)}, "p02": {"style": ("Cubism", 0.9)}}
    )
    assert [row["predicted style unsure"] for row in read(as_csv(doubtful))] == ["", "yes", "no", "", ""]
    assert [
        painting.get("predictions", {}).get("style", {}).get("unsure")
        for painting in json.loads(as_json(doubtful))["paintings"]
    ] == [None, True, False, None, None]
    assert said_columns(doubtful)["predicted style unsure"] == [None, True, False, None, None]


def test_an_unsure_number_travels(listing):
    """To tables, JSON, annotations and Linked Art, with its reason."""
    sure = SaidNumber(1885, 1860, 1905, 0.8)
    dated = replace(listing, predictions={"p01": {"year": sure._replace(unsure=True)}, "p02": {"year": sure}})
    assert [row["predicted year unsure"] for row in read(as_csv(dated))] == ["", "yes", "no", "", ""]
    cells = [one["predicted_numbers"]["year"] for one in json.loads(as_json(dated))["paintings"][1:3]]
    assert [one["unsure"] for one in cells] == [True, False]
    assert said_columns(dated)["predicted year unsure"] == [None, True, False, None, None]
    first, second = (linked_art_statements.number(dated, "year", one["year"]) for one in dated.predictions.values())
    assert first["_label"] == (
        "Prediction of the year, not confirmed, and the model is unsure: about 1885? (1860 to 1905)"
    )
    assert [len(one["classified_as"]) for one in (first, second)] == [2, 1]
    assert "few paintings of such kinds" in str(first) and "unsure" not in str(second)
    bodies = [_number(dated, "p01", "year", one["year"])["body"] for one in dated.predictions.values()]
    assert [len(one) for one in bodies] == [2, 1] and "few paintings of such kinds" in bodies[0][0]["value"]


DOUBTED = {"p01": {"style": ("Cubism", 0.2, True, 0.9712, True, ("Cubism", "Fauvism"), 0.9), "artist": ("Ada", 0.9)}}
"""What a model says that knows sets of labels and novelty; the tests of other formats use it too."""


def test_novelty_and_sets_travel(listing):
    doubtful = replace(listing, predictions=DOUBTED)
    row = read(as_csv(doubtful))[1]
    cells = {name: row[f"predicted style {name}"] for name in ("novelty", "new", "set", "set coverage")}
    assert cells == {"novelty": "0.9712", "new": "yes", "set": "Cubism | Fauvism", "set coverage": "0.9"}
    assert "predicted artist novelty" not in row and "predicted artist set" not in row
    said = json.loads(as_json(doubtful))["paintings"][1]["predictions"]
    assert said["style"]["novelty"] == {"score": 0.9712, "new": True}
    assert said["style"]["set"] == {"labels": ["Cubism", "Fauvism"], "coverage": 0.9}
    assert set(said["artist"]) == {"label", "probability", "unsure"}


def test_lists_are_readable_and_control_characters_gone(listing):
    frame = listing.paintings.frame.assign(terms=[["sea", "=boats"]] * 5, credit="a\x00=\x1b[31m")
    (first, *_) = read(as_csv(replace(listing, paintings=replace(listing.paintings, frame=frame))))
    assert first["terms"] == "sea; =boats" and first["credit"] == "a=[31m"
