"""The scores of a variant are those of the engine."""

import numpy as np
import pytest

from artextract.errors import InputError
from artextract.evaluate.retrieval.variants import (
    mixed,
    raw_vectors,
    standard_of_rows,
    standard_of_vectors,
    variants_of,
    weights_text,
)
from artextract.features import get_feature
from artextract.index import METRICS
from artextract.index.config import Block
from artextract.index.embedded import EmbeddedIndex
from artextract.index.ranking import rank, vectors_of
from artextract.search.asking.engine import SearchEngine
from tests.raising import raises


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """60 rows of "deep" (centred) and "pose", which a third of them lack."""
    random = np.random.default_rng(0)
    pose = random.normal(size=(60, 5)).astype(np.float32)
    pose[::3] = np.nan
    vectors = {
        Block("deep", "deep@1", 8, "centred"): random.normal(1, 1, (60, 8)).astype(np.float32),
        Block("pose", "pose@1", 5): pose,
    }
    return EmbeddedIndex.build(
        tmp_path_factory.mktemp("index") / "index", [f"p{i}" for i in range(60)], ["0"] * 60, vectors
    )


@pytest.mark.parametrize("row", [0, 1, 3, 20])
def test_like_the_ranking_of_a_search(index, row):
    variants = [variant for variant in variants_of(index, [{"deep": 0.3, "pose": 0.7}], METRICS) if not variant.raw]
    standard = standard_of_rows(index, np.array([row]), index.features, METRICS)
    assert len(variants) == 4 * len(METRICS)
    for variant in variants:
        scores = mixed(standard, variant, 60)[0]
        found = rank(index, vectors_of(index, row), variant.weights, 60, metric=variant.metric)
        assert set(found.positions) == set(np.flatnonzero(scores > -np.inf))
        assert scores[found.positions] == pytest.approx(found.scores, abs=2e-4)
        again = mixed(standard_of_vectors(index, vectors_of(index, row), variant.metric), variant, 60)[0]
        assert again == pytest.approx(scores, abs=2e-4)


def test_names(index):
    names = [variant.name for variant in variants_of(index, [{"pose": 1, "deep": 0}, {"deep": 2, "pose": 2}])]
    assert names == [
        "deep:raw",
        "deep",
        "deep:csls",
        "pose",
        "pose:csls",
        "default",
        "default:csls",
        "pose=1",
        "pose=1:csls",
        "deep=2,pose=2",
        "deep=2,pose=2:csls",
    ]
    assert [variant.name for variant in variants_of(index, metrics=("l2",))][1:3] == ["deep", "deep:l2"]
    assert weights_text({"deep": 0.25, "pose": 0.0}) == "deep=0.25"
    with raises(InputError, "unknown-metric", "manhattan"):
        variants_of(index, metrics=("manhattan",))
    with raises(InputError, "feature-not-indexed", "style"):
        variants_of(index, [{"style": 1}])


def test_mixes_by_name(index):
    features = [get_feature("pose")]
    (named,) = [one for one in variants_of(index, ["same pose"], ("cosine",), features) if one.name == "same pose"]
    assert named.weights == {"deep": 0.0, "pose": 1.0}
    every = {one.name for one in variants_of(index, ["all"], ("cosine",), features)}
    assert every - {one.name for one in variants_of(index, metrics=("cosine",))} == {"same pose"}


def test_raw_is_what_the_backbone_gave(indexed_collection):
    engine = SearchEngine.open(indexed_collection)
    raw = raw_vectors(indexed_collection, engine.index, "deep")
    image = engine.records.image(engine.index.ids[5])
    own = engine.features["deep"].vector(image)
    assert raw.shape == (24, engine.features["deep"].dim)
    assert raw[5] == pytest.approx(own / np.linalg.norm(own), abs=1e-3)
    assert raw_vectors(indexed_collection.parent, engine.index, "deep") is None
