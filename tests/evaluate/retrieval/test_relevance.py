"""Who is relevant to whom, and who is no candidate."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract.errors import InputError
from artextract.evaluate.retrieval.relevance import LeftOut, by_column, catalogues, graded, shared_labels
from artextract.table import Paintings
from tests.raising import raises


def table(**columns) -> Paintings:
    n = len(next(iter(columns.values())))
    rows = {
        "id": [f"p{i}" for i in range(n)],
        "path": "x.png",
        "source": "s",
        "rights": "r",
        "sha256": [f"{i:064x}" for i in range(n)],
        "width": 9,
        "height": 9,
    }
    return Paintings(pd.DataFrame({**rows, **columns}), "nowhere")


def test_labels_are_compared_by_their_key():
    gains = by_column(table(style=["Art Nouveau", "art_nouveau_modern", None, "Cubism", None]), "style").gains(
        np.array([0, 2])
    )
    assert gains.tolist() == [
        [1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]  # what has no label is relevant to nothing, not even to itself


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=3), min_size=2, max_size=12))
def test_a_column_of_lists_counts_any_shared_value(cells):
    paintings = table(terms=cells)
    wanted = [[float(bool(set(a) & set(b))) for b in cells] for a in cells]
    relevance = by_column(paintings, "terms")
    assert relevance.gains(np.arange(len(cells))).tolist() == wanted
    assert relevance.labelled == sum(bool(cell) for cell in cells)


def test_graded_gains_are_the_sum_over_what_is_shared():
    paintings = table(artist=["A", "A", "B", None, "A"], style=["x", "x", "x", "x", None])
    relevance = graded(paintings, {"artist": 3, "style": 1})
    assert relevance.name == "artist=3,style=1" and relevance.classes(np.arange(5)) is None
    assert relevance.gains(np.array([0])).tolist() == [[4, 4, 1, 1, 3]]
    with raises(InputError, "invalid-gain", "style", "0"):
        graded(paintings, {"style": 0})
    with raises(InputError, "unknown-column", "mood"):
        graded(paintings, {"mood": 1})


def test_the_catalogue_knows_other_labels_but_not_the_answer():
    artists = ["A", "A", "B", "B", "C", "C"]
    paintings = table(artist=artists, painter=artists, style=["x", "x", "x", "y", "y", "y"], genre=[None] * 6)
    assert list(catalogues(paintings, by_column(paintings, "artist"))) == ["catalogue:style"]
    assert list(catalogues(paintings, by_column(paintings, "painter"))) == [
        "catalogue:style"
    ]  # the artist is the painter
    assert list(catalogues(paintings, by_column(paintings, "style"))) == ["catalogue:artist"]
    assert catalogues(paintings, graded(paintings, {"artist": 1, "style": 1})) == {}
    paintings = table(artist=artists, style=["x", "x", "x", "y", "y", "y"], genre=list("pqpqpq"))
    assert list(catalogues(paintings, by_column(paintings, "artist"))) == [
        "catalogue:style",
        "catalogue:genre",
        "catalogue:style+genre",
    ]


def test_duplicates_and_views_of_one_object_are_no_candidates():
    paintings = table(phash=["0" * 16, "0" * 15 + "1", "f" * 16, "00ff" * 4, None], object=[None, "o", "o", None, None])
    mask = LeftOut.of(paintings).mask(np.arange(5))
    assert mask[0].tolist() == [True, True, False, False, False]
    assert mask[1].tolist() == [True, True, True, False, False] and mask[4].tolist() == [False] * 4 + [True]
    assert (mask == mask.T).all()


def test_shared_labels_of_numbers_and_nothing():
    assert shared_labels([1880, 1881, 1880, None]).toarray().tolist() == [[1, 0], [0, 1], [1, 0], [0, 0]]
    assert not shared_labels([None, None]).nnz
