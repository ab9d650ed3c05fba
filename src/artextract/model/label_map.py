"""What a network answers, in order: class names per attribute and the bins of numbers, with a hash that ties its
outputs to them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from artextract.labels import canonical_key, classes_of
from artextract.model.missing import MISSING
from artextract.model.numbers import Bins, bins_for, is_number, numbers_of
from artextract.table import Paintings
from artextract.year_ranges import FIRST as YEAR

LABEL, NUMBER = "label", "number"
"""The kinds of attributes: one of several classes, and a number."""


@dataclass(frozen=True)
class LabelMap:
    """``classes``: display names per attribute; ``counts``: how many training paintings carry each; ``numbers``: the
    bins per attribute that is a number. The network answers those with classes first."""

    classes: dict[str, list[str]]
    counts: dict[str, list[int]]
    numbers: dict[str, Bins] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        return {name: len(classes) for name, classes in self.classes.items()}

    @property
    def output_sizes(self) -> dict[str, int]:
        """How many logits the network has per attribute, numbers among them."""
        return self.sizes | {name: len(bins.counts) for name, bins in self.numbers.items()}

    @property
    def output_counts(self) -> dict[str, list[int]]:
        """Training paintings per class or bin of every attribute."""
        return self.counts | {name: bins.counts for name, bins in self.numbers.items()}

    @property
    def kinds(self) -> dict[str, str]:
        return dict.fromkeys(self.classes, LABEL) | dict.fromkeys(self.numbers, NUMBER)

    @property
    def hash(self) -> str:
        """SHA-256 of the class names in their order, and of the bins where there are any."""
        named: Any = self.classes
        if self.numbers:
            named = [self.classes, {name: bins.edges for name, bins in self.numbers.items()}]
        return hashlib.sha256(json.dumps(named, ensure_ascii=True).encode()).hexdigest()

    def encode(self, paintings: Paintings) -> np.ndarray:
        """Class numbers ``int64 (N, attributes with classes)``; ``MISSING`` for no label and for one that is not in the
        map."""
        columns = []
        for name, classes in self.classes.items():
            number = {canonical_key(label): i for i, label in enumerate(classes)}
            keys = paintings.keys(name) if name in paintings.frame else [None] * len(paintings)
            columns.append([number.get(key, MISSING) for key in keys])
        return np.array(columns, dtype=np.int64).reshape(len(self.classes), len(paintings)).T

    def targets(self, paintings: Paintings) -> np.ndarray:
        """What a network learns, ``int64 (N, attributes)``: class numbers, and places among the bins
        (``Bins.targets``); ``MISSING`` where nothing is known."""
        places = [bins.targets(numbers_of(paintings, name)) for name, bins in self.numbers.items()]
        return np.concatenate([self.encode(paintings), *(column[:, None] for column in places)], axis=1)

    def as_dict(self) -> dict[str, Any]:
        return {
            "kinds": self.kinds,
            "classes": self.classes,
            "counts": self.counts,
            "numbers": {name: bins.as_dict() for name, bins in self.numbers.items()},
            "hash": self.hash,
        }

    @staticmethod
    def from_dict(values: dict[str, Any]) -> LabelMap:
        numbers = {name: Bins.from_dict(bins) for name, bins in values.get("numbers", {}).items()}
        return LabelMap(values["classes"], values["counts"], numbers)


def build_label_map(training: Paintings, at_least: dict[str, int]) -> LabelMap:
    """The classes of each attribute with ``at_least`` training paintings, by name, and the bins of numbers; an
    attribute with fewer than two classes, or two numbers that differ, is left out."""
    classes, counts, numbers = {}, {}, {}
    for name, least in at_least.items():
        if is_number(training, name):
            bins = bins_for(numbers_of(training, name), years=name == YEAR)
            if bins is not None:
                numbers[name] = bins
            continue
        kept = sorted(entry for entry in classes_of(training.column(name)).values() if entry[1] >= least)
        if len(kept) >= 2:
            classes[name], counts[name] = [label for label, _ in kept], [count for _, count in kept]
    return LabelMap(classes, counts, numbers)


def is_labelled(paintings: Paintings, attribute: str) -> np.ndarray:
    """Which paintings carry any label of an attribute, known to a model or not, bool (N,); a painter who is no class to
    learn is still a painter, wherever the table names him."""
    keys = paintings.keys(attribute) if attribute in paintings.frame else np.full(len(paintings), None, dtype=object)
    found: np.ndarray = keys != None  # noqa: E711 - elementwise
    artists = paintings.artists() if attribute == "artist" else None
    return found if artists is None else found | (artists != None)  # noqa: E711
