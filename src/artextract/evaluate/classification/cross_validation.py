"""k models, each judged on the part of a collection that it did not see: mean and spread over the folds, and all folds
pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from artextract.backbones import DEFAULT as DEFAULT_BACKBONE
from artextract.errors import InputError
from artextract.evaluate.classification.classify import Evaluation, evaluate_model
from artextract.evaluate.classification.numbers import joined, number_figures
from artextract.evaluate.classification.several import joined_several, several_figures
from artextract.files import read_json, user_path, write_json
from artextract.metrics import bootstrap
from artextract.metrics.classification import summary
from artextract.metrics.numbers import MEASURES as NUMBER_MEASURES
from artextract.metrics.several import MEASURES as SEVERAL_MEASURES
from artextract.model.saved import BASELINES, CONFIG_FILE
from artextract.table import fingerprint, read_paintings
from artextract.train.backbone_options import BackboneOptions
from artextract.train.checkpoint import identity
from artextract.train.options import TrainOptions
from artextract.train.run import PROBE, train_model
from artextract.train.running import LabelOptions, Running
from artextract.train.splitting import Splitting

FILE_NAME, DONE = "cross_validation.json", "fold.json"
NETWORK = "network"
MEASURES = ("accuracy", "balanced_accuracy", "macro_f1", "top5", "ece")
COMPARED = ("accuracy", "macro_f1")
NOTES = (
    (
        "The standard deviation is over the folds. Their training sets overlap, so it is no standard error of the mean,"
        " and says little of another collection (Y. Bengio, Y. Grandvalet 2004)."
    ),
    (
        "Pooled figures judge all held-out answers as one list; a pooled macro-F1 is not the mean of the folds' (G."
        " Forman, M. Scholz 2010). Its 95 % interval resamples paintings, with the models as they are: what another"
        " training would change is not in it."
    ),
    "A painting whose class its fold's model never learned is not judged; coverage tells how many labels were.",
)


@dataclass(frozen=True)
class Answers:
    """All judged rows of one attribute: ``truth`` ``int (n,)``, ``found`` ``float (n, K)`` per classifier, the folds
    one behind the other.

    ``classes`` are those of all folds; one that a fold's model did not learn has probability 0 there.
    """

    classes: list[str]
    truth: np.ndarray
    found: dict[str, np.ndarray]


def cross_validate(
    collection: str | Path,
    out: str | Path,
    folds: int = 5,
    *,
    backbone: str | BackboneOptions = DEFAULT_BACKBONE,
    labels: LabelOptions = LabelOptions(),
    splitting: Splitting = Splitting(),
    baselines: tuple[str, ...] = (PROBE, *BASELINES),
    options: TrainOptions = TrainOptions(),
    running: Running = Running(),
) -> dict[str, Any]:
    """Train a model per fold in ``out/fold-1`` and so on, judge each on its own fold, and write
    ``cross_validation.json``; gives what is in it.

    Every painting is in one fold; copies of a painting, and by the protocol "artist-disjoint" an artist's paintings,
    share it. Validation is taken from the other folds, so a fold is seen by neither training nor any choice. The
    table's own splits and a fold named in ``splitting`` do not count. A fold that was finished with the same arguments
    is not trained again. The other arguments are those of ``train_model``. Raises what that raises, and
    ``InputError`` for a number of folds that cannot be made."""
    out = user_path(out)
    if (out / CONFIG_FILE).exists():
        raise InputError(f"'{out}' is a model", "give the folds a folder of their own", code="model-in-the-way")
    seen = BackboneOptions(backbone) if isinstance(backbone, str) else backbone
    asked = {
        "folds": folds,
        "split": splitting.protocol,
        "split_seed": splitting.seed,
        **asdict(seen),
        "backbone": seen.name,
        "options": options.as_dict(),
        **asdict(labels),
        "baselines": baselines,
        "tensorboard": running.tensorboard,
    }
    del asked["name"]
    asked_for = identity(asked, fingerprint(read_paintings(collection)))
    evaluations: list[Evaluation] = []
    skipped: dict[str, dict[str, Any]] = {}
    for number in range(1, folds + 1):
        folder = out / f"fold-{number}"
        trained = _finished(folder, asked_for)
        if trained is None:
            running.say(f"fold {number} of {folds}")
            (folder / DONE).unlink(missing_ok=True)
            trained = train_model(
                collection,
                folder,
                splitting=replace(splitting, fold=(number, folds)),
                backbone=backbone,
                labels=labels,
                baselines=baselines,
                options=options,
                running=running,
            )
            if not trained:  # one of several processes, of which the first alone goes on
                continue
            write_json(folder / DONE, {"identity": asked_for, "training": trained})
        else:
            running.say(f"fold {number} of {folds} is finished")
        evaluations.append(evaluate_model(folder, collection, "test", running.progress))
        skipped |= {entry["sha256"]: entry for entry in trained["skipped"]}
    if not evaluations:
        return {}
    document = {
        "folder": str(out.resolve()),
        "collection": str(user_path(collection).resolve()),
        "folds": folds,
        "split": evaluations[0].figures["protocol"],
        "split_seed": splitting.seed,
        "models": [f"fold-{number}" for number in range(1, folds + 1)],
        **_figures(evaluations),
        "notes": list(NOTES),
        "skipped": list(skipped.values()),
    }
    write_json(out / FILE_NAME, document)
    return document


def _figures(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """How many paintings each fold has, and the figures of all folds together."""
    return {
        "paintings": [len(evaluation.rows) for evaluation in evaluations],
        "attributes": {name: _attribute(name, evaluations) for name in _names(evaluations)},
        "numbers": {
            name: _number(name, evaluations)
            for name in dict.fromkeys(name for evaluation in evaluations for name in evaluation.numbers)
        },
        "several": {
            name: _several(name, evaluations)
            for name in dict.fromkeys(name for evaluation in evaluations for name in evaluation.several)
        },
    }


def pooled(name: str, evaluations: Sequence[Evaluation]) -> Answers:
    """The answers of all folds on one attribute."""
    parts = [evaluation.judged[name] for evaluation in evaluations if name in evaluation.judged]
    classes = sorted(set().union(*(part.classes for part in parts)))
    kinds = [kind for kind in parts[0].baselines if all(kind in part.baselines for part in parts)]
    truth: list[np.ndarray] = []
    found: dict[str, list[np.ndarray]] = {kind: [] for kind in (NETWORK, *kinds)}
    for part in parts:
        place = np.array([classes.index(label) for label in part.classes])
        truth.append(place[part.truth])
        for kind, values in found.items():
            own = part.probabilities if kind == NETWORK else part.baselines[kind]
            wide = np.zeros((len(own), len(classes)))
            wide[:, place] = own
            values.append(wide)
    return Answers(classes, np.concatenate(truth), {kind: np.concatenate(values) for kind, values in found.items()})


def spread(values: Sequence[float | None]) -> dict[str, Any]:
    """Mean and standard deviation (n - 1) of the values that are defined, and all of them; None where too few are."""
    defined = [value for value in values if value is not None]
    return {
        "mean": float(np.mean(defined)) if defined else None,
        "std": float(np.std(defined, ddof=1)) if len(defined) > 1 else None,
        "folds": list(values),
    }


def _attribute(name: str, evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    answers = pooled(name, evaluations)
    entries = [evaluation.figures["attributes"].get(name) for evaluation in evaluations]
    labelled, n = sum(entry["labelled"] for entry in entries if entry), len(answers.truth)
    scores: dict[str, Mapping[str, Any]] = {
        kind: summary(answers.truth, values) for kind, values in answers.found.items()
    }
    drawn = (
        {kind: bootstrap.resampled(answers.truth, values, auc_rounds=0) for kind, values in answers.found.items()}
        if n
        else {}
    )
    classifiers = {}
    for kind, values in answers.found.items():
        of_folds: list[Mapping[str, Any] | None] = [
            entry and (entry if kind == NETWORK else entry["baselines"][kind]) for entry in entries
        ]
        ends = bootstrap.intervals(answers.truth, values, drawn[kind]) if n else {}
        classifiers[kind] = {
            "over_folds": {
                measure: spread([None if one is None else one[measure] for one in of_folds]) for measure in MEASURES
            },
            "pooled": (
                {measure: scores[kind][measure] for measure in MEASURES}
                | {"ci": {measure: ends.get(measure) for measure in MEASURES}}
            ),
        }
        if kind != NETWORK:
            classifiers[kind]["difference"] = {
                measure: {
                    "value": scores[NETWORK][measure] - scores[kind][measure] if n else None,
                    "ci": bootstrap.interval(drawn[NETWORK][measure] - drawn[kind][measure]) if n else None,
                }
                for measure in COMPARED
            }
    return {
        "classes": len(answers.classes),
        "labelled": labelled,
        "n": n,
        "coverage": n / labelled if labelled else None,
        "classifiers": classifiers,
    }


def _number(name: str, evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """As an evaluation's entry of a number, all folds pooled, and mean and spread of the folds' own."""
    entries = [evaluation.figures["numbers"].get(name) for evaluation in evaluations]
    found = number_figures(
        joined([evaluation.numbers[name] for evaluation in evaluations if name in evaluation.numbers])
    )
    return {**found, "over_folds": _over_folds(entries, NUMBER_MEASURES)}


def _several(name: str, evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """As an evaluation's entry of an attribute with several labels, all folds pooled, and mean and spread of the folds'
    own."""
    entries = [evaluation.figures["several"].get(name) for evaluation in evaluations]
    found = several_figures(
        joined_several([evaluation.several[name] for evaluation in evaluations if name in evaluation.several])
    )
    return {**found, "over_folds": _over_folds(entries, SEVERAL_MEASURES)}


def _over_folds(entries: Sequence[Mapping[str, Any] | None], measures: Sequence[str]) -> dict[str, Any]:
    return {measure: spread([None if entry is None else entry[measure] for entry in entries]) for measure in measures}


def _names(evaluations: Sequence[Evaluation]) -> list[str]:
    """Every attribute that some fold learned, in their order."""
    return list(dict.fromkeys(name for evaluation in evaluations for name in evaluation.judged))


def _finished(folder: Path, asked_for: str) -> dict[str, Any] | None:
    """The summary of a fold's training, where it was finished with the same arguments."""
    try:
        kept = read_json(folder / DONE)
    except (OSError, ValueError):
        return None
    return kept["training"] if kept.get("identity") == asked_for else None
