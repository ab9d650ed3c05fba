"""How often each row is among the ten nearest, counted slowly."""

import numpy as np
import pytest
from scipy.stats import skew

from artextract.evaluate.retrieval.hubness import hubness
from artextract.evaluate.retrieval.relevance import LeftOut
from artextract.evaluate.retrieval.variants import Variant, variants_of
from artextract.index.config import Block
from artextract.index.embedded import EmbeddedIndex

N = 150


def build(folder, vectors):
    return EmbeddedIndex.build(
        folder / "index",
        [f"p{i}" for i in range(len(vectors))],
        ["0"] * len(vectors),
        {Block("f", "f@1", vectors.shape[1]): vectors},
    )


def apart(n):
    return LeftOut(np.arange(n), np.full(n, -1))


def test_like_counting(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(N, 6)).astype(np.float32)
    groups = np.arange(N)
    groups[1] = 0
    index = build(tmp_path, vectors)
    found = hubness(index, variants_of(index), LeftOut(groups, np.full(N, -1)))
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    counts = np.zeros(N)
    for row in range(N):
        candidates = [other for other in range(N) if groups[other] != groups[row]]
        for other in sorted(candidates, key=lambda other: -units[row] @ units[other])[:10]:
            counts[other] += 1
    results = found["results"]["f"]
    assert found["paintings"] == N and list(found["results"]) == ["f", "f:csls", "default", "default:csls"]
    assert results == pytest.approx(
        {"skewness": skew(counts), "in_no_ten": np.mean(counts == 0), "largest": counts.max() / 10}, rel=1e-3
    )


def test_csls_takes_a_planted_hub_its_lead(tmp_path):
    random = np.random.default_rng(1)
    vectors = random.normal(size=(N, 40)).astype(np.float32)
    vectors[0] = 0.01 * vectors[1:].sum(axis=0)  # near to everything
    vectors[1:] += 0.4 * vectors[0] / np.linalg.norm(vectors[0]) * np.sqrt(40)
    index = build(tmp_path, vectors)
    results = hubness(index, variants_of(index), apart(N))["results"]
    assert results["f"]["largest"] > 10 and results["f:csls"]["largest"] < 0.6 * results["f"]["largest"]
    assert results["f:csls"]["skewness"] < results["f"]["skewness"]


def test_what_is_missing_has_no_neighbours_and_a_sample_is_a_collection_of_its_own(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(N, 6)).astype(np.float32)
    sampled = hubness(build(tmp_path, vectors), [Variant("f", {"f": 1.0})], apart(N), most_rows=50)
    assert sampled["paintings"] == 50 and 1 < sampled["results"]["f"]["largest"] <= 5
    eleven = hubness(build(tmp_path / "eleven", vectors), [Variant("f", {"f": 1.0})], apart(N), most_rows=11)
    assert eleven["results"]["f"] == {
        "skewness": None,
        "in_no_ten": 0,
        "largest": 1,
    }  # each is among the ten of all others
    nothing = build(tmp_path / "other", np.full((5, 3), np.nan, dtype=np.float32))
    assert hubness(nothing, [Variant("f", {"f": 1.0})], apart(5))["results"] == {"f": None}
