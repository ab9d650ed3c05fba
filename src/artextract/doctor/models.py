"""A model: whether its files are whole, and whether it knows the labels of the collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from artextract.doctor.findings import Finding, found
from artextract.errors import ArtExtractError
from artextract.labels import canonical_key
from artextract.model.checking import MEND, model_damage
from artextract.model.saved import (
    ANSWER_SETS_FILE,
    HISTORY_FILE,
    METRIC_FILE,
    NOVELTY_FILE,
    PROBES_FILE,
    RIDGES_FILE,
    SPLITS_FILE,
    TRAINED_ON_FILE,
    SavedModel,
)
from artextract.table import Paintings

LOW_COVERAGE = 0.8


def model_files(model: SavedModel) -> Iterator[Finding]:
    from artextract.model.answer_sets import read_answer_sets
    from artextract.model.metric import read_metric
    from artextract.model.novelty import read_novelty
    from artextract.model.probe import load_probes
    from artextract.model.ridge import load_ridges

    damaged = model_damage(model.folder)
    reads: dict[str, Callable[[], object]] = {
        METRIC_FILE: lambda: read_metric(model.folder),
        ANSWER_SETS_FILE: lambda: read_answer_sets(model.folder),
        NOVELTY_FILE: lambda: read_novelty(model.folder),
        PROBES_FILE: lambda: load_probes(model.folder / PROBES_FILE, model.config["probes"]),
        RIDGES_FILE: lambda: load_ridges(model.folder / RIDGES_FILE, model.config["ridges"]),
        TRAINED_ON_FILE: model.trained_on,
        SPLITS_FILE: model.splits,
        HISTORY_FILE: model.history,
    }
    for name, read in reads.items():
        if name not in damaged and (model.folder / name).exists():
            try:
                read()
            except ArtExtractError as error:
                damaged[name] = error.message
    items = [{"path": str(model.folder / name), "reason": reason} for name, reason in damaged.items()]
    yield from found("damaged_model", "error", "files of the model are not what its training wrote", items, MEND)


def model_fit(table: Paintings, model: SavedModel) -> Iterator[Finding]:
    absent, unknown, unused = [], [], []
    coverage: dict[str, float] = {}
    for name, classes in model.labels.classes.items():
        keys = table.keys(name) if name in table.frame else np.array([], dtype=object)
        counts = Counter(key for key in keys if key is not None)
        if not counts:
            absent.append({"attribute": name})
            continue
        known = [canonical_key(label) for label in classes]
        shown = dict(zip(keys, table.column(name), strict=False))
        missed = {key: count for key, count in counts.items() if key not in known}
        coverage[name] = 1 - sum(missed.values()) / sum(counts.values())
        unknown += [{"attribute": name, "label": shown[key], "paintings": missed[key]} for key in sorted(missed)]
        unused += [
            {"attribute": name, "label": label} for label, key in zip(classes, known, strict=False) if key not in counts
        ]
    message = "attributes of the model have no labels in the collection"
    yield from found("model_attribute_missing", "error", message, absent, "name the columns as the model does")
    message = (
        "classes are unknown to the model; it knows"
        f" {', '.join(f'{share * 100:.0f}% of {name}' for name, share in coverage.items())} labels"
    )
    severity = "warning" if min(coverage.values(), default=1.0) < LOW_COVERAGE else "note"
    yield from found(
        "model_class_unknown",
        severity,
        message,
        unknown,
        "labels that it does not know are not judged; train a model on this collection",
    )
    yield from found("model_class_unused", "note", "classes of the model are not in the collection", unused)
