"""ROC, AUC and average precision against scikit-learn, with ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from artextract.metrics import ranking as metrics


def draw(seed):
    """Scores of one decimal, so that many are equal."""
    rng = np.random.default_rng(seed)
    classes, n = int(rng.integers(2, 7)), int(rng.integers(2, 60))
    return rng.integers(0, classes, n), np.round(rng.dirichlet(np.full(classes, 0.7), n), 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_agrees_with_scikit_learn(seed):
    truth, scores = draw(seed)
    auc, precision = metrics.roc_auc_per_class(truth, scores), metrics.average_precision_per_class(truth, scores)
    for k in range(scores.shape[1]):
        positive = truth == k
        if not 0 < positive.sum() < len(truth):
            assert np.isnan(auc[k]) and np.isnan(precision[k])
            continue
        assert auc[k] == pytest.approx(reference.roc_auc_score(positive, scores[:, k]))
        assert precision[k] == pytest.approx(reference.average_precision_score(positive, scores[:, k]))
        false, true, _ = reference.roc_curve(positive, scores[:, k], drop_intermediate=False)
        got = metrics.roc_curve(positive, scores[:, k])
        assert got[0] == pytest.approx(false) and got[1] == pytest.approx(true)


def test_undefined_classes_are_left_out_of_the_mean():
    auc = metrics.roc_auc_per_class(np.array([0, 0, 1]), np.array([[0.8, 0.2, 0.0], [0.3, 0.7, 0.0], [0.5, 0.5, 0.0]]))
    assert auc[:2].tolist() == [0.5, 0.5] and np.isnan(auc[2]) and metrics.mean_defined(auc) == 0.5
    assert metrics.mean_defined(metrics.roc_auc_per_class(np.array([0, 0]), np.full((2, 2), 0.5))) is None
    assert metrics.mean_defined(metrics.average_precision_per_class(np.empty(0, int), np.empty((0, 2)))) is None


def test_resampled_areas_are_those_of_the_drawn_rows():
    truth, scores = draw(8)
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(truth), (20, len(truth)))
    counts = np.stack([np.bincount(rows, minlength=len(truth)) for rows in drawn])
    expected = [metrics.mean_defined(metrics.roc_auc_per_class(truth[rows], scores[rows])) for rows in drawn]
    assert metrics.resampled_macro_auc(truth, scores, counts) == pytest.approx(np.array(expected))
