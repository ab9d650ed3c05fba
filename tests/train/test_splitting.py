"""Rows split anew for one training."""

import numpy as np
import pandas as pd

from artextract.errors import InputError
from artextract.table import Paintings, read_paintings
from artextract.train.splitting import AS_IMPORTED, Splitting, split_table
from tests.raising import raises


def table(**columns):
    """60 paintings by 12 painters, in two styles; ``artist`` is known of every second one."""
    painters = [f"Painter {i % 12}" for i in range(60)]
    frame = pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(60)],
            "path": [f"{i}.jpg" for i in range(60)],
            "title": None,
            "source": "test",
            "rights": "CC0",
            "split": "train",
            "sha256": [f"{i:064x}" for i in range(60)],
            "phash": None,
            "width": 100,
            "height": 100,
            "style": [("Cubism", "Realism")[i % 2] for i in range(60)],
            "artist": [name if i % 2 else None for i, name in enumerate(painters)],
            "genre": None,
            **columns,
        }
    )
    return Paintings(frame, "."), painters


def test_without_a_protocol_the_table_stays(sample_collection):
    paintings = read_paintings(sample_collection)
    split, about = split_table(paintings)
    assert split is paintings and about["protocol"] == paintings.protocol == "stratified"
    assert split_table(table()[0])[1]["protocol"] == AS_IMPORTED


def test_the_protocol_survives_being_written(tmp_path):
    paintings, _ = table()
    Paintings(paintings.frame, tmp_path, protocol="artist-disjoint").write()
    assert read_paintings(tmp_path).protocol == "artist-disjoint"
    Paintings(paintings.frame, tmp_path).write()
    assert read_paintings(tmp_path).protocol is None


def sides_of(split, painters):
    return pd.DataFrame({"painter": painters, "split": split.column("split")}).groupby("painter")["split"].nunique()


def test_artist_disjoint_goes_by_the_painter_where_that_is_known():
    painters = table()[1]
    split, about = split_table(table(painter=painters)[0], Splitting("artist-disjoint", 3))
    assert (sides_of(split, painters) == 1).all() and set(split.column("split")) == {"train", "val", "test"}
    assert about == {"protocol": "artist-disjoint", "seed": 3}
    unknown = split_table(table()[0], Splitting("artist-disjoint", 3))[0]
    known = np.array([name is not None for name in unknown.column("artist")])
    assert (sides_of(unknown.rows(known), np.array(painters)[known]) == 1).all()


def test_the_seed_decides():
    splits = [split_table(table()[0], Splitting("stratified", seed))[0].column("split").tolist() for seed in (0, 0, 1)]
    assert splits[0] == splits[1] != splits[2]


def test_official_lists_cannot_be_split():
    with raises(InputError, "split-fixed", "official"):
        split_table(table()[0], Splitting("official"))


def test_published_splits_and_that_they_have_no_folds():
    paintings, _ = table(published_split=["train"] * 40 + ["val"] * 10 + ["test"] * 10)
    split, about = split_table(paintings, Splitting("published"))
    assert split.column("split").tolist() == ["train"] * 40 + ["val"] * 10 + ["test"] * 10
    assert about["protocol"] == "published"
    with raises(InputError, "published-without-folds"):
        split_table(paintings, Splitting("published", fold=(1, 5)))
    with raises(InputError, "no-published-splits"):
        split_table(table()[0], Splitting("published"))
