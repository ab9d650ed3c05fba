"""What speaks against a model, derived from its figures: for its card and its report."""

from __future__ import annotations

from typing import Any

from artextract.evaluate.classification.document import (
    AttributeFigures,
    EvaluationDocument,
    NumberFigures,
    TrainingImages,
)
from artextract.evaluate.classification.figures import FEW
from artextract.evaluate.page.layout import figure, opponents
from artextract.evaluate.page.numbers import BASELINES, signed
from artextract.model.saved import SavedModel
from artextract.printable import counted, one_line

RARE = 50
"""Classes with fewer training paintings are called rare."""
LOW_COVERAGE = 0.8
MISCALIBRATED = 0.05
ENOUGH = 30
"""So many paintings must stand behind a figure before two groups are compared."""
LISTED = 6


def protocol(config: dict[str, Any]) -> str:
    """How the model's collection was split: the protocol's name, or "as imported" where the model kept none."""
    return config.get("split", {}).get("protocol") or "as imported"


def caveats(model: SavedModel, metrics: EvaluationDocument | None) -> list[str]:
    """Sentences, the ones that hold for all attributes last.

    ``metrics`` is the document of ``evaluate``, None where nothing was judged yet."""
    found = []
    for name, classes in model.labels.classes.items():
        entry = metrics["attributes"].get(name) if metrics else None
        found += _of_training(name, classes, model.labels.counts[name])
        if entry and entry["n"]:
            found += _of_classes(name, entry) + _of_baselines(name, entry) + _of_artists(name, entry)
            if entry["ece"] is not None and entry["ece"] > MISCALIBRATED:
                found.append(
                    f"{name}: confidence is off by {entry['ece']:.3f} on the mean (ECE); read the percentages as a"
                    " ranking."
                )
    for name, number in (metrics.get("numbers", {}) if metrics else {}).items():
        found += _of_number(name, number)
    found += _of_images(model.config, metrics.get("training_images") if metrics else None)
    if protocol(model.config) != "artist-disjoint":
        found.append(
            "Artists can stand on both sides of the split, so the figures are higher than for artists that the model"
            " never saw."
        )
    found.append(
        "It always answers with a class that it knows, also for a picture that is no painting; a low probability is the"
        " only sign."
    )
    return found


def _of_training(name: str, classes: list[str], counts: list[int]) -> list[str]:
    rare = sorted((count, label) for label, count in zip(classes, counts, strict=False) if count < RARE)
    if not rare:
        return []
    return [
        f"{name}: of {len(classes)} classes {_were(len(rare))} learned from fewer than {RARE} paintings"
        f" ({listed([f'{label} {count}' for count, label in rare])})."
    ]


def _of_classes(name: str, entry: AttributeFigures) -> list[str]:
    found = []
    few = [c["label"] for c in entry["classes"] if c["few"]]
    if few:
        found.append(
            f"{name}: of {len(entry['classes'])} classes {_were(len(few))} judged on fewer than {FEW} paintings, so"
            f" that the figures say little ({listed(few)})."
        )
    silent = [c["label"] for c in entry["classes"] if c["n"] and not c["predicted"]]
    if silent:
        found.append(
            f"{name}: of {len(entry['classes'])} classes {_were(len(silent))} never predicted, so that there is no"
            f" precision ({listed(silent)})."
        )
    if entry["coverage"] is not None and entry["coverage"] < LOW_COVERAGE:
        found.append(f"{name}: the model knows only {entry['coverage']:.0%} of the labels in the judged rows.")
    return found


def _of_baselines(name: str, entry: AttributeFigures) -> list[str]:
    found = []
    for key, caption in opponents(entry).items():
        weak = []
        for measure, words in (("accuracy", "accuracy"), ("macro_f1", "macro-F1")):
            difference = entry["baselines"][key]["difference"][measure]
            if difference["ci"] is None:
                continue
            low, high = difference["ci"]
            if low <= 0:
                weak.append(f"{words} {difference['value']:+.3f} [{low:+.3f}, {high:+.3f}]")
        if weak:
            found.append(f'{name}: not clearly better than the baseline "{caption}" ({"; ".join(weak)}).')
    return found


def _of_artists(name: str, entry: AttributeFigures) -> list[str]:
    seen, unseen = entry.get("seen_artists"), entry.get("unseen_artists")
    if not seen or not unseen or not seen["n"] + unseen["n"]:
        return []
    if min(seen["n"], unseen["n"]) >= ENOUGH:
        return [
            f"{name}: accuracy {figure(seen, 'accuracy')} on {counted(seen['n'], 'painting')} by artists seen in"
            " training,"
            f" {figure(unseen, 'accuracy')} on {unseen['n']} by artists never seen."
        ]
    if unseen["n"] < ENOUGH:
        return [
            f"{name}: of the judged paintings with a known artist, {seen['n']} are by artists seen in training and"
            f" {unseen['n']} by others: too few to tell how it does on new artists."
        ]
    return []


def _of_number(name: str, entry: NumberFigures) -> list[str]:
    found = []
    for key, one in entry["baselines"].items():
        ends = one["difference"]["mae"]["ci"]
        if ends is not None and ends[1] >= 0:
            caption = BASELINES.get(key, key)
            found.append(f'{name}: not clearly nearer than the baseline "{caption}" ({signed(one["difference"])}).')
    seen, unseen = entry.get("seen_artists"), entry.get("unseen_artists")
    if seen and unseen and min(seen["n"], unseen["n"]) >= ENOUGH:
        found.append(
            f"{name}: {seen['mae']:.1f} off on the mean for {counted(seen['n'], 'painting')} by artists seen in"
            " training,"
            f" {unseen['mae']:.1f} for {unseen['n']} by artists never seen, of whose numbers {unseen['coverage']:.0%}"
            f" lie in their interval, where {entry['wanted_coverage']:.0%} should."
        )
    elif entry["ci"] and (ends := entry["ci"]["coverage"]) and ends[1] < entry["wanted_coverage"]:
        found.append(
            f"{name}: {entry['coverage']:.0%} of the numbers lie in their interval, where"
            f" {entry['wanted_coverage']:.0%} should."
        )
    return found


def _of_images(config: dict[str, Any], images: TrainingImages | None) -> list[str]:
    found = []
    side, size = config["image_sides"][1], config["backbone"]["transform"]["size"]
    if side < size:
        found.append(
            f"The training images are small (shorter side {side} pixels in the median, the network reads {size}):"
            " brushwork and fine texture are not in them."
        )
    if images and images["square"] > 0.99:
        found.append(
            "Nearly all training images are square: it has not met the proportions of real paintings, and may answer"
            " differently for them."
        )
    return found


def _were(count: int) -> str:
    return f"{count} {'was' if count == 1 else 'were'}"


def listed(names: list[str], most: int = LISTED) -> str:
    return ", ".join(one_line(name, 100) for name in names[:most]) + (
        f" and {len(names) - most} more" if len(names) > most else ""
    )
