"""How the starter's collection is split, on rows without image files."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from artextract.table import Paintings
from scripts import starter_collection as starter

OFFICIAL = ["Baroque", "Art Nouveau", "Color Field Painting"]


def style_of(artist):
    """Three styles of many artists, one of two, and one with many paintings by one artist."""
    return ["Baroque", "Art Nouveau", "Tonalism", "Baroque", "Art Nouveau"][artist % 5] if artist < 50 else "Muralism"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The table before, the one split, and what was done; the gallery has the pictures of rows 0, by look, and 1, by
    name; rows 10 and 11 are copies."""
    rng = np.random.default_rng(0)
    artists = np.repeat(np.arange(52), 10)
    hashes = [rng.bytes(8).hex() for _ in artists]
    hashes[11] = hashes[10]
    frame = pd.DataFrame(
        {
            "id": [f"p{place}" for place in range(len(artists))],
            "path": [f"{place}.jpg" for place in range(len(artists))],
            "source": np.where(artists < 40, "wikiart168", "bestartworks256"),
            "rights": "CC0",
            "split": rng.choice(["train", "val", "test"], len(artists), p=[0.6, 0.1, 0.3]),
            "sha256": [f"{place:064x}" for place in range(len(artists))],
            "phash": hashes,
            "width": 168,
            "height": 168,
            "style": [style_of(artist) for artist in artists],
            "artist": [f"Artist {artist}" for artist in artists],
        }
    )
    frame.loc[[0, 1, 11], "split"] = "train"
    frame.loc[10, "split"] = "test"
    table = Paintings(frame, tmp_path_factory.mktemp("starter"))
    gallery = {"a.jpg": hashes[0], "1.jpg": "0" * 16}
    return (table, *starter.with_splits(table, OFFICIAL, gallery, seed=3))


def test_what_was_test_stays_test_and_copies_stay_together(prepared):
    before, after, _ = prepared
    assert set(after.column("split")[before.column("split") == "test"]) == {"test"}
    assert list(after.column("split")[10:12]) == ["test", "test"]


def test_the_gallery_is_in_no_training(prepared):
    _, after, facts = prepared
    assert list(after.column("split")[:2]) == [None, None]
    assert facts["gallery"] == {"pictures": 2, "copies": 2, "in_no_split": 2} and facts["splits"]["none"] == 2


def test_artists_are_held_out_wholly_on_both_sides(prepared):
    _, after, facts = prepared
    artists, split, held = after.artists(), after.column("split"), after.column("artist_held_out")
    known = set(artists[split == "train"])
    for side in ("test", "val"):
        names = set(artists[held == side])
        assert names == set(facts["held_out"][side]["artists"]) and len(names) == round(starter.HELD_ARTISTS * 52)
        assert not names & known
    assert set(split[held == "test"]) == {"test"} and set(split[held == "val"]) <= {"val", "test"}
    others = split[(held == None) & (split != "test")]  # noqa: E711 - elementwise
    assert np.mean(others == "val") == pytest.approx(starter.RANDOM_VAL, abs=0.03)


def test_a_style_outside_the_27_is_a_class_only_by_several_artists(prepared):
    _, after, facts = prepared
    assert set(after.column("style")) == {"Baroque", "Art Nouveau", "Tonalism", None}
    assert set(after.column("style_given")[after.column("style") == None]) == {"Muralism"}  # noqa: E711
    assert facts["style"] == {"classes": 4, "emptied": ["Muralism"]}
    entries = {entry["label"]: entry for entry in facts["classes"]}
    assert list(entries) == [*OFFICIAL, "Muralism", "Tonalism"]
    assert "too few" in entries["Color Field Painting"]["remark"] and "no class" in entries["Muralism"]["remark"]
    train = after.rows(after.column("split") == "train")
    assert entries["Baroque"]["train"] == int((train.column("style") == "Baroque").sum())
    assert entries["Baroque"]["artists"] == train.rows(train.column("style") == "Baroque").frame["artist"].nunique()
    assert "not one of the 27" in entries["Tonalism"]["remark"]


def test_no_style_loses_more_than_it_can_spare():
    rng = np.random.default_rng(1)
    artists = np.array([f"a{n}" for n in rng.zipf(1.3, 3000) % 200], dtype=object)
    number = np.array([int(name[1:]) for name in artists])
    styles = np.array([f"s{n}" for n in (number % 25) ** 2 // 40], dtype=object)
    held = starter.hold_out(artists, styles, seed=0)
    gone = held["test"] | held["val"]
    assert not held["test"] & held["val"] and 0 < len(held["test"]) <= round(starter.HELD_ARTISTS * len(set(artists)))
    assert all(starter.FEWEST <= n <= starter.MOST for a, n in Counter(artists).items() if a in gone)
    lost = np.isin(artists.astype(str), list(gone))
    for style in set(styles):
        of = styles == style
        assert lost[of].mean() <= starter.LARGEST_LOSS
        assert len(set(artists[of & lost])) <= starter.MOST_ARTISTS * len(set(artists[of]))
    assert starter.hold_out(artists, styles, seed=0) == held != starter.hold_out(artists, styles, seed=1)
