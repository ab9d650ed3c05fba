"""The detectors against slow oracles that take the row out and fit anew, and what they refuse."""

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf

from artextract.errors import InputError
from artextract.evaluate.outliers.outlier_detectors import (
    CentroidDistanceDetector,
    EntropyDetector,
    LabelErrorDetector,
    MahalanobisDetector,
    SoftmaxUncertaintyDetector,
)
from artextract.metrics import outliers as metrics
from tests.raising import raises


@pytest.fixture(scope="module")
def blobs():
    """60 rows of 5 numbers in 3 classes, of which rows 0, 1 and 2 carry the label of another class."""
    random = np.random.default_rng(0)
    truth = np.arange(60) % 3
    features = (random.normal(0, 1, (60, 5)) + 4 * np.eye(3, 5)[truth]).astype(np.float32) * [1, 10, 0.1, 1, 5] + 3
    labels = truth.copy()
    labels[:3] = (labels[:3] + 1) % 3
    return features.astype(np.float32), labels


def standardised(features):
    return (features.astype(float) - features.mean(0, dtype=float)) / features.std(0, dtype=float)


def slow_scores(points, labels, metric, relative):
    """Own distance with the row taken out, and the nearest other class, one row at a time."""

    def distance(a, b):
        return np.linalg.norm(a - b) if metric == "euclidean" else 1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    if metric == "cosine":
        points = points / np.linalg.norm(points, axis=1, keepdims=True)
    scores = []
    for row, label in enumerate(labels):
        others = (labels == label) & (np.arange(len(labels)) != row)
        own = distance(points[row], points[others].mean(0))
        nearest = min(distance(points[row], points[labels == other].mean(0)) for other in set(labels) - {label})
        scores.append(own / (own + nearest) if relative else own)
    return scores


@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_a_fitted_row_is_measured_from_the_others_of_its_class(blobs, metric, relative):
    features, labels = blobs
    scores = CentroidDistanceDetector(metric, relative).fit(features, labels).get_uncertainty_scores(features, labels)
    np.testing.assert_allclose(scores, slow_scores(standardised(features), labels, metric, relative), rtol=1e-4)


@pytest.mark.parametrize("count", [60, 12])
def test_mahalanobis_is_the_distance_in_the_metric_of_the_pooled_scatter_of_the_others(blobs, count):
    features, labels = blobs[0][:count], blobs[1][:count]
    points = standardised(features)
    within = points - np.stack([points[labels == label].mean(0) for label in range(3)])[labels]
    _, shrinkage = ledoit_wolf(within, assume_centered=True)
    expected = []
    for row, label in enumerate(labels):
        others = np.arange(count) != row
        centroids = {k: points[(labels == k) & others].mean(0) for k in range(3)}
        scatter = (
            sum(
                np.outer(p - centroids[k], p - centroids[k])
                for p, k in zip(points[others], labels[others], strict=False)
            )
            / count
        )
        inverse = np.linalg.inv(
            (1 - shrinkage) * scatter + shrinkage * np.trace(within.T @ within / count) / 5 * np.eye(5)
        )
        distance = {k: np.sqrt((points[row] - c) @ inverse @ (points[row] - c)) for k, c in centroids.items()}
        own = distance.pop(label)
        expected.append((own, own / (own + min(distance.values()))))
    for relative in (False, True):
        detector = MahalanobisDetector(relative).fit(features, labels)
        assert detector.shrinkage == pytest.approx(shrinkage, rel=1e-3)
        np.testing.assert_allclose(
            detector.get_uncertainty_scores(features, labels), [pair[relative] for pair in expected], rtol=1e-3
        )


@pytest.mark.parametrize(
    "make", [CentroidDistanceDetector, lambda: CentroidDistanceDetector("cosine"), MahalanobisDetector]
)
def test_wrong_labels_come_first_with_the_right_class(blobs, make):
    features, labels = blobs
    detector = make().fit(features, labels)
    scores = detector.get_uncertainty_scores(features, labels)
    assert set(detector.get_top_outliers(scores, k=3).tolist()) == {0, 1, 2}
    assert detector.nearest_labels(features, labels)[:3].tolist() == [0, 1, 2]
    names = np.array(["a", "b", "c"])[labels]
    by_name = make().fit(features, names)
    np.testing.assert_array_equal(by_name.get_uncertainty_scores(features, names), scores)
    assert by_name.nearest_labels(features)[3:6].tolist() == ["a", "b", "c"]


def test_new_rows_are_measured_from_the_whole_class(blobs):
    features, labels = blobs
    detector = CentroidDistanceDetector(relative=False).fit(features, labels)
    points = standardised(features)
    new = features[5:6] + np.float32(1e-3)
    point = (new[0] - features.mean(0, dtype=float)) / features.std(0, dtype=float)
    assert detector.get_uncertainty_scores(new, labels[5:6])[0] == pytest.approx(
        np.linalg.norm(point - points[labels == labels[5]].mean(0)), rel=1e-4
    )
    nearest = min(np.linalg.norm(point - points[labels == label].mean(0)) for label in range(3))
    assert detector.get_uncertainty_scores(new)[0] == pytest.approx(nearest, rel=1e-4)


def test_singletons_and_unknown_labels_have_no_score(blobs):
    features, labels = blobs
    labels = labels.copy()
    labels[7] = 9
    for detector in (CentroidDistanceDetector(), MahalanobisDetector()):
        scores = detector.fit(features, labels).get_uncertainty_scores(features, labels)
        assert np.flatnonzero(np.isnan(scores)).tolist() == [7] and detector.get_top_outliers(scores, 60)[-1] == 7
        assert np.isnan(detector.get_uncertainty_scores(features[:1], [77])).all()
        assert detector.nearest_labels(features, labels)[7] == 1


def test_without_labels_or_fit_the_distance_is_to_the_mean(blobs):
    features, labels = blobs
    expected = np.linalg.norm(standardised(features), axis=1)
    np.testing.assert_allclose(CentroidDistanceDetector().get_uncertainty_scores(features), expected, rtol=1e-4)
    np.testing.assert_allclose(
        CentroidDistanceDetector().fit(features).get_uncertainty_scores(features), expected, rtol=1e-4
    )
    assert MahalanobisDetector().get_uncertainty_scores(features).shape == (60,)
    np.testing.assert_array_equal(
        MahalanobisDetector().get_uncertainty_scores(features, labels),
        MahalanobisDetector().fit(features, labels).get_uncertainty_scores(features, labels),
    )


def test_degenerate_rows_give_no_error():
    """Rows that are all the same, of classes of one row each, and constant dimensions."""
    for detector in (CentroidDistanceDetector(), CentroidDistanceDetector("cosine"), MahalanobisDetector()):
        same = detector.fit(np.ones((4, 3)), [0, 0, 1, 1]).get_uncertainty_scores(np.ones((4, 3)), [0, 0, 1, 1])
        assert same == pytest.approx(0.5)
        assert np.isnan(detector.fit(np.eye(3), [0, 1, 2]).get_uncertainty_scores(np.eye(3), [0, 1, 2])).all()


def test_detectors_of_probabilities_are_the_metrics():
    probabilities = np.random.default_rng(1).dirichlet(np.ones(4), 20)
    labels = np.arange(20) % 4
    np.testing.assert_array_equal(
        SoftmaxUncertaintyDetector().get_uncertainty_scores(probabilities), metrics.softmax_uncertainty(probabilities)
    )
    np.testing.assert_array_equal(
        EntropyDetector().get_uncertainty_scores(probabilities), metrics.normalised_entropy(probabilities)
    )
    np.testing.assert_array_equal(
        LabelErrorDetector().get_uncertainty_scores(probabilities, labels), metrics.label_error(probabilities, labels)
    )


def test_the_top_is_stable_and_refuses_what_is_no_number():
    top = SoftmaxUncertaintyDetector().get_top_outliers
    assert (
        top([0.1, 0.5, float("nan"), 0.5], k=3).tolist() == [1, 3, 0]
        and top([0.1, 0.2], k=9).tolist() == [1, 0]
        and top([]).tolist() == []
    )
    for k in (0, -1, 2.5, True):
        with raises(InputError, "invalid-count"):
            top([0.1], k=k)
    with raises(InputError, "wrong-shape"):
        top(np.ones((2, 2)))


@pytest.mark.parametrize(
    "call, code",
    [
        (lambda: SoftmaxUncertaintyDetector().get_uncertainty_scores([[2.0, -1.0]]), "not-probabilities"),
        (lambda: EntropyDetector().get_uncertainty_scores([0.5, 0.5]), "wrong-shape"),
        (lambda: LabelErrorDetector().get_uncertainty_scores([[0.5, 0.5]], [2]), "label-out-of-range"),
        (lambda: LabelErrorDetector().get_uncertainty_scores([[0.5, 0.5]], [0, 1]), "wrong-shape"),
        (lambda: CentroidDistanceDetector("manhattan"), "unknown-distance"),
        (lambda: CentroidDistanceDetector().fit([[float("nan")]]), "not-finite"),
        (lambda: CentroidDistanceDetector().fit(np.ones((2, 2)), [0]), "wrong-shape"),
        (
            lambda: CentroidDistanceDetector().fit(np.ones((2, 2))).get_uncertainty_scores(np.ones((2, 3))),
            "wrong-shape",
        ),
        (lambda: MahalanobisDetector().nearest_labels(np.ones((2, 2))), "not-fitted"),
    ],
)
def test_wrong_use(call, code):
    with raises(InputError, code):
        call()
