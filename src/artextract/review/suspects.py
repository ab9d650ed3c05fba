"""Which paintings of an indexed collection look wrongly labelled, with the evidence for it in words and in other
paintings.

Each labelled painting is judged by a model that was fitted without it (``evaluate.outliers``). Here its verdict becomes
a queue for people: the class that it suggests, what speaks for that, and the nearest typical paintings of both classes.
Nothing is computed from pixels where the collection's stored vectors suffice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.outliers.find import (
    AGREE,
    DEFAULT_C,
    DEFAULT_METHOD,
    LEAST_CHANCE,
    Judgement,
    Labelled,
    judge_labels,
    of_few,
    read_labelled,
)
from artextract.evaluate.outliers.outlier_gallery import nearest_of_class
from artextract.features import get_feature, store_folder
from artextract.features.store import FeatureStore
from artextract.labels import canonical_key
from artextract.metrics import outliers as metrics
from artextract.model.missing import MISSING
from artextract.model.predictor import Predictor
from artextract.progress import Progress, no_progress
from artextract.review.queue import Suspect, Suspects, attributes, keep_suspects
from artextract.search.asking.engine import SearchEngine
from artextract.splits import duplicate_groups

FOLDS = 5
MOST = 5_000
"""So many suspects are kept, the most suspicious: of those that are probably wrong and of the others, and as many of
rare classes."""
EXAMPLES = 3
AROUND = 10
"""Of so many nearest paintings the labels are counted."""


def find_suspects(
    engine: SearchEngine, predictor: Predictor, attribute: str, progress: Progress = no_progress
) -> Suspects:
    """Judge the labels of one attribute and keep the result in ``COLLECTION/review``.

    Raises ``InputError`` for an attribute that the model does not know and ``NothingUsableError`` where there are too
    few labels."""
    there = {each.name: each for each in attributes(engine.paintings, predictor)}
    if attribute not in there:
        raise InputError(
            f"the attribute '{attribute}' cannot be reviewed: the model does not know it",
            f"choose one of {', '.join(there)}" if there else "train a model on this collection",
            code="unknown-attribute",
        )
    if there[attribute].why_not:
        raise NothingUsableError(
            there[attribute].why_not, "label more paintings, or review another attribute", code="too-few-labels"
        )
    labelled, vectors = labelled_rows(engine, predictor, attribute, progress)
    judgement = judge_labels(
        labelled.vectors,
        labelled.targets,
        len(labelled.classes),
        labelled.groups,
        labelled.C,
        min(FOLDS, len(np.unique(labelled.groups))),
        progress=lambda items, total, _: progress(items, total, "judging each part of the paintings by the rest"),
    )
    found = _suspects(labelled, judgement, vectors)
    keep_suspects(engine, predictor, found)
    return found


def labelled_rows(
    engine: SearchEngine, predictor: Predictor, attribute: str, progress: Progress = no_progress
) -> tuple[Labelled, str]:
    """The labelled rows with vectors that are there already: those of the model's backbone, else those of the index.

    Only where there are neither they are computed."""
    model, root = predictor.model, engine.paintings.root
    targets = model.labels.encode(engine.paintings)[:, list(model.labels.classes).index(attribute)]
    rows = np.flatnonzero(targets != MISSING)
    paintings = engine.paintings.rows(rows)
    hashes = paintings.column("sha256").tolist()
    store = FeatureStore(store_folder(root, get_feature("deep", predictor.backbone, predictor.precision)))
    if not store.missing(hashes):
        values, name = store.vectors(hashes), f"{predictor.backbone.name}, the backbone of the model"
    elif "deep" in engine.index.features:
        values, name = engine.index.rows("deep", paintings.ids).units, "the index (feature deep)"
    else:
        labelled = read_labelled(model.folder, root, attribute, progress)
        return labelled, f"{predictor.backbone.name}, the backbone of the model"
    unknown = int(np.sum([key is not None for key in engine.paintings.keys(attribute)])) - len(rows)
    return (
        Labelled(
            model=model.folder,
            attribute=attribute,
            classes=model.labels.classes[attribute],
            paintings=paintings,
            vectors=values.astype(np.float32, copy=False),
            targets=targets[rows],
            groups=duplicate_groups(hashes, paintings.column("phash").tolist()),
            C=model.config["probes"].get(attribute, {}).get("C") or DEFAULT_C,
            unknown=unknown,
            skipped=[],
        ),
        name,
    )


def _suspects(labelled: Labelled, judgement: Judgement, vectors: str) -> Suspects:
    targets, probabilities, ids = labelled.targets, judgement.probabilities, labelled.paintings.ids
    names = _names(labelled)
    chances = judgement.expected.chances
    best = probabilities.argmax(1)
    judged = ~np.isnan(judgement.scores[DEFAULT_METHOD])
    places = _places_in_class(judgement.scores["mahalanobis"], targets)
    sizes = np.bincount(targets, minlength=len(names))
    probable = judged & (chances >= LEAST_CHANCE)
    chosen = np.flatnonzero(judged & (probable | (best != targets)))
    tenth = max(1, len(targets) // 10)
    agreed = np.sum([metrics.ranks(judgement.scores[name]) <= tenth for name in AGREE], axis=0)
    nearby = _Nearby(labelled, best == targets)
    contradicted = _contradicted(labelled.groups, targets)
    suspects = []
    for row in _worst_first(chosen, judgement.scores[DEFAULT_METHOD], probable, targets).tolist():
        own, other = int(targets[row]), int(best[row])
        if other == own:
            other = int(np.where(np.arange(len(names)) == own, -1.0, probabilities[row]).argmax())
        suggested = best[row] != own
        suspects.append(
            Suspect(
                id=ids[row],
                label=names[own],
                score=float(chances[row]),
                probable=bool(probable[row]),
                label_probability=float(probabilities[row, own]),
                suggested=names[other] if suggested else None,
                suggested_probability=float(probabilities[row, other]) if suggested else None,
                next_best=names[other],
                place=int(places[row]) or None,
                of=int(sizes[own]),
                around=nearby.classes(row, names),
                copies=[(ids[copy], names[targets[copy]]) for copy in contradicted.get(row, [])],
                agreed=int(agreed[row]),
                like_label=nearby.examples(row, own),
                like_suggested=nearby.examples(row, other),
            )
        )
    return Suspects(
        attribute=labelled.attribute,
        judged=int(judged.sum()),
        classes=len(np.unique(targets)),
        right=float((best == targets)[judged].mean()),
        wrong=(judgement.expected.share, judgement.expected.low, judgement.expected.high),
        found=len(chosen),
        not_judged=int((~judged).sum()),
        unknown=labelled.unknown,
        vectors=vectors,
        suspects=suspects,
    )


def _worst_first(chosen: np.ndarray, scores: np.ndarray, probable: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The rows ``chosen``, the probable ones first, each kind by its score; of each at most ``MOST``, and of classes
    with few paintings as many again."""
    order = chosen[np.lexsort((-scores[chosen], ~probable[chosen]))]
    kinds = 2 * of_few(targets)[order] + probable[order]
    return order[np.sum([np.cumsum(kinds == kind) * (kinds == kind) for kind in range(4)], axis=0) <= MOST]


class _Nearby:
    """The paintings near to another one, by its vectors."""

    def __init__(self, labelled: Labelled, typical: np.ndarray):
        """``typical``: the rows whose label the judgement confirms, bool (N,)."""
        self._labelled, self._typical, self._ids = labelled, typical, labelled.paintings.ids
        points = labelled.vectors - labelled.vectors.mean(0)
        points /= np.maximum(points.std(0), 1e-6)
        points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
        self._points = points
        self._everything = np.arange(len(labelled.targets))

    def examples(self, row: int, target: int) -> list[str]:
        """Ids of the nearest paintings of a class, those first whose label is confirmed."""
        own = np.flatnonzero(self._labelled.targets == target)
        near = self._nearest(row, own[self._typical[own]], EXAMPLES)
        if len(near) < EXAMPLES:  # few of this class are confirmed
            near = np.concatenate([near, np.setdiff1d(self._nearest(row, own, EXAMPLES), near)])[:EXAMPLES]
        return [self._ids[other] for other in near.tolist()]

    def classes(self, row: int, names: Sequence[str]) -> list[tuple[str, int]]:
        """The labels of the nearest paintings and how often each is among them, the most frequent first."""
        around: dict[str, int] = {}
        for near in self._nearest(row, self._everything, AROUND).tolist():
            name = names[self._labelled.targets[near]]
            around[name] = around.get(name, 0) + 1
        return sorted(around.items(), key=lambda pair: (-pair[1], pair[0]))

    def _nearest(self, row: int, among: np.ndarray, count: int) -> np.ndarray:
        return nearest_of_class(self._points, self._labelled.groups, row, among, count)


def _names(labelled: Labelled) -> list[str]:
    """The classes as this collection spells them."""
    spelled: dict[str | None, str] = {}
    for label in labelled.paintings.column(labelled.attribute):
        spelled.setdefault(canonical_key(label), str(label))
    return [spelled.get(canonical_key(name), name) for name in labelled.classes]


def _places_in_class(distances: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """1 for the row of each class that lies farthest, ``int (N,)``; 0 where there is no distance."""
    places = np.zeros(len(targets), dtype=int)
    for target in np.unique(targets):
        rows = np.flatnonzero((targets == target) & ~np.isnan(distances))
        places[rows] = metrics.ranks(distances[rows])
    return places


def _contradicted(groups: np.ndarray, targets: np.ndarray) -> dict[int, list[int]]:
    """Rows with copies of another class, and these copies."""
    members: dict[int, list[int]] = {}
    for row, group in enumerate(groups.tolist()):
        members.setdefault(group, []).append(row)
    several = [rows for rows in members.values() if len({int(targets[row]) for row in rows}) > 1]
    return {row: [other for other in rows if targets[other] != targets[row]] for rows in several for row in rows}
