"""What a model learns of its own doubt when it is trained: its answer sets and its novelty score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from artextract.model.answer_sets import fit_answer_sets
from artextract.model.label_map import is_labelled
from artextract.model.metric import read_metric
from artextract.model.missing import MISSING
from artextract.model.novelty import NO_CLASS, NO_LABEL, fit_novelty
from artextract.progress import Progress, no_progress
from artextract.train.outputs import Seen, read_maps

if TYPE_CHECKING:
    from artextract.model.label_map import LabelMap
    from artextract.model.predictor import Predictor
    from artextract.table import Paintings
    from artextract.train.prepared import Prepared


def learn_doubt(prepared: Prepared, predictor: Predictor, training: Seen, progress: Progress = no_progress) -> None:
    """Write answer sets and novelty score to the folder of a trained model that has its metric: from what it made of
    its training paintings, and from its validation paintings, as they are and changed. Without validation paintings
    or classes nothing is written."""
    side, labels = prepared.sides["val"], prepared.labels
    metric = read_metric(predictor.model.folder)
    if not len(side) or metric is None or not labels.classes:
        return
    hashes = side.column("sha256").tolist()
    stores = [prepared.store, *([prepared.changed] if prepared.changed else [])]
    views = [read_maps(predictor, store.maps(hashes), len(side), progress, "learning to doubt") for store in stores]
    probabilities = {name: np.concatenate([view.probabilities[name] for view in views]) for name in labels.classes}
    numbers = np.tile(numbered(side, labels), (len(views), 1))
    true, paintings = {}, {}
    for i, name in enumerate(labels.classes):
        rows = np.flatnonzero(numbers[:, i] >= 0)
        true[name] = probabilities[name][rows, numbers[rows, i]]
        paintings[name] = len(rows) // len(views)
    fit_answer_sets(true, paintings).write(predictor.model.folder)
    width = metric.matrix.shape[1]  # what the network attends to stands behind: it knows the known classes only
    fit_novelty(
        metric(training.pooled, training.attended)[:, :width],
        numbered(prepared.sides["train"], labels),
        np.concatenate([metric(view.pooled, view.attended)[:, :width] for view in views]),
        numbers,
        probabilities,
    ).write(predictor.model.folder)


def numbered(paintings: Paintings, labels: LabelMap) -> np.ndarray:
    """Class numbers int (N, attributes), ``NO_LABEL`` where there is no label and ``NO_CLASS`` where it is none of the
    classes."""
    numbers = labels.encode(paintings)
    labelled = np.stack([is_labelled(paintings, name) for name in labels.classes], axis=1)
    return np.where(numbers != MISSING, numbers, np.where(labelled, NO_CLASS, NO_LABEL))


def unseen_artists(paintings: Paintings, training: Paintings) -> np.ndarray:
    """Which paintings are by a named artist of whom the training has none, bool (N,)."""
    own, known = paintings.artists(), training.artists()
    if own is None or known is None:
        return np.zeros(len(paintings), dtype=bool)
    seen = set(known) | {None}
    return np.array([key not in seen for key in own], dtype=bool)
