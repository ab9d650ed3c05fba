"""From arrays to figures: against scikit-learn and by hand."""

import json

import numpy as np
import pytest
from sklearn import metrics as reference

from artextract.evaluate.classification.figures import SEEN, UNKNOWN, UNSEEN, Judged, attribute_figures


def make(truth, probabilities, baselines=None, **more):
    truth, probabilities = np.asarray(truth, dtype=int), np.asarray(probabilities, dtype=float)
    classes = [f"class {i}" for i in range(probabilities.shape[1])]
    values = {"labelled": len(truth), "trained": [100] * len(classes), "temperature": 1.0} | more
    return Judged(classes, np.arange(len(truth)), truth, probabilities, baselines or {}, **values)


def random_case(n=300, classes=5, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, n)
    logits = rng.normal(0, 1, (n, classes))
    logits[np.arange(n), truth] += 1.5
    powers = np.exp(logits)
    return truth, powers / powers.sum(1, keepdims=True)


def test_agrees_with_scikit_learn():
    truth, probabilities = random_case()
    figures = attribute_figures(make(truth, probabilities))
    assert figures["roc_auc"] == pytest.approx(reference.roc_auc_score(truth, probabilities, multi_class="ovr"))
    expected = [reference.average_precision_score(truth == k, probabilities[:, k]) for k in range(5)]
    assert [c["average_precision"] for c in figures["classes"]] == pytest.approx(expected)
    assert figures["average_precision"] == pytest.approx(np.mean(expected))
    assert figures["log_loss"] == pytest.approx(reference.log_loss(truth, probabilities))
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "ece", "roc_auc"):
        low, high = figures["ci"][name]
        assert low <= figures[name] <= high
    json.dumps(figures, allow_nan=False)


def test_what_is_undefined_is_none_and_named():
    """Class 2 occurs and is never predicted, class 3 never occurs, class 4 neither."""
    probabilities = [
        [0.6, 0.2, 0.1, 0.1, 0.0],
        [0.1, 0.7, 0.1, 0.1, 0.0],
        [0.5, 0.2, 0.2, 0.1, 0.0],
        [0.1, 0.2, 0.1, 0.6, 0.0],
    ]
    figures = attribute_figures(make([0, 1, 2, 0], probabilities))
    by_label = {c["label"]: c for c in figures["classes"]}
    assert (
        by_label["class 2"]["precision"] is None
        and by_label["class 2"]["recall"] == 0.0
        and by_label["class 2"]["f1"] == 0.0
    )
    assert (
        by_label["class 3"]["precision"] == 0.0
        and by_label["class 3"]["recall"] is None
        and by_label["class 3"]["auc"] is None
    )
    assert figures["undefined"] == {
        "precision": ["class 2", "class 4"],
        "recall": ["class 3", "class 4"],
        "auc": ["class 3", "class 4"],
    }
    assert all(c["few"] for c in figures["classes"])


def test_confusions_by_hand():
    probabilities = np.eye(3)[[1, 1, 0, 2, 0]]
    figures = attribute_figures(make([0, 0, 0, 2, 1], probabilities))
    assert figures["confusions"] == [
        {"true": "class 0", "predicted": "class 1", "n": 2, "share": pytest.approx(2 / 3)},
        {"true": "class 1", "predicted": "class 0", "n": 1, "share": 1.0},
    ]


def test_the_temperature_is_shown_before_and_after():
    truth, probabilities = random_case()
    cooled = probabilities**3 / (probabilities**3).sum(1, keepdims=True)  # a temperature of a third makes it too sure
    found = attribute_figures(make(truth, cooled, temperature=1 / 3))
    plain = attribute_figures(make(truth, probabilities))
    assert (
        found["calibration"]["ece_before"] == pytest.approx(plain["ece"])
        and found["calibration"]["ece_after"] == found["ece"] > plain["ece"]
    )
    assert found["calibration"]["log_loss_before"] == pytest.approx(plain["log_loss"])


def test_a_difference_to_itself_is_nothing():
    truth, probabilities = random_case()
    figures = attribute_figures(make(truth, probabilities, {"same": probabilities, "worse": probabilities[:, ::-1]}))
    assert figures["baselines"]["same"]["difference"]["macro_f1"] == {"value": 0.0, "ci": [0.0, 0.0]}
    worse = figures["baselines"]["worse"]["difference"]["accuracy"]
    assert 0 < worse["ci"][0] < worse["value"] < worse["ci"][1]


def test_artists_are_judged_apart():
    truth, probabilities = random_case(60)
    artists = np.array([SEEN, UNSEEN, UNKNOWN] * 20)
    figures = attribute_figures(make(truth, probabilities, artists=artists))
    assert figures["unknown_artists"] == 20
    for name, kind in (("seen_artists", SEEN), ("unseen_artists", UNSEEN)):
        own = artists == kind
        assert figures[name]["n"] == 20
        assert figures[name]["accuracy"] == pytest.approx(
            reference.accuracy_score(truth[own], probabilities[own].argmax(1))
        )
    assert "seen_artists" not in attribute_figures(make(truth, probabilities))


def test_no_rows_give_no_figures():
    figures = attribute_figures(make([], np.empty((0, 3)), {"majority": np.empty((0, 3))}, labelled=4))
    assert figures["n"] == 0 and figures["coverage"] == 0.0 and figures["accuracy"] is None and figures["ci"] is None
    assert figures["baselines"]["majority"]["difference"]["accuracy"] == {"value": None, "ci": None}
    json.dumps(figures, allow_nan=False)
