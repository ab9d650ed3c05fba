"""The share of wrong labels, and the chance of each, where both are known: labels drawn from known probabilities."""

import numpy as np
import pytest

from artextract.metrics.expected_errors import expected_errors, in_words


def drawn(n, share, seed, temperature=1.0):
    """Logits of ten classes, labels drawn by them, some made wrong, and which; the logits are given too sharp."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 3, (n, 10))
    weights = np.exp(logits)
    right = (weights.cumsum(1) / weights.sum(1, keepdims=True) > random.random((n, 1))).argmax(1)
    wrong = random.random(n) < share
    labels = np.where(wrong, (right + random.integers(1, 10, n)) % 10, right)
    return logits * temperature, labels, wrong


@pytest.mark.parametrize("share", [0.01, 0.03, 0.05, 0.1])
def test_the_share_and_the_chances_hold(share):
    found, listed, stated, true = [], 0, 0.0, 0
    for seed in range(4):
        logits, labels, wrong = drawn(3000, share, seed, temperature=1.3)
        errors = expected_errors(logits, labels)
        found.append(errors.share)
        assert errors.low <= errors.share <= errors.high
        top = errors.chances > 0.3
        listed, stated, true = listed + top.sum(), stated + errors.chances[top].sum(), true + wrong[top].sum()
    assert np.mean(found) == pytest.approx(share, rel=0.3, abs=0.003)
    assert stated / listed == pytest.approx(true / listed, abs=0.12)


def test_right_labels_are_hardly_doubted():
    logits, labels, _ = drawn(3000, 0, 1)
    errors = expected_errors(logits, labels)
    assert errors.share < 0.005 and np.nanmax(errors.chances) < 0.6 and (errors.chances > 0.1).mean() < 0.01


def test_a_class_that_was_not_known_has_no_chance():
    logits, labels, _ = drawn(200, 0.05, 2)
    logits[:5, 3], labels[:5] = -np.inf, 3
    chances = expected_errors(logits, labels).chances
    assert np.isnan(chances[:5]).all() and np.isfinite(chances[5:]).all()


def test_in_words():
    said = {0.62: "about 6 in 10", 0.03: "fewer than 1 in 10", 0.001: "hardly any", 0.97: "nearly all"}
    assert {share: in_words(share) for share in said} == said
