"""The store gives back what was put in, whatever the order, and survives a killed run."""

import numpy as np
import pytest

from artextract.errors import InputError, MismatchError
from artextract.features.store import FeatureStore
from artextract.files import write_json
from tests.damage import flip
from tests.raising import raises


def test_what_is_added_comes_back_in_the_order_asked(tmp_path):
    random = np.random.default_rng(0)
    vectors, maps = random.normal(size=(5, 3)).astype(np.float32), random.normal(size=(5, 2, 2, 2)).astype(np.float16)
    store = FeatureStore(tmp_path / "f@1")
    store.add(["a", "b"], vectors[:2], maps[:2])
    store.add(["c", "d", "e"], vectors[2:], maps[2:])
    for opened in (store, FeatureStore(tmp_path / "f@1")):
        assert np.array_equal(opened.vectors(["e", "a", "a", "c"]), vectors[[4, 0, 0, 2]])
        some = opened.maps(["d", "b"])
        assert some.shape == (2, 2, 2, 2) and some[[1, 0]].dtype == np.float16
        assert np.array_equal(some[[1, 0]], maps[[1, 3]])


def test_missing_names_each_image_once_and_knows_maps_from_vectors(tmp_path):
    store = FeatureStore(tmp_path / "f@1")
    store.add(["a"], np.zeros((1, 3)))
    assert store.missing(["b", "a", "b", "c"]) == [0, 3]
    assert store.missing(["a"]) == [] and store.missing(["a"], maps=True) == [0]
    assert "a" in store and "b" not in store and store.missing(["a"], maps=True) == [0]
    with raises(InputError, "features-not-stored", "f@1", "1"):
        store.vectors(["a", "b"])
    with pytest.raises(InputError):
        store.maps(["a"])


def test_maps_that_come_later_do_not_change_vectors(tmp_path):
    store = FeatureStore(tmp_path / "f@1")
    store.add(["a"], np.ones((1, 3)))
    store.add(["a"], np.full((1, 3), 2), np.ones((1, 1, 2, 2)))
    assert np.array_equal(store.vectors(["a"]), np.ones((1, 3))) and store.missing(["a"], maps=True) == []


def test_rows_of_nan_stay_nan(tmp_path):
    store = FeatureStore(tmp_path / "f@1")
    store.add(["a"], np.full((1, 3), np.nan))
    assert np.isnan(store.vectors(["a"])).all()


def test_a_shard_that_was_never_renamed_is_not_read(tmp_path):
    FeatureStore(tmp_path / "f@1").add(["a"], np.zeros((1, 3)))
    (tmp_path / "f@1" / ".aside-killed").mkdir()
    (tmp_path / "f@1" / ".aside-killed" / "hashes.json").write_text("[")
    assert FeatureStore(tmp_path / "f@1").missing(["a", "b"]) == [1]


def test_two_writers_do_not_overwrite_each_other(tmp_path):
    first, second = FeatureStore(tmp_path / "f@1"), FeatureStore(tmp_path / "f@1")
    first.add(["a"], np.zeros((1, 3)))
    second.add(["b"], np.ones((1, 3)))
    assert np.array_equal(FeatureStore(tmp_path / "f@1").vectors(["a", "b"]), [[0, 0, 0], [1, 1, 1]])


def test_rows_that_do_not_fit_the_hashes_are_refused(tmp_path):
    with pytest.raises(ValueError, match="2 hashes for 1 vectors"):
        FeatureStore(tmp_path / "f@1").add(["a", "b"], np.zeros((1, 3)))


def test_nothing_asked_is_nothing_given(tmp_path):
    store = FeatureStore(tmp_path / "none@1")
    store.add([], np.empty((0, 3)))
    assert store.vectors([]).shape[0] == 0 and not (tmp_path / "none@1").exists()


def test_a_damaged_shard_is_set_aside_and_computed_again(tmp_path):
    folder = tmp_path / "x@1"
    store = FeatureStore(folder)
    for keys in (["a", "b"], ["c"], ["d"], ["e"]):
        store.add(keys, np.ones((len(keys), 3)))
    shards = sorted(folder.glob("shard-*"))
    (shards[0] / "hashes.json").write_text('["a", ')
    data = (shards[1] / "vectors.npy").read_bytes()
    (shards[1] / "vectors.npy").write_bytes(data[:-4])
    (shards[2] / "vectors.npy").unlink()
    again = FeatureStore(folder)
    assert again.missing(["a", "b", "c", "d", "e"]) == [0, 1, 2, 3]
    again.add(["a", "b", "c", "d"], np.zeros((4, 3)))
    assert FeatureStore(folder).vectors(["a", "e"]).tolist() == [[0, 0, 0], [1, 1, 1]]


def stored(folder):
    random = np.random.default_rng(0)
    for keys in ("ab", "cd"):
        FeatureStore(folder).add(list(keys), random.normal(size=(2, 3)), random.normal(size=(2, 4, 2, 2)))
    return folder / "shard-000001"


@pytest.mark.parametrize("name", ["vectors.npy", "maps.npy", "hashes.json", "checksums.json"])
def test_a_flipped_bit_is_found_before_anything_is_computed(tmp_path, name):
    folder = tmp_path / "f@1"
    flip(stored(folder) / name)
    again = FeatureStore(folder, check=True)
    assert [shard.name for shard in again.set_aside] == ["shard-000001.damaged"]
    assert again.missing(list("abcd")) == [2, 3]
    again.add(["c", "d"], np.zeros((2, 3)))
    whole = FeatureStore(folder, check=True)
    assert whole.set_aside == [] and whole.missing(list("abcd")) == []
    flip(folder / "shard-000001" / "vectors.npy")
    assert FeatureStore(folder, check=True).set_aside[0].name == "shard-000001-2.damaged"


def test_maps_that_are_not_read_need_not_be_whole(tmp_path):
    flip(stored(tmp_path / "f@1") / "maps.npy")
    assert FeatureStore(tmp_path / "f@1", check=True, maps=False).set_aside == []


def test_a_flipped_bit_is_found_when_its_row_is_read(tmp_path):
    folder = tmp_path / "f@1"
    shard = stored(folder)
    flip(shard / "maps.npy")
    store = FeatureStore(folder)
    assert store.set_aside == [] and len(store.vectors(["c"])) == 1 and len(store.maps(["a"])[[0]]) == 1
    with raises(MismatchError, "features-damaged"):
        store.maps(["d"])[[0]]


def test_shards_of_an_older_version_are_read_as_they_are(tmp_path):
    folder = tmp_path / "f@1"
    (stored(folder) / "checksums.json").unlink()
    assert FeatureStore(folder, check=True).missing(list("abcd")) == []


@pytest.mark.parametrize(
    "name, value",
    [
        ("vectors.npy", np.zeros((2, 3), np.float64)),
        ("vectors.npy", np.zeros((3, 3), np.float32)),
        ("vectors.npy", np.zeros(2, np.float32)),
        ("vectors.npy", np.zeros((2, 5), np.float32)),
        ("vectors.npy", np.array([[{}, 1, 2]] * 2, dtype=object)),
        ("maps.npy", np.zeros((2, 3), np.float16)),
        ("hashes.json", {"c": 0, "d": 1}),
        ("hashes.json", [1, 2]),
        ("hashes.json", None),
    ],
)
def test_well_formed_but_wrong_is_set_aside_too(tmp_path, name, value):
    folder = tmp_path / "f@1"
    shard = stored(folder)
    (shard / "checksums.json").unlink()
    if isinstance(value, np.ndarray):
        np.save(shard / name, value, allow_pickle=True)
    else:
        write_json(shard / name, value)
    assert FeatureStore(folder, dim=3).missing(list("abcd")) == [2, 3]
