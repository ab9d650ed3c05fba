"""The splits of folders and columns."""

import pandas as pd
import pytest

from artextract.errors import InputError
from artextract.sources.published_splits import split_named, with_splits
from artextract.splits import PUBLISHED
from tests.raising import raises
from tests.sources.test_folder import make


@pytest.mark.parametrize(
    "name, split",
    [
        ("train", "train"),
        ("Training", "train"),
        ("valid", "val"),
        ("validation", "val"),
        (" test ", "test"),
        ("x", None),
    ],
)
def test_names_of_splits(name, split):
    assert split_named(name) == split


def found(keys, **columns):
    frame = with_splits(pd.DataFrame({"key": keys, **columns}), keys, "mine")
    return list(frame[PUBLISHED].astype(object).where(frame[PUBLISHED].notna(), None)) if PUBLISHED in frame else None


def test_a_column_before_the_folders_and_only_if_all_its_words_are_splits():
    assert found(["a", "b"], mine=["train", "dev"]) == ["train", "val"]
    assert found(["train/a", "test/b"], mine=["test", "train"]) == ["test", "train"]
    assert found(["x/train/a", "x/test/b", "x/c"]) == ["train", "test", None]
    assert found(["x/train/a", "test/b"], mine=["left", "train"]) == ["train", "test"]
    assert found(["a", "b"], mine=["train", "train"]) is None and found(["test/a", "val/b"]) is None


def test_folders_of_the_image_folder_kind(tmp_path):
    from artextract.sources.folder import FolderOptions, import_folder

    names = [f"{part}/art_nouveau/{i}.png" for part, n in (("train", 8), ("test", 3)) for i in range(n)]
    images = make(tmp_path / "in", names)
    report = import_folder(images, tmp_path / "out", options=FolderOptions(folder_labels={"style": "parent"}))
    split = {p.relative_to(images).parts[0]: set() for p in report.paintings.image_paths()}
    for path, part in zip(report.paintings.image_paths(), report.paintings.column("split"), strict=True):
        split[path.relative_to(images).parts[0]].add(part)
    assert split == {"train": {"train", "val"}, "test": {"test"}} and "published" in report.notes[0]
    assert import_folder(images, tmp_path / "o2", split="stratified").paintings.protocol == "stratified"
    with raises(InputError, "no-published-splits"):
        import_folder(images / "test", tmp_path / "o3", split="published")
