"""How well a feature finds planted truth."""

import numpy as np
from PIL import Image


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def similarity(feature, a: Image.Image, b: Image.Image) -> float:
    """The cosine of two pictures."""
    return cosine(feature.vector(a).astype(float), feature.vector(b).astype(float))


def precision_at_1(vectors: np.ndarray, truths: np.ndarray) -> float:
    """How often the nearest other row ``(N, dim)`` has the same truth ``(N,)``."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = unit @ unit.T
    np.fill_diagonal(scores, -np.inf)
    return float((truths[scores.argmax(axis=1)] == truths).mean())


def chance(truths: np.ndarray) -> float:
    """What ``precision_at_1`` would be at random."""
    return float(np.mean([(truths == truth).sum() - 1 for truth in truths]) / (len(truths) - 1))
