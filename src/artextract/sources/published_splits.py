"""The splits that a data set was published with: in a column, or in the names of folders (``train/``, ``val/``,
``test/``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from artextract.splits import PUBLISHED

NAMES = {
    "train": ("train", "training", "trainset", "train_set"),
    "val": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing", "testset", "test_set"),
}
_SPLIT_OF = {name: split for split, names in NAMES.items() for name in names}


def split_named(text: object) -> str | None:
    """The split that a name means: "train", "val", "test", or None for any other word."""
    return _SPLIT_OF.get(text.strip().casefold()) if isinstance(text, str) else None


def split_of_file(path: str) -> str | None:
    """The split that a folder on the path means, or the first word of the name: "data/train-00000-of-00072.tar"."""
    *folders, name = path.split("/")
    return next(filter(None, map(split_named, [*folders, re.split(r"[-.]|_(?=[0-9])", name)[0]])), None)


def splits_published(names: Iterable[object]) -> list[str | None] | None:
    """The splits that names mean, or None unless they are rows to train on and others."""
    found = [split_named(name) for name in names]
    return found if {"train"} < set(found) - {None} else None


def with_splits(frame: pd.DataFrame, keys: Sequence[str], *columns: str) -> pd.DataFrame:
    """The rows with a column ``PUBLISHED``, if one of ``columns`` names the splits, or else the folders of ``keys``
    do. A column of other words names none, and is kept as ``csv_published_split`` if it
    has our name."""
    for column in (PUBLISHED, *columns):
        if column in frame:
            names = [None if pd.isna(name) else name for name in frame[column]]
            found = splits_published(names)
            if found is not None and all(split is not None for split, name in zip(found, names, strict=True) if name):
                return frame.assign(**{PUBLISHED: pd.array(found, dtype="string")})
    folders = [next((part for part in key.split("/")[:-1] if split_named(part)), None) for key in keys]
    found = splits_published(folders)
    if PUBLISHED in frame:
        frame = frame.rename(columns={PUBLISHED: f"csv_{PUBLISHED}"})
    return frame if found is None else frame.assign(**{PUBLISHED: pd.array(found, dtype="string")})
