"""Class names per attribute, in order, with a hash: what ties a network's outputs to labels."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from artextract.labels import canonical_key, classes_of
from artextract.model.missing import MISSING
from artextract.table import Paintings


@dataclass(frozen=True)
class LabelMap:
    """``classes``: display names per attribute; ``counts``: how many training paintings carry each."""

    classes: dict[str, list[str]]
    counts: dict[str, list[int]]

    @property
    def sizes(self) -> dict[str, int]:
        return {name: len(classes) for name, classes in self.classes.items()}

    @property
    def hash(self) -> str:
        """SHA-256 of the class names in their order."""
        return hashlib.sha256(json.dumps(self.classes, ensure_ascii=True).encode()).hexdigest()

    def encode(self, paintings: Paintings) -> np.ndarray:
        """Class numbers ``int64 (N, attributes)``; ``MISSING`` for no label and for one that is not in the map."""
        columns = []
        for name, classes in self.classes.items():
            number = {canonical_key(label): i for i, label in enumerate(classes)}
            keys = paintings.keys(name) if name in paintings.frame else [None] * len(paintings)
            columns.append([number.get(key, MISSING) for key in keys])
        return np.array(columns, dtype=np.int64).reshape(len(self.classes), len(paintings)).T

    def as_dict(self) -> dict[str, Any]:
        return {"classes": self.classes, "counts": self.counts, "hash": self.hash}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> LabelMap:
        return LabelMap(values["classes"], values["counts"])


def build_label_map(training: Paintings, at_least: dict[str, int]) -> LabelMap:
    """The classes of each attribute with ``at_least`` training paintings, by name; an attribute with fewer than two of
    them is left out."""
    classes, counts = {}, {}
    for name, least in at_least.items():
        kept = sorted(entry for entry in classes_of(training.column(name)).values() if entry[1] >= least)
        if len(kept) >= 2:
            classes[name], counts[name] = [label for label, _ in kept], [count for _, count in kept]
    return LabelMap(classes, counts)


def is_labelled(paintings: Paintings, attribute: str) -> np.ndarray:
    """Which paintings carry any label of an attribute, known to a model or not, bool (N,); a painter who is no class to
    learn is still a painter, wherever the table names him."""
    keys = paintings.keys(attribute) if attribute in paintings.frame else np.full(len(paintings), None, dtype=object)
    found: np.ndarray = keys != None  # noqa: E711 - elementwise
    artists = paintings.artists() if attribute == "artist" else None
    return found if artists is None else found | (artists != None)  # noqa: E711
