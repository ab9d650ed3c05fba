"""Models compared, each by the figures in its own folder: the same data under another protocol, or another
network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from artextract.errors import InputError
from artextract.evaluate.classification.caveats import protocol
from artextract.evaluate.classification.document import AttributeFigures
from artextract.evaluate.page.layout import figure
from artextract.files import read_json
from artextract.model.saved import METRICS_FILE, open_model

HEAD = [
    "model",
    "split protocol",
    "judged",
    "accuracy",
    "balanced accuracy",
    "macro-F1",
    "macro-F1 of the linear probe",
    "accuracy on artists never seen",
]


def stored_figures(model_folder: str | Path) -> tuple[str, str, dict[str, AttributeFigures]]:
    """A model's name, the protocol of its split and its stored figures per attribute.

    Raises ``InputError`` where it was not judged."""
    model = open_model(model_folder)
    path = model.folder / METRICS_FILE
    if not path.is_file():
        raise InputError(
            f"the model '{model.folder}' has no figures of its own yet",
            f"judge it first: artextract evaluate {model.folder}",
            code="model-not-evaluated",
        )
    metrics = read_json(path)
    return model.folder.resolve().name, protocol(model.config), metrics["attributes"]


def comparison_tables(models: Sequence[tuple[str, str, dict[str, AttributeFigures]]]) -> dict[str, list[list[str]]]:
    """Per attribute the rows under ``HEAD``, a row per model that judged any painting by it.

    Attributes in the order of the first model."""
    names = list(dict.fromkeys(name for _, _, attributes in models for name in attributes))
    tables: dict[str, list[list[str]]] = {}
    for name in names:
        rows = [
            _row(model, how, attributes[name])
            for model, how, attributes in models
            if name in attributes and attributes[name].get("n")
        ]
        if rows:
            tables[name] = rows
    return tables


def _row(model: str, how: str, entry: AttributeFigures) -> list[str]:
    unseen = entry.get("unseen_artists")
    never = f"{figure(unseen, 'accuracy')} of {unseen['n']}" if unseen and unseen["n"] else "–"
    figures = [figure(entry, name) for name in ("accuracy", "balanced_accuracy", "macro_f1")]
    return [
        model,
        how,
        str(entry["n"]),
        *figures,
        figure(probe, "macro_f1") if (probe := entry["baselines"].get("linear_probe")) else "–",
        never,
    ]
