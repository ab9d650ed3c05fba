"""Classification metrics: arrays in, floats out. Checked against scikit-learn in the tests.

``truth`` is ``int (N,)`` class numbers, ``probabilities`` is ``float (N, K)`` with rows that sum to 1. What is
undefined, as top-5 of five classes or any figure of no rows, is None, never a flattering 0 or 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from artextract.metrics.calibration import brier_score, expected_calibration_error, log_loss
from artextract.metrics.ranking import average_precision_per_class, mean_defined, roc_auc_per_class
from artextract.metrics.selective import accuracy_at_coverage, area_under_risk

MEASURES = (
    "accuracy",
    "balanced_accuracy",
    "macro_precision",
    "macro_recall",
    "macro_f1",
    "weighted_precision",
    "weighted_recall",
    "weighted_f1",
    "top1",
    "top3",
    "top5",
    "roc_auc",
    "average_precision",
    "ece",
    "brier",
    "log_loss",
    "aurc",
    "accuracy_at_80",
)
"""What ``summary`` gives beside n, in its order."""


@dataclass(frozen=True)
class Tally:
    """Rows per class: those predicted rightly, those that belong to it and those predicted as it.

    ``(..., K)`` each, with any leading batch axes.

    A class with no row to divide by has a precision, recall or F1 of 0 here, and the means pass over classes that occur
    neither among the true nor among the predicted labels, as scikit-learn counts; whoever shows single classes asks
    ``true`` and ``predicted`` which of them are undefined."""

    right: np.ndarray
    true: np.ndarray
    predicted: np.ndarray

    @staticmethod
    def of(confusion: np.ndarray) -> Tally:
        return Tally(np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(-1), confusion.sum(-2))

    def precision(self) -> np.ndarray:
        return _share(self.right, self.predicted)

    def recall(self) -> np.ndarray:
        return _share(self.right, self.true)

    def f1(self) -> np.ndarray:
        return _share(2 * self.right, self.true + self.predicted)

    def accuracy(self) -> np.ndarray:
        return _share(self.right.sum(-1), self.true.sum(-1))

    def balanced_accuracy(self) -> np.ndarray:
        """Mean recall over the classes that occur among the true labels."""
        return _mean_where(self.recall(), self.true > 0)

    def macro(self, measure: str) -> np.ndarray:
        """The plain mean of "precision", "recall" or "f1" over the classes that occur."""
        return _mean_where(getattr(self, measure)(), (self.true + self.predicted) > 0)

    def weighted(self, measure: str) -> np.ndarray:
        """The mean with the true class frequencies as weights."""
        return _share((getattr(self, measure)() * self.true).sum(-1), self.true.sum(-1))


def confusion_matrix(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """``int (K, K)``: rows are the true classes, columns the predicted ones."""
    return np.bincount(truth * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def macro_f1(confusion: np.ndarray) -> np.ndarray:
    """Mean F1 over the classes that occur among the true or the predicted labels, as scikit-learn counts them."""
    return Tally.of(confusion).macro("f1")


def top_k_accuracy(truth: np.ndarray, probabilities: np.ndarray, k: int) -> float | None:
    """Share of rows whose true class is among the k most probable; None unless there are more than k classes.

    A class with the same probability as the true one counts as ahead of it, so a constant prediction is not rewarded.
    """
    if not len(truth) or probabilities.shape[1] <= k:
        return None
    own = probabilities[np.arange(len(truth)), truth]
    ahead = (probabilities >= own[:, None]).sum(1) - 1
    return float(np.mean(ahead < k))


def summary(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float | int | None]:
    """``n`` and the ``MEASURES`` of one attribute.

    ``roc_auc`` and ``average_precision`` are means over the classes that have both positives and negatives."""
    if not len(truth):
        return {"n": 0} | dict.fromkeys(MEASURES)
    tally = Tally.of(confusion_matrix(truth, probabilities.argmax(1), probabilities.shape[1]))
    figures: dict[str, float | int | None] = {
        "n": len(truth),
        "accuracy": float(tally.accuracy()),
        "balanced_accuracy": float(tally.balanced_accuracy()),
    }
    figures |= {f"macro_{measure}": float(tally.macro(measure)) for measure in ("precision", "recall", "f1")}
    figures |= {f"weighted_{measure}": float(tally.weighted(measure)) for measure in ("precision", "recall", "f1")}
    figures |= {f"top{k}": top_k_accuracy(truth, probabilities, k) for k in (1, 3, 5)}
    return figures | {
        "roc_auc": mean_defined(roc_auc_per_class(truth, probabilities)),
        "average_precision": mean_defined(average_precision_per_class(truth, probabilities)),
        "ece": expected_calibration_error(truth, probabilities),
        "brier": brier_score(truth, probabilities),
        "log_loss": log_loss(truth, probabilities),
        "aurc": area_under_risk(truth, probabilities),
        "accuracy_at_80": accuracy_at_coverage(truth, probabilities, 0.8),
    }


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    shares: np.ndarray = np.divide(
        part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=np.asarray(whole) > 0
    )
    return shares


def _mean_where(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return _share((values * mask).sum(-1), mask.sum(-1))
