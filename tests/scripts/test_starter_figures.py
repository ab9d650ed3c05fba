"""The page of the starter's figures: its numbers against scikit-learn, and the page itself on a small model."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from artextract.evaluate.classification.classify import evaluate_model
from artextract.evaluate.classification.figures import Judged
from scripts import starter_figures as figures

CLASSES = ["Baroque", "Early Renaissance", "Impressionism", "Northern Renaissance", "Cubism"]


@pytest.fixture(scope="module")
def judged():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 5, 200)
    probabilities = rng.dirichlet(np.ones(5), 200) * 0.6 + 0.4 * np.eye(5)[truth] * rng.random((200, 1))
    probabilities /= probabilities.sum(1, keepdims=True)
    return Judged(CLASSES, np.arange(200), truth, probabilities.astype(np.float32), {}, 200, [9] * 5, 1.0)


def test_the_three_styles_are_sums_of_classes(judged):
    truth, sums = figures.three_of(judged)
    own = {"Renaissance": [1, 3], "Baroque": [0], "Impressionism": [2]}
    for place, columns in enumerate(own.values()):
        assert np.array_equal(truth == place, np.isin(judged.truth, columns))
    expected = np.stack([judged.probabilities[:, c].sum(1) for c in own.values()], axis=1)
    assert np.allclose(sums, expected / expected.sum(1, keepdims=True))
    assert set(truth[judged.truth == 4]) == {-1}
    rows = truth >= 0
    found = figures._three(truth[rows], sums[rows])
    said = sums[rows].argmax(1)
    assert found["accuracy"]["value"] == pytest.approx(accuracy_score(truth[rows], said))
    reference = precision_recall_fscore_support(truth[rows], said)
    for k, one in enumerate(found["styles"].values()):
        for measure, values in zip(("precision", "recall", "F1"), reference, strict=False):
            assert one[measure]["value"] == pytest.approx(values[k])
            assert one[measure]["ci"][0] <= one[measure]["value"] <= one[measure]["ci"][1]
        assert one["n"] == reference[3][k]


def test_a_row_of_the_first_table(judged):
    sure = judged.probabilities.max(1) > 0.5
    found = figures._measures(judged.truth, judged.probabilities, sure)
    right = judged.probabilities.argmax(1) == judged.truth
    best = np.argsort(-judged.probabilities, axis=1)[:, :3]
    assert found["n"] == 200 and found["accuracy"]["value"] == pytest.approx(right.mean())
    assert found["top-3"]["value"] == pytest.approx((best == judged.truth[:, None]).any(1).mean())
    assert found["share sure"]["value"] == pytest.approx(sure.mean())
    assert found["accuracy when sure"]["value"] == pytest.approx(right[sure].mean())
    more = replace(judged, labelled=250)
    assert figures._of_all_labels(more)["value"] == pytest.approx(right.sum() / 250)
    assert figures._share(np.ones(3), np.ones(3)) == {"value": 1.0, "ci": None}
    nobody = figures._measures(judged.truth, judged.probabilities, np.zeros(200, dtype=bool))
    assert nobody["share sure"]["value"] == 0 and nobody["accuracy when sure"] == {"value": None, "ci": None}
    assert figures._measures(judged.truth[:0], judged.probabilities[:0], sure[:0])["accuracy"]["value"] is None


def test_the_page_of_a_small_model(trained_model):
    evaluation = evaluate_model(trained_model, by="source")
    page = figures.Page(trained_model, {"test rows": evaluation}, {})
    text = "\n".join(line for section in figures.SECTIONS for line in section(page))
    assert [line for line in text.split("\n") if line.startswith("## ")] == [
        "## Test rows and gallery",
        "## Recall of the 27 styles",
        "## Three styles: Renaissance of all four kinds, Baroque, Impressionism",
        "## Within one source",
        "## Knowing that it does not know",
        "## Numbers",
        "## Size shipped",
    ]
    overall = page.document["overall"]["style"]["test rows"]["all"]
    assert overall["accuracy"]["value"] == evaluation.figures["attributes"]["style"]["accuracy"]
    recall = {one["label"]: one["recall"] for one in evaluation.figures["attributes"]["style"]["classes"] if one["n"]}
    for style, found in page.document["recall"].items():
        if found["test rows"]["all"]["n"]:
            assert found["test rows"]["all"]["value"] == pytest.approx(recall[style])
    assert "not known" in text and sum(page.document["bytes"].values()) > 1000
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({line.count(" | ") for line in block.split("\n") if line.startswith("|")}) == 1
