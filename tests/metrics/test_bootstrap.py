"""Against drawing rows slowly with scikit-learn, and by the properties that intervals have."""

import numpy as np
import pytest
from sklearn import metrics as reference

from artextract.metrics import bootstrap
from artextract.metrics.calibration import expected_calibration_error


def judged(n, seed=1, classes=3, skill=2.0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, n)
    logits = rng.normal(0, 1, (n, classes))
    logits[np.arange(n), truth] += skill
    return truth, np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_resample_is_that_of_its_rows():
    truth, probabilities = judged(40)
    got = bootstrap.resampled(truth, probabilities, rounds=12, auc_rounds=5)
    counts = np.concatenate(list(bootstrap.resample(40, 12)))
    assert (counts.sum(1) == 40).all() and len(got["roc_auc"]) == 5
    for r, count in enumerate(counts):
        rows = np.repeat(np.arange(40), count)
        own, predicted = truth[rows], probabilities[rows].argmax(1)
        assert got["accuracy"][r] == pytest.approx(reference.accuracy_score(own, predicted))
        assert got["balanced_accuracy"][r] == pytest.approx(reference.balanced_accuracy_score(own, predicted))
        assert got["macro_f1"][r] == pytest.approx(reference.f1_score(own, predicted, average="macro"))
        assert got["ece"][r] == pytest.approx(expected_calibration_error(own, probabilities[rows]))
        if r < 5:
            assert got["roc_auc"][r] == pytest.approx(
                reference.roc_auc_score(own, probabilities[rows], multi_class="ovr")
            )


def test_blocks_do_not_change_what_is_drawn(monkeypatch):
    truth, probabilities = judged(30)
    whole = bootstrap.resampled(truth, probabilities, rounds=10, auc_rounds=4)
    monkeypatch.setattr(bootstrap, "CELLS", 90)
    for name, values in bootstrap.resampled(truth, probabilities, rounds=10, auc_rounds=4).items():
        assert values == pytest.approx(whole[name])


def test_areas_that_would_cost_too_much_have_no_interval(monkeypatch):
    truth, probabilities = judged(30)
    monkeypatch.setattr(bootstrap, "AUC_WORK", 30 * 3 * 60)
    assert len(bootstrap.resampled(truth, probabilities, rounds=100, auc_rounds=80)["roc_auc"]) == 60
    monkeypatch.setattr(bootstrap, "AUC_WORK", 30 * 3 * 40)
    found = bootstrap.resampled(truth, probabilities, rounds=100, auc_rounds=80)
    assert bootstrap.intervals(truth, probabilities, found)["roc_auc"] is None and len(found["accuracy"]) == 100


def test_intervals_hold_the_figure_and_narrow():
    few, many = judged(60), judged(6000)
    for truth, probabilities in (few, many):
        found = bootstrap.intervals(
            truth, probabilities, bootstrap.resampled(truth, probabilities, rounds=300, auc_rounds=50)
        )
        assert found["accuracy"][0] < reference.accuracy_score(truth, probabilities.argmax(1)) < found["accuracy"][1]
        assert (
            found["roc_auc"][0] < reference.roc_auc_score(truth, probabilities, multi_class="ovr") < found["roc_auc"][1]
        )
        assert found["ece"][0] <= expected_calibration_error(truth, probabilities) <= found["ece"][1]
    wide = bootstrap.intervals(*few, bootstrap.resampled(*few, rounds=300, auc_rounds=50))
    assert all(np.diff(wide[name])[0] > np.diff(found[name])[0] for name in found)


def test_a_paired_difference_is_narrower_than_two_intervals_apart():
    """A classifier that differs from another in a few rows alone: the pairing knows."""
    truth, probabilities = judged(400)
    other = probabilities.copy()
    other[:10] = other[:10, ::-1]
    one, two = (
        bootstrap.resampled(truth, values, rounds=300, auc_rounds=0)["accuracy"] for values in (probabilities, other)
    )
    assert np.diff(bootstrap.interval(one - two))[0] < 0.5 * np.diff(bootstrap.interval(one))[0]
    assert bootstrap.interval(one - one) == [0.0, 0.0]


def test_one_row_has_no_area():
    truth, probabilities = np.array([1]), np.array([[0.2, 0.8]])
    found = bootstrap.intervals(truth, probabilities, bootstrap.resampled(truth, probabilities, rounds=20))
    assert found["accuracy"] == [1.0, 1.0] and found["roc_auc"] is None
