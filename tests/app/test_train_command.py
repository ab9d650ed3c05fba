"""--tune, --folds and the export of a model, as a person and as a script use them."""

import json
import shutil

import onnx
import pytest

from artextract.app.cli import main
from artextract.files import read_json
from artextract.model import onnx_export
from artextract.train.options import TrainOptions
from artextract.train.presets import PRESETS, STANDARD

SMALL = [
    "--attributes",
    "genre",
    "--epochs",
    "2",
    "--width",
    "16",
    "--hidden",
    "8",
    "--batch-size",
    "16",
    "--baselines",
    "linear_probe",
]


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_search_shows_its_trials(sample_collection, tmp_path, capsys):
    code, out, err = run(capsys, "train", sample_collection, "--out", tmp_path / "m", "--tune", 2, *SMALL)
    assert code == 0 and "2 trials" in out and "(as given)" in out and "optimistic" in out and "learning rate" in out
    assert "trial 1, 2 epochs" in err


def test_a_preset_is_recorded_and_what_is_given_wins(sample_collection, tmp_path, capsys):
    code, _, err = run(capsys, "train", sample_collection, "--out", tmp_path / "m", "--preset", "quick", *SMALL)
    config = read_json(tmp_path / "m" / "config.json")
    options = config["options"]
    assert code == 0 and (options["preset"], options["epochs"], options["patience"], options["views"]) == (
        "quick",
        2,
        2,
        0,
    )
    assert list(config["probes"]) == ["genre"] and config["baselines"] == {}
    said = [line for line in err.splitlines() if "linear probe" in line]
    assert len(said) == 1 and said[0].startswith("linear probe for genre: C = ") and "macro-F1" in said[0]


def test_presets_are_what_their_help_says(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    for name, preset in PRESETS.items():
        assert f"{name}: {preset.about} ({preset.in_words()})" in printed
        TrainOptions(preset=name, **{key: preset.settings[key] for key in ("epochs", "patience", "views")})
    standard, options = PRESETS[STANDARD].settings, TrainOptions()
    assert {name: getattr(options, name) for name in ("epochs", "patience", "views")} == {
        name: standard[name] for name in ("epochs", "patience", "views")
    }


def test_folds_show_mean_spread_and_pooled(sample_collection, tmp_path, capsys):
    code, out, _ = run(capsys, "train", sample_collection, "--out", tmp_path / "f", "--folds", 2, *SMALL)
    assert code == 0 and "2 folds (stratified)" in out and "all folds pooled" in out and "linear probe" in out
    code, out, _ = run(capsys, "train", sample_collection, "--out", tmp_path / "f", "--folds", 2, "--json", *SMALL)
    assert code == 0 and json.loads(out)["folds"] == 2
    code, _, err = run(capsys, "train", sample_collection, "--out", tmp_path / "f", "--folds", 2, "--tune", 4, *SMALL)
    assert code == 2 and "do not go together" in err


def test_a_model_is_exported_as_onnx(trained_model, sample_collection, tmp_path, capsys, monkeypatch):
    path = tmp_path / "m.onnx"
    code, out, _ = run(capsys, "export", trained_model, "--out", path)
    assert code == 0 and "largest difference" in out and "opset 17" in out
    assert [output.name for output in onnx.load(path).graph.output] == ["style", "artist", "genre"]
    monkeypatch.setattr(onnx_export, "write_network", lambda network, other: shutil.copy(path, other))  # once is enough
    again = tmp_path / "again.onnx"
    code, out, _ = run(capsys, "export", trained_model, "--format", "onnx", "--out", again, "--json")
    assert code == 0 and json.loads(out)["max_difference"] < 1e-3


@pytest.mark.parametrize(
    "kind, at, message", [("csv", "model", "is a model"), ("onnx", "collection", "is not a model")]
)
def test_formats_belong_to_collections_or_to_models(kind, at, message, trained_model, sample_collection, capsys):
    code, _, err = run(
        capsys, "export", {"model": trained_model, "collection": sample_collection}[at], "--format", kind
    )
    assert code == 2 and message in err
