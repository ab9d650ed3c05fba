"""A metric learned on the paintings of a training: in which directions of what the network sees paintings of one hand
differ little.

``metric.safetensors`` lies in the model's folder, with the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from artextract.errors import MismatchError
from artextract.files import user_path, write_aside
from artextract.model.checking import require_written, written_anew
from artextract.model.saved import METRIC_FILE

if TYPE_CHECKING:
    from artextract.model.answer import Answer

DIMENSIONS = 512
SHRINKAGE = 0.4
"""Part of the covariance within groups that is taken as equal in all directions. Chosen with ``DIMENSIONS`` and
``ATTRIBUTES`` on paintings by artists that neither the network nor the metric had seen, which are no part of any test
split: 0.2, 0.4 and 0.6 differ by less than 0.01 in the precision of the ten nearest."""
ATTRIBUTES = 0.4
"""The length of the attributes' vectors; that of the metric's is 1."""
_MEND = "copy the whole model folder again, or remove the file to do without a learned metric"
_LEAST = 1e-6
"""The least variance of a direction: paintings that are all alike have none."""


@dataclass(frozen=True)
class Metric:
    """``mean``, ``std`` (C,) of the root of the pooled map, ``matrix`` (C, D), and ``centres`` (Q, W), the mean vector
    that each attribute attends to."""

    mean: np.ndarray
    std: np.ndarray
    matrix: np.ndarray
    centres: np.ndarray

    @property
    def dim(self) -> int:
        return int(self.matrix.shape[1] + self.centres.size)

    def __call__(self, pooled: np.ndarray, attended: np.ndarray) -> np.ndarray:
        """Pooled maps ``(N, C)`` and the attributes' vectors ``(N, Q, W)`` as one vector each, float32 ``(N, D + Q *
        W)``.

        The metric's part has length 1; the attributes' parts have equal lengths, and ``ATTRIBUTES`` together.
        """
        if pooled.shape[1] != len(self.mean) or attended.shape[1:] != self.centres.shape:
            raise MismatchError(
                f"the metric reads maps of {len(self.mean)} channels and vectors of shape {self.centres.shape}, not"
                f" {pooled.shape[1]} and {attended.shape[1:]}",
                _MEND,
                code="metric-damaged",
            )
        part = _unit(((_root(pooled) - self.mean) / self.std) @ self.matrix.astype(np.float32))
        attended = _unit(attended - self.centres) * np.float32(ATTRIBUTES / np.sqrt(len(self.centres)))
        return np.concatenate([part, attended.reshape(len(part), -1)], axis=1).astype(np.float32)

    def write(self, folder: str | Path) -> Path:
        from safetensors.numpy import save_file

        path = user_path(folder) / METRIC_FILE
        with write_aside(path) as aside:
            save_file({"mean": self.mean, "std": self.std, "matrix": self.matrix, "centres": self.centres}, aside)
        written_anew(folder, METRIC_FILE)
        return path


def read_metric(folder: str | Path) -> Metric | None:
    """The metric of a model's folder, or None where it has none; raises ``MismatchError`` where it is damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = user_path(folder) / METRIC_FILE
    if not path.is_file():
        return None
    require_written(path, "metric-damaged", _MEND)
    try:
        metric = Metric(**load_file(path))
        arrays = metric.mean, metric.std, metric.matrix, metric.centres
        if [array.ndim for array in arrays] != [1, 1, 2, 2] or any(array.dtype.kind != "f" for array in arrays):
            raise ValueError("it holds arrays of another kind")
        if not len(metric.mean) == len(metric.std) == len(metric.matrix):
            raise ValueError("its arrays do not fit together")
    except (OSError, SafetensorError, TypeError, ValueError) as error:
        raise MismatchError(f"the metric '{path}' is damaged: {error}", _MEND, code="metric-damaged") from error
    return metric


def fit_metric(pooled: np.ndarray, attended: np.ndarray, groups: np.ndarray, last: int) -> Metric:
    """Learn a metric from pooled maps ``(N, C)`` of training paintings, attributes' vectors ``(N, Q, W)`` and
    ``groups`` int ``(N,)``, -1 where unknown.

    Channels are rooted, keeping their sign (as VLAD vectors are: R. Arandjelović, A. Zisserman, "All about VLAD", CVPR
    2013), and standardised; the first ``last`` channels, those of the backbone's last map, and the finer ones next to
    them are given equal weight. Then the covariance within groups is whitened (A. Hatch, S. Kajarekar, A. Stolcke,
    "Within-class covariance normalization for SVM-based speaker recognition", Interspeech 2006), shrunk by
    ``SHRINKAGE``, and the ``DIMENSIONS`` directions kept in which paintings then differ most. Where no group has two
    paintings, all are one group."""
    rooted = _root(pooled)
    mean, std = rooted.mean(axis=0), np.maximum(rooted.std(axis=0), 1e-6)
    channels = rooted.shape[1]
    scale = np.ones(channels)
    if 0 < last < channels:
        scale[last:] = np.sqrt(last / (channels - last))
    rows = (rooted - mean) / std * scale
    matrix = scale[:, None] * _directions(rows, groups)
    return Metric(
        mean.astype(np.float32),
        std.astype(np.float32),
        matrix.astype(np.float16),
        attended.mean(axis=0).astype(np.float32),
    )


def pooled_and_attended(answer: Answer, maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of feature maps ``(N, C, H, W)`` and a network's answer to them: their means ``(N, C)`` and the vectors that the
    network attends to, ``(N, Q, W)``, one per attribute; float32."""
    pooled = np.asarray(maps, dtype=np.float32).mean(axis=(2, 3))
    attended = np.stack(list(answer.embeddings.values()), axis=1)
    width = attended.shape[2] - pooled.shape[1]  # what stands behind is the mean token, which all attributes share
    return pooled, attended[:, :, :width] if width > 0 else attended


def group_numbers(*labels: np.ndarray | None) -> np.ndarray:
    """The first of some columns of keys (None where unknown) in which any two paintings share one, as int (N,) with -1
    for unknown; else one group of all."""
    for column in labels:
        if column is None:
            continue
        numbers = {key: number for number, key in enumerate(dict.fromkeys(key for key in column if key is not None))}
        found = np.array([numbers.get(key, -1) for key in column], dtype=int)
        if len(numbers) and np.bincount(found[found >= 0]).max(initial=0) >= 2:
            return found
    return np.zeros(len(next(column for column in labels if column is not None)), dtype=int)


def _directions(rows: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The whitened directions in which ``rows`` (N, C) differ most, (C, at most ``DIMENSIONS``), falling.

    Fewer paintings than channels differ in N directions at most. All is worked out in these; the directions in which
    training paintings do not differ at all follow in any order, since others may differ in them."""
    count, channels = rows.shape
    few = count < channels
    basis = np.linalg.qr(rows.T, mode="complete")[0] if few else None  # the first N columns span the rows
    inside = rows if basis is None else rows @ basis[:, :count]
    variances, directions = np.linalg.eigh(_covariance_within(inside, groups))
    variances = np.maximum(variances, _LEAST)
    mean = (variances.sum() + _LEAST * (channels - len(variances))) / channels
    whitening = directions / _deviation(variances, mean)
    spread = inside @ whitening
    _, kept = np.linalg.eigh(spread.T @ spread / count)
    found = whitening @ kept[:, ::-1]
    if basis is not None:
        found = np.concatenate([basis[:, :count] @ found, basis[:, count:] / _deviation(_LEAST, mean)], axis=1)
    return np.asarray(found[:, :DIMENSIONS])


def _deviation(variances: np.ndarray | float, mean: float) -> np.ndarray:
    return np.sqrt((1 - SHRINKAGE) * np.asarray(variances) + SHRINKAGE * mean)


def _covariance_within(rows: np.ndarray, groups: np.ndarray) -> np.ndarray:
    known = groups >= 0
    counts = np.bincount(groups[known], minlength=1)
    if not known.any() or counts.max(initial=0) < 2:
        return np.asarray(rows.T @ rows / max(1, len(rows)))
    rows, groups = rows[known], groups[known]
    sums = np.zeros((len(counts), rows.shape[1]))
    np.add.at(sums, groups, rows)
    off = rows - (sums / np.maximum(counts, 1)[:, None])[groups]
    return np.asarray(off.T @ off / (len(rows) - np.count_nonzero(counts)))


def _root(pooled: np.ndarray) -> np.ndarray:
    return np.asarray(np.sign(pooled) * np.sqrt(np.abs(pooled)))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))
