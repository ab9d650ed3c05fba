"""Judges a model: which rows, its probabilities on them, and the same rows under two baselines."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from artextract.errors import InputError, NothingUsableError
from artextract.features import get_feature, store_folder
from artextract.features.compute import compute
from artextract.features.store import FeatureStore
from artextract.files import write_json
from artextract.labels import canonical_key
from artextract.metrics import classification as metrics
from artextract.model.missing import MISSING
from artextract.model.predictor import Predictor
from artextract.model.probe import load_probes, majority_probabilities
from artextract.model.saved import METRICS, PROBES, SavedModel
from artextract.progress import Progress, no_progress
from artextract.splits import near_duplicate_pairs
from artextract.table import SPLITS, Paintings, fingerprint, read_paintings

LOW_COVERAGE = 0.8
FEW = 10
"""Classes with fewer judged paintings are marked: their figures say little."""
CHUNK = 256


@dataclass(frozen=True)
class Judged:
    """One attribute on the rows judged: true class numbers ``int (n,)`` and probabilities ``(n, K)`` of the network and each baseline."""

    classes: list[str]
    truth: np.ndarray
    probabilities: np.ndarray
    baselines: dict[str, np.ndarray]
    labelled: int


@dataclass
class Evaluation:
    """``figures`` is the document that ``evaluate --json`` prints; ``judged`` holds the arrays behind it."""

    figures: dict[str, Any]
    judged: dict[str, Judged]
    warnings: list[str] = field(default_factory=list)


def evaluate_model(
    model_folder: str | Path, collection: str | Path | None = None, split: str | None = None, progress: Progress = no_progress
) -> Evaluation:
    """Judge a model and keep the figures in its folder where the collection is that of its training.

    On the training's collection the test rows are judged, on any other all labelled rows; ``split`` overrides ("all", or a split's name). Rows whose content
    or near-duplicate the model was trained on are left out and counted. Raises ``NothingUsableError`` when no row is left.
    """
    predictor = Predictor.open(model_folder)
    model = predictor.model
    home = model.config["collection"]
    table = read_paintings(collection or home["path"])
    at_home = Path(table.root).resolve() == Path(home["path"]) or fingerprint(table) == home["fingerprint"]
    rows, split = _choose_rows(table, split, at_home)
    rows, excluded = _without_seen(rows, model, keep_seen=at_home and split in ("train", "val"))
    attributes = [name for name in predictor.attributes if name in table.frame]
    labelled = np.zeros(len(rows), dtype=bool)
    for name in attributes:
        labelled |= rows.keys(name) != None  # noqa: E711 - elementwise
    rows = rows.rows(labelled)
    if not len(rows):
        raise NothingUsableError(
            f"no labelled painting of '{table.root}' is left to judge ({excluded['total']} were trained on)",
            "give a collection that the model has not seen, or --split",
        )
    feature = get_feature("deep", predictor.backbone, predictor.precision)
    bad = compute(table.root, rows, feature, progress, maps=True)
    rows = rows.rows(~np.isin(rows.column("sha256").astype(str), list(bad)))
    store = FeatureStore(store_folder(table.root, feature))
    judged = _judge(predictor, rows, attributes, store, progress)
    figures = {
        "model": str(model.folder.resolve()),
        "collection": str(Path(table.root).resolve()),
        "split": split,
        "at_home": at_home,
        "excluded": excluded | {"unreadable": len(bad)},
        "attributes": {name: _figures(result) for name, result in judged.items()},
    }
    warnings = [
        f"{name}: the model knows only {result['coverage']:.0%} of the {result['labelled']} labels; the rest is not judged"
        for name, result in figures["attributes"].items()
        if result["coverage"] is not None and result["coverage"] < LOW_COVERAGE
    ]
    figures["warnings"] = warnings
    if at_home and split == "test":
        write_json(model.folder / METRICS, figures)
    return Evaluation(figures, judged, warnings)


def _choose_rows(table: Paintings, split: str | None, at_home: bool) -> tuple[Paintings, str]:
    if split is None:
        split = "test" if at_home else "all"
    if split == "all":
        return table, split
    if split not in SPLITS:
        raise InputError(f"there is no split '{split}'", f"choose one of {', '.join(SPLITS)}, or all")
    return table.in_split(split), split


def _without_seen(rows: Paintings, model: SavedModel, keep_seen: bool) -> tuple[Paintings, dict[str, int]]:
    """Rows that the model was not trained on; with ``keep_seen`` (someone asks for the training rows of its own collection by name) all of them."""
    if keep_seen:
        return rows, {"total": 0, "same_content": 0, "near_duplicate": 0}
    seen = model.trained_on()
    same = np.isin(rows.column("sha256").astype(str), seen["sha256"].to_numpy(dtype=str))
    near = np.zeros(len(rows), dtype=bool)
    hashes = [value if isinstance(value, str) else None for value in seen["phash"].to_numpy(dtype=object)]
    near[near_duplicate_pairs(list(rows.column("phash")), hashes)[:, 0]] = True
    near &= ~same
    counts = {"total": int((same | near).sum()), "same_content": int(same.sum()), "near_duplicate": int(near.sum())}
    return rows.rows(~(same | near)), counts


def _judge(predictor: Predictor, rows: Paintings, attributes: list[str], store: FeatureStore, progress: Progress) -> dict[str, Judged]:
    model, labels = predictor.model, predictor.model.labels
    hashes = rows.column("sha256")
    maps, vectors = store.maps(hashes), store.vectors(hashes)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in labels.classes}
    starts = range(0, len(rows), CHUNK)
    for start in progress(starts, len(starts), "judging"):
        found = predictor.probabilities(maps[range(start, min(start + CHUNK, len(rows)))])
        for name, values in found.items():
            parts[name].append(values)
    targets = labels.encode(rows)
    probes = load_probes(model.folder / PROBES, model.config["probes"])
    judged = {}
    for i, name in enumerate(labels.classes):
        if name not in attributes:
            continue
        known = targets[:, i] != MISSING
        judged[name] = Judged(
            classes=labels.classes[name],
            truth=targets[known, i],
            probabilities=np.concatenate(parts[name])[known],
            baselines={
                "majority": majority_probabilities(np.array(labels.counts[name]), int(known.sum())),
                "linear_probe": probes[name].probabilities(vectors[known]),
            },
            labelled=int(np.sum([canonical_key(value) is not None for value in rows.column(name)])),
        )
    return judged


def _figures(judged: Judged) -> dict[str, Any]:
    classes = len(judged.classes)
    confusion = metrics.confusion_matrix(judged.truth, judged.probabilities.argmax(1), classes)
    figures = metrics.summary(judged.truth, judged.probabilities)
    figures |= {
        "labelled": judged.labelled,
        "coverage": len(judged.truth) / judged.labelled if judged.labelled else None,
        "ci": metrics.bootstrap_intervals(confusion),
        "baselines": {name: _baseline(judged.truth, values) for name, values in judged.baselines.items()},
        "classes": _per_class(judged.classes, confusion),
    }
    return figures


def _baseline(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, Any]:
    confusion = metrics.confusion_matrix(truth, probabilities.argmax(1), probabilities.shape[1])
    return metrics.summary(truth, probabilities) | {"ci": metrics.bootstrap_intervals(confusion)}


def _per_class(classes: list[str], confusion: np.ndarray) -> list[dict[str, Any]]:
    """Precision is None where the class was never predicted, recall and F1 where it never occurs; rare classes are marked."""
    support, predicted, right = confusion.sum(1), confusion.sum(0), np.diag(confusion)
    f1 = metrics.f1_per_class(confusion)
    return [
        {
            "label": label,
            "n": int(support[i]),
            "precision": float(right[i] / predicted[i]) if predicted[i] else None,
            "recall": float(right[i] / support[i]) if support[i] else None,
            "f1": float(f1[i]) if support[i] else None,
            "few": bool(support[i] < FEW),
        }
        for i, label in enumerate(classes)
    ]
