"""What the commands print as text."""

import os
import shutil
import sys

import pytest

from artextract.app.answers import predictions
from artextract.app.tables import _approximate_line, grid


@pytest.mark.parametrize(
    ("about", "line"),
    [
        (
            {"candidates": 200, "recall@10": 0.9967},
            "approximate index: 200 candidates, recall@10 0.997 against looking at all",
        ),
        (
            {"kind": "HNSW", "store": "milvus://localhost:19530/paintings"},
            "approximate index: a graph at milvus://localhost:19530/paintings",
        ),
    ],
)
def test_the_index_of_candidates_is_reported_wherever_it_is(about, line):
    assert _approximate_line(about) == line


@pytest.mark.parametrize("columns", [120, 80, 60, 44])
def test_a_table_fits_the_terminal(columns, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((columns, 24)))
    head = ["", "title", "labels", "style", "palette", "score", "id", "rights"]
    row = ["1", "Wheat field " * 4, "Post-Impressionism", "+0.50", "+0.22", "0.72", "van-gogh_wheat", "CC0 " * 9]
    text = grid(head, [row], left=3, end=2, spare=["rights", "style", "palette", "labels"], whole="id")
    table = text.splitlines()[:3]
    assert max(map(len, table)) <= columns
    assert row[6] in table[2], "what is typed again is never cut"
    gone = [name for name in ("rights", "style", "palette", "labels") if name not in table[0]]
    assert bool(gone) == (columns < 80)
    assert not gone or text.splitlines()[3].startswith(f"no room here for: {', '.join(gone)}")


def test_a_table_in_a_file_is_whole(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    assert grid(["", "title"], [["1", "x" * 150]], left=2).count("x") == 150


def test_answers_that_do_not_fit_are_not_cut(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((50, 24)))
    one = {
        "attributes": {"style": [{"label": "Northern Renaissance", "probability": 0.61}]},
        "unsure": [],
        "novelty": {},
    }
    text = predictions([{"path": f"a/{name}.jpg", **one} for name in ("mill", "harbour-in-the-evening")], {"style": 27})
    assert text.splitlines()[0] == "mill.jpg" and text.count("Northern Renaissance") == 2 and "…" not in text
