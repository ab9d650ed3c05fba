"""Each kind of defect is planted in a sound collection: the doctor finds it, and nothing else, and what can be mended
is mended."""

import itertools
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artextract.doctor import BEFORE_FIX, examine, fix
from artextract.errors import InputError, MismatchError, NothingUsableError
from artextract.files import write_json
from artextract.images import content_hash, inspect
from artextract.model.label_map import LabelMap
from artextract.model.saved import FORMAT
from artextract.table import FILE_NAME, Paintings, read_paintings
from tests.raising import raises

SIDES = ["train"] * 12 + ["val"] * 2 + ["test"] * 2
STYLES = ["Cubism", "Baroque", "Fauvism"]


def picture(seed):
    small = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((96, 72), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """48 pictures p00..p47: three styles, each with 12 training, 2 validation and 2 test rows; every side has artists
    of its own."""
    folder = tmp_path_factory.mktemp("sound") / "c"
    (folder / "images").mkdir(parents=True)
    rows = []
    for number in range(48):
        path = folder / "images" / f"p{number:02d}.jpg"
        picture(number).save(path, quality=92)
        side = SIDES[number % 16]
        row = {
            "id": path.stem,
            "path": f"images/{path.name}",
            "source": "drawn",
            "rights": "CC0",
            "split": side,
            "style": STYLES[number // 16],
        }
        rows.append(row | {"artist": f"{side} artist" if side != "val" else None} | vars(inspect(path)))
    frame = pd.DataFrame(rows)
    frame.loc[frame["split"] == "test", "artist"] = (
        None  # an artist of test rows alone would be a class that is not learned
    )
    Paintings(frame, folder).write()
    return folder


@pytest.fixture
def collection(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "c")


def kinds(report):
    return {finding.kind for finding in report.findings if finding.severity != "note"}


def edit(folder, change):
    table = read_paintings(folder)
    replace(table, frame=change(table.frame.copy())).write()


def add(folder, like, name, image=None, **values):
    """A row like another one, with the same file or an ``image`` of its own."""
    path = folder / "images" / f"{name}.jpg"
    if image is None:
        shutil.copy(folder / "images" / f"{like}.jpg", path)
    else:
        image.save(path, quality=85)

    def change(frame):
        row = (
            frame[frame["id"] == like].iloc[0].to_dict()
            | {"id": name, "path": f"images/{name}.jpg"}
            | vars(inspect(path))
            | values
        )
        return pd.concat([frame, pd.DataFrame([row])], ignore_index=True)

    edit(folder, change)


def label(folder, **values):
    """``p01={"style": ...}``: sets columns of rows."""

    def change(frame):
        for name, columns in values.items():
            for column, value in columns.items():
                frame.loc[frame["id"] == name, column] = value
        return frame

    edit(folder, change)


def missing(folder):
    (folder / "images/p03.jpg").unlink()


def truncated(folder):
    path = folder / "images/p04.jpg"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def text(folder):
    (folder / "images/p05.jpg").write_text("no image")


def empty(folder):
    (folder / "images/p06.jpg").write_bytes(b"")


def changed(folder):
    picture(1000).save(folder / "images/p07.jpg")


def exact(folder):
    add(folder, "p08", "copy-of-p08")


def exact_contradiction(folder):
    add(folder, "p17", "copy-of-p17", style="Baroque", artist="someone else")
    label(folder, p18={"artist": "Someone  ELSE"})


def leak_of_a_copy(folder):
    add(folder, "p20", "copy-of-p20", split="test")


def near_leak(folder):
    add(folder, "p21", "small-p21", picture(21).resize((64, 48)), split="test")


def near_contradiction(folder):
    add(folder, "p33", "small-p33", picture(33).resize((64, 48)), style="Baroque")


def tiny_class(folder):
    label(folder, p01={"genre": "portrait"})


def small_class(folder):
    label(folder, **{f"p{i:02d}": {"genre": "landscape"} for i in (0, 2, 9, 14)})


PLANTS = {
    missing: {"missing_file"},
    truncated: {"unreadable_file"},
    text: {"unreadable_file"},
    empty: {"unreadable_file"},
    changed: {"changed_file"},
    exact: {"exact_duplicates"},
    exact_contradiction: {"exact_duplicates", "contradictory_labels_exact", "class_small"},
    leak_of_a_copy: {"exact_duplicates", "split_leak"},
    near_leak: {"split_leak"},
    near_contradiction: {"contradictory_labels_near"},
    tiny_class: {"class_not_learnable"},
    small_class: {"class_small"},
}


def test_a_sound_collection_has_nothing_but_notes(collection):
    before = (collection / FILE_NAME).read_bytes()
    report = examine(collection)
    assert (
        report.sound
        and report.n_paintings == 48
        and {finding.kind for finding in report.findings} == {"class_untested"}
    )
    assert fix(report).as_dict() == {"dropped": [], "merged": [], "cleared": [], "moved": [], "table_before": None}
    assert (collection / FILE_NAME).read_bytes() == before and not (collection / BEFORE_FIX).exists()


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_what_is_planted_is_found_and_only_that(plant, quick, collection):
    plant(collection)
    report = examine(collection, quick=quick)
    assert kinds(report) == PLANTS[plant]
    assert all(finding.items and finding.message for finding in report.findings)


@pytest.mark.parametrize("seed", range(6))
def test_many_at_once_are_all_found_and_mended(seed, collection):
    """Random sets of defects, which touch different rows, so that they do not hide each other."""
    random = np.random.default_rng(seed)
    chosen = [plant for plant in PLANTS if random.random() < 0.6]
    for plant in chosen:
        plant(collection)
    images = {path: content_hash(path) for path in (collection / "images").iterdir()}
    report = examine(collection)
    assert kinds(report) == set().union(*(PLANTS[plant] for plant in chosen))
    fix(report)
    after = examine(collection)
    assert not [finding for finding in after.findings if finding.fixable]
    assert kinds(after) <= {"changed_file", "contradictory_labels_near", "class_not_learnable", "class_small"}
    assert {path: content_hash(path) for path in (collection / "images").iterdir()} == images
    assert fix(after).as_dict()["table_before"] is None


def test_broken_files_are_named_with_the_reason(collection):
    for plant in (missing, truncated, text, empty, changed):
        plant(collection)
    report = examine(collection)
    reasons = {
        item["id"]: item["reason"]
        for kind in ("missing_file", "unreadable_file", "changed_file")
        for item in report.find(kind).items
    }
    assert set(reasons) == {"p03", "p04", "p05", "p06", "p07"}
    assert "missing" in reasons["p03"] and "truncated" in reasons["p04"] and "empty" in reasons["p06"]
    repairs = fix(report)
    assert set(repairs.dropped) == {"p03", "p04", "p05", "p06"} and len(read_paintings(collection)) == 44


def test_copies_become_one_row_with_the_labels_of_all(collection):
    label(collection, p08={"artist": None, "genre": None}, p09={"artist": "A", "style": "Cubism"})
    add(collection, "p08", "b", artist="Van Gogh", split="val")
    add(collection, "p08", "a", artist="van-gogh", genre="portrait", split="test")
    add(collection, "p09", "c", artist="B", style="CUBISM")
    repairs = fix(examine(collection))
    table = read_paintings(collection)
    kept, other = table.record(table.position("a")), table.record(table.position("p09"))
    assert (kept["split"], kept["style"], kept["genre"]) == ("test", "Cubism", "portrait") and kept[
        "artist"
    ].lower().replace("-", " ") == "van gogh"
    assert (other["split"], other["style"], other["artist"]) == ("train", "Cubism", None)
    assert set(repairs.merged) == {("p08", "a"), ("b", "a"), ("c", "p09")} and repairs.cleared == (("p09", "artist"),)


def test_of_copies_the_row_stays_whose_file_is_whole(collection):
    add(collection, "p11", "copy", split="test")
    picture(2000).save(collection / "images/copy.jpg")
    assert fix(examine(collection)).merged == (("copy", "p11"),)
    table = read_paintings(collection)
    assert table.record(table.position("p11"))["split"] == "test" and examine(collection).find("changed_file") is None


@pytest.mark.parametrize(
    "sides, expected",
    [(a, max(a, key=["train", "val", "test"].index)) for a in itertools.permutations(["train", "val", "test"], 2)],
)
def test_near_copies_come_to_the_side_that_is_judged(sides, expected, collection):
    label(collection, p22={"split": sides[0]})
    add(collection, "p22", "small", picture(22).resize((64, 48)), split=sides[1])
    add(collection, "p22", "left-out", picture(22).resize((50, 40)), split=None)
    repairs = fix(examine(collection))
    table = read_paintings(collection)
    split = dict(zip(table.ids, table.column("split"), strict=False))
    assert split["p22"] == split["small"] == expected and split["left-out"] is None and len(repairs.moved) == 1


def test_the_first_table_is_kept(collection):
    first = (collection / FILE_NAME).read_bytes()
    missing(collection)
    assert fix(examine(collection)).kept_as == collection / BEFORE_FIX
    text(collection)
    fix(examine(collection))
    assert (collection / BEFORE_FIX).read_bytes() == first and len(read_paintings(collection)) == 46


def test_a_collection_without_its_images_is_not_emptied(collection):
    shutil.rmtree(collection / "images")
    report = examine(collection)
    assert len(report.find("missing_file").items) == 48
    with raises(NothingUsableError, "no-readable-image"):
        fix(report)
    assert len(read_paintings(collection)) == 48


def test_contradictions_are_compared_by_key(collection):
    add(collection, "p10", "copy", style="cubism", split="train")
    report = examine(collection)
    assert report.find("contradictory_labels_exact") is None
    label(collection, copy={"style": "Fauvism"})
    (item,) = examine(collection).find("contradictory_labels_exact").items
    assert item == {"attribute": "style", "labels": {"p10": "Cubism", "copy": "Fauvism"}}


def test_classes_are_counted_by_hand(collection):
    """Genre: a has 1 training row, b 2 and none to test, c 2 and one to test; style has 12 per class."""
    genres = {"p00": "a", "p01": "b", "p02": "b", "p03": "c", "p04": "c", "p14": "c", "p15": "a"}
    label(collection, **{name: {"genre": genre} for name, genre in genres.items()})
    report = examine(collection)
    assert report.find("class_not_learnable").items == ({"attribute": "genre", "label": "a", "train": 1, "test": 1},)
    assert [(item["label"], item["train"], item["test"]) for item in report.find("class_small").items] == [
        ("b", 2, 0),
        ("c", 2, 1),
    ]
    assert ("genre", "b") in {(item["attribute"], item["label"]) for item in report.find("class_untested").items}


def test_a_table_without_training_rows_says_so_once(collection):
    edit(collection, lambda frame: frame.assign(split="test"))
    report = examine(collection)
    assert report.sound and {finding.kind for finding in report.findings} == {"no_training_rows"}


def test_artists_on_two_sides_are_a_note_or_on_request_an_error(collection):
    label(collection, p14={"artist": "Train Artist"}, p15={"artist": "nobody else"})
    found = examine(collection).find("artists_on_two_sides")
    assert (
        found.severity == "note"
        and len(found.items) == 1
        and found.items[0]["test"] == 1
        and "1 of the 2 test paintings" in found.message
    )
    report = examine(collection, artist_disjoint=True)
    assert report.find("artists_on_two_sides").severity == "error"
    assert [item["id"] for item in report.find("artist_unknown").items] == ["p30", "p31", "p46", "p47"]
    table = read_paintings(collection)
    replace(table, protocol="artist-disjoint").write()
    assert examine(collection).find("artists_on_two_sides").severity == "error"
    edit(collection, lambda frame: frame.assign(painter=[f"painter {name}" for name in frame["id"]]))
    assert examine(collection).find("artists_on_two_sides") is None


def write_model(folder, classes):
    labels = LabelMap(classes, {name: [1] * len(names) for name, names in classes.items()})
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    write_json(folder / "labels.json", labels.as_dict())
    write_json(
        folder / "config.json",
        {"format": FORMAT, "weights_sha256": content_hash(b"weights"), "labels_sha256": labels.hash},
    )
    return folder


def test_a_model_that_fits_and_one_that_does_not(collection, tmp_path):
    fits = write_model(tmp_path / "fits", {"style": ["baroque", "CUBISM", "Fauvism"]})
    assert examine(collection, fits).sound and examine(collection, fits).find("model_class_unused") is None
    other = write_model(
        tmp_path / "other", {"style": ["Baroque", "Rococo"], "genre": ["portrait", "landscape"], "school": ["A", "B"]}
    )
    report = examine(collection, other)
    assert kinds(report) == {"model_attribute_missing", "model_class_unknown"}
    assert {item["attribute"] for item in report.find("model_attribute_missing").items} == {"genre", "school"}
    assert {(item["label"], item["paintings"]) for item in report.find("model_class_unknown").items} == {
        ("Cubism", 16),
        ("Fauvism", 16),
    }
    assert [item["label"] for item in report.find("model_class_unused").items] == ["Rococo"]
    (other / "model.safetensors").write_bytes(b"other")
    with pytest.raises(MismatchError):
        examine(collection, other)


def test_few_labels_that_the_model_does_not_know_are_a_note(collection, tmp_path):
    label(
        collection, p46={"style": "Rococo"}, p47={"style": "Rococo"}, p32={"style": "Rococo"}, p33={"style": "Rococo"}
    )
    report = examine(collection, write_model(tmp_path / "m", {"style": STYLES}))
    assert (
        report.find("model_class_unknown").severity == "note"
        and "92 % of style" in report.find("model_class_unknown").message
    )


def test_what_is_no_collection(tmp_path):
    with raises(InputError, "not-a-collection"):
        examine(tmp_path)


def test_the_report_is_plain(collection):
    import json

    for plant in PLANTS:
        plant(collection)
    document = examine(collection).as_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    severities = [finding["severity"] for finding in document["findings"]]
    assert severities == sorted(severities, key=["error", "warning", "note"].index) and not document["sound"]
    assert all(finding["count"] == len(finding["items"]) for finding in document["findings"])
