"""What a network answers, in order: class names per attribute and the bins of numbers, with a hash that ties its
outputs to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from artextract.labels import canonical_key, classes_of
from artextract.model.missing import MISSING
from artextract.model.numbers import Bins, bins_for, is_number, numbers_of
from artextract.model.several import Several, labels_of, several_for
from artextract.table import Paintings
from artextract.year_ranges import FIRST as YEAR

LABEL, LABELS, NUMBER = "label", "labels", "number"
"""The kinds of attributes: one of several classes, any of several classes, and a number."""


def target_columns(sizes: Mapping[str, int], kinds: Mapping[str, str]) -> list[slice]:
    """Where each attribute's targets stand: one column, but a column a class where several labels can be right."""
    ends = np.cumsum([size if kinds.get(name) == LABELS else 1 for name, size in sizes.items()]).tolist()
    return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]


@dataclass(frozen=True)
class LabelMap:
    """``classes``: display names per attribute.

    ``counts``: how many training paintings carry each; ``numbers``: the bins per attribute that is a number;
    ``several``: the classes of attributes of which a painting carries several labels. The network answers them in this
    order."""

    classes: dict[str, list[str]]
    counts: dict[str, list[int]]
    numbers: dict[str, Bins] = field(default_factory=dict)
    several: dict[str, Several] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        return {name: len(classes) for name, classes in self.classes.items()}

    @property
    def output_sizes(self) -> dict[str, int]:
        """How many logits the network has per attribute, of all kinds."""
        return {name: len(counts) for name, counts in self.output_counts.items()} | self.sizes

    @property
    def output_counts(self) -> dict[str, list[int]]:
        """Training paintings per class or bin of every attribute."""
        return self.counts | {name: one.counts for name, one in (self.numbers | self.several).items()}

    @property
    def kinds(self) -> dict[str, str]:
        kinds = ((self.classes, LABEL), (self.numbers, NUMBER), (self.several, LABELS))
        return {name: kind for names, kind in kinds for name in names}

    @property
    def hash(self) -> str:
        """SHA-256 of the class names in their order, and of bins and further classes where there are any."""
        named: Any = self.classes
        if self.numbers or self.several:
            bins = {name: bins.edges for name, bins in self.numbers.items()}
            named = [
                self.classes,
                bins,
                *([{n: one.classes for n, one in self.several.items()}] if self.several else []),
            ]
        return hashlib.sha256(json.dumps(named, ensure_ascii=True).encode()).hexdigest()

    def encode(self, paintings: Paintings) -> np.ndarray:
        """Class numbers ``int64 (N, attributes with classes)``.

        ``MISSING`` for no label and for one that is not in the map."""
        columns = []
        for name, classes in self.classes.items():
            number = {canonical_key(label): i for i, label in enumerate(classes)}
            keys = paintings.keys(name) if name in paintings.frame else [None] * len(paintings)
            columns.append([number.get(key, MISSING) for key in keys])
        return np.array(columns, dtype=np.int64).reshape(len(self.classes), len(paintings)).T

    def targets(self, paintings: Paintings) -> np.ndarray:
        """What a network learns, ``int64 (N, T)``, in the columns of ``target_columns``: class numbers, places among
        the bins (``Bins.targets``), and 0 or 1 per class of which several can be right; ``MISSING`` where nothing is
        known."""
        places = [bins.targets(numbers_of(paintings, name))[:, None] for name, bins in self.numbers.items()]
        several = [one.targets(labels_of(paintings, name)) for name, one in self.several.items()]
        return np.concatenate([self.encode(paintings), *places, *several], axis=1)

    def as_dict(self) -> dict[str, Any]:
        return {
            "kinds": self.kinds,
            "classes": self.classes,
            "counts": self.counts,
            "numbers": {name: bins.as_dict() for name, bins in self.numbers.items()},
            "several": {name: one.as_dict() for name, one in self.several.items()},
            "hash": self.hash,
        }

    @staticmethod
    def from_dict(values: dict[str, Any]) -> LabelMap:
        numbers = {name: Bins.from_dict(bins) for name, bins in values.get("numbers", {}).items()}
        several = {name: Several.from_dict(one) for name, one in values.get("several", {}).items()}
        return LabelMap(values["classes"], values["counts"], numbers, several)


def build_label_map(training: Paintings, at_least: dict[str, int]) -> LabelMap:
    """The classes of each attribute with ``at_least`` training paintings, by name, and the bins of numbers.

    An attribute with fewer than two classes, or two numbers that differ, is left out."""
    classes, counts, numbers, several = {}, {}, {}, {}
    for name, least in at_least.items():
        if is_number(training, name):
            bins = bins_for(numbers_of(training, name), years=name == YEAR)
            if bins is not None:
                numbers[name] = bins
            continue
        lists = training.all_labels(name)
        if lists is not None:
            one = several_for(lists, least)
            if one is not None:
                several[name] = one
            continue
        kept = sorted(entry for entry in classes_of(training.column(name)).values() if entry[1] >= least)
        if len(kept) >= 2:
            classes[name], counts[name] = [label for label, _ in kept], [count for _, count in kept]
    return LabelMap(classes, counts, numbers, several)


def is_labelled(paintings: Paintings, attribute: str) -> np.ndarray:
    """Which paintings carry any label of an attribute, known to a model or not, bool (N,).

    A painter who is no class to learn is still a painter, wherever the table names him."""
    keys = paintings.keys(attribute) if attribute in paintings.frame else np.full(len(paintings), None, dtype=object)
    found: np.ndarray = keys != None  # noqa: E711 - elementwise
    artists = paintings.artists() if attribute == "artist" else None
    return found if artists is None else found | (artists != None)  # noqa: E711
