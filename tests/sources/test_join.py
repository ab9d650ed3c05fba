"""Collections made one: ids, labels, columns, files and sides, on rows of which every value is known."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.app.cli import main
from artextract.errors import InputError, NothingUsableError
from artextract.file_states import remember
from artextract.images import inspect
from artextract.sources.join import import_join, one_side
from artextract.sources.join_labels import one_spelling
from artextract.table import Paintings, read_paintings
from tests.raising import raises


def collection(folder, rows, protocol=None, labels=("style", "artist", "genre")):
    """``rows``: dicts of columns; "picture" is the number of the picture that the file shows."""
    folder.mkdir()
    found = []
    for place, row in enumerate(rows):
        row = {"id": f"p{place}", "source": folder.name, "rights": f"of {folder.name}", **row}
        picture = np.random.default_rng(row.pop("picture", hash_of(folder.name, place))).integers(0, 255, (6, 6, 3))
        row["path"] = f"{row['id']}.png"
        Image.fromarray(picture.astype(np.uint8)).resize((48, 48)).save(folder / row["path"])
        facts = inspect(folder / row["path"])
        found.append(row | {name: getattr(facts, name) for name in ("sha256", "phash", "width", "height")})
    table = Paintings(pd.DataFrame(found), folder, labels, protocol)
    table.write()
    remember(table)
    return folder


def hash_of(name, place):
    return 1000 * sum(map(ord, name)) + place


@pytest.fixture
def joined(tmp_path):
    """Two collections with three pictures in common, and what became of them."""
    first = collection(
        tmp_path / "first",
        [
            {
                "picture": 1,
                "split": "train",
                "style": "Pop Art",
                "artist": "Albert Anker",
                "year": 1866,
                "painter": "X",
            },
            {"picture": 2, "split": "test", "style": "Art Nouveau", "artist": None, "year": None, "painter": "X"},
            {"picture": 3, "split": None, "style": "Cubism", "artist": None, "year": 1900, "painter": "X"},
        ],
        "official",
    )
    second = collection(
        tmp_path / "second",
        [
            {"picture": 1, "split": "val", "style": "Pop_Art", "artist": "albert-anker", "year": "c. 1866"},
            {"id": "q", "picture": 2, "split": "train", "style": "Cubism", "artist": "antã³nio-de-carvalho"},
            {"picture": 3, "split": "train", "style": "cubism", "artist": "antnio-de-carvalho"},
            {"id": "p1-2", "split": "train", "style": "Art_Nouveau_Modern", "artist": None},
        ],
        "stratified",
    )
    return import_join([first, second], tmp_path / "out"), first, second


def test_every_row_is_there_with_all_that_it_had(joined):
    report, first, second = joined
    table = read_paintings(report.paintings.root)
    assert table.records() == report.paintings.records() and len(table) == 7 and table.protocol == "joined"
    assert [path.parent for path in table.image_paths() if path.is_file()].count(first) == 3
    assert all(
        inspect(path).sha256 == sha for path, sha in zip(table.image_paths(), table.column("sha256"), strict=True)
    )
    assert dict(zip(table.column("joined_from"), table.column("rights"), strict=True)) == {
        "first": "of first",
        "second": "of second",
    }
    assert {row["id"]: row["year"] for row in table.records() if row["year"]} == {
        "p0": "1866.0",
        "p0-2": "c. 1866",
        "p2": "1900.0",
    }
    assert not read_paintings(second).frame.equals(table.frame) and len(read_paintings(second)) == 4


def test_ids_that_collide_get_a_number_and_keep_the_old_one_in_a_column(joined):
    table = joined[0].paintings
    former = dict(zip(table.ids, table.column("joined_id"), strict=True))
    assert former == {"p0": None, "p1": None, "p2": None, "q": None, "p0-2": "p0", "p2-2": "p2", "p1-2": None}
    assert joined[0].joined["ids_changed"] == [{"id": "p0", "now": "p0-2"}, {"id": "p2", "now": "p2-2"}]


def test_labels_with_one_key_are_spelled_alike(joined):
    rows = {row["id"]: row for row in joined[0].paintings.records()}
    assert {rows[key]["artist"] for key in ("p0", "p0-2")} == {"Albert Anker"}
    assert {rows[key]["artist"] for key in ("q", "p2-2")} == {"António de Carvalho"}
    assert rows["q"]["painter"] == "António de Carvalho" and rows["p0"]["painter"] == "X"  # second had no painters
    assert rows["p1"]["style"] == rows["p1-2"]["style"] == "Art Nouveau" and rows["p2"]["style"] == "Cubism"


def test_copies_are_on_one_side_and_contradictions_are_said(joined):
    report = joined[0]
    sides = dict(zip(report.paintings.ids, report.paintings.column("split"), strict=True))
    assert sides["p0"] == sides["p0-2"] == "val" and sides["p1"] == sides["q"] == "test"
    assert sides["p2"] is None and sides["p2-2"] == "train"
    assert report.joined["moved"] == [
        {"from": "train", "to": "test", "paintings": 1},
        {"from": "train", "to": "val", "paintings": 1},
    ]
    assert report.joined["in_several"] == 3
    assert report.joined["contradictions"] == [
        {"attribute": "style", "ids": ["p1", "q"], "labels": ["Art Nouveau", "Cubism"]}
    ]


def test_one_side_is_the_first_of_test_val_and_train():
    split = np.array(["train", "val", "test", "train", "val", None, "train", None], dtype=object)
    groups = np.array([0, 0, 1, 1, 2, 1, 3, 4])
    assert list(one_side(split, groups)) == ["val", "val", "test", "test", "val", None, "train", None]


def test_collections_that_are_all_artist_disjoint_stay_so(tmp_path):
    a = collection(tmp_path / "a", [{"split": "train", "artist": "Ann"}], "artist-disjoint")
    b = collection(tmp_path / "b", [{"split": "test", "artist": "ann"}, {"split": "train"}], "artist-disjoint")
    table = import_join([a, b], tmp_path / "c").paintings
    assert table.protocol == "artist-disjoint" and list(table.column("split")) == ["test", "test", "train"]


@pytest.mark.parametrize("split", ["stratified", "artist-disjoint"])
def test_a_join_can_be_split_anew(tmp_path, split):
    rows = [{"split": "test", "style": "Cubism", "artist": f"A {place % 10}"} for place in range(20)]
    parts = [collection(tmp_path / name, rows) for name in "ab"]
    report = import_join(parts, tmp_path / "c", split=split, seed=1)
    assert report.paintings.protocol == split and set(report.paintings.column("split")) == {"train", "val", "test"}
    assert {way["from"] for way in report.joined["moved"]} == {"test"}
    assert any("now trained on" in note for note in report.notes)
    if split == "artist-disjoint":
        sides = report.paintings.frame.groupby("artist")["split"].nunique()
        assert sides.max() == 1 and len(sides) == 10


def test_a_file_that_changed_is_looked_at_again_and_one_that_is_gone_is_left_out(tmp_path):
    a, b = collection(tmp_path / "a", [{}, {}]), collection(tmp_path / "b", [{"id": "q"}])
    Image.new("RGB", (30, 20), "red").save(a / "p0.png")
    (a / "p1.png").unlink()
    report = import_join([a, b], tmp_path / "c")
    assert report.paintings.ids == ["p0", "q"] and report.joined["changed_files"] == ["p0"]
    assert report.paintings.record(0)["width"] == 30 and len(report.skipped) == 1
    (a / "p0.png").unlink()
    (b / "q.png").unlink()
    with raises(NothingUsableError, "no-usable-image", "3"):
        import_join([a, b], tmp_path / "d")


def test_columns_of_lists_and_of_numbers(tmp_path):
    a = collection(tmp_path / "a", [{"tags": ["x", "y"], "height_cm": 3, "seen": True}])
    b = collection(tmp_path / "b", [{"id": "q", "tags": "z", "height_cm": 2.5, "seen": False}, {"id": "r"}])
    frame = import_join([a, b], tmp_path / "c").paintings.frame
    assert [None if one is None else list(one) for one in frame["tags"]] == [["x", "y"], ["z"], None]
    assert frame["height_cm"].tolist()[:2] == [3.0, 2.5] and frame["height_cm"].isna().tolist()[2]


def test_what_cannot_be_joined(tmp_path):
    a, b = collection(tmp_path / "a", [{}]), collection(tmp_path / "b", [{}])
    with raises(InputError, "join-of-one"):
        import_join([a], tmp_path / "c")
    with raises(InputError, "join-twice", str(a)):
        import_join([a, b, a], tmp_path / "c")
    with raises(InputError, "join-onto-itself", str(b)):
        import_join([a, b], b)
    with raises(InputError, "not-a-collection", "nowhere"):
        import_join([a, tmp_path / "nowhere"], tmp_path / "c")
    with raises(InputError, "unknown-join-split", "random"):
        import_join([a, b], tmp_path / "c", split="random")


def test_a_joined_collection_can_be_joined_again(tmp_path):
    a, b, c = (collection(tmp_path / name, [{}]) for name in "abc")
    import_join([a, b], tmp_path / "ab")
    table = import_join([tmp_path / "ab", c], tmp_path / "abc").paintings
    assert list(table.column("joined_from")) == ["a", "b", "c"]
    assert list(table.column("joined_id")) == [None, "p0", "p0"] and table.ids == ["p0", "p0-2", "p0-3"]


def test_the_command_says_what_it_did(tmp_path, capsys):
    a, b = (
        collection(tmp_path / name, [{"picture": 5, "split": side}]) for name, side in (("a", "test"), ("b", "val"))
    )
    assert main(["import", "join", str(a), str(b), "--out", str(tmp_path / "c")]) == 0
    said = capsys.readouterr().out
    assert "1 from val to test" in said and "1 id stood" in said
    assert main(["import", "join", str(a), str(b), "--out", str(tmp_path / "c"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["joined"]["split"] == "keep" and document["paintings"] == 2


@pytest.mark.parametrize(
    "written, shown",
    [
        (["albert-anker", "albert-anker"], ["Albert Anker"] * 2),
        (["vincent-van-gogh", "Vincent van Gogh"], ["Vincent van Gogh"] * 2),
        (["VINCENT VAN GOGH", "Vincent van Gogh", "Vincent van Gogh"], ["Vincent van Gogh"] * 3),
        (["caravaggio", "albert-anker", None], ["Caravaggio", "Albert Anker", None]),
        (["caravaggio"], ["caravaggio"]),  # nothing tells that a machine wrote it
        (["arnold-b-cklin", "Arnold Böcklin", "arnold-bcklin"], ["Arnold Böcklin"] * 3),
        (["eugã¨ne-grasset", "unknown"], ["Eugène Grasset", None]),
    ],
)
def test_names_become_what_people_write(written, shown):
    assert one_spelling(written, persons=True) == shown


def test_other_labels_lose_their_underscores_alone():
    assert one_spelling(["Pop_Art", "Shin-hanga", "genre_painting"]) == ["Pop Art", "Shin-hanga", "genre painting"]
    assert one_spelling(["Art_Nouveau_Modern", "Art Nouveau"]) == ["Art Nouveau"] * 2
