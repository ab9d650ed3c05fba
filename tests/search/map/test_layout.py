"""A map keeps neighbours together, says what was placed beside others, and is the same each time."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from artextract.errors import InputError, NothingUsableError
from artextract.search.asking.weights import resolve_weights
from artextract.search.map.layout import make_map, require_method
from artextract.search.map.map_files import write_csv, write_map
from artextract.search.map.map_picture import SIZE, draw_map
from artextract.search.map.projection import components, coordinates, mixed, near_neighbours
from artextract.table import read_paintings
from tests.raising import raises


def unit(values: np.ndarray) -> np.ndarray:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def engine(small_collection):
    """The small collection with one block that knows the style and one of noise; painting 3 lacks both."""
    paintings, random = read_paintings(small_collection), np.random.default_rng(0)
    blocks = {
        "deep": unit(np.repeat(np.eye(4, 16), 6, axis=0) + random.normal(0, 0.05, (24, 16))),
        "noise": unit(random.normal(size=(24, 8))),
    }
    for block in blocks.values():
        block[3] = 0
    return SimpleNamespace(
        paintings=paintings,
        index=SimpleNamespace(
            ids=paintings.ids,
            features=tuple(blocks),
            rows=lambda name, ids: SimpleNamespace(units=blocks[name][[paintings.position(one) for one in ids]]),
            scale=lambda name, metric: SimpleNamespace(reach=0.5),
        ),
        weights_of=lambda weights: resolve_weights(weights, tuple(blocks)),
    )


@pytest.fixture(scope="module")
def found(engine):
    return make_map(engine, weights={"deep": 1.0}, clusters=4)


def test_inner_products_of_a_mix_are_weighted_cosines():
    random = np.random.default_rng(1)
    blocks = {"a": unit(random.normal(size=(5, 3))), "b": unit(random.normal(size=(5, 4)))}
    joined = mixed(blocks, {"a": 0.7, "b": 0.3})
    assert np.allclose(
        joined @ joined.T, 0.7 * blocks["a"] @ blocks["a"].T + 0.3 * blocks["b"] @ blocks["b"].T, atol=1e-6
    )


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_neighbours_stay_neighbours(method):
    random = np.random.default_rng(2)
    points = components((np.repeat(np.eye(5, 20), 40, axis=0) + random.normal(0, 0.1, (200, 20))).astype(np.float32))
    places, placed, explained = coordinates(points, method)
    assert places.shape == (200, 2) and places.min() >= 0 and places.max() <= 1 and not placed.any()
    assert trustworthiness(points, places, n_neighbors=10) > (0.9 if method == "tsne" else 0.75)
    assert (explained is None) == (method == "tsne")
    assert np.array_equal(places, coordinates(points, method)[0])


def test_pca_is_that_of_the_vectors_with_one_scale_for_both_axes():
    vectors = np.random.default_rng(3).normal(size=(60, 6)) * [5, 3, 1, 1, 1, 1]
    reference = PCA(6).fit(vectors)
    points = components(vectors.astype(np.float32))
    places, _, explained = coordinates(points, "pca")
    expected = reference.transform(vectors)[:, :2]
    assert explained == pytest.approx(reference.explained_variance_ratio_[:2].sum(), abs=1e-5)

    def distance(a):
        return np.linalg.norm(a[:, None] - a[None], axis=2)

    ratio = distance(places)[np.triu_indices(60, 1)] / distance(expected)[np.triu_indices(60, 1)]
    assert np.ptp(ratio) < 1e-4 * ratio.mean()


def test_of_many_a_sample_is_fitted_and_the_others_stand_beside_their_group():
    random = np.random.default_rng(4)
    truth = np.repeat(np.arange(4), 60)
    points = np.eye(4, 10)[truth] * 8 + random.normal(0, 0.4, (240, 10))
    places, placed, _ = coordinates(points, "tsne", fitted=100)
    assert placed.sum() == 140
    middles = np.stack([places[(truth == g) & ~placed].mean(0) for g in range(4)])
    nearest = np.linalg.norm(places[placed][:, None] - middles, axis=2).argmin(1)
    assert (nearest == truth[placed]).all()


def test_near_neighbours_by_hand():
    known, at = np.array([[0.0], [1.0], [50.0]]), np.array([[0.0, 0.0], [4.0, 8.0], [9.0, 9.0]])
    assert np.allclose(near_neighbours(np.array([[0.0]]), known, at, 2), [[0, 0]], atol=1e-6)
    assert np.allclose(near_neighbours(np.array([[0.5]]), known, at, 2), [[2, 4]])
    assert np.allclose(
        near_neighbours(np.array([[2.0]]), known, at, 2), np.array([[4.0, 8.0]]) * 4 / 5
    )  # weights 1/4 and 1


def test_a_map_of_a_collection(found, engine):
    assert len(found.paintings) == 23 and found.skipped == [{"id": "p03", "reason": "lacks all features of the mix"}]
    assert [cluster.size for cluster in found.named] == [6, 6, 6, 5] and found.weights == {"deep": 1.0}
    scheme = {f"p{number:02d}": number // 6 for number in range(24)}
    for cluster in found.named:
        members = {
            scheme[name]
            for name, own in zip(found.paintings.ids, found.clusters, strict=False)
            if own == cluster.number
        }
        assert len(members) == 1 and set(cluster.representatives) <= {n for n in scheme if scheme[n] in members}
        assert "School" in cluster.name
    assert found.agreement["style"]["ari"] == pytest.approx(1) and found.agreement["genre"]["ari"] < 0.2


def test_filters_choose_what_is_mapped(engine):
    some = make_map(engine, "pca", {"deep": 1.0, "noise": 1.0}, clusters=2, where=["genre=bands"])
    assert set(some.paintings.column("genre")) == {"bands"} and some.explained is not None


def test_what_is_written(found, tmp_path):
    files = write_map(tmp_path / "map", found)
    assert (
        {path.name for path in files.values()}
        == {"map.png", "map.csv", "map.json"}
        == {path.name for path in (tmp_path / "map").iterdir()}
    )
    table = pd.read_csv(files["table"])
    document = json.loads(files["data"].read_text())
    assert table["id"].tolist() == found.paintings.ids == [point["id"] for point in document["points"]]
    assert np.allclose(table[["x", "y"]], found.places, atol=1e-4) and (table["cluster"] == found.clusters).all()
    assert [document["clusters"][number]["name"] for number in table["cluster"]] == table["name"].tolist()
    assert table["representative"].sum() == sum(len(cluster.representatives) for cluster in found.named)
    with raises(InputError, "wrong-file-ending"):
        write_csv(tmp_path / "map.txt", found)


def test_the_picture_shows_paintings_where_they_lie(found, tmp_path):
    sheet = draw_map(found)
    assert sheet.size == SIZE
    row = found.paintings.ids.index(found.named[0].representatives[0])
    colour = np.asarray(Image.open(found.paintings.image_paths()[row]).resize((1, 1), Image.Resampling.BOX))[
        0, 0
    ].astype(int)
    side = 88
    x, y = found.places[row] * [SIZE[0] - 140 - side, SIZE[1] - 170 - side] + [70 + side / 2, 110 + side / 2]
    seen = np.asarray(sheet)[round(y) - 55 : round(y) + 55, round(x) - 55 : round(x) + 55].reshape(-1, 3).astype(int)
    assert (np.abs(seen - colour).max(1) < 60).mean() > 0.1


def test_wrong_use(engine, monkeypatch):
    with raises(InputError, "unknown-map-method"):
        make_map(engine, "isomap")
    with raises(InputError, "feature-not-indexed"):
        make_map(engine, weights={"pose": 1.0})
    with raises(NothingUsableError, "too-few-paintings"):
        make_map(engine, where=["year=1800..1810"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with raises(InputError, "umap-missing"):
        require_method("umap")
