"""The command outliers: what it prints and what it writes."""

import json

import pytest
from PIL import Image

from artextract.app.commands import outliers
from artextract.app.commands.common import Parser
from artextract.errors import InputError
from artextract.evaluate.outliers.find import METHODS


def run(*argv):
    parser = Parser()
    outliers.add(parser.add_subparsers())
    args = parser.parse_args(["outliers", *map(str, argv)])
    return args.run(args)


def test_the_list_its_files_and_the_report(trained_model, tmp_path):
    outcome = run(
        trained_model, "-k", 5, "--out", tmp_path / "list.csv", "--gallery", tmp_path / "gallery.png", "--report"
    )
    document = json.loads(json.dumps(outcome.document, allow_nan=False))
    assert outcome.exit_code == 0 and len(document["outliers"]) == 5 and document["method"] == "all"
    assert set(document["files"]) == {"list", "gallery", "report"} and (tmp_path / "list.csv").exists()
    with Image.open(trained_model / "report" / "outliers-style.png") as picture:
        assert picture.size == Image.open(tmp_path / "gallery.png").size
    assert document["outliers"][0]["id"] in outcome.text and "gallery.png" in outcome.text


def test_planting_prints_a_table_next_to_chance(trained_model):
    outcome = run(trained_model, "--plant", 0.1, "--seeds", 1, "--folds", 3)
    json.dumps(outcome.document, allow_nan=False)
    assert outcome.document["planted"] == 10 and set(outcome.document["kinds"]) == {"random", "confused"}
    assert all(outcome.text.count(f"\n{method} ") == 2 for method in METHODS) and outcome.text.count("chance") == 2


def test_the_methods_offered_are_those_there_are():
    assert outliers.METHODS == METHODS


@pytest.mark.parametrize(
    "argv", [["--out", "x.txt"], ["--gallery", "x"], ["--method", "magic"], ["-k", "0"], ["--plant", "2"]]
)
def test_wrong_use(argv, trained_model):
    with pytest.raises(InputError):
        run(trained_model, *argv)
