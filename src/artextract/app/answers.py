"""What a model answers, as text for people: ranked labels, marks of doubt, sets of labels, and the classes it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from artextract.app.tables import fits, grid
from artextract.model.label_map import LabelMap
from artextract.model.numbers import in_words
from artextract.model.wording import FEW_CARRIED, classes_in_words, either, not_known, undecided
from artextract.printable import counted

HIDDEN = ("artist",)
"""Attributes whose guesses are of no use where the model is unsure: the painter is one of many thousands."""
LONGEST_SET = 6
"""A longer set is told by its size."""


def answer_lines(answer: Mapping[str, Any], known: Mapping[str, int], everything: bool = False) -> list[str]:
    """The lines about one picture, an entry of ``predict --json``.

    ``known``: how many classes the model knows, by attribute; with ``everything`` no guess is hidden."""
    numbers = answer.get("numbers", {})
    width = max(map(len, (*answer["attributes"], *numbers)), default=0)
    lines = []
    for name, ranked in answer["attributes"].items():
        new, unsure = _doubt(answer, name)
        guesses = ", ".join(f"{entry['label']} {percent(entry['probability'])}" for entry in ranked[1:])
        shown = ", ".join(filter(None, (_best(ranked[0], unsure), guesses)))
        hidden = name in HIDDEN and name in known and (unsure or new) and not everything
        if new:
            shown = not_known(name, known[name]) + ("" if hidden else f"; nearest {shown}")
        elif hidden:
            shown = undecided(name, known[name])
        lines.append(f"  {name:<{width}}  {shown}")
        if answer.get("several", {}).get(name):
            lines.append(f"  {'':<{width}}  said: {', '.join(one['label'] for one in answer['several'][name])}")
        one = answer.get("sets", {}).get(name)
        if one and len(one["labels"]) > 1 and not new and not hidden:
            every = classes_in_words(name, known[name])
            lines.append(f"  {'':<{width}}  {set_in_words(one, every)}")
    for name, number in numbers.items():
        unsure = name in answer["unsure"]
        why = f" (unsure: {FEW_CARRIED})" if unsure else ""
        lines.append(f"  {name:<{width}}  {in_words(number, unsure)}{why}")
    return lines


def predictions(answers: Sequence[Mapping[str, Any]], known: Mapping[str, int], everything: bool = False) -> str:
    """What ``predict`` prints: all that is said of one picture, or a row for each of several; "" for none."""
    if len(answers) == 1:
        return "\n".join((answers[0]["path"], *answer_lines(answers[0], known, everything)))
    kinds = ("attributes", "several", "numbers")
    names = list(dict.fromkeys(name for one in answers for kind in kinds for name in one.get(kind, {})))
    rows = [[Path(one["path"]).name, *(_cell(one, name, everything) for name in names)] for one in answers]
    if rows and not fits([["picture", *names], *rows]):  # sentences are not cut: a picture takes a line for each answer
        width = max(map(len, names), default=0)
        return "\n".join(
            "\n".join(
                [row[0], *(f"  {name:<{width}}  {cell}" for name, cell in zip(names, row[1:], strict=True) if cell)]
            )
            for row in rows
        )
    return grid(["picture", *names], rows, left=1 + len(names)) if rows else ""


def _cell(answer: Mapping[str, Any], name: str, everything: bool) -> str:
    if name in answer.get("several", {}):
        return ", ".join(f"{one['label']} {percent(one['probability'])}" for one in answer["several"][name]) or "–"
    if name in answer["attributes"]:
        new, unsure = _doubt(answer, name)
        if name in HIDDEN and (unsure or new) and not everything:
            return "none it knows" if new else "cannot tell"
        said = _best(answer["attributes"][name][0], unsure)
        return f"none it knows; nearest {said}" if new else said
    number = answer.get("numbers", {}).get(name)
    unsure = name in answer.get("unsure", ())
    return "–" if number is None else in_words(number, unsure) + " (unsure)" * unsure


def _doubt(answer: Mapping[str, Any], name: str) -> tuple[bool, bool]:
    """Whether an attribute's label seems to be none that the model knows, and whether the answer is unsure."""
    return answer.get("novelty", {}).get(name, {}).get("new", False), name in answer["unsure"]


def _best(entry: Mapping[str, Any], unsure: bool) -> str:
    """ "Rococo? 48% (unsure)"."""
    return f"{entry['label']}{'?' * unsure} {percent(entry['probability'])}{' (unsure)' * unsure}"


def set_in_words(one: Mapping[str, Any], every: str) -> str:
    """ "in 90% of cases: Impressionism or Fauvism"; ``every`` are all classes, "17 styles"."""
    labels = one["labels"]
    said = either(labels) if len(labels) <= LONGEST_SET else f"one of {len(labels)} of the {every}"
    return f"in {percent(one['coverage'])} of cases: {said}"


def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def classes_document(model: str, labels: LabelMap) -> dict[str, Any]:
    """What ``predict --classes --json`` prints: attribute -> its classes, each with how many training paintings
    carried it."""
    counted = [(name, classes, labels.counts[name]) for name, classes in labels.classes.items()]
    counted += [(name, one.classes, one.counts) for name, one in labels.several.items()]
    return {
        "model": model,
        "attributes": {
            name: [{"label": label, "trained": count} for label, count in zip(classes, counts, strict=True)]
            for name, classes, counts in counted
        },
    }


def classes_text(document: Mapping[str, Any]) -> str:
    parts = []
    for name, classes in document["attributes"].items():
        rows = [[entry["label"], str(entry["trained"])] for entry in classes]
        parts.append(grid([f"{name} ({counted(len(classes), 'class', 'classes')})", "training paintings"], rows))
    return "\n\n".join(parts)
