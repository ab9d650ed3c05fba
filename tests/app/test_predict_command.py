"""predict: folders and files mixed, failures in their places, a table that a stopped run goes on with."""

import csv
import json
import shutil

import pytest

from artextract.app import answers
from artextract.app.cli import main
from artextract.app.predicting import AnswerTable, cells, failure, pictures
from artextract.errors import ImageError, InputError, MismatchError, NothingUsableError
from artextract.images import open_image
from artextract.images.decoder import INCOMPLETE
from artextract.model.predictor import Predictor
from artextract.table import read_paintings
from tests.raising import raises

FULL = {
    "path": "/pictures/=a, b.jpg",
    "attributes": {"style": [{"label": "Rococo", "probability": 0.48}, {"label": "Baroque", "probability": 0.3}]},
    "unsure": ["style"],
    "sets": {"style": {"labels": ["Rococo", "Baroque"], "coverage": 0.9}},
    "novelty": {"style": {"score": 0.97, "new": True}},
    "numbers": {"year": {"median": 1885, "low": 1860, "high": 1905, "coverage": 0.8}},
    "several": {"subject": [{"label": "river", "probability": 0.7}, {"label": "boat", "probability": 0.6}]},
}
PLAIN = {"path": "/pictures/c.jpg", "attributes": {"style": [{"label": "Rococo", "probability": 0.9}]}, "unsure": []}


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path, sample_collection):
    """Three pictures, one of them below, one that is none, and what an import would leave out."""
    folder = tmp_path / "pictures"
    (folder / "below").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    first, second, third = read_paintings(sample_collection).image_paths()[:3]
    shutil.copy(first, folder / "a.png")
    shutil.copy(second, folder / "below" / "b.png")
    shutil.copy(third, folder / "d.png")
    shutil.copy(third, folder / ".hidden" / "e.png")
    (folder / "c.jpg").write_bytes(b"no")
    (folder / "notes.txt").write_text("none")
    return folder


def run(capsys, *arguments):
    code = main([str(argument) for argument in ("predict", *arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_picture_without_its_end_is_answered_with_a_note(tmp_path, sample_collection, trained_model, capsys):
    path = tmp_path / "cut.jpg"
    open_image(read_paintings(sample_collection).image_paths()[0]).save(path, quality=95)
    path.write_bytes(path.read_bytes()[:-2])
    code, out, said = run(capsys, path, "--model", trained_model, "--json")
    assert code == 0 and json.loads(out)[0]["notes"] == [INCOMPLETE] and f"{path}: {INCOMPLETE}" in said


def test_a_folder_is_walked_as_by_import(folder, tmp_path):
    paths, left = pictures([str(folder), str(folder / "a.png"), str(tmp_path / "gone.png")])
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "pictures/a.png",
        "pictures/below/b.png",
        "pictures/c.jpg",
        "pictures/d.png",
        "gone.png",
    ]
    assert {one.path for one in left} == {".hidden", "notes.txt"}
    (tmp_path / "empty").mkdir()
    with raises(NothingUsableError, "no-images"):
        pictures([str(tmp_path / "empty")])


def test_failures_stand_in_their_places(capsys, folder, trained_model):
    code, out, err = run(capsys, folder, "--model", trained_model, "--json", "--top", "2")
    answers = json.loads(out)
    assert code == 0 and [answer["path"].rpartition("/")[2] for answer in answers] == [
        "a.png",
        "b.png",
        "c.jpg",
        "d.png",
    ]
    assert ["error" in answer for answer in answers] == [False, False, True, False]
    assert set(answers[2]) == {"path", "error"} and set(answers[2]["error"]) == {"message", "hint", "code"}
    assert answers[2]["error"]["code"] == "not-an-image" and all(answers[2]["error"].values())
    assert [answer for answer in answers if "error" not in answer] == Predictor.open(trained_model).predict(
        [folder / "a.png", folder / "below/b.png", folder / "d.png"], pytest.fail, top=2
    )
    assert "skipped" in err and "c.jpg" in err and ".txt" in err
    code, out, _ = run(capsys, folder / "c.jpg", folder / "gone.png", "--model", trained_model, "--json")
    assert code == 1 and json.loads(out)["error"]["code"] == "no-readable-image"


def test_people_get_a_table(capsys, folder, trained_model):
    code, out, _ = run(capsys, folder, "--model", trained_model)
    lines = out.splitlines()
    assert code == 0 and lines[0].split() == ["picture", "style", "artist", "genre"] and len(lines) == 5
    assert lines[3].startswith("b.png") and "%" in lines[3]
    code, out, _ = run(capsys, folder / "a.png", "--model", trained_model, "--top", "3")
    assert out.startswith(str(folder / "a.png")) and all(
        f"\n  {name} " in out for name in ("style", "artist", "genre")
    ), "in full"


def test_doubt_stands_in_the_table():
    head, _, first, second = answers.predictions([FULL, PLAIN], {"style": 17, "artist": 42}).splitlines()
    assert head.split() == ["picture", "style", "subject", "year"]
    assert "Rococo? 48% (unsure)" in first and "none it knows" in first and "about 1885 (1860 to 1905)" in first
    assert "river 70%, boat 60%" in first
    assert second.split() == ["c.jpg", "Rococo", "90%", "–", "–"]


def test_a_stopped_run_goes_on(capsys, folder, trained_model, tmp_path):
    out = tmp_path / "answers.csv"
    code, said, _ = run(capsys, folder / "a.png", folder / "c.jpg", "--model", trained_model, "--out", out)
    first = read_rows(out)
    assert code == 0 and "1 could not be read" in said and [bool(row["error"]) for row in first] == [False, True]
    assert {"style", "style_probability", "style_unsure", "artist", "genre"} <= set(first[0])
    with out.open("a") as file:
        file.write("/pictures/half a r")  # a run that was killed
    shutil.copy(folder / "a.png", folder / "c.jpg")  # mended
    code, said, err = run(capsys, folder, "--model", trained_model, "--out", out, "--json")
    assert code == 0 and "1 picture is answered" in err
    assert [answer["path"].rpartition("/")[2] for answer in json.loads(said)] == ["b.png", "c.jpg", "d.png"]
    rows = read_rows(out)
    assert rows[0] == first[0] and [row["path"].rpartition("/")[2] for row in rows] == [
        "a.png",
        "b.png",
        "c.jpg",
        "d.png",
    ]
    assert not any(row["error"] for row in rows) and {row["model"] for row in rows} == {first[0]["model"]}
    before = out.read_bytes()
    code, said, _ = run(capsys, folder, "--model", trained_model, "--out", out)
    assert code == 0 and "0 pictures answered" in said and "4 answers" in said and out.read_bytes() == before
    with raises(MismatchError, "answers-of-another-model", "model"):
        AnswerTable(out, "another")


def test_other_files_are_left_alone(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("path,label\na.jpg,Rococo\n")
    with raises(InputError, "not-a-table-of-answers", "mine.csv"):
        AnswerTable(path, "model")
    with raises(InputError, "wrong-file-ending", "answers.txt"):
        AnswerTable(tmp_path / "answers.txt", "model")
    assert path.read_text() == "path,label\na.jpg,Rococo\n"


def test_all_that_is_said_has_its_column(tmp_path):
    path = tmp_path / "answers.csv"
    with AnswerTable(path, "m (1)") as table:
        table.add(failure(tmp_path / "no.jpg", ImageError("truncated file")))
        table.add(PLAIN)
        table.add(FULL)
    no, plain, full = read_rows(path)
    assert no["error"] == "truncated file" and no["style"] == ""
    assert plain["style"] == "Rococo" and plain["style_unsure"] == "False" and plain["style_set"] == plain["year"] == ""
    expected = {
        "path": "/pictures/=a, b.jpg",
        "style": "Rococo",
        "style_probability": "0.48",
        "style_unsure": "True",
        "style_set": "Rococo; Baroque",
        "style_set_coverage": "0.9",
        "style_novelty": "0.97",
        "style_new": "True",
        "subject": "river; boat",
        "year": "1885",
        "year_low": "1860",
        "year_high": "1905",
        "year_coverage": "0.8",
        "year_unsure": "False",
        "error": "",
        "model": "m (1)",
    }
    assert full == expected and list(full)[-2:] == ["error", "model"]
    assert {name for name, value in cells(FULL, "m (1)").items() if value is not None} == set(expected) - {"error"}
    assert len(AnswerTable(path, "m (1)")) == 2
