"""The novelty score against nearest neighbours of scikit-learn, planted strangers, and its file."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from artextract.errors import MismatchError
from artextract.model import novelty
from artextract.model.novelty import (
    KNOWN_CALLED_NEW,
    NEIGHBOURS,
    NO_CLASS,
    NO_LABEL,
    Novelty,
    fit_novelty,
    is_new,
    read_novelty,
)
from artextract.model.saved import NOVELTY_FILE
from tests.raising import raises

CLASSES, DIM = 4, 12


def planted(rows, seed, strangers=0):
    """Vectors around the centres of four classes, and behind them some around two other centres; probabilities that
    say nothing of it."""
    random = np.random.default_rng(seed)
    centres = 3 * np.eye(DIM)[: CLASSES + 2]
    numbers = np.r_[random.integers(0, CLASSES, rows), np.full(strangers, NO_CLASS)]
    place = np.where(numbers >= 0, numbers, CLASSES + random.integers(0, 2, len(numbers)))
    vectors = centres[place] + 0.7 * random.normal(size=(len(numbers), DIM))
    return vectors.astype(np.float32), numbers, random.dirichlet(np.ones(CLASSES), len(numbers)).astype(np.float32)


def fitted(others=0, strangers=0):
    training, numbers, _ = planted(300, 0, others)
    vectors, own, probabilities = planted(400, 1, strangers)
    return fit_novelty(training, numbers[:, None], vectors, own[:, None], {"style": probabilities})


@pytest.mark.parametrize(("others", "strangers"), [(0, 0), (0, 200), (150, 200)])
def test_strangers_lie_farther_than_the_known(others, strangers):
    found = fitted(others, strangers)
    vectors, numbers, probabilities = planted(500, 2, 300)
    raw = found.raw({"style": probabilities}, vectors)
    scores = found.scores(raw)["style"]
    assert scores.min() >= 0 and scores.max() <= 1
    new = is_new(scores)
    assert new[numbers >= 0].mean() == pytest.approx(KNOWN_CALLED_NEW, abs=0.03)
    assert roc_auc_score(numbers < 0, raw["style"]) > 0.85
    assert np.isnan(found.attributes["style"].precision) == (not strangers)
    if strangers:
        assert found.attributes["style"].precision > 0.7


def test_at_most_so_many_of_the_known_validation_rows_are_new():
    training, numbers, _ = planted(300, 0)
    vectors, own, probabilities = planted(400, 1)
    found = fit_novelty(training, numbers[:, None], vectors, own[:, None], {"style": probabilities})
    scores = found.scores(found.raw({"style": probabilities}, vectors))["style"]
    assert is_new(scores).mean() <= KNOWN_CALLED_NEW
    assert np.sort(scores)[[0, -1]] == pytest.approx([0, 1], abs=0.01)


def test_distances_are_those_of_scikit_learn(monkeypatch):
    monkeypatch.setattr(novelty, "_CHUNK", 7)
    random = np.random.default_rng(0)
    bank, queries = random.normal(size=(60, 5)).astype(np.float32), random.normal(size=(20, 5)).astype(np.float32)
    numbers = np.repeat([0, 1, NO_CLASS, NO_LABEL], 15)
    (found,) = novelty._near(queries, bank, [numbers])
    for column, rows in enumerate((numbers >= 0, numbers == NO_CLASS)):
        expected = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(bank[rows]).kneighbors(queries)[0].mean(axis=1)
        assert found[:, column] == pytest.approx(expected, abs=1e-3)


def test_an_attribute_of_which_little_is_known_has_no_score():
    training, numbers, _ = planted(50, 0)
    vectors, own, probabilities = planted(20, 1)
    found = fit_novelty(training, numbers[:, None], vectors, own[:, None], {"style": probabilities})
    assert not found.attributes and found.raw({"style": probabilities}, vectors) == {}


def test_only_so_many_paintings_are_kept(monkeypatch):
    monkeypatch.setattr(novelty, "PAINTINGS", 100)
    monkeypatch.setattr(novelty, "KEPT", 50)
    found = fitted()
    assert len(found.bank) == 100 == len(found.attributes["style"].numbers)
    assert len(found.attributes["style"].known) == 50


def test_the_file(tmp_path):
    assert read_novelty(tmp_path) is None
    found = fitted(50, 200)
    found.write(tmp_path)
    read = read_novelty(tmp_path)
    vectors, _, probabilities = planted(30, 3)
    assert read.raw({"style": probabilities}, vectors)["style"] == pytest.approx(
        found.raw({"style": probabilities}, vectors)["style"]
    )
    with raises(MismatchError, "model-damaged"):
        Novelty(read.basis, read.bank, read.attributes).raw({"style": probabilities}, vectors[:, :3])
    arrays = load_file(tmp_path / NOVELTY_FILE)
    for name, other in (
        ("known.style", np.array([1, 0], np.float32)),
        ("weights.style", np.ones(2, np.float32)),
        ("numbers.style", np.zeros(2, np.int16)),
        ("bank", np.zeros((3, 1), np.float16)),
    ):
        save_file(arrays | {name: other}, tmp_path / NOVELTY_FILE)
        with raises(MismatchError, "model-damaged", NOVELTY_FILE):
            read_novelty(tmp_path)
    save_file({name: array for name, array in arrays.items() if name != "known.style"}, tmp_path / NOVELTY_FILE)
    with raises(MismatchError, "model-damaged", NOVELTY_FILE):
        read_novelty(tmp_path)
