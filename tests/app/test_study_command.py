"""``artextract study`` as a person and as a script use it."""

import csv
import json
import shutil

import pytest

from artextract.app.cli import main
from artextract.study.store import Studies


@pytest.fixture(scope="module")
def collection(indexed_collection, tmp_path_factory):
    return shutil.copytree(indexed_collection, tmp_path_factory.mktemp("study") / "Small Museum")


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_from_the_first_to_the_report(capsys, collection, tmp_path):
    code, out, _ = run(capsys, "study", collection)
    assert code == 0 and "no study yet" in out and not (collection / "study.sqlite").exists()
    code, out, _ = run(
        capsys,
        "study",
        collection,
        "--new",
        "First",
        "--mix",
        "deep=1",
        "--mix",
        "mine: palette=1",
        "--kind",
        "pairwise,graded",
        "--queries",
        "6",
        "--k",
        "4",
        "--json",
    )
    document = json.loads(out)
    assert (
        code == 0
        and document["queries"] == 6
        and document["weights"]["mine"]["palette"] == 1
        and set(document["tasks"]) == {"pairwise", "graded"}
    )
    code, out, _ = run(capsys, "study", collection)
    assert code == 0 and "0 judgements" in out and "Nobody has judged yet" in out

    studies = Studies(collection)
    for rater in ("Anna", "Ben", "Cy"):
        asked = studies.next("First", rater)
        while asked.task is not None:
            asked = studies.judge(
                "First", rater, asked.task, "left" if asked.kind == "pairwise" else asked.done % 4, asked.left, 2000
            )
    code, out, _ = run(capsys, "study", collection, "--name", "first", "--csv", tmp_path / "j.csv")
    assert code == 0 and "Krippendorff's alpha" in out and "strength" in out and "ndcg@4" in out and "3 raters" in out
    code, out, _ = run(capsys, "study", collection, "--json", "--csv", tmp_path / "j.csv")
    document = json.loads(out)
    assert document["csv"] == str(tmp_path / "j.csv")
    with open(tmp_path / "j.csv", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == document["judgements"]

    assert (
        run(capsys, "study", collection, "--new", "Second", "--mix", "deep=1", "--mix", "palette=1", "--queries", "2")[
            0
        ]
        == 0
    )
    code, out, _ = run(capsys, "study", collection)
    assert code == 0 and "First" in out and "Second" in out
    assert [entry["name"] for entry in json.loads(run(capsys, "study", collection, "--json")[1])["studies"]] == [
        "Second",
        "First",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--name", "nowhere"],
        ["--mix", "deep=1"],
        ["--queries", "3"],
        ["--new", "X"],
        ["--new", "X", "--mix", "deep=1"],
        ["--new", "X", "--mix", "deep=1", "--mix", "aura=1"],
        ["--new", "X", "--mix", "deep=1", "--mix", "palette=1", "--kind", "ranked"],
        ["--new", "X", "--name", "Y"],
        ["--csv", "judgements.txt"],
    ],
)
def test_wrong_use(capsys, collection, wrong):
    code, _, err = run(capsys, "study", collection, *wrong)
    assert code == 2 and err.startswith("artextract: ") and len(err.strip().splitlines()) == 2


def test_no_collection(capsys, tmp_path):
    assert run(capsys, "study", tmp_path)[0] == 2
    assert run(capsys, "study", tmp_path / "nowhere", "--new", "X", "--mix", "default", "--mix", "deep=1")[0] == 2
    assert list(tmp_path.iterdir()) == []
