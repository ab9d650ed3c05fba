"""Answer sets against the textbook rule written out, the promise kept on exchangeable rows, and their file."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from artextract.errors import InputError, MismatchError
from artextract.model.answer_sets import ENOUGH_PAINTINGS, NO_SETS, AnswerSets, fit_answer_sets, read_answer_sets
from artextract.model.kept_scores import KEPT
from artextract.model.saved import ANSWER_SETS_FILE
from tests.raising import raises


def drawn(rows, seed=0, classes=6):
    """Probabilities and class numbers that follow them."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(classes, 0.4), rows)
    truth = np.array([random.choice(classes, p=row) for row in probabilities])
    return probabilities.astype(np.float32), truth


def fitted(probabilities, truth):
    return fit_answer_sets({"style": probabilities[np.arange(len(truth)), truth]}, {"style": len(truth)})


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(ENOUGH_PAINTINGS, 80), st.floats(0.05, 0.99))
def test_a_set_holds_what_is_no_more_improbable_than_so_many_of_the_validation(seed, rows, coverage):
    probabilities, truth = drawn(rows, seed, 3)
    sets = fitted(probabilities, truth)
    scores = sorted(1 - probabilities[np.arange(rows), truth])
    rank = math.ceil(round((rows + 1) * coverage, 9))
    least = 1 - scores[rank - 1] if rank <= rows else 0
    for row, inside in zip(probabilities, sets.members("style", probabilities, coverage), strict=True):
        assert inside[row.argmax()]
        for k, value in enumerate(row):
            assert inside[k] or value < least + 1e-5
            assert not inside[k] or k == row.argmax() or value > least - 1e-5


def test_the_promise_is_kept_on_rows_like_those_of_the_validation():
    sets = fitted(*drawn(2000, 1))
    probabilities, truth = drawn(4000, 2)
    for coverage in (0.5, 0.8, 0.9, 0.95):
        held = sets.members("style", probabilities, coverage)[np.arange(4000), truth].mean()
        assert coverage - 0.025 < held < coverage + 0.035 or coverage == 0.5  # the best label is always there


def test_kept_scores_never_make_a_set_smaller():
    probabilities, truth = drawn(3 * KEPT + 17)
    own = probabilities[np.arange(len(truth)), truth]
    every, kept = (
        AnswerSets({"style": np.sort(1 - own)}, {"style": len(own)}),
        fit_answer_sets({"style": own}, {"style": len(own)}),
    )
    assert len(kept.scores["style"]) == KEPT
    for coverage in (0.1, 0.5, 0.9, 0.99):
        least, coarse = every.threshold("style", coverage), kept.threshold("style", coverage)
        assert coarse <= least + 1e-6 and coarse >= every.threshold("style", min(0.999, coverage + 2 / KEPT)) - 1e-6


def test_labels_come_most_probable_first():
    sets = AnswerSets({"style": np.linspace(0, 0.7, 50, dtype=np.float32)}, {"style": 50})
    assert sets.labels("style", ["a", "b", "c"], np.array([0.37, 0.6, 0.03])) == ["b", "a"]
    assert sets.labels("style", ["a", "b", "c"], np.array([0.1, 0.8, 0.1]), 0.5) == ["b"]
    assert sets.labels("genre", ["a"], np.array([1.0])) is None
    few = AnswerSets({"style": np.zeros(5, np.float32)}, {"style": 5})
    assert few.labels("style", ["a", "b"], np.array([0.9, 0.1]), 0.95) == ["a", "b"], "five rows cannot promise 95 %"


@pytest.mark.parametrize("coverage", [0, 1, 1.5, -1, math.nan])
def test_what_cannot_be_promised(coverage):
    with raises(InputError, "no-coverage"):
        NO_SETS.threshold("style", coverage)


def test_an_attribute_of_which_little_is_known_has_no_sets():
    assert not fit_answer_sets({"style": np.ones(20)}, {"style": 20}).scores


def test_the_file(tmp_path):
    assert read_answer_sets(tmp_path) is NO_SETS
    sets = fitted(*drawn(200))
    sets.write(tmp_path)
    read = read_answer_sets(tmp_path)
    assert read.paintings == {"style": 200} and np.array_equal(read.scores["style"], sets.scores["style"])
    for arrays in (
        {"scores.style": np.array([0.5, 0.1], np.float32), "paintings.style": np.array([2])},
        {"scores.style": np.array([0.5], np.float32)},
        {"scores.style": np.zeros((2, 2), np.float32), "paintings.style": np.array([2])},
        {"scores.style": np.zeros(2, np.float32), "paintings.style": np.array([0])},
    ):
        save_file(arrays, tmp_path / ANSWER_SETS_FILE)
        with raises(MismatchError, "model-damaged", ANSWER_SETS_FILE):
            read_answer_sets(tmp_path)
    (tmp_path / ANSWER_SETS_FILE).write_bytes(b"no")
    with raises(MismatchError, "model-damaged", ANSWER_SETS_FILE):
        read_answer_sets(tmp_path)
