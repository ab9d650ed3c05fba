"""What the commands print as text."""

import pytest

from artextract.app.tables import _approximate_line


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
