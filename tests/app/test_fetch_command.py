"""import nga and import iiif, as they are typed."""

import json

import pandas as pd
import pytest

from artextract.app.cli import main
from tests.sources.museum import Museum, iiif_example, nga_tables


@pytest.fixture
def museum():
    museum = Museum()
    yield museum
    museum.close()


def run(capsys, *argv):
    code = main([str(part) for part in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


QUICKLY = ("--rate", 1000, "--size", 48)


def test_import_nga_from_a_clone(museum, tmp_path, capsys):
    folder = nga_tables(museum, tmp_path / "clone")
    museum.pages["/iiif/img4/full/!48,48/0/default.jpg"] = lambda handler: handler.answer(b"", TDM_Reservation="1")
    argv = [
        "import",
        "nga",
        "--csv",
        folder,
        "--allow-host",
        "127.0.0.1",
        "--years",
        "1860..",
        "--school",
        "Dutch",
        *QUICKLY,
        "--out",
        tmp_path / "c",
    ]
    code, out, err = run(capsys, *argv)
    assert (
        code == 0
        and "3 paintings in" in out
        and "3 images fetched" in out
        and "1 left out" in out
        and "TDM-Reservation" in out
        and err == ""
    )
    code, out, _ = run(capsys, *argv, "--json")
    document = json.loads(out)
    assert (
        code == 0
        and document["paintings"] == 3
        and document["labels"]["style"] == {"labelled": 3, "classes": 1}
        and len(document["skipped"]) == 1
    )
    assert len([path for path in museum.asked if "/iiif/" in path]) == 4
    code, out, _ = run(capsys, "export", tmp_path / "c", "--format", "csv", "--out", tmp_path / "c.csv")
    frame = pd.read_csv(tmp_path / "c.csv")
    assert (
        code == 0
        and sorted(frame["object"]) == [2, 6, 8]
        and set(frame["style"]) == {"Impressionism"}
        and list(frame["year"].astype(int)) == sorted(frame["year"])
    )


def test_import_iiif(museum, tmp_path, capsys):
    url = iiif_example(museum)["addresses"]
    code, out, err = run(capsys, "import", "iiif", url, *QUICKLY, "--limit", 5, "--out", tmp_path / "c", "--json")
    document = json.loads(out)
    assert code == 0 and document["paintings"] == 5 and document["labels"]["artist"]["classes"] == 3 and err == ""


@pytest.mark.parametrize(
    "argv, words",
    [
        (
            ["import", "iiif", "nowhere.json", "--out", "c"],
            "'nowhere.json' is no web address, and there is no such file",
        ),
        (["import", "iiif", "--out", "c"], "required"),
        (["import", "nga", "--csv", "nowhere", "--out", "c"], "there is no objects.csv in 'nowhere'"),
        (["import", "nga", "--years", "old", "--out", "c"], "'old' is not of the kind 1870..1890"),
        (["import", "nga", "--years", "1900..1800", "--out", "c"], "ends before it begins"),
        (["import", "nga", "--rate", "0", "--out", "c"], "'0' is not a number above 0"),
    ],
)
def test_wrong_use(argv, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *argv)
    assert code == 2 and out == "" and words in err and "Traceback" not in err


def test_the_network_is_away(tmp_path, capsys):
    gone = Museum()
    gone.close()
    code, _, err = run(capsys, "import", "nga", "--tables", gone.url, *QUICKLY, "--out", tmp_path / "c")
    assert (
        code == 2 and "cannot reach 127.0.0.1: connection refused" in err and "with a local clone use --csv DIR" in err
    )
