"""Several labels a row, against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from artextract.metrics.bootstrap import resample
from artextract.metrics.several import (
    MEASURES,
    average_precisions,
    resampled_several,
    several_intervals,
    several_summary,
)


def data(seed=0, n=60, k=5):
    rng = np.random.default_rng(seed)
    truth = rng.random((n, k)) < [0.5, 0.3, 0.1, 0.05, 0.0]
    return truth, np.round(np.clip(0.3 * truth + rng.random((n, k)) * 0.7, 0, 1), 1)


def test_against_scikit_learn():
    truth, probabilities = data()
    said = probabilities >= 0.5
    found = several_summary(truth, probabilities, said)
    there = truth.any(0)
    reference = average_precision_score(truth[:, there], probabilities[:, there], average=None)
    assert average_precisions(truth, probabilities)[there] == pytest.approx(reference)
    assert np.isnan(average_precisions(truth, probabilities)[~there]).all()
    assert found["map"] == pytest.approx(reference.mean())
    for average in ("macro", "micro"):
        expected = f1_score(truth, said, average=average, zero_division=0)
        if average == "macro":  # a class that is neither true nor said is passed over
            shown = truth.any(0) | said.any(0)
            expected = f1_score(truth[:, shown], said[:, shown], average=average, zero_division=0)
        assert found[f"{average}_f1"] == pytest.approx(expected)
    assert found["exact"] == pytest.approx((truth == said).all(1).mean()) and found["labels"] == said.sum(1).mean()
    assert several_summary(truth[:0], probabilities[:0], said[:0]) == dict.fromkeys(MEASURES)


def test_resamples_are_what_drawing_the_rows_gives():
    truth, probabilities = data(1, 25)
    said = probabilities >= 0.4
    found, maps = resampled_several(truth, probabilities, said, rounds=8), []
    for place, counts in enumerate(np.concatenate(list(resample(25, 8)))):
        rows = np.repeat(np.arange(25), counts)
        slow = several_summary(truth[rows], probabilities[rows], said[rows])
        assert found["macro_f1"][place] == pytest.approx(slow["macro_f1"])
        maps.append(slow["map"])
    maps = np.array(maps) - np.mean(maps) + several_summary(truth, probabilities, said)["map"]
    assert found["map"] == pytest.approx(maps)
    assert several_intervals(found)["map"] == pytest.approx(np.percentile(maps, [2.5, 97.5]))
