"""A map is computed once for an index, its labels and a mix, and is found again; of another index it is another."""

import json
import os
import shutil

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.search.build import build_index
from artextract.search.map import map_store
from artextract.search.map.layout import make_map
from artextract.search.map.map_store import MapStore
from artextract.table import read_paintings
from tests.conftest import paint, write_collection
from tests.raising import raises


@pytest.fixture
def collection(indexed_collection, tmp_path):
    return shutil.copytree(indexed_collection, tmp_path / "museum")


@pytest.fixture
def store(collection):
    return MapStore(collection)


@pytest.fixture
def engine(collection):
    return SearchEngine.open(collection)


def test_what_is_kept_is_the_map(store, engine):
    assert store.find(engine, "tsne", {"palette": 2}) is None
    made, expected = store.make(engine, "tsne", {"palette": 2}), make_map(engine, "tsne", {"palette": 1})
    assert (
        made["ids"] == list(engine.index.ids)
        and made["weights"] == {"palette": 1.0}
        and made["n"] == len(expected.paintings)
    )
    rows = [made["ids"].index(painting_id) for painting_id in expected.paintings.ids]
    assert np.allclose(np.array([made["x"], made["y"]], dtype=float).T[rows], expected.places, atol=1e-5)
    assert [made["cluster"][row] for row in rows] == expected.clusters.tolist()
    again = MapStore(store.folder.parent)
    assert again.find(engine, "tsne", {"palette": 0.5}) == made == json.loads(json.dumps(made)), (
        "the same mix, from the file"
    )
    assert again.find(engine, "tsne") is None and again.find(engine, "tsne", {"palette": 1}, seed=1) is None


def test_pca_comes_with_any_other(store, engine):
    store.make(engine, "tsne", {"palette": 1})
    assert store.find(engine, "pca", {"palette": 1})["method"] == "pca"
    assert len(list(store.folder.iterdir())) == 2


def test_paintings_without_the_features_have_no_place(tmp_path):
    collection = write_collection(tmp_path / "c", [paint("red", "bands", seed) for seed in range(8)])
    build_index(collection, features=("palette",))
    engine = SearchEngine.open(collection)
    block = np.array(engine.index.block("palette"))
    block[2] = 0
    engine.index.block = {"palette": block}.__getitem__
    made = MapStore(collection).make(engine, "pca")
    assert (made["x"][2], made["y"][2], made["cluster"][2], made["skipped"], made["n"]) == (None, None, -1, 1, 7)
    assert None not in made["x"][:2] + made["x"][3:]


def test_another_index_and_other_labels_are_another_map(store, engine, collection):
    store.make(engine, "pca", {"palette": 1})
    paintings = read_paintings(collection)
    frame = paintings.frame.copy()
    frame.loc[0, "style"] = "Another"
    type(paintings)(frame, paintings.root, paintings.labels).write()
    relabelled = SearchEngine.open(collection)
    assert store.find(relabelled, "pca", {"palette": 1}) is None and store.version(relabelled) != store.version(engine)
    store.make(relabelled, "pca", {"palette": 1})
    build_index(collection, features=("palette",), rebuild=True)
    rebuilt = SearchEngine.open(collection)
    assert store.find(rebuilt, "pca", {"palette": 1}) is None
    store.make(rebuilt, "pca", {"palette": 1})
    assert [file.name.partition("-")[0] for file in store.folder.iterdir()] == [store.version(rebuilt)], (
        "those of other indexes are gone"
    )


def test_damaged_files_are_made_anew(store, engine):
    made = store.make(engine, "pca", {"palette": 1})
    (file,) = store.folder.iterdir()
    for text in ("", "[]", '{"index": "x"}', json.dumps(made | {"x": [1]})):
        file.write_text(text)
        assert MapStore(store.folder.parent).find(engine, "pca", {"palette": 1}) is None


def test_a_collection_that_cannot_be_written_to_has_maps(store, engine):
    store.folder.write_text("a file where the folder would be")
    made = store.make(engine, "pca", {"palette": 1})
    assert store.find(engine, "pca", {"palette": 1}) is made and store.folder.is_file()


def test_only_so_many_are_kept(store, engine, monkeypatch):
    monkeypatch.setattr(map_store, "ON_DISK", 2)
    monkeypatch.setattr(map_store, "IN_MEMORY", 1)
    store = MapStore(store.folder.parent)
    for seed in range(3):
        store.make(engine, "pca", {"palette": 1}, seed)
        for _age, file in enumerate(sorted(store.folder.iterdir())):
            if file.name == f"{store.name(engine, 'pca', {'palette': 1}, seed)}.json":
                os.utime(file, (1000 + seed, 1000 + seed))
    assert [store.find(engine, "pca", {"palette": 1}, seed) is not None for seed in range(3)] == [False, True, True]


def test_wrong_weights(store, engine):
    with raises(InputError, "feature-not-indexed"):
        store.name(engine, "pca", {"nothing": 1})
