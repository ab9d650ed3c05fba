"""Classification metrics: arrays in, floats out. Checked against scikit-learn in the tests.

``truth`` is ``int (N,)`` class numbers, ``probabilities`` is ``float (N, K)`` with rows that sum to 1. What is undefined, as top-5 of five
classes or any figure of no rows, is None, never a flattering 0 or 1.
"""

from __future__ import annotations

import numpy as np

ECE_BINS = 15


def confusion_matrix(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """``int (K, K)``: rows are the true classes, columns the predicted ones."""
    return np.bincount(truth * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def accuracy(confusion: np.ndarray) -> np.ndarray:
    """Share of right predictions; ``confusion`` may carry leading batch axes, as all functions of a confusion matrix here."""
    return _share(np.trace(confusion, axis1=-2, axis2=-1), confusion.sum((-2, -1)))


def balanced_accuracy(confusion: np.ndarray) -> np.ndarray:
    """Mean recall over the classes that occur among the true labels."""
    support = confusion.sum(-1)
    return _mean_where(_share(_diagonal(confusion), support), support > 0)


def f1_per_class(confusion: np.ndarray) -> np.ndarray:
    """F1 of each class, 0 where a class was never hit; ``float (..., K)``."""
    return _share(2 * _diagonal(confusion), confusion.sum(-1) + confusion.sum(-2))


def macro_f1(confusion: np.ndarray) -> np.ndarray:
    """Mean F1 over the classes that occur among the true or the predicted labels, as scikit-learn counts them."""
    return _mean_where(f1_per_class(confusion), (confusion.sum(-1) + confusion.sum(-2)) > 0)


def weighted_f1(confusion: np.ndarray) -> np.ndarray:
    """F1 averaged with the true class frequencies as weights."""
    support = confusion.sum(-1)
    return _share((f1_per_class(confusion) * support).sum(-1), support.sum(-1))


def top_k_accuracy(truth: np.ndarray, probabilities: np.ndarray, k: int) -> float | None:
    """Share of rows whose true class is among the k most probable; None unless there are more than k classes.

    A class with the same probability as the true one counts as ahead of it, so a constant prediction is not rewarded.
    """
    if not len(truth) or probabilities.shape[1] <= k:
        return None
    own = probabilities[np.arange(len(truth)), truth]
    ahead = (probabilities >= own[:, None]).sum(1) - 1
    return float(np.mean(ahead < k))


def expected_calibration_error(truth: np.ndarray, probabilities: np.ndarray, bins: int = ECE_BINS) -> float | None:
    """Mean gap between confidence and accuracy over equal-width bins of the top probability, weighted by their rows.

    C. Guo et al., "On Calibration of Modern Neural Networks" (2017), equation 3.
    """
    if not len(truth):
        return None
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == truth
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gap = np.bincount(place, weights=right - confidence, minlength=bins)
    return float(np.abs(gap).sum() / len(truth))


def summary(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float | int | None]:
    """n, accuracy, balanced_accuracy, macro_f1, weighted_f1, top5 and ece of one attribute."""
    if not len(truth):
        return dict.fromkeys(("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "top5", "ece")) | {"n": 0}
    confusion = confusion_matrix(truth, probabilities.argmax(1), probabilities.shape[1])
    return {
        "n": len(truth),
        "accuracy": float(accuracy(confusion)),
        "balanced_accuracy": float(balanced_accuracy(confusion)),
        "macro_f1": float(macro_f1(confusion)),
        "weighted_f1": float(weighted_f1(confusion)),
        "top5": top_k_accuracy(truth, probabilities, 5),
        "ece": expected_calibration_error(truth, probabilities),
    }


def bootstrap_intervals(confusion: np.ndarray, rounds: int = 1000, seed: int = 0) -> dict[str, list[float] | None]:
    """95 % percentile intervals of accuracy and macro_f1, rows drawn with replacement.

    Drawing rows is the same as drawing cells of the confusion matrix from a multinomial, which needs no row at hand.
    """
    total = int(confusion.sum())
    if not total:
        return {"accuracy": None, "macro_f1": None}
    rng = np.random.default_rng(seed)
    cells = np.flatnonzero(confusion)
    share = confusion.ravel()[cells] / total
    scores = []
    for _ in range(rounds):
        drawn = np.zeros(confusion.size, dtype=np.int64)
        drawn[cells] = rng.multinomial(total, share)
        drawn = drawn.reshape(confusion.shape)
        scores.append((accuracy(drawn), macro_f1(drawn)))
    low, high = np.percentile(np.array(scores), [2.5, 97.5], axis=0)
    return {name: [float(low[i]), float(high[i])] for i, name in enumerate(("accuracy", "macro_f1"))}


def _diagonal(confusion: np.ndarray) -> np.ndarray:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=np.asarray(whole) > 0)


def _mean_where(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return _share((values * mask).sum(-1), mask.sum(-1))
