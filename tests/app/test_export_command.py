"""``artextract export`` as a person and as a script use it."""

import json
import shutil

import pandas as pd
import pytest
from PIL import Image

from artextract.app.cli import main
from artextract.model.predictor import Predictor
from artextract.model.starter import starter_folder
from artextract.review import ReviewStore
from artextract.table import read_paintings


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_table_as_it_is(capsys, small_collection, tmp_path):
    code, out, _ = run(capsys, "export", small_collection, "--out", tmp_path / "t.csv")
    assert code == 0 and out == f"24 paintings written to {tmp_path / 't.csv'}\n"
    frame = pd.read_csv(tmp_path / "t.csv")
    assert len(frame) == 24 and frame["path"][0] == str(small_collection.resolve() / "images/p00.png")
    code, out, _ = run(capsys, "export", small_collection, "--format", "json", "--out", tmp_path / "t.json", "--json")
    assert (
        json.loads(out) == {"path": str(tmp_path / "t.json"), "paintings": 24, "format": "json"}
        and len(json.loads((tmp_path / "t.json").read_text())) == 24
    )


@pytest.mark.parametrize(
    "options, ids",
    [
        (["--where", "genre=discs", "--where", "style=Red School"], ["p03", "p05"]),
        (["--ids", "p05,p01,p05"], ["p05", "p01"]),
        (["--text", "blue bands", "--where", "year=1860..1870"], ["p12", "p13", "p14"]),
        (["--where", "year=1800..1810", "--sort=-year"], ["p02", "p01", "p00"]),
        (["--ids", "p05,p01", "--where", "year=1800..1810"], ["p01"]),
    ],
)
def test_which_paintings(capsys, small_collection, tmp_path, options, ids):
    if "style=Red School" in options:
        ids = list(
            pd.read_parquet(small_collection / "paintings.parquet").query("genre == 'discs' and style == 'Red School'")[
                "id"
            ]
        )
    code, _, err = run(capsys, "export", small_collection, "--out", tmp_path / "t.csv", *options)
    assert code == 0, err
    assert pd.read_csv(tmp_path / "t.csv")["id"].tolist() == ids


def test_manifests_and_linked_art_have_the_addresses_of_a_server(capsys, small_collection, tmp_path):
    code, _, err = run(
        capsys,
        "export",
        small_collection,
        "--format",
        "iiif",
        "--base-url",
        "https://museum.example/p",
        "--title",
        "Wing A",
        "--out",
        tmp_path / "m.json",
    )
    assert code == 0, err
    document = json.loads((tmp_path / "m.json").read_text())
    assert document["items"][3]["id"] == "https://museum.example/p/api/iiif/canvas/p03" and document["label"] == {
        "none": ["Wing A"]
    }
    run(capsys, "export", small_collection, "--format", "linked-art", "--ids", "p03", "--out", tmp_path / "l.json")
    assert [member["id"] for member in json.loads((tmp_path / "l.json").read_text())["member"]] == [
        "http://localhost:8000/api/linked-art/p03"
    ]


def test_a_contact_sheet(capsys, small_collection, tmp_path):
    code, _, _ = run(
        capsys,
        "export",
        small_collection,
        "--format",
        "contact-sheet",
        "--ids",
        "p03,p04",
        "--out",
        tmp_path / "sheet.png",
    )
    assert code == 0 and Image.open(tmp_path / "sheet.png").format == "PNG"


def test_predictions_and_decisions(capsys, indexed_collection, tmp_path):
    folder = shutil.copytree(indexed_collection, tmp_path / "collection")
    ReviewStore(folder).decide("p00", "style", "correct", "Eve", old_label="Red School", new_label="Green School")
    code, _, err = run(capsys, "export", folder, "--predictions", "--decisions", "--out", tmp_path / "t.csv")
    assert code == 0, err
    frame = pd.read_csv(tmp_path / "t.csv")
    assert frame["decided_style_label"][0] == "Green School" and frame["style"][0] == "Red School"
    assert frame["predicted_style"].notna().all() and frame["predicted_style_probability"].between(0, 1).all()


def test_another_model_says_what_it_says_without_an_index(capsys, small_collection, tmp_path):
    ids = read_paintings(small_collection).ids[:3]
    options = ["--ids", ",".join(ids), "--model", starter_folder()]
    code, _, err = run(capsys, "export", small_collection, "--out", tmp_path / "t.csv", *options)
    assert code == 0, err
    frame = pd.read_csv(tmp_path / "t.csv").set_index("id")
    answers = Predictor.open().predict(
        read_paintings(small_collection).rows([0, 1, 2]).image_paths(), lambda *_: None, top=1
    )
    for painting, answer in zip(ids, answers, strict=True):
        for attribute, (best,) in answer["attributes"].items():
            assert frame[f"predicted_{attribute}"][painting] == best["label"]
            unsure = frame[f"predicted_{attribute}_unsure"][painting]
            assert unsure == ("yes" if attribute in answer["unsure"] else "no")
    options += ["--format", "json"]
    run(capsys, "export", small_collection, "--out", tmp_path / "t.json", *options)
    first = json.loads((tmp_path / "t.json").read_text())[0]
    assert first["predicted_style_unsure"] is ("style" in answers[0]["unsure"])


def test_the_id_of_a_manifest_is_where_a_server_gives_the_same_list(capsys, small_collection, tmp_path):
    options = ["--format", "iiif", "--where", "genre=discs", "--sort=-year", "--title", "Discs & more"]
    code, _, err = run(capsys, "export", small_collection, "--out", tmp_path / "m.json", *options)
    assert code == 0, err
    document = json.loads((tmp_path / "m.json").read_text())
    query = "where=genre%3Ddiscs&sort=-year&title=Discs+%26+more"
    assert document["id"] == f"http://localhost:8000/api/iiif/manifest?{query}"
    assert document["seeAlso"][0]["id"] == f"http://localhost:8000/api/iiif/table?{query}"


@pytest.mark.parametrize(
    "options, words",
    [
        (["--ids", "p99"], "p99"),
        (["--where", "style=Nothing"], "Nothing"),
        (["--where", "year=1800..1810", "--ids", "p20"], "nothing to export"),
        (["--format", "iiif", "--base-url", "ftp://x", "--out", "m.json"], "not the address"),
        (["--out", "paintings.parquet"], "does not end in .csv"),
        (["--predictions"], "index"),
    ],
)
def test_what_cannot_be_is_said(capsys, small_collection, tmp_path, options, words):
    shutil.copy(small_collection / "paintings.parquet", tmp_path)  # without an index
    code, _, err = run(capsys, "export", tmp_path, "--out", tmp_path / "t.csv", *options)
    assert code == 2 and words in err and [file.name for file in tmp_path.iterdir()] == ["paintings.parquet"]
