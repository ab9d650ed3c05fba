"""Rows without vectors: found by words alone, as the embedded index finds them."""

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.index import FeatureVectors, Selection, create_index
from artextract.index.unindexed import Unindexed
from tests.raising import raises

IDS = [f"id{number}" for number in range(6)]
WORDS = {"words": np.array([0.2, np.nan, 0.9, 0.5, np.nan, 0.9])}


@pytest.fixture
def index():
    return Unindexed(IDS, [f"hash-{name}" for name in IDS], lambda: True)


def test_words_find_what_an_index_of_vectors_finds(index, tmp_path):
    vectors = {"form": FeatureVectors("form@1", np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32))}
    other = create_index(tmp_path / "index", IDS, index.hashes, vectors)
    allowed = Selection(np.array([True, True, False, True, True, True]))
    for asked in ({}, {"allowed": allowed}, {"left_out": ["id5", "elsewhere"]}):
        own, expected = (one.nearest({}, {"words": 1.0}, 4, further=WORDS, **asked) for one in (index, other))
        assert list(own.ids) == list(expected.ids) and own.n_candidates == expected.n_candidates
        assert own.scores == pytest.approx(expected.scores)
        assert own.all_closer_than == pytest.approx(expected.all_closer_than)


def test_it_has_no_vectors_and_says_so(index):
    assert index.features == () and len(index) == 6 and index.position("id3") == 3 and index.position("x") is None
    for ask in (index.has, index.space, lambda name: index.rows(name, IDS), index.scan):
        with raises(InputError, "not-indexed-yet", "form"):
            ask("form")
    with raises(InputError, "not-indexed-yet"):
        index.update([], [], {}, [])


def test_the_version_is_that_of_the_contents(index):
    hashes = list(index.hashes)
    assert Unindexed(IDS, hashes, lambda: True).version == index.version
    assert Unindexed(IDS, [*hashes[:-1], "other"], lambda: True).version != index.version
