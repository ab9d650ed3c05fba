"""From a collection to a model's folder."""

import numpy as np
import pandas as pd
import pytest

from artextract import runtime
from artextract.errors import InputError, NothingUsableError
from artextract.model.saved import open_model
from artextract.table import Paintings, read_paintings
from artextract.train.loop import TrainOptions
from artextract.train.run import train_model

QUICK = TrainOptions(epochs=1, width=16, hidden=8, batch_size=16)


def test_a_model_folder_is_complete(trained_model, sample_collection):
    model = open_model(trained_model)
    names = {path.name for path in trained_model.iterdir()}
    assert {"model.safetensors", "probe.safetensors", "config.json", "labels.json", "trained_on.parquet", "history.csv"} <= names
    assert not [name for name in names if name.startswith(".")]
    assert set(model.labels.classes) == {"style", "artist", "genre"} == set(model.config["probes"])
    assert 1 <= model.config["best_epoch"] <= len(model.history())
    assert model.config["rights"] == ["CC0; drawn by ArtExtract"]


def test_test_rows_are_never_read(trained_model, sample_collection):
    table = read_paintings(sample_collection)
    test = set(table.in_split("test").column("sha256"))
    assert not test & set(open_model(trained_model).trained_on()["sha256"])


def test_a_second_training_runs_no_backbone(sample_collection, trained_model, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the backbone ran again")

    monkeypatch.setattr(runtime.OpenVinoEngine, "stream", refuse)
    monkeypatch.setattr(runtime.OpenVinoEngine, "run", refuse)
    summary = train_model(sample_collection, tmp_path / "again", attributes=("genre",), options=QUICK)
    assert list(summary["attributes"]) == ["genre"] and summary["epochs"] == 1


def test_the_custom_backbone_is_trained_and_travels_with_the_model(sample_collection, tmp_path, monkeypatch):
    from artextract.evaluate.classify import evaluate_model
    from artextract.train import scratch

    monkeypatch.setattr(scratch, "EPOCHS", 2)
    train_model(sample_collection, tmp_path / "m", backbone="custom", attributes=("genre",), options=QUICK)
    assert (tmp_path / "m" / "backbone.safetensors").exists()
    (tmp_path / "m").rename(tmp_path / "moved")
    figures = evaluate_model(tmp_path / "moved", sample_collection).figures
    assert figures["attributes"]["genre"]["n"] > 0


def test_a_bad_image_does_not_stop_training(sample_collection, tmp_path):
    table = read_paintings(sample_collection)
    frame = table.frame.assign(path=[str(p) for p in table.image_paths()])
    frame.loc[0, ["path", "sha256", "split"]] = [str(tmp_path / "gone.jpg"), "f" * 64, "train"]
    Paintings(frame, tmp_path).write()
    summary = train_model(tmp_path, tmp_path / "m", attributes=("genre",), options=QUICK)
    assert summary["skipped"] == [{"sha256": "f" * 64, "reason": "file is missing"}]


def test_what_cannot_be_trained_is_named(sample_collection, tmp_path):
    with pytest.raises(InputError, match="no column 'school'"):
        train_model(sample_collection, tmp_path / "m", attributes=("school",), options=QUICK)
    with pytest.raises(InputError, match="is a collection"):
        train_model(sample_collection, sample_collection, options=QUICK)
    with pytest.raises(NothingUsableError, match="no attribute has two classes"):
        train_model(sample_collection, tmp_path / "m", at_least=1000, options=QUICK)
