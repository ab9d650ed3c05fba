"""Figures for each value of a column, against scikit-learn on the rows of that value."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score

from artextract.errors import InputError
from artextract.evaluate.classification.by_column import (
    MOST_VALUES,
    NO_VALUE,
    OTHERS,
    by_column,
    require_column,
    values_of,
)
from artextract.evaluate.classification.figures import SEEN, UNSEEN, Judged
from artextract.evaluate.page.value_rows import value_head, value_rows
from artextract.table import Paintings
from tests.raising import raises


def table(**columns):
    count = len(next(iter(columns.values())))
    fixed = {"source": "painted", "rights": "CC0", "sha256": "0" * 64, "width": 10, "height": 10, "path": "x.png"}
    return Paintings(pd.DataFrame({"id": [f"p{n}" for n in range(count)], **fixed, **columns}), ".")


@pytest.fixture(scope="module")
def case():
    """Forty rows of three sources, of which every second has a label of style."""
    rng = np.random.default_rng(0)
    sources = np.array((["a"] * 20 + ["b"] * 12 + [None] * 8), dtype=object)
    positions = np.arange(0, 40, 2)
    probabilities = rng.dirichlet(np.ones(3), len(positions)).astype(np.float32)
    truth = rng.integers(0, 3, len(positions))
    artists = np.where(np.arange(len(positions)) % 4 == 0, UNSEEN, SEEN)
    judged = Judged(["x", "y", "z"], positions, truth, probabilities, {}, 20, [1, 1, 1], 1.0, artists)
    return table(where=sources), judged


def test_each_value_has_the_figures_of_its_rows(case):
    rows, judged = case
    found = by_column(rows, {"style": judged}, "where")
    assert found["column"] == "where"
    values = found["attributes"]["style"]
    assert [(one["value"], one["all"]["n"]) for one in values] == [("a", 10), ("b", 6), (NO_VALUE, 4)]
    predicted = judged.probabilities.argmax(1)
    for one, own in zip(values, (slice(0, 10), slice(10, 16), slice(16, 20)), strict=True):
        truth, said, kinds = judged.truth[own], predicted[own], judged.artists[own]
        assert one["all"]["accuracy"] == pytest.approx(accuracy_score(truth, said))
        assert one["all"]["macro_f1"] == pytest.approx(f1_score(truth, said, average="macro"))
        low, high = one["all"]["ci"]["accuracy"]
        assert low <= one["all"]["accuracy"] <= high and one["all"]["ci"]["roc_auc"] is None
        assert one["unseen_artists"]["n"] == int((kinds == UNSEEN).sum())
        unseen = kinds == UNSEEN
        assert one["unseen_artists"]["accuracy"] == pytest.approx(accuracy_score(truth[unseen], said[unseen]))


def test_rows_to_be_shown(case):
    rows, judged = case
    values = by_column(rows, {"style": judged}, "where")["attributes"]["style"]
    shown = value_rows(values)
    assert len(value_head("where", values)) == len(shown[0]) == 7 and shown[0][:2] == ["a", "10"]
    for one in values:
        del one["seen_artists"], one["unseen_artists"]
    assert len(value_head("where", values)) == len(value_rows(values)[0]) == 4


def test_many_numbers_become_ranges_and_rare_values_are_counted_together():
    years = pd.Series([*range(1400, 1500), None], dtype="Int64")
    names = values_of(table(year=years), "year")
    found = sorted(set(names) - {NO_VALUE})
    assert len(found) == 5 and names[-1] == NO_VALUE and all(18 <= np.sum(names == name) <= 21 for name in found)
    ends = [tuple(map(int, name.split(" to "))) for name in found]
    assert (ends[0][0], ends[-1][1]) == (1400, 1499)
    assert all(after[0] == before[1] + 1 for before, after in zip(ends, ends[1:], strict=False))
    few = values_of(table(hall=pd.Series([1, 2, 2], dtype="Int64")), "hall")
    assert list(few) == ["1", "2", "2"]
    rooms = [f"room {n}" for n in range(MOST_VALUES)] * 2 + ["attic", "cellar"]
    assert list(values_of(table(room=rooms), "room"))[-3:] == [f"room {MOST_VALUES - 1}", OTHERS, OTHERS]


def test_a_column_that_cannot_be_used():
    rows = table(tags=[["a", "b"], None])
    with raises(InputError, "column-of-lists", "tags"):
        require_column(rows, "tags")
    with raises(InputError, "unknown-column", "nowhere"):
        require_column(rows, "nowhere")
    require_column(rows, "source")
