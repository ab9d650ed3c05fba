"""Detectors of paintings that do not fit: each turns probabilities or features into a score per row, higher for what
fits less.

>>> detector = CentroidDistanceDetector().fit(features, labels)             # doctest: +SKIP
>>> scores = detector.get_uncertainty_scores(features, labels)              # doctest: +SKIP
>>> detector.get_top_outliers(scores, k=5)                                  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from numbers import Integral

import numpy as np
from scipy.linalg import solve_triangular
from sklearn.covariance import ledoit_wolf

from artextract.errors import InputError
from artextract.metrics import outliers as metrics

DISTANCES = ("euclidean", "cosine")
Labels = Sequence[object] | np.ndarray
"""Numbers or names, (N,)."""


class Detector:
    """What all detectors share."""

    def get_top_outliers(self, scores: Sequence[float] | np.ndarray, k: int = 5) -> np.ndarray:
        """Positions of the ``k`` highest scores, most outlying first (all, where there are fewer).

        Ties in their order, NaN last."""
        if isinstance(k, bool) or not isinstance(k, Integral) or k < 1:
            raise InputError(f"{k} outliers were asked for", "ask for a whole number from 1 up", code="invalid-count")
        scores = np.asarray(scores, dtype=np.float64)
        if scores.ndim != 1:
            raise InputError(f"the scores have {scores.ndim} dimensions", "give one score per row", code="wrong-shape")
        return metrics.most_outlying(scores)[:k]


class SoftmaxUncertaintyDetector(Detector):
    """1 - the highest probability: how unsure a classifier is, whatever the label."""

    def get_uncertainty_scores(self, probabilities: np.ndarray) -> np.ndarray:
        """``(N, K)`` to ``float64 (N,)`` in 0..1."""
        return metrics.softmax_uncertainty(_probabilities(probabilities))


class EntropyDetector(Detector):
    """Entropy over its maximum: how far the probability is spread, whatever the label."""

    def get_uncertainty_scores(self, probabilities: np.ndarray) -> np.ndarray:
        """``(N, K)`` to ``float64 (N,)`` in 0..1; NaN with a single class."""
        return metrics.normalised_entropy(_probabilities(probabilities))


class LabelErrorDetector(Detector):
    """1 - the probability of the label that a row carries.

    The probabilities must come from a model that did not see the row (``out_of_fold``)."""

    def get_uncertainty_scores(self, probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """``(N, K)`` and class numbers ``int (N,)`` to ``float64 (N,)`` in 0..1."""
        probabilities = _probabilities(probabilities)
        return metrics.label_error(probabilities, _class_numbers(labels, probabilities))


class CentroidDistanceDetector(Detector):
    """Distance to the centroid of the own class, in features standardised over the fitted rows.

    ``metric`` is "euclidean" or "cosine". With ``relative`` the score is own / (own + nearest other class), so that 0.5
    is half way between the two and a class that is wide in itself is not all outliers; without, or with a single class,
    it is the distance itself."""

    def __init__(self, metric: str = "euclidean", relative: bool = True):
        if metric not in DISTANCES:
            raise InputError(
                f"there is no distance '{metric}'", f"choose one of {', '.join(DISTANCES)}", code="unknown-distance"
            )
        self.metric, self.relative = metric, relative
        self.classes: np.ndarray | None = None

    def fit(self, features: np.ndarray, labels: Labels | None = None) -> CentroidDistanceDetector:
        """Learn scale and centroids from ``(N, D)``; ``labels`` (N,) are numbers or names.

        Without labels there is one, global centroid."""
        features = _features(features)
        given = np.zeros(len(features), dtype=int) if labels is None else _labels(labels, features)
        self.classes, codes = np.unique(given, return_inverse=True)
        self._mean, self._std = features.mean(0), np.maximum(features.std(0), 1e-6)
        self._fit_space((features - self._mean) / self._std, codes)
        points = self._points(features)
        self._sizes = np.bincount(codes)
        self._sums = np.stack([points[codes == code].sum(0, dtype=np.float64) for code in range(len(self.classes))])
        self._members = set(zip(codes.tolist(), _row_hashes(features), strict=False))
        return self

    def get_uncertainty_scores(self, features: np.ndarray, labels: Labels | None = None) -> np.ndarray:
        """``(N, D)`` to ``float64 (N,)``.

        With ``labels``: the distance to the class that each row carries, relative to the nearest other one. A row that
        was fitted under that label is measured from the centroid of the others of its class, or every singleton would
        fit perfectly: its score is NaN, as that of a label that was not fitted. Without ``labels``: the distance to the
        nearest centroid, which without labels in ``fit`` is the mean. What was never fitted is fitted to the rows
        given."""
        if self.classes is None:
            return copy(self).fit(features, labels).get_uncertainty_scores(features, labels)
        distances, codes = self._distances(_features(features), labels)
        if codes is None:
            return distances.min(1)
        rows = np.arange(len(codes))
        own = np.where(codes >= 0, distances[rows, codes], np.nan)
        if not self.relative or len(self.classes) < 2:
            return own
        distances[rows, codes] = np.inf
        total = own + distances.min(1)
        return np.divide(own, total, out=np.where(np.isnan(own), np.nan, 0.5), where=total > 0)

    def nearest_labels(self, features: np.ndarray, labels: Labels | None = None) -> np.ndarray:
        """The class whose centroid is nearest, ``(N,)``.

        With ``labels`` the own centroid is that of the others, as above. Needs ``fit``."""
        if self.classes is None:
            raise InputError("the detector was not fitted", "call fit(features, labels) first", code="not-fitted")
        distances, _ = self._distances(_features(features), labels)
        return self.classes[np.where(np.isnan(distances), np.inf, distances).argmin(1)]

    def _fit_space(self, standardised: np.ndarray, codes: np.ndarray) -> None:
        """For distances that learn more than centroids."""

    def _points(self, features: np.ndarray) -> np.ndarray:
        points = (features - self._mean) / self._std
        return (
            points
            if self.metric == "euclidean"
            else points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
        )

    def _distances(self, features: np.ndarray, labels: Labels | None) -> tuple[np.ndarray, np.ndarray | None]:
        """Distances ``float64 (N, K)`` to all centroids, and the labels as class numbers, -1 for one that was not
        fitted."""
        if features.shape[1] != len(self._mean):
            raise InputError(
                f"the features have {features.shape[1]} columns, those fitted had {len(self._mean)}",
                "give features of the same kind",
                code="wrong-shape",
            )
        points = self._points(features)
        codes, members = None, np.zeros(len(points), dtype=bool)
        if labels is not None and self.classes is not None:
            number = {label: code for code, label in enumerate(self.classes.tolist())}
            codes = np.array([number.get(label, -1) for label in _labels(labels, features).tolist()], dtype=int)
            members = np.array(
                [pair in self._members for pair in zip(codes.tolist(), _row_hashes(features), strict=False)], dtype=bool
            )
        rows = np.flatnonzero(members)
        products = (points @ self._sums.T.astype(points.dtype)).astype(np.float64)
        squares = np.einsum("ij,ij->i", points, points, dtype=np.float64)
        sizes = np.tile(self._sizes.astype(np.float64), (len(points), 1))
        norms = np.tile((self._sums**2).sum(1), (len(points), 1))
        if codes is not None and len(rows):  # the row is taken out of its class: sum, size and all products without it
            own = codes[rows]
            norms[rows, own] += squares[rows] - 2 * products[rows, own]
            products[rows, own] -= squares[rows]
            sizes[rows, own] -= 1
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.metric == "cosine":
                distances = 1.0 - products / np.maximum(np.sqrt(np.maximum(norms, 0)), 1e-12)
            else:
                distances = np.sqrt(np.maximum(squares[:, None] - 2 * products / sizes + norms / sizes**2, 0))
        distances[sizes == 0] = np.nan
        if len(rows):
            self._leave_out(distances, points, rows, own)
        return distances, codes

    def _leave_out(self, distances: np.ndarray, points: np.ndarray, rows: np.ndarray, own: np.ndarray) -> None:
        """For spaces that the ``rows``, of the classes ``own``, helped to shape: mend ``distances`` in place."""


class MahalanobisDetector(CentroidDistanceDetector):
    """As ``CentroidDistanceDetector``, in the metric of the scatter within the classes, pooled over them.

    K. Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial Attacks"
    (2018), with the covariance shrunk after O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional
    covariance matrices" (2004), since there are often fewer rows than dimensions. For the same reason a fitted row is
    left out of the scatter too: it would hide in a direction that it alone has stretched."""

    def __init__(self, relative: bool = True):
        super().__init__("euclidean", relative)

    def _fit_space(self, standardised: np.ndarray, codes: np.ndarray) -> None:
        means = np.stack([standardised[codes == code].mean(0) for code in range(codes.max() + 1)])
        covariance, self.shrinkage = ledoit_wolf(standardised - means[codes], assume_centered=True)
        ridge = 1e-6 * max(
            1.0, float(np.trace(covariance)) / len(covariance)
        )  # where classes of one row leave no scatter
        factor = np.linalg.cholesky(covariance.astype(np.float64) + ridge * np.eye(len(covariance)))
        self._whiten = solve_triangular(factor, np.eye(len(factor)), lower=True).T.astype(standardised.dtype)

    def _points(self, features: np.ndarray) -> np.ndarray:
        return super()._points(features) @ self._whiten

    def _leave_out(self, distances: np.ndarray, points: np.ndarray, rows: np.ndarray, own: np.ndarray) -> None:
        """Taking a row with the residual r out of the scatter takes a multiple of r r' from the covariance: Sherman and
        Morrison's formula."""
        centroids = self._sums / self._sizes[:, None]
        x = points[rows].astype(np.float64)
        products, each = x @ centroids.T, np.arange(len(rows))
        along = (
            (np.einsum("ij,ij->i", x, x) - products[each, own])[:, None] - products + (centroids @ centroids.T)[own]
        )  # (x - centroid) . r
        length = along[each, own].copy()
        others = np.maximum(self._sizes[own] - 1, 1)
        along[each, own] *= self._sizes[own] / others
        weight = (1 - self.shrinkage) * self._sizes[own] / others / self._sizes.sum()
        distances[rows] = np.sqrt(
            distances[rows] ** 2 + along**2 * (weight / np.maximum(1 - weight * length, 1e-9))[:, None]
        )


def _probabilities(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2 or not values.shape[1]:
        raise InputError(
            f"the probabilities have the shape {values.shape}",
            "give one row per painting and one column per class",
            code="wrong-shape",
        )
    known = values[~np.isnan(values).any(1)]
    if len(known) and (known.min() < 0 or np.abs(known.sum(1) - 1).max() > 1e-3):
        raise InputError(
            "the rows of the probabilities are not from 0 up with sum 1",
            "give probabilities, not logits",
            code="not-probabilities",
        )
    return values


def _class_numbers(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    labels = _labels(labels, probabilities)
    if not np.issubdtype(labels.dtype, np.integer) or (
        len(labels) and not 0 <= labels.min() <= labels.max() < probabilities.shape[1]
    ):
        raise InputError(
            "a label is no column of the probabilities",
            f"give class numbers from 0 to {probabilities.shape[1] - 1}",
            code="label-out-of-range",
        )
    return labels


def _features(values: np.ndarray) -> np.ndarray:
    values = np.ascontiguousarray(values, dtype=np.float32)
    if values.ndim != 2 or not len(values):
        raise InputError(f"the features have the shape {values.shape}", "give one row per painting", code="wrong-shape")
    if not np.isfinite(values).all():
        raise InputError(
            "some features are not finite", "leave out the paintings that lack the feature", code="not-finite"
        )
    return values


def _labels(labels: Labels, rows: np.ndarray) -> np.ndarray:
    values = np.asarray(labels)
    if values.shape != (len(rows),):
        raise InputError(
            f"there are {len(rows)} rows and labels of the shape {values.shape}",
            "give one label per row",
            code="wrong-shape",
        )
    return values


def _row_hashes(features: np.ndarray) -> list[int]:
    return [hash(row.tobytes()) for row in features]
