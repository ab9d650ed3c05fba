"""Splits without leaks, against slow oracles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artextract import splits
from artextract.errors import InputError
from tests.raising import raises


def slow_pairs(hashes):
    return sorted(
        (i, j)
        for i, a in enumerate(hashes)
        for j, b in enumerate(hashes)
        if i < j and a and b and (int(a, 16) ^ int(b, 16)).bit_count() <= splits.NEAR_DUPLICATE_BITS
    )


def near_hashes(rng, count):
    """Hashes in clusters of 0 to 11 bits around a few centres, some missing."""
    centres = [int(rng.integers(0, 2**63)) for _ in range(4)]
    hashes = []
    for _ in range(count):
        value = centres[rng.integers(4)]
        for bit in rng.choice(64, rng.integers(0, 12), replace=False):
            value ^= 1 << int(bit)
        hashes.append(None if rng.random() < 0.1 else f"{value:016x}")
    return hashes


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 30))
def test_near_duplicates_as_the_slow_oracle_finds_them(seed, count):
    hashes = near_hashes(np.random.default_rng(seed), count)
    assert sorted(map(tuple, splits.near_duplicate_pairs(hashes).tolist())) == slow_pairs(hashes)


def test_near_duplicates_between_two_lists():
    at_the_limit, beyond = (
        f"{2**bits - 1:016x}" for bits in (splits.NEAR_DUPLICATE_BITS, splits.NEAR_DUPLICATE_BITS + 1)
    )
    pairs = splits.near_duplicate_pairs(["0" * 16, None, "f" * 16], ["f" * 16, at_the_limit, beyond])
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (2, 0)]
    assert splits.near_duplicate_pairs([None], ["0" * 16]).shape == (0, 2)


def test_groups_join_same_bytes_and_same_pictures():
    groups = splits.duplicate_groups(["a", "b", "a", "c", "d"], ["0" * 16, "f" * 16, None, "f" * 15 + "e", None])
    assert groups[0] == groups[2] and groups[1] == groups[3] and len(set(groups)) == 3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 120))
def test_stratified_keeps_groups_together_and_fractions_near(seed, count):
    rng = np.random.default_rng(seed)
    groups = np.unique(rng.integers(0, count, count), return_inverse=True)[1]
    strata = rng.choice(["a", "b", None], count)
    split = splits.stratified(strata, groups, splits.FRACTIONS, seed)
    assert set(split) <= set(splits.FRACTIONS)
    for group in set(groups):
        assert len(set(split[groups == group])) == 1
    assert (split == splits.stratified(strata, groups, splits.FRACTIONS, seed)).all()


def test_stratified_fractions_per_stratum():
    strata = np.repeat(["common", "rare"], [400, 40])
    split = splits.stratified(strata, np.arange(440), splits.FRACTIONS)
    for name, size in (("common", 400), ("rare", 40)):
        counts = {s: int(np.sum((strata == name) & (split == s))) for s in splits.FRACTIONS}
        assert counts == {"train": round(0.7 * size), "val": round(0.15 * size), "test": round(0.15 * size)}
    assert splits.stratified(["only"], np.array([0]), splits.FRACTIONS).tolist() == ["train"]


def test_official_is_leak_free():
    listed = ["train"] * 20 + ["val", "val", None, None, "train", None]
    groups = np.arange(26)
    groups[24] = groups[20]  # a listed copy of a held-out painting
    groups[23] = groups[21]  # an unlisted copy of one
    groups[3] = groups[4]  # two copies in train
    split = splits.official(listed, ["s"] * 26, groups)
    assert split[20] == split[21] == split[24] == "test"
    assert split[23] is None and split[22] == split[25] == "train"
    assert split[3] == split[4]
    assert np.sum(split == "val") == 3 and set(np.flatnonzero(split == "test")) == {20, 21, 24}
    for group in set(groups):
        assert len({s for s in split[groups == group] if s}) <= 1


def test_artist_disjoint_keeps_each_artist_on_one_side():
    rng = np.random.default_rng(0)
    artists = rng.choice([*"abcdefghijklmnopqrst", None], 300)
    split = splits.assign(
        "artist-disjoint",
        sha256=[str(i) for i in range(300)],
        phashes=[None] * 300,
        strata=["s"] * 300,
        artists=artists,
    )
    for artist in set(artists) - {None}:
        assert len(set(split[artists == artist])) == 1
    assert set(split) == set(splits.FRACTIONS)


def test_protocols_say_what_they_lack():
    common = {"sha256": ["a"], "phashes": [None], "strata": ["s"]}
    with raises(InputError, "unknown-split-protocol", "random"):
        splits.assign("random", **common)
    with raises(InputError, "official-lists-needed"):
        splits.assign("official", **common)
    with raises(InputError, "artists-needed"):
        splits.assign("artist-disjoint", **common, artists=[None])


def shares(strata, folds):
    """Rows of each stratum in each fold, ``(folds, strata)``."""
    return np.array([[np.sum((strata == s) & (folds == f)) for s in np.unique(strata)] for f in np.unique(folds)])


def test_folds_of_single_rows_are_as_even_as_can_be():
    strata = np.random.default_rng(0).permutation(
        np.repeat([*"abc"], [103, 31, 4]).tolist() + [f"lonely{i}" for i in range(22)]
    )
    folds = splits.k_fold(strata, np.arange(160), 5, seed=1)
    assert set(folds) == set(range(5)) and np.ptp(np.bincount(folds)) <= 1
    assert (np.ptp(shares(strata, folds), axis=0) <= 1).all()
    assert (splits.k_fold(strata, np.arange(160), 5, seed=1) == folds).all() and (
        splits.k_fold(strata, np.arange(160), 5, seed=2) != folds
    ).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6))
def test_folds_never_divide_a_group(seed, count):
    rng = np.random.default_rng(seed)
    groups, strata = rng.integers(0, 25, 80) * 7, rng.choice([*"abcde", None], 80)
    folds = splits.k_fold(strata, groups, count, seed)
    assert set(folds) == set(range(count)) and all(len(set(folds[groups == group])) == 1 for group in set(groups))


@pytest.mark.filterwarnings("ignore:The least populated class")
@pytest.mark.parametrize("kind", ["copies", "artists"])
def test_folds_are_as_even_as_those_of_scikit_learn(kind):
    """Artists are long-tailed groups with a style or two of their own; the spread of every stratum's share over the
    folds is compared."""
    from sklearn.model_selection import StratifiedGroupKFold

    ours, theirs = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        sizes = rng.choice([1, 1, 1, 2], 500) if kind == "copies" else np.minimum(rng.zipf(1.5, 120), 80)
        groups = np.repeat(np.arange(len(sizes)), sizes)
        own = rng.choice(8, (len(sizes), 2), p=np.array([30, 25, 15, 10, 8, 6, 4, 2]) / 100)
        strata = own[groups, (rng.random(len(groups)) < 0.3).astype(int)].astype(str)
        sklearn = np.empty(len(groups), int)
        for number, (_, held) in enumerate(
            StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(strata, strata, groups)
        ):
            sklearn[held] = number
        for found, folds in ((ours, splits.k_fold(strata, groups, 5, seed)), (theirs, sklearn)):
            counts = shares(strata, folds)
            found.append((counts / counts.sum(0)).std(0).mean())
    assert np.mean(ours) <= 1.1 * np.mean(theirs)


def test_folds_that_cannot_be_split_are_named():
    for folds in (1, 4):
        with raises(InputError, "too-few-groups", "3", str(folds)):
            splits.k_fold(["s"] * 4, np.array([0, 0, 5, 9]), folds)


def test_published_splits_keep_the_test_rows_and_part_copies_from_the_others():
    listed = ["train"] * 6 + ["val", "val", "test", "test", None]
    groups = np.array([0, 1, 2, 3, 4, 5, 6, 0, 8, 1, 10])
    assigned = splits.published(listed, [None] * 11, groups)
    assert assigned.tolist() == [None, None, "train", "train", "train", "train", "val", "val", "test", "test", None]


def test_published_splits_without_one_of_the_three():
    groups = np.arange(22)
    no_val = splits.published(["train"] * 20 + ["test"] * 2, ["x"] * 22, groups)
    assert no_val.tolist().count("val") == 3 and no_val[20:].tolist() == ["test", "test"]
    no_test = splits.published(["train"] * 20 + ["val"] * 2, ["x"] * 22, groups)
    assert no_test.tolist() == no_val.tolist()
    for listed in (["train"] * 22, ["test"] * 22, [None] * 22):
        with raises(InputError, "no-published-splits"):
            splits.published(listed, ["x"] * 22, groups)
