"""The command line as a person and as a script use it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest
from PIL import Image

from artextract.app import tables
from artextract.app.cli import main
from artextract.table import read_paintings


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def run_json(capsys, *argv):
    code, out, _ = run(capsys, *argv, "--json")
    return code, json.loads(out)


COMMANDS = [
    "import folder",
    "import wikiart",
    "import sample",
    "import huggingface",
    "import nga",
    "import iiif",
    "doctor",
    "open",
    "outliers",
    "train",
    "evaluate",
    "predict",
    "index",
    "search",
    "explain",
    "duplicates",
    "map",
    "benchmark",
    "serve",
    "export",
    "demo",
    "backbones",
    "features",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([*command.split(), "--help"])
    text = capsys.readouterr().out
    assert done.value.code == 0 and f"artextract {command}" in text.split("example:")[1] and "--json" in text


def test_the_version_needs_nothing_heavy():
    code = (
        "import sys\nfor name in ('torch', 'numpy', 'pandas', 'openvino'): sys.modules[name] = None\nfrom"
        " artextract.app.cli import main\nmain(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("artextract ")


@pytest.mark.parametrize(
    "argv, error",
    [
        (["serch"], "invalid-usage"),
        (["search"], "invalid-usage"),
        (["search", "nowhere", "x"], "not-a-collection"),
        (["search", "nowhere", "-k", "2", "x"], "not-a-collection"),
        (["search", "nowhere", "--plus", "x", "--region", "0,0,1,1"], "region-without-picture"),
        (["train", "nowhere", "--out", "m"], "not-a-collection"),
        (["evaluate", "nowhere"], "not-a-model"),
        (["predict", "x.jpg", "--model", "nowhere"], "not-a-model"),
        (["import", "folder", "nowhere", "--out", "c"], "folder-missing"),
        (["import", "folder", ".", "--out", "c", "--label", "style"], "invalid-option"),
        (["index", "nowhere", "--features", "deep"], "not-a-collection"),
        (["train", "nowhere", "--out", "m", "--epochs", "0"], "invalid-usage"),
        (["train", "nowhere", "--out", "m", "--dropout", "2"], "invalid-option"),
        (["predict", "x.jpg", "--model", "m", "--top", "0"], "invalid-usage"),
        (["import", "sample", "--out", "c", "--seed", "-1"], "invalid-usage"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(argv, error, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *argv)
    assert code == 2 and out == "" and "Traceback" not in err
    code, document = run_json(capsys, *argv)
    assert code == 2 and set(document["error"]) == {"message", "hint", "code"}
    assert document["error"]["code"] == error and document["error"]["message"] in err


def test_an_explanation_says_how_near_and_not_which_rank():
    reason = {"name": "deep", "contribution": 0.5, "percentile": 0.9999, "sentence": "", "description": "forms"}
    document = {
        "summary": "Alike.",
        "band": "close",
        "features": [reason | {"band": "very close"}, reason | {"band": None}],
        "swatches": [],
        "parts": [],
    }
    assert tables.explanation(document).splitlines() == [
        "close: Alike.",
        "",
        "deep (+0.50, very close): forms",
        "deep (+0.50): forms",
    ]


def test_train_evaluate_predict(capsys, tmp_path, sample_collection, trained_model, quick_pictures):
    code, document = run_json(capsys, "evaluate", trained_model, "--report", tmp_path / "report")
    assert code == 0 and document["split"] == "test" and (tmp_path / "report" / "index.html").exists()
    entry = document["attributes"]["style"]
    keys = {"n", "coverage", "accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "top5", "ece", "baselines"}
    assert keys <= set(entry) and set(entry["baselines"]) == {"majority", "linear_probe", "linear_head", "no_rnn"}
    code, out, _ = run(capsys, "evaluate", trained_model)
    assert "CNN-RNN" in out and "majority class" in out and f"{entry['macro_f1']:.3f}" in out

    images = read_paintings(sample_collection).image_paths()[:2]
    code, answers = run_json(capsys, "predict", *images, "--model", trained_model, "--top", "2")
    assert code == 0 and [a["path"] for a in answers] == [str(p) for p in images]
    assert all(len(ranked) == 2 for ranked in answers[0]["attributes"].values())


def test_index_search_explain_benchmark_export(capsys, tmp_path, small_collection):
    collection = shutil.copytree(small_collection, tmp_path / "collection")
    code, document = run_json(capsys, "index", collection)
    assert code == 0 and document["paintings"] == 24
    query = read_paintings(collection).ids[0]
    code, document = run_json(
        capsys,
        "search",
        collection,
        query,
        "-k",
        "4",
        "--weights",
        "deep=1,palette=1",
        "--where",
        "genre=bands",
        "--sheet",
        tmp_path / "s.png",
    )
    assert code == 0 and len(document["hits"]) == 4 and (tmp_path / "s.png").exists()
    for hit in document["hits"]:
        assert hit["id"] != query and hit["labels"]["genre"] == "bands" and hit["rights"]
        assert sum(hit["features"].values()) == pytest.approx(hit["score"], abs=1e-6)
    scores = [hit["score"] for hit in document["hits"]]
    assert scores == sorted(scores, reverse=True)

    code, by_colour = run_json(capsys, "search", collection, query, "--mix", "colours", "--fewer-usual-suspects")
    assert code == 0 and by_colour["weights"]["palette"] == 1 and by_colour["metric"] == "csls"

    code, document = run_json(
        capsys, "explain", collection, query, document["hits"][0]["id"], "--sheet", tmp_path / "why.png"
    )
    assert (
        code == 0
        and (tmp_path / "why.png").exists()
        and document["score"] == pytest.approx(sum(reason["contribution"] for reason in document["features"]))
    )
    ids = read_paintings(collection).ids
    code, out, _ = run(capsys, "explain", collection, query, ids[5], "--plus", ids[1], "--minus", ids[2])
    assert code == 0 and "what each part of the query adds" in out and "less " in out

    code, document = run_json(
        capsys, "benchmark", collection, "--relevance", "style", "--no-self-retrieval", "--no-latency"
    )
    assert code == 0 and {"deep", "palette", "default"} <= set(document["results"]) and document["n_queries"] == 20
    code, document = run_json(capsys, "export", collection, "--format", "csv", "--out", tmp_path / "t.csv")
    assert code == 0 and len(pd.read_csv(tmp_path / "t.csv")) == 24


def test_low_coverage_is_a_warning_and_exit_code_1(capsys, tmp_path, trained_model, sample_collection, quick_pictures):
    table = read_paintings(sample_collection)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "features").symlink_to(sample_collection / "features")
    paths = [str(path) for path in table.image_paths()]
    frame = table.frame.assign(path=paths, style="Never Heard Of").iloc[:12]
    replace(table, frame=frame, root=tmp_path / "other").write()
    code, out, _ = run(
        capsys, "evaluate", trained_model, "--collection", tmp_path / "other", "--report", tmp_path / "r"
    )
    assert code == 1 and "warning: style: the model knows only 0%" in out


def test_listings(capsys):
    code, rows = run_json(capsys, "backbones")
    names = {row["name"]: row for row in rows}
    assert (
        code == 0
        and names["efficientnet_lite0"]["available"]
        and {"resnet50", "vgg16", "clip", "custom", "onnx"} <= set(names)
    )
    assert all({"size_mb", "dim", "licence", "available"} <= set(row) for row in rows)
    code, rows = run_json(capsys, "features")
    assert {row["name"] for row in rows} >= {"deep", "palette"}


def test_the_demo_on_a_folder_without_labels(capsys, tmp_path, small_collection):
    """A user's own folder: nothing can be trained, the search works all the same."""
    code, document = run_json(capsys, "demo", "--out", tmp_path / "demo", "--images", small_collection / "images")
    assert code == 0 and document["paintings"] == 24 and document["report"] is None
    assert (
        any("no model was made" in note for note in document["notes"])
        and (tmp_path / "demo" / "contact-sheet.png").exists()
    )
    code, document = run_json(
        capsys, "search", tmp_path / "demo" / "collection", small_collection / "images" / "p03.png"
    )
    assert code == 0 and len(document["hits"]) == 10


def test_a_port_in_use_is_named(capsys, sample_collection):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, document = run_json(capsys, "serve", sample_collection, "--port", taken.getsockname()[1])
    assert code == 2 and document["error"]["code"] == "cannot-listen"


def test_a_defect_is_still_one_json_document(capsys, monkeypatch):
    from artextract import backbones

    monkeypatch.setattr(backbones, "list_backbones", lambda: 1 / 0)
    code, out, err = run(capsys, "backbones", "--json")
    assert code == 1 and "ZeroDivisionError" in json.loads(out)["error"]["message"] and "Traceback" in err


def test_search_and_predict_need_no_torch_even_where_the_cache_was_lost(
    capsys, tmp_path, monkeypatch, indexed_collection, trained_model
):
    """The features are stored already, so indexing computes nothing; it has to export the network all the same. The
    search is that of ``SearchEngine`` in Python, too."""
    monkeypatch.setenv("ARTEXTRACT_CACHE", str(tmp_path / "fresh"))
    assert run_json(capsys, "index", indexed_collection)[0] == 0
    image = tmp_path / "new.jpg"
    picture = Image.open(read_paintings(indexed_collection).image_paths()[0])
    picture.resize((picture.width // 2, picture.height // 2)).save(image)
    code = "import sys; sys.modules['torch'] = None\nfrom artextract.app.cli import main\nsys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "search", str(indexed_collection), str(image), "--json"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["hits"][0]["id"] == read_paintings(indexed_collection).ids[0]
    never_exported = subprocess.run(
        [sys.executable, "-c", code, "predict", str(image), "--model", str(trained_model), "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "ARTEXTRACT_CACHE": str(tmp_path / "empty")},
    )
    assert never_exported.returncode == 2 and json.loads(never_exported.stdout)["error"]["code"] == "torch-missing"
