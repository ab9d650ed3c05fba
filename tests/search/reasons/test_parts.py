"""What each part of a combined query adds: the parts sum to the score, and the terms are those worked out by hand."""

import numpy as np
import pytest

from artextract.index import METRICS
from artextract.search.asking.engine import SearchEngine
from artextract.search.reasons.match import explain_match
from artextract.search.reasons.parts import QueryPart, parts_said


@pytest.fixture(scope="module")
def engine(indexed_collection):
    return SearchEngine.open(indexed_collection)


@pytest.mark.parametrize("metric", METRICS)
def test_the_parts_sum_to_the_score_of_the_search(engine, metric):
    query = engine.combine(["p00", "p04"], ["p08", "p09"])
    hit = engine.search(query, k=1, metric=metric).hits[0]
    explanation = explain_match(engine, query, hit.id, metric=metric)
    assert [(part.name, part.wanted) for part in explanation.parts] == [
        ("p00", True),
        ("p04", True),
        ("p08", False),
        ("p09", False),
    ]
    assert explanation.score == pytest.approx(hit.score) == sum(part.score for part in explanation.parts)
    for name, value in hit.features.items():
        assert sum(part.features[name] for part in explanation.parts) == pytest.approx(value)
    assert explanation.summary.startswith("Of the score, ") and "being unlike" in explanation.summary


def test_the_terms_by_hand(engine):
    query = engine.combine(["p00"], ["p08"])
    hit = engine.search(query, k=1, weights={"deep": 1}, metric="cosine").hits[0]
    wanted, unwanted, found = (engine.index.rows("deep", [name]).units[0] for name in ("p00", "p08", hit.id))
    length, scale = np.linalg.norm(wanted - unwanted / 2), engine.index.scale("deep", "cosine")
    explanation = explain_match(engine, query, hit.id, {"deep": 1}, "cosine").parts
    # the mean of the collection is divided by +1 and -1/2: two parts for what is wanted, and one against
    assert explanation[0].score == pytest.approx((wanted @ found / length - 2 * scale.mean) / scale.reach, abs=1e-4)
    assert explanation[1].score == pytest.approx((-unwanted @ found / length / 2 + scale.mean) / scale.reach, abs=1e-4)


def test_a_part_without_a_feature_adds_nothing_by_it(engine):
    without = engine.query("p04")
    del without.vectors["palette"]
    query = engine.combine(["p00", without])
    explanation = explain_match(engine, query, "p01")
    assert explanation.parts[1].features["palette"] is None and explanation.parts[0].features["palette"] is not None
    assert explanation.score == pytest.approx(sum(part.score for part in explanation.parts))


def test_one_picture_has_no_parts(engine):
    assert explain_match(engine, engine.combine(["p00"]), "p01").parts == () and parts_said(()) == ""


def test_the_sentence_has_the_largest_first_and_says_what_takes():
    parts = (
        QueryPart("a", "A", True, 0.1, {}),
        QueryPart("b", "B", True, 0.5, {}),
        QueryPart("c", "C", False, -0.05, {}),
    )
    assert parts_said(parts) == "Of the score, 0.50 comes from 'B' and 0.10 from 'A'; being unlike 'C' takes away 0.05."
