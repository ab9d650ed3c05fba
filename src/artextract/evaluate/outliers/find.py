"""Paintings that do not fit the class they carry: a model's backbone and a collection's labels in, a ranked list out.

The network itself is not asked: it has learned the labels in question. Every painting is judged by a logistic
regression on the backbone's vectors that was fitted without it (``out_of_fold``), and by its distance to the others of
its class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artextract.csv_file import for_sheets
from artextract.errors import InputError, NothingUsableError
from artextract.evaluate.outliers.out_of_fold import assign_folds, calibrated, logistic, out_of_fold
from artextract.evaluate.outliers.outlier_detectors import CentroidDistanceDetector, MahalanobisDetector
from artextract.features import get_feature, store_folder
from artextract.features.compute import compute
from artextract.features.store import FeatureStore
from artextract.files import user_path, write_aside, write_json
from artextract.labels import canonical_key
from artextract.metrics import outliers as metrics
from artextract.metrics.expected_errors import ExpectedErrors, expected_errors
from artextract.model.missing import MISSING
from artextract.model.predictor import Predictor
from artextract.progress import Progress, no_progress
from artextract.splits import duplicate_groups
from artextract.table import Paintings, read_paintings

METHODS = ("expected", "label_error", "margin", "softmax", "entropy", "centroid", "mahalanobis", "all")
AGREE = ("label_error", "margin", "centroid", "mahalanobis")
"""The methods that look at the label; "all" is the mean of their ranks."""
DEFAULT_METHOD = "all"
"""The best on planted wrong labels: see docs/outliers.md."""
LEAST_CHANCE = 0.1
"""A label that is wrong with a smaller chance than this is not probably wrong."""
LEAST_OF_CLASS = 10
"""Classes of fewer paintings are left out unless they are asked for: of them a model knows too little."""
DEFAULT_C = 0.01
"""Where the model's probe had nothing to choose from, as in ``fit_probe``."""


@dataclass(frozen=True)
class Labelled:
    """The paintings of a collection with a label of one attribute that the model knows.

    ``vectors`` are ``float32 (n, D)``, ``targets`` class numbers ``int (n,)``, ``groups`` say which are copies of one
    painting. ``C`` is the strength that the model's probe chose. ``unknown`` counts labels that the model does not
    know, ``skipped`` are images that could not be read (id and reason)."""

    model: Path
    attribute: str
    classes: list[str]
    paintings: Paintings
    vectors: np.ndarray
    targets: np.ndarray
    groups: np.ndarray
    C: float
    unknown: int
    skipped: list[dict[str, str]]


@dataclass(frozen=True)
class Judgement:
    """Out-of-fold ``probabilities (n, K)``, and per method of ``METHODS`` the scores ``float64 (n,)`` and the class
    ``int (n,)`` that it holds for right."""

    probabilities: np.ndarray
    scores: dict[str, np.ndarray]
    suggested: dict[str, np.ndarray]
    temperature: float
    expected: ExpectedErrors


@dataclass(frozen=True)
class Outliers:
    """``figures`` is the document that ``outliers --json`` prints.

    ``order`` are the listed positions of ``labelled``, most outlying first."""

    figures: dict[str, Any]
    order: np.ndarray
    labelled: Labelled
    judgement: Judgement


def find_outliers(
    model_folder: str | Path,
    collection: str | Path | None = None,
    attribute: str = "style",
    method: str = DEFAULT_METHOD,
    k: int = 50,
    folds: int = 5,
    folds_by: str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    rare: bool = False,
) -> Outliers:
    """Rank the labelled paintings of a collection (default: that of the training, all its splits) by how little they
    fit their label.

    ``folds_by`` names a column whose values are not divided between folds, such as "artist". Paintings of which a
    method cannot judge the label, as the only one of its class, are not listed but counted; so are those of classes of
    fewer than ``LEAST_OF_CLASS`` unless ``rare`` is set.

    Raises ``InputError`` for an unknown attribute, method or column, and ``NothingUsableError`` where fewer than two
    classes are labelled."""
    if method not in METHODS:
        raise InputError(f"there is no method '{method}'", f"choose one of {', '.join(METHODS)}", code="unknown-method")
    if k < 1:
        raise InputError(f"{k} outliers were asked for", "ask for at least 1", code="invalid-count")
    labelled = read_labelled(model_folder, collection, attribute, progress)
    joined = fold_column(labelled, folds_by)
    judgement = judge_labels(
        labelled.vectors,
        labelled.targets,
        len(labelled.classes),
        labelled.groups,
        labelled.C,
        folds,
        joined,
        seed,
        progress,
    )
    few = np.zeros(len(labelled.targets), dtype=bool) if rare else of_few(labelled.targets)
    scores = judgement.scores[method]
    order = metrics.most_outlying(np.where(few, np.nan, scores))[: min(k, int(np.sum(~np.isnan(scores) & ~few)))]
    chances = judgement.expected.chances
    figures = {
        "model": str(labelled.model.resolve()),
        "collection": str(labelled.paintings.root.resolve()),
        "attribute": attribute,
        "method": method,
        "n": len(labelled.targets),
        "classes": len(labelled.classes),
        "folds": folds,
        "folds_by": folds_by,
        "temperature": judgement.temperature,
        "out_of_fold_accuracy": float(np.mean(judgement.probabilities.argmax(1) == labelled.targets)),
        "not_judged": int(np.isnan(scores).sum()),
        "of_rare_classes": int((few & ~np.isnan(scores)).sum()),
        "expected_share": float(np.nanmean(chances[order])) if np.isfinite(chances[order]).any() else None,
        "expected_in_all": {
            "share": judgement.expected.share,
            "ci": [judgement.expected.low, judgement.expected.high],
        },
        "unknown_labels": labelled.unknown,
        "skipped": labelled.skipped,
        "outliers": _listed(labelled, judgement, method, order),
    }
    return Outliers(figures, order, labelled, judgement)


def of_few(targets: np.ndarray) -> np.ndarray:
    """Which rows are of classes of fewer than ``LEAST_OF_CLASS``, ``bool (n,)``."""
    few: np.ndarray = np.bincount(targets)[targets] < LEAST_OF_CLASS
    return few


def read_labelled(
    model_folder: str | Path, collection: str | Path | None, attribute: str, progress: Progress = no_progress
) -> Labelled:
    """The rows of ``find_outliers`` with the vectors of the model's backbone, from the collection's store.

    What it lacks is computed."""
    predictor = Predictor.open(model_folder)
    model = predictor.model
    if attribute not in model.labels.classes:
        raise InputError(
            f"the model does not know the attribute '{attribute}'",
            f"choose one of {', '.join(model.labels.classes)}",
            code="unknown-attribute",
        )
    table = read_paintings(collection or model.config["collection"]["path"])
    targets = model.labels.encode(table)[:, list(model.labels.classes).index(attribute)]
    known = targets != MISSING
    unknown = int(np.sum([canonical_key(value) is not None for value in table.column(attribute)])) - int(known.sum())
    if len(np.unique(targets[known])) < 2:
        raise NothingUsableError(
            f"'{table.root}' has paintings of fewer than two {attribute} classes that the model knows",
            "choose another --attribute or --collection",
            code="too-few-classes",
        )
    rows, targets = table.rows(known), targets[known]
    feature = get_feature("deep", predictor.backbone, predictor.precision)
    bad = compute(table.root, rows, feature, progress)
    hashes = rows.column("sha256")
    skipped = [{"id": rows.ids[i], "reason": bad[hashes[i]]} for i in range(len(rows)) if hashes[i] in bad]
    readable = ~np.isin(hashes.astype(str), list(bad))
    rows, targets = rows.rows(readable), targets[readable]
    return Labelled(
        model=model.folder,
        attribute=attribute,
        classes=model.labels.classes[attribute],
        paintings=rows,
        vectors=FeatureStore(store_folder(table.root, feature)).vectors(rows.column("sha256")),
        targets=targets,
        groups=duplicate_groups(rows.column("sha256").tolist(), rows.column("phash").tolist()),
        C=model.config["probes"].get(attribute, {}).get("C") or DEFAULT_C,
        unknown=unknown,
        skipped=skipped,
    )


def fold_column(labelled: Labelled, folds_by: str | None) -> np.ndarray | None:
    """The values that folds keep together.

    Raises ``InputError`` where that is the judged attribute itself or says nothing."""
    if folds_by is None:
        return None
    if folds_by == labelled.attribute:
        raise InputError(
            f"folds by {folds_by} leave no {folds_by} that is known and judged",
            "choose another --folds-by",
            code="folds-leave-nothing",
        )
    keys = labelled.paintings.keys(folds_by)
    if all(key is None for key in keys):
        raise InputError(
            f"no judged painting has the label {folds_by}", "choose another --folds-by, or none", code="unknown-label"
        )
    return keys


def judge_labels(
    vectors: np.ndarray,
    targets: np.ndarray,
    classes: int,
    groups: np.ndarray,
    C: float,
    folds: int = 5,
    joined: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Judgement:
    """All methods on ``float32 (n, D)`` with class numbers ``int (n,)``; nothing but these decides.

    The regressions take no class weights, also where the probe chose some: what is asked is the probability of a label
    in this collection, and on planted wrong labels weights found fewer."""
    numbers = assign_folds(targets, groups, folds, joined, seed)
    logits = out_of_fold(logistic(vectors, targets, classes, C, None), len(targets), numbers, progress)
    probabilities, temperature = calibrated(logits, targets)
    centroid, mahalanobis = (
        CentroidDistanceDetector().fit(vectors, targets),
        MahalanobisDetector().fit(vectors, targets),
    )
    unseen = np.isneginf(logits[np.arange(len(targets)), targets])
    expected = expected_errors(logits, targets)
    scores = {
        "expected": expected.chances,
        "label_error": np.where(unseen, np.nan, metrics.label_error(probabilities, targets)),
        "margin": np.where(unseen, np.nan, metrics.margin_error(probabilities, targets)),
        "softmax": metrics.softmax_uncertainty(probabilities),
        "entropy": metrics.normalised_entropy(probabilities),
        "centroid": centroid.get_uncertainty_scores(vectors, targets),
        "mahalanobis": mahalanobis.get_uncertainty_scores(vectors, targets),
    }
    scores["all"] = metrics.mean_rank(*(scores[name] for name in AGREE))
    suggested = dict.fromkeys(METHODS, probabilities.argmax(1))
    suggested |= {
        "centroid": centroid.nearest_labels(vectors, targets),
        "mahalanobis": mahalanobis.nearest_labels(vectors, targets),
    }
    return Judgement(probabilities, scores, suggested, temperature, expected)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def require_list(path: str | Path) -> None:
    """Raise ``InputError`` for a name that ``write_outliers`` cannot write, before the work is done."""
    if Path(path).suffix.lower() not in (".csv", ".json"):
        raise InputError(
            f"'{path}' ends in neither .csv nor .json", "end it in one of the two", code="wrong-file-ending"
        )


def write_outliers(path: str | Path, figures: dict[str, Any]) -> Path:
    """Write the ranked list as CSV (a row per painting, two columns per method) or the whole document as JSON, by the
    end of the name."""
    path = user_path(path)
    require_list(path)
    if path.suffix.lower() == ".json":
        write_json(path, figures)
        return path
    rows = []
    for entry in figures["outliers"]:
        plain = {name: value for name, value in entry.items() if name != "methods"}
        rows.append(
            plain | {f"{m}_{key}": value[key] for m, value in entry["methods"].items() for key in ("score", "rank")}
        )
    with write_aside(path) as aside:
        for_sheets(pd.DataFrame(rows)).to_csv(aside, index=False)
    return path


def _listed(labelled: Labelled, judgement: Judgement, method: str, order: np.ndarray) -> list[dict[str, Any]]:
    ids, paths = labelled.paintings.ids, labelled.paintings.image_paths()
    places = {name: metrics.ranks(scores) for name, scores in judgement.scores.items()}
    listed = []
    for rank, row in enumerate(order.tolist(), 1):
        label, suggested = int(labelled.targets[row]), int(judgement.suggested[method][row])
        entry = {
            "rank": rank,
            "id": ids[row],
            "path": str(paths[row]),
            "label": labelled.classes[label],
            "score": float(judgement.scores[method][row]),
            "chance_wrong": _number(judgement.expected.chances[row]),
            "label_probability": float(judgement.probabilities[row, label]),
            "suggested": labelled.classes[suggested],
            "suggested_probability": float(judgement.probabilities[row, suggested]),
            "methods": {},
        }
        for name, scores in judgement.scores.items():
            judged = not np.isnan(scores[row])
            entry["methods"][name] = {
                "score": float(scores[row]) if judged else None,
                "rank": int(places[name][row]) if judged else None,
                "suggested": labelled.classes[int(judgement.suggested[name][row])],
            }
        listed.append(entry)
    return listed
