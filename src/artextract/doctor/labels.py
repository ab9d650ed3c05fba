"""Classes that cannot be learned or judged, and artists on both sides of the split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from artextract.doctor.findings import Finding, found
from artextract.table import Paintings, artist_column

LEARNABLE = 2
"""Classes with fewer training paintings are left out when a model is trained."""
FEW = 10
"""Classes with fewer training paintings are learned badly."""


def classes(table: Paintings) -> Iterator[Finding]:
    split = table.column("split")
    if not np.any(split == "train"):
        yield from found(
            "no_training_rows", "note", "no painting is in the training split", [{"paintings": len(table)}]
        )
        return
    tiny, few, untested = [], [], []
    for name in table.labels:
        keys, labels = table.keys(name), table.column(name)
        shown = {key: label for key, label in zip(keys, labels, strict=False) if key is not None}
        train, test = Counter(keys[split == "train"]), Counter(keys[split == "test"])
        for key in sorted(shown):
            item = {"attribute": name, "label": shown[key], "train": train[key], "test": test[key]}
            if train[key] < LEARNABLE:
                tiny.append(item)
            elif train[key] < FEW:
                few.append(item)
            if not test[key] and train[key] >= LEARNABLE:
                untested.append(item)
    more = "add paintings, join it with another class, or leave it"
    yield from found(
        "class_not_learnable",
        "warning",
        f"classes have fewer than {LEARNABLE} training paintings and are not learned",
        tiny,
        more,
    )
    yield from found("class_small", "warning", f"classes have fewer than {FEW} training paintings", few, more)
    yield from found(
        "class_untested", "note", "classes have no test paintings: no figure speaks of them", untested, more
    )


def artists(table: Paintings, disjoint: bool) -> Iterator[Finding]:
    column = artist_column(table.frame)
    if column is None:
        return
    keys, names, split = table.keys(column), table.column(column), table.column("split")
    trained = set(keys[split == "train"]) - {None}
    tested = Counter(key for key in keys[split == "test"] if key is not None)
    shown = dict(zip(keys, names, strict=False))
    items = [{"artist": shown[key], "test": count} for key, count in sorted(tested.items()) if key in trained]
    seen = sum(item["test"] for item in items)
    message = (
        f"artists are trained on and tested; {seen} of the {sum(tested.values())} test paintings with an artist are"
        " theirs"
    )
    mend = "import with --split artist-disjoint to judge on artists never seen"
    yield from found("artists_on_two_sides", "error" if disjoint else "note", message, items, mend)
    if disjoint:
        unsigned = [
            {"id": painting_id}
            for painting_id, key, side in zip(table.ids, keys, split, strict=False)
            if side == "test" and key is None
        ]
        yield from found(
            "artist_unknown",
            "note",
            "test paintings have no artist: whether theirs is trained on is unknown",
            unsigned,
        )
