"""Computing fills the store once, skips bad images, and goes on where it was killed."""

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.features import Feature, get_feature, store_folder
from artextract.features import compute as module
from artextract.features.compute import compute
from artextract.features.store import FeatureStore
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.raising import raises


class Counting(Feature):
    """A feature of one number, the mean red, which remembers what it was asked for."""

    name = store_name = "red"
    version = "1"
    dim = 1
    description = "how red"
    decoded_at = 224

    def __init__(self, killed_after: int | None = None):
        self.asked = []
        self.killed_after = killed_after

    def extract(self, paths, on_error):
        from artextract.images import open_image
        from artextract.runtime import read_ahead

        for position, image in read_ahead(paths, open_image, on_error):
            if self.killed_after is not None and len(self.asked) >= self.killed_after:
                raise KeyboardInterrupt
            self.asked.append(paths[position].name)
            yield [position], self.vector(image)[None]

    def vector(self, image):
        return np.array([np.asarray(image)[..., 0].mean()], dtype=np.float32)


@pytest.fixture
def collection(tmp_path):
    images = [paint("red", "bands", seed) for seed in range(5)]
    return write_collection(tmp_path / "c", [*images, images[0]])


def test_each_distinct_image_is_computed_once(collection):
    paintings, feature = read_paintings(collection), Counting()
    assert compute(collection, paintings, feature) == {}
    assert feature.asked == [f"p0{i}.png" for i in range(5)]  # p05 is p00 again
    compute(collection, paintings, feature)
    assert len(feature.asked) == 5
    hashes = paintings.column("sha256").tolist()
    vectors = FeatureStore(store_folder(collection, feature)).vectors(hashes)
    from artextract.images import open_image

    assert np.allclose(vectors, [feature.vector(open_image(path)) for path in paintings.image_paths()])


def test_bad_images_are_reported_by_hash_and_tried_again(collection):
    paintings = read_paintings(collection)
    path, good = collection / "images/p02.png", (collection / "images/p02.png").read_bytes()
    path.write_bytes(b"broken")
    bad = compute(collection, paintings, Counting())
    assert bad == {paintings.column("sha256")[2]: "not an image that can be decoded"}
    path.write_bytes(good)
    again = Counting()
    assert compute(collection, paintings, again) == {} and again.asked == ["p02.png"]


def test_a_run_that_is_stopped_keeps_what_it_computed_and_resumes(collection, monkeypatch):
    monkeypatch.setattr(module, "SHARD_ROWS", 2)
    paintings = read_paintings(collection)
    with pytest.raises(KeyboardInterrupt):
        compute(collection, paintings, Counting(killed_after=3))
    rest = Counting()
    compute(collection, paintings, rest)
    assert rest.asked == ["p03.png", "p04.png"], "the third was in a shard that was not full"


def test_progress_is_reported_every_image(collection):
    messages = []

    def progress(items, total, caption):
        for item in items:
            messages.append((total, caption))
            yield item

    compute(collection, read_paintings(collection), Counting(), progress)
    assert messages == [(5, "computing red")] * 5


def test_a_new_version_is_computed_anew(collection):
    paintings, newer = read_paintings(collection), Counting()
    compute(collection, paintings, Counting())
    newer.version = "2"
    compute(collection, paintings, newer)
    assert len(newer.asked) == 5


def test_maps_only_from_features_that_have_them(collection):
    with raises(InputError, "no-feature-map", "red"):
        compute(collection, read_paintings(collection), Counting(), maps=True)


def test_training_and_index_share_the_store_of_deep(collection):
    paintings, deep = read_paintings(collection), get_feature("deep")
    hashes = paintings.column("sha256").tolist()
    compute(collection, paintings, deep, maps=True)
    store = FeatureStore(store_folder(collection, deep))
    assert store.missing(hashes) == [] and store.missing(hashes, maps=True) == []
    maps = store.maps(hashes)
    assert maps.shape == (6, *deep.backbone.map_shape)
    pooled = maps[range(6)].astype(np.float32).mean(axis=(2, 3))
    vectors = store.vectors(hashes)
    cosines = (pooled * vectors).sum(1) / np.linalg.norm(pooled, axis=1) / np.linalg.norm(vectors, axis=1)
    assert (cosines > 0.99).all()


def test_a_damaged_shard_is_reported_and_computed_again(collection):
    paintings, feature, messages = read_paintings(collection), Counting(), []
    compute(collection, paintings, feature)
    (path,) = store_folder(collection, feature).glob("shard-*/vectors.npy")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    compute(collection, paintings, feature, on_damaged=messages.append)
    assert [shard.name for shard in messages] == ["shard-000000.damaged"] and len(feature.asked) == 10
    compute(collection, paintings, feature, on_damaged=messages.append)
    assert len(messages) == 1 and path.read_bytes() == whole
