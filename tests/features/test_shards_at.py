"""Stored features at an object store: computed once for all machines, whole, and nothing but shards."""

import io
import shutil
import tarfile
import uuid
from contextlib import suppress

import fsspec
import numpy as np
import pytest

from artextract.errors import InputError
from artextract.features import compute as module
from artextract.features import store_folder
from artextract.features.compute import compute
from artextract.features.shards_at import keep_shards_at, shards_at
from artextract.features.store import FeatureStore
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.features.test_compute import Counting
from tests.raising import raises


@pytest.fixture
def files():
    return fsspec.filesystem("memory")


@pytest.fixture
def two(tmp_path, files, monkeypatch):
    """One collection on two machines that have no folder in common; shards of two rows."""
    monkeypatch.setattr(module, "SHARD_ROWS", 2)
    one = write_collection(tmp_path / "one", [paint("red", "bands", seed) for seed in range(5)])
    other = shutil.copytree(one, tmp_path / "other")
    at = f"memory://{uuid.uuid4().hex}/features"
    for collection in (one, other):
        keep_shards_at(collection, at)
    yield one, other, at
    with suppress(FileNotFoundError):
        files.rm(at.rpartition("/")[0], recursive=True)


def computed(collection, **killed):
    """What was asked of the feature, and the vectors that are stored then."""
    feature, paintings = Counting(**killed), read_paintings(collection)
    try:
        compute(collection, paintings, feature)
    except KeyboardInterrupt:
        return feature.asked, None
    return feature.asked, FeatureStore(store_folder(collection, feature)).vectors(paintings.column("sha256").tolist())


def test_what_one_machine_computed_the_other_fetches(two, files):
    one, other, at = two
    assert computed(one, killed_after=3)[0] == ["p00.png", "p01.png", "p02.png"]
    asked, vectors = computed(other)
    assert asked == ["p02.png", "p03.png", "p04.png"], "the first shard was sent, the last picture was not"
    asked, again = computed(one)
    assert asked == [] and np.array_equal(vectors, again)
    shutil.rmtree(one / "features")
    assert computed(one)[0] == [] and len(files.find(at)) == 4


def test_features_that_were_there_before_go_there_too(two, files):
    one, other, at = two
    keep_shards_at(one, None)
    assert len(computed(one)[0]) == 5 and not files.exists(at) and shards_at(one) is None
    for shard in (one / "features").glob("*/shard-*"):
        (shard / "checksums.json").unlink()  # as older versions wrote them
    keep_shards_at(one, at + "/")
    assert computed(one)[0] == [] and computed(other)[0] == []


def test_a_damaged_object_is_left_out_and_its_pictures_are_described_again(two, files):
    one, other, at = two
    _, vectors = computed(one)
    name = sorted(files.find(at))[0]
    data = bytearray(files.cat_file(name))
    place = data.index(b"\x93NUMPY") + 128  # the first number
    data[place] ^= 1
    files.pipe_file(name, bytes(data))
    with pytest.warns(UserWarning, match="damaged"):
        asked, again = computed(other)
    assert 1 <= len(asked) <= 2 and np.array_equal(vectors, again)


def test_a_stranger_s_object_leaves_nothing_beside_the_shards(two, files, tmp_path):
    one, _, at = two
    evil = io.BytesIO()
    with tarfile.open(fileobj=evil, mode="w") as tar:
        for name in ("../../../evil", "/tmp/evil", "more.txt", "hashes.json"):
            info = tarfile.TarInfo(name)
            info.size = 2
            tar.addfile(info, io.BytesIO(b"[]"))
        link = tarfile.TarInfo("vectors.npy")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    folder = store_folder(one, Counting()).name
    files.pipe_file(f"{at}/{folder}/shard-{'0' * 16}.tar", evil.getvalue())
    files.pipe_file(f"{at}/{folder}/shard-{'1' * 16}.tar", b"no tar")
    files.pipe_file(f"{at}/{folder}/notes.txt", b"of the museum")
    with pytest.warns(UserWarning, match="damaged"):
        assert len(computed(one)[0]) == 5
    assert not list(tmp_path.rglob("evil")) and not list(tmp_path.rglob("more.txt"))


def test_where_they_cannot_be(two):
    one, _, at = two
    for wrong, code in (("http://museum.example/a", "protocol-not-allowed"), ("/tmp/a", "protocol-not-allowed")):
        with raises(InputError, code):
            keep_shards_at(one, wrong)
    assert str(shards_at(one)) == at
    (one / "features.json").write_text('{"shards": 3}')
    with raises(InputError, "damaged-settings"):
        shards_at(one)
