"""``artextract doctor`` as a person and as a script use it."""

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from artextract.app.cli import main
from artextract.table import read_paintings


@pytest.fixture
def collection(sample_collection, tmp_path):
    return shutil.copytree(sample_collection, tmp_path / "c", ignore=shutil.ignore_patterns("features", "index"))


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    return code, capsys.readouterr().out


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])
    assert "artextract doctor" in capsys.readouterr().out.split("example:")[1]


def test_finds_mends_and_says_what_it_did(capsys, collection):
    first, second, third = read_paintings(collection).image_paths()[:3]
    first.unlink()
    second.write_bytes(second.read_bytes()[:200])
    table = read_paintings(collection)
    copy = table.frame.iloc[[2]].assign(id="copy", path="images/copy.jpg", split="test")
    shutil.copy(third, collection / "images" / "copy.jpg")
    sides = table.frame["split"].where(table.frame.index != 2, "train")
    replace(table, frame=pd.concat([table.frame.assign(split=sides), copy], ignore_index=True)).write()

    code, text = run(capsys, "doctor", collection)
    assert (
        code == 1
        and str(first) in text
        and "file is missing" in text
        and "file is truncated" in text
        and "copy (test)" in text
        and "--fix" in text
    )
    code, out = run(capsys, "doctor", collection, "--fix", "--json")
    document = json.loads(out)
    assert len(document["repairs"]["dropped"]) == 2 and document["repairs"]["merged"] == [
        {"id": table.ids[2], "into": "copy"}
    ]
    assert not [finding for finding in document["findings"] if finding["fixable"]] and document["paintings"] == 94
    code, text = run(capsys, "doctor", collection, "--fix", "--quick")
    assert "nothing to mend" in text


def test_exit_codes(capsys, collection, trained_model):
    code, out = run(capsys, "doctor", collection, "--model", trained_model, "--json")
    document = json.loads(out)
    assert code == (0 if document["sound"] else 1) and {"error", "warning", "note"} == set(document["severities"])
    assert not any(finding["kind"].startswith("model_attribute") for finding in document["findings"])
    table = read_paintings(collection)
    replace(table, frame=table.frame.assign(style=None, artist=None, genre=None)).write()
    code, text = run(capsys, "doctor", collection)
    assert code == 0
    code, text = run(capsys, "doctor", collection, "--model", trained_model)
    assert code == 1 and "have no labels in the collection" in text
    assert run(capsys, "doctor", collection / "nowhere")[0] == 2
