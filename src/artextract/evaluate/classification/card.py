"""The model card: a README.md in the model's folder, written from its own files.

After M. Mitchell et al., "Model Cards for Model Reporting" (2019).
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from artextract.evaluate.classification.caveats import caveats, protocol
from artextract.evaluate.classification.document import AttributeFigures, EvaluationDocument
from artextract.evaluate.classification.figures import FEW
from artextract.evaluate.page import numbers as number_page
from artextract.evaluate.page import several as several_page
from artextract.evaluate.page.doubt_rows import doubt_head, doubt_rows, doubt_sentences
from artextract.evaluate.page.layout import MAIN_COLUMNS, difference_rows, figure, table_rows
from artextract.files import read_json, write_aside
from artextract.model.carried import LEAST_CARRIED, deciding
from artextract.model.numbers import quantiles
from artextract.model.saved import CLASSES_FILE, METRICS_FILE, SavedModel, open_model
from artextract.printable import counted
from artextract.printable import for_markdown as escaped

CARD = "README.md"
WEAKEST = 5
_POOLED = {"additive": "attention", "multihead": "multi-head attention", "none": "mean"}


def write_card(model_folder: str | Path) -> Path:
    """Write the card of a model from its configuration, and with its figures where its test split was judged.

    Gives the card's path."""
    model = open_model(model_folder)
    metrics = read_json(model.folder / METRICS_FILE) if (model.folder / METRICS_FILE).exists() else None
    path = model.folder / CARD
    with write_aside(path) as aside:
        aside.write_text(_card(model, metrics), encoding="utf-8")
    return path


def network_words(config: dict[str, Any]) -> str:
    """The way of a painting through the network, in one line."""
    network = config["network"]
    rnn = (
        "no RNN"
        if network["rnn"] == "none"
        else ("bidirectional " if network["bidirectional"] else "") + network["rnn"].upper()
    )
    pooled = _POOLED[network["attention"]]
    return f"{config['backbone']['name']} → {rnn} → {pooled} → one classifier per attribute"


def _card(model: SavedModel, metrics: EvaluationDocument | None) -> str:
    config = model.config
    name = model.folder.resolve().name
    what = ", ".join(
        [
            *(
                f"{escaped(attribute)} ({counted(len(classes), 'class', 'classes')})"
                for attribute, classes in model.labels.classes.items()
            ),
            *(
                f"{escaped(attribute)} ({counted(len(one.classes), 'class', 'classes')}, several a painting)"
                for attribute, one in model.labels.several.items()
            ),
            *(f"{escaped(attribute)} (a number)" for attribute in model.labels.numbers),
        ]
    )
    parts = [f"# {escaped(name)}", f"Tells of a painting: {what}. {network_words(config)}.", "## How to use", _usage()]
    parts += ["## Data", *_data(model, metrics), *_covered(model), "## Network and training", *_training(model)]
    parts += [
        "## Figures",
        *(
            _figures(metrics)
            if metrics
            else ["Not judged yet: `artextract evaluate MODEL` judges the test split and writes the figures here."]
        ),
    ]
    parts += ["## Known weaknesses", "\n".join(f"- {escaped(line, None)}" for line in caveats(model, metrics))]
    parts += ["## Licences and rights", *_rights(config)]
    return "\n\n".join(parts) + "\n"


def _usage() -> str:
    return (
        "    artextract predict PAINTING.jpg --model MODEL\n    artextract evaluate MODEL --collection"
        " COLLECTION\n\nMODEL is this folder. The files belong together: copy it as a whole."
    )


def _data(model: SavedModel, metrics: EvaluationDocument | None) -> list[str]:
    seen = model.trained_on()["split"].value_counts()
    lines = [
        f'Collection "{escaped(Path(model.config["collection"]["path"]).name)}", split {protocol(model.config)}:'
        f" {counted(seen.get('train', 0), 'painting')} to train, "
        f"{seen.get('val', 0)} to validate. The test paintings were not read in training."
    ]
    images = metrics.get("training_images") if metrics else None
    if images:
        lines[0] += (
            f" Its images measure {images['median_width']:.0f} x {images['median_height']:.0f} pixels in the median."
        )
    head = ["attribute", "classes", "training labels", "smallest class", "largest class", "judged"]
    rows = []
    for name, classes in model.labels.classes.items():
        ranked = sorted(zip(model.labels.counts[name], classes, strict=False))
        (least, smallest), (most, largest) = ranked[0], ranked[-1]
        judged = metrics["attributes"].get(name) if metrics else None
        total = sum(model.labels.counts[name])
        rows.append(
            [
                escaped(name),
                str(len(classes)),
                str(total),
                f"{escaped(smallest)} ({least})",
                f"{escaped(largest)} ({most})",
                str(judged["n"]) if judged else "–",
            ]
        )
    return [*lines, *([_table(head, rows)] if rows else []), *_numbers_learned(model)]


def _covered(model: SavedModel) -> list[str]:
    """What each class stands for, and by how many hands, where the model has that written down."""
    if not (model.folder / CLASSES_FILE).is_file():
        return []
    parts = []
    for name, entries in read_json(model.folder / CLASSES_FILE).items():
        known = set(model.labels.classes.get(name, ()))
        rows = [
            [
                escaped(one["label"]),
                "yes" if one["label"] in known else "no",
                str(one["train"]),
                str(one["artists"]),
                f"{escaped(one['largest_artist'])} ({one['largest_share']:.0%})" if one["largest_artist"] else "–",
                escaped(one["remark"]),
            ]
            for one in entries
        ]
        parts.append(f"### Labels of {escaped(name)} in the data")
        parts.append(_table([name, "class", "training paintings", "artists", "most by", "remark"], rows))
    return parts


def _numbers_learned(model: SavedModel) -> list[str]:
    lines = []
    for name, bins in model.labels.numbers.items():
        low, median, high = quantiles(np.array([bins.counts], dtype=float), bins.edges, (0.05, 0.5, 0.95))[0]
        lines.append(
            f"{escaped(name)}: a number that {sum(bins.counts)} training paintings carry, the middle nine in ten from"
            f" {low:.4g} to {high:.4g} with the median {median:.4g}; learned as a distribution over"
            f" {counted(len(bins.counts), 'bin')}."
        )
        lines += _few_carried(model, name)
    return lines


def _few_carried(model: SavedModel, number: str) -> list[str]:
    """Of which classes so few training paintings carried a number that its answer is unsure for them."""
    shares = model.config["numbers"][number].get("carried", {})
    attribute = deciding(shares, model.labels.counts)
    if attribute is None:
        return []
    named = zip(shares[attribute], model.labels.classes[attribute], strict=True)
    few = [f"{escaped(label)} {share:.0%}" for share, label in sorted(named) if share < LEAST_CARRIED]
    return (
        [
            f"Few training paintings of these labels of {escaped(attribute)} carry it: {', '.join(few)}. For paintings"
            " that look like them the answer is marked unsure."
        ]
        if few
        else []
    )


def _training(model: SavedModel) -> list[str]:
    config = model.config
    transform, network = config["backbone"]["transform"], config["network"]
    return [
        (
            f"Backbone {config['backbone']['name']} at version {config['backbone']['version']}, feature map"
            f" {' x '.join(map(str, network['map_shape']))}, input {transform['size']} x {transform['size']}"
            f" ({transform['geometry']}). Network: {_words(network, without=('map_shape', 'classes'))}."
        ),
        (
            f"Options: {_words(config['options'], without=network)}. The weights of epoch {config['best_epoch']} of"
            f" {len(model.history())} were kept, the best on validation; probabilities are calibrated by a temperature"
            f" per attribute ({', '.join(f'{name} {value:.2f}' for name, value in config['temperatures'].items())})."
        ),
    ]


def _figures(metrics: EvaluationDocument) -> list[str]:
    lines = [
        f"On the {metrics['split']} split of its own collection, with 95 % bootstrap intervals over paintings (paired"
        " for differences)."
    ]
    for name, entry in metrics["attributes"].items():
        lines.append(f"### {escaped(name)}")
        if not entry["n"]:
            lines.append("No judged painting carries a label that the model knows.")
            continue
        every = [column for column, _ in MAIN_COLUMNS]
        lines.append(
            _table(["", "paintings", *(caption for _, caption in MAIN_COLUMNS)], table_rows(entry, MAIN_COLUMNS, every))
        )
        lines.append(_table(["network minus", "accuracy", "macro-F1"], difference_rows(entry)))
        found = entry["calibration"]
        lines.append(
            f"Calibration error {found['ece_before']:.3f} before the temperature, {found['ece_after']:.3f} after."
            f" Labels that the model knows: {entry['coverage']:.1%}."
        )
        lines += _artists(entry) + _doubt(entry) + _weakest(entry) + _confused(entry)
    for name, number in metrics.get("numbers", {}).items():
        lines.append(f"### {escaped(name)}")
        if not number["n"]:
            lines.append("No judged painting carries this number.")
            continue
        lines.append(_table(["", *number_page.head(number)], number_page.rows(number)))
        lines.append(_table(number_page.DIFFERENCE_HEAD, number_page.difference_rows(number)))
    for name, several in metrics.get("several", {}).items():
        lines.append(f"### {escaped(name)}")
        if not several["n"]:
            lines.append("No judged painting carries such a label.")
            continue
        lines.append(_table(["", *several_page.HEAD], several_page.rows(several)))
        lines.append(_table(several_page.DIFFERENCE_HEAD, several_page.difference_rows(several)))
    return lines


def _artists(entry: AttributeFigures) -> list[str]:
    groups = [
        (caption, scores)
        for caption, scores in (
            ("seen in training", entry.get("seen_artists")),
            ("never seen", entry.get("unseen_artists")),
        )
        if scores
    ]
    if not any(group["n"] for _, group in groups):
        return []
    rows = [
        [caption, str(group["n"]), figure(group, "accuracy"), figure(group, "macro_f1")] for caption, group in groups
    ]
    return [_table(["artists", "paintings", "accuracy", "macro-F1"], rows)]


def _doubt(entry: AttributeFigures) -> list[str]:
    doubt = entry.get("doubt")
    if not doubt:
        return []
    return [_table(doubt_head(doubt), doubt_rows(doubt)), *filter(None, [" ".join(doubt_sentences(doubt))])]


def _weakest(entry: AttributeFigures) -> list[str]:
    weak = sorted((c for c in entry["classes"] if c["n"] >= FEW), key=lambda c: c["f1"] or 0.0)[:WEAKEST]
    if not weak:
        return []
    return [
        "Weakest classes by F1 (judged, training paintings): "
        + ", ".join(f"{escaped(c['label'])} {c['f1']:.2f} ({c['n']}, {c['trained']})" for c in weak)
        + "."
    ]


def _confused(entry: AttributeFigures) -> list[str]:
    pairs = [
        f"{escaped(c['true'])} taken for {escaped(c['predicted'])} ({c['n']}, {c['share']:.0%} of the class)"
        for c in entry["confusions"][:WEAKEST]
    ]
    return ["Most frequent confusions: " + ", ".join(pairs) + "."] if pairs else []


def _rights(config: dict[str, Any]) -> list[str]:
    backbone = config["backbone"]
    return [
        f"- Backbone weights: {backbone['name']}, licence {backbone['licence']}, from {backbone['source']}.",
        f"- Rights of the training images: {'; '.join(map(escaped, config['rights']))}. The weights were learned from"
        " them.",
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(re.sub(r"(?<!\\)\|", r"\|", cell) for cell in line) + " |" for line in lines)


def _words(values: dict[str, Any], without: Container[str]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {_word(value)}"
        for name, value in values.items()
        if name not in without and value is not None
    )


def _word(value: Any) -> str:
    return (
        {True: "yes", False: "no"}[value]
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )
