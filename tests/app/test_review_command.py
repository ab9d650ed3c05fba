"""The command review: its summary, the corrected collection that train reads, the decisions as CSV."""

import json
import shutil

import pytest

from artextract.app.commands import review
from artextract.app.commands.common import Parser
from artextract.errors import InputError
from artextract.model.label_map import build_label_map
from artextract.review import ReviewStore
from artextract.table import read_paintings
from tests.raising import raises


def run(*argv):
    parser = Parser()
    review.add(parser.add_subparsers())
    args = parser.parse_args(["review", *map(str, argv)])
    return args.run(args)


@pytest.fixture
def collection(small_collection, tmp_path):
    return shutil.copytree(small_collection, tmp_path / "collection")


def test_nothing_decided_yet(collection):
    outcome = run(collection)
    assert outcome.document["decisions"] == 0 and outcome.exit_code == 0 and "nothing was decided" in outcome.text


def test_the_summary_and_what_it_writes(collection, tmp_path):
    store = ReviewStore(collection)
    for painting in ("p00", "p03"):
        store.decide(painting, "style", "correct", "Anna", old_label="Red School", new_label="Violet School")
    store.decide("p00", "style", "accept", "Ben", old_label="Red School")
    store.decide("p03", "style", "correct", "Ben", old_label="Red School", new_label="Violet School")
    store.decide("p06", "style", "correct", "Ben", old_label="Grey School", new_label="Violet School")
    outcome = run(collection, "--corrected", tmp_path / "out", "--csv", tmp_path / "decisions.csv")
    document = json.loads(json.dumps(outcome.document, allow_nan=False))
    assert document["attributes"]["style"] == {"accept": 1, "correct": 2, "skip": 0, "disagreed": 1}
    assert document["corrections"]["applicable"] == 1 and document["corrections"]["set_aside"][0]["id"] == "p06"
    assert (
        set(document["files"]) == {"corrected", "csv"}
        and len((tmp_path / "decisions.csv").read_text().splitlines()) == 6
    )
    for words in (
        "1 of 2 labels",
        "Anna and Ben: 50% of 2 the same",
        "left as it is: style of p06",
        "artextract train",
    ):
        assert words in outcome.text
    table = read_paintings(tmp_path / "out")
    assert table.column("style")[:4].tolist() == ["Red School"] * 3 + ["Violet School"]
    assert "Violet School" in build_label_map(table.in_split("train"), {"style": 1}).classes["style"]


def test_all_undone(collection):
    store = ReviewStore(collection)
    store.undo(store.decide("p00", "style", "accept", "Anna", old_label="Red School").id, "Anna")
    assert "all decisions were undone" in run(collection).text


def test_the_collection_itself_is_not_overwritten(collection):
    with raises(InputError, "collection-in-the-way"):
        run(collection, "--corrected", collection)
    with raises(InputError, "wrong-file-ending"):
        run(collection, "--csv", collection / "paintings.parquet")
