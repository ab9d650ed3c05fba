"""Why a painting was found: the parts are those of the search, and what cannot be explained is refused."""

import numpy as np
import pytest
from PIL import Image

from artextract.errors import InputError
from artextract.search.asking.engine import SearchEngine
from artextract.search.reasons.match import explain_match
from tests.conftest import paint
from tests.raising import raises


@pytest.fixture(scope="module")
def engine(indexed_collection):
    return SearchEngine.open(indexed_collection)


def test_the_parts_are_those_of_the_search(engine):
    usual = engine.search("p00", k=1).hits[0]
    assert explain_match(engine, "p00", usual.id).score == pytest.approx(usual.score)
    hit = engine.search("p00", k=1, metric="cosine").hits[0]
    explanation = explain_match(engine, "p00", hit.id, metric="cosine")
    assert explanation.score == pytest.approx(hit.score)
    assert {reason.name: reason.contribution for reason in explanation.features} == pytest.approx(hit.features)
    assert {reason.name: reason.similarity for reason in explanation.features} == pytest.approx(hit.similarity)
    assert {reason.name: reason.percentile for reason in explanation.features} == pytest.approx(
        {name: hit.closer_than[name] for name in hit.features}
    )
    assert explanation.matching.exact and explanation.matching.cosine == pytest.approx(hit.similarity["deep"], abs=2e-3)
    assert explanation.summary and any(reason.sentence for reason in explanation.features)


def test_what_cannot_be_reported_here_still_counts(indexed_collection):
    engine = SearchEngine.open(indexed_collection)
    hit = engine.search("p00", k=1).hits[0]
    del engine.features["palette"]
    engine.unavailable["palette"] = "its models are not here"
    explanation = explain_match(engine, "p00", hit.id)
    assert explanation.score == pytest.approx(hit.score)
    assert {reason.name: reason.contribution for reason in explanation.features} == pytest.approx(hit.features)
    assert "its models are not here" in explanation.features[-1].description


def test_only_what_weighs_is_explained(engine):
    explanation = explain_match(engine, "p00", "p01", weights={"palette": 1})
    assert [reason.name for reason in explanation.features] == ["palette"] and explanation.swatches


def test_an_image_from_elsewhere_and_its_sheet(engine, tmp_path):
    paint("green", "discs", 91).save(tmp_path / "new.png")
    hit = engine.search(tmp_path / "new.png", k=1).hits[0]
    explanation = explain_match(engine, tmp_path / "new.png", hit.id, sheet=tmp_path / "why.png")
    assert explanation.score == pytest.approx(hit.score)
    with Image.open(tmp_path / "why.png") as sheet:
        assert sheet.width > 1000 and np.asarray(sheet.convert("L")).std() > 10


def test_what_cannot_be_explained(engine, tmp_path):
    with raises(InputError, "unknown-painting", "nobody"):
        explain_match(engine, "p00", "nobody")
    with raises(InputError, "unknown-painting"):
        explain_match(engine, "p0O", "p01")
    with raises(InputError, "feature-not-indexed"):
        explain_match(engine, "p00", "p01", weights={"aura": 1})
    with raises(InputError, "wrong-file-ending"):
        explain_match(engine, "p00", "p01", sheet=tmp_path / "why.docx")
