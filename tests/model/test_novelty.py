"""The novelty score against distances written out, planted strangers, and its file."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from sklearn.metrics import roc_auc_score

from artextract.errors import MismatchError
from artextract.model import kept_scores
from artextract.model.novelty import (
    KNOWN_CALLED_NEW,
    NO_CLASS,
    SHRINKAGE,
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
    assert new[numbers >= 0].mean() == pytest.approx(KNOWN_CALLED_NEW, abs=0.04)
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


def test_distances_are_those_written_out():
    """Class by class with inverted covariances, shrunk as the module says."""
    training, numbers, _ = planted(200, 0, 40)
    vectors, own, probabilities = planted(60, 1)
    found = fit_novelty(training, numbers[:, None], vectors, own[:, None], {"style": probabilities}).attributes["style"]
    centres = np.stack([training[numbers == k].mean(axis=0) for k in range(CLASSES)])

    def inverse(off):
        covariance = off.T @ off / len(off)
        return np.linalg.inv((1 - SHRINKAGE) * covariance + SHRINKAGE * np.eye(DIM) * np.trace(covariance) / DIM)

    within = inverse(training[numbers >= 0] - centres[numbers[numbers >= 0]])
    middle = training.mean(axis=0)
    total = inverse(training - middle)
    signs = found.signs(probabilities, vectors)
    nearest = [min((row - c) @ within @ (row - c) for c in centres) for row in vectors]
    assert signs[:, 1] == pytest.approx(nearest, rel=0.02)
    assert signs[:, 2] == pytest.approx([(row - middle) @ total @ (row - middle) for row in vectors], rel=0.02)
    assert signs[:, 0] == pytest.approx(-np.log(probabilities.max(axis=1)))


def test_an_attribute_of_which_little_is_known_has_no_score():
    training, numbers, _ = planted(50, 0)
    vectors, own, probabilities = planted(20, 1)
    found = fit_novelty(training, numbers[:, None], vectors, own[:, None], {"style": probabilities})
    assert not found.attributes and found.raw({"style": probabilities}, vectors) == {}


def test_only_so_many_scores_are_kept(monkeypatch):
    monkeypatch.setattr(kept_scores, "KEPT", 50)
    assert len(fitted().attributes["style"].known) == 50


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
        read.raw({"style": probabilities}, vectors[:, :3])
    arrays = load_file(tmp_path / NOVELTY_FILE)
    for name, other in (
        ("known.style", np.array([1, 0], np.float32)),
        ("weights.style", np.ones(2, np.float32)),
        ("spread.style", np.zeros(DIM, np.float32)),
        ("centres.style", np.zeros((CLASSES, 3), np.float16)),
        ("basis.style", np.zeros((DIM, 3), np.float16)),
    ):
        save_file(arrays | {name: other}, tmp_path / NOVELTY_FILE)
        with raises(MismatchError, "model-damaged", NOVELTY_FILE):
            read_novelty(tmp_path)
    save_file({name: array for name, array in arrays.items() if name != "known.style"}, tmp_path / NOVELTY_FILE)
    with raises(MismatchError, "model-damaged", NOVELTY_FILE):
        read_novelty(tmp_path)
