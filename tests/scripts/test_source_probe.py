"""The probe of the source, on vectors of which it is known what they carry."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from scripts import source_probe as probes


@pytest.fixture(scope="module")
def document():
    """Two sources with two styles each in other shares; the embedding has the style alone, the pooled features the
    source. Ten paintings an artist."""
    rng = np.random.default_rng(0)
    n = 400
    styles = rng.choice(["baroque", "cubism"], n).astype(object)
    chance = np.where(styles == "baroque", 0.8, 0.3)
    sources = np.where(rng.random(n) < chance, "crops", "whole").astype(object)
    sources[:3] = "rare"
    styles[3:6] = None
    style = (styles == "baroque").astype(float)[:, None] + rng.normal(0, 0.3, (n, 4))
    source = (sources == "crops").astype(float)[:, None] * 3 + rng.normal(0, 0.3, (n, 4))
    vectors = {"embedding": style.astype(np.float32), "pooled features": source.astype(np.float32)}
    artists = np.array([f"a{place % 40}" for place in range(n)], dtype=object)
    return probes.probe(sources, styles, vectors, np.arange(n), artists)


def test_what_the_style_explains_is_found_in_the_embedding_too(document):
    found = {name: one["balanced_accuracy"] for name, one in document["probes"].items()}
    assert list(found) == ["style", "embedding", "style and embedding", "pooled features"]
    assert 0.7 < found["style"] < 0.8 and abs(found["embedding"] - found["style"]) < 0.03
    assert found["pooled features"] > 0.98 and document["chance"] == 0.5
    for one in document["probes"].values():
        assert one["ci"][0] <= one["balanced_accuracy"] <= one["ci"][1]


def test_rare_sources_and_rows_without_a_style_are_not_kept_apart(document):
    assert document["rows"] == 394 and set(document["sources"]) == {"crops", "whole"}


def test_within_one_style_the_style_tells_nothing(document):
    assert [one["style"] for one in document["within"]] == ["baroque", "cubism"]
    for one in document["within"]:
        assert 0.4 < one["embedding"]["balanced_accuracy"] < 0.6
        assert one["pooled features"]["balanced_accuracy"] > 0.95
        assert 0 < one["others"] < one["n"]
    text = probes.markdown(document)
    assert "chance is 0.500" in text and "baroque" in text


def test_the_accuracy_is_that_of_scikit_learn_out_of_fold():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 60)
    vectors = rng.normal(0, 1, (60, 2)) + truth[:, None]
    folds = np.arange(60) % 5
    found = probes._accuracy(vectors, truth, folds, 2)
    scores = []
    for strength in probes.STRENGTHS:
        said = probes.out_of_fold(probes.logistic(vectors, truth, 2, strength, "balanced"), 60, folds).argmax(1)
        scores.append(balanced_accuracy_score(truth, said))
    assert found["balanced_accuracy"] == pytest.approx(max(scores))
