"""From which probability on an answer counts as sure, against a slow search over all thresholds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artextract.model.confidence import (
    ENOUGH_ROWS,
    ENOUGH_UNSEEN,
    RIGHT_AT_LEAST,
    sure_everywhere,
    sure_from,
    sure_of_strangers,
)


def slow(confidence: np.ndarray, right: np.ndarray) -> float | None:
    good = [
        c
        for c in set(confidence)
        if (confidence >= c).sum() >= ENOUGH_ROWS and right[confidence >= c].mean() >= RIGHT_AT_LEAST
    ]
    return float(min(good)) if good else None


@given(st.integers(0, 2**32 - 1), st.integers(0, 200), st.floats(0, 1))
def test_it_is_the_lowest_threshold_above_which_enough_was_right(seed, rows, skill):
    random = np.random.default_rng(seed)
    confidence = np.round(random.random(rows), 2)  # with ties
    right = random.random(rows) < skill * confidence + (1 - skill) * 0.5
    assert sure_from(confidence, right) == (slow(confidence, right) if rows >= ENOUGH_ROWS else None)


def test_nothing_is_sure_where_nothing_was_right_or_too_few_rows_tell():
    assert sure_from(np.linspace(0, 1, 100), np.zeros(100, bool)) is None
    assert sure_from(np.ones(ENOUGH_ROWS - 1), np.ones(ENOUGH_ROWS - 1, bool)) is None
    assert sure_from(np.linspace(0.2, 0.9, 100), np.ones(100, bool)) == pytest.approx(0.2)


def test_the_promise_has_room_for_other_artists():
    random = np.random.default_rng(0)
    skills = random.normal(0, 0.15, 400)  # a network is right about some hands more than about others

    def paintings(artists):
        who = np.repeat(artists, 20)
        confidence = random.random(len(who))
        right = random.random(len(who)) < np.clip(0.5 + 0.45 * confidence + skills[who], 0, 1)
        return confidence, right, who.astype(str).astype(object)

    kept = {"just": 0, "with room": 0}
    everybody = paintings(np.arange(400))
    for _ in range(40):
        own = paintings(random.choice(400, 30, replace=False))
        for name, threshold in (("just", sure_from(*own[:2])), ("with room", sure_of_strangers(*own))):
            assert threshold is not None
            kept[name] += everybody[1][everybody[0] >= threshold].mean() >= RIGHT_AT_LEAST
    assert kept["just"] < 24 and kept["with room"] > 26


def test_what_one_artist_shows_leaves_no_room():
    confidence, right = np.repeat([0.9, 0.5], 40), np.r_[np.ones(40, bool), np.zeros(40, bool)]
    assert sure_of_strangers(confidence, right, np.full(80, "one", dtype=object)) == 0.9, "every draw is the same"
    assert sure_of_strangers(confidence, ~right, np.arange(80)) is None
    assert sure_of_strangers(confidence[:20], right[:20], np.arange(20)) is None, "too few rows"
    assert sure_of_strangers(confidence[:0], right[:0], np.arange(0)) is None


def test_unseen_artists_raise_the_threshold_and_never_lower_it():
    random = np.random.default_rng(0)
    confidence, apart = random.random(2000), np.arange(2000) < 300
    artists = (np.arange(2000) // 10).astype(str).astype(object)
    right = random.random(2000) < np.where(apart, 0.7 * confidence + 0.25, 0.5 + 0.5 * confidence)
    both = sure_everywhere(confidence, right, apart, artists)
    assert both == sure_of_strangers(confidence[apart], right[apart], artists[apart])
    assert both > sure_from(confidence[apart], right[apart]) > sure_from(confidence, right)
    assert right[apart & (confidence >= both)].mean() >= RIGHT_AT_LEAST
    assert sure_everywhere(confidence, right, ~apart, artists) == sure_from(confidence, right)
    few = apart & (np.cumsum(apart) < ENOUGH_UNSEEN)
    assert sure_everywhere(confidence, right, few, artists) == sure_from(confidence, right)
    assert sure_everywhere(confidence, right & ~apart, apart, artists) is None, "strangers are never right"
